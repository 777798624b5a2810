"""Piper and Kokoro through their workers, with packages that only keep the real ones' contract.

tests/real runs the same workers with the packages themselves.
"""

import json
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes_engine import LINES, board, studio
from render.booth import Take, speak
from render.voices import Speech, Voice, VoiceDown
from render.voices import kokoro as kokoro_voice
from render.voices import piper as piper_voice
from render.voices._phonemes import beginnings
from render.words import tokens

PIPER = """
import re, time
import numpy as np
from types import SimpleNamespace as N

class SynthesisConfig:
    def __init__(self, speaker_id=None, length_scale=None):
        self.speaker_id, self.length_scale = speaker_id, length_scale

class PiperVoice:
    config = N(length_scale=1.0, sample_rate=22050)

    @staticmethod
    def load(model, include_alignments=False):
        return PiperVoice()

    def phonemize(self, text):
        text = text.lower().replace("6.8", "six point eight")
        return [list(part) for part in re.findall(r"[^.!?]+[.!?]?", text)]

    def synthesize(self, text, config, include_alignments=False):
        print("a library that talks")
        if "hang" in text: time.sleep(60)
        if "die" in text: import os; os._exit(3)
        if "fail" in text: raise RuntimeError("no such phoneme")
        for sentence in self.phonemize(text):
            span = int(1000 * config.length_scale)
            level = [0.0 if p in "^$ ,." else 0.3 for p in ["^", *sentence, "$"]]
            pcm = (np.repeat(level, span) * 32767).astype(np.int16)
            told = [N(phoneme=p, num_samples=np.int64(span)) for p in ["^", *sentence, "$"]]
            mute = "mute" in text
            yield N(sample_rate=22050, audio_int16_bytes=pcm.tobytes(),
                    phoneme_alignments=None if mute else told)
"""

KOKORO = """
import numpy as np
from types import SimpleNamespace as N

class Kokoro:
    def __init__(self, model, voices):
        said = lambda text, lang: text.lower().replace("6.8", "six point eight")
        self.tokenizer = N(phonemize=said)

    def create_timed(self, text, voice, speed, lang):
        if "fail" in text: raise RuntimeError("no such phoneme")
        phonemes = self.tokenizer.phonemize(text, lang)
        span = int(1000 / speed)
        pcm = np.repeat([0.0 if p in " ,." else 0.3 for p in phonemes], span).astype(np.float32)
        told = [N(phoneme=p, start=n * span / 24000) for n, p in enumerate(phonemes)]
        return pcm, 24000, [] if "mute" in text else told
"""


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The two packages, found by us and by the workers."""
    folder = tmp_path / "packages"
    for name, code in (("piper", PIPER), ("kokoro_onnx", KOKORO)):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(code)
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return folder


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "en_US-fake-low.onnx"
    path.write_bytes(b"model")
    told = {"language": {"family": "en"}, "espeak": {"voice": "en-us"}}
    path.with_name(f"{path.name}.json").write_text(json.dumps(told))
    with (tmp_path / "voices.bin").open("wb") as file:
        np.savez(file, af_heart=np.zeros(1), bf_emma=np.zeros(1))
    return path


def _settings(kind: str, model: Path) -> dict[str, str]:
    styles = {"styles": str(model.with_name("voices.bin"))} if kind == "kokoro" else {}
    return {"model": str(model), **styles}


def _voice(kind: str, model: Path) -> Voice:
    module = {"piper": piper_voice, "kokoro": kokoro_voice}[kind]
    voice: Voice = module.Plugin(module.Settings.model_validate(_settings(kind, model)))
    return voice


def _say(
    voice: Voice, text: str, *, rate: float = 1.0, lang: str = "en", wait: float = 10
) -> Speech:
    return voice.say(text, lang=lang, rate=rate, tone="neutral", timeout_s=wait)


BOTH = pytest.mark.parametrize("kind", ["piper", "kokoro"])


@BOTH
@pytest.mark.usefixtures("packages")
def test_phonemes_become_words(kind: str, model: Path) -> None:
    text = "Ferries carried 6.8 thousand. Nobody knows."
    speech = _say(_voice(kind, model), text)
    assert (speech.engine, speech.timing) == (kind, "engine")
    assert [(w.text, w.char) for w in speech.words] == list(tokens(text, "en"))
    assert all(a.end <= b.start for a, b in pairwise(speech.words))
    span = 1000 / speech.rate
    lengths = [round((w.end - w.start) / span) for w in speech.words]
    assert lengths == pytest.approx([8, 8, 16, 9, 7, 5], abs=1)


@BOTH
@pytest.mark.usefixtures("packages")
def test_a_rate_makes_it_faster(kind: str, model: Path) -> None:
    voice = _voice(kind, model)
    slow, fast = (_say(voice, LINES[0], rate=rate) for rate in (1.0, 1.25))
    assert len(slow.pcm) == pytest.approx(1.25 * len(fast.pcm), rel=0.02)


@BOTH
@pytest.mark.usefixtures("packages")
def test_a_model_that_tells_no_times_gives_no_words(kind: str, model: Path) -> None:
    speech = _say(_voice(kind, model), "The mute swan.")
    assert (speech.words, speech.timing) == ((), "estimated")


@BOTH
@pytest.mark.usefixtures("packages")
def test_an_error_of_the_engine_is_a_voice_that_is_down(kind: str, model: Path) -> None:
    voice = _voice(kind, model)
    with pytest.raises(VoiceDown, match=f"{kind}: RuntimeError: no such phoneme"):
        _say(voice, "You fail.")
    assert len(_say(voice, "And go on.").pcm)


@BOTH
@pytest.mark.usefixtures("packages")
def test_another_language_is_another_voice_s(kind: str, model: Path) -> None:
    with pytest.raises(VoiceDown, match="not de"):
        _say(_voice(kind, model), "Guten Tag.", lang="de-DE")


@pytest.mark.usefixtures("packages")
def test_a_worker_that_dies_is_replaced(model: Path) -> None:
    voice = _voice("piper", model)
    with pytest.raises(VoiceDown, match="piper crashed"):
        _say(voice, "To die.")
    assert len(_say(voice, "To live.").pcm)
    with pytest.raises(VoiceDown, match=r"more than 0\.3 s"):
        _say(voice, "To hang.", wait=0.3)


@pytest.mark.usefixtures("packages")
def test_the_voices_are_named(model: Path) -> None:
    assert _voice("piper", model).voices() == ("en_US-fake-low",)  # type: ignore[attr-defined]
    assert _voice("kokoro", model).voices() == ("af_heart", "bf_emma")  # type: ignore[attr-defined]


@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize(
    ("lang", "wish", "speaks"),
    [
        ("en", "", "af_heart"),
        ("en-GB", "", "bf_emma"),
        ("fr", "", "ff_siwi"),
        ("en", "am_x", "am_x"),
    ],
)
def test_kokoro_has_a_speaker_for_each_language(
    model: Path, lang: str, wish: str, speaks: str
) -> None:
    told = kokoro_voice.Settings.model_validate({**_settings("kokoro", model), "voice": wish})
    assert _say(kokoro_voice.Plugin(told), "Hello.", lang=lang).voice == speaks
    with pytest.raises(VoiceDown, match="does not speak it"):
        _say(kokoro_voice.Plugin(told.model_copy(update={"voice": "af_heart"})), "Ciao.", lang="it")


def _spoken(tmp_path: Path, kind: str, model: Path) -> Take:
    told = {kind: _settings(kind, model)}
    return speak(
        board(LINES[0], voice=kind), studio(tmp_path, settings=told), lambda stage, part: None
    )


@BOTH
@pytest.mark.usefixtures("packages")
def test_a_model_that_is_not_there_says_how_to_get_it(
    kind: str, tmp_path: Path, model: Path
) -> None:
    model.unlink()
    take = _spoken(tmp_path, kind, model)
    assert take.voice["engine"] == "espeak-ng"
    assert f"wirereel voices fetch {kind}" in take.warnings[0]


@pytest.mark.parametrize(("kind", "package"), [("piper", "piper"), ("kokoro", "kokoro_onnx")])
def test_a_package_that_is_missing_says_how_to_get_it(
    kind: str, package: str, tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)  # as if nobody had installed it
    take = _spoken(tmp_path, kind, model)
    assert take.voice["engine"] == "espeak-ng"
    assert f"pip install 'wirereel[{kind}]'" in take.warnings[0]


def test_the_settings_of_a_model_are_read_with_care(model: Path, packages: Path) -> None:
    model.with_name(f"{model.name}.json").write_text("[]")
    with pytest.raises(VoiceDown, match="no settings of a piper model"):
        _say(_voice("piper", model), "Hello.")


LETTERS = st.lists(st.text("abcdef", min_size=1, max_size=5), min_size=1, max_size=6)


@given(LETTERS)
def test_phonemes_that_are_the_tokens_begin_where_they_do(alone: list[str]) -> None:
    flat = "".join(alone)
    said = [(p, float(n)) for n, p in enumerate(flat)]
    expected = [float(sum(map(len, alone[:n]))) for n in range(len(alone))]
    assert beginnings(said, alone) == tuple(expected)


@given(LETTERS, st.text("abcdefx", max_size=30))
def test_beginnings_are_in_order_or_not_at_all(alone: list[str], heard: str) -> None:
    found = beginnings([(p, float(n)) for n, p in enumerate(heard)], alone)
    if found is not None:
        assert len(found) == len(alone)
        assert list(found) == sorted(found)


def test_melted_and_grown_words_are_found() -> None:
    said = [(p, float(n)) for n, p in enumerate("hasixpointeightmenhvbin")]
    found = beginnings(said, ["ha", "sixpointeight", "men", "hav", "been"])
    assert found == (0.0, 2.0, 15.0, 18.0, 20.0)


def test_what_is_not_alike_has_no_beginnings() -> None:
    assert beginnings([("x", 0.0)] * 9, ["abc", "def"]) is None
    assert beginnings([], ["abc"]) is None
