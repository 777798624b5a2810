"""What a clip shows in the end: made pictures stay, others give way, and the label tells of it."""

from dataclasses import replace
from typing import Any

import pytest

from fakes_engine import board
from render.shown import generated, labelled, settled
from render.storyboard import Instead, Shot, Storyboard, View

MADE = {"scene": "a quay", "segment": "/work/segments/a.mp4"}
WISH = {"scene": "a quay"}
STILL = Instead("stills", {"scene": "a quay, still"}, "rise")
DRAWN = Instead("stills", {"scene": "a quay, still", "segment": "/work/segments/b.png"}, "rise")
PHOTO = Instead("photo", {"photo": "quay.jpg"}, "pan_left")


def clip(*shots: Shot, **more: Any) -> Storyboard:
    return replace(board("x"), shots=shots, **more)


def shot(picture: dict[str, str], *instead: Instead, camera: str = "diffusers") -> Shot:
    return Shot("The quay is closed.", camera, picture, instead=instead)


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
    (shown,) = settled(clip(wish)).shots
    card = {"card": "statement", "text": "The quay is closed."}
    assert (shown.camera, shown.picture, shown.move) == (camera, picture or card, move)
    assert shown.line == wish.line


def test_what_is_left_to_fall_back_on_stays() -> None:
    (shown,) = settled(clip(shot(WISH, DRAWN, PHOTO))).shots
    assert shown.instead == (PHOTO,)


def test_views_are_settled_too_and_named_after_their_place() -> None:
    wish = replace(shot(WISH, PHOTO), views=(View(4, "diffusers", MADE), View(8, "stills", WISH)))
    end = settled(clip(shot({}, camera="cards"), wish))
    assert dict(generated(end)) == {"2.1": MADE}
    assert [view.camera for view in end.shots[1].views] == ["diffusers", "cards"]


def test_nothing_made_up_is_shown_where_only_the_real_may_be() -> None:
    end = settled(clip(shot(MADE, DRAWN, PHOTO), real_only=True))
    assert (end.shots[0].camera, dict(generated(end))) == ("photo", {})


def test_settling_twice_changes_nothing() -> None:
    once = settled(clip(shot(WISH, DRAWN), shot(MADE), shot(WISH)))
    assert settled(once) == once


@pytest.mark.parametrize(
    ("wish", "own", "label"),
    [
        (shot(MADE), "AI VOICE", "AI VOICE + IMAGES"),
        (shot(MADE), "", "AI VOICE + IMAGES"),
        (shot(WISH, DRAWN), "KI-STIMME", "AI VOICE + IMAGES"),
        (shot(WISH, PHOTO), "KI-STIMME", "KI-STIMME"),
        (shot(WISH, PHOTO), "", ""),
    ],
)
def test_the_label_tells_of_pictures_where_there_are_any(wish: Shot, own: str, label: str) -> None:
    assert labelled(settled(clip(wish, label=own))).label == label


def test_a_house_words_its_own_label() -> None:
    own = clip(shot(MADE), label="KI-STIMME", label_generated="KI-STIMME + BILDER")
    assert labelled(settled(own)).label == "KI-STIMME + BILDER"
