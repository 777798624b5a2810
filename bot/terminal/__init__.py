"""The commands of `wirereel` on a terminal: one file each, and what they share."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

from bot import config as configuration
from bot.config import Config

__all__ = ["STAGES", "fail", "find_config", "screen", "stages"]

screen = Console(stderr=True)
STAGES = {
    "read": "reading the inputs",
    "write": "writing",
    "direct": "directing",
    "voice": "speaking",
    "draw": "drawing and encoding",
    "sound": "mixing",
    "check": "checking the clip",
}


def find_config(path: Path | None) -> Config:
    """Read the named config, or ./config.toml, or the defaults."""
    here = Path("config.toml")
    return configuration.read(path or (here if here.is_file() else None))


def fail(message: str, code: int = 1) -> NoReturn:
    """End with a message and no traceback."""
    screen.print(Text(message, style="bold red"))
    sys.exit(code)


@contextmanager
def stages() -> Iterator[Callable[[str, float], None]]:
    """Show one progress bar that names the stage; answers the function that moves it."""
    columns = (SpinnerColumn(), TextColumn("{task.description:<22}"), BarColumn(40))
    with Progress(*columns, TimeElapsedColumn(), console=screen, transient=True) as bar:
        task = bar.add_task("starting", total=1.0)

        def show(stage: str, part: float) -> None:
            bar.update(task, description=STAGES.get(stage, stage), completed=part)

        yield show
