from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.story import Heat, Story
from bot.trends import Interests, Wire
from bot.trends.heat import MAX_SURPRISE, Usual
from fakes_trends import FERRY, OTHERS, a_quiet_day, at, ferry, hear, report
from sources import Item, Signal


def hottest(items: list[Item], now: float, interests: Interests | None = None) -> Story:
    wire = Wire(interests)
    hear(wire, items)
    return wire.stories(at(now))[0]


def heat(items: list[Item], now: float, interests: Interests | None = None) -> Heat:
    return hottest(items, now, interests).heat


def test_five_outlets_in_twenty_minutes_are_a_trend() -> None:
    found = heat([*a_quiet_day(), *ferry(5)], 22)
    assert found.phase in ("emerging", "trending")
    assert found.reason.startswith("5 outlets in 20 minutes, first Outlet 1; ")
    assert found.score == pytest.approx(
        found.parts["breadth"]
        * (1 + found.parts["surprise"])
        * found.parts["novelty"]
        * found.parts["interest"]
        * found.parts["echo"]
    )


@pytest.mark.parametrize(
    ("outlets", "minute", "phase"),
    [
        (1, 5, "quiet"),
        (2, 6, "candidate"),
        (2, 600, "quiet"),
        (4, 16, "emerging"),
        (6, 26, "trending"),
        (6, 150, "trending"),
        (6, 300, "cooling"),
        (6, 1800, "quiet"),
    ],
)
def test_a_story_goes_through_its_phases(outlets: int, minute: float, phase: str) -> None:
    assert heat(ferry(outlets), minute).phase == phase


def test_a_story_cools_with_time() -> None:
    wire = Wire()
    hear(wire, ferry(5))
    scores = [wire.stories(at(minute))[0].heat.score for minute in (25, 90, 240, 600, 2000)]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] < 0.1


def test_backlog_never_makes_a_trend() -> None:
    found = heat(ferry(6, backlog=True), 30)
    assert (found.score, found.phase) == (0, "quiet")
    assert "before the wire was watched" in found.reason


def test_what_was_put_back_in_after_a_day_is_no_witness() -> None:
    assert heat(ferry(6, published=at(-60 * 30)), 30).score == 0


def test_undated_reports_count_from_when_they_were_seen() -> None:
    assert heat(ferry(6, published=None), 30).phase == "trending"


def test_one_outlet_alone_never_makes_a_trend() -> None:
    flood = [report("Outlet 1", title, n, published=None) for n, title in enumerate(FERRY)]
    found = heat(flood, 10)
    assert found.phase == "quiet"
    assert found.reason.startswith("only Outlet 1 so far")
    assert found.parts["surprise"] == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"url": "https://www.prnewswire.com/news-releases/ferry.html"},
        {"url": "https://www.presseportal.de/pm/1/2"},
        {"summary": "SKELHOLM, March 2, 2026 /PRNewswire/ -- The owner of the ferry says"},
        {"summary": "Skelholm (ots) - Die Reederei teilt mit"},
        {"backlog": True},
        {"published": at(-24 * 60 - 1)},
    ],
)
def test_what_is_no_news_of_an_outlet_raises_nothing(fields: dict[str, Any]) -> None:
    assert heat(ferry(6, **fields), 40).phase == "quiet"


def test_one_outlet_that_floods_the_wire_raises_nothing() -> None:
    flood = [report("Korsby Post", f"{FERRY[n % 6]}, part {n}", n / 10) for n in range(60)]
    assert heat(flood, 10).phase == "quiet"


def test_a_date_in_the_future_changes_nothing() -> None:
    later = ferry(5, published=at(5 * 60))
    assert heat(later, 22) == heat(ferry(5), 22)


def test_an_outlet_and_its_channel_are_one_voice() -> None:
    items = [report("Korsby Post", FERRY[0]), report("Korsby Post (YouTube)", FERRY[1], 1)]
    assert heat(items, 2).phase == "quiet"


def test_wire_copies_count_once() -> None:
    copies = [report(f"Outlet {n}", FERRY[0], n) for n in range(6)]
    assert heat(copies, 8).phase == "quiet"
    assert len(hottest(copies, 8).outlets) == 6


def a_signal(title: str, minute: float = 5, **more: Any) -> Signal:
    return Signal(**{"sense": "votes", "title": title, "strength": 0.5, "seen": at(minute)} | more)


def echo(items: Sequence[Item], *signals: Signal, minute: float = 8) -> float:
    wire = Wire()
    hear(wire, items)
    wire.hear("senses", signals)
    return wire.stories(at(minute))[0].heat.parts["echo"]


def test_signals_speak_for_a_story_but_are_no_outlets() -> None:
    wire = Wire()
    hear(wire, ferry(2))
    plain = wire.stories(at(6))[0].heat
    wire.hear("a", [a_signal("Ferry Marguerite", told="412 points")])
    wire.hear("b", [a_signal("Skelholm ferry aground", sense="edits")])
    loud = wire.stories(at(6))[0].heat
    assert loud.score == pytest.approx(plain.score * 1.5)
    assert loud.phase == plain.phase
    assert loud.reason == f"{plain.reason}; heard on edits, votes (412 points)"
    wire.hear("a", [])
    wire.hear("b", [])
    assert wire.stories(at(6))[0].heat == plain


def test_a_topic_echoes_only_in_the_story_that_it_means() -> None:
    wire = Wire()
    hear(wire, [*ferry(3), *a_quiet_day(30)])
    wire.hear("a", [a_signal("Skelholm", 40), a_signal("Korsby tramline", 40)])
    echoing = {s.title for s in wire.stories(at(41)) if s.heat.parts["echo"] > 1}
    assert echoing == {FERRY[1], OTHERS[3]}


@pytest.mark.parametrize("topic", ["harbour football", "Passengers of flight 12 to Ostrava", ""])
def test_a_topic_that_means_no_story_echoes_nowhere(topic: str) -> None:
    assert echo(ferry(2), a_signal(topic)) == 1


def test_a_signal_that_links_to_a_report_means_its_story() -> None:
    items = ferry(2, url="https://korsby.example/ferry")
    assert echo(items, a_signal("Wow", links=("https://korsby.example/ferry",))) == 1.25


def test_an_echo_fades() -> None:
    assert echo(ferry(2), a_signal("Ferry Marguerite", 0), minute=361) == 1


@pytest.mark.parametrize(
    ("interests", "factor"),
    [
        (Interests(), 1.0),
        (Interests(words=("ferries",)), 1.5),
        (Interests(words=("Skelholm", "passenger")), 2.0),
        (Interests(words=("Skelholm volcano",)), 1.0),
        (Interests(mute=("skelholm",)), 0.0),
        (Interests(words=("ferry",), mute=("passengers",)), 0.0),
        (Interests(words=("the", "")), 1.0),
    ],
)
def test_words_raise_and_silence(interests: Interests, factor: float) -> None:
    wire = Wire(interests)
    hear(wire, ferry(3))
    story = wire.story(1, at(12))
    assert story
    assert story.heat.parts["interest"] == factor


def test_a_trusted_outlet_weighs_more() -> None:
    trusted = Interests(outlets=(("outlet 1", 3.0),))
    assert heat(ferry(2), 6, trusted).score > heat(ferry(2), 6).score


def test_a_witness_of_tomorrow_is_not_heard_today() -> None:
    wire = Wire()
    hear(wire, ferry(5))
    assert wire.stories(at(6))[0].heat.reason.startswith("2 outlets in 5 minutes")


def test_the_usual_is_learnt_from_the_other_stories() -> None:
    def surprise(others: int) -> float:
        tram = ("Tramline to Korsby harbour opens today", "Korsby opens its harbour tramline")
        wire = Wire()
        hear(wire, ferry(others))
        joined = hear(wire, [report(f"Outlet {n}", t, 500 + n) for n, t in enumerate(tram)])
        story = wire.story(joined[-1].story, at(502))
        assert story
        assert len(story.items) == 2
        return story.heat.parts["surprise"]

    assert surprise(others=2) > surprise(others=6)


counts = st.integers(0, 60)
times = st.floats(0.1, 48)


@given(counts, times, st.floats(0, 500), st.floats(0, 5000))
def test_more_outlets_surprise_more(count: int, hours: float, gained: float, lived: float) -> None:
    usual = Usual(gained, lived)
    here = usual.unlikely(count, hours)
    assert 0 <= here <= MAX_SURPRISE
    assert usual.unlikely(count + 1, hours) >= here
    assert usual.unlikely(count, hours + 1) <= here + 1e-9


def test_history_makes_the_same_burst_more_surprising() -> None:
    known, new = Usual(gained=500, hours=1000), Usual()
    assert known.rate == pytest.approx(new.rate, rel=0.01)
    assert known.unlikely(5, 1) > new.unlikely(5, 1)


def test_a_continuation_is_less_new() -> None:
    wire = Wire()
    hear(wire, ferry(4))
    follow: dict[str, Any] = {"id": "follow"}
    wire.add(report("Outlet 7", "Owner of ferry Marguerite promises lifeboats", 60, **follow))
    story = next(s for s in wire.stories(at(61)) if s.items[-1].id == "follow")
    assert len(story.items) == 1
    assert story.heat.parts["novelty"] < 1


def test_hot_again_needs_new_witnesses() -> None:
    wire = Wire()
    hear(wire, ferry(6))
    wire.add(report("Outlet 1", FERRY[2], 240))
    assert wire.stories(at(260))[0].heat.phase == "cooling"


@pytest.mark.parametrize(("count", "stories", "surprised"), [(2, 600, 0), (3, 600, 1), (5, 600, 2)])
def test_where_all_comes_at_once_size_tells(count: int, stories: int, surprised: float) -> None:
    crowds = (2,) * 40 + (3,) * 12 + (4,) * 3
    wire = Usual(gained=70, hours=0.01, stories=stories, crowds=crowds)
    assert wire.unlikely(count - 1, 0.5) < 0.1
    assert wire.rare(count) >= surprised
    assert (wire.rare(count) > 0) == (surprised > 0)


def test_its_own_crowd_does_not_speak_against_a_story() -> None:
    wire = Usual(stories=100, crowds=(2, 5))
    others = Usual(stories=100, crowds=(2, 5), own=5)
    assert others.rare(5) > wire.rare(5)
