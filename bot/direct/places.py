"""Where it happened: the place that a line names, where a source gave its coordinates. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.prose.claims import names
from bot.prose.tongues import Tongue, fold
from sources import Item

__all__ = ["Place", "place"]


@dataclass(frozen=True, slots=True)
class Place:
    """A named place; `region` is what the line puts behind its comma; degrees north and east."""

    name: str
    region: str
    latitude: float
    longitude: float


def place(line: str, cited: Iterable[Item], speech: Tongue) -> Place | None:
    """Find the place of a line. None where no cited report has coordinates, or no name fits."""
    where = next((item.where for item in cited if item.where), None)
    if where is None:
        return None
    found = names(f"— {line}", speech)
    for name in found:
        at = line.find(name)
        before = line[:at].split()[-1:] if at > 0 else []
        if any(fold(word) in speech.places | {"off", "of"} for word in before):
            behind = re.match(r",\s+", line[at + len(name) :])
            after = line[at + len(name) + behind.end() :] if behind else ""
            region = next((other for other in found if after.startswith(other)), "")
            return Place(name, region, *where)
    return None
