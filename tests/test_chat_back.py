"""A connection that is kept up: when it is begun again, and what ends it."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat._back import LONGEST_S, keep_up, pause_s
from bot.plugins import ConfigError


class Later(ConnectionError):
    retry_after_s = 900.0


class Line:
    """A connection that ends as it is told to; its time passes only where somebody waits."""

    def __init__(self, *ends: BaseException | float) -> None:
        self.now, self.waited = 0.0, list[float]()
        self._ends = list(ends)

    async def connect(self) -> None:
        end = self._ends.pop(0) if self._ends else asyncio.CancelledError()
        if isinstance(end, BaseException):
            raise end
        self.now += end

    async def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds

    async def holds(self) -> list[float]:
        with pytest.raises(asyncio.CancelledError):
            await self.keep()
        return self.waited

    async def keep(self) -> None:
        await keep_up(
            "square", self.connect, sleep=self.sleep, clock=lambda: self.now, chance=lambda: 1.0
        )


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_a_pause_is_bounded(failures: int, chance: float) -> None:
    assert 0.5 <= pause_s(failures, chance) <= LONGEST_S
    assert pause_s(failures, chance, 1e9) == 3600.0


async def test_pauses_grow_while_it_is_down() -> None:
    line = Line(ConnectionError("gone"), TimeoutError(), OSError("no route"), 0.0)
    assert await line.holds() == [1.0, 2.0, 4.0, 8.0]


async def test_a_connection_that_held_makes_the_next_pause_short() -> None:
    line = Line(ConnectionError(), ConnectionError(), 3600.0, ConnectionError())
    assert await line.holds() == [1.0, 2.0, 1.0, 2.0]


async def test_what_the_other_side_asks_for_is_waited() -> None:
    assert await Line(Later()).holds() == [900.0]


async def test_a_bug_is_logged_and_costs_a_pause(caplog: pytest.LogCaptureFixture) -> None:
    assert await Line(KeyError("text")).holds() == [1.0]
    assert "KeyError" in caplog.text


async def test_what_a_person_must_mend_ends_it() -> None:
    with pytest.raises(ConfigError, match="token"):
        await Line(ConfigError("the token is wrong")).keep()
