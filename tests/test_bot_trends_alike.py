import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.trends.alike import NUMBERS, alike, compare, is_copy, shared_words
from bot.trends.meanings import Meaning
from bot.trends.morgue import NEAREST, Clipping, Morgue, owner_of
from fakes_trends import FERRY, OTHERS, report
from sources import Item


def filed(*items: Item) -> tuple[Morgue, list[Clipping]]:
    morgue = Morgue()
    clips = []
    for item in items:
        clips.append(morgue.clip(item))
        morgue.file(clips[-1])
    return morgue, clips


def pair(
    one: str,
    other: str,
    minutes: float = 5,
    meanings: tuple[Meaning | None, Meaning | None] = (None, None),
) -> tuple[Clipping, Clipping]:
    _, clips = filed(report("A", one), report("B", other, minutes))
    clips[0].meaning, clips[1].meaning = meanings
    return clips[1], clips[0]


def test_two_tellings_of_one_event_are_alike() -> None:
    assert alike(*pair(FERRY[0], FERRY[1])) > 0.5
    assert alike(*pair(FERRY[0], OTHERS[0])) < 0.05


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        ("Ferry aground, 240 rescued", "Ferry aground, 240 safe", 0),
        ("Ferry aground, 240 rescued", "Ferry aground, 17 rescued", 1),
        ("Ferry aground, 240 rescued", "Ferry aground, all safe", 0),
        ("Ferry aground, 1,240 rescued", "Ferry aground, 1240 rescued", 0),
    ],
)
def test_numbers_clash_when_both_tell_others(one: str, other: str, clash: float) -> None:
    assert compare(*pair(one, other)).clash == clash


def test_what_speaks_against_one_event() -> None:
    sure = alike(*pair("Ferry aground, 240 rescued", "Ferry aground with 240"))
    assert alike(*pair("Ferry aground, 240 rescued", "Ferry aground with 17")) < sure
    assert alike(*pair("Ferry aground, 240 rescued", "Ferry aground with 240", 2880)) < sure


@given(st.text(max_size=80), st.text(max_size=80))
def test_all_evidence_is_within_its_bounds(one: str, other: str) -> None:
    found = compare(*pair(one, other))
    shares = (found.words, found.names, found.rare, found.clash, found.meaning)
    assert all(-1e-9 <= value <= 1 + 1e-9 for value in shares)
    assert 0 <= found.numbers <= NUMBERS
    assert alike(*pair(one, other)) == pytest.approx(alike(*reversed(pair(one, other))))


def test_a_meaning_speaks_where_words_are_silent() -> None:
    north, nearly, east = (np.array(v, np.float32) for v in ([1, 0], [0.96, 0.28], [0, 1]))
    said = ("Ferry aground off Skelholm", "Ship hits rocks near an island")
    by_words = alike(*pair(*said))
    assert alike(*pair(*said, meanings=(north, nearly))) > by_words
    assert alike(*pair(*said, meanings=(north, east))) < 0.01
    assert compare(*pair(*said, meanings=(north, None))).meaning == 0


def test_what_means_the_like_is_near_though_it_shares_no_word() -> None:
    north, nearly, east = (np.array(v, np.float32) for v in ([1, 0], [0.96, 0.28], [0, 1]))
    morgue = Morgue()
    for title, meaning in ((FERRY[0], north), (OTHERS[0], east)):
        morgue.file(morgue.clip(report("A", title), meaning))
    near = morgue.nearest(morgue.clip(report("B", "Nave incagliata"), nearly))
    assert [clip.item.title for clip in near] == [FERRY[0]]
    morgue.discard(near[0])
    assert morgue.nearest(morgue.clip(report("B", "Nave incagliata"), nearly)) == []


@pytest.mark.parametrize("bridges", [True, False])
def test_languages_meet_only_over_a_bridge(bridges: bool) -> None:
    same = np.array([1, 0], np.float32)
    morgue = Morgue(bridges=bridges)
    morgue.file(morgue.clip(report("A", FERRY[0], lang="en"), same))
    near = morgue.nearest(morgue.clip(report("B", "Fähre auf Grund", lang="de"), same))
    assert len(near) == bridges


def test_an_outlets_furniture_weighs_little() -> None:
    shows = [report("Korsby TV", f"Kvartal: {title}", n) for n, title in enumerate(OTHERS)]
    others = [report(f"Outlet {n}", f"Tomato {title}", n) for n, title in enumerate(OTHERS)]
    _, clips = filed(*shows, *others)
    last = clips[len(OTHERS) - 1]
    assert last.vector["kvartal"] < 0.6 * clips[0].vector["kvartal"]
    assert clips[-1].vector["tomato"] > last.vector["kvartal"]


def test_a_wire_copy_is_told_by_its_words() -> None:
    assert is_copy(*pair(FERRY[0], FERRY[0]))
    assert not is_copy(*pair(FERRY[0], FERRY[1]))


def test_the_rarest_shared_words_come_first() -> None:
    morgue, clips = filed(*(report(str(n), f"Ferry news {n}") for n in range(9)))
    one = morgue.clip(report("A", "Ferry Marguerite"))
    morgue.file(one)
    assert shared_words(morgue.clip(report("B", "Ferry Marguerite")), one) == [
        "Marguerite",
        "Ferry",
    ]
    assert len(clips) == 9


@pytest.mark.parametrize(
    ("outlet", "owner"),
    [
        ("Korsby Post", "korsby post"),
        ("Korsby Post (YouTube)", "korsby post"),
        ("(no name)", "(no name)"),
        ("", ""),
    ],
)
def test_a_channel_belongs_to_its_outlet(outlet: str, owner: str) -> None:
    assert owner_of(outlet) == owner


def test_the_nearest_are_few_and_in_the_same_language() -> None:
    items = [report(str(n), FERRY[0], lang="en" if n % 2 else "de") for n in range(60)]
    morgue, _ = filed(*items)
    near = morgue.nearest(morgue.clip(report("A", FERRY[0], lang="en")))
    assert 0 < len(near) <= NEAREST
    assert {clip.lang for clip in near} == {"en"}


def test_boilerplate_is_read_past() -> None:
    about = "The Evening Desk is the flagship programme of Korsby TV."
    items = [report("Korsby TV", title, summary=about) for title in OTHERS[:3]]
    morgue, clips = filed(*items)
    assert "flagship" in clips[1].vector
    assert "flagship" not in clips[2].vector
    assert "flagship" in morgue.clip(report("Another", "News", summary=about)).vector


def test_what_is_discarded_leaves_nothing() -> None:
    morgue, clips = filed(*(report(str(n), title) for n, title in enumerate(FERRY)))
    before = Morgue().rarity("ferry")
    for clip in clips:
        morgue.discard(clip)
    assert morgue.rarity("ferry") == before
    assert morgue.nearest(clips[0]) == []
