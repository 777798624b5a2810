"""What kinds of clips there are: one file for each format, and adding one is one file.

A format module has a docstring (its first line is shown to editors) and a `FORMAT`. Pure data: how
long, how many beats, in which order, and what a model is told. A name with a dot is a module of
your own.
"""

import pkgutil
from dataclasses import dataclass
from importlib import import_module

__all__ = ["Format", "format_of", "names"]


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of clip.

    `seconds` are the shortest, the usual and the longest clip, the end card included; `beats` the
    fewest and the most spoken sentences. `order` names what the beats hold, first to last.
    `rules` are sentences that a model is told, a line each.
    """

    name: str
    seconds: tuple[float, float, float]
    beats: tuple[int, int]
    order: tuple[str, ...]
    rules: tuple[str, ...]


def names() -> tuple[str, ...]:
    """List the formats that come with the house."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__)))


def format_of(name: str) -> Format:
    """Find a format by its name. Raises ValueError that lists what there is."""
    if name not in names() and "." not in name:
        raise ValueError(f"unknown format {name!r}; there are {', '.join(names())}")
    place = name if "." in name else f"{__name__}.{name}"
    try:
        found = import_module(place).FORMAT
    except (ImportError, AttributeError) as error:
        raise ValueError(f"{name!r} is no module with a FORMAT: {error}") from error
    if not isinstance(found, Format):
        raise ValueError(f"the FORMAT of {name!r} is no bot.formats.Format")
    return found
