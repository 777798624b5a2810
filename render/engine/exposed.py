"""A shot between two kinds of work: sampled, and not yet developed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from render.engine import Ask, Footage, Place
from render.engine.held import Held
from render.lab import Job

if TYPE_CHECKING:
    from torch import Tensor

__all__ = ["Exposed", "Shot", "Side", "marked"]


@dataclass(frozen=True, slots=True)
class Exposed:
    """Latents with all that it takes to develop them. `ready` is an event of the GPU, or None."""

    job: Job
    held: Held
    ask: Ask
    latents: Any
    ready: Any
    seconds: dict[str, float]
    stepped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shot:
    """What came of it, still on the device: frames and the last one as the model made it, uint8."""

    frames: "Tensor"
    end: "Tensor"
    footage: Footage

    def printed(self, job: Job) -> tuple[bytes, bytes]:
        """As files: the film or still, and its end."""
        from render.engine import print

        end = print.still(self.end)
        if job.order.kind == "still":
            return print.still(self.frames[0]), end
        sound = self.footage.sound
        heard = None if sound is None else sound.float().cpu().numpy()
        return print.film(self.frames, job.order.fps, heard, self.footage.rate), end


class Side:
    """The stream that shots are developed on, beside the one that samples the next."""

    def __init__(self) -> None:
        self._stream: Any = None

    @contextmanager
    def work(self, spot: Place, ready: Any) -> Iterator[None]:
        """Run on the side once `ready` has happened; on a processor there is one way only.

        Whoever calls keeps the latents until `done`, so that nobody writes where they lie.
        """
        import torch

        with torch.no_grad():  # of this thread
            if not spot.device.startswith("cuda"):
                yield
                return
            self._stream = self._stream or torch.cuda.Stream(spot.device)
            with torch.cuda.stream(self._stream):
                self._stream.wait_event(ready)
                yield
                self._stream.synchronize()

    def done(self) -> None:
        """Wait until what was asked is done; a clock that is read now tells the truth."""
        if self._stream is not None:
            self._stream.synchronize()


def marked(spot: Place) -> Any:
    """An event at which everything asked of the GPU so far has happened."""
    import torch

    if not spot.device.startswith("cuda"):
        return None
    event = torch.cuda.Event()
    event.record()
    return event
