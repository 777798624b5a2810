"""Charts: bars that grow."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from render.cameras._slate import Slate
from render.look import CARD_TITLE, CONTENT, Area, Type

__all__ = ["Bar", "Chart"]

FROZEN = ConfigDict(frozen=True, extra="forbid")
MOST_BARS = 7


class Bar(BaseModel):
    """One bar of a chart; `text` is what stands at its end in place of the plain value."""

    model_config = FROZEN

    label: str
    value: float = Field(allow_inf_nan=False)
    text: str = ""


class Chart(BaseModel):
    """Up to seven bars, one of them in the accent colour."""

    model_config = FROZEN

    card: Literal["chart"]
    title: str = ""
    unit: str = ""
    bars: list[Bar] = Field(min_length=1)
    highlight: int = -1

    def lay(self, slate: Slate) -> None:
        """Write the title, then bar under bar, each growing."""
        y = CONTENT.y
        if self.title.strip():
            title = slate.fit(self.title, CARD_TITLE, CONTENT.w, 200, 3)
            y = slate.write(title, CONTENT.x, y, slate.palette.ink) + 36
        bars = self.bars[:MOST_BARS]
        row = min(150.0, (CONTENT.bottom - y) / len(bars))
        y += 0.3 * (CONTENT.bottom - y - row * len(bars))
        most = max(abs(bar.value) for bar in bars) or 1.0
        for index, bar in enumerate(bars):
            slate.wait()
            self._row(slate, bar, abs(bar.value) / most, y + index * row, row, index)

    def _row(self, slate: Slate, bar: Bar, share: float, y: float, row: float, index: int) -> None:
        palette = slate.palette
        bright = index == self.highlight
        size = round(min(40, row * 0.36))
        end = slate.fit(self._end(bar), Type(size, 30, 800, tabular=True), 300, size * 2, 1)
        label = slate.fit(bar.label, Type(size, 30, 600), CONTENT.w, size * 2, 1)
        slate.write(label, CONTENT.x, y, palette.ink if bright else palette.mute)
        thick = min(34.0, row * 0.28)
        top = y + label.height + 6
        area = Area(CONTENT.x, top, CONTENT.w - 300 - 24, thick)
        colour, alpha = (palette.accent, 1.0) if bright else (palette.ink, 0.27)
        slate.bar(area, colour, alpha, share=max(share, 0.012))
        x = area.x + max(thick, area.w * share) + 20
        ink = palette.accent if bright else palette.ink
        slate.write(end, x, top + thick / 2 - end.height * 0.4, ink)

    def _end(self, bar: Bar) -> str:
        if bar.text.strip():
            return bar.text
        joint = "" if self.unit.startswith(("%", "°", "‰")) else " "
        return f"{bar.value:,.10g}{joint}{self.unit}".strip()
