"""Music from files: any kind of file becomes a bed, and what is none is named."""

from pathlib import Path

import numpy as np
import pytest

from fakes_art import board_of, card
from fakes_sound import save_music
from render import RenderError
from render.sound import Sound, duck, loudness
from render.sound.tracks import decoded, looped, under
from render.storyboard import Track
from render.timeline import RATE


def chord(seconds: float, hz: float = 220.0) -> Sound:
    time = np.arange(round(seconds * RATE)) / RATE
    return np.asarray(0.3 * np.sin(2 * np.pi * hz * time), np.float32)


@pytest.mark.parametrize(
    ("name", "rate", "codec"),
    [
        ("a.wav", 44_100, "pcm_s16le"),
        ("a.wav", 48_000, "pcm_s24le"),
        ("a.flac", 96_000, "flac"),
        ("a.m4a", 22_050, "aac"),
    ],
)
def test_every_kind_of_file_is_heard_alike(
    tmp_path: Path, name: str, rate: int, codec: str
) -> None:
    sound = decoded(save_music(tmp_path / name, chord(4), rate, codec))
    assert len(sound) == pytest.approx(4 * RATE, abs=0.1 * RATE)
    assert loudness(sound[RATE:]) == pytest.approx(loudness(chord(3)), abs=0.3)
    tune = np.abs(np.fft.rfft(sound[RATE : 2 * RATE]))
    assert tune.argmax() == 220


def test_a_long_file_is_read_only_as_far_as_a_clip_lasts(tmp_path: Path) -> None:
    assert len(decoded(save_music(tmp_path / "a.wav", chord(9)), most_s=3)) == 3 * RATE


def test_a_short_track_follows_itself_without_a_click() -> None:
    loop = looped(chord(3.3), whole=20 * RATE)
    twice = np.tile(loop, 2)
    seam = slice(len(loop) - 100, len(loop) + 100)
    assert np.abs(np.diff(twice[seam])).max() <= 1.05 * np.abs(np.diff(chord(1))).max()
    assert len(duck(loop, np.zeros(20 * RATE, np.float32))) == 20 * RATE
    assert looped(chord(3.3), whole=RATE) is not loop


@pytest.mark.parametrize(
    ("sound", "why"),
    [(chord(1), r"lasts 1.0 s: 2.0 s is the least"), (np.zeros(4 * RATE, np.float32), "silent")],
)
def test_a_jingle_and_a_silence_are_no_music(tmp_path: Path, sound: Sound, why: str) -> None:
    with pytest.raises(RenderError, match=rf"a\.wav.* {why}"):
        decoded(save_music(tmp_path / "a.wav", sound))


def test_a_file_that_is_no_music_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"no music at all" * 50)
    with pytest.raises(RenderError, match=r"a\.mp3 cannot be read"):
        decoded(tmp_path / "a.mp3")
    with pytest.raises(RenderError, match="is not there"):
        decoded(tmp_path / "none.mp3")


def test_a_track_is_played_instead_of_the_bed(tmp_path: Path) -> None:
    file = save_music(tmp_path / "a.wav", chord(4, 500))
    board = board_of(card("title"), music=True)
    assert under(board_of(card("title"))) is None
    bed = under(board)
    track = under(board_of(card("title"), music=True, track=Track(str(file), "CC0")))
    assert bed is not None
    assert track is not None
    assert np.abs(np.fft.rfft(track[RATE : 2 * RATE])).argmax() == 500
    assert np.abs(np.fft.rfft(bed[RATE : 2 * RATE])).argmax() != 500
