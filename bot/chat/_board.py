"""How the desk's messages go up in a chat: once, in their story's thread, in place of earlier ones.

It keeps in mind what stands where. How a chat is spoken to is its own file's (bot/chat/_pen.py).
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.chat import Incoming, Mark, Newsroom, Outgoing
from bot.chat._back import keep_up
from bot.chat._pen import Pen, Sheet, Shut, Sleep
from bot.chat._pieces import pieces

__all__ = ["Board"]

TRIES = 3
LONGEST_S = 30.0  # that an answer waits for a chat that asks us to
TITLE = 90  # characters; Discord's threads take 100, Telegram's topics 128

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Board:
    """What stands in one chat, and what people there say. `newsroom` is known once it runs."""

    name: str
    pen: Pen
    sleep: Sleep = asyncio.sleep
    newsroom: Newsroom | None = None
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def run(self, newsroom: Newsroom, connect: Callable[[], Awaitable[None]]) -> None:
        """Keep a connection up until cancelled; what a person must mend is told as an error."""
        self.newsroom = newsroom

        async def connected() -> None:
            try:
                await connect()
            except Shut as error:
                log.error("%s: %s", self.name, error)
                raise

        await keep_up(self.name, connected, sleep=self.sleep)

    async def hear(self, message: Incoming, thread: str) -> None:
        """Hand a message in, and answer it where it was said."""
        if self.newsroom and (reply := await self.newsroom.hear(message)):
            for text, marks in self._cut(reply, (), self.pen.sizes.text):
                if not await self._answer(Sheet(text, marks, thread=thread)):
                    return

    async def _answer(self, sheet: Sheet) -> bool:
        """Write an answer, a few times if need be: it is of use now or never."""
        for n in range(1, TRIES + 1):
            try:
                await self.pen.put(sheet)
                return True
            except ConnectionError as error:
                log.warning("%s: an answer cannot be shown: %s", self.name, error)
                asked = getattr(error, "retry_after_s", None) or 0.0
                if n == TRIES or asked > LONGEST_S:
                    return False
                await self.sleep(max(asked, float(n)))
            except ValueError as error:
                log.warning("%s: an answer is not taken: %s", self.name, error)
                return False
        return False

    async def show(self, message: Outgoing) -> None:
        """Put a message up, as `Chat.send` says. The same key again goes on where it was left."""
        async with self._turn:
            if self.newsroom is None:
                raise ConnectionError(f"{self.name} is not up yet")
            await _Showing(self, self.newsroom, message).run()

    def _cut(
        self, text: str, marks: tuple[Mark, ...], most: int
    ) -> tuple[tuple[str, tuple[Mark, ...]], ...]:
        return pieces(text, marks, most=most, count=self.pen.sizes.count)


@dataclass(slots=True)
class _Showing:
    """One message on its way up."""

    board: Board
    newsroom: Newsroom
    message: Outgoing
    thread: str = ""

    async def run(self) -> None:
        message, pen = self.message, self.board.pen
        done = await self._done()
        slot = await self._slot()
        film = await self._film()
        named = f"{film.parent.name}/{film.name}" if film else slot.get("film", "")
        if film and slot.get("film") != named:
            slot = {}  # another film: it cannot take the earlier one's place
        story, title = f"story:{message.story}", _title(message.text)
        self.thread = await self._recall(story) if message.story is not None else ""
        if message.story is not None and not self.thread and not done and not slot:
            await self._open(pen.begin(title), story)
        sheets, old = list(self._sheets(film, slot)), slot.get("refs", [])
        for n, sheet in enumerate(sheets[len(done) :], len(done)):
            await self._follow(done, story, title)
            done.append(await self._put(n, sheet, old))
            await self._keep("last", json.dumps({"key": message.key, "refs": done}))
        await self._follow(done, story, title)
        for ref in old[len(sheets) :]:
            await pen.change(ref, Sheet("…"))
        if message.slot:
            held = any(sheet.captioned for sheet in sheets)
            texts = done[: len(done) - any(sheet.film and not sheet.text for sheet in sheets)]
            kept = {"film": named, "captioned": held, "refs": texts}
            await self._keep(f"slot:{message.slot}", json.dumps(kept))

    async def _follow(self, done: list[str], story: str, title: str) -> None:
        """Open the story's thread under its first message."""
        if done and not self.thread and self.message.story is not None:
            await self._open(self.board.pen.follow(done[0], title), story)

    async def _open(self, opening: Awaitable[str], story: str) -> None:
        """Take a new thread, or go on without: a message counts for more than its place."""
        try:
            self.thread = await opening
        except (Shut, ValueError) as error:
            log.warning("%s: no thread is opened: %s", self.board.name, error)
        else:
            await self._keep(story, self.thread)

    async def _put(self, n: int, sheet: Sheet, old: list[str]) -> str:
        pen = self.board.pen
        if n < len(old) and await pen.change(old[n], sheet):
            return old[n]
        key = f"{self.message.key}:{n}" if self.message.key else ""
        return await pen.put(replace(sheet, thread=self.thread, key=key))

    def _sheets(self, film: Path | None, slot: Mapping[str, Any]) -> Iterator[Sheet]:
        """Lay a message out: pieces of text, the buttons under the last, a film in its place."""
        sizes, message = self.board.pen.sizes, self.message
        shown = tuple(b for b in message.buttons if len(b[1].encode()) <= sizes.command)
        text, marks = _told(message, [b for b in message.buttons if b not in shown])
        again = bool(slot)  # its film, if any, is up already
        held = slot.get("captioned", False) or (
            bool(film) and not again and sizes.count(text) <= sizes.caption
        )
        cut = self.board._cut(text, marks, sizes.caption if held else sizes.text)
        for n, (part, inside) in enumerate(cut):
            first, last = n == 0, n == len(cut) - 1
            yield Sheet(
                part,
                inside,
                shown if last else (),
                film if held and first and not again else None,
                captioned=held and first,
            )
        if film and not held and not again:
            yield Sheet("", film=film)

    async def _film(self) -> Path | None:
        message = self.message
        if message.draft is None or not message.film:
            return None
        return await self.newsroom.fitted(message.draft, message.film, self.board.pen.sizes.film)

    async def _done(self) -> list[str]:
        """Name what of this very message is up already, from a try before."""
        last = json.loads(await self._recall("last") or "{}")
        same = self.message.key and last.get("key") == self.message.key
        return list(last["refs"]) if same else []

    async def _slot(self) -> dict[str, Any]:
        key = f"slot:{self.message.slot}"
        return dict(json.loads(await self._recall(key) or "{}")) if self.message.slot else {}

    async def _recall(self, key: str) -> str:
        return await self.newsroom.recall(self.board.name, key)

    async def _keep(self, key: str, value: str) -> None:
        await self.newsroom.keep(self.board.name, key, value)


def _told(message: Outgoing, long: list[tuple[str, str]]) -> tuple[str, tuple[Mark, ...]]:
    """Write what no button can carry below the text."""
    text, marks = message.text, list(message.marks)
    for label, command in long:
        text += f"\n{label}: "
        marks.append(Mark(len(text), len(text) + len(command), "code"))
        text += command
    return text, tuple(marks)


def _title(text: str) -> str:
    """Name a thread by the first line of its first message."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "story")
    return line if len(line) <= TITLE else f"{line[: TITLE - 1]}…"
