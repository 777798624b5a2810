"""What a channel wants a person to choose for each post: asked, understood, compared. Pure."""

import difflib
from collections.abc import Mapping, Sequence

from publish import Caps, Choice

__all__ = ["Chosen", "agreed", "asks", "chosen", "example", "missing"]

Chosen = Mapping[str, Mapping[str, str]]
"""What was chosen: by channel, by the choice's name."""


def asks(channels: Sequence[str], caps: Mapping[str, Caps]) -> tuple[str, ...]:
    """Say what each channel asks, a line each, as an editor reads it."""
    return tuple(
        f"{name} asks: {choice.ask} {choice.name}={'|'.join(choice.options)}"
        for name in channels
        if name in caps
        for choice in caps[name].choices
    )


def chosen(
    said: Sequence[tuple[str, str]], channels: Sequence[str], caps: Mapping[str, Caps]
) -> Chosen:
    """Understand "privacy=public" for every channel that asks it, "tiktok.privacy=public" for one.

    What nobody said is left out. Raises ValueError for what no channel asks, or does not offer.
    """
    found: dict[str, dict[str, str]] = {}
    for name, value in sorted(said, key=lambda pair: "." in pair[0]):  # what names a channel counts
        channel, _, what = name.rpartition(".")
        meant = _meant(channel, what, channels, caps)
        if not meant:
            raise ValueError(_unknown(name, channels, caps))
        for where, choice in meant:
            found.setdefault(where, {})[choice.name] = _option(where, choice, value)
    return found


def missing(found: Chosen, channels: Sequence[str], caps: Mapping[str, Caps]) -> tuple[str, ...]:
    """Name the channels of which something is still to be chosen."""
    return tuple(
        name
        for name in channels
        if name in caps and {c.name for c in caps[name].choices} - found.get(name, {}).keys()
    )


def example(channels: Sequence[str], caps: Mapping[str, Caps]) -> str:
    """Make the words that choose everything, such as "privacy=public comments=no"."""
    words = [(name, choice) for name in channels if name in caps for choice in caps[name].choices]
    several = len({name for name, _ in words}) > 1
    return " ".join(
        f"{name}.{c.name}={c.options[0]}" if several else f"{c.name}={c.options[0]}"
        for name, c in words
    )


def agreed(given: Mapping[str, Chosen]) -> Chosen:
    """Put together what several people chose, by their ids. Raises ValueError where they differ."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    for who, theirs in given.items():
        for channel, pairs in theirs.items():
            for name, option in pairs.items():
                before, by = found.setdefault(channel, {}).setdefault(name, (option, who))
                if before != option:
                    raise ValueError(
                        f"{by} chose {name}={before} on {channel}, {who} {name}={option}: "
                        "agree on one, and approve it with that"
                    )
    return {ch: {n: option for n, (option, _) in pairs.items()} for ch, pairs in found.items()}


def _meant(
    channel: str, what: str, channels: Sequence[str], caps: Mapping[str, Caps]
) -> list[tuple[str, Choice]]:
    return [
        (name, choice)
        for name in channels
        if name in caps and channel.lower() in ("", name.lower())
        for choice in caps[name].choices
        if choice.name.lower() == what.lower()
    ]


def _option(channel: str, choice: Choice, value: str) -> str:
    known = {option.lower(): option for option in choice.options}
    if value.lower() in known:
        return known[value.lower()]
    near = difflib.get_close_matches(value.lower(), known, 1, 0.6)
    hint = f"did you mean {choice.name}={known[near[0]]}? " if near else ""
    there = ", ".join(choice.options)
    raise ValueError(f"{channel} offers no {choice.name}={value[:40]}: {hint}There are {there}")


def _unknown(name: str, channels: Sequence[str], caps: Mapping[str, Caps]) -> str:
    known = sorted({c.name for n in channels if n in caps for c in caps[n].choices})
    there = f"they ask for {', '.join(known)}" if known else "they ask for nothing"
    return f"none of {', '.join(channels)} asks for {name[:40]!r}; {there}"
