"""One version of a clip: its frames, filmed in pieces onto the shelf, and the file they become.

A piece is named by all that its frames depend on, so a render that was ended goes on at the first
one that is missing, and versions share what is the same in both.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from render import Progress, Studio, shelf, timeline
from render.cameras import Planes
from render.encode import Paint, Piece, Stock, film, splice
from render.sound.tape import Tape
from render.storyboard import Storyboard, dumps
from render.timeline import Plan

__all__ = ["Art", "Cut", "Reel", "Seal", "begin", "lay_down", "shoot", "waiting"]

PIECE_S = (2, 6)  # the shortest and longest piece that one thread films


class Reel(Protocol):
    """All the pictures of one clip."""

    @property
    def paint(self) -> Paint:
        """Write a frame; from several threads at once."""
        ...

    @property
    def warnings(self) -> Sequence[str]:
        """Tell every step down that was taken, once all is painted."""
        ...

    def boxes(self) -> Iterable[Mapping[str, Any]]:
        """List the texts of all frames, as the check wants them."""
        ...

    def cover(self) -> Any:
        """Draw the still that stands for the clip: an RGB array or a PIL image."""
        ...


Art = Callable[[Storyboard, Plan, Studio], Reel]

Seal = Callable[[Path], tuple[str, ...]]
"""Signs a file in place, and answers what could not be done, a phrase each."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A version whose every frame lies on the shelf, and the reel that drew them.

    `painted` counts the frames that did not lie there before.
    """

    board: Storyboard
    plan: Plan
    reel: Reel
    stock: Stock
    pieces: tuple[Piece, ...]
    painted: int = 0


def begin(
    board: Storyboard,
    plan: Plan,
    studio: Studio,
    art: Art,
    progress: Progress,
    without: Collection[int],
) -> int:
    """Film the pieces that show none of these shots; say how many frames were painted.

    What those shots will show is not known yet; all else is found on the shelf by `shoot`.
    """
    stock = Stock(board.width, board.height, board.fps, studio.preset, studio.crf)
    ready = [
        piece
        for piece in _pieces(board, plan, studio, stock, PIECE_S)
        if not set(_span(plan, piece.first, piece.last)).intersection(without)
    ]
    if not ready:
        return 0
    reel = art(board, plan, studio)
    return film(_naming(reel.paint, board, plan), ready, stock, studio.workers, progress)


def waiting(plan: Plan, without: Collection[int]) -> int:
    """Count the frames that `begin` leaves for later."""
    at_least, at_most = (s * plan.fps for s in PIECE_S)
    return sum(
        last - first
        for first, last in timeline.pieces(plan, at_least, at_most)
        if set(_span(plan, first, last)).intersection(without)
    )


def shoot(
    board: Storyboard,
    plan: Plan,
    studio: Studio,
    art: Art,
    progress: Progress,
    piece_s: tuple[int, int] = PIECE_S,
) -> Cut:
    """Film what does not lie on the shelf yet. Raises RenderError."""
    stock = Stock(board.width, board.height, board.fps, studio.preset, studio.crf)
    reel, pieces = art(board, plan, studio), tuple(_pieces(board, plan, studio, stock, piece_s))
    named = _naming(reel.paint, board, plan)
    painted = film(named, pieces, stock, studio.workers, progress)
    return Cut(board, plan, reel, stock, pieces, painted)


def lay_down(
    cut: Cut, tape: Tape, tags: Mapping[str, str], out: Path, seal: Seal | None = None
) -> tuple[str, ...]:
    """Join a cut with its sound at `out`, where it shows up finished. Raises RenderError.

    `seal` comes last: nothing rewrites the file after it. Answers what it has to say.
    """
    with shelf.aside(out) as part:
        splice(cut.pieces, tape, cut.stock, tags, part)
        return seal(part) if seal else ()


def _pieces(
    board: Storyboard, plan: Plan, studio: Studio, stock: Stock, piece_s: tuple[int, int]
) -> Iterator[Piece]:
    """Cut the plan into pieces, each named by all that its frames depend on."""
    folder, at_least, at_most = studio.work / "pieces", *(s * plan.fps for s in piece_s)
    made_with = (shelf.code(), asdict(stock), studio.settings)
    for first, last in timeline.pieces(plan, at_least, at_most):
        name = shelf.key(made_with, _slice(board, plan, first, last))
        yield Piece(first, last, folder / f"{name}.mp4")


def _naming(paint: Paint, board: Storyboard, plan: Plan) -> Paint:
    """Have every error say which shot was being painted: a camera's own words do not."""
    starts = [shot.first for shot in plan.shots]

    def named(n: int, out: Planes) -> None:
        try:
            paint(n, out)
        except Exception as error:
            index = plan.shots[bisect_right(starts, n) - 1].index
            error.add_note(f"shot {index + 1}, camera {board.shots[index].camera}")
            raise

    return named


def _slice(board: Storyboard, plan: Plan, first: int, last: int) -> dict[str, Any]:
    """Take what frames [first, last) show of board and plan, and the bytes of every file in it."""
    span = _span(plan, first, last)
    part = replace(board, shots=tuple(board.shots[i] for i in span))
    return {
        "frames": (first, last, plan.frames),
        "board": dumps(part),
        "shots": [asdict(shot) for shot in plan.shots if shot.index in span],
        "words": [asdict(word) for word in plan.words if word.shot in span],
        "files": [shelf.digest(file) for file in _files(part)],
    }


def _span(plan: Plan, first: int, last: int) -> range:
    """The shots that frames [first, last) show, by their place on the board.

    The shot before is one of them, because it may still be seen in the first one's fade.
    """
    seen = [s for s in plan.shots if s.first < last and s.first + s.length > first]
    return range(max(seen[0].index - 1, 0), seen[-1].index + 1)


def _files(board: Storyboard) -> Iterator[Path]:
    """Find every file that may be drawn: of the brand, each picture, what may stand for it."""
    pictures = [one.picture for shot in board.shots for one in shot.candidates()]
    wishes = [wish for picture in pictures for wish in picture.values()]
    for wish in (board.brand.logo, board.brand.font, *wishes):
        if wish and isinstance(wish, str) and _is_file(wish):
            yield Path(wish)


def _is_file(name: str) -> bool:
    """Whether a text names a file; a sentence may be longer than any name can be."""
    try:
        return Path(name).is_file()
    except (OSError, ValueError):
        return False
