"""What stands between a finished clip and the editors: its own measurements. Pure.

A reading of the report that does not reach its bar is a fault, and one fault keeps the clip from
being offered. A reading that is marked as not `hard` is a doubt: it is told, and no more.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

__all__ = ["doubts", "faults", "held_back"]

Report = Mapping[str, Any]


def faults(report: Report) -> tuple[str, ...]:
    """Say what keeps a clip from being offered, a phrase each; () where nothing does."""
    if found := tuple(_short(report, hard=True)):
        return found
    if report.get("ok") or doubts(report):
        return ()
    return ("its check failed and does not say where",) if report else ("it was never measured",)


def doubts(report: Report) -> tuple[str, ...]:
    """Say what an editor should know about a clip that may be offered, a phrase each."""
    return tuple(_short(report, hard=False))


def held_back(number: int, found: Sequence[str]) -> str:
    """Say why draft `number` is not offered, and the ways out."""
    way_out = f"`edit {number} ...` changes the words, `retry {number}` renders it again"
    return f"the clip does not reach its bars: {'; '.join(found)}. {way_out}"


def _short(report: Report, hard: bool) -> Iterator[str]:
    for reading in report.get("checks", ()):
        if not reading["ok"] and bool(reading.get("hard", True)) == hard:
            yield f"{reading['name']} is {reading['value']} (bar: {reading['bar']})"
