import random
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.trends import WINDOW, Record, Wire
from fakes_trends import FERRY, OTHERS, a_quiet_day, at, ferry, hear, report
from sources import Item


def grouping(wire: Wire, now: float = 600) -> dict[str, int]:
    """Where every item lies; fails if one lies in two stories."""
    lies: dict[str, int] = {}
    for story in wire.stories(at(now)):
        for item in story.items:
            assert item.id not in lies
            lies[item.id] = story.id
    return lies


def test_outlets_that_tell_one_event_share_a_story() -> None:
    wire = Wire()
    hear(wire, [*a_quiet_day(), *ferry(6)])
    hottest = wire.stories(at(40))[0]
    assert len(hottest.items) == 6
    assert len(hottest.outlets) == 6
    assert "Marguerite" in hottest.title


def test_reports_of_nothing_in_common_stay_alone() -> None:
    wire = Wire()
    joined = hear(wire, a_quiet_day())
    assert [j.new for j in joined] == [True] * len(OTHERS)
    assert [j.story for j in joined] == [1, 2, 3, 4, 5, 6]
    assert all(len(story.items) == 1 for story in wire.stories(at(10)))


def test_it_says_why_an_item_joined() -> None:
    wire = Wire()
    first, second = hear(wire, ferry(2))
    assert first.why == "nothing on the wire is like it"
    assert second.story == first.story
    assert not second.new
    assert "Outlet 1" in second.why
    assert "Marguerite" in second.why
    assert wire.why(second.story, ferry(2)[1].id) == second.why
    assert wire.why(99, ferry(2)[1].id) == ""


def test_an_item_twice_changes_only_its_title() -> None:
    wire = Wire()
    hear(wire, [*ferry(2), *a_quiet_day(10)])
    before = grouping(wire)
    again = wire.add(report("Outlet 2", "Something else now", 30, id=ferry(2)[1].id))
    assert not again.new
    assert grouping(wire) == before
    story = wire.story(again.story, at(40))
    assert story
    assert story.items[1].title == "Something else now"
    assert story.items[1].seen == at(5)


def test_two_languages_are_two_stories() -> None:
    wire = Wire()
    hear(wire, [*ferry(1, lang="en"), report("Zeitung", FERRY[0], 5, lang="de-AT")])
    assert len(wire.stories(at(10))) == 2


def test_a_recorded_story_is_obeyed() -> None:
    wire = Wire()
    wire.restore(ferry(1)[0], 7)
    wire.restore(a_quiet_day(1)[0], 7)
    assert set(grouping(wire).values()) == {7}
    assert wire.add(a_quiet_day(2)[1]).story == 8


def test_ids_are_not_given_out_twice() -> None:
    assert Wire(first_id=40).add(ferry(1)[0]).story == 40


def test_a_merge_is_followed() -> None:
    wire = Wire()
    hear(wire, a_quiet_day())
    wire.merge(3, 2)
    wire.merge(2, 1)
    wire.merge(3, 1)
    assert wire.resolve(3) == 1
    story = wire.story(3, at(10))
    assert story
    assert story.id == 1
    assert [item.outlet for item in story.items] == ["Outlet 1", "Outlet 2", "Outlet 3"]
    assert wire.why(1, story.items[2].id).endswith(
        "story 3 became part of 2; story 2 became part of 1"
    )


def test_recorded_merges_keep_their_ids_taken() -> None:
    wire = Wire()
    wire.merge(9, 4)
    assert wire.resolve(9) == 4
    assert wire.add(ferry(1)[0]).story == 10


def test_two_halves_of_a_story_are_merged_and_reported() -> None:
    wire = Wire()
    items = ferry(6)
    for n, item in enumerate(items[:4]):
        wire.restore(item, 1 + n % 2)
    late = wire.add(items[4])
    assert late.merged == ((2, 1),)
    assert late.story == 1
    assert set(grouping(wire).values()) == {1}


def test_a_story_without_news_leaves_memory() -> None:
    wire = Wire()
    hear(wire, ferry(3))
    after = WINDOW / timedelta(minutes=1) + 60
    wire.add(report("Outlet 9", FERRY[3], after))
    assert wire.story(1, at(after)) is None
    assert wire.why(1, ferry(1)[0].id) == ""
    assert [story.id for story in wire.stories(at(after))] == [2]


def test_a_file_read_once_forgets_nothing() -> None:
    wire = Wire(forget=False)
    hear(wire, ferry(3))
    after = WINDOW / timedelta(minutes=1) + 60
    wire.add(report("Outlet 9", FERRY[3], after))
    assert len(grouping(wire, after)) == 4
    assert {s.id: len(s.items) for s in wire.stories(at(after))} == {1: 3, 2: 1}


@pytest.mark.parametrize("title", ["", "   ", "!!!", "12", "的", "a" * 10_000, "\u202e\u0000"])
def test_odd_titles_are_stories_of_their_own(title: str) -> None:
    wire = Wire()
    wire.add(report("A", title))
    wire.add(report("B", title, 1))
    assert len(grouping(wire)) == 2


def a_stream(seed: int, count: int, every: float = 3.0) -> list[Item]:
    """Invented events out of few words, so that some reports are alike by chance."""
    chance = random.Random(seed)
    words = [f"{a}{b}" for a in ("kor", "vel", "arr", "lin", "mar") for b in ("sby", "den", "qvo")]
    items = []
    for n in range(count):
        title = " ".join(chance.sample(words, 4))
        items.append(report(f"Outlet {chance.randrange(9)}", title, n * every, id=str(n)))
    return items


def carried_over(items: Sequence[Item], cut: int) -> Wire:
    """A wire that was stopped after `cut` items and rebuilt from what was recorded."""
    before = Wire()
    merged: list[tuple[int, int]] = []
    recorded: dict[str, int] = {}
    records: dict[str, Record | None] = {}
    for item in items[:cut]:
        joined = before.add(item)
        recorded[item.id], records[item.id] = joined.story, joined.record
        merged += joined.merged
    after = Wire()
    for gone, kept in merged:
        after.merge(gone, kept)
    lasting = {before.resolve(story) for story in recorded.values()}
    alive = {s for s in lasting if before.story(s, items[0].seen)}
    for item in items[:cut]:  # what is over is not written down any more
        if before.resolve(recorded[item.id]) in alive:
            after.restore(item, recorded[item.id], records[item.id])
    for item in items[cut:]:
        after.add(item)
    return after


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 80), st.sampled_from((3.0, 120.0)))
def test_a_restart_changes_nothing(seed: int, cut: int, every: float) -> None:
    items = a_stream(seed, 80, every)  # within hours, or over a week: stories end meanwhile
    straight = Wire()
    hear(straight, items)
    now = items[-1].seen + timedelta(hours=1)
    told, retold = straight.stories(now), carried_over(items, cut).stories(now)
    assert {s.id: s.items for s in retold} == {s.id: s.items for s in told}
    heat = {s.id: s.heat.score for s in told}
    assert {s.id: s.heat.score for s in retold} == pytest.approx(heat)
    assert {s.id: s.heat.phase for s in retold} == {s.id: s.heat.phase for s in told}


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_no_item_is_lost_and_merges_lead_to_the_older_story(seed: int) -> None:
    wire = Wire()
    items = a_stream(seed, 60)
    joined = hear(wire, items)
    lies = grouping(wire)
    assert lies.keys() == {item.id for item in items}
    assert all(kept < gone for j in joined for gone, kept in j.merged)
    assert all(
        wire.resolve(j.story) == lies[item.id] for j, item in zip(joined, items, strict=True)
    )


def test_meanings_bring_together_what_words_keep_apart() -> None:
    titles = ("Ferry Marguerite aground off Skelholm", "Ship hits the rocks at Skelholm island")
    said = [report(f"Outlet {n}", title, n) for n, title in enumerate(titles)]
    same = np.array([1, 0], np.float32)
    by_words, by_meaning = Wire(), Wire()
    for item in said:
        by_words.add(item)
        by_meaning.add(item, meaning=same)
    assert len(by_words.stories(at(5))) == 2
    assert len(by_meaning.stories(at(5))) == 1
