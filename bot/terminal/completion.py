"""What the Tab key offers at the prompt of `wirereel chat`. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.commands import HELP, VERBS

__all__ = ["Known", "completions", "waiting"]

FIELDS = ("line 1:", "drop line 1", "headline:", "caption:", "tone:", "title@", "alt@")
OPTIONS = ("in", "--format", "--tone", "--seconds", "--lang")
SPANS = ("60s", "2m", "5m")


@dataclass(frozen=True, slots=True)
class Known:
    """What the desk has: drafts as its page tells them, numbers of stories, names of channels."""

    drafts: Sequence[dict[str, Any]] = ()
    stories: Sequence[int] = ()
    channels: Sequence[str] = ()


def completions(line: str, known: Known) -> list[str]:
    """List what may stand in the place of the last word of a line, as it is typed so far."""
    *before, begun = line.split(" ")
    said = [word for word in before if word]
    offered = _places(said, known) if said else VERBS
    return [f"{word} " for word in offered if word.lower().startswith(begun.lower())]


def waiting(known: Known) -> list[str]:
    """Say what waits for a decision, a line each."""
    return [
        f"draft {d['id']} waits: {d['title']}  (approve {d['id']} {d['rev']})"
        for d in known.drafts
        if d["state"] == "offered" or d.get("held")
    ]


def _places(said: Sequence[str], known: Known) -> Sequence[str]:
    """List the words that may come after these."""
    verb, place = said[0].lstrip("/!").lower(), len(said)
    match verb, place:
        case "help", 1:
            return VERBS
        case ("make", 1) | ("merge", 1 | 2):
            return [str(number) for number in known.stories]
        case "make", _ if said[-1].lower() == "in":
            return SPANS
        case "make", _ if said[1].lstrip("#").isdecimal():
            return OPTIONS
        case ("pause" | "resume", 1) | ("resolve", 2):
            return known.channels
        case "approve", 1:
            return [f"{d['id']} {d['rev']}" for d in known.drafts if _may_be_approved(d)]
        case "approve", 2:
            return [d["rev"] for d in known.drafts if str(d["id"]) == said[1].lstrip("#")]
        case "approve", _:
            return [name for name in known.channels if name not in said]
        case "resolve", 3:
            return ("done", "again")
        case "edit", 2:
            return FIELDS
        case "takedown" | "correct", 2:
            return known.channels
        case _, 1 if HELP.get(verb, ("",))[0].startswith(f"{verb} DRAFT"):
            return [str(d["id"]) for d in known.drafts]
    return ()


def _may_be_approved(draft: dict[str, Any]) -> bool:
    return bool(draft["rev"]) and (draft["state"] == "offered" or bool(draft.get("held")))
