"""What became of a posting, as an editor reads it: in `show`, and as news in the chats. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.draft import WAITING, Posting, PostState
from bot.terms.timetable import say
from publish import Caps, Stats

__all__ = ["by_hand", "called", "news_of", "sequel", "told"]

_UNDER_WAY: Mapping[PostState, str] = {
    "queued": "waits",
    "preparing": "preparing: uploading",
    "ready": "ready, about to go out",
    "committing": "going out now",
    "unknown": "the answer was lost; it is looked up",
}
_SEQUEL: Mapping[PostState, str] = {
    "ready": "waits for its turn",
    "committing": "under way",
    "unknown": "the answer was lost",
}
_DONE = {"correction": "corrected", "takedown": "taken down"}


def called(posting: Posting) -> str:
    """Name what a posting is: "draft 7", "correction 1 of draft 7", "the takedown of draft 7"."""
    match posting.purpose:
        case "correction":
            return f"correction {posting.n} of draft {posting.draft}"
        case "takedown":
            return f"the takedown of draft {posting.draft}"
    return f"draft {posting.draft}"


def by_hand(caps: Caps | None, posting: Posting, purpose: str) -> str:
    """Say why only a person can correct or take down a post that is out; "" where we can."""
    where = posting.url or "no link is known"
    if caps is None:
        return f"{posting.channel} is not set up any more: {where}"
    if purpose == "correction" and caps.corrects == "no":
        return f"cannot be corrected by API: {posting.channel}, here is the link: {where}"
    if purpose == "takedown" and not caps.deletes:
        return f"cannot be deleted by API: {posting.channel}, here is the link: {where}"
    return ""


def news_of(posting: Posting) -> str:
    """Say what became of a posting, and what a person has to do; "" where it goes on by itself."""
    number, channel, what = posting.draft, posting.channel, called(posting)
    word = f"resolve {number} {channel}"
    match posting.purpose, posting.state:
        case "post", "done":
            return f"Draft {number} is out on {channel}: {posting.url}"
        case "post", "refused":
            way = f"Once that is mended, say: retry {number} {channel}"
            return f"{channel} refused draft {number}: {posting.why}\n{way}"
        case "post", "asked":
            return (
                f"Nobody knows whether draft {number} is out on {channel} ({posting.why}). "
                f"Please look there, then say: {word} done, or: {word} again"
            )
        case "correction", "done":
            return f"Correction {posting.n} of draft {number} is out on {channel}: {posting.url}"
        case "takedown", "done":
            return f"Draft {number} is gone from {channel}"
        case _, "refused":
            return f"{channel}: {what} is off: {posting.why}"
        case _, "asked":
            return (
                f"{what[0].upper()}{what[1:]} needs a person: {posting.why}\n"
                f"Please do it there, then say: {word} done, or to have it tried again: "
                f"{word} again"
            )
    return ""


def told(
    postings: Sequence[Posting],
    now: datetime,
    clock: ZoneInfo,
    stats: Mapping[str, Stats] | None = None,
) -> list[str]:
    """One line for each posting: its channel and how it stands, in the house's own time.

    `stats` are by channel.
    """
    return [
        _post(p, now, clock, (stats or {}).get(p.channel, {})) if p.purpose == "post" else sequel(p)
        for p in sorted(postings, key=lambda p: (p.channel, p.purpose != "post"))
    ]


def sequel(p: Posting) -> str:
    """Say how a correction or a takedown stands."""
    what = f"correction {p.n}" if p.purpose == "correction" else "takedown"
    how = _done(p) if p.state == "done" else _how(p, _SEQUEL)
    said = f' "{p.words}"' if p.words else ""
    return f"     {what} on {p.channel}: {how}{said}"


def _post(p: Posting, now: datetime, clock: ZoneInfo, stats: Stats) -> str:
    how = f"out: {p.url or p.why}" if p.state == "done" else _how(p, _UNDER_WAY)
    if p.state in WAITING and p.due_at and p.due_at > now:
        how = f"{how} for {say(p.due_at, now, clock)}"
    how += "".join(f" {name}={option}" for name, option in p.choices.items())
    counts = ", ".join(f"{count} {name}" for name, count in stats.items())
    return f"{p.channel}: {how}{f' ({counts})' if counts and p.state == 'done' else ''}"


def _how(p: Posting, under_way: Mapping[PostState, str]) -> str:
    if p.state == "asked":
        return f"a person is asked: {p.why}"
    how = under_way.get(p.state, p.state)
    return f"{how} ({p.why})" if p.why else how


def _done(p: Posting) -> str:
    return f"{_DONE[p.purpose]}{f' ({p.why})' if p.why else ''} {p.url}".rstrip()
