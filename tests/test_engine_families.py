"""LTX-2, Helios and Z-Image: asked as every family is, they make what their pipelines make.

render.engine.families.ltx2, render.engine.families.helios, render.engine.families.zimage.
"""

import json
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

import fakes_weights_more as weights
from render.engine import Ask, Family, Footage, Place, memory
from render.engine.families import helios, ltx2, zimage
from render.lab import Preset, Troubled

HOST = Place("cpu", "float32")
HARBOUR, WOMEN = ("a harbour at dawn", "blurry"), ("two women on a bridge", "blurry")


@dataclass(frozen=True)
class Case:
    """A family, and the least that its tiny pipeline can be asked for."""

    name: str
    kind: str
    width: int
    height: int
    frames: int
    steps: int
    told: int
    """How often it tells of a step: Helios tells twice as often of its first chunk."""


CASES = [
    Case("zimage", "still", 32, 48, 1, 2, 2),
    Case("helios", "film", 64, 64, 33, 3, 6),
    Case("ltx2", "film", 32, 64, 9, 2, 2),
]
FILMS = CASES[1:]
Opened = Callable[..., tuple[Any, Ask]]


def preset(case: Case, **rest: Any) -> Preset:
    size = (case.width, case.height, 24, case.frames, case.steps)
    return replace(Preset(case.name, case.name, "here", case.kind, 0, *size), **rest)  # type: ignore[arg-type]


def made(case: Case, folder: Path, place: Place = HOST, **rest: Any) -> Any:
    module = import_module(f"render.engine.families.{case.name}")
    family: Family = module.Plugin(module.Settings(), preset(case, **rest))
    family.load(folder, place)
    return family


@pytest.fixture(autouse=True, scope="module")
def one_core() -> Iterator[None]:
    """Tests run side by side; more threads would only wait for each other."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    base = tmp_path_factory.mktemp("weights")
    return {case.name: getattr(weights, case.name)(base / case.name) for case in CASES}


@pytest.fixture(scope="module")
def families(folders: dict[str, Path]) -> dict[str, Any]:
    return {case.name: made(case, folders[case.name]) for case in CASES}


@pytest.fixture(scope="module")
def words(families: dict[str, Any]) -> dict[str, list[Any]]:
    return {name: family.encode([HARBOUR, WOMEN]) for name, family in families.items()}


@pytest.fixture
def opened(families: dict[str, Any], words: dict[str, list[Any]]) -> Opened:
    """A family and what it is asked for."""

    def ask(case: Case, **rest: Any) -> tuple[Any, Ask]:
        asked = Ask(
            words[case.name][0],
            *(case.width, case.height, case.frames, 24),
            *(case.steps, 1.0, 7),
        )
        return families[case.name], replace(asked, **rest)

    return ask


def shot(family: Any, ask: Ask, stepped: Callable[[int, int], None] = lambda *_: None) -> Footage:
    footage = family.develop(family.denoise(ask, stepped), ask)
    assert isinstance(footage, Footage)
    return footage


def apart(one: Footage, other: Footage) -> float:
    return float((one.pictures - other.pictures).abs().max())


def tensors(words: Any) -> list[torch.Tensor]:
    """All tensors in what a family makes of words."""
    if isinstance(words, torch.Tensor):
        return [words]
    return [one for part in words or () for one in tensors(part)]


def picture(seed: int) -> Image.Image:
    light = np.random.default_rng(seed).integers(0, 256, (5, 7, 3), np.uint8)
    return Image.fromarray(light).resize((100, 90), Image.Resampling.BICUBIC)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_the_seed_decides_all(case: Case, opened: Opened) -> None:
    family, ask = opened(case)
    torch.manual_seed(1)
    first = shot(family, ask)
    torch.manual_seed(2)  # nobody else's luck matters
    assert apart(first, shot(family, ask)) == 0
    assert apart(first, shot(family, replace(ask, seed=8))) > 1e-3
    assert tuple(first.pictures.shape) == (case.frames, 3, case.height, case.width)
    assert first.pictures.dtype == torch.float32
    assert 0 <= float(first.pictures.min()) < float(first.pictures.max()) <= 1
    assert first.fps == 24


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_prompts_in_a_batch_are_prompts_one_by_one(case: Case, opened: Opened) -> None:
    family, ask = opened(case)
    many = [HARBOUR, WOMEN, *((f"{n}", "") for n in range(9)), HARBOUR]
    batch = family.encode(many)
    assert len(batch) == len(many)
    for n in (0, 1, 11):
        for one, same in zip(tensors(family.encode([many[n]])), tensors(batch[n]), strict=True):
            assert torch.allclose(one.float(), same.float(), atol=1e-5)
    harbour, women = (shot(family, replace(ask, words=batch[n])) for n in (0, 1))
    assert apart(harbour, women) > 1e-6


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_words_stay_on_the_host_and_the_encoder_may_go(
    case: Case, folders: dict[str, Path]
) -> None:
    family = made(case, folders[case.name])
    ask = Ask(family.encode([HARBOUR])[0], case.width, case.height, case.frames, 24, 2, 1.0, 7)
    before = shot(family, ask)
    for module in family.parts()["text"]:
        module.to("meta")
    assert apart(before, shot(family, ask)) == 0


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_negatives_are_heard_where_a_preset_is_guided(case: Case, folders: dict[str, Path]) -> None:
    family = made(case, folders[case.name], guidance=4.0)
    said = family.encode([HARBOUR, (HARBOUR[0], "a bridge, warm light")])
    ask = Ask(said[0], case.width, case.height, case.frames, 24, case.steps, 4.0, 7)
    assert apart(shot(family, ask), shot(family, replace(ask, words=said[1]))) > 1e-6


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_a_prompt_of_5000_characters_is_cut(case: Case, opened: Opened) -> None:
    family, ask = opened(case)
    long = family.encode([("a harbour, " * 500, "")])[0]
    assert bool(shot(family, replace(ask, words=long)).pictures.isfinite().all())


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_every_step_is_told(case: Case, opened: Opened) -> None:
    family, ask = opened(case)
    told: list[tuple[int, int]] = []
    family.denoise(ask, lambda done, of: told.append((done, of)))
    assert told == [(n + 1, case.told) for n in range(case.told)]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_called_off_at_a_step_it_can_be_asked_again(case: Case, opened: Opened) -> None:
    family, ask = opened(case)
    whole = shot(family, ask)

    def stopped(done: int, of: int) -> None:
        raise Troubled("stopped", f"at {done} of {of}")

    with pytest.raises(Troubled, match=f"at 1 of {case.told}"):
        family.denoise(ask, stopped)
    assert apart(whole, shot(family, ask)) == 0


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_it_works_in_the_type_that_gpus_like(case: Case, folders: dict[str, Path]) -> None:
    family = made(case, folders[case.name], Place("cpu", "bfloat16"))
    weight = next(family.parts()["denoiser"][0].parameters())
    assert weight.dtype == torch.bfloat16
    ask = Ask(family.encode([HARBOUR])[0], case.width, case.height, case.frames, 24, 2, 1.0, 7)
    footage = shot(family, ask)
    assert footage.pictures.dtype == torch.float32
    assert bool(footage.pictures.isfinite().all())


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_layers_may_come_and_go_and_be_kept_in_eight_bits(
    case: Case, opened: Opened, folders: dict[str, Path]
) -> None:
    plain = shot(*opened(case))
    _, ask = opened(case)
    family = made(case, folders[case.name])
    for module in family.parts()["denoiser"]:
        module.enable_group_offload(onload_device=torch.device("cpu"), offload_type="leaf_level")
    assert apart(plain, shot(family, ask)) == 0
    family = made(case, folders[case.name], Place("cpu", "bfloat16"))
    ask = replace(ask, words=family.encode([HARBOUR])[0])
    for module in family.parts()["denoiser"]:
        module.enable_layerwise_casting(
            storage_dtype=torch.float8_e4m3fn, compute_dtype=torch.bfloat16
        )
    assert bool(shot(family, ask).pictures.isfinite().all())


@pytest.mark.parametrize("case", FILMS, ids=lambda c: c.name)
def test_the_first_picture_matters(case: Case, opened: Opened) -> None:
    family, ask = opened(case)
    without, one, other = (
        shot(family, replace(ask, first=first)) for first in (None, picture(1), picture(2))
    )
    assert one.pictures.shape == without.pictures.shape
    assert apart(without, one) > 1e-3
    assert apart(one, other) > 1e-3
    assert apart(one, shot(family, replace(ask, first=picture(1)))) == 0


def test_ltx2_also_takes_a_last_picture(opened: Opened) -> None:
    family, ask = opened(CASES[2])
    between = [shot(family, replace(ask, first=picture(1), last=picture(n))) for n in (2, 3)]
    assert apart(*between) > 1e-4
    assert apart(between[0], shot(family, replace(ask, first=picture(1)))) > 1e-4


@pytest.mark.parametrize(
    ("family", "wished", "frames"),
    [
        (zimage, 1, 1),
        (zimage, 81, 1),
        *((helios, wished, frames) for wished, frames in ((1, 33), (33, 33), (34, 66), (80, 99))),
        *((ltx2, wished, frames) for wished, frames in ((1, 1), (2, 9), (9, 9), (120, 121))),
    ],
)
def test_lengths_that_can_be_made(family: Any, wished: int, frames: int) -> None:
    case = next(c for c in CASES if c.name == family.__name__.rpartition(".")[2])
    assert family.Plugin(family.Settings(), preset(case)).frames(wished) == frames


def test_ltx2_gives_sound_as_long_as_the_film(opened: Opened) -> None:
    family, ask = opened(CASES[2], frames=25)
    footage = shot(family, ask)
    assert footage.sound is not None
    assert footage.rate == 16000
    assert footage.sound.shape[0] == 2
    assert footage.sound.shape[1] / footage.rate == pytest.approx(25 / 24, abs=0.05)
    assert 0 < float(footage.sound.abs().max()) <= 1
    again = shot(family, ask).sound
    assert again is not None
    assert torch.equal(footage.sound, again)


@pytest.mark.parametrize("case", CASES[:2], ids=lambda c: c.name)
def test_the_others_are_silent(case: Case, opened: Opened) -> None:
    assert shot(*opened(case)).sound is None


def test_a_distilled_ltx2_gets_its_own_noise_levels(tmp_path: Path) -> None:
    from diffusers.pipelines.ltx2.utils import DISTILLED_SIGMA_VALUES

    shifted = {"use_dynamic_shifting": True, "shift_terminal": 0.1, "base_shift": 0.95}
    folder = weights.ltx2(tmp_path / "shifted", **shifted)
    for steps, distilled in ((8, True), (7, False)):
        family = made(CASES[2], folder, steps=steps)
        ask = Ask(family.encode([HARBOUR])[0], 32, 32, 9, 24, steps, 1.0, 7)
        family.denoise(ask, lambda *_: None)
        levels = family._pipe.scheduler.sigmas[:-1].tolist()
        assert (levels == pytest.approx(DISTILLED_SIGMA_VALUES)) is distilled
        assert len(levels) == steps


def test_ltx2_leaves_out_what_writes_prompts(folders: dict[str, Path], tmp_path: Path) -> None:
    shutil.copytree(folders["ltx2"], tmp_path / "more")
    index = tmp_path / "more" / "model_index.json"
    parts = json.loads(index.read_text())
    parts["processor"] = ["transformers", "Gemma3Processor"]  # would need torchvision
    index.write_text(json.dumps(parts))
    assert made(CASES[2], tmp_path / "more").parts()["denoiser"]


def test_helios_develops_one_shot_while_it_makes_the_next(opened: Opened) -> None:
    family, ask = opened(CASES[1], frames=66, first=picture(1))
    exposed = family.denoise(ask, lambda *_: None)
    alone = family.develop(exposed, ask)
    beside: list[Footage] = []
    thread = threading.Thread(target=lambda: beside.append(family.develop(exposed, ask)))
    thread.start()
    for _ in range(3):  # each begins with encoding its first picture
        again = family.denoise(ask, lambda *_: None)
    thread.join()
    assert apart(alone, beside[0]) == 0
    assert torch.equal(again, exposed)


def stock(case: Case, folder: Path, **asked: Any) -> torch.Tensor:
    """What the pipeline itself makes of a prompt, decoded by itself: (T, 3, H, W)."""
    import diffusers

    kind = {"zimage": "ZImage", "helios": "HeliosPyramid", "ltx2": "LTX2"}[case.name]
    pipe = getattr(diffusers, f"{kind}Pipeline").from_pretrained(folder, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    if case.name == "helios":  # its own cannot be computed everywhere
        pipe.sample_block_noise = partial(helios._noise, pipe.scheduler.config.gamma)
    made = pipe(
        HARBOUR[0],
        width=case.width,
        height=case.height,
        generator=torch.Generator().manual_seed(7),
        output_type="pt",
        return_dict=False,
        **asked,
    )[0]
    assert isinstance(made, torch.Tensor)
    return made[0] if made.ndim == 5 else made


def test_zimage_makes_what_its_pipeline_makes(opened: Opened, folders: dict[str, Path]) -> None:
    case = CASES[0]
    theirs = stock(case, folders["zimage"], num_inference_steps=2, guidance_scale=0.0)
    assert torch.allclose(shot(*opened(case)).pictures, theirs, atol=1e-5)


def test_helios_makes_what_its_pipeline_makes(opened: Opened, folders: dict[str, Path]) -> None:
    case = CASES[1]
    asked = {"pyramid_num_inference_steps_list": [1] * 3, "is_amplify_first_chunk": True}
    theirs = stock(case, folders["helios"], num_frames=66, guidance_scale=1.0, **asked)
    ours = shot(*opened(case, frames=66)).pictures
    assert (len(ours), len(theirs)) == (66, 65)  # it drops what is over 4k + 1
    assert torch.allclose(ours[:65], theirs, atol=1e-4)


@pytest.mark.parametrize(("later", "rate"), [(False, 16000), (True, 48000)])
def test_ltx2_makes_what_its_pipeline_makes(later: bool, rate: int, tmp_path: Path) -> None:
    case = CASES[2]
    folder = weights.ltx2(tmp_path, later)
    family = made(case, folder)
    ask = Ask(family.encode([HARBOUR])[0], case.width, case.height, 9, 24, 2, 1.0, 7)
    ours = shot(family, ask)
    off = {**ltx2.PLAIN, **ltx2.UNGUIDED, "guidance_scale": 1.0, "use_cross_timestep": later}
    theirs = stock(case, folder, num_frames=9, num_inference_steps=2, **off)
    assert torch.allclose(ours.pictures, theirs, atol=1e-5)
    assert ours.rate == rate
    assert ours.sound is not None
    assert ours.sound.shape[1] / rate == pytest.approx(9 / 24, abs=0.05)


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_weights_that_are_missing_or_cut_short_are_named(
    case: Case, folders: dict[str, Path], tmp_path: Path
) -> None:
    with pytest.raises(Troubled, match="nowhere holds no pipeline") as caught:
        made(case, tmp_path / "nowhere")
    assert caught.value.trouble.kind == "weights"
    torn = tmp_path / "torn"
    shutil.copytree(folders[case.name], torn)
    file = next((torn / "transformer").glob("*.safetensors"))
    tensors = load_file(file)
    lost = sorted(tensors)[0]
    save_file({name: t for name, t in tensors.items() if name != lost}, file)
    with pytest.raises(Troubled, match="its transformer lacks 1 tensors") as caught:
        made(case, torn)
    assert caught.value.trouble.kind == "weights"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(Troubled, match="torn is no") as caught:
        made(case, torn)
    assert caught.value.trouble.kind == "weights"


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_only_safetensors_are_read(case: Case, folders: dict[str, Path], tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(folders[case.name], other)
    for file in (other / "transformer").glob("*.safetensors"):
        file.rename(file.with_suffix(".bin"))
    with pytest.raises(Troubled) as caught:
        made(case, other)
    assert caught.value.trouble.kind == "weights"


def test_a_family_with_sound_is_decoded_in_tiles_too(tmp_path: Path) -> None:
    family = made(CASES[2], weights.ltx2(tmp_path / "ltx2"))
    memory.settled(family.parts(), {"tiling"}, HOST)
    pictures, sound, *_ = family.parts()["decoder"]
    assert pictures.use_tiling
    assert not hasattr(sound, "use_tiling")
