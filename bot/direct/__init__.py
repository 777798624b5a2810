"""Script in, storyboard out: which picture stands under which words, and how it moves. Pure.

A beat is one shot; where it is long, or opens the clip, it is cut under the voice into views. What
can be shown as a figure, a quotation or a sequence is drawn as a card; the rest are pictures of the
story, one angle after the other, or key words where it has none. The captions say every word
already, so a card never says a whole sentence again.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast, get_args

from bot.direct.album import Album
from bot.direct.credits import END_CARD_S, end_card, sources
from bot.direct.keywords import hedge, key_words, opening
from bot.direct.pieces import Piece, pieces_of
from bot.prose.claims import names
from bot.prose.figures import numbers
from bot.prose.sentences import speaking_s, stems, words
from bot.prose.spoken import spoken
from bot.prose.tongues import Tongue, fold, tongue
from bot.prose.wording import Wording, is_report, masthead, wording
from bot.story import Beat, Picture, Script, Story
from render.storyboard import Brand, Move, Shot, Storyboard, Tone, Transition, View

__all__ = ["direct"]

_NOTED = 44  # letters of the outlets in a note at the foot
_LAYOUTS = ("rule", "band", "side", "index")  # of key words, in turn
_TURNS = ("quote", "chart", "timeline", "list")
_CALM = ("loneliness", "hope", "innocence", "tension")
_PHOTO_MOVES: tuple[Move, ...] = ("push_in", "pan_right", "pull_out", "pan_left", "rise")


def direct(
    script: Script,
    story: Story,
    *,
    pictures: Sequence[Picture],
    brand: Brand,
    label: str,
    editor: str = "",
    seconds: float = 45,
    seed: int = 0,
) -> Storyboard:
    """Plan a clip. `editor` is who checked it, "" if nobody did; equal arguments, equal board.

    A script that takes longer than `seconds` is spoken faster, up to 15 %; it is never cut here.
    """
    speech, said = tongue(script.lang), wording(script.lang)
    pieces, chance = pieces_of(script, speech), random.Random(seed)
    plain = sum(_card(piece, script, speech) is None for piece in pieces[1:])
    album = Album(pictures, speech, turns=1 + plain)
    views: list[View] = []
    for piece in pieces:
        camera, picture = _picture(piece, script, album, speech, views)
        if picture.get("layout") == "index":
            picture = {**picture, "index": f"{piece.beat + 1}/{len(script.beats)}"}
        views.append(View(piece.char, camera, picture, _move(camera, picture, views, chance)))
    shots = [
        _shot(beat, [v for v, p in zip(views, pieces, strict=True) if p.beat == n], script, said)
        for n, beat in enumerate(script.beats)
    ]
    shots.append(end_card(script, story, said, editor, _tone(script.tone)))
    return Storyboard(
        title=script.headline,
        lang=script.lang,
        shots=_joined(shots, _tone(script.tone)),
        tone=_tone(script.tone),
        chip=script.chip,
        label=label,
        brand=brand,
        sources=sources(script, story),
        rate=_rate(script, seconds),
        seed=seed,
    )


def _shot(beat: Beat, views: Sequence[View], script: Script, said: Wording) -> Shot:
    """Put the views of a beat under its line."""
    first, *rest = views
    return Shot(
        beat.line,
        first.camera,
        first.picture,
        spoken=spoken(beat.line, script.lang),
        move=first.move,
        tone=_tone(beat.tone or script.tone),
        note=_note(beat, said),
        views=tuple(rest),
    )


def _tone(name: str) -> Tone:
    return cast(Tone, name) if name in get_args(Tone) else "neutral"


def _rate(script: Script, seconds: float) -> float:
    takes = sum(speaking_s(beat.line) + 0.2 for beat in script.beats)
    return round(min(1.15, max(1.0, takes / max(seconds - END_CARD_S, 1.0))), 2)


def _picture(
    piece: Piece, script: Script, album: Album, speech: Tongue, before: Sequence[View]
) -> tuple[str, Mapping[str, Any]]:
    """Choose a camera and its wish for one piece; the views before it are known."""
    if not before:
        return "cards", _title(script, album, speech)
    card = _card(piece, script, speech)
    if card is None and (photo := album.deal(piece.line)):
        return "photo", photo
    album.rest()
    return "cards", card or _statement(piece, script, speech, before)


def _title(script: Script, album: Album, speech: Tongue) -> dict[str, Any]:
    card: dict[str, Any] = {
        "card": "title",
        "headline": script.headline,
        "emphasis": _emphasis(script.headline, speech),
    }
    if photo := album.deal(script.headline):
        card |= {key: photo[key] for key in ("photo", "credit", "licence")}
    return card


def _statement(
    piece: Piece, script: Script, speech: Tongue, before: Sequence[View]
) -> dict[str, Any]:
    """Show the key words, those that no card has shown yet, in the next of the layouts."""
    texts = [view.picture for view in before if view.camera == "cards"]
    shown = [str(text.get("headline") or text.get("text") or "") for text in texts]
    outlet = script.beats[piece.beat].cites[0].outlet if script.beats[piece.beat].cites else ""
    if is_report(script.beats[piece.beat].line, outlet, script.lang):
        text = masthead(outlet)
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


def _card(piece: Piece, script: Script, speech: Tongue) -> dict[str, Any] | None:
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


def _titled(data: Mapping[str, Any], script: Script) -> dict[str, Any]:
    return {"title": data.get("title") or script.headline, **data}


_CARDS: Mapping[str, Callable[[Mapping[str, Any], Script], dict[str, Any]]] = {
    "quote": lambda data, script: {k: data.get(k, "") for k in ("quote", "name", "role")},
    "list": _titled,
    "timeline": lambda data, script: {"active": 0, **_titled(data, script)},
    "compare": lambda data, script: {"card": "chart", "unit": "", **_titled(data, script)},
    "line": lambda data, script: {"card": "chart", "unit": "", **_titled(data, script)},
    "chart": lambda data, script: {"unit": "", "highlight": 0, **_titled(data, script)},
}


def _move(
    camera: str, picture: Mapping[str, Any], before: Sequence[View], chance: random.Random
) -> Move:
    """Choose a move that is not the one before; a wide view opens, a close one goes in.

    What is to be read, a figure or a row of them, stands still.
    """
    if camera == "cards" and picture["card"] not in ("title", "statement"):
        return "still"
    last = next((view.move for view in reversed(before) if view.move != "still"), "")
    if camera == "cards":
        return "pull_out" if last == "push_in" else "push_in"
    fitting: tuple[Move, ...] = {
        "close": ("push_in", "pan_left", "pan_right"),
        "wide": ("pull_out", "pan_left", "pan_right"),
    }.get(str(picture.get("framing")), _PHOTO_MOVES)  # type: ignore[assignment]
    return chance.choice([move for move in fitting if move != last])


def _note(beat: Beat, said: Wording) -> str:
    """Name the outlets of a beat, as many as stand on one line."""
    outlets = tuple(dict.fromkeys(masthead(cite.outlet) for cite in beat.cites))
    if not outlets:
        return ""
    fit = max(n for n in (1, 2, 3) if n == 1 or len(", ".join(outlets[:n])) <= _NOTED)
    more = f" +{len(outlets) - fit}" if len(outlets) > fit else ""
    return f"{said.source if len(outlets) == 1 else said.sources}: {', '.join(outlets[:fit])}{more}"


def _joined(shots: Sequence[Shot], tone: Tone) -> tuple[Shot, ...]:
    """Set the transitions: hard cuts, but one in five is softer, at a turn of the story."""
    soft: Transition = "fade" if tone in _CALM else "push"
    turns = {len(shots) - 1}
    turns |= {n for n, s in enumerate(shots) if n and s.picture.get("card") in _TURNS}
    allowed = sorted(turns, reverse=True)[: max(1, len(shots) // 5)]
    return tuple(
        replace(shot, transition=soft) if n in allowed else shot for n, shot in enumerate(shots)
    )
