"""A chat model behind OpenAI's Chat Completions: OpenAI itself, or any server that speaks it.

The model sees the reports as data between tags that nobody can guess, has no tools and no secrets,
and answers in a schema; what it says is then checked like any foreign text. At most four requests
are made for a draft.
"""

import asyncio
import random
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from string import Template
from typing import Any

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from bot.blurb import told
from bot.ground import ground
from bot.story import Script, Story
from bot.tongues import guess
from bot.writers import Brief, WriterDown, WriterRefused
from bot.writers._answer import Answer, faults, script
from sources import Item

__all__ = ["Plugin", "Settings"]

OPENAI = "https://api.openai.com/v1"
PROMPT = "openai.v1.md"
CALLS = 4  # requests for one draft, whatever happens
TRIES = 3  # of one request
PATIENCE_S = 20.0  # a longer Retry-After is handed to the caller
_REPORTS = 12
_REPORT_LETTERS = 1800
_WORDS_A_SECOND = 2.5
_BEATS = {"flash": "2 or 3", "news": "5 to 8", "explainer": "7 to 10", "list": "5 to 10"}

Message = dict[str, str]
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

    async def write(self, story: Story, brief: Brief) -> Script:
        """Write once: ask, check, and have the faults repaired once.

        Raises WriterRefused where the model will not, WriterDown where it cannot.
        """
        from openai import AsyncOpenAI

        order = _Order.of(story, brief, self._rng)
        key = self.settings.key.get_secret_value() or "none"
        url = self.settings.base_url or OPENAI
        async with AsyncOpenAI(
            api_key=key, base_url=url, timeout=self.settings.timeout_s, max_retries=0
        ) as client:
            line = _Line(client, self.settings, self._rng, self._sleep)
            return await self._drafted(order, line)

    async def _drafted(self, order: "_Order", line: "_Line") -> Script:
        writer = f"openai:{self.settings.model}:{PROMPT.removesuffix('.md')}"
        messages = order.messages()
        text = await line.ask(messages)
        first, wrong = order.read(text, writer)
        if not wrong and first:
            return first
        repair = Template(_REPAIR).substitute(faults="\n".join(f"- {w}" for w in wrong[:12]))
        answer = {"role": "assistant", "content": text}
        again = await line.ask([*messages, answer, {"role": "user", "content": repair}])
        second, still = order.read(again, writer)
        if second and (not first or len(still) <= len(wrong)):
            return second
        if first:
            return first
        raise WriterDown(f"{self.settings.model} gave no usable script: {still[0]}")


_REPAIR = """Your script has these faults:
$faults
Write the whole script again without them, in the same form. Drop a line that no report carries."""


@dataclass(frozen=True, slots=True)
class _Order:
    """One draft to be written: the reports as numbered, and the words that no answer may hold."""

    story: Story
    brief: Brief
    items: tuple[Item, ...]
    lang: str
    tag: str
    canary: str

    @classmethod
    def of(cls, story: Story, brief: Brief, rng: random.Random) -> "_Order":
        firsts = {item.outlet: item for item in story.items}  # each outlet's newest
        rest = [item for item in story.items if item not in firsts.values()]
        items = (*firsts.values(), *rest)[:_REPORTS]
        lang = brief.lang or story.lang or guess(told(story))
        tag, canary = f"report-{rng.getrandbits(48):012x}", f"{rng.getrandbits(64):016x}"
        return cls(story, brief, items, lang, tag, canary)

    def messages(self) -> list[Message]:
        """Write the request: our rules, then the reports as data."""
        prompt = resources.files("bot.writers").joinpath(PROMPT).read_text(encoding="utf-8")
        rules = Template(prompt).substitute(
            tag=self.tag,
            canary=self.canary,
            lang=self.lang,
            format=self.brief.format,
            words=round((self.brief.seconds or 38.0) * _WORDS_A_SECOND * 0.92),
            beats=_BEATS.get(self.brief.format, "5 to 8"),
            tone=self.brief.tone or "choose the one that fits",
        )
        wish = f"The editor asks: {self.brief.note}\n\n" if self.brief.note else ""
        reports = "\n\n".join(self._fenced(n, item) for n, item in enumerate(self.items, 1))
        return [
            {"role": "system", "content": rules},
            {"role": "user", "content": f"{wish}{reports}"},
        ]

    def _fenced(self, number: int, item: Item) -> str:
        at = (item.published or item.seen).strftime("%A, %d %B %Y, %H:%M UTC")
        told_here = "\n".join(t for t in (item.title, item.summary, item.text) if t)
        return (
            f"<{self.tag}>\nReport {number}, {_harmless(item.outlet)}, {at}\n"
            f"{_harmless(told_here)[:_REPORT_LETTERS]}\n</{self.tag}>"
        )

    def read(self, text: str, writer: str) -> tuple[Script | None, list[str]]:
        """Read an answer: our script, None where it cannot be used, and what is wrong with it."""
        if self.canary in text:
            return None, ["it repeats the instructions"]
        try:
            answer = Answer.model_validate_json(_unfenced(text))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(map(str, first["loc"])) or "the whole"
            return None, [f"{place}: {first['msg']}; answer with the JSON of the schema only"]
        if wrong := faults(answer, self.items):
            return None, wrong
        made = script(answer, self.story, self.items, self.brief, self.lang, writer)
        problems = ground(made, self.items).problems
        return made, [f"{p.kind} {p.claim!r} is {p.verdict} in the reports" for p in problems]


def _harmless(text: str) -> str:
    """Take out what could pass for one of our fences or for a model's own control tokens."""
    return re.sub(r"</?\s*report-[^>]*>?|<\|[^|>]*\|>", " ", text)


def _unfenced(text: str) -> str:
    """Take the JSON out of a code fence, where a server has no JSON mode."""
    match = re.fullmatch(r"\s*```(?:json)?\s*(.*?)\s*```\s*", text, re.DOTALL)
    return match[1] if match else text


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
