"""Counts of posts: asked side by side, for a moment, and not again within minutes."""

import asyncio
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.draft import Posting
from bot.outcomes import told
from bot.posting.tally import Tally
from fakes import NOON, Clock, FakeChannel
from publish import ChannelDown, Receipt, Stats

OUT = Posting(7, "square", "k", "done", url="https://square.example/1", remote_id="1", sent_at=NOON)


class Counting(FakeChannel):
    """A channel that counts how often it is asked, and may be silent or broken."""

    asked = 0
    trouble_with_counts: Exception | None = None
    silent = False

    async def stats(self, receipt: Receipt) -> Stats:
        self.asked += 1
        if self.silent:
            await asyncio.Event().wait()
        if self.trouble_with_counts:
            raise self.trouble_with_counts
        return {"views": 40 + self.asked, "likes": 3}


async def test_counts_are_asked_for_once_in_minutes() -> None:
    channel, clock = Counting(), Clock()
    tally = Tally({"square": channel}, clock)
    assert await tally.of([OUT]) == {"square": {"views": 41, "likes": 3}}
    clock.passes(minutes=4)
    assert await tally.of([OUT]) == {"square": {"views": 41, "likes": 3}}
    clock.passes(minutes=2)
    assert await tally.of([OUT]) == {"square": {"views": 42, "likes": 3}}
    assert told([OUT], NOON, ZoneInfo("UTC"), await tally.of([OUT])) == [
        "square: out: https://square.example/1 (42 views, 3 likes)"
    ]


@pytest.mark.parametrize("trouble", [ChannelDown("no"), RuntimeError("a bug"), None])
async def test_a_channel_that_tells_nothing_delays_nobody(trouble: Exception | None) -> None:
    quiet, loud = Counting(), Counting("tower")
    quiet.trouble_with_counts, quiet.silent = trouble, trouble is None
    tally = Tally({"square": quiet, "tower": loud}, Clock(), longest_s=0.02)
    both = [OUT, replace(OUT, channel="tower", key="t")]
    for _ in range(2):
        assert await tally.of(both) == {"tower": {"views": 41, "likes": 3}}
    assert (quiet.asked, loud.asked) == (1, 1)


@pytest.mark.parametrize(
    "postings",
    [
        [replace(OUT, state="unknown")],
        [replace(OUT, remote_id="")],
        [replace(OUT, channel="gone")],
        [OUT, replace(OUT, key="x", purpose="takedown", state="ready")],
    ],
)
async def test_what_is_not_out_is_not_counted(postings: list[Posting]) -> None:
    channel = Counting()
    assert await Tally({"square": channel}, Clock()).of(postings) == {}
    assert channel.asked == 0
