"""Where a finished clip goes: posts, receipts, and the channels that take them.

A publisher is one file of this package that satisfies `Publisher`. It makes calls; it keeps no
memory. Whether a post may go out, and what to do about an unknown outcome, is decided by the
caller, who writes `Post.key` and every state that `prepare` yields down before it goes on.

    PublishError
      ChannelDown      nothing went out, later may work           (a ConnectionError)
        LoggedOut      ... when a person has logged in again
      Refused          nothing went out, and this post never will (a ValueError)
      OutcomeUnknown   the call was made and its answer was lost: it may be out
"""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, runtime_checkable

from publish._caps import Caps, Choice, Corrects, Film, Replay
from publish._limits import Apart, Limits, Room, Unit

__all__ = [
    "Apart",
    "Caps",
    "ChannelDown",
    "Choice",
    "Corrects",
    "Film",
    "Leased",
    "Limits",
    "LoggedOut",
    "OutcomeUnknown",
    "Post",
    "PublishError",
    "Publisher",
    "Receipt",
    "Refused",
    "Replay",
    "Room",
    "State",
    "Stats",
    "Unit",
]

State = Mapping[str, str]
"""What a channel gave us on the way (upload ids and the like), as plain strings."""

Stats = Mapping[str, int]
"""How a post does, as far as its channel tells: views, likes, shares, comments."""


@dataclass(frozen=True, slots=True)
class Post:
    """One clip for one channel. `key` is the same on every try and unique to this post.

    `credits` name whose pictures and music are in it, a line each: their licences want it said.
    What the channel has no place of its own for (`Limits.apart`) stands in `text` already. `alt`
    says what is seen, for those who cannot. `choices` are what a person chose of `Caps.choices`, by
    name. `size` is in bytes, `width` and `height` are in pixels; 0 where nobody measured it.
    """

    key: str
    clip: Path
    sha256: str
    seconds: float
    title: str
    text: str
    tags: tuple[str, ...]
    lang: str
    made_by_ai: bool
    at: datetime
    cover: Path | None = None
    captions: tuple[Path, ...] = ()
    sources: Path | None = None
    credits: tuple[str, ...] = ()
    alt: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)
    size: int = 0
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a post is out: the channel's own id for it, and where a person can see it."""

    where: str
    id: str
    url: str
    at: datetime


class Publisher(Protocol):
    """A channel. `name` is unique among the configured channels.

    What `caps` do not promise is never asked of it. The words of a post are made within its limits.
    """

    name: str
    caps: Caps

    def check(self, post: Post) -> tuple[str, ...]:
        """Say what this channel would refuse beyond its caps, as an editor reads it; () is good.

        Pure, and asked when a draft is made, long before it is posted.
        """
        ...

    def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        """Do what can be undone or repeated (uploads, containers), in steps.

        Yields the whole state after each step, which is written down before the next one begins,
        so that a crash never uploads twice; `state` is the last that was. One who is still busy
        with an upload raises ChannelDown with the time to come back. Raises ChannelDown, Refused.
        """
        ...

    async def commit(self, post: Post, state: State) -> Receipt:
        """Make it public: the one call that cannot be taken back. Raises any PublishError."""
        ...

    async def find(self, post: Post, state: State) -> Receipt | None:
        """Look whether it is out; None means it surely is not.

        Raises OutcomeUnknown where the channel cannot tell and ChannelDown where it cannot be
        asked now.
        """
        ...

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        """Give a post that is out the words of `post`; the same again is harmless.

        Raises ChannelDown or Refused.
        """
        ...

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        """Answer below a post that is out with `post.text` alone, under `post.key`.

        It cannot be taken back. Raises any PublishError.
        """
        ...

    async def delete(self, receipt: Receipt, state: State) -> None:
        """Take a post down; one that is gone already is well. Raises ChannelDown or Refused."""
        ...

    async def stats(self, receipt: Receipt) -> Stats:
        """Ask how a post does; {} where the channel does not tell. Raises ChannelDown, Refused."""
        ...


@runtime_checkable
class Leased(Protocol):
    """A channel with a login, which works until a person has to log in again."""

    name: str

    async def lease(self, now: datetime) -> datetime | None:
        """Renew what is due, and say until when it works; None is without end.

        Raises LoggedOut, and ChannelDown where nobody can tell now.
        """
        ...


class PublishError(Exception):
    """A post did not go out, or nobody knows whether it did."""


class ChannelDown(PublishError, ConnectionError):
    """Nothing went out; later may work."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class LoggedOut(ChannelDown):
    """Only a person can help, who logs in again; the message says how.

    Nothing is wrong with a post that meets this: with a new login it goes out.
    """


class Refused(PublishError, ValueError):
    """Nothing went out, and this post never will on this channel."""


class OutcomeUnknown(PublishError):
    """The call was made and its answer was lost: the post may be out."""
