"""Which words of a line may be parted: not a number from its unit, rather before a small word.

Pure. The rules on units and months are English and a little German; the one that a number stays
with what follows it holds in every language.
"""

import re
from functools import lru_cache

__all__ = ["PAUSES", "TORN", "break_cost", "ends"]

TORN = 1e5  # the cost of parting what is one thing

_STOPS = ".!?…。！？؟۔।"
PAUSES = ",;:–—،؛、，；："
_UNITS = re.compile(
    r"(?:[%‰°$€£¥₹]|[kmcµ]?m[²³]?|[kmt]?g|km/h|mph|k[wW]h?|[MGT][wW]h?|°?[CFK]|Mw|mm|ha|am|pm|uhr|"
    r"percent|per|prozent|cents?|hundred|thousand|tausend|mil|mrd|milli(?:on|ard)\w*|[bt]rillion\w*|"
    r"millones|milhões|hours?|minutes?|seconds?|days?|weeks?|months?|years?|stunden|minuten|tagen?|"
    r"jahren?|ans|años|anni|anos|miles?|met(?:er|re)s?|kilomet(?:er|re)s?|feet|degrees?|grad|"
    r"dollars?|euros?|pounds?|points?|people|jobs|tonnes?|tons?)",
    re.IGNORECASE,
)
_MONTHS = re.compile(
    r"January|February|March|April|May|June|July|August|September|October|November|December"
)
_SCALES = re.compile(r"hundred|thousand|milli(?:on|ard)\w*|[bt]rillion\w*", re.IGNORECASE)
_TITLES = re.compile(r"(?:mrs?|ms|dr|prof|st|gen|sen|rep|gov|lt|col|sgt|vs)\.", re.IGNORECASE)
_ORDINAL = re.compile(r"\d{1,2}\.")  # "5. Mai"; a sentence seldom ends so


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Small words that lead to the next one, in six languages; no nouns of any of them.
_LINKS = _listed(
    "a an the of in on at to for from by with as and or but that which who is are was were be has "
    "have had will it its their his her this these not no than into over after before without "
    "between under during against while when where because if about near since until through "
    "der das den dem des ein eine einen einem einer und oder aber im am auf aus bei mit nach seit "
    "von vom zu zum zur für gegen ohne um durch über unter vor wegen dass weil wenn als wie ist "
    "le la les un une du de et ou à au aux en dans par pour sur avec sans sous entre que qui est "
    "sont ont el los las y o pero del al con sin por para sobre desde hasta se es son han "
    "il lo gli della di da nel su per tra che è sono os um uma do dos das na nos nas com sem ao "
    "pelo pela"
)


@lru_cache(4096)
def break_cost(before: str, after: str) -> float:
    """How bad it is to part two words that follow each other."""
    if _clings(before, after.strip(_STOPS + PAUSES)):
        return TORN
    if ends(before) or before[-1:] in PAUSES:
        return 0.0
    if _is_number(before) or _ORDINAL.fullmatch(before) or _SCALES.fullmatch(before):
        return 4.0  # what it counts comes next, in every language
    if before.lower() in _LINKS:
        return 2.0
    if before[:1].isupper() and after[:1].isupper():
        return 1.8  # perhaps one name
    return 0.3 if after.lower() in _LINKS else 1.0


def _clings(before: str, after: str) -> bool:
    """Whether two words are one thing: a number and its unit, a title and its name, a date."""
    if _is_number(before):
        return bool(_UNITS.fullmatch(after) or _MONTHS.fullmatch(after))
    return _is_title(before) or (bool(_MONTHS.fullmatch(before)) and after[:1].isdigit())


def ends(text: str) -> bool:
    """Whether a word ends its sentence."""
    return text[-1:] in _STOPS and not (_is_title(text) or _ORDINAL.fullmatch(text))


def _is_title(text: str) -> bool:
    return bool(_TITLES.fullmatch(text))


def _is_number(text: str) -> bool:
    return bool(re.search(r"\d$", text)) or text in "$€£¥₹"
