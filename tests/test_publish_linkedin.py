"""LinkedIn beyond the table of faults: its little text, and who may be looked up."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fakes_publish import prepared
from platforms import a_post
from platforms.linkedin import Fake
from publish import OutcomeUnknown, Post
from publish._linkedin_text import little
from publish.linkedin import Plugin, Settings


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def there() -> AsyncIterator[Fake]:
    async with Fake() as server:
        yield server


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return a_post(tmp_path, "linkedin")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("plain, words!", "plain, words!"),
        ("a (b) [c] {d}", r"a \(b\) \[c\] \{d\}"),
        ("@desk *now* ~soon~", r"\@desk \*now\* \~soon\~"),
        ("back\\slash | <b>", r"back\\slash \| \<b\>"),
        ("safe #bridge.", r"safe {hashtag|\#|bridge}."),
        ("#snow_fall #1", r"{hashtag|\#|snow\_fall} \#1"),
        ("https://a.example/x#part_1", r"https://a.example/x\#part\_1"),
    ],
)
def test_little_text(text: str, told: str) -> None:
    assert little(text) == told


@given(st.text())
def test_no_sign_is_left_unescaped(text: str) -> None:
    tags = re.compile(r"\{hashtag\|\\#\|((?:[^\\|{}@\[\]()<>#*_~]|\\.)+)\}", re.DOTALL)
    rest = tags.sub(r"\\#\1", little(text))
    assert re.fullmatch(r"(?:[^\\|{}@\[\]()<>#*_~]|\\.)*", rest, re.DOTALL)
    assert re.sub(r"\\(.)", r"\1", rest, flags=re.DOTALL).replace("＃", "#") == text.replace(
        "＃", "#"
    )


async def test_parts_are_sent_once_each(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    states = [dict(state) async for state in channel.prepare(post, {})]
    assert len(states) == 1 + 3 + 1  # opened, three parts of 30,000 bytes, ended
    await channel.commit(post, states[-1])
    assert there.posts[0].text == (
        r"Sixty-three people are safe. https://wire.example/boat {hashtag|\#|bridge}"
    )


async def test_a_person_is_asked_where_linkedin_tells_nothing(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    given = there.account("me", author="urn:li:person:aB3-x", scopes=("w_member_social",))
    channel = Plugin("me", Settings.model_validate(given), http)
    assert channel.caps.replay == "none"
    with pytest.raises(OutcomeUnknown, match="look there"):
        await channel.find(post, {"video": "urn:li:video:1"})


async def test_a_text_that_grows_by_its_escapes_is_found_early(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    assert channel.check(replace(post, text="(" * 1500)) == ()
    assert channel.check(replace(post, text="(" * 1501)) == (
        "the text has 3002 characters as LinkedIn counts",
    )


@pytest.mark.parametrize(
    "more", [{"author": "5583111"}, {"author": "urn:li:share:1"}, {"version": "october"}]
)
def test_settings_that_cannot_be(more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"client_id": "a", "author": "urn:li:person:1", **more})


async def test_nothing_of_it_goes_out_before_it_is_posted(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    await prepared(there.channel(http), post, {})
    assert there.posts == []
