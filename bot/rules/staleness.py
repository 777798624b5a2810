"""What is looked at again right before a post: news that overtook it, and its age. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.draft import Draft
from bot.rules import Rules
from bot.rules.news import News

__all__ = ["behind", "held_back", "unweighed"]

_TOLD = 3


def unweighed(draft: Draft, news: Sequence[News]) -> tuple[News, ...]:
    """Choose what the editors of a draft were not told yet."""
    return tuple(n for n in news if n.key not in draft.weighed.keys)


def behind(draft: Draft, newest: datetime, now: datetime, rules: Rules) -> str:
    """Say that the news of a draft is too old to be posted unseen; "" where it is not.

    What was old already when the editors saw it was told then, and they decided all the same.
    """
    most = timedelta(hours=rules.stale_hours)
    seen = (at for at in (draft.offered_at, draft.weighed.at) if at and at - newest > most)
    age = now - max((newest, *seen))
    return f"its news is {age / timedelta(hours=1):.0f} hours old" if age > most else ""


def held_back(
    draft: Draft, news: Sequence[News], newest: datetime, now: datetime, rules: Rules
) -> str:
    """Say why an approved draft is not posted now, and the ways out; "" where it may be.

    `newest` is when the newest report of its story arrived.
    """
    told = [n.told for n in unweighed(draft, news)]
    if old := behind(draft, newest, now, rules):
        told.append(old)
    if not told:
        return ""
    more = f"; and {len(told) - _TOLD} more" if len(told) > _TOLD else ""
    number = draft.id
    ways = f"`approve {number} {draft.tag}` again, `edit {number} ...`, or `reject {number} REASON`"
    return f"{'; '.join(told[:_TOLD])}{more}. Say {ways}"
