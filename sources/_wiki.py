"""What all wikis have in common: titles that are topics, and where their pages lie. Pure."""

import re
from urllib.parse import quote

__all__ = ["page", "subject"]

_WHICH = re.compile(r"\s*\([^()]*\)$")  # "(politician)" tells namesakes apart


def subject(title: str) -> str:
    """Make a title a topic: "Ada_Quill_(politician)" is "Ada Quill"."""
    spaced = title.replace("_", " ").strip()
    return _WHICH.sub("", spaced) or spaced


def page(host: str, title: str) -> str:
    """The address of a page."""
    return f"https://{host}/wiki/{quote(title.replace(' ', '_'), safe='/:(),')}"
