"""The REST API of a WordPress site: look for things of ours, put files in, take things away."""

from base64 import b64encode
from pathlib import Path
from typing import Any

import aiohttp
from pydantic import SecretStr

from publish import ChannelDown
from publish._bucket import kind_of
from publish._calls import Answer, Calls
from publish._files import UPLOAD_S, opened
from publish._wordpress_article import LINK

__all__ = ["Site", "gone"]


class Site(Calls):
    """The site at `url`, as `user` with an application password. Raises as `Calls` does."""

    def __init__(
        self, name: str, url: str, user: str, password: SecretStr, http: aiohttp.ClientSession
    ) -> None:
        login = b64encode(f"{user}:{password.get_secret_value()}".encode()).decode()
        headers = {"Authorization": f"Basic {login}"}
        super().__init__(name, http, headers, "see `user` and `password`")
        self.api = url.rstrip("/") + "/wp-json/wp/v2"

    async def first(self, what: str, name: str) -> dict[str, Any]:
        """Find a thing by its slug, whatever its status; {} where there is none."""
        status = "any" if what == "posts" else "inherit"
        query = {"slug": name, "status": status, "context": "edit"}
        found = (await self.ask("GET", f"{self.api}/{what}", params=query)).value()
        if not isinstance(found, list):
            raise ChannelDown(f"{self._name}: no WordPress answers at {self.api}")
        return next((f for f in found if isinstance(f, dict) and f.get("slug") == name), {})

    async def look(self, what: str) -> Answer:
        """Look at one thing; see `gone`."""
        answer = await self.ask("GET", f"{self.api}/{what}?context=edit", allow=(404, 410))
        if not gone(answer) and not answer.word("id"):
            raise ChannelDown(f"{self._name}: no WordPress answers at {self.api}: {answer}")
        return answer

    async def has(self, what: str, number: str) -> bool:
        """Whether a thing is there, and not in the bin."""
        if not number:
            return False
        answer = await self.look(f"{what}/{number}")
        return not gone(answer) and answer.word("status") != "trash"

    async def upload(self, name: str, path: Path) -> tuple[str, str]:
        """Put a file into the media library, if a try before did not; answers id and address."""
        known = await self.first("media", name)
        if not known:
            named = f'attachment; filename="{name}{path.suffix}"'
            headers = {"Content-Disposition": named, "Content-Type": kind_of(path)}
            url = f"{self.api}/media"
            with opened(path) as file:
                sent = self.ask("POST", url, data=file, headers=headers, timeout_s=UPLOAD_S)
                known = (await sent).told()
        number, link = known.get("id"), known.get("source_url")
        if type(number) is not int or not isinstance(link, str) or not LINK.fullmatch(link):
            raise ChannelDown(f"{self._name} does not say where {path.name} is")
        return str(number), link

    async def remove(self, what: str) -> None:
        """Take a thing away for good; one that is gone is well."""
        answer = await self.ask("DELETE", f"{self.api}/{what}?force=true", allow=(404, 410))
        if not gone(answer) and answer.told().get("deleted") is not True:
            raise ChannelDown(f"{self._name} does not say that {what} is gone: {answer}")


def gone(answer: Answer) -> bool:
    """Tell a thing that is not there from a site that is not there."""
    return answer.status in (404, 410) and answer.word("code").startswith("rest_")
