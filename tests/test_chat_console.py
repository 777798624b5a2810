"""The console on a real terminal (a pty), as a process of its own."""

import os
import pty
import subprocess
import sys
from pathlib import Path

from bot.chat import Outgoing
from bot.chat.console import Plugin, Settings

SCRIPT = """
import asyncio
from bot.chat import console
class Room:
    async def hear(self, message):
        return f"{message.user} said {message.text!r}"
asyncio.run(console.Plugin("console", console.Settings(user="anna"), None).run(Room()))
"""


def talk(lines: str) -> str:
    leader, follower = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-c", SCRIPT], stdin=follower, stdout=subprocess.PIPE, text=True,
        preexec_fn=lambda: take_the_terminal(follower),
    )  # fmt: skip
    os.close(follower)
    os.write(leader, lines.encode() + b"\x04")
    said, _ = child.communicate(timeout=20)
    os.close(leader)
    return said


def take_the_terminal(follower: int) -> None:
    """Be in the foreground of that terminal, as a shell would arrange it."""
    os.setsid()
    os.close(os.open(os.ttyname(follower), os.O_RDWR))


def test_what_is_typed_is_heard_and_answered() -> None:
    assert "console:anna said 'approve 7 3fa9c1'" in talk("approve 7 3fa9c1\n")


async def test_a_headline_cannot_steer_the_terminal(capsys: object) -> None:
    await Plugin("console", Settings(), None).send(Outgoing("Draft 1: \x1b[2Jgone\x07"))
    shown = capsys.readouterr().out  # type: ignore[attr-defined]
    assert "\x1b" not in shown
    assert "Draft 1:" in shown


def test_without_a_terminal_it_stays_silent() -> None:
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parent,
    )
    assert run.stdout == ""
