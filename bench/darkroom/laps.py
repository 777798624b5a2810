"""The same shots, made by the lab's worker and by diffusers' stock call, each lap timed."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from bench.darkroom.models import Model
from render.engine.held import Switches
from render.engine.print import film
from render.engine.worker import Worker
from render.lab import Job, Made, Order, Preset
from render.pools import Site

__all__ = ["Lab", "Lap", "host_finish", "jobs", "peak_tflops", "stock"]

SCENES = (
    "a lighthouse above a calm sea at dawn",
    "fishing boats in a small harbour, morning mist",
    "an empty market square after rain",
    "a tram climbs a steep street at dusk",
)
SHUNNED = "text, watermark"


@dataclass
class Lap:
    """Seconds of a whole lap, and by stage over all of its shots."""

    seconds: float
    stages: dict[str, float] = field(default_factory=dict)
    peak_gib: float = 0.0
    attention: str = ""
    stepped: tuple[str, ...] = ()
    films: list[bytes] = field(default_factory=list, repr=False)


def preset(model: Model) -> Preset:
    """The few-step preset that the lab asks."""
    return Preset(
        "bench", "wan", "model", "film", model.needs_gib, model.width, model.height,
        model.fps, model.frames, model.steps, sampler="dmd", thrift=("visit",),
    )  # fmt: skip


def jobs(model: Model, count: int) -> list[Job]:
    """So many shots with a prompt each."""
    wide, high = model.delivered
    frames = round(model.shot_s * 30)
    orders = (
        Order(f"{n}", "film", f"{SCENES[n % 4]}, take {n}", SHUNNED, wide, high, frames, 30, n)
        for n in range(count)
    )
    return [Job(f"{n}", order, preset(model)) for n, order in enumerate(orders)]


class Lab:
    """One worker, driven as a pool drives it: the next is denoised while one is developed."""

    def __init__(self, models: Path, device: str, switches: Switches | None = None) -> None:
        self.worker = Worker(Site(models, device), switches)

    def lap(self, todo: Sequence[Job], *, overlap: bool = True, batch: bool = True) -> Lap:
        """Make shots, from their prompts to their files."""
        began = time.perf_counter()
        if batch:
            told = [(job.order.prompt, job.order.negative) for job in todo]
            self.worker.encode(todo[0].preset, told)
        read = time.perf_counter() - began
        made = self._beside(todo) if overlap else [self._made(job) for job in todo]
        seconds = time.perf_counter() - began
        stages: dict[str, float] = {"text": read} if batch else {}
        for one in made:
            for name, spent in one.facts.seconds.items():
                if name != "load" and not (batch and name == "text"):
                    stages[name] = stages.get(name, 0.0) + spent
        last = made[-1].facts
        files = [one.data for one in made]
        return Lap(seconds, stages, last.peak_gib, last.attention, last.stepped, files)

    def close(self) -> None:
        """Let the model go."""
        self.worker.close()

    def _made(self, job: Job) -> Made:
        return self._developed(self.worker.denoise(job, _nothing, _never))

    def _developed(self, exposed: Any) -> Made:
        return self.worker.develop(exposed, _nothing, _never)

    def _beside(self, todo: Sequence[Job]) -> list[Made]:
        with ThreadPoolExecutor(1) as darkroom:
            futures = [
                darkroom.submit(self._developed, self.worker.denoise(job, _nothing, _never))
                for job in todo
            ]
            return [future.result() for future in futures]


def stock(model: Model, folder: Path, device: str, todo: Sequence[Job], steps: int, guided: bool):  # type: ignore[no-untyped-def]
    """Make shots with `pipe(...)` as its page shows, frames to the host, then enlarged and encoded.

    Answers the lap of the calls alone, and the one with files at the end.
    """
    import torch
    from diffusers import WanPipeline

    pipe = WanPipeline.from_pretrained(
        folder, dtype=getattr(torch, model.dtype), local_files_only=True, use_safetensors=True
    ).to(device)
    pipe.set_progress_bar_config(disable=True)
    called, delivered, films = 0.0, 0.0, []
    for n, job in enumerate([todo[0], *todo]):  # the first warms up and is not counted
        began = time.perf_counter()
        frames = pipe(
            job.order.prompt,
            negative_prompt=job.order.negative if guided else None,
            width=model.width,
            height=model.height,
            num_frames=model.frames,
            num_inference_steps=steps,
            guidance_scale=5.0 if guided else 1.0,
            generator=torch.Generator(device).manual_seed(n),
        ).frames[0]
        spent = time.perf_counter() - began
        data = film(_delivered(frames, model, job.order), 30, None, 0)
        if n:
            called, delivered = called + spent, delivered + time.perf_counter() - began
            films.append(data)
    del pipe
    return Lap(called), Lap(delivered, films=films)


def host_finish(model: Model, order: Order) -> float:
    """Seconds to enlarge one shot on the host, as the stock way does."""
    frames = np.zeros((model.frames, model.height, model.width, 3), np.float32)
    began = time.perf_counter()
    _delivered(frames, model, order)
    return time.perf_counter() - began


def peak_tflops(device: str, dtype: str, side: int) -> float:
    """What this device reaches in one large product of matrices, as TFLOP/s."""
    import torch

    one = torch.randn(side, side, dtype=getattr(torch, dtype), device=device)

    def product() -> float:
        with waited(device):
            began = time.perf_counter()
            one @ one
        return time.perf_counter() - began

    return 2 * side**3 / min(product() for _ in range(8)) / 1e12


@contextmanager
def waited(device: str) -> Iterator[None]:
    """Leave only when the device has done what it was asked."""
    import torch

    yield
    if device.startswith("cuda"):
        torch.cuda.synchronize()


def _delivered(frames: Any, model: Model, order: Order) -> Any:
    """Frames (T, h, w, 3), 0 to 1, in the clip's size and at its pace: nearest in time, cubic."""
    import torch

    picks = [min(len(frames) - 1, round(n * model.fps / 30)) for n in range(order.frames)]
    size = (order.width, order.height)
    large = [
        cv2.resize(frames[k], size, interpolation=cv2.INTER_CUBIC) for k in dict.fromkeys(picks)
    ]
    at = {k: n for n, k in enumerate(dict.fromkeys(picks))}
    levels = [np.rint(np.nan_to_num(one).clip(0, 1) * 255).astype(np.uint8) for one in large]
    return torch.from_numpy(np.stack([levels[at[k]] for k in picks])).permute(0, 3, 1, 2)


def _nothing(*_: Any) -> None:
    pass


_never: Callable[[], bool] = lambda: False  # noqa: E731
