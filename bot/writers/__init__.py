"""Who writes the scripts: one file for each kind of writer.

A writer module has a docstring, a `Settings` model and a `Plugin` class that satisfies `Writer`.

    WriterDown      no script now, later may work        (a ConnectionError)
    WriterRefused   this story never will be written so  (a ValueError)
"""

from typing import Protocol

from bot.draft import Brief
from bot.story import Script, Story

__all__ = ["Brief", "Writer", "WriterDown", "WriterRefused"]


class Writer(Protocol):
    """Makes a script out of a story."""

    async def write(self, story: Story, brief: Brief) -> Script:
        """Write once. Raises WriterDown or WriterRefused and nothing else."""
        ...


class WriterDown(ConnectionError):
    """No script now; later may work. `retry_after_s` is what the server asked for, if it did."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class WriterRefused(ValueError):
    """This writer will never write this story; the message says why."""
