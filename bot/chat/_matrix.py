"""What the desk says, as contents of Matrix events; what people do there, as words. Pure.

Matrix has no buttons: signs stand in for them, which the bot puts under its message and editors
press as reactions. HTML is built from escaped text and marks; no text ever becomes markup.
"""

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.chat import Incoming, Mark
from bot.chat._nio import Event
from bot.chat._pieces import Piece

__all__ = ["bare", "content", "heard", "legend", "root_of", "signs", "target_of", "text_of"]

SIGNS = {
    "approve": "✅",
    "reject": "❌",
    "show": "👀",
    "retry": "🔁",
    "takedown": "🗑",
    "help": "❓",
}
SPARE = tuple(f"{n}\ufe0f\u20e3" for n in range(1, 10))  # keycaps, for all other buttons
TAGS = {"bold": ("<strong>", "</strong>"), "code": ("<code>", "</code>")}


def signs(buttons: Sequence[tuple[str, str]]) -> dict[str, tuple[str, str]]:
    """Give each button a sign of its own: sign -> (label, command)."""
    found: dict[str, tuple[str, str]] = {}
    for label, command in buttons:
        wanted = SIGNS.get(command.split(None, 1)[0].lower(), "") if command.strip() else ""
        free = [sign for sign in (wanted, *SPARE) if sign and sign not in found]
        if free:
            found[free[0]] = (label, command)
    return found


def legend(found: Mapping[str, tuple[str, str]]) -> str:
    """Say what each sign does."""
    return " · ".join(f"{sign} {label}" for sign, (label, _) in found.items())


def bare(sign: str) -> str:
    """Drop the variation selectors that some clients put behind an emoji."""
    return sign.replace("\ufe0f", "")


def content(piece: Piece, root: str = "", replaces: str = "", answers: str = "") -> dict[str, Any]:
    """Build a message: in the thread of `root`, in place of another, as an answer to one."""
    text, marks = piece
    made: dict[str, Any] = {"msgtype": "m.text", "body": text, "m.mentions": {}}
    made |= {"format": "org.matrix.custom.html", "formatted_body": marked(text, marks)}
    if replaces:
        edit = {"rel_type": "m.replace", "event_id": replaces}
        return {**made, "body": f"* {text}", "m.new_content": made, "m.relates_to": edit}
    if relation := related(root, answers):
        made["m.relates_to"] = relation
    return made


def related(root: str, answers: str = "") -> dict[str, Any]:
    """Place an event in a thread, or under the event that it answers."""
    behind = {"m.in_reply_to": {"event_id": answers or root}}
    if root:
        fallback = {"is_falling_back": not answers}
        return {"rel_type": "m.thread", "event_id": root, **fallback, **behind}
    return behind if answers else {}


def marked(text: str, marks: Sequence[Mark]) -> str:
    """Write a text with its marks as HTML; where two marks cross, the later one is dropped."""
    made, at = [], 0
    for mark in sorted(marks, key=lambda m: (m.start, -m.end)):
        if mark.start >= at and (tags := _tags(mark)):
            inner = _escaped(text[mark.start : mark.end])
            made += [_escaped(text[at : mark.start]), tags[0], inner, tags[1]]
            at = mark.end
    return "".join([*made, _escaped(text[at:])])


def _escaped(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _tags(mark: Mark) -> tuple[str, str] | None:
    if mark.kind != "link":
        return TAGS[mark.kind]
    if not re.match(r"(?i)https?://", mark.url):
        return None  # a link of a feed may say anything; javascript: is one
    return f'<a href="{html.escape(mark.url)}">', "</a>"


def heard(event: Event, me: str, command: str = "") -> Incoming | None:
    """Turn what a person said, or the command behind the sign that they pressed, into a message.

    None for what no person said to us.
    """
    user = f"matrix:{event.sender}"
    if event.kind == "m.reaction":
        return Incoming(user, event.id, command, event.at, "reacted") if command else None
    sort = event.content.get("msgtype")
    if event.kind != "m.room.message" or sort not in ("m.text", "m.notice"):
        return None
    text, named = addressed(text_of(event), me)
    if not text:
        return None
    return Incoming(
        *(user, event.id, text, event.at),
        addressed=named or me in _list(_part(event.content, "m.mentions"), "user_ids"),
        bot=sort == "m.notice",  # by convention what programs say
        forwarded="m.forwarded" in event.content,
        edited="m.new_content" in event.content or _relation(event) == "m.replace",
    )


def text_of(event: Event) -> str:
    """Read a message's words: of an edit the new ones, without the quotation before a reply."""
    said = _part(event.content, "m.new_content") or event.content
    body = said.get("body")
    if not isinstance(body, str):
        return ""
    lines = body.split("\n")
    if "m.in_reply_to" in _part(event.content, "m.relates_to") and lines[0].startswith("> "):
        while lines and lines[0].startswith(">"):
            lines.pop(0)
        body = "\n".join(lines)
    return body.strip()


def addressed(text: str, me: str) -> tuple[str, bool]:
    """Take our name off a text that begins with it: "wirereel: help" -> "help", True."""
    local = re.escape(me.removeprefix("@").partition(":")[0])
    match = re.match(rf"(?is)@?{local}(?::{re.escape(me.partition(':')[2])})?[:,]?\s+(.+)", text)
    return (match[1], True) if match else (text, False)


def root_of(event: Event) -> str:
    """Name the thread that an event stands in, "" for none."""
    relation = _part(event.content, "m.relates_to")
    return str(relation.get("event_id", "")) if relation.get("rel_type") == "m.thread" else ""


def target_of(event: Event) -> tuple[str, str]:
    """What a reaction is to, and its sign."""
    relation = _part(event.content, "m.relates_to")
    if relation.get("rel_type") != "m.annotation":
        return "", ""
    return str(relation.get("event_id", "")), bare(str(relation.get("key", "")))


def _relation(event: Event) -> str:
    return str(_part(event.content, "m.relates_to").get("rel_type", ""))


def _part(content: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = content.get(key)
    return found if isinstance(found, dict) else {}


def _list(content: Mapping[str, Any], key: str) -> Sequence[Any]:
    found = content.get(key)
    return found if isinstance(found, list) else ()
