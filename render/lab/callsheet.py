"""The call sheet: what is wished, what is there, what cannot be had any more, and why.

It knows nothing of pools and clocks: what happens to an order is told to it, and it tells the
planner which ways are left to meet each wish.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate

from render.lab import Kind, Order, Preset, Trouble
from render.lab.orders import SPARE, spot
from render.lab.pace import Speed
from render.lab.planner import Way, Wish
from render.lab.segments import Segment, leans

__all__ = ["CallSheet", "Offer", "wish_of"]

TRIES = 2  # workers that an order may cost, and that may say in a row that they have no device
STAND_IN = 0.5  # of its weight is a shot worth as the still that stands for a film


@dataclass(frozen=True, slots=True)
class Offer:
    """The presets that can run here, best first, and by kind why there is none."""

    films: tuple[Preset, ...] = ()
    stills: tuple[Preset, ...] = ()
    why_not: Mapping[Kind, str] = field(default_factory=dict)

    def of(self, kind: Kind) -> tuple[Preset, ...]:
        """The presets of a kind."""
        return self.films if kind == "film" else self.stills


def wish_of(order: str) -> str:
    """Name the place on the board that an order is for: a film and its stand-in have one."""
    return order.removesuffix(SPARE)


class CallSheet:
    """What stands of the orders of a board. For one thread."""

    def __init__(self, orders: Sequence[Order]) -> None:
        self.orders = {order.name: order for order in orders}
        self.there: dict[str, Segment] = {}
        self.offer: Offer | None = None
        self._struck: dict[str, str] = {}
        self._out: dict[str, str] = {}
        self._tries: Counter[str] = Counter()
        self._dark: list[str] = []
        self._said: dict[str, list[str]] = {}

    def said(self, wish: str) -> tuple[str, ...]:
        """What happened to a wish, in order, each thing once."""
        return tuple(dict.fromkeys(self._said.get(wish, ())))

    def note(self, order: str, text: str) -> None:
        """Write down what happened to an order."""
        self._said.setdefault(wish_of(order), []).append(text)

    def came(self, order: str, segment: Segment) -> None:
        """An order lies on the shelf."""
        self.there[order] = segment
        self._struck.pop(order, None)
        if segment.fresh:
            self._dark.clear()

    def strike(self, order: str, why: str) -> None:
        """Give an order up."""
        if order not in self._struck:
            self._struck[order] = why
            self.note(order, why)

    def is_struck(self, order: str) -> bool:
        """Whether an order was given up."""
        return order in self._struck

    def failed(self, order: str, preset: Preset, trouble: Trouble) -> None:
        """Draw the consequence of a trouble: for the preset, the order, or for all of them."""
        said = trouble.said
        if trouble.kind in ("memory", "weights"):
            self._out.setdefault(preset.name, said)
            self.note(order, f"{preset.name}: {said}")
        elif trouble.kind in ("lost", "device", "stopped"):
            self._again(order, trouble)
        else:
            self.strike(order, said)
            if trouble.kind == "prompt":
                for other in (other for other in self.orders if wish_of(other) == wish_of(order)):
                    self.strike(other, said)

    def _again(self, order: str, trouble: Trouble) -> None:
        self._tries[order] += 1
        if trouble.kind == "device":
            self._dark.append(trouble.said)
        if self._tries[order] >= TRIES:
            self.strike(order, trouble.said)
        else:
            self.note(order, f"{trouble.said}; tried again")

    def stepped(self, order: str, preset: Preset) -> None:
        """Write down where an order is made with less than the best preset that there is."""
        best = self.offer.of(preset.kind)[0] if self.offer else preset
        if best.name != preset.name:
            why = self._out.get(best.name, "the time that is left is too short for it")
            self.note(order, f"{preset.name} instead of {best.name}: {why}")

    def leans(self, order: str, preset: Preset) -> tuple[str, ...]:
        """What an order would start from or keep to with a preset, of what was ordered."""
        named = leans(self.orders[order], preset)
        return tuple(name for name in named if name in self.orders)

    def wishes(self, timing: Callable[[Order, Preset], Speed]) -> tuple[Wish, ...]:
        """List the wishes with the ways that are left, the board's first as they stand there."""
        found: dict[str, Wish] = {}
        for name, order in self.orders.items():
            wish = found.setdefault(
                wish_of(name), Wish(wish_of(name), shown=spot(name) is not None)
            )
            ways = (*wish.ways, *self._ways(order, timing))
            why = wish.why_not or self._why_not(order)
            found[wish.name] = replace(wish, ways=ways, why_not=why)
        return tuple(found.values())

    def _ways(self, order: Order, timing: Callable[[Order, Preset], Speed]) -> list[Way]:
        weight = order.weight * (STAND_IN if order.name.endswith(SPARE) else 1)
        worths, ways = self._worths(order.kind), []
        if segment := self.there.get(order.name):
            least = min(worths.values(), default=1.0)
            worth = weight * worths.get(segment.preset, least)
            ways.append(Way(order.name, segment.preset, order.kind, worth, there=True))
        if not self.offer or order.name in self._struck or len(self._dark) >= TRIES:
            return ways
        for preset in self.offer.of(order.kind):
            if preset.name in self._out:
                continue
            speed, names = timing(order, preset), self.leans(order.name, preset)
            times = (weight * worths[preset.name], speed.busy_s, speed.after_s)
            ways.append(Way(order.name, preset.name, order.kind, *times, names))
        return ways

    def _worths(self, kind: Kind) -> dict[str, float]:
        """Rate presets, listed best first: none less than one that stands behind it."""
        presets = self.offer.of(kind) if self.offer else ()
        rated = [*accumulate((preset.worth for preset in reversed(presets)), max)]
        return {one.name: worth for one, worth in zip(presets, reversed(rated), strict=True)}

    def _why_not(self, order: Order) -> str:
        if order.name in self._struck:
            return self._struck[order.name]
        if len(self._dark) >= TRIES:
            return self._dark[-1]
        if self.offer is None:
            return ""
        out = [self._out[one.name] for one in self.offer.of(order.kind) if one.name in self._out]
        return out[-1] if out else self.offer.why_not.get(order.kind, "")
