"""The deadline: what is made in the time that is left. Properties first, then a few scenes."""

import math
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from render.lab.planner import LEAN, Floor, Rota, Running, Way, Wish, plan

FILMS, STILLS = {"fine": 0.9, "rush": 0.5}, {"photo": 0.3}
LOADS = {"fine": 6.0, "rush": 2.0, "photo": 1.0}


def film(name: str, busy_s: float, weight: float = 1.0, *leans: str, after_s: float = 0.0) -> Wish:
    """A shot with one film preset and nothing else."""
    return Wish(name, (Way(name, "rush", "film", weight * 0.5, busy_s, after_s, leans),))


@st.composite
def boards(draw: st.DrawFn, most: int = 7) -> list[Wish]:
    """Sheets, and shots that lean on them and on the shot before."""
    seconds = st.floats(0.1, 30, allow_nan=False)
    sheets = [f"sheet:{n}" for n in range(draw(st.integers(0, 2)))]
    wishes = [
        Wish(name, (Way(name, "photo", "still", 0.3, draw(seconds)),), shown=False)
        for name in sheets
    ]
    for n in range(draw(st.integers(0, most))):
        weight, scale = draw(st.floats(0.1, 3)), draw(seconds)
        leans = tuple(draw(st.sets(st.sampled_from(sheets), max_size=1))) if sheets else ()
        leans += (str(n),) if n and draw(st.booleans()) else ()
        ways = [
            Way(str(n + 1), name, "film", weight * worth, scale * worth, draw(seconds) / 9, leans)
            for name, worth in FILMS.items()
        ]
        if draw(st.booleans()):
            ways.append(Way(f"{n + 1}~still", "photo", "still", weight * 0.15, scale / 5))
        if draw(st.integers(0, 3)) == 0:
            at = draw(st.integers(0, len(ways) - 1))
            ways[at] = replace(ways[at], there=True)
        wishes.append(Wish(str(n + 1), tuple(ways)))
    return wishes


floors = st.builds(
    Floor,
    st.integers(0, 4),
    st.floats(0, 60) | st.just(math.inf),
    st.just(LOADS),
    st.sampled_from(["", "rush", "photo"]),
)


@given(boards(), floors)
def test_nothing_is_planned_beyond_the_time_that_is_left(wishes: list[Wish], floor: Floor) -> None:
    rota = plan(wishes, floor)
    assert rota.ends_s <= floor.left_s
    assert all(task.starts_s + task.busy_s <= task.ends_s + 1e-9 for task in rota.tasks)
    if floor.left_s <= 0 or not floor.workers:
        assert rota.tasks == ()


@given(boards(), floors, st.floats(0, 60), st.integers(0, 3))
@settings(max_examples=60)
def test_more_time_and_more_workers_never_make_a_clip_poorer(
    wishes: list[Wish], floor: Floor, more_s: float, more: int
) -> None:
    worth = plan(wishes, floor).worth
    assert plan(wishes, replace(floor, left_s=floor.left_s + more_s)).worth >= worth - 1e-9
    assert plan(wishes, replace(floor, workers=floor.workers + more)).worth >= worth - 1e-9


@given(boards(), floors)
def test_every_wish_is_planned_or_told_why_not(wishes: list[Wish], floor: Floor) -> None:
    rota = plan(wishes, floor)
    planned = {task.order for task in rota.tasks}
    for wish in wishes:
        met = wish.name in rota.there or any(way.order in planned for way in wish.ways)
        if wish.shown:
            assert met or rota.short[wish.name]
        assert not (wish.name in rota.there and any(way.order in planned for way in wish.ways))


@given(boards(), floors)
def test_what_is_leant_on_comes_before_and_is_there_in_time(
    wishes: list[Wish], floor: Floor
) -> None:
    rota = plan(wishes, floor)
    ends = {task.order: task.ends_s for task in rota.tasks}
    assert len(ends) == len(rota.tasks)
    for at, task in enumerate(rota.tasks):
        for name in task.leans:
            assert ends[name] <= task.starts_s + 1e-9
            assert name in [before.order for before in rota.tasks[:at]]


@given(boards(), floors)
def test_no_worker_does_two_things_at_once(wishes: list[Wish], floor: Floor) -> None:
    rota = plan(wishes, floor)
    for one in rota.tasks:
        for other in rota.tasks:
            if one is not other and one.worker == other.worker:
                assert one.frees_s <= other.starts_s + 1e-9 or other.frees_s <= one.starts_s + 1e-9


@given(boards(), floors)
def test_equal_questions_get_equal_answers(wishes: list[Wish], floor: Floor) -> None:
    assert plan(wishes, floor) == plan(list(wishes), replace(floor))


@given(boards(), floors)
def test_one_film_preset_and_one_still_preset(wishes: list[Wish], floor: Floor) -> None:
    rota = plan(wishes, floor)
    assert len({task.preset for task in rota.tasks if task.kind == "film"}) <= 1
    assert len({task.preset for task in rota.tasks if task.kind == "still"}) <= 1


@given(boards(), floors, st.data())
def test_what_is_done_is_never_dropped(
    wishes: list[Wish], floor: Floor, data: st.DataObject
) -> None:
    """Carry a plan out for a while, then plan again with what is left."""
    rota = plan(wishes, floor)
    done = {task.order for task in rota.tasks[: data.draw(st.integers(0, len(rota.tasks)))]}
    now = [
        replace(
            wish,
            ways=tuple(replace(way, there=way.there or way.order in done) for way in wish.ways),
        )
        for wish in wishes
    ]
    again = plan(now, replace(floor, left_s=data.draw(st.floats(0, 20))))
    for wish in now:
        if wish.shown and any(way.there for way in wish.ways):
            assert wish.name in again.there or any(
                way.order in {task.order for task in again.tasks} for way in wish.ways
            )


@given(boards())
def test_without_a_deadline_everything_is_made_in_the_best_way(wishes: list[Wish]) -> None:
    rota = plan(wishes, Floor(1, math.inf, LOADS))
    assert rota.short == {}
    made = {task.order for task in rota.tasks} | {way.order for way in rota.there.values()}
    assert all(wish.ways[0].order in made for wish in wishes if wish.shown)


def test_a_hero_is_made_and_the_others_hear_what_they_would_have_taken() -> None:
    wishes = [film("1", 6, weight=2), film("2", 6), film("4", 19, weight=1.5)]
    rota = plan(wishes, Floor(1, 9.0, LOADS, warm="rush"))
    assert [task.order for task in rota.tasks] == ["1"]
    assert rota.short == {
        "2": "generating it would take 6 s, 3 s are left until drawing",
        "4": "generating it would take 19 s, 3 s are left until drawing",
    }


def test_one_preset_that_makes_all_is_worth_more_than_a_fine_one_that_makes_one() -> None:
    wishes = [
        Wish(str(n), (Way(str(n), "fine", "film", 0.9, 9), Way(str(n), "rush", "film", 0.5, 2)))
        for n in range(4)
    ]
    rota = plan(wishes, Floor(1, 15.0, LOADS))
    assert [task.preset for task in rota.tasks] == ["rush"] * 4
    assert plan(wishes, Floor(1, 60.0, LOADS)).tasks[0].preset == "fine"


def test_a_film_that_comes_too_late_is_a_still_instead() -> None:
    ways = (Way("3", "rush", "film", 0.5, 21), Way("3~still", "photo", "still", 0.15, 2))
    rota = plan([Wish("3", ways)], Floor(1, 9.0, LOADS))
    assert [task.order for task in rota.tasks] == ["3~still"]
    assert rota.short == {"3": "generating it would take 23 s, 9 s are left until drawing"}


def test_a_sheet_is_made_only_where_time_allows() -> None:
    sheet = Wish("sheet:Mara", (Way("sheet:Mara", "photo", "still", 0.3, 4),), shown=False)
    wishes = [sheet, film("1", 5, 1.0, "sheet:Mara")]
    roomy, tight = (plan(wishes, Floor(1, left, LOADS)) for left in (12.0, 8.0))
    assert [task.order for task in roomy.tasks] == ["sheet:Mara", "1"]
    assert [task.order for task in tight.tasks] == ["1"]
    assert tight.short == {}
    assert plan([sheet], Floor(1, math.inf, LOADS)).tasks == ()


def test_a_chain_is_broken_where_that_lets_more_be_made() -> None:
    wishes = [film("1", 5), film("2", 5, 1.0, "1")]
    assert plan(wishes, Floor(2, 12.0)).tasks[1].leans == ("1",)
    apart = plan(wishes, Floor(2, 6.0))
    assert [task.leans for task in apart.tasks] == [(), ()]


def test_the_longest_goes_first_and_workers_end_together() -> None:
    wishes = [film(str(n), seconds) for n, seconds in enumerate([2, 2, 2, 6])]
    rota = plan(wishes, Floor(2, 6.0))
    assert rota.tasks[0].order == "3"
    assert rota.ends_s == 6


def test_a_shot_is_developed_while_the_next_is_begun() -> None:
    wishes = [film(str(n), 2, after_s=1) for n in range(3)]
    assert plan(wishes, Floor(1, 7.0)).ends_s == 7


def test_a_running_shot_that_misses_the_deadline_is_called_off() -> None:
    running = (Running("1", "rush", 20.0),)
    rota = plan([film("1", 5), film("2", 5)], Floor(1, 9.0, LOADS, "rush", running))
    assert rota.called_off == ("1",)
    assert [task.order for task in rota.tasks] == ["2"]
    assert "1" in rota.short


@pytest.mark.parametrize(("late", "off"), [(False, ()), (True, ("1",))])
def test_a_late_shot_that_keeps_more_from_being_made_is_called_off(
    late: bool, off: tuple[str, ...]
) -> None:
    wishes = [film("1", 8), film("2", 4), film("3", 4)]
    running = (Running("1", "rush", 8.0, late=late),)
    assert plan(wishes, Floor(1, 9.0, LOADS, "rush", running)).called_off == off


def test_many_wishes_are_weighed_in_good_time() -> None:
    wishes = [film(str(n), 1 + n % 5, 1 + n % 3) for n in range(24)]
    rota = plan(wishes, Floor(2, 30.0))
    assert sum(task.busy_s for task in rota.tasks) > 55  # hardly a second of two workers is idle


def test_no_model_and_no_worker_are_reasons_too() -> None:
    nobody = plan([film("1", 5)], Floor(0, math.inf))
    assert nobody.short == {"1": "there is no worker to make it"}
    assert plan([Wish("1", why_not="no weights")], Floor(1, 9.0)).short == {"1": "no weights"}
    assert plan([], Floor(1, 0.0)) == Rota()
    assert LEAN < 1
