import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.trends.alike import alike, compare, is_copy, shared_words
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


def pair(one: str, other: str, minutes: float = 5, outlet: str = "B") -> tuple[Clipping, Clipping]:
    _, clips = filed(report("A", one), report(outlet, other, minutes))
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
    assert alike(*pair("Ferry aground, 240 rescued", "Ferry aground with 240", outlet="A")) < sure
    assert alike(*pair("Ferry aground, 240 rescued", "Ferry aground with 240", 2880)) < sure


@given(st.text(max_size=80), st.text(max_size=80))
def test_all_evidence_is_between_0_and_1(one: str, other: str) -> None:
    found = pair(one, other)
    assert all(-1e-9 <= value <= 1 + 1e-9 for value in compare(*found))
    assert alike(*found) == pytest.approx(alike(*reversed(found)))


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
