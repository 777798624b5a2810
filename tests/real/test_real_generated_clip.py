"""A whole clip with shots of a real model, tiny and untrained: made, found again, stepped down."""

import json
import subprocess
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

import fakes_weights
import fakes_weights_more
from fakes_engine import LINES, board
from render import Shot
from render.lab import Preset
from render.shelf import digest
from render.storyboard import Instead, Sheet, dumps

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]
FILM = Preset(
    "tiny", "wan", "wan", "film", 0.1, 32, 64, 8, 81, 2, sampler="dmd", prior_s=1, load_s=5
)
STILL = Preset(
    "tiny-still", "zimage", "z", "still", 0.1, 32, 64, 1, 1, 1, guidance=0, prior_s=1, load_s=5
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Models, and a board of three shots, two of which a model should make."""
    folder = tmp_path_factory.mktemp("site")
    fakes_weights.calmed(fakes_weights.wan(folder / "models" / "wan"))
    fakes_weights.wan(folder / "models" / "noise")
    fakes_weights_more.zimage(folder / "models" / "z")
    scenes = ("a lighthouse above a calm sea", "fishing boats in a small harbour")
    shots = [
        Shot(
            line,
            "diffusers",
            {"scene": scene, "where": "shore", "take": "one", "alt": scene},
            tone="hope",
            instead=(
                Instead("stills", {"scene": scene, "alt": scene}),
                Instead("cards", {"card": "statement", "text": "Instead."}),
            ),
        )
        for line, scene in zip(LINES, scenes, strict=False)
    ]
    asked = board("x", width=270, height=480)
    sheets = (Sheet("shore", "place", "a rocky northern shore"),)
    asked = replace(asked, shots=(*shots, board(LINES[2]).shots[0]), sheets=sheets)
    (folder / "board.json").write_text(dumps(asked))
    return folder


def rendered(site: Path, out: str, *options: str, **lab: Any) -> dict[str, Any]:
    told = {"heroes": 4, "models": str(site / "models"), "device": "cpu"}
    told |= {"preset": "tiny", "stills": "tiny-still"} | lab
    told.setdefault("presets", [asdict(FILM), asdict(STILL)])
    (site / f"{out}.json").write_text(json.dumps(told))
    files = [site / "board.json", site / f"{out}.mp4", "--lab", site / f"{out}.json"]
    command = [sys.executable, "-m", "render", *files, "--json", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, (said[-1:], done.stderr[-2000:])
    clip: dict[str, Any] = said[-1]["clip"]
    return clip


def pictures(film: Path) -> list[Any]:
    """Decode a film: grey levels, (H, W) each."""
    with av.open(str(film)) as opened:
        return [f.to_ndarray(format="gray").astype(float) for f in opened.decode(video=0)]


def test_a_model_makes_its_shots_once(site: Path) -> None:
    work = str(site / "work")
    clip = rendered(site, "first", "--work", work)
    assert [one["became"] for one in clip["generated"]] == ["diffusers", "diffusers"]
    assert {"denoise", "decode", "finish", "encode"} <= clip["generated"][0]["seconds"].keys()
    assert clip["provenance"]["label"] == "AI VOICE + IMAGES"
    assert clip["provenance"]["digital_source_type"] == "trainedAlgorithmicMedia"
    assert clip["check"]["ok"], clip["check"]
    made = clip["provenance"]["generated"][0]["sha256"]
    segment = next(p for p in (site / "work" / "segments").glob("*.mp4") if digest(p) == made)
    shown, film = pictures(site / "first.mp4")[20], pictures(segment)[20]
    free = (slice(130, 220), slice(20, 250))  # no text stands there
    assert np.corrcoef(shown[free].ravel(), film[free].ravel())[0, 1] > 0.5
    again = rendered(site, "again", "--work", work)
    assert [one["found"] for one in again["generated"]] == [True, True]
    assert (site / "again.mp4").read_bytes()[-4096:] == (site / "first.mp4").read_bytes()[-4096:]


def test_a_film_that_flashes_is_a_still_instead(site: Path) -> None:
    noise = [asdict(replace(FILM, model="noise")), asdict(STILL)]
    clip = rendered(site, "noise", "--work", str(site / "noise"), presets=noise)
    assert [one["became"] for one in clip["generated"]] == ["stills", "stills"]
    assert "its film fails: flashes" in clip["warnings"][0]
    assert clip["check"]["ok"], clip["check"]


def test_what_cannot_be_made_in_time_is_a_still(site: Path) -> None:
    slow = [asdict(replace(FILM, prior_s=900)), asdict(STILL)]
    options = ("--work", str(site / "late"), "--ready-in", "60s")
    clip = rendered(site, "late", *options, presets=slow)
    assert [one["became"] for one in clip["generated"]] == ["stills", "stills"]
    assert clip["warnings"][0].startswith("shot 1: a still instead of a film: generating it would")
    assert clip["seconds"] > 3


@pytest.mark.parametrize("harm", ["gone", "cut", "gpu"])
def test_without_weights_or_a_gpu_the_clip_is_made_all_the_same(
    site: Path, tmp_path: Path, harm: str
) -> None:
    models = tmp_path / "models"
    if harm == "cut":
        for kind, make in (("wan", fakes_weights.wan), ("z", fakes_weights_more.zimage)):
            file = next((make(models / kind) / "transformer").glob("*.safetensors"))
            file.write_bytes(file.read_bytes()[:-100])
    lab = {"models": str(models if harm != "gpu" else site / "models")}
    lab |= {"device": "cuda"} if harm == "gpu" else {}
    clip = rendered(site, f"harm-{harm}", "--work", str(tmp_path / "work"), **lab)
    assert [one["became"] for one in clip["generated"]] == ["cards", "cards"]
    assert clip["check"]["ok"], clip["check"]
    said = {"gone": "weights", "cut": "cut short", "gpu": "GPU"}[harm]
    assert said in " ".join(clip["warnings"])
    assert clip["provenance"]["label"] == "AI VOICE"
