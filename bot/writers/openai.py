"""A chat model behind OpenAI's Chat Completions: OpenAI itself, or any server that speaks it.

The model sees the reports as data between tags that nobody can guess, has no tools and no secrets,
and answers in a schema; what it says is then checked like any foreign text. At most four requests
are made for a draft.
"""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, SecretStr
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from bot.story import Script, Story
from bot.writers import Brief, Tell, WriterDown, WriterRefused
from bot.writers._answer import Answer
from bot.writers._order import PROMPT, Message, Order

__all__ = ["Plugin", "Settings"]

OPENAI = "https://api.openai.com/v1"
CALLS = 4  # requests for one draft, whatever happens
TRIES = 3  # of one request
PATIENCE_S = 20.0  # a longer Retry-After is handed to the caller

Sleep = Callable[[float], Awaitable[None]]


class Settings(BaseModel):
    """The [writer] table. `base_url` "" is OpenAI; local servers need no `key`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    base_url: str = ""
    key: SecretStr = SecretStr("")
    timeout_s: float = 60.0
    max_tokens: int = 4000
    temperature: float | None = None


class Plugin:
    """Asks a model. `rng` makes the tags that fence foreign text; `sleep` waits between tries."""

    translates = True

    def __init__(
        self,
        settings: Settings,
        *,
        rng: random.Random | None = None,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self.settings = settings
        self._rng = rng or random.SystemRandom()
        self._sleep = sleep

    async def write(self, story: Story, brief: Brief, tell: Tell) -> Script:
        """Write once: ask, check, and have the faults repaired once.

        Raises WriterRefused where the model will not, WriterDown where it cannot.
        """
        from openai import AsyncOpenAI

        order = Order.of(story, brief, self._rng)
        key = self.settings.key.get_secret_value() or "none"
        url = self.settings.base_url or OPENAI
        async with AsyncOpenAI(
            api_key=key, base_url=url, timeout=self.settings.timeout_s, max_retries=0
        ) as client:
            line = _Line(client, self.settings, self._rng, self._sleep)
            return await self._drafted(order, line)

    async def revise(
        self, script: Script, story: Story, brief: Brief, wish: str, tell: Tell
    ) -> Script:
        """Change a script as an editor asks. Raises as `write` does."""
        raise WriterRefused("plain words are not understood yet")

    async def _drafted(self, order: Order, line: "_Line") -> Script:
        writer = f"openai:{self.settings.model}:{PROMPT.removesuffix('.md')}"
        messages = order.messages()
        text = await line.ask(messages)
        first, wrong = order.read(text, writer)
        if not wrong and first:
            return first
        again = await line.ask([*messages, *order.repair(text, wrong)])
        second, still = order.read(again, writer)
        if second and (not first or len(still) <= len(wrong)):
            return second
        if first:
            return first
        raise WriterDown(f"{self.settings.model} gave no usable script: {still[0]}")


class _Line:
    """The line to the model for one draft; it is dead after four requests."""

    def __init__(self, client: Any, settings: Settings, rng: random.Random, sleep: Sleep) -> None:
        self._client = client
        self._settings = settings
        self._rng = rng
        self._sleep = sleep
        self._left = CALLS
        self._tokens = settings.max_tokens
        self._strict = True

    async def ask(self, messages: Sequence[Message]) -> str:
        """Ask and answer the text. Once more with room to spare where it was cut off."""
        choice = await self._choice(messages)
        if choice.finish_reason == "length":
            self._tokens *= 2
            choice = await self._choice(messages)
        if choice.finish_reason == "length":
            raise WriterDown(f"{self._settings.model} ran out of tokens; raise writer.max_tokens")
        refusal = getattr(choice.message, "refusal", None)
        if refusal or choice.finish_reason == "content_filter":
            raise WriterRefused(f"{self._settings.model} refused: {refusal or 'content filter'}")
        return choice.message.content or ""

    async def _choice(self, messages: Sequence[Message]) -> Any:
        """Make one request, repeated where that may help; our errors come out of it."""
        import openai

        try:
            answer = await self._repeated(messages)
        except openai.BadRequestError as error:
            if not self._strict or not re.search("schema|response_format", str(error)):
                raise WriterRefused(f"{self._settings.model}: {_said(error)}") from error
            self._strict = False
            return await self._choice(messages)
        except openai.OpenAIError as error:
            raise WriterDown(
                f"{self._settings.model} at {self._client.base_url}: {_said(error)}",
                _retry_after(error),
            ) from error
        choices = getattr(answer, "choices", None)
        if not choices:
            raise WriterDown(f"{self._client.base_url} does not speak Chat Completions")
        return choices[0]

    async def _repeated(self, messages: Sequence[Message]) -> Any:
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(self._may_pass),
            stop=stop_after_attempt(TRIES),
            wait=self._wait,
            sleep=self._sleep,
            reraise=True,
        ):
            with attempt:
                if not self._left:
                    raise WriterDown(f"{self._settings.model}: no script after {CALLS} requests")
                self._left -= 1
                return await self._client.chat.completions.create(**self._request(messages))
        raise AssertionError("tenacity answers or raises")  # pragma: no cover

    def _request(self, messages: Sequence[Message]) -> dict[str, Any]:
        request: dict[str, Any] = {"model": self._settings.model, "messages": list(messages)}
        schema = Answer.model_json_schema()
        if self._strict:
            form = {"name": "script", "strict": True, "schema": schema}
            request["response_format"] = {"type": "json_schema", "json_schema": form}
        else:
            told_form = f"Answer with one JSON object of this schema and nothing else:\n{schema}"
            request["messages"].append({"role": "system", "content": told_form})
            request["response_format"] = {"type": "json_object"}
        # OpenAI's newer models take only the new name, other servers often only the old one
        limit = "max_tokens" if self._settings.base_url else "max_completion_tokens"
        request[limit] = self._tokens
        if self._settings.temperature is not None:
            request["temperature"] = self._settings.temperature
        return request

    def _may_pass(self, error: BaseException) -> bool:
        """Tell whether the same request may succeed in a moment: 429, 5xx, timeouts, no line."""
        import openai

        if not self._left or (_retry_after(error) or 0.0) > PATIENCE_S:
            return False
        passing = (openai.APIConnectionError, openai.RateLimitError, openai.InternalServerError)
        return isinstance(error, passing) and getattr(error, "code", "") != "insufficient_quota"

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = _retry_after(error) if error else None
        return asked if asked is not None else self._rng.uniform(0.2, 2.0**state.attempt_number)


def _retry_after(error: BaseException) -> float | None:
    """Read how many seconds the server asks us to wait, None where it does not say."""
    response = getattr(error, "response", None)
    try:
        return max(0.0, float(response.headers["retry-after"])) if response is not None else None
    except (KeyError, ValueError):
        return None


def _said(error: BaseException) -> str:
    return str(getattr(error, "message", "") or error)[:200]
