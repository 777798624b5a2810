"""The daemon: wakes the desk, runs what it decides side by side, and ends cleanly.

It holds no truth: timers only wake, tasks only do one intent each. Correctness never depends on a
clean end; a clean end only saves the next start some work.
"""

import asyncio
import logging
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.chat import Chat
from bot.config import Config
from bot.courier import Courier
from bot.desk import Desk, Parts
from bot.encoder import Encoder, find_model
from bot.judges import Judge
from bot.lab import pool_of
from bot.line import Line, Production, judging
from bot.newsroom import Newsroom
from bot.pictures import finders
from bot.plugins import Slot
from bot.situation import Intent, Lane, Limits
from bot.store import Store
from bot.tidy import tidy
from bot.tips import Tips
from bot.trends import Interests, Wire
from bot.warmth import keep, server_of
from bot.watch.alarm import AlarmClock
from bot.watch.hosts import Hosts
from bot.watch.intake import Intake
from bot.watch.manners import polite
from bot.watch.rounds import Rounds
from bot.watch.websub import Subscriber
from bot.web import ours, session
from sources.articles import Articles

__all__ = ["Daemon", "now", "started"]

log = logging.getLogger(__name__)

AT_ONCE = {"render": 1, "write": 2}  # of one kind; a render has all cores to itself
AT_ONE_HOST = 8  # connections of chats and channels: a chat that listens holds one for ever
CALLS = ("publish", "reconcile", "amend", "takedown")
LAST_POSTS_S = 20.0  # what a post under way is given to finish when the daemon ends


def now() -> datetime:
    """The time, aware, in UTC. The only clock of the bot."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Daemon:
    """A started bot: its desk, the door for chats, and what keeps it going."""

    config: Config
    desk: Desk
    intake: Intake
    rounds: Rounds
    newsroom: Newsroom
    chats: Sequence[Chat]
    courier: Courier
    subscriber: Subscriber | None = None
    pool: Slot | None = None  # where shots are generated, if any are

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set."""
        try:
            async with asyncio.TaskGroup() as group:
                others = [group.create_task(chat.run(self.newsroom)) for chat in self.chats]
                others.append(group.create_task(self.rounds.run(self._tidy)))
                others.append(group.create_task(self.desk.look_at_logins()))
                others.append(group.create_task(self.courier.run()))
                if self.pool and (server := server_of(self.pool)):
                    others.append(group.create_task(keep(server, self.pool.settings)))
                if self.subscriber:
                    others.append(group.create_task(self.subscriber.run()))
                await group.create_task(self._work(stop))
                for task in others:
                    task.cancel()
        except BaseExceptionGroup as group:  # a chat that cannot start: its reason is the reason
            raise group.exceptions[0] from group

    async def _tidy(self) -> None:
        await tidy(self.config.state, self.desk.store, now())  # first: the disk may be full
        await self.intake.tidy()
        await self.desk.look_at_logins()

    async def _work(self, stop: asyncio.Event) -> None:
        """Do what the desk decides, each lane one thing at a time, until the end."""
        busy: dict[Lane, asyncio.Task[None]] = {}
        ending = asyncio.create_task(stop.wait())
        while not stop.is_set():
            self.desk.woken.clear()
            self._start_intents(busy, await self.desk.decide())
            waking = asyncio.create_task(self.desk.woken.wait())
            await asyncio.wait(
                {waking, ending}, timeout=self._rest_s(), return_when=asyncio.FIRST_COMPLETED
            )
            waking.cancel()
        await _finish(busy)

    def _rest_s(self) -> float | None:
        """How long nothing falls due, seconds; the heartbeat notices a clock that was set."""
        at = self.desk.next_at
        return max(0.0, (at - now()).total_seconds()) if at else None

    def _start_intents(
        self, busy: dict[Lane, asyncio.Task[None]], intents: Sequence[Intent]
    ) -> None:
        for lane in [lane for lane, task in busy.items() if task.done()]:
            del busy[lane]
        running = Counter(task.get_name() for task in busy.values())
        for intent in intents:
            if intent.lane not in busy and running[intent.act] < AT_ONCE.get(intent.act, 8):
                log.info("%s: %s", intent.name, intent.reason)
                busy[intent.lane] = asyncio.create_task(self.desk.do(intent), name=intent.act)
                running[intent.act] += 1


async def _finish(busy: Mapping[Lane, asyncio.Task[None]]) -> None:
    """Give posts under way a moment, end the rest: it is taken up again at the next start."""
    posts = {task for task in busy.values() if task.get_name() in CALLS}
    if posts:
        await asyncio.wait(posts, timeout=LAST_POSTS_S)
    for task in busy.values():
        task.cancel()
    await asyncio.gather(*busy.values(), return_exceptions=True)


@asynccontextmanager
async def started(
    config: Config,
    *,
    line: Callable[[Config, Any], Line] | None = None,
    probe: Callable[[str], None] | None = None,
) -> AsyncIterator[Daemon]:
    """Build a bot from its configuration, and take it down again.

    `line` may replace the production line and `probe` is handed to the store; both are for tests.
    Raises ConfigError, AlreadyRunning or StoreBroken.
    """
    house = config.house
    async with AsyncExitStack() as stack:
        store = await Store.open(config.state, probe)
        stack.push_async_callback(store.close)
        allow, contact = house.network.allow, house.network.contact
        hosts = Hosts(ours(allow))
        http = await stack.enter_async_context(
            session(allow=allow, contact=contact, per_host=AT_ONE_HOST)
        )
        wire_http = await stack.enter_async_context(
            session(allow=allow, contact=contact, middlewares=(polite(hosts, now),))
        )
        interests = Interests(words=house.trends.words, mute=house.trends.mute)
        wire = Wire(interests, first_id=await store.last_story() + 1, bridges=house.trends.bridge)
        judge = await stack.enter_async_context(judging(config))
        made = line(config, http) if line else _line(config, http, judge)
        chats = [_plug(slot, http) for slot in config.chats]
        sources = {slot.name: _plug(slot, wire_http) for slot in config.sources}
        channels = {slot.name: _plug(slot, http) for slot in config.channels}
        limits = Limits(
            house.desk.min_outlets,
            house.desk.open_drafts,
            house.desk.drafts_per_hour,
            house.desk.offer_hours,
            house.desk.fresh_hours,
        )
        clips, book = config.state / "clips", config.book
        parts = Parts(
            store,
            wire,
            made,
            channels,
            chats,
            clips,
            limits,
            book,
            house.clip.format,
            config.groups,
            config.timetables,
            config.lab.ready_in,
        )
        desk = Desk(parts, now)
        addresses = {slot.name: str(getattr(slot.settings, "url", "")) for slot in config.sources}
        ear = Subscriber(house.websub, store, wire_http, now, random.Random())
        heard = ear if house.websub.public_url else None
        encoder = Encoder(find_model(house.trends.meaning), now)
        stack.push_async_callback(encoder.close)
        intake = Intake(
            *(store, wire, sources, now, desk.wake),
            hosts=hosts,
            addresses=addresses,
            tell=desk.say,
            ear=heard,
            encode=encoder.encode,
        )
        await intake.open()
        await ear.open(intake)
        tips = Tips(store, wire, http, now)
        rounds = Rounds(intake, desk.woken.set, now, random.Random(), AlarmClock)
        newsroom = Newsroom(desk, house.editors, tips.follow, rounds.look_again)
        await store.keep_chats([chat.name for chat in chats])
        courier = Courier(store, chats, now)
        pool = pool_of(house.render, config.base) if house.render.heroes else None
        yield Daemon(config, desk, intake, rounds, newsroom, chats, courier, heard, pool)


def _plug(slot: Slot, http: Any) -> Any:
    return slot.module.Plugin(slot.name, slot.settings, http)


def _line(config: Config, http: Any, judge: Judge | None) -> Line:
    writer = config.writer.module.Plugin(config.writer.settings)
    work, asked = config.state / "work", finders(config.finders, http)
    return Production(config, writer, http, work, asked, Articles(http), judge)


async def serve(config: Config, ready: Callable[[Daemon], None] = lambda _: None) -> None:
    """Run until SIGTERM or SIGINT; a second one ends at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    me = asyncio.current_task()

    def end() -> None:
        if stop.is_set() and me:
            me.cancel()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, end)
    with suppress(asyncio.CancelledError):
        async with started(config) as daemon:
            ready(daemon)
            await daemon.run(stop)
