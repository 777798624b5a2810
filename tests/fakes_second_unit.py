"""A pool of the user's own that films at once, in this process: `pool = "tests.fakes_second_unit"`.

It makes real little films and stills, of one colour each, and can be told what goes wrong.
"""

import io
import time
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import av
import numpy as np
from PIL import Image
from pydantic import BaseModel, ConfigDict

from render.lab import Facts, Job, Made, Preset, Trouble, Troubled
from render.pools import Denoised, Done, Failed, News, Site, Step

LOG: list[str] = []
"""What the pools of this process did: "open", "1 tiny", "close"."""


class Settings(BaseModel):
    """How long a job takes, and which ones fail."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    takes_s: float = 0.0
    refuses: Mapping[str, Literal["memory", "picture", "device"]] = {}
    opens: bool = True
    gib: float = 80.0


class Plugin:
    """Satisfies `Pool` with one worker."""

    def __init__(self, settings: Settings, site: Site) -> None:
        self._settings, self._site = settings, site
        self._job: Job | None = None
        self._until = 0.0
        self._news: deque[News] = deque()

    def open(self) -> int:
        LOG.append("open")
        if not self._settings.opens:
            raise Troubled("device", "there is no GPU here")
        return 1

    def free(self) -> int:
        return int(self._job is None)

    def room(self) -> Mapping[str, float]:
        return {"1": self._settings.gib}

    def brief(self, preset: Preset, prompts: Sequence[tuple[str, str]]) -> None:
        pass

    def start(self, job: Job) -> None:
        LOG.append(f"{job.order.name} {job.preset.name}")
        self._job, self._until = job, time.monotonic() + self._settings.takes_s
        self._news.append(Step(job.key, "denoise", 0, job.preset.steps))

    def wait(self, timeout_s: float) -> Sequence[News]:
        if self._news:
            return [self._news.popleft()]
        left = self._until - time.monotonic()
        if self._job is None or left > timeout_s:
            time.sleep(min(timeout_s, 0.02))
            return ()
        time.sleep(max(left, 0.0))
        job, self._job = self._job, None
        if kind := self._settings.refuses.get(job.order.name):
            return [Failed(job.key, Trouble(kind, f"{kind} trouble"))]
        return [Denoised(job.key), Done(job.key, filmed(job))]

    def stop(self, key: str) -> None:
        self._job = None
        self._news.append(Failed(key, Trouble("stopped", "stopped")))

    def close(self) -> None:
        LOG.append("close")


def filmed(job: Job) -> Made:
    """A film or still in the colour of its seed, with the facts of a worker."""
    order = job.order
    frame = np.full((order.height, order.width, 3), order.seed % 200 + 40, np.uint8)
    facts = Facts("a tiny card", {"denoise": 0.2, "decode": 0.1}, 1.5, "native", ("tiles",))
    picture = _png(frame)
    data = picture if order.kind == "still" else _film(frame, order.frames, order.fps)
    return Made(job.key, data, picture, facts)


def _png(frame: Any) -> bytes:
    out = io.BytesIO()
    Image.fromarray(frame).save(out, "PNG")
    return out.getvalue()


def _film(frame: Any, frames: int, fps: int) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=fps)
        stream.width, stream.height, stream.pix_fmt = frame.shape[1], frame.shape[0], "yuv420p"
        for _ in range(frames):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(frame, "rgb24")))
        film.mux(stream.encode(None))
    return out.getvalue()
