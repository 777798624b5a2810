"""X beyond the table of faults: what is said of AI, looking through a long timeline."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from fakes_publish import prepared
from platforms import a_post
from platforms.x import Fake
from publish import OutcomeUnknown, Post
from publish.x import LIMITS


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
    return a_post(tmp_path, "x")


async def test_that_it_is_made_with_ai_is_said_in_its_field(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    assert channel.caps.ai_flag
    await channel.commit(post, await prepared(channel, post, {}))
    assert there.posts[0].more["made_with_ai"] is True


async def test_a_post_is_found_behind_many_others(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    state = await prepared(channel, post, {})
    there.has_posts_of_others(250)
    assert await channel.find(post, state) is None
    receipt = await channel.commit(post, state)
    assert await channel.find(post, state) == receipt
    there.has_posts_of_others(600)
    with pytest.raises(OutcomeUnknown, match="too many posts"):
        await channel.find(post, state)


async def test_an_answer_without_a_clip_cannot_be_found(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    with pytest.raises(OutcomeUnknown, match="look there"):
        await there.channel(http).find(post, {})


def test_a_text_counts_as_x_counts() -> None:
    assert LIMITS.faults("", "x" * 280, (), "") == ()
    assert LIMITS.faults("", "日" * 141, (), "")
    assert LIMITS.faults("", "https://wire.example/" + "a" * 400, (), "") == ()
