"""What a piece is drawn as: a title, a figure, a quotation, rows, a place, or key words. Pure.

The captions say every word already, so a card shows a few words of it; see keywords.py.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from bot.direct.album import Album
from bot.direct.keywords import hedge, key_words, opening
from bot.direct.pieces import Piece
from bot.direct.places import place
from bot.prose.claims import names
from bot.prose.figures import numbers
from bot.prose.sentences import stems, words
from bot.prose.tongues import Tongue, fold
from bot.prose.wording import is_report, masthead
from bot.story import Script, Story
from render.storyboard import View

__all__ = ["locator", "statement", "title", "wished"]

_NAMED = 3  # outlets on one card
_LAYOUTS = ("rule", "band", "side", "index")  # of key words, in turn


def title(script: Script, album: Album, speech: Tongue) -> dict[str, Any]:
    """Open with the headline, over a picture where there is one."""
    card: dict[str, Any] = {
        "card": "title",
        "headline": script.headline,
        "emphasis": _emphasis(script.headline, speech),
    }
    if photo := album.deal(script.headline):
        card |= {key: photo[key] for key in photo if key not in ("framing", "alt")}
    return card


def wished(piece: Piece, script: Script, speech: Tongue) -> dict[str, Any] | None:
    """Draw what the beat wishes, if it is this piece that says it."""
    wish = script.beats[piece.beat].wish
    data = dict(wish.data)
    if wish.kind in ("auto", "photo", "title") or not data:
        return None
    silent = (wish.kind == "stat" and not numbers(piece.line, speech)) or (
        wish.kind == "quote" and not any(mark in piece.line for mark in '“"«„「‘')
    )
    if silent and not piece.whole:
        return None
    if wish.kind == "stat":
        return {"card": "stat", **_stat(data, script.beats[piece.beat].line, speech)}
    return {"card": wish.kind, **_CARDS[wish.kind](data, script)}


def _stat(data: Mapping[str, Any], line: str, speech: Tongue) -> dict[str, Any]:
    """Name what is counted over the figure, and begin what follows; never the whole line again.

    A label or a sub line that is not out of the line was written for the card: it stays.
    """
    value, label, sub = (str(data.get(key, "")) for key in ("value", "label", "sub"))
    before = line.partition(value)[0] if value in line else ""
    if before and label in before:
        label = hedge(before, speech) or (key_words(before, speech) if words(before) else "")
    if sub in line:
        sub = opening(sub, speech)
    share = {"share": data["share"]} if "share" in data else {}
    return {"value": value, "unit": data.get("unit", ""), "label": label, "sub": sub, **share}


def _compared(data: Mapping[str, Any], script: Script) -> dict[str, Any]:
    """Set the sides against each other, the greater in the accent colour."""
    bars, unit = data["bars"], data.get("unit", "")
    values = [float(bar["value"]) for bar in bars]
    sides = [
        {"label": bar["label"], "value": bar["text"], "text": "" if unit == "%" else unit}
        | ({"amount": value} if min(values) >= 0 else {})
        for bar, value in zip(bars, values, strict=True)
    ]
    top = values.index(max(values)) if len(set(values)) > 1 else -1
    title = data.get("title") or script.headline
    return {"card": "comparison", "title": title, "sides": sides, "highlight": top}


def _drawn(data: Mapping[str, Any], script: Script) -> dict[str, Any]:
    """Draw one figure over time; the last one is what is told."""
    points = [{"label": bar["label"], "value": bar["value"]} for bar in data["bars"]]
    title, unit = data.get("title") or script.headline, data.get("unit", "")
    return {"card": "line", "title": title, "unit": unit, "points": points, "highlight": -1}


def _titled(data: Mapping[str, Any], script: Script) -> dict[str, Any]:
    return {"title": data.get("title") or script.headline, **data}


_CARDS: Mapping[str, Callable[[Mapping[str, Any], Script], dict[str, Any]]] = {
    "quote": lambda data, script: {k: data.get(k, "") for k in ("quote", "name", "role")},
    "list": _titled,
    "timeline": lambda data, script: {"active": 0, **_titled(data, script)},
    "compare": lambda data, script: _compared(data, script),
    "line": lambda data, script: _drawn(data, script),
    "chart": lambda data, script: {"unit": "", "highlight": 0, **_titled(data, script)},
}


def locator(
    piece: Piece, script: Script, story: Story, speech: Tongue, before: Sequence[View]
) -> dict[str, Any] | None:
    """Show once where it happened, if a cited report has it and these words name the place."""
    if any(view.picture.get("card") == "locator" for view in before):
        return None
    cited = {cite.item for cite in script.beats[piece.beat].cites}
    found = place(piece.line, (item for item in story.items if item.id in cited), speech)
    if found is None:
        return None
    at = {"lat": found.latitude, "lon": found.longitude}
    return {"card": "locator", "place": found.name, "region": found.region, **at}


def statement(
    piece: Piece, script: Script, speech: Tongue, before: Sequence[View]
) -> dict[str, Any]:
    """Show the key words, those that no card has shown yet, in the next of the layouts."""
    texts = [view.picture for view in before if view.camera == "cards"]
    shown = [str(text.get("headline") or text.get("text") or "") for text in texts]
    beat = script.beats[piece.beat]
    outlets = list(dict.fromkeys(cite.outlet for cite in beat.cites)) or [""]
    if is_report(beat.line, outlets[0], script.lang):
        text = ", ".join(masthead(outlet) for outlet in outlets[:_NAMED])
    else:
        text = key_words(piece.line, speech, stems(" ".join(shown), speech))
    turn = sum(text["card"] == "statement" for text in texts)
    layout = _LAYOUTS[turn % len(_LAYOUTS)]
    stressed = [phrase for phrase in _emphasis(text, speech)[:1] if words(phrase) != words(text)]
    return {"card": "statement", "text": text, "emphasis": stressed, "layout": layout}


def _emphasis(text: str, speech: Tongue) -> list[str]:
    """Pick the words to stress: a figure, then a name, else the longest word of content."""
    figures = [f"{n.text} {n.noun}".strip() for n in numbers(text, speech)]
    named = [re.escape(name) for name in names(text, speech)[:1]]
    written = [m[0] for name in named if (m := re.search(rf"{name}(?:['’]s?)?", text))]
    found = [*figures[:1], *written]
    plain = [w for w in words(text) if fold(w) not in speech.stop and len(w) > 1]
    return found or sorted(plain, key=len)[-1:]
