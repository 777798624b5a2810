"""Which pictures of a clip a model made, and what tells of it on the screen. Pure.

A board may wish for more of them than could be made. What was made has a segment; the rest gives
way to a plainer picture. Only what is really shown is disclosed and signed for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias, TypeVar

from render.lab.wish import GENERATING
from render.storyboard import Instead, Shot, Storyboard, View

__all__ = ["as_told", "disclosing", "generated", "labelled", "settled"]

Seen: TypeAlias = Shot | View | Instead
Wishing = TypeVar("Wishing", Shot, View)


def settled(board: Storyboard) -> Storyboard:
    """Put the picture that is shown in the place of every wish that was not met."""
    shots = tuple(
        _settled(
            replace(shot, views=tuple(_settled(view, shot.line, board) for view in shot.views)),
            shot.line,
            board,
        )
        for shot in board.shots
    )
    return replace(board, shots=shots)


def as_told(board: Storyboard, told: Sequence[Mapping[str, Any]]) -> Storyboard:
    """Settle a board by what a clip tells of its wishes (`Clip.generated`).

    Segments bear the names of their models: the files are the render's own matter.
    """
    made = {str(one["name"]): one for one in told if one.get("preset")}
    shots = tuple(
        replace(
            _as_told(shot, made.get(f"{n}")),
            views=tuple(
                _as_told(view, made.get(f"{n}.{m}")) for m, view in enumerate(shot.views, 1)
            ),
        )
        for n, shot in enumerate(board.shots, 1)
    )
    return settled(replace(board, shots=shots))


def generated(board: Storyboard) -> Mapping[str, Mapping[str, Any]]:
    """List the pictures that a model made and the clip shows, by place: "3", "3.1" for a view."""
    return {
        f"{number}" + (f".{view}" if view else ""): seen.picture
        for number, shot in enumerate(board.shots, 1)
        for view in range(len(shot.views) + 1)
        if _made(seen := shot.seen(view), board)
    }


def labelled(board: Storyboard) -> Storyboard:
    """Have a board tell of pictures too, where a model made any."""
    return disclosing(board) if generated(board) else board


def disclosing(board: Storyboard) -> Storyboard:
    """Have the label, and the note of the end card, tell of pictures that a model made."""
    shots = tuple(_noted(shot) for shot in board.shots)
    return replace(board, shots=shots, label=board.label_generated)


def _noted(shot: Shot) -> Shot:
    note = shot.picture.get("note_generated") if shot.camera == "cards" else ""
    return replace(shot, picture={**shot.picture, "note": note}) if note else shot


def _as_told(wish: Wishing, one: Mapping[str, Any] | None) -> Wishing:
    if one is None:
        return wish
    segment = {"segment": one["model"]}
    if wish.camera == one["became"]:
        return replace(wish, picture={**wish.picture, **segment})
    instead = tuple(
        replace(other, picture={**other.picture, **segment})
        if other.camera == one["became"]
        else other
        for other in wish.instead
    )
    return replace(wish, instead=instead)


def _settled(wish: Wishing, line: str, board: Storyboard) -> Wishing:
    """Take the first picture that is to be had; after the last comes a card with the line."""
    if not _missing(wish, board):
        return wish
    for n, other in enumerate(wish.instead):
        if not _missing(other, board):
            return _instead(wish, other, wish.instead[n + 1 :])
    text = line.strip() or board.title.strip() or board.brand.name or "..."
    return _instead(wish, Instead("cards", {"card": "statement", "text": text}, wish.move), ())


def _instead(wish: Wishing, other: Instead, rest: tuple[Instead, ...]) -> Wishing:
    return replace(wish, camera=other.camera, picture=other.picture, move=other.move, instead=rest)


def _made(seen: Seen, board: Storyboard) -> bool:
    """Whether a wish shows what a model made."""
    return seen.camera in GENERATING and not board.real_only and bool(seen.picture.get("segment"))


def _missing(seen: Seen, board: Storyboard) -> bool:
    """Whether a picture that a model should have made is not there, or may not be shown."""
    return seen.camera in GENERATING and not _made(seen, board)
