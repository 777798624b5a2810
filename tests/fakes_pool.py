"""A pool without processes, under a clock of its own, with verbs for what may go wrong.

Time passes only while somebody waits for news.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from render.lab import Facts, Job, Made, Order, Preset, Trouble, Troubled, TroubleKind
from render.pools import Denoised, Done, Failed, Lost, News, Step

DENOISE_S = {"fine": 2.0, "rush": 1.0, "photo": 0.5}  # a second of film, or a whole still


class FakeClock:
    """Seconds that pass when they are told to."""

    def __init__(self, now: float = 100.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def order(name: str, kind: str = "film", **rest: Any) -> Order:
    """A film of four seconds, or a still."""
    frames = 120 if kind == "film" else 1
    told = {"prompt": f"picture {name}", "negative": "", "width": 108, "height": 192, "fps": 30}
    return Order(**{**told, "name": name, "kind": kind, "frames": frames, "seed": 7, **rest})


def preset(name: str, kind: str = "film", **rest: Any) -> Preset:
    """A preset that makes five seconds at most; it has loaded in a second."""
    told = {"family": "wan", "model": f"{name}-model", "needs_gib": 1.0, "width": 96, "height": 160}
    told |= {"fps": 16, "frames": 81 if kind == "film" else 1, "steps": 4}
    told |= {"modes": ("text", "first", "refs"), "prior_s": DENOISE_S.get(name, 1.0), "load_s": 1.0}
    return Preset(**{**told, "name": name, "kind": kind, **rest})  # type: ignore[arg-type]


@dataclass(order=True)
class _Coming:
    at: float
    number: int
    news: News = field(compare=False)


class FakePool:
    """Satisfies `Pool`. Each job is loaded, denoised in four steps, developed in half a second."""

    def __init__(self, clock: FakeClock, workers: int = 1, develop_s: float = 0.0) -> None:
        self.clock, self.workers, self.develop_s = clock, workers, develop_s
        self.opened = self.closed = 0
        self.started: list[Job] = []
        self.stopped: list[str] = []
        self.briefed: list[tuple[str, tuple[tuple[str, str], ...]]] = []
        self.gib: dict[str, float] = {"1": 24.0}
        self._coming: list[_Coming] = []
        self._busy: dict[str, float] = {}
        self._loaded = ""
        self._slow: dict[str, float] = {}
        self._troubles: dict[str, list[Trouble]] = {}
        self._deaf: set[str] = set()
        self._refusal: Exception | None = None
        self._seen: Counter[str] = Counter()

    # -- what may go wrong ---------------------------------------------------------------------

    def is_slow(self, name: str, times: float) -> None:
        self._slow[name] = times

    def fails(self, name: str, kind: TroubleKind, said: str = "", times: int = 1) -> None:
        """Jobs of this order, or of this preset, come to nothing so many times."""
        self._troubles.setdefault(name, []).extend([Trouble(kind, said or kind)] * times)

    def hangs(self, name: str) -> None:
        """This order's job says nothing any more, and cannot be stopped."""
        self._deaf.add(name)

    def does_not_open(self, error: Exception) -> None:
        self._refusal = error

    def loses_a_worker(self, after_s: float, left: int, said: str = "worker 1 fell") -> None:
        self._later(after_s, Lost(said, left))

    def tells(self, after_s: float, news: News) -> None:
        """News that nobody expects."""
        self._later(after_s, news)

    # -- the pool ------------------------------------------------------------------------------

    def open(self) -> int:
        self.opened += 1
        if self._refusal:
            raise self._refusal
        return self.workers

    def free(self) -> int:
        return max(self.workers - len(self._busy), 0)

    def room(self) -> Mapping[str, float]:
        return self.gib

    def brief(self, preset: Preset, prompts: Sequence[tuple[str, str]]) -> None:
        self.briefed.append((preset.name, tuple(prompts)))

    def start(self, job: Job) -> None:
        name, preset = job.order.name, job.preset
        assert self.free() > 0, "nobody was free"
        self.started.append(job)
        self._busy[job.key] = self.clock.now
        if name in self._deaf:
            return
        if trouble := self._trouble(name) or self._trouble(preset.name):
            self._later(0.2, Failed(job.key, trouble))
            return
        at = preset.load_s if self._loaded != preset.name else 0.0
        self._loaded = preset.name
        lasts = job.order.frames / job.order.fps if job.order.kind == "film" else 1.0
        takes = DENOISE_S.get(preset.name, 1.0) * lasts * self._slow.get(name, 1.0)
        for step in range(preset.steps + 1):
            share = takes * step / preset.steps
            self._later(at + share, Step(job.key, "denoise", step, preset.steps))
        self._later(at + takes, Denoised(job.key))
        seconds = {"denoise": takes, "load": at, "decode": self.develop_s}
        made = Made(job.key, f"{preset.name} {name}".encode(), b"end of " + name.encode(), FACTS)
        made = replace(made, facts=replace(FACTS, seconds=seconds))
        self._later(at + takes + self.develop_s, Done(job.key, made))

    def wait(self, timeout_s: float) -> Sequence[News]:
        until = self.clock.now + timeout_s
        self._coming.sort()
        if not self._coming or self._coming[0].at > until:
            self.clock.now = until
            return ()
        at = max(self._coming[0].at, self.clock.now)
        self.clock.now = at
        told = [one.news for one in self._coming if one.at <= at]
        self._coming = [one for one in self._coming if one.at > at]
        for news in told:
            self._let_go(news)
        return told

    def stop(self, key: str) -> None:
        self.stopped.append(key)
        if key in {job.key for job in self.started if job.order.name in self._deaf}:
            return
        self._coming = [one for one in self._coming if getattr(one.news, "key", "") != key]
        self._later(0.1, Failed(key, Trouble("stopped", "stopped")))

    def close(self) -> None:
        self.closed += 1

    @property
    def made(self) -> list[str]:
        """The orders that were begun, in order, with their presets."""
        return [f"{job.order.name} {job.preset.name}" for job in self.started]

    def _trouble(self, name: str) -> Trouble | None:
        waiting = self._troubles.get(name)
        return waiting.pop(0) if waiting else None

    def _later(self, after_s: float, news: News) -> None:
        self._coming.append(_Coming(self.clock.now + after_s, len(self._coming), news))

    def _let_go(self, news: News) -> None:
        match news:
            case Denoised(key) | Done(key) | Failed(key):
                self._busy.pop(key, None)
            case Lost(_, left):
                for key in list(self._busy)[: max(self.workers - left, 0)]:
                    self._busy.pop(key)
                    self._coming = [c for c in self._coming if getattr(c.news, "key", "") != key]
                    self._later(0.05, Failed(key, Trouble("lost", "worker 1 fell")))
                self.workers = left


FACTS = Facts("a fake card", {}, 3.0, "native")


def no_gpu() -> Troubled:
    return Troubled("device", "there is no GPU here")
