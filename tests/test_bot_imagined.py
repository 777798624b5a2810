"""Choosing what a model makes up: few pictures, where they gain, and nobody in them."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.direct import Imagery, direct
from bot.direct.scenery import scene
from bot.prose.sentences import words
from bot.prose.tongues import tongue
from bot.story import Beat, Cite, Picture, Script, Wish
from bot.writers import Brief
from bot.writers.extractive import compose
from fakes_pen import bridge, photo
from render.lab.wish import read
from render.storyboard import Brand, Shot, Storyboard, dumps, loads

BRAND = Brand("Harbour Desk")
DRAWN = Imagery(24, "illustration")
LINES = (
    "The new tram line runs through old orchards in Quellmouth this week.",
    "Gardeners planted rows of apple trees along the tracks.",
    "Every tram carries boxes of fruit to the harbour market.",
    "The line has 12 stops in all.",
    "“We love the trees,” a driver said.",
    "Lamps of coloured glass hang over each platform.",
)


def script(*lines: str, **more: Any) -> Script:
    told = compose(bridge(), Brief())
    return replace(
        told, headline="Tram line through orchards", **more, beats=tuple(map(Beat, lines))
    )


def board(
    told: Script, imagery: Imagery | None = None, pictures: tuple[Picture, ...] = (), **more: Any
) -> Storyboard:
    return direct(
        told, bridge(), pictures=pictures, brand=BRAND, label="AI VOICE", imagery=imagery, **more
    )


def seen(plan: Storyboard) -> list[Shot]:
    """Every picture of a board, as a shot of its own."""
    return [
        replace(shot.seen(n), views=()) for shot in plan.shots for n in range(len(shot.views) + 1)
    ]


def made_up(plan: Storyboard) -> list[Shot]:
    return [shot for shot in seen(plan) if shot.camera == "diffusers"]


def without(plan: Storyboard) -> Storyboard:
    """The board with what stands for each generated picture in its place, and one note."""

    def plain(one: Any) -> Any:
        if one.camera != "diffusers":
            return one
        last = one.instead[-1]
        return replace(one, camera=last.camera, picture=last.picture, move=last.move, instead=())

    shots = tuple(
        replace(plain(shot), views=tuple(plain(view) for view in shot.views)) for shot in plan.shots
    )
    end = replace(shots[-1], picture=noted(shots[-1]))
    return replace(plan, shots=(*shots[:-1], end), sheets=())


def noted(shot: Shot) -> dict[str, Any]:
    """The picture of a shot without the note for clips that show what a model made."""
    return {key: value for key, value in shot.picture.items() if key != "note_generated"}


PHOTOS = (photo("tram"), photo("orchard"))


@pytest.mark.parametrize("pictures", [(), PHOTOS[:1], PHOTOS])
@pytest.mark.parametrize("heroes", [1, 3, 24])
def test_all_but_the_pictures_made_up_is_as_it_was(
    pictures: tuple[Picture, ...], heroes: int
) -> None:
    told = script(*LINES)
    plain = board(told, pictures=pictures)
    assert not plain.sheets
    assert all(not shot.instead for shot in seen(plain))
    assert dumps(board(told, None, pictures)) == dumps(plain)
    full = board(told, Imagery(heroes, "illustration"), pictures)
    assert dumps(without(full)) == dumps(plain)
    assert 1 <= len(made_up(full)) <= heroes
    assert "pictures" in full.shots[-1].picture["note_generated"]
    assert loads(dumps(full)) == loads(dumps(loads(dumps(full))))


def test_the_hook_comes_first_and_then_what_is_longest() -> None:
    told = script(*LINES)
    one = board(told, Imagery(1, "illustration"))
    (view,) = one.shots[0].views
    assert view.camera == "diffusers"
    assert one.shots[0].camera == "cards"
    names = [shot.line for shot in made_up(board(told, DRAWN))]
    assert len(names) > 2


def test_what_a_card_says_better_stays_a_card() -> None:
    cite = (Cite("harbour-post-0", "Harbour Post", "", LINES[1]),)
    stat = Beat(LINES[3], cite, Wish("stat", {"value": "12", "unit": "stops"}))
    quote = Beat(LINES[4], cite, Wish("quote", {"quote": "We love the trees", "name": "a driver"}))
    report = Beat("Harbour Post reports on the orchards.", cite)
    told = replace(script(*LINES), beats=(Beat(LINES[0]), stat, quote, report, Beat(LINES[5])))
    plain, full = (seen(board(told, wish)) for wish in (None, DRAWN))
    for before, after in zip(plain, full, strict=True):
        if before.picture.get("card") != "statement" or "Harbour Post" in before.picture["text"]:
            assert replace(after, picture=noted(after)) == before
    assert made_up(board(told, DRAWN))


def test_a_new_photo_stays_and_the_same_once_more_gives_way() -> None:
    told = script(*LINES)
    plain = seen(board(told, None, PHOTOS))
    full = seen(board(told, DRAWN, PHOTOS))
    shown: set[str] = set()
    for before, after in zip(plain, full, strict=True):
        name = str(before.picture.get("photo", ""))
        if before.camera == "photo" and name not in shown:
            assert after == before
        shown.add(name)
    repeated = [s for s in made_up(board(told, DRAWN, PHOTOS)) if s.instead[-1].camera == "photo"]
    assert repeated


def test_each_wish_is_whole_and_steps_down_by_a_still_to_what_stood_there() -> None:
    for style in ("illustration", "photoreal"):
        for shot in made_up(board(script(*LINES), Imagery(24, style))):  # type: ignore[arg-type]
            wish = read(shot.picture)
            assert wish.style == style
            assert wish.alt == wish.scene
            assert not wish.who
            still, last = shot.instead
            assert (still.camera, still.picture, still.move) == (
                "stills",
                shot.picture,
                shot.move,
            )
            assert last.camera in ("cards", "photo")


def test_beats_in_one_place_are_one_take_and_the_place_has_a_sheet() -> None:
    lines = (
        *LINES[:3],
        "Dancers filled the market halls in Brackwater with paper birds.",
        LINES[5],
    )
    full = board(script(*lines), DRAWN)
    wishes = [read(shot.picture) for shot in made_up(full)]
    takes = {wish.take: wish.where for wish in wishes}
    assert takes == {"Quellmouth 1": "Quellmouth", "Brackwater 2": "Brackwater"}
    assert [sheet.name for sheet in full.sheets] == ["Quellmouth", "Brackwater"]
    assert all(sheet.kind == "place" and sheet.name in sheet.look for sheet in full.sheets)


def test_without_a_place_every_picture_stands_alone() -> None:
    full = board(script("Gardeners planted rows of apple trees.", *LINES[1:3]), DRAWN)
    assert {(wish.take, wish.where) for wish in (read(s.picture) for s in made_up(full))} == {
        ("", "")
    }
    assert full.sheets == ()


def test_entries_of_a_list_keep_their_numbers() -> None:
    plain, full = (seen(board(script(*LINES, format="list"), wish)) for wish in (None, DRAWN))
    for before, after in zip(plain, full, strict=True):
        if before.picture.get("layout") == "index":
            assert after == before


SCENES = [
    ("en", LINES[1], "Gardeners planted rows of apple trees along the tracks"),
    ("en", "The Lantern Museum opened a hall of glass whales on Saturday.",
     "opened a hall of glass whales"),
    ("en", "Bakers sold 3,000 loaves at the harbour market.",
     "Bakers sold loaves at the harbour market"),
    ("en", "The tram runs through old orchards, Ada Quill said.", "tram runs through old orchards"),
    ("de", "Die neue Straßenbahn fährt durch alte Obstgärten.",
     "neue Straßenbahn fährt durch alte Obstgärten"),
    ("fr", "Le musée a ouvert samedi une salle de baleines en verre.",
     "musée a ouvert, salle de baleines en verre"),
    ("es", "El museo abrió el sábado una sala de ballenas de cristal.",
     "museo abrió, sala de ballenas de cristal"),
]  # fmt: skip
NONE = [
    ("en", "“We love the trees,” she said."),
    ("en", "The tram will not run on Monday."),
    ("en", "The tram might run through orchards."),
    ("en", "The mayor opened the tram line."),
    ("en", "Ada Quill and Joss Arkwell met."),
    ("en", "It was 12 on 3 May."),
    ("de", "Der Bürgermeister eröffnet die neue Straßenbahn."),
    ("de", "Die Straßenbahn soll durch Obstgärten fahren."),
    ("fr", "Le tramway ne roule pas, selon la ville."),
]


@pytest.mark.parametrize(("lang", "line", "expected"), SCENES)
def test_a_scene_has_what_can_be_seen(lang: str, line: str, expected: str) -> None:
    assert scene(line, tongue(lang), frozenset()) == expected


@pytest.mark.parametrize(("lang", "line"), NONE)
def test_what_cannot_be_seen_has_no_scene(lang: str, line: str) -> None:
    assert scene(line, tongue(lang), frozenset()) == ""


@given(
    st.lists(
        st.sampled_from(
            ["the tram", "Ada Quill", "of 40,000 people", "in Port Ellery", "on 3 May", "a lamp",
             "“no trees”", "runs", "and", "12", "Quill", "old trees", "Monday"]
        ),
        min_size=1, max_size=10,
    )
)  # fmt: skip
def test_no_name_figure_or_quotation_is_in_a_scene(parts: list[str]) -> None:
    told = scene(" ".join(parts) + ".", tongue("en"), frozenset({"quill", "ada"}))
    assert "Ada" not in told
    assert "Quill" not in told
    assert "Ellery" not in told
    assert not any(letter.isdigit() or letter in "“”\0" for letter in told)


@given(st.text(max_size=80), st.sampled_from(["en", "de", "fr", "es", "pt", "it"]))
def test_any_line_can_be_looked_at(line: str, lang: str) -> None:
    told = scene(line, tongue(lang), frozenset())
    assert told == " ".join(told.split())
    assert set(told.replace(", ", " ").split()) <= {
        word.removesuffix("'s").removesuffix("’s") for word in words(line)
    } | set(words(line))


def test_equal_scripts_give_equal_boards() -> None:
    assert dumps(board(script(*LINES), DRAWN, PHOTOS)) == dumps(
        board(script(*LINES), DRAWN, PHOTOS)
    )
