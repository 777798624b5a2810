"""WebSub: hubs tell us a feed's news at once, over a small server of our own.

Off unless `[websub] public_url` says under which address hubs reach it. Looks go on as a safety
net. A push is a stranger's until its signature shows otherwise: it has a cap, a time limit, and is
parsed in the darkroom like everything else.
"""

import asyncio
import logging
import random
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import aiohttp
from aiohttp import web

from bot.config import WebSub
from bot.plugins import ConfigError
from bot.store import PushRow, Store, StoreBroken
from bot.watch import push
from bot.watch.intake import Intake
from sources import Hub, Item, SourceError

__all__ = ["Subscriber"]

log = logging.getLogger(__name__)

CAP = 10_000_000  # bytes of a push
PATIENCE_S = 20.0  # for its body to arrive
AT_ONCE = 32  # pushes that are read at the same time; more are told to come later
ROUND_S = 30.0  # how often we look whom to ask


class Subscriber:
    """Keeps the subscriptions of all feeds and takes what is pushed. An Ear of bot.watch.intake."""

    def __init__(
        self,
        settings: WebSub,
        store: Store,
        http: aiohttp.ClientSession,
        clock: Callable[[], datetime],
        chance: random.Random,
    ) -> None:
        self._settings = settings
        self._store = store
        self._http = http
        self._now = clock
        self._chance = chance
        self._rows: dict[str, PushRow] = {}
        self._paths: dict[str, str] = {}
        self._unsaved: set[str] = set()
        self._asked: set[str] = set()
        self._intake: Intake | None = None
        self._reading: set[asyncio.Task[None]] = set()
        self._woken = asyncio.Event()

    # -- what the intake says ------------------------------------------------------------------

    async def open(self, intake: Intake) -> None:
        """Take up the subscriptions where they were left; those of sources that are gone end."""
        self._intake = intake
        for row in (await self._store.pushes()).values():
            self._rows[row.source] = row
            self._paths[row.path] = row.source
            if not intake.watches(row.source):
                self._drop(row.source)

    def looked(self, name: str, hub: Hub | None, news: Sequence[Item]) -> float:
        """Hear what a look at a feed found; answers how long it may be left alone, in seconds.

        It is written down in the next round: whoever looks must not fail for our sake.
        """
        now, row = self._now(), self._rows.get(name)
        if hub is None:
            self._drop(name)
            return 0.0
        wish = push.wished(row, hub, name, secrets.token_hex(32), now)
        if row and news:
            wish = push.missed(wish, tuple(news), now)
        if wish != row:
            self._hold(wish)
            self._woken.set()
        return push.looked(wish, now)

    # -- what hubs are asked -------------------------------------------------------------------

    async def run(self) -> None:
        """Serve the callbacks and keep the subscriptions until cancelled."""
        async with self.serving():
            log.info("hubs reach us at %s", self._settings.public_url)
            while True:
                await self.ask_round()
                self._woken.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), ROUND_S)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Serve the callbacks. Raises ConfigError where the port is taken."""
        app = web.Application(client_max_size=CAP)
        app.router.add_get("/{path:.*}", self._verify)
        app.router.add_post("/{path:.*}", self._take)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await self._listen(runner)
            yield
        finally:
            for task in self._reading:
                task.cancel()
            await runner.cleanup()

    async def _listen(self, runner: web.AppRunner) -> None:
        host, port = self._settings.host, self._settings.port
        try:
            await web.TCPSite(runner, host, port).start()
        except (OSError, UnicodeError) as error:
            raise ConfigError(
                f"websub: cannot listen on host {host!r}, port {port}: {error}; "
                "choose another `port`"
            ) from error

    async def ask_round(self) -> None:
        """Ask every hub whose subscription is due; one that fails is asked once a round."""
        await self.save()
        failing: set[str] = set()
        for row in [row for row in self._rows.values() if row.due <= self._now()]:
            if row.hub in failing:
                continue
            try:
                await self._ask(row)
            except (aiohttp.ClientError, SourceError, TimeoutError, OSError, ValueError) as error:
                failing.add(row.hub)
                why = str(error) or type(error).__name__
                log.warning("%s: its hub %s cannot be asked: %s", row.source, row.hub, why)
                await self._keep(push.failed(row, why, self._now(), self._chance))

    async def _ask(self, row: PushRow) -> None:
        await self._keep(push.asked(row, self._now()))
        self._asked.add(row.source)  # before the request: a hub may verify before it answers
        form = {
            "hub.mode": "subscribe",
            "hub.topic": row.topic,
            "hub.callback": f"{self._settings.public_url.rstrip('/')}/{row.path}",
            "hub.secret": row.secret,
        }
        async with self._http.post(row.hub, data=form, max_redirects=5) as answer:
            if answer.status // 100 != 2:
                said = (await answer.content.read(300)).decode("utf-8", "replace")
                raise ValueError(f"answered {answer.status} {said}".strip())

    async def quiet(self) -> None:
        """Wait until every push that came is read."""
        await asyncio.gather(*self._reading)

    # -- what hubs say -------------------------------------------------------------------------

    async def _verify(self, request: web.Request) -> web.Response:
        """Answer a hub's challenge, but only for what we asked of it."""
        row, query = self._addressed(request), request.query
        if row is None or query.get("hub.topic") != row.topic:
            raise web.HTTPNotFound
        if query.get("hub.mode") == "denied":
            self._asked.discard(row.source)
            await self._keep(push.refused(row, query.get("hub.reason", ""), self._now()))
            return web.Response()
        waited_for = row.source in self._asked or row.state == "asked"
        if query.get("hub.mode") != "subscribe" or not waited_for:
            raise web.HTTPNotFound
        self._asked.discard(row.source)
        await self._keep(push.verified(row, query.get("hub.lease_seconds", ""), self._now()))
        return web.Response(text=query.get("hub.challenge", ""))

    async def _take(self, request: web.Request) -> web.Response:
        """Take a push. One that is not signed rightly is dropped, and not told so (section 7.1)."""
        row = self._addressed(request)
        if row is None:
            raise web.HTTPGone  # the hub then forgets us
        if len(self._reading) >= AT_ONCE:
            raise web.HTTPServiceUnavailable
        try:
            async with asyncio.timeout(PATIENCE_S):
                body = await request.read()
        except TimeoutError as error:
            raise web.HTTPRequestTimeout from error
        if push.genuine(row, request.headers, body):
            task = asyncio.create_task(self._read(row.source, body, request.charset or ""))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)
        else:
            log.warning("%s: a push without the right signature was dropped", row.source)
        return web.Response(status=202)

    async def _read(self, name: str, body: bytes, charset: str) -> None:
        assert self._intake
        try:
            await self._intake.take(name, body, charset)
        except SourceError as error:
            log.warning("%s: what its hub pushed cannot be read: %s", name, error)
        except Exception:  # a bug in one source must not stop the others
            log.exception("reading a push for %s failed", name)
        else:
            await self._keep(push.heard(self._rows[name], self._now()))

    def _addressed(self, request: web.Request) -> PushRow | None:
        """Find whose callback it is; a proxy may have put a path before it."""
        name = self._paths.get(request.match_info["path"].rpartition("/")[2])
        return self._rows.get(name) if name else None

    async def save(self) -> None:
        """Write down what changed since the last time; what cannot be is for the next round."""
        for name in list(self._unsaved):
            row = self._rows.get(name)
            self._unsaved.discard(name)
            try:
                await (self._store.save_push(row) if row else self._store.forget_push(name))
            except StoreBroken as error:
                self._unsaved.add(name)
                log.warning("the subscription of %s: %s", name, error)

    async def _keep(self, row: PushRow) -> None:
        self._hold(row)
        await self.save()

    def _hold(self, row: PushRow) -> None:
        before = self._rows.get(row.source)
        if before:
            self._paths.pop(before.path, None)
        self._rows[row.source], self._paths[row.path] = row, row.source
        self._unsaved.add(row.source)

    def _drop(self, name: str) -> None:
        row = self._rows.pop(name, None)
        if row:
            self._paths.pop(row.path, None)
            self._unsaved.add(name)
