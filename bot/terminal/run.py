"""`wirereel run`: the daemon in the foreground, with its log."""

import asyncio
import logging
from pathlib import Path
from typing import Any

from rich.logging import RichHandler
from rich.text import Text

from bot.daemon import Daemon, serve
from bot.store import AlreadyRunning, StoreBroken
from bot.terminal import fail, find_config, screen

__all__ = ["run_daemon"]


def run_daemon(path: Path | None, verbose: bool) -> None:
    """`wirereel run`."""
    _start_log(verbose)
    config = find_config(path)
    doors: list[asyncio.Task[None]] = []

    def ready(daemon: Daemon) -> None:
        names = ", ".join(slot.name for slot in config.channels)
        watching = f"watching {len(config.sources)} sources, posting to {names or 'nowhere'}"
        logging.getLogger("wirereel").info("%s; Ctrl-C ends it", watching)
        doors.extend(asyncio.create_task(_show_door(chat)) for chat in daemon.chats)

    try:
        asyncio.run(serve(config, ready))
    except (AlreadyRunning, StoreBroken) as error:
        fail(str(error))


def _start_log(verbose: bool) -> None:
    """Log to the terminal in colours, to a file or a journal in plain lines."""
    level = logging.DEBUG if verbose else logging.INFO
    if screen.is_terminal:
        handler = RichHandler(console=screen, show_path=False, markup=False)
        logging.basicConfig(level=level, format="%(message)s", handlers=[handler])
    else:
        logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(message)s")
    for name in ("apscheduler", "aiosqlite", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)


async def _show_door(chat: Any) -> None:
    """Print where the page is; its link holds the token, so it goes to a terminal only."""
    if not hasattr(chat, "ready"):
        return
    url = await chat.ready()
    link = chat.link if screen.is_terminal else ""
    screen.print(Text(f"the desk is at {link or url}", style="bold"), soft_wrap=True)
