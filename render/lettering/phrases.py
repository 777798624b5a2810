"""Where a line may break in languages that are written without spaces: Chinese, Japanese, Thai."""

import re
from functools import cache
from typing import Any

__all__ = ["phrases", "unspaced"]

_TRADITIONAL = ("hant", "tw", "hk", "mo")
_TORN = re.compile(r"\d\n[.,:/]?\d|\d[.,:/]\n\d")  # a number, broken at its point


def unspaced(lang: str) -> bool:
    """Whether a language writes its words together."""
    return _base(lang) in ("zh", "ja", "th")


def phrases(text: str, lang: str) -> tuple[str, ...]:
    """Split a run without white space between phrases (by budoux), never inside a number."""
    if not unspaced(lang):
        return (text,)
    found: list[str] = []
    for phrase in _parser(lang).parse(text):
        if found and _TORN.search(f"{found[-1]}\n{phrase}"):
            found[-1] += phrase
        else:
            found.append(phrase)
    return tuple(found)


def _base(lang: str) -> str:
    return lang.lower().replace("_", "-").partition("-")[0]


@cache
def _parser(lang: str) -> Any:
    import budoux

    base, _, region = lang.lower().replace("_", "-").partition("-")
    if base == "zh" and region in _TRADITIONAL:
        return budoux.load_default_traditional_chinese_parser()
    if base == "zh":
        return budoux.load_default_simplified_chinese_parser()
    if base == "ja":
        return budoux.load_default_japanese_parser()
    return budoux.load_default_thai_parser()
