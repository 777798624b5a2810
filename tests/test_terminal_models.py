"""`wirereel models`, against a hub on loopback that fails in every way."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from bot.__main__ import app
from bot.config import build
from bot.terminal.hub import pinned, room
from bot.terminal.weights import get_model
from fakes_weights_hub import (
    BIG,
    COMMIT,
    NEXT,
    REPO,
    TOKEN,
    WEIGHTS,
    FakeWeightsHub,
    weights_hub,
)
from render.lab import vault
from render.lab.models import Model, named
from render.lab.vault import File, Manifest

NAME = "z-image-turbo"
TAKEN = {"model_index.json", BIG, "tokenizer/merges.txt"}


@pytest.fixture
def hub() -> Iterator[FakeWeightsHub]:
    with weights_hub() as fake:
        yield fake


@pytest.fixture
def config(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text('[network]\nallow = ["127.0.0.1"]\n')
    return path


def models(config: Path, *words: str, **more: Any) -> Result:
    return CliRunner().invoke(app, ["models", *words, "--config", str(config)], **more)


def got(hub: FakeWeightsHub, config: Path, *more: str) -> Result:
    return models(config, "get", NAME, "--from", hub.url, *more)


def here(config: Path) -> Path:
    return config.parent / "models" / NAME


def files(config: Path) -> dict[str, bytes]:
    found = (path for path in here(config).rglob("*") if path.is_file())
    told = {path.relative_to(here(config)).as_posix(): path.read_bytes() for path in found}
    return {name: body for name, body in told.items() if "wirereel" not in name}


def test_a_model_comes_whole_and_is_pinned(hub: FakeWeightsHub, config: Path) -> None:
    done = got(hub, config)
    assert done.exit_code == 0, done.output
    assert COMMIT in done.output
    assert files(config) == {name: hub.files[name] for name in TAKEN}
    manifest = vault.read(here(config))
    assert manifest
    assert (manifest.repo, manifest.revision) == (REPO, COMMIT)
    assert {file.name for file in manifest.files} == TAKEN
    for file in manifest.files:
        assert file.sha256 == hashlib.sha256(hub.files[file.name]).hexdigest()
    assert vault.faults(here(config), full=True) == ()
    calls = dict(hub.calls)
    again = got(hub, config)
    assert "whole already" in again.output
    assert hub.calls == calls


def test_what_breaks_off_goes_on_where_it_was_at_the_same_commit(
    hub: FakeWeightsHub, config: Path
) -> None:
    hub.breaks_off(after=300_000)
    (config.parent / "models").mkdir()
    get_model(config, NAME, "", hub.url, wait_s=0)
    assert files(config)[BIG] == WEIGHTS
    first, second = hub.ranges
    assert first == ""
    assert 0 < int(second.removeprefix("bytes=").removesuffix("-")) <= 300_000


def test_a_download_that_gave_up_is_taken_up_at_its_commit(
    hub: FakeWeightsHub, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.serves(WEIGHTS[:-1])
    with pytest.raises(SystemExit):
        get_model(config, NAME, "", hub.url, wait_s=0)
    assert BIG not in files(config)
    assert not vault.present(config.parent / "models", [])
    hub.serves(b"")
    hub.commit = NEXT  # main moved on meanwhile
    get_model(config, NAME, "", hub.url, wait_s=0)
    assert COMMIT in capsys.readouterr().out
    assert vault.faults(here(config), full=True) == ()


def test_a_hub_without_ranges_sends_all_again(hub: FakeWeightsHub, config: Path) -> None:
    hub.breaks_off(after=300_000)
    hub.forgets_ranges()
    get_model(config, NAME, "", hub.url, wait_s=0)
    assert files(config)[BIG] == WEIGHTS


def test_a_hub_that_stumbles_is_asked_again(hub: FakeWeightsHub, config: Path) -> None:
    hub.stumbles(1)
    get_model(config, NAME, "", hub.url, wait_s=0)
    assert hub.calls["list"] == 2
    assert vault.faults(here(config)) == ()


def test_a_hub_that_is_down_is_named(
    hub: FakeWeightsHub, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    hub.stumbles(9)
    with pytest.raises(SystemExit):
        get_model(config, NAME, "", hub.url, wait_s=0)
    assert "answered 500" in capsys.readouterr().err
    assert hub.calls["list"] == 3


@pytest.mark.parametrize("body", [WEIGHTS[:-1] + b"!", WEIGHTS + b"more"])
def test_what_is_not_as_published_never_appears(
    hub: FakeWeightsHub, config: Path, body: bytes
) -> None:
    hub.serves(body)
    done = got(hub, config)
    assert done.exit_code == 1
    assert "is not what was published" in done.output
    assert BIG not in files(config)
    listed = json.loads(models(config, "--json").stdout)["models"]
    state = next(row["state"] for row in listed if row["name"] == NAME)
    assert state == "broken"


def test_weights_behind_a_licence_need_a_token(
    hub: FakeWeightsHub, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.asks_for_a_licence()
    monkeypatch.delenv("HF_TOKEN", raising=False)
    done = got(hub, config)
    assert done.exit_code == 1
    assert "accepted its licence" in done.output
    assert "HF_TOKEN" in done.output
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    done = got(hub, config)
    assert done.exit_code == 0
    assert TOKEN not in done.output


def test_the_token_is_shown_to_the_hub_alone(
    hub: FakeWeightsHub, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with weights_hub() as shelf:
        hub.sends_on(shelf.url)
        assert got(hub, config).exit_code == 0
        assert (hub.tokens, shelf.tokens) == ({TOKEN}, {""})
    assert files(config)[BIG] == WEIGHTS


def test_what_is_not_there_is_named(hub: FakeWeightsHub, config: Path) -> None:
    done = got(hub, config, "--revision", "v9")
    assert (done.exit_code, "at 'v9' is not there" in done.output) == (1, True)
    done = models(config, "get", "some/where", "--from", hub.url)
    assert "some/where at 'main' is not there" in done.output
    done = models(config, "get", "nothing")
    assert "there is no model 'nothing'; known are fastwan-1.3b" in done.output
    assert not here(config).exists()


def test_a_new_commit_is_fetched_only_when_it_is_asked(hub: FakeWeightsHub, config: Path) -> None:
    got(hub, config)
    before = files(config)["model_index.json"]
    same_size = before.replace(b"Z", b"Y")
    hub.moves_on("model_index.json", same_size, gone="tokenizer/merges.txt")
    assert COMMIT in got(hub, config).output
    done = got(hub, config, "--revision", "main")
    assert NEXT in done.output
    assert set(files(config)) == TAKEN - {"tokenizer/merges.txt"}
    assert files(config)["model_index.json"] == hub.files["model_index.json"]
    assert hub.calls[BIG] == 1
    assert vault.faults(here(config), full=True) == ()


@pytest.mark.parametrize(
    ("name", "body"), [(BIG, WEIGHTS[:-1] + b"!"), ("tokenizer/merges.txt", b"b a\n")]
)
def test_what_was_altered_is_found_and_mended(
    hub: FakeWeightsHub, config: Path, name: str, body: bytes
) -> None:
    got(hub, config)
    assert models(config, "verify").exit_code == 0
    (here(config) / name).write_bytes(body)
    done = models(config, "verify", NAME)
    assert done.exit_code == 1
    assert f"{name} is not what was published" in done.output
    assert f"wirereel models get {NAME}" in done.output
    assert json.loads(models(config, "verify", "--json").stdout)["faults"][NAME]
    assert got(hub, config).exit_code == 0
    assert files(config)[name] == hub.files[name]
    assert models(config, "verify").exit_code == 0


def test_the_list_tells_what_is_here(hub: FakeWeightsHub, config: Path) -> None:
    got(hub, config)
    own = config.parent / "models" / "mine"
    own.mkdir()
    (own / "x.safetensors").write_bytes(b"x")
    listed = {row["name"]: row for row in json.loads(models(config, "--json").stdout)["models"]}
    assert listed[NAME]["state"] == "whole"
    assert listed[NAME]["revision"] == COMMIT
    assert listed[NAME]["presets"] == ["stills-fine", "stills", "stills-lean"]
    assert listed["mine"]["state"] == "yours"
    assert listed["helios"]["state"] == "not here"
    table = models(config).output
    assert "whole" in table
    assert "Fetch one: wirereel models get NAME" in table


def test_removing_asks_first(hub: FakeWeightsHub, config: Path) -> None:
    got(hub, config)
    done = models(config, "remove", NAME, input="n\n")
    assert (done.exit_code, here(config).exists()) == (1, True)
    assert "nothing was removed" in done.output
    assert models(config, "remove", NAME, input="y\n").exit_code == 0
    assert not here(config).exists()
    got(hub, config)
    assert models(config, "remove", NAME, "--yes").exit_code == 0
    assert not here(config).exists()
    assert "is not in" in models(config, "remove", NAME, "--yes").output
    assert models(config, "remove", "../../x", "--yes").exit_code == 1


def test_room_is_looked_at_first(tmp_path: Path) -> None:
    manifest = Manifest("x", "a/b", COMMIT, "", "", (File("x.safetensors", 5 * 10**9),))
    with pytest.raises(ValueError, match=r"x needs 5\.0 GB more, 4\.0 GB are free where"):
        room(tmp_path, manifest, 4 * 10**9)
    room(tmp_path, manifest, 5 * 10**9)


@pytest.mark.parametrize(
    ("listing", "said"),
    [
        ({"sha": "main", "siblings": []}, "names no commit"),
        ({"siblings": []}, "has no safetensors"),
        ({"siblings": None}, "cannot be read"),
        ({"siblings": [{"rfilename": "a/x.bin", "size": 1}]}, "has no safetensors"),
        ({"siblings": [{"rfilename": "a/x.safetensors", "size": 1}]}, "has no hash"),
        ({"siblings": [{"rfilename": "../x.json", "size": 1}]}, "cannot be read|no safetensors"),
        ({"siblings": [{"rfilename": "a/x.json"}]}, "cannot be read"),
    ],
)
def test_a_hub_that_lies_is_not_believed(listing: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        pinned({"sha": COMMIT, **listing}, named(NAME), "2026-11-24")


def test_a_file_that_leaves_its_folder_ends_it(tmp_path: Path) -> None:
    evil = {"rfilename": "a/b\\..\\x.json", "size": 1}
    with pytest.raises(ValueError, match="a file is called"):
        pinned({"sha": COMMIT, "siblings": [evil]}, Model("x", "a/b", "", ("*",)), "")


def test_the_folder_is_the_one_of_the_config(tmp_path: Path) -> None:
    assert build({"render": {"models": "weights"}}, tmp_path).lab.models == tmp_path / "weights"
