"""A correction in the words of a post: what was wrong stands first, then what it said. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.draft import Texts
from bot.texts.caption import caption, tags_apart
from bot.texts.told import Told
from publish import Limits

__all__ = ["answered", "corrected"]

_WORDS = {
    "en": "Correction: ",
    "de": "Berichtigung: ",
    "fr": "Rectificatif : ",
    "es": "Corrección: ",
    "pt": "Correção: ",
    "it": "Rettifica: ",
    "ru": "Исправление: ",
    "zh": "更正：",
    "ja": "訂正：",
    "ko": "정정: ",
    "el": "Διόρθωση: ",
    "hi": "भूल सुधार: ",
    "ur": "تصحیح: ",
    "ar": "تصحيح: ",
    "he": "תיקון: ",
}


def _headed(words: str, lang: str) -> str:
    return f"{_WORDS.get(lang.split('-')[0].lower(), _WORDS['en'])}{words}"


def answered(words: str, lang: str, limits: Limits) -> str:
    """A correction as an answer below the post. Raises ValueError where it does not fit."""
    text = _headed(words, lang)
    if faults := limits.faults("", text):
        raise ValueError(f"would not take it: {'; '.join(faults)}")
    return text


def corrected(told: Told, limits: Limits, before: Texts, words: Sequence[str]) -> Texts:
    """Put corrections, the newest first, before what a post says.

    They are never cut and none is left out: what the post said gives way. Sources, credits and
    notes stay as far as a caption keeps them. Raises ValueError where even that is too long.
    """
    front = "\n".join(_headed(said, told.lang) for said in words)
    for body in _bodies(told, before):
        text = caption(told, limits, f"{front}\n\n{body}" if body else front)
        faults = limits.faults("", text)
        if not faults:
            return replace(before, caption=text, tags=tags_apart(told, limits, text))
    raise ValueError(f"would not take it: {'; '.join(faults)}, with sources, credits and notes")


def _bodies(told: Told, before: Texts) -> Iterator[str]:
    """What the post said, shorter each time; an editor's own words stand whole or not at all."""
    if own := before.own.get("caption"):
        yield own
    else:
        for count in range(len(told.sentences), 0, -1):
            yield " ".join(told.sentences[:count])
        yield told.headline
    yield ""
