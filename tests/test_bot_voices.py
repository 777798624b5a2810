"""`wirereel voices`: listed, fetched from a loopback host that fails in every way, and heard."""

import asyncio
import hashlib
import json
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.config import ConfigError, build
from bot.plugins import revealed
from bot.terminal.check import findings
from bot.terminal.fetch import ask, fetch
from bot.terminal.voices import fetch_voice, known, list_voices, try_voice
from bot.web import session
from loopback import serving
from render.microphone import Order
from render.voices import Part, kokoro, piper

NAME = "en_US-lessac-medium"
MODEL = bytes(range(256)) * 4000


def _tree(host: str) -> list[dict[str, Any]]:
    """What the host of Piper's models answers of one."""
    folder = "en/en_US/lessac/medium"
    digest = hashlib.sha256(MODEL).hexdigest()
    return [
        {"type": "file", "path": f"{folder}/MODEL_CARD", "size": 4, "oid": "x"},
        {"type": "file", "path": f"{folder}/{NAME}.onnx", "size": len(MODEL), "oid": "x",
         "lfs": {"oid": digest, "size": len(MODEL), "pointerSize": 134}},
        {"type": "file", "path": f"{folder}/{NAME}.onnx.json", "size": 2, "oid": "x"},
        {"type": "directory", "path": f"{folder}/samples", "size": 0, "oid": "x"},
    ]  # fmt: skip


class Host:
    """Serves a model, and breaks off, lies or ignores ranges when it is told to."""

    def __init__(self) -> None:
        self.url = ""
        self.ranges: list[str] = []
        self.body = MODEL
        self.breaks_after = 0
        self.knows_ranges = True

    async def tree(self, request: web.Request) -> web.Response:
        return web.json_response(_tree(self.url))

    async def file(self, request: web.Request) -> web.StreamResponse:
        name = request.path.rpartition("/")[2]
        if not name.endswith(".onnx"):
            return web.Response(body=b"{}" if name.endswith("json") else b"MIT\n")
        asked = request.headers.get("Range", "")
        self.ranges.append(asked)
        begin = int(asked[6:-1]) if asked and self.knows_ranges else 0
        answer = web.StreamResponse(status=206 if begin else 200)
        await answer.prepare(request)
        end = begin + self.breaks_after if self.breaks_after else len(self.body)
        await answer.write(self.body[begin:end])
        if self.breaks_after:
            self.breaks_after = 0
            await asyncio.sleep(0)
            assert request.transport
            request.transport.close()
        return answer

    async def nothing(self, request: web.Request) -> web.Response:
        return web.Response(text="<html>")


@pytest.fixture
def host() -> Iterator[Host]:
    fake, app = Host(), web.Application()
    app.router.add_get(f"/api/models/{piper.SHELF}/tree/main/{{path:.*}}", fake.tree)
    app.router.add_get(f"/{piper.SHELF}/resolve/main/{{path:.*}}", fake.file)
    app.router.add_get("/nothing", fake.nothing)
    with serving(app) as fake.url:
        yield fake


async def _fetched(host: Host, folder: Path) -> list[Path]:
    async with session(allow=["127.0.0.1"]) as http:
        told = await ask(http, piper.index(NAME, host.url))
        parts = piper.parts(told, NAME, host.url)
        return [await fetch(http, part, folder, lambda there: None) for part in parts]


async def test_a_model_comes_whole_and_is_not_fetched_twice(host: Host, tmp_path: Path) -> None:
    files = await _fetched(host, tmp_path)
    assert [f.name for f in files] == [f"{NAME}.onnx", f"{NAME}.onnx.json", f"{NAME}.MODEL_CARD"]
    assert files[0].read_bytes() == MODEL
    host.body = b"other"
    assert await _fetched(host, tmp_path) == files
    assert host.ranges == [""]


async def test_what_broke_off_goes_on_where_it_was(host: Host, tmp_path: Path) -> None:
    host.breaks_after = 400_000
    with pytest.raises(ConnectionError, match="what has come is kept"):
        await _fetched(host, tmp_path)
    (torn,) = tmp_path.iterdir()
    have = torn.stat().st_size
    assert 0 < have <= 400_000
    assert (await _fetched(host, tmp_path))[0].read_bytes() == MODEL
    assert host.ranges == ["", f"bytes={have}-"]
    assert not torn.exists()


async def test_a_host_without_ranges_sends_all_again(host: Host, tmp_path: Path) -> None:
    host.breaks_after, host.knows_ranges = 400_000, False
    with pytest.raises(ConnectionError):
        await _fetched(host, tmp_path)
    assert (await _fetched(host, tmp_path))[0].read_bytes() == MODEL


@pytest.mark.parametrize("body", [MODEL[:-1], MODEL[:-1] + b"!", MODEL + b"more"])
async def test_what_is_not_as_published_is_thrown_away(
    host: Host, tmp_path: Path, body: bytes
) -> None:
    host.body = body
    with pytest.raises(ValueError, match="is not what was published"):
        await _fetched(host, tmp_path)
    assert list(tmp_path.iterdir()) == []


async def test_no_name_of_a_host_leaves_the_folder(host: Host, tmp_path: Path) -> None:
    part = Part("../../evil.onnx", f"{host.url}/{piper.SHELF}/resolve/main/x.onnx")
    async with session(allow=["127.0.0.1"]) as http:
        path = await fetch(http, part, tmp_path / "in", lambda there: None)
    assert path == tmp_path / "in" / "evil.onnx"


async def test_a_host_that_is_not_there_is_told(host: Host, tmp_path: Path) -> None:
    async with session(allow=["127.0.0.1"]) as http:
        with pytest.raises(ConnectionError, match=r"http://127\.0\.0\.1:9/x cannot be reached"):
            await ask(http, "http://127.0.0.1:9/x")
        with pytest.raises(ValueError, match="answered 404"):
            await ask(http, f"{host.url}/none")
        with pytest.raises(ValueError, match="answered no list of files"):
            await ask(http, f"{host.url}/nothing")


def test_names_of_models_are_checked() -> None:
    assert piper.index(NAME).endswith("/tree/main/en/en_US/lessac/medium")
    for wrong in ("lessac", "en-us-x-y", "../../x", "en_US-lessac"):
        with pytest.raises(ValueError, match="is no piper model"):
            piper.index(wrong)
    with pytest.raises(ValueError, match="has no"):
        piper.parts([], NAME)


def test_kokoro_s_release_is_read() -> None:
    told = {
        "assets": [
            {"name": "kokoro-v1.0.onnx", "size": 9, "digest": "sha256:ab",
             "browser_download_url": "https://x.example/k"},
            {"name": "voices-v1.0.bin", "size": 5, "browser_download_url": "https://x.example/v"},
        ]
    }  # fmt: skip
    model, styles = kokoro.parts(told, "kokoro-v1.0")
    assert model == Part("kokoro-v1.0.onnx", "https://x.example/k", 9, "ab", "model")
    assert styles == Part("voices-v1.0.bin", "https://x.example/v", 5, "", "styles")
    with pytest.raises(ValueError, match=r"models are: kokoro-v1\.0"):
        kokoro.parts(told, "kokoro-v9")


def _config(folder: Path, text: str = "") -> Path:
    path = folder / "config.toml"
    path.write_text(f"[network]\nallow = ['127.0.0.1']\n{text}")
    return path


def test_fetching_says_what_to_write(
    host: Host, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fetch_voice(_config(tmp_path), "piper", NAME, host.url)
    said = capsys.readouterr().out
    assert (tmp_path / "var" / "voices" / "piper" / f"{NAME}.onnx").read_bytes() == MODEL
    assert 'voices = ["piper", "espeak", "silent"]' in said
    assert f'[voices.piper]\n  model = "var/voices/piper/{NAME}.onnx"' in said


def test_a_voice_without_models_says_who_has_some(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        fetch_voice(_config(tmp_path), "espeak", NAME, "")
    assert "kokoro and piper have" in capsys.readouterr().err


def test_all_voices_are_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    list_voices(_config(tmp_path))
    said = capsys.readouterr().out
    for word in ("espeak", "kokoro", "openai", "piper", "silent", "robotic", "GPL-3.0", "turn 1"):
        assert word in said


def test_what_a_voice_lacks_is_told(tmp_path: Path) -> None:
    told = {"voices": {"piper": {"model": "none.onnx"}}, "clip": {"voices": ["piper", "espeak"]}}
    config = build(told, tmp_path)
    first, second, *_ = known(config)
    assert (first.kind, first.place, first.works) == ("piper", 1, False)
    assert "pip install" in first.said or "wirereel voices fetch" in first.said
    assert (second.kind, second.works) == ("espeak", True)
    voice = next(f for f in findings(config) if f.what == "voice")
    assert voice.state == "note"
    assert "piper: " in voice.said
    assert "wirereel voices" in voice.said


@pytest.mark.parametrize(
    ("chain", "state", "said"),
    [(["espeak"], "note", "robotic"), (["silent"], "ok", "silence")],
)
def test_the_check_says_who_speaks(tmp_path: Path, chain: list[str], state: str, said: str) -> None:
    config = build({"clip": {"voices": chain}}, tmp_path)
    voice = next(f for f in findings(config) if f.what == "voice")
    assert voice.state == state
    assert said in voice.said


def test_a_sample_is_spoken_as_in_a_clip(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "s.wav"
    try_voice(_config(tmp_path), "espeak", Order("Up 6.8% today.", "Up 6.8 percent today."), out)
    with wave.open(str(out)) as file:
        assert file.getframerate() == 48000
        assert 1.0 < file.getnframes() / 48000 < 3.5
    assert "by espeak-ng (en-us), word times told by the engine" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        try_voice(_config(tmp_path), "espeak", Order("今日は", lang="ja"), out)
    assert "kanji" in capsys.readouterr().err


def test_the_settings_of_voices_are_checked_and_their_secrets_resolved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPEECH_KEY", "sk-x")
    table = {"openai": {"model": "m", "key": "env:SPEECH_KEY"}, "piper": {"model": "a.onnx"}}
    config = build({"voices": table}, tmp_path)
    told = {slot.kind: revealed(slot.settings) for slot in config.voices}
    assert told["openai"]["key"] == "sk-x"
    assert told["piper"]["model"] == str(tmp_path / "a.onnx")
    assert json.dumps(told)
    assert "sk-x" not in repr(config)
    for wrong, said in (
        ({"voices": {"openai": {"model": "m", "key": "sk-plain"}}}, "a secret stands in the file"),
        ({"voices": {"espeak": {"pase": 3}}}, "voices.espeak.pase: unknown key"),
        ({"voices": {"pipr": {}}}, "unknown kind 'pipr'"),
        ({"clip": {"voices": ["piper"]}}, "voices.piper.model: field required"),
    ):
        with pytest.raises(ConfigError, match=said):
            build(wrong, tmp_path)
