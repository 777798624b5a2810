"""Who carries a story: independent voices, and how far they are trusted. Pure.

Independent is who has another owner and did not print the same text: ten papers that print one
agency's report are one voice. The notion is that of the wire (bot/trends/witness.py).
"""

from collections.abc import Sequence
from dataclasses import replace

from bot.rules import Rulebook
from bot.trends.morgue import Morgue, owner_of
from bot.trends.witness import Interests, witnesses_of
from sources import Item

__all__ = ["RANKS", "barred", "best_tier", "tier_of", "unconfirmed", "voices", "weak"]

RANKS = {1: "agency or official", 2: "established", 3: "other", 4: "social"}


def voices(items: Sequence[Item]) -> tuple[str, ...]:
    """Name one outlet for each independent voice, the first to speak first.

    How old a report is does not matter here; a press release is nobody's voice.
    """
    morgue = Morgue()
    undated = (replace(item, backlog=False, published=None) for item in items)
    return tuple(w.outlet for w in witnesses_of([morgue.clip(i) for i in undated], Interests()))


def tier_of(item: Item, book: Rulebook) -> int:
    """Rank a report: by its outlet, else by its source's table, else as one that nobody ranked."""
    ranked = {owner_of(outlet): tier for outlet, tier in book.rules.tiers.items()}
    mine = ranked.get(owner_of(item.outlet))
    return mine or book.sources.get(item.source, book.rules.unranked)


def best_tier(items: Sequence[Item], book: Rulebook) -> int:
    """Rank a story: as its best outlet."""
    return min(tier_of(item, book) for item in items)


def barred(items: Sequence[Item], book: Rulebook) -> str:
    """Say why the bot may not draft a story by itself; "" where it may."""
    if best_tier(items, book) > book.rules.best_tier:
        return f"no outlet of tier {book.rules.best_tier} or better tells it"
    heard = voices(items)
    if len(heard) < book.rules.independent:
        return f"{len(heard)} independent outlets tell it, {book.rules.independent} are needed"
    return ""


def unconfirmed(items: Sequence[Item]) -> str:
    """Say that too few independent outlets carry a draft; "" where two or more do."""
    heard = voices(items)
    if len(heard) > 1:
        return ""
    if not heard:
        return "unconfirmed: a press release only"
    copies = len({owner_of(item.outlet) for item in items}) - 1
    more = f" ({heard[0]}; {copies} more print or share its text)" if copies else f" ({heard[0]})"
    return f"unconfirmed: one outlet only{more}"


def weak(items: Sequence[Item], book: Rulebook) -> str:
    """Say that no established outlet carries a draft, and who does; "" where one does."""
    if best_tier(items, book) <= 2:
        return ""
    ranks = {item.outlet: tier_of(item, book) for item in items}
    told = ", ".join(f"{outlet} (tier {tier}, {RANKS[tier]})" for outlet, tier in ranks.items())
    return f"no established outlet carries it: {told}"
