"""What is missing next, for every story and draft, and why.

Pure: `decide` reads a situation and the time and answers with intents. It does nothing itself.
A crash, a restart or an editor's word only changes the situation; the next look sees it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot import gate
from bot.draft import CLOSED, SETTLED, WAITING, Draft, Posting
from bot.groups import Version, base, versions
from bot.rules import Rulebook
from bot.rules import outlets as rule_of_outlets
from bot.rules.embargo import waits
from bot.rules.remarks import news_at
from bot.rules.staleness import second_look, unweighed
from bot.rules.unfounded import blocked, unfounded
from bot.situation import Act, Intent, Lane, Limits, Situation
from bot.story import Story
from bot.terms.timetable import Timetable
from publish import Caps
from sources import Item

__all__ = ["decide"]


def decide(
    situation: Situation, now: datetime, limits: Limits, book: Rulebook | None = None
) -> list[Intent]:
    """List what should happen now, most urgent first: posts, then offers, renders, scripts."""
    book = book or Rulebook()
    intents, lanes = _sequels(situation, now), _by_draft(situation.postings)
    for draft in situation.drafts:
        if draft.state == "approved":
            intents += _post(draft, lanes.get(draft.id, ()), situation, now, book)
    intents = _within_days(intents, situation, now)
    for draft in situation.posted:
        intents += _correct(draft, situation)
    for draft in situation.drafts:
        intents += _advance(draft, now, limits)
    intents += _open(situation, now, limits, book)
    return intents


def _advance(draft: Draft, now: datetime, limits: Limits) -> list[Intent]:
    if draft.retry_at and draft.retry_at > now:
        return []
    match draft.state:
        case "wanted":
            return [Intent("write", draft.story, "no script yet", draft.id)]
        case "written":
            if problems := unfounded(draft):
                return [Intent("block", draft.story, blocked(draft.id, problems), draft.id)]
            return [Intent("render", draft.story, "a script without a clip", draft.id)]
        case "rendered":
            if problems := unfounded(draft):  # a judge read it meanwhile
                return [Intent("hold", draft.story, blocked(draft.id, problems), draft.id)]
            if found := gate.faults(draft.clip.get("check") or {}):
                return [Intent("hold", draft.story, gate.held_back(draft.id, found), draft.id)]
            return [Intent("offer", draft.story, "the editors have not seen it", draft.id)]
        case "offered":
            shown = draft.offered_at or draft.made_at
            if now - shown > timedelta(hours=limits.offer_hours):
                why = f"no decision in {limits.offer_hours:g} hours: the news is old"
                return [Intent("drop", draft.story, why, draft.id)]
    return []


def _correct(draft: Draft, situation: Situation) -> list[Intent]:
    """Tell what its sources say otherwise since, each thing once."""
    news = unweighed(draft, situation.news.get(draft.id, ()))
    if not news:
        return []
    told = "; ".join(dict.fromkeys(n.told for n in news))
    return [Intent("correct", draft.story, told, draft.id, keys=tuple(n.key for n in news))]


def _by_draft(postings: Sequence[Posting]) -> Mapping[int, Sequence[Posting]]:
    found: dict[int, list[Posting]] = {}
    for p in postings:
        found.setdefault(p.draft, []).append(p)
    return found


def _post(
    draft: Draft, lanes: Sequence[Posting], situation: Situation, now: datetime, book: Rulebook
) -> list[Intent]:
    mine = [p for p in lanes if p.purpose == "post"]
    down = {p.channel for p in lanes if p.purpose == "takedown"}
    states = {p.state for p in mine}
    if states <= {"refused"} and down:
        return [Intent("withdraw", draft.story, "taken down before it was out", draft.id)]
    if states <= {"refused"}:
        return [Intent("park", draft.story, "every channel refused it", draft.id)]
    if states <= {"done", "refused"}:
        return [Intent("close", draft.story, "every channel has answered", draft.id)]
    intents = [
        intent
        for p in mine
        if (
            intent := _taken(draft, p, situation, now)
            if p.channel in down
            else _one_post(draft, p, situation, now)
        )
    ]
    news = situation.news.get(draft.id, ())
    newest = situation.newest.get(draft.id) or news_at(draft)
    going = {intent.channel for intent in intents if intent.act == "publish"}
    if why := second_look(draft, mine, going, news, newest, now, book.rules):
        keys = tuple(n.key for n in news)
        kept = [intent for intent in intents if intent.act != "publish"]
        return [*kept, Intent("recall", draft.story, why, draft.id, keys=keys)]
    return intents


def _within_days(intents: Sequence[Intent], situation: Situation, now: datetime) -> list[Intent]:
    """Leave out what would be more than a channel takes on this day, those due first going first.

    Times are given when a post is planned; one that was late may meet those of another day.
    """
    posts = [p for p in situation.postings if p.purpose == "post" and p.state in WAITING]
    due = {(p.draft, p.channel): p.due_at or now for p in posts}
    left = {
        name: table.per_day
        - sum(table.day(t) == table.day(now) for t in situation.sent.get(name, ()))
        for name, table in situation.timetables.items()
        if table.per_day
    }
    kept = set()
    going = [i for i in intents if i.channel in left and i.act == "publish"]
    going = [i for i in going if (i.draft, i.channel) in due]
    for intent in sorted(going, key=lambda i: (due[i.draft, i.channel], i.draft)):
        if left[intent.channel] > 0:
            left[intent.channel] -= 1
            kept.add(intent)
    return [i for i in intents if i not in going or i in kept]


def _one_post(draft: Draft, p: Posting, situation: Situation, now: datetime) -> Intent | None:
    if p.retry_at and p.retry_at > now:
        return None
    caps = situation.caps.get(p.channel)
    replay = caps.replay if caps else "none"
    match p.state:
        case "queued" | "preparing" | "ready" if _may_go(draft, p, situation, now):
            return _about(p, "publish", "approved and not out", draft.story)
        case "committing" | "unknown" if replay == "none":
            why = "the answer was lost and this channel cannot be asked"
            return _about(p, "ask", why, draft.story)
        case "committing" | "unknown":
            if replay == "lookup" and p.sent_at and now - p.sent_at < _settling(caps):
                return None  # its own list may lag: "absent" would not count yet
            stays = situation.paused & {"*", p.channel} or _stays(draft, now)
            if replay == "native" and stays:
                return None
            return _about(p, "reconcile", "the answer was lost", draft.story)
    return None


def _about(p: Posting, act: Act, reason: str, story: int = 0) -> Intent:
    return Intent(act, story, reason, p.draft, p.channel, key=p.key)


def _taken(draft: Draft, p: Posting, situation: Situation, now: datetime) -> Intent | None:
    """Look up a lost answer of what shall be taken down, whatever is paused. It is not sent again.

    What cannot be looked up is asked together with the takedown.
    """
    caps = situation.caps.get(p.channel)
    early = (p.retry_at and p.retry_at > now) or (
        p.sent_at and now - p.sent_at < _settling(caps)  # its own list may lag
    )
    if p.state not in ("committing", "unknown") or early or not caps or caps.replay == "none":
        return None
    return _about(p, "reconcile", "the answer was lost, and it shall be taken down", draft.story)


def _sequels(situation: Situation, now: datetime) -> list[Intent]:
    """List corrections and takedowns that can go on: on each channel the takedown, or the first."""
    lanes: dict[Lane, list[Posting]] = {}
    for p in situation.postings:
        lanes.setdefault((p.draft, p.channel), []).append(p)
    found = (_sequel(lane, situation, now) for lane in lanes.values())
    return [intent for intent in found if intent]


def _sequel(lane: Sequence[Posting], situation: Situation, now: datetime) -> Intent | None:
    still_open = [p for p in lane if p.purpose != "post" and p.state not in SETTLED]
    post = next((p for p in lane if p.purpose == "post"), None)
    if not still_open or post is None:
        return None
    down = next((p for p in still_open if p.purpose == "takedown"), None)
    wishes = sorted((p for p in still_open if p.purpose == "correction"), key=lambda p: p.n)
    first = next(iter(wishes), down)
    assert first is not None
    if first.retry_at and first.retry_at > now:
        return None
    if first.purpose == "takedown":
        caps = situation.caps.get(post.channel)
        lost = post.state in ("committing", "unknown") and caps and caps.replay != "none"
        return None if lost else _about(first, "takedown", f"{first.asked_by} wants it gone")
    if down is None:
        waits_for_its_post = post.state in {*WAITING, "committing", "unknown", "asked"}
        if waits_for_its_post or situation.paused & {"*", post.channel}:
            return None
    return _about(first, "amend", f"{first.asked_by} corrects it")


def _may_go(draft: Draft, p: Posting, situation: Situation, now: datetime) -> bool:
    """Whether an approved post may be sent now."""
    due = p.due_at is None or p.due_at <= now
    opens = p.urgent or situation.timetables.get(p.channel, Timetable()).opens(now)
    return due and opens and not situation.paused & {"*", p.channel} and not _stays(draft, now)


def _settling(caps: Caps | None) -> timedelta:
    """How long a channel's own list may lag behind a post."""
    return timedelta(seconds=caps.settle_s if caps else 0.0)


def _stays(draft: Draft, now: datetime) -> bool:
    """Whether an approved draft may not go out yet: somebody must look again, or an embargo."""
    return bool(draft.held) or waits(draft.embargo, now)


def _open(situation: Situation, now: datetime, limits: Limits, book: Rulebook) -> list[Intent]:
    """Start drafts for the hottest stories in every language that they miss, within the limits.

    Another story's first draft goes before this one's second language.
    """
    if "*" in situation.paused:
        return []
    by_itself = [d for d in situation.drafts if d.asked_by == "wire"]
    waiting = {d.story for d in by_itself if d.state not in CLOSED and d.state != "parked"}
    last_hour = {d.story for d in by_itself if now - d.made_at < timedelta(hours=1)}
    intents: list[tuple[bool, Intent]] = []
    for story in sorted(situation.stories, key=lambda s: (-s.heat.score, s.id)):
        open_room = story.id in waiting or len(waiting) < limits.open_drafts
        hour_room = story.id in last_hour or len(last_hour) < limits.drafts_per_hour
        if not (open_room and hour_room and _is_hot(story, now, limits)):
            continue
        if missing := _missing(story, situation, limits, book):
            waiting.add(story.id)
            last_hour.add(story.id)
            intents += missing
    return [intent for _, intent in sorted(intents, key=lambda pair: pair[0])]


def _missing(
    story: Story, situation: Situation, limits: Limits, book: Rulebook
) -> list[tuple[bool, Intent]]:
    """List the drafts that a story misses, and whether each is only one more language of it."""
    wanted = versions(story, situation.groups, limits.outlets)
    able = [v for v in wanted if not v.obstacle]
    told = {lang for number, lang in situation.covered if number == story.id}
    told |= {base(lang) for lang in told}
    why = "; ".join([story.heat.reason, *(v.obstacle for v in wanted if v.obstacle)])
    return [
        (n > 0 or bool(told), Intent("open", story.id, _why(why, v), lang=v.lang))
        for n, v in enumerate(able)
        if not {v.lang, v.language} & told and _is_sound(v.items, book)
    ]


def _why(reason: str, version: Version) -> str:
    return f"{reason}; {version.note}" if version.note else reason


def _is_sound(items: Sequence[Item], book: Rulebook) -> bool:
    """Whether enough outlets, and good enough ones, tell it for the bot to begin by itself."""
    return not rule_of_outlets.barred([i for i in items if not i.backlog], book)


def _is_hot(story: Story, now: datetime, limits: Limits) -> bool:
    fresh = now - story.last_seen < timedelta(hours=limits.fresh_hours)
    outlets = len({item.outlet for item in story.items if not item.backlog})
    breaking = story.heat.phase in ("emerging", "trending")
    return fresh and breaking and outlets >= limits.outlets
