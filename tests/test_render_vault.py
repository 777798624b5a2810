"""The vault: what is whole, what is missing, cut short or altered, and what is removed."""

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.lab.presets import PRESETS
from render.lab.vault import (
    MANIFEST,
    SEEN,
    File,
    Manifest,
    faults,
    inside,
    lacking,
    place,
    present,
    read,
    remember,
    remove,
    write,
)

BIG, SMALL = "transformer/model.safetensors", "model_index.json"
FILES = {BIG: bytes(range(256)) * 100, SMALL: b"{}"}
COMMIT = "ab" * 20


def listed(name: str, body: bytes) -> File:
    return File(name, len(body), hashlib.sha256(body).hexdigest())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model that is whole, as after its download."""
    made = tmp_path / "z-image-turbo"
    for name, body in FILES.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_bytes(body)
    files = tuple(listed(name, body) for name, body in FILES.items())
    write(made, Manifest("z-image-turbo", "a/b", COMMIT, "MIT", "2026-11-24", files))
    for name in FILES:
        remember(made, name)
    return made


def whats(folder: Path, full: bool = False) -> list[tuple[str, str]]:
    return [(fault.file, fault.what) for fault in faults(folder, full)]


def touch(path: Path, body: bytes, at_ns: int = 0) -> None:
    """Write other bytes; `at_ns` is the time of change that it will have, 0 for another one."""
    before = path.stat().st_mtime_ns
    path.write_bytes(body)
    os.utime(path, ns=(at_ns or before + 10**9, at_ns or before + 10**9))


def test_what_was_fetched_is_whole(folder: Path) -> None:
    assert whats(folder) == whats(folder, full=True) == []
    manifest = read(folder)
    assert manifest
    assert (manifest.revision, manifest.size) == (COMMIT, sum(map(len, FILES.values())))
    assert lacking(folder, manifest) == 0


def test_what_is_missing_or_cut_short_is_named(folder: Path) -> None:
    (folder / BIG).write_bytes(FILES[BIG][:-7])
    (folder / SMALL).unlink()
    assert whats(folder) == [(BIG, "cut short"), (SMALL, "missing")]
    assert faults(folder)[0].said == f"{BIG} has 25,593 of 25,600 bytes"
    manifest = read(folder)
    assert manifest
    assert lacking(folder, manifest) == 7 + len(FILES[SMALL])


def test_what_was_altered_is_found_and_stays_found_until_it_is_mended(folder: Path) -> None:
    touch(folder / BIG, FILES[BIG][:-1] + b"!")
    assert whats(folder) == [(BIG, "altered")]
    read_again: list[int] = []
    assert [fault.what for fault in faults(folder, told=read_again.append)] == ["altered"]
    assert not read_again
    touch(folder / BIG, FILES[BIG])
    assert whats(folder) == []


def test_a_change_that_keeps_its_time_is_found_by_reading_all(folder: Path) -> None:
    touch(folder / BIG, FILES[BIG][:-1] + b"!", (folder / BIG).stat().st_mtime_ns)
    assert whats(folder) == []
    assert whats(folder, full=True) == [(BIG, "altered")]
    assert whats(folder) == [(BIG, "altered")]


def test_what_nobody_touched_is_not_read_again(folder: Path) -> None:
    sizes: list[int] = []
    assert faults(folder, told=sizes.append) == ()
    assert sizes == []
    assert faults(folder, True, sizes.append) == ()
    assert sum(sizes) == sum(map(len, FILES.values()))
    touch(folder / BIG, FILES[BIG])
    sizes.clear()
    assert faults(folder, told=sizes.append) == ()
    assert sum(sizes) == len(FILES[BIG])
    assert faults(folder, told=sizes.append) == ()
    assert sum(sizes) == len(FILES[BIG])


@pytest.mark.parametrize("told", ["[]", "{", '{"a": 3}', '{"model_index.json": [0]}'])
def test_a_broken_memory_only_costs_time(folder: Path, told: str) -> None:
    (folder / SEEN).write_text(told)
    assert whats(folder) == []


def test_a_file_whose_hash_nobody_knows_yet_is_not_whole(folder: Path) -> None:
    manifest = read(folder)
    assert manifest
    files = tuple(replace(file, sha256="") for file in manifest.files)
    write(folder, replace(manifest, files=files))
    assert {what for _, what in whats(folder)} == {"missing"}


@pytest.mark.parametrize(
    "change",
    [
        {"revision": "main"},
        {"files": []},
        {"files": [{"name": "../x.json", "size": 1, "sha256": ""}]},
        {"files": [{"name": "/x.json", "size": 1, "sha256": ""}]},
        {"files": [{"name": "x.bin", "size": 1, "sha256": ""}]},
        {"files": [{"name": "x.json", "size": -1, "sha256": ""}]},
        {"files": [{"name": "x.json", "size": 1, "sha256": "abc"}]},
        {"files": [{"name": "x.json"}]},
        {"files": None},
    ],
)
def test_a_manifest_that_lies_is_none(folder: Path, change: dict[str, object]) -> None:
    told = json.loads((folder / MANIFEST).read_text())
    (folder / MANIFEST).write_text(json.dumps({**told, **change}))
    with pytest.raises(ValueError, match=r"is no manifest .*: remove it and fetch"):
        read(folder)
    assert whats(folder) == [(MANIFEST, "unreadable")]
    assert not present(folder.parent, PRESETS)


def test_a_folder_without_a_manifest_has_none(tmp_path: Path) -> None:
    assert read(tmp_path) is None
    assert read(tmp_path / "nowhere") is None
    assert whats(tmp_path) == [(MANIFEST, "missing")]


@given(st.text(max_size=30))
def test_no_name_of_a_stranger_leaves_the_folder(name: str) -> None:
    if inside(name):
        root = Path("/models/x")
        assert Path(os.path.normpath(root / name)).is_relative_to(root)
        assert Path(os.path.normpath(root / name)) != root


@pytest.mark.parametrize(
    "name", ["", "..", "a/../b", "/a", "a//b", ".git/x", "a\\b", "c:x", "a\nb"]
)
def test_names_that_lead_elsewhere_are_refused(name: str) -> None:
    assert not inside(name)
    assert not inside(MANIFEST)


def test_presets_find_what_is_whole(folder: Path) -> None:
    models = folder.parent
    own = replace(PRESETS[0], name="own", model="mine")
    far = replace(PRESETS[0], name="far", model=str(models / "elsewhere"))
    named = replace(PRESETS[0], name="named", model="some/where")
    some = (*PRESETS, own, far, named)
    assert present(models, some) == {"z-image-turbo"}
    for name in ("mine", "elsewhere", "some--where"):
        (models / name / "unet").mkdir(parents=True)
        (models / name / "unet" / "x.safetensors").write_bytes(b"x")
    assert present(models, some) == {"z-image-turbo", "mine", far.model, "some/where"}
    (folder / BIG).unlink()
    assert present(models, some) == {"mine", far.model, "some/where"}
    assert present(models / "nowhere", [own]) == set()
    assert place(models, "some/where") == models / "some--where"


def test_removing_leaves_what_is_not_ours(folder: Path) -> None:
    (folder / f"{SMALL}.part").write_bytes(b"torn")
    (folder / "notes.md").write_text("mine")
    assert remove(folder) >= sum(map(len, FILES.values())) + 4
    assert [path.name for path in folder.rglob("*")] == ["notes.md"]
    with pytest.raises(ValueError, match="delete it by hand"):
        remove(folder)


def test_removing_all_takes_the_folder_too(folder: Path) -> None:
    (folder / BIG).unlink()  # a removal that broke off before
    remove(folder)
    assert not folder.exists()
