"""A preset that is loaded: its family, what it is thrifty with, how fast it may run."""

import io
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from render.engine import Ask, Place, attention, loading, memory, regional, sizes
from render.lab import Job, Mode, Preset, Thrift, Troubled, vault

__all__ = ["Held", "Switches"]

WISHES: tuple[tuple[Mode, str], ...] = (
    ("first", "its first picture"),
    ("last", "its last picture"),
    ("refs", "its pictures of who is in it"),
)


@dataclass(frozen=True, slots=True)
class Switches:
    """What of the fast path is on: kernels to try (() for the device's own), blocks compiled.

    `compiled` is None for as the device needs it: on a GPU, where no layers come and go.
    """

    attention: tuple[str, ...] = ()
    compiled: bool | None = None


class Held:
    """Loads when it is made. `thrift` is what the preset asks for and what was learned since.

    Raises Troubled("weights"), and whatever torch raises where the device is too small.
    """

    def __init__(
        self, preset: Preset, thrift: Sequence[Thrift], models: Path, spot: Place, fast: Switches
    ) -> None:
        self.preset, self.spot = preset, spot
        self.thrift: set[Thrift] = {*preset.thrift, *thrift}
        self.plain: tuple[str, ...] = ()  # steps down from the fast path, as a report names them
        self.proven = False  # whether it has made anything yet
        self.family = loading.family(preset)
        self.family.load(vault.place(models, preset.model), spot)
        memory.settled(self.family.parts(), self.thrift, spot)
        self._quicken(fast)

    def _quicken(self, fast: Switches) -> None:
        names = fast.attention or attention.candidates(self.spot)
        self.attention, self.plain = attention.chosen(self.spot, names)
        attention.used(self._denoisers, self.attention)
        hooked = bool(self.thrift & {"offload", "fp8"})  # hooks tear a block's graph
        wished = self.spot.device.startswith("cuda") if fast.compiled is None else fast.compiled
        self._compiled = wished and not hooked and regional.compiled(self._denoisers)

    @property
    def _denoisers(self) -> list[Any]:
        return list(self.family.parts()["denoiser"])

    def slow_down(self, why: str) -> bool:
        """Take one switch of the fast path back, and note why; False where none is left."""
        reason = (why.splitlines() or [""])[0][:120]
        if self._compiled:
            regional.eager(self._denoisers)
            self._compiled = False
            self.plain += (f"nothing was compiled: {reason}",)
        elif self.attention != "native":
            self.plain += (f"attention without {self.attention}: {reason}",)
            self.attention = "native"
            attention.used(self._denoisers, self.attention)
        else:
            return False
        return True

    def save(self, step: Thrift) -> None:
        """Take a step of `memory.IN_PLACE`."""
        self.thrift.add(step)
        parts = self.family.parts()
        for module in parts["text"] if step == "visit" and "offload" not in self.thrift else ():
            module.to("cpu")
        if step == "tiling":
            memory.tiled(parts["decoder"])

    def leave(self) -> None:
        """Take what denoises off the device; it is not asked again."""
        for module in self._denoisers if "offload" not in self.thrift else ():
            module.to("cpu")

    def encode(self, prompts: Sequence[tuple[str, str]]) -> dict[tuple[str, str], Any]:
        """Encode prompts, on the device for as long as it takes."""
        with self._reading():
            return dict(zip(prompts, self.family.encode(prompts), strict=True))

    def _reading(self) -> AbstractContextManager[None]:
        """The text encoder on the device: it is there, its layers come, or it visits."""
        if "visit" not in self.thrift or "offload" in self.thrift:
            return nullcontext()
        return memory.visiting(self.family.parts()["text"], self.spot)

    def ask(self, job: Job, words: Any) -> tuple[Ask, tuple[str, ...]]:
        """Turn a job into what the family is asked, and say which of its wishes are left out."""
        preset, order = job.preset, job.order
        width, height = sizes.size(preset, order, self.family.grid)
        first, last, refs, notes = self._pictures(job)
        ask = Ask(
            words,
            width,
            height,
            self.family.frames(sizes.frames(preset, order)),
            preset.fps,
            preset.steps,
            preset.guidance,
            order.seed,
            first,
            last,
            refs,
        )
        return ask, notes

    def _pictures(self, job: Job) -> tuple[Any, Any, tuple[Any, ...], tuple[str, ...]]:
        """First, last and reference pictures as the loaded model can use them.

        A family whose folders differ says in `modes` what the loaded one can start from.
        """
        modes = set(job.preset.modes) & set(getattr(self.family, "modes", job.preset.modes))
        given: dict[str, tuple[bytes, ...]] = {
            "first": (job.first,),
            "last": (job.last,),
            "refs": job.refs,
        }
        notes = tuple(
            f"made without {said}: {job.preset.name} cannot use it"
            for mode, said in WISHES
            if any(given[mode]) and mode not in modes
        )
        seen = {mode: [_picture(p) for p in given[mode] if p and mode in modes] for mode in given}
        first, last = (next(iter(seen[mode]), None) for mode in ("first", "last"))
        return first, last, tuple(seen["refs"]), notes


def _picture(data: bytes) -> Any:
    """Open a PNG as RGB. Raises Troubled("picture")."""
    from PIL import Image

    try:
        return Image.open(io.BytesIO(data)).convert("RGB")
    except (OSError, ValueError) as error:
        raise Troubled("picture", f"a picture that it starts from is torn: {error}") from error
