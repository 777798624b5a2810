"""The pictures and films that a feed puts beside an entry: the best one of each.

Feeds list one picture in many sizes and rarely say so; one good picture a report is enough.
"""

from collections.abc import Mapping
from typing import Any, Literal

from sources import Media
from sources._clean import address, plain
from sources._loose import dicts, string

__all__ = ["pictures"]

CREDIT, ALT = 120, 300  # characters kept
_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp", ".gif")


def pictures(entry: Mapping[str, Any], caption: str, base: str) -> tuple[Media, ...]:
    """Choose the widest picture and the widest film of an entry that feedparser read.

    The publisher's own media come before thumbnails, and those before enclosures.
    """
    credit = _credit(entry)
    best: dict[str, Media] = {}
    for group in ("media_content", "media_thumbnail", "enclosures"):
        for found in sorted(dicts(entry, group), key=_size, reverse=True):
            kind, url = _kind(found, group), address(string(found, "url", "href"), base)
            if kind and url and kind not in best:
                width, height = _pixels(found, "width"), _pixels(found, "height")
                best[kind] = Media(url, kind, width, height, credit, alt=plain(caption, ALT))
    return tuple(best.values())


def _kind(found: Mapping[str, Any], group: str) -> Literal["image", "video", ""]:
    said = f"{found.get('medium', '')} {found.get('type', '')}".lower()
    url = string(found, "url", "href").partition("?")[0].lower()
    if "svg" in said:  # may read files of ours when it is drawn
        return ""
    if "image" in said or group == "media_thumbnail":
        return "image"
    if "video" in said:
        return "video"
    return "image" if not said.strip() and url.endswith(_SUFFIXES) else ""


def _size(found: Mapping[str, Any]) -> tuple[bool, int]:
    """Order by what the publisher prefers, then by width."""
    return found.get("isdefault") == "true", _pixels(found, "width") or 0


def _pixels(found: Mapping[str, Any], key: str) -> int | None:
    digits = str(found.get(key) or "").strip().removesuffix("px")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 6 else None


def _credit(entry: Mapping[str, Any]) -> str:
    named = (plain(string(c, "content"), CREDIT) for c in dicts(entry, "media_credit"))
    credits = dict.fromkeys(name for name in named if name and name.lower() != "none")
    return plain(", ".join(credits), CREDIT)
