"""The whole desk with fakes around it, and the words to work it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bot.chat import Incoming
from bot.courier import Courier
from bot.desk import Desk, Parts
from bot.draft import Draft
from bot.groups import Groups
from bot.newsroom import Newsroom
from bot.rules import Rulebook
from bot.store import Store
from bot.terms.timetable import Timetable
from bot.trends import Wire
from bot.watch.intake import Intake
from fakes import Clock, FakeChannel, FakeChat, FakeLine, FakeSource, FakeTips, item

SAID = count()  # no message has the event of another, also after a restart
EDITORS = {"web:anna": "approver", "web:bea": "approver", "web:ed": "editor", "web:vi": "viewer"}
BREAKING = [
    ("Ferry hits the harbour bridge in Port Ansel", "The Ansel Post"),
    ("Port Ansel harbour bridge closed after ferry collision", "Coast Radio"),
    ("Ferry collides with Port Ansel bridge, harbour closed", "Daily Meridian"),
    ("Harbour bridge in Port Ansel hit by ferry", "North Wire"),
    ("Port Ansel: bridge closed after ferry hits it", "Evening Sentinel"),
]


@dataclass
class Office:
    """A desk with everything around it, and the words to work it."""

    desk: Desk
    intake: Intake
    newsroom: Newsroom
    line: FakeLine
    channel: FakeChannel
    chat: FakeChat
    clock: Clock
    source: FakeSource
    channels: dict[str, FakeChannel]
    courier: Courier

    async def hears(self, text: str, user: str = "web:anna", event: str = "") -> str:
        message = Incoming(user, event or f"m{next(SAID)}", text, self.clock())
        return await self.newsroom.hear(message)

    async def breaks(self) -> None:
        """Five outlets tell one story within minutes, after a quiet hour."""
        for n, (title, outlet) in enumerate(BREAKING):
            self.clock.passes(minutes=2)
            news = item(n, title, outlet, self.clock(), summary=f"{title}, officials said.")
            self.source.coming = [news]
            await self.intake.poll("wire")

    async def settles(self, most: int = 30) -> None:
        """Tick until nothing is left to do now, and the chat was told of it."""
        for _ in range(most):
            busy = await self.desk.tick()
            await self.delivers()
            if not busy:
                return
        raise AssertionError("the desk does not come to rest")

    async def delivers(self) -> float | None:
        """Bring the chat what waits for it; answers how long it asks to be left alone."""
        return await self.courier.deliver(self.chat)

    async def offers(self) -> str:
        """A story breaks and its draft is offered; answers its revision."""
        await self.breaks()
        await self.settles()
        draft = await self.desk.store.draft(1)
        assert draft is not None
        assert draft.state == "offered", (draft.state, draft.why)
        return draft.tag

    async def state(self) -> str:
        draft = await self.desk.store.draft(1)
        return draft.state if draft else "none"

    async def draft(self, number: int = 1) -> Draft:
        found = await self.desk.store.draft(number)
        assert found is not None
        return found

    async def tells(self, n: int, title: str, outlet: str, **more: str) -> None:
        """One more report comes in."""
        self.source.coming = [item(n, title, outlet, self.clock(), **more)]
        await self.intake.poll("wire")

    def joins(self, channel: FakeChannel) -> None:
        """One more channel is set up."""
        self.channels[channel.name] = channel
        self.desk.channels = tuple(self.channels)
        self.desk.groups = Groups(dict.fromkeys(self.channels, ""))

    def last(self) -> str:
        """What the editors were told last."""
        return self.chat.told[-1].text

    async def post(self) -> str:
        return (await self.desk.store.postings(1))[0].state


@asynccontextmanager
async def opened(
    folder: Path,
    book: Rulebook | None = None,
    tables: Mapping[str, Timetable] | None = None,
    *more: FakeChannel,
    clock: Clock | None = None,
    ready_in: float = 0.0,
) -> AsyncIterator[Office]:
    """An office in a folder; opened again there it is the same one after a restart.

    `tables` are the times of its channels: "square", and `more`. Its clock stands unless another
    is given. `ready_in` is what the house wishes of each clip.
    """
    store = await Store.open(folder / "state")
    clock, line, chat, source = clock or Clock(), FakeLine(), FakeChat(), FakeSource("wire")
    channel, wire = FakeChannel(), Wire(first_id=await store.last_story() + 1)
    channels = {"square": channel} | {c.name: c for c in more}
    parts = Parts(
        *(store, wire, line, channels, [chat], folder / "clips"),
        book=book or Rulebook(),
        timetables=tables or {},
        ready_in=ready_in,
    )
    desk = Desk(parts, clock)
    intake = Intake(store, wire, {"wire": source}, clock, desk.wake)
    await intake.open()
    tips, courier = FakeTips(), Courier(store, [chat], clock, lambda: 1.0)
    newsroom = Newsroom(desk, EDITORS, tips.follow, intake.forgive)
    try:
        yield Office(desk, intake, newsroom, line, channel, chat, clock, source, channels, courier)
    finally:
        await store.close()
