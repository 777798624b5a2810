"""kill -9 between any two steps, and a restart: nothing lost, nothing posted twice."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def all_deaths(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
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


@pytest.fixture
def deaths(all_deaths: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those on the way to the channels."""
    return [death for death in all_deaths if not death["regrets"]]


@pytest.fixture
def late(all_deaths: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Those while a post that is out is corrected, then taken down."""
    return [death for death in all_deaths if death["regrets"]]


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


def test_every_step_of_a_correction_and_a_takedown_was_died_at(late: list[dict[str, Any]]) -> None:
    assert {death["died"] for death in late} >= {
        "correction wished",
        "before the edit on native",
        "after the edit on native",
        "before the answer on lookup",
        "after the answer on lookup",
        "takedown wished",
        "posting committing",
        "before the deletion on native",
        "after the deletion on lookup",
        "posting done",
    }


def test_a_correction_is_made_once_or_asked_about(late: list[dict[str, Any]]) -> None:
    for death in late:
        assert death["sequels"]["correction native"] == "done", death
        assert set(death["out"]["native.edited"]) == set(death["out"]["native"]), death
        answers = len(death["out"]["lookup.answered"])
        made = death["sequels"]["correction lookup"] == "done"
        assert answers <= 1, death
        assert answers == 1 or not made, death
        if "answer" not in death["died"] and "committing" not in death["died"]:
            assert made, death


def test_a_takedown_is_carried_out_and_nothing_is_posted_again(late: list[dict[str, Any]]) -> None:
    for death in late:
        assert death["drafts"] == ["posted"], death
        for name in ("native", "lookup"):
            assert death["sequels"][f"takedown {name}"] == "done", death
            assert set(death["out"][name]) <= set(death["out"][f"{name}.deleted"]), death
            assert len(death["out"][name]) == 1, death
