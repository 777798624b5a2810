"""A real daemon as a process of its own, and the door to it."""

import asyncio
import json
import signal
import socket
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot import config
from bot.terminal.remote import Remote, Unreachable

TOKEN = "a-token-for-tests-only-0123456789"
Feeds = Sequence[tuple[str, str]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def newsroom(folder: Path, feeds: Feeds, **desk: int) -> Path:
    """Write a config file around some feeds."""
    limits = "".join(f"{key} = {value}\n" for key, value in desk.items())
    sources = "".join(
        f"[[sources]]\nkind = 'feed'\nname = {json.dumps(name)}\nurl = '{url}'\n"
        "every_s = 1.0\nbacklog = false\nimage_rights = 'own'\n"
        for name, url in feeds
    )
    file = folder / "config.toml"
    file.write_text(
        f"[desk]\nstate = 'var'\n{limits}[editors]\n'web:desk' = 'approver'\n"
        "[clip]\nformat = 'flash'\nseconds = 10\npreset = 'superfast'\n"
        f"[network]\nallow = ['127.0.0.1']\n{sources}"
        "[[publish]]\nkind = 'folder'\npath = 'out'\n"
        f"[[chat]]\nkind = 'web'\nport = {free_port()}\ntoken_file = 'token'\n"
    )
    (folder / "token").write_text(TOKEN)
    (folder / "token").chmod(0o600)
    return file


@asynccontextmanager
async def running(file: Path) -> AsyncIterator[tuple[Remote, asyncio.subprocess.Process]]:
    """The daemon as a child, and the door to it; it must end cleanly on SIGTERM."""
    arguments = (sys.executable, "-m", "bot", "run", "--config", str(file))
    with (file.parent / "log").open("ab") as log:
        child = await asyncio.create_subprocess_exec(
            *arguments, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
        )
    remote = Remote.of(config.read(file))
    try:
        await asyncio.wait_for(_up(remote, child), 30)
        yield remote, child
        if child.returncode is None:
            child.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(child.wait(), 30) == 0
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
        sys.stderr.write((file.parent / "log").read_text()[-3000:])


async def _up(remote: Remote, child: asyncio.subprocess.Process) -> None:
    while child.returncode is None:
        try:
            await asyncio.to_thread(remote.get, "/api/drafts")
            return
        except Unreachable:
            await asyncio.sleep(0.05)
    raise AssertionError("the daemon did not start")
