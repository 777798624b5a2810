"""How channels count, by what they say of themselves."""

import pytest

from publish import Limits, Room, Unit

FAMILY = "👨\u200d👩\u200d👧\u200d👦"


@pytest.mark.parametrize(
    ("text", "unit", "length"),
    [
        ("café", "characters", 4),
        ("cafe\u0301", "characters", 5),
        ("cafe\u0301", "graphemes", 4),
        ("cafe\u0301", "bytes", 6),
        (FAMILY, "characters", 7),
        (FAMILY, "utf-16", 11),
        (FAMILY, "bytes", 25),
        (FAMILY, "graphemes", 1),
        (FAMILY, "weighted", 2),
        (FAMILY, "emoji bytes", 25),
        ("🙋🏽", "weighted", 2),
        ("cafe\u0301", "weighted", 4),  # counted in form C
        ("東京で地震", "weighted", 10),
        ("東京で地震", "emoji bytes", 5),
        ("“a”… –", "weighted", 7),  # the ellipsis is no light character
        ("Ỗ مدينة", "weighted", 8),
        ("नमस्ते", "graphemes", 3),
        ("", "graphemes", 0),
    ],
)
def test_each_unit_counts_as_its_channel(text: str, unit: Unit, length: int) -> None:
    assert Room(unit=unit).length(text) == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("see https://a.example/x", 4 + 23),
        ("see https://a.example/" + "x" * 300 + ".", 4 + 23 + 1),
        ("https://a.example\nhttps://b.example", 23 + 1 + 23),
        ("by heise.de, today", 3 + 23 + 7),  # X makes a link of it
        ("U.S. or 3.5 or a@b.example", 26),
        ("(https://a.example/x)", 1 + 23 + 1),
    ],
)
def test_a_link_counts_23_on_x(text: str, length: int) -> None:
    assert Room(280, "weighted", 23).length(text) == length


def test_on_mastodon_only_what_has_a_scheme_is_a_link() -> None:
    assert Room(500, "graphemes", 23).length("heise.de https://heise.de/") == 9 + 23


def test_what_does_not_fit_is_named_with_its_bar() -> None:
    limits = Limits(Room(5), Room(10, "bytes"), Room(3, "graphemes"), tags=1, links=0)
    assert limits.faults("title", "text", ("one",), "alt") == ()
    assert limits.faults("titles", "https://ab #x #2 #y", ("one",), "alts") == (
        "the title has 6 characters, 5 at most",
        "the text has 19 bytes, 10 at most",
        "the alt text has 4 graphemes, 3 at most",
        "3 hashtags, 1 at most",
        "1 link, 0 at most",
    )


def test_what_a_channel_does_not_have_cannot_be_too_long() -> None:
    assert Limits(title=None, alt=None).faults("x" * 999, "", (), "x" * 999) == ()
