"""What is looked at again right before a post: news that overtook it, its age, its approval. Pure.

A post that waited for its time as an editor wished is not older for that: the wait from decision to
time counts neither against its news nor against its approval. What came in meanwhile does.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from bot.draft import WAITING, Draft, Posting
from bot.rules import Rules
from bot.rules.news import News

__all__ = ["behind", "held_back", "lapsed", "overtaken", "second_look", "unweighed"]

_TOLD = 3


def unweighed(draft: Draft, news: Sequence[News]) -> tuple[News, ...]:
    """Choose what the editors of a draft were not told yet."""
    return tuple(n for n in news if n.key not in draft.weighed.keys)


def behind(
    draft: Draft, newest: datetime, now: datetime, rules: Rules, due: datetime | None = None
) -> str:
    """Say that the news of a draft is too old to be posted unseen; "" where it is not.

    What was old already when the editors saw it was told then, and they decided all the same.
    `due` is the time it waited for.
    """
    most = timedelta(hours=rules.stale_hours)
    seen = (at for at in (draft.offered_at, draft.weighed.at) if at and at - newest > most)
    since = max((newest, *seen))
    age = now - since - _wished(draft, since, due)
    return f"its news is {age / timedelta(hours=1):.0f} hours old" if age > most else ""


def lapsed(draft: Draft, now: datetime, rules: Rules, due: datetime | None = None) -> str:
    """Say that an approval is too old to be acted on; "" where it is not.

    It counts from when the post was to go: its time, the end of its embargo, or the decision.
    """
    embargo = draft.embargo.until if draft.embargo and not draft.embargo.lifted_by else None
    moments = [at for at in (due, embargo, draft.decided_at, draft.weighed.at) if at]
    late = now - max(moments, default=now)
    if late <= timedelta(hours=rules.approval_hours):
        return ""
    return f"it was to go {late / timedelta(hours=1):.0f} hours ago: its approval is over"


def overtaken(draft: Draft, news: Sequence[News]) -> str:
    """Say what came in that overtakes an approved draft, and the ways out; "" if nothing did."""
    return _said(draft, [n.told for n in unweighed(draft, news)])


def held_back(
    draft: Draft,
    news: Sequence[News],
    newest: datetime,
    now: datetime,
    rules: Rules,
    due: datetime | None = None,
) -> str:
    """Say why an approved draft is not posted now, and the ways out; "" where it may be.

    `newest` is when the newest report of its story arrived, `due` the time it waited for.
    """
    told = [n.told for n in unweighed(draft, news)]
    old = (behind(draft, newest, now, rules, due), lapsed(draft, now, rules, due))
    return _said(draft, [*told, *filter(None, old)])


def second_look(
    draft: Draft,
    posts: Sequence[Posting],
    going: Collection[str],
    news: Sequence[News],
    newest: datetime,
    now: datetime,
    rules: Rules,
) -> str:
    """Say why an approved draft must be looked at again; "" where it need not.

    `going` are the channels that it would go to now. One that waits for its time is looked at for
    news all the while, so that editors hear it before.
    """
    if going:
        times = [p.due_at for p in posts if p.channel in going and p.due_at]
        return held_back(draft, news, newest, now, rules, min(times, default=None))
    timed = any(p.due_at and p.due_at > now and p.state in WAITING for p in posts)
    return overtaken(draft, news) if timed and not draft.held else ""


def _wished(draft: Draft, since: datetime, due: datetime | None) -> timedelta:
    """How long a draft waited because somebody wanted it to, since a moment."""
    decided = max(draft.decided_at or since, since)
    return max(due - decided, timedelta()) if due else timedelta()


def _said(draft: Draft, told: Sequence[str]) -> str:
    if not told:
        return ""
    more = f"; and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
    number = draft.id
    ways = f"`approve {number} {draft.tag}` again, `edit {number} ...`, or `reject {number} REASON`"
    return f"{'; '.join(told[:_TOLD])}{more}. Say {ways}"
