"""Who may change what, through every chat, into a real newsroom: nothing is accepted wrongly."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot.chat import Incoming
from bot.commands import Command, parse
from bot.config import Role
from bot.newsroom import NEEDS, Newsroom
from offices import Office, opened
from voices_of_chats import KINDS, Voice, Way, voice_of

ROLES: Mapping[str, Role] = {"anna": "approver", "bea": "approver", "ed": "editor", "vi": "viewer"}
SAMPLES = {
    "merge": "merge 1 2",
    "make": "make 2 --format flash",
    "edit": "edit 1 headline: Everything is different now",
    "approve": "approve 1 {rev}",
    "override": "override 1 the mayor told me so",
    "reject": "reject 1 old news",
    "resolve": "resolve 1 square done",
    "pause": "pause",
    "schedule": "schedule 1 18:00",
    "correct": "correct 1 The bridge is open again.",
    "takedown": "takedown 1",
}
KEPT = ("draft", "posting", "approval", "pause", "merge")
"""The tables that hold what commands change."""

fences = count()


@dataclass
class Ear:
    """A newsroom that knows how many messages it is hearing right now."""

    newsroom: Newsroom
    heard: list[Incoming] = field(default_factory=list)
    hearing: int = 0
    silent: asyncio.Event = field(default_factory=asyncio.Event)

    async def hear(self, message: Incoming) -> str:
        self.heard.append(message)
        self.hearing += 1
        self.silent.clear()
        try:
            return await self.newsroom.hear(message)
        finally:
            self.hearing -= 1
            if not self.hearing:
                self.silent.set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.newsroom, name)


@dataclass
class House:
    """An office with an offered draft, and one chat that leads into it."""

    office: Office
    voice: Voice
    ear: Ear
    rev: str

    def commands(self) -> Iterator[str]:
        """Every command that changes something, as an editor would say it."""
        for verb in NEEDS:
            said = SAMPLES.get(verb, f"{verb} 1").format(rev=self.rev)
            command = parse(f"!{said}")
            assert isinstance(command, Command), (said, command)
            assert command.verb == verb
            yield f"!{said}"

    async def tries(self, who: str, commands: list[str], way: Way, minutes_ago: int = 0) -> None:
        """Somebody says all of these; when it ends the desk has heard them out."""
        at = self.office.clock() - timedelta(minutes=minutes_ago)
        for command in commands:
            await self.voice.says(who, command, at, way)
        await self.settles()

    async def settles(self) -> None:
        word = f"fence{next(fences)}z"
        await self.voice.says("bea", f"!{word}", self.office.clock())
        await self.voice.answers(word)
        await asyncio.wait_for(self.ear.silent.wait(), 5)

    async def books(self) -> dict[str, list[tuple[Any, ...]]]:
        """What the desk has written down of drafts, posts, approvals, pauses and stories."""
        db = self.office.desk.store._db
        return {
            name: [tuple(row) for row in await db.rows(f"SELECT * FROM {name}")] for name in KEPT
        }


@asynccontextmanager
async def house(kind: str, folder: Path) -> AsyncIterator[House]:
    voice = voice_of(kind)
    if voice is None:
        pytest.skip(f"how {kind} speaks is not written down: tests/voice_{kind}.py")
    async with opened(folder) as office, voice, aiohttp.ClientSession() as http:
        rev = await office.offers()
        await office.tells(90, "Ferry company shares fall after bridge crash", "Market Post")
        editors = {voice.user(who): role for who, role in ROLES.items()}
        ear = Ear(replace(office.newsroom, editors=editors))
        chat = voice.chat(http, office.clock)
        listening = asyncio.create_task(chat.run(ear))
        await voice.up()
        try:
            yield House(office, voice, ear, rev)
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


@pytest.mark.parametrize("kind", KINDS)
async def test_nothing_is_accepted_wrongly(kind: str, tmp_path: Path) -> None:
    async with house(kind, tmp_path) as h:
        every = list(h.commands())
        above = [c for c in every if NEEDS[c[1:].split()[0]] == "approver"]
        stale = [c for c in every if not c.startswith("!approve")]
        wrong = [f"!approve 1 {'0' * 12}", f"!approve 1 {h.rev[::-1]}", "!approve 1"]
        tries: list[tuple[str, list[str], Way, int]] = [
            ("stranger", every, "asked", 0),
            ("stranger", every, "pressed", 0),
            ("vi", every, "asked", 0),
            ("vi", every, "pressed", 0),
            ("ed", above, "asked", 0),
            ("ed", above, "pressed", 0),
            ("anna", every, "bot", 0),
            ("anna", every, "forwarded", 0),
            ("anna", every, "edited", 0),
            ("anna", every, "elsewhere", 0),
            ("anna", every, "pressed elsewhere", 0),
            ("anna", stale, "asked", 60),
            ("anna", wrong, "asked", 0),
            ("anna", wrong, "pressed", 0),
        ]
        before = await h.books()
        for who, commands, way, minutes_ago in tries:
            if way in h.voice.ways:
                await h.tries(who, commands, way, minutes_ago)
                assert await h.books() == before, (who, way, minutes_ago)
        reached = {message.user for message in h.ear.heard}  # they were all heard, and refused
        assert {h.voice.user(who) for who in ("anna", "ed", "vi", "stranger")} <= reached

        del h.ear.newsroom.editors[h.voice.user("anna")]  # type: ignore[attr-defined]
        for way in ("asked", "pressed"):
            await h.tries("anna", every, way)
            assert await h.books() == before, ("revoked", way)


@pytest.mark.parametrize("kind", KINDS)
async def test_what_is_right_is_accepted_once(kind: str, tmp_path: Path) -> None:
    async with house(kind, tmp_path) as h:
        now = h.office.clock()
        paused = await h.voice.says("anna", "!pause", now)
        await h.settles()
        assert (await h.books())["pause"]
        await h.tries("anna", ["!resume"], "asked")
        assert not (await h.books())["pause"]
        await h.voice.repeats(paused)
        await h.settles()
        assert not (await h.books())["pause"], "a replayed event was carried out"
        await h.tries("ed", ["!edit 1 headline: Bridge hit by a ferry"], "asked")
        await h.office.settles()
        draft = await h.office.draft()
        assert draft.script
        assert draft.script.headline == "Bridge hit by a ferry"
        await h.tries("anna", [f"approve 1 {h.rev}"], "pressed")  # the button of the clip before
        assert await h.office.state() == "offered"
        await h.tries("anna", [f"approve 1 {draft.tag}"], "pressed")
        assert await h.office.state() == "approved"


@pytest.mark.parametrize("kind", KINDS)
async def test_an_approval_by_revision_counts_however_late(kind: str, tmp_path: Path) -> None:
    async with house(kind, tmp_path) as h:
        await h.tries("anna", [f"!approve 1 {h.rev}"], "asked", minutes_ago=60)
        assert await h.office.state() == "approved"
