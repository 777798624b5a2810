from dataclasses import replace
from datetime import timedelta

import pytest

from bot.orders.topics import about, pick
from bot.story import Heat, Story
from fakes import NOON, item

BRIDGE = Story(1, "Bridge", (item(1, "Harbour bridge closed in Port Ansel", summary=""),))
FERRIES = Story(2, "Ferries", (item(2, "Ferries stay in port", summary="Because of fog. " * 30),))
SHARED = Story(
    3, "Lens", (item(3, "Lost lens found", summary=""), item(4, "Lighthouse lens found in a barn"))
)


@pytest.mark.parametrize(
    ("topic", "story"),
    [
        ("bridge", BRIDGE),
        ("BRIDGES in port ansel", BRIDGE),
        ("fog", FERRIES),
        ("lens lighthouse", SHARED),
        ("", SHARED),
        ("moon landing", None),
    ],
)
def test_a_topic_means_a_story(topic: str, story: Story | None) -> None:
    assert pick([BRIDGE, FERRIES, SHARED], topic) == story


def test_of_lone_reports_the_one_with_enough_to_say_comes_first() -> None:
    later = replace(BRIDGE, items=(replace(BRIDGE.items[0], seen=NOON + timedelta(hours=1)),))
    assert pick([replace(later, heat=Heat(1.0)), FERRIES], "") == FERRIES


def test_among_shared_stories_heat_decides() -> None:
    hotter = replace(SHARED, id=4, heat=Heat(9.0))
    assert pick([SHARED, hotter], "") == hotter


def test_nothing_is_about_nothing() -> None:
    assert pick([], "bridge") is None
    assert about(BRIDGE, "") == 0.0
    assert about(FERRIES, "ferries fog") == 0.75
