"""IRC as lines: what came is taken apart, what is said is made safe and cut. Pure.

After RFC 1459 (512 bytes with CRLF and sender) and IRCv3 (message tags, SASL).
"""

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.chat import Outgoing
from bot.chat._pieces import octets, pieces

__all__ = ["Line", "Pace", "parsed", "plain", "safe", "shown", "sign_in", "stamped"]

LONGEST = 512  # bytes, with the sender's prefix and CRLF
LEAST = 60  # bytes of text that are left in any case
ESCAPES = {":": ";", "s": " ", "\\": "\\", "r": "\r", "n": "\n"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a server. `tags` are told by the server itself, without the clients' own."""

    command: str
    params: tuple[str, ...] = ()
    prefix: str = ""
    tags: Mapping[str, str] | None = None

    @property
    def nick(self) -> str:
        """Who it comes from, by a name that anybody can take."""
        return self.prefix.partition("!")[0]

    def tag(self, name: str) -> str:
        """Read a tag of the server, "" if it has none."""
        return (self.tags or {}).get(name, "")


def parsed(raw: bytes) -> Line:
    """Take a line apart; what is none has the command ""."""
    rest = raw.decode("utf-8", "replace").strip("\r\n")
    tags, prefix = {}, ""
    if rest.startswith("@"):
        written, _, rest = rest[1:].partition(" ")
        pairs = (tag.partition("=") for tag in written.split(";"))
        tags = {name: _unescaped(value) for name, _, value in pairs if not name.startswith("+")}
    rest = rest.lstrip(" ")
    if rest.startswith(":"):
        prefix, _, rest = rest[1:].partition(" ")
    head, colon, last = rest.partition(" :")
    words = head.split()
    params = (*words[1:], *([last] if colon else ()))
    return Line(words[0].upper() if words else "", params, prefix, tags)


def _unescaped(value: str) -> str:
    return re.sub(r"\\(.?)", lambda m: ESCAPES.get(m[1], m[1]), value)


def stamped(line: Line, now: datetime) -> datetime:
    """When it was said, by the server's clock where it tells that."""
    try:
        at = datetime.fromisoformat(line.tag("time"))
    except ValueError:
        return now
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def safe(text: str) -> str:
    """Make a text one that cannot end a line, nor colour one, nor be a CTCP request."""
    return "".join(c if c.isprintable() else " " for c in text)


def plain(text: str) -> str:
    """Read what a person said without its colours; "" for what is no plain text (CTCP)."""
    if text.startswith("\x01"):
        return ""
    return re.sub(r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|[\x00-\x1f\x7f]", "", text).strip()


def shown(text: str, sender: str, target: str) -> Iterator[str]:
    """Say a text to a channel or a person: the lines to send, without CRLF.

    `sender` is our prefix as others see it; it counts. Raises nothing: what is too long is cut.
    """
    head = f"PRIVMSG {target} :"
    room = max(LEAST, LONGEST - 2 - len(f":{sender} {head}".encode()))
    for line in text.split("\n"):
        for piece, _ in pieces(safe(line), most=room, count=octets):
            yield head + piece


def told(message: Outgoing, film: str) -> str:
    """Write a message without marks and buttons: addresses and commands stand in its words."""
    text = message.text
    for mark in sorted(message.marks, key=lambda m: m.end, reverse=True):
        if mark.kind == "link" and mark.url not in text:
            text = f"{text[: mark.end]} ({mark.url}){text[mark.end :]}"
    commands = [command for _, command in message.buttons if command not in text]
    more = [f"film: {film}"] if film else []
    if commands:
        more.append(f"say: {' | '.join(commands)}")
    return "\n".join((text, *more))


def sign_in(account: str, password: str) -> Iterator[str]:
    """Answer a server that wants to know who we are (SASL PLAIN), 400 bytes at a time."""
    proof = base64.b64encode(f"{account}\0{account}\0{password}".encode()).decode()
    for start in range(0, len(proof) + 1, 400):
        yield f"AUTHENTICATE {proof[start : start + 400] or '+'}"


class Pace:
    """How fast lines may follow each other: some at once, then one every two seconds.

    That is what servers since RFC 1459 allow before they cut a connection.
    """

    def __init__(self, burst: int = 5, every_s: float = 2.0) -> None:
        self._ahead_s, self._every_s = (burst - 1) * every_s, every_s
        self._until = 0.0

    def wait_s(self, now: float) -> float:
        """How long the next line has to wait; `now` in seconds of any steady clock."""
        wait = max(0.0, self._until - self._ahead_s - now)
        self._until = max(self._until, now) + self._every_s
        return wait
