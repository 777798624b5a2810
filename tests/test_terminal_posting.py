"""Posting what was made by hand: the same rules, without a daemon."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.byhand import Report
from bot.config import Config, build
from bot.draft import Brief
from bot.line import Watch
from bot.story import Finding, Grounding, Script
from bot.terminal.posting import NotApproved, post_now
from fakes import FakeLine, item, script, story

LOST = Finding(0, "97", "number", "not found")


def config(folder: Path, **tables: Any) -> Config:
    editors = {"console:local": "approver"}
    channel = {"kind": "folder", "path": str(folder / "posted")}
    return build({"editors": editors, "publish": [channel], **tables}, folder)


async def report(
    folder: Path, words: Script | None = None, summary: str = "", *found: Finding
) -> Report:
    """A clip as `wirereel make` has it in its hands."""

    async def passes(_: Path) -> None:
        return

    told, line, words = story(), FakeLine(), words or script()
    if summary:
        told = replace(told, items=(item(0, summary=summary), *told.items[1:]))
    board = await line.board(words, told, Brief())
    clip = await line.shoot(board, folder / "clip.mp4", Watch(lambda *_: None, passes))
    return Report(told, words, Grounding(found), board, clip, {})


def posted(folder: Path) -> int:
    return len(list((folder / "posted").rglob("*.mp4")))


async def test_what_the_rules_allow_goes_out(tmp_path: Path) -> None:
    (posting,) = await post_now(config(tmp_path), await report(tmp_path), Brief())
    assert (posting.state, posted(tmp_path)) == ("done", 1)


async def test_claims_of_no_source_need_a_reason(tmp_path: Path) -> None:
    made = await report(tmp_path, None, "", LOST)
    with pytest.raises(NotApproved, match='"97" is not found'):
        await post_now(config(tmp_path), made, Brief())
    assert posted(tmp_path) == 0
    (posting,) = await post_now(config(tmp_path), made, Brief(), "I saw it")
    assert (posting.draft, posting.state, posted(tmp_path)) == (2, "done", 1)


async def test_a_sensitive_clip_waits_for_the_other_editor(tmp_path: Path) -> None:
    made = await report(tmp_path, script("Mayor Ada Quill was charged with fraud."))
    with pytest.raises(NotApproved, match="needs two editors"):
        await post_now(config(tmp_path), made, Brief())
    both = {"console:local": "approver", "web:bea": "approver"}
    with pytest.raises(NotApproved, match="needs two editors who neither asked for it"):
        await post_now(config(tmp_path, editors=both), made, Brief())
    assert posted(tmp_path) == 0


async def test_an_embargo_is_kept_unless_it_is_overridden(tmp_path: Path) -> None:
    made = await report(tmp_path, None, "EMBARGOED until the minister sits down.")
    (posting,) = await post_now(config(tmp_path), made, Brief())
    assert (posting.state, posted(tmp_path)) == ("queued", 0)
    (posting,) = await post_now(config(tmp_path), made, Brief(), "she sat down")
    assert (posting.state, posted(tmp_path)) == ("done", 1)
