"""The marks of a text in each chat's own way, and the mentions that people put before a command.

Pure. Whatever has no mark is text and nothing else: no chat's parser finds anything in it.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

from bot.chat import Mark
from bot.chat._pieces import span

__all__ = ["called", "discord", "entities", "mattermost", "rich_text"]

SPECIAL = re.compile(r"([\\`*_~|<>\[\]()#+\-!:{}@])")
"""What means something in markdown; Discord takes a backslash before any of it."""
MARKED = re.compile(r"([\\`*_~|<>\[\]()#+\-!{}])")
"""The same for Mattermost, which would show a backslash before a colon."""
APART = "\u200b"  # parts an @ from its name, so that nobody is called
ENTITY = {"bold": "bold", "code": "code", "link": "text_link"}


def called(text: str, *names: str) -> tuple[str, bool]:
    """Drop a mention of ours before a command; tell whether there is one anywhere."""
    bare = text.strip()
    ours = rf"(?:{'|'.join(map(re.escape, names))})(?![.-]?\w)"  # not the head of a longer name
    if first := re.match(ours, bare, re.IGNORECASE):
        return bare[first.end() :].lstrip(" ,:"), True
    return bare, bool(re.search(ours, bare, re.IGNORECASE))


def entities(text: str, marks: Iterable[Mark]) -> list[dict[str, Any]]:
    """Write marks as Telegram's entities, counted in UTF-16 units."""
    found = []
    for mark in marks:
        offset, length = span(text, mark)
        link = {"url": mark.url} if mark.kind == "link" else {}
        found.append({"type": ENTITY[mark.kind], "offset": offset, "length": length, **link})
    return found


def rich_text(text: str, marks: Iterable[Mark]) -> dict[str, Any]:
    """Write a text as Slack's block of rich text, whose words no parser reads."""
    elements: list[dict[str, Any]] = []
    for part, kinds, url in _runs(text, tuple(marks)):
        style = {kind: True for kind in ("bold", "code") if kind in kinds}
        words: dict[str, Any] = {"type": "link", "url": url} if url else {"type": "text"}
        elements.append({**words, "text": part, **({"style": style} if style else {})})
    section = {"type": "rich_text_section", "elements": elements}
    return {"type": "rich_text", "elements": [section]}


def discord(text: str, marks: Iterable[Mark] = ()) -> str:
    """Write a text in Discord's markdown. Who may be called is said beside it, in the message."""
    return _markdown(text, tuple(marks), lambda part: SPECIAL.sub(r"\\\1", part), "<{}>")


def mattermost(text: str, marks: Iterable[Mark] = ()) -> str:
    """Write a text in Mattermost's markdown; nobody is called by a name in it."""
    return _markdown(text, tuple(marks), _unmarked, "{}")


def _unmarked(part: str) -> str:
    return MARKED.sub(r"\\\1", part).replace("@", f"@{APART}").replace("://", f":{APART}//")


def _markdown(
    text: str, marks: tuple[Mark, ...], escape: Callable[[str], str], address: str
) -> str:
    return "".join(
        _wrapped(part, kinds, url, escape, address) for part, kinds, url in _runs(text, marks)
    )


def _wrapped(
    part: str, kinds: frozenset[str], url: str, escape: Callable[[str], str], address: str
) -> str:
    """Write one run; blanks at its ends stay outside, or markdown would not see it."""
    bare = part.strip()
    if not bare or not kinds:
        return escape(part)
    before, after = part[: part.index(bare[0])], part[len(part.rstrip()) :]
    code = "code" in kinds and "`" not in bare and "\n" not in bare
    words = f"`{bare}`" if code else escape(bare)
    if "bold" in kinds:
        words = f"**{words}**"
    if url:
        safe = re.sub(r"[\s()<>\\]", lambda odd: f"%{ord(odd[0]):02X}", url)
        words = f"[{words}]({address.format(safe)})"
    return f"{before}{words}{after}"


def _runs(text: str, marks: tuple[Mark, ...]) -> Iterator[tuple[str, frozenset[str], str]]:
    """Part a text where marks begin and end: each part with its kinds and its link."""
    edges = {0, len(text), *(edge for mark in marks for edge in (mark.start, mark.end))}
    cuts = sorted(edge for edge in edges if 0 <= edge <= len(text))
    for start, end in pairwise(cuts):
        over = [m for m in marks if m.start <= start and end <= m.end]
        url = next((m.url for m in over if m.kind == "link" and _leads(m.url)), "")
        yield text[start:end], frozenset(m.kind for m in over), url


def _leads(url: str) -> bool:
    return url.startswith(("https://", "http://"))
