"""render.pools.local: real processes, no model; a worker does what its prompt says."""

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import fakes_lab as lab
from fakes_lab import PRESET, Fake, job_for, site_at, until
from render.lab import Troubled
from render.pools import Denoised, Failed, Lost, Site
from render.pools.local import Plugin, Settings


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where workers and tests meet."""
    return tmp_path_factory.mktemp("doors")


@pytest.fixture(scope="module")
def shared(doors: Path) -> Iterator[Plugin]:
    pool = Plugin(Settings(workers=1, attempts=100), site_at(doors))
    assert pool.open() == 1
    yield pool
    pool.close()


@pytest.fixture
def pool(shared: Plugin) -> Plugin:
    """One worker, ready, whatever the test before did to it."""
    while not (shared.free() and shared.room()):
        shared.wait(lab.LONG_S)
    return shared


def test_an_order_is_done_and_its_bytes_come_back(pool: Plugin) -> None:
    job = job_for("2 steps of a harbour", first=b"\x00\xff", refs=(b"Mara", b"pier"))
    pool.start(job)
    made = lab.done(pool, job.key)[job.key]
    assert made.data == b"2 steps of a harbour\x00\xffMarapier"
    assert made.end == b"\xff\x00 the last frame"
    assert made.facts.seconds == {"denoise": 0.5}


def test_its_steps_are_told_in_order(pool: Plugin) -> None:
    pool.start(job_for("3 steps"))
    news = until(pool, lab.ended("3 steps"))
    told = [("load", 1, 1), ("denoise", 1, 3), ("denoise", 2, 3), ("denoise", 3, 3)]
    assert lab.steps(news, "3 steps") == [*told, ("develop", 1, 1)]
    assert lab.kinds(news, "3 steps") == ["denoised", "done"]


def test_room_is_told(pool: Plugin) -> None:
    assert pool.room() == {"1": 7.5}


def test_the_next_job_is_denoised_while_one_is_developed(pool: Plugin, doors: Path) -> None:
    first, second = job_for("develops when dried"), job_for("waits for light")
    pool.start(first)
    assert pool.free() == 0
    news = until(pool, lambda news: Denoised(first.key) in news)
    assert pool.free() == 1
    pool.start(second)
    assert pool.free() == 0
    news += until(pool, lambda news: ("denoise", 1, 1) in lab.steps(news, second.key))
    assert "done" not in lab.kinds(news, first.key)
    lab.open_door(doors, "light")
    news += until(pool, lambda news: Denoised(second.key) in news)
    assert pool.free() == 0  # two are in hand
    lab.open_door(doors, "dried")
    assert lab.done(pool, first.key, second.key)


def test_a_job_is_stopped_between_steps(pool: Plugin) -> None:
    pool.start(job_for("waits for nobody"))
    until(pool, lambda news: bool(lab.steps(news, "waits for nobody")))
    pool.stop("waits for nobody")
    assert lab.trouble(pool, "waits for nobody")[0] == "stopped"
    pool.start(job_for("2 steps again"))
    assert lab.done(pool, "2 steps again")


def test_a_job_is_stopped_before_it_is_developed_and_can_be_asked_again(
    pool: Plugin, doors: Path
) -> None:
    first, second = job_for("develops when wet"), job_for("4 steps")
    pool.start(first)
    until(pool, lambda news: Denoised(first.key) in news)
    pool.start(second)
    until(pool, lambda news: Denoised(second.key) in news)
    pool.stop(second.key)
    pool.stop("unknown")
    lab.open_door(doors, "wet")
    assert lab.trouble(pool, second.key)[0] == "stopped"
    pool.start(second)
    assert lab.done(pool, second.key)


def test_what_a_worker_says_of_a_job_comes_as_it_is(pool: Plugin) -> None:
    pool.start(job_for("finds no memory"))
    said = ("memory", "12.0 GiB were asked for, 3.1 are free")
    assert lab.trouble(pool, "finds no memory") == said


def test_a_bug_fails_its_job_and_the_worker_goes_on(pool: Plugin) -> None:
    pool.start(job_for("has a bug"))
    assert lab.trouble(pool, "has a bug") == ("bug", "KeyError: 'latents'")
    pool.start(job_for("1 step after a bug"))
    assert lab.done(pool, "1 step after a bug")


@pytest.mark.parametrize(
    ("prompt", "how"),
    [
        ("crashes", "ended by itself (exit code 3)"),
        ("kills itself", "was killed (SIGKILL; too little memory?)"),
    ],
)
def test_a_fallen_worker_is_replaced_and_does_the_next(pool: Plugin, prompt: str, how: str) -> None:
    pool.start(job_for(prompt))
    news = until(pool, lambda news: any(isinstance(n, Lost) for n in news))
    failed = [n.trouble for n in news if isinstance(n, Failed)]
    assert [(t.kind, t.said) for t in failed] == [("lost", f"worker 1 {how}")]
    assert lab.losses(news) == [(f"worker 1 {how}", 1)]
    assert pool.free() == 0
    assert pool.wait(lab.LONG_S) == ()  # it is back: told without news
    assert pool.free() == 1
    pool.start(job_for("1 step after a fall"))
    assert lab.done(pool, "1 step after a fall")


def test_killed_from_outside_it_loses_both_its_jobs(pool: Plugin) -> None:
    pool.start(job_for("1 step to know its process"))
    pid = lab.pid_of(lab.done(pool, "1 step to know its process")["1 step to know its process"])
    pool.start(job_for("develops when never"))
    until(pool, lambda news: Denoised("develops when never") in news)
    pool.start(job_for("waits for never"))
    os.kill(pid, signal.SIGKILL)
    news = until(pool, lab.ended("develops when never", "waits for never"))
    assert [n.trouble.kind for n in news if isinstance(n, Failed)] == ["lost", "lost"]
    assert lab.is_gone(pid)


def test_a_device_that_says_nothing_any_more_costs_its_process(pool: Plugin) -> None:
    pool.start(job_for("breaks its device"))
    news = until(pool, lambda news: any(isinstance(n, Lost) for n in news))
    assert [n.trouble.kind for n in news if isinstance(n, Failed)] == ["bug"]
    assert lab.losses(news) == [("worker 1 cannot go on: the GPU has fallen off the bus", 1)]


def test_a_job_too_many_is_lost_not_raised(pool: Plugin) -> None:
    pool.start(job_for("waits for room"))
    pool.start(job_for("1 step too many"))
    assert lab.trouble(pool, "1 step too many") == ("lost", "no worker was free")
    pool.stop("waits for room")
    assert lab.trouble(pool, "waits for room")[0] == "stopped"


def test_nothing_new_is_nothing(pool: Plugin) -> None:
    assert pool.wait(0.0) == ()


def test_a_hanging_worker_is_ended_and_another_comes(tmp_path: Path) -> None:
    pool = Plugin(Settings(workers=1, patience_s=0.2), site_at(tmp_path))
    pool.open()
    pool.brief(PRESET, [("3 steps", ""), ("4 steps", "blur")])
    pool.start(job_for("hangs"))
    news = until(pool, lab.ended("hangs"))
    said = next(n.trouble.said for n in news if isinstance(n, Failed))
    assert said.startswith("worker 1 was silent for ")
    while not pool.free():
        pool.wait(lab.LONG_S)
    pool.start(job_for("3 steps"))
    assert lab.done(pool, "3 steps")
    told = (tmp_path / "briefs").read_text().splitlines()
    assert told == ["draft: 3 steps, 4 steps"] * 2  # who takes its place is told too
    pool.start(job_for("hangs", "hangs once more"))
    until(pool, lambda news: bool(lab.steps(news, "hangs once more")))
    pool.close()


def test_one_worker_for_each_gpu_that_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,GPU-5a")
    pool = Plugin(Settings(), Site(tmp_path, "auto", worker="fakes_lab:Fake"))
    assert pool.open() == 2
    assert pool.free() == 2
    jobs = [job_for("1 step"), job_for("2 steps")]
    for job in jobs:
        pool.start(job)
    made = lab.done(pool, *(job.key for job in jobs)).values()
    assert {m.facts.device.split()[2] for m in made} == {"3", "GPU-5a"}
    pids = [lab.pid_of(m) for m in made]
    pool.close()
    assert all(lab.is_gone(pid) for pid in pids)
    assert all((tmp_path / f"{pid}.closed").exists() for pid in pids)  # they were idle: asked to go


@pytest.mark.parametrize(
    ("worker", "kind", "said"),
    [
        ("WithoutDevice", "device", "the driver 470.82 is too old: 525 is needed"),
        ("Unmakeable", "bug", "ModuleNotFoundError: No module named 'torch'"),
        ("Unknown", "bug", "AttributeError: module 'fakes_lab' has no attribute 'Unknown'"),
        ("FallsAtStart", "device", "worker 1 ended by itself (exit code 9)"),
    ],
)
def test_where_there_can_be_no_worker_open_says_why(
    tmp_path: Path, worker: str, kind: str, said: str
) -> None:
    pool = Plugin(Settings(workers=1, attempts=1), site_at(tmp_path, worker))
    with pytest.raises(Troubled) as caught:
        pool.open()
    assert (caught.value.trouble.kind, caught.value.trouble.said) == (kind, said)
    assert pool.free() == 0
    pool.start(job_for("1 step"))
    assert lab.trouble(pool, "1 step")[0] == "lost"
    pool.close()


def test_no_gpu_where_one_is_wished(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "-1")
    pool = Plugin(Settings(), Site(tmp_path, "cuda", worker="fakes_lab:Fake"))
    with pytest.raises(Troubled, match="no GPU is here"):
        pool.open()


def test_a_worker_that_falls_at_its_start_is_tried_again(tmp_path: Path) -> None:
    pool = Plugin(Settings(workers=1), site_at(tmp_path, "FallsOnce"))
    assert pool.open() == 1
    assert lab.losses(pool.wait(0)) == [("worker 1 ended by itself (exit code 9)", 1)]
    pool.close()


def test_a_worker_that_falls_again_and_again_is_given_up(tmp_path: Path) -> None:
    pool = Plugin(Settings(workers=1, attempts=2), site_at(tmp_path))
    pool.open()
    pool.start(job_for("crashes"))
    until(pool, lab.ended("crashes"))
    while not pool.free():
        pool.wait(lab.LONG_S)
    pool.start(job_for("crashes", "once more"))
    news = until(pool, lab.ended("once more"))
    said = "worker 1 ended by itself (exit code 3); it is given up after 2 falls in a row"
    assert lab.losses(news) == [(said, 0)]
    assert pool.wait(0.01) == ()
    pool.close()


def test_a_closed_pool_leaves_nothing_behind_and_opens_again(tmp_path: Path) -> None:
    pool = Plugin(Settings(workers=2), site_at(tmp_path))
    before, counts = set(multiprocessing.active_children()), []
    for _ in range(3):  # the first start makes what Python keeps: its tracker of resources
        assert pool.open() == 2
        pool.start(job_for("hangs"))
        pool.close()
        pool.close()
        assert set(multiprocessing.active_children()) <= before
        counts.append((len(list(Path("/proc/self/fd").iterdir())), threading.active_count()))
    assert counts[1] == counts[2]


ORPHAN = """
import os, signal, sys
from pathlib import Path
import fakes_lab as lab
from render.pools.local import Plugin, Settings

if __name__ == "__main__":
    pool = Plugin(Settings(workers=1), lab.site_at(Path(sys.argv[1])))
    pool.open()
    pool.start(lab.job_for("1 step"))
    print(lab.pid_of(lab.done(pool, "1 step")["1 step"]), flush=True)
    pool.start(lab.job_for("hangs"))
    lab.until(pool, lambda news: bool(lab.steps(news, "hangs")))
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_workers_end_with_a_pool_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "orphan.py"
    script.write_text(ORPHAN)
    path = os.pathsep.join([str(Path(__file__).parent), str(Path(__file__).parents[1])])
    run = subprocess.run(
        [sys.executable, str(script), str(tmp_path)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=lab.LONG_S,
        check=False,
    )
    assert run.returncode == -signal.SIGKILL, run.stderr
    assert lab.is_gone(int(run.stdout))


def test_the_fake_has_the_verbs_of_a_worker() -> None:
    from render.pools._process import Worker

    assert {name for name in vars(Worker) if not name.startswith("_")} <= set(dir(Fake))
