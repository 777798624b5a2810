"""The commands of `wirereel` on a terminal: one file each, and what they share."""

import asyncio
import signal
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from bot import config as configuration
from bot.config import Config
from bot.views import behind

__all__ = ["STAGES", "answer", "fail", "find_config", "finish", "screen", "shown", "stages"]

Result = TypeVar("Result")

answer = Console(soft_wrap=True)  # stdout: what was asked for
screen = Console(stderr=True)  # what is said on the way there
STAGES = {
    "read": "reading the inputs",
    "write": "writing",
    "repair": "mending what the check found",
    "direct": "directing",
    "voice": "speaking",
    "preview": "drawing a preview",
    "generate": "generating shots",
    "draw": "drawing and encoding",
    "sound": "mixing",
    "check": "checking the clip",
    "clean": "once more, without the logo",
}


def find_config(path: Path | None) -> Config:
    """Read the named config, or ./config.toml, or the defaults."""
    here = Path("config.toml")
    return configuration.read(path or (here if here.is_file() else None))


def fail(message: str, code: int = 1) -> NoReturn:
    """End with a message and no traceback."""
    screen.print(Text(shown(message), style="bold red"), soft_wrap=True)
    sys.exit(code)


def shown(text: str) -> str:
    """Keep what is seen: nothing that strangers wrote may steer the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def finish(work: Coroutine[Any, Any, Result]) -> Result:
    """Do the work of a command; SIGTERM ends it as Ctrl-C does, with what it began put away."""

    async def heedful() -> Result:
        me = asyncio.current_task()
        assert me
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, me.cancel)
        return await work

    try:
        return asyncio.run(heedful())
    except asyncio.CancelledError:
        sys.exit(128 + signal.SIGTERM)


@contextmanager
def stages() -> Iterator[Callable[[str, float], None]]:
    """Show one progress bar that names the stage; answers the function that moves it."""
    columns = (SpinnerColumn(), TextColumn("{task.description:<22}"), BarColumn(40))
    with Progress(*columns, TimeElapsedColumn(), console=screen, transient=True) as bar:
        task, before = bar.add_task("starting", total=1.0), ("", 0.0)

        def show(stage: str, part: float) -> None:
            nonlocal before
            if behind(before, stage):
                return
            before = (stage, part)
            bar.update(task, description=STAGES.get(stage, stage), completed=part)

        yield show
