import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from typing import Any

import numpy as np
import pytest

import fakes_encoder
from bot.encoder import BATCH, REST, Encoder, find_model, text_of
from fakes_trends import NOON, report


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


def encoder(serve: Callable[[Connection, str], None], **more: Any) -> tuple[Encoder, Clock]:
    clock = Clock()
    return Encoder("some-model", clock, serve, **more), clock


async def test_reports_are_encoded_in_batches_and_once() -> None:
    made, _ = encoder(fakes_encoder.works)
    items = [report("A", f"Ferry {n}") for n in range(BATCH + 3)]
    first = await made.encode(items)
    sizes = [vector[-1] for vector in first if vector is not None]
    assert sizes == [BATCH] * BATCH + [3] * 3
    again = await made.encode([*items[-2:], report("B", items[0].title), report("A", "Tram")])
    assert [vector[-1] for vector in again if vector is not None] == [3, 3, BATCH, 1]
    assert all(vector is not None and vector.dtype == np.float32 for vector in first)
    await made.close()


@pytest.mark.parametrize(
    ("serve", "said"),
    [
        (fakes_encoder.hangs, "did not answer within 0.2 s"),
        (fakes_encoder.falls, "the process of the model fell"),
        (fakes_encoder.has_no_weights, "the model 'some-model' cannot be loaded"),
    ],
)
async def test_the_wire_goes_on_by_words_where_a_model_does_not_work(
    serve: Callable[[Connection, str], None], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    made, _ = encoder(serve, limit_s=0.2)
    items = [report("A", "Ferry aground"), report("B", "Tram opens")]
    assert await made.encode(items) == [None, None]
    assert await made.encode(items) == [None, None]
    assert [said in r.message for r in caplog.records] == [True]  # it rests, and says so once
    await made.close()


async def test_a_model_is_tried_again_after_a_rest(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    made, clock = encoder(fakes_encoder.has_no_weights)
    await made.encode([report("A", "Ferry aground")])
    clock.now += REST + timedelta(seconds=1)
    await made.encode([report("A", "Ferry aground")])
    assert len(caplog.records) == 2
    await made.close()


async def test_without_a_model_nothing_is_started() -> None:
    made = Encoder("", Clock(), fakes_encoder.falls)
    assert await made.encode([report("A", "Ferry aground")]) == [None]
    await made.close()


async def test_the_loop_goes_on_while_a_model_hangs() -> None:
    made, _ = encoder(fakes_encoder.hangs, limit_s=0.2)
    waiting = asyncio.create_task(made.encode([report("A", "Ferry aground")]))
    beats = 0
    while not waiting.done():
        beats += 1
        await asyncio.sleep(0)
    assert beats > 100
    await made.close()


def test_what_is_encoded_is_the_title_and_the_beginning() -> None:
    told = report("A", "BREAKING: Ferry aground", summary="x" * 1000)
    assert text_of(told) == "Ferry aground. " + "x" * 200


@pytest.mark.parametrize(("wish", "model"), [("off", ""), ("/models/mine", "/models/mine")])
def test_a_model_is_found_by_its_wish(wish: str, model: str) -> None:
    assert find_model(wish) == model
