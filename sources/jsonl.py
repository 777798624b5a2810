"""Item files: one JSON object a line, as another program or a recording writes them."""

import asyncio
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import aiohttp
from pydantic import BaseModel, ConfigDict, Field

from sources import Item, Media, Reading, SourceBroken
from sources._clean import address, canonical, language, moment, plain, prose, trusted
from sources._document import OUTLET, SUMMARY, TEXT, TITLE
from sources._fetch import load
from sources._loose import string

__all__ = ["Plugin", "Settings", "read_file"]

CAP = 200_000_000  # bytes of a whole file: a year of a busy wire
BITE = 10_000_000  # bytes taken at one look
NOTES = 20  # bad lines named; of the rest only the number is told


class Settings(BaseModel):
    """One file that grows. Only whole lines are read, each of them once."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: Path
    every_s: float = Field(default=5.0, ge=0.1)


class Plugin:
    """Reads what was added to an item file. State holds how far we got, in bytes and lines."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        self._settings = settings

    async def read(self, now: datetime, state: Mapping[str, str]) -> Reading:
        """Take the new lines; a bad one is passed over with a note. Raises SourceBroken."""
        return await asyncio.to_thread(self._read, state)

    def _read(self, state: Mapping[str, str]) -> Reading:
        path, every_s = self._settings.path, self._settings.every_s
        offset, line = int(state.get("offset", 0)), int(state.get("lines", 0))
        try:
            with path.open("rb") as file:
                if offset > file.seek(0, 2):  # it was begun anew
                    offset = line = 0
                file.seek(offset)
                new = file.read(BITE)
        except OSError as error:
            raise SourceBroken(f"{path}: {error.strerror or error}") from error
        whole = new[: new.rfind(b"\n") + 1]
        if not whole and len(new) == BITE:
            raise SourceBroken(f"{path}: line {line + 1} is longer than {BITE / 1e6:g} MB")
        items, notes = _lines(whole, self.name, line)
        learnt = {"offset": str(offset + len(whole)), "lines": str(line + whole.count(b"\n"))}
        return Reading(items, learnt, every_s if len(new) < BITE else 0.0, _told(notes))


def read_file(path: Path, name: str) -> tuple[Item, ...]:
    """Read a whole item file, in its order; `seen` is what each line says as first_seen.

    Bad lines are passed over. Raises SourceBroken, naming the first of them, if all are.
    """
    items, notes = _lines(load(path, CAP), name)
    if notes and not items:
        raise SourceBroken(f"{path}: no line of it is an item: {notes[0]}")
    return items


def _lines(body: bytes, name: str, before: int = 0) -> tuple[tuple[Item, ...], list[str]]:
    items: dict[str, Item] = {}
    notes = []
    for number, line in enumerate(body.removeprefix(b"\xef\xbb\xbf").split(b"\n"), before + 1):
        try:
            item = _item(line, name) if line.strip() else None
        except ValueError as error:
            notes.append(f"line {number}: {error}")
            continue
        if item and items.setdefault(item.id, item) is not item:
            notes.append(f"line {number}: its id {item.id!r} is there twice")
    return tuple(items.values()), notes


def _item(line: bytes, name: str) -> Item:
    """Turn one line into an item. Raises ValueError that says what is wrong with it."""
    found = _object(line)
    title, seen = plain(string(found, "title"), TITLE), moment(string(found, "first_seen"))
    if not title:
        raise ValueError("it has no title")
    if seen is None:
        raise ValueError(f"first_seen is no ISO 8601 time (got {found.get('first_seen')!r})")
    picture, text = address(string(found, "image")), prose(string(found, "text"), TEXT)
    return Item(
        id=plain(_needed(found, "id"), 200),
        source=name,
        outlet=plain(_needed(found, "outlet"), OUTLET),
        url=canonical(address(string(found, "url"))),
        title=title,
        summary=plain(string(found, "summary"), SUMMARY),
        published=trusted(moment(string(found, "published")), seen),
        seen=seen,
        lang=language(string(found, "lang")),
        media=(Media(picture),) if picture else (),
        text=text,
    )


def _object(line: bytes) -> Mapping[str, object]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"it is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise ValueError("it is no JSON object")
    return found


def _needed(found: Mapping[str, object], key: str) -> str:
    text = string(found, key)
    if not text.strip():
        raise ValueError(f"{key} is missing or no text")
    return text


def _told(notes: list[str]) -> tuple[str, ...]:
    more = [f"and {len(notes) - NOTES} more lines"] if len(notes) > NOTES else []
    return (*notes[:NOTES], *more)
