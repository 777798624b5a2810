"""Who writes the scripts: one file for each kind of writer.

A writer module has a docstring, a `Settings` model and a `Plugin` class that satisfies `Writer`.

    WriterDown      no script now, later may work        (a ConnectionError)
    WriterRefused   this story never will be written so  (a ValueError)
"""

from dataclasses import dataclass
from typing import Protocol

from bot.story import Script, Story

__all__ = ["Brief", "Writer", "WriterDown", "WriterRefused"]


@dataclass(frozen=True, slots=True)
class Brief:
    """What is asked for. `tone` "" lets the writer choose, `lang` "" takes the story's.

    `format` is flash, news, explainer or list; `seconds` is the length of the whole clip with its
    end card; `note` is an editor's wish in plain words.
    """

    format: str = "news"
    seconds: float = 38
    tone: str = ""
    lang: str = ""
    note: str = ""


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
