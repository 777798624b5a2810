"""`wirereel check`: what works here, what does not, and the way out."""

import importlib.util
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.brand import said
from bot.config import Config
from bot.encoder import find_model
from bot.plugins import Slot
from bot.prose.form import sample as written
from bot.terminal import find_config
from bot.terminal.gpu import here, looked_at
from bot.terminal.models import looked_for

__all__ = ["Finding", "findings", "run_certificate", "run_checks"]

LEAST_FREE_GB = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `state` is ok, note (works, could be better) or bad."""

    what: str
    state: Literal["ok", "note", "bad"]
    said: str


def run_checks(path: Path | None) -> int:
    """Print every finding; answers the exit code: 1 if something does not work."""
    config = find_config(path)
    table = Table(show_header=False, box=None, padding=(0, 2))
    marks = {"ok": ("ok", "green"), "note": ("note", "yellow"), "bad": ("BAD", "bold red")}
    bad = False
    for finding in findings(config):
        mark, style = marks[finding.state]
        table.add_row(Text(mark, style=style), finding.what, Text(finding.said))
        bad = bad or finding.state == "bad"
    Console().print(table)
    return 1 if bad else 0


def run_certificate(path: Path | None, into: Path | None) -> int:
    """Make a certificate in the named folder, or in the state folder; answers the exit code."""
    from bot.terminal.certificate import make_certificate

    config = find_config(path)
    return make_certificate(
        into or config.state / "provenance", config.house.brand.name, config.base
    )


def findings(config: Config) -> Iterator[Finding]:
    """Look at everything, one after the other."""
    yield from _plugins(config)
    yield Finding("brand", "ok", said(config.kit))
    yield _state(config)
    yield _signer(config)
    yield _meaning(config)
    yield _judge(config)
    yield _voice(config)
    yield from _languages(config)
    yield from (Finding("model", *found) for found in looked_for(config))
    yield from (Finding(*found) for found in looked_at(config.lab, here))
    for name, look in LOOKS.items():
        try:
            yield Finding(name, "ok", look())
        except _Note as note:
            yield Finding(name, "note", str(note))
        except ImportError as error:
            way_out = "set Wirereel up again (make demo)"
            yield Finding(name, "bad", f"the package {error.name or error} is missing: {way_out}")
        except Exception as error:
            yield Finding(name, "bad", f"{type(error).__name__}: {error}")


def _plugins(config: Config) -> Iterator[Finding]:
    groups = (
        ("source", "sources", config.sources),
        ("writer", "writer", (config.writer,)),
        ("finder", "pictures", config.finders),
        ("channel", "publish", config.channels),
        ("chat", "chat", config.chats),
    )
    for group, table, slots in groups:
        if not slots:
            yield Finding(group, "note", f"none is configured: see docs/plugins.md for [[{table}]]")
        for slot in slots:
            yield Finding(f"{group} {slot.name}", "ok", _first_line(slot))
            if hasattr(slot.module, "GRANT"):
                yield _login(slot)
    if not config.house.editors:
        yield Finding("editors", "bad", "nobody may approve: add an [editors] table")
    heard = {slot.kind for slot in config.chats} | {"console"}  # the terminal needs no table
    for user, role in config.house.editors.items():
        kind = user.partition(":")[0]
        if kind in heard:
            yield Finding("editor", "ok", f"{user} is {role}")
        else:
            unheard = f"{user} is {role}, and no [[chat]] of kind {kind!r} is set up"
            yield Finding("editor", "note", unheard)
    yield _rules(config)


def _login(slot: Slot) -> Finding:
    """Whether somebody is logged in at a channel, by the file of its tokens alone."""
    from bot.posting.leases import Lease, said, stage
    from publish import LoggedOut
    from publish._tokens import last

    name, path, now = f"login {slot.name}", slot.settings.tokens / f"{slot.name}.json", _now()
    try:
        token = last(path)
    except LoggedOut as error:
        return Finding(name, "bad", str(error))
    if token is None:
        return Finding(name, "bad", f"nobody is logged in: `wirereel login {slot.name}`")
    if path.stat().st_mode & 0o077:
        return Finding(name, "bad", f"others can read {path}: `chmod 600 {path}`")
    lease = Lease(slot.name, token.ends)
    states: dict[str, Literal["ok", "note", "bad"]] = {"": "ok", "over": "bad"}
    return Finding(name, states.get(stage(lease, now), "note"), said(lease, now))


def _now() -> datetime:
    return datetime.now(UTC)


def _rules(config: Config) -> Finding:
    """Whether the rule of two editors can be kept."""
    rules, approvers = config.house.rules, len(config.book.approvers)
    if rules.two_editors == "never":
        return Finding("rules", "note", "one editor is enough for every topic")
    drafts = "every draft needs" if rules.two_editors == "always" else "sensitive topics need"
    if approvers < 2:
        way_out = 'add another to [editors], or set [rules] two_editors = "never"'
        said = f"{drafts} two approvers, and there are {approvers}: {way_out}"
        return Finding("rules", "bad" if rules.two_editors == "always" else "note", said)
    others = "who neither asked for it nor edited it last"
    return Finding("rules", "ok", f"{drafts} two of {approvers} approvers, {others}")


def _first_line(slot: Slot) -> str:
    return (slot.module.__doc__ or slot.kind).strip().splitlines()[0]


def _meaning(config: Config) -> Finding:
    """How stories are told apart."""
    wish = config.house.trends.meaning
    if wish == "off":
        return Finding("stories", "ok", "by their words")
    model = find_model(wish)
    if not model:
        way_out = "by their words; `pip install 'wirereel[semantic]'` adds their meaning (English)"
        return Finding("stories", "note", way_out)
    return Finding("stories", "ok", f"by their words and their meaning: {Path(model).name}")


def _judge(config: Config) -> Finding:
    """Who reads a checked script a second time."""
    if config.judge is None:
        return Finding("judge", "ok", "scripts are checked by their words; no model reads them too")
    missing = [p for p in ("torch", "transformers") if config.judge.kind == "nli" and not _has(p)]
    if missing:
        way_out = "`pip install 'wirereel[nli]'`"
        return Finding("judge", "bad", f"needs {' and '.join(missing)}: {way_out}")
    folder = getattr(config.judge.settings, "folder", None)
    if folder and not folder.is_dir():
        return Finding("judge", "bad", f"there is no folder {folder}: set [judge] folder")
    return Finding("judge", "ok", _first_line(config.judge))


def _has(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def _state(config: Config) -> Finding:
    folder = config.state
    while not folder.exists():
        folder = folder.parent
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return Finding("state", "bad", f"{folder} cannot be written: set [desk] state elsewhere")
    free = shutil.disk_usage(folder).free / 1e9
    said = f"{config.state}, {free:.0f} GB free"
    if free < LEAST_FREE_GB:
        return Finding("state", "bad", f"{said}: clips need more room")
    return Finding("state", "ok", said)


def _signer(config: Config) -> Finding:
    """Sign nothing but a trial: what is wrong with certificate or key shows up here."""
    if config.credentials is None:
        said = "clips are not signed: `wirereel check --make-certificate` makes a certificate"
        return Finding("signature", "note", said)
    from render import RenderError
    from render.credentials import try_out

    try:
        seal, notes = try_out(config.credentials)
    except RenderError as error:
        return Finding("signature", "bad", str(error))
    said = f"clips are signed by {seal.signer}"
    if "signingCredential.untrusted" in seal.faults:
        notes = (f"{said}; readers will say that it is on no trust list", *notes)
    return Finding("signature", "note" if notes else "ok", "; ".join(notes) or said)


def _voice(config: Config) -> Finding:
    """Look at the chain of voices as it stands; a step down is a note, silence is bad."""
    from bot.terminal.voices import known

    chain = [voice for voice in known(config) if voice.place]
    first = next((voice for voice in chain if voice.works), None)
    missing = [f"{voice.kind}: {voice.said}" for voice in chain if not voice.works]
    if first is None or (first.kind == "silent" and missing):
        return Finding("voice", "bad", "; ".join(["nobody speaks", *missing]))
    said = "; ".join([*missing, f"{first.kind} speaks, {first.about.quality}"])
    if first.about.quality == "robotic":
        return Finding("voice", "note", f"{said}: `wirereel voices` shows better ones")
    return Finding("voice", "note" if missing else "ok", said)


def _languages(config: Config) -> Iterator[Finding]:
    """Say of each language that channels name who writes, speaks and draws it."""
    from bot.casting import cast
    from render import RenderError
    from render.lettering.fonts import check_fonts

    groups = config.groups
    for lang in sorted({lang for lang in groups.channels.values() if lang}):
        names, speaker = ", ".join(groups.members(lang)), cast(config, lang)
        least = config.house.desk.min_outlets
        writes = f"{groups.writer} {'translates' if groups.translates else 'does not translate'}"
        if not groups.translates:
            writes += f": only stories that {least} outlets tell in it"
        told = [names, writes, speaker.said or f"{speaker.kind} speaks"]
        state: Literal["ok", "note", "bad"] = "note" if speaker.said else "ok"
        try:
            check_fonts([written(lang)])
        except RenderError as error:
            told.append(str(error))
            state = "bad"
        yield Finding(f"language {lang}", state if speaker.kind else "bad", "; ".join(told))


class _Note(Exception):
    """It works, but an editor would want to know."""


def _encoder() -> str:
    import av

    av.codec.Codec("libx264", "w")
    av.codec.Codec("aac", "w")
    return f"libx264 and aac (PyAV {av.__version__})"


def _text() -> str:
    from PIL import features

    if not features.check("raqm"):
        raise _Note("Pillow has no raqm: Arabic, Hebrew and Hindi will be drawn wrongly")
    return "Pillow with raqm: complex scripts are shaped"


def _fonts() -> str:
    from render import RenderError
    from render.lettering.fonts import check_fonts

    samples = {
        "Cyrillic": "Новости", "Greek": "Νέα", "Arabic": "أخبار", "Hebrew": "חדשות",
        "Devanagari": "समाचार", "Chinese": "新闻", "Japanese": "ニュース", "Thai": "ข่าว",
    }  # fmt: skip
    missing = []
    for script, sample in samples.items():
        try:
            check_fonts([sample])
        except RenderError:
            missing.append(script)
    if missing:
        raise _Note(
            f"no font for {', '.join(missing)}: install fonts-noto-core or fonts-noto-cjk "
            "if you write in them"
        )
    return f"Inter for Latin, and fonts for {', '.join(samples)}"


LOOKS: dict[str, Callable[[], str]] = {
    "encoder": _encoder,
    "text": _text,
    "fonts": _fonts,
}
