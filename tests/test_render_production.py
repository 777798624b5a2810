import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pysubs2
import pytest
from PIL import Image

from fakes_engine import LINES, FakeReel, board, studio
from render import Brand, Clip, RenderError, Storyboard
from render.encode import planes
from render.production import Art, produce
from render.shelf import digest
from render.storyboard import Instead, loads
from render.timeline import Plan


class ArtDepartment:
    """Hands out reels and keeps them, so that a test can ask what was painted."""

    def __init__(self) -> None:
        self.reels: list[FakeReel] = []

    def __call__(self, *given) -> FakeReel:  # type: ignore[no-untyped-def]
        self.reels.append(FakeReel(*given))
        return self.reels[-1]

    @property
    def last_painted(self) -> set[int]:
        return self.reels[-1].painted

    @property
    def last_plan(self) -> Plan:
        return self.reels[-1].plan


@pytest.fixture
def art() -> ArtDepartment:
    return ArtDepartment()


def _produce(board: Storyboard, folder: Path, art: ArtDepartment, name: str = "out") -> Clip:
    told: list[tuple[str, float]] = []
    clip = produce(
        board,
        folder / f"{name}.mp4",
        studio(folder / "work"),
        lambda stage, part: told.append((stage, part)),
        art,
    )
    assert list(dict.fromkeys(stage for stage, _ in told)) == ["voice", "draw", "sound", "check"]
    assert list(clip.timings) == ["voice", "draw", "sound", "check"]
    return clip


def test_a_board_becomes_a_clip_with_all_that_belongs_to_it(
    tmp_path: Path, art: ArtDepartment
) -> None:
    wish = board(LINES[0], music=True)
    clip = _produce(wish, tmp_path, art)
    assert clip.check["ok"], clip.check
    assert clip.warnings == ()
    assert clip.sha256 == digest(clip.path)
    left = sorted(path.name for path in tmp_path.iterdir() if path.is_file())
    endings = ("check.json", "jpg", "mp4", "sources.json", "srt", "storyboard.json", "vtt")
    assert left == [f"out.{ending}" for ending in endings]
    assert loads((tmp_path / "out.storyboard.json").read_text()) == wish
    assert json.loads((tmp_path / "out.check.json").read_text()) == clip.check
    with Image.open(clip.cover) as cover:
        assert cover.size == (108, 192)
    told = json.loads(clip.sources.read_text())
    assert told == clip.provenance
    assert told["made_by_ai"] is True
    assert told["sha256"] == clip.sha256
    assert told["sources"][0]["outlet"] == "The Example Post"


def test_subtitles_hold_every_word_once_in_order(tmp_path: Path, art: ArtDepartment) -> None:
    clip = _produce(board(*LINES), tmp_path, art)
    for path in (clip.srt, clip.vtt):
        events = pysubs2.load(str(path))
        assert " ".join(event.plaintext for event in events).split() == " ".join(LINES).split()
        assert all(a.end <= b.start for a, b in pairwise(events))
        assert events[-1].end <= clip.seconds * 1000
        assert max(len(event.plaintext) for event in events) <= 50


def test_a_picture_is_credited_once(tmp_path: Path, art: ArtDepartment) -> None:
    Image.new("RGB", (8, 8)).save(tmp_path / "bridge.png")
    wish = {"photo": str(tmp_path / "bridge.png"), "credit": "A. Sample", "licence": "CC0"}
    shots = tuple(replace(shot, picture=wish) for shot in board(*LINES[:2]).shots)
    clip = _produce(replace(board("x"), shots=shots), tmp_path, art)
    (credit,) = clip.provenance["pictures"]
    assert credit.items() >= {"file": "bridge.png", "credit": "A. Sample", "licence": "CC0"}.items()


def _frames(clip: Clip) -> np.ndarray:
    with av.open(str(clip.path)) as film:
        return np.array([planes(frame).y.copy() for frame in film.decode(video=0)])


def test_the_same_board_gives_the_same_frames_and_sound(tmp_path: Path, art: ArtDepartment) -> None:
    one = _produce(board(LINES[1]), tmp_path / "a", art)
    two = _produce(board(LINES[1]), tmp_path / "b", art)
    assert np.array_equal(_frames(one), _frames(two))
    assert one.sha256 == two.sha256


def test_a_second_render_paints_only_what_is_missing(tmp_path: Path, art: ArtDepartment) -> None:
    first = _produce(board(*LINES[1:]), tmp_path, art)
    gone = min((tmp_path / "work" / "pieces").iterdir())
    with av.open(str(gone)) as film:
        frames = film.streams.video[0].frames
    gone.unlink()
    again = _produce(board(*LINES[1:]), tmp_path, art)
    assert len(art.last_painted) == frames
    assert again.sha256 == first.sha256


@pytest.mark.parametrize("words", ["A long sentence of words " * 20, "zero\0byte"])
def test_a_text_that_can_be_no_file_s_name_is_a_text(
    tmp_path: Path, art: ArtDepartment, words: str
) -> None:
    given = board(LINES[1])
    shot = replace(given.shots[0], picture={"card": "statement", "text": words})
    assert _produce(replace(given, shots=(shot,)), tmp_path, art).path.is_file()


@pytest.mark.parametrize("instead", [False, True])
def test_a_changed_picture_is_painted_anew_and_nothing_else(
    tmp_path: Path, art: ArtDepartment, instead: bool
) -> None:
    photo = tmp_path / "photo.png"
    Image.new("RGB", (8, 8), "red").save(photo)
    first, second, third = board(*LINES).shots
    picture = {"photo": str(photo)}
    shown = {"instead": (Instead("photo", picture),)} if instead else {"picture": picture}
    shots = (replace(first, **shown), second, third)  # type: ignore[arg-type]
    wish = replace(board("x"), shots=shots)
    _produce(wish, tmp_path, art)
    Image.new("RGB", (8, 8), "blue").save(photo)
    _produce(wish, tmp_path, art)
    laid = art.last_plan.shots
    assert 0 in art.last_painted
    assert max(art.last_painted) < laid[1].first + laid[1].length
    assert laid[2].first + laid[2].length - 1 not in art.last_painted


# -- the small clip that comes first ---------------------------------------------------------------


def _shown(board: Storyboard, folder: Path, art: Art, **more: Any) -> tuple[Clip, list[Path]]:
    """Produce with a preview; answers the clip, and each preview with what was there by then."""
    shown: list[Path] = []
    clip = produce(
        *(board, folder / "out.mp4", studio(folder / "work"), lambda *_: None, art),
        preview=shown.append,
        **more,
    )
    return clip, shown


def _sound(path: Path) -> np.ndarray:
    with av.open(str(path)) as film:
        return np.concatenate([frame.to_ndarray() for frame in film.decode(audio=0)], axis=1)


def test_a_small_clip_of_the_same_plan_and_sound_comes_first(
    tmp_path: Path, art: ArtDepartment
) -> None:
    there: list[bool] = []
    produce(
        *(board(LINES[1]), tmp_path / "out.mp4", studio(tmp_path / "work"), lambda *_: None, art),
        preview=lambda path: there.append((tmp_path / "out.mp4").exists() or not path.exists()),
    )
    assert there == [False]
    with (
        av.open(str(tmp_path / "out.preview.mp4")) as small,
        av.open(str(tmp_path / "out.mp4")) as full,
    ):
        sizes = [(f.streams.video[0].width, f.streams.video[0].height) for f in (small, full)]
        frames = [f.streams.video[0].frames for f in (small, full)]
    assert sizes == [(54, 96), (108, 192)]
    assert frames[0] == frames[1]
    little, big = art.reels
    assert little.plan == big.plan


def test_a_preview_sounds_like_its_clip(tmp_path: Path, art: ArtDepartment) -> None:
    clip, (small,) = _shown(board(LINES[1]), tmp_path, art)
    full, quick = _sound(clip.path), _sound(small)
    assert full[0].shape == quick[0].shape
    assert np.corrcoef(full[0], quick[0])[0, 1] > 0.98
    assert list(clip.timings) == ["voice", "preview", "draw", "sound", "check"]


def test_an_odd_half_is_not_taken(tmp_path: Path, art: ArtDepartment) -> None:
    _shown(board(LINES[1], width=90, height=160), tmp_path, art)
    assert {reel.board.width for reel in art.reels} == {90}


class Falls:
    """An art department whose first reel has a bug, or hits the end of the disk."""

    def __init__(self, trouble: Exception) -> None:
        self.trouble: list[Exception] = [trouble]

    def __call__(self, *given: Any) -> FakeReel:
        if self.trouble:
            raise self.trouble.pop()
        return FakeReel(*given)


@pytest.mark.parametrize("trouble", [RenderError("the disk is full"), ValueError("a bug")])
def test_a_preview_that_fails_is_a_warning(tmp_path: Path, trouble: Exception) -> None:
    clip, shown = _shown(board(LINES[1]), tmp_path, Falls(trouble))
    assert (clip.warnings, shown) == ((f"no preview: {trouble}",), [])
    assert clip.path.exists()
    assert not (tmp_path / "out.preview.mp4").exists()


def test_a_second_render_paints_neither_again(tmp_path: Path, art: ArtDepartment) -> None:
    _shown(board(LINES[1]), tmp_path, art)
    _shown(board(LINES[1]), tmp_path, art)
    assert [len(reel.painted) > 0 for reel in art.reels] == [True, True, False, False]


# -- the clip without a logo -----------------------------------------------------------------------


def _branded(folder: Path) -> Storyboard:
    Image.new("RGB", (8, 8)).save(folder / "logo.png")
    return board(LINES[1], brand=Brand(logo=str(folder / "logo.png")))


def test_a_clip_without_its_logo_is_a_file_of_its_own(tmp_path: Path, art: ArtDepartment) -> None:
    clip, _ = _shown(_branded(tmp_path), tmp_path, art, clean=True)
    assert clip.clean is not None
    assert clip.clean.path == tmp_path / "out.clean.mp4"
    assert clip.clean.sha256 == digest(clip.clean.path)
    told = json.loads(clip.clean.sources.read_text())
    assert told["sha256"] == clip.clean.sha256
    assert clip.clean.cover.exists()
    assert [reel.board.brand.logo != "" for reel in art.reels] == [True, True, False]
    assert np.array_equal(_sound(clip.path), _sound(clip.clean.path))


def test_a_board_without_a_logo_is_made_once(tmp_path: Path, art: ArtDepartment) -> None:
    clip, _ = _shown(board(LINES[1]), tmp_path, art, clean=True)
    assert (clip.clean, len(art.reels)) == (None, 2)


def test_a_fault_of_the_clip_without_a_logo_is_in_the_report(tmp_path: Path) -> None:
    class Overlapping(FakeReel):
        def boxes(self) -> list[dict[str, Any]]:
            box = {"text": "a", "x": 20, "y": 60, "w": 9, "h": 9, "first": 0, "last": 9, "shot": 0}
            return [] if self.board.brand.logo else [{**box, "kind": "chip"}] * 2

    clip, _ = _shown(_branded(tmp_path), tmp_path, Overlapping, clean=True)
    faults = [reading["name"] for reading in clip.check["checks"] if not reading["ok"]]
    assert "without the logo: text on text" in faults
    assert "text on text" not in faults
    assert not clip.check["ok"]


def test_another_logo_is_drawn_anew(tmp_path: Path, art: ArtDepartment) -> None:
    wish = _branded(tmp_path)
    _produce(wish, tmp_path, art)
    Image.new("RGB", (8, 8), "red").save(wish.brand.logo)
    _produce(wish, tmp_path, art)
    assert len(art.last_painted) == art.last_plan.frames


def test_too_long_a_board_is_refused_with_its_length(tmp_path: Path, art: ArtDepartment) -> None:
    with pytest.raises(RenderError, match=r"would last \d\d\.\d s"):
        _produce(board(*LINES * 8), tmp_path, art)
    assert not (tmp_path / "out.mp4").exists()


def test_a_clip_without_a_voice_is_made_and_told(tmp_path: Path, art: ArtDepartment) -> None:
    clip = _produce(board("今日は雨です。", lang="ja"), tmp_path, art)
    assert "silent" in clip.warnings[-1]
    assert clip.provenance["voice"]["timing"] == "estimated"
    assert clip.check["ok"]
