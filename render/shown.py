"""What a clip shows in the end, and the label that tells of it. Pure.

A board wishes for pictures that a model makes; those that were not made have no segment and give
way to a plainer wish. Only what is left then is disclosed, credited and signed for.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from render.lab.wish import GENERATING
from render.storyboard import Instead, Shot, Storyboard, View

__all__ = ["generated", "labelled", "settled"]

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


def generated(board: Storyboard) -> Mapping[str, Mapping[str, Any]]:
    """List the generated pictures of a settled board by place: "3", or "3.1" for a view."""
    return {
        f"{number}" + (f".{view}" if view else ""): seen.picture
        for number, shot in enumerate(board.shots, 1)
        for view in range(len(shot.views) + 1)
        if (seen := shot.seen(view)).camera in GENERATING
    }


def labelled(board: Storyboard) -> Storyboard:
    """Have the label of a settled board tell of pictures too, where a model made any."""
    return replace(board, label=board.label_generated) if generated(board) else board


def _settled(wish: Wishing, line: str, board: Storyboard) -> Wishing:
    """Take the first picture that is to be had; after the last comes a card with the line."""
    if not _missing(wish.camera, wish.picture, board):
        return wish
    for n, other in enumerate(wish.instead):
        if not _missing(other.camera, other.picture, board):
            return _instead(wish, other, wish.instead[n + 1 :])
    text = line.strip() or board.title.strip() or board.brand.name or "..."
    return _instead(wish, Instead("cards", {"card": "statement", "text": text}, wish.move), ())


def _instead(wish: Wishing, other: Instead, rest: tuple[Instead, ...]) -> Wishing:
    return replace(wish, camera=other.camera, picture=other.picture, move=other.move, instead=rest)


def _missing(camera: str, picture: Mapping[str, Any], board: Storyboard) -> bool:
    """Whether a picture that a model should have made is not there, or may not be shown."""
    return camera in GENERATING and (board.real_only or not picture.get("segment"))
