"""The whole thing as a newsroom runs it: the real daemon as a process, over its HTTP API."""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest

from bot.demo.wire import SampleWire
from bot.terminal.remote import Remote
from newsrooms import newsroom, running


async def until(remote: Remote, done: Callable[[list[dict[str, Any]]], bool]) -> list[Any]:
    """Follow the changes until the drafts are as they should be."""
    version = 0
    async with asyncio.timeout(150):
        while True:
            drafts = (await asyncio.to_thread(remote.get, "/api/drafts"))["drafts"]
            if done(drafts):
                return list(drafts)
            assert not [d for d in drafts if d["state"] == "parked"], drafts
            path = f"/api/changes?since={version}"
            version = (await asyncio.to_thread(remote.get, path))["version"]


def in_state(state: str) -> Callable[[list[dict[str, Any]]], bool]:
    return lambda drafts: any(d["state"] == state for d in drafts)


async def approve_the_first_offer(remote: Remote) -> dict[str, Any]:
    drafts = await until(remote, in_state("offered"))
    draft = next(d for d in drafts if d["state"] == "offered")
    reply = await asyncio.to_thread(remote.command, f"approve {draft['id']} {draft['rev']}")
    assert "posting to folder" in reply
    drafts = await until(remote, in_state("posted"))
    return next(dict(d) for d in drafts if d["id"] == draft["id"])


def lies_in_the_folder(out: Path, draft: dict[str, Any]) -> None:
    """A clip with its sidecars, and a feed that a podcast client reads."""
    feed = feedparser.parse(next(out.glob("*.xml")).read_bytes())
    assert not feed.bozo
    assert len(feed.entries) == 1
    entry = feed.entries[0]
    assert (
        draft["script"]["headline"] in entry.title
    )  # with the key word before it, if it comes late
    assert entry.enclosures[0].type == "video/mp4"
    clip = next(out.rglob("*.mp4"))
    assert int(entry.enclosures[0].length) == clip.stat().st_size
    for suffix in ("*.srt", "*.vtt", "*.jpg", "*.json"):
        assert next(out.rglob(suffix)).stat().st_size > 0
    assert draft["preview"]
    assert draft["check"]["ok"], [c for c in draft["check"]["checks"] if not c["ok"]]


async def test_a_second_daemon_on_the_same_state_is_refused(tmp_path: Path) -> None:
    file = newsroom(tmp_path, [])
    async with running(file):
        second = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run", "--config", str(file)),
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await second.communicate()
    assert second.returncode == 1
    assert "another wirereel" in " ".join(said.decode().split())


async def test_the_sample_wire_becomes_a_clip_though_the_daemon_is_killed(tmp_path: Path) -> None:
    async with SampleWire(lambda: datetime.now(UTC), 200) as wire:
        file = newsroom(tmp_path, wire.feeds, open_drafts=1, drafts_per_hour=1)
        async with running(file) as (remote, child):
            await until(remote, in_state("written"))
            child.kill()
            await child.wait()
        async with running(file) as (remote, _):
            draft = await approve_the_first_offer(remote)
    assert draft["id"] == 1
    lies_in_the_folder(tmp_path / "out", draft)
    assert "Lantern Bridge" in json.dumps(draft["script"])
    assert draft["grounding"]["problems"] == 0


def test_an_idle_daemon_is_small(tmp_path: Path) -> None:
    async def measure() -> float:
        async with running(newsroom(tmp_path, [])) as (remote, child):
            await asyncio.to_thread(remote.command, "status")
            status = Path(f"/proc/{child.pid}/status")
            if not status.exists():
                pytest.skip("no /proc here")
            match = re.search(r"VmRSS:\s+(\d+) kB", status.read_text())
            assert match
            return int(match[1]) / 1024

    assert asyncio.run(measure()) <= 150  # MB


def test_a_typo_in_the_config_is_named_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[desk]\nstaet = 'var'\n")
    run = subprocess.run(
        [sys.executable, "-m", "bot", "run", "--config", str(tmp_path / "config.toml")],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "NO_COLOR": "1"},
    )
    assert run.returncode == 2
    assert "desk.staet: unknown key" in run.stderr
    assert "Traceback" not in run.stderr
