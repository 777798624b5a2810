"""The door between chats and the desk: who may say what, once, and what pages may read.

Roles come from [editors] by stable ids, never by names. A message that was heard before is
answered as it was then, and changes nothing.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from bot.admission import SILENCE, admit
from bot.chat import Incoming
from bot.commands import Command, Mistake, parse
from bot.config import Role
from bot.draft import CLOSED, Draft, Posting
from bot.fitting import smaller
from bot.groups import language_of
from bot.orders.answers import RECENT, Answers
from bot.orders.commission import Follow
from bot.orders.floor import Floor, Refuse
from bot.rules.remarks import remarks
from bot.store import MESSAGE, Stale, StoreBroken
from bot.views import draft_view, story_view
from bot.words import decided

__all__ = ["Newsroom"]

ORDER: Mapping[Role, int] = {"viewer": 0, "editor": 1, "approver": 2, "admin": 3}
NEEDS: Mapping[str, Role] = {
    "merge": "editor",
    "make": "editor",
    "edit": "editor",
    "retry": "editor",
    "approve": "approver",
    "override": "approver",
    "reject": "approver",
    "schedule": "approver",
    "resolve": "approver",
    "correct": "approver",
    "takedown": "approver",
    "pause": "approver",
    "resume": "approver",
}
MOST_CLOSED = 100  # drafts on a page; it is read again at every change
FILES = {"video": "path", "cover": "cover", "srt": "srt", "vtt": "vtt", "sources": "sources"}


@dataclass(frozen=True, slots=True)
class Newsroom:
    """Satisfies bot.chat.Newsroom."""

    floor: Floor
    editors: Mapping[str, Role]
    follow: Follow
    look_again: Callable[[str], Awaitable[bool]]  # a source's name -> whether there is one
    _hearing: WeakValueDictionary[str, asyncio.Lock] = field(
        default_factory=WeakValueDictionary, init=False, repr=False
    )

    # -- what pages read -----------------------------------------------------------------------

    def stories(self, limit: int = 20) -> Sequence[Mapping[str, Any]]:
        """The hottest stories now."""
        covered, now = self.floor.covered, self.floor.now()
        told = self.floor.told if self.floor.groups.several else {}
        hottest = self.floor.hottest(limit)
        return [story_view(s, covered.get(s.id), now, told.get(s.id)) for s in hottest]

    async def drafts(self) -> Sequence[Mapping[str, Any]]:
        """Every open draft and the newest of the last two days, newest first."""
        store, now = self.floor.store, self.floor.now()
        drafts = await store.drafts(now - RECENT, MOST_CLOSED)
        given, postings = await store.approvals(), defaultdict[int, list[Posting]](list)
        for posting in await store.postings(purpose=None, since=drafts[0].id if drafts else 0):
            postings[posting.draft].append(posting)
        return [
            draft_view(
                d,
                postings[d.id],
                self.floor.progress.get(d.id),
                ()
                if d.state in CLOSED
                else remarks(d, self.floor.book, now, given.get((d.id, d.rev), ())),
                language_of(d) if self.floor.groups.several else "",
            )
            for d in reversed(drafts)
        ]

    async def clip(self, draft: int, name: str) -> Path | None:
        """Find one file of a draft's clip."""
        found = await self.floor.store.draft(draft)
        if found is None:
            return None
        path = _files(found).get(name)
        return Path(path) if path and Path(path).is_file() else None

    async def fitted(self, draft: int, name: str, most: int) -> Path | None:
        """Find a film of a draft that is small enough: itself, the preview, or one made anew."""
        films = [path for n in (name, "preview") if (path := await self.clip(draft, n))]
        for path in films:
            if path.stat().st_size <= most:
                return path
        return await smaller(films[0], most) if films else None

    async def recall(self, chat: str, key: str) -> str:
        """Read what a chat wrote down."""
        return await self.floor.store.recollect(chat, key)

    async def keep(self, chat: str, key: str, value: str) -> None:
        """Write something down for a chat."""
        await self.floor.store.keep_in_mind(chat, key, value, self.floor.now())

    async def changed(self, since: int) -> int:
        """Wait until something changed."""
        return await self.floor.version_after(since)

    # -- what people say -----------------------------------------------------------------------

    async def hear(self, message: Incoming) -> str:
        """Carry out one command, once, and answer it."""
        lock = self._hearing.setdefault(message.event, asyncio.Lock())
        async with lock:  # who sends it again meanwhile gets the same answer
            try:
                return await self._hear(message)
            except StoreBroken as error:
                return str(error)

    async def _hear(self, message: Incoming) -> str:
        store, now = self.floor.store, self.floor.now()
        waiting = await store.open_drafts() if not message.addressed else {}
        admission = admit(message, now, self.editors, self.floor.channels, waiting)
        if admission == SILENCE:
            return ""
        fresh = not (message.edited or message.forwarded)  # a new message: its event is its own
        answered = await store.heard(message.event) if fresh else None
        if answered is not None:
            return answered
        if not admission.heard:
            return await self._hint(message, admission.answer, now)
        command = parse(message.text)
        if isinstance(command, Mistake):
            return command.text
        said = MESSAGE.set(message.event[:200])
        try:
            reply = await self._carry_out(command, message.user, now)
        finally:
            MESSAGE.reset(said)
        if _needed(command) != "viewer":  # only what changes something must not happen twice
            await store.remember(message.event, reply, now)
            self.floor.wake()
        return reply

    async def _hint(self, message: Incoming, answer: str, now: datetime) -> str:
        """Say once, of each message, why nothing comes of it."""
        known = f"hint {message.event}"
        if await self.floor.store.heard(known) is not None:
            return ""
        await self.floor.store.remember(known, answer, now)
        return answer

    async def _carry_out(self, command: Command, user: str, now: datetime) -> str:
        role = self.editors.get(user)
        if role is None:
            await self.floor.store.note_refused(user, _attempt(command), now)
            return f"{user} is not among the [editors] of this desk; ask whoever keeps config.toml"
        needed = _needed(command)
        if ORDER[role] < ORDER[needed]:
            await self.floor.store.note_refused(user, _attempt(command), now)
            return f"`{command.verb}` needs the role {needed}; {user} is {role}"
        try:
            answers = Answers(self.floor, self.follow, self.look_again)
            return await answers.verbs()[command.verb](command, user, now)
        except Stale as error:
            return await self._overtaken(command) or str(error)
        except Refuse as error:
            return str(error)

    async def _overtaken(self, command: Command) -> str:
        """Say who was faster, where two press at once."""
        found = command.verb in ("approve", "reject") and await self.floor.store.draft(
            command.draft
        )
        return decided(found, self.floor.now(), self.floor.book.rules.clock) if found else ""


def _attempt(command: Command) -> str:
    """Say what somebody tried, without words of theirs."""
    return f"{command.verb} {command.draft}" if command.draft else command.verb


def _needed(command: Command) -> Role:
    """The least role for a command; to look at what is coming takes none."""
    if command.verb == "schedule" and not command.draft:
        return "viewer"
    if command.verb == "retry" and command.channels:  # it puts something out
        return "approver"
    return NEEDS.get(command.verb, "viewer")


def _files(draft: Draft) -> Mapping[str, str]:
    """Name every file of a draft that may be looked at."""
    found = {name: draft.clip[key] for name, key in FILES.items() if draft.clip.get(key)}
    if variant := draft.clip.get("clean"):
        found["clean"] = variant["path"]
    return found | ({"preview": draft.preview} if draft.preview else {})
