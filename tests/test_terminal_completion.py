"""What the Tab key offers at the prompt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import VERBS
from bot.terminal.completion import Known, completions, waiting

KNOWN = Known(
    drafts=(
        {"id": 7, "rev": "3fa9c1", "state": "offered", "title": "Bridge shut", "held": ""},
        {"id": 8, "rev": "", "state": "written", "title": "Ferry", "held": ""},
        {"id": 9, "rev": "b01d77", "state": "approved", "title": "Toll", "held": "newer news"},
    ),
    stories=(12, 14),
    channels=("square", "tower"),
)


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("ap", ["approve "]),
        ("AP", ["approve "]),
        ("approve ", ["7 3fa9c1 ", "9 b01d77 "]),
        ("approve 7", ["7 3fa9c1 "]),
        ("/approve 7 3", ["3fa9c1 "]),
        ("approve 7 3fa9c1 ", ["square ", "tower "]),
        ("approve 7 3fa9c1 square t", ["tower "]),
        ("show ", ["7 ", "8 ", "9 "]),
        ("edit 7 h", ["headline: "]),
        ("make 1", ["12 ", "14 "]),
        ("make 12 --f", ["--format "]),
        ("make 12 in ", ["60s ", "2m ", "5m "]),
        ("make bridge ", []),
        ("merge 12 ", ["12 ", "14 "]),
        ("resolve 7 s", ["square "]),
        ("resolve 7 square ", ["done ", "again "]),
        ("pause ", ["square ", "tower "]),
        ("help top", ["topics "]),
        ("status ", []),
        ("nonsense ", []),
    ],
)
def test_what_may_come_next_is_offered(line: str, offered: list[str]) -> None:
    assert completions(line, KNOWN) == offered


def test_every_verb_is_offered_at_the_start() -> None:
    assert completions("", KNOWN) == [f"{verb} " for verb in VERBS]


@given(st.text(max_size=40))
def test_what_is_offered_goes_on_from_what_was_typed(line: str) -> None:
    begun = line.split(" ")[-1].lower()
    assert all(word.lower().startswith(begun) for word in completions(line, KNOWN))


def test_what_waits_for_a_decision_is_said_first() -> None:
    assert waiting(KNOWN) == [
        "draft 7 waits: Bridge shut  (approve 7 3fa9c1)",
        "draft 9 waits: Toll  (approve 9 b01d77)",
    ]
