"""Whose picture it is: a small pill inside the picture, never smaller than 28 px."""

from dataclasses import replace

from render.cameras import Stage
from render.cameras._slate import TextBox
from render.ink import Sheet
from render.lettering.text import Box, fit
from render.look import BLACK, CANVAS, CREDIT, WHITE, ZONES, Area
from render.planes import Sprite

__all__ = ["credit_pill"]

PAD = 16


def credit_pill(
    text: str, area: Area, stage: Stage, inset: float = 20
) -> tuple[tuple[Sprite, ...], tuple[TextBox, ...]]:
    """Draw a credit at the lower left of a picture's area, above the captions."""
    if not text.strip():
        return (), ()
    zones = ZONES[stage.board.brand.zones]
    x, h = max(area.x + inset, zones.content.x), 44.0
    room = min(area.right - inset, zones.content.right) - x
    kind = replace(CREDIT, family=stage.board.brand.font)
    block = fit(text, kind, Box(room - 2 * PAD, 40, 1), stage.board.lang)
    y = min(area.bottom, zones.content.bottom) - inset - h
    pill = Area(x, y, block.width + 2 * PAD, h)
    sheet = Sheet(pill, stage.board.width / CANVAS[0])
    sheet.box(pill, BLACK, radius=14, alpha=0.62)
    left = x + PAD - block.span(block.lines[0])[0]  # a text from the right does not start at 0
    for word in block.lines[0]:
        sheet.text(word.text, left + word.x, y + 32, block.face, WHITE)
    text = " ".join(word.text for word in block.lines[0])
    return (sheet.sprite(),), (TextBox("credit", text, pill),)
