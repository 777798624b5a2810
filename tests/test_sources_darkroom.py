"""The process that opens foreign bytes: it may be slow, greedy or dead, and we go on."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator

import pytest

from fakes_sources import attribute_bomb, report, rss
from sources import SourceBroken
from sources._darkroom import Darkroom
from sources._parse import parse


@pytest.fixture
def darkroom() -> Iterator[Darkroom]:
    room = Darkroom(limit_s=1.0)
    yield room
    asyncio.run(room.close())


async def stalls(until: asyncio.Task[object]) -> float:
    """Measure the longest time that the loop did not come round, in seconds."""
    worst, before = 0.0, time.perf_counter()
    while not until.done():
        await asyncio.sleep(0.005)
        now = time.perf_counter()
        worst, before = max(worst, now - before), now
    return worst


async def test_an_attribute_bomb_is_cut_short_and_the_loop_runs_on(darkroom: Darkroom) -> None:
    await darkroom.develop(parse, rss(report()).encode())  # started, and feedparser loaded
    bomb = asyncio.ensure_future(darkroom.develop(parse, attribute_bomb(50_000).encode()))
    began = time.perf_counter()
    worst = await stalls(bomb)
    with pytest.raises(SourceBroken, match="more than 1 s"):
        await bomb
    assert time.perf_counter() - began < 5
    assert worst < 0.5  # on two busy cores; the bomb would hold it for 20 s
    document = await darkroom.develop(parse, rss(report()).encode())
    assert len(document.entries) == 1


async def test_who_comes_behind_slow_jobs_does_not_wait_for_them() -> None:
    room = Darkroom(limit_s=60.0, hurry_s=0.1)
    bomb, good = attribute_bomb(50_000).encode(), rss(report()).encode()
    slow = [asyncio.create_task(room.develop(parse, bomb)) for _ in range(2)]
    read = await asyncio.gather(*(room.develop(parse, good) for _ in range(5)))
    assert [len(document.entries) for document in read] == [1] * 5
    assert not any(task.done() for task in slow)
    await room.close()
    for task in slow:
        with pytest.raises(SourceBroken, match="fall"):
            await task


async def test_a_slow_job_is_done_to_its_end_and_its_process_kept() -> None:
    room = Darkroom(hurry_s=0.01)
    pid = await room.develop(os.getpid)
    for _ in range(3):
        document = await room.develop(parse, attribute_bomb(3_000).encode())
        assert len(document.entries) == 1
    assert await room.develop(os.getpid) == pid
    await room.close()


async def test_with_every_place_taken_each_still_gets_its_answer() -> None:
    room = Darkroom(limit_s=0.4, hurry_s=0.1)
    bomb = attribute_bomb(50_000).encode()
    jobs = [room.develop(parse, bomb) for _ in range(5)]
    answers = await asyncio.gather(*jobs, return_exceptions=True)
    assert ["more than 0.4 s" in str(answer) for answer in answers] == [True] * 5
    assert len((await room.develop(parse, rss(report()).encode())).entries) == 1
    await room.close()


async def test_a_job_that_cannot_be_sent_is_an_error_and_no_silence(darkroom: Darkroom) -> None:
    with pytest.raises(Exception, match="pickle"):
        await darkroom.develop(lambda: 3)
    assert await darkroom.develop(len, "abc") == 3


async def test_what_it_finds_wrong_comes_back_as_it_is(darkroom: Darkroom) -> None:
    with pytest.raises(SourceBroken, match="a web page, not a feed"):
        await darkroom.develop(parse, b"<html>")
    pid = await darkroom.develop(os.getpid)
    assert pid != os.getpid()
    assert pid == await darkroom.develop(os.getpid)


async def test_it_may_not_take_all_memory(darkroom: Darkroom) -> None:
    with pytest.raises(SourceBroken, match="MemoryError"):
        await darkroom.develop(bytearray, 4_000_000_000)


async def test_a_parser_that_falls_takes_nobody_along(darkroom: Darkroom) -> None:
    jobs = [darkroom.develop(os.abort), *(darkroom.develop(len, "abc") for _ in range(5))]
    fallen, *rest = await asyncio.gather(*jobs, return_exceptions=True)
    assert isinstance(fallen, SourceBroken)
    assert rest == [3] * 5


def test_one_that_was_killed_is_replaced(darkroom: Darkroom) -> None:
    pid = darkroom.develop_now(os.getpid)
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert darkroom.develop_now(len, "abc") == 3


async def test_it_can_be_closed_and_used_again(darkroom: Darkroom) -> None:
    await darkroom.close()
    first = await darkroom.develop(os.getpid)
    await darkroom.close()
    await darkroom.close()
    assert await darkroom.develop(os.getpid) != first
