"""How fast this machine is: remembered by its median, forgotten where the file is no good."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes_pool import order, preset
from render.hours import Hours
from render.lab import Facts
from render.lab.pace import CAUTION, LAST, PRIOR, Pace, made, read, rest, speed, spent, write

RUSH = preset("rush", prior_s=2.0, load_s=30.0)
ORDER = order("1")  # four seconds


def facts(device: str = "a card", **seconds: float) -> Facts:
    return Facts(device, seconds)


def test_what_nobody_has_measured_is_the_preset_s_own_guess() -> None:
    told = speed(Pace(), ORDER, RUSH)
    assert told.busy_s == pytest.approx(8 * CAUTION)
    assert (told.after_s, told.load_s) == (0.0, pytest.approx(30 * CAUTION))
    assert speed(Pace(), order("2", "still"), RUSH).busy_s == pytest.approx(2 * CAUTION)


def test_a_preset_makes_no_more_than_it_can() -> None:
    assert speed(Pace(), order("1", frames=900), RUSH).busy_s == pytest.approx(
        2 * 81 / 16 * CAUTION
    )


def test_the_median_of_the_last_few_counts() -> None:
    pace = Pace()
    for took in (400, 4, 4.4, 3.6, 4, 4, 4, 40, 4):
        pace = made(pace, ORDER, RUSH, facts(denoise=took, decode=1, finish=0.5, encode=0.5))
    told = speed(pace, ORDER, RUSH)
    assert told.busy_s == pytest.approx(4 * CAUTION)
    assert told.after_s == pytest.approx(2 * CAUTION)
    (pairs,) = (times["a card"] for times in pace.films.values())
    assert len(pairs) == LAST


def test_another_device_is_another_pace() -> None:
    pace = made(Pace(), ORDER, RUSH, facts("slow card", denoise=40, load=50))
    pace = made(pace, ORDER, RUSH, facts("fast card", denoise=4, load=5))
    told = speed(pace, ORDER, RUSH)
    assert told.busy_s == pytest.approx(4 * CAUTION)
    assert told.load_s == pytest.approx(5 * CAUTION)
    assert speed(pace, ORDER, preset("fine")).busy_s != told.busy_s


def test_a_film_of_another_length_takes_as_long_for_a_second() -> None:
    pace = made(Pace(), ORDER, RUSH, facts(denoise=4))
    assert speed(pace, order("2", frames=60), RUSH).busy_s == pytest.approx(2 * CAUTION)


@pytest.mark.parametrize("took", [float("nan"), float("inf"), -1.0, 0.0])
def test_what_no_clock_tells_is_not_remembered(took: float) -> None:
    pace = made(Pace(), ORDER, RUSH, facts(denoise=took, load=took))
    assert (pace.films, pace.loads) == ({}, {})
    assert spent(Pace(), "draw", 300, (108, 192), 2, took if took else -1.0).stages == {}


def test_the_rest_of_a_render_is_guessed_by_size_and_threads() -> None:
    full = rest(Pace(), "draw", 900, (1080, 1920), 2)
    assert full == pytest.approx(900 * PRIOR["draw"] / 2)
    assert rest(Pace(), "draw", 900, (540, 960), 2) == pytest.approx(full / 4)
    assert rest(Pace(), "draw", 900, (1080, 1920), 4) == pytest.approx(full / 2)
    assert rest(Pace(), "check", 900, (1080, 1920), 4) == rest(
        Pace(), "check", 900, (1080, 1920), 1
    )


def test_a_stage_that_was_timed_is_known_and_a_handful_of_frames_says_nothing() -> None:
    pace = spent(Pace(), "draw", 300, (108, 192), 2, 3.0)
    assert rest(pace, "draw", 600, (108, 192), 2) == pytest.approx(6 * CAUTION)
    assert spent(pace, "draw", 29, (108, 192), 2, 60.0) == pace


@given(st.lists(st.floats(0.1, 100), min_size=1, max_size=12), st.integers(30, 900))
def test_a_file_gives_back_what_was_remembered(tmp_path_factory, took, frames) -> None:  # type: ignore[no-untyped-def]
    pace = Pace()
    for seconds in took:
        pace = made(pace, ORDER, RUSH, facts(denoise=seconds, load=seconds))
        pace = spent(pace, "draw", frames, (108, 192), 2, seconds)
    path = tmp_path_factory.getbasetemp() / "pace.json"
    write(pace, path)
    assert read(path) == pace


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"films": {"a": {"b": [[1]]}}}', '{"stages": {"a": [-1]}}', '{"loads": 3}'],
)
def test_a_file_that_is_no_good_is_forgotten(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pace.json"
    path.write_text(text)
    assert read(path) == Pace()
    assert read(tmp_path / "none.json") == Pace()


def test_a_file_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "work").write_text("a file where the folder should be")
    write(Pace(), tmp_path / "work" / "pace.json")


def test_what_is_written_can_be_read_by_people(tmp_path: Path) -> None:
    write(made(Pace(), ORDER, RUSH, facts(denoise=4)), tmp_path / "pace.json")
    told = json.loads((tmp_path / "pace.json").read_text())
    assert told["films"] == {"rush 96x160x4 108x192 4 s": {"a card": [[1.0, 0.0]]}}


# -- what is left for the rest ---------------------------------------------------------------------

KNOWN = Pace(
    stages={
        "draw 108x192 2": (0.01,),
        "preview 108x192 2": (0.002,),
        "sound 108x192": (0.001,),
        "check 108x192": (0.003,),
    }
)


def hours(wished_s: float, versions: int = 1) -> Hours:
    return Hours(KNOWN, 100.0, wished_s, 1000, (108, 192), 2, versions)


def test_shots_are_due_when_the_frames_that_wait_can_still_be_drawn() -> None:
    assert hours(20).due(200) == pytest.approx(120 - CAUTION * (2 + 1 + 3))
    assert hours(20, versions=2).due(200) == pytest.approx(120 - CAUTION * (2 + 10 + 2 + 6))
    assert hours(0).due(200) == float("inf")


def test_a_preview_is_drawn_where_the_clip_is_in_time_all_the_same() -> None:
    assert hours(20).preview_fits(101)
    assert not hours(20).preview_fits(103)
    assert hours(0).preview_fits(1e9)


def test_a_late_clip_says_by_how_much_and_why() -> None:
    timings = {"voice": 0.3, "draw": 15.24, "check": 4.1}
    assert hours(20).late(119, timings) == ()
    assert hours(0).late(1e9, timings) == ()
    assert hours(20).late(123.46, timings) == (
        "ready after 23.5 s, 20 s were wished: draw took 15.2 s, check took 4.1 s",
    )
