"""What keeps a clip from its editors, and what they are merely told."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.gate import doubts, faults, held_back


def reading(name: str, ok: bool, **more: Any) -> dict[str, Any]:
    return {"name": name, "value": "9", "bar": "at most 3", "ok": ok, **more}


def report(*readings: dict[str, Any]) -> dict[str, Any]:
    return {"ok": all(r["ok"] for r in readings), "checks": list(readings)}


READINGS = st.builds(
    reading, st.sampled_from(["black", "freeze"]), st.booleans(), hard=st.booleans()
)


@given(st.lists(READINGS))
def test_a_clip_is_held_back_by_what_is_hard_and_fails_and_by_nothing_else(
    readings: list[dict[str, Any]],
) -> None:
    failed = [r for r in readings if not r["ok"]]
    hard = [r for r in failed if r["hard"]]
    assert len(faults(report(*readings))) == len(hard)
    assert len(doubts(report(*readings))) == len(failed) - len(hard)


def test_a_reading_that_does_not_say_how_much_it_weighs_is_hard() -> None:
    assert faults(report(reading("flashes", ok=False))) == ("flashes is 9 (bar: at most 3)",)


@pytest.mark.parametrize(
    ("found", "told"), [({}, "it was never measured"), ({"ok": False}, "does not say where")]
)
def test_a_clip_that_nobody_measured_is_held_back(found: dict[str, Any], told: str) -> None:
    (why,) = faults(found)
    assert told in why


def test_the_ways_out_are_named() -> None:
    said = held_back(7, ("flashes is 9 (bar: at most 3)",))
    assert "flashes is 9 (bar: at most 3). `edit 7 ...`" in said
    assert "`retry 7`" in said
