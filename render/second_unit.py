"""The second unit: shots that a model makes, while the first unit draws those that need none.

It is out in a thread of its own from when the voice is there until the last moment at which the
rest of the clip can still be drawn. A board without such shots sends nobody, and imports nothing.
"""

import math
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from render import Progress, Studio
from render.cut import waiting
from render.hours import Hours
from render.lab.pace import Pace
from render.lab.wish import GENERATING
from render.shown import disclosing, generated, labelled, settled
from render.storyboard import Storyboard
from render.timeline import Plan
from render.told import steps

if TYPE_CHECKING:
    from render.lab.shift import Outcome, Shift

__all__ = ["Unit", "sent_out"]

GRACE_S = 1.0  # after the last moment: to say what has become of everything
CLOSE_S = 10.0  # for the workers to be let go, at the end
TOO_MUCH = (
    "the label tells of a picture that a model made, and there is none in the end: "
    "to draw all anew would have taken too long"
)
NOBODY = "nothing is generated here ([render] heroes is 0)"


class Unit:
    """Nobody is out: the board is drawn as it is."""

    def __init__(self, board: Storyboard, pace: Pace) -> None:
        self._asked, self._pace = board, pace

    @property
    def is_out(self) -> bool:
        """Whether something may still come."""
        return False

    @property
    def board(self) -> Storyboard:
        """The board as it can be drawn now, its label too: what was made, or what stands for it."""
        return self._asked

    @property
    def hoped(self) -> Storyboard:
        """The board as it can be drawn now, labelled as if something were still to come."""
        return self._asked

    def missing(self, drawn: Storyboard) -> frozenset[int]:
        """The shots, from 0, that may still show something better than on this board."""
        return frozenset()

    @property
    def told(self) -> tuple[Mapping[str, Any], ...]:
        """What became of each wish."""
        return ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """Every step down, in the order of the shots."""
        return ()

    @property
    def pace(self) -> Pace:
        """What was known of this machine's pace, and what was measured since."""
        return self._pace

    def home(self) -> None:
        """Wait until all is there that will be, or nothing more can be waited for."""

    def close(self) -> None:
        """Let the workers go."""


@contextmanager
def sent_out(
    board: Storyboard, plan: Plan, studio: Studio, hours: Hours, progress: Progress
) -> Iterator[Unit]:
    """Send the unit out for what a board wishes a model to make, if there is anything."""
    named = {shot.camera for shot in board.shots}
    named |= {view.camera for shot in board.shots for view in shot.views}
    if named.isdisjoint(GENERATING):
        yield Unit(board, hours.pace)
        return
    unit = _Generating(board, plan, studio, hours, progress)
    try:
        unit.go()
        yield unit
    finally:
        unit.close()


class _Generating(Unit):
    """Somebody is out, or was."""

    def __init__(
        self, board: Storyboard, plan: Plan, studio: Studio, hours: Hours, progress: Progress
    ) -> None:
        super().__init__(board, hours.pace)
        self._plan, self._hours, self._progress = plan, hours, progress
        self._ended = threading.Event()
        self._why: Mapping[str, str] = {}
        self._shift: Shift | None = None
        self._thread: threading.Thread | None = None
        self._final: Outcome | None = None
        self._due, self._too_much = math.inf, False
        self._prepare(studio)

    def _prepare(self, studio: Studio) -> None:
        """Write the orders, and look which of them lie on the shelf."""
        from render.generated import wishes
        from render.lab.orders import wanted

        if not studio.lab or not studio.lab.heroes:
            self._why = dict.fromkeys(wishes(self._asked), NOBODY)
            return
        orders, self._why = wanted(self._asked, self._plan, studio.lab)
        if ordered := {order.name for order in orders}:
            from render.lab.rig import rig
            from render.lab.shift import Shift

            wished = {shot for name, (shot, _) in wishes(self._asked).items() if name in ordered}
            self._due = self._hours.due(waiting(self._plan, wished))
            self._shift = Shift(
                orders,
                rig(studio.lab, studio.work, time.perf_counter),
                self._pace,
                due=self._due,
                progress=lambda part: self._progress("generate", part),
                cancelled=self._ended.is_set,
            )
            self._shift.look()

    def go(self) -> None:
        """Begin, where there is anything to do; else it is known at once what is shown."""
        if self._shift and not self._shift.is_worth_while():
            self._final = self._shift.run()
        elif self._shift:
            self._progress("generate", 0.0)
            self._thread = threading.Thread(target=self._shift.run, name="second unit", daemon=True)
            self._thread.start()

    @property
    def is_out(self) -> bool:
        return self._shift is not None and self._final is None

    @property
    def board(self) -> Storyboard:
        from render.lab.orders import filled

        segments = {name: one.path for name, one in self._outcome().segments.items()}
        shown = labelled(settled(filled(self._asked, segments)))
        return disclosing(shown) if self._too_much else shown

    @property
    def hoped(self) -> Storyboard:
        return disclosing(self.board)

    def missing(self, drawn: Storyboard) -> frozenset[int]:
        from render.generated import unsettled

        return unsettled(self._asked, drawn, self._why)

    @property
    def told(self) -> tuple[Mapping[str, Any], ...]:
        from render.generated import report

        return report(self._asked, self.board, self._outcome(), self._why)

    @property
    def warnings(self) -> tuple[str, ...]:
        said = tuple(steps(self.told))
        return (*said, TOO_MUCH) if self._too_much else said

    @property
    def pace(self) -> Pace:
        return self._shift.pace if self._shift else self._pace

    def home(self) -> None:
        if self._shift and self._final is None:
            left = self._due + GRACE_S - time.perf_counter()
            self._shift.settled.wait(max(left, 0.0) if math.isfinite(left) else None)
            self._final = self._shift.outcome()
            shown, now = self.board, time.perf_counter()
            self._too_much = not generated(shown) and not self._hours.redrawing_fits(now)

    def close(self) -> None:
        self._ended.set()
        if self._thread:
            self._thread.join(CLOSE_S)

    def _outcome(self) -> "Outcome":
        if self._final:
            return self._final
        if self._shift:
            return self._shift.outcome()
        from render.lab.shift import Outcome

        return Outcome()
