"""Why a story is hot and why each report is in it, told to people."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.byhand import Gathered, tell
from bot.story import Heat, Story
from bot.telling import Stand, ago, explained, names, parted, shared_clauses
from bot.trends import Interests
from bot.trends.morgue import Clipping, Morgue
from bot.trends.witness import barred, witnesses_of
from fakes_trends import FERRY, NOON, OTHERS, at, ferry, report
from sources import Item, Signal


def a_story(number: int = 1, reason: str = "", **parts: float) -> Story:
    return Story(number, FERRY[0], tuple(ferry(2)), Heat(4.5, "emerging", parts, reason))


@pytest.mark.parametrize(
    ("part", "value", "words"),
    [
        (
            "breadth",
            2.0,
            "Breadth 2.00: an outlet counts less every hour, and all weigh as much as",
        ),
        ("breadth", 2.0, "as much as 3.0 new ones."),
        ("surprise", -0.0, "Surprise 0.00: what it gained lately is usual on this wire."),
        ("surprise", 2.53, "has a chance of 1 in 340 on this wire."),
        ("surprise", 8.0, "has a chance of 1 in 100,000,000 on this wire."),
        ("novelty", 1.0, "Novelty 1.00: nothing like it was widely told before."),
        ("novelty", 0.7, "it continues what was widely told, which takes 30% off."),
        ("interest", 0.0, "Interest 0.00: a word of `mute` silences it."),
        ("interest", 1.0, "no word of the house is in it."),
        ("interest", 1.5, "words of the house raise it."),
        ("echo", 1.0, "no sense heard of it."),
        ("echo", 1.25, "Echo 1.25: what senses heard adds 25%."),
        ("size", 2.1, "Size 2.10."),
    ],
)
def test_each_part_of_the_heat_is_said_in_words(part: str, value: float, words: str) -> None:
    assert words in explained(a_story(**{part: value}))


def test_a_story_is_explained_in_one_paragraph() -> None:
    told = explained(a_story(reason="2 outlets in 5 minutes", echo=1.0))
    assert told == (
        f"“{FERRY[0]}” is emerging: 2 outlets in 5 minutes. Its heat is 4.50. "
        "Echo 1.00: no sense heard of it."
    )


def test_a_report_says_why_it_is_there_and_whether_it_counts() -> None:
    item = report("A", FERRY[0])
    assert Stand(item, "98% sure", "").told == "98% sure; a witness"
    assert Stand(item, "nothing like it", "too old", first=True).told == (
        "it opened the story: nothing like it; no witness: too old"
    )


def read(items: list[Item]) -> list[Clipping]:
    morgue, clips = Morgue(), []
    for item in items:
        clips.append(morgue.clip(item))
        morgue.file(clips[-1])
    return clips


def test_who_is_no_witness_and_why() -> None:
    items = [
        report("Post", FERRY[0], 0),
        report("Post (YouTube)", FERRY[1], 2),
        report("Courier", FERRY[0], 3),
        report("Ledger", FERRY[2], 4, backlog=True),
        report("Herald", FERRY[3], 5, published=at(5) - timedelta(days=3)),
        report("Radio", FERRY[4], 6),
    ]
    assert list(barred(read(items)).values()) == [
        "",
        "the same owner as Post, who spoke at 12:00",
        "a copy of Post's text",
        "it was there before the wire was watched",
        "it was published 3.0 days before it was seen",
        "",
    ]


REPORTS = st.builds(
    lambda outlet, title, minute, age, backlog: report(
        outlet,
        title,
        minute,
        id=f"{outlet}/{title}/{minute}",
        published=at(minute) - timedelta(hours=age),
        backlog=backlog,
    ),
    st.sampled_from(["Post", "Post (YouTube)", "Courier", "Ledger", "Radio"]),
    st.sampled_from([*FERRY[:3], *OTHERS[:2]]),
    st.integers(0, 60),
    st.sampled_from([0, 30]),
    st.booleans(),
)


@given(st.lists(REPORTS, max_size=12, unique_by=lambda item: item.id))
def test_the_witnesses_are_those_that_nothing_bars(items: list[Item]) -> None:
    clips = read(items)
    bars = barred(clips)
    free = [(c.item.outlet, c.item.seen) for c in clips if not bars[c.item.id]]
    counted = [(w.outlet, w.at) for w in witnesses_of(clips, Interests())]
    assert sorted(free) == sorted(counted)


def test_what_an_outlet_always_prints_is_nobodys_copy() -> None:
    sign = "Follow the Korsby desk for more on this and other stories of the coast tonight."
    old = [report("Post", title, n, summary=sign) for n, title in enumerate(OTHERS[:3])]
    told = [report("Post", FERRY[0], 10, summary=sign), report("Courier", FERRY[0], 12)]
    gathered = Gathered((*old, *told))
    wire, then = tell(gathered, Interests())
    story = next(s for s in wire.stories(then) if len(s.items) == 2)
    assert list(wire.barred(story.id).values()) == ["", "a copy of Post's text"]
    assert story.heat.reason.startswith("only Post so far")


def test_what_senses_say_by_hand_is_heard() -> None:
    said = Signal("Hacker News", "Ferry Marguerite", 0.9, at(5), told="412 points")
    wire, then = tell(Gathered(tuple(ferry(2)), {"hn": (said,)}), Interests())
    heat = wire.stories(then)[0].heat
    assert heat.parts["echo"] == 1.25
    assert "heard on Hacker News (412 points)" in heat.reason


def test_what_several_tell_is_parted_from_what_one_tells() -> None:
    alone = Story(2, OTHERS[0], (report("A", OTHERS[0]),))
    both, other = a_story(1), a_story(3)
    assert parted([both, alone, other]) == ((both, other), (alone,))


def test_a_clause_that_most_reasons_have_is_said_once() -> None:
    reasons = ["2 outlets; 0.3 an hour", "3 outlets; 0.3 an hour", "0.3 an hour", "5 outlets"]
    stories = [a_story(n, reason) for n, reason in enumerate(reasons)]
    assert shared_clauses(stories) == {"0.3 an hour"}
    assert shared_clauses(stories[:2]) == frozenset()


@pytest.mark.parametrize(
    ("count", "named"), [(1, "O0"), (6, "O0, O1, O2, O3, O4, O5"), (8, "O4, O5 and 2 more")]
)
def test_outlets_are_named_and_the_rest_is_counted(count: int, named: str) -> None:
    assert names([f"O{n}" for n in range(count)]).endswith(named)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "just now"), (5, "5 min ago"), (150, "2 h ago"), (2000, "33 h ago"), (3000, "2 days ago")],
)
def test_how_long_ago(minutes: int, words: str) -> None:
    assert ago(NOON, at(minutes)) == words
