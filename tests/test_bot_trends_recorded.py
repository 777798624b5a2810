"""The figures on the recorded night, as floors: a change that loses them has to be seen."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    path = Path(__file__).parents[1] / "bench" / "trends.py"
    spec = importlib.util.spec_from_file_location("bench_trends", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.data
def test_the_recorded_night_is_told_apart(bench: ModuleType, recorded: Path) -> None:
    items, gold = bench.night(recorded)
    found = bench.by_wire(items)
    scores = bench.scores(gold, found)
    assert scores["b3_f1"] >= 0.93
    assert scores["pair_f1"] >= 0.6
    assert scores["ami"] >= 0.6
    good, of = bench.found_3_outlets(gold, found, items)
    assert good >= 0.9 * of


def test_the_figures_know_right_from_wrong(bench: ModuleType) -> None:
    gold = {"a": 1, "b": 1, "c": 2, "d": 2, "e": 3}
    perfect = bench.scores(gold, {"a": 9, "b": 9, "c": 8, "d": 8, "e": 7})
    assert perfect == pytest.approx({"b3_f1": 1, "pair_f1": 1, "ami": 1})
    alone = bench.scores(gold, {i: i for i in gold})
    assert alone["pair_f1"] == 0
    assert alone["ami"] == pytest.approx(0, abs=1e-9)
    one_heap = bench.scores(gold, dict.fromkeys(gold, 0))
    assert one_heap["b3_f1"] == pytest.approx(2 * 0.36 / 1.36)


def test_invented_events_are_found(bench: ModuleType) -> None:
    items, gold = bench.synthetic(1500)
    assert bench.scores(gold, bench.by_wire(items))["pair_f1"] > 0.8
