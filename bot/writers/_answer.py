"""What a model must answer, and what we take of it. Pure.

The answer is foreign data: cites are looked up, what leads out of a clip is refused, also where a
report holds it, and the texts that stand in our own name (caption, sources, hashtags) are never the
model's.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from bot.draft import Brief
from bot.prose.lures import lures
from bot.prose.sentences import length
from bot.prose.tongues import fold, tongue
from bot.story import Beat, Cite, Script, Story, Wish
from bot.writers._blurb import caption, chip, hashtags, told
from bot.writers._tone import fitting
from bot.writers._wishes import wish
from sources import Item

__all__ = ["SCHEMA", "Answer", "faults", "fished", "script", "spoken", "told_by"]

_LONGEST = 26  # words in a line
_MOST_BEATS = 14
_BRACES = 40  # how many openings of JSON are tried
_CHIP_LETTERS = 18
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cited(_Part):
    """A report by its number, from 1, and its words."""

    source: int
    quote: str


class Figure(_Part):
    """One number on a card."""

    value: str
    unit: str
    label: str
    sub: str


class Speech(_Part):
    """One quotation on a card."""

    quote: str
    name: str
    role: str


class Event(_Part):
    """One line of a timeline."""

    time: str
    text: str


class Bar(_Part):
    """One bar of a chart."""

    label: str
    value: float
    text: str


class Line(_Part):
    """One spoken sentence."""

    line: str
    show: Literal["auto", "stat", "quote", "list", "timeline", "chart", "compare", "line", "photo"]
    figure: Figure | None
    speech: Speech | None
    events: list[Event]
    bars: list[Bar]
    points: list[str]
    cites: list[Cited]


class Answer(_Part):
    """A whole script. Every field is required: strict schemas know no defaults."""

    headline: str
    chip: str
    tone: Literal["urgency", "tension", "loneliness", "prosperity", "innocence", "hope", "neutral"]
    beats: list[Line]


SCHEMA = Answer.model_json_schema()
_UNUSED: Mapping[str, Any] = {
    "show": "auto", "figure": None, "speech": None, "events": [], "bars": [], "points": [],
    "cites": [],
}  # fmt: skip


def fished(text: str) -> Any:
    """Find the script in what a model said around it; None where there is none.

    Fields that a schema would have forced are filled in empty, unknown ones are dropped.
    """
    text = re.sub(r"(?s)<think>.*?</think>", "", text)
    decoder = json.JSONDecoder()
    for match in list(re.finditer(r"\{", text))[:_BRACES]:
        try:
            found, _ = decoder.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            continue
        return _filled(found) if isinstance(found, dict) else None
    return None


def _filled(found: dict[str, Any]) -> dict[str, Any]:
    beats = found.get("beats")
    if isinstance(beats, list):
        beats = [_only(_UNUSED, Line, b) if isinstance(b, dict) else b for b in beats]
    whole = found if beats is None else {**found, "beats": beats}
    return _only({"chip": "", "tone": "neutral"}, Answer, whole)


def _only(unused: Mapping[str, Any], part: type[_Part], found: Mapping[str, Any]) -> dict[str, Any]:
    return {**unused, **{k: v for k, v in found.items() if k in part.model_fields}}


def spoken(answer: Answer) -> str:
    """Join everything of an answer that would be said or shown."""
    return "\n".join((answer.headline, answer.chip, *map(_all_texts, answer.beats)))


def faults(answer: Answer, items: Sequence[Item]) -> list[str]:
    """Say what in an answer can never be shown, as sentences that a model understands."""
    found = []
    if not 0 < len(answer.beats) <= _MOST_BEATS:
        found.append(f"there must be 1 to {_MOST_BEATS} beats, there are {len(answer.beats)}")
    outlets = {item.outlet for item in items}
    lines = {f"beat {n}": _all_texts(beat) for n, beat in enumerate(answer.beats, 1)}
    for place, text in {"headline": answer.headline, "chip": answer.chip, **lines}.items():
        if lures(text, outlets):  # not repeated: editors read this, too
            found.append(f"{place} leads out of the clip: a link, a handle, a number to call")
    for line in (answer.headline, *(beat.line for beat in answer.beats)):
        if not line.strip() or _CONTROL.search(line):
            found.append(f"{line[:40]!r} is empty or holds control characters")
        if length(line) > _LONGEST:
            found.append(f"{line[:40]!r}... is longer than {_LONGEST} words")
    return found


def _all_texts(beat: Line) -> str:
    parts: list[str] = [beat.line, *beat.points]
    for part in (beat.figure, beat.speech, *beat.events, *beat.bars):
        parts += [v for v in part.model_dump().values() if isinstance(v, str)] if part else []
    return "\n".join(parts)


def told_by(item: Item) -> str:
    """Join all texts of an item."""
    return "\n".join((item.title, item.summary, item.text))


def script(
    answer: Answer, story: Story, items: Sequence[Item], brief: Brief, lang: str, writer: str
) -> Script:
    """Make our script out of an answer. `items` are the reports in the order they were numbered."""
    beats = tuple(_beat(beat, items, lang) for beat in answer.beats)
    cited = [cite.outlet for beat in beats for cite in beat.cites]
    outlets = tuple(dict.fromkeys([*cited, *story.outlets]))
    texts = told(story)
    known = fold(" ".join(texts))
    fits = 0 < len(answer.chip) <= _CHIP_LETTERS and fold(answer.chip) in known
    return Script(
        format=brief.format,
        headline=answer.headline.strip().rstrip("."),
        lang=lang,
        tone=fitting(brief.tone or answer.tone, texts),
        beats=beats,
        chip=answer.chip if fits else chip(story, lang),
        caption=caption([beat.line for beat in beats], outlets, lang),
        hashtags=hashtags(story, lang),
        writer=writer,
    )


def _beat(beat: Line, items: Sequence[Item], lang: str) -> Beat:
    cites = (_cite(cited, items) for cited in beat.cites)
    line = " ".join(beat.line.split())
    return Beat(line, tuple(c for c in cites if c), _wish(beat, items) or wish(line, tongue(lang)))


def _cite(cited: Cited, items: Sequence[Item]) -> Cite | None:
    """Look a cite up; one whose words are not in its report is dropped."""
    if not 1 <= cited.source <= len(items):
        return None
    item = items[cited.source - 1]
    quote = " ".join(cited.quote.split())
    if len(quote) < 3 or quote not in " ".join(told_by(item).split()):
        return None
    return Cite(item.id, item.outlet, item.url, quote)


def _wish(beat: Line, items: Sequence[Item]) -> Wish | None:
    """Take what the model would show where it gave what the card needs."""
    bars = [bar.model_dump() for bar in beat.bars]
    data: dict[str, Any] = {
        "stat": beat.figure and beat.figure.model_dump(),
        "quote": beat.speech and beat.speech.model_dump(),
        "timeline": {"events": [e.model_dump() for e in beat.events], "active": 0},
        "list": {"items": beat.points},
        "chart": {"bars": bars, "highlight": 0, "unit": ""},
        "compare": {"bars": bars[:2], "unit": ""},
        "line": {"bars": bars, "unit": ""},
    }
    if beat.show == "photo":
        return Wish("photo")
    enough = {"timeline": len(beat.events), "list": len(beat.points)}
    enough |= dict.fromkeys(("chart", "compare", "line"), len(bars))
    if beat.show == "auto" or not data[beat.show] or enough.get(beat.show, 2) < 2:
        return None
    if beat.speech and beat.show == "quote" and not _is_said(beat.speech.quote, items):
        return None
    return Wish(beat.show, data[beat.show])


def _is_said(quote: str, items: Sequence[Item]) -> bool:
    return any(fold(quote.strip(" .,")) in fold(told_by(item)) for item in items)
