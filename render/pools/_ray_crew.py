"""The actors of pool `ray` as their driver sees them: who is there, who holds what, who is overdue.

Each actor has one question open, "what is new?", that it answers when there is something, or after
a moment with nothing. So a step costs one small message, silence is noticed within seconds, and
what an actor tells comes in its order. Ray starts a fallen actor again by itself; here its jobs are
given up at once, so that another worker takes them, and its new process is briefed anew.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from render.lab import Job, Preset, Trouble
from render.pools import Denoised, Done, Failed, Lost, News, Step
from render.pools._ray_actor import Mark, Ready, Told, Unfit
from render.pools._ray_cluster import ended, trouble

__all__ = ["EARS", "Crew", "Link", "Rules"]

Brief: TypeAlias = tuple[Preset, tuple[tuple[str, str], ...]]

BEAT_S = 2.0  # an actor with nothing to tell says so this often
AGAIN_S = 0.25  # how soon one that cannot be reached is asked again
AT_ONCE = 2  # jobs of one worker: the memory of a third would be missed
EARS = "ears"  # questions have a thread of their own in the actor: they wait there


@dataclass(slots=True, eq=False)
class Link:
    """The near end of an actor. `mark` is its process while it answers, `over` one given up.

    `jobs` are in its hands, each with the time when it was called off; `busy` is being denoised.
    `stepped`: what it was given last has told a first step, so that loading, encoding and compiling
    are behind it. `falls` are in a row, no job done between.
    """

    actor: Any
    mark: Mark | None = None
    over: Mark | None = None
    ask: Any = None
    asked: float = -math.inf
    calls: list[Any] = field(default_factory=list)
    jobs: dict[str, float | None] = field(default_factory=dict)
    busy: str = ""
    stepped: bool = False
    preset: str = ""
    falls: int = 0
    heard: float = 0.0
    room: float | None = None

    def refs(self) -> list[Any]:
        """What Ray still owes us."""
        return [self.ask, *self.calls] if self.ask is not None else [*self.calls]

    def name(self) -> str:
        """Its host and process."""
        return f"{self.mark.host}/{self.mark.process}" if self.mark else "a worker"


class Rules(BaseModel):
    """How a pool treats its workers; docs/plugins.md says what each key does."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    patience_s: float = Field(60.0, gt=0, le=3600)
    load_patience_s: float = Field(300.0, gt=0, le=3600)
    grace_s: float = Field(10.0, gt=0, le=600)
    attempts: int = Field(4, ge=1, le=100)


class Crew:
    """Actors made by `hire`, and what they hold. Raises nothing: what Ray raises is news here.

    `fits` says how many workers the cluster has room for as it is now.
    """

    def __init__(
        self,
        ray: Any,
        rules: Rules,
        hire: Callable[[], Any],
        fits: Callable[[], int],
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.links: list[Link] = []
        self.unfit: list[Trouble] = []
        self._ray, self._rules = ray, rules
        self._hire, self._fits = hire, fits
        self._clock, self._pause = clock, pause
        self._briefs: dict[str, Brief] = {}

    def grow(self, number: int) -> None:
        """Ask Ray for so many actors; they come as it finds places for them."""
        self.links += [Link(self._hire()) for _ in range(number)]

    def ready(self) -> list[Link]:
        """The workers that answer and see their device."""
        return [link for link in self.links if link.room is not None]

    def free(self) -> list[Link]:
        """Those that denoise nothing, and have no second job that waits to be developed."""
        return [link for link in self.ready() if not link.busy and len(link.jobs) < AT_ONCE]

    def brief(self, preset: Preset, prompts: Sequence[tuple[str, str]]) -> None:
        """Tell all of them, and those that come later."""
        brief = self._briefs[preset.name] = (preset, tuple(prompts))
        for link in self.ready():
            self._call(link, "brief", *brief)
            link.preset, link.heard, link.stepped = preset.name, self._clock(), False

    def start(self, job: Job) -> bool:
        """Hand a job to a free worker, one that has its preset loaded if there is one."""
        free = self.free()
        if not free:
            return False
        link = min(free, key=partial(_cost, job.preset.name))
        link.busy, link.preset, link.heard = job.key, job.preset.name, self._clock()
        link.jobs[job.key], link.stepped = None, False
        self._call(link, "start", job)
        return True

    def stop(self, key: str) -> None:
        """Call a job off; a worker that does not obey in time is ended."""
        for link in self.links:
            if key in link.jobs and link.jobs[key] is None:
                link.jobs[key] = self._clock()
                self._call(link, "stop", key)

    def listen(self, timeout_s: float) -> list[News]:
        """What came in: waits for the first of it, a quarter of a second at most."""
        for link in self.links:
            self._ask(link)
        owners = {ref: link for link in self.links for ref in link.refs()}
        news: list[News] = []
        for ref in self._answered(list(owners), min(max(timeout_s, 0.0), AGAIN_S)):
            if ref in owners[ref].refs():
                news += self._take(owners[ref], ref)
        return [*news, *self._overdue()]

    def dismiss(self) -> None:
        """Let all go: the idle ones may close their worker, then every process ends."""
        idle = [link.actor.close.remote() for link in self.ready() if not link.jobs]
        self._answered(idle, 1.0, len(idle))
        for link in self.links:
            self._ray.kill(link.actor)
        self.links.clear()

    def _call(self, link: Link, verb: str, *args: Any) -> None:
        link.calls.append(getattr(link.actor, verb).remote(link.mark, *args))

    def _ask(self, link: Link) -> None:
        if link.ask is None and self._clock() >= link.asked + AGAIN_S * (link.mark is None):
            wait_s = BEAT_S if link.mark else 0.0  # a new process is known before it can fall
            link.ask = link.actor.news.options(concurrency_group=EARS).remote(wait_s)
            link.asked = self._clock()

    def _answered(self, refs: list[Any], timeout_s: float, number: int = 1) -> list[Any]:
        """The answers that are there once `number` of them are; all of them where Ray fails."""
        if not refs:
            self._pause(timeout_s)
            return []
        try:
            self._ray.wait(refs, num_returns=number, timeout=timeout_s)
            return list(self._ray.wait(refs, num_returns=len(refs), timeout=0)[0])
        except Exception:  # the node that we stand on is gone: each `get` says why
            return refs

    def _take(self, link: Link, ref: Any) -> list[News]:
        """Take an answer, or the news that there will be none."""
        try:
            answer = self._ray.get(ref, timeout=self._rules.grace_s)
        except Exception as error:
            return self._lose(link, trouble(error).said, back=not ended(error))
        if ref is not link.ask:
            link.calls.remove(ref)
            return []
        link.ask = None
        mark, told = answer
        if mark == link.over:  # given up, and alive after all: it holds what others do now
            self._ray.kill(link.actor, no_restart=False)
            return []
        begun = self._lose(link, "it was started anew") if link.mark not in (None, mark) else []
        link.mark = mark
        if told:
            link.heard = self._clock()
        return [*begun, *(news for one in told for news in self._hear(link, one))]

    def _hear(self, link: Link, told: Told) -> Iterator[News]:
        match told:
            case Ready(room):
                briefs = self._briefs.values() if link.room is None else ()
                link.room = room
                for brief in briefs:
                    self._call(link, "brief", *brief)
            case Unfit(why) if link.room is None:
                name = link.name()
                self._lose(link, why.said, back=False)
                yield Lost(f"{name}: {why.said}", self._left())
            case Unfit(why):  # a new process may find its device in order
                self._ray.kill(link.actor, no_restart=False)
                yield from self._lose(link, why.said)
            case Step(key) | Denoised(key) | Done(key) | Failed(key) if key in link.jobs:
                yield from self._of_job(link, key, told)

    def _of_job(self, link: Link, key: str, told: News) -> Iterator[News]:
        if link.busy == key:
            link.stepped = link.stepped or (isinstance(told, Step) and told.work == "denoise")
            link.busy = key if isinstance(told, Step) else ""
        if isinstance(told, Done | Failed):
            del link.jobs[key]
        if isinstance(told, Done):
            link.falls = 0
        yield told

    def _lose(self, link: Link, said: str, back: bool = True) -> list[News]:
        """Give a worker up with all it holds; Ray starts it again, or it goes for good."""
        jobs, counted, said = link.jobs, link.room is not None, f"{link.name()}: {said}"
        link.falls += link.mark is not None
        link.over, link.mark, link.room, link.stepped = link.mark or link.over, None, None, False
        link.ask, link.calls, link.jobs, link.busy, link.preset = None, [], {}, "", ""
        link.asked = self._clock()
        if not back or link.falls >= self._rules.attempts:
            self._ray.kill(link.actor)
            self.links.remove(link)
            self.unfit.append(Trouble("device", said))
        if not counted:
            return []
        failed = [Failed(key, _why(off, said)) for key, off in jobs.items()]
        return [Lost(said, self._left()), *failed]

    def _left(self) -> int:
        """How many there are or will be again: as many as the cluster still has places for."""
        try:
            return min(self._fits(), len(self.links))
        except Exception:  # there is no cluster any more
            return 0

    def _overdue(self) -> list[News]:
        """End who does not answer, does not obey, or holds a job and tells nothing of it."""
        now, news = self._clock(), []
        for link in self.ready():
            if said := self._late(link, now):
                self._ray.kill(link.actor, no_restart=False)
                news += self._lose(link, said)
        return news

    def _late(self, link: Link, now: float) -> str:
        """Why a worker is ended, "" if it is not."""
        rules = self._rules
        answer_s = (
            rules.grace_s if link.stepped else rules.patience_s
        )  # what loads may hold its lock
        if link.ask is not None and now - link.asked > BEAT_S + answer_s:
            return f"it did not answer for {now - link.asked:.0f} s"
        if any(off is not None and now - off > rules.grace_s for off in link.jobs.values()):
            return f"it did not stop within {rules.grace_s:g} s"
        step_s = rules.patience_s if link.stepped or not link.busy else rules.load_patience_s
        if link.jobs and now - link.heard > step_s:
            return f"it was silent for {step_s:g} s"
        return ""


def _cost(preset: str, link: Link) -> tuple[int, int]:
    """Rather a worker with this preset loaded, then one with none; rather an idle one."""
    return (0 if link.preset == preset else 1 + bool(link.preset)), len(link.jobs)


def _why(off: float | None, said: str) -> Trouble:
    return Trouble("lost", said) if off is None else Trouble("stopped", "called off")
