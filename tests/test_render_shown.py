"""Which pictures of a clip a model made, and the label that tells of it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakes_art import board_of
from fakes_engine import board
from render.lab.orders import SPARE, filled
from render.shown import as_told, disclosing, generated, labelled, settled
from render.storyboard import Instead, Shot, Storyboard, View

MADE = {"scene": "a quay", "segment": "a.mp4"}
WISH = {"scene": "a quay"}
STILL = Instead("stills", {"scene": "a quay, still"}, "rise")
DRAWN = Instead("stills", {"scene": "a quay, still", "segment": "b.png"}, "rise")
PHOTO = Instead("photo", {"photo": "quay.jpg"}, "pan_left")


def clip(*shots: Shot, **more: Any) -> Storyboard:
    return replace(board("x"), shots=shots, **more)


def shot(picture: dict[str, str], *instead: Instead, camera: str = "diffusers") -> Shot:
    return Shot("The quay is closed.", camera, picture, instead=instead)


@pytest.mark.parametrize(
    ("wish", "segments", "shown"),
    [
        (shot(WISH, STILL, PHOTO), {"1": "a.mp4"}, {"diffusers"}),
        (shot(WISH, STILL, PHOTO), {f"1{SPARE}": "a.png"}, {"stills"}),
        (shot(WISH, STILL, PHOTO), {}, {"photo"}),
        (shot(WISH, STILL), {}, {"cards"}),
        (shot(WISH, camera="stills"), {}, {"cards"}),
        (shot({"photo": "a.jpg"}, camera="photo"), {}, {"photo"}),
        (shot(WISH, camera="own.dream"), {}, {"own.dream"}),
    ],
)
def test_only_what_was_made_counts_as_made(
    wish: Shot, segments: dict[str, str], shown: set[str]
) -> None:
    end = settled(filled(clip(wish), {name: Path(file) for name, file in segments.items()}))
    assert {seen.camera for seen in end.shots} == shown
    assert [picture["segment"] for picture in generated(end).values()] == [*segments.values()]


@pytest.mark.parametrize(
    ("wish", "camera", "picture", "move"),
    [
        (shot(MADE, STILL, PHOTO), "diffusers", MADE, "push_in"),
        (shot(WISH, DRAWN, PHOTO), "stills", DRAWN.picture, "rise"),
        (shot(WISH, STILL, PHOTO), "photo", PHOTO.picture, "pan_left"),
        (shot(WISH, camera="stills"), "cards", None, "push_in"),
        (shot(WISH, STILL), "cards", None, "push_in"),
        (shot({"photo": "a.jpg"}, camera="photo"), "photo", {"photo": "a.jpg"}, "push_in"),
        (shot(WISH, camera="own.dream"), "own.dream", WISH, "push_in"),
    ],
)
def test_a_wish_that_was_not_met_gives_way(
    wish: Shot, camera: str, picture: dict[str, str] | None, move: str
) -> None:
    once = settled(clip(wish))
    (shown,) = once.shots
    card = {"card": "statement", "text": "The quay is closed."}
    assert (shown.camera, shown.picture, shown.move) == (camera, picture or card, move)
    assert shown.line == wish.line
    assert settled(once) == once


def test_what_is_left_to_fall_back_on_stays() -> None:
    wish = replace(shot(WISH, DRAWN, PHOTO), views=(View(4, "stills", WISH),))
    (shown,) = settled(clip(wish)).shots
    assert shown.instead == (PHOTO,)
    assert shown.views[0].camera == "cards"
    (real,) = settled(clip(wish, real_only=True)).shots
    assert real.camera == "photo"


FILM = {"name": "1", "became": "diffusers", "preset": "rush", "model": "wan"}


@pytest.mark.parametrize(
    ("told", "camera", "made"),
    [
        ((FILM,), "diffusers", True),
        (({**FILM, "became": "stills"},), "stills", True),
        (({"name": "1", "became": "photo"},), "photo", False),
        (({**FILM, "name": "2"},), "photo", False),
        ((), "photo", False),
    ],
)
def test_what_a_clip_tells_says_what_it_shows(
    told: tuple[dict[str, str], ...], camera: str, made: bool
) -> None:
    end = as_told(clip(shot(WISH, STILL, PHOTO)), told)
    assert end.shots[0].camera == camera
    assert bool(generated(end)) is made


def test_of_a_view_too() -> None:
    wish = replace(shot({}, camera="cards"), views=(View(4, "diffusers", WISH, instead=(PHOTO,)),))
    assert list(generated(as_told(clip(wish), [{**FILM, "name": "1.1"}]))) == ["1.1"]


def test_views_are_named_after_their_place() -> None:
    wish = replace(shot(WISH, PHOTO), views=(View(4, "diffusers", MADE), View(8, "stills", WISH)))
    end = clip(shot({}, camera="cards"), wish)
    assert dict(generated(end)) == {"2.1": MADE}


def test_nothing_made_up_is_shown_where_only_the_real_may_be() -> None:
    assert not generated(clip(shot(MADE, PHOTO), real_only=True))


@pytest.mark.parametrize(
    ("wish", "own", "label"),
    [
        (shot(MADE), "AI VOICE", "AI VOICE + IMAGES"),
        (shot(MADE), "", "AI VOICE + IMAGES"),
        (shot(MADE, camera="stills"), "KI-STIMME", "AI VOICE + IMAGES"),
        (shot(WISH, PHOTO), "KI-STIMME", "KI-STIMME"),
        (shot(WISH), "", ""),
    ],
)
def test_the_label_tells_of_pictures_where_there_are_any(wish: Shot, own: str, label: str) -> None:
    assert labelled(clip(wish, label=own)).label == label


def test_a_house_words_its_own_label() -> None:
    own = clip(shot(MADE), label="KI-STIMME", label_generated="KI-STIMME + BILDER")
    assert labelled(own).label == "KI-STIMME + BILDER"


def test_the_end_card_tells_of_pictures_where_there_are_any() -> None:
    card = {"card": "sources", "sources": [{"outlet": "A"}], "note": "no", "note_generated": "yes"}
    end = Shot("", "cards", card)
    made = Shot("Line.", "diffusers", {"scene": "boats", "segment": "boats.mp4"})
    drawn = labelled(board_of(made, end))
    assert drawn.shots[1].picture["note"] == "yes"
    assert drawn.shots[0] == made
    assert labelled(board_of(end)).shots[0].picture["note"] == "no"
    assert disclosing(board_of(end)) == disclosing(disclosing(board_of(end)))
