"""The rival: a part of the same clip as one would write it with MoviePy alone.

Photos under `resized`, words as TextClips, a growing bar, cross-fades, one CompositeVideoClip, and
MoviePy's own writer. Nothing in it is slower than MoviePy's documentation has it.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import moviepy as mp
from moviepy import vfx

from render import Storyboard
from render.encode import Stock
from render.lettering.typecase import inter
from render.look import CAPTION, LABEL, NOTE, ZONES
from render.overlays.captions import Page
from render.timeline import Plan, PlannedShot

__all__ = ["write"]

FONT = inter().path
ZOOM = 1.06

Pages = tuple[Page, ...]


def write(
    board: Storyboard, plan: Plan, pages: Pages, span: tuple[int, int], stock: Stock, out: Path
) -> None:
    """Write frames [first, last) of the clip, whose shots in there are all full photos."""
    first, last = span
    seconds = (last - first) / plan.fps
    layers = [
        *_photos(board, plan, span),
        *_words(board, plan, pages, span),
        *_chrome(board, plan, span),
    ]
    clip = mp.CompositeVideoClip(layers, (board.width, board.height)).with_duration(seconds)
    clip.write_videofile(
        str(out), fps=plan.fps, codec="libx264", audio=False, preset=stock.preset, logger=None,
        ffmpeg_params=["-crf", str(stock.crf)], pixel_format="yuv420p",
    )  # fmt: skip
    clip.close()


def _photos(board: Storyboard, plan: Plan, span: tuple[int, int]) -> Iterator[Any]:
    for shot in plan.shots:
        if shot.first < span[1] and shot.first + shot.length > span[0]:
            yield _photo(board, shot, plan.fps, span[0])


def _photo(board: Storyboard, shot: PlannedShot, fps: int, first: int) -> Any:
    seconds = (shot.length + 10) / fps
    picture = board.shots[shot.index].seen(shot.view).picture["photo"]
    still = mp.ImageClip(picture).resized(height=board.height).with_duration(seconds)
    moving = still.resized(lambda t: 1 + (ZOOM - 1) * t / seconds).with_position("center")
    faded = moving.with_effects([vfx.CrossFadeIn(shot.fade / fps)]) if shot.fade else moving
    return faded.with_start((shot.first - first) / fps)


def _words(board: Storyboard, plan: Plan, pages: Pages, span: tuple[int, int]) -> Iterator[Any]:
    """Each page, and each of its words lit while it is spoken."""
    band = ZONES[board.brand.zones].band
    for page in pages:
        if page.first >= span[1] or page.last <= span[0]:
            continue
        text = " ".join(word.text for word in page.words)
        lines = _text(text, CAPTION.largest * page.scale, "white", int(band.w))
        yield _shown(lines, page.first, page.last, plan.fps, span).with_position((band.x, band.y))
        for word in page.words:
            lit = _text(word.text, CAPTION.largest * page.scale, "black", ground="#F6A821")
            place = (band.x + 60, band.y + 20)
            yield _shown(lit, word.first, word.last, plan.fps, span).with_position(place)


def _chrome(board: Storyboard, plan: Plan, span: tuple[int, int]) -> Iterator[Any]:
    """Chip, label, note and the bar that grows."""
    seconds, whole = (span[1] - span[0]) / plan.fps, plan.frames / plan.fps
    zones = ZONES[board.brand.zones]
    wide = zones.wide
    for text, kind, x, y in (
        (board.chip, LABEL, wide.x, wide.y),
        (board.label, LABEL, wide.right - 220, wide.y),
        (board.shots[0].note, NOTE, zones.band.x, zones.note - 30),
    ):
        yield _text(text, kind.largest, "white").with_duration(seconds).with_position((x, y))
    bar = mp.ColorClip((1, 5), (246, 168, 33)).with_duration(seconds)
    at = span[0] / plan.fps
    grown = bar.resized(lambda t: (max(1, round(wide.w * (at + t) / whole)), 5))
    yield grown.with_position((wide.x, 224))


def _text(text: str, size: float, colour: str, wide: int = 0, ground: str = "") -> Any:
    """A text on one line, or broken to so many pixels; edged, or on a ground of its own."""
    edge = {"bg_color": ground} if ground else {"stroke_color": "black", "stroke_width": 2}
    lines = {"method": "caption", "size": (wide, None)} if wide else {"method": "label"}
    return mp.TextClip(font=FONT, text=text, font_size=round(size), color=colour, **edge, **lines)


def _shown(clip: Any, first: int, last: int, fps: int, span: tuple[int, int]) -> Any:
    first, last = max(first, span[0]), min(last, span[1])
    return clip.with_start((first - span[0]) / fps).with_duration(max(1, last - first) / fps)
