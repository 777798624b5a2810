"""Piper and Kokoro themselves, with models that are tiny and speak no language."""

from itertools import pairwise

import pytest

from fakes_models import kokoro_model, piper_model
from render.voices import Speech, Voice, VoiceDown
from render.voices import kokoro as kokoro_voice
from render.voices import piper as piper_voice
from render.words import tokens

pytest.importorskip("onnx", reason="needs the extra `real`")
pytest.importorskip("piper", reason="needs the extra `real`")
pytest.importorskip("kokoro_onnx", reason="needs the extra `real`")
pytestmark = pytest.mark.real

LINE = "Ferries carried 6.8 thousand people, and 40,000 have been waiting so far. Nobody knows."


@pytest.fixture(scope="module", params=["piper", "kokoro"])
def voice(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Voice:
    folder = tmp_path_factory.mktemp("models")
    if request.param == "piper":
        piper_model(folder / "en_US-tiny-low.onnx")
        model = folder / "en_US-tiny-low.onnx"
        return piper_voice.Plugin(piper_voice.Settings(model=model))
    model, styles = folder / "tiny.onnx", folder / "voices.bin"
    kokoro_model(model, styles, "af_heart", "bf_emma")
    return kokoro_voice.Plugin(kokoro_voice.Settings(model=model, styles=styles))


def _say(voice: Voice, text: str, rate: float = 1.0, lang: str = "en") -> Speech:
    return voice.say(text, lang=lang, rate=rate, tone="neutral", timeout_s=60)


def test_the_engine_tells_when_each_word_begins(voice: Voice) -> None:
    speech = _say(voice, LINE)
    assert speech.timing == "engine"
    assert [(w.text, w.char) for w in speech.words] == list(tokens(LINE, "en"))
    assert all(a.start < a.end <= b.start for a, b in pairwise(speech.words))
    assert speech.words[-1].end <= len(speech.pcm) / speech.rate
    figure, word = speech.words[2], speech.words[0]
    assert figure.end - figure.start > 1.3 * (word.end - word.start)  # six point eight


def test_it_speaks_faster(voice: Voice) -> None:
    assert len(_say(voice, LINE, 1.2).pcm) < 0.95 * len(_say(voice, LINE).pcm)


def test_another_language_is_another_voice_s(voice: Voice) -> None:
    with pytest.raises(VoiceDown, match="not de"):
        _say(voice, "Guten Tag.", lang="de")
