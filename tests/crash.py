"""A newsroom that is killed at one chosen step, then started again: run by test_bot_crash.

Usage: python tests/crash.py FOLDER. Prints one JSON line for each step it was killed at. The
channels of this world are files that only grow; they, not the bot's database, are the judges.
"""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.chat import Incoming, Outgoing
from bot.config import Role
from bot.courier import Courier
from bot.desk import Desk, Parts
from bot.draft import SETTLED, Draft, Posting
from bot.newsroom import Newsroom
from bot.rules import Rulebook, Rules
from bot.store import Store
from bot.story import Finding
from bot.trends import Wire
from bot.watch.intake import Intake
from fakes import NOON, Clock, FakeChat, FakeLine, FakeSource, FakeTips, item, script
from publish import Caps, Corrects, OutcomeUnknown, Post, Receipt, Replay, State

TITLES = (
    "Ferry hits the harbour bridge in Port Ansel",
    "Port Ansel harbour bridge closed after ferry collision",
    "Ferry collides with Port Ansel bridge, harbour closed",
    "Harbour bridge in Port Ansel hit by ferry",
)
TOLL = "{} people were hurt when the ferry hit the harbour bridge in Port Ansel."
QUIET = 4  # rounds of six minutes in which nothing happens: then nothing will
UNFOUNDED = Finding(0, "14", "number", "not found")
EDITORS: dict[str, Role] = {"web:anna": "approver", "web:bea": "approver"}
WAYS: dict[Replay, Corrects] = {"native": "edit", "lookup": "reply", "none": "no"}
Probe = Callable[[str], None]


@dataclass
class FileChannel:
    """A channel whose memory is a file. The process may die before and after its one call."""

    name: str
    replay: Replay
    file: Path
    probe: Probe

    @property
    def caps(self) -> Caps:
        return Caps(self.replay, corrects=WAYS[self.replay], deletes=self.replay != "none")

    def keys(self, kind: str = "") -> list[str]:
        file = self.file.with_suffix(kind)
        return file.read_text().split() if file.exists() else []

    def _keep(self, key: str, kind: str = "") -> None:
        with self.file.with_suffix(kind).open("a") as file:
            file.write(key + "\n")
            file.flush()
            os.fsync(file.fileno())

    def check(self, post: Post) -> tuple[str, ...]:
        return ()

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        yield {"upload": post.sha256[:8]}

    async def commit(self, post: Post, state: State) -> Receipt:
        self.probe(f"before the call of {self.name}")
        if self.replay != "native" or post.key not in self.keys():
            self._keep(post.key)
        self.probe(f"after the call of {self.name}")
        return Receipt(self.name, post.key, "https://square.example/1", post.at)

    async def find(self, post: Post, state: State) -> Receipt | None:
        if self.replay == "none":
            raise OutcomeUnknown("this channel cannot be asked")
        if post.key in self.keys():
            return Receipt(self.name, post.key, "https://square.example/1", post.at)
        return None

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        self.probe(f"before the edit on {self.name}")
        self._keep(receipt.id, ".edited")
        self.probe(f"after the edit on {self.name}")

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        self.probe(f"before the answer on {self.name}")
        self._keep(post.key, ".answered")
        self.probe(f"after the answer on {self.name}")
        return Receipt(self.name, post.key, "https://square.example/2", post.at)

    async def delete(self, receipt: Receipt, state: State) -> None:
        self.probe(f"before the deletion on {self.name}")
        self._keep(receipt.id, ".deleted")
        self.probe(f"after the deletion on {self.name}")


@dataclass
class FileChat(FakeChat):
    """A chat that keeps in a file what was ever said there: its key, and of what kind it was.

    The process may die right after. What comes again has the key that it had.
    """

    file: Path = Path()
    probe: Probe = print

    async def send(self, message: Outgoing) -> None:
        marks = {
            "; it needs one more": "half",
            "Preview of": "preview",
            " is not posted: ": "held",
            " say something else now: ": "correction",
        }
        kind = next((kind for mark, kind in marks.items() if mark in message.text), "news")
        kind = "offer" if message.film == "video" else kind
        with self.file.open("a") as file:
            file.write(f"{message.key} {kind}\n")
            file.flush()
            os.fsync(file.fileno())
        self.probe("after a message")


async def work(folder: Path, probe: Probe, start: timedelta, *, regrets: bool) -> dict[str, object]:
    """One life of the newsroom, until nothing is left to do; `regrets`: also with what is out."""
    clock = Clock(NOON + start)
    store = await Store.open(folder / "state", probe)
    replays: tuple[Replay, ...] = ("native", "lookup", "none")
    channels = {r: FileChannel(r, r, folder / r, probe) for r in replays}
    source, line = FakeSource("wire"), FakeLine(pages="All of it.")
    wire = Wire(first_id=await store.last_story() + 1)
    line.writes(script(TOLL.format(14)), UNFOUNDED)
    chat = FileChat(file=folder / "said", probe=probe)
    book = Rulebook(Rules(two_editors="always"), approvers=frozenset(EDITORS))
    desk = Desk(Parts(store, wire, line, channels, [chat], folder / "clips", book=book), clock)
    intake = Intake(store, wire, {"wire": source}, clock, desk.wake)
    courier = Courier(store, [chat], clock)
    newsroom = Newsroom(desk, EDITORS, FakeTips().follow, intake.forgive)
    await intake.open()
    for n, title in enumerate(TITLES):
        more = {"summary": "EMBARGOED until the minister sits down."} if n == 1 else {}
        source.brings(item(n, title, f"Outlet {n}", NOON + timedelta(minutes=2 * n), **more))
    await intake.poll("wire")
    idle = 0
    while idle < QUIET:
        busy = await desk.tick()
        await courier.deliver(chat)
        idle = 0 if busy else idle + 1
        for draft in await store.drafts(NOON - timedelta(days=1)):
            corrected = await store.postings(draft.id, purpose="correction")
            words = regretted(draft, corrected) if regrets else wanted(draft)
            for word, toll in words:
                if toll:
                    source.brings(item(toll, f"Toll {toll}", summary=TOLL.format(toll)))
                    await intake.poll("wire")
                for user in EDITORS:
                    event = f"{user} {draft.version} {word}"
                    await newsroom.hear(Incoming(user, event, word, clock()))
        if not busy:
            clock.passes(minutes=6)
    drafts = await store.drafts(NOON - timedelta(days=1))
    posts = {p.channel: p.state for p in await store.postings()}
    after = await store.postings(purpose=None)
    sequels = {f"{p.purpose} {p.channel}": p.state for p in after if p.purpose != "post"}
    items = len(await store.items(NOON - timedelta(days=1)))
    await store.close()
    return {
        "drafts": [d.state for d in drafts],
        "posts": posts,
        "items": items,
        "shot": line.shot,
        "sequels": sequels,
    }


def wanted(draft: Draft) -> Iterator[tuple[str, int]]:
    """What both editors say of a draft as it is, and the toll that is reported right before."""
    match draft.state:
        case "parked":
            yield f"override {draft.id} they saw it", 0
        case "offered":
            yield f"approve {draft.id} {draft.tag}", 0
        case "approved" if draft.held:
            yield f"approve {draft.id} {draft.tag}", 0
        case "approved" if draft.embargo and not draft.embargo.lifted_by:
            yield f"override {draft.id} embargo she sat down", 17
        case "posted":
            yield "status", 19


def regretted(draft: Draft, corrected: Sequence[Posting]) -> Iterator[tuple[str, int]]:
    """What both editors say of a draft that is out: first a correction, then that it shall go."""
    yield f"correct {draft.id} native lookup: Nineteen were hurt.", 0
    if corrected and all(p.state in SETTLED for p in corrected):
        yield f"takedown {draft.id} native lookup confirm", 0


def die_at(step: int, log: Path) -> Probe:
    """A probe that kills this process at the n-th step, leaving the step's name behind."""
    count = 0

    def probe(name: str) -> None:
        nonlocal count
        count += 1
        if count == step:
            log.write_text(name)
            os.kill(os.getpid(), signal.SIGKILL)

    return probe


def killed(folder: Path, step: int, *, regrets: bool) -> bool:
    """Live in a child that dies at a step; False when it came to its end first."""
    child = os.fork()
    if child == 0:
        probe = die_at(step, folder / "died")
        asyncio.run(work(folder, probe, timedelta(hours=regrets), regrets=regrets))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


ROOMS = (
    *("native", "lookup", "none", "native.edited", "lookup.answered"),
    *("native.deleted", "lookup.deleted"),
)


def die_everywhere(root: Path, *, regrets: bool, before: Path | None = None) -> None:
    """Kill at every step in turn, start again, and say what the world looks like.

    `before` is a newsroom to begin with, None for an empty one.
    """
    step = 1
    while True:
        folder = root / f"{step:03d}"
        if before:
            shutil.copytree(before, folder)
        else:
            folder.mkdir(parents=True)
        if not killed(folder, step, regrets=regrets):
            return
        start = timedelta(hours=regrets, minutes=10)
        after = asyncio.run(work(folder, lambda _: None, start, regrets=regrets))
        files = {r: folder / r for r in ROOMS}
        out = {r: f.read_text().split() if f.exists() else [] for r, f in files.items()}
        keys = [tuple(line.split()) for line in (folder / "said").read_text().splitlines()]
        said = [kind for _, kind in dict.fromkeys(keys)]  # again with the same key is once
        line = {
            "step": step,
            "died": (folder / "died").read_text(),
            "out": out,
            "said": said,
            "again": len(keys) - len(said),
        }
        line |= {"regrets": regrets, **after}
        sys.stdout.write(json.dumps(line) + "\n")
        step += 1


def main(root: Path) -> None:
    """Die on the way out, then with corrections and a takedown of what is out."""
    die_everywhere(root / "posts", regrets=False)
    posted = root / "posted"
    posted.mkdir()
    asyncio.run(work(posted, lambda _: None, timedelta(0), regrets=False))
    die_everywhere(root / "regrets", regrets=True, before=posted)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
