"""Your own archive: a folder of pictures, each with a sidecar that says its licence."""

import asyncio
import logging
import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import aiohttp
from pydantic import BaseModel, ConfigDict

from sources._clean import address
from sources.pictures import FinderDown, Found, Query, licence_id
from sources.pictures._licence import licence_url
from sources.pictures._sidecar import FORMS, SHARED, Note, read_note, read_shared
from sources.pictures._texts import credit, line, year

__all__ = ["Plugin", "Settings"]

log = logging.getLogger(__name__)

SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")
MOST_FILES = 50_000
FRESH_S = 5.0  # a look at the folder serves all the questions of a clip
STEM = 6  # letters of a word that count, without the s of a plural

_PLURAL = re.compile(r"(?<=\w\w[^\Ws])s$")


class Settings(BaseModel):
    """The folder; those inside it are searched too."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path


@dataclass(frozen=True, slots=True)
class Entry:
    """A picture and what is written beside it, as of `stamp`. `found` is None if it is refused."""

    stamp: tuple[float, ...]
    words: frozenset[str] = frozenset()
    found: Found | None = None
    named: frozenset[str] = field(default_factory=frozenset)  # persons and places, folded


class Plugin:
    """Searches the folder by the words of its sidecars; only what changed is read again."""

    stock = False

    def __init__(
        self,
        name: str,
        settings: Settings,
        http: aiohttp.ClientSession,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._folder = settings.folder
        self._now_s = now_s
        self._entries: dict[Path, Entry] = {}
        self._known: dict[Path, Entry] = {}
        self._looking = asyncio.Lock()
        self._looked_s = now_s() - FRESH_S

    async def find(self, query: Query, most: int) -> tuple[Found, ...]:
        """Search for pictures that have every word of the name. Raises FinderDown."""
        await self._refresh()
        wanted, name = _stems(query.name), query.name.casefold()
        hits = [
            (name not in entry.named, -entry.found.taken, entry.found.file, entry.found)
            for entry in self._entries.values()
            if entry.found and wanted and wanted <= entry.words
        ]
        return tuple(hit[-1] for hit in sorted(hits, key=lambda hit: hit[:-1])[:most])

    async def _refresh(self) -> None:
        """Look through the folder, once for all the questions of a clip. Raises FinderDown."""
        async with self._looking:
            if self._now_s() - self._looked_s < FRESH_S:
                return
            try:
                # Who gives up waiting leaves the thread at work: the next clip finds it done.
                self._entries = await asyncio.shield(asyncio.to_thread(self._look))
            except OSError as error:
                raise FinderDown(f"{self._folder}: {error.strerror or error}") from error
            self._looked_s = self._now_s()

    def _look(self) -> dict[Path, Entry]:
        """Read what is new or changed; a picture that is refused is named once."""
        entries: dict[Path, Entry] = {}
        shared: dict[Path, dict[str, Note | ValueError]] = {}
        for path, stamp in islice(_pictures(self._folder), MOST_FILES):
            known = self._known.get(path)
            if known is None or known.stamp != stamp:
                known = _entry(path, stamp, shared)
            entries[path] = known
        self._known = entries
        return entries


def _pictures(folder: Path) -> Iterator[tuple[Path, tuple[float, ...]]]:
    """List the pictures of a folder and those inside it, with their stamps. Raises OSError.

    A stamp is when a picture and each of its possible sidecars was changed, 0 for none.
    """
    with os.scandir(folder) as listed:
        found = sorted(listed, key=lambda entry: entry.name)
    changed = {entry.name: entry.stat().st_mtime for entry in found if entry.is_file()}
    for name in changed:
        path = folder / name
        if path.suffix.lower() in SUFFIXES:
            beside = (file.name for file in _sidecars(path))
            yield path, (changed[name], *(changed.get(file, 0.0) for file in beside))
    for entry in found:
        if entry.is_dir(follow_symlinks=False):
            yield from _pictures(folder / entry.name)


def _sidecars(path: Path) -> Iterator[Path]:
    """Name what may say something of a picture: its own files first, then the folder's."""
    for form in FORMS:
        yield path.with_name(path.name + form)
        yield path.with_suffix(form)
    yield path.with_name(SHARED)


def _entry(
    path: Path, stamp: tuple[float, ...], shared: dict[Path, dict[str, Note | ValueError]]
) -> Entry:
    try:
        note = _note(path, shared)
    except ValueError as error:
        log.warning("archive: %s is not used: %s", path, error)
        return Entry(stamp)
    people = note.people if isinstance(note.people, tuple) else ()
    texts = (note.caption, note.title, *people, *note.places, *note.keywords)
    named = frozenset(name.casefold() for name in (*people, *note.places))
    return Entry(stamp, _stems(" ".join(texts)), _found(path, note), named)


def _note(path: Path, shared: dict[Path, dict[str, Note | ValueError]]) -> Note:
    """Find what is written beside a picture. Raises ValueError if nothing is, or nothing valid."""
    *own, folder = _sidecars(path)
    if file := next((file for file in own if file.is_file()), None):
        return read_note(file)
    if folder.is_file():
        if folder not in shared:
            shared[folder] = read_shared(folder)
        note = shared[folder].get(path.name)
        if isinstance(note, ValueError):
            raise note
        if note:
            return note
    raise ValueError(f"nothing says under which licence; write {path.stem}.toml beside it")


def _found(path: Path, note: Note) -> Found:
    """Make the answer. Persons and places that are listed count as named by the caption."""
    licence = licence_id(note.licence)
    people = note.people if isinstance(note.people, tuple) else ()
    caption = note.caption or note.title or line(path.name)
    return Found(
        url="",
        caption=". ".join(part.rstrip(".") for part in (caption, *people, *note.places)),
        credit=note.credit or credit(note.creator, "", licence),
        licence=licence,
        licence_url=address(note.licence_url) or licence_url(licence),
        page=address(note.page),
        title=note.title or line(path.name),
        creator=note.creator,
        people=bool(note.people) if note.people is not None else None,
        taken=year(note.taken),
        file=str(path.resolve()),
    )


def _stems(text: str) -> frozenset[str]:
    return frozenset(_PLURAL.sub("", w)[:STEM] for w in re.findall(r"\w+", text.casefold()))
