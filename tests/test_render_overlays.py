"""The chrome over every shot: in its zones, never on top of each other, drawn once."""

import threading
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from fakes_art import LINE, board_of, card, planned, square_font
from render import RenderError
from render.cameras import Planes
from render.check import legibility
from render.look import READABLE, ZONES, Area, Look, contrast, palette
from render.overlays import Overlays
from render.overlays.kept import Kept
from render.planes import Sprite, blank, to_rgb
from render.storyboard import Brand, Shot, Storyboard, Tone

NOTE = "Sources: Marlow Courier, Harbour Radio"
CHIPS, THIRDS = ("pill", "tab", "plain"), ("line", "strap")


def logo(folder: Path, colour: tuple[int, int, int] = (250, 200, 40), width: int = 300) -> str:
    art = Image.new("RGBA", (width + 40, 140), (255, 0, 255, 0))
    art.paste((*colour, 255), (20, 20, width + 20, 120))
    art.save(folder / "logo.png")
    return str(folder / "logo.png")


def told(brand: Brand, *notes: str, **changes: Any) -> Storyboard:
    shots = [replace(card("statement", "hope"), note=note) for note in notes or (NOTE,)]
    return board_of(*shots, brand=brand, **changes)


def laid(
    board: Storyboard, n: int = 40, shot: int = 0, photo: bool = False, tone: Tone = "hope",
    on: int = 40,
) -> Planes:  # fmt: skip
    """What the overlays lay on a plain grey frame, without captions."""
    out = blank(board.width, board.height)
    out.y[:] = on
    look = Look(palette(tone, board.brand.accent), photo)
    Overlays(board, planned(board)).paint(n, shot, look, out, spoken=False)
    return out


def part(planes: Planes, area: Area) -> np.ndarray:
    """The luma inside an area of design pixels."""
    y0, y1, x0, x1 = (round(v / 2) for v in (area.y, area.bottom, area.x, area.right))
    return planes.y[y0:y1, x0:x1].astype(int)


def meet(one: Area, other: Area) -> bool:
    across = one.x < other.right and other.x < one.right
    return across and one.y < other.bottom and other.y < one.bottom


@pytest.mark.parametrize("zones", sorted(ZONES))
def test_every_text_stands_inside_the_zones_and_on_no_other(tmp_path: Path, zones: Any) -> None:
    sign, room = logo(tmp_path), ZONES[zones]
    for chip, third, mark in product(CHIPS, THIRDS, ("", sign)):
        brand = Brand(chip=chip, lower_third=third, zones=zones, logo=mark)  # type: ignore[arg-type]
        board = told(brand, NOTE * 3, chip="A very long topic " * 4, label_px=54)
        overlays = Overlays(board, planned(board))
        boxes = [*overlays.boxes(0), *overlays.page_boxes(overlays.pages[0])]
        assert {box.kind for box in boxes} == {"chip", "label", "note", "caption"}
        for box in boxes:
            assert room.safe.holds(box.area) or room.wide.holds(box.area), box
        assert not [1 for a, b in combinations(boxes, 2) if meet(a.area, b.area)]


@pytest.mark.parametrize(("chip", "third"), [*product(CHIPS, THIRDS)])
@pytest.mark.parametrize("photo", [True, False])
@pytest.mark.parametrize("tone", ["innocence", "urgency"])
def test_the_letters_stand_out_from_their_ground(
    chip: Any, third: Any, photo: bool, tone: Tone
) -> None:
    board = told(Brand(chip=chip, lower_third=third))
    ground = 40 if photo or tone == "urgency" else 220  # luma of a dark and of a light page
    planes = laid(board, photo=photo, tone=tone, on=ground)
    for box in Overlays(board, planned(board)).boxes(0):
        seen = part(planes, box.area)
        assert np.percentile(seen, 99) - np.percentile(seen, 2) > 85, box


def test_the_logo_is_drawn_beside_the_chip_and_only_if_there_is_one(tmp_path: Path) -> None:
    bare, marked = (told(Brand(logo=mark)) for mark in ("", logo(tmp_path)))
    wide = ZONES["all"].wide
    here = Area(wide.x, wide.y, 216, 72)
    chips = [next(b for b in Overlays(x, planned(x)).boxes(0) if b.kind == "chip").area
             for x in (bare, marked)]  # fmt: skip
    assert chips[0].x == wide.x
    assert chips[1].x >= wide.x + 216
    yellow = to_rgb(laid(marked))[130:160, 40:140].astype(int)
    assert (np.abs(yellow - (250, 200, 40)).max(2) < 24).mean() > 0.8
    assert meet(chips[0], here)
    assert not meet(chips[1], here)


def test_a_wide_logo_keeps_its_shape_and_leaves_the_chip_room(tmp_path: Path) -> None:
    board = told(Brand(logo=logo(tmp_path, width=1600)))
    lit = part(laid(board, on=20), Area(72, 240, 224, 100)) > 120
    rows, columns = lit.any(1).sum(), lit.any(0).sum()
    assert columns / rows == pytest.approx(16, rel=0.15)
    assert columns == pytest.approx(108, abs=2)


def test_a_logo_that_would_be_lost_on_its_ground_stands_on_a_plate(tmp_path: Path) -> None:
    dark, light = (240, 240, 240), (10, 20, 40)
    wide = ZONES["all"].wide
    rim = Area(wide.x - 5, wide.y + 20, 3, 30)
    for colour, plate in ((dark, False), (light, True)):
        board = told(Brand(logo=logo(tmp_path, colour)))
        assert (part(laid(board, on=40), rim).mean() > 150) == plate


def test_a_strap_slides_in_and_stays_for_the_next_shot_with_its_note() -> None:
    board = told(Brand(lower_third="strap", progress=False), NOTE, NOTE, "Source: Coastal Survey")
    shots = planned(board).shots
    line = Area(0, ZONES["all"].note - 30, 1080, 40)

    def right_edge(shot: int, n: int) -> int:
        changed = np.flatnonzero(
            (part(laid(board, shots[shot].first + n, shot), line) != 40).any(0)
        )
        return int(changed.max(initial=0))

    coming = [right_edge(0, n) for n in range(0, 14, 2)]
    assert coming == sorted(coming)
    assert coming[0] < coming[-1] / 2
    assert right_edge(0, 11) == right_edge(0, 40) == right_edge(1, 0)
    assert right_edge(2, 0) < right_edge(2, 11)


def test_the_label_may_be_set_as_large_as_a_law_asks() -> None:
    label = [
        next(box for box in Overlays(board, planned(board)).boxes(0) if box.kind == "label").area
        for board in (told(Brand(), label_px=px) for px in (34, 54))
    ]
    assert label[1].h > 1.4 * label[0].h
    assert label[1].w > 1.4 * label[0].w
    assert label[0].right == label[1].right == ZONES["all"].wide.right


def test_a_caption_over_light_and_dark_can_be_read() -> None:
    for tone, photo in (("innocence", False), ("innocence", True), ("urgency", True)):
        look = Look(palette(tone), photo)  # type: ignore[arg-type]
        assert contrast(look.colours.accent, look.colours.on_accent) >= READABLE
        assert contrast(look.ink, look.colours.bg0) >= READABLE


def test_two_threads_draw_different_sprites_at_once() -> None:
    kept, both = Kept(4), threading.Barrier(2, timeout=5)
    one = Sprite(0, 0, blank(2, 2), np.zeros((2, 2), np.uint8), np.zeros((1, 1), np.uint8))

    def draw() -> Sprite:
        both.wait()  # breaks if the other one may not draw meanwhile
        return one

    threads = [threading.Thread(target=kept.once, args=(key, draw)) for key in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not both.broken
    assert kept.once("a", lambda: pytest.fail("drawn twice")) is one


def test_only_the_latest_sprites_are_kept() -> None:
    kept, drawn = Kept(2), []

    def ask(key: str) -> None:
        blankest = Sprite(0, 0, blank(2, 2), np.zeros((2, 2), np.uint8), np.zeros((1, 1), np.uint8))
        kept.once(key, lambda: drawn.append(key) or blankest)

    for key in "abacab":
        ask(key)
    assert drawn == ["a", "b", "c", "b"]


def test_the_whole_chrome_is_four_blends_and_no_drawing_after_the_first_frame() -> None:
    board = told(Brand())
    overlays, out = Overlays(board, planned(board)), blank(board.width, board.height)
    look = Look(palette("hope"), False)
    overlays.paint(20, 0, look, out)
    kept = dict(overlays._kept._sprites)
    overlays.paint(21, 0, look, out)
    assert dict(overlays._kept._sprites) == kept
    assert len(kept) <= 5  # top, bar, note, page, spoken word


def test_a_brand_font_sets_chip_and_captions_and_inter_what_it_lacks(tmp_path: Path) -> None:
    font = str(square_font(tmp_path / "squares.ttf", "EHN TWOhn two"))
    boards = [told(Brand(font=file), chip="one two") for file in ("", font)]
    plain, own = (Overlays(board, planned(board)) for board in boards)
    chips = [next(b for b in x.boxes(0) if b.kind == "chip").area.w for x in (plain, own)]
    assert chips[1] > 1.2 * chips[0]
    assert [w.text for page in own.pages for w in page.words] == LINE.split()
    boxes = [next(own.page_boxes(page)) for page in own.pages]
    assert all(ZONES["all"].band.holds(box.area) for box in boxes)


@pytest.mark.parametrize("chip", CHIPS)
def test_a_chip_can_be_read_on_the_whitest_photo(chip: Any) -> None:
    board = told(Brand(chip=chip), chip="Earthquake")
    found = next(b for b in Overlays(board, planned(board)).boxes(0) if b.kind == "chip").area
    seen = laid(board, photo=True, on=235)
    assert legibility.contrast(legibility.clip_out(seen, *(v / 2 for v in found))) >= READABLE


def test_a_shot_without_a_note_has_no_lower_third() -> None:
    for third in THIRDS:
        board = told(Brand(lower_third=third, progress=False), "  ")  # type: ignore[arg-type]
        assert (part(laid(board), Area(0, 1380, 1080, 100)) == 40).all()


def test_shots_are_told_apart_by_their_notes() -> None:
    board = told(Brand(), "Source: one", "Source: two")
    texts = [
        [box.text for box in Overlays(board, planned(board)).boxes(shot) if box.kind == "note"]
        for shot in (0, 1)
    ]
    assert texts == [["Source: one"], ["Source: two"]]
    assert isinstance(board.shots[0], Shot)


def test_where_one_reads_from_the_right_the_row_begins_there(tmp_path: Path) -> None:
    board = told(Brand(logo=logo(tmp_path)), lang="he")
    board = replace(board, title="\u05d7\u05d3\u05e9\u05d5\u05ea")
    boxes = {box.kind: box.area for box in Overlays(board, planned(board)).boxes(0)}
    wide = ZONES["all"].wide
    assert boxes["label"].x == wide.x
    assert boxes["label"].right < boxes["chip"].x
    assert boxes["chip"].right < wide.right - 200
    assert boxes["note"].right <= ZONES["all"].safe.right


@pytest.mark.parametrize("key", ["logo", "font"])
def test_a_brand_file_that_is_gone_stops_the_clip_before_it_is_drawn(key: str) -> None:
    board = told(Brand(**{key: "gone.bin"}))  # type: ignore[arg-type]
    with pytest.raises(RenderError, match=rf"brand {key}: gone.bin is not there"):
        Overlays(board, planned(board))
