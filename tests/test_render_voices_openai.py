"""The speech endpoint against a loopback server that speaks, fails, hangs and talks nonsense."""

import struct
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pydantic import ValidationError

from fakes_engine import LINES, board, studio
from fakes_voice import Speaker, speaker
from render.booth import speak
from render.voices import Speech, VoiceDown
from render.voices.openai import Plugin, Settings


class Naps:
    """A sleep that takes no time and remembers."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)


@pytest.fixture
def server() -> Iterator[Speaker]:
    with speaker() as fake:
        yield fake


def _say(
    server: Speaker, naps: Naps | None = None, rate: float = 1.0, tone: str = "hope", **told: object
) -> Speech:
    settings = Settings.model_validate({"model": "m1", "base_url": server.url, **told})
    plugin = Plugin(settings, sleep=naps or Naps())
    return plugin.say(LINES[0], lang="en", rate=rate, tone=tone, timeout_s=10)


def test_a_line_is_spoken(server: Speaker) -> None:
    server.speaks()
    speech = _say(server, key="sk-x", voice="nova")
    assert (speech.engine, speech.voice, speech.rate) == ("openai", "m1:nova", 22050)
    assert speech.words == ()
    assert server.said
    assert np.allclose(speech.pcm, server.said.pcm, atol=1e-3)
    wish = {"model": "m1", "voice": "nova", "input": LINES[0], "response_format": "wav"}
    assert server.asked == [wish]
    assert server.keys == ["Bearer sk-x"]


def test_rate_and_tone_are_wished_where_they_say_something(server: Speaker) -> None:
    server.speaks()
    told = {"hope": "Warm.", "neutral": "Even."}
    _say(server, rate=1.1, instructions=told)
    _say(server, tone="tension", instructions=told)
    assert [a.get("speed") for a in server.asked] == [1.1, None]
    assert [a.get("instructions") for a in server.asked] == ["Warm.", "Even."]


def test_a_stream_that_does_not_know_its_end_is_read_to_it(server: Speaker) -> None:
    server.speaks(streaming=True)
    assert server.said is None
    speech = _say(server)
    assert server.said
    assert len(speech.pcm) == len(server.said.pcm)


def test_what_may_pass_is_asked_again(server: Speaker) -> None:
    server.fails(429, retry_after="3")
    server.fails(503)
    server.speaks()
    naps = Naps()
    assert len(_say(server, naps).pcm)
    assert naps.taken[0] == 3.0
    assert 0.2 <= naps.taken[1] <= 1.5


@pytest.mark.parametrize(
    ("status", "headers", "calls"),
    [(500, {}, 3), (401, {}, 1), (400, {}, 1), (429, {"retry_after": "60"}, 1)],
)
def test_a_server_that_is_down_is_not_asked_for_ever(
    server: Speaker, status: int, headers: dict[str, str], calls: int
) -> None:
    server.fails(status, "no credit", **headers)
    with pytest.raises(VoiceDown, match=r"m1 at http.*no credit"):
        _say(server)
    assert len(server.asked) == calls


@pytest.mark.parametrize("what", ["hangs", "drips"])
def test_a_server_that_never_ends_is_left_in_time(server: Speaker, what: str) -> None:
    getattr(server, what)()
    with pytest.raises(VoiceDown, match="m1 at"):
        _say(server, timeout_s=0.3)
    assert len(server.asked) == 1


def test_a_line_that_breaks_is_asked_again(server: Speaker) -> None:
    server.drops(b"RIFF")
    server.drops()
    server.speaks()
    assert len(_say(server).pcm)
    assert len(server.asked) == 3


def _wav(kind: int = 1, bits: int = 16, channels: int = 1, rate: int = 24000) -> bytes:
    head = struct.pack("<HHIIHH", kind, channels, rate, 0, 0, bits)
    body = np.full(800, 8192, "<i2" if bits == 16 else "<f4").tobytes()
    parts = b"fmt " + struct.pack("<I", 16) + head + b"LIST\x04\x00\x00\x00abcd"
    return b"RIFF\0\0\0\0WAVE" + parts + b"data" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "0 bytes"),
        (b"<html>hello</html>", "begin b'<html>"),
        (b"RIFF\0\0\0\0WAVEfmt ", "torn"),
        (_wav()[:50], "torn"),
        (_wav(kind=85), "kind 85"),
        (_wav(bits=24), "24 bits"),
        (_wav(rate=7), "7 Hz"),
    ],
)
def test_what_is_no_sound_is_told(server: Speaker, body: bytes, told: str) -> None:
    server.answers(body)
    with pytest.raises(VoiceDown, match=told):
        _say(server)


def test_two_channels_and_floats_are_read(server: Speaker) -> None:
    server.answers(_wav(channels=2))
    server.answers(_wav(kind=3, bits=32))
    speech = _say(server)
    assert (len(speech.pcm), speech.rate) == (400, 24000)
    assert speech.pcm[0] == pytest.approx(0.25)
    assert len(_say(server).pcm) == 800


def test_in_the_booth_its_words_are_found(server: Speaker, tmp_path: Path) -> None:
    server.speaks()
    told = {"openai": {"model": "m1", "base_url": server.url}}
    wish = board(LINES[0], voice="openai")
    take = speak(wish, studio(tmp_path, settings=told), lambda stage, part: None)
    assert take.warnings == ()
    assert take.voice["timing"] == "aligned"
    assert [w.text for w in take.speeches[0].words] == LINES[0].split()


def test_the_booth_asks_for_several_lines_at_once(server: Speaker, tmp_path: Path) -> None:
    server.speaks_when(asking=3)
    told = {"openai": {"model": "m1", "base_url": server.url, "at_once": 3}}
    wish = board(*LINES[:3], voice="openai")
    take = speak(wish, studio(tmp_path, settings=told), lambda stage, part: None)
    assert take.warnings == ()
    said = [" ".join(word.text for word in speech.words) for speech in take.speeches]
    assert said == list(LINES[:3])


def test_settings_hide_the_key_and_refuse_typos() -> None:
    assert "sk-x" not in repr(Settings.model_validate({"model": "m", "key": "sk-x"}))
    assert "sk-x" not in Settings.model_validate({"model": "m", "key": "sk-x"}).model_dump_json()
    with pytest.raises(ValidationError):
        Settings.model_validate({"model": "m", "modle": "x"})
