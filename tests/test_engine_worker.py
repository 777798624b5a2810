"""The worker, with tiny pipelines and the real loading code, and faults laid in (render.engine)."""

import io
import shutil
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

import fakes_weights as weights
from render.engine import Place, attention, memory, places, sizes
from render.engine.held import Switches
from render.engine.worker import Worker
from render.lab import Job, Made, Order, Preset, Troubled
from render.pools import Site
from understudies import family as understudy
from understudies import guard

PRESET = Preset("tiny", "understudies.family", "text", "film", 0, 32, 48, 16, 9, 2)
MOVES = replace(PRESET, name="moves", model="moves", modes=("first", "last"))
STILL = replace(PRESET, name="still", kind="still", frames=1)
ORDER = Order("1", "film", "a harbour at dawn", "blurry", 36, 64, 9, 30, 7)


@pytest.fixture(autouse=True, scope="module")
def _one_core() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(autouse=True)
def _no_faults() -> None:
    understudy.faults.clear()
    understudy.loaded.clear()


@pytest.fixture(scope="module")
def worker(models: Path) -> Worker:
    """One that has seen much, and must be as good as new."""
    return Worker(site(models))


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    weights.wan(root / "text")
    weights.wan(root / "moves", "WanImageToVideoPipeline")
    return root


def site(models: Path, **rest: Any) -> Site:
    return Site(models, "cpu", **rest)


def job(preset: Preset = PRESET, key: str = "k", **order: Any) -> Job:
    return Job(key, replace(ORDER, **order), preset)


def told(work: str, step: int, of: int) -> None:
    """Nobody listens."""


def never() -> bool:
    return False


def made(worker: Worker, wanted: Job) -> Made:
    return worker.develop(worker.denoise(wanted, told, never), told, never)


def trouble(worker: Worker, wanted: Job) -> tuple[str, str]:
    with pytest.raises(Troubled) as caught:
        made(worker, wanted)
    return caught.value.trouble.kind, caught.value.trouble.said


def end(film: Made) -> Image.Image:
    return Image.open(io.BytesIO(film.end))


def png(seed: int) -> bytes:
    file = io.BytesIO()
    pixels = np.random.default_rng(seed).integers(0, 256, (50, 40, 3), np.uint8)
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_a_film_is_made_and_measured(models: Path) -> None:
    import av

    worker, steps = Worker(site(models)), list[tuple[str, int, int]]()
    worker.encode(PRESET, [("a harbour at dawn", "blurry"), ("a bridge", "blurry")])
    exposed = worker.denoise(job(), lambda *step: steps.append(step), never)
    film = worker.develop(exposed, lambda *step: steps.append(step), never)
    with av.open(io.BytesIO(film.data)) as opened:
        frames = [frame.to_ndarray(format="rgb24") for frame in opened.decode(video=0)]
    assert [frame.shape for frame in frames] == [(64, 36, 3)] * 9
    assert end(film).size == (32, 48)
    assert set(film.facts.seconds) == {"load", "text", "denoise", "decode", "finish", "encode"}
    assert all(value >= 0 for value in film.facts.seconds.values())
    assert (film.key, film.facts.device, film.facts.attention) == ("k", "cpu", "native")
    assert film.facts.stepped == ()
    assert steps == [("denoise", 1, 2), ("denoise", 2, 2), *(("develop", n, 3) for n in range(4))]
    again = made(worker, job())
    assert set(again.facts.seconds) == {"denoise", "decode", "finish", "encode"}
    assert again.data == film.data
    assert worker.room() > 0


def test_a_still_is_a_picture_of_the_delivered_size(worker: Worker) -> None:
    still = made(worker, job(STILL, kind="still"))
    assert Image.open(io.BytesIO(still.data)).size == (36, 64)
    assert end(still).size == (32, 48)


def test_another_seed_is_another_film(worker: Worker) -> None:
    assert made(worker, job(seed=8)).end != made(worker, job(seed=9)).end


def test_a_switch_lets_the_old_preset_go(models: Path) -> None:
    worker = Worker(site(models))
    first = made(worker, job())
    moved = made(worker, replace(job(MOVES), first=png(1)))
    assert made(worker, job()).end == first.end
    assert moved.end != first.end
    assert understudy.loaded == ["text", "moves", "text"]


def test_first_pictures_come_in_and_others_are_told_of(worker: Worker) -> None:
    one = made(worker, replace(job(MOVES), first=png(1)))
    other = made(worker, replace(job(MOVES), first=png(2)))
    assert one.end != other.end
    plain = made(worker, job())
    asked = made(worker, replace(job(), first=png(1), refs=(png(2),)))
    assert asked.end == plain.end
    assert asked.facts.stepped == (
        "made without its first picture: tiny cannot use it",
        "made without its pictures of who is in it: tiny cannot use it",
    )


def test_a_torn_picture_costs_its_shot(worker: Worker) -> None:
    kind, said = trouble(worker, replace(job(MOVES), first=b"no picture"))
    assert (kind, "torn" in said) == ("picture", True)


def test_an_empty_prompt_is_refused_and_spoils_no_batch(worker: Worker) -> None:
    worker.encode(PRESET, [(" \n", ""), ("a quiet harbour", "blurry")])
    assert trouble(worker, job(prompt=" \n"))[0] == "prompt"
    assert trouble(worker, job(prompt=""))[0] == "prompt"
    assert "text" in made(worker, job(prompt="a quiet harbour")).facts.seconds
    assert "text" not in made(worker, job(prompt="a quiet harbour")).facts.seconds


def test_five_thousand_letters_are_cut_by_the_model(worker: Worker) -> None:
    assert made(worker, job(prompt="harbour, " * 556)).data


def test_a_job_called_off_leaves_the_worker_well(worker: Worker) -> None:
    steps: list[tuple[str, int, int]] = []
    before = made(worker, job())
    with pytest.raises(Troubled) as caught:
        worker.denoise(job(), lambda *step: steps.append(step), lambda: len(steps) == 1)
    assert caught.value.trouble.kind == "stopped"
    assert steps == [("denoise", 1, 2)]
    exposed = worker.denoise(job(), told, never)
    with pytest.raises(Troubled, match="called off"):
        worker.develop(exposed, told, lambda: True)
    assert made(worker, job()).data == before.data


def test_one_is_developed_while_the_next_is_sampled(worker: Worker) -> None:
    jobs = [replace(job(MOVES, str(n), seed=n), first=png(n)) for n in range(4)]
    alone = [made(worker, one) for one in jobs]
    films: dict[str, Made] = {}

    def develop(exposed: Any) -> None:
        film = worker.develop(exposed, told, never)
        films[film.key] = film

    threads = []
    for one in jobs:
        threads.append(threading.Thread(target=develop, args=[worker.denoise(one, told, never)]))
        threads[-1].start()
    for thread in threads:
        thread.join()
    assert [films[one.key].data for one in jobs] == [film.data for film in alone]
    assert [films[one.key].end for one in jobs] == [film.end for film in alone]


@pytest.mark.parametrize(
    ("verb", "lacks"), [("load", 1), ("encode", 2), ("denoise", 1), ("denoise", 4)]
)
def test_each_lack_of_memory_is_one_step_down(models: Path, verb: str, lacks: int) -> None:
    understudy.faults[verb] = [understudy.lack() for _ in range(lacks)]
    worker = Worker(site(models))
    stepped = made(worker, job()).facts.stepped
    assert stepped == tuple(memory.SAID[step] for step in memory.LADDER[:lacks])
    assert made(worker, job()).facts.stepped == stepped  # the next one is made as thriftily


def test_thrift_of_the_preset_is_no_step_down(models: Path) -> None:
    preset = replace(PRESET, thrift=("visit", "offload", "tiling"))
    understudy.faults["denoise"] = [understudy.lack()]
    film = made(Worker(site(models)), job(preset))
    assert film.facts.stepped == (memory.SAID["fp8"],)


def test_after_the_last_step_it_is_too_little(models: Path) -> None:
    understudy.faults["denoise"] = [understudy.lack() for _ in range(5)]
    worker = Worker(site(models))
    assert trouble(worker, job()) == (
        "memory",
        "too little memory for tiny, with everything that saves some",
    )
    assert made(worker, job()).data  # and where there is room again, it works again


@pytest.mark.parametrize("lacks", [1, 4])
def test_developing_steps_down_too(models: Path, lacks: int) -> None:
    """First it is alone, then in tiles, then without the text encoder and the denoiser."""
    understudy.faults["develop"] = [understudy.lack() for _ in range(lacks)]
    worker = Worker(site(models))
    steps = ("tiling", "visit", "offload")[: lacks - 1]
    assert made(worker, job()).facts.stepped == tuple(memory.SAID[step] for step in steps)
    assert len(made(worker, job()).facts.stepped) == len(steps)
    understudy.faults["develop"] = [understudy.lack() for _ in range(5)]
    assert trouble(worker, job())[0] == "memory"


def test_layers_that_come_and_go_make_the_same_film(models: Path, worker: Worker) -> None:
    plain = made(worker, job())
    thrifty = made(Worker(site(models)), job(replace(PRESET, thrift=("visit", "offload"))))
    assert thrifty.end == plain.end


class Page:
    """A tensor of which nothing is known but where it lies."""

    def __init__(self) -> None:
        self.data: Any = self

    def to(self, device: str) -> str:
        return f"a copy on {device}"


class Book:
    def __init__(self) -> None:
        self.pages, self.notes = [Page(), Page()], [Page()]

    def parameters(self) -> list[Page]:
        return self.pages

    def buffers(self) -> list[Page]:
        return self.notes


def test_the_text_encoder_leaves_when_it_has_visited() -> None:
    book = Book()
    with memory.visiting([book], Place("cuda:0", "bfloat16")):
        assert [page.data for page in book.pages + book.notes] == ["a copy on cuda:0"] * 3
    assert all(page.data is page for page in book.pages + book.notes)
    with pytest.raises(KeyError), memory.visiting([book], Place("cuda:0", "bfloat16")):
        raise KeyError
    assert all(page.data is page for page in book.pages)


@pytest.mark.parametrize("part", ["transformer", "vae"])
def test_no_numbers_are_no_picture(models: Path, tmp_path: Path, part: str) -> None:
    shutil.copytree(models / "text", tmp_path / "text")
    file = tmp_path / "text" / part / "diffusion_pytorch_model.safetensors"
    broken = {"transformer": "proj_out.bias", "vae": "decoder.conv_in.bias"}[part]
    tensors = load_file(file)
    save_file(tensors | {broken: tensors[broken] * torch.nan}, file)
    kind, said = trouble(Worker(site(tmp_path)), job())
    assert (kind, "broken" in said) == ("picture", True)


def test_weights_that_are_not_there(models: Path) -> None:
    worker = Worker(site(models))
    made(worker, job())
    kind, said = trouble(worker, job(replace(PRESET, model="nowhere")))
    assert kind == "weights"
    assert made(worker, job()).data
    assert understudy.loaded == ["text"]  # what was loaded has stayed
    assert said == "nowhere: its weights are not here: `wirereel models get nowhere`"
    assert trouble(Worker(site(models)), job(replace(PRESET, family="daguerre")))[0] == "weights"


def test_a_bug_leaves_as_trouble_and_does_no_harm(worker: Worker) -> None:
    made(worker, job())
    understudy.faults["denoise"] = [KeyError("x")]
    assert trouble(worker, job()) == ("bug", "KeyError: 'x'")
    assert made(worker, job()).data


@pytest.mark.parametrize(
    ("table", "kind", "said"),
    [
        ({"reason": "it shows a fight"}, "picture", "it shows a fight"),
        ({"falls": True}, "picture", "the guard could not look: no eyes"),
        ({"eyes": 2}, "weights", "nothing is shown without it"),
        ({"kind": "nobody"}, "weights", "the guard 'nobody' cannot be loaded"),
    ],
)
def test_a_guard_fails_closed(models: Path, table: dict[str, Any], kind: str, said: str) -> None:
    worker = Worker(site(models, guard={"kind": "understudies.guard"} | table))
    found = trouble(worker, job())
    assert found[0] == kind
    assert said in found[1]


def test_a_guard_is_shown_two_pictures_a_second(models: Path) -> None:
    worker = Worker(site(models, guard={"kind": "understudies.guard"}))
    assert made(worker, job(frames=17)).data
    assert guard.Plugin.seen == (2, 3, 48, 32)  # of 9 frames at 16 a second: the first, the last


def test_a_kernel_that_is_missing_is_passed_over_and_named(models: Path, worker: Worker) -> None:
    plain = made(worker, job())
    fast = Switches(attention=("_flash_3", "_native_cudnn", "native"))
    film = made(Worker(site(models), fast), job())
    assert film.facts.attention == "native"
    assert [said.split(":")[0] for said in film.facts.stepped] == [
        "attention without _flash_3",
        "attention without _native_cudnn",
    ]
    assert film.end == plain.end


def test_a_kernel_that_fails_at_work_is_given_up(models: Path) -> None:
    understudy.faults["denoise"] = [RuntimeError("no such mask")]
    worker = Worker(site(models), Switches(attention=("_native_math",)))
    film = made(worker, job())
    assert film.facts.attention == "native"
    assert film.facts.stepped == ("attention without _native_math: no such mask",)


def test_blocks_that_do_not_compile_run_as_written(models: Path, worker: Worker) -> None:
    plain = made(worker, job())
    understudy.faults["denoise"] = [RuntimeError("Failed to find C compiler.")]
    film = made(Worker(site(models), Switches(compiled=True)), job())
    assert film.facts.stepped == ("nothing was compiled: Failed to find C compiler.",)
    assert film.end == plain.end


def test_what_works_is_used() -> None:
    spot = Place("cpu", "float32")
    assert attention.candidates(spot) == ("native",)
    assert attention.candidates(Place("cuda:0", "bfloat16"))[-1] == "native"
    assert attention.chosen(spot, ("_native_math", "native")) == ("_native_math", ())
    assert attention.chosen(spot, ("nobody's",))[0] == "native"


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (
            "The NVIDIA driver on your system is too old (found version 11040). Please update",
            "too old for this torch (it knows CUDA 11.4): update the driver",
        ),
        ("Torch not compiled with CUDA enabled", "built without CUDA"),
        ("Found no NVIDIA driver on your system.", 'device = "cpu"'),
        ("CUDA unknown error\nlong story", "cannot be used: CUDA unknown error"),
    ],
)
def test_what_torch_says_of_a_gpu_is_told_with_the_way_out(told: str, said: str) -> None:
    assert said in places.translated(told)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU here")
def test_a_gpu_that_is_asked_for_and_not_there(models: Path) -> None:
    with pytest.raises(Troubled) as caught:
        Worker(Site(models, "cuda")).room()
    assert caught.value.trouble.kind == "device"
    assert places.place("auto") == Place("cpu", "float32")


@pytest.mark.parametrize(
    ("error", "is_short"),
    [
        (torch.OutOfMemoryError("x"), True),
        (RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling"), True),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), True),
        (MemoryError(), True),
        (RuntimeError("shapes"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_a_lack_of_memory_is_known_however_it_is_said(error: Exception, is_short: bool) -> None:
    assert memory.short(error) is is_short


@pytest.mark.parametrize(
    ("wide", "high", "size"),
    [
        (1080, 1920, (480, 832)),
        (1920, 1080, (832, 480)),
        (1080, 1350, (480, 608)),
        (1080, 1080, (480, 480)),
        (4000, 100, (832, 16)),
    ],
)
def test_the_size_asked_for_has_the_shape_of_the_order(
    wide: int, high: int, size: tuple[int, int]
) -> None:
    preset = replace(PRESET, width=480, height=832)
    assert sizes.size(preset, replace(ORDER, width=wide, height=high), 16) == size


@pytest.mark.parametrize(("frames", "wished"), [(150, 80), (151, 81), (400, 81), (1, 1)])
def test_the_length_asked_for_is_the_orders_at_the_models_pace(frames: int, wished: int) -> None:
    preset = replace(PRESET, frames=81)
    assert sizes.frames(preset, replace(ORDER, frames=frames)) == wished
    assert sizes.frames(preset, replace(ORDER, frames=frames, kind="still")) == 1


def test_close_lets_go_and_it_can_begin_anew(models: Path) -> None:
    worker = Worker(site(models))
    film = made(worker, job())
    worker.close()
    assert made(worker, job()).data == film.data
    assert understudy.loaded == ["text", "text"]
