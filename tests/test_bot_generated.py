"""What became of generated shots, in words: short in the chat, all of it in `show` and on pages."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.generated import in_full, others, summary
from bot.views import draft_view
from offices import Office, opened

FILM: Mapping[str, Any] = {
    "name": "1", "wished": "diffusers", "became": "diffusers", "reasons": [],
    "preset": "rush", "model": "fastwan-1.3b", "revision": "0a1b", "seed": 7,
    "seconds": {"denoise": 2.5, "decode": 1.6}, "stepped": [], "found": False,
}  # fmt: skip
FOUND = {**FILM, "name": "2", "found": True}
STILL = {
    **FILM, "name": "3", "became": "stills", "preset": "stills", "model": "z-image-turbo",
    "reasons": ["generating it would take 12 s, 9 s are left until drawing"],
}  # fmt: skip
PHOTO = {
    "name": "5.1", "wished": "diffusers", "became": "photo",
    "reasons": ["there is no worker to make it"],
}  # fmt: skip
CARD = {"name": "6", "wished": "stills", "became": "cards", "reasons": []}
THRIFTY = {**FILM, "name": "7", "stepped": ["tiling after too little memory"]}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ((), ""),
        ((FILM,), "1 generated shot"),
        ((FILM, FOUND, THRIFTY), "3 generated shots"),
        (
            (FILM, PHOTO),
            "1 of 2 generated shots made; shot 5, picture 2: a photo instead "
            "(there is no worker to make it)",
        ),
        (
            (STILL, CARD),
            "1 of 2 generated shots made; shot 3: a still instead "
            "(generating it would take 12 s, 9 s are left until drawing); shot 6: a card instead",
        ),
        (
            (PHOTO, CARD, {**CARD, "name": "7"}, {**CARD, "name": "8"}),
            "0 of 4 generated shots made; shot 5, picture 2: a photo instead "
            "(there is no worker to make it); shot 6: a card instead; 2 more in a plainer way",
        ),
    ],
)
def test_a_line_says_what_was_made(told: tuple[Mapping[str, Any], ...], said: str) -> None:
    assert summary({"generated": list(told)}) == said


def test_all_of_it_is_told_shot_by_shot() -> None:
    assert [*in_full({"generated": [FILM, FOUND, STILL, PHOTO, THRIFTY]})] == [
        "Shot 1: a film by fastwan-1.3b (rush), 4.1 s",
        "Shot 2: a film by fastwan-1.3b (rush), made before",
        "Shot 3: a still by z-image-turbo (stills), 4.1 s; "
        "generating it would take 12 s, 9 s are left until drawing",
        "Shot 5, picture 2: a photo; there is no worker to make it",
        "Shot 7: a film by fastwan-1.3b (rush), 4.1 s; tiling after too little memory",
    ]
    assert [*in_full({})] == []


def test_nothing_is_said_twice_and_nothing_else_is_hidden() -> None:
    kept = ["no preview: the disk is full", "shot 5, picture 2: the photo is broken; showed a card"]
    about = [
        "shot 5, picture 2: a photo instead of a film: there is no worker to make it",
        "shot 3: a still instead of a film: "
        "generating it would take 12 s, 9 s are left until drawing",
    ]
    clip = {"generated": [STILL, PHOTO], "warnings": [*about, *kept]}
    assert others(clip) == kept
    assert others({"warnings": about}) == about
    late = ["ready after 64.0 s, 60 s were wished: draw took 20.0 s", *kept]
    assert others({"warnings": late, "ready": {"wished_s": 60}}) == kept
    assert others({"warnings": late, "ready": {}}) == late


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path) as made:
        yield made


async def test_an_offer_says_it_shortly_and_show_in_full(office: Office) -> None:
    office.line.made = {"generated": [FILM, PHOTO]}
    await office.offers()
    offer = office.last()
    assert "1 of 2 generated shots made; shot 5, picture 2: a photo instead" in offer
    assert "fastwan" not in offer
    shown = await office.hears("show 1")
    assert "Generated: Shot 1: a film by fastwan-1.3b (rush), 4.1 s" in shown
    view = draft_view(await office.draft(), (), None)
    assert view["generated"] == [FILM, PHOTO]
    assert view["ready"] == ""


async def test_a_clip_without_such_shots_says_nothing_of_them(office: Office) -> None:
    await office.offers()
    assert "enerated" not in office.last()
    assert "enerated" not in await office.hears("show 1")
