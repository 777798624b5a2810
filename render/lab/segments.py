"""Finished segments on the shelf: found again by all that went into them.

A segment is three files under one name: the film or still, its last frame, and last of all the
facts with the hashes of both. What is cut short or altered does not match them, and is made again.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from render import shelf
from render.lab import Facts, Job, Kind, Made, Order, Preset

__all__ = ["Segment", "drop", "find", "job", "keep", "leans", "pictures", "search"]

ENDINGS: Mapping[Kind, str] = {"film": ".mp4", "still": ".png"}
NAMED = frozenset({"name", "weight", "first", "last", "refs"})  # of an order: no part of a picture
RATED = frozenset({"name", "worth", "needs_gib", "prior_s", "load_s"})  # and of a preset


@dataclass(frozen=True, slots=True)
class Segment:
    """A film or still on the shelf, the picture that others start from, and how it was made."""

    path: Path
    end: Path
    kind: Kind
    preset: str
    model: str
    revision: str
    seed: int
    facts: Facts
    fresh: bool = False  # made in this very render


@dataclass(frozen=True, slots=True)
class _Told:
    """What lies beside a segment as JSON; `hashes` are of the film or still, and of its end."""

    hashes: tuple[str, str]
    preset: str
    model: str
    revision: str
    seed: int
    facts: Facts


_adapter = TypeAdapter(_Told)


def leans(order: Order, preset: Preset) -> tuple[str, ...]:
    """List the orders whose picture this preset can use for an order."""
    named = {"first": (order.first,), "last": (order.last,), "refs": order.refs}
    able = (names for mode, names in named.items() if mode in preset.modes)
    return tuple(dict.fromkeys(name for names in able for name in names if name))


def job(order: Order, preset: Preset, revision: str, pictures: Mapping[str, bytes]) -> Job:
    """Complete an order with its preset and the pictures, by order, that are there for it.

    `revision` is that of the preset's weights, "" where nobody knows.
    """
    known = {name: pictures[name] for name in leans(order, preset) if name in pictures}
    first = known.get(order.first, b"") if "first" in preset.modes else b""
    last = known.get(order.last, b"") if "last" in preset.modes else b""
    refs = [known[name] for name in order.refs if name in known and "refs" in preset.modes]
    asked = {name: value for name, value in asdict(order).items() if name not in NAMED}
    with_ = {name: value for name, value in asdict(preset).items() if name not in RATED}
    shown = [hashlib.sha256(picture).hexdigest() for picture in (first, last, *refs)]
    return Job(
        shelf.key(_code(), asked, with_, revision, shown), order, preset, first, last, tuple(refs)
    )


def find(folder: Path, wanted: Job) -> Segment | None:
    """Take a segment from the shelf, if it lies there whole."""
    path, end, told = _files(folder, wanted.key, wanted.order.kind)
    try:
        known = _adapter.validate_json(told.read_bytes())
        if known.hashes != (shelf.digest(path), shelf.digest(end)):
            return None
    except (OSError, ValidationError):
        return None
    kind = wanted.order.kind
    made = (known.preset, known.model, known.revision, known.seed, known.facts)
    return Segment(path, end, kind, *made)


def search(
    folder: Path,
    order: Order,
    presets: Sequence[Preset],
    revision: Callable[[Preset], str],
    there: Mapping[str, Segment],
) -> Segment | None:
    """Look an order up: made with the best preset first, with the pictures that are there.

    It may have been made without some of them, too: they were wishes.
    """
    for preset in presets:
        names = leans(order, preset)
        stills = tuple(name for name in names if name in there and there[name].kind == "still")
        for some in dict.fromkeys((names, stills, ())):
            wanted = job(order, preset, revision(preset), pictures(there, some))
            if segment := find(folder, wanted):
                return segment
    return None


def pictures(there: Mapping[str, Segment], names: Sequence[str]) -> dict[str, bytes]:
    """Read the pictures of orders, where they are there; what cannot be read is not."""
    found = {}
    for name in names:
        if name in there:
            with suppress(OSError):
                found[name] = there[name].end.read_bytes()
    return {name: picture for name, picture in found.items() if picture}


def keep(folder: Path, done: Job, revision: str, made: Made) -> Segment:
    """Lay a segment on the shelf. Raises RenderError where it cannot be written."""
    kind, preset = done.order.kind, done.preset
    path, end, told = _files(folder, done.key, kind)
    last = made.end or (made.data if kind == "still" else b"")
    for file, data in ((path, made.data), (end, last)):
        with shelf.aside(file) as part:
            part.write_bytes(data)
    how = (preset.name, preset.model, revision, done.order.seed, made.facts)
    known = _Told(_hashes(made.data, last), *how)
    with shelf.aside(told) as part:
        text = json.dumps(_adapter.dump_python(known, mode="json"), indent=1)
        part.write_text(text + "\n", encoding="utf-8")
    return Segment(path, end, kind, *how, fresh=True)


def drop(folder: Path, done: Job) -> None:
    """Take a segment off the shelf again."""
    for file in _files(folder, done.key, done.order.kind):
        with suppress(OSError):
            file.unlink()


def _hashes(*parts: bytes) -> tuple[str, str]:
    first, second = (hashlib.sha256(part).hexdigest() for part in parts)
    return first, second


def _files(folder: Path, key: str, kind: Kind) -> Sequence[Path]:
    return tuple(folder / f"{key}{ending}" for ending in (ENDINGS[kind], ".end.png", ".json"))


@cache
def _code() -> str:
    """Hash what makes the pictures: another version's are never taken for ours."""
    files = sorted((Path(__file__).parents[1] / "engine").rglob("*.py"))
    return shelf.key(*((file.name, file.read_text(encoding="utf-8")) for file in files))
