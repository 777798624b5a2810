"""Generated shots through whole processes: a deadline is kept, a signal lets the pool go."""

import json
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from fakes_engine import LINES, board
from render import Shot
from render.lab import Preset
from render.storyboard import Instead, dumps

pytestmark = pytest.mark.real
ROOT = Path(__file__).parents[2]
SCENE = {"scene": "an empty pier in the rain", "alt": "a pier"}
TINY = Preset("tiny", "wan", "tiny", "film", 1, 96, 160, 16, 81, 2, prior_s=1.0, load_s=0.1)
STILL = replace(TINY, name="tiny-still", kind="still", frames=1, fps=1, prior_s=0.2)


def starts(folder: Path, takes_s: float, *options: str) -> "subprocess.Popen[str]":
    """Render a board of three shots, two of which a model should make."""
    (folder / "models" / "tiny").mkdir(parents=True)
    (folder / "models" / "tiny" / "x.safetensors").write_bytes(b"weights")
    card = Instead("cards", {"card": "statement", "text": "Instead."})
    heroes = [Shot(line, "diffusers", SCENE, instead=(card,)) for line in LINES[:2]]
    heroes[1] = replace(heroes[1], picture={**SCENE, "scene": "gulls over a ferry"})
    asked = replace(board("x", width=270, height=480), shots=(*heroes, board(LINES[2]).shots[0]))
    (folder / "board.json").write_text(dumps(asked))
    told = {"heroes": 9, "models": str(folder / "models"), "pool": "tests.fakes_second_unit"}
    told |= {"pools": {"takes_s": takes_s}, "presets": [asdict(TINY), asdict(STILL)]}
    told |= {"preset": "tiny", "stills": "tiny-still"}
    (folder / "lab.json").write_text(json.dumps(told))
    files = [folder / "board.json", folder / "out.mp4", "--lab", folder / "lab.json"]
    command = [sys.executable, "-m", "render", *files, "--work", folder / "work", "--json"]
    return subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def heard(child: "subprocess.Popen[str]") -> list[dict[str, Any]]:
    with child:
        assert child.stdout
        return [json.loads(line) for line in child.stdout]


def test_shots_are_made_graded_and_marked(tmp_path: Path) -> None:
    clip = heard(starts(tmp_path, 0.1))[-1]["clip"]
    assert [one["became"] for one in clip["generated"]] == ["diffusers", "diffusers"]
    assert clip["warnings"] == []
    assert clip["check"]["ok"], clip["check"]


def test_a_deadline_is_kept_by_stepping_down(tmp_path: Path) -> None:
    began = time.monotonic()
    clip = heard(starts(tmp_path, 60.0, "--ready-in", "20s"))[-1]["clip"]
    assert time.monotonic() - began < 30  # the process starts and ends, too
    assert [one["became"] for one in clip["generated"]] == ["cards", "cards"]
    assert clip["warnings"][0].startswith("shot 1: a card instead of a film: ")
    assert not [line for line in clip["warnings"] if line.startswith("ready after")]
    assert clip["check"]["ok"], clip["check"]


def test_a_signal_ends_the_stage_at_once(tmp_path: Path) -> None:
    child = starts(tmp_path, 600.0)
    assert child.stdout
    for line in child.stdout:
        if json.loads(line).get("stage") == "generate":
            break
    began = time.monotonic()
    child.send_signal(signal.SIGTERM)
    heard(child)
    assert child.returncode == 128 + signal.SIGTERM
    assert time.monotonic() - began < 5
    assert not list(tmp_path.rglob("*.part"))
