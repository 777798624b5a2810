"""The figures on the recorded days, as floors: a change that loses them has to be seen."""

from pathlib import Path

import pytest

from bench.stories.data import day, synthetic
from bench.stories.figures import found_3_outlets, scores
from bench.stories.ways import by_wire


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "b3_f1", "pair_f1", "ami"),
    [("night", 0.93, 0.6, 0.65), ("de", 0.92, 0.7, 0.77), ("pt", 0.9, 0.65, 0.75)],
)
def test_a_recorded_day_is_told_apart(
    recorded: Path, name: str, b3_f1: float, pair_f1: float, ami: float
) -> None:
    items, gold = day(recorded, name)
    found = by_wire(items)
    reached = scores(gold, found)
    assert reached["b3_f1"] >= b3_f1
    assert reached["pair_f1"] >= pair_f1
    assert reached["ami"] >= ami
    good, of = found_3_outlets(gold, found, items)
    assert good >= 0.7 * of


def test_the_figures_know_right_from_wrong() -> None:
    gold = {"a": 1, "b": 1, "c": 2, "d": 2, "e": 3}
    perfect = scores(gold, {"a": 9, "b": 9, "c": 8, "d": 8, "e": 7})
    assert perfect == pytest.approx({"b3_f1": 1, "pair_f1": 1, "ami": 1})
    alone = scores(gold, {i: i for i in gold})
    assert alone["pair_f1"] == 0
    assert alone["ami"] == pytest.approx(0, abs=1e-9)
    one_heap = scores(gold, dict.fromkeys(gold, 0))
    assert one_heap["b3_f1"] == pytest.approx(2 * 0.36 / 1.36)


def test_invented_events_are_found() -> None:
    items, gold = synthetic(1500)
    assert scores(gold, by_wire(items))["pair_f1"] > 0.8
