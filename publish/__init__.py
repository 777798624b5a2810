"""Where a finished clip goes: posts, receipts, and the channels that take them.

A publisher is one file of this package that satisfies `Publisher`. It makes calls; it keeps no
memory. Whether a post may go out, and what to do about an unknown outcome, is decided by the
caller, who writes `Post.key` and every state that `prepare` gives down before it calls `commit`.

    PublishError
      ChannelDown      nothing went out, later may work           (a ConnectionError)
      Refused          nothing went out, and this post never will (a ValueError)
      OutcomeUnknown   the call was made and its answer was lost: it may be out
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from publish._limits import Apart, Limits, Room, Unit

__all__ = [
    "Apart",
    "ChannelDown",
    "Limits",
    "OutcomeUnknown",
    "Post",
    "PublishError",
    "Publisher",
    "Receipt",
    "Refused",
    "Replay",
    "Room",
    "State",
    "Unit",
]

State = Mapping[str, str]
"""What a channel gave us on the way (upload ids and the like), as plain strings."""

Replay = Literal["native", "lookup", "none"]
"""What may be done after an unknown outcome.

native: the same key again is harmless. lookup: `find` tells whether it is out. none: ask a person.
"""


@dataclass(frozen=True, slots=True)
class Post:
    """One clip for one channel. `key` is the same on every try and unique to this post.

    `credits` name whose pictures and music are in it, a line each: their licences want it said.
    What the channel has no place of its own for (`Limits.apart`) stands in `text` already. `alt`
    says what is seen, for those who cannot.
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


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a post is out: the channel's own id for it, and where a person can see it."""

    where: str
    id: str
    url: str
    at: datetime


class Publisher(Protocol):
    """A channel. `name` is unique among the configured channels.

    One that is `clean` allows no logo on a clip: it is given the one without. The words of a post
    are made within its `limits`.
    """

    name: str
    replay: Replay
    clean: bool
    limits: Limits

    def check(self, post: Post) -> tuple[str, ...]:
        """Say what this channel would refuse, in words an editor understands; () is good. Pure."""
        ...

    async def prepare(self, post: Post, state: State) -> State:
        """Do what can be undone or repeated (uploads). Raises ChannelDown or Refused."""
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


class PublishError(Exception):
    """A post did not go out, or nobody knows whether it did."""


class ChannelDown(PublishError, ConnectionError):
    """Nothing went out; later may work."""

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class Refused(PublishError, ValueError):
    """Nothing went out, and this post never will on this channel."""


class OutcomeUnknown(PublishError):
    """The call was made and its answer was lost: the post may be out."""
