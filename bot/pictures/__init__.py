"""The picture desk: what a clip may show, fetched, checked, kept under its own hash.

Two kinds come together here: the pictures that licensed reports brought, and those that the finders
have of the persons and places that the script names. Whatever carries no licence that the house
allows is never fetched; what is not a sane picture is passed over.
"""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import aiohttp

from bot.direct.likeness import Told, faces, told
from bot.direct.wanted import wanted
from bot.pictures.prints import Print, alike
from bot.pictures.search import Lead, leads
from bot.pictures.shelf import Refused, held, own
from bot.plugins import Slot
from bot.story import Picture, Script, Story
from bot.web import bare
from sources import Item, Media
from sources.pictures import Finder, allowed, licence_id

__all__ = ["Gathered", "finders", "gather"]

SMALLEST, SMALLEST_FOUND = 480, 720  # pixels on the shorter side: less looks poor on a phone
MOST = 6  # pictures of the reports for one clip
MOST_TRIED = 24  # fetched to choose from: a big story brings hundreds
PATIENCE_S = 10.0  # with all hosts of the reports' pictures: a clip without one is better than late
WITHIN_S = 6.0  # for all searching and fetching of what is found: being first decides
ASKING = 0.6  # share of it for the questions, the rest for the pictures


@dataclass(frozen=True, slots=True)
class Gathered:
    """The pictures of a clip, the reports' own first, and what was passed over and why."""

    pictures: tuple[Picture, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Held:
    """A picture on our disk and what it looks like."""

    picture: Picture
    look: Print


def finders(slots: Iterable[Slot], http: aiohttp.ClientSession) -> tuple[Finder, ...]:
    """Make the configured finders; they live as long as the session."""
    return tuple(slot.module.Plugin(slot.name, slot.settings, http) for slot in slots)


async def gather(
    http: aiohttp.ClientSession,
    folder: Path,
    script: Script,
    story: Story,
    asked: Sequence[Finder],
    allow: Collection[str],
    within_s: float = WITHIN_S,
) -> Gathered:
    """Fetch the licensed pictures of the reports, and those that the finders have.

    Never raises for a bad picture or a finder that fails; what is found comes within `within_s`
    seconds or not at all.
    """
    known = told(script, story, wanted(script, story))
    reported, found = await asyncio.gather(
        _reported(http, folder, story.items, known, allow),
        _found(http, folder, script, known, asked, allow, within_s),
    )
    kept: list[_Held] = []
    for one in (*reported[0], *found[0]):
        if not any(alike(one.look, other.look) for other in kept):
            kept.append(one)
    own_first = [one for one in kept if not one.picture.found_by][:MOST]
    chosen = (*own_first, *(one for one in kept if one.picture.found_by))
    return Gathered(tuple(one.picture for one in chosen), (*reported[1], *found[1]))


async def _reported(
    http: aiohttp.ClientSession,
    folder: Path,
    items: Iterable[Item],
    known: Told,
    allow: Collection[str],
) -> tuple[list[_Held], list[str]]:
    """Fetch the pictures that came with licensed reports, largest first."""
    ends = asyncio.get_running_loop().time() + PATIENCE_S
    granted = {
        media.url: (item, media)
        for item in items
        for media in item.media
        if media.kind == "image" and allowed(licence_id(media.licence), allow)
    }

    async def one(item: Item, media: Media) -> _Held:
        async with asyncio.timeout_at(ends):
            path, look = await held(http, media.url, folder, SMALLEST)
        shows, others = faces(media.alt, known)
        picture = Picture(
            path=str(path),
            width=look.size[0],
            height=look.size[1],
            credit=media.credit,
            licence=licence_id(media.licence),
            alt=media.alt or item.title,
            item=item.id,
            shows=shows,
            others=others,
            page=item.url,
        )
        return _Held(picture, look)

    tried = list(islice(granted.values(), MOST_TRIED))
    done = await asyncio.gather(*(one(*each) for each in tried), return_exceptions=True)
    got, notes = _sorted_out(done, [bare(media.url) for _, media in tried])
    size = {one.picture.path: -one.picture.width * one.picture.height for one in got}
    return sorted(got, key=lambda one: (size[one.picture.path], one.picture.path)), notes


async def _found(
    http: aiohttp.ClientSession,
    folder: Path,
    script: Script,
    known: Told,
    asked: Sequence[Finder],
    allow: Collection[str],
    within_s: float,
) -> tuple[list[_Held], list[str]]:
    """Search for what the script names, and fetch what fits, all within the time that there is."""
    ends = asyncio.get_running_loop().time() + within_s
    chosen, notes = await leads(asked, script, known, allow, SMALLEST_FOUND, ASKING * within_s)

    async def one(lead: Lead) -> _Held:
        found = lead.found
        async with asyncio.timeout_at(ends):
            if found.file:
                path, look = await own(Path(found.file), SMALLEST_FOUND)
            else:
                path, look = await held(http, found.url, folder, SMALLEST_FOUND)
        width, height = look.size
        return _Held(replace(lead.picture(), path=str(path), width=width, height=height), look)

    done = await asyncio.gather(*(one(lead) for lead in chosen), return_exceptions=True)
    names = [f"{lead.finder}: {bare(lead.found.url or lead.found.file)}" for lead in chosen]
    got, more = _sorted_out(done, names)
    return got, [*notes, *more]


def _sorted_out(
    done: Sequence[_Held | BaseException], names: Sequence[str]
) -> tuple[list[_Held], list[str]]:
    """Part what is there from what is not; a picture that is refused is a note, no error."""
    got, notes = [], []
    for result, name in zip(done, names, strict=True):
        if isinstance(result, _Held):
            got.append(result)
        elif isinstance(result, Refused):
            notes.append(f"picture passed over: {name}: {result}")
        elif isinstance(result, TimeoutError):
            notes.append(f"picture passed over: {name}: it came too late")
        else:
            raise result
    return got, notes
