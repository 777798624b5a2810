"""Who writes the scripts: one file for each kind of writer.

A writer module has a docstring, a `Settings` model and a `Plugin` class that satisfies `Writer`.

    WriterDown      no script now, later may work        (a ConnectionError)
    WriterRefused   this story never will be written so  (a ValueError)
"""

from collections.abc import Callable
from typing import Protocol

from bot.draft import Brief
from bot.story import Bill, Script, Story

__all__ = ["Brief", "Tell", "Writer", "WriterDown", "WriterRefused"]

Tell = Callable[[str, float], None]
"""Told the stage ("write", "repair") and how far it is, 0 to 1, as far as that can be known."""


class Writer(Protocol):
    """Makes a script out of a story.

    One that `translates` can write in a language that no report is in.
    """

    translates: bool

    async def write(self, story: Story, brief: Brief, tell: Tell) -> Script:
        """Write once. Raises WriterDown or WriterRefused and nothing else."""
        ...

    async def revise(
        self, script: Script, story: Story, brief: Brief, wish: str, tell: Tell
    ) -> Script:
        """Change a script as an editor asks in plain words. Raises as `write` does."""
        ...


class WriterDown(ConnectionError):
    """No script now; later may work. `retry_after_s` is what the server asked for, if it did.

    `bill` is what was spent all the same.
    """

    def __init__(
        self, message: str, retry_after_s: float | None = None, bill: Bill | None = None
    ) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
        self.bill = bill


class WriterRefused(ValueError):
    """This writer will never write this story; the message says why. `bill` as in WriterDown."""

    def __init__(self, message: str, bill: Bill | None = None) -> None:
        super().__init__(message)
        self.bill = bill
