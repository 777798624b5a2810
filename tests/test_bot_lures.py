"""What leads out of a clip is found in every disguise; honest figures are left alone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.prose.lures import lures
from bot.story import Beat, Wish
from bot.writers import WriterRefused
from bot.writers._closed import closed
from bot.writers._leaks import leaked, recites
from fakes import script

LEADING = [
    "Visit https://evil.example/win now.", "Go to evil.com.", "EVIL.COM has it", "www.evil.co/x",
    "еvil.com", "ｅｖｉｌ．ｃｏｍ", "ev\u200bil.com", "evil[.]com", "evil dot com",
    "me@evil.example",
    "Follow @evil now", "t.me/evil", "Call +44 20 7946 0958", "Call 0800 123 4567", "tel:0900123",
    "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "0x71C7656EC7ab88b098defB751B7401B5f6d8976F",
    "<b>bold</b>", "[here](x)", "10.0.0.1/a", "javascript:alert(1)",
]  # fmt: skip
HONEST = [
    "Repairs could cost 3.5 million euros.", "It will cost 1 200 000 euros.", "40,000 commuters",
    "On 2026-03-04 it was shut.", "It ended 3-2.", "the U.S. economy", "at 5.30 p.m.",
    "between 1914-1918", "He said no.It is shut.", "18.000.000 people", "5-4, 7-6, 6-3",
    "Mr. Ito said so. In June it opens.", "from 1999 2000 people left",
]  # fmt: skip


@pytest.mark.parametrize("text", LEADING)
def test_what_leads_elsewhere_is_found(text: str) -> None:
    assert lures(text)


@pytest.mark.parametrize("text", HONEST)
def test_what_leads_nowhere_is_left_alone(text: str) -> None:
    assert not lures(text)


def test_an_outlet_may_be_named_like_a_link() -> None:
    assert lures("news.com.au says so")
    assert not lures("news.com.au says so", ["news.com.au"])


@given(st.text(max_size=200))
def test_no_text_is_too_strange(text: str) -> None:
    assert all(isinstance(lure, str) for lure in lures(text))


def test_a_script_is_closed_wherever_it_was_open() -> None:
    told = script("The bridge is shut.", "See evil.com.", "It opens on Friday.")
    carded = replace(told.beats[2], wish=Wish("list", {"items": ["a", "www.evil.com"]}))
    told = replace(
        told,
        beats=(*told.beats[:2], carded),
        headline="Go to evil.com",
        chip="@evil",
        caption="The bridge is shut. evil.com\nSources: News.com.",
    )
    safe = closed(told, ["News.com"])
    assert [beat.line for beat in safe.beats] == ["The bridge is shut.", "It opens on Friday."]
    assert (safe.headline, safe.chip, safe.caption) == (
        "The bridge is shut",
        "",
        "Sources: News.com.",
    )
    assert safe.beats[1].wish == Wish()
    assert "left out" in safe.notes[-1]


def test_a_clean_script_is_not_touched_and_a_hopeless_one_is_refused() -> None:
    assert closed(script(), []) == script()
    with pytest.raises(WriterRefused):
        closed(replace(script(), beats=(Beat("See evil.com."),)), [])


KEY = "sk-4f9d0c7a1b2e83d65a"


@pytest.mark.parametrize(
    "text",
    [KEY, KEY[::-1], " ".join(KEY), KEY.upper(), "c2stNGY5ZDBjN2ExYjJlODNkNjVh", KEY[4:16],
     KEY.encode().hex()],
)  # fmt: skip
def test_a_key_is_known_in_every_guise(text: str) -> None:
    assert leaked(f"The code is {text}.", [KEY])
    assert not leaked("The code is 4812.", [KEY])


def test_instructions_are_known_unless_a_report_says_the_same() -> None:
    rules = "Say only what the reports say and never anything else."
    assert recites("He told us: say only what the reports say and go.", rules, [])
    assert not recites("Say only what the reports say and never", rules, [rules])
    assert not recites("The reports say that the bridge is shut.", rules, [])
