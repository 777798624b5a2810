"""What a picture looks like in a few bytes, to tell that two files show the same. Pure pixels."""

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import IO

__all__ = ["NoPicture", "Print", "alike", "take"]

MOST_PIXELS = 40_000_000
BITS = 64
NEAR = 6  # bits in which two prints of one picture differ at most, however it was scaled
PLAIN = 8  # with fewer bits set, or unset, a picture has no structure to be known by


ORIENTATION, TURNED = 0x0112, (5, 6, 7, 8)  # of EXIF: lying on a side
BOX = 4  # Pillow's mean of all the pixels of a field

# What Pillow's readers raise for bytes that lie.
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, LookupError, EOFError, struct.error)


class NoPicture(ValueError):
    """The file is no picture that we open."""


@dataclass(frozen=True, slots=True)
class Print:
    """Width and height in pixels, the hash of the file, and 64 bits of light against dark."""

    size: tuple[int, int]
    sha256: str
    bits: int


def take(path: Path) -> Print:
    """Look at a file. Blocks. Raises NoPicture, and OSError where it cannot be read."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        size, light = _pixels(file)
    return Print(size, digest, _bits(light))


def _pixels(file: IO[bytes]) -> tuple[tuple[int, int], bytes]:
    """Read the size of a picture as it is seen, and the light of 9 x 8 fields of it."""
    from PIL import Image

    try:
        with Image.open(file, formats=("JPEG", "PNG", "WEBP")) as image:
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise NoPicture(f"{width}x{height} pixels are more than {MOST_PIXELS}")
            if image.getexif().get(ORIENTATION, 1) in TURNED:
                width, height = height, width
            image.draft("L", (72, 64))  # a JPEG need not be decoded in full
            return (width, height), image.convert("L").resize((9, 8), BOX).tobytes()
    except NoPicture:
        raise
    except (Image.DecompressionBombError, MemoryError) as error:
        raise NoPicture("it promises more pixels than anybody should open") from error
    except _BROKEN as error:
        raise NoPicture("not a JPEG, PNG or WebP picture, or a broken one") from error


def alike(one: Print, other: Print) -> bool:
    """Whether two prints are of the same picture."""
    if one.sha256 == other.sha256:
        return True
    telling = all(PLAIN <= p.bits.bit_count() <= BITS - PLAIN for p in (one, other))
    return telling and (one.bits ^ other.bits).bit_count() <= NEAR


def _bits(light: bytes) -> int:
    """Compare each of 9 x 8 fields with the one to its right: a bit for every pair."""
    pairs = ((row * 9 + n, row * 9 + n + 1) for row in range(8) for n in range(8))
    return sum((light[a] < light[b]) << i for i, (a, b) in enumerate(pairs))
