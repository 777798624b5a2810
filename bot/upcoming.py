"""When the desk must look again by itself, and what is coming, by time. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.draft import WAITING, Draft, Posting
from bot.rules.embargo import waits
from bot.situation import Situation
from bot.terms.timetable import Timetable, Wish, due, say
from bot.views import isolated

__all__ = ["coming", "next_at"]


def next_at(situation: Situation, now: datetime) -> datetime | None:
    """Find the next moment at which something that waits may go, None where nothing waits."""
    drafts = {d.id: d for d in situation.drafts if d.state == "approved"}
    moments = (
        at
        for p in situation.postings
        if p.state in WAITING and p.draft in drafts
        for at in _moments(drafts[p.draft], p, situation, now)
    )
    return min((at for at in moments if at > now), default=None)


def _moments(draft: Draft, p: Posting, situation: Situation, now: datetime) -> Iterator[datetime]:
    yield from filter(None, (p.due_at, p.retry_at))
    if draft.embargo and draft.embargo.until:
        yield draft.embargo.until
    table = situation.timetables.get(p.channel)
    if table and not p.urgent and not table.opens(now):
        yield due(now, Wish(), _hours(table)).at


def _hours(table: Timetable) -> Timetable:
    """Keep a table's window alone."""
    return replace(table, slots=(), per_day=0)


def coming(
    drafts: Sequence[Draft], postings: Sequence[Posting], now: datetime, zone: ZoneInfo
) -> str:
    """List what waits for its time, a line each, the next first."""
    known = {d.id: d for d in drafts if d.state == "approved"}
    waiting = [p for p in postings if p.state in WAITING and p.draft in known]
    waiting.sort(key=lambda p: (p.due_at or now, p.draft, p.channel))
    if not waiting:
        return "nothing waits for its time; `approve DRAFT REV at 18:00` schedules a post"
    lines = [_line(known[p.draft], p, now, zone) for p in waiting]
    return "\n".join([*lines, f"by the clock of {zone.key}"])


def _line(draft: Draft, p: Posting, now: datetime, zone: ZoneInfo) -> str:
    when = say(p.due_at, now, zone) if p.due_at and p.due_at > now else "now"
    title = isolated(draft.script.headline if draft.script else draft.title)
    notes = [f"not before somebody approves it again: {draft.held}"] if draft.held else []
    if waits(draft.embargo, now) and draft.embargo:
        notes.append(f"embargo of {draft.embargo.outlet}")
    if p.retry_at and p.retry_at > now:
        notes.append(f"tried again {say(p.retry_at, now, zone)}: {p.why}")
    return f"{when}  {p.channel}: draft {draft.id} {draft.tag}, {title}" + "".join(
        f" ({note})" for note in notes
    )
