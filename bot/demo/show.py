"""`wirereel demo`: a sample wire, the real daemon, your approval, and a clip in a folder.

Offline, without keys or a GPU. Outlets, events and pictures are invented for the purpose.
"""

import asyncio
import contextlib
import logging
import sys
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from bot.chat import Incoming
from bot.config import Config, build
from bot.daemon import Daemon, now, started
from bot.demo.wire import SampleWire
from bot.terminal import STAGES
from bot.views import plain

__all__ = ["demo_config", "run_demo"]

USER = "console:you"
PACE = 60.0  # a minute of the sample evening in a second
PATIENCE_S = 600.0
screen = Console(stderr=True)


class Parked(RuntimeError):
    """The demo's own draft was not offered; the message says why."""


def run_demo(out: Path) -> int:
    """Run the whole line once; answers the exit code."""
    logging.basicConfig(level=logging.ERROR)
    try:
        asyncio.run(asyncio.wait_for(_play(out.absolute()), PATIENCE_S))
    except TimeoutError:
        screen.print(Text(f"no clip after {PATIENCE_S / 60:.0f} minutes", style="bold red"))
        return 1
    except Parked as error:
        screen.print(Text(f"no clip to approve: {error}", style="bold red"), soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def demo_config(wire: SampleWire, state: Path, out: Path, **desk: Any) -> Config:
    """Set a newsroom up around the sample wire."""
    feeds = [
        {
            "kind": "feed",
            "name": outlet,
            "url": url,
            "every_s": 1.0,
            "backlog": False,
            "image_rights": "own",
        }
        for outlet, url in wire.feeds
    ]
    table: Mapping[str, Any] = {
        "desk": {"state": str(state), "open_drafts": 1, "drafts_per_hour": 1, **desk},
        "editors": {USER: "approver"},
        "network": {"allow": ["127.0.0.1"]},
        "sources": feeds,
        "publish": [{"kind": "folder", "path": str(out)}],
        "chat": [],
    }
    return build(table, state)


async def _play(out: Path) -> None:
    stop = asyncio.Event()
    with tempfile.TemporaryDirectory(prefix="wirereel-demo-") as state:
        async with SampleWire(now, PACE) as wire:
            config = demo_config(wire, Path(state), out)
            async with started(config) as daemon:
                began = now()
                working = asyncio.create_task(daemon.run(stop))
                watching = asyncio.create_task(_watch(daemon))
                await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
                stop.set()
                await working
                await watching
                await _print_time_line(daemon, began)


async def _watch(daemon: Daemon) -> None:
    """Show what happens, and decide when it is time to."""
    screen.print("A sample wire is on the air: six invented outlets, one evening in Quellmouth.")
    columns = (SpinnerColumn(), TextColumn("{task.description:<44}"), BarColumn(32))
    with Progress(*columns, TimeElapsedColumn(), console=screen, transient=True) as bar:
        task = bar.add_task("watching the feeds", total=1.0)
        preview = asyncio.create_task(_print_preview(daemon))
        draft = await _until(daemon, "offered", lambda d: _move(bar, task, daemon, d))
        preview.cancel()
    _print_offer(draft)
    screen.print(f"watch it: {await daemon.newsroom.clip(draft['id'], 'video')}", soft_wrap=True)
    words = await _decision(draft)
    reply = await daemon.newsroom.hear(Incoming(USER, f"demo:{draft['rev']}", words, now()))
    screen.print(Text(f"desk> {reply}", style="green"))
    if words.startswith("approve"):
        await _until(daemon, "posted", lambda _: None)


async def _until(daemon: Daemon, state: str, show: Any) -> Mapping[str, Any]:
    version = -1
    while True:
        drafts = await daemon.newsroom.drafts()
        draft = drafts[-1] if drafts else {}
        if draft.get("state") == state:
            return draft
        if draft.get("state") == "parked":
            raise Parked(draft["why"])
        if draft.get("held"):
            await _approve_again(daemon, draft)
        show(draft)
        with contextlib.suppress(TimeoutError):
            version = await asyncio.wait_for(daemon.newsroom.changed(version), 0.5)


async def _approve_again(daemon: Daemon, draft: Mapping[str, Any]) -> None:
    """Let a clip out that newer reports overtook: the evening goes on while it is made."""
    screen.print(Text(f"desk> not posted yet: {draft['held']}", style="yellow"), soft_wrap=True)
    words = f"approve {draft['id']} {draft['rev']}"
    event = f"demo:{draft['rev']}:{draft['held']}"
    reply = await daemon.newsroom.hear(Incoming(USER, event, words, now()))
    screen.print(Text(f"you> {words}\ndesk> {reply}", style="green"))


async def _print_preview(daemon: Daemon) -> None:
    """Say where the small clip lies as soon as it is there."""
    version = -1
    while (path := await daemon.newsroom.clip(1, "preview")) is None:
        version = await daemon.newsroom.changed(version)
    screen.print(f"watch the preview: {path}", soft_wrap=True)


def _move(bar: Progress, task: Any, daemon: Daemon, draft: Mapping[str, Any]) -> None:
    if not draft:
        stories = daemon.desk.hot()
        told = f"{sum(len(s.items) for s in stories)} items in {len(stories)} stories"
        bar.update(task, description=f"watching the feeds: {told}")
    elif progress := draft["progress"]:
        stage = STAGES.get(progress["stage"], progress["stage"])
        bar.update(task, description=f"draft 1: {stage}", completed=progress["whole"])
    else:
        bar.update(task, description=f"draft 1: {draft['state']}")


def _print_offer(draft: Mapping[str, Any]) -> None:
    script = draft["script"]
    screen.print(Text(f"\nDraft {draft['id']}: {script['headline']}", style="bold"))
    for beat in script["beats"]:
        outlets = ", ".join(dict.fromkeys(cite["outlet"] for cite in beat["cites"]))
        line = Text.assemble("  ", beat["line"], (f"  [{outlets}]", "dim"))
        screen.print(line, soft_wrap=True)
    grounding, check = draft["grounding"], draft["check"] or {}
    facts = f"{grounding['claims']} claims checked, {grounding['problems']} not in the sources"
    passed = sum(c["ok"] for c in check.get("checks", ()))
    screen.print(f"{facts}; clip checks: {passed} of {len(check.get('checks', ()))} passed")


async def _decision(draft: Mapping[str, Any]) -> str:
    """Ask the person at the terminal; without one the demo approves by itself."""
    word = f"approve {draft['id']} {draft['rev']}"
    if not sys.stdin.isatty():
        screen.print(Text(f"you (nobody is at this terminal)> {word}", style="cyan"))
        return word
    screen.print(f"Type [bold]{word}[/], or just Enter; anything else rejects it.")
    said = (await asyncio.to_thread(input, "you> ")).strip()
    return word if said in ("", word) else f"reject {draft['id']} {said}"


async def _print_time_line(daemon: Daemon, began: datetime) -> None:
    """From the wire to the post, step by step."""
    store = daemon.desk.store
    draft = await store.draft(1)
    if draft is None:
        return
    rows: list[tuple[datetime, str]] = [
        (item.seen, f"{item.outlet}: {item.title}") for item in draft.items
    ]
    events = [event for event in await store.events(1) if event.kind not in INSIDE]
    rows += [(event.at, _told(event.kind, event.text)) for event in events]
    first = min(at for at, _ in rows)
    screen.print("\nFrom the wire to the post:", style="bold")
    for at, text in sorted(rows):
        after = f"{(at - first).total_seconds():8.1f} s  "
        screen.print(Text.assemble((after, "cyan"), plain(text)), soft_wrap=True)
    for posting in await store.postings(1):
        if posting.state == "done":
            screen.print(Text(f"\n{posting.url}", style="bold green"), soft_wrap=True)
    screen.print("a better voice than this one: [bold]wirereel voices[/]")


INSIDE = ("yes", "post preparing", "post ready")  # told by what comes right after


def _told(kind: str, text: str) -> str:
    words = {
        "wanted": "the story is breaking",
        "written": "script written and checked against its sources",
        "preview": "a preview to watch",
        "rendered": "clip made and measured",
        "offered": "shown to the editors",
        "approved": "approved",
        "post committing": "going out",
        "post done": "posted",
        "posted": "every channel has answered",
    }
    detail = f" ({text})" if text and kind in ("wanted", "approved", "post done") else ""
    return words.get(kind, kind) + (detail if kind != "approved" else "")
