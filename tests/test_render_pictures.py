"""Picture files of every kind and make: right way up, right colours, or a clear no."""

import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from fakes_art import LINE, board_of, frame, landscape, staged
from fakes_film import PATCHES, patches
from fakes_press import vast_png
from render.cameras import Unfilmable
from render.cameras._pictures import open_picture
from render.cameras.photo import Plugin, Settings
from render.storyboard import Shot

SIZE = (180, 240)
PATCHED = patches(0, SIZE)


def saved(folder: Path, kind: str, image: Image.Image | None = None, **how: Any) -> Path:
    path = folder / "a.picture"  # names do not matter, contents do
    (image or Image.fromarray(PATCHED)).save(path, kind, **how)
    return path


def deep(folder: Path, *layers: Any) -> Path:
    """A PNG of 16 bits a sample, from layers of 8."""
    picture = np.dstack(layers).astype(np.uint16) * 257
    done, content = cv2.imencode(".png", picture)
    assert done
    path = folder / "a.picture"
    path.write_bytes(content.tobytes())
    return path


def bands(rgb: Any) -> Any:
    count = len(PATCHES)
    rows = [(2 * n + 1) * len(rgb) // (2 * count) for n in range(count)]
    return rgb[rows, rgb.shape[1] // 2].astype(int)


def other_page() -> Image.Image:
    return Image.new("RGB", SIZE, "white")


def with_gamma(folder: Path) -> Path:
    """A PNG that names a gamma; browsers and we show it as it is stored."""
    content = saved(folder, "PNG").read_bytes()
    chunk = b"\x00\x00\x00\x04gAMA\x00\x00\xb1\x8f\x0b\xfc\x61\x05"
    path = folder / "a.picture"
    path.write_bytes(content[:33] + chunk + content[33:])
    return path


def palette(folder: Path) -> Path:
    """Few colours, one of them clear: where PATCHES has grey."""
    image = Image.fromarray(PATCHED).quantize(8, dither=Image.Dither.NONE)
    at = image.getpixel((90, 240 * 7 // 10))
    return saved(folder, "PNG", image, transparency=at)


CLEAR = (*PATCHES[:3], (255, 255, 255), PATCHES[4])
GREYS = tuple((green,) * 3 for _, green, _ in PATCHES)
MADE: dict[str, tuple[Callable[[Path], Path], Any]] = {
    "progressive": (lambda f: saved(f, "JPEG", progressive=True, quality=95), PATCHES),
    "CMYK, inverted as Adobe does": (
        lambda f: saved(f, "JPEG", Image.fromarray(PATCHED).convert("CMYK"), quality=95),
        PATCHES,
    ),
    "several pictures in one JPEG": (
        lambda f: saved(f, "MPO", save_all=True, append_images=[other_page()], quality=95),
        PATCHES,
    ),
    "animated WebP": (
        lambda f: saved(f, "WEBP", save_all=True, append_images=[other_page()], lossless=True),
        PATCHES,
    ),
    "animated PNG": (
        lambda f: saved(f, "PNG", save_all=True, append_images=[other_page()]),
        PATCHES,
    ),
    "16 bits": (lambda f: deep(f, PATCHED[..., ::-1]), PATCHES),
    "16 bits, clear": (
        lambda f: deep(f, PATCHED[..., ::-1], (PATCHED[..., 0] != 128) * 255),
        CLEAR,
    ),
    "16 bits of grey": (lambda f: deep(f, PATCHED[..., 1]), GREYS),
    "gamma": (with_gamma, PATCHES),
    "palette, one colour clear": (palette, CLEAR),
}


@pytest.mark.parametrize("kind", MADE)
def test_colours_are_those_of_the_file(tmp_path: Path, kind: str) -> None:
    make, wanted = MADE[kind]
    rgb = open_picture(make(tmp_path))
    assert rgb.shape == (*SIZE[::-1], 3)
    assert np.abs(bands(rgb) - np.array(wanted)).max() <= 4


def test_it_stands_as_its_camera_was_held(tmp_path: Path) -> None:
    """All eight ways; EXIF says where the stored picture's first row and first column are seen."""
    upright = PATCHED.copy()
    upright[:, :60] //= 2
    lying = upright.swapaxes(0, 1)
    stored = {
        1: upright,  # top, left
        2: upright[:, ::-1],  # top, right: mirrored, as front cameras do
        3: upright[::-1, ::-1],  # bottom, right
        4: upright[::-1],  # bottom, left
        5: lying,  # left, top
        6: lying[::-1],  # right, top
        7: lying[::-1, ::-1],  # right, bottom
        8: lying[:, ::-1],  # left, bottom
    }
    for turned, rows in stored.items():
        exif = Image.Exif()
        exif[0x0112] = turned
        rgb = open_picture(saved(tmp_path, "PNG", Image.fromarray(rows.copy()), exif=exif))
        assert np.array_equal(rgb, upright), turned


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "not a picture"),
        (b"\xff\xd8\xff", "not a picture"),
        (vast_png(60_000, 60_000), "larger than 40,000,000 pixels|has 3,600,000,000 pixels"),
        (vast_png(8000, 6000), "has 48,000,000 pixels, 40,000,000 is the most"),
        (vast_png(9000, 200), "9000x200, a strip"),
        (vast_png(200, 200), "not a picture that can be read"),  # its pixels are missing
        (vast_png(1, 1), "1x1, 160 px a side is the least"),
    ],
)
def test_what_is_broken_or_vast_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "a.picture").write_bytes(content)
    with pytest.raises(Unfilmable, match=rf"a\.picture.*({why})"):
        open_picture(tmp_path / "a.picture")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.5, 0.97])
def test_what_broke_off_is_refused(tmp_path: Path, kind: str, share: float) -> None:
    path = saved(tmp_path, kind, landscape(240, 180))
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    with pytest.raises(Unfilmable, match=r"a\.picture is not a picture that can be read"):
        open_picture(path)


@pytest.mark.parametrize("size", [(1920, 160), (160, 1920), (160, 160), (161, 163)])
@pytest.mark.parametrize("framing", ["full", "close"])
def test_the_most_awkward_shapes_fill_the_frame(
    tmp_path: Path, size: tuple[int, int], framing: str
) -> None:
    path = saved(tmp_path, "PNG", Image.new("RGB", size, (150, 90, 60)))
    shot = Shot(LINE, "photo", {"photo": str(path), "framing": framing})
    board = board_of(shot)
    scene = Plugin(Settings()).shoot(shot, staged(board))
    for n in (0, 95):
        assert (frame(scene, board, n).y > 16).mean() > 0.9


@cache
def whole(kind: str) -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "A note"
    file, mode = BytesIO(), "CMYK" if kind == "JPEG" else "RGBA"
    landscape(200, 170).convert(mode).save(file, kind, exif=exif)
    return file.getvalue()


changes = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=6)


@given(st.sampled_from(["JPEG", "PNG", "WEBP"]), changes, st.floats(0, 1), st.booleans())
def test_any_bytes_give_a_picture_or_a_clear_no(
    tmp_path_factory: pytest.TempPathFactory,
    kind: str,
    hurt: list[tuple[float, int]],
    share: float,
    head: bool,
) -> None:
    content = bytearray(whole(kind))
    for place, value in hurt:
        content[int(place * (400 if head else len(content)))] = value
    path = tmp_path_factory.getbasetemp() / "hurt.picture"
    path.write_bytes(content[: max(1, int((0.5 + share) * len(content)))])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow says of some what it makes of them
        with suppress(Unfilmable):
            rgb = open_picture(path)
            assert rgb.dtype == np.uint8
            assert rgb.shape[2] == 3
