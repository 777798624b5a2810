"""Every fault of a model's server, alone and in pairs, told to the production line.

Waits take no time here and time limits are short; what is counted is how each draft ends.
"""

import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import aiohttp

from bot.config import build
from bot.draft import Brief
from bot.line import Production
from bot.writers import WriterDown, WriterRefused
from bot.writers._answer import SCHEMA, Answer
from bot.writers.openai import Plugin, Settings
from fakes_model import FAULTS, Model, model
from fakes_pen import bridge

__all__ = ["Case", "End", "cases", "pairs", "run", "stock", "summed"]

TIMEOUT_S, DRAFT_S = 0.3, 0.8
T = TypeVar("T")
MODES = [(api, stream) for api in ("chat", "responses") for stream in (True, False)]


@dataclass(frozen=True)
class Case:
    """Some faults one after the other, the last for ever, met in one mode. `lang` "" is English."""

    faults: tuple[str, ...]
    api: str
    stream: bool
    lang: str = ""


@dataclass(frozen=True)
class End:
    """How a draft ended: ready, retry, needs an editor, or crash; and who wrote it."""

    case: Case
    end: str
    calls: int
    seconds: float
    writer: str = ""
    why: str = ""


def cases() -> Iterator[Case]:
    """Every fault in every mode; in German too, where nobody can step in for the model."""
    for name in FAULTS:
        for api, stream in MODES:
            yield Case((name,), api, stream)
        yield Case((name,), "chat", stream=True, lang="de")


def pairs(count: int, seed: int) -> Iterator[Case]:
    """Two or three faults in sequence, by dice."""
    dice = random.Random(seed)
    names = list(FAULTS)
    for _ in range(count):
        api, stream = dice.choice(MODES)
        some = tuple(dice.choices(names, k=dice.choice((2, 2, 3))))
        yield Case(some, api, stream, dice.choice(("", "", "de")))


async def run(every: Sequence[Case], at_once: int = 4) -> list[End]:
    """Meet every case, some side by side."""
    return await _side_by_side(every, _met, at_once)


async def _side_by_side(
    every: Sequence[T], meet: Callable[[T, Model], Awaitable[End]], at_once: int
) -> list[End]:
    room = asyncio.Semaphore(at_once)

    async def one(case: T) -> End:
        async with room, model() as fake:
            return await meet(case, fake)

    return await asyncio.gather(*(one(case) for case in every))


async def _met(case: Case, fake: Model) -> End:
    fake.plays(*(FAULTS[name] for name in case.faults))
    told = {"model": "m1", "base_url": fake.url, "api": case.api, "stream": case.stream}
    settings = Settings(**told, timeout_s=TIMEOUT_S, draft_s=DRAFT_S, key="sk-0123456789abcdef")  # type: ignore[arg-type]
    began = time.perf_counter()
    end, writer, why = "ready", "", ""
    with tempfile.TemporaryDirectory() as folder:
        writer_of = Plugin(settings, rng=random.Random(7), sleep=_nap)
        async with aiohttp.ClientSession() as http:
            line = Production(build({}, Path(folder)), writer_of, http, Path(folder))
            try:
                brief = Brief(lang=case.lang)
                script, _ = await line.write(bridge(), brief, lambda *_: None)
                writer, why = script.writer.split(":")[0], "; ".join(script.notes)
            except WriterDown as error:
                end, why = "retry", str(error)
            except WriterRefused as error:
                end, why = "needs an editor", str(error)
            except Exception as error:
                end, why = "crash", f"{type(error).__name__}: {error}"
    return End(case, end, len(fake.asked), time.perf_counter() - began, writer, why)


async def _nap(_: float) -> None:
    await asyncio.sleep(0)


async def stock(every: Sequence[str], at_once: int = 8) -> list[End]:
    """The rival: the stock client as its manual has it, with its own retries, and a schema."""
    return await _side_by_side(every, _stock, at_once)


async def _stock(name: str, fake: Model) -> End:
    from openai import AsyncOpenAI

    fake.plays(FAULTS[name])
    form = {"name": "script", "strict": True, "schema": SCHEMA}
    asked: Any = [{"role": "user", "content": "Write a news script.\n" + bridge().items[0].summary}]
    began, end, why = time.perf_counter(), "ready", ""
    async with AsyncOpenAI(api_key="sk-x", base_url=fake.url, timeout=TIMEOUT_S) as client:
        try:
            answer = await client.chat.completions.create(
                model="m1",
                messages=asked,
                response_format={"type": "json_schema", "json_schema": form},  # type: ignore[arg-type]
            )
            Answer.model_validate_json(answer.choices[0].message.content or "")
        except Exception as error:
            end, why = "crash", type(error).__name__
    case = Case((name,), "chat", stream=False)
    return End(case, end, len(fake.asked), time.perf_counter() - began, why=why)


def summed(ends: Sequence[End]) -> dict[str, Any]:
    """Put many ends into figures."""
    counts = Counter(end.end for end in ends)
    return {
        "drafts": len(ends),
        "crashes": counts["crash"],
        "crashed": [f"{e.case.faults} {e.case.api}: {e.why}" for e in ends if e.end == "crash"][:5],
        "ready": counts["ready"],
        "by_the_model": sum(end.writer == "openai" for end in ends),
        "by_the_stand_in": sum(end.writer == "extractive" for end in ends),
        "retry": counts["retry"],
        "needs_an_editor": counts["needs an editor"],
        "most_calls": max(end.calls for end in ends),
        "mean_calls": round(sum(end.calls for end in ends) / len(ends), 2),
        "longest_s": round(max(end.seconds for end in ends), 2),
    }
