"""By when a clip is wished, what of that is left for its render, and what came of it. Pure.

The clock of an order ("make 12 in 60s") runs from when a person last asked: the order, an edit, a
retry. The clock of the house (`[render] ready_in`) runs from when the script was there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

__all__ = ["LEAST_S", "Deadline", "deadline_of", "kept"]

LEAST_S = 1.0  # of a render: 0 would say that it may take as long as it needs
LONGEST = 2  # stages that are named where a clip is late
BEGINS = ("wanted", "written")  # the events that a clip is made anew after


class Happened(Protocol):
    """An event of a draft: what happened, who did it, when."""

    @property
    def kind(self) -> str:
        """As the audit names it."""
        ...

    @property
    def who(self) -> str:
        """An editor's id, "wire" or "desk"."""
        ...

    @property
    def at(self) -> datetime:
        """When."""
        ...


@dataclass(frozen=True, slots=True)
class Deadline:
    """So many seconds were wished for from a moment on, 0 for none; moments are in seconds."""

    wished_s: float
    since: float

    def left_s(self, now: float) -> float:
        """What a render may take that begins now, 0 where nothing was wished."""
        return max(LEAST_S, self.wished_s - (now - self.since)) if self.wished_s else 0.0

    def report(self, began: float, ended: float) -> Mapping[str, float]:
        """What came of it, for the clip: {} where nothing was wished."""
        if not self.wished_s:
            return {}
        return {
            "wished_s": self.wished_s,
            "before_s": round(began - self.since, 1),
            "render_s": round(ended - began, 1),
        }


def deadline_of(
    ordered_s: float, house_s: float, events: Sequence[Happened], now: datetime
) -> Deadline:
    """Find the deadline of a draft: `ordered_s` is its brief's wish, `events` are its own."""
    begins = [e for e in events if e.kind in BEGINS and (e.who != "desk" or not ordered_s)]
    since = begins[-1].at if begins else now
    return Deadline(ordered_s or house_s, since.timestamp())


def kept(clip: Mapping[str, Any]) -> str:
    """Say whether a clip was there in time: "ready in 43 s"; "" where nobody wished for one."""
    ready = clip.get("ready")
    if not ready:
        return ""
    before, render = ready["before_s"], ready["render_s"]
    took = before + render
    if took <= ready["wished_s"]:
        return f"ready in {took:.0f} s"
    late = max(1, round(took - ready["wished_s"]))
    said = f"{late} s later than wished: {before:.0f} s before its render, {render:.0f} s for it"
    stages = sorted((clip.get("timings") or {}).items(), key=lambda lap: -lap[1])[:LONGEST]
    return said + (f" ({', '.join(f'{name} {s:.0f} s' for name, s in stages)})" if stages else "")
