"""Stories and drafts as words: what chats show of them. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import findings, gate, outcomes
from bot.curve import curve_of, spark
from bot.deadline import kept
from bot.draft import Draft, Posting
from bot.generated import in_full, others, summary
from bot.marked import Marked, bold, code, joined, link
from bot.store import Event
from bot.story import Story
from bot.terms.timetable import say
from bot.views import isolated, plain, reason, texts_beside, under_way, written_by
from publish import Stats

__all__ = [
    "audit_text",
    "correction_text",
    "decided",
    "decided_text",
    "decision",
    "draft_text",
    "held_text",
    "offer_text",
    "parked_text",
    "posts_text",
    "preview_text",
    "settled_text",
    "story_line",
    "unchanged_text",
]

UTC = ZoneInfo("UTC")  # the clock of a house that names none


def story_line(
    story: Story, draft: int | None, now: datetime, told: Mapping[str, int] | None = None
) -> str:
    """One story in chat: its title, and in a second line how it rose and why it is hot.

    `told` are its newest drafts by language, where channels speak several.
    """
    covered = f"  [draft {draft}]" if draft else ""
    if told:
        each = (f"{number} {lang}".rstrip() for lang, number in told.items())
        covered = f"  [draft {', '.join(each)}]"
    rise = spark(curve_of(story, now))
    return (
        f"{story.id}. {isolated(story.title)}{covered}\n{rise} {story.heat.phase}: {reason(story)}"
    )


def preview_text(draft: Draft) -> Marked:
    """The words that go with the small clip that comes first. It cannot be approved."""
    script = draft.script
    assert script is not None
    lines: list[Marked | str] = [
        f"Preview of draft {draft.id} is ready; the full clip follows.",
        bold(isolated(script.headline)),
        *(f"{n}. {isolated(beat.line)}" for n, beat in enumerate(script.beats, 1)),
    ]
    return joined(lines)


def unchanged_text(draft: Draft, why: str) -> Marked:
    """Say that a draft stays as it was, and how to say a change so that it can be made.

    `why` is the wish and what became of it, "(shorter): the model is asleep".
    """
    number = draft.id
    ways = (f"edit {number} line 2: WORDS", f"edit {number} drop line 2", f"edit {number} tone: T")
    head = f"Draft {number} stays as it was {plain(why)}\nSay it line by line: "
    return head + joined(map(code, ways), "   or   ")


def offer_text(draft: Draft, remarks: Sequence[str] = (), lang: str = "") -> Marked:
    """The words that go with a clip: what it is, what to know, and what to type.

    `lang` is its language, "" where all channels speak the same.
    """
    script = draft.script
    assert script is not None
    ways = (f"approve {draft.id} {draft.tag}", f"reject {draft.id} REASON", f"show {draft.id}")
    lines: list[Marked | str] = [
        f"Draft {draft.id}{f' ({lang})' if lang else ''}: " + bold(isolated(script.headline)),
        f"{draft.clip['seconds']:.0f} s, {len(script.beats)} lines, {written_by(script)}. "
        + findings.summary(draft.grounding),
        *_made(draft),
        *([f"{said}."] if (said := plain(summary(draft.clip))) else []),
        *map(_plain_line, findings.disputed(draft.grounding)),
        *(f"Note: {plain(remark)}" for remark in remarks),
        *_cautions(draft),
        *([f"Goes to {', '.join(draft.texts)}."] if draft.texts else []),
        joined(map(code, ways), "   or   "),
    ]
    return joined(lines)


def decision(what: str, who: str, why: str, at: datetime, clock: ZoneInfo = UTC) -> str:
    """Say who decided and when by the house's clock: "approved by web:anna at 12:04"."""
    by = f" by {plain(who)}" if who and who != "desk" else ""
    reason = f": {plain(why)}" if why and not what.startswith("approved") else ""
    return f"{what}{by} at {say(at, at, clock)}{reason}"


def decided(draft: Draft, now: datetime, clock: ZoneInfo = UTC) -> str:
    """Say who decided on a draft and when; "" where it can still be decided on."""
    when = say(draft.decided_at, now, clock) if draft.decided_at else "an unknown time"
    match draft.state:
        case "approved" | "posted" if not draft.held:
            return f"draft {draft.id} was approved by {draft.decided_by} at {when}"
        case "rejected":
            said = f"draft {draft.id} was rejected by {draft.decided_by} at {when}"
            return f"{said}: {plain(draft.reason)}"
        case "dropped":
            return (
                f"draft {draft.id} was dropped ({plain(draft.why)}); `retry {draft.id}` asks anew"
            )
    return ""


def decided_text(
    draft: Draft, kind: str, who: str, why: str, at: datetime, clock: ZoneInfo = UTC
) -> Marked:
    """What an offer says once it is decided; `kind` is the event that decided it."""
    said = {"wanted": "withdrawn", "written": "withdrawn", "rest dropped": "goes nowhere else"}
    by = draft.decided_by if kind == "approved" else who
    return joined((_head(draft), decision(said.get(kind, kind), by, why, at, clock)))


def parked_text(draft: Draft, why: str) -> Marked:
    """Something is wrong that a person must look at."""
    return Marked(f"Draft {draft.id} is parked: {plain(why)}")


def held_text(draft: Draft, why: str, given: Sequence[str] = ()) -> Marked:
    """An approved draft is not posted: something came in meanwhile."""
    one = f"\napproved again by {', '.join(given)}; it needs one more" if given else ""
    said = f"Draft {draft.id} is not posted: {plain(why)}{one}\nIt goes on after: "
    return said + code(f"approve {draft.id} {draft.tag}")


def correction_text(draft: Draft, told: str, links: Sequence[tuple[str, str]]) -> Marked:
    """What is out may be wrong; the desk changes nothing by itself. `links` are by channel."""
    said = f"Draft {draft.id} is out, and its sources say something else now: {plain(told)}"
    return joined((said, *(f"{channel}: " + link(url) for channel, url in links)))


def posts_text(
    draft: Draft, postings: Sequence[Posting], now: datetime, clock: ZoneInfo = UTC
) -> Marked:
    """What each channel made of a draft, a line each."""
    return joined((_head(draft), *(_post_line(p, now, clock) for p in postings)))


def settled_text(posting: Posting, who: str, at: datetime, clock: ZoneInfo = UTC) -> Marked:
    """A person said what became of a post whose answer was lost."""
    what = "it is there" if posting.state == "done" else "it is posted again"
    place = f"Draft {posting.draft} on {posting.channel}"
    return Marked(f"{place}: {what}, says {plain(who)} at {say(at, at, clock)}")


def _head(draft: Draft) -> Marked:
    title = draft.script.headline if draft.script else draft.title
    return f"Draft {draft.id}: " + bold(isolated(title))


def _post_line(p: Posting, now: datetime, clock: ZoneInfo) -> Marked:
    if p.purpose != "post":
        return Marked(plain(outcomes.sequel(p)))
    what = "it"
    why = f": {plain(p.why)}" if p.why else ""
    match p.state:
        case "done":
            said = f"{what[0].upper()}{what[1:]} is out on {p.channel}"
            return f"{said}: " + link(p.url) if p.url else Marked(said + why)
        case "refused":
            return Marked(f"{p.channel} refused {what}{why}")
        case "asked":
            return Marked(f"Nobody knows whether {what} is out on {p.channel}{why}")
        case "unknown" | "committing":
            return Marked(f"{p.channel}: {what} is on its way{why}")
    due = f" until {say(p.due_at, now, clock)}" if p.due_at else ""
    return Marked(f"{p.channel}: {what} waits{due}{why}")


def draft_text(
    draft: Draft,
    postings: Sequence[Posting],
    now: datetime,
    remarks: Sequence[str] = (),
    progress: tuple[str, float] | None = None,
    stats: Mapping[str, Stats] | None = None,
    clock: ZoneInfo = UTC,
) -> str:
    """One draft at length, for `show`; times are told by the `clock` of the house.

    `stats` are how it does, by channel.
    """
    head = f"Draft {draft.id} [{draft.state}] {isolated(draft.title)}"
    lines = [head, f"asked by {draft.asked_by}: {draft.why}".rstrip(": ")]
    if draft.wish:
        lines.append(f"to be changed: {plain(draft.wish)}")
    if doing := under_way(progress):
        lines.append(doing)
    if script := draft.script:
        lines.append(
            f"tone {script.tone}, {written_by(script)}. {findings.summary(draft.grounding)}"
        )
        lines += [f"Note: {plain(note)}" for note in script.notes]
        for n, beat in enumerate(script.beats):
            lines.append(f"{n + 1}. {isolated(beat.line)}")
            lines += [f'     {isolated(c.outlet)}: "{isolated(c.quote)}"' for c in beat.cites[:2]]
            lines += _doubted(draft, n)
        lines += _beside(draft) or [f"Caption: {isolated(script.caption)}"]
        lines += _doubted(draft, -1)
    lines += [f"Note: {plain(remark)}" for remark in remarks]
    lines += _made(draft)
    lines += [f"Generated: {plain(said)}" for said in in_full(draft.clip)]
    lines += _cautions(draft)
    lines += map(_plain_line, outcomes.told(postings, now, clock, stats))
    if draft.state == "offered":
        age = (now - (draft.offered_at or now)).total_seconds() / 60
        lines.append(f"shown {age:.0f} min ago; approve {draft.id} {draft.tag}")
    return "\n".join(lines)


def audit_text(events: Sequence[Event], last: Event | None, now: datetime, clock: ZoneInfo) -> str:
    """Who did what and when, a line each, with the head of the chain (`last` is its last row)."""
    if last is None:
        return "nothing has happened yet"
    lines = [_event(e, now, clock) for e in events]
    return "\n".join([*lines, f"head {last.hash[:12]}, row {last.n}; times by {clock.key}"])


def _event(e: Event, now: datetime, clock: ZoneInfo) -> str:
    about = f" draft {e.draft}" if e.draft else ""
    said = f": {plain(e.text)}" if e.text else ""
    rev = f" {e.rev[:6]}" if e.rev and not e.text.startswith(e.rev[:6]) else ""
    return f"{e.n}. {say(e.at, now, clock)} {e.who}: {e.kind}{about}{rev}{said}"


def _doubted(draft: Draft, beat: int) -> list[str]:
    """Tell what an editor should compare in one line; -1 is headline and caption."""
    plainly = ("supported", "one outlet")
    found = (f for f in draft.grounding.findings if f.beat == beat and f.verdict not in plainly)
    return [f"     {_plain_line(line)}" for f in found for line in findings.told(f)]


def _plain_line(line: str) -> str:
    """Make a line of strangers' words plain, and keep how far it stands in."""
    return line[: len(line) - len(line.lstrip())] + plain(line)


def _beside(draft: Draft) -> list[str]:
    """The texts beside a clip, line by line; the channels are named where they differ."""
    lines = []
    for row in texts_beside(draft.texts):
        where = f" ({', '.join(row['channels'])})" if row["channels"] else ""
        first, *rest = (isolated(line) for line in row["words"].splitlines() if line.strip())
        lines += [f"{row['field'].capitalize()}{where}: {first}", *(f"     {ln}" for ln in rest)]
    return lines


def _made(draft: Draft) -> list[str]:
    """Say whether a clip was there in time, where somebody wished for one."""
    said = kept(draft.clip)
    return [f"{said[0].upper()}{said[1:]}."] if said else []


def _cautions(draft: Draft) -> list[str]:
    if not draft.clip:
        return []
    report = draft.clip.get("check") or {}
    lines = [f"Check failed: {found}" for found in gate.faults(report)]
    lines += [f"Check: {found}" for found in gate.doubts(report)]
    return lines + [f"Note: {w}" for w in others(draft.clip)]
