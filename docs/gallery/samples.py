"""The cards of the gallery: with the texts they like, with hardly any, and with far too much."""

import tomllib
from pathlib import Path
from typing import Any

__all__ = ["CARDS", "LETTERS", "LINE", "LONG", "SHORT"]

Card = dict[str, Any]
"""What the camera of cards takes, but for its kind: that is the first word of the card's name."""

LINE = "Three harbour towns woke without power, and 12,000 people slept outside."

_told = tomllib.loads((Path(__file__).parent / "cards.toml").read_text(encoding="utf-8"))
CARDS: dict[str, Card] = _told["cards"]
SHORT: dict[str, Card] = _told["short"]
LETTERS: dict[str, dict[str, Any]] = _told["letters"]
"""By language: a line, and the cards under it."""

_ENDLESS = (
    "The commission of inquiry into the circumstances of the derailment at Marlow Junction and on "
    "the embankment between Dunmere and Saltby has heard the forty-first witness"
)
_FIGURE = "approximately twelve thousand four hundred"

LONG: dict[str, Card] = {
    "title": {
        "headline": f"{_ENDLESS}, and adjourns until the middle of January",
        "kicker": _ENDLESS,
        "emphasis": ["forty-first"],
    },
    "statement": {"text": f"{_ENDLESS} since October"},
    "stat": {
        "value": _FIGURE,
        "unit": "passengers and staff",
        "label": _ENDLESS,
        "sub": _ENDLESS,
        "share": 0.4,
    },
    "quote": {
        "quote": f"{_ENDLESS}. {_ENDLESS}.",
        "name": "Bartholomew Featherstonehaugh-Cholmondeley",
        "role": _ENDLESS,
    },
    "list": {"title": _ENDLESS, "items": [f"{k}: {_ENDLESS}" for k in range(1, 9)]},
    "timeline": {
        "title": _ENDLESS,
        "events": [
            {"time": f"{k} November 2026, about noon", "text": _ENDLESS} for k in range(1, 9)
        ],
        "active": 3,
    },
    "chart": {
        "title": _ENDLESS,
        "unit": "hundredweight",
        "bars": [{"label": _ENDLESS, "value": 1234567.891 * (4 - k)} for k in range(7)],
        "highlight": 1,
    },
    "line": {
        "title": _ENDLESS,
        "unit": "hundredweight",
        "points": [
            {"label": f"November {1966 + k}", "value": 1e9 * (k % 7 - 3) * k} for k in range(60)
        ],
    },
    "comparison": {
        "title": _ENDLESS,
        "sides": [
            {"label": _ENDLESS, "value": _FIGURE, "text": _ENDLESS, "amount": k} for k in (1, 2, 3)
        ],
        "highlight": 2,
    },
    "locator": {
        "place": "Llanfairpwllgwyngyllgogerychwyrndrobwll by the Northern Sea",
        "region": _ENDLESS,
        "lat": -54.8,
        "lon": -68.3,
    },
    "sources": {"sources": [{"outlet": _ENDLESS, "detail": _ENDLESS}] * 9, "note": _ENDLESS},
}
