"""The chain that binds each row of the audit to the one before it. Pure.

Whoever changes, drops or slips in a row breaks it from there on. Rows that are cut off at the end
leave no gap: who fears that notes the head now and then.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Link", "broken", "hash_of"]


@dataclass(frozen=True, slots=True)
class Link:
    """One row as it is hashed: `at` is the time as it is written down, `draft` 0 for none.

    `who` is an editor's id or "desk", `rev` the revision that was decided on, "" where none was,
    and `message` the chat's own id of the message that said so.
    """

    n: int
    at: str
    kind: str
    draft: int
    who: str
    text: str
    rev: str = ""
    message: str = ""


def hash_of(before: str, link: Link) -> str:
    """Hash a row (hex sha256) behind the one whose hash is `before`, "" for the first."""
    row = (link.n, link.at, link.kind, link.draft, link.who, link.text, link.rev, link.message)
    return hashlib.sha256(canonical(before, *row).encode()).hexdigest()


def canonical(*values: str | int) -> str:
    """Write values as JSON in the one way: no spaces, no letter but ASCII."""
    return json.dumps(values, ensure_ascii=True, separators=(",", ":"))


def broken(rows: Iterable[tuple[Link, str]]) -> int:
    """Find the first row, by its number, that does not follow from those before it; 0 if all do.

    `rows` are all of them in order, each with the hash that is written down.
    """
    before, last = "", 0
    for link, kept in rows:
        if link.n != last + 1 or hash_of(before, link) != kept:
            return link.n
        before, last = kept, link.n
    return 0
