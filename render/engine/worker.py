"""One worker: holds a preset, encodes, samples and develops with it, and steps down where it must.

Two threads may use it: one encodes and denoises, one develops. Each has a lock, and whoever needs
both takes `floor` before `bath`. Whatever goes wrong leaves as Troubled.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

from render.engine import Footage, Guard, Place, flaws, guarding, loading, memory, places
from render.engine.exposed import Exposed, Shot, Side, marked
from render.engine.held import Held, Switches
from render.lab import Facts, Job, Made, Preset, Thrift, Troubled, vault
from render.pools import Site, Work

__all__ = ["Worker"]

Tell = Callable[[Work, int, int], None]
Stopped = Callable[[], bool]
T = TypeVar("T")

WORDS_KEPT = 128  # encoded prompts, of some megabytes each

BATH: tuple[Thrift, ...] = ("tiling", "visit", "offload")
"""What helps where developing runs out of memory."""


class Worker:
    """Made once in its process, and light until it is asked for something."""

    def __init__(self, site: Site, fast: Switches | None = None) -> None:
        self._site, self._fast = site, fast or Switches()
        self._floor, self._bath = threading.RLock(), threading.RLock()
        self._spot: Place | None = None
        self._held: Held | None = None
        self._side = Side()
        self._guard: Guard | None = None
        self._learned: dict[Preset, tuple[Thrift, ...]] = {}
        self._words: dict[tuple[Preset, str, str], Any] = {}
        self._before: dict[str, float] = {}  # seconds that the next job's facts will tell

    def room(self) -> float:
        """Free GiB, counting what this worker holds. Raises Troubled("device")."""
        with _ours():
            return places.room_gib(self._place())

    def encode(self, preset: Preset, prompts: Sequence[tuple[str, str]]) -> None:
        """Load the preset and encode all that it will be asked, in a batch; empty ones are left."""
        with _ours(), self._floor:
            self._saving(preset, lambda held: self._read(held, prompts))

    def denoise(self, job: Job, tell: Tell, stopped: Stopped) -> Exposed:
        """Sample a job; what comes back goes to `develop`. Raises Troubled."""
        if not job.order.prompt.strip():
            raise Troubled("prompt", f"shot {job.order.name} asks for nothing: its prompt is empty")
        with _ours(), self._floor:
            if self._held is None or self._held.preset != job.preset:
                tell("load", 0, 1)
            return self._saving(job.preset, lambda held: self._sample(held, job, tell, stopped))

    def develop(self, exposed: Exposed, tell: Tell, stopped: Stopped) -> Made:
        """Decode, guard, finish and print what was sampled. Raises Troubled."""
        with _ours():
            try:
                return self._develop(exposed, tell, stopped)
            except Exception as error:
                if not memory.short(error):
                    raise
            memory.freed()
            return self._develop_alone(exposed, tell, stopped)

    def close(self) -> None:
        """Let everything go."""
        with _ours(), self._floor, self._bath:
            self._held = self._guard = None
            self._words.clear()
            if self._spot:
                memory.freed()

    def _place(self) -> Place:
        if self._spot is None:
            spot = places.place(self._site.device)
            places.tuned(spot)
            self._spot = spot
        return self._spot

    def _saving(self, preset: Preset, work: Callable[[Held], T]) -> T:
        """Do it; where memory or the fast path fails, step down and do it again."""
        while True:
            try:
                return work(self._hold(preset))
            except Exception as error:
                self._step_down(preset, error)
            memory.freed()  # out here, where the error holds no frames of torch any more

    def _hold(self, preset: Preset) -> Held:
        """The preset, loaded; another one is let go first, once nothing of it is developed.

        It is not let go for one whose weights are not there.
        """
        if self._held is not None and self._held.preset == preset:
            return self._held
        loading.checked(vault.place(self._site.models, preset.model), preset.model)
        with self._bath, self._timed("load"):
            self._held = None
            memory.freed()
            thrift = self._learned.get(preset, ())
            self._held = Held(preset, thrift, self._site.models, self._place(), self._fast)
            return self._held

    def _step_down(self, preset: Preset, error: Exception) -> None:
        """Take the next step for this error, or raise it.

        The developing of another shot ends first: it may be what took the room.
        """
        if isinstance(error, Troubled) or places.spent(error):
            raise error
        held = self._held if self._held is not None and self._held.preset == preset else None
        if memory.short(error):
            used = (*preset.thrift, *self._learned.get(preset, ()))
            step = memory.next_step(used)
            if step is None:
                raise _too_small(preset) from error
            with self._bath:
                self._save(preset, step, held)
        elif held is None or held.proven or not held.slow_down(str(error)):
            raise error

    def _save(self, preset: Preset, step: Thrift, held: Held | None) -> None:
        self._learned[preset] = (*self._learned.get(preset, ()), step)
        if held is not None and step in memory.IN_PLACE:
            held.save(step)
        else:  # its hooks go with it; the words stay
            self._held = None

    def _read(self, held: Held, prompts: Sequence[tuple[str, str]]) -> None:
        asked = [pair for pair in dict.fromkeys(prompts) if pair[0].strip()]
        new = [pair for pair in asked if (held.preset, *pair) not in self._words]
        if not new:
            return
        with self._timed("text"):
            words = held.encode(new)
        self._words |= {(held.preset, *pair): words[pair] for pair in new}
        for key in list(self._words)[: -max(WORDS_KEPT, len(new))]:
            del self._words[key]

    def _sample(self, held: Held, job: Job, tell: Tell, stopped: Stopped) -> Exposed:
        import torch

        def stepped(done: int, of: int) -> None:
            tell("denoise", done, of)
            _go_on(stopped)

        _go_on(stopped)
        said, unsaid = job.order.prompt, job.order.negative
        if (job.preset, said, unsaid) not in self._words:
            tell("text", 0, 1)
            self._read(held, [(said, unsaid)])
        ask, notes = held.ask(job, self._words[job.preset, said, unsaid])
        _go_on(stopped)
        with self._timed("denoise"), torch.no_grad():
            latents = held.family.denoise(ask, stepped)
            flaws.sound(latents, "what was sampled")  # also waits for the GPU
        held.proven = True
        seconds, self._before = self._before, {}
        steps = (*(memory.SAID[s] for s in self._learned.get(job.preset, ())), *held.plain, *notes)
        return Exposed(job, held, ask, latents, marked(held.spot), seconds, steps)

    def _develop(self, exposed: Exposed, tell: Tell, stopped: Stopped) -> Made:
        seconds = dict(exposed.seconds)
        with self._side.work(exposed.held.spot, exposed.ready):
            with self._bath:
                shot = self._shot(exposed, seconds, tell, stopped)
            began = time.perf_counter()
            data, end = shot.printed(exposed.job)
            seconds["encode"] = time.perf_counter() - began
        tell("develop", 3, 3)
        held = exposed.held
        facts = Facts(
            places.named(held.spot),
            seconds,
            places.peak_gib(held.spot),
            held.attention,
            exposed.stepped,
        )
        return Made(exposed.job.key, data, end, facts)

    def _shot(
        self, exposed: Exposed, seconds: dict[str, float], tell: Tell, stopped: Stopped
    ) -> Shot:
        """Decode, look, finish: what needs the device to itself."""
        from render.engine import finish

        _go_on(stopped)
        tell("develop", 0, 3)
        began = time.perf_counter()
        footage = exposed.held.family.develop(exposed.latents, exposed.ask)
        flaws.sound((footage.pictures, footage.sound), "what was developed")
        seconds["decode"] = self._since(began)
        self._guarded(footage)
        _go_on(stopped)
        tell("develop", 1, 3)
        began = time.perf_counter()
        end = (footage.pictures[-1].float() * 255).round().clamp(0, 255).byte()
        shot = Shot(finish.finished(footage.pictures, footage.fps, exposed.job.order), end, footage)
        seconds["finish"] = self._since(began)
        tell("develop", 2, 3)
        return shot

    def _guarded(self, footage: Footage) -> None:
        if self._guard is None:
            self._guard = guarding.hired(self._site.guard, self._place())
        guarding.looked(self._guard, footage)

    def _develop_alone(self, exposed: Exposed, tell: Tell, stopped: Stopped) -> Made:
        """Once more while nothing else runs, then with one step of saving after the other."""
        preset, steps = exposed.job.preset, list(BATH)
        with self._floor, self._bath:
            while True:
                try:
                    return self._develop(exposed, tell, stopped)
                except Exception as error:
                    if not memory.short(error):
                        raise
                    step = memory.next_step(exposed.held.thrift, steps)
                    if step is None:
                        raise _too_small(preset) from error
                exposed = self._room_for(exposed, step)

    def _room_for(self, exposed: Exposed, step: Thrift) -> Exposed:
        """Take a step for what is to be developed; the next shots of its preset keep to it."""
        held, preset = exposed.held, exposed.job.preset
        if step == "offload":
            held.leave()
            held.thrift.add(step)
        else:
            held.save(step)
        self._learned[preset] = (*self._learned.get(preset, ()), step)
        if step == "offload" and self._held is held:
            self._held = None
        memory.freed()
        return replace(exposed, stepped=(*exposed.stepped, memory.SAID[step]))

    def _since(self, began: float) -> float:
        self._side.done()
        return time.perf_counter() - began

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self._before[stage] = self._before.get(stage, 0.0) + time.perf_counter() - began


def _go_on(stopped: Stopped) -> None:
    if stopped():
        raise Troubled("stopped", "it was called off")


def _too_small(preset: Preset) -> Troubled:
    said = f"too little memory for {preset.name}, with everything that saves some"
    return Troubled("memory", said)


@contextmanager
def _ours() -> Iterator[None]:
    """Let out nothing but Troubled."""
    try:
        yield
    except Troubled:
        raise
    except Exception as error:  # a library's, or a bug of ours
        line = (str(error).splitlines() or [""])[0][:300]
        said = f"{type(error).__name__}: {line}"
        if memory.short(error):
            raise Troubled("memory", f"too little memory: {line}") from error
        if places.spent(error):
            raise Troubled("device", f"the GPU stopped working: {line}") from error
        raise Troubled("bug", said) from error
