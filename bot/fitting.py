"""Films made smaller for chats that take little: once, beside the clip, in a process of its own."""

import asyncio
import logging
import sys
from pathlib import Path
from weakref import WeakValueDictionary

__all__ = ["smaller"]

log = logging.getLogger(__name__)

LONGEST_S = 300.0
TOO_SMALL = 1  # what render.fit ends with where it cannot be done

_making: WeakValueDictionary[Path, asyncio.Lock] = WeakValueDictionary()


async def smaller(film: Path, most: int) -> Path | None:
    """Find or make a film of at most `most` bytes that looks like this one; None if impossible."""
    out = film.with_name(f"{film.stem}.{most}.mp4")
    lock = _making.setdefault(out, asyncio.Lock())
    async with lock:  # several chats ask for the same at once
        if not out.is_file():
            await _make(film, out, most)
    return out if out.is_file() else None


async def _make(film: Path, out: Path, most: int) -> None:
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "render.fit", str(film), str(out), str(most)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        _, said = await asyncio.wait_for(child.communicate(), LONGEST_S)
    except TimeoutError:
        said = f"it took more than {LONGEST_S:g} s".encode()
    finally:
        if child.returncode is None:
            child.kill()
            await asyncio.shield(child.wait())
    if child.returncode == TOO_SMALL and not said:
        log.info("%s cannot be made as small as %d bytes", film.name, most)
    elif child.returncode:
        log.warning("%s was not made smaller: %s", film, said.decode(errors="replace")[-400:])
