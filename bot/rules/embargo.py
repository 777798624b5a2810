"""Embargoes: a source says from when on its news may be told. Pure.

A notice is a form of words that agencies and press offices use, not the word alone: the news is
full of arms embargoes. One whose time cannot be read holds until an editor says so.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from bot.draft import Embargo
from bot.prose.tongues import fold
from bot.rules.moments import moment
from sources import Item

__all__ = ["embargo_of", "renewed", "told", "waits"]

_READ = 1500  # letters of a report: a notice stands at its head
_WORDS = 110  # letters behind a notice in which its time stands
_HEAD = r"(?:^|[\n.!?|\[(*>»–—-])\s*(?:strictly |strict )?"
_NOTICES: Mapping[str, str] = {
    "en": r"embargo(?:ed|es)?,? (?:strictly )?(?:until|till|to|for (?:release|publication))\b"
    r"|under (?:strict |a strict |an )?embargo|embargo (?:lifts?|ends?|expires?|time)\b"
    r"|not for (?:publication|release|broadcast|use|transmission)[\w ]{0,24}(?:before|until|till)"
    r"|(?:hold|held) for release|do not (?:publish|release|broadcast|use)[\w ]{0,24}(?:before"
    r"|until)"
    r"|strictly embargoed",
    "de": r"sperrfrist\w*(?=\s*[:\])]| bis| beachten| endet)|frei zur veroffentlichung ab"
    r"|nicht vor[^.]{0,40} (?:zu )?veroffentlichen|veroffentlichung (?:erst )?(?:ab|nicht vor)",
    "fr": r"sous embargo|embargo jusqu|ne pas (?:publier|diffuser)[\w ]{0,24} avant"
    r"|(?:publication|diffusion) interdite avant",
    "es": r"embargad[oa] hasta|bajo embargo|embargo hasta|no (?:publicar|difundir)[\w ]{0,24}"
    r" (?:antes|hasta)",
    "pt": r"embargad[oa] ate|sob embargo|embargo ate|nao (?:publicar|divulgar)[\w ]{0,24}"
    r" (?:antes|ate)",
    "it": r"sotto embargo|embargo fino|embargat[oa] fino|non (?:pubblicare|diffondere)[\w ]{0,24}"
    r" prima",
}
_POLITICS = re.compile(
    r"(?:arms|trade|oil|gas|weapons?|fuel|economic|grain|food|import|export|total|partial|us|eu|un"
    r"|waffen|handels|ol|armes|armas|armi|petro\w*|comerci\w*|commerc\w*|econom\w*) *$"
)
_BARE = ("embargo until", "embargo to", "embargo for", "embargo jusqu", "embargo hasta")
_BARE_TOO = ("embargo ate", "embargo fino", "embargo ends", "embargo expires", "under embargo")
_SET = {code: re.compile(rf"\b(?:{notice})") for code, notice in _NOTICES.items()}
_LABEL = re.compile(
    rf"{_HEAD}(?P<word>EMBARGO(?:ED)?|[Ee]mbargo(?:ed)?|Sperrfrist)\s*(?P<end>[:\])])"
)


def embargo_of(items: Sequence[Item], zone: str = "") -> Embargo | None:
    """Find the embargo of a story: of several the last to end, one that cannot be read above all.

    `zone` names the time zone of a time that says none, "" if that cannot be known.
    """
    found = [e for item in items if (e := _of(item, zone))]
    never = datetime.max.replace(tzinfo=UTC)
    return max(found, key=lambda e: e.until or never, default=None)


def renewed(before: Embargo | None, found: Embargo | None) -> Embargo | None:
    """Take the embargo of a story that is read again; one that an editor lifted stays lifted."""
    same = before and found and (before.outlet, before.words) == (found.outlet, found.words)
    return before if same else found


def waits(embargo: Embargo | None, now: datetime) -> bool:
    """Whether nothing may be posted yet."""
    if embargo is None or embargo.lifted_by:
        return False
    return embargo.until is None or embargo.until > now


def told(embargo: Embargo | None, now: datetime, number: int) -> str:
    """Say an embargo to editors, with the way out; "" where none is in the way.

    `number` is the draft's, 0 where it has none because it is made by hand.
    """
    if embargo is None:
        return ""
    if embargo.lifted_by:
        return f"embargo of {embargo.outlet} lifted by {embargo.lifted_by}: {embargo.reason}"
    if not waits(embargo, now):
        return ""
    until = f"{embargo.until:%d %B %H:%M} UTC" if embargo.until else ""
    when = f"embargoed until {until}" if until else "embargoed, and nobody can read until when"
    way_out = f"`override {number} embargo REASON` ends it" if number else "`--override` ends it"
    return f'{when} ({embargo.outlet}: "{embargo.words}"): it is not posted before. {way_out}'


def _of(item: Item, zone: str) -> Embargo | None:
    for text in (item.title, item.summary, item.text):
        found = _notice(text[:_READ])
        if found:
            code, words = found
            until = moment(words, code, item.published or item.seen, zone)
            return Embargo(until, item.outlet, " ".join(words.split())[:_WORDS])
    return None


def _notice(text: str) -> tuple[str, str] | None:
    """Find a notice: its language, and its words with those behind it."""
    flat = "".join(f if len(f := fold(c)) == 1 else c.lower()[:1] for c in text)
    for code, notice in _SET.items():
        for match in notice.finditer(flat):
            if not _is_politics(flat, match):
                return code, _words(text, match.start())
    if label := _LABEL.search(text):
        words = _words(text, label.start("word"))
        if label["word"].isupper() or label["end"] != ":" or re.search(r"\d", words):
            return ("de" if label["word"] == "Sperrfrist" else "en"), words
    return None


def _is_politics(flat: str, match: re.Match[str]) -> bool:
    """Whether it is an embargo on goods: what is bare must open a sentence or stand in brackets."""
    before = flat[: match.start()]
    if _POLITICS.search(before):
        return True
    bare = match[0].startswith((*_BARE, *_BARE_TOO))
    opens = re.search(_HEAD.replace("(?:strictly |strict )?", "") + r"$", before)
    return bare and not opens and not re.search(r"strict(?:ly)?\s*$|is $|still $", before)


def _words(text: str, start: int) -> str:
    """Take a notice as it is written, to the end of its line or bracket."""
    line = re.split(r"[\n\])]", text[start : start + _WORDS], maxsplit=1)[0]
    return re.split(r"(?<=[a-z]{3})[.!?]\s+(?=[A-ZÄÖÜÉ])", line, maxsplit=1)[0]
