"""A chat model behind OpenAI's Chat Completions or Responses, at OpenAI or any server like it.

The model sees the reports as data between tags that nobody can guess, has no tools and no secrets,
and answers in a schema; what it says is then checked like any foreign text. At most four requests
are made for a draft, within a time and a sum.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Literal

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from bot.story import Bill, Script, Story
from bot.writers import Brief, Tell, WriterDown, WriterRefused
from bot.writers._answer import SCHEMA
from bot.writers._ear import Reply, Unanswered
from bot.writers._order import Order, asked_words
from bot.writers._prompts import VERSION, filled
from bot.writers._purse import Empty, Price, Purse
from bot.writers._server import Message, Misunderstood, Server, Ways

__all__ = ["OPENAI", "Plugin", "Settings"]

OPENAI = "https://api.openai.com/v1"
TRIES = 3  # of one request
PATIENCE_S = 20.0  # a longer Retry-After is handed to the caller
FRAME = 3.2  # words of an answer for each word that is spoken: cites and cards say them again

Sleep = Callable[[float], Awaitable[None]]


class Settings(BaseModel):
    """The [writer] table. `base_url` "" is OpenAI; local servers need no `key`.

    `timeout_s` is for one request, `draft_s` for all that one draft takes; `max_tokens` is for one
    answer.
    `price` is of a million tokens, `budget` for one draft, 0 is none; both in `currency`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    base_url: str = ""
    key: SecretStr = SecretStr("")
    api: Literal["chat", "responses"] = "chat"
    stream: bool = True
    timeout_s: float = Field(60.0, gt=0)
    draft_s: float = Field(120.0, gt=0)
    max_tokens: int = Field(4000, ge=1)
    temperature: float | None = None
    price: Price | None = None
    budget: float = Field(0.0, ge=0)
    currency: str = Field("$", max_length=4)

    @model_validator(mode="after")
    def _countable(self) -> "Settings":
        if self.budget and not self.price:
            raise ValueError("a budget needs a price: { input = ..., output = ... } per million")
        return self


class Plugin:
    """Asks a model. `rng` makes the tags that fence foreign text; `sleep` waits between tries.

    `ways` is what its server turned out to understand, so that only the first draft finds out.
    """

    translates = True

    def __init__(
        self,
        settings: Settings,
        *,
        rng: random.Random | None = None,
        sleep: Sleep = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.rng = rng or random.SystemRandom()
        self.sleep = sleep
        self.ways = Ways(settings.api, stream=settings.stream, newer=not settings.base_url)
        self._clock = clock

    async def write(self, story: Story, brief: Brief, tell: Tell) -> Script:
        """Write once: ask, check, and have the faults repaired once.

        Raises WriterRefused where the model will not, WriterDown where it cannot.
        """
        order = Order.of(story, brief, self.rng, self._secrets())
        return await self._drafted(order, order.messages(), tell)

    async def revise(
        self, script: Script, story: Story, brief: Brief, wish: str, tell: Tell
    ) -> Script:
        """Change a script as an editor asks. Raises as `write` does."""
        brief = replace(brief, lang=script.lang, format=script.format)
        order = Order.of(story, brief, self.rng, self._secrets())
        made = await self._drafted(order, order.revision(script, wish), tell)
        bill = (script.bill or Bill()).plus(made.bill or Bill())
        return replace(made, notes=script.notes, bill=bill)

    def _secrets(self) -> tuple[str, ...]:
        key = self.settings.key.get_secret_value()
        return (key,) if key else ()

    async def _drafted(self, order: Order, messages: list[Message], tell: Tell) -> Script:
        """Make one script of it, within its time and its purse; the bill goes with it."""
        told = self.settings
        purse = Purse(told.price, told.budget, told.currency, self._clock)
        job = _Job(self, order, purse, tell)
        try:
            async with asyncio.timeout(told.draft_s), aiohttp.ClientSession() as http:
                key, url = told.key.get_secret_value(), told.base_url or OPENAI
                job.server = Server(http, url, key, told.model, told.timeout_s)
                await job.run(messages)
        except TimeoutError:
            why = f"{told.model}: no script within {told.draft_s:g} s (writer.draft_s)"
            job.fails(WriterDown(why))
        except (WriterDown, WriterRefused) as error:
            job.fails(error)
        script = job.script()
        return replace(script, writer=f"openai:{told.model}:{VERSION}", bill=purse.bill)


class _Job:
    """One draft being made: the best script until now, and what came in between."""

    server: Server

    def __init__(self, plugin: Plugin, order: Order, purse: Purse, tell: Tell) -> None:
        self._plugin = plugin
        self._order = order
        self._purse = purse
        self._tell = tell
        self._best: Script | None = None
        self._trouble: WriterDown | WriterRefused | None = None

    def fails(self, trouble: WriterDown | WriterRefused) -> None:
        """Keep what went wrong: it counts where there is no script that can be used."""
        self._trouble = trouble

    def script(self) -> Script:
        """Answer the best script there is. Raises what came in between."""
        if self._best:
            return self._best
        assert self._trouble
        self._trouble.bill = self._purse.bill
        raise self._trouble

    async def run(self, messages: list[Message]) -> None:
        """Ask, look, and have it repaired once. Raises WriterDown or WriterRefused."""
        reply = await self._ask(messages, "write")
        self._best, wrong = self._order.read(reply)
        if not wrong:
            return
        again = await self._ask([*messages, *self._order.repair(reply, wrong)], "repair")
        second, still = self._order.read(again)
        if second and (not self._best or len(still) <= len(wrong)):
            self._best = second
        if not self._best:
            raise WriterDown(f"{self._plugin.settings.model} gave no usable script: {still[0]}")

    async def _ask(self, messages: Sequence[Message], stage: str) -> Reply:
        """Ask; once more in another way where the server does not understand this one."""
        plugin = self._plugin
        try:
            reply = await self._repeated(messages, self._listener(stage))
        except Misunderstood as error:
            ways = plugin.ways.without(str(error))
            if ways is None:
                raise WriterRefused(f"{plugin.settings.model}: {error}") from error
            plugin.ways = ways
            return await self._ask(messages, stage)
        except Unanswered as error:
            why = f"{plugin.settings.model}: {self.server.bare(str(error))}"
            raise WriterDown(why, error.retry_after_s) from error
        except Empty as error:
            raise WriterDown(f"{plugin.settings.model}: {error}") from error
        if reply.ended == "refused":
            said = reply.said or "content filter"
            raise WriterRefused(f"{plugin.settings.model} refused: {said}")
        return reply

    def _listener(self, stage: str) -> Callable[[str], None]:
        """Count the words that come, against those that were asked for."""
        asked, heard = FRAME * asked_words(self._order.brief), 0
        self._tell(stage, 0.0)

        def listen(text: str) -> None:
            nonlocal heard
            heard += text.count(" ")
            self._tell(stage, min(0.95, heard / asked))

        return listen

    async def _repeated(self, messages: Sequence[Message], heard: Callable[[str], None]) -> Reply:
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(self._may_pass),
            stop=stop_after_attempt(TRIES),
            wait=self._wait,
            sleep=self._plugin.sleep,
            reraise=True,
        ):
            with attempt:
                return await self._once(messages, heard)
        raise AssertionError("tenacity answers or raises")  # pragma: no cover

    async def _once(self, messages: Sequence[Message], heard: Callable[[str], None]) -> Reply:
        told, ways = self._plugin.settings, self._plugin.ways
        asked = _formed(messages) if ways.form != "schema" else messages
        texts = [message["content"] for message in asked]
        self._purse.draw(texts, told.max_tokens)
        most, warmth = told.max_tokens, told.temperature
        try:
            reply = await self.server.ask(
                asked, SCHEMA, ways, most=most, temperature=warmth, heard=heard
            )
        except Unanswered as error:
            if error.sent:
                self._purse.pay(texts, None)
            raise
        self._purse.pay(texts, reply)
        return reply

    def _may_pass(self, error: BaseException) -> bool:
        """Tell whether the same request may succeed in a moment."""
        if not isinstance(error, Unanswered) or not self._purse.left:
            return False
        return error.passing and (error.retry_after_s or 0.0) <= PATIENCE_S

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = getattr(error, "retry_after_s", None)
        jitter = self._plugin.rng.uniform(0.2, 2.0**state.attempt_number)
        return jitter if asked is None else asked + jitter / 10  # never before it was asked for


def _formed(messages: Sequence[Message]) -> list[Message]:
    """Put the schema into the words, for a server that takes none; roles keep taking turns."""
    *before, last = messages
    form = filled("form", schema=SCHEMA)
    return [*before, {**last, "content": f"{last['content']}\n\n{form}"}]
