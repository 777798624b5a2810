"""Fakes of the platforms, one file each, in the real form of their answers.

Each module has a class `Fake` that satisfies `Platform`; `tests/test_publish_contract.py` walks
them all. What a platform does not do (`can`) is not asked of its fake.
"""

import hashlib
import importlib
import pkgutil
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Protocol, Self

import aiohttp

from publish import Post, Publisher

AT = datetime(2026, 11, 23, 17, 42, 5, tzinfo=UTC)
CLIP = bytes(range(256)) * 300

Lie = Literal["html", "error", "type", "big"]
"""200 with a page, with an error inside, with an id of another type, with 5 MB of an id."""

Can = Literal["busy", "moderation", "expiry", "quota"]
"""busy: a clip is at work on after its upload. moderation: it may refuse a post for good.
expiry: what was uploaded is forgotten after a while. quota: it takes so much a day."""


@dataclass(slots=True)
class Made:
    """A post that took effect: `sha256` of its clip, "" for an answer below another (`below`)."""

    id: str
    text: str
    sha256: str = ""
    below: str = ""
    more: dict[str, Any] = field(default_factory=dict)


class Platform(Protocol):
    """A fake server with verbs. Each fault strikes as often as it was asked for, then never."""

    posts: list[Made]
    """What is public there now, answers below posts included."""
    uploads: int
    """How many times the bytes of a clip were taken in."""
    secrets: tuple[str, ...]
    """What may be in no message: every key, password and token."""
    renews: bool
    """Whether the channel gets a new token by itself when one runs out."""
    can: frozenset[Can]

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...

    def channel(self, http: aiohttp.ClientSession) -> Publisher:
        """The channel of the platform, new as after a start of the bot."""
        ...

    def drops_before_commit(self) -> None:
        """The next call that would make something public gets lost on its way there."""
        ...

    def drops_after_commit(self) -> None:
        """The next call that makes something public takes effect; its answer is lost."""
        ...

    def fails_after_commit(self) -> None:
        """The next call that makes something public takes effect, and is answered 500."""
        ...

    def is_busy(self, times: int) -> None:
        """The clip is not ready yet, so often."""
        ...

    def token_expires(self) -> None:
        """The token that was used so far is no more."""
        ...

    def login_ends(self) -> None:
        """No key, password or token of ours is accepted any more."""
        ...

    def refuses_by_moderation(self) -> None:
        """The next post is against the rules, wherever the platform says so."""
        ...

    def runs_out_of_quota(self) -> None:
        """It takes nothing more today."""
        ...

    def forgets_uploads(self) -> None:
        """What was uploaded and is in no post is gone."""
        ...

    def limits_rate(self, seconds: int) -> None:
        """The next call is one too many."""
        ...

    def lies(self, how: Lie, after: int = 0) -> None:
        """The next call, or one so many later, does nothing and says 200, with nonsense."""
        ...

    def echoes(self, after: int = 0) -> None:
        """The next call, or a later one, is refused, in words that hold its address and key."""
        ...

    def forgives(self) -> None:
        """What was to strike the next calls is called off."""
        ...

    async def goes_down(self) -> None:
        """Nobody listens any more."""
        ...


def names() -> tuple[str, ...]:
    """Every fake there is."""
    found = pkgutil.iter_modules(__path__)
    return tuple(sorted(m.name for m in found if not m.name.startswith("_")))


def able(what: Can) -> list[str]:
    """The fakes whose platforms do such a thing."""
    return [name for name in names() if what in fake(name).can]


def fake(name: str) -> Platform:
    """A fake by its name, not started yet."""
    platform: Platform = importlib.import_module(f"platforms.{name}").Fake()
    return platform


def a_post(folder: Path, name: str = "channel", **more: Any) -> Post:
    """A post as the desk makes them, with a file that is as good as a clip to a fake."""
    for file, body in {"c.mp4": CLIP, "c.srt": b"1\n", "c.vtt": b"WEBVTT\n", "c.jpg": b"j"}.items():
        (folder / file).write_bytes(body)
    given: dict[str, Any] = {
        "key": f"7:{name}:3f9a12",
        "clip": folder / "c.mp4",
        "sha256": hashlib.sha256(CLIP).hexdigest(),
        "seconds": 33.6,
        "title": "Лодка hits a bridge",
        "text": "Sixty-three people are safe. https://wire.example/boat #bridge",
        "tags": (),
        "lang": "en",
        "made_by_ai": True,
        "at": AT,
        "cover": folder / "c.jpg",
        "captions": (folder / "c.srt", folder / "c.vtt"),
        "alt": "Upright video: a barge under a bridge.",
        "size": len(CLIP),
        "width": 1080,
        "height": 1920,
    }
    return Post(**{**given, **more})
