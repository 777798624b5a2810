"""A shift: orders are carried out over a pool, as far as time allows, and laid on the shelf.

One loop in one thread: plan, call off, hand out, wait for news. Whatever a worker or a pool does,
the shift ends in time and tells what it has; it raises nothing.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event

from render import RenderError
from render.lab import Job, Made, Order, Preset, Trouble, Troubled, segments
from render.lab import pace as paces
from render.lab.callsheet import CallSheet, Offer, wish_of
from render.lab.pace import Pace, Speed
from render.lab.planner import Floor, Rota, Running, Task, plan
from render.lab.segments import Segment
from render.lab.underway import Run
from render.pools import Denoised, Done, Failed, Lost, News, Pool, Step

__all__ = ["Here", "Opened", "Outcome", "Shift"]

TICK_S = 0.25  # between two looks at the clock, and at who wants to end the shift
PLAN_S = 1.0  # after so long a plan is made anew, if there is a deadline
SLOW = 1.15  # and so much slower, the others of its preset are thought to be slow too
SILENT_S = 900.0  # without any news; a pool ends workers that hang long before
LONGEST_S = 600.0  # for one picture, where there is no deadline; or many times what was thought
MANY = 10
TOO_LATE = "it took longer than thought and was called off"


@dataclass(frozen=True, slots=True)
class Opened:
    """A pool whose workers stand ready; a `warm` one has its models loaded before it is asked."""

    pool: Pool
    workers: int
    warm: bool = False


@dataclass(frozen=True, slots=True)
class Here:
    """What a shift works with.

    `known` are the presets that may have made what lies on the shelf; `offer` says which can run,
    told the free GiB by worker, or {}. `open` opens the pool, or raises Troubled; it is called only
    where something is missing that can be made in time. `flaw` says why a film may not be shown.
    """

    folder: Path
    known: Offer
    offer: Callable[[Mapping[str, float]], Offer]
    open: Callable[[], Opened]
    clock: Callable[[], float]
    revision: Callable[[Preset], str] = lambda preset: ""
    flaw: Callable[[Path, int], str] = lambda film, fps: ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What lies on the shelf, by order; by wish what happened to it, and why it is not better."""

    segments: Mapping[str, Segment] = field(default_factory=dict)
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    orders: Mapping[str, Order] = field(default_factory=dict)


class Shift:
    """Carries out orders until `due` on the clock (inf: until all is made).

    `run` may be in a thread of its own; `outcome` says at any time what is there. `settled` is set
    once nothing more will come, before the workers are let go.
    """

    def __init__(
        self,
        orders: Sequence[Order],
        here: Here,
        pace: Pace,
        *,
        due: float = math.inf,
        progress: Callable[[float], None] = lambda part: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self.pace, self.settled = pace, Event()
        self._here, self._due = here, due
        self._progress, self._cancelled = progress, cancelled
        self._sheet = CallSheet(orders)
        self._short: Mapping[str, str] = {}
        self._runs: dict[str, Run] = {}
        self._jobs: dict[str, Job] = {}
        self._rota = Rota()
        self._workers, self._warm = 0, ""
        self._slow: dict[str, float] = {}
        self._briefed: dict[str, frozenset[tuple[str, str]]] = {}
        self._all_loaded = False
        self._heard = self._planned = 0.0
        self._part = 0.0

    def look(self) -> None:
        """Find what lies on the shelf already."""
        for order in self._sheet.orders.values():
            known = self._here.known.of(order.kind)
            asked = (self._here.folder, order, known, self._here.revision, self._sheet.there)
            if segment := segments.search(*asked):
                self._sheet.came(order.name, segment)

    def is_worth_while(self) -> bool:
        """Whether one worker that has all loaded could make anything in time."""
        if not self._sheet.orders:
            return False
        self._sheet.offer = self._here.offer({})
        wishes = self._sheet.wishes(self._timed)
        rota = plan(wishes, Floor(1, self._left_s()))
        self._short = rota.short
        return bool(rota.tasks)

    def run(self) -> Outcome:
        """Carry out what `look` did not find; where that is nothing, no pool is opened."""
        try:
            if self.is_worth_while():
                self._work()
        except Troubled as error:
            self._end(error.trouble.said)
        except Exception as error:  # a bug in a pool, of ours or not: the clip is made anyway
            self._end(f"{type(error).__name__}: {error}")
        self._settle()
        return self.outcome()

    def _settle(self) -> None:
        """Say of what is not there why it is not; nothing more is waited for."""
        if not self.settled.is_set():
            self._workers = 0
            self._runs.clear()
            self._plan()
            self._tell(1.0)
            self.settled.set()

    def outcome(self) -> Outcome:
        """What is there, and what was said so far."""
        there = dict(self._sheet.there)
        names = dict.fromkeys(wish_of(name) for name in self._sheet.orders)
        short = (name for name in names if name not in there and not self._sheet.is_struck(name))
        why = {name: self._short.get(name, "") for name in short}
        said = {
            name: tuple(dict.fromkeys(filter(None, (*self._sheet.said(name), why.get(name)))))
            for name in names
        }
        return Outcome(there, said, self._sheet.orders)

    def _work(self) -> None:
        opened = self._here.open()
        pool, self._workers, self._all_loaded = opened.pool, opened.workers, opened.warm
        self._short = {}
        try:
            self._sheet.offer = self._here.offer(pool.room())
            self._heard = self._here.clock()
            self._plan()
            while not self._is_over():
                self._hand_out(pool)
                self._take(pool, pool.wait(min(TICK_S, max(self._left_s(), 0.0))))
            self._settle()
        finally:
            pool.close()

    def _is_over(self) -> bool:
        """Whether nothing more will come, or nobody waits for it any longer."""
        now = self._here.clock()
        if self._cancelled() or now >= self._due or self._workers < 1:
            return True
        if now - self._heard > SILENT_S:
            self._end(f"the workers said nothing for {SILENT_S / 60:.0f} minutes")
            return True
        return not self._rota.tasks and all(run.off for run in self._runs.values())

    def _end(self, why: str) -> None:
        """Give up what is not there."""
        for name in self._sheet.orders:
            if name not in self._sheet.there:
                self._sheet.strike(name, why)

    # -- planning ------------------------------------------------------------------------------

    def _left_s(self) -> float:
        return self._due - self._here.clock()

    def _plan(self) -> None:
        now = self._here.clock()
        running = tuple(self._running(run, now) for run in self._runs.values() if not run.off)
        floor = Floor(self._workers, self._left_s(), self._loads(), self._warm, running)
        self._rota, self._planned = plan(self._sheet.wishes(self._timed), floor), now
        short = self._rota.short  # the first reason is the one that decided
        self._short = {name: self._short.get(name, why) for name, why in short.items()}

    def _running(self, run: Run, now: float) -> Running:
        return Running(run.order, run.job.preset.name, *run.left_s(now), late=run.is_late(now))

    def _timed(self, order: Order, preset: Preset) -> Speed:
        speed = paces.speed(self.pace, order, preset)
        return replace(speed, busy_s=speed.busy_s * self._slow.get(preset.name, 1.0))

    def _loads(self) -> dict[str, float]:
        offer = self._sheet.offer or Offer()
        if self._all_loaded or not self._sheet.orders:
            return {}
        order = next(iter(self._sheet.orders.values()))
        presets = (*offer.films, *offer.stills)
        return {one.name: paces.speed(self.pace, order, one).load_s for one in presets}

    # -- handing out ---------------------------------------------------------------------------

    def _hand_out(self, pool: Pool) -> None:
        for name in self._rota.called_off:
            self._call_off(pool, name)
        while pool.free() > 0 and (task := self._next()):
            self._rota = replace(
                self._rota, tasks=tuple(one for one in self._rota.tasks if one is not task)
            )
            self._start(pool, task)

    def _next(self) -> Task | None:
        """The first task in turn that waits for nothing which is still to come."""
        coming = {task.order for task in self._rota.tasks}
        coming |= {run.order for run in self._runs.values() if not run.off}
        ready = (task for task in self._rota.tasks if not coming.intersection(task.leans))
        return next(ready, None)

    def _start(self, pool: Pool, task: Task) -> None:
        order = self._sheet.orders[task.order]
        offer = self._sheet.offer or Offer()
        preset = next(one for one in offer.of(order.kind) if one.name == task.preset)
        named = self._sheet.leans(task.order, preset)
        pictures = segments.pictures(self._sheet.there, named)
        job = segments.job(order, preset, self._here.revision(preset), pictures)
        if segment := segments.find(self._here.folder, job):
            self._sheet.came(task.order, segment)
            return
        thought = self._timed(order, preset)
        if self._all_loaded or preset.name == self._warm:
            thought = replace(thought, load_s=0.0)
        self._brief(pool, preset, order)
        self._sheet.stepped(task.order, preset)
        self._runs[job.key] = Run(job, thought, self._here.clock())
        self._jobs[job.key] = job
        pool.start(job)

    def _brief(self, pool: Pool, preset: Preset, order: Order) -> None:
        """Tell all prompts that this preset will be asked, once: they are encoded in one batch."""
        mine = (order.prompt, order.negative)
        if mine in self._briefed.get(preset.name, ()):
            return
        named = [task.order for task in self._rota.tasks if task.preset == preset.name]
        rest = [self._sheet.orders[name] for name in named]
        prompts = dict.fromkeys((mine, *((other.prompt, other.negative) for other in rest)))
        self._briefed[preset.name] = frozenset(prompts)
        pool.brief(preset, tuple(prompts))

    def _call_off(self, pool: Pool, name: str) -> None:
        for key, run in self._runs.items():
            if run.order == name and not run.off:
                run.off = True
                self._sheet.strike(name, TOO_LATE)
                pool.stop(key)

    # -- news ----------------------------------------------------------------------------------

    def _take(self, pool: Pool, news: Sequence[News]) -> None:
        now = self._here.clock()
        before = self._standing()
        for one in news:
            self._heard = now
            self._hear(one, now)
        self._weary(pool, now)
        if free := pool.free():  # it grows back
            taken = sum(run.state != "develop" for run in self._runs.values())
            self._workers = max(self._workers, free + taken)
        changed = before != self._standing()
        if changed or (math.isfinite(self._due) and now - self._planned >= PLAN_S):
            self._watch(now)
            self._plan()
        self._tell(self._share())

    def _standing(self) -> tuple[int, int, int]:
        """Whatever changes here needs a new plan."""
        going = sum(not run.off for run in self._runs.values())
        return going, len(self._sheet.there), self._workers

    def _hear(self, news: News, now: float) -> None:
        match news:
            case Step(key, "denoise", step, of):
                self._stepped(key, step, of, now)
            case Denoised(key) if run := self._runs.get(key):
                run.denoised(now)
            case Done(key, made) if job := self._jobs.get(key):
                self._runs.pop(key, None)
                self._done(job, made)
            case Failed(key, trouble) if run := self._runs.pop(key, None):
                if not run.off:
                    self._sheet.failed(run.order, run.job.preset, trouble)
            case Lost(said, left):
                self._workers = left
                if left < 1:
                    self._end(said)

    def _weary(self, pool: Pool, now: float) -> None:
        """Give up a preset that would take hours: a large model, say, on a processor."""
        for key, run in self._runs.items():
            lasts = run.lasts_s(now)
            if not run.off and lasts > max(LONGEST_S, MANY * run.thought.busy_s):
                run.off = True
                why = f"a picture would take {lasts / 60:.0f} minutes or more on this device"
                self._sheet.cannot(run.order, run.job.preset, why)
                pool.stop(key)

    def _stepped(self, key: str, step: int, of: int, now: float) -> None:
        if run := self._runs.get(key):
            run.stepped(step, of, now)
            self._warm = run.job.preset.name

    def _done(self, job: Job, made: Made) -> None:
        name, preset = job.order.name, job.preset
        if not made.data:
            self._sheet.failed(name, preset, Trouble("bug", "the worker handed in nothing"))
            return
        try:
            revision = self._here.revision(preset)
            segment = segments.keep(self._here.folder, job, revision, made)
        except RenderError as error:
            self._sheet.strike(name, str(error))
            return
        self.pace = paces.made(self.pace, job.order, preset, made.facts)
        self._slow.pop(preset.name, None)
        self._warm = preset.name
        if job.order.kind == "film" and (why := self._here.flaw(segment.path, job.order.fps)):
            segments.drop(self._here.folder, job)
            self._sheet.failed(name, preset, Trouble("picture", why))
            return
        self._sheet.came(name, segment)

    def _watch(self, now: float) -> None:
        """Think the others of a preset slow, too, where one that is running is."""
        for run in self._runs.values():
            if run.state == "denoise" and run.thought.busy_s > 0:
                preset = run.job.preset
                usual = paces.speed(self.pace, run.job.order, preset).busy_s
                ratio = run.busy_s(now) / max(usual, 1e-6)
                self._slow[preset.name] = ratio if ratio > SLOW else 1.0

    # -- progress ------------------------------------------------------------------------------

    def _share(self) -> float:
        """How much of what is to be made is there: each order counts as one."""
        going = [run for run in self._runs.values() if not run.off]
        fresh = sum(segment.fresh for segment in self._sheet.there.values())
        total = fresh + len(going) + len(self._rota.tasks)
        return (fresh + sum(0.9 * run.done for run in going)) / total if total else 1.0

    def _tell(self, part: float) -> None:
        """Never less than was told before: a new plan may have more in it."""
        if part > self._part:
            self._part = min(part, 1.0)
            self._progress(self._part)
