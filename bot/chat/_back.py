"""A connection that is kept up: begun again and again, with pauses that grow and differ."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable

from bot.plugins import ConfigError

__all__ = ["keep_up", "pause_s"]

log = logging.getLogger(__name__)

FIRST_S = 1.0
LONGEST_S = 300.0
STEADY_S = 60.0  # a connection that held so long was a good one: the next pause is short again


def pause_s(failures: int, chance: float, asked: float | None = None) -> float:
    """How long to wait after so many failures in a row, seconds; `chance` is 0 to 1.

    Doubled each time up to LONGEST_S, and half of it by chance, so that not everybody comes back
    at once. What the other side `asked` for counts if it is longer, up to an hour.
    """
    full = min(LONGEST_S, FIRST_S * 2.0 ** min(max(failures - 1, 0), 20))
    return max(full / 2 + full / 2 * chance, min(asked or 0.0, 3600.0))


async def keep_up(
    name: str,
    connect: Callable[[], Awaitable[None]],
    *,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    clock: Callable[[], float] = time.monotonic,
    chance: Callable[[], float] = random.random,
) -> None:
    """Run `connect`, which works until its connection ends, again and again until cancelled.

    An error that has a `retry_after_s` is waited for as long as that says. A bug of `connect` is
    logged with its traceback and costs this chat alone a pause. Raises ConfigError, which a person
    must mend.
    """
    failures = 0
    while True:
        begun, asked = clock(), None
        try:
            await connect()
            why = "the connection was closed"
        except ConfigError:
            raise
        except (OSError, TimeoutError) as error:  # ConnectionError is one of them
            why, asked = str(error) or type(error).__name__, getattr(error, "retry_after_s", None)
        except Exception:
            log.exception("%s: a bug; it is connected again", name)
            why = "a bug"
        failures = 1 if clock() - begun >= STEADY_S else failures + 1
        wait = pause_s(failures, chance(), asked)
        log.log(
            logging.WARNING if failures > 1 else logging.INFO,
            *("%s: %s; connecting again in %.0f s", name, why, wait),
        )
        await sleep(wait)
