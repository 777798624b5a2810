"""The tokens of a channel: kept in a file that only we can read, renewed before they end.

    Tokens.fresh    the access token, a new one where the old one is about to end or was turned down
    Tokens.lease    until when the channel works without a person
    Signed          calls that carry it

A platform may give each refresh token only once, so one renewal runs at a time, also across
processes, it is not broken off half-way, and its outcome is on the disk before it is used.
"""

import asyncio
import fcntl
import json
import logging
import os
import tempfile
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from yarl import URL

from publish import ChannelDown, LoggedOut, Refused
from publish._authority import Account, Authority, Denied
from publish._calls import Answer, Calls
from publish._grant import Grant, Swap, Token, stored, token_of

__all__ = ["Account", "Clock", "Grant", "Signed", "Swap", "Token", "Tokens", "last", "utc"]

log = logging.getLogger(__name__)

Clock = Callable[[], datetime]

YOUNG = timedelta(minutes=5)  # a token of this age that is turned down is not renewed once more
LOCK_WAIT_S, LOOK_AGAIN_S = 60.0, 0.05


def utc() -> datetime:
    """The time, aware: a token ends by the clock, whoever asks."""
    return datetime.now(UTC)


def last(path: Path) -> Token | None:
    """Read the token that a file holds; None where there is no file. Raises LoggedOut."""
    way_out = f"say `wirereel login {path.stem}`"
    try:
        return token_of(json.loads(path.read_text()))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LoggedOut(f"{path} cannot be read ({error.strerror}): {way_out}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise LoggedOut(f"{path} is broken: {way_out}") from error


class Tokens:
    """The tokens of the channel `name`, in `account.tokens`/NAME.json."""

    def __init__(
        self, name: str, grant: Grant, account: Account, http: aiohttp.ClientSession
    ) -> None:
        self.path = account.tokens / f"{name}.json"
        self._name = name
        self.authority = Authority(name, grant, account, http)
        self._renewing: asyncio.Task[str] | None = None
        self._unsaved: Token | None = None

    @property
    def way_out(self) -> str:
        """What a person does when nothing else helps."""
        return f"say `wirereel login {self._name}`"

    def kept(self) -> Token | None:
        """Read what the last login or renewal left; None for nobody. Raises LoggedOut."""
        token = last(self.path)
        newer = self._unsaved and (token is None or self._unsaved.at > token.at)
        return self._unsaved if newer else token

    def keep(self, token: Token) -> None:
        """Write a token down, readable by nobody else, whole or not at all. Raises OSError."""
        folder = self.path.parent
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        number, aside = tempfile.mkstemp(dir=folder, prefix=".token-")  # made with mode 600
        try:
            with os.fdopen(number, "w") as file:
                json.dump(stored(token), file)
                file.flush()
                os.fsync(number)
            Path(aside).replace(self.path)
        finally:
            Path(aside).unlink(missing_ok=True)

    async def settle(self, token: Token) -> None:
        """Keep what a login gave, behind a renewal that is under way. Raises OSError too."""
        async with self._alone():
            await asyncio.to_thread(self.keep, token)

    async def fresh(self, now: datetime, worn: str = "") -> str:
        """Give an access token that works; `worn` is one that the platform just turned down.

        Raises LoggedOut where only a login helps, else ChannelDown.
        """
        token = await asyncio.to_thread(self._held)
        if self._works(token, now, worn):
            return token.access
        if self._renewing is None or self._renewing.done():
            self._renewing = asyncio.create_task(self._renewed(now, worn))
        return await asyncio.shield(self._renewing)

    async def lease(self, now: datetime) -> datetime | None:
        """Renew what is due, and say until when it works without a person; None without end.

        Raises LoggedOut where only a login helps, else ChannelDown.
        """
        await self.fresh(now)
        return (await asyncio.to_thread(self._held)).ends

    def _held(self) -> Token:
        token = self.kept()
        if token is None:
            raise LoggedOut(f"nobody is logged in at {self._name}: {self.way_out}")
        return token

    def _works(self, token: Token, now: datetime, worn: str) -> bool:
        early = self.authority.grant.early
        return token.access != worn and (token.until is None or now + early < token.until)

    async def _renewed(self, now: datetime, worn: str) -> str:
        async with self._alone():
            token = await asyncio.to_thread(self._held)
            if self._works(token, now, worn):  # another process was quicker
                return token.access
            if token.access == worn and now - token.at < YOUNG:
                raise LoggedOut(f"{self._name} takes not even a new token: {self.way_out}")
            try:
                new = await self.authority.renew(token, now)
            except Denied as error:
                raise LoggedOut(f"{error}: {self.way_out}") from error
            except ChannelDown:
                if token.access != worn and token.until and now < token.until:
                    return token.access  # it was early: the old one does for now
                raise
            await asyncio.to_thread(self._save, new)
        return new.access

    def _save(self, token: Token) -> None:
        """Keep it in memory where the disk is full: the old refresh token may be void already."""
        self._unsaved = token
        try:
            self.keep(token)
            self._unsaved = None
        except OSError as error:
            log.error("%s: its new token cannot be written: %s", self._name, error.strerror)

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Be the only process that renews. Raises ChannelDown."""
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = self.path.with_suffix(".lock").open("w")
        except OSError as error:
            raise ChannelDown(f"{self.path.parent} cannot be written: {error.strerror}") from error
        with lock:
            await self._first(lock.fileno())
            yield

    async def _first(self, lock: int) -> None:
        try:
            async with asyncio.timeout(LOCK_WAIT_S):
                while not _locked(lock):  # noqa: ASYNC110 - it tells nobody when it is free
                    await asyncio.sleep(LOOK_AGAIN_S)
        except TimeoutError as error:
            raise ChannelDown(f"{self._name}: another process still renews its token") from error


class Signed(Calls):
    """Calls with the channel's token. What may be repeated is repeated once after a 401.

    `body` in place of `data` makes the body anew for each try, where it can be read only once.
    """

    def __init__(
        self,
        name: str,
        http: aiohttp.ClientSession,
        tokens: Tokens,
        headers: Mapping[str, str] | None = None,
        clock: Clock = utc,
    ) -> None:
        super().__init__(name, http, headers)
        self._tokens = tokens
        self._clock = clock

    async def ask(
        self,
        method: str,
        url: str | URL,
        *,
        allow: Collection[int] = (),
        timeout_s: float = 60.0,
        **more: Any,
    ) -> Answer:
        """Make a call that may be made again, as `Calls.ask`, with a token that works."""
        allowed = {*allow, 401}
        access = await self._tokens.fresh(self._clock())
        ready = _with(access, more)
        answer = await super().ask(method, url, allow=allowed, timeout_s=timeout_s, **ready)
        if answer.status == 401:
            access = await self._tokens.fresh(self._clock(), worn=access)
            ready = _with(access, more)
            answer = await super().ask(method, url, allow=allowed, timeout_s=timeout_s, **ready)
        if answer.status == 401 and 401 not in allow:
            raise LoggedOut(f"{self._name} answered {answer}: {self._tokens.way_out}")
        return answer

    async def look(self, url: str | URL, *, allow: Collection[int] = (), **more: Any) -> Answer:
        """Look something up; whoever will not tell now may do so later. Raises ChannelDown."""
        try:
            return await self.ask("GET", url, allow=allow, **more)
        except Refused as error:
            raise ChannelDown(f"{self._name} cannot be asked: {error}") from error

    async def once(
        self,
        method: str,
        url: str | URL,
        *,
        allow: Collection[int] = (),
        timeout_s: float = 120.0,
        **more: Any,
    ) -> Answer:
        """Make the call that cannot be taken back, as `Calls.once`; it is made once.

        After a 401 nothing went out: ChannelDown with a new token at hand, or LoggedOut.
        """
        access = await self._tokens.fresh(self._clock())
        allowed, ready = {*allow, 401}, _with(access, more)
        answer = await super().once(method, url, allow=allowed, timeout_s=timeout_s, **ready)
        if answer.status == 401 and 401 not in allow:
            await self._tokens.fresh(self._clock(), worn=access)
            raise ChannelDown(f"{self._name} took in nothing: its token had ended", 1.0)
        return answer


def _with(access: str, more: Mapping[str, Any]) -> dict[str, Any]:
    rest = {key: value for key, value in more.items() if key != "body"}
    if body := more.get("body"):
        rest["data"] = body()
    return {**rest, "headers": {"Authorization": f"Bearer {access}", **more.get("headers", {})}}


def _locked(number: int) -> bool:
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
