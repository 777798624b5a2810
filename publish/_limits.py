"""What a channel takes beside a clip, and how it counts. Pure: no channel is known here.

Ways of counting as read in November 2026: X, docs.x.com "Counting characters" (twitter-text,
configuration 3); Threads, "emojis count as the number of UTF-8 bytes"; Mastodon and Bluesky count
grapheme clusters (Unicode UAX 29).
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

import regex

__all__ = ["LINK", "TAG", "Apart", "Limits", "Room", "Unit"]

Unit = Literal["characters", "utf-16", "bytes", "graphemes", "weighted", "emoji bytes"]
"""Code points, UTF-16 units, UTF-8 bytes, grapheme clusters, and as X and as Threads count.

weighted: 1 for Latin and its like, 2 for all else and for a whole emoji.
emoji bytes: an emoji counts its UTF-8 bytes, all else its code points.
"""

Apart = Literal["ai", "credits", "tags"]
"""What may have a place of its own: the note on AI, the credits of pictures and music, hashtags."""

LINK = re.compile(r"https?://[!-~]*[A-Za-z0-9/_~=&#+-]")  # without the point behind it
_BARE = re.compile(r"(?<![@\w.\-/])(?:[\w-]+\.)+[A-Za-z]{2,}(?![\w-])")
TAG = re.compile(r"(?<![\w#])[#＃](?=\w*[^\W\d_])\w+")
_CLUSTER = regex.compile(r"\X")
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3")
_LIGHT = ((0, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))


@dataclass(frozen=True, slots=True)
class Room:
    """How much one field holds: `most` of a unit, None without end.

    A link counts `link` whatever its length, or as it is written where that is 0.
    """

    most: int | None = None
    unit: Unit = "characters"
    link: int = 0

    def length(self, text: str) -> int:
        """Count a text as this channel does."""
        pieces = LINK.split(text) if self.link else [text]
        count = sum(_count(piece, self.unit) for piece in pieces) + (len(pieces) - 1) * self.link
        if self.unit == "weighted":  # X makes a link of a bare "example.org" too
            bare = (found for piece in pieces for found in _BARE.findall(piece))
            count += sum(max(0, self.link - len(found)) for found in bare)
        return count

    def holds(self, text: str) -> bool:
        """Whether a text fits in."""
        return self.most is None or self.length(text) <= self.most


@dataclass(frozen=True, slots=True)
class Limits:
    """What a channel takes: its fields, how many hashtags and links, what has a place of its own.

    `title` None: there is no title, the text is all that is read. `alt` None: there is no
    description for those who cannot see. `tags` and `links` are the most that one post may have,
    None without end; `links` 0 also stands for a channel where nobody could follow them.
    """

    title: Room | None = Room()
    text: Room = Room()
    alt: Room | None = Room()
    tags: int | None = None
    links: int | None = None
    apart: frozenset[Apart] = frozenset()

    def faults(
        self, title: str, text: str, tags: tuple[str, ...] = (), alt: str = ""
    ) -> tuple[str, ...]:
        """Say what of a post would not fit, in words an editor understands; () is good."""
        texts = ("title", title, self.title), ("text", text, self.text)
        fields = (*texts, ("alt text", alt, self.alt))
        found = [_too_long(name, said, room) for name, said, room in fields if room]
        found.append(_too_many("hashtag", len(tags) + len(TAG.findall(text)), self.tags))
        found.append(_too_many("link", len(LINK.findall(text)), self.links))
        return tuple(fault for fault in found if fault)


def _too_long(name: str, text: str, room: Room) -> str:
    if room.holds(text):
        return ""
    length = room.length(text)
    unit = "characters" if room.unit in ("weighted", "emoji bytes") else room.unit
    return f"the {name} has {length} {unit}, {room.most} at most"


def _too_many(name: str, count: int, most: int | None) -> str:
    told = f"{count} {name}{'s' * (count > 1)}, {most} at most"
    return told if most is not None and count > most else ""


def _count(text: str, unit: Unit) -> int:
    match unit:
        case "characters":
            return len(text)
        case "utf-16":
            return len(text.encode("utf-16-le", "surrogatepass")) // 2
        case "bytes":
            return len(text.encode(errors="surrogatepass"))
        case "graphemes":
            return len(_CLUSTER.findall(text))
        case "weighted":
            even = unicodedata.normalize("NFC", text)
            return sum(_weight(cluster) for cluster in _CLUSTER.findall(even))
        case "emoji bytes":
            clusters = _CLUSTER.findall(text)
            return sum(len(c.encode()) if _EMOJI.search(c) else len(c) for c in clusters)


def _weight(cluster: str) -> int:
    if _EMOJI.search(cluster):
        return 2
    return sum(1 if any(a <= ord(c) <= b for a, b in _LIGHT) else 2 for c in cluster)
