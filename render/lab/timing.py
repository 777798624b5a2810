"""Tasks laid out over workers: when each begins, ends, and whether all end in time. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from render.lab import Kind

__all__ = ["Running", "Task", "timed"]


@dataclass(frozen=True, slots=True)
class Running:
    """An order that is being made: seconds until its worker is free, then until it is there.

    `late` is one that is slower than it was thought to be.
    """

    order: str
    preset: str
    busy_s: float
    after_s: float = 0.0
    late: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """An order to be made with a preset, once the orders that it leans on are there.

    Seconds from now: when it starts, when its worker is free again, when it is there.
    """

    order: str
    preset: str
    kind: Kind
    leans: tuple[str, ...]
    busy_s: float
    after_s: float
    worth: float
    worker: int = 0
    starts_s: float = 0.0
    frees_s: float = 0.0
    ends_s: float = 0.0


@dataclass(slots=True)
class _Bench:
    """A worker's place: when it is free, when what it develops on the side is, what is loaded."""

    free_s: float = 0.0
    side_s: float = 0.0
    loaded: str = ""


def timed(
    tasks: Sequence[Task],
    running: Sequence[Running],
    workers: int,
    left_s: float,
    loads: Mapping[str, float],
    warm: str,
) -> tuple[Task, ...] | None:
    """Time tasks on up to so many workers; None where they cannot all be there in time.

    Longest first may take longer on more workers than on fewer. So all numbers are tried.
    """
    if not tasks:
        return ()
    if left_s <= 0:
        return None
    ranks, busy = _ranks(tasks), sum(job.busy_s > 0 for job in running)
    work = sum(task.busy_s for task in tasks)
    if max(ranks.values()) > left_s:
        return None
    row = _in_turn(tasks, ranks)
    for hands in range(min(workers, busy + len(tasks)), max(busy, 1) - 1, -1):
        if work / hands > left_s:
            return None
        laid = _laid(row, running, hands, left_s, loads, warm)
        if laid is not None:
            return laid
    return None


def _in_turn(tasks: Sequence[Task], ranks: Mapping[str, float]) -> list[Task]:
    """Put tasks in turn: stills first (one load, and films lean on them), then the longest.

    As long as a task counts with all that waits for it. Nothing comes before what it leans on.
    """
    rest = sorted(tasks, key=lambda task: (task.kind == "film", -ranks[task.order], -task.worth))
    row: list[Task] = []
    while rest:
        waiting = {task.order for task in rest}
        ready = (task for task in rest if not waiting.intersection(task.leans))
        row.append(next(ready, rest[0]))
        rest.remove(row[-1])
    return row


def _ranks(tasks: Sequence[Task]) -> dict[str, float]:
    """Seconds from a task's begin until the last of those that wait for it is there."""
    waits: dict[str, list[Task]] = {task.order: [] for task in tasks}
    for task in tasks:
        for name in task.leans:
            waits.get(name, []).append(task)
    ranks: dict[str, float] = {}

    def rank(task: Task) -> float:
        if task.order not in ranks:
            ranks[task.order] = 0.0  # a ring has no longest way round
            after = max(map(rank, waits[task.order]), default=0.0)
            ranks[task.order] = task.busy_s + task.after_s + after
        return ranks[task.order]

    for task in tasks:
        rank(task)
    return ranks


def _laid(
    row: Sequence[Task],
    running: Sequence[Running],
    hands: int,
    left_s: float,
    loads: Mapping[str, float],
    warm: str,
) -> tuple[Task, ...] | None:
    """Give each task in turn to whoever can begin first."""
    benches = [_Bench(job.busy_s, 0.0, job.preset) for job in running if job.busy_s > 0]
    benches += [_Bench(loaded=warm) for _ in range(hands - len(benches))]
    there = {job.order: job.busy_s + job.after_s for job in running}
    laid: list[tuple[Task, int, float, float, float]] = []
    for task in row:
        ready = max((there.get(name, 0.0) for name in task.leans), default=0.0)
        load = loads.get(task.preset, 0.0)
        begins = [
            max(bench.free_s, ready) + (0.0 if bench.loaded == task.preset else load)
            for bench in benches
        ]
        starts = min(begins)
        worker = begins.index(starts)
        bench = benches[worker]
        bench.free_s, bench.loaded = starts + task.busy_s, task.preset
        bench.side_s = max(bench.free_s, bench.side_s) + task.after_s
        there[task.order] = bench.side_s
        if bench.side_s > left_s:
            return None
        laid.append((task, worker, starts, bench.free_s, bench.side_s))
    return tuple(
        replace(task, worker=worker, starts_s=starts, frees_s=frees, ends_s=ends)
        for task, worker, starts, frees, ends in sorted(laid, key=lambda one: one[2])
    )
