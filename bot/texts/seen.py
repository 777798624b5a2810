"""What is seen in a clip, in one sentence, for those who cannot. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.prose.sentences import sentences
from publish import Room
from render.lab.wish import GENERATING

__all__ = ["alt", "made_up", "seen_on"]

_PARTS = 5  # of the sentence; a listener wants to go on
_FILM = {
    "en": "Upright video with captions",
    "de": "Hochkantvideo mit Untertiteln",
    "fr": "Vidéo verticale sous-titrée",
    "es": "Vídeo vertical con subtítulos",
    "pt": "Vídeo vertical com legendas",
    "it": "Video verticale con sottotitoli",
    "ru": "Вертикальное видео с субтитрами",
    "zh": "竖屏视频，配有字幕",
    "ja": "字幕付きの縦型動画",
    "ko": "자막이 있는 세로 영상",
    "el": "Κάθετο βίντεο με υπότιτλους",
    "hi": "उपशीर्षकों वाला खड़ा वीडियो",
    "ur": "ذیلی عنوانات والی عمودی ویڈیو",
    "ar": "فيديو عمودي مع ترجمة نصية",
    "he": "סרטון אנכי עם כתוביות",
}
_NAMED = {
    "title": "headline", "quote": "name", "chart": "title", "line": "title", "list": "title",
    "timeline": "title", "comparison": "title", "locator": "place",
}  # fmt: skip
"""Which key of a card tells best what is on it; a statement says what the captions say."""


def made_up(board: Mapping[str, Any]) -> bool:
    """Whether a model made any of the pictures that a storyboard (as JSON) shows."""
    made = (v.get("camera") in GENERATING and v["picture"].get("segment") for v in _views(board))
    return any(made) and not board.get("real_only")


def seen_on(board: Mapping[str, Any], headline: str) -> tuple[str, ...]:
    """List what the pictures of a storyboard (as JSON) show, in their order, once each."""
    found = (_phrase(view["picture"]) for view in _views(board))
    return tuple(filter(None, dict.fromkeys(_bare(phrase) for phrase in (headline, *found))))


def _views(board: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [v for shot in board.get("shots", ()) for v in (shot, *shot.get("views", ()))]


def _bare(phrase: str) -> str:
    """Take the full stops away: all that is seen is one sentence."""
    parts = sentences(" ".join(phrase.split()))
    return "; ".join(part.rstrip(" .。।۔") for part in parts)


def _phrase(picture: Mapping[str, Any]) -> str:
    card = str(picture.get("card", ""))
    if card == "stat":
        parts = (picture.get(key, "") for key in ("label", "value", "unit"))
        return " ".join(str(part) for part in parts if part)
    return str(picture.get(_NAMED.get(card, "alt"), ""))


def alt(seen: Sequence[str], lang: str, room: Room) -> str:
    """One sentence: that it is a film, and as much of what is seen as fits; nothing is cut."""
    film = _FILM.get(lang.split("-")[0].lower(), _FILM["en"])
    end = "。" if lang.startswith(("zh", "ja")) else "."
    best = f"{film}{end}"
    for count in range(1, min(_PARTS, len(seen)) + 1):
        more = f"{film}: {'; '.join(seen[:count])}{end}"
        if not room.holds(more):
            break
        best = more
    return best if room.holds(best) else ""
