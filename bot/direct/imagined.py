"""Which pictures of a clip a model may make up, and what it is told to show. Pure.

The second picture of the hook, and what would be a plain card of key words or the same photo once
more; never where a card says something better, and never in the place of a photo that is new. What
stands there now is what is shown where nothing can be made.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from bot.direct.pieces import Piece
from bot.direct.scenery import places, scene, sheet_look, unnamed
from bot.prose.sentences import speaking_s
from bot.prose.tongues import Tongue
from bot.prose.wording import is_report
from bot.story import Script, Story
from render.lab.wish import Style
from render.storyboard import Instead, Sheet, View

__all__ = ["Imagery", "imagined"]

LONGEST_S = 5.0  # what our models make at most: a longer film would stand still at its end
HOOKED = 100.0  # s that the hook's second picture counts for more


@dataclass(frozen=True, slots=True)
class Imagery:
    """How many pictures of a clip may be made up, and how they look."""

    heroes: int
    style: Style


@dataclass(frozen=True, slots=True)
class _Chance:
    """A picture that could be made up: which one, what it would show, where."""

    n: int
    scene: str
    place: str
    worth: float


def imagined(
    shown: Sequence[tuple[Piece, View]],
    script: Script,
    story: Story,
    speech: Tongue,
    imagery: Imagery,
) -> tuple[tuple[View, ...], tuple[Sheet, ...]]:
    """Let a model make the pictures that gain most by it; the views in order, and their sheets.

    Pictures of consecutive beats in one place are one take.
    """
    hidden = unnamed(script, story)
    where = _places(script, places(script, story, speech))
    found = list(_chances(shown, script, speech, hidden, where))
    best = sorted(found, key=lambda one: -one.worth)[: imagery.heroes]
    views = [view for _, view in shown]
    for one in best:
        take = _take(shown[one.n][0].beat, where)
        views[one.n] = _made_up(views[one.n], one, take, imagery.style)
    used = dict.fromkeys(one.place for one in found if one in best and one.place)
    sheets = (Sheet(place, "place", sheet_look(place, script, speech, hidden)) for place in used)
    return tuple(views), tuple(sheets)


def _chances(
    shown: Sequence[tuple[Piece, View]],
    script: Script,
    speech: Tongue,
    hidden: frozenset[str],
    where: Sequence[str],
) -> Iterator[_Chance]:
    """Find the pictures that say little, under words of which something can be seen."""
    photos: set[Any] = set()
    for n, (piece, view) in enumerate(shown):
        again = view.picture.get("photo") in photos
        photos |= {view.picture["photo"]} if "photo" in view.picture else set()
        seconds = speaking_s(piece.line)
        if not n or seconds > LONGEST_S or not _is_plain(piece, view, script, again=again):
            continue
        words = (piece.line, script.beats[piece.beat].line)
        if told := next(filter(None, (scene(line, speech, hidden) for line in words)), ""):
            hook = HOOKED * (n == 1 and piece.beat == 0)
            yield _Chance(n, told, where[piece.beat], seconds + hook)


def _is_plain(piece: Piece, view: View, script: Script, *, again: bool) -> bool:
    """Whether a view shows key words, or a photo `again`; a number or an outlet says more."""
    if view.camera == "photo":
        return again
    beat, picture = script.beats[piece.beat], view.picture
    reports = bool(beat.cites) and is_report(beat.line, beat.cites[0].outlet, script.lang)
    plain = picture.get("card") == "statement" and picture.get("layout") != "index"
    return plain and not reports


def _places(script: Script, named: Sequence[str]) -> tuple[str, ...]:
    """Say in which place each beat is: what it names, else where the beat before was.

    What comes before any place is named is set in the one that is named most; "" without any.
    """
    now, found = next(iter(named), ""), []
    for beat in script.beats:
        now = next((place for place in named if place in beat.line), now)
        found.append(now)
    return tuple(found)


def _take(beat: int, where: Sequence[str]) -> str:
    """Name the run of beats in one place that a beat is of; "" where there is no place."""
    if not where[beat]:
        return ""
    changes = sum(a != b for a, b in pairwise(where[: beat + 1]))
    return f"{where[beat]} {changes + 1}"


def _made_up(view: View, one: _Chance, take: str, style: Style) -> View:
    """Wish for a film, else for a still, else for what stands there now."""
    picture = {"scene": one.scene, "where": one.place, "style": style, "take": take}
    picture["alt"] = one.scene
    plainer = (
        Instead("stills", picture, view.move),
        Instead(view.camera, view.picture, view.move),
    )
    return replace(view, camera="diffusers", picture=picture, instead=plainer)
