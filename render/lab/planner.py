"""The deadline: which wishes a model meets in the time that is left, and how. Pure.

A plan takes one film preset and one still preset, for each switch costs a load. Out of all that
could be made with them it takes what is worth most and can be there in time. What may be made does
not depend on the time that is left, only which of it is taken: so more time, or another worker,
never makes a clip poorer.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from render.lab import Kind
from render.lab.timing import Running, Task, timed

__all__ = ["Floor", "Rota", "Running", "Task", "Way", "Wish", "plan"]

LEAN = 0.1  # of a picture's worth: that it keeps to a sheet, or goes on from the one before
FEW = 4  # wishes: of so many every choice is weighed, of more those that go by weight or by time
PRESETS = 3  # of a kind are weighed, the best


@dataclass(frozen=True, slots=True)
class Way:
    """How a wish may be met: an order, with a preset.

    `busy_s` is how long its worker can take no other, `after_s` how long it is developed on the
    side. `leans` are orders whose picture it would start from or keep to. What is `there` lies on
    the shelf, and costs nothing.
    """

    order: str
    preset: str
    kind: Kind
    worth: float
    busy_s: float = 0.0
    after_s: float = 0.0
    leans: tuple[str, ...] = ()
    there: bool = False


@dataclass(frozen=True, slots=True)
class Wish:
    """A place on the board, and the ways to fill it; a sheet is not `shown`, it is leant on.

    Without ways it is given up; `why_not` says why.
    """

    name: str
    ways: tuple[Way, ...] = ()
    why_not: str = ""
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Floor:
    """What there is to make it with: workers, seconds (inf without a deadline), what is running.

    `loads` are seconds by preset; on a worker that has `warm` loaded, that one costs none.
    """

    workers: int
    left_s: float
    loads: Mapping[str, float] = field(default_factory=dict)
    warm: str = ""
    running: tuple[Running, ...] = ()


@dataclass(frozen=True, slots=True)
class Rota:
    """What is made, in the order in which it is begun; what is there; what is not, and why.

    `called_off` are running orders that would come too late, or keep more from being made.
    `short` says of a wish why it is not met in the best way; one without any is in it too.
    """

    tasks: tuple[Task, ...] = ()
    there: Mapping[str, Way] = field(default_factory=dict)
    short: Mapping[str, str] = field(default_factory=dict)
    called_off: tuple[str, ...] = ()
    worth: float = 0.0
    ends_s: float = 0.0


@dataclass(frozen=True, slots=True)
class _Choice:
    """One way or none for each shown wish, how they hang together, and what that is worth."""

    ways: tuple[Way | None, ...]
    sheets: tuple[Way, ...]
    kept: Mapping[str, tuple[str, ...]]  # by order: what it leans on
    worth: float


def plan(wishes: Sequence[Wish], floor: Floor) -> Rota:
    """Decide what is made. Equal questions get equal answers."""
    late = tuple(job.order for job in floor.running if job.busy_s + job.after_s > floor.left_s)
    best = _without(wishes, floor, late)
    for job in floor.running:
        if job.late and job.order not in late:
            other = _without(wishes, floor, (*late, job.order))
            best = other if other.worth > best.worth + 1e-9 else best
    return best


def _without(wishes: Sequence[Wish], floor: Floor, off: tuple[str, ...]) -> Rota:
    """Plan with these running orders called off: they are not begun again."""
    going = tuple(job for job in floor.running if job.order not in off)
    floor = replace(floor, running=going, workers=max(floor.workers, 0))
    bound = [_bound(wish, going, off) for wish in wishes]
    choices = [choice for pair in _pairs(bound) for choice in _choices(bound, pair, floor)]
    for choice in sorted(choices, key=lambda one: -one.worth):
        tasks = _tasks(choice, floor)
        if tasks is not None:
            return _rota(wishes, choice, tasks, floor, off)
    return Rota(called_off=off)  # pragma: no cover: to make nothing is always in time


def _bound(wish: Wish, going: Sequence[Running], off: Sequence[str]) -> Wish:
    """Keep a wish to the way that is running for it, and from those that were called off."""
    mine = [job for job in going for way in wish.ways if way.order == job.order]
    ways = [way for way in wish.ways if way.order not in off or way.there]
    for job in mine:
        ways = [way for way in ways if (way.order, way.preset) == (job.order, job.preset)]
    ways = [way for way in ways if math.isfinite(way.busy_s)]
    return replace(wish, ways=tuple(sorted(ways, key=lambda way: -way.worth)))


def _pairs(wishes: Sequence[Wish]) -> Iterator[frozenset[str]]:
    """Pair each film preset with each still preset, of the few that are worth most."""
    worth: dict[Kind, dict[str, float]] = {"film": {}, "still": {}}
    for way in (way for wish in wishes for way in wish.ways if not way.there):
        known = worth[way.kind]
        known[way.preset] = max(known.get(way.preset, 0.0), way.worth)
    ranked = [sorted(found, key=lambda name: -found[name])[:PRESETS] for found in worth.values()]
    return (frozenset(pair) for pair in product(*(names or [""] for names in ranked)))


def _choices(wishes: Sequence[Wish], pair: frozenset[str], floor: Floor) -> Iterator[_Choice]:
    """List what could be made with a pair of presets; what surely takes too long is left out."""
    begun = {job.order for job in floor.running}
    shown = [_options(wish, pair, begun) for wish in wishes if wish.shown]
    sheets = {
        way.order: way
        for wish in wishes
        if not wish.shown
        for way in _options(wish, pair, begun)
        if way
    }
    for picked in dict.fromkeys(_picked(shown)):
        if _could_fit([way for way in picked if way and way.order not in begun], floor):
            leant = any(way.leans for way in picked if way and not way.there)
            for ties in (2, 1, 0) if leant else (0,):
                yield _tied(picked, sheets, begun, ties)


def _could_fit(ways: Sequence[Way], floor: Floor) -> bool:
    """Whether so much work may be done in time at all: a bound, for most do not come near it."""
    made = [way for way in ways if not way.there]
    if not made:
        return True
    work, longest = sum(way.busy_s for way in made), max(way.busy_s + way.after_s for way in made)
    return floor.workers > 0 and work / floor.workers <= floor.left_s and longest <= floor.left_s


def _options(wish: Wish, pair: frozenset[str], begun: set[str]) -> list[Way | None]:
    """The ways of a wish with these presets, best first; the last costs nothing."""
    found: list[Way | None] = []
    for way in wish.ways:
        if way.there or way.preset in pair or way.order in begun:
            found.append(way)
            if way.there or way.order in begun:
                return found
    return [*found, None]


def _picked(shown: Sequence[Sequence[Way | None]]) -> Iterator[tuple[Way | None, ...]]:
    """Pick a way for each wish: every choice of a few; of many the first ones best, as ranked."""
    if len(shown) <= FEW:
        yield from product(*shown)
        return
    for rank in (_by_weight, _by_time):
        row = sorted(range(len(shown)), key=lambda n: rank(shown[n]))
        for films in range(len(row) + 1):
            for stills in range(len(row) - films + 1):
                level = {n: 0 if at < films else 1 for at, n in enumerate(row[: films + stills])}
                yield tuple(
                    options[min(level.get(n, len(options)), len(options) - 1)]
                    for n, options in enumerate(shown)
                )


def _by_weight(options: Sequence[Way | None]) -> float:
    return -options[0].worth if options[0] else 0.0


def _by_time(options: Sequence[Way | None]) -> float:
    best = options[0]
    return -best.worth / max(best.busy_s + best.after_s, 1e-6) if best else 0.0


def _tied(
    picked: tuple[Way | None, ...], sheets: Mapping[str, Way], begun: set[str], ties: int
) -> _Choice:
    """Tie what is picked to sheets (1 and 2) and to each other (2); what is there binds for free.

    A sheet that nothing keeps to is not made.
    """
    chosen = {way.order: way for way in picked if way}
    made = {**chosen, **sheets}
    kept: dict[str, tuple[str, ...]] = {}
    for way in chosen.values():
        if not way.there and way.order not in begun:
            kept[way.order] = tuple(
                name
                for name in way.leans
                if name in made
                and (made[name].there or (ties >= 1 if name in sheets else ties == 2))
            )
    needed = dict.fromkeys(name for names in kept.values() for name in names if name in sheets)
    used = tuple(sheets[name] for name in sheets if name in needed or name in begun)
    tied = sum(chosen[order].worth * LEAN * len(names) for order, names in kept.items())
    return _Choice(picked, used, kept, sum(way.worth for way in chosen.values()) + tied)


def _tasks(choice: _Choice, floor: Floor) -> tuple[Task, ...] | None:
    """Lay a choice out over the workers; None where it cannot be there in time."""
    begun = {job.order for job in floor.running}
    there = {way.order for way in (*choice.ways, *choice.sheets) if way and way.there}
    tasks = [
        Task(
            way.order,
            way.preset,
            way.kind,
            tuple(name for name in choice.kept.get(way.order, ()) if name not in there),
            way.busy_s,
            way.after_s,
            way.worth,
        )
        for way in (*choice.sheets, *choice.ways)
        if way and not way.there and way.order not in begun
    ]
    return timed(tasks, floor.running, floor.workers, floor.left_s, floor.loads, floor.warm)


def _rota(
    wishes: Sequence[Wish],
    choice: _Choice,
    tasks: tuple[Task, ...],
    floor: Floor,
    off: tuple[str, ...],
) -> Rota:
    ends = [task.ends_s for task in tasks]
    ends += [job.busy_s + job.after_s for job in floor.running]
    picked = dict(zip((wish.name for wish in wishes if wish.shown), choice.ways, strict=True))
    there = {name: way for name, way in picked.items() if way and way.there}
    there |= {way.order: way for way in choice.sheets if way.there}
    short = {
        wish.name: _why(wish, picked[wish.name], tasks, floor) for wish in wishes if wish.shown
    }
    return Rota(
        tasks,
        there,
        {name: why for name, why in short.items() if why},
        off,
        choice.worth,
        max(ends, default=0.0),
    )


def _why(wish: Wish, way: Way | None, tasks: Sequence[Task], floor: Floor) -> str:
    """Say why a wish is met by another kind of picture, or by none; "" where it is met."""
    best = max(wish.ways, key=lambda one: one.worth, default=None)
    if best is None:
        return wish.why_not or "no model here can make it"
    if way and way.kind == best.kind:
        return ""
    if floor.left_s <= 0:
        return "no time is left for generating it"
    if floor.workers < 1:
        return "there is no worker to make it"
    same = [one for one in wish.ways if one.kind == best.kind]
    takes = min(_takes(one, tasks, floor) for one in same)
    mine = {one.order for one in wish.ways}
    left = _left([task for task in tasks if task.order not in mine], floor)
    if takes <= left:
        return f"generating it would take {takes:.0f} s, which others need more"
    most = math.floor(left)
    return f"generating it would take {max(1, math.ceil(takes))} s, {most} s are left until drawing"


def _takes(way: Way, tasks: Sequence[Task], floor: Floor) -> float:
    loaded = {floor.warm, *(task.preset for task in tasks), *(job.preset for job in floor.running)}
    load = 0.0 if way.preset in loaded else floor.loads.get(way.preset, 0.0)
    return load + way.busy_s + way.after_s


def _left(tasks: Sequence[Task], floor: Floor) -> float:
    """Seconds that the worker has left that is free first when all else is done."""
    until: dict[int, float] = dict.fromkeys(range(floor.workers), 0.0)
    for worker, job in enumerate(job for job in floor.running if job.busy_s > 0):
        until[worker] = job.busy_s
    for task in tasks:
        until[task.worker] = max(until.get(task.worker, 0.0), task.frees_s)
    return max(0.0, floor.left_s - min(until.values()))
