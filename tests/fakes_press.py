"""The commands as processes, and outlets that mean no good."""

import asyncio
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.terminal.remote import Remote

ROOT = Path(__file__).parents[1]

TITLE = "Ferry pier in Saltby reopens after nine days"
ARTICLE = (
    "The ferry pier in Saltby reopened on Monday after a storm had closed it for nine days, the "
    "Harbour Office said. About 400 people crossed before noon."
)


@dataclass(frozen=True)
class Run:
    """What a command said, and how it ended. `told` is all of it in one line."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> str:
        return " ".join((self.out + self.err).split())


def command(folder: Path, *words: object, said: str = "", before: str = "") -> Run:
    """Run `wirereel WORDS` in a folder; no traceback may ever reach whoever typed it.

    `before` is Python that the process runs first: to take something away from it.
    """
    run = process(folder, *program(before), *words, said=said)
    assert "Traceback" not in run.told, run.err
    return run


class Typed:
    """Types `wirereel WORDS` in this process: like `command`, without the second of a start."""

    def __init__(
        self, folder: Path, patch: pytest.MonkeyPatch, heard: pytest.CaptureFixture[str]
    ) -> None:
        self._patch, self._heard = patch, heard
        patch.chdir(folder)
        for name, value in environment(folder).items():
            patch.setenv(name, value)

    def __call__(self, *words: object) -> Run:
        self._patch.setattr(sys, "argv", ["wirereel", *map(str, words)])
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        said = self._heard.readouterr()
        assert isinstance(code, int)
        return Run(code, said.out, said.err)


def process(folder: Path, *words: object, said: str = "") -> Run:
    """Run a process in a folder.

    Modules in the folder `modules` come before the installed ones, in its children too.
    """
    done = subprocess.run(
        [*map(str, words)],
        cwd=folder,
        env=environment(folder),
        input=said,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr)


def program(before: str = "") -> list[str]:
    """Name the process that is `wirereel`."""
    code = f"import sys; sys.argv[0] = 'wirereel'\n{before}\nfrom bot.__main__ import main\nmain()"
    return [sys.executable, "-c", code] if before else [sys.executable, "-m", "bot"]


def environment(folder: Path) -> dict[str, str]:
    path = os.pathsep.join((str(folder / "modules"), str(ROOT)))
    told = {"NO_COLOR": "1", "COLUMNS": "100", "XDG_CACHE_HOME": str(folder / "cache")}
    return {**os.environ, **told, "PYTHONPATH": path}


def takes_away(folder: Path, package: str) -> None:
    """Let a package be not installed, for every command that runs in this folder."""
    code = f"raise ModuleNotFoundError(\"No module named '{package}'\", name='{package}')\n"
    brings(folder, f"{package}.py", code)


def brings(folder: Path, name: str, code: str) -> None:
    """Let a module of the user's own be there, for every command that runs in this folder."""
    file = folder / "modules" / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(code)


def office(folder: Path, more: str = "") -> Path:
    """Write a config for short clips that are made quickly, and answer its path."""
    file = folder / "config.toml"
    file.write_text(
        "[editors]\n'console:local' = 'approver'\n"
        "[clip]\nformat = 'flash'\nseconds = 10\npreset = 'superfast'\n"
        "voices = ['silent']\npreview = false\n"
        "[network]\nallow = ['127.0.0.1']\n[[publish]]\nkind = 'folder'\npath = 'posted'\n"
        f"[[chat]]\nkind = 'console'\n{more}"
    )
    return file


def vast_png(width: int, height: int) -> bytes:
    """Write a PNG whose header promises more pixels than anybody should open."""
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", size), (b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )


async def draft_once(remote: Remote, fits: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Follow the changes at a desk until one of its drafts is as it should be."""
    version = 0
    async with asyncio.timeout(120):
        while True:
            drafts = (await asyncio.to_thread(remote.get, "/api/drafts"))["drafts"]
            if found := [dict(draft) for draft in drafts if fits(draft)]:
                return found[0]
            path = f"/api/changes?since={version}"
            version = (await asyncio.to_thread(remote.get, path))["version"]
