"""`wirereel check` of generated shots: what can be made here, and why not more."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.config import build
from bot.terminal.check import findings
from bot.terminal.gpu import Gpu, Here, here, listed, looked_at, tried
from render.lab import vault
from render.lab.presets import PRESETS
from render.lab.settings import Lab

H100 = Gpu("NVIDIA H100 80GB HBM3", 79.6, 78.9, "580.65.06")
SMALL = Gpu("NVIDIA GeForce RTX 3050", 8.0, 7.3, "570.1")
MODELS = {preset.model for preset in PRESETS}


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A folder that has weights of every model of our presets."""
    for name in MODELS:
        (tmp_path / name / "transformer").mkdir(parents=True)
        (tmp_path / name / "transformer" / "model.safetensors").write_bytes(b"weights")
    return tmp_path


def nothing_looked() -> Here:
    raise AssertionError("nobody asked for it")


def told(models: Path, seen: Here, **wish: Any) -> dict[str, tuple[str, str]]:
    lab = Lab.model_validate({"heroes": 4, "models": models, **wish})
    return {what: (state, said) for what, state, said in looked_at(lab, lambda: seen)}


def with_gpus(*some: Gpu, missing: tuple[str, ...] = ()) -> Here:
    return Here(some, len(some), 30.0, missing)


def test_nothing_is_looked_at_where_no_shot_is_generated(tmp_path: Path) -> None:
    assert list(looked_at(Lab(), nothing_looked)) == [
        ("gpu", "ok", "not needed: no shot is generated ([render] heroes = 0)")
    ]
    lines = [found for found in findings(build({}, tmp_path)) if found.what == "gpu"]
    assert [line.state for line in lines] == ["ok"]


def test_a_large_gpu_takes_the_best(models: Path) -> None:
    lines = told(models, with_gpus(H100))
    assert lines["gpu"] == (
        "ok", "NVIDIA H100 80GB HBM3, 78.9 of 79.6 GiB are free, driver 580.65.06"
    )  # fmt: skip
    assert lines["films"] == ("ok", "studio (ltx-2.3), its weights are whole")
    assert lines["stills"] == ("ok", "stills-fine (z-image-turbo), its weights are whole")
    assert {state for state, _ in lines.values()} == {"ok"}


def test_a_small_gpu_says_what_more_memory_would_give(models: Path) -> None:
    lines = told(models, with_gpus(H100, SMALL))  # the planner reckons with the least of them
    assert lines["films"] == (
        "ok",
        "draft (fastwan-1.3b), its weights are whole; studio needs 60 GiB, 7.3 are free",
    )


def test_weights_that_are_missing_or_broken_are_named(models: Path) -> None:
    folder = models / "ltx-2.3"
    file = vault.File("transformer/model.safetensors", 700, "0" * 64)
    vault.write(folder, vault.Manifest("ltx-2.3", "a/b", "ab" * 20, "", "", (file,)))
    _, said = told(models, with_gpus(H100))["films"]
    assert said.startswith("quality (fastwan-5b)")
    assert "has 7 of 700 bytes: wirereel models get ltx-2.3" in said
    state, said = told(models / "empty", with_gpus(H100))["films"]
    assert state == "note"
    assert said == "none: weights of draft are not here: wirereel models get fastwan-1.3b"


@pytest.mark.parametrize(
    ("wish", "seen", "state", "words"),
    [
        ({}, Here(), "note", "no GPU is here"),
        ({"device": "cuda"}, Here(), "bad", "no GPU is here"),
        ({"device": "cpu"}, Here(), "note", "on the processor"),
        ({}, Here(usable=2), "note", "2 may be used; nvidia-smi tells nothing"),
        ({}, Here((H100,), 0), "bad", "CUDA_VISIBLE_DEVICES allows none"),
        ({"pool": "ray"}, Here(), "ok", "GPUs of its cluster"),
    ],
)
def test_what_stands_in_the_way_of_a_gpu_is_said(
    models: Path, wish: dict[str, Any], seen: Here, state: str, words: str
) -> None:
    found = told(models, seen, **wish)["gpu"]
    assert (found[0], words in found[1]) == (state, True)


def test_the_processor_s_memory_counts_where_models_run_on_it(models: Path) -> None:
    assert "draft" in told(models, Here(memory_gib=7.0), device="cpu")["films"][1]
    assert "? are free" in told(models, Here(), device="cuda")["films"][1]


def test_a_gpu_that_torch_cannot_use_is_bad_and_promises_nothing(models: Path) -> None:
    said = "the GPU's driver is too old for this torch (it knows CUDA 11.4): update the driver"
    seen = Here((H100,), 1, 30.0, (), said)
    lines = told(models, seen)
    assert lines["gpu"] == ("bad", said)
    assert not {"films", "stills"} & lines.keys()
    for wish in ({"device": "cpu"}, {"pool": "ray"}):
        assert "bad" not in {state for state, _ in told(models, seen, **wish).values()}


def test_packages_that_are_missing_are_named_with_the_extra(models: Path) -> None:
    lines = told(models, with_gpus(H100, missing=("torch", "ftfy")))
    assert lines["gpu packages"] == ("bad", "ftfy, torch missing: `pip install 'wirereel[gpu]'`")
    assert "gpu packages" not in told(models, with_gpus(H100))


def test_what_is_off_is_off(models: Path) -> None:
    lines = told(models, with_gpus(H100), preset="off", stills="stills")
    assert lines["films"] == ("ok", 'off ([render] preset = "off")')
    assert lines["stills"][1].startswith("stills (z-image-turbo)")


def test_a_guard_without_weights_is_bad(models: Path) -> None:
    table = {"kind": "vit", "folder": str(models / "nsfw")}
    state, said = told(models, with_gpus(H100), guard=table)["guard"]
    assert state == "bad"
    assert "nothing is generated without it: wirereel models get nsfw" in said
    (models / "nsfw").mkdir()
    (models / "nsfw" / "model.safetensors").write_bytes(b"weights")
    assert told(models, with_gpus(H100), guard=table)["guard"][0] == "ok"


def test_what_nvidia_smi_says_is_read() -> None:
    text = "NVIDIA H100 80GB HBM3, 81559, 80800, 580.65.06\nNVIDIA A100, [N/A], [N/A], 570.1\n"
    first, second = listed(text)
    assert (first.name, first.driver) == ("NVIDIA H100 80GB HBM3", "580.65.06")
    assert (round(first.total_gib, 1), round(first.free_gib, 1)) == (79.6, 78.9)
    assert second.free_gib != second.free_gib
    assert listed("NVIDIA-SMI has failed because it couldn't talk to the driver.\n") == ()
    assert listed("") == ()


def test_looking_loads_no_torch() -> None:
    code = "import sys; from bot.terminal.gpu import here; here(); print('torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


@pytest.mark.skipif(bool(here(()).gpus), reason="there is a GPU: torch may well be able to use it")
def test_a_process_of_its_own_says_why_torch_has_no_gpu() -> None:
    said = tried()
    assert "CUDA" in said or "no GPU" in said
