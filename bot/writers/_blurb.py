"""The small texts of a clip: its topic chip, its caption, its hashtags. Pure."""

import re
from collections import Counter
from collections.abc import Sequence

from bot.prose.claims import ROLES, names
from bot.prose.plain import ended, plain
from bot.prose.sentences import words
from bot.prose.tongues import Tongue, fold, tongue
from bot.prose.wording import listed, short_name, wording
from bot.story import Story
from bot.writers._tone import is_grave

__all__ = ["caption", "chip", "hashtags", "reports", "told"]

_CHIP_LETTERS = 18
_TAG_LETTERS = 24


def told(story: Story) -> tuple[str, ...]:
    """List all texts of a story, headlines first."""
    titles = tuple(item.title for item in story.items)
    return titles + tuple(f"{item.summary} {item.text[:1200]}".strip() for item in story.items)


def _counted_names(story: Story, speech: Tongue) -> Counter[str]:
    """Count how many outlets use each name, in running text (headlines may be in Title Case).

    Where no headline bears any of them, the names of the headline count too.
    """
    users: dict[str, set[str]] = {}
    for item in story.items:
        running = f"{item.summary} {item.text[:1200]}".strip() or item.title
        for name in names(plain(running), speech):
            users.setdefault(name, set()).add(item.outlet)
    counts = Counter({name: len(outlets) for name, outlets in users.items()})
    titles = fold(" ".join(item.title for item in story.items))
    if not any(fold(name) in titles for name in counts) and not _in_capitals(story.title):
        counts += Counter(names(plain(story.title), speech))  # else a name in passing would win
    return counts


def chip(story: Story, lang: str) -> str:
    """Name the topic in one word or two: the name that most outlets use and the headlines bear.

    Of a language that we do not know only a name in a headline is taken, else the chip says "news".
    """
    speech = tongue(lang)
    titles = fold(" ".join(item.title for item in story.items))
    counts = _counted_names(story, speech)
    fit = [n for n in counts if len(n.split()) <= 2 and 1 < len(n) <= _CHIP_LETTERS]
    fit = [n for n in fit if speech.stop or fold(n) in titles]
    if fit:
        return max(fit, key=lambda n: (fold(n) in titles, counts[n], titles.count(fold(n)), len(n)))
    if not speech.stop:
        return wording(lang).tag
    long = [w for w in words(story.title) if len(w) > 3 and fold(w) not in speech.stop]
    return next((w for w in long if len(w) <= _CHIP_LETTERS), "")


def _in_capitals(title: str) -> bool:
    """Tell whether a headline is in Title Case, where a capital says nothing."""
    long = [w for w in words(title) if len(w) > 3]
    return sum(w[0].isupper() for w in long) > 0.6 * len(long)


def caption(lines: Sequence[str], outlets: Sequence[str], lang: str) -> str:
    """Write the text beside a clip: one or two sentences, the sources, the note on AI."""
    said = wording(lang)
    head = f"{said.source if len(outlets) == 1 else said.sources}: {', '.join(outlets)}."
    return f"{' '.join(lines[:2])}\n{head} {said.made_with_ai}."


def reports(outlets: Sequence[str], lang: str, *, awaited: bool) -> str:
    """Say who reports a story, for one that has little more than headlines.

    That details are `awaited` is said only where no report has any.
    """
    one, several = wording(lang).reports
    distinct = list(dict.fromkeys(short_name(outlet) for outlet in outlets))[:3]
    said = (one if len(distinct) == 1 else several).format(listed(distinct, lang))
    return said if awaited else ended(re.split(r"\s?[;；；，؛·。]\s?", said)[0])


def hashtags(story: Story, lang: str) -> tuple[str, ...]:
    """Choose two to four tags: names that the outlets share or a headline bears, then the kind.

    In a story of death or harm only places become tags, never what may be a victim's name. A
    place is a name that stands behind "in" or "near".
    """
    speech = tongue(lang)
    counts = _counted_names(story, speech)
    grave = is_grave(told(story))
    text, titles = " ".join(told(story)), fold(" ".join(item.title for item in story.items))
    fit = [n for n in counts if len(n.split()) <= 2 and fold(n.split()[0]) not in ROLES]
    fit = [n for n in fit if not grave or _is_place(n, text, speech)]
    shared = [n for n in fit if counts[n] > 1] or [n for n in fit if fold(n) in titles] or fit[:1]
    best = sorted(shared, key=lambda n: (-counts[n], -text.count(n), n))
    tags = [re.sub(r"[^\w]", "", n) for n in best]
    distinct = dict.fromkeys(t for t in tags if 1 < len(t) <= _TAG_LETTERS and not t.isdigit())
    return (*list(distinct)[:3], wording(lang).tag)


def _is_place(name: str, text: str, speech: Tongue) -> bool:
    before = re.findall(rf"(\w+)\s+{re.escape(name)}\b", text)
    return bool(before) and any(fold(w) in speech.places for w in before)
