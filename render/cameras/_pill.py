"""Whose picture it is, or that a model made it: a small pill inside the picture, 28 px at least."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal, TypeAlias

from render.cameras import Stage
from render.cameras._slate import TextBox
from render.ink import Sheet
from render.lettering.text import Box, fit
from render.look import BLACK, CANVAS, CREDIT, MARK, WHITE, ZONES, Area, Type
from render.planes import Sprite

__all__ = ["Pill", "credit_pill", "mark_pill", "marking"]

Pill: TypeAlias = tuple[tuple[Sprite, ...], tuple[TextBox, ...]]
"""What is drawn, and where its text stands; both () where there is nothing to say."""

PAD = 16
MARKS: Mapping[str, str] = {
    "en": "AI-GENERATED",
    "de": "KI-GENERIERT",
    "fr": "GÉNÉRÉ PAR IA",
    "es": "GENERADO CON IA",
    "pt": "GERADO COM IA",
    "it": "GENERATO CON IA",
    "nl": "AI-GEGENEREERD",
    "sv": "AI-GENERERAD",
    "da": "AI-GENERERET",
    "pl": "WYGENEROWANE PRZEZ AI",
    "ru": "СОЗДАНО ИИ",
    "uk": "СТВОРЕНО ШІ",
    "tr": "YAPAY ZEKÂ ÜRETİMİ",
    "zh": "AI生成",
    "ja": "AI生成",
    "ko": "AI 생성",
}


def marking(lang: str) -> str:
    """Say in a language ("de", "pt-BR") that a model made a picture; in English in others."""
    return MARKS.get(lang.split("-")[0].lower(), MARKS["en"])


def credit_pill(text: str, area: Area, stage: Stage, inset: float = 20) -> Pill:
    """Draw a credit at the lower left of a picture's area, above the captions."""
    return _pill("credit", text, CREDIT, area, stage, inset)


def mark_pill(stage: Stage) -> Pill:
    """Draw the mark of a generated picture, which fills the frame, where others have a credit."""
    return _pill("mark", marking(stage.board.lang), MARK, Area(0, 0, *CANVAS), stage, 36)


def _pill(
    what: Literal["credit", "mark"], text: str, kind: Type, area: Area, stage: Stage, inset: float
) -> Pill:
    if not text.strip():
        return (), ()
    zones = ZONES[stage.board.brand.zones]
    x, h = max(area.x + inset, zones.content.x), 44.0
    room = min(area.right - inset, zones.content.right) - x
    kind = replace(kind, family=stage.board.brand.font)
    block = fit(text, kind, Box(room - 2 * PAD, 40, 1), stage.board.lang)
    y = min(area.bottom, zones.content.bottom) - inset - h
    pill = Area(x, y, block.width + 2 * PAD, h)
    sheet = Sheet(pill, stage.board.width / CANVAS[0])
    sheet.box(pill, BLACK, radius=14, alpha=0.62)
    left = x + PAD - block.span(block.lines[0])[0]  # a text from the right does not start at 0
    for word in block.lines[0]:
        sheet.text(word.text, left + word.x, y + 32, block.face, WHITE)
    text = " ".join(word.text for word in block.lines[0])
    return (sheet.sprite(),), (TextBox(what, text, pill),)
