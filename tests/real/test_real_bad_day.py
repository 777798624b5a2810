"""Bad feeds, words and pictures; a folder that cannot be written; the end in mid-render."""

import asyncio
import json
from pathlib import Path
from typing import Any

import feedparser
import pytest

from bot.terminal.remote import Remote
from fakes_press import draft_once
from fakes_sources import Host
from fakes_trouble import NASTY, leftovers, serves_trouble, unseen
from newsrooms import newsroom, running

pytestmark = pytest.mark.real


async def says(remote: Remote, text: str) -> str:
    return await asyncio.to_thread(remote.command, text)


async def test_a_bad_day_ends_with_a_good_clip(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "clips").write_text("in the way")
    async with Host() as host:
        file = newsroom(tmp_path, serves_trouble(host), open_drafts=0)
        async with running(file) as (remote, _):
            await heard(remote, len(NASTY))
            assert "draft 1" in await says(remote, "make ferry harbour bridge --format flash")
            parked = await draft_once(remote, lambda d: d["state"] == "parked")
            assert "no clip: cannot write" in parked["why"]
            assert "choose a folder that can be written" in parked["why"]
            (tmp_path / "var" / "clips").unlink()
            assert "tried again" in await says(remote, "retry 1")
            await draft_once(remote, lambda d: (d["progress"] or {}).get("stage") == "draw")
        assert leftovers(tmp_path) == []
        assert list((tmp_path / "var" / "clips").rglob("clip.mp4")) == []
        async with running(file) as (remote, _):
            draft = await draft_once(remote, lambda d: d["state"] == "offered")
            stories = (await asyncio.to_thread(remote.get, "/api/stories"))["stories"]
            status = await says(remote, "status")
            shown = await says(remote, "show 1")
            await says(remote, f"approve 1 {draft['rev']}")
            await draft_once(remote, lambda d: d["state"] == "posted")
    log = (tmp_path / "log").read_text()
    assert "Traceback" not in log
    for name in ("broken", "page", "bomb", "cut", "hangs", "round", "gone"):
        assert f"{name}: " in log
    for name in ("page.jpg", "dot.jpg", "vast.png", "torn.jpg", "empty.jpg", "gone.jpg"):
        assert name in log
    assert "failing" in status
    assert unseen(status + shown + json.dumps([draft, stories], ensure_ascii=False)) == []
    in_the_folder(tmp_path / "out", draft)


async def heard(remote: Remote, outlets: int) -> None:
    """Follow the changes until so many of the outlets are on the wire."""
    awaited = {f"Outlet {n}" for n in range(outlets)}
    version = 0
    async with asyncio.timeout(60):
        while True:
            told = await asyncio.to_thread(remote.get, "/api/stories")
            if awaited <= {o for story in told["stories"] for o in story["outlets"]}:
                return
            path = f"/api/changes?since={version}"
            version = (await asyncio.to_thread(remote.get, path))["version"]


def in_the_folder(out: Path, draft: dict[str, Any]) -> None:
    feed = feedparser.parse((out / "feed.xml").read_bytes())
    assert not feed.bozo
    assert [entry.title for entry in feed.entries] == [draft["title"]]
    words = json.dumps(feed.entries[0], default=str, ensure_ascii=False)
    assert unseen(words) == []
    assert "<script" not in words
    assert max(len(beat["line"]) for beat in draft["script"]["beats"]) < 300
    assert draft["check"]["ok"], [c for c in draft["check"]["checks"] if not c["ok"]]
    assert next(out.rglob("*.mp4")).stat().st_size > 0
