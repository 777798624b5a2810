"""Who is let in where: robots.txt (RFC 9309) and tdmrep.json of each host, asked once a day.

Every address on the way to a page is asked for, each redirect too. A host whose rules cannot be
fetched (5xx, 429, no answer) is left alone for now; one that has none (4xx) forbids nothing.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

import aiohttp

from sources import SourceBroken, SourceDown, SourceError
from sources._clean import address
from sources._darkroom import DARKROOM
from sources._fetch import REDIRECTS, Answer, fetch
from sources.articles._rights import AGENT, reserved

__all__ = ["Doorman"]

CAP = 5_000_000  # bytes of a page
RULES_CAP = 500_000  # bytes of a robots.txt: RFC 9309 asks for no more; what follows is not read
KEPT = timedelta(hours=24)
AGAIN = timedelta(minutes=10)  # for rules that could not be fetched
HOSTS = 500
HOP = {301, 302, 303, 307, 308}
ACCEPT = {"Accept": "text/html, application/xhtml+xml"}


@dataclass(frozen=True, slots=True)
class _House:
    """The rules of one host. `trouble` says why they could not be fetched."""

    until: datetime
    robots: bytes = b""
    tdm: bytes = b""
    trouble: str = ""


class Doorman:
    """Fetches pages whose hosts allow it, at the pace that they ask for."""

    def __init__(self, http: aiohttp.ClientSession) -> None:
        self._http = http
        self._houses: OrderedDict[str, _House] = OrderedDict()
        self._asking: dict[str, asyncio.Lock] = {}
        self._free: dict[str, float] = {}  # when the next page of a host may be asked for

    async def fetch(self, url: str, now: datetime, ends: float) -> Answer:
        """GET a page. Raises SourceDown or SourceBroken, with words fit for an editor.

        `ends` is the moment, by the loop's clock, after which nobody waits any more.
        """
        for _ in range(REDIRECTS + 1):
            await self._admit(url, now, ends)
            answer = await fetch(self._http, url, CAP, now, ACCEPT, _refuse, follow=False)
            if answer.status not in HOP:
                return answer
            url = address(urljoin(url, answer.headers.get("Location", "")))
            if not url:
                raise SourceBroken("it leads to no http(s) address")
        raise SourceBroken(f"more than {REDIRECTS} redirects")

    async def _admit(self, url: str, now: datetime, ends: float) -> None:
        """Wait until a page may be asked for. Raises SourceBroken or SourceDown if it may not."""
        host = "{0.scheme}://{0.netloc}".format(urlsplit(url))
        house = await self._house(host, now)
        if house.trouble:
            raise SourceDown(house.trouble)
        allowed, delay_s = await DARKROOM.develop(_judged, house.robots, house.tdm, url)
        if not allowed:
            raise SourceBroken("its host forbids it (robots.txt or tdmrep.json)")
        clock = asyncio.get_running_loop().time
        turn = max(clock(), self._free.get(host, 0.0))
        if turn > ends:
            raise SourceDown(f"its host asks for {delay_s:g} s between two pages")
        self._free[host] = turn + delay_s
        await asyncio.sleep(turn - clock())

    async def _house(self, host: str, now: datetime) -> _House:
        """Find the rules of a host; whoever asks meanwhile waits for the same answer."""
        async with self._asking.setdefault(host, asyncio.Lock()):
            known = self._houses.get(host)
            if known is None or known.until <= now:
                known = self._houses[host] = await self._asked(host, now)
                self._forget()
        return known

    async def _asked(self, host: str, now: datetime) -> _House:
        robots, tdm = await asyncio.gather(
            self._rules(f"{host}/robots.txt", now),
            self._rules(f"{host}/.well-known/tdmrep.json", now),
        )
        if robots is None:
            trouble = "the rules of its host (robots.txt) cannot be read now"
            return _House(now + AGAIN, trouble=trouble)
        return _House(now + KEPT, robots, tdm or b"")  # a reservation counts where it is declared

    async def _rules(self, url: str, now: datetime) -> bytes | None:
        """Fetch a file of rules; b"" where there is none, None where nobody can tell."""
        try:
            answer = await fetch(self._http, url, RULES_CAP, now, None, _refuse_rules, cut=True)
        except SourceError:
            return None
        return answer.body

    def _forget(self) -> None:
        while len(self._houses) > HOSTS:
            host, _ = self._houses.popitem(last=False)
            self._asking.pop(host, None)
            self._free.pop(host, None)


def _judged(robots: bytes, tdm: bytes, url: str) -> tuple[bool, float]:
    """Say whether a page may be read, and how many seconds lie between two. For the darkroom."""
    from protego import Protego

    rules = Protego.parse(robots.decode("utf-8-sig", "replace"))
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    allowed = rules.can_fetch(url, AGENT) and not reserved(tdm, path)
    return allowed, max(0.0, float(rules.crawl_delay(AGENT) or 0.0))


def _refuse(response: aiohttp.ClientResponse, now: datetime) -> None:
    if response.status not in {200, *HOP}:
        raise SourceDown(f"it answered {response.status}")


def _refuse_rules(response: aiohttp.ClientResponse, now: datetime) -> None:
    if response.status == 429 or response.status >= 500:
        raise SourceDown(f"it answered {response.status}")
