"""The server of a warm pool: kept up, given growing rests, ended with the daemon."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.config import Config, build
from bot.daemon import started
from bot.lab import pool_of
from bot.warmth import LOOK_S, STEADY_S, keep, server_of
from fakes import FakeLine
from render.pools import warm
from tests import fakes_darkroom
from tests.fakes_darkroom import Settings


class Rests:
    """A sleep that takes no time, and stops everything after so many."""

    def __init__(self, most: int) -> None:
        self.taken: list[float] = []
        self.over = asyncio.Event()
        self._most = most

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        if len(self.taken) >= self._most:
            self.over.set()
            await asyncio.Event().wait()
        await asyncio.sleep(0)


class Ear(logging.Handler):
    """Hears the server say that it is up."""

    def __init__(self) -> None:
        super().__init__()
        self.up = asyncio.Event()

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith(("the trays are wet", "the warm pool is at")):
            self.up.set()


@pytest.fixture
async def ear(caplog: pytest.LogCaptureFixture) -> AsyncIterator[Ear]:
    caplog.set_level(logging.INFO)
    made = Ear()
    logging.getLogger("bot.warmth").addHandler(made)
    yield made
    logging.getLogger("bot.warmth").removeHandler(made)


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def lives(folder: Path) -> str:
    path = folder / "log"
    return path.read_text() if path.exists() else ""


async def test_a_server_that_falls_is_started_again_after_growing_rests(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    (tmp_path / "fall").touch()
    rests, still = Rests(3), iter(range(100))
    settings = Settings(folder=tmp_path)
    task = asyncio.create_task(keep(fakes_darkroom, settings, rests, lambda: next(still)))
    await rests.over.wait()
    await ended(task)
    assert rests.taken == [1.0, 2.0, 4.0]
    assert lives(tmp_path) == "up up up "
    said = [record.message for record in caplog.records]
    assert "the trays are wet" in said
    assert "the pool's server ended with code 3; it is started again in 4 s" in said


async def test_one_that_was_up_for_long_is_started_again_soon(tmp_path: Path) -> None:
    (tmp_path / "fall").touch()

    def slow() -> Iterator[float]:
        at = 0.0
        while True:
            yield at
            at += STEADY_S

    clock, rests = slow(), Rests(3)
    settings = Settings(folder=tmp_path)
    task = asyncio.create_task(keep(fakes_darkroom, settings, rests, lambda: next(clock)))
    await rests.over.wait()
    await ended(task)
    assert rests.taken == [1.0, 1.0, 1.0]


async def test_its_end_is_waited_for(tmp_path: Path, ear: Ear) -> None:
    task = asyncio.create_task(keep(fakes_darkroom, Settings(folder=tmp_path)))
    await ear.up.wait()
    await ended(task)
    assert lives(tmp_path) == "up end "


async def test_the_warm_pool_has_one(tmp_path_factory: pytest.TempPathFactory, ear: Ear) -> None:
    settings = warm.Settings(folder=tmp_path_factory.mktemp("w") / "p")
    task = asyncio.create_task(keep(warm, settings))
    await ear.up.wait()
    assert await asyncio.to_thread(warm.is_up, settings)
    await ended(task)
    assert not await asyncio.to_thread(warm.is_up, settings)


@pytest.mark.parametrize(("pool", "has"), [("warm", True), ("local", False)])
def test_which_pools_have_one(tmp_path: Path, pool: str, has: bool) -> None:
    lab = build({"render": {"heroes": 1, "pool": pool}}, tmp_path).house.render
    assert bool(server_of(pool_of(lab, tmp_path))) is has


async def test_one_that_somebody_else_started_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "another").touch()
    rests = Rests(2)
    task = asyncio.create_task(keep(fakes_darkroom, Settings(folder=tmp_path), rests))
    await rests.over.wait()
    await ended(task)
    assert rests.taken == [LOOK_S, LOOK_S]
    assert lives(tmp_path) == ""


async def test_one_that_cannot_be_started_is_told_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Nowhere:
        def command(self, settings: object) -> tuple[str, ...]:
            return (str(tmp_path / "nothing"),)

        def is_up(self, settings: object) -> bool:
            return False

        def end(self, settings: object) -> bool:
            return False

    rests = Rests(1)
    task = asyncio.create_task(keep(Nowhere(), None, rests))
    await rests.over.wait()
    await ended(task)
    assert "cannot be started: No such file" in caplog.text


def house(folder: Path, heroes: int) -> Config:
    wish = {"heroes": heroes, "pool": "tests.fakes_darkroom", "pools": {"folder": "."}}
    return build({"render": wish, "chat": [], "sources": [], "publish": []}, folder)


async def test_the_daemon_starts_and_ends_it(tmp_path: Path, ear: Ear) -> None:
    stop = asyncio.Event()
    async with started(house(tmp_path, 2), line=lambda *_: FakeLine()) as daemon:
        running = asyncio.create_task(daemon.run(stop))
        await ear.up.wait()
        stop.set()
        await running
    assert lives(tmp_path) == "up end "


async def test_nothing_of_it_is_there_where_nothing_is_generated(tmp_path: Path) -> None:
    async with started(house(tmp_path, 0), line=lambda *_: FakeLine()) as daemon:
        assert daemon.pool is None
