"""A clip in pieces: where each begins and ends, and its bytes as they are read from the disk."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Piece", "parted", "streamed"]

READ = 256 * 1024


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a file, in bytes."""

    start: int
    size: int

    def of(self, total: int) -> str:
        """Say it as the header Content-Range."""
        return f"bytes {self.start}-{self.start + self.size - 1}/{total}"


def parted(total: int, size: int) -> tuple[Piece, ...]:
    """Part a file into pieces of `size` bytes; the last one is what is left."""
    return tuple(Piece(start, min(size, total - start)) for start in range(0, total, size))


def streamed(path: Path, piece: Piece) -> Callable[[], AsyncIterator[bytes]]:
    """Make what reads a piece, as often as it is asked to."""

    async def read() -> AsyncIterator[bytes]:
        with await asyncio.to_thread(path.open, "rb") as file:
            file.seek(piece.start)
            left = piece.size
            while left and (some := await asyncio.to_thread(file.read, min(READ, left))):
                left -= len(some)
                yield some

    return read
