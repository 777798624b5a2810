from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import av
import numpy as np
import pytest

from fakes_engine import LINES, board, flat, gradient, one_shot
from render import RenderError, Studio
from render.booth import speak
from render.cameras import Planes
from render.check import check
from render.check.meters import voice_lag_s
from render.encode import Piece, Stock, film, join, planes
from render.ink import Sheet
from render.lettering.fonts import Face
from render.look import BLACK, LABEL, WHITE, Area, Colour
from render.planes import blend
from render.sound import Sound, master, mix
from render.storyboard import Storyboard
from render.timeline import RATE, Plan, plan

STOCK = Stock(108, 192, 30)
BOARD = board(LINES[0])

Paint = Callable[[int, Planes], None]


def _hum(frames: int, level: float = 0.3) -> Sound:
    time = np.arange(frames * RATE // 30) / RATE
    beat = np.sin(2 * np.pi * 2.5 * time) > 0
    return (level * beat * np.sin(2 * np.pi * 220 * time)).astype(np.float32)


class Lab:
    """Develops small clips, each with one fault."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.clips = folder, 0

    def develops(
        self,
        paint: Paint = gradient,
        frames: int = 100,
        sound: Sound | None = None,
        stock: Stock = STOCK,
    ) -> Path:
        self.clips += 1
        piece, out = Piece(0, frames, self.folder / f"{self.clips}.mp4"), self.folder / "out.mp4"
        film(paint, [piece], stock, 1, lambda stage, part: None)
        join([piece], master(_hum(frames)) if sound is None else sound, stock, {}, out)
        return out


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path)


def _failed(report: dict[str, Any], hard: bool = True) -> set[str]:
    faults = [reading for reading in report["checks"] if not reading["ok"]]
    assert report["ok"] == (not any(reading["hard"] for reading in faults))
    return {reading["name"] for reading in faults if reading["hard"] == hard}


def _reading(report: dict[str, Any], name: str) -> dict[str, Any]:
    (reading,) = [reading for reading in report["checks"] if reading["name"] == name]
    return dict(reading)


def _seen(clip: Path, board: Storyboard = BOARD, laid: Plan | None = None, **rest: Any) -> set[str]:
    rest = {"audible": False, **rest}
    return _failed(check(clip, board, laid or one_shot(100, 4), **rest))


class Spoken(NamedTuple):
    board: Storyboard
    plan: Plan
    sound: Sound


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Spoken:
    wish, studio = board(*LINES), Studio(tmp_path_factory.mktemp("talk"))
    take = speak(wish, studio, lambda stage, part: None)
    laid = plan(wish, take.speeches)
    return Spoken(wish, laid, mix(laid, [s.pcm if s else None for s in take.speeches]))


def test_a_clean_clip_passes_every_check(lab: Lab, talk: Spoken) -> None:
    clip = lab.develops(frames=talk.plan.frames, sound=talk.sound)
    box = {"text": "Hi", "x": 10, "y": 30, "w": 40, "h": 10, "first": 0, "last": 50}
    report = check(clip, talk.board, talk.plan, [box])
    assert _failed(report) == set()
    assert _failed(report, hard=False) == {"platforms"}  # no platform takes a stamp
    assert [reading["name"] for reading in report["checks"]] == [
        "length", "picture", "sound", "size", "pace", "colour tags", "first part", "key frames",
        "starts", "ends", "platforms", "black", "freeze", "flashes", "red flashes", "loudness",
        "true peak", "silence in speech", "voice after captions", "text outside the safe area",
        "text on text", "signature",
    ]  # fmt: skip


def test_black(lab: Lab) -> None:
    assert "black" in _seen(lab.develops(flat(lambda n: 16 if 20 <= n < 32 else 120 + n % 9)))
    assert "black" not in _seen(lab.develops(flat(lambda n: 16 if 20 <= n < 28 else 120 + n % 9)))


def test_freeze(lab: Lab) -> None:
    def stops(n: int, out: Planes) -> None:
        gradient(min(n, 30), out)

    assert _seen(lab.develops(stops)) == {"freeze"}


def test_slow_motion_is_no_freeze(lab: Lab) -> None:
    assert _seen(lab.develops(lambda n, out: gradient(n // 15, out))) == set()


@pytest.mark.parametrize(("hz", "found"), [(5, {"flashes"}), (2, set()), (3, set())])
def test_flashes(lab: Lab, hz: int, found: set[str]) -> None:
    def flash(n: int, out: Planes) -> None:
        gradient(n, out)
        out.y[:96] = 200 if (n * hz * 2 // 30) % 2 else 60

    assert _seen(lab.develops(flash)) == found


def test_red_flashes(lab: Lab) -> None:
    def red(n: int, out: Planes) -> None:
        gradient(n, out)
        if n // 3 % 2:  # #ff0000, as light as a dark grey
            out.y[:96], out.u[:48], out.v[:48] = 63, 102, 240
        else:
            out.y[:96] = 63 + n % 9

    assert _seen(lab.develops(red)) == {"red flashes"}


def test_small_or_faint_flashes_are_let_through(lab: Lab) -> None:
    def corner(n: int, out: Planes) -> None:
        gradient(n, out)
        out.y[:60, :60] = 200 if n // 3 % 2 else 60

    assert _seen(lab.develops(corner)) == set()
    assert "flashes" not in _seen(lab.develops(flat(lambda n: 108 if n // 3 % 2 else 100)))


def _heard(lab: Lab, sound: Sound, words: int = 4) -> set[str]:
    clip = lab.develops(frames=len(sound) * 30 // RATE, sound=sound)
    return _seen(clip, laid=one_shot(len(sound) * 30 // RATE, words), audible=True)


def test_loudness_and_true_peak(lab: Lab) -> None:
    assert "loudness" in _heard(lab, 0.2 * master(_hum(100)))
    near = check(lab.develops(sound=0.94 * master(_hum(100))), BOARD, one_shot(100, 4))
    assert "loudness" in _failed(near, hard=False)
    assert "true peak" in _heard(lab, 3 * master(_hum(100)))
    assert not {"loudness", "true peak"} & _heard(lab, master(_hum(100)))


def test_silence_inside_a_line(lab: Lab) -> None:
    sound = master(_hum(150))
    sound[2 * RATE : 3 * RATE] = 0
    assert "silence in speech" in _heard(lab, sound)


@pytest.mark.parametrize("late_s", [0.0, 0.05, 0.3, -0.15, -0.4])
def test_the_voice_is_found_beside_its_captions(talk: Spoken, late_s: float) -> None:
    shifted = np.roll(talk.sound, int(late_s * RATE))
    starts = [word.first / 30 for word in talk.plan.words]
    assert voice_lag_s(shifted, starts) == pytest.approx(late_s, abs=0.03)


def test_captions_that_come_before_the_voice(lab: Lab, talk: Spoken) -> None:
    clip = lab.develops(frames=talk.plan.frames, sound=np.roll(talk.sound, RATE // 4))
    assert "voice after captions" in _failed(check(clip, talk.board, talk.plan))


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"width": 1080, "height": 1920}, "size"),
        ({"fps": 25}, "pace"),
    ],
)
def test_size_and_pace(lab: Lab, change: dict[str, int], found: str) -> None:
    assert found in _seen(lab.develops(), replace(BOARD, **change))


def test_a_clip_of_more_than_a_minute(lab: Lab) -> None:
    slow = replace(STOCK, fps=1)
    assert "length" not in _seen(lab.develops(frames=60, stock=slow, sound=_hum(30)))
    assert "length" in _seen(lab.develops(frames=61, stock=slow, sound=_hum(30)))


def test_sound_that_ends_before_the_picture(lab: Lab) -> None:
    assert _seen(lab.develops(sound=_hum(80))) == {"ends"}


class Foreign:
    """Writes clips in ways that ours never are."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "foreign.mp4"

    def writes(self, codec: str = "libx264", pixels: str = "yuv420p", **options: str) -> Path:
        flags = {"movflags": "+faststart"} if options.pop("faststart", "") else {}
        with av.open(str(self.path), "w", options=flags) as out:
            stream = out.add_stream(codec, rate=30, options=options)
            stream.width, stream.height, stream.pix_fmt = 108, 192, pixels
            for n in range(100):
                frame = av.VideoFrame(108, 192, "yuv420p")
                gradient(n, planes(frame))
                out.mux(stream.encode(frame.reformat(format=pixels)))
            out.mux(stream.encode(None))
        return self.path


def test_foreign_clips(tmp_path: Path) -> None:
    foreign = Foreign(tmp_path)
    found = _seen(foreign.writes())
    assert {"sound", "colour tags", "first part", "key frames", "ends"} <= found
    assert "first part" not in _seen(foreign.writes(faststart="1"))
    assert "key frames" not in _seen(foreign.writes(g="60"))
    assert "picture" in _seen(foreign.writes(codec="mpeg4"))
    assert "picture" in _seen(foreign.writes(pixels="yuv444p"))


LABELLED = replace(BOARD, width=540, height=960)
LARGE = Stock(540, 960, 30)
SPOT = {"kind": "label", "text": "AI VOICE", "x": 410.0, "y": 126.0, "w": 94.0, "h": 28.0}


def _lettered(ink: Colour, until: int) -> Paint:
    """Paint the gradient with an AI label on its pill, up to a frame."""
    sheet = Sheet(Area(820, 252, 188, 56), 0.5)
    sheet.box(Area(820, 252, 188, 56), BLACK, 28)
    sheet.text("AI VOICE", 842, 252 + 28 + 0.364 * LABEL.largest, Face(34, LABEL.weight), ink)
    pill = sheet.sprite()

    def paint(n: int, out: Planes) -> None:
        gradient(n, out)
        if n < until:
            blend(pill, out)

    return paint


@pytest.mark.parametrize(
    ("ink", "until", "found"),
    [
        (WHITE, 40, set()),
        (WHITE, 20, {"AI label", "contrast"}),
        (Colour(40, 40, 44), 40, {"contrast"}),
    ],
)
def test_the_label_is_read_from_the_frames(
    lab: Lab, ink: Colour, until: int, found: set[str]
) -> None:
    clip = lab.develops(_lettered(ink, until), 40, stock=LARGE)
    box = {**SPOT, "shot": 0, "first": 0, "last": 40}
    assert _seen(clip, LABELLED, one_shot(40), boxes=[box]) == found


def test_a_label_that_stands_nowhere_is_missing(lab: Lab) -> None:
    clip = lab.develops(frames=20, stock=LARGE)
    assert _seen(clip, LABELLED, one_shot(20)) == {"AI label"}
    plain = check(clip, replace(LABELLED, label=""), one_shot(20), audible=False)
    assert "AI label" in _failed(plain, hard=False)


def test_a_clip_that_has_to_be_signed_and_is_not(lab: Lab) -> None:
    assert _seen(lab.develops(frames=20), laid=one_shot(20), signed=True) == {"signature"}


def test_what_is_no_clip_is_told(tmp_path: Path) -> None:
    (tmp_path / "out.mp4").write_bytes(b"not a clip")
    with pytest.raises(RenderError, match="cannot be read"):
        check(tmp_path / "out.mp4", BOARD, one_shot(30))
    with pytest.raises(RenderError, match="cannot be read"):
        check(tmp_path / "none.mp4", BOARD, one_shot(30))
