"""`wirereel voices`: who can speak here, fetching better ones, and hearing them."""

import wave
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn
from rich.text import Text

from bot.config import Config
from bot.plugins import ConfigError, kinds, load, revealed
from bot.terminal import answer, fail, find_config, finish, screen, shown
from bot.terminal.fetch import ask, fetch
from bot.web import session
from render import RenderError
from render.microphone import Order, record
from render.microphone import load as seat
from render.voices import About, Part, Speech, Voice, VoiceDown

__all__ = ["Known", "fetch_voice", "known", "list_voices", "try_voice"]

ROOM = "render.voices"
TRIAL_S = 120.0  # a large model is loaded first
UNKNOWN = About("?", "?", "?")


@dataclass(frozen=True, slots=True)
class Known:
    """One voice as it stands here. `place` is its turn in the chain from 1, 0 if it has none."""

    kind: str
    about: About
    place: int
    works: bool
    said: str


def known(config: Config) -> Iterator[Known]:
    """Look at every voice, those of the chain first; nothing is spoken or asked."""
    chain = config.house.clip.voices
    others = (kind for kind in kinds(ROOM) if kind not in chain)
    for kind in (*chain, *others):
        about, place = UNKNOWN, chain.index(kind) + 1 if kind in chain else 0
        try:
            about = getattr(load(ROOM, kind, "voice"), "ABOUT", UNKNOWN)
            said = _names(_seated(config, kind))
        except (VoiceDown, ConfigError) as error:
            yield Known(kind, about, place, False, str(error))
        else:
            yield Known(kind, about, place, True, said)


def list_voices(path: Path | None) -> None:
    """`wirereel voices`."""
    for voice in known(find_config(path)):
        about, style = voice.about, "green" if voice.works else "yellow"
        turn = f"turn {voice.place}" if voice.place else ""
        answer.print(Text(f"{voice.kind:<10}{about.quality:<20}{turn}", style="bold"))
        answer.print(Text(f"          {about.languages} languages; {about.licence}", style="dim"))
        answer.print(Text(f"          {shown(voice.said)}", style=style))
    answer.print("\nFetch a better one:  wirereel voices fetch piper en_US-lessac-medium")
    answer.print('Hear one:            wirereel voices try espeak "Good evening."')


def fetch_voice(path: Path | None, kind: str, name: str, source: str) -> None:
    """`wirereel voices fetch`: download a model, and say what to write into the config file."""
    config = find_config(path)
    module = load(ROOM, kind, "voice")
    if not hasattr(module, "parts"):
        able = [k for k in kinds(ROOM) if hasattr(load(ROOM, k, "voice"), "parts")]
        fail(f"{kind} has no models to fetch; {' and '.join(able)} have")
    folder = config.state / "voices" / kind
    try:
        files = finish(_fetched(config, module, name, folder, source or module.HOST))
    except (ConnectionError, ValueError, OSError) as error:
        fail(str(error))
    answer.print(f"{name} is in {folder}. To let it speak, write into config.toml:\n")
    lines = [
        f'{part.setting} = "{_near(file, config.base)}"' for part, file in files if part.setting
    ]
    chain = [kind, *(k for k in config.house.clip.voices if k != kind)]
    voices = ", ".join(f'"{k}"' for k in chain)
    for line in ("[clip]", f"voices = [{voices}]", "", f"[voices.{kind}]", *lines):
        answer.print(Text(f"  {line}"))


def try_voice(path: Path | None, kind: str, order: Order, out: Path) -> None:
    """`wirereel voices try`: have a text spoken into a WAV file."""
    config = find_config(path)
    try:
        speech = record(_seated(config, kind), order, TRIAL_S)
        _write(speech, out)
    except (VoiceDown, OSError) as error:
        fail(f"voice {kind}: {error}")
    times = {"engine": "told by the engine", "aligned": "found by alignment"}
    words = times.get(speech.timing, "estimated")
    seconds = len(speech.pcm) / speech.rate
    answer.print(f"{out}: {seconds:.1f} s by {speech.engine} ({speech.voice}), word times {words}")


def _seated(config: Config, kind: str) -> Voice:
    """Set a voice up as the config file says. Raises ConfigError, VoiceDown."""
    slot = next((slot for slot in config.voices if slot.kind == kind), None)
    try:
        return seat(kind, revealed(slot.settings) if slot else {})[0]
    except RenderError as error:
        way_out = f"it needs a table [voices.{kind}], see docs/plugins.md"
        raise ConfigError(f"not set up: {way_out}" if slot is None else str(error)) from error


def _names(voice: Voice) -> str:
    listed = getattr(voice, "voices", None)
    names: tuple[str, ...] = listed() if listed else ()
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return f"works: {', '.join(names[:3])}{more}" if names else "works"


async def _fetched(
    config: Config, module: Any, name: str, folder: Path, source: str
) -> list[tuple[Part, Path]]:
    """Fetch all files of a model."""
    network = config.house.network
    columns = (TextColumn("{task.description}"), BarColumn(30), DownloadColumn())
    async with session(allow=network.allow, contact=network.contact) as http:
        told = await ask(http, module.index(name, source))
        files = []
        with Progress(*columns, TransferSpeedColumn(), console=screen) as bar:
            for part in module.parts(told, name, source):
                task = bar.add_task(shown(part.name), total=part.size or None)
                files.append((part, await fetch(http, part, folder, _moving(bar, task))))
    return files


def _moving(bar: Progress, task: Any) -> Any:
    return lambda there: bar.update(task, completed=there)


def _near(file: Path, base: Path) -> Path:
    """Write a path as the config file would: from its own folder, where it lies in it."""
    return file.relative_to(base) if file.is_relative_to(base) else file


def _write(speech: Speech, out: Path) -> None:
    with wave.open(str(out), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(speech.rate)
        file.writeframes((np.clip(speech.pcm, -1, 1) * 32767).astype(np.int16).tobytes())
