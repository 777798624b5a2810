"""kill -9 between any two steps, and a restart: nothing lost, nothing posted twice."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def deaths(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    script = Path(__file__).with_name("crash.py")
    run = subprocess.run(
        [sys.executable, str(script), str(tmp_path_factory.mktemp("crash"))],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_every_kind_of_step_was_died_at(deaths: list[dict[str, Any]]) -> None:
    names = {death["died"] for death in deaths}
    assert len(deaths) > 20
    assert names >= {
        "reading",
        "draft wanted",
        "draft pages",
        "draft written",
        "draft preview",
        "draft rendered",
        "draft offered",
        "override",
        "approval",
        "embargo lifted",
        "draft held",
        "correction told",
        "posting steps",
        "posting committing",
        "after a message",
        "notice sent",
        "before the call of native",
        "after the call of native",
        "before the call of lookup",
        "after the call of lookup",
        "before the call of none",
        "after the call of none",
        "posting done",
    }


def test_nothing_is_lost(deaths: list[dict[str, Any]]) -> None:
    for death in deaths:
        assert death["items"] == (6 if death["drafts"] == ["posted"] else 5), death
        assert len(death["drafts"]) == 1, death
        assert death["drafts"][0] in ("posted", "approved"), death
        assert death["posts"]["native"] == death["posts"]["lookup"] == "done", death


def test_nothing_is_posted_twice(deaths: list[dict[str, Any]]) -> None:
    for death in deaths:
        assert len(death["out"]["native"]) == 1, death
        assert len(death["out"]["lookup"]) == 1, death
        assert len(death["out"]["none"]) <= 1, death


def test_a_channel_that_cannot_be_asked_leaves_the_question_to_a_person(
    deaths: list[dict[str, Any]],
) -> None:
    for death in deaths:
        in_the_call = death["died"] in (
            "before the call of none",
            "after the call of none",
        )
        if in_the_call:
            assert death["posts"]["none"] == "asked", death
        if death["posts"]["none"] == "done":
            assert len(death["out"]["none"]) == 1, death


def test_a_message_comes_again_only_where_it_was_under_way(deaths: list[dict[str, Any]]) -> None:
    again = {death["died"] for death in deaths if death["again"]}
    assert again == {"after a message"}


def test_nothing_is_told_twice_and_nothing_is_left_untold(deaths: list[dict[str, Any]]) -> None:
    for death in deaths:
        assert death["said"].count("offer") == 1, death
        assert death["said"].count("preview") == 1, death
        assert death["said"].count("held") == 1, death
        assert death["said"].count("correction") == (death["drafts"] == ["posted"]), death


def test_a_finished_clip_is_not_made_again(deaths: list[dict[str, Any]]) -> None:
    after = [d for d in deaths if d["died"] in ("draft offered", "draft held", "posting done")]
    assert after
    assert all(death["shot"] == 0 for death in after)
