"""Contact sheets: every picture that is planned, three times, and what it is."""

import tomllib
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from bot.__main__ import app
from fakes_art import LINE, board_of, card, landscape, saved, staged
from render.cameras.cards import Card, Plugin, Settings
from render.sheet import GUTTER, columns, contact_sheet, estimated, main, sheeted
from render.storyboard import Shot, Storyboard, View, dumps
from render.words import reading_times, tokens

GALLERY = Path(__file__).parents[1] / "docs" / "gallery"
SMALL = {"width": 180, "height": 320}


def written(board: Storyboard, folder: Path) -> Path:
    file = folder / "board.json"
    file.write_text(dumps(board), encoding="utf-8")
    return file


def test_a_line_lasts_as_long_as_it_takes_to_read() -> None:
    plan = estimated(board_of(card("title"), card("quote", line=""), rate=1.25))
    read = reading_times(tokens(LINE, "en"), 1.25)[-1].end
    assert plan.shots[0].length / plan.fps == pytest.approx(read + 0.2, abs=0.1)
    assert [word.text for word in plan.words] == LINE.split()
    assert plan.voice[0][0] == 0


def test_a_view_has_a_column_of_its_own(tmp_path: Path) -> None:
    photo = saved(landscape(600, 400), tmp_path / "a.jpg")
    view = View(LINE.index("power"), "photo", {"photo": str(photo), "framing": "close"})
    shot = Shot(LINE, "cards", card("title").picture, views=(view,))
    board = board_of(shot, card("stat"), **SMALL)
    plan = estimated(board)
    assert [(place.index, place.view) for place in plan.shots] == [(0, 0), (0, 1), (1, 0)]
    found = columns(board, plan, 90)
    assert len(found) == 3
    first, second = (column[:160].astype(int) for column in found[:2])
    assert np.abs(first - second).mean() > 8  # a photo is no card
    assert all(column[480:].std() > 10 for column in found)  # something is written beneath


def test_columns_beyond_the_width_begin_a_new_row() -> None:
    tall = [np.full((50, 20, 3), n, np.uint8) for n in range(5)]
    paper = sheeted(tall, across=2)
    assert paper.shape == (3 * (50 + GUTTER) + GUTTER, 2 * (20 + GUTTER) + GUTTER, 3)
    assert paper[2 * (50 + GUTTER) + GUTTER, GUTTER].tolist() == [4, 4, 4]


def test_the_sheet_shows_the_card_as_it_comes_in_and_when_it_stands() -> None:
    board = board_of(card("list"), **SMALL)
    sheet = contact_sheet(board, estimated(board), 90).astype(int)
    early, late = (sheet[GUTTER + y : GUTTER + y + 160] for y in (0, 320))
    ink = [(still[30:94].min(2) > 190).sum() for still in (early, late)]  # above the captions
    assert 0 < ink[0] < 0.7 * ink[1]


def test_the_command_writes_a_sheet_without_a_clip(tmp_path: Path) -> None:
    file = written(board_of(card("title"), card("stat"), **SMALL), tmp_path)
    run = CliRunner().invoke(app, ["render", str(file), "--sheet", str(tmp_path / "sheet.png")])
    assert run.exit_code == 0, run.output
    with Image.open(tmp_path / "sheet.png") as image:
        assert image.width == 2 * (270 + GUTTER) + GUTTER
    assert sorted(path.name for path in tmp_path.iterdir()) == ["board.json", "sheet.png"]


def test_a_sheet_that_cannot_be_made_says_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = written(board_of(card("title"), **SMALL), tmp_path)
    assert main([str(tmp_path / "none.json"), str(tmp_path / "sheet.png")]) == 2
    assert "none.json" in capsys.readouterr().err
    assert main([str(good), str(tmp_path / "nowhere" / "sheet.png")]) == 1
    assert "nowhere" in capsys.readouterr().err
    long = written(board_of(*[card("title")] * 20, **SMALL), tmp_path)
    assert main([str(long), str(tmp_path / "sheet.png")]) == 1
    assert "60.0 s is the most" in capsys.readouterr().err


def test_to_render_something_has_to_be_asked_for(tmp_path: Path) -> None:
    run = CliRunner().invoke(app, ["render", str(written(board_of(card("title")), tmp_path))])
    assert run.exit_code == 2
    assert "--sheet" in run.output


def test_the_gallery_has_every_card_that_can_be_drawn() -> None:
    told = tomllib.loads((GALLERY / "cards.toml").read_text(encoding="utf-8"))
    kinds = {get_args(kind.model_fields["card"].annotation)[0] for kind in get_args(Card)}
    assert {name.split()[0] for name in told["cards"]} == kinds
    for name, texts in told["cards"].items():
        board = board_of(Shot(LINE, "cards", {"card": name.split()[0], **texts}), **SMALL)
        assert Plugin(Settings()).shoot(board.shots[0], staged(board)).layers
