"""Who speaks a language, told before a render; no voice reads one that is not its own."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.casting import cast
from bot.config import Config, build
from bot.line import Production, RenderFailed, Watch
from bot.terminal.check import findings
from bot.writers.extractive import Plugin as Extractive
from bot.writers.extractive import Settings
from render.storyboard import Shot, Storyboard
from render.voices import VoiceDown, espeak, piper


def config(folder: Path, *chain: str, **tables: Any) -> Config:
    return build({"clip": {"voices": list(chain)}, **tables}, folder)


def test_the_first_voice_that_speaks_it_is_cast(tmp_path: Path) -> None:
    assert cast(config(tmp_path, "espeak", "silent"), "de").kind == "espeak"
    assert cast(config(tmp_path, "espeak"), "").kind == "espeak"


def test_where_nobody_speaks_it_the_way_out_is_named(tmp_path: Path) -> None:
    nobody = cast(config(tmp_path, "espeak"), "ja")
    assert nobody.kind == ""
    assert nobody.said.startswith("no voice of the chain (espeak) speaks ja: a voice of the kind")
    assert 'end [clip] voices with "silent"' in nobody.said
    assert "kanji" in nobody.passed[0]


def test_a_chain_that_ends_in_silence_says_that_only_captions_tell(tmp_path: Path) -> None:
    silent = cast(config(tmp_path, "espeak", "silent"), "ja")
    assert silent.kind == "silent"
    assert silent.said.endswith("The clip is silent, with captions only")


def model(folder: Path, language: str) -> Path:
    path = folder / f"{language}.onnx"
    path.write_bytes(b"")
    told = {"language": {"family": language}, "espeak": {"voice": language}}
    path.with_name(f"{path.name}.json").write_text(json.dumps(told))
    return path


def test_a_model_of_another_language_is_passed_over(tmp_path: Path) -> None:
    table = {"voices": {"piper": {"model": str(model(tmp_path, "en"))}}}
    found = cast(config(tmp_path, "piper", "espeak", **table), "de")
    assert found.kind == "espeak"
    assert found.passed[0].startswith("piper: ")


def test_a_voice_that_was_named_reads_no_other_language() -> None:
    named = espeak.Plugin(espeak.Settings(voice="en-us+f3"))
    named.speaks("en-GB")
    with pytest.raises(VoiceDown, match=r"en-us.*does not speak de"):
        named.speaks("de")
    with pytest.raises(VoiceDown, match="does not speak de"):
        named.say("Guten Tag", lang="de", rate=1.0, tone="neutral", timeout_s=10)
    with pytest.raises(VoiceDown, match="no voice xx"):
        espeak.Plugin(espeak.Settings()).speaks("xx")
    espeak.Plugin(espeak.Settings(voice="cmn")).speaks("zh-TW")


def test_a_model_to_begin_with_has_a_name_that_can_be_fetched() -> None:
    for lang, name in piper.MODELS.items():
        assert f"/{lang}/{name.partition('-')[0]}/" in piper.index(name)


async def test_no_clip_is_rendered_that_nobody_may_speak(tmp_path: Path) -> None:
    line = Production(config(tmp_path, "espeak"), Extractive(Settings()), None, tmp_path)  # type: ignore[arg-type]
    board = Storyboard("橋", "ja", (Shot("橋が閉鎖されました。", "cards", {}),))

    async def seen(_path: Path) -> None:
        raise AssertionError("nothing is made")

    with pytest.raises(RenderFailed, match="no voice of the chain"):
        await line.shoot(board, tmp_path / "clip.mp4", Watch(lambda *_: None, seen))


def test_the_check_tells_what_each_language_has(tmp_path: Path) -> None:
    tables = [{"kind": "folder", "path": "a"}]
    tables += [{"kind": "folder", "name": n, "path": n, "lang": n} for n in ("de", "ja")]
    told = {f.what: f for f in findings(config(tmp_path, "espeak", publish=tables))}
    assert told["language de"].state == "ok"
    assert told["language de"].said == (
        "de; extractive does not translate: only stories that 3 outlets tell in it; espeak speaks"
    )
    assert told["language ja"].state == "bad"
    assert "no voice of the chain (espeak) speaks ja" in told["language ja"].said
