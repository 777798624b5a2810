"""Pexels: stock photos; needs a key, and its terms want it and the photographer named."""

from collections.abc import Mapping
from typing import Any

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from sources._clean import address
from sources._loose import dicts
from sources.pictures import Found, Query
from sources.pictures._api import Api, broken
from sources.pictures._texts import CAPTION, CREATOR, credit, said

__all__ = ["Plugin", "Settings"]

PAGE = 20
SIZE = "large2x"  # within 1880x1300 px; the original may have 20 MB


class Settings(BaseModel):
    """The key, as "env:NAME" or "file:PATH"."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: SecretStr
    url: str = Field("https://api.pexels.com/v1/search", pattern=r"^https?://")


class Plugin:
    """Searches Pexels. To have set it up is to have taken its licence."""

    stock = True

    def __init__(self, name: str, settings: Settings, http: aiohttp.ClientSession) -> None:
        self.name = name
        key = settings.key.get_secret_value()
        self._api = Api(http, settings.url, {"Authorization": key})

    async def find(self, query: Query, most: int) -> tuple[Found, ...]:
        """Search by the name. Raises FinderDown or FinderBroken."""
        asked: dict[str, str | int] = {"query": query.name, "per_page": PAGE, "size": "medium"}
        return (await self._api.ask(asked, _read))[:most]


def _read(answer: Mapping[str, Any]) -> tuple[Found, ...]:
    if not isinstance(answer.get("photos"), list):
        raise broken("no list of photos")
    found = (_found(one) for one in dicts(answer, "photos"))
    return tuple(picture for picture in found if picture)


def _found(one: Mapping[str, Any]) -> Found | None:
    sizes = one.get("src")
    url = address(said(sizes if isinstance(sizes, Mapping) else {}, SIZE, cap=2000))
    if not url:
        return None
    creator, caption = said(one, "photographer", cap=CREATOR), said(one, "alt", cap=CAPTION)
    return Found(
        url=url,
        caption=caption,
        credit=credit(creator, "Pexels"),
        licence="licensed",
        licence_url="https://www.pexels.com/license/",
        page=address(said(one, "url", cap=2000)),
        title=caption,
        creator=creator,
    )
