"""`wirereel login CHANNEL`: a person lets the bot post to an account.

A browser on this machine comes back to a port of ours, `--paste` takes the address that a browser
elsewhere ended at, and `--device` has a code typed where there is a browser. Only the token file
ever sees a token.
"""

import asyncio
import hmac
import os
import secrets
import sys
import webbrowser
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import aiohttp
from aiohttp import web
from yarl import URL

from bot.config import Config
from bot.plugins import ConfigError, Slot
from bot.terminal import answer, fail, find_config, finish, screen, shown
from bot.web import session
from publish import PublishError
from publish._authority import Denied
from publish._grant import Grant, Token, address
from publish._tokens import Tokens

__all__ = ["LoginFailed", "Way", "log_in", "login", "returned"]

Way = Literal["browser", "paste", "device"]

PATIENCE_S = 600.0  # how long a person may take
BACK = "/callback/"
PAGE = "<!doctype html><meta charset=utf-8><title>Wirereel</title><p>{}: you may close this page."


class LoginFailed(Exception):
    """Nobody is logged in; the message says why, and the way out."""


def login(path: Path | None, channel: str, way: Way, port: int | None) -> None:
    """Log in at a channel of the config file, and say until when it lasts."""
    config = find_config(path)
    slot = found(config, channel)

    async def work() -> Token:
        async with session(allow=config.house.network.allow) as http:
            show = _open if way == "browser" else _tell
            return await log_in(slot, http, way, port, show, _read, asyncio.sleep)

    try:
        token = finish(work())
    except (LoginFailed, PublishError) as error:
        fail(str(error))
    lasts = f"until {token.ends:%Y-%m-%d}" if token.ends else "until somebody takes it back"
    answer.print(f"{channel}: logged in, {lasts}", markup=False, highlight=False)


def found(config: Config, channel: str) -> Slot:
    """Find a channel that wants a login. Raises ConfigError with the way out."""
    able = [slot.name for slot in config.channels if hasattr(slot.module, "GRANT")]
    for slot in config.channels:
        if slot.name == channel and channel in able:
            return slot
    wanted = ", ".join(able) or "none of those in config.toml"
    why = "wants no login" if channel in (s.name for s in config.channels) else "is no channel"
    raise ConfigError(f"{channel!r} {why}; to be logged in at: {wanted}")


async def log_in(
    slot: Slot,
    http: aiohttp.ClientSession,
    way: Way,
    port: int | None,
    show: Callable[[str], None],
    read: Callable[[], Awaitable[str]],
    sleep: Callable[[float], Awaitable[None]],
    patience_s: float = PATIENCE_S,
) -> Token:
    """Log in and write the token down. Raises LoginFailed or PublishError.

    `show` tells the person what to open, `read` waits for a line of theirs.
    """
    tokens = Tokens(slot.name, slot.module.GRANT, slot.settings, http)
    grant = tokens.authority.grant
    try:
        async with asyncio.timeout(patience_s):
            if way == "device":
                token = await _by_device(tokens, grant, show, sleep)
            else:
                token = await _by_code(tokens, slot, way, port, show, read)
    except TimeoutError as error:
        why = f"nobody logged in within {patience_s / 60:g} minutes"
        raise LoginFailed(f"{why}: say `wirereel login {slot.name}` again") from error
    try:
        await tokens.settle(token)
    except OSError as error:
        raise LoginFailed(f"{tokens.path} cannot be written: {error.strerror}") from error
    return token


def returned(query: Mapping[str, str], state: str) -> str:
    """Take the code out of what the browser came back with. Raises LoginFailed.

    `state` is what we sent along: with another one, the answer is to somebody else's login.
    """
    if not hmac.compare_digest(query.get("state", "").encode(), state.encode()):
        raise LoginFailed("what came back belongs to another login: begin again, and finish that")
    if error := query.get("error", ""):
        if error in ("access_denied", "user_cancelled_login", "user_cancelled_authorize"):
            raise LoginFailed("it was denied there: log in again and allow it")
        said = shown(f"{error}: {query.get('error_description', '')}")[:300]
        raise LoginFailed(f"the platform turned it down ({said})")
    if not (code := query.get("code", "")):
        raise LoginFailed("no code came back: begin again")
    return code


async def _by_code(
    tokens: Tokens,
    slot: Slot,
    way: Way,
    port: int | None,
    show: Callable[[str], None],
    read: Callable[[], Awaitable[str]],
) -> Token:
    grant, state, proof = tokens.authority.grant, secrets.token_urlsafe(24), _proof()
    wanted = grant.port if port is None else port
    if way == "paste" or grant.back:
        back = grant.back or f"http://127.0.0.1:{wanted or 8765}{BACK}"
        show(_asked(grant, slot, back, state, proof))
        code = returned(_pasted(await read()), state)
        return await tokens.authority.redeem(code, back, proof, _now())
    came: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    async with _listening(came, state, wanted) as bound:
        back = f"http://127.0.0.1:{bound}{BACK}"
        show(_asked(grant, slot, back, state, proof))
        code = await came
    return await tokens.authority.redeem(code, back, proof, _now())


def _asked(grant: Grant, slot: Slot, back: str, state: str, proof: str) -> str:
    return address(grant, slot.settings.client_id, back, state, proof)


@asynccontextmanager
async def _listening(came: asyncio.Future[str], state: str, port: int) -> AsyncIterator[int]:
    """Listen on loopback for the browser; answers the port. Raises LoginFailed."""

    async def back(request: web.Request) -> web.Response:
        try:
            code = returned(request.query, state)
        except LoginFailed as error:
            if "state" in request.query and request.query["state"] == state and not came.done():
                came.set_exception(error)
            return _page("This did not work")  # somebody else's answer ends nothing
        if not came.done():
            came.set_result(code)
        return _page("This worked")

    app = web.Application()
    app.router.add_get(BACK, back)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, "127.0.0.1", port).start()
        except OSError as error:
            way_out = "say --port with another one that is registered there, or --paste"
            raise LoginFailed(f"port {port} is taken: {way_out}") from error
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def _by_device(
    tokens: Tokens,
    grant: Grant,
    show: Callable[[str], None],
    sleep: Callable[[float], Awaitable[None]],
) -> Token:
    if not grant.device_url:
        raise LoginFailed("this platform has no codes for devices: use --paste")
    told = await tokens.authority.device()
    code, where = str(told.get("device_code", "")), str(told.get("verification_uri", ""))
    if not code or not where.startswith("https://"):
        raise LoginFailed("the platform gave no code: try it without --device")
    show(f"{where} and type {told.get('user_code', '')}")
    wait_s, left_s = _seconds(told.get("interval"), 5.0), _seconds(told.get("expires_in"), 600.0)
    while left_s > 0:
        await sleep(wait_s)
        left_s -= wait_s
        try:
            return await tokens.authority.typed(code, _now())
        except Denied as error:
            wait_s = _slower(error, wait_s)
    raise LoginFailed("the code ran out before it was typed: begin again")


def _slower(error: Denied, wait_s: float) -> float:
    """Decide how long to wait for the person (RFC 8628, 3.5). Raises LoginFailed."""
    match error.code:
        case "authorization_pending":
            return wait_s
        case "slow_down":
            return wait_s + 5.0
        case "access_denied":
            raise LoginFailed("it was denied there: log in again and allow it") from error
        case "expired_token" | "invalid_grant":
            raise LoginFailed("the code ran out before it was typed: begin again") from error
    raise LoginFailed(str(error)) from error


def _pasted(line: str) -> Mapping[str, str]:
    """Read the address that a browser ended at. Raises LoginFailed."""
    try:
        query = URL(line.strip()).query
    except ValueError:
        query = URL().query
    if "state" not in query:
        raise LoginFailed("that is no address with a code: copy the whole line of the browser")
    return query


def _seconds(value: object, usual: float) -> float:
    return float(value) if isinstance(value, int) and 0 < value < 3600 else usual


def _proof() -> str:
    return secrets.token_urlsafe(48)


def _now() -> datetime:
    return datetime.now(UTC)


def _page(said: str) -> web.Response:
    return web.Response(text=PAGE.format(said), content_type="text/html")


def _open(what: str) -> None:
    """Show an address, in a browser where there is a screen for one."""
    _tell(what)
    if sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        webbrowser.open(what)


def _tell(what: str) -> None:
    screen.print(f"Open {shown(what)}", markup=False, highlight=False, soft_wrap=True)


async def _read() -> str:
    screen.print("Paste the address that the browser ended at:", markup=False)
    return await asyncio.to_thread(input)
