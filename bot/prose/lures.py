"""What leads out of a clip: links, addresses, handles, numbers to call, wallets. Pure.

A report may hold them; a script never speaks or shows one, not even from its own sources: whoever
writes a feed would choose where our viewers go. Hidden letters are taken out before looking.
"""

import re
import unicodedata
from collections.abc import Iterable

__all__ = ["lures"]

_ENDS = (
    "com|org|net|info|biz|io|ly|app|dev|xyz|top|site|online|shop|store|live|click|link|club|icu|win"
    "|vip|gg|tv|ai|example|test|onion"
)
_COUNTRIES = "me|co|de|fr|es|it|pt|uk|ru|cn|eu|us|ch|at|nl|pl|br|in|jp"  # "no.It" is a slip
_LURES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\b[a-z][a-z0-9+.-]{1,15}://\S+",
        r"\b(?:mailto|tel|sms|data|javascript|magnet|bitcoin|ethereum|whatsapp|tg):\S+",
        r"\bwww\d?\.\S+",
        r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*",
        r"(?<![\w.])@[\w.]{2,}",
        r"(?<!\w)(?:t\.me|bit\.ly|discord\.gg|wa\.me)\b\S*",
        rf"(?:[\w-]+\.)+(?:{_ENDS}|(?-i:{_COUNTRIES}))\b(?:/\S*)?",
        r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?(?:/\S*)?",
        r"\w+\s?[\[({]\s?(?:dot|at|\.|@)\s?[\])}]\s?\w+",
        r"\b\w+ (?:dot|at) \w+ dot (?:com|org|net|io|example)\b",
        r"\b\w{3,} dot (?:com|org|net|io|example)\b",
        r"\b(?:bc1[a-z0-9]{20,}|0x[0-9a-f]{30,}|[13LDT4][1-9A-HJ-NP-Za-km-z]{25,95})\b",
        r"<[^<>]{0,400}>|\]\([^)]*\)|\[\[[^\]]*\]\]",
    )
)
_PHONE = re.compile(r"(?<![\w.,])(?:\+|00)?\(?\d(?:[ ()./-]{0,2}\d){6,14}(?![\w])")


def lures(text: str, known: Iterable[str] = ()) -> tuple[str, ...]:
    """List what in a text leads somewhere else. `known` are names that may look so: outlets'."""
    bare = unicodedata.normalize("NFKC", text)
    bare = "".join(c for c in bare if unicodedata.category(c) not in ("Cf", "Cc", "Cn"))
    for name in sorted(known, key=len, reverse=True):
        bare = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", " ", bare, flags=re.IGNORECASE)
    found = [match.group() for pattern in _LURES for match in pattern.finditer(bare)]
    found += [m.group() for m in _PHONE.finditer(bare) if _is_called(m.group())]
    return tuple(dict.fromkeys(found))


def _is_called(digits: str) -> bool:
    """Tell a number to call from an amount, a date or a score.

    Amounts have commas, points or spaces between groups of three and no other marks.
    """
    plain = re.sub(r"\D", "", digits)
    if re.fullmatch(r"\d{1,3}(?:[ .]\d{3})+|\d{4}[ –/-]\d{4}", digits):
        return False
    if re.fullmatch(r"\d{1,4}[-./]\d{1,2}[-./]\d{1,4}", digits) or len(plain) > 15:
        return False
    return digits[:1] in "+0(" or bool(re.search(r"\d[ ()./-]+\d", digits))
