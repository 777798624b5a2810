"""render.pools: how a worker stands, which GPUs there are. Pure."""

from dataclasses import replace

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from fakes_lab import PRESET, job_for
from render.lab import Facts, Made, Trouble, Troubled
from render.pools import Denoised, Done, Failed, Step
from render.pools import _standing as of
from render.pools._gpus import gpus, places
from render.pools._process import Ready, Told
from render.pools._standing import Rules, Seat, Standing

RULES = Rules(patience_s=10, load_patience_s=100, attempts=3)
READY = Standing(0.0, ready=True)
DONE = Done("a", Made("a", b"", b"", Facts("cpu")))


def after(*words: Told, job: str = "a") -> Standing:
    """How a worker stands that was given a job and said this, a second apart."""
    standing = of.given(READY, job_for(job), 0.0)
    for second, word in enumerate(words, 1):
        standing = of.heard(standing, word, float(second))
    return standing


@pytest.mark.parametrize(
    ("standing", "due"),
    [
        (Standing(0.0), 100),  # it starts
        (READY, float("inf")),  # nobody waits for it
        (of.told_of(READY, "draft", 5.0), 105),  # it encodes
        (of.heard(of.told_of(READY, "draft", 5.0), Ready("brief", 1.0), 9.0), float("inf")),
        (after(), 100),  # it loads
        (after(Step("a", "load", 1, 2)), 101),
        (after(Step("a", "text", 1, 1)), 101),  # the first step may compile
        (after(Step("a", "denoise", 1, 3)), 11),
        (after(Step("a", "denoise", 1, 3), Denoised("a")), 12),  # it develops
        (after(Step("a", "denoise", 1, 3), Denoised("a"), DONE), float("inf")),
        (of.given(after(Denoised("a")), job_for("b"), 3.0), 103),
    ],
)
def test_how_long_a_worker_may_be_silent(standing: Standing, due: float) -> None:
    assert of.due(standing, RULES) == due


@pytest.mark.parametrize(
    ("standing", "free"),
    [
        (Standing(0.0), False),
        (READY, True),
        (of.told_of(READY, "draft", 0.0), True),
        (after(), False),
        (after(Denoised("a")), True),
        (of.given(after(Denoised("a")), job_for("b"), 0.0), False),
        (of.heard(of.given(after(Denoised("a")), job_for("b"), 0.0), DONE, 0.0), False),
        (of.heard(of.given(after(Denoised("a")), job_for("b"), 0.0), Denoised("b"), 0), False),
        (after(Failed("a", Trouble("bug", ""))), True),
        (after(Denoised("a"), DONE), True),
    ],
)
def test_when_a_worker_takes_a_job(standing: Standing, free: bool) -> None:
    assert of.is_free(standing) is free


@pytest.mark.parametrize(
    ("standing", "falls", "wait_s"),
    [
        (READY, 0, 0.0),  # at once
        (READY, 1, 0.0),
        (READY, 2, None),  # given up
        (Standing(0.0), 0, 0.5),
        (Standing(0.0), 1, 1.0),
        (replace(READY, useful=True), 2, 0.0),  # it did a job between: no longer in a row
    ],
)
def test_when_another_process_comes(standing: Standing, falls: int, wait_s: float | None) -> None:
    seat = of.fell(Seat(1, "", falls), standing, RULES, 7.0)
    assert seat.lost is (wait_s is None)
    assert seat.back_at == (None if wait_s is None else 7.0 + wait_s)


@over(st.integers(0, 98))
def test_rests_grow_up_to_a_bound(falls: int) -> None:
    rules = Rules(attempts=100)
    rests = [of.fell(Seat(1, "", n), Standing(0.0), rules, 0.0).back_at for n in (0, falls)]
    assert rests[0] is not None
    assert rests[1] is not None
    assert rests[0] <= rests[1] <= 30


@pytest.mark.parametrize(
    ("standings", "number"),
    [
        ({}, None),
        ({1: Standing(0.0)}, None),
        ({1: READY, 2: READY}, 1),
        ({1: after(Denoised("a")), 2: replace(READY, preset="draft")}, 2),  # an idle one
        ({1: replace(READY, preset="stills"), 2: READY}, 2),  # one that need not unload
        ({1: READY, 2: after(Denoised("a"))}, 2),  # it has the preset: loading takes longer
    ],
)
def test_who_takes_a_job(standings: dict[int, Standing], number: int | None) -> None:
    assert of.chosen(standings, job_for("x", preset=PRESET)) == number


TWO = """GPU 0: NVIDIA H100 80GB HBM3 (UUID: GPU-0a1b-2c)
GPU 1: NVIDIA A100 (MIG on) (UUID: GPU-77-ff)
  MIG 3g.40gb     Device  0: (UUID: MIG-11-aa)
  MIG 3g.40gb     Device  1: (UUID: MIG-22-bb)
"""


@pytest.mark.parametrize(
    ("environ", "listed", "counted", "found"),
    [
        ({}, "", 0, ()),
        ({}, "NVIDIA-SMI has failed because it could not talk to the driver", 0, ()),
        ({}, "", 2, ("0", "1")),  # a container without nvidia-smi
        ({}, TWO, 2, ("GPU-0a1b-2c", "MIG-11-aa", "MIG-22-bb")),
        ({"CUDA_VISIBLE_DEVICES": "1, 0"}, TWO, 2, ("1", "0")),
        ({"CUDA_VISIBLE_DEVICES": ""}, TWO, 2, ()),
        ({"CUDA_VISIBLE_DEVICES": "2,-1,0"}, TWO, 2, ("2",)),
        ({"CUDA_VISIBLE_DEVICES": "MIG-11-aa"}, TWO, 2, ("MIG-11-aa",)),
    ],
)
def test_which_gpus_there_are(
    environ: dict[str, str], listed: str, counted: int, found: tuple[str, ...]
) -> None:
    assert gpus(environ, lambda: listed, lambda: counted) == found


@pytest.mark.parametrize(
    ("device", "workers", "found", "seen"),
    [
        ("auto", 0, (), ("",)),
        ("auto", 2, (), ("", "")),
        ("auto", 0, ("0", "1"), ("0", "1")),
        ("cuda", 1, ("0", "1"), ("0",)),
        ("cuda", 3, ("0", "1"), ("0", "1", "0")),
        ("cpu", 0, ("0", "1"), ("",)),
    ],
)
def test_who_sees_which_gpu(
    device: str, workers: int, found: tuple[str, ...], seen: tuple[str, ...]
) -> None:
    assert places(device, workers, found) == seen


def test_a_wished_gpu_that_is_not_there_is_said() -> None:
    with pytest.raises(Troubled) as caught:
        places("cuda", 0, ())
    assert caught.value.trouble == Trouble(
        "device", "no GPU is here: nvidia-smi -L lists none, /dev has none"
    )
