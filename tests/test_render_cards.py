"""Cards: nothing overflows at any length, everything can be read, nothing stands still."""

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from fakes_art import CARDS, LINE, board_of, card, frame, landscape, saved, staged, thumb
from render.cameras import Unfilmable
from render.cameras._ground import Ghost, Ground, chosen, drift, ground
from render.cameras._numbers import counted
from render.cameras._poster import _foot
from render.cameras._slate import TextBox
from render.cameras.cards import Plugin, Settings
from render.lettering.text import Box, emphasised, fit
from render.look import (
    BAND,
    CONTENT,
    LIGHTS,
    PALETTES,
    STAT,
    SUBHEAD,
    ZONES,
    Area,
    Colour,
    Zones,
    contrast,
    on_photo,
    palette,
)
from render.planes import blank, to_rgb, warp
from render.storyboard import Brand, Profile, Shot, Tone

PLUGIN = Plugin(Settings())
BOARD = board_of(card("title"), width=270, height=480)


def shoot(shot: Shot, seconds: float = 3.0, **changes: Any) -> Any:
    board = board_of(shot, **{"width": 270, "height": 480, **changes})
    return PLUGIN.shoot(shot, staged(board, seconds))


def assert_fits(boxes: tuple[TextBox, ...], zones: Zones = ZONES["all"]) -> None:
    for box in boxes:
        area = box.area
        assert zones.safe.holds(area) or zones.wide.holds(area), box
        assert area.bottom <= zones.content.bottom + 0.5 or area.y > zones.band.y - 8, box
    for a, b in combinations(boxes, 2):
        if a.last is not None and b.first >= a.last:
            continue  # its page is gone when the other one comes
        wide = min(a.area.right, b.area.right) - max(a.area.x, b.area.x)
        high = min(a.area.bottom, b.area.bottom) - max(a.area.y, b.area.y)
        assert wide <= 1 or high <= 1, (a, b)


colour = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06X}")
word = st.text("abcdefghijklmnopqrstuvwxyzÄÖÜß0123456789-", min_size=1, max_size=30)
text = st.one_of(
    st.lists(word, min_size=1, max_size=12).map(" ".join),
    st.lists(word, min_size=200, max_size=400).map(" ".join),
    st.text("M", min_size=1, max_size=400),
)


@st.composite
def pictures(draw: Any) -> dict[str, Any]:
    """Any card with texts of any length in it."""
    few = st.integers(1, 9)
    kind = draw(st.sampled_from(sorted(CARDS)))
    say = lambda: draw(text)  # noqa: E731
    return {
        "title": lambda: {"headline": say(), "kicker": say()},
        "statement": lambda: {
            "text": say(),
            "layout": draw(st.sampled_from(["rule", "side", "band", "index"])),
            "index": "12/14",
        },
        "stat": lambda: {"value": say(), "unit": say(), "label": say(), "sub": say(), "share": 1},
        "quote": lambda: {"quote": say(), "name": say(), "role": say()},
        "list": lambda: {"title": say(), "items": [say() for _ in range(draw(few))]},
        "timeline": lambda: {
            "title": say(),
            "events": [{"time": say(), "text": say()} for _ in range(draw(few))],
            "active": draw(st.integers(-1, 9)),
        },
        "chart": lambda: {
            "title": say(),
            "unit": say(),
            "bars": [
                {"label": say(), "value": draw(st.floats(-1e12, 1e12))} for _ in range(draw(few))
            ],
            "highlight": draw(st.integers(-1, 9)),
        },
        "sources": lambda: {
            "title": say(),
            "sources": [{"outlet": say(), "detail": say()} for _ in range(draw(few))],
            "note": say(),
        },
    }[kind]() | {"card": kind}


HAIR = {  # a value so small beside the other that its share of it is zero
    "card": "chart",
    "title": "M",
    "unit": "M",
    "bars": [{"label": "0", "value": 9e10}, {"label": "0", "value": -2e-313}],
    "highlight": 0,
}


@example(HAIR, "all", LINE)
@settings(max_examples=45, deadline=None)
@given(pictures(), st.sampled_from(["all", "reels", "shorts", "ads"]), st.sampled_from([LINE, ""]))
def test_no_text_of_any_length_leaves_its_place(
    picture: dict[str, Any], profile: Profile, line: str
) -> None:
    scene = shoot(Shot(line, "cards", picture), brand=Brand(zones=profile))
    assert scene.boxes
    assert_fits(scene.boxes, ZONES[profile])


@pytest.mark.parametrize("kind", CARDS)
def test_every_card_shows_its_words_and_fits(kind: str) -> None:
    scene = shoot(card(kind))
    assert_fits(scene.boxes)
    shown = " ".join(box.text for box in scene.boxes)
    for value in CARDS[kind].values():
        if isinstance(value, str) and value != kind:
            assert "".join(value.split()).lower() in "".join(shown.split()).lower()


@settings(max_examples=60, deadline=None)
@given(text, st.floats(60, 900), st.floats(60, 700))
def test_a_fitted_text_stays_in_its_box_and_starts_as_it_should(
    words: str, w: float, h: float
) -> None:
    block = fit(words, SUBHEAD, Box(w, h))
    assert block.width <= w + 0.01
    assert block.height <= max(h, block.face.size) + 0.01
    assert SUBHEAD.smallest <= block.face.size <= SUBHEAD.largest
    reads = "".join(block.reading(row) for row in range(len(block.lines))).replace(" ", "")
    assert block.whole == (reads == words.replace(" ", ""))
    assert words.replace(" ", "").startswith(reads.rstrip("….,;:–—"))


def test_short_texts_are_large_and_long_ones_small() -> None:
    sizes = [fit("word " * n, SUBHEAD, Box(840, 700)).face.size for n in (3, 30, 300)]
    assert sizes[0] == SUBHEAD.largest
    assert sizes == sorted(sizes, reverse=True)
    assert fit("6.8", STAT, Box(936, 380)).face.size > 300


@pytest.mark.parametrize("tone", PALETTES)
def test_text_can_be_read_on_the_pixels_behind_it(tone: Tone) -> None:
    """Worst ground under any text: the 98th percentile of what could weaken it."""
    board = board_of(card("list", tone))
    scene = PLUGIN.shoot(card("list", tone), staged(board, 9))
    bare = type(scene)(scene.ground, (), ())
    colours = palette(tone)
    for n in (0, 67, 135, 200):
        rgb = to_rgb(frame(bare, board, n))
        for box in scene.boxes:
            x, y, w, h = (round(side / 2) for side in box.area)
            under = rgb[y : y + h, x : x + w].reshape(-1, 3)
            order = under.sum(1).argsort()
            worst = under[order[int(len(order) * (0.02 if colours.light else 0.98))]]
            for ink in (colours.ink, colours.mute, colours.accent):
                assert contrast(ink, type(ink)(*worst.tolist())) >= 4.5


@pytest.mark.parametrize("tone", PALETTES)
def test_nothing_stands_still_for_two_seconds(tone: Tone) -> None:
    board = board_of(card("statement", tone), width=270, height=480)
    scene = PLUGIN.shoot(board.shots[0], staged(board, 12))
    frames = [thumb(frame(scene, board, n)) for n in range(30, 360, 30)]
    for a, b in zip(frames, frames[2:], strict=False):
        assert np.abs(a - b).mean() > 1.5e-3


@pytest.mark.parametrize("tone", PALETTES)
def test_no_ground_stands_still_for_two_seconds(tone: Tone) -> None:
    out = blank(180, 320)
    for pattern in LIGHTS[tone].patterns:
        picture = ground(Ground(palette(tone), tone, 180, pattern, False, 3))
        seen = []
        for n in range(0, 300, 30):
            warp(picture, drift(n, 30, 180), out)
            seen.append(thumb(out))
        assert min(np.abs(a - b).mean() for a, b in zip(seen, seen[2:], strict=False)) > 2e-3


def test_the_first_line_of_a_headline_is_more_than_half_there_at_frame_9() -> None:
    board = board_of(card("title"), width=270, height=480)
    scene = PLUGIN.shoot(board.shots[0], staged(board))
    bare = type(scene)(scene.ground, (), ())
    x, y, w, h = (round(side / 4) for side in scene.boxes[1].area)
    light = []
    for n in (9, 60):
        lines, page = (
            frame(s, board, n).y[y : y + h, x : x + w].astype(int) for s in (scene, bare)
        )
        light.append((lines - page).clip(0).sum())
    assert scene.boxes[1].text.startswith("Quake")
    assert light[0] > 0.5 * light[1]


@pytest.mark.parametrize("kind", CARDS)
def test_first_text_is_there_within_0_3_s(kind: str) -> None:
    board = board_of(card(kind), width=270, height=480)
    scene = PLUGIN.shoot(board.shots[0], staged(board))
    bare = type(scene)(scene.ground, (), ())
    change = np.abs(frame(scene, board, 9).y.astype(int) - frame(bare, board, 9).y.astype(int))
    assert (change > 60).sum() > 150


def test_bars_grow_and_numbers_count() -> None:
    board = board_of(card("chart"))
    scene = PLUGIN.shoot(board.shots[0], staged(board))
    lit = [(frame(scene, board, n).y > 110).sum() for n in (3, 12, 60)]
    assert lit == sorted(lit)
    assert lit[0] < lit[2]


@pytest.mark.parametrize(
    ("value", "share", "shown"),
    [
        ("1,250", 0.5, "625"),
        ("1,250", 0.0, "0"),
        ("1,250", 1.0, "1,250"),
        ("6.8", 0.5, "3.4"),
        ("6.8", 0.0, "0.0"),
        ("0.05", 0.5, "0.02"),
        ("$12.4m", 0.5, "$6.2m"),
        ("12 500", 0.5, "6 250"),
        ("many", 0.5, "many"),
    ],
)
def test_a_number_counts_in_its_own_style(value: str, share: float, shown: str) -> None:
    assert counted(value, share) == shown


@pytest.mark.parametrize(
    ("phrases", "marked"),
    [
        (["Port Ansel"], {1, 2}),
        (["closed."], {4}),
        (["port"], {1}),
        (["else"], set()),
        ([""], set()),
    ],
)
def test_emphasis_is_found_whatever_its_case(phrases: list[str], marked: set[int]) -> None:
    assert emphasised("Bridges, Port Ansel: all closed", phrases) == marked


def test_emphasised_words_take_the_accent_colour() -> None:
    board = board_of(card("title", "urgency"))
    scene = PLUGIN.shoot(board.shots[0], staged(board))
    rgb = to_rgb(frame(scene, board, 60)).astype(int)
    accent = np.array(palette("urgency").accent)
    assert (np.abs(rgb - accent).max(2) < 24).sum() > 400


@pytest.mark.parametrize(
    "picture",
    [
        {},
        {"card": "poem"},
        {"card": "title"},
        {"card": "title", "headline": ""},
        {"card": "list", "items": []},
        {"card": "stat", "value": "6", "share": 7},
        {"card": "chart", "bars": [{"label": "a", "value": float("nan")}]},
        {"card": "statement", "text": "a", "colour": "red"},
    ],
)
def test_a_card_that_cannot_be_made_says_so(picture: dict[str, Any]) -> None:
    with pytest.raises(Unfilmable, match="card"):
        shoot(Shot(LINE, "cards", picture))


def test_the_house_signs_a_card_without_words_only() -> None:
    signed = {box.text for box in shoot(card("sources", line="")).boxes}
    spoken = {box.text for box in shoot(card("sources")).boxes}
    assert signed - spoken == {"Wirereel"}


def test_a_title_over_a_photo_shows_the_photo_and_its_credit(tmp_path: Any) -> None:
    photo = saved(landscape(900, 600), tmp_path / "a.jpg")
    shot = card("title", "hope", photo=str(photo), credit="Picture: drawn sample")
    board = board_of(shot)
    with_photo = PLUGIN.shoot(shot, staged(board))
    plain = PLUGIN.shoot(card("title", "hope"), staged(board))
    assert "Picture: drawn sample" in {box.text for box in with_photo.boxes}
    a, b = (frame(scene, board, 40).y.astype(int) for scene in (with_photo, plain))
    assert np.abs(a[180:260] - b[180:260]).mean() > 8  # the photo, above the text
    assert np.abs(a[620:900] - b[620:900]).mean() > 4  # and it goes on beneath


def test_a_title_over_a_photo_can_be_read_on_its_pixels(tmp_path: Any) -> None:
    white = saved(landscape(900, 600).point(lambda v: 255 - (255 - v) // 4), tmp_path / "a.jpg")
    for tone in ("urgency", "innocence"):
        shot = card("title", tone, photo=str(white))
        board = board_of(shot)
        scene = PLUGIN.shoot(shot, staged(board))
        rgb = to_rgb(frame(type(scene)(scene.ground, (), ()), board, 60))
        for box in scene.boxes:
            x, y, w, h = (round(side / 2) for side in box.area)
            worst = Colour(*np.percentile(rgb[y : y + h, x : x + w], 95, (0, 1)).tolist())
            colours = on_photo(palette(tone))
            assert min(contrast(c, worst) for c in (colours.ink, colours.accent)) >= 4.5


def test_a_face_is_seen_above_the_headline(tmp_path: Any) -> None:
    assert _foot((1000, 1600), below=900, top=700) < 1000
    assert _foot((1000, 1600), below=400, top=700) == 1920
    assert _foot((1000, 1400), below=400, top=700) < 1000  # too small for the page
    assert _foot((1600, 900), below=0, top=700) < 1000


def test_a_title_with_a_broken_photo_is_unfilmable(tmp_path: Any) -> None:
    broken = tmp_path / "a.jpg"
    broken.write_bytes(b"no picture")
    with pytest.raises(Unfilmable, match="not a picture"):
        shoot(card("title", photo=str(broken)))


def test_the_same_card_paints_the_same_frames() -> None:
    board = board_of(card("timeline"))
    a, b = (frame(PLUGIN.shoot(board.shots[0], staged(board)), board, 50) for _ in range(2))
    assert (a.y == b.y).all()
    assert (a.u == b.u).all()


def test_a_card_is_laid_out_alike_at_every_size() -> None:
    small, large = (
        PLUGIN.shoot(card("quote"), staged(board_of(card("quote"), width=w, height=h))).boxes
        for w, h in ((540, 960), (1080, 1920))
    )
    assert small == large
    assert all(isinstance(box.area, Area) for box in small)


@pytest.mark.parametrize("layout", ["rule", "side", "band", "index"])
def test_each_layout_of_a_statement_is_a_picture_of_its_own(layout: str) -> None:
    words = {"card": "statement", "text": "Port Ansel stays closed", "index": "2/5"}
    plain, other = (
        shoot(Shot(LINE, "cards", words | {"layout": kind})) for kind in ("rule", layout)
    )
    board = board_of(card("title"), width=270, height=480)
    differs = np.abs(thumb(frame(plain, board, 60)) - thumb(frame(other, board, 60))).mean()
    assert (differs > 0.0003) == (layout != "rule")


@pytest.mark.parametrize("tone", PALETTES)
def test_words_on_a_band_can_be_read(tone: Tone) -> None:
    colours = palette(tone)
    assert contrast(colours.on_accent, colours.accent) >= 4.5


def test_a_headline_leaves_a_photo_the_upper_part_of_the_frame(tmp_path: Any) -> None:
    photo = {"photo": str(saved(landscape(), tmp_path / "p.png")), "licence": "CC0"}
    long = {"card": "title", "headline": "A headline of many words " * 6}
    scene = shoot(Shot(LINE, "cards", long | photo))
    top = min(box.area.y for box in scene.boxes if box.kind == "card")
    assert top >= 0.4 * 1920


def test_the_end_card_closes_with_the_house_and_the_note() -> None:
    scene = shoot(Shot("", "cards", card("sources").picture))
    low = [box.text for box in scene.boxes if box.area.y > BAND.y]
    assert low[0] == BOARD.brand.name
    assert " ".join(low[1:]).startswith("Script")


@pytest.mark.parametrize("name", ["Harbour News", ""])
def test_a_house_with_a_logo_signs_with_it(tmp_path: Any, name: str) -> None:
    art = Image.new("RGBA", (300, 100), (255, 0, 255, 255))
    brand = Brand(name=name, logo=str(saved(art, tmp_path / "logo.png")))
    shot = card("sources", line="")
    board = board_of(shot, brand=brand)
    scene = PLUGIN.shoot(shot, staged(board))
    assert (name in {box.text for box in scene.boxes}) == bool(name)
    rgb = to_rgb(frame(scene, board, 80)).astype(int)
    logo = (np.abs(rgb - np.array((255, 0, 255))).max(2) < 30).sum()
    assert logo > 4000  # 288 x 96 px of the design, halved


def test_an_end_card_that_reads_from_the_right_stands_on_the_right() -> None:
    rows = [{"outlet": "Marlow Courier", "detail": "הגשר נסגר"}]
    words = {"card": "sources", "title": "מקורות", "sources": rows, "note": "Made with AI"}
    boxes = shoot(Shot("", "cards", words)).boxes
    assert all(box.area.x > CONTENT.x + 0.4 * CONTENT.w for box in boxes)
    assert all(box.area.right <= CONTENT.right + 1 for box in boxes)


@pytest.mark.parametrize(("kind", "key"), [("quote", "quote"), ("statement", "text")])
def test_a_long_text_is_laid_on_pages_and_no_word_of_it_is_lost(kind: str, key: str) -> None:
    said = " ".join(f"clause {n}, which goes on a little," for n in range(14))
    shot = card(kind, **{key: said})
    scene = shoot(shot, seconds=9)
    words = [box for box in scene.boxes if box.last is not None]
    assert " ".join(box.text for box in words) == said
    starts = sorted({box.last for box in words})
    assert len(starts) > 1
    assert min(box.area.h for box in words) >= 60
    assert_fits(scene.boxes)
    board = board_of(shot, width=270, height=480)
    early, late = (thumb(frame(scene, board, n)) for n in (80, 250))
    assert np.abs(early - late)[30:50].mean() > 0.01


def test_a_speaker_with_a_photo_is_shown_and_credited(tmp_path: Any) -> None:
    photo = saved(landscape(400, 400), tmp_path / "a.jpg")
    shot = card("quote", photo=str(photo), credit="Photo: drawn sample")
    board = board_of(shot)
    scene, plain = (PLUGIN.shoot(s, staged(board)) for s in (shot, card("quote")))
    assert "Photo: drawn sample" in {box.text for box in scene.boxes}
    assert np.abs(thumb(frame(scene, board, 60)) - thumb(frame(plain, board, 60))).max() > 0.1


@pytest.mark.parametrize("value", ["68%", "6.8"])
def test_a_share_is_drawn_as_large_as_it_is(value: str) -> None:
    lit = []
    for share in (0.2, 0.8):
        shot = card("stat", "tension", value=value, share=share)
        scene = shoot(shot)
        rgb = to_rgb(frame(scene, board_of(shot, width=270, height=480), 80)).astype(int)
        lit.append((np.abs(rgb - np.array(palette("tension").accent)).max(2) < 40).sum())
    assert lit[1] - lit[0] > 250


@pytest.mark.parametrize("tone", PALETTES)
def test_a_ground_lights_its_head_and_foot_and_lets_every_text_be_read(tone: Tone) -> None:
    colours = palette(tone)
    for pattern in LIGHTS[tone].patterns:
        planes = ground(Ground(colours, tone, 270, pattern, False, 3, Ghost("8", 20, 1100, 900)))
        rgb = to_rgb(planes)[18:-18, 18:-18]
        page = rgb[round(180 / 4) : round(1460 / 4)].reshape(-1, 3)
        order = page.astype(int).sum(1).argsort()
        worst = Colour(*page[order[int(len(order) * (0.01 if colours.light else 0.99))]].tolist())
        assert min(contrast(c, worst) for c in (colours.ink, colours.mute, colours.accent)) >= 4.5
        assert np.ptp(rgb.mean((1, 2))) > 16  # it is no plain colour


@settings(max_examples=12, deadline=None)
@given(colour, colour, st.sampled_from(sorted(PALETTES)))
def test_a_house_ground_of_any_colour_lets_every_text_be_read(
    accent: str, own: str, tone: Tone
) -> None:
    colours = palette(tone, accent, own)
    wish = Ground(colours, tone, 180, LIGHTS[tone].patterns[0], False, 3)
    page = to_rgb(ground(wish))[30:250].reshape(-1, 3)
    order = page.astype(int).sum(1).argsort()
    worst = Colour(*page[order[int(len(order) * (0.02 if colours.light else 0.98))]].tolist())
    assert min(contrast(c, worst) for c in (colours.ink, colours.mute, colours.accent)) >= 4.4


def test_cards_that_say_different_things_stand_on_different_grounds() -> None:
    for tone in ("urgency", "neutral"):
        rows = ("title", "stat", "quote", "list"), ("rule", "side", "band", "index")
        for kinds in rows:
            assert len({chosen(tone, kind, "A clip", "a")[0] for kind in kinds}) == 4
        clips = {chosen(tone, "title", f"Clip {n}", "a")[0] for n in range(30)}
        assert clips == set(LIGHTS[tone].patterns)
    assert {chosen("hope", "title", "", f"Line {n}")[1] for n in range(9)} == {True, False}


def test_what_reads_from_the_right_stands_on_the_right() -> None:
    said = {"value": "68%", "unit": "", "label": "בתים", "sub": "בלי חשמל הבוקר", "share": 0.68}
    quoted = {"quote": "אף אחד לא ענה", "name": "עדה ברניק", "role": "מתנדבת"}
    for kind, words in (("stat", said), ("quote", quoted)):
        boxes = shoot(card(kind, **words)).boxes
        assert boxes
        assert all(box.area.right > CONTENT.right - 190 for box in boxes)
        assert_fits(boxes)
