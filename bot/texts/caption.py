"""The text beside a clip: what happened, who reports it, whose pictures these are. Pure."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Any

from bot.prose.wording import note_on_ai, wording
from bot.texts.cut import cut
from bot.texts.told import Told
from publish import Limits

__all__ = ["caption", "tags_apart"]


@dataclass(frozen=True, slots=True)
class _Plan:
    """How much of each part stands.

    `sentences`, `tags` and `outlets` are how many. `linked`: outlets with their links; `pages`:
    credits with theirs; `courtesy`: credits too that no licence demands.
    """

    sentences: int = 99
    tags: int = 4
    outlets: int = 6
    linked: bool = True
    pages: bool = True
    courtesy: bool = True


_GOES: tuple[Mapping[str, Any], ...] = (
    {"sentences": 2},
    {"sentences": 1},
    {"tags": 2},
    {"linked": False},
    {"courtesy": False},
    {"outlets": 3},
    {"tags": 0},
    {"outlets": 1},
    {"pages": False},
)
"""What is left out where room is short, first to last. The rest stands or is told as a fault."""
_PLANS = tuple(accumulate(_GOES, lambda plan, goes: replace(plan, **goes), initial=_Plan()))


def caption(told: Told, limits: Limits, own: str = "") -> str:
    """The fullest text that fits; with `own` words, these stand instead of ours, whole.

    Where not even the least fits, that is the answer.
    """

    last = "" if limits.title else told.headline  # where there is a title it is said already
    for plan in _PLANS:
        body = own or " ".join(told.sentences[: plan.sentences]) or last
        if not limits.faults("", text := _text(told, limits, plan, body)):
            return text

    def holds(body: str) -> bool:
        return not limits.faults("", _text(told, limits, _PLANS[-1], body))

    shorter = (body for body in _bodies(told, holds) if body and holds(body))
    return _text(told, limits, _PLANS[-1], own or next(shorter, last))


def tags_apart(told: Told, limits: Limits, text: str) -> tuple[str, ...]:
    """The hashtags beside a text on a channel that has a place of its own for them."""
    if "tags" not in limits.apart:
        return ()
    several = (told.tags[:count] for count in range(len(told.tags), 0, -1))
    alone = Limits(tags=limits.tags)
    return next((tags for tags in several if not alone.faults("", text, tags)), ())


def _bodies(told: Told, holds: Callable[[str], bool]) -> Iterator[str]:
    """Shorter words than the first sentence."""
    yield told.headline
    for text in (*told.sentences[:1], told.headline):
        yield cut(text, holds, told.lang)


def _text(told: Told, limits: Limits, plan: _Plan, body: str) -> str:
    """Put the parts together, each on its line."""
    rows = told.outlets[: plan.outlets]
    free = len(rows) + len(told.credits) if limits.links is None else limits.links
    links = min(free, len(rows)) if plan.linked else 0
    parts = [_sources(told, plan, links)]
    if "credits" not in limits.apart:
        parts += _credits(told, plan, free - links)
    if "ai" not in limits.apart:
        parts.append(note_on_ai(told.lang, pictures=told.generated))
    if "tags" not in limits.apart and plan.tags:
        parts.append(" ".join(f"#{tag}" for tag in told.tags[: plan.tags][: limits.tags]))
    below = "\n".join(part for part in parts if part)
    return f"{body}\n\n{below}" if body and below else body or below


def _sources(told: Told, plan: _Plan, links: int) -> str:
    """Who reports it: a line each with its link, or their names on one line."""
    said, rows = wording(told.lang), told.outlets[: plan.outlets]
    if not rows:
        return ""
    left = len(told.outlets) - len(rows)
    more = said.more.format(left) if left and plan.outlets > 1 else ""
    head = said.source if len(told.outlets) == 1 else said.sources
    if links and any(url for _, url in rows):
        named = [
            f"{name} {url}".strip() if n < links else name for n, (name, url) in enumerate(rows)
        ]
        return "\n".join(filter(None, (f"{head}:", *named, more)))
    return f"{head}: {', '.join(name for name, _ in rows)} {more}".rstrip()


def _credits(told: Told, plan: _Plan, links: int) -> list[str]:
    """Whose pictures and music these are; a page where one more link may stand."""
    found = [credit for credit in told.credits if credit.demanded or plan.courtesy]
    pages = links if plan.pages else 0
    return [
        f"{credit.line}, {credit.page}" if credit.page and n < pages else credit.line
        for n, credit in enumerate(found)
    ]
