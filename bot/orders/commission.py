"""A clip that an editor asks for by hand: which story is meant, and what a draft can rest on."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import get_args

from bot.commands import Command
from bot.draft import Brief
from bot.formats import mistake
from bot.groups import own_language, resting_on
from bot.orders.floor import Floor, Refuse
from bot.orders.topics import pick
from bot.story import Story
from bot.views import isolated
from render.storyboard import Tone
from sources import Item, SourceError

__all__ = ["Follow", "commission"]

Follow = Callable[[str], Awaitable[Story]]
"""An address -> the story it tells. Raises SourceError."""


async def commission(
    floor: Floor, follow: Follow, command: Command, user: str, now: datetime
) -> str:
    """Write the wish down and answer what comes. Raises Refuse."""
    if command.tone and command.tone not in get_args(Tone):
        raise Refuse(f"unknown tone {command.tone!r}; there are {', '.join(get_args(Tone))}")
    name = command.format or floor.format
    if problem := mistake(name, command.seconds):
        raise Refuse(problem)
    story = await _meant(floor, follow, command)
    own = own_language(story.items)
    lang = "" if command.lang == own else command.lang
    brief = Brief(command.format, command.seconds, command.tone, lang, ready_in=command.ready_in)
    items = _reports(floor, story, lang, own) if lang else story.items
    why = f"asked for: {command.text}"[:200]
    number = await floor.store.new_draft(story.id, story.title, items, brief, user, why, now)
    told = f" in {lang}" if lang else ""
    told += f", ready in {command.ready_in:g} s if it can be" if command.ready_in else ""
    return f"draft {number}: {isolated(story.title)}{told}. The preview comes here."


def _reports(floor: Floor, story: Story, lang: str, own: str) -> tuple[Item, ...]:
    """Find what a draft in another language can rest on."""
    groups = floor.groups
    items = resting_on(story.items, lang, groups, 2 if groups.translates else 1)
    if not items:
        raise Refuse(
            f"story {story.id} is told in {own} and no report of it is in {lang}; "
            f"{groups.writer} does not translate: leave --lang out, or set up a [writer] that "
            "does (openai)"
        )
    return items


async def _meant(floor: Floor, follow: Follow, command: Command) -> Story:
    """Find the story that a number, an address or words mean."""
    if command.text.startswith(("http://", "https://")):
        try:
            return await follow(command.text)
        except SourceError as error:
            raise Refuse(f"cannot read that: {error}") from error
    by_number = floor.story(command.number) if command.number else None
    story = by_number or pick(floor.hot(), command.text)
    if story is None:
        raise Refuse(
            f"no story about {command.text[:80]!r}; `topics` lists what there is, and "
            "`make` takes an address too"
        )
    return story
