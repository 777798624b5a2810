"""What the rules have to say beside an offer, a line each. Pure."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from bot.draft import Draft
from bot.rules import Rulebook
from bot.rules import embargo as embargoes
from bot.rules.delicate import Delicate, delicate, read
from bot.rules.imagery import imagery
from bot.rules.outlets import unconfirmed, weak
from bot.rules.unfounded import allowed, claims_of
from bot.story import Story

__all__ = ["needed", "news_at", "remarks", "why_two"]


def why_two(draft: Draft, book: Rulebook) -> str:
    """Say why two editors must approve a draft; "" where one is enough."""
    wish = book.rules.two_editors
    if draft.script is None or wish == "never":
        return ""
    if found := delicate(draft.script, draft.items):
        return "; ".join(map(_named, found))
    return "[rules] two_editors" if wish == "always" else ""


def needed(draft: Draft, book: Rulebook) -> int:
    """How many editors must approve a draft."""
    return 2 if why_two(draft, book) else 1


def news_at(draft: Draft) -> datetime:
    """When the newest report of a draft arrived."""
    return max((item.seen for item in draft.items), default=draft.made_at)


def remarks(
    draft: Draft, book: Rulebook, now: datetime, approved_by: Collection[str] = ()
) -> tuple[str, ...]:
    """List what editors should know of a draft before they decide."""
    return tuple(_remarks(draft, book, now, approved_by)) if draft.script else ()


def _remarks(
    draft: Draft, book: Rulebook, now: datetime, approved_by: Collection[str]
) -> Iterator[str]:
    if draft.held:
        yield f"HELD: {draft.held}"
    if draft.waiver and (claims := claims_of(draft.grounding)):
        yield allowed(draft.waiver, claims)
    told = (unconfirmed(draft.items), weak(draft.items, book)) if draft.items else ()
    yield from filter(None, told)
    if embargoed := embargoes.told(draft.embargo, now, draft.id):
        yield embargoed
    if why := why_two(draft, book):
        given = f"; approved by {', '.join(approved_by)}" if approved_by else ""
        yield f"needs two editors: {why}{given}"
    if draft.script and not read(draft.script):
        lang = draft.script.lang or "of this script"
        yield f"nothing looked for sensitive topics: the language {lang} is not known here"
    if draft.script and draft.items:
        story = Story(draft.story, draft.title, draft.items)
        if why := imagery(draft.script, story, book.lab)[1]:
            yield f"no picture was made up for it: {why}"
    if (age := (draft.offered_at or now) - news_at(draft)) > _stale(book):
        yield f"its newest report was {age / timedelta(hours=1):.0f} hours old"


def _stale(book: Rulebook) -> timedelta:
    return timedelta(hours=book.rules.stale_hours)


def _named(topic: Delicate) -> str:
    return f"{topic.topic} ({topic.words})"
