"""Instagram, Facebook and Threads: codes, quotas, containers, and where a clip is fetched."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import ValidationError

from fakes_publish import prepared
from platforms import AT, Made, a_post, facebook, instagram, s3, threads
from platforms._server import says
from publish import ChannelDown, OutcomeUnknown, Post, Refused
from publish._graph import Fault, meaning
from publish.facebook import Plugin as Facebook
from publish.instagram import Plugin as Instagram
from publish.threads import Plugin as Threads
from publish.threads import Settings

WORD = "Sixty-four people are safe."


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture(params=["instagram", "threads"])
async def there(
    request: pytest.FixtureRequest,
) -> AsyncIterator[instagram.Fake | threads.Fake]:
    fakes = {"instagram": instagram.Fake, "threads": threads.Fake}
    async with fakes[request.param]() as server:
        yield server


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return a_post(tmp_path)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(190, 463, "expired"), "token"),
        (Fault(102, 0, "session"), "token"),
        (Fault(4, 0, "application request limit"), "wait"),
        (Fault(9, 2207042, "reached the maximum number of posts"), "wait"),
        (Fault(9007, 2207027, "not ready"), "wait"),
        (Fault(1, 0, "unknown"), "unsure"),
        (Fault(2, 0, "service", transient=True), "unsure"),
        (Fault(100, 33, "does not exist"), "gone"),
        (Fault(24, 2207006, "does not exist"), "gone"),
        (Fault(100, 0, "invalid parameter"), "never"),
        (Fault(368, 1390008, "blocked"), "never"),
        (Fault(36003, 2207009, "aspect ratio"), "never"),
    ],
)
def test_what_a_code_means(fault: Fault, kind: str) -> None:
    assert meaning(fault) == kind


async def test_a_signed_address_that_is_repeated_is_not_told(
    there: Any, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    said = "Cannot fetch https://clips.example/a.mp4?X-Amz-Signature=5ec4e7 today"
    there._next.append(says(400, json.dumps({"error": {"message": said, "code": 352}})))
    with pytest.raises(Refused, match=r"a\.mp4\?\.\.\. today \(code 352") as raised:
        await prepared(channel, post, {})
    assert "5ec4e7" not in str(raised.value)


async def test_a_full_day_waits(there: Any, http: aiohttp.ClientSession, post: Post) -> None:
    there.runs_out_of_quota()
    with pytest.raises(ChannelDown, match="100 posts in 24 hours") as raised:
        await prepared(there.channel(http), post, {})
    assert raised.value.retry_after_s == 3600
    assert there.containers == {}


async def test_an_address_that_is_not_told_is_no_failure(
    there: Any, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    there.hides_addresses()
    receipt = await channel.commit(post, await prepared(channel, post, {}))
    assert receipt.id == there.posts[0].id
    assert receipt.url.startswith("https://www.")


async def test_two_of_the_same_words_are_asked_of_a_person(
    there: Any, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    state = await prepared(channel, post, {})
    await channel.commit(post, state)
    there.posts.append(Made("180999", post.text))
    with pytest.raises(OutcomeUnknown, match="look there"):
        await channel.find(post, state)


async def test_what_was_out_before_is_not_ours(
    there: Any, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    state = await prepared(channel, post, {})
    await channel.commit(post, state)
    later = replace(post, at=AT.replace(year=2027))
    with pytest.raises(OutcomeUnknown, match="look there"):
        await channel.find(later, state)


async def test_a_published_container_is_never_published_again(
    there: Any, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    state = await prepared(channel, post, {})
    await channel.commit(post, state)
    with pytest.raises(Refused, match="out already"):
        await prepared(channel, post, state)
    with pytest.raises(ChannelDown):  # Meta says that it is not available
        await channel.commit(post, state)
    assert len(there.posts) == 1


async def test_a_takedown_that_is_not_allowed_is_told(
    there: Any, http: aiohttp.ClientSession, post: Post
) -> None:
    """Meta says "does not exist" of what we may not delete: it must not pass for gone."""
    channel = there.channel(http)
    state = await prepared(channel, post, {})
    receipt = await channel.commit(post, state)
    there.allows_no_deletes()
    with pytest.raises(Refused, match="may not delete"):
        await channel.delete(receipt, state)


async def test_a_lost_comment_is_unknown(
    there: Any, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    receipt = await channel.commit(post, await prepared(channel, post, {}))
    there.drops_after_commit()
    with pytest.raises(OutcomeUnknown):
        await channel.reply(replace(post, text=WORD), receipt)


@pytest.mark.parametrize(
    ("phases", "found"),
    [
        (("complete", "complete"), "out"),
        (("not_started", "not_started"), "no"),
        (("complete", "error"), "no"),
        (("in_progress", "not_started"), "later"),
        (("complete", "in_progress"), "later"),
    ],
)
async def test_a_reel_that_facebook_works_on(
    http: aiohttp.ClientSession, post: Post, phases: tuple[str, str], found: str
) -> None:
    class Slow(facebook.Fake):
        async def _get(self, request: aiohttp.web.Request) -> aiohttp.web.Response:
            stands = dict(zip(("processing_phase", "publishing_phase"), phases, strict=True))
            status = {name: {"status": how} for name, how in stands.items()}
            told = {"uploading_phase": {"status": "complete"}, **status}
            return aiohttp.web.json_response({"status": told, "id": "2211"})

    async with Slow() as there:
        channel = there.channel(http)
        assert isinstance(channel, Facebook)
        if found == "later":
            with pytest.raises(ChannelDown, match="still works"):
                await channel.find(post, {"video": "2211"})
        else:
            receipt = await channel.find(post, {"video": "2211"})
            assert (receipt is not None) == (found == "out")


async def test_facebook_shows_the_words_and_no_page_token(
    http: aiohttp.ClientSession, post: Post
) -> None:
    async with facebook.Fake() as there:
        channel = there.channel(http)
        receipt = await channel.commit(post, await prepared(channel, post, {}))
        assert receipt.url == f"https://www.facebook.com/reel/{receipt.id}"
        assert await channel.stats(receipt) == {"views": 70, "likes": 4}
        kept = (there.folder / "tokens" / "facebook.json").read_text()
        assert facebook.PAGE not in kept  # it has no end, so it is not kept


async def test_threads_clears_the_clip_away(http: aiohttp.ClientSession, post: Post) -> None:
    async with threads.Fake() as there:
        channel = there.channel(http)
        there.is_busy(1)
        with pytest.raises(ChannelDown):
            await prepared(channel, post, {})
        [clip] = (there.folder / "shelf").iterdir()
        assert clip.read_bytes() == post.clip.read_bytes()
        [container] = there.containers
        state = await prepared(channel, post, {"container": container, "shelf": "yes"})
        assert state == {"container": container}
        assert list((there.folder / "shelf").iterdir()) == []
        told = there.containers[container]
        assert (told["alt_text"], told["text"]) == (post.alt, post.text)


async def test_threads_fetches_from_a_bucket(http: aiohttp.ClientSession, post: Post) -> None:
    class Fetching(threads.Fake):
        async def _threads(self, request: aiohttp.web.Request) -> aiohttp.web.Response:
            told = dict(await request.post())
            url = str(told["video_url"])
            assert "X-Amz-Signature=" in url
            assert "X-Amz-Expires=86400" in url
            [body, _] = bucket.objects[url.partition("?")[0].partition("/clips/")[2]]
            return aiohttp.web.json_response({"id": self.contain(told, sha256=str(len(body)))})

    async with s3.Fake() as bucket, Fetching() as there:
        own = {"bucket": "clips", "endpoint_url": bucket.url, "path_style": True}
        keys = {"access_key": s3.KEY, "secret_key": s3.SECRET, "user": there.user}
        settings = Settings.model_validate({**there.account(http, "threads"), **own, **keys})
        channel = Threads("threads", settings, http, lambda: AT)
        await channel.commit(post, await prepared(channel, post, {}))
        assert there.posts[0].sha256 == str(post.size)
        assert bucket.objects == {}


def test_threads_wants_a_public_place() -> None:
    with pytest.raises(ValidationError, match="Threads fetches clips"):
        Settings.model_validate({"client_id": "1", "user": "2", "public_url": "https://a.example"})


async def test_instagram_counts_mentions(http: aiohttp.ClientSession, post: Post) -> None:
    async with instagram.Fake() as there:
        channel = there.channel(http)
        assert isinstance(channel, Instagram)
        assert channel.caps.ai_flag
        assert channel.check(replace(post, text="@a " * 21)) == ("21 mentions, 20 at most",)
