"""What takes too long for every day: blocks that are really compiled, and a real GPU."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("diffusers")

import fakes_weights as weights  # noqa: E402  (needs both)
from render.engine.held import Switches  # noqa: E402
from render.engine.worker import Worker  # noqa: E402
from render.lab import Job, Made, Order, Preset  # noqa: E402
from render.pools import Site  # noqa: E402

pytestmark = pytest.mark.real

PRESET = Preset("tiny", "wan", "text", "film", 0, 32, 48, 16, 9, 2)
ORDER = Order("1", "film", "a harbour at dawn", "blurry", 36, 64, 9, 30, 7)


@pytest.fixture(autouse=True, scope="module")
def _one_core() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    weights.wan(root / "text")
    return root


def made(worker: Worker, job: Job) -> Made:
    exposed = worker.denoise(job, lambda work, step, of: None, lambda: False)
    return worker.develop(exposed, lambda work, step, of: None, lambda: False)


@pytest.mark.filterwarnings("ignore::DeprecationWarning:torch.*")  # its compiler warns of itself
def test_compiled_blocks_make_the_same_film_and_any_length(models: Path) -> None:
    job = Job("k", ORDER, PRESET)
    plain = made(Worker(Site(models, "cpu")), job)
    worker = Worker(Site(models, "cpu"), Switches(compiled=True))
    compiled = made(worker, job)
    assert compiled.facts.stepped == ()
    assert _apart(plain, compiled) <= 1  # of 255
    longer = made(worker, replace(job, order=replace(ORDER, frames=17)))
    assert longer.facts.seconds["denoise"] < compiled.facts.seconds["denoise"]  # not compiled anew


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")
def test_on_a_gpu_every_way_of_saving_makes_a_film(models: Path) -> None:
    worker = Worker(Site(models, "cuda"))
    for thrift in (
        (),
        ("visit",),
        ("visit", "offload"),
        ("fp8",),
        ("visit", "offload", "fp8", "tiling"),
    ):
        film = made(worker, Job("k", ORDER, replace(PRESET, thrift=thrift)))
        assert film.facts.peak_gib > 0
        assert film.facts.attention


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no GPU here")
def test_on_a_gpu_a_film_is_the_same_developed_beside_the_next(models: Path) -> None:
    worker = Worker(Site(models, "cuda"), Switches(compiled=False))
    jobs = [Job(f"{n}", replace(ORDER, seed=n), PRESET) for n in range(4)]
    alone = [made(worker, job) for job in jobs]
    quiet = (lambda work, step, of: None, lambda: False)
    with ThreadPoolExecutor(1) as darkroom:
        beside = [
            darkroom.submit(worker.develop, worker.denoise(job, *quiet), *quiet) for job in jobs
        ]
    assert max(_apart(one, two.result()) for one, two in zip(alone, beside, strict=True)) <= 2


def _apart(one: Made, other: Made) -> int:
    import io

    import numpy as np
    from PIL import Image

    first, second = (np.asarray(Image.open(io.BytesIO(film.end)), int) for film in (one, other))
    return int(np.abs(first - second).max())
