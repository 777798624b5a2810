"""An invented wire: outlets that report invented events, minute by minute."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.trends import Joined, Wire
from sources import Item

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

FERRY = (
    "Ferry Marguerite runs aground off Skelholm, 240 passengers taken off",
    "Skelholm ferry Marguerite aground: all 240 passengers rescued",
    "Passengers evacuated after ferry Marguerite hits rocks near Skelholm",
    "Ferry Marguerite stuck on rocks at Skelholm, passengers safe",
    "Rescue boats bring 240 ferry passengers ashore at Skelholm",
    "Why the Marguerite ran aground at Skelholm: what passengers saw",
)
OTHERS = (
    "Tomato harvest in Ostrava falls for third season",
    "Violinist Petra Lindqvist returns to the stage",
    "Parliament in Velden debates the price of heating",
    "New tramline opens between Korsby and the harbour",
    "Scientists map a cave under Mount Arrel",
    "Chess champion Ruben Achterberg loses his title",
)


def at(minute: float) -> datetime:
    """A moment, in minutes after noon."""
    return NOON + timedelta(minutes=minute)


def report(outlet: str, title: str, minute: float = 0.0, **more: Any) -> Item:
    """One outlet's report, seen that many minutes after noon."""
    fields: dict[str, Any] = {
        "id": f"{outlet}/{title}",
        "source": outlet,
        "outlet": outlet,
        "url": "",
        "title": title,
        "summary": "",
        "published": at(minute),
        "seen": at(minute),
    }
    return Item(**(fields | more))


def ferry(count: int, every: float = 5.0, start: float = 0.0, **more: Any) -> list[Item]:
    """As many outlets report the same grounding, one every so many minutes."""
    return [
        report(f"Outlet {n + 1}", FERRY[n % len(FERRY)], start + n * every, **more)
        for n in range(count)
    ]


def a_quiet_day(start: float = 0.0) -> list[Item]:
    """Six reports that have nothing to do with each other."""
    return [report(f"Outlet {n + 1}", title, start + n) for n, title in enumerate(OTHERS)]


def hear(wire: Wire, items: Iterable[Item]) -> list[Joined]:
    """Put all on the wire, in order of arrival."""
    return [wire.add(item) for item in sorted(items, key=lambda item: item.seen)]
