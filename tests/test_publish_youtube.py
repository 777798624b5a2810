"""YouTube beyond the table of faults: resumed uploads, quotas, audits, words and tags."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from fakes_publish import prepared
from platforms import CLIP, a_post
from platforms.youtube import Fake
from publish import ChannelDown, Post, Refused
from publish._youtube import snippet, status, until_midnight


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
    return a_post(tmp_path, "youtube", tags=("bridge", "Port Ansel"))


@pytest.mark.parametrize("at", [0, 1, 40_000, len(CLIP)])
async def test_an_upload_goes_on_where_it_broke(
    there: Fake, http: aiohttp.ClientSession, post: Post, at: int
) -> None:
    state: dict[str, str] = {}
    there.breaks_off(at)
    for _ in range(3):
        try:
            async for step in there.channel(http).prepare(post, state):
                state = dict(step)
        except ChannelDown:
            continue
        break
    await there.channel(http).commit(post, state)
    assert len(there.sessions) == 1
    assert there.posts[0].sha256 == post.sha256


async def test_what_is_uploaded_says_what_it_is(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    state = await prepared(channel, post, {})
    [video] = there.videos.values()
    assert video["status"] == {
        "privacyStatus": "private",
        "containsSyntheticMedia": True,
        "selfDeclaredMadeForKids": False,
    }
    assert video["snippet"]["tags"] == ["bridge", "Port Ansel"]
    assert video["snippet"]["categoryId"] == "25"
    await channel.commit(post, state)
    assert there.posts[0].more["status"]["containsSyntheticMedia"] is True


async def test_before_the_audit_it_stays_private_and_is_not_called_done(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    there.unaudited = True
    channel = there.channel(http)
    state = await prepared(channel, post, {})
    with pytest.raises(Refused, match=r"keeps https://youtu\.be/\w+ private: .* audit"):
        await channel.commit(post, state)
    assert await channel.find(post, state) is None


@pytest.mark.parametrize("reason", ["quotaExceeded", "uploadLimitExceeded"])
async def test_a_used_up_quota_waits_for_midnight_in_california(
    there: Fake, http: aiohttp.ClientSession, post: Post, reason: str
) -> None:
    there.has_no_quota(reason)
    with pytest.raises(ChannelDown, match=f"no more today .{reason}") as raised:
        await prepared(there.channel(http), post, {})
    assert raised.value.retry_after_s
    assert 0 < raised.value.retry_after_s <= 25 * 3600


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2026, 7, 1, 6, 59, tzinfo=UTC), 1 / 60),
        (datetime(2026, 7, 1, 7, 0, tzinfo=UTC), 24),
        (datetime(2026, 12, 1, 7, 0, tzinfo=UTC), 1),
        (datetime(2026, 3, 8, 8, 0, tzinfo=UTC), 23),  # the clock goes forward there that night
        (datetime(2026, 11, 1, 7, 0, tzinfo=UTC), 25),
    ],
)
def test_midnight_in_california(now: datetime, hours: float) -> None:
    assert until_midnight(now) == pytest.approx(hours * 3600)


def test_words_that_youtube_takes(post: Post) -> None:
    tags = tuple(f"tag number {n:03d}" for n in range(100))
    told = snippet(replace(post, title="a < b", text="<script>", tags=tags), "25")
    assert (told["title"], told["description"]) == ("a ‹ b", "‹script›")
    assert sum(len(f'"{tag}",') for tag in told["tags"]) <= 500
    assert len(told["tags"]) == 29
    assert "defaultLanguage" not in snippet(replace(post, lang=""), "25")
    assert status(replace(post, made_by_ai=False), "public")["containsSyntheticMedia"] is False


async def test_a_video_without_a_title_is_found_early(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    assert there.channel(http).check(replace(post, title=" ")) == ("YouTube wants a title",)
