"""`[render]`: what is checked before anything starts, and what the render child is told."""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from bot.config import ConfigError, build
from render import Studio
from render.__main__ import main as render
from render.lab.settings import Lab

OWN: dict[str, Any] = {
    "name": "ours", "family": "fakes.wan", "model": "wan", "kind": "film", "needs_gib": 6,
    "width": 480, "height": 832, "fps": 16, "frames": 81, "steps": 3,
}  # fmt: skip
POOL = {"pool": "tests.fakes_darkroom"}


def refused(table: dict[str, Any]) -> str:
    with pytest.raises(ConfigError) as error:
        build({"render": table}, Path())
    return str(error.value)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"heros": 3}, "render.heros: unknown key; known are heroes, preset"),
        ({"heroes": 25}, "render.heroes: "),
        ({"style": "real"}, "render.style: "),
        ({"ready_in": -1}, "render.ready_in: "),
        ({"pool": "lake"}, "render.pool: unknown pool 'lake'; known are "),
        ({"heroes": 2, "pool": "lake"}, "render.pool: unknown pool 'lake'"),
        ({**POOL, "pools": {"worker": 2}}, "render.pools.worker: unknown key; known are workers"),
        ({**POOL, "pools": {"workers": "many"}}, "render.pools.workers: "),
        ({**POOL, "pools": {"kind": "local"}}, "render.pools.kind: the pool is named by"),
        ({"guard": {"kind": "angel"}}, "render.guard: unknown kind 'angel'; known are "),
        ({"guard": {"folder": "x"}}, "render.guard: needs a `kind`; known are "),
        (
            {"preset": "stills"},
            "render.preset: 'stills' makes no film; known are auto, off, studio",
        ),
        ({"stills": "best"}, "render.stills: 'best' makes no still; known are auto, off, stills"),
        ({"presets": [{**OWN, "stps": 3}]}, "render.presets.0.stps: "),
        ({"presets": [{**OWN, "kind": "clip"}]}, "render.presets.0.kind: "),
        ({"presets": [{**OWN, "name": "off"}]}, "render.presets[0].name: 'off' is no name"),
        ({"presets": [{**OWN, "family": "van"}]}, "render.presets[0].family: unknown family 'van'"),
        ({"presets": [{**OWN, "width": 483}]}, "render.presets[0].width: 483 is no multiple of 8"),
        ({"presets": [{**OWN, "steps": 0}]}, "render.presets[0].steps: 0 is less than 1"),
        ({"presets": [{**OWN, "needs_gib": -1}]}, "render.presets[0].needs_gib: -1 is less than 0"),
        ({"presets": [OWN, OWN]}, "render.presets: two are called 'ours'"),
    ],
)
def test_every_mistake_in_render_is_named_with_its_place(table: dict[str, Any], words: str) -> None:
    assert words in refused(table)


def test_nothing_is_generated_unless_the_house_says_so(tmp_path: Path) -> None:
    lab = build({}, tmp_path).lab
    assert lab.heroes == 0
    assert lab.models == tmp_path / "models"


@pytest.mark.parametrize("table", [{"preset": "ours", "presets": [OWN]}, {"preset": "off"}])
def test_a_preset_of_ones_own_is_known_by_its_name(table: dict[str, Any], tmp_path: Path) -> None:
    assert build({"render": table}, tmp_path).lab.preset == table["preset"]


def test_paths_are_meant_from_the_config_file(tmp_path: Path) -> None:
    lab = build({"render": {"heroes": 2, "models": "weights", **POOL}}, tmp_path).lab
    assert lab.models == tmp_path / "weights"
    assert lab.pools == {"workers": 1, "folder": str(tmp_path / "trays")}


def test_the_render_child_reads_the_lab_as_the_house_wrote_it(tmp_path: Path) -> None:
    table = {"heroes": 2, "ready_in": 60, "presets": [OWN], **POOL, "pools": {"workers": 3}}
    lab = build({"render": table}, tmp_path).lab
    told = {"work": str(tmp_path), "lab": lab.model_dump(mode="json"), "ready_in_s": 42.5}
    studio = TypeAdapter(Studio).validate_json(json.dumps(told))
    assert studio.lab == lab
    assert studio.ready_in_s == 42.5
    again = TypeAdapter(Studio).dump_json(studio)
    assert TypeAdapter(Studio).validate_json(again) == studio
    assert TypeAdapter(Studio).validate_json(f'{{"work": "{tmp_path}"}}').lab is None
    assert isinstance(studio.lab, Lab)


def test_a_wrong_lab_is_named_by_the_render_child(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    board, studio = tmp_path / "board.json", tmp_path / "studio.json"
    board.write_text('{"title": "t", "lang": "en", "shots": []}', encoding="utf-8")
    studio.write_text(f'{{"work": "{tmp_path}", "lab": {{"heroes": 99}}}}', encoding="utf-8")
    assert render([str(board), str(tmp_path / "o.mp4"), "--studio", str(studio)]) == 2
    assert "studio: lab.heroes: " in capsys.readouterr().err
