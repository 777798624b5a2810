"""The warm pool's server beside the daemon: started, kept up with growing rests, ended with it.

Which pools have one their modules say: those with `command`, `is_up` and `end`. Only who generates
shots (`[render] heroes`) has it started.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol

from bot.plugins import Slot

__all__ = ["Server", "keep", "server_of"]

log = logging.getLogger(__name__)

FIRST_REST_S, LONGEST_REST_S = 1.0, 300.0
STEADY_S = 60.0  # up for so long, its next end is a new matter
LOOK_S = 30.0  # between two looks at a server that somebody else started
LAST_WORDS_S = 15.0  # to let its workers go

Sleep = Callable[[float], Awaitable[None]]


class Server(Protocol):
    """A pool's module, as far as its server goes; each is given the pool's settings."""

    def command(self, settings: Any) -> Sequence[str]:
        """Say how it is started; it writes a line when it is up, and ends at SIGTERM."""
        ...

    def is_up(self, settings: Any) -> bool:
        """Whether one that runs this very code answers; may take seconds."""
        ...

    def end(self, settings: Any) -> bool:
        """End whichever is there; whether there was one. May take seconds."""
        ...


def server_of(pool: Slot) -> Server | None:
    """The server of a pool, None where it has none."""
    module: Server = pool.module
    return module if hasattr(module, "command") else None


async def keep(
    server: Server,
    settings: Any,
    sleep: Sleep = asyncio.sleep,
    clock: Callable[[], float] | None = None,
) -> None:
    """Keep a server up until this is cancelled, which ends it; another's that is up is left alone.

    Never raises: without it each clip starts workers of its own.
    """
    now = clock or asyncio.get_running_loop().time
    rest = FIRST_REST_S
    while True:
        if await asyncio.to_thread(server.is_up, settings):
            await sleep(LOOK_S)
            continue
        await asyncio.to_thread(server.end, settings)  # one that runs other code
        begun = now()
        why = await _lived(server.command(settings))
        rest = FIRST_REST_S if now() - begun >= STEADY_S else rest
        log.warning("%s; it is started again in %.0f s", why, rest)
        await sleep(rest)
        rest = min(2 * rest, LONGEST_REST_S)


async def _lived(command: Sequence[str]) -> str:
    """Run a server to its end, and say how it ended."""
    try:
        child = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is ours to act on
        )
    except OSError as error:
        return f"the pool's server cannot be started: {error.strerror or error}"
    assert child.stdout
    try:
        while line := await child.stdout.readline():
            log.info("%s", line.decode(errors="replace").strip())
        return f"the pool's server ended with code {await child.wait()}"
    finally:
        if child.returncode is None:
            await asyncio.shield(_ended(child))


async def _ended(child: asyncio.subprocess.Process) -> None:
    """Have a server let its workers go, and see that it is gone."""
    with suppress(ProcessLookupError):
        child.terminate()
    try:
        await asyncio.wait_for(child.wait(), LAST_WORDS_S)
    except TimeoutError:
        child.kill()
        await child.wait()
