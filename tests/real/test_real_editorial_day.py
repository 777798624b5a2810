"""A day of ten stories, acted out over Matrix.

Homeserver, daemon and store are real, the channels are folders, the clips small files.
With WIREREEL_DAY=FILE the room's transcript is written there.
"""

import asyncio
import json
import os
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from servers import ROOT, synapse
from servers.synapse import Person, Synapse

from bot import config
from bot.daemon import Daemon, started
from newsday import DayLine, Wire

INSTALLED = ROOT / "synapse"
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(
        not (INSTALLED / "installed").exists(), reason="needs Synapse: `make test-real` installs it"
    ),
]
Event = dict[str, Any]
QUIET_S = 1.0  # of the room: then everybody has said what they had to say

DAY: tuple[tuple[str, str, str], ...] = (  # who, does what, what then has to be in the room
    ("wire", "breaks 1", "approve 1 "),  # four outlets: it is drafted by itself
    ("Cem", "topics", "4 outlets"),
    ("Anna", "presses ✅ 1", "posting to"),
    ("wire", "breaks 2", ""),
    ("Cem", "make 2", "approve 2 "),
    ("Cem", "edit 2 line 2: It has never been so low since 1987.", "is parked"),
    (
        "Cem",
        "edit 2 line 2: Water levels at Oster Vale are the lowest since records began in 1987.",
        "approve 2 ",
    ),
    ("Anna", "presses ✅ 2", "posting to"),
    ("wire", "breaks 3", ""),
    ("Cem", "make 3", "approve 3 "),
    ("Cem", "approve 3 {3}", "needs the role approver"),
    ("Bea", "reject 3 the railway has announced that before", "rejected 3"),
    ("Cem", "correct 3 it is the other railway", "say: !correct 3"),
    ("wire", "breaks 4", ""),
    ("Cem", "make 4", "approve 4 "),
    ("Anna", "pause", "paused"),
    ("Bea", "approve 4 {4}", "everything is paused"),
    ("Cem", "status", "PAUSED"),
    ("Anna", "resume", "It is out on podcast"),
    ("wire", "breaks 5", ""),
    ("Cem", "make 5", "approve 5 "),
    ("desk", "restarts", ""),
    ("Anna", "presses ✅ 5", "posting to"),
    ("wire", "breaks 6", ""),
    ("Cem", "make 6", "approve 6 "),
    ("Cem", "/aprove 6 {6}", "did you mean"),
    ("Anna", "approve 6 000000", "is not the clip of draft 6"),
    ("Anna", "approve 6 {6} folder", "posting to folder"),
    ("wire", "breaks 7", ""),
    ("Cem", "make 7", "approve 7 "),
    ("Anna", "presses ✅ 7", "one more approval"),  # an accusation: two people must agree
    ("Bea", "presses ✅ 7", "posting to"),
    ("wire", "breaks 8", ""),
    ("Cem", "make 8", "approve 8 "),
    ("Bea", "approve 8 {8} in 20 min", "(as you said), podcast"),  # maybe tomorrow already
    ("Cem", "schedule", "Storm Ilva"),
    ("Anna", "schedule 8 now podcast", "podcast now"),
    ("Anna", "schedule 8 in 1 min", "draft 8: folder"),
    ("wire", "breaks 9", ""),
    ("Cem", "make 9", "approve 9 "),
    ("Anna", "reject 9 we tell it tomorrow, with the union", "rejected 9"),
    ("wire", "breaks 10", ""),
    ("Cem", "make 10", "approve 10 "),
    ("Bea", "presses ✅ 10", "posting to"),
    ("Bea", "!correct 10 The course record stood at 2 hours and 27 minutes.", "Correction 1"),
    ("Cem", "show 10", "corrected"),
    ("Anna", "takedown 6", "takedown 6 confirm"),
    ("Anna", "takedown 6 confirm", "gone from folder"),
    ("time", "passes", "Draft 8: Storm Ilva reaches the western islands\nIt is out on folder"),
    ("Cem", "audit 7", "head"),
    ("Cem", "drafts", "no open drafts"),
)


@dataclass
class Newsday:
    """The desk, the people in its room, and the words to act out a day."""

    file: Path
    room: str
    people: dict[str, Person]
    wire: Wire
    daemon: Daemon | None = None
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    working: asyncio.Task[None] | None = None
    stack: Any = None
    asides: list[Event] = field(default_factory=list)  # what happened outside the room

    async def opens(self) -> None:
        """The desk begins to work."""
        self.stop = asyncio.Event()
        self.stack = started(config.read(self.file), line=lambda *_: DayLine())
        self.daemon = await self.stack.__aenter__()
        self.working = asyncio.create_task(self.daemon.run(self.stop))

    async def closes(self) -> None:
        """The desk ends, as on SIGTERM."""
        self.stop.set()
        if self.working:
            await self.working
        await self.stack.__aexit__(None, None, None)

    async def acts(self, who: str, what: str, then: str) -> None:
        """One step of the day, and what has to come of it."""
        before = 0 if who == "time" else len(await self.reads())
        verb, _, rest = what.partition(" ")
        if who == "wire":
            self.notes(f"the wire: {self.wire.breaks(int(rest))}")
            await patiently(lambda: self._on_the_wire(int(rest)), f"story {rest} is not there")
        elif who == "time":
            pass  # what was to come of it may have come already
        elif what == "restarts":
            await self.closes()
            self.notes("the desk is stopped, and started again")
            await self.opens()
        elif verb == "presses":
            sign, number = rest.split()
            await self.people[who].reacts(self.room, await self.offer(int(number)), sign)
        else:
            tags = {n: (await self.tag(int(n))) for n in re.findall(r"\{(\d+)\}", what)}
            said = re.sub(r"\{(\d+)\}", lambda m: tags[m[1]], what)
            await self.people[who].says(self.room, said, f"step-{before}")

        async def said() -> bool:
            return any(then in body(event) for event in (await self.reads())[before:])

        if then:
            await patiently(said, f"{then!r} was not said")
        await self.calms()

    def notes(self, what: str) -> None:
        at = int(time.time() * 1000)
        self.asides.append({"type": "aside", "origin_server_ts": at, "content": {"body": what}})

    async def calms(self) -> None:
        """Wait until nobody says any more."""
        count = -1
        while (now := len(await self.reads())) != count:
            count = now
            await asyncio.sleep(QUIET_S)

    async def _on_the_wire(self, number: int) -> bool:
        return bool(self.daemon and self.daemon.desk.story(number))

    async def reads(self) -> list[Event]:
        return await self.people["Anna"].reads(self.room)

    async def tag(self, number: int) -> str:
        assert self.daemon
        draft = await self.daemon.desk.store.draft(number)
        assert draft
        return draft.tag

    async def offer(self, number: int) -> str:
        """Find the message under which the newest revision of a draft can be approved."""
        tag = await self.tag(number)
        offer = next(e for e in await self.reads() if f"approve {number} {tag}" in body(e))
        return str(offer["event_id"])

    async def transcript(self) -> str:
        names = {person.id: name for name, person in self.people.items()}
        events = sorted((*await self.reads(), *self.asides), key=lambda e: e["origin_server_ts"])
        return "\n".join(told(events, names)) + "\n"


async def patiently(check: Callable[[], Awaitable[bool]], why: str) -> None:
    """Look again and again, for a minute."""
    for _ in range(600):
        if await check():
            return
        await asyncio.sleep(0.1)
    raise AssertionError(why)


def body(event: Event) -> str:
    """What a message said when it was new; of an edit the new words."""
    content = event["content"].get("m.new_content") or event["content"]
    return str(content.get("body", ""))


def told(events: list[Event], names: dict[str, str]) -> Iterator[str]:
    """Write a room as text: time, who, what; edits where the message stands."""
    edits: dict[str, list[Event]] = {}
    for event in events:
        relation = event["content"].get("m.relates_to", {})
        if relation.get("rel_type") == "m.replace":
            edits.setdefault(relation["event_id"], []).append(event)
    known = {event["event_id"]: event for event in events if "event_id" in event}
    for event in events:
        if event["type"] == "aside":
            yield line(event, "", f"({body(event)})")
            continue
        who, content = names.get(event["sender"], "Wirereel"), event["content"]
        relation = content.get("m.relates_to", {})
        if event["type"] == "m.reaction" and who != "Wirereel":
            under = body(known[relation["event_id"]]).splitlines()[0]
            yield line(event, who, f"presses {relation['key']} under: {under[:60]}")
        elif event["type"] != "m.room.message" or relation.get("rel_type") == "m.replace":
            continue
        elif content.get("msgtype") == "m.video":
            yield line(event, who, f"[film {content['body']}]")
        else:
            yield line(event, who, original(content))
            for edit in edits.get(event["event_id"], ()):
                yield line(edit, who, f"(this is now) {body(edit)}", "      ")


def original(content: dict[str, Any]) -> str:
    return str(content.get("body", "")).rstrip()


def line(event: Event, who: str, words: str, indent: str = "") -> str:
    at = datetime.fromtimestamp(event["origin_server_ts"] / 1000).astimezone()
    head = f"{indent}{at:%H:%M:%S}  {who:<8}  "
    return head + words.replace("\n", "\n" + " " * len(head))


def newsroom(folder: Path, server: Synapse, bot: Person, room: str, roles: dict[str, str]) -> Path:
    """Write the config file of the day."""
    (folder / "token").write_text(bot.token)
    (folder / "wire.jsonl").touch()
    editors = "".join(
        f"{json.dumps(f'matrix:{user}')} = '{role}'\n" for user, role in roles.items()
    )
    file = folder / "config.toml"
    file.write_text(
        "[desk]\nstate = 'var'\nmin_outlets = 4\nopen_drafts = 20\ndrafts_per_hour = 20\n"
        f"[editors]\n{editors}[network]\nallow = ['127.0.0.1']\n"
        "[[sources]]\nkind = 'jsonl'\nname = 'wire'\npath = 'wire.jsonl'\nevery_s = 0.5\n"
        "[[publish]]\nkind = 'folder'\nname = 'folder'\npath = 'out'\n"
        "base_url = 'https://reel.example/'\n"
        "[[publish]]\nkind = 'folder'\nname = 'podcast'\npath = 'podcast'\n"
        "base_url = 'https://podcast.example/'\n"
        f"[[chat]]\nkind = 'matrix'\nhomeserver = '{server.url}'\nuser = '{bot.id}'\n"
        f"room = '{room}'\naccess_token = 'file:token'\n"
    )
    return file


@asynccontextmanager
async def opened(folder: Path) -> AsyncIterator[Newsday]:
    (folder / "synapse").mkdir()
    async with synapse.running(INSTALLED, folder / "synapse") as server:
        people = {name: await server.registers(name.lower()) for name in ("Anna", "Bea", "Cem")}
        bot = await server.registers("wirereel")
        anna = people["Anna"]
        room = await anna.opens_a_room(people["Bea"], people["Cem"], bot.id)
        roles = {"Anna": "approver", "Bea": "approver", "Cem": "editor"}
        allowed = {people[name].id: role for name, role in roles.items()}
        file = newsroom(folder, server, bot, room, allowed)
        day = Newsday(file, room, people, Wire(folder / "wire.jsonl"))
        await day.opens()
        try:
            yield day
        finally:
            await day.closes()


async def test_a_day_of_ten_stories(tmp_path: Path) -> None:
    async with opened(tmp_path) as day:
        try:
            for step in DAY:
                await day.acts(*step)
        finally:
            if to := os.environ.get("WIREREEL_DAY"):
                Path(to).write_text(await day.transcript())
        assert day.daemon
        postings = await day.daemon.desk.store.postings()
    done = sorted((p.draft, p.channel) for p in postings if p.state == "done")
    both = [(n, name) for n in (1, 2, 4, 5, 7, 8, 10) for name in ("folder", "podcast")]
    assert done == sorted([*both, (6, "folder")])
    assert len(list((tmp_path / "out").rglob("*.mp4"))) == 7  # draft 6 was taken down
