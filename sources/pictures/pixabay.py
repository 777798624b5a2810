"""Pixabay: stock photos; needs a key, and its terms want answers kept for a day."""

from collections.abc import Mapping
from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from sources._clean import address
from sources._loose import dicts
from sources.pictures import Found, Query
from sources.pictures._api import DAY_S, Api, broken
from sources.pictures._texts import CAPTION, CREATOR, credit, number, said

__all__ = ["Plugin", "Settings"]

PAGE = 20
LONGEST = 100  # letters of a question
LONG_SIDE = 1280  # px of the larger side of the largest picture that every key may fetch


class Settings(BaseModel):
    """The key, as "env:NAME" or "file:PATH"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: SecretStr
    url: str = Field("https://pixabay.com/api/", pattern=r"^https?://")


class Plugin:
    """Searches Pixabay. To have set it up is to have taken its licence."""

    stock = True

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        self._key = settings.key.get_secret_value()
        self._api = Api(http, settings.url, keep_s=DAY_S)

    async def find(self, query: Query, most: int) -> tuple[Found, ...]:
        """Search photos by the name. Raises FinderDown or FinderBroken."""
        asked: dict[str, str | int] = {
            "key": self._key,
            "q": query.name[:LONGEST],
            "image_type": "photo",
            "safesearch": "true",
            "per_page": PAGE,
        }
        return (await self._api.ask(asked, _read))[:most]


def _read(answer: Mapping[str, Any]) -> tuple[Found, ...]:
    if not isinstance(answer.get("hits"), list):
        raise broken("no list of hits")
    found = (_found(one) for one in dicts(answer, "hits") if one.get("isAiGenerated") is not True)
    return tuple(picture for picture in found if picture)


def _found(one: Mapping[str, Any]) -> Found | None:
    url = address(said(one, "largeImageURL", cap=2000))
    if not url:
        return None
    width, height = number(one, "imageWidth"), number(one, "imageHeight")
    scale = min(1.0, LONG_SIDE / max(width, height, 1))
    creator, tags = said(one, "user", cap=CREATOR), said(one, "tags", cap=CAPTION)
    return Found(
        url=url,
        caption=tags,
        credit=credit(creator, "Pixabay"),
        licence="licensed",
        licence_url="https://pixabay.com/service/license-summary/",
        page=address(said(one, "pageURL", cap=2000)),
        title=tags,
        creator=creator,
        width=round(width * scale),
        height=round(height * scale),
    )
