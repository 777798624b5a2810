"""Wikimedia Commons: free pictures of places and of people in public life; needs no key."""

import re
from collections.abc import Mapping
from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict, Field

from sources._clean import address
from sources._loose import dicts
from sources.pictures import FinderBroken, FinderDown, Found, Query
from sources.pictures._api import Api, broken
from sources.pictures._licence import licence_id, licence_url
from sources.pictures._texts import CAPTION, CREATOR, credit, line, number, said, year

__all__ = ["NEEDS_CONTACT", "Plugin", "Settings"]

NEEDS_CONTACT = True  # its hosts refuse who does not say whom to write to
WIDTH = 1920  # px: one of the sizes that its servers keep
MOST = 20
MIMES = ("image/jpeg", "image/png", "image/webp")
BUSY = ("maxlag", "ratelimited", "readonly")
FIELDS = (
    "Artist|AttributionRequired|Credit|DateTimeOriginal|ImageDescription|LicenseShortName"
    "|LicenseUrl|ObjectName|Restrictions|UsageTerms"
)
PERSONALITY = "personality"  # somebody is on it who has a say: shown only as the one who is named


class Settings(BaseModel):
    """Where the API is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field("https://commons.wikimedia.org/w/api.php", pattern=r"^https?://")


class Plugin:
    """Searches the files of Commons and reads what their pages say."""

    stock = False

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        self._api = Api(http, settings.url)

    async def find(self, query: Query, most: int) -> tuple[Found, ...]:
        """Search by the whole name. Raises FinderDown or FinderBroken."""
        name = query.name.replace('"', " ")
        asked: dict[str, str | int] = {
            "action": "query",
            "format": "json",
            "formatversion": 2,
            "generator": "search",
            "gsrnamespace": 6,
            "gsrsearch": f'"{name}" filetype:bitmap',
            "gsrlimit": MOST,
            "prop": "imageinfo",
            "iiprop": "url|size|mime|extmetadata",
            "iiextmetadatafilter": FIELDS,
            "iiextmetadatalanguage": query.lang or "en",
            "iiurlwidth": WIDTH,
            "maxlag": 5,
        }
        return (await self._api.ask(asked, _read))[:most]


def _read(answer: Mapping[str, Any]) -> tuple[Found, ...]:
    """Take the pictures of an answer, in the order of the search."""
    if "error" in answer:
        _complain(answer["error"])
    result = answer.get("query", {"pages": []})  # nothing found: no query in the answer
    if not isinstance(result, Mapping) or not isinstance(result.get("pages"), list):
        raise broken("no list of pages")
    pages = sorted(dicts(result, "pages"), key=lambda page: number(page, "index"))
    found = (_found(page) for page in pages)
    return tuple(picture for picture in found if picture)


def _complain(error: Any) -> None:
    code = said(error, "code") if isinstance(error, Mapping) else ""
    if code in BUSY:
        raise FinderDown(f"Commons is busy ({code})", 5.0)
    raise FinderBroken(f"Commons takes no such question ({code or 'no code'})")


def _found(page: Mapping[str, Any]) -> Found | None:
    info = next(dicts(page, "imageinfo"), {})
    meta = info.get("extmetadata")
    facts = meta if isinstance(meta, Mapping) else {}
    url = address(said(info, "thumburl", "url", cap=2000))
    limits = {part for part in re.split(r"[|,\s]+", _fact(facts, "Restrictions").lower()) if part}
    if not url or said(info, "mime") not in MIMES or limits - {PERSONALITY}:
        return None
    licence = licence_id(_fact(facts, "LicenseShortName")) or licence_id(_fact(facts, "UsageTerms"))
    scaled = "thumb" if said(info, "thumburl") else ""
    title = line(said(page, "title"))
    creator = _fact(facts, "Artist", CREATOR)
    described = _fact(facts, "ImageDescription", CAPTION)
    return Found(
        url=url,
        caption=f"{title}. {described}" if described else title,
        credit=credit(creator, "" if creator else "Wikimedia Commons", licence),
        licence=licence,
        licence_url=address(_fact(facts, "LicenseUrl", 500)) or licence_url(licence),
        page=address(said(info, "descriptionurl", cap=2000)),
        title=title,
        creator=creator,
        width=number(info, f"{scaled}width"),
        height=number(info, f"{scaled}height"),
        people=True if PERSONALITY in limits else None,
        taken=year(_fact(facts, "DateTimeOriginal")),
    )


def _fact(facts: Mapping[str, Any], name: str, cap: int = 160) -> str:
    """Take one field of a file's page; they come as HTML."""
    fact = facts.get(name)
    return said(fact, "value", cap=cap) if isinstance(fact, Mapping) else ""
