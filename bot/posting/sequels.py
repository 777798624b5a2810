"""Corrections and takedowns: what is done to a post that is out, written down before it is done.

To edit and to delete may be repeated, so a lost answer only means once more. An answer below a
post may not: after a lost answer it is sent again under its key where the channel honours keys,
else a person is asked. What a channel refuses is a person's work too.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.draft import SETTLED, WAITING, Draft, Posting, PostState, Texts
from bot.outcomes import by_hand, called
from bot.posting.ledger import LONGEST_CALL_S, post_of, wait_s
from bot.store import Stale, Store
from bot.story import Story
from bot.texts import told
from bot.texts.corrected import answered, corrected
from publish import ChannelDown, Limits, OutcomeUnknown, Post, Publisher, Receipt, Refused

__all__ = ["Sequels", "post_in", "worded"]

log = logging.getLogger(__name__)

_Lane = Sequence[Posting]  # all of one draft on one channel


def worded(draft: Draft, channel: str, limits: Limits, words: Sequence[str]) -> Texts:
    """Make the texts of a post with corrections before them. Raises ValueError: too long."""
    assert draft.script is not None
    story = Story(draft.story, draft.title, draft.items)
    before = draft.texts.get(channel, Texts(draft.script.headline, ""))
    return corrected(told(draft.script, story, draft.board), limits, before, words)


class Sequels:
    """Corrects and takes down; each call is one posting of its own."""

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

    async def go_on(self, draft: Draft, wish: Posting) -> None:
        """Do what one correction or takedown needs next. Raises Stale where it is settled."""
        if wish.state in SETTLED:
            raise Stale(f"{called(wish)} on {wish.channel} is {wish.state} by now")
        if wish.purpose == "takedown":
            await self._take_down(wish)
        else:
            await self._correct(draft, wish)

    async def _correct(self, draft: Draft, wish: Posting) -> None:
        """Say on one channel what was wrong."""
        lane, channel = await self._lane(wish), self._channels.get(wish.channel)
        post = post_in(lane)
        down = any(p.purpose == "takedown" for p in lane)
        lost = wish.state in ("committing", "unknown")
        if lost and not _may_repeat(channel, down):
            await self._end(wish, "asked", f"nobody knows whether it stands below {post.url}")
            return
        if down or post.state == "refused":
            why = "it is taken down" if down else "it never went out there"
            await self._end(wish, "refused", why)
            return
        if why := by_hand(channel.caps if channel else None, post, "correction"):
            await self._end(wish, "asked", why)
            return
        assert channel is not None
        try:
            call = _correction(draft, wish, lane, channel)
        except ValueError as error:
            await self._end(wish, "asked", f"{channel.name} {error}: {post.url}")
            return
        await self._make(wish, call, repeatable=channel.caps.corrects == "edit")

    async def _take_down(self, wish: Posting) -> None:
        """Take a draft off one channel, with the answers below it."""
        lane, channel = await self._lane(wish), self._channels.get(wish.channel)
        post = post_in(lane)
        if post.state in WAITING:  # it was looked up, and never went out
            await self._end(post, "refused", f"taken down by {wish.asked_by}")
        if post.state in WAITING or post.state == "refused":
            await self._end(wish, "refused", "it never went out there")
            return
        if post.state in ("committing", "unknown"):
            await self._end(post, "asked", "the answer was lost and this channel cannot be asked")
        if post.state != "done" or not post.remote_id:
            way = "look there, and delete it if it is there"
            await self._end(wish, "asked", f"nobody knows what is out on {post.channel}: {way}")
            return
        if why := by_hand(channel.caps if channel else None, post, "takedown"):
            await self._end(wish, "asked", why)
            return
        assert channel is not None
        await self._make(wish, _deletion(post, lane, channel, self._clock()), repeatable=True)

    async def _make(
        self, wish: Posting, call: Callable[[], Awaitable[Receipt]], *, repeatable: bool
    ) -> None:
        """Make the call that was decided on, and write down what became of it."""
        wish = await self._store.begin_send(wish, self._clock())
        try:
            async with asyncio.timeout(self._patience_s):
                receipt = await call()
        except ChannelDown as error:
            await self._later(wish, "ready", str(error), error.retry_after_s)
        except Refused as error:
            await self._end(wish, "asked", str(error))
        except Exception as error:
            if not isinstance(error, OutcomeUnknown | TimeoutError):
                log.exception("%s broke on %s", wish.channel, wish.key)
            state: PostState = "ready" if repeatable else "unknown"
            await self._later(wish, state, f"no clear answer: {error}"[:500], None)
        else:
            at = self._clock()
            found = {"url": receipt.url, "remote_id": receipt.id, "why": ""}
            await self._store.post(wish, "done", at, **found)

    async def _lane(self, wish: Posting) -> list[Posting]:
        return await self._store.postings(wish.draft, wish.channel, None)

    async def _end(self, posting: Posting, to: PostState, why: str) -> None:
        await self._store.post(posting, to, self._clock(), why=why)

    async def _later(self, posting: Posting, to: PostState, why: str, asked: float | None) -> None:
        at = self._clock() + timedelta(seconds=wait_s(posting.tries, asked))
        await self._store.post(posting, to, self._clock(), retry_at=at, why=why)


def _may_repeat(channel: Publisher | None, down: bool) -> bool:
    """Tell whether a correction whose answer was lost may simply be made again, or left."""
    if channel is None:
        return False
    caps = channel.caps
    return caps.corrects == "edit" or (caps.replay == "native" and not down)


def post_in(lane: Sequence[Posting]) -> Posting:
    """Find the post itself among all that was done to it on a channel."""
    return next(p for p in lane if p.purpose == "post")


def _receipt(posting: Posting, at: datetime) -> Receipt:
    return Receipt(posting.channel, posting.remote_id, posting.url, posting.sent_at or at)


def _correction(
    draft: Draft, wish: Posting, lane: _Lane, channel: Publisher
) -> Callable[[], Awaitable[Receipt]]:
    """Prepare the call that corrects. Raises ValueError where the words do not fit."""
    out, caps = post_in(lane), channel.caps
    assert draft.script is not None
    assert draft.decided_at is not None
    whole = post_of(draft, out.channel, out.key, draft.decided_at, caps.clean)
    whole = replace(whole, choices=out.choices)
    receipt = _receipt(out, draft.decided_at)
    if caps.corrects == "reply":
        text = answered(wish.words, draft.script.lang, caps.limits)
        alone: Post = replace(whole, key=wish.key, title="", text=text, tags=(), alt="")
        return lambda: channel.reply(alone, receipt)
    said = [p for p in lane if p.purpose == "correction" and p.n <= wish.n and p.state != "refused"]
    texts = worded(draft, out.channel, caps.limits, [p.words for p in reversed(said)])
    changed = replace(whole, text=texts.caption, tags=texts.tags)

    async def edit() -> Receipt:
        await channel.edit(changed, receipt, out.steps)
        return receipt

    return edit


def _deletion(
    post: Posting, lane: _Lane, channel: Publisher, now: datetime
) -> Callable[[], Awaitable[Receipt]]:
    """Prepare the calls that delete a post, then what we answered below it."""
    below = [p for p in lane if p.purpose == "correction" and p.state == "done" and p.remote_id]
    answers = [p for p in below if p.remote_id != post.remote_id]

    async def delete() -> Receipt:
        for posting in (post, *answers):
            await channel.delete(_receipt(posting, now), posting.steps)
        return Receipt(post.channel, post.remote_id, "", now)

    return delete
