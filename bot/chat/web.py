"""The web desk: a page on loopback, and the same commands as a small HTTP API."""

import asyncio
import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import aiohttp
from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints
from yarl import URL

from bot.chat import Newsroom, Outgoing
from bot.chat._door import Door
from bot.chat._messages import Messages
from bot.chat._site import Site
from bot.plugins import ConfigError

__all__ = ["Plugin", "Settings"]


class Settings(BaseModel):
    """`tokens` are user -> token: user "anna" is known to the desk as "web:anna".

    Without tokens there is one user, "desk", whose token is made on the first start and kept in
    `token_file` for this account alone (without that file it lasts until the daemon ends).
    `port` 0 takes any free one. `public_hosts` are more host names that the page may be called by.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: int = Field(8710, ge=0, le=65535)
    tokens: dict[
        Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.@-]{1,64}$")], SecretStr
    ] = {}
    token_file: Path | None = None
    public_hosts: tuple[str, ...] = ()


class Plugin:
    """The page's server, from `run` until it is cancelled. `url` and `link` are known when ready.

    `link` logs the user "desk" in; it holds the token and is "" where tokens are configured.
    """

    def __init__(
        self,
        name: str,
        settings: Settings,
        _http: aiohttp.ClientSession | None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name = name
        self.url = self.link = ""
        self._settings, self._clock = settings, clock
        self._messages = Messages()
        self._up = asyncio.Event()

    async def run(self, newsroom: Newsroom) -> None:
        """Serve the page until cancelled. Raises ConfigError where the port or a token is bad."""
        tokens = tokens_of(self._settings)
        door = Door(tokens, (self._settings.host, *self._settings.public_hosts))
        site = Site(newsroom, door, self._messages, self._clock)
        runner = web.AppRunner(site.app(), access_log=None, shutdown_timeout=2)
        await runner.setup()
        try:
            await self._open(runner, "" if self._settings.tokens else tokens["desk"])
            await asyncio.Event().wait()
        finally:
            self._up.clear()
            await runner.cleanup()

    async def ready(self) -> str:
        """Wait until the page is being served; answer its address, with the port that it got."""
        await self._up.wait()
        return self.url

    async def send(self, message: Outgoing) -> None:
        """Show a message in the log of every open page, and of those that come soon."""
        self._messages.add(message, self._clock())

    async def _open(self, runner: web.AppRunner, token: str) -> None:
        host, port = self._settings.host, self._settings.port
        try:
            await web.TCPSite(runner, host, port).start()
        except (OSError, UnicodeError) as error:
            raise ConfigError(
                f"chat.web: cannot listen on host {host!r}, port {port}: {error}; "
                "choose another `port` (0 takes any free one)"
            ) from error
        shown = "127.0.0.1" if host in ("0.0.0.0", "", "::") else host
        base = URL.build(scheme="http", host=shown, port=runner.addresses[0][1], path="/")
        self.url = str(base).rstrip("/")
        self.link = str(base.with_query(token=token)) if token else ""
        self._up.set()


def tokens_of(settings: Settings) -> dict[str, str]:
    """Give every user's token; makes and keeps the one of "desk" where none are configured."""
    tokens = {user: token.get_secret_value() for user, token in settings.tokens.items()}
    for user, token in tokens.items():
        if len(token) < 8:
            raise ConfigError(f"chat.web.tokens.{user}: shorter than 8 characters")
    if len(set(tokens.values())) < len(tokens):
        raise ConfigError("chat.web.tokens: two users have the same token; give each their own")
    return tokens or {"desk": kept_token(settings.token_file)}


def kept_token(path: Path | None) -> str:
    """Read the token in a file, or make one that only this account may read."""
    fresh = secrets.token_urlsafe(24)
    if path is None:
        return fresh
    try:
        with suppress(FileNotFoundError):
            if kept := path.read_text("utf-8").strip():
                return kept
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(0o600)
        path.chmod(0o600)  # before the token is in it, and where an empty file was there already
        path.write_text(f"{fresh}\n", "utf-8")
    except (OSError, UnicodeError) as error:
        raise ConfigError(f"chat.web.token_file: cannot keep a token in {path}: {error}") from error
    return fresh
