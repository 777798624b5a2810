"""Whether a brand kit can be drawn: colours that can be read, texts that fit, files that open.

It says what is wrong with which part, and the way out; it raises nothing.
"""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import get_args

from render import RenderError
from render.cameras import Stage, Unfilmable
from render.lettering.fonts import check_fonts, clean
from render.lettering.text import Box, fit
from render.lettering.typecase import font_mistake
from render.look import LABEL, READABLE, Type, contrast, palette
from render.overlays.chrome import LABEL_W, PAD
from render.overlays.logo import logo_mistake
from render.planes import blank
from render.storyboard import Brand, Shot, Storyboard, Tone

__all__ = ["adapted", "label_mistake", "mistakes", "sting_mistake"]

TONES: tuple[Tone, ...] = get_args(Tone)
NAME, NAME_W = Type(44, 44, 850), 724.0  # the smallest that the closing card sets it in


def mistakes(brand: Brand) -> Iterator[tuple[str, str]]:
    """Find all that is wrong with a kit: the key, and what to do about it."""
    if colour := _colour_mistake(brand):
        yield colour
    if brand.logo and (wrong := logo_mistake(brand.logo)):
        yield "logo", wrong
    if brand.font and (wrong := font_mistake(brand.font, brand.name)):
        yield "font", wrong
    elif wrong := _overflow(brand.name, NAME, NAME_W, brand.font):
        yield "name", wrong


def label_mistake(label: str, px: int, brand: Brand) -> str:
    """Say why an AI label of this size cannot be shown in this brand's font; "" where it can."""
    smallest = Type(px, px, LABEL.weight)
    return _overflow(label, smallest, LABEL_W - 2 * PAD, brand.font)


def adapted(brand: Brand) -> tuple[Tone, ...]:
    """List the tones on which the accent is moved towards the ink, so that it can be read."""
    if not brand.accent:
        return ()
    wished = tuple(int(brand.accent[i : i + 2], 16) for i in (1, 3, 5))
    return tuple(t for t in TONES if palette(t, brand.accent, brand.ground).accent != wished)


def sting_mistake(shot: Shot) -> str:
    """Film the first frame of an opening or a close: say why that fails, "" where it does not."""
    camera = import_module(f"render.cameras.{shot.camera}")
    board = Storyboard("", "en", (shot,), width=270, height=480)
    try:
        scene = camera.Plugin(camera.Settings()).shoot(shot, Stage(board, 1, board.fps, Path()))
        scene.paint(0, blank(board.width, board.height))
    except Unfilmable as error:
        return str(error)
    if hasattr(scene, "close"):
        scene.close()
    return ""


def _colour_mistake(brand: Brand) -> tuple[str, str] | None:
    for key, value in (("accent", brand.accent), ("ground", brand.ground)):
        try:
            palette("neutral", value)
        except ValueError as error:
            return key, f"{error}"
    for tone in TONES:
        p = palette(tone, brand.accent, brand.ground)
        inks = (contrast(ink, bg) for ink in (p.ink, p.mute, p.accent) for bg in (p.bg0, p.bg1))
        least = min(*inks, contrast(p.on_accent, p.accent))
        if least < READABLE:
            key, value = ("ground", brand.ground) if brand.ground else ("accent", brand.accent)
            return key, (
                f"{value} gives text a contrast of {least:.1f} on {tone!r}, {READABLE} is the "
                f"least: choose a darker or a lighter one"
            )
    return None


def _overflow(text: str, kind: Type, room: float, family: str) -> str:
    """Say why a text does not stand in its place; "" where it does."""
    try:
        check_fonts([text], family)
    except RenderError as error:
        return f"{text!r}: {error}"
    own = Type(kind.largest, kind.smallest, kind.weight, family=family)
    if clean(text, family) and not fit(text, own, Box(room, 200, 1)).whole:
        return f"{text!r} is too long for its place at {kind.smallest} px: shorten it"
    return ""
