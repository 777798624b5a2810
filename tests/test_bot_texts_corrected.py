"""A correction in the words of a post: first, whole, and within what the channel takes."""

from contextlib import suppress
from dataclasses import asdict, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.direct import direct
from bot.draft import Texts
from bot.texts import compose, told
from bot.texts.corrected import answered, corrected
from bot.texts.told import Told
from fakes import script
from fakes_pen import bridge
from publish import Limits, Room
from render.storyboard import Brand

WORDS = "Nineteen people were hurt, not fourteen."


def all_told(lang: str = "en") -> Told:
    words = replace(script("A barge struck the bridge.", "Trams stand still."), lang=lang)
    plan = asdict(direct(words, bridge(), pictures=(), brand=Brand(), label="AI"))
    return told(words, bridge(), plan)


@pytest.mark.parametrize(
    ("lang", "begins"),
    [
        ("en", "Correction: "),
        ("de-AT", "Berichtigung: "),
        ("fr", "Rectificatif : "),
        ("ja", "訂正："),
        ("sw", "Correction: "),
    ],
)
def test_it_begins_in_the_language_of_the_script(lang: str, begins: str) -> None:
    assert answered(WORDS, lang, Limits()) == begins + WORDS
    texts = corrected(all_told(lang), Limits(), Texts("T", ""), [WORDS])
    assert texts.caption.startswith(f"{begins}{WORDS}\n\nA barge struck the bridge.")


def test_the_newest_stands_first_and_none_is_left_out() -> None:
    texts = corrected(all_told(), Limits(), Texts("T", ""), ["Second.", "First."])
    assert texts.caption.startswith("Correction: Second.\nCorrection: First.\n\nA barge")


@pytest.mark.parametrize("own", ["", "An editor's own words about the bridge."])
@pytest.mark.parametrize("most", [700, 300, 180, 110])
def test_what_the_post_said_gives_way(own: str, most: int) -> None:
    limits = Limits(text=Room(most, "graphemes"))
    before = compose(all_told(), limits, {"caption": own} if own else {})
    texts = corrected(all_told(), limits, before, [WORDS])
    assert texts.caption.startswith(f"Correction: {WORDS}")
    assert limits.faults("", texts.caption) == ()
    assert "Source" in texts.caption
    assert (texts.title, texts.own, texts.alt) == (before.title, before.own, before.alt)
    assert not own or (own in texts.caption) == (most > 110)


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=300), st.integers(20, 400))
@settings(max_examples=60, deadline=None)
def test_it_is_whole_or_refused(words: str, most: int) -> None:
    limits = Limits(text=Room(most))
    with suppress(ValueError):
        texts = corrected(TOLD, limits, Texts("T", ""), [words])
        assert f"Correction: {words}" in texts.caption
        assert len(texts.caption) <= most


TOLD = all_told()


def test_an_answer_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="at most"):
        answered("x" * 300, "en", Limits(text=Room(300)))
