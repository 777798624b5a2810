"""Workers that need no model: what they do stands in the prompt.

"3 steps"              tells three steps and is done; its film is its prompt
"waits for DOOR"       between two steps, until a file DOOR.open is there or it is stopped
"develops when DOOR"   the same, in its second thread
"crashes", "kills itself", "hangs", "has a bug", "finds no memory", "breaks its device"
"""

import os
import select
import signal
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from render.lab import Facts, Job, Made, Order, Preset, Troubled
from render.pools import Denoised, Done, Failed, Lost, News, Pool, Site, Step

TICK_S = 0.01  # of a wait in a worker
LONG_S = 20.0  # no test waits so long for news

PRESET = Preset("draft", "fake", "fake", "film", 1.0, 480, 832, 16, 81, 3)


def job_for(prompt: str, key: str = "", preset: Preset = PRESET, **pictures: Any) -> Job:
    """A job whose key is its prompt, where no other is given."""
    order = Order(key or prompt, "film", prompt, "", 1080, 1920, 150, 30, 7)
    return Job(key or prompt, order, preset, **pictures)


def site_at(folder: Path, worker: str = "Fake") -> Site:
    """A site whose workers meet in a folder: doors, and what was briefed."""
    return Site(folder, "cpu", worker=f"fakes_lab:{worker}")


def open_door(folder: Path, name: str) -> None:
    (folder / f"{name}.open").touch()


def until(pool: Pool, end: Callable[[Sequence[News]], bool]) -> list[News]:
    """Hear a pool's news until they are enough."""
    news: list[News] = []
    for _ in range(1000):
        news += pool.wait(LONG_S / 1000)
        if end(news):
            return news
    raise AssertionError(f"the pool told only {news}")


def ended(*keys: str) -> Callable[[Sequence[News]], bool]:
    """Whether all these jobs have come to an end."""
    return lambda news: set(keys) <= {n.key for n in news if isinstance(n, Done | Failed)}


def done(pool: Pool, *keys: str) -> dict[str, Made]:
    """What came of jobs that must be done."""
    news = until(pool, ended(*keys))
    made = {n.key: n.made for n in news if isinstance(n, Done)}
    assert set(made) >= set(keys), news
    return made


def trouble(pool: Pool, key: str) -> tuple[str, str]:
    """Why a job failed: kind and what is said."""
    news = until(pool, ended(key))
    return next((n.trouble.kind, n.trouble.said) for n in news if isinstance(n, Failed))


def steps(news: Sequence[News], key: str) -> list[tuple[str, int, int]]:
    return [(n.work, n.step, n.of) for n in news if isinstance(n, Step) and n.key == key]


def kinds(news: Sequence[News], key: str) -> list[str]:
    return [
        type(n).__name__.lower()
        for n in news
        if isinstance(n, Denoised | Done | Failed) and n.key == key
    ]


def losses(news: Sequence[News]) -> list[tuple[str, int]]:
    return [(n.said, n.left) for n in news if isinstance(n, Lost)]


def pid_of(made: Made) -> int:
    return int(made.facts.device.split()[1])


def is_gone(pid: int) -> bool:
    """Wait until a process has ended."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], LONG_S)[0])
    finally:
        os.close(handle)


class Fake:
    """Has the verbs of render.engine.worker."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.broken = False

    def room(self) -> float:
        if self.broken:
            raise Troubled("device", "the GPU has fallen off the bus")
        return 7.5

    def encode(self, preset: Preset, prompts: Sequence[tuple[str, str]]) -> None:
        with (self.site.models / "briefs").open("a") as file:
            file.write(f"{preset.name}: {', '.join(prompt for prompt, _ in prompts)}\n")
        for prompt, _ in prompts:
            self.act(prompt)

    def denoise(
        self, job: Job, tell: Callable[..., None], stopped: Callable[[], bool]
    ) -> tuple[Job, int]:
        prompt = job.order.prompt
        with (self.site.models / "denoised").open("a") as file:
            file.write(f"{prompt}\n")
        tell("load", 1, 1)
        count = int(prompt.split()[0]) if prompt[0].isdigit() else 1
        for step in range(count):
            tell("denoise", step + 1, count)
        self.act(prompt)
        if "waits for " in prompt:
            self.wait_at(prompt.split("waits for ")[1].split()[0], stopped)
        return job, os.getpid()

    def develop(
        self, exposed: tuple[Job, int], tell: Callable[..., None], stopped: Callable[[], bool]
    ) -> Made:
        job, pid = exposed
        tell("develop", 1, 1)
        if "develops when " in job.order.prompt:
            self.wait_at(job.order.prompt.split("develops when ")[1].split()[0], stopped)
        data = job.order.prompt.encode() + job.first + b"".join(job.refs)
        facts = Facts(f"cpu {pid} {os.environ['CUDA_VISIBLE_DEVICES']}", {"denoise": 0.5})
        return Made(job.key, data, b"\xff\x00 the last frame", facts)

    def close(self) -> None:
        (self.site.models / f"{os.getpid()}.closed").touch()

    def act(self, prompt: str) -> None:
        if "crashes" in prompt:
            os._exit(3)
        if "kills itself" in prompt:
            os.kill(os.getpid(), signal.SIGKILL)
        if "hangs" in prompt:
            threading.Event().wait()
        if "has a bug" in prompt:
            raise KeyError("latents")
        if "finds no memory" in prompt:
            raise Troubled("memory", "12.0 GiB were asked for, 3.1 are free")
        if "breaks its device" in prompt:
            self.broken = True
            raise RuntimeError("CUDA error: device-side assert triggered")

    def wait_at(self, door: str, stopped: Callable[[], bool]) -> None:
        (self.site.models / f"{door}.reached").touch()
        while not (self.site.models / f"{door}.open").exists():
            if stopped():
                raise Troubled("stopped", "it was called off")
            threading.Event().wait(TICK_S)


class WithoutDevice(Fake):
    def room(self) -> float:
        raise Troubled("device", "the driver 470.82 is too old: 525 is needed")


class Unmakeable(Fake):
    def __init__(self, site: Site) -> None:
        raise ModuleNotFoundError("No module named 'torch'")


class FallsAtStart(Fake):
    def __init__(self, site: Site) -> None:
        os._exit(9)


class FallsOnce(Fake):
    """Falls at its first start in a folder."""

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        before = site.models / "fell"
        if not before.exists():
            before.touch()
            os._exit(9)
