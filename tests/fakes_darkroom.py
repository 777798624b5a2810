"""A pool of the user's own, `pool = "tests.fakes_darkroom"`, with a server beside it."""

import sys
from pathlib import Path

from pydantic import BaseModel, ConfigDict

SERVES = """
import pathlib, signal, sys, time
folder = pathlib.Path(sys.argv[1])
def end(*_):
    (folder / "log").open("a").write("end ")
    sys.exit(0)
signal.signal(signal.SIGTERM, end)
(folder / "log").open("a").write("up ")
print("the trays are wet", flush=True)
while not (folder / "fall").exists():
    time.sleep(0.01)
sys.exit(3)
"""


class Settings(BaseModel):
    """What its table may hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    workers: int = 1
    folder: Path = Path("trays")


class Plugin:
    """Never made here: the bot reads settings, the render child makes the pool."""


def command(settings: Settings) -> tuple[str, ...]:
    """A server that writes down its life, and falls where a file says so."""
    return sys.executable, "-c", SERVES, str(settings.folder)


def is_up(settings: Settings) -> bool:
    """Whether somebody else started one."""
    return (settings.folder / "another").exists()


def end(settings: Settings) -> bool:
    """Nobody runs other code here."""
    return False
