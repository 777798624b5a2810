"""Independent outlets and their ranks."""

import pytest

from bot.rules import Rulebook, Rules
from bot.rules.outlets import barred, best_tier, tier_of, unconfirmed, voices, weak
from fakes import item
from sources import Item

AGENCY = "A drifting barge struck the Lantern Bridge in Quellmouth and part of the deck fell."


def told(outlet: str, title: str, n: int = 0, **more: str) -> Item:
    return item(n, title, outlet, summary=more.get("summary", title))


OWN = [
    told("The Quay", "Barge strikes Lantern Bridge", 1),
    told("Coast Daily", "Lantern Bridge hit by runaway barge, tram stopped", 2),
]
COPIES = [told(outlet, "Barge strikes bridge", n, summary=AGENCY) for n, outlet in enumerate("ABC")]


def test_who_has_another_owner_and_other_words_is_independent() -> None:
    assert voices(OWN) == ("The Quay", "Coast Daily")


def test_one_agency_text_is_one_voice_however_many_print_it() -> None:
    assert voices(COPIES) == ("A",)
    assert unconfirmed(COPIES) == (
        "unconfirmed: one outlet only (A; 2 more print or share its text)"
    )


def test_a_channel_of_an_outlet_is_the_same_voice() -> None:
    again = told("The Quay (YouTube)", "Runaway barge brings down part of the deck", 3)
    assert voices([OWN[0], again]) == ("The Quay",)
    assert unconfirmed([OWN[0], again]) == "unconfirmed: one outlet only (The Quay)"
    assert unconfirmed(OWN) == ""


def test_a_press_release_is_nobodys_voice() -> None:
    release = told("Brightkettle", "Brightkettle presents a kettle", summary="(BUSINESS WIRE) New.")
    assert unconfirmed([release]) == "unconfirmed: a press release only"


BOOK = Rulebook(
    Rules(unranked=3, tiers={"The Quay": 2, "Gull Talk": 4}), sources={"coast daily": 1}
)


@pytest.mark.parametrize(
    ("outlet", "tier"),
    [("The Quay", 2), ("the quay", 2), ("The Quay (YouTube)", 2), ("Gull Talk", 4),
     ("Coast Daily", 1), ("Nobody", 3)],
)  # fmt: skip
def test_ranks_by_outlet_then_by_source_then_the_default(outlet: str, tier: int) -> None:
    assert tier_of(told(outlet, "Barge strikes bridge"), BOOK) == tier


def test_an_outlets_own_rank_goes_before_its_sources() -> None:
    book = Rulebook(Rules(tiers={"Coast Daily": 3}), sources={"coast daily": 1})
    assert tier_of(OWN[1], book) == 3


def test_what_the_bot_may_begin_by_itself() -> None:
    assert barred(OWN, BOOK) == ""
    assert barred(COPIES, Rulebook()) == "1 independent outlets tell it, 2 are needed"
    assert barred(COPIES, Rulebook(Rules(independent=1))) == ""
    strangers = [told("X", "Barge strikes bridge", 1), told("Y", "Bridge hit, tram stopped", 2)]
    assert barred(strangers, BOOK) == "no outlet of tier 2 or better tells it"
    assert barred(strangers, Rulebook()) == ""  # whom nobody ranked was chosen by the newsroom
    assert best_tier([*strangers, OWN[0]], BOOK) == 2


def test_who_carries_it_is_told_where_nobody_established_does() -> None:
    few = [told("Gull Talk", "Barge strikes bridge", 1), told("X", "Bridge hit by barge", 2)]
    assert weak(few, BOOK) == (
        "no established outlet carries it: Gull Talk (tier 4, social), X (tier 3, other)"
    )
    assert weak([*few, OWN[0]], BOOK) == ""
