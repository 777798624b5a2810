"""Script in, storyboard out: which picture stands under which words, and how it moves. Pure.

A beat is one shot; where it is long, or opens the clip, it is cut under the voice into views. What
can be shown as a figure, a quotation or a sequence is drawn as a card; the rest are pictures of the
story, one angle after the other, or key words where it has none. The captions say every word
already, so a card says a whole sentence again only where it is short and no part of it says enough.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast, get_args

from bot.direct.album import Album
from bot.direct.cards import locator, statement, title, wished
from bot.direct.credits import end_card, sources
from bot.direct.imagined import Imagery, imagined
from bot.direct.pieces import Piece, pieces_of
from bot.formats import format_of
from bot.prose.sentences import speaking_s
from bot.prose.spoken import spoken
from bot.prose.tongues import Tongue, tongue
from bot.prose.wording import Wording, is_report, masthead, wording
from bot.story import Beat, Picture, Script, Story
from render.storyboard import Brand, Move, Sheet, Shot, Storyboard, Tone, Transition, View

__all__ = ["Imagery", "direct"]

_NOTED = 44  # letters of the outlets in a note at the foot
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
    imagery: Imagery | None = None,
) -> Storyboard:
    """Plan a clip. `editor` is who checked it, "" if nobody did; equal arguments, equal board.

    A script that takes longer than `seconds` is spoken faster; it is never cut here. `imagery` is
    what a model may make up of it; without it the board has none of that.
    """
    speech, said = tongue(script.lang), wording(script.lang)
    pieces, chance = pieces_of(script, speech), random.Random(seed)
    plain = sum(wished(piece, script, speech) is None for piece in pieces[1:])
    album = Album(pictures, speech, turns=1 + plain)
    views: list[View] = []
    seen: list[Piece] = []
    for piece in pieces:
        camera, picture = _picture(piece, script, story, album, speech, views)
        if piece.beat and piece.char and _says_little(picture):
            continue  # what stands goes on
        if picture.get("layout") == "index":
            picture = {**picture, "index": _number(piece.beat, script)}
        views.append(View(piece.char, camera, picture, _move(camera, picture, views, chance)))
        seen.append(piece)
    final: tuple[View, ...] = tuple(views)
    sheets: tuple[Sheet, ...] = ()
    if imagery:
        shown = list(zip(seen, views, strict=True))
        final, sheets = imagined(shown, script, story, speech, imagery)
    shots = [
        _shot(beat, [v for p, v in zip(seen, final, strict=True) if p.beat == n], script, said)
        for n, beat in enumerate(script.beats)
    ]
    tone, drawn = _tone(script.tone), bool(imagery)
    shots.append(end_card(script, story, said, editor, tone, imagined=drawn))
    return Storyboard(
        title=script.headline,
        lang=script.lang,
        shots=_joined(shots, _tone(script.tone)),
        tone=_tone(script.tone),
        chip=script.chip,
        label=label,
        brand=brand,
        sources=sources(script, story),
        seconds=_fitting(script, seconds),
        sheets=sheets,
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
        instead=first.instead,
    )


def _tone(name: str) -> Tone:
    return cast(Tone, name) if name in get_args(Tone) else "neutral"


def _fitting(script: Script, seconds: float) -> float:
    """Wish a length where the words come near it; thin news makes a short clip, not a slow one."""
    takes = format_of(script.format).end_s + sum(
        speaking_s(beat.line) + 0.2 for beat in script.beats
    )
    return seconds if takes > 0.9 * seconds else 0.0


def _picture(
    piece: Piece,
    script: Script,
    story: Story,
    album: Album,
    speech: Tongue,
    before: Sequence[View],
) -> tuple[str, Mapping[str, Any]]:
    """Choose a camera and its wish for one piece; the views before it are known."""
    if not before:
        return "cards", title(script, album, speech)
    card = wished(piece, script, speech)
    if card and card["card"] == "quote":
        card |= album.portrait(str(card["name"]))
    card = card or locator(piece, script, story, speech, before)
    if _is_entry(piece, script):
        if card is None:
            return "cards", {**statement(piece, script, speech, before), "layout": "index"}
        if card["card"] == "stat":
            told = (_number(piece.beat, script), str(card["label"]))
            card = {**card, "label": " · ".join(filter(None, told))}
    if card is None and (photo := album.deal(piece.line, script.beats[piece.beat].line)):
        return "photo", photo
    album.rest()
    return "cards", card or statement(piece, script, speech, before)


def _is_entry(piece: Piece, script: Script) -> bool:
    """Tell whether a piece begins an entry of a numbered format: its card bears the number."""
    beat = script.beats[piece.beat]
    named = bool(beat.cites) and is_report(beat.line, beat.cites[0].outlet, script.lang)
    return format_of(script.format).numbered and piece.beat > 0 and not piece.char and not named


def _number(beat: int, script: Script) -> str:
    """Number a beat among all of them; in a numbered format the hook is no entry."""
    numbered = format_of(script.format).numbered
    return f"{beat + (not numbered)}/{len(script.beats) - numbered}"


def _says_little(picture: Mapping[str, Any]) -> bool:
    """Tell whether a card would show a single word: hardly worth a cut."""
    text = str(picture.get("text", ""))
    return picture.get("card") == "statement" and len(text.split()) < 2 and text.isascii()


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
    softly = {n: "push" if n == len(shots) - 1 else soft for n in allowed}
    return tuple(
        replace(shot, transition=softly[n]) if n in softly else shot for n, shot in enumerate(shots)
    )
