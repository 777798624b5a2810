"""Wan in all its forms, through the real loading code (render.engine.families.wan)."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

import fakes_weights as weights
from render.engine import Ask, Footage, Place
from render.engine.families import wan
from render.engine.loading import checked
from render.engine.sampler import few_steps, levels
from render.lab import Preset, Troubled, vault

HOST = Place("cpu", "float32")
KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "text": ("WanPipeline", {}),
    "two": ("WanPipeline", {"boundary_ratio": 0.5}),
    "moves": ("WanImageToVideoPipeline", {}),
    "vace": ("WanVACEPipeline", {}),
}
TRANSFORMER = "transformer/diffusion_pytorch_model.safetensors"


@pytest.fixture(autouse=True, scope="module")
def _one_core() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("wan")
    for name, (kind, rest) in KINDS.items():
        weights.wan(root / name, kind, **rest)
    return root


def made(folder: Path, **rest: Any) -> wan.Plugin:
    told = {"guidance": 1.0, "sampler": "stock", **rest}
    preset = Preset("tiny", "wan", folder.name, "film", 0, 32, 48, 16, 9, 2, **told)
    family = wan.Plugin(wan.Settings(), preset)
    family.load(folder, HOST)
    return family


@pytest.fixture(scope="module")
def families(folders: Path) -> dict[str, wan.Plugin]:
    return {name: made(folders / name) for name in KINDS}


def shot(family: wan.Plugin, seed: int = 7, guidance: float = 1.0, **pictures: Any) -> Footage:
    words = family.encode([("a harbour at dawn", "blurry")])[0]
    ask = Ask(words, 32, 48, 5, 16, 2, guidance, seed, **pictures)
    return family.develop(family.denoise(ask, lambda done, of: None), ask)


def noise(seed: int, size: tuple[int, int] = (40, 70)) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(0, 256, (*size, 3), np.uint8)
    return Image.fromarray(pixels)


def apart(one: Footage, other: Footage) -> float:
    return float((one.pictures - other.pictures).abs().max())


@pytest.mark.parametrize("wished", range(1, 90))
def test_a_film_has_a_frame_and_fours(wished: int) -> None:
    count = wan.Plugin(wan.Settings(), Preset("p", "wan", "m", "film", 0, 1, 1, 1, 1, 1)).frames(
        wished
    )
    assert count % 4 == 1
    assert wished <= count < wished + 4


@pytest.mark.parametrize("kind", ["text", "two", "vace"])
@pytest.mark.parametrize("sampler", ["stock", "dmd"])
def test_the_seed_decides_all(folders: Path, kind: str, sampler: str) -> None:
    family = made(folders / kind, sampler=sampler)
    first = shot(family)
    torch.randn(5)  # whatever else the process draws
    assert apart(first, shot(family)) == 0
    assert apart(first, shot(family, seed=8)) > 0.001
    assert first.pictures.shape == (5, 3, 48, 32)
    assert 0 <= first.pictures.min() <= first.pictures.max() <= 1


def test_our_way_is_the_stock_call(folders: Path, families: dict[str, wan.Plugin]) -> None:
    """Prompt and one call of diffusers against words of a batch, latents and our own developing."""
    import diffusers

    family = made(folders / "text", guidance=3.0)
    words = family.encode([("two women", "text"), ("a harbour at dawn", "blurry")])[1]
    ask = Ask(words, 32, 48, 5, 16, 2, 3.0, 7)
    ours = family.develop(family.denoise(ask, lambda done, of: None), ask).pictures
    pipe = diffusers.WanPipeline.from_pretrained(folders / "text", local_files_only=True)
    stock = pipe(
        "a harbour at dawn",
        "blurry",
        width=32,
        height=48,
        num_frames=5,
        num_inference_steps=2,
        guidance_scale=3.0,
        generator=torch.Generator().manual_seed(7),
        output_type="pt",
    ).frames[0]
    assert (ours - stock).abs().max() < 1e-5


def test_words_of_a_batch_are_words_alone(families: dict[str, wan.Plugin]) -> None:
    prompts = [("a harbour at dawn", "blurry"), ("a bridge", "blurry"), ("a bridge", "")]
    together = families["text"].encode(prompts)
    for pair, (words, negative) in zip(prompts, together, strict=True):
        assert (words - families["text"].encode([pair])[0][0]).abs().max() < 1e-6
        assert negative is None


def test_negatives_count_where_a_model_is_guided(folders: Path) -> None:
    family = made(folders / "text", guidance=4.0)
    plain, guided = shot(family), shot(family, guidance=4.0)
    assert apart(plain, guided) > 0.001


@pytest.mark.parametrize("kind", ["moves", "vace"])
def test_first_and_last_pictures_are_used(families: dict[str, wan.Plugin], kind: str) -> None:
    family = families[kind]
    one, other = shot(family, first=noise(1)), shot(family, first=noise(2))
    assert apart(one, other) > 0.001
    assert apart(one, shot(family, first=noise(1))) == 0
    assert apart(one, shot(family, first=noise(1), last=noise(3))) > 1e-6


def test_pictures_of_whom_are_used_and_cut_off(families: dict[str, wan.Plugin]) -> None:
    family = families["vace"]
    cast = shot(family, refs=(noise(1), noise(2)))
    assert cast.pictures.shape[0] == 5
    assert apart(cast, shot(family)) > 0.001
    assert apart(cast, shot(family, refs=(noise(1), noise(3)))) > 1e-6


def test_what_each_folder_can_start_from(families: dict[str, wan.Plugin]) -> None:
    modes = {name: family.modes for name, family in families.items()}
    assert modes == {
        "text": ("text",),
        "two": ("text",),
        "moves": ("first", "last"),
        "vace": ("text", "first", "last", "refs"),
    }


def test_a_model_that_moves_pictures_needs_one(families: dict[str, wan.Plugin]) -> None:
    with pytest.raises(Troubled, match="no first one") as caught:
        shot(families["moves"])
    assert caught.value.trouble.kind == "picture"


def test_a_model_of_both_ways_moves_a_picture(folders: Path, tmp_path: Path) -> None:
    """As Wan2.2-TI2V-5B: words alone, or a first picture kept where no noise is."""
    both = _other(folders / "text", tmp_path / "both", expand_timesteps=True)
    family = made(both)
    assert family.modes == ("text", "first")
    assert apart(shot(family, first=noise(1)), shot(family, first=noise(2))) > 0.001
    assert apart(shot(family), shot(family)) == 0


def test_the_distillers_own_name_of_a_pipeline_is_known(folders: Path, tmp_path: Path) -> None:
    family = made(_other(folders / "text", tmp_path / "fast", _class_name="WanDMDPipeline"))
    assert family.modes == ("text",)


@pytest.mark.parametrize("name", ["FluxPipeline", "../x"])
def test_other_pipelines_are_refused(folders: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(Troubled, match="holds a") as caught:
        made(_other(folders / "text", tmp_path / "other", _class_name=name))
    assert caught.value.trouble.kind == "weights"


def test_a_stop_leaves_the_pipeline_as_it_was(families: dict[str, wan.Plugin]) -> None:
    family = families["text"]
    before = shot(family)
    words = family.encode([("a harbour at dawn", "blurry")])[0]

    def stop(done: int, of: int) -> None:
        raise Troubled("stopped", f"{done} of {of}")

    with pytest.raises(Troubled, match="1 of 2"):
        family.denoise(Ask(words, 32, 48, 5, 16, 2, 1.0, 7), stop)
    assert apart(before, shot(family)) == 0


def test_three_steps_are_those_of_the_distillation() -> None:
    scheduler = few_steps(torch.Generator())
    scheduler.set_timesteps(3, device="cpu")
    assert scheduler.timesteps.tolist() == pytest.approx([1000, 757, 522])
    assert scheduler.sigmas.tolist() == pytest.approx([1, 0.757, 0.522, 0])


@pytest.mark.parametrize("steps", [1, 2, 4, 8])
def test_levels_fall_from_all_noise(steps: int) -> None:
    told = levels(steps)
    assert len(told) == steps
    assert told[0] == 1
    assert all(above > below > 0 for above, below in pairwise(told))


def test_a_step_keeps_to_the_finished_picture() -> None:
    """With the true direction, the last step gives the picture itself, whatever noise came in."""
    scheduler = few_steps(torch.Generator().manual_seed(1))
    scheduler.set_timesteps(3)
    picture, sample = torch.full((1, 2, 2), 0.3), torch.randn(1, 2, 2)
    for time, level in zip(scheduler.timesteps, scheduler.sigmas, strict=False):
        sample = scheduler.step((sample - picture) / level, time, sample, return_dict=False)[0]
    assert torch.allclose(sample, picture, atol=1e-5)


def _other(source: Path, folder: Path, **told: Any) -> Path:
    shutil.copytree(source, folder)
    index = folder / "model_index.json"
    index.write_text(json.dumps(json.loads(index.read_text()) | told))
    return folder


def _short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def _garbled(file: Path) -> None:
    file.write_bytes(b"\xff" * 64 + file.read_bytes()[64:])


def _other_form(file: Path) -> None:
    file.rename(file.with_suffix(".bin"))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (_short, "cut short by 100 bytes"),
        (_garbled, "altered"),
        (_other_form, "not as safetensors"),
        (lambda file: (file.parent.parent / "model_index.json").unlink(), "are not here"),
        (lambda file: (file.parent / "x.safetensors.index.json").write_text("{"), "sound index"),
        (
            lambda file: (file.parent / "x.safetensors.index.json").write_text(
                '{"weight_map": {"a": "two.safetensors"}}'
            ),
            "lacks two.safetensors",
        ),
    ],
)
def test_weights_that_are_not_whole(folders: Path, tmp_path: Path, harm: Any, said: str) -> None:
    folder = shutil.copytree(folders / "text", tmp_path / "harmed")
    checked(folder, "tiny")
    harm(folder / TRANSFORMER)
    with pytest.raises(Troubled, match=said) as caught:
        checked(folder, "tiny")
    assert caught.value.trouble.kind == "weights"
    assert "wirereel models get tiny" in str(caught.value)


def test_fetched_weights_are_compared_with_their_manifest(folders: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(folders / "text", tmp_path / "fetched")
    file = folder / TRANSFORMER
    whole = file.read_bytes()
    one = vault.File(TRANSFORMER, len(whole), hashlib.sha256(whole).hexdigest())
    told = ("tiny", "a/b", "0" * 40, "Apache-2.0", "2026-11-24")
    vault.write(folder, vault.Manifest(*told, files=(one,)))
    vault.remember(folder, TRANSFORMER)
    checked(folder, "tiny")
    file.write_bytes(whole[:-4] + b"\1\2\3\4")
    with pytest.raises(Troubled, match="is not what was published: `wirereel models get tiny`"):
        checked(folder, "tiny")


def test_a_tensor_that_is_missing_or_of_another_size(folders: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(folders / "text", tmp_path / "harmed")
    tensors = load_file(folder / TRANSFORMER)
    name = next(key for key in tensors if key.endswith("to_q.weight"))
    save_file({key: t for key, t in tensors.items() if key != name}, folder / TRANSFORMER)
    with pytest.raises(Troubled, match="lacks 1 tensors"):
        made(folder)
    save_file(tensors | {name: torch.zeros(3, 3)}, folder / TRANSFORMER)
    with pytest.raises(Troubled, match="expected shape") as caught:
        made(folder)
    assert caught.value.trouble.kind == "weights"
