"""Openverse: openly licensed pictures of many collections; needs no key."""

from collections.abc import Mapping
from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict, Field

from sources._clean import address
from sources._loose import dicts
from sources.pictures import Found, Query
from sources.pictures._api import Api, broken
from sources.pictures._licence import licence_id, licence_url
from sources.pictures._texts import CREATOR, credit, line, number, said

__all__ = ["Plugin", "Settings"]

PAGE = 20  # the most that is answered without a key


class Settings(BaseModel):
    """Where the API is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str = Field("https://api.openverse.org/v1/images/", pattern=r"^https?://")


class Plugin:
    """Searches what may be used commercially and be cropped."""

    stock = False

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        self._api = Api(http, settings.url)

    async def find(self, query: Query, most: int) -> tuple[Found, ...]:
        """Search by the whole name. Raises FinderDown or FinderBroken."""
        name = query.name.replace('"', " ")
        asked: dict[str, str | int] = {
            "q": f'"{name}"',
            "license_type": "commercial,modification",
            "page_size": PAGE,
            "mature": "false",
        }
        return (await self._api.ask(asked, _read))[:most]


def _read(answer: Mapping[str, Any]) -> tuple[Found, ...]:
    if not isinstance(answer.get("results"), list):
        raise broken("no list of results")
    found = (_found(one) for one in dicts(answer, "results") if one.get("mature") is not True)
    return tuple(picture for picture in found if picture)


def _found(one: Mapping[str, Any]) -> Found | None:
    url = address(said(one, "url", cap=2000))
    if not url:
        return None
    kind = said(one, "license")
    licence = licence_id(kind) or licence_id(f"cc {kind} {said(one, 'license_version')}")
    creator, title = said(one, "creator", cap=CREATOR), line(said(one, "title"))
    return Found(
        url=url,
        caption=title,
        credit=credit(creator, "" if creator else said(one, "source", cap=CREATOR), licence),
        licence=licence,
        licence_url=address(said(one, "license_url", cap=500)) or licence_url(licence),
        page=address(said(one, "foreign_landing_url", cap=2000)),
        title=title,
        creator=creator,
        width=number(one, "width"),
        height=number(one, "height"),
    )
