"""The orders of a board: what a model is asked for, and what each of them builds on. Pure.

For whoever plans and carries them out:

* An order is named after its shot and view as people count them: "3" is the third shot, "3.1" its
  first view after the picture it begins with. `spot` says which shot and view of the board that is.
* A film whose `instead` has the camera "stills" has a second order, "3~still". It stands for the
  same shot: it is made where "3" is not, and shown as the first "stills" of that `instead`.
* "sheet:NAME" is the still of a sheet. No shot shows it; it is worth making only for orders whose
  `first` or `refs` name it, made with a preset that can use them.
* No order comes before one that it names in `first` or `refs`; those are wishes, as ever.
* What an order is called and weighs does not change its pictures: a key that leaves `name` and
  `weight` out, and has the bytes of `first`, `last` and `refs` in place of their names, finds a
  shot again that moved down the board.
* `filled` puts what was made into the board, and `render.shown.settled` what stands for it where
  nothing was. Why a wish was not met is told by whoever knows; a camera without its segment steps
  down by itself when it is drawn, and says only that.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

from render.lab import Order
from render.lab.prompts import portrait, prompt, unasked
from render.lab.settings import Lab
from render.lab.wish import GENERATING, Wish, read
from render.storyboard import Instead, Shot, Storyboard, View
from render.timeline import Plan, PlannedShot

__all__ = ["SPARE", "filled", "spot", "wanted"]

Seen = TypeVar("Seen", Shot, View)

SPARE = "~still"
SHEET = "sheet:"
HOPS = 3  # so often a shot starts from the one before: chains drift
LONG_S = 5.0  # a shot of so many seconds weighs 1
HOOK, TURN = 2.0, 1.25  # times as much as others weigh the first shot, and one after a transition
SIDE = 0.01  # what a picture weighs that no shot shows


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A shot to be generated, before its prompts are known to be fit to ask."""

    name: str
    shot: Shot
    frames: int
    weight: float
    wish: Wish
    spare: tuple[Instead, Wish] | None


def wanted(board: Storyboard, plan: Plan, lab: Lab) -> tuple[tuple[Order, ...], Mapping[str, str]]:
    """List what a board wishes a model to make, and by name why a wish is not ordered.

    The heaviest `lab.heroes` wishes are ordered; a film and what may stand for it count as one.
    """
    asked, why = _asked(board, plan)
    if board.real_only:
        return (), {**why, **dict.fromkeys((one.name for one in asked), _REAL)}
    ranked = sorted(asked, key=lambda one: -one.weight)
    over = {one.name for one in ranked[lab.heroes :]}
    why |= dict.fromkeys(over, f"{lab.heroes} shots at most are generated ([render] heroes)")
    return _ordered(board, [one for one in asked if one.name not in over]), why


_REAL = "this clip may not show what a model made up"


def spot(name: str) -> tuple[int, int] | None:
    """Find the shot and view (0-based, as boards and plans count) of an order; None for a sheet."""
    if name.startswith(SHEET):
        return None
    shot, _, view = name.removesuffix(SPARE).partition(".")
    return int(shot) - 1, int(view or 0)


def filled(board: Storyboard, segments: Mapping[str, Path]) -> Storyboard:
    """Put finished segments, by the names of their orders, where the board wished for them."""
    shots = []
    for n, shot in enumerate(board.shots, 1):
        views = tuple(_met(view, f"{n}.{m}", segments) for m, view in enumerate(shot.views, 1))
        shots.append(replace(_met(shot, f"{n}", segments), views=views))
    return replace(board, shots=tuple(shots))


def _met(seen: Seen, name: str, segments: Mapping[str, Path]) -> Seen:
    """Give a shot or view what was made for it, and what was made to stand for it."""
    if seen.camera not in GENERATING:
        return seen
    stills = [n for n, other in enumerate(seen.instead) if other.camera == "stills"]
    if stills and name + SPARE in segments:
        instead = list(seen.instead)
        spare = instead[stills[0]]
        made = _with(spare.picture, segments[name + SPARE])
        instead[stills[0]] = replace(spare, picture=made)
        seen = replace(seen, instead=tuple(instead))
    if name in segments:
        seen = replace(seen, picture=_with(seen.picture, segments[name]))
    return seen


def _with(picture: Mapping[str, Any], segment: Path) -> Mapping[str, Any]:
    return {**picture, "segment": str(segment)}


def _asked(board: Storyboard, plan: Plan) -> tuple[list[_Wanted], dict[str, str]]:
    """Read the wishes of a board in order, and say of each that cannot be asked why."""
    found, why = [], {}
    afters: list[PlannedShot | None] = [*plan.shots[1:], None]
    for planned, after in zip(plan.shots, afters, strict=True):
        shot = board.shots[planned.index].seen(planned.view)
        if shot.camera not in GENERATING:
            continue
        name = _name(planned)
        try:
            wish, spare = read(shot.picture), _spare(shot, board)
            words = _words(shot, wish, board)[0]
        except ValueError as error:
            why[name] = str(error)
            continue
        if refusal := unasked(words):
            why[name] = refusal
            continue
        frames = planned.length + (after.fade if after else 0)
        weight = _weight(planned, shot, plan.fps)
        found.append(_Wanted(name, shot, frames, weight, wish, spare))
    return found, why


def _name(planned: PlannedShot) -> str:
    return f"{planned.index + 1}" + (f".{planned.view}" if planned.view else "")


def _spare(shot: Shot, board: Storyboard) -> tuple[Instead, Wish] | None:
    """Find the still that may stand for a film; one that may not be asked is none."""
    still = next((other for other in shot.instead if other.camera == "stills"), None)
    if shot.camera != "diffusers" or still is None:
        return None
    try:
        wish = read(still.picture)
        words, _ = prompt(wish, "still", shot.tone, still.move, board.sheets)
    except ValueError:
        return None
    return None if unasked(words) else (still, wish)


def _weight(planned: PlannedShot, shot: Shot, fps: int) -> float:
    """Weigh a shot: the longer it is seen the more, the hook most, turns more than the rest."""
    turn = planned.view == 0 and planned.index > 0 and shot.transition != "cut"
    seconds = planned.length / fps
    return round(seconds / LONG_S * (HOOK if not planned.index else 1) * (TURN if turn else 1), 4)


def _words(shot: Shot, wish: Wish, board: Storyboard) -> tuple[str, str]:
    return prompt(wish, _kind(shot), shot.tone, shot.move, board.sheets)


def _kind(shot: Shot) -> Literal["film", "still"]:
    return "film" if shot.camera == "diffusers" else "still"


def _ordered(board: Storyboard, asked: Sequence[_Wanted]) -> tuple[Order, ...]:
    """Write the orders: sheets first, then the shots as the board has them, each with its spare."""
    made = list(_sheets(board, asked))
    sheets = {order.name for order in made}
    takes: dict[str, list[str]] = {}
    for one in asked:
        refs = tuple(SHEET + name for name in one.wish.sheets if SHEET + name in sheets)
        order = _order(board, one, one.name, one.shot, one.wish, refs)
        if order.kind == "film":
            order = _chained(order, takes.setdefault(one.wish.take or one.name, []))
        made.append(order)
        if one.spare:
            still, wish = one.spare
            seen = replace(one.shot, camera="stills", picture=still.picture, move=still.move)
            refs = tuple(SHEET + name for name in wish.sheets if SHEET + name in sheets)
            made.append(_order(board, one, one.name + SPARE, seen, wish, refs))
    return tuple(_seeded(made, board.seed))


def _order(
    board: Storyboard, one: _Wanted, name: str, shot: Shot, wish: Wish, refs: tuple[str, ...]
) -> Order:
    words, shunned = _words(shot, wish, board)
    kind = _kind(shot)
    return Order(
        name=name,
        kind=kind,
        prompt=words,
        negative=shunned,
        width=board.width,
        height=board.height,
        frames=one.frames if kind == "film" else 1,
        fps=board.fps,
        seed=0,
        refs=refs,
        weight=one.weight,
    )


def _chained(order: Order, take: list[str]) -> Order:
    """Let a film start from its sheet, or from where its take's last one ended.

    After so many hops it starts from the sheet again; without one, from the take's first film.
    """
    anchor = order.refs[0] if order.refs else (take[0] if take else "")
    first = take[-1] if len(take) % (HOPS + 1) else anchor
    take.append(order.name)
    return replace(order, first=first, refs=tuple(ref for ref in order.refs if ref != first))


def _sheets(board: Storyboard, asked: Sequence[_Wanted]) -> Iterator[Order]:
    """Order the still of each sheet that is kept to, in the style of the first shot to do so."""
    used: dict[str, Wish] = {}
    for one in asked:
        for wish in (one.wish, *([one.spare[1]] if one.spare else [])):
            for name in wish.sheets:
                used.setdefault(name, wish)
    for sheet in board.sheets:
        if sheet.name not in used:
            continue
        words, shunned = portrait(sheet, used[sheet.name].style, board.tone)
        if unasked(words):
            continue
        name, size = SHEET + sheet.name, (board.width, board.height)
        yield Order(name, "still", words, shunned, *size, 1, board.fps, 0, weight=SIDE)


def _seeded(orders: Sequence[Order], seed: int) -> Iterator[Order]:
    """Give each order a seed of its own, out of the board's and what it is asked.

    Not out of its name: a shot that moves down the board keeps its pictures.
    """
    before: Counter[str] = Counter()
    for order in orders:
        told = f"{seed}\n{before[order.prompt]}\n{order.prompt}"
        before[order.prompt] += 1
        yield replace(order, seed=int.from_bytes(hashlib.sha256(told.encode()).digest()[:4]) >> 1)
