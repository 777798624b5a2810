"""Stories: the recorded ones of two outlets and more, reports with their whole text, our own."""

import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.prose.tongues import guess
from bot.story import Story
from bot.trends import Interests, Wire
from sources import Item, SourceError, read_file

from ..stories.data import DAYS, item_of, rows

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
LANGS = {"night": "en", "covid": "en", "uk": "en", "de": "de", "pt": "pt"}
WHOLE = ("minutos20.xml", "arstechnica.xml", "theverge.xml", "latimes.xml", "romanews.xml")
LONG = 900  # letters: so much is more than a teaser


def recorded(data: Path) -> list[Story]:
    """Every story of the recorded streams that two outlets or more tell, as the wire joined it."""
    found: list[Story] = []
    for name, file in DAYS.items():
        wire = Wire(Interests(), forget=False)
        items = [item_of(row) for row in rows(data / f"stream_a/{file}.jsonl")]
        items = [spoken(item, LANGS[name]) for item in sorted(items, key=lambda i: i.seen)]
        for item in items:
            wire.add(item)
        found += wire.stories(items[-1].seen, 2)
    return [story for story in found if len(story.outlets) > 1]


def spoken(item: Item, lang: str) -> Item:
    return Item(
        *(item.id, item.source, item.outlet, item.url, item.title, item.summary),
        *(item.published, item.seen),
        lang=lang,
    )


def whole(data: Path) -> list[Story]:
    """Reports whose feed carries their text: one outlet each, plenty to choose from."""
    found: list[Story] = []
    for name in WHOLE:
        try:
            items = read_file(data / "feeds" / name, NOON)
        except SourceError:
            continue
        long = [item for item in items if len(item.text or item.summary) > LONG]
        known = [(item, guess([item.title, item.summary])) for item in long]
        found += [Story(0, i.title, (i,)) for i, lang in known if lang in ("en", "es", "it")]
    return found


def own() -> list[Story]:
    """Our invented stories."""
    told = tomllib.loads((Path(__file__).parent / "stories.toml").read_text(encoding="utf-8"))
    return [
        Story(number, story["reports"][0]["title"], tuple(reports(story)))
        for number, story in enumerate(told["story"])
    ]


def reports(story: dict[str, object]) -> list[Item]:
    told = story["reports"]
    assert isinstance(told, list)
    return [
        Item(
            *(f"{story['lang']}-{n}", "own", r["outlet"], "", r["title"], r["text"]),
            *(NOON + timedelta(minutes=r["minute"]),) * 2,
            lang=str(story["lang"]),
        )
        for n, r in enumerate(told)
    ]
