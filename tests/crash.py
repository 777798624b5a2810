"""A newsroom that is killed at one chosen step, then started again: run by test_bot_crash.

Usage: python tests/crash.py FOLDER. Prints one JSON line for each step it was killed at. The
channels of this world are files that only grow; they, not the bot's database, are the judges.
"""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.chat import Incoming, Outgoing
from bot.desk import Desk, Parts
from bot.newsroom import Newsroom
from bot.store import Store
from bot.trends import Wire
from bot.watch.intake import Intake
from fakes import NOON, Clock, FakeChat, FakeLine, FakeSource, FakeTips, item
from publish import Limits, OutcomeUnknown, Post, Receipt, Replay, State

TITLES = (
    "Ferry hits the harbour bridge in Port Ansel",
    "Port Ansel harbour bridge closed after ferry collision",
    "Ferry collides with Port Ansel bridge, harbour closed",
    "Harbour bridge in Port Ansel hit by ferry",
)
Probe = Callable[[str], None]


@dataclass
class FileChannel:
    """A channel whose memory is a file. The process may die before and after its one call."""

    name: str
    replay: Replay
    file: Path
    probe: Probe
    clean: bool = False
    limits: Limits = Limits()

    def keys(self) -> list[str]:
        return self.file.read_text().split() if self.file.exists() else []

    def check(self, post: Post) -> tuple[str, ...]:
        return ()

    async def prepare(self, post: Post, state: State) -> State:
        return {"upload": post.sha256[:8]}

    async def commit(self, post: Post, state: State) -> Receipt:
        self.probe(f"before the call of {self.name}")
        if self.replay != "native" or post.key not in self.keys():
            with self.file.open("a") as file:
                file.write(post.key + "\n")
                file.flush()
                os.fsync(file.fileno())
        self.probe(f"after the call of {self.name}")
        return Receipt(self.name, post.key, "https://square.example/1", post.at)

    async def find(self, post: Post, state: State) -> Receipt | None:
        if self.replay == "none":
            raise OutcomeUnknown("this channel cannot be asked")
        if post.key in self.keys():
            return Receipt(self.name, post.key, "https://square.example/1", post.at)
        return None


@dataclass
class FileChat(FakeChat):
    """A chat that keeps in a file of what kind everything was that was ever said there."""

    file: Path = Path()

    async def send(self, message: Outgoing) -> None:
        offer = "offer" if "\napprove " in message.text else "news"
        with self.file.open("a") as file:
            file.write(("preview" if message.text.startswith("Preview") else offer) + "\n")


async def work(folder: Path, probe: Probe, start: timedelta) -> dict[str, object]:
    """One life of the newsroom, until nothing is left to do."""
    clock = Clock(NOON + start)
    store = await Store.open(folder / "state", probe)
    replays: tuple[Replay, ...] = ("native", "lookup", "none")
    channels = {r: FileChannel(r, r, folder / r, probe) for r in replays}
    source, line, wire = (
        FakeSource("wire"),
        FakeLine(pages="All of it."),
        Wire(first_id=await store.last_story() + 1),
    )
    chat = FileChat(file=folder / "said")
    desk = Desk(Parts(store, wire, line, channels, [chat], folder / "clips"), clock)
    intake = Intake(store, wire, {"wire": source}, clock, desk.wake)
    newsroom = Newsroom(desk, {"web:anna": "approver"}, FakeTips().follow, intake.forgive)
    await intake.open()
    for n, title in enumerate(TITLES):
        source.brings(item(n, title, f"Outlet {n}", NOON + timedelta(minutes=2 * n)))
    await intake.poll("wire")
    for _ in range(40):
        busy = await desk.tick()
        for draft in await store.drafts(NOON - timedelta(days=1)):
            if draft.state == "offered":
                word = f"approve {draft.id} {draft.tag}"
                await newsroom.hear(Incoming("web:anna", f"say {draft.tag}", word, clock()))
                busy = busy or []
        if not busy:
            clock.passes(minutes=6)
    drafts = await store.drafts(NOON - timedelta(days=1))
    posts = {p.channel: p.state for p in await store.postings()}
    items = len(await store.items(NOON - timedelta(days=1)))
    await store.close()
    return {"drafts": [d.state for d in drafts], "posts": posts, "items": items, "shot": line.shot}


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


def killed(folder: Path, step: int) -> bool:
    """Live in a child that dies at a step; False when it came to its end first."""
    child = os.fork()
    if child == 0:
        asyncio.run(work(folder, die_at(step, folder / "died"), timedelta(0)))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def main(root: Path) -> None:
    """Kill at every step in turn, start again, and say what the world looks like."""
    step = 1
    while True:
        folder = root / f"{step:03d}"
        folder.mkdir(parents=True)
        if not killed(folder, step):
            return
        after = asyncio.run(work(folder, lambda _: None, timedelta(minutes=10)))
        files = {r: folder / r for r in ("native", "lookup", "none")}
        out = {r: f.read_text().split() if f.exists() else [] for r, f in files.items()}
        said = (folder / "said").read_text().split()
        line = {"step": step, "died": (folder / "died").read_text(), "out": out, "said": said}
        line |= after
        sys.stdout.write(json.dumps(line) + "\n")
        step += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]))
