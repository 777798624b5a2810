import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter

from fakes_engine import LINES, board
from render import Clip
from render.storyboard import dumps


class Child:
    """A render in a process of its own, as the daemon starts it."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self.out = folder, folder / "out.mp4"
        command = [sys.executable, "-m", "render", folder / "board.json", self.out]
        self.process = subprocess.Popen(
            [*command, "--work", folder / "work", *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def hears(self) -> Iterator[dict[str, Any]]:
        assert self.process.stdout
        for line in self.process.stdout:
            yield json.loads(line)

    def ends(self) -> tuple[int, list[dict[str, Any]]]:
        said = list(self.hears())
        with self.process:
            return self.process.wait(60), said

    def pieces(self) -> set[str]:
        return {path.name for path in (self.folder / "work" / "pieces").glob("*.mp4")}

    def parts(self) -> list[Path]:
        return list(self.folder.rglob("*.part"))


def _writes(folder: Path, *lines: str, **wishes: Any) -> None:
    (folder / "board.json").write_text(dumps(replace(board(*lines), **wishes)))


def test_it_tells_each_stage_and_then_the_clip(tmp_path: Path) -> None:
    _writes(tmp_path, LINES[1])
    code, said = Child(tmp_path, "--json").ends()
    assert code == 0
    stages = [line["stage"] for line in said[:-1]]
    assert list(dict.fromkeys(stages)) == ["voice", "draw", "sound", "check"]
    clip = TypeAdapter(Clip).validate_python(said[-1]["clip"])
    assert clip.path == tmp_path / "out.mp4"
    assert all(path.exists() for path in (clip.path, clip.cover, clip.srt, clip.vtt, clip.sources))
    assert clip.check["ok"], clip.check
    assert clip.warnings == ()


def test_for_a_person_it_says_one_line(tmp_path: Path) -> None:
    _writes(tmp_path, LINES[1], voice="nobody")
    child = Child(tmp_path, "--crf", "30", "--preset", "veryfast", "--workers", "1")
    said, complaints = child.process.communicate(timeout=60)
    assert child.process.returncode == 0
    assert said.startswith(f"{tmp_path / 'out.mp4'}: ")
    assert "s, check passed" in said
    assert "warning: spoken by espeak instead of nobody" in complaints


def test_voices_and_a_studio_can_be_named(tmp_path: Path) -> None:
    _writes(tmp_path, LINES[1])
    studio = {"work": str(tmp_path / "other"), "settings": {"espeak": {"pace": 300}}}
    (tmp_path / "studio.json").write_text(json.dumps(studio))
    wishes = ("--json", "--studio", str(tmp_path / "studio.json"), "--voice", "silent")
    code, said = Child(tmp_path, *wishes, "--voice", "espeak").ends()
    assert code == 0
    assert said[-1]["clip"]["provenance"]["voice"]["engine"] == "silent"


@pytest.mark.parametrize(
    ("text", "studio", "told"),
    [
        (None, "{}", "No such file"),
        ("{", "{}", "storyboard: "),
        ('{"title": "x"}', "{}", "storyboard: lang"),
        ("good", '{"work": 3}', "studio: work"),
        ("good", '{"work": ".", "workers": "all"}', "studio: workers"),
    ],
)
def test_a_wrong_file_is_told_with_exit_2(
    tmp_path: Path, text: str | None, studio: str, told: str
) -> None:
    if text is not None:
        (tmp_path / "board.json").write_text(dumps(board("x")) if text == "good" else text)
    (tmp_path / "studio.json").write_text(studio)
    code, said = Child(tmp_path, "--json", "--studio", str(tmp_path / "studio.json")).ends()
    assert code == 2
    assert told in said[-1]["error"]


def test_what_cannot_be_made_is_told_with_exit_1(tmp_path: Path) -> None:
    _writes(tmp_path, *LINES * 8)
    code, said = Child(tmp_path, "--json", "--voice", "silent").ends()
    assert code == 1
    assert "60.0 s is the most" in said[-1]["error"]
    assert not (tmp_path / "out.mp4").exists()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_ended_early_it_leaves_whole_pieces_and_goes_on_there(
    tmp_path: Path, how: signal.Signals
) -> None:
    _writes(tmp_path, *LINES[1:], width=288, height=512)
    child = Child(tmp_path, "--json", "--workers", "1", "--preset", "medium", "--voice", "silent")
    for _ in child.hears():
        if child.pieces():
            break
    os.kill(child.process.pid, how)
    code, _ = child.ends()
    assert code != 0
    assert not child.out.exists()
    kept = child.pieces()
    assert kept
    if how == signal.SIGTERM:
        assert code == 143
        assert child.parts() == []
    times = {name: (tmp_path / "work" / "pieces" / name).stat().st_mtime_ns for name in kept}
    again = Child(tmp_path, "--json", "--preset", "medium", "--voice", "silent")
    assert again.ends()[0] == 0
    assert again.out.exists()
    assert {n: (tmp_path / "work" / "pieces" / n).stat().st_mtime_ns for n in kept} == times


def test_killed_after_its_preview_it_goes_on_where_it_was(tmp_path: Path) -> None:
    _writes(tmp_path, *LINES[1:], width=288, height=512)
    options = ("--json", "--preview", "--preset", "medium", "--voice", "silent")
    child = Child(tmp_path, *options)
    shown = next(line["preview"] for line in child.hears() if "preview" in line)
    os.kill(child.process.pid, signal.SIGKILL)
    assert child.ends()[0] != 0
    assert Path(shown) == tmp_path / "out.preview.mp4"
    assert not child.out.exists()
    kept = {path: path.stat().st_mtime_ns for path in (tmp_path / "work" / "pieces").glob("*.mp4")}
    assert kept
    code, said = Child(tmp_path, *options).ends()
    assert code == 0
    order = list(dict.fromkeys(line.get("stage") or next(iter(line)) for line in said))
    assert order == ["voice", "preview", "draw", "sound", "check", "clip"]
    assert [line for line in said if "preview" in line] == [{"preview": shown}]
    assert {path: path.stat().st_mtime_ns for path in kept} == kept


def test_importing_render_loads_nothing_heavy() -> None:
    code = (
        "import sys, render; print([m for m in ('av', 'cv2', 'scipy', 'PIL') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
