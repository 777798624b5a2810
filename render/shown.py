"""Which pictures of a clip a model made, and the label that tells of it. Pure.

A board may wish for more of them than could be made. What was made has a segment; the rest has
given way to a plainer picture (`render.lab.orders.filled`), or does so when it is drawn. Only what
is really shown is disclosed and signed for.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from render.lab.wish import GENERATING
from render.storyboard import Shot, Storyboard

__all__ = ["cameras", "generated", "labelled", "wishing"]


def generated(board: Storyboard) -> Mapping[str, Mapping[str, Any]]:
    """List the pictures that a model made and the clip shows, by place: "3", "3.1" for a view."""
    return {
        f"{number}" + (f".{view}" if view else ""): seen.picture
        for number, shot in enumerate(board.shots, 1)
        for view in range(len(shot.views) + 1)
        if _made(seen := shot.seen(view), board)
    }


def wishing(board: Storyboard) -> bool:
    """Whether a board wishes for pictures that a model makes."""
    views = (shot.seen(n) for shot in board.shots for n in range(len(shot.views) + 1))
    return any(seen.camera in GENERATING for seen in views)


def cameras(board: Storyboard) -> set[str]:
    """Name the cameras whose pictures are shown; a card stands where nothing was made."""
    views = (shot.seen(n) for shot in board.shots for n in range(len(shot.views) + 1))
    return {
        "cards" if seen.camera in GENERATING and not _made(seen, board) else seen.camera
        for seen in views
    }


def labelled(board: Storyboard) -> Storyboard:
    """Have the label tell of pictures too, where a model made any."""
    return replace(board, label=board.label_generated) if generated(board) else board


def _made(seen: Shot, board: Storyboard) -> bool:
    """Whether a shot, as one camera sees it, shows what a model made."""
    return seen.camera in GENERATING and not board.real_only and bool(seen.picture.get("segment"))
