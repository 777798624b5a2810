"""What an approver's word does: one yes of two, the last yes, and what it may override."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.commands import Command
from bot.draft import WAITING, Draft, Waiver
from bot.rules import Rulebook
from bot.rules.embargo import waits
from bot.rules.remarks import needed, why_two
from bot.rules.unfounded import claims_of, unfounded
from bot.store import Stale, Store
from bot.terms.assent import Place, Places, Taken, Yes, barred, places
from bot.terms.choices import agreed, asks, example, missing
from bot.terms.timetable import Timetable, say
from publish import Caps

__all__ = ["Terms", "approve", "override", "reschedule"]


@dataclass(frozen=True, slots=True)
class Terms:
    """What an approval is measured against: the rules, and what each channel asks and when."""

    book: Rulebook
    caps: Mapping[str, Caps] = field(default_factory=dict)
    tables: Mapping[str, Timetable] = field(default_factory=dict)


async def approve(
    store: Store, terms: Terms, draft: Draft, user: str, yes: Yes, now: datetime
) -> str:
    """Record a yes and answer what it did. Raises Stale, whose message is an answer too."""
    book = terms.book
    most = needed(draft, book)
    among = book.approvers - barred(draft) if most > 1 else book.approvers
    if most > 1:
        _may(draft, user, among, book)
    before = (await store.approvals()).get((draft.id, draft.rev), {})
    if most > 1 and user in before and yes == before[user]:
        raise Stale(f"you approved draft {draft.id} already: {_another(draft, book)}")
    _choose(terms, draft, {**before, user: yes} if most > 1 else {user: yes})
    found: dict[str, Place] = {}

    def plan(given: Mapping[str, Yes], channels: Sequence[str], taken: Taken) -> Places:
        try:
            found.update(places(given, channels, terms.tables, taken, now, _ends(draft, now)))
        except ValueError as error:
            raise Stale(str(error)) from error
        return found

    given = await store.approve(draft, user, yes, now, needed=most, among=among, plan=plan)
    if len(given) < most:
        return f"noted, {draft.id} {draft.tag}: {_another(draft, book)}"
    if draft.held:
        return f"approved {draft.id} {draft.tag} again; it goes on{_again(found, now, book)}"
    stopped = _stopped(found, await store.paused())
    return f"approved {draft.id} {draft.tag}; {_out(draft, found, now, book)}{stopped}"


async def reschedule(
    store: Store, terms: Terms, draft: Draft, user: str, yes: Yes, now: datetime
) -> str:
    """Move what of an approved draft still waits, and answer where to. Raises Stale."""
    found: dict[str, Place] = {}

    def plan(channels: Sequence[str], taken: Taken) -> Places:
        given = {user: Yes(yes.channels, yes.when)}
        try:
            found.update(places(given, channels, terms.tables, taken, now, _ends(draft, now)))
        except ValueError as error:
            raise Stale(str(error)) from error
        return found

    await store.reschedule(draft, user, yes.channels, now, plan)
    held = "; it waits for another approval all the same" if draft.held else ""
    return f"draft {draft.id}: {_each(found, now, terms.book)}{held}"


def _may(draft: Draft, user: str, among: Collection[str], book: Rulebook) -> None:
    """See that two can approve a draft, and that this one is of them. Raises Stale."""
    why = why_two(draft, book)
    if len(book.approvers) < 2:
        raise Stale(
            f"draft {draft.id} needs two editors ({why}), and [editors] has "
            f"{len(book.approvers)} who may approve: add another, or set [rules] two_editors = "
            '"never"'
        )
    if len(among) < 2:
        others = f"only {', '.join(sorted(among))}" if among else "nobody"
        raise Stale(
            f"draft {draft.id} needs two editors who neither asked for it nor edited it last "
            f"({why}), and of [editors] that is {others}: add another approver, or set [rules] "
            'two_editors = "never"'
        )
    if user in barred(draft):
        did = "edited it last" if user == draft.edited_by else "asked for it"
        raise Stale(
            f"you {did}: draft {draft.id} needs two others ({why}); {', '.join(sorted(among))} may"
        )


def _choose(terms: Terms, draft: Draft, given: Mapping[str, Yes]) -> None:
    """See that everything that a channel asks was chosen, by all alike. Raises Stale."""
    channels = tuple(dict.fromkeys(name for yes in given.values() for name in yes.channels))
    try:
        found = agreed({who: yes.choices for who, yes in given.items()})
    except ValueError as error:
        raise Stale(str(error)) from error
    if draft.held:  # what was chosen before still counts
        return
    if open_ones := missing(found, channels, terms.caps):
        said = "\n".join(asks(open_ones, terms.caps))
        named = f" {' '.join(channels)}" if channels != tuple(terms.tables) else ""
        words = f"approve {draft.id} {draft.tag}{named} {example(open_ones, terms.caps)}"
        raise Stale(f"{said}\nSay what you choose, such as: {words}")


def _ends(draft: Draft, now: datetime) -> datetime | None:
    """When the embargo of a draft ends, as far as it is known."""
    return draft.embargo.until if draft.embargo and waits(draft.embargo, now) else None


def _out(draft: Draft, found: Places, now: datetime, book: Rulebook) -> str:
    """Say where a draft goes, and when."""
    out = f"posting to {_each(found, now, book)}"
    if waits(draft.embargo, now) and draft.embargo:
        until = draft.embargo.until
        when = (
            f"from {say(until, now, book.rules.clock)} on"
            if until
            else "once the embargo is lifted"
        )
        out += f" {when} (embargo of {draft.embargo.outlet})"
    return out


def _stopped(found: Places, paused: Collection[str]) -> str:
    """Say that what was approved stays until somebody resumes; "" where nothing is paused."""
    names = [name for name in found if name in paused]
    if "*" in paused or names:
        what = "everything" if "*" in paused else ", ".join(names)
        return f" once `resume` is said ({what} is paused)"
    return ""


def _each(found: Places, now: datetime, book: Rulebook) -> str:
    """Name each channel with its time and the reason for it; all at once need none."""
    timed = any(place.at for place in found.values())
    return ", ".join(
        f"{name}{_at(place, now, book) if timed else ''}" for name, place in found.items()
    )


def _at(place: Place, now: datetime, book: Rulebook) -> str:
    if place.at is None:
        return " now"
    when = say(place.at, now, book.rules.clock)
    when = "now" if place.at <= now else f"at {when}" if when[:1].isdecimal() else when
    return f" {when} ({place.why})" if place.why else f" {when}"


def _again(found: Places, now: datetime, book: Rulebook) -> str:
    wished = {name: place for name, place in found.items() if place.wished}
    return f": {_each(wished, now, book)}" if wished else ""


async def override(store: Store, draft: Draft, user: str, command: Command, now: datetime) -> str:
    """Let a draft go on in spite of a rule, with the editor's name and reason. Raises Stale."""
    reason = command.text[:500]
    if command.embargo:
        if draft.embargo is None or not waits(draft.embargo, now):
            raise Stale(f"draft {draft.id} is under no embargo")
        lifted = replace(draft.embargo, lifted_by=user, reason=reason)
        await store.lift(draft, lifted, now)
        said = f"the embargo on draft {draft.id} is lifted: {reason}"
        posts = await store.postings(draft.id)
        timed = [p.channel for p in posts if p.state in WAITING and p.due_at and p.due_at > now]
        move = f"; {', '.join(timed)} keeps its time, `schedule {draft.id} now` moves it"
        return said + (move if timed else "")
    if not unfounded(draft):
        hint = f"; say `override {draft.id} embargo REASON`" if waits(draft.embargo, now) else ""
        raise Stale(f"every claim of draft {draft.id} is in its sources or allowed{hint}")
    claims = claims_of(draft.grounding)
    await store.waive(draft, Waiver(user, reason, now, claims))
    return f"draft {draft.id} goes on; allowed by you: {', '.join(claims)}"


def _another(draft: Draft, book: Rulebook) -> str:
    return f"one more approval is needed, by somebody else ({why_two(draft, book)})"
