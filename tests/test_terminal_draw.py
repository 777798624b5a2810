"""`wirereel render`: by when, with what a model may make, and what it says of wrong words."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.terminal.draw import draw
from render.storyboard import Instead, Shot, Storyboard, dumps

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("out", "ready_in", "said"),
    [
        (None, "", "name the clip to write"),
        (Path("out.mp4"), "soon", "--ready-in 'soon' is no span of time"),
        (Path("out.mp4"), "2h", "--ready-in '2h' is no span of time"),
    ],
)
def test_wrong_words_are_told(
    out: Path | None, ready_in: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert draw(Path("board.json"), out, None, None, ready_in, 0.0) == 2
    assert said in capsys.readouterr().err


def test_what_cannot_be_generated_steps_down_and_the_clip_is_made(tmp_path: Path) -> None:
    """There are no weights here: the shot is a card, its label and sources tell of no model."""
    card = Instead("cards", {"card": "statement", "text": "Boats wait"})
    wish = Shot("", "diffusers", {"scene": "boats"}, hold_s=1.0, instead=(card,))
    board = Storyboard("Quay", "en", (wish,), voice="silent", width=108, height=192)
    (tmp_path / "board.json").write_text(dumps(board))
    (tmp_path / "config.toml").write_text("[render]\nheroes = 2\n")
    run = subprocess.run(
        [sys.executable, "-m", "bot", "render", "board.json", "out.mp4", "--ready-in", "20s"],
        cwd=tmp_path, capture_output=True, text=True, timeout=60,
        env={**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path / "cache")},
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert "shot 1: a card instead of a film: " in run.stderr
    told = json.loads((tmp_path / "out.sources.json").read_text())
    assert (told["label"], told["generated"]) == ("AI VOICE", [])
