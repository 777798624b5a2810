"""Marks in each chat's own way: whatever has no mark is text, and stays the same text."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat import Mark
from bot.chat._markup import called, discord, entities, mattermost, rich_text

TEXTS = st.text(alphabet="ab *_`~|<>[](){}#+-!:@&\\\n😀é\u202e", max_size=40)


@st.composite
def marked(draw: Any) -> tuple[str, tuple[Mark, ...]]:
    text = draw(TEXTS)
    edges = st.integers(0, len(text))
    kinds = st.sampled_from(["bold", "code", "link"])
    pairs = draw(st.lists(st.tuples(edges, edges, kinds), max_size=3))
    url = "https://ours.example"
    return text, tuple(Mark(min(a, b), max(a, b), kind, url) for a, b, kind in pairs)


@given(marked())
def test_entities_count_as_telegram_does(given_text: tuple[str, tuple[Mark, ...]]) -> None:
    text, marks = given_text
    units = text.encode("utf-16-le")
    for mark, entity in zip(marks, entities(text, marks), strict=True):
        start, end = entity["offset"], entity["offset"] + entity["length"]
        assert units[2 * start : 2 * end].decode("utf-16-le") == text[mark.start : mark.end]


@given(marked())
def test_rich_text_says_every_letter_once(given_text: tuple[str, tuple[Mark, ...]]) -> None:
    text, marks = given_text
    (section,) = rich_text(text, marks)["elements"]
    assert "".join(part["text"] for part in section["elements"]) == text


@given(TEXTS)
def test_markdown_of_a_plain_text_is_that_text(text: str) -> None:
    for write in (discord, mattermost):
        written = write(text)
        shown = re.sub(r"\\([^A-Za-z0-9\s])", r"\1", written).replace("\u200b", "")
        assert shown == text
        assert not re.search(r"(?<!\\)(?:\\\\)*[*_`~|<>\[\]#]", written.replace("\\\\", ""))


@pytest.mark.parametrize(
    ("text", "kind", "url", "wanted"),
    [
        (" big news ", "bold", "", " **big news** "),
        ("a_b", "code", "", "`a_b`"),
        ("a`b", "code", "", "a\\`b"),
        ("here", "link", "https://x.example/(a b)", "[here](<https://x.example/%28a%20b%29>)"),
        ("here", "link", "javascript:alert(1)", "here"),
        ("  ", "bold", "", "  "),
    ],
)
def test_what_a_mark_makes_of_a_text(text: str, kind: Any, url: str, wanted: str) -> None:
    assert discord(text, (Mark(0, len(text), kind, url),)) == wanted


def test_marks_lie_over_each_other() -> None:
    marks = (Mark(0, 8, "bold"), Mark(4, 8, "link", "https://x.example"))
    assert discord("big news", marks) == "**big** [**news**](<https://x.example>)"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("@reel drafts", ("drafts", True)),
        ("@REEL: drafts", ("drafts", True)),
        ("drafts, @reel!", ("drafts, @reel!", True)),
        ("@reeling drafts", ("@reeling drafts", False)),
        ("@reel.two drafts", ("@reel.two drafts", False)),
        ("ask @reel.", ("ask @reel.", True)),
        ("@reel", ("", True)),
        ("drafts", ("drafts", False)),
    ],
)
def test_a_mention_of_ours(text: str, wanted: tuple[str, bool]) -> None:
    assert called(text, "@reel") == wanted
