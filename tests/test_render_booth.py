from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fakes_engine import LINES, board, studio
from render import RenderError, Shot, Studio
from render.booth import Take, speak
from render.microphone import Order, load, record
from render.sound import loudness
from render.storyboard import Storyboard
from render.timeline import RATE, lasts
from render.voices import VoiceDown

HEAD = """
import numpy as np
from pydantic import BaseModel
from render.voices import Speech, SpokenWord, VoiceDown

class Settings(BaseModel, extra="forbid"):
    level: float = 0.3

class Plugin:
    def __init__(self, settings):
        self.settings = settings
    def say(self, text, *, lang, rate, tone, timeout_s):
        hum = self.settings.level * np.sin(np.arange(8000 * 2) / 8000 * 1400)
        hum = np.pad(hum, (4000, 4000)).astype(np.float32)
        words = tuple(
            SpokenWord(t, text.index(t), 0.5 + i / 5, 0.6 + i / 5)
            for i, t in enumerate(text.split())
        )
"""


class Cast:
    """A package of the user's own voices, each a file with its own fault."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "cast"
        self.folder.mkdir()
        (self.folder / "__init__.py").write_text("")

    def hires(self, name: str, says: str) -> str:
        (self.folder / f"{name}.py").write_text(HEAD + f"        {says}\n")
        return f"cast.{name}"


@pytest.fixture
def cast(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cast:
    import sys

    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [n for n in sys.modules if n.partition(".")[0] == "cast"]:
        monkeypatch.delitem(sys.modules, name)
    return Cast(tmp_path)


def _speak(board: Storyboard, studio: Studio):  # type: ignore[no-untyped-def]
    return speak(board, studio, lambda stage, part: None)


def test_a_board_is_spoken_clean_and_level(tmp_path: Path) -> None:
    take = _speak(board(*LINES), studio(tmp_path))
    assert take.warnings == ()
    assert take.voice == {
        "engine": "espeak-ng",
        "voice": "en-us",
        "timing": "engine",
        "rate": "1.00",
    }
    for speech, line in zip(take.speeches, LINES, strict=True):
        assert speech.rate == RATE
        assert abs(loudness(speech.pcm) + 16) < 0.5
        assert [w.text for w in speech.words] == line.split()
        assert speech.words[-1].end <= len(speech.pcm) / RATE + 1e-6


GOOD = "return Speech(hum, 8000, words, 'own', 'hum', 'engine')"


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("raise VoiceDown('the line is dead')", "the line is dead"),
        ("return Speech(hum * 0, 8000, words, 'own', 'hum', 'engine')", "no sound"),
        ("return Speech(hum[:0], 8000, words, 'own', 'hum', 'engine')", "no sound"),
        ("return Speech(hum * np.nan, 8000, words, 'own', 'hum', 'engine')", "no sound"),
    ],
)
def test_a_voice_that_fails_steps_down_and_is_told(
    tmp_path: Path, cast: Cast, says: str, told: str
) -> None:
    kind = cast.hires("bad", says)
    take = _speak(board(*LINES, voice=kind), studio(tmp_path))
    assert take.voice["engine"] == "espeak-ng"
    assert told in take.warnings[0]
    assert take.warnings[1] == f"spoken by espeak instead of {kind}"


def test_one_clip_has_one_voice(tmp_path: Path, cast: Cast) -> None:
    says = f"if 'Nobody' in text: raise VoiceDown('tired')\n        {GOOD}"
    take = _speak(board(*LINES, voice=cast.hires("tired", says)), studio(tmp_path))
    assert {speech.engine for speech in take.speeches} == {"espeak-ng"}


WRONG = ["()", "words[:1]", "words[::-1]", "tuple(SpokenWord(w.text, w.char, 9, 8) for w in words)"]


@pytest.mark.parametrize("words", WRONG)
def test_wrong_word_times_of_a_hum_are_estimated(tmp_path: Path, cast: Cast, words: str) -> None:
    kind = cast.hires("vague", f"return Speech(hum, 8000, {words}, 'own', 'hum', 'engine')")
    take = _speak(board(LINES[0], voice=kind), studio(tmp_path))
    (speech,) = take.speeches
    assert take.voice["timing"] == "estimated"
    assert [w.text for w in speech.words] == LINES[0].split()
    assert speech.words[-1].end == pytest.approx(2.0, abs=0.1)  # the silence around is trimmed


MUTE = """
        from render.voices.espeak import Plugin, Settings
        wish = {"lang": lang, "rate": rate, "tone": tone, "timeout_s": timeout_s}
        real = Plugin(Settings(voice="en-us+f3")).say(text, **wish)
        words = real.words
"""


@pytest.mark.parametrize("words", [WRONG[0], WRONG[2]])
def test_wrong_word_times_of_speech_are_aligned(tmp_path: Path, cast: Cast, words: str) -> None:
    says = f"{MUTE}        return Speech(real.pcm, real.rate, {words}, 'own', 'f3', 'engine')"
    take = _speak(board(*LINES, voice=cast.hires("mute", says)), studio(tmp_path))
    says = f"{MUTE}        return real"
    true = _speak(board(*LINES, voice=cast.hires("telling", says)), studio(tmp_path))
    assert (take.voice["timing"], true.voice["timing"]) == ("aligned", "engine")
    for found, told in zip(take.speeches, true.speeches, strict=True):
        pairs = zip(found.words, told.words, strict=True)
        errors = [abs(a.start - b.start) for a, b in pairs]
        assert sorted(errors)[len(errors) // 2] < 0.02
        assert max(errors) < 0.15


def test_a_clip_is_as_sure_of_its_words_as_of_the_least_sure_line(
    tmp_path: Path, cast: Cast
) -> None:
    kind = cast.hires(
        "both", f"{MUTE}        return replace(real, words=()) if 'N' in text else real"
    )
    (cast.folder / "both.py").write_text(
        "from dataclasses import replace\n" + (cast.folder / "both.py").read_text()
    )
    assert _speak(board(*LINES, voice=kind), studio(tmp_path)).voice["timing"] == "aligned"


def test_a_language_that_no_reference_speaks_is_read_as_if_it_were_another(
    tmp_path: Path, cast: Cast
) -> None:
    mute = MUTE.replace("en-us", "it").replace('"lang": lang', '"lang": "it"')
    line = "Il ponte del porto è chiuso da lunedì."
    says = f"{mute}        return Speech(real.pcm, real.rate, (), 'own', 'it', 'engine')"
    script = replace(board(line, voice=cast.hires("rome", says)), lang="xx")
    (found,) = _speak(script, studio(tmp_path)).speeches
    script = replace(board(line, voice=cast.hires("told", f"{mute}        return real")), lang="xx")
    (told,) = _speak(script, studio(tmp_path)).speeches
    assert (found.timing, told.timing) == ("aligned", "engine")
    pairs = zip(found.words, told.words, strict=True)
    assert np.median([abs(a.start - b.start) for a, b in pairs]) < 0.04


def test_a_line_that_no_reference_reads_is_estimated(tmp_path: Path, cast: Cast) -> None:
    kind = cast.hires("tokyo", "return Speech(hum, 8000, (), 'own', 'hum', 'engine')")
    take = _speak(replace(board("今日は雨です。", voice=kind), lang="ja"), studio(tmp_path))
    assert take.voice["timing"] == "estimated"
    assert take.speeches[0].words


def test_a_voice_that_hangs_is_left_behind(cast: Cast) -> None:
    kind = cast.hires("deaf", "import threading; threading.Event().wait()")
    voice, _ = load(kind, {})
    with pytest.raises(VoiceDown, match=r"said nothing for 0\.22 s"):
        record(voice, Order(LINES[0]), timeout_s=0.2)


def test_an_error_that_nobody_foresaw_names_its_line(tmp_path: Path, cast: Cast) -> None:
    kind = cast.hires("buggy", "raise ZeroDivisionError('oh')")
    with pytest.raises(ZeroDivisionError) as caught:
        _speak(board(*LINES, voice=kind), studio(tmp_path))
    assert caught.value.__notes__ == [f"shot 1, voice {kind}"]


def test_silence_around_a_line_is_trimmed_and_its_words_move(tmp_path: Path, cast: Cast) -> None:
    take = _speak(board(LINES[1], voice=cast.hires("slow", GOOD)), studio(tmp_path))
    (speech,) = take.speeches
    assert len(speech.pcm) / RATE == pytest.approx(2.04, abs=0.01)
    assert speech.words[0].start == pytest.approx(0.02, abs=0.01)


def test_a_clipping_voice_is_brought_to_the_level(tmp_path: Path, cast: Cast) -> None:
    kind = cast.hires("loud", GOOD.replace("hum,", "np.clip(hum * 9, -1, 1),", 1))
    (speech,) = _speak(board(LINES[1], voice=kind), studio(tmp_path)).speeches
    assert abs(loudness(speech.pcm) + 16) < 0.5


def _lasts(take: Take, script: Storyboard) -> float:
    return lasts(script, take.speeches)


@pytest.mark.parametrize(("part", "rate"), [(0.88, 1.14), (1.06, 0.94), (1.01, 1.0)])
def test_a_script_is_spoken_at_the_pace_that_fits_the_wished_length(
    tmp_path: Path, part: float, rate: float
) -> None:
    plain = board(*LINES)
    wish = round(_lasts(_speak(plain, studio(tmp_path)), plain) * part, 2)
    take = _speak(replace(plain, seconds=wish), studio(tmp_path))
    assert abs(_lasts(take, plain) - wish) <= 0.03 * wish
    assert take.rate == pytest.approx(rate, abs=0.04)
    assert take.voice["rate"] == f"{take.rate:.2f}"
    assert take.warnings == ()


@pytest.mark.parametrize(("part", "rate", "told"), [(0.5, 1.2, 1), (1.1, 0.92, 0), (2.0, 1.0, 0)])
def test_no_voice_is_hurried_or_dragged_beyond_what_sounds_well(
    tmp_path: Path, part: float, rate: float, told: int
) -> None:
    plain = board(*LINES)
    wish = round(_lasts(_speak(plain, studio(tmp_path)), plain) * part, 1)
    take = _speak(replace(plain, seconds=wish), studio(tmp_path))
    assert take.rate == rate
    assert len(take.warnings) == told
    assert all(f"{wish:g} s were wished: shorten it" in said for said in take.warnings)


def test_what_is_a_little_too_long_for_any_platform_is_hurried(tmp_path: Path) -> None:
    script = board(*LINES * 5, voice="silent", rate=0.93)  # 63 s
    take = _speak(script, studio(tmp_path))
    assert 57 < _lasts(take, script) <= 60
    assert take.rate > 0.93


def test_the_lines_of_a_pace_are_kept_too(tmp_path: Path) -> None:
    wish = board(*LINES, seconds=9.0)
    first = _speak(wish, studio(tmp_path))
    kept = {file: file.stat().st_mtime_ns for file in (tmp_path / "lines").iterdir()}
    again = _speak(wish, studio(tmp_path))
    assert again.rate == first.rate > 1
    assert kept == {file: file.stat().st_mtime_ns for file in (tmp_path / "lines").iterdir()}


def test_when_all_fail_the_clip_is_silent(tmp_path: Path, cast: Cast) -> None:
    kind = cast.hires("bad", "raise VoiceDown('no')")
    wish = studio(tmp_path, voices=("nobody", "espeak"))
    take = _speak(replace(board("今日は雨です。", voice=kind), lang="ja"), wish)
    assert take.voice["engine"] == "silent"
    assert len(take.warnings) == 4
    assert "nobody" in take.warnings[1]


def test_the_spoken_form_is_heard_and_the_line_is_shown(tmp_path: Path) -> None:
    shot = Shot("Up 6.8 % today.", "cards", {}, spoken="Up six point eight percent today.")
    take = _speak(replace(board("x"), shots=(shot,)), studio(tmp_path))
    (speech,) = take.speeches
    assert [w.text for w in speech.words] == ["Up", "6.8", "%", "today."]
    figure = speech.words[1]
    assert figure.end - figure.start > 0.4


def test_a_line_without_letters_is_not_spoken(tmp_path: Path) -> None:
    take = _speak(board("!!! …", LINES[0]), studio(tmp_path))
    assert take.warnings == ()
    assert not take.speeches[0].pcm.any()
    assert [w.text for w in take.speeches[0].words] == ["!!!", "…"]


def test_a_shot_without_a_line_has_no_speech(tmp_path: Path) -> None:
    assert _speak(board("", LINES[0]), studio(tmp_path)).speeches[0] is None


def test_a_spoken_line_is_kept_and_taken_again(tmp_path: Path, cast: Cast) -> None:
    kind = cast.hires("once", GOOD)
    first = _speak(board(*LINES, voice=kind), studio(tmp_path))
    cast.hires("once", "raise VoiceDown('asked again')")
    import sys

    sys.modules.pop(kind)
    again = _speak(board(*LINES, voice=kind), studio(tmp_path))
    for a, b in zip(first.speeches, again.speeches, strict=True):
        assert np.array_equal(a.pcm, b.pcm)
        assert replace(a, pcm=b.pcm) == b


def test_a_torn_line_on_the_shelf_is_spoken_again(tmp_path: Path) -> None:
    _speak(board(LINES[0]), studio(tmp_path))
    (kept,) = (tmp_path / "lines").iterdir()
    kept.write_bytes(kept.read_bytes()[:100])
    assert _speak(board(LINES[0]), studio(tmp_path)).voice["engine"] == "espeak-ng"


def test_wrong_settings_are_told(tmp_path: Path) -> None:
    wish = studio(tmp_path, settings={"espeak": {"pace": 3}})
    with pytest.raises(RenderError, match="settings of voice espeak: pace"):
        _speak(board(LINES[0]), wish)


SPOKEN = [
    ("en", "Prices rose 6.8% to $1.2bn, said Dr. Lee.",
     "Prices rose 6.8 percent to 1.2 billion dollars, said Doctor Lee.",
     {"6.8%": 1.0, "$1.2bn,": 1.2}),
    ("de", "Das kostet 3 Mio. € und am 3. Mai mehr.",
     "Das kostet 3 Millionen Euro und am dritten Mai mehr.", {"Mio.": 0.4, "3.": 0.25}),
    ("fr", "Les prix ont augmenté de 6,8 % à 3 millions €.",
     "Les prix ont augmenté de 6,8 pour cent à 3 millions d’euros.", {"6,8": 0.5, "%": 0.25}),
    ("es", "El tren va a 90 km/h con el Sr. Ruiz.",
     "El tren va a 90 kilómetros por hora con el señor Ruiz.", {"km/h": 0.7, "Sr.": 0.25}),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "line", "said", "long"), SPOKEN)
def test_signs_are_lit_for_as_long_as_they_are_said(
    tmp_path: Path, lang: str, line: str, said: str, long: dict[str, float]
) -> None:
    script = replace(board("x"), lang=lang, shots=(Shot(line, "cards", {}, spoken=said),))
    (speech,) = _speak(script, studio(tmp_path)).speeches
    assert [w.text for w in speech.words] == line.split()
    times = {w.text: w.end - w.start for w in speech.words}
    assert all(times[token] > least for token, least in long.items())
    plain, _ = load("espeak", {})
    truth = plain.say(said, lang=lang, rate=1.0, tone="", timeout_s=20)
    same = {w.text: w.start for w in truth.words}
    for word in speech.words:  # what is written as it is said is lit when it is said
        if word.text in same:
            assert abs(word.start - same[word.text]) < 0.1
