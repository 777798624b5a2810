"""One article: a web page, or a file of text, Markdown or HTML."""

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
from pydantic import BaseModel, ConfigDict, Field

from sources import Item, Media, Reading
from sources._clean import canonical, identity, page_identity, trusted
from sources._darkroom import DARKROOM
from sources._fetch import fetch, load, naming
from sources._page import Page, is_page, read_page, read_text

__all__ = ["Plugin", "Settings", "read_file"]

CAP = 5_000_000  # bytes of an article


class Settings(BaseModel):
    """One article; `url` is its address or the path of a file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field(min_length=1)
    outlet: str = ""
    lang: str = ""
    every_s: float = Field(default=3600.0, ge=1)


class Plugin:
    """Reads one article, again whenever it changed. State holds the hash of what was read."""

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        self._settings = settings
        self._http = http

    async def read(self, now: datetime, state: Mapping[str, str]) -> Reading:
        """Look once; an unchanged article gives no item. Raises SourceDown or SourceBroken."""
        url, charset = "", ""
        if self._settings.url.startswith(("http://", "https://")):
            answer = await fetch(self._http, self._settings.url, CAP, now)
            body, url, charset = answer.body, answer.url, answer.charset
        else:
            body = await asyncio.to_thread(load, Path(self._settings.url), CAP)
        learnt = {"sha256": hashlib.sha256(body).hexdigest()}
        if learnt["sha256"] == state.get("sha256"):
            return Reading((), learnt, self._settings.every_s)
        with naming(self._settings.url):
            page = await DARKROOM.develop(_read, body, url, charset)
        outlet = self._settings.outlet or page.outlet or urlsplit(url).hostname or self.name
        item = _item(page, self.name, outlet, self._settings.lang or page.lang, now)
        return Reading((item,), learnt, self._settings.every_s)


def read_file(path: Path, now: datetime) -> tuple[Item, ...]:
    """Read the article that lies in a file. Raises SourceBroken."""
    body = load(path, CAP)
    with naming(str(path)):
        page = DARKROOM.develop_now(_read, body, "", "")
    return (_item(page, path.stem, page.outlet or path.stem, page.lang, now),)


def _read(body: bytes, url: str, charset: str) -> Page:
    return read_page(body, url, charset) if is_page(body) else read_text(body, charset)


def _item(page: Page, source: str, outlet: str, lang: str, now: datetime) -> Item:
    url = canonical(page.url)
    return Item(
        id=page_identity(url) if url else identity(source, page.title),
        source=source,
        outlet=outlet,
        url=url,
        title=page.title,
        summary=page.summary,
        published=trusted(page.published, now),
        seen=now,
        lang=lang,
        media=(Media(page.image),) if page.image else (),
        text=page.text,
    )
