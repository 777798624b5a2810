"""What kinds of clips there are: one file for each format, and adding one is one file.

A format module has a docstring (its first line is shown to editors) and a `FORMAT`. Pure data: how
long, how many beats, in which order, and what a model is told. A name with a dot is a module of
your own. Drama, adverts and games will be further files: nothing here speaks of news.
"""

import pkgutil
from dataclasses import dataclass, replace
from importlib import import_module

__all__ = ["USUAL", "Format", "format_of", "mistake", "names"]

USUAL = "news"


@dataclass(frozen=True, slots=True)
class Format:
    """One kind of clip.

    `seconds` are the shortest, the usual and the longest clip, the end card included; `beats` the
    fewest and the most spoken sentences. `order` names what the beats hold, first to last; a writer
    leaves out what the story does not have, and what the format does not name. `rules` are
    sentences that a model is told, a line each. `end_s` is how long the end card stands. In a
    `numbered` format the beats of "entries" show their number. Of what `fiction` tells, nothing is
    said to have happened. `about` is the first line of the module's docstring; `format_of` fills it
    in.
    """

    name: str
    seconds: tuple[float, float, float]
    beats: tuple[int, int]
    order: tuple[str, ...]
    rules: tuple[str, ...]
    end_s: float = 2.2
    numbered: bool = False
    fiction: bool = False
    about: str = ""


def names() -> tuple[str, ...]:
    """List the formats that come with the house."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__)))


def format_of(name: str) -> Format:
    """Find a format by its name; "" is the usual one. Raises ValueError that lists what there is.

    A name with a dot is a module of your own.
    """
    place = name if "." in name else f"{__name__}.{name or USUAL}"
    try:
        module = import_module(place)
    except ModuleNotFoundError as error:
        if error.name and not place.startswith(error.name):
            raise ValueError(f"the format {name!r} needs {error.name!r}") from error
        raise ValueError(f"unknown format {name!r}; there are {', '.join(names())}") from error
    except Exception as error:  # a module of the user's own may fail in any way
        raise ValueError(f"the format {name!r} does not load: {error}") from error
    found = getattr(module, "FORMAT", None)
    if not isinstance(found, Format):
        raise ValueError(f"{place!r} has no FORMAT that is a bot.formats.Format")
    return replace(found, about=(module.__doc__ or name).strip().partition("\n")[0])


def mistake(name: str, seconds: float) -> str:
    """Say why a format cannot be had, or not in so many seconds; "" where it can. 0 is any."""
    try:
        found = format_of(name)
    except ValueError as error:
        return str(error)
    low, _, high = found.seconds
    if not seconds or low <= seconds <= high:
        return ""
    others = (other for other in map(format_of, names()) if other.name != found.name)
    fit = [other.name for other in others if other.seconds[0] <= seconds <= other.seconds[2]]
    way_out = f"; in that time there is {' or '.join(fit)}" if fit else ""
    return (
        f"{seconds:g} seconds are not between {low:g} and {high:g}, as {found.name} takes{way_out}"
    )
