"""Posting: the one step that cannot be repeated.

The intent to send is committed before the call. What the call did is then one of four things, and
only the ones that surely sent nothing are ever tried again by themselves:

    Receipt         done
    Refused         refused, for good
    ChannelDown     nothing went out: ready again, later
    anything else   unknown: looked up, sent again under the same key, or asked of a person
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.direct.credits import credit_lines
from bot.draft import Draft, Posting, Texts
from bot.outcomes import news_of
from bot.store import Store
from publish import ChannelDown, OutcomeUnknown, Post, Publisher, Receipt, Refused

__all__ = ["Ledger", "news_of", "post_of", "unfit", "wait_s"]

log = logging.getLogger(__name__)

LONGEST_CALL_S = 600.0
LONGEST_WAIT_S = 86_400.0


def wait_s(tries: int, asked: float | None = None) -> float:
    """How long to wait after the n-th failure, seconds: 15, 30, 60 ... an hour at most.

    What was `asked` for counts if it is longer, up to a day.
    """
    return min(LONGEST_WAIT_S, max(asked or 0.0, min(3600.0, 15.0 * 2.0 ** min(tries, 10))))


def post_of(draft: Draft, channel: str, key: str, at: datetime, clean: bool = False) -> Post:
    """Build what a channel is given; a `clean` one gets the file without the logo, if any.

    A channel that was set up after the clip was made gets the script's own texts.
    """
    script, clip = draft.script, draft.clip
    assert script is not None
    files = (clip.get("clean") if clean else None) or clip
    general = Texts(script.headline, script.caption, script.hashtags)
    texts = draft.texts.get(channel, general)
    return Post(
        key=key,
        clip=Path(files["path"]),
        sha256=files["sha256"],
        seconds=clip["seconds"],
        title=texts.title,
        text=texts.caption,
        tags=texts.tags,
        lang=script.lang,
        made_by_ai=True,
        at=at,
        cover=Path(files["cover"]),
        captions=(Path(clip["srt"]), Path(clip["vtt"])),
        sources=Path(files["sources"]),
        credits=credit_lines(draft.board),
        alt=texts.alt,
        size=_size(Path(files["path"])),
        width=draft.board.get("width", 0),
        height=draft.board.get("height", 0),
    )


def _size(path: Path) -> int:
    """Measure a file in bytes; 0 where it is gone."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def unfit(post: Post, channel: Publisher) -> tuple[str, ...]:
    """Say what a channel would refuse of a post: what is too long for it, and its own reasons."""
    caps = channel.caps
    long = caps.limits.faults(post.title, post.text, post.tags, post.alt)
    big = caps.film.faults(post.seconds, post.size, post.width, post.height)
    return tuple(dict.fromkeys((*long, *big, *channel.check(post))))


class Ledger:
    """Sends, looks up and asks, writing every step down first."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Publisher],
        clock: Callable[[], datetime],
        patience_s: float = LONGEST_CALL_S,
    ) -> None:
        self._store = store
        self._channels = channels
        self._clock = clock
        self._patience_s = patience_s

    async def publish(self, draft: Draft, posting: Posting) -> None:
        """Prepare, then send a posting that waits."""
        channel = self._channels.get(posting.channel)
        if channel is None:
            why = "no channel of this name is set up any more"
            await self._store.post(posting, "refused", self._clock(), why=why)
            return
        post = _approved(draft, posting, channel)
        problem = await asyncio.to_thread(_problem, post, draft.rev)
        own = _logo(draft, channel) or _unchosen(posting, channel)
        problem = own or problem or "; ".join(unfit(post, channel))
        if problem:
            await self._store.post(posting, "refused", self._clock(), why=problem)
            return
        if posting.state != "preparing":
            await self._store.post(posting, "preparing", self._clock())
            posting = replace(posting, state="preparing")
        try:
            ready = await self._prepare(channel, post, posting)
        except ChannelDown as error:
            await self._later(posting, error)
        except Refused as error:
            await self._store.post(posting, "refused", self._clock(), why=str(error))
        else:
            await self._send(channel, post, ready)

    async def _prepare(self, channel: Publisher, post: Post, posting: Posting) -> Posting:
        """Do what can be repeated, each step written down before the next one."""
        async with self._patience(channel), aclosing(channel.prepare(post, posting.steps)) as steps:
            async for state in steps:
                if dict(state) != dict(posting.steps):
                    await self._store.save_steps(posting, state)
                    posting = replace(posting, steps=dict(state))
        await self._store.post(posting, "ready", self._clock(), why="")
        return replace(posting, state="ready")

    async def reconcile(self, draft: Draft, posting: Posting) -> None:
        """Find out what became of a call whose answer was lost."""
        channel = self._channels[posting.channel]
        post = _approved(draft, posting, channel)
        lane = await self._store.postings(draft.id, posting.channel, "takedown")
        if channel.caps.replay == "native" and not lane:
            await self._send(channel, post, posting)  # the same key again is harmless
            return
        try:
            async with self._patience(channel):
                receipt = await channel.find(post, posting.steps)
        except ChannelDown as error:
            await self._later(posting, error)
            return
        except OutcomeUnknown as error:
            await self.ask(posting, str(error))
            return
        if receipt:
            await self._done(posting, receipt)
        else:
            why = "looked up: it is not there"
            await self._store.post(posting, "ready", self._clock(), why=why)

    async def ask(self, posting: Posting, why: str) -> None:
        """Leave it to a person."""
        await self._store.post(posting, "asked", self._clock(), why=why)

    async def _send(self, channel: Publisher, post: Post, posting: Posting) -> None:
        sent = await self._store.begin_send(posting, self._clock())
        try:
            async with asyncio.timeout(self._patience_s):
                receipt = await channel.commit(post, sent.steps)
        except ChannelDown as error:
            at = self._clock() + timedelta(seconds=wait_s(sent.tries, error.retry_after_s))
            why = str(error)
            await self._store.post(sent, "ready", self._clock(), retry_at=at, why=why)
        except Refused as error:
            await self._store.post(sent, "refused", self._clock(), why=str(error))
        except Exception as error:
            if not isinstance(error, OutcomeUnknown | TimeoutError):
                log.exception("%s broke while sending %s", posting.channel, posting.key)
            at = self._clock() + timedelta(seconds=wait_s(sent.tries) / 10)
            why = f"no clear answer: {error}"[:500]
            await self._store.post(sent, "unknown", self._clock(), retry_at=at, why=why)
        else:
            await self._done(sent, receipt)

    @asynccontextmanager
    async def _patience(self, channel: Publisher) -> AsyncIterator[None]:
        """Wait for a call that may be repeated, but not for ever. Raises ChannelDown."""
        try:
            async with asyncio.timeout(self._patience_s):
                yield
        except TimeoutError as error:
            raise ChannelDown(f"{channel.name} did not answer in time") from error

    async def _done(self, posting: Posting, receipt: Receipt) -> None:
        await self._store.post(
            posting, "done", self._clock(), url=receipt.url, remote_id=receipt.id, why=""
        )

    async def _later(self, posting: Posting, error: ChannelDown) -> None:
        at = self._clock() + timedelta(seconds=wait_s(posting.tries, error.retry_after_s))
        await self._store.put_off(posting, at, str(error))


def _approved(draft: Draft, posting: Posting, channel: Publisher) -> Post:
    assert draft.decided_at is not None
    at, clean = draft.decided_at, channel.caps.clean
    post = post_of(draft, posting.channel, posting.key, at, clean)
    return replace(post, choices=posting.choices)


def _logo(draft: Draft, channel: Publisher) -> str:
    """Say that a channel which allows no logo would get one; "" where it would not."""
    logo = draft.board.get("brand", {}).get("logo")
    if not channel.caps.clean or not logo or draft.clip.get("clean"):
        return ""
    why = f"{channel.name} allows no logo, and draft {draft.id} was made with one only"
    return f"{why}: `edit` it, and both are made"


def _unchosen(posting: Posting, channel: Publisher) -> str:
    """Say what a channel asks and nobody chose; "" where nothing is open."""
    open_ones = [c.name for c in channel.caps.choices if c.name not in posting.choices]
    if not open_ones:
        return ""
    asked = f"{channel.name} asks for {', '.join(open_ones)}, and it was approved without"
    return f"{asked}: `edit` draft {posting.draft}, and approve it with a choice"


def _problem(post: Post, rev: str) -> str:
    """Say what is wrong with the file that would be posted; "" if it is what was approved."""
    try:
        with post.clip.open("rb") as clip:
            found = hashlib.file_digest(clip, "sha256").hexdigest()
    except OSError as error:
        return f"the approved clip {post.clip.name} cannot be read: {error.strerror}"
    if found != post.sha256:
        return f"the clip file is not the one that was approved as {rev[:6]}"
    return ""
