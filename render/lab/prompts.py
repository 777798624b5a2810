"""Prompts: what a model is told of a shot, put together by us. Pure; equal boards, equal prompts.

First how it is drawn, then what is seen, who and where word for word as their sheets say, then what
the tone makes of it, and last how the camera moves.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from render.lab.filter import cleaned, refused
from render.lab.moods import MOODS, tinted
from render.lab.wish import Style, Wish
from render.storyboard import Move, Sheet, Tone

__all__ = ["MOST", "portrait", "prompt", "unasked"]

MOST = 1800  # characters: the text encoders of our families read about 512 tokens, the rest is lost

STYLES: Mapping[Style, str] = {
    "illustration": "Hand-drawn gouache and paper-cut illustration, visible brush strokes,"
    " simplified flat shapes, plainly drawn",
    "photoreal": "Cinematic photograph, natural textures, true proportions",
}
SHUNNED: Mapping[Style, str] = {
    "illustration": "photograph, photorealistic, live action, news footage, film grain, 3d render",
    "photoreal": "drawing, cartoon, painting, 3d render, plastic skin",
}
ALWAYS_SHUNNED = (
    "text, letters, captions, subtitles, watermark, logo, flag, emblem, frame, split screen,"
    " deformed hands, extra fingers, distorted face, flicker, blurry"
)
CAMERA: Mapping[Move, str] = {  # as captions of films say it: Wan, LTX and Helios learnt from such
    "still": "Locked-off camera, static shot",
    "push_in": "Slow dolly in, the camera pushes forward",
    "pull_out": "Slow dolly out, the camera pulls back",
    "pan_left": "The camera pans slowly to the left",
    "pan_right": "The camera pans slowly to the right",
    "rise": "Slow crane up, the camera rises",
}
POSES: Mapping[Literal["character", "place"], str] = {
    "character": "One person alone, whole figure, facing us",
    "place": "The empty place as a whole, nobody in it",
}


def prompt(
    wish: Wish, kind: Literal["film", "still"], tone: Tone, move: Move, sheets: Sequence[Sheet]
) -> tuple[str, str]:
    """Word a shot: what to show, what to shun. `sheets` are those it keeps to.

    A still is told of no move: its camera makes that exactly. Raises ValueError where a sheet is
    not there.
    """
    mood, kept = MOODS[tone], [_named(name, sheets) for name in wish.sheets]
    people = any(sheet.kind == "character" for sheet in kept)
    told = [STYLES[wish.style], cleaned(wish.scene), *(_cast(sheet) for sheet in kept)]
    told += [mood.scenery, mood.light, tinted(tone), mood.expression * people, mood.lens]
    told += [mood.pace, CAMERA[move]] if kind == "film" else []
    return _sentences(told), _shunned(wish.style)


def portrait(sheet: Sheet, style: Style, tone: Tone) -> tuple[str, str]:
    """Word the still of a sheet: who or what it is alone, for other shots to keep to."""
    mood, look = MOODS[tone], cleaned(sheet.look)
    told = [STYLES[style], look, POSES[sheet.kind], mood.scenery, mood.light, tinted(tone)]
    return _sentences(told), _shunned(style)


def unasked(prompt: str) -> str:
    """Say why a prompt is not asked, "" where it is."""
    if len(prompt) > MOST:
        return f"its prompt has {len(prompt):,} characters, {MOST:,} are the most"
    return refused(prompt)


def _named(name: str, sheets: Sequence[Sheet]) -> Sheet:
    for sheet in sheets:
        if sheet.name == name:
            return sheet
    known = ", ".join(sheet.name for sheet in sheets) or "none"
    raise ValueError(f"there is no sheet {name!r}; the board's are {known}")


def _cast(sheet: Sheet) -> str:
    """Introduce a character by name, as a scene calls it; a place needs no name."""
    look = cleaned(sheet.look)
    return f"{cleaned(sheet.name)}: {look}" if sheet.kind == "character" else look


def _shunned(style: Style) -> str:
    return f"{SHUNNED[style]}, {ALWAYS_SHUNNED}"


def _sentences(told: Sequence[str]) -> str:
    return " ".join(part if part[-1] in ".!?。！？" else f"{part}." for part in told if part)
