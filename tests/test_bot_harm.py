"""What became of people, by the words that tell it."""

import pytest

from bot.ground import ground
from bot.prose.harm import harm
from bot.story import Beat, Script
from bot.writers import Brief
from bot.writers.extractive import compose
from fakes_pen import item, story


@pytest.mark.parametrize(
    ("text", "fates"),
    [
        ("The pilot dies in a crash", {"dead"}),
        ("Two were killed and nine injured; one is missing.", {"dead", "hurt", "missing"}),
        ("Nobody was hurt.", {"hurt"}),
        ("Zwei Tote und ein Verletzter", {"dead", "hurt"}),
        ("Deux morts, trois blessés", {"dead", "hurt"}),
        ("Dos muertos y un herido", {"dead", "hurt"}),
        ("Um morto e dois feridos", {"dead", "hurt"}),
        ("Un morto e due feriti", {"dead", "hurt"}),
        ("A jet crashed into a house", set()),
        ("The deadline passed; the dietary rules stay", set()),
    ],
)
def test_fates_are_read(text: str, fates: set[str]) -> None:
    assert harm(text) == fates


JET = story(
    item("Harbour Post", "Display jet crashes into house in Saltby", minute=1),
    item("Coast Radio", "Display jet crashes in Saltby after pilot ejects", minute=4),
    item("The Ledger", "Display jet pilot dies in Saltby crash, air force says", minute=40),
)


def test_a_death_that_one_outlet_tells_opens_the_clip_and_is_of_one_outlet() -> None:
    script = compose(JET, Brief("flash"))
    assert "dies" in script.beats[0].line
    assert {cite.outlet for cite in script.beats[0].cites} == {"The Ledger"}


def test_who_does_not_tell_of_a_death_carries_no_line_that_does() -> None:
    line = "The air force says a display jet pilot dies in the Saltby crash."
    script = Script("flash", "", "en", "tension", (Beat(line),))
    whole = [f for f in ground(script, JET.items).findings if f.kind == "line"]
    assert [(f.verdict, f.outlet) for f in whole] == [("one outlet", "The Ledger")]


def test_a_hook_says_who_it_is_that_later_lines_call_by_name() -> None:
    tale = story(
        item("Harbour Post", "Harbour master of Saltby is found dead at home", minute=1),
        item(
            "Coast Radio",
            "Harbour master found dead in Saltby",
            "The harbour master of Saltby, Ada Quill, was found dead on Tuesday in her home above"
            " the old quay.",
            minute=3,
        ),
        item(
            "The Ledger",
            "Saltby harbour master found dead",
            "Ada Quill, 58, was elected in February after a long quarrel about dredging fees.",
            minute=9,
        ),
    )
    lines = [beat.line for beat in compose(tale, Brief("news")).beats]
    assert "Ada Quill" in lines[0]
    assert any("elected" in line for line in lines[1:])
