"""Guards: render.engine.guards.vit refuses what it is told to, and all that it cannot see."""

import json
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, rmtree

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import ViTConfig, ViTForImageClassification

from render.engine import Place
from render.engine.guards.vit import Plugin, Settings
from render.lab import Troubled, vault
from render.shelf import digest

CPU = Place("cpu", "float32")
LABELS = {0: "normal", 1: "nsfw"}


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny model on disk that finds pictures the more objectionable, the lighter they are."""
    sizes = {"hidden_size": 8, "intermediate_size": 8, "image_size": 32, "patch_size": 16}
    config = ViTConfig(
        **sizes, num_hidden_layers=1, num_attention_heads=2, id2label=LABELS, hidden_act="relu"
    )
    model, folder = ViTForImageClassification(config), tmp_path_factory.mktemp("vit") / "nsfw"
    with torch.no_grad():
        for weight in model.parameters():
            weight.zero_()
        patches = model.vit.embeddings.patch_embeddings.projection
        patches.weight[0] = 1 / patches.weight[0].numel()  # the first feature is the light
        for name, weight in model.named_parameters():
            if "norm" in name and name.endswith("weight"):
                weight.fill_(1)
    _attend(model)
    model.save_pretrained(folder)
    (folder / "preprocessor_config.json").write_text(
        json.dumps({"image_mean": [0.5] * 3, "image_std": [0.5] * 3})
    )
    return folder


def _attend(model: ViTForImageClassification) -> None:
    """Let the class token take the light of all patches, and the classifier read it."""
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if name.endswith(("value.weight", "v_proj.weight", "attention.output.dense.weight")):
                weight.copy_(torch.eye(8))
            if name.endswith("o_proj.weight"):
                weight.copy_(torch.eye(8))
        model.classifier.weight[1, 0] = 1.5
        model.classifier.bias[0] = 1.0


def grey(*levels: int) -> torch.Tensor:
    """Pictures of one level each, 0 to 255, 90 x 160."""
    shape = torch.tensor(levels, dtype=torch.uint8)[:, None, None, None]
    return shape.expand(len(levels), 3, 160, 90)


def guard(folder: Path, **told: object) -> Plugin:
    return Plugin(Settings.model_validate({"folder": folder, **told}), CPU)


def test_it_names_the_picture_that_may_not_be_shown(trained: Path) -> None:
    look = guard(trained).look
    assert look(grey(0, 20, 0)) == ""
    assert look(grey(0, 20, 255, 0)).startswith("the guard refuses picture 3 of 4 (")
    assert "picture 33 of 40" in look(grey(*[0] * 32, 255, *[0] * 7))
    assert look(grey()) == "the guard was shown no picture"


def test_how_much_is_too_much_is_set(trained: Path) -> None:
    assert guard(trained, most=0.99).look(grey(0, 255)) == ""
    assert "0 is the most" in guard(trained, most=0).look(grey(0))
    assert "picture 1 of 1" in guard(trained, refuse=["Normal"]).look(grey(0))
    assert "(1.00" in guard(trained, refuse=["nsfw", "normal"]).look(grey(0))


def test_a_score_that_is_no_number_is_refused(trained: Path, tmp_path: Path) -> None:
    folder = _altered(trained, tmp_path, lambda name: "classifier.weight" in name)
    assert "nan" in guard(folder).look(grey(0))


def _altered(trained: Path, tmp_path: Path, which: object) -> Path:
    folder = copytree(trained, tmp_path / "broken")
    weights = load_file(folder / "model.safetensors")
    broken = {n: w * torch.nan if which(n) else w for n, w in weights.items()}  # type: ignore[operator]
    save_file(broken, folder / "model.safetensors", metadata={"format": "pt"})
    return folder


def test_without_all_its_weights_nothing_passes(trained: Path, tmp_path: Path) -> None:
    def broken(name: str) -> Path:
        return copytree(trained, tmp_path / name)

    none, short, headless, other, strange, coded = map(
        broken, ("none", "short", "headless", "other", "strange", "coded")
    )
    rmtree(none)
    raw = (short / "model.safetensors").read_bytes()
    (short / "model.safetensors").write_bytes(raw[:-100])
    weights = load_file(headless / "model.safetensors")
    kept = {name: weight for name, weight in weights.items() if "classifier" not in name}
    save_file(kept, headless / "model.safetensors", metadata={"format": "pt"})
    torch.save(weights, other / "pytorch_model.bin")
    (other / "model.safetensors").unlink()
    (strange / "preprocessor_config.json").write_text('{"image_std": [0, 0, 0]}')
    told = json.loads((coded / "config.json").read_text())
    (coded / "config.json").write_text(json.dumps({**told, "auto_map": {"AutoConfig": "x.Y"}}))
    for folder in (none, short, headless, other, strange, coded):
        with pytest.raises(Troubled, match="wirereel models get nsfw") as caught:
            guard(folder)
        assert caught.value.trouble.kind == "weights"
        assert str(folder) in caught.value.trouble.said


def test_weights_that_are_not_as_published_are_not_loaded(trained: Path, tmp_path: Path) -> None:
    folder = copytree(trained, tmp_path / "nsfw")
    files = tuple(
        vault.File(path.name, path.stat().st_size, digest(path)) for path in folder.iterdir()
    )
    vault.write(folder, vault.Manifest("nsfw", "a/b", "ab" * 20, "", "", files))
    assert guard(folder).look(grey(0)) == ""
    weights = load_file(folder / "model.safetensors")
    weights["classifier.bias"][0] = 9.0
    save_file(weights, folder / "model.safetensors", metadata={"format": "pt"})
    assert vault.faults(folder, full=True)
    with pytest.raises(Troubled, match=r"model\.safetensors is not what was published"):
        guard(folder)


def test_a_label_that_the_model_does_not_know_is_never_seen(trained: Path) -> None:
    with pytest.raises(Troubled, match="knows no 'gore'; it has normal, nsfw"):
        guard(trained, refuse=["gore"])
