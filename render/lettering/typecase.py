"""The type case: which font of this machine holds a character.

The brand's own font first, then Inter, then the Noto family of the character's script, then
whatever has it.
"""

import os
import sys
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from fontTools import unicodedata
from PIL import ImageFont

__all__ = [
    "File",
    "file_for",
    "font_mistake",
    "heavier",
    "holds",
    "inter",
    "package_for",
    "script_of",
]

CJK = ("Han", "Hiragana", "Katakana", "Hangul", "Bopomofo")
NOTO = {**dict.fromkeys(CJK, "CJK"), "Emoji": "ColorEmoji", "Common": "Symbols"}


class File(NamedTuple):
    """A font file, and which of its fonts if it is a collection."""

    path: str
    face: int = 0


@lru_cache(8192)
def file_for(char: str, family: str = "") -> File | None:
    """The font for one character: the file `family`, Inter, its script's Noto, or any with it."""
    if family and holds(File(family), char):
        return File(family)
    if holds(inter(), char):
        return inter()
    script = script_of(char)
    wanted = NOTO.get(script, script.replace(" ", ""))
    files = sorted(_shelf(), key=lambda f: _rank(Path(f.path).name, wanted))
    if script != "Emoji":
        files = [f for f in files if "ColorEmoji" not in f.path]
    return next((f for f in files if holds(f, char)), None)


def font_mistake(file: str, name: str = "") -> str:
    """Say why a font cannot be used; it must at least have the letters of the house's name."""
    try:
        ImageFont.truetype(BytesIO(Path(file).read_bytes()), 40)  # given a name, it leaks the file
    except (OSError, ValueError) as error:
        why = "is not there" if not Path(file).is_file() else f"cannot be read ({error})"
        return f"{file} {why}: name a TTF or OTF file"
    missing = sorted({c for c in name if c.isalnum() and not holds(File(file), c)})
    if missing:
        return f"{Path(file).name} has no {missing[0]!r}: choose a font that has the name's letters"
    return ""


def _rank(name: str, wanted: str) -> tuple[bool, bool, bool, str]:
    """Order fonts: the script's own Noto, other Noto, then the rest; sans and regular first."""
    own = name.startswith((f"NotoSans{wanted}", f"Noto{wanted}"))
    return (not own, "Sans" not in name, "-Regular" not in name, name)


def script_of(char: str) -> str:
    """The name of a character's script, "Emoji" among them."""
    if 0x1F000 <= ord(char) <= 0x1FAFF or 0x2600 <= ord(char) <= 0x27BF:
        return "Emoji"
    return str(unicodedata.script_name(unicodedata.script(char)))


def package_for(script: str) -> str:
    """The Debian package that holds a font for a script."""
    if script == "Emoji":
        return "fonts-noto-color-emoji"
    return "fonts-noto-cjk" if script in CJK else "fonts-noto-core"


@lru_cache(1)
def inter() -> File:
    """The variable font that sets everything it can."""
    import fontpkg_inter

    return File(str(fontpkg_inter.ROOT / "files" / "Inter[opsz,wght].ttf"))


@lru_cache(1)
def _shelf() -> tuple[File, ...]:
    """Every font file of this machine; of pairs, the regular weight stands for both."""
    home = Path.home()
    roots = [home / ".fonts", home / ".local/share/fonts", Path("/usr/share/fonts")]
    roots += [Path("/usr/local/share/fonts"), Path("/System/Library/Fonts"), Path("/Library/Fonts")]
    if sys.platform == "win32":
        roots.append(Path(os.environ.get("WINDIR", "C:/Windows")) / "Fonts")
    found = (p for root in roots if root.is_dir() for p in sorted(root.rglob("*")))
    fonts = (p for p in found if p.suffix.lower() in (".ttf", ".otf", ".ttc"))
    return tuple(File(str(p), 2 if "CJK" in p.name and p.suffix == ".ttc" else 0) for p in fonts)


def holds(file: File, char: str) -> bool:
    """Whether a font has a picture for a character."""
    return ord(char) in _letters(file)


@lru_cache(512)
def _letters(file: File) -> frozenset[int]:
    from fontTools.ttLib import TTFont, TTLibError

    try:
        with (
            Path(file.path).open("rb") as opened,  # which TTFont leaves open if it is no font
            TTFont(opened, fontNumber=file.face, lazy=True) as font,
        ):
            return frozenset(font.getBestCmap() or ())
    except (TTLibError, OSError, KeyError, AssertionError):
        return frozenset()  # a broken font file is no font


def heavier(file: File, weight: int) -> File:
    """The bold sister of a regular font, where the weight asks for it and she exists."""
    bold = file.path.replace("-Regular.", "-Bold.")
    return File(bold, file.face) if weight >= 600 and Path(bold).is_file() else file
