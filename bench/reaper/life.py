"""One life of the newsroom of bench/kill.py: the real daemon, a quick writer and a paper camera."""

import asyncio
import hashlib
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp

from bot.config import Config, build
from bot.daemon import Daemon, started
from bot.draft import CLOSED, SETTLED, Brief
from bot.line import Watch
from bot.story import Beat, Cite, Grounding, Script, Story
from bot.writers import Tell
from render.storyboard import Brand, Shot, Storyboard
from sources import Item

__all__ = ["ANNA", "CHANNELS", "SHOTS", "PaperLine", "life", "title"]

CHANNELS = ("keyed", "listed", "blind")
SHOTS = 4
ANNA = "desk:anna"
CLIP_BYTES = 20_000
PACE_S = 0.1  # between two stories


def title(story: int) -> str:
    """Name a story, so that the judge can tell one from the other without our keys."""
    return f"Harbour bridge number {story} is closed"


class PaperLine:
    """Satisfies bot.line.Line. A shot is a file named by what is on it, as the real ones are."""

    def __init__(self, http: aiohttp.ClientSession, world: str, shots: Path) -> None:
        self._http = http
        self._world = world
        self._shots = shots

    async def read(self, items: tuple[Item, ...], now: datetime) -> tuple[Item, ...]:
        return items

    async def write(self, story: Story, brief: Brief, tell: Tell) -> tuple[Script, Grounding]:
        await self._note("script", f"{self._shots.parent.name} {story.title}")
        item = story.items[0]
        cites = (Cite(item.id, item.outlet, item.url, item.title),)
        lines = tuple(Beat(f"{story.title}, part {n}.", cites) for n in range(SHOTS))
        return Script("news", story.title, "en", "neutral", lines, writer="paper"), Grounding()

    async def revise(self, script: Script, *_: object) -> tuple[Script, Grounding]:
        return script, Grounding()

    async def judge(
        self, script: Script, grounding: Grounding
    ) -> tuple[Grounding, tuple[str, ...]]:
        return grounding, ()

    async def board(self, script: Script, story: Story, brief: Brief) -> Storyboard:
        card = {"card": "statement", "text": script.headline, "emphasis": []}
        shots = tuple(Shot(beat.line, "cards", card) for beat in script.beats)
        return Storyboard(script.headline, "en", shots, brand=Brand())

    async def shoot(
        self,
        board: Storyboard,
        out: Path,
        watch: Watch,
        *,
        clean: bool = False,
        ready_in_s: float = 0.0,
    ) -> Mapping[str, Any]:
        reel = [await self._shot(shot.line) for shot in board.shots]
        body = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"".join(reel)
        out.parent.mkdir(parents=True, exist_ok=True)
        names = {"cover": "jpg", "srt": "srt", "vtt": "vtt", "sources": "json"}
        for suffix in names.values():
            out.with_suffix(f".{suffix}").write_bytes(b"{}")
        out.write_bytes(body)
        files = {key: str(out.with_suffix(f".{suffix}")) for key, suffix in names.items()}
        more = {"seconds": 12.0, "check": {"ok": True}, "warnings": [], "clean": None}
        digest = hashlib.sha256(body).hexdigest()
        return {"path": str(out), "sha256": digest, **files, **more}

    async def _shot(self, line: str) -> bytes:
        """Film a shot that is not there yet: written aside, then put in place in one step."""
        file = self._shots / hashlib.sha256(line.encode()).hexdigest()
        if not file.exists():
            part = file.with_suffix(f".{os.getpid()}")
            part.write_bytes((line * CLIP_BYTES)[: CLIP_BYTES // SHOTS].encode())
            part.replace(file)
            await self._note("shot", f"{self._shots.parent.name} {line}")
        return file.read_bytes()

    async def _note(self, what: str, words: str) -> None:
        async with self._http.post(f"{self._world}/note/{what}", data=words) as answer:
            assert await answer.text() == words


def config(folder: Path, world: str) -> Config:
    """Set a newsroom up whose channels are in the world; rooms are named after the folder."""
    post, find = f"{world}/post/{folder.name}", f"{world}/find/{folder.name}"
    hooks: dict[str, dict[str, Any]] = {
        "keyed": {"replay": "native"},
        "listed": {"lookup_url": f"{find}-listed", "settle_s": 0.5},
        "blind": {},
    }
    publish = [
        {"kind": "webhook", "name": name, "url": f"{post}-{name}", **more}
        for name, more in hooks.items()
    ]
    table = {
        "desk": {"state": "state"},
        "editors": {ANNA: "approver"},
        "network": {"allow": ["127.0.0.1"]},
        "publish": publish,
        "chat": [{"kind": "bench.reaper.editor", "name": "desk"}],
    }
    return build(table, folder)


async def life(folder: Path, world: str, stories: int, ready: int) -> None:
    """Live until every story is through; `ready` is a pipe that hears when work begins."""
    (folder / "shots").mkdir(parents=True, exist_ok=True)

    def line(_: Config, http: Any) -> PaperLine:
        return PaperLine(http, world, folder / "shots")

    async with started(config(folder, world), line=line) as daemon:
        stop = asyncio.Event()
        beats = asyncio.create_task(_orders(daemon, stories, stop))
        os.write(ready, b"r")
        await daemon.run(stop)
        await beats


async def _orders(daemon: Daemon, stories: int, stop: asyncio.Event) -> None:
    """Ask for every story that has no draft yet, then watch until nothing is left to do."""
    store = daemon.desk.store
    told = {t.story for t in await store.told()}
    for n in range(1, stories + 1):
        if n not in told:
            now = datetime.now(UTC)
            item = Item(
                *(f"i{n}", "wire", "The Quay", f"https://quay.example/{n}", title(n)),
                *("It was closed.", now, now, "en"),
            )
            await store.new_draft(n, title(n), (item,), Brief(), ANNA, "asked for", now)
            daemon.desk.wake()
            await asyncio.sleep(PACE_S)
    while not stop.is_set():
        await asyncio.sleep(0.2)
        daemon.desk.woken.set()  # waits of seconds end when they do, not at the next heartbeat
        drafts = await store.drafts(datetime.now(UTC) + timedelta(days=1))  # the open ones
        waiting = {p.draft for p in await store.unsettled() if p.state not in SETTLED}
        asked = {p.draft for p in await store.unsettled() if p.state == "asked"}
        if all(d.state in CLOSED or (d.id in asked and d.id not in waiting) for d in drafts):
            stop.set()
