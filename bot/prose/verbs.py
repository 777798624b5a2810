"""Whether a line says something with a verb, as far as that can be told without a grammar. Pure.

"Reckitt Benckiser, the maker of Lysol" says nothing. Verbs are known by tables and, where a
language lets them be, by their endings.
"""

import re

from bot.prose.sentences import words
from bot.prose.tongues import Tongue, fold, word_set

__all__ = ["tells"]

_NO_VERB_AFTER = word_set("a an the of his her their its any no some new these those")
_PASSIVE = ("by", "for", "with", "on", "in", "over")
_VERBS = {
    "en": word_set(
        "announces arrives asks attacks backs bans beats becomes begins believes blames blocks"
        " breaks brings calls charges claims climbs closes collapses comes continues crashes cuts"
        " demands denies describes detains dies drops ends enters expects faces falls feels fights"
        " files finds fires flees follows forms gains gets gives goes grows halts helps hits holds"
        " hopes hosts includes joins jumps keeps kills lands launches leads leaves lets lies"
        " lifts likes loses makes marks means meets moves named needs offers opens opts orders pass"
        " passes pays picks plans plays plunges posts pulls puts quits raises reaches reacts"
        " recalls recommends rejects remains removes reopens resigns returns reveals rises rules"
        " runs says seeks seizes sells sends serves sets shares shows shuts signs sinks slams slips"
        " soars speaks stands starts stays steps stops strikes struggles sues supports suspends takes"
        " talks tells threatens tops turns unveils urges uses visits votes vows wants warns wins"
        " works"
        " ate beat began became bought broke brought built came caught chose cost cut drew drove"
        " fell felt fled flew forced forbade fought found gave got grew held hid hit hurt kept knew"
        " lay led left let lost made meant met paid put ran read rose said sank saw sent set shook"
        " shot shut sold spent spoke stole stood struck swept swore taught thought threw told took"
        " tore wants went woke won wore wrote"
        " are is was were has have had do does did will would can could may might must should"
        " aims agrees allows appears applies argues attends avoids bears boosts confirms considers"
        " contains covers defends delays earns exists extends fails features gathers grants"
        " happens hears hunts insists intends investigates issues knows lacks lasts lives looks"
        " notes occurs opposes owns owes pleads praises prepares presents prevents produces"
        " promises proposes protects proves provides pushes receives reduces refuses regards"
        " relies repeats replaces reports represents requires resumes rushes saves scores sees"
        " seems slows sparks spends stretches suffers suggests surges tests thinks tries trials"
        " undergoes wins withdraws writes"
    ),
}
# Endings of finite verbs that other words hardly have; of words written small
_ENDINGS = {
    "de": re.compile(r"\w{2,}(?:t|te|ten|en|ln|rn)$"),
    "es": re.compile(r"\w{2,}(?:ó|aron|ieron|ará|erá|irá|arán|erán|irán|aba|aban|ía|ían)$"),
    "pt": re.compile(r"\w{2,}(?:ou|aram|eram|iram|eu|iu|ará|erá|irá|arão|erão|irão|ava|avam)$"),
    "it": re.compile(r"\w{2,}(?:ò|arono|erono|irono|erà|irà|eranno|iranno|ava|avano|iva|evano)$"),
    "fr": re.compile(r"\w{2,}(?:era|eront|ira|iront|ait|aient|èrent|irent|ent)$"),
}
_RELATIVE = re.compile(r",\s(?:who|which|whose|where)\s[^,]*(?:,|\.?$)")


def tells(line: str, tongue: Tongue) -> bool:
    """Tell whether a line has a verb that says what happened or is.

    "Shoes auctioned for a record" and "Bridge hit by barge" leave the verb to the reader, and so
    does "The maker of pumps, which was sold". A language without tables always tells.
    """
    if tongue.code != "en":
        ends = _ENDINGS.get(tongue.code)
        small = [w for w in words(line) if w[:1].islower()]
        known = tongue.finite | tongue.says
        return (
            ends is None
            or any(fold(w) in known or ends.match(w.lower()) for w in small)
            or not {fold(w) for w in words(line)}.isdisjoint(known)
        )
    told = [fold(w) for w in words(_RELATIVE.sub(" ", line))]
    known = tongue.finite | tongue.says | _VERBS["en"]
    for before, word, after in zip(["", *told], told, [*told[1:], ""], strict=False):
        past = word.endswith("ed") and word.isalpha() and bool(before) and after not in _PASSIVE
        if past or (word in known and after != "by" and before not in _NO_VERB_AFTER):
            return True
    return any(re.fullmatch(r"(?:he|she|it|they|there|who)'(?:s|re|ll|ve|d)", w) for w in told)
