"""What runs in a worker's process: models, loaded and asked. The only part that knows torch.

Importing a module from here is light; torch and diffusers are imported when a worker begins.

    Family      one file of render.engine.families: how a family of models is loaded and asked
    Guard       one file of render.engine.guards: who looks at what was made
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Ask", "Family", "Footage", "Guard", "Place", "Stepped"]

Stepped = Callable[[int, int], None]
"""Called after each step with how many are done and of how many; may raise Troubled("stopped")."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a model runs: a torch device, the type it computes in (names, as torch has them).

    `device` is "cuda:0" or "cpu"; `dtype` "bfloat16" or "float32".
    """

    device: str
    dtype: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One shot, as a family is asked for it.

    `words` is what its `encode` gave for the prompt. Width, height and frames are already what the
    family can make (`grid`, `frames`). The pictures are PIL images, RGB, in any size.
    """

    words: Any
    width: int
    height: int
    frames: int
    fps: int
    steps: int
    guidance: float
    seed: int
    first: Any = None
    last: Any = None
    refs: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Footage:
    """Developed pictures: float (T, 3, H, W), 0 to 1, on the device; sound (channels, samples).

    A still has T = 1. `sound` is None where the model makes none; else -1 to 1 at `rate` Hz.
    """

    pictures: "Tensor"
    fps: float
    sound: "Tensor | None" = None
    rate: int = 0


class Family(Protocol):
    """A family of models behind one adapter; made with `(settings, preset)`, loaded once.

    `grid` is what both sides must be multiples of. `families` import nothing of each other. One
    whose folders differ in what they can start from says so in `modes`, once it is loaded.
    """

    grid: int

    def frames(self, wished: int) -> int:
        """The least number of frames that it can make and that is not below `wished`."""
        ...

    def load(self, folder: Path, place: Place) -> None:
        """Read the weights: safetensors only, from this folder only, no code from it.

        Leaves everything in the host's memory; the worker decides what goes to the device.
        Raises Troubled("weights").
        """
        ...

    def parts(self) -> Mapping[str, Any]:
        """The torch modules by role: "text" (encoders), "denoiser", "decoder"; each a list."""
        ...

    def encode(self, prompts: Sequence[tuple[str, str]]) -> list[Any]:
        """Encode prompts and negatives in one batch; the entries are `Ask.words`, kept on the host.

        Needs the parts "text" on the device, and nothing else.
        """
        ...

    def denoise(self, ask: Ask, stepped: Stepped) -> Any:
        """Sample latents, on the device; the seed decides all. Needs no part "text"."""
        ...

    def develop(self, latents: Any, ask: Ask) -> Footage:
        """Decode latents. Runs in another thread than `denoise`, while that samples the next."""
        ...


class Guard(Protocol):
    """Looks at pictures before anybody else does; made with `(settings, place)`."""

    def look(self, pictures: "Tensor") -> str:
        """Say why these may not be shown, "" if they may; uint8 (N, 3, H, W). Raises Troubled."""
        ...
