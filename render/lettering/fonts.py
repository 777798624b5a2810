"""Letters: whether they can be drawn here, how wide a text runs, and its picture.

Pillow shapes a text (RAQM) but does not look for a second font, so a text is split into runs here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from fontTools import unicodedata
from PIL import Image, ImageDraw, ImageFont

from render import RenderError
from render.lettering.lines import held
from render.lettering.phrases import phrases, unspaced
from render.lettering.typecase import File, file_for, heavier, holds, package_for, script_of
from render.look import Colour
from render.planes import Pixels

__all__ = ["Face", "Stamp", "check_fonts", "clean", "right_to_left", "split", "stamp", "width"]

_OPTICAL = 32  # Inter's cut for large text: one for all sizes, so that a preview has the same lines
_EMOJI_PX = 109  # the only size that NotoColorEmoji holds
_JOINERS = "\u200c\u200d\ufe0e\ufe0f\u20e3"  # belong to the letter or emoji before them
_FROM_RIGHT = ("ar", "fa", "he", "ps", "sd", "ug", "ur", "yi")
_GAP = re.compile(r"[^\S\u00a0\u202f]+")  # white space at which a line may break
_SIGNS = ("Emoji", "Common", "Inherited", "Unknown")  # may be left out; letters may not


@dataclass(frozen=True, slots=True)
class Face:
    """A size in px and a weight of 100 to 900; `tabular` gives all digits one width.

    `family` is a font file that is used first, "" for Inter.
    """

    size: float
    weight: int
    tabular: bool = False
    family: str = ""


class Stamp(NamedTuple):
    """A drawn text: RGBA, alpha not multiplied, and its corner seen from the pen's start."""

    rgba: Pixels
    x: int
    y: int


def check_fonts(texts: Iterable[str], family: str = "") -> tuple[str, ...]:
    """Make sure that every letter can be drawn here, before anything is.

    Signs and emoji without a font are left out of the picture, and the answer says so. A letter
    without one raises RenderError with its script and the package to install.
    """
    missing: dict[str, str] = {}
    for char in sorted({c for text in texts for c in text}):
        if not (char.isspace() or char in _JOINERS or _silent(char) or file_for(char, family)):
            missing.setdefault(script_of(char), char)
    for script, char in missing.items():
        if script not in _SIGNS:
            raise RenderError(
                f"no font on this machine has {script} letters such as {char!r}: "
                f"install {package_for(script)} (Debian) or put a font into ~/.local/share/fonts"
            )
    return tuple(
        f"signs such as {char!r} have no font here and were left out; install {package_for(script)}"
        for script, char in missing.items()
    )


def clean(text: str, family: str = "") -> str:
    """Take out what cannot or must not be drawn, and make all white space single.

    A space at which no line may break stays what it is. Out go control signs, overrides of the text
    direction, and signs that no font here has.
    """
    told = (c for c in text if c.isspace() or not _silent(c))
    kept = (c for c in told if c.isspace() or c in _JOINERS or file_for(c, family))
    return _GAP.sub(" ", "".join(kept)).strip()


def right_to_left(text: str, lang: str = "en") -> bool:
    """Whether a text reads from the right, by its first letter that has a direction.

    In a language that is written from the right one such letter is enough, wherever it stands.
    """
    sides = [side for c in text if (side := unicodedata.bidirectional(c)) in ("L", "R", "AL")]
    told = sides if lang.lower().split("-")[0] in _FROM_RIGHT else sides[:1]
    return any(side != "L" for side in told)


def split(text: str, lang: str = "en", family: str = "") -> tuple[tuple[str, ...], str]:
    """Split a text into the pieces between which a line may break, and what joins them again.

    Where a language writes no spaces, those that were written all the same stay with their piece.
    """
    words = tuple(word for word in clean(text, family).split(" ") if word)
    if not unspaced(lang):
        return tuple("\u00a0".join(words[i:j]) for i, j in held(words)), " "
    pieces: list[str] = []
    for word in words:
        if pieces:
            pieces[-1] += " "
        pieces += phrases(word, lang)
    return tuple(pieces), ""


def width(text: str, face: Face) -> float:
    """How far the pen moves for a text, in px."""
    return sum(run.advance for run in _runs(text, face))


def stamp(
    text: str, face: Face, colour: Colour, stroke: int = 0, edge: Colour | None = None
) -> Stamp:
    """Draw a text of one colour; with `stroke`, edged by so many px of `edge`."""
    above, below, side = round(face.size * 1.3), round(face.size * 0.6), round(face.size * 0.3)
    runs = tuple(_runs(text, face))
    box = (round(sum(r.advance for r in runs)) + 2 * side + 1, above + below)
    canvas = Image.new("RGBA", box, (*(edge or colour), 0))
    pen = ImageDraw.Draw(canvas)
    x = float(side)
    for run in runs:
        if run.colour:
            canvas.alpha_composite(run.emoji(), (round(x), above - round(face.size * 0.95)))
        else:
            pen.text(
                (x, above), run.text, fill=(*colour, 255), font=run.font, anchor="ls",
                features=run.features, stroke_width=stroke, stroke_fill=(*(edge or colour), 255),
            )  # fmt: skip
        x += run.advance
    return Stamp(np.asarray(canvas), -side, -above)


class _Run(NamedTuple):
    text: str
    font: Any
    advance: float
    features: list[str] | None
    colour: float  # scale of an emoji run, 0 for letters

    def emoji(self) -> Image.Image:
        """The run's emoji at their place's size."""
        wide = max(1, round(self.font.getlength(self.text)))
        big = Image.new("RGBA", (wide, round(_EMOJI_PX * 1.25)))
        ImageDraw.Draw(big).text(
            (0, _EMOJI_PX), self.text, font=self.font, embedded_color=True, anchor="ls"
        )
        size = (max(1, round(big.width * self.colour)), max(1, round(big.height * self.colour)))
        return big.resize(size, Image.Resampling.LANCZOS)


def _runs(text: str, face: Face) -> Iterator[_Run]:
    """Cut a text where the font changes, in the order in which the runs stand on the line."""
    pieces = list(_by_file(text, face.family))
    if right_to_left(text):
        pieces.reverse()
    for file, piece in pieces:
        if "ColorEmoji" in file.path:
            font = _font(file, _EMOJI_PX, face.weight)
            scale = face.size * 0.92 / _EMOJI_PX
            yield _Run(piece, font, font.getlength(piece) * scale, None, scale)
        else:
            font = _font(file, face.size, face.weight)
            features = ["tnum"] if face.tabular else None
            yield _Run(piece, font, font.getlength(piece, features=features), features, 0)


@lru_cache(4096)
def _by_file(text: str, family: str) -> tuple[tuple[File, str], ...]:
    runs: list[tuple[File, str]] = []
    first = next((file_for(char, family) for char in text if char.isalpha()), None)
    for char in text:
        last = runs[-1][0] if runs else first  # an opening mark is of one font with its word
        file = last if last and _stays(char, last) else file_for(char, family)
        if file is None:
            continue
        if runs and file == last:
            runs[-1] = (file, runs[-1][1] + char)
        else:
            runs.append((file, char))
    return tuple(runs)


def _silent(char: str) -> bool:
    """Whether a character has no picture: control signs, direction marks, private use."""
    return char not in _JOINERS and unicodedata.category(char).startswith("C")


def _stays(char: str, last: File) -> bool:
    """Whether a sign without a script of its own keeps the font of the letter before it."""
    if char in _JOINERS:
        return True
    return not char.isalpha() and "ColorEmoji" not in last.path and holds(last, char)


@lru_cache(32)  # each takes half a megabyte
def _font(file: File, size: float, weight: int) -> ImageFont.FreeTypeFont:
    file = heavier(file, weight)
    font = ImageFont.truetype(file.path, size, index=file.face)
    if axes := _axes(font):
        font.set_variation_by_axes([_setting(axis, weight) for axis in axes])
    return font


def _axes(font: ImageFont.FreeTypeFont) -> Sequence[Mapping[str, Any]]:
    """List the axes of a variable font; a font that is none has none."""
    try:
        return font.get_variation_axes()
    except OSError:
        return ()


def _setting(axis: Mapping[str, Any], weight: int) -> float:
    """Where an axis of a variable font stands: weight and optical size as wished, others alone."""
    name = axis["name"].decode().lower() if isinstance(axis["name"], bytes) else str(axis["name"])
    wished = {"weight": weight, "optical size": _OPTICAL}.get(name.lower(), axis["default"])
    return float(min(max(wished, axis["minimum"]), axis["maximum"]))
