"""TikTok beyond the table of faults: what a person chooses, what may be posted, what comes late."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes_publish import prepared
from platforms import a_post
from platforms.tiktok import Fake
from publish import ChannelDown, OutcomeUnknown, Post, Refused
from publish._tiktok import PIECE, plan
from publish.tiktok import CHOICES

CHOSEN = {"privacy": "everyone", "comment": "yes", "duet": "no", "stitch": "no"}


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
    return a_post(tmp_path, "tiktok", choices=CHOSEN)


@given(st.integers(1, 4_000_000_000))
def test_chunks_are_as_tiktok_counts_them(total: int) -> None:
    size, pieces = plan(total)
    assert len(pieces) == max(1, total // size) <= 1000
    assert sum(piece.size for piece in pieces) == total
    assert [piece.start for piece in pieces] == [n * size for n in range(len(pieces))]
    assert all(piece.size == size for piece in pieces[:-1])
    assert pieces[-1].size <= 128_000_000
    assert size == total or 5_000_000 <= size <= 64_000_000


async def test_what_a_person_chose_is_what_is_posted(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    receipt = await channel.commit(post, await prepared(channel, post, {}))
    assert receipt.url == "https://www.tiktok.com/@desk"
    [begun] = there.begun.values()
    assert begun["info"] == {
        "title": post.text,
        "privacy_level": "PUBLIC_TO_EVERYONE",
        "disable_comment": False,
        "disable_duet": True,
        "disable_stitch": True,
        "brand_content_toggle": False,
        "brand_organic_toggle": False,
        "is_aigc": True,
    }


def test_nothing_is_preset() -> None:
    assert [choice.name for choice in CHOICES] == list(CHOSEN)
    assert all(choice.ask.endswith("?") and len(choice.options) > 1 for choice in CHOICES)


@pytest.mark.parametrize(
    ("chosen", "why"),
    [
        ({}, "to choose privacy, comment, duet, stitch"),
        ({"privacy": "followers"}, "does not offer followers to this account, but everyone"),
        ({"privacy": "nobody"}, "does not offer nobody"),
        ({"duet": "yes"}, "allows this account no duet: approve it with duet=no"),
    ],
)
async def test_what_the_account_may_not_do_is_refused_before_anything_is_sent(
    there: Fake, http: aiohttp.ClientSession, post: Post, chosen: dict[str, str], why: str
) -> None:
    there.no_duet = True
    choices = {**CHOSEN, **chosen} if chosen else {}
    with pytest.raises(Refused, match=why):
        await prepared(there.channel(http), replace(post, choices=choices), {})
    assert there.begun == {}


async def test_an_account_that_may_post_short_ones_only(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    there.most_s = 30
    with pytest.raises(Refused, match="takes 30 s at most of this account, it has 34"):
        await prepared(there.channel(http), post, {})


@pytest.mark.parametrize(
    ("error", "kind", "why"),
    [
        ("spam_risk_too_many_posts", ChannelDown, "too_many"),
        ("reached_active_user_cap", ChannelDown, "user_cap"),
        ("unaudited_client_can_only_post_to_private_accounts", Refused, "before its audit"),
        ("spam_risk_user_banned_from_posting", Refused, "banned"),
    ],
)
async def test_what_tiktok_turns_down(
    there: Fake,
    http: aiohttp.ClientSession,
    post: Post,
    error: str,
    kind: type[Exception],
    why: str,
) -> None:
    there.says(error)
    with pytest.raises(kind, match=why):
        await prepared(there.channel(http), post, {})


async def test_a_post_that_is_still_worked_on_is_not_called_done(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    state = await prepared(channel, post, {})
    there.works_on_it(2)
    with pytest.raises(OutcomeUnknown, match="still at work"):
        await channel.commit(post, state)
    with pytest.raises(ChannelDown, match="still at work"):
        await channel.find(post, state)
    assert await channel.find(post, state)
    assert len(there.begun) == 1


async def test_a_post_that_fails_later_is_told_with_its_reason(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    state = await prepared(channel, post, {})
    there.works_on_it(1)
    there.refuses_by_moderation()
    with pytest.raises(OutcomeUnknown):
        await channel.commit(post, state)
    assert await channel.find(post, state) is None
    with pytest.raises(Refused, match="spam_risk"):
        await prepared(channel, post, state)
    assert len(there.begun) == 1


async def test_an_upload_whose_hour_is_over_is_begun_anew(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    state = dict(await prepared(there.channel(http), post, {}))
    opened = datetime.fromisoformat(state["until"])
    state["until"] = (opened - timedelta(hours=1)).isoformat()
    state = dict(await prepared(there.channel(http), post, state))
    assert len(there.begun) == 2
    await there.channel(http).commit(post, state)
    assert len(there.posts) == 1


async def test_one_that_was_sent_whole_is_never_begun_anew(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    state = dict(await prepared(channel, post, {}))
    await channel.commit(post, state)
    state["until"] = "2020-01-01T00:00:00+00:00"
    await prepared(channel, post, state)
    assert len(there.begun) == 1


async def test_an_address_that_is_no_more_holds_it_up_and_refuses_nothing(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    state = dict(await prepared(channel, post, {}))
    size = there.begun[state["publish"]]["size"]
    there.begun[state["publish"]]["body"] = b"?"  # now the last piece does not fit: 416
    with pytest.raises(ChannelDown, match="did not take the last piece: 416"):
        await channel.commit(post, state)
    there.begun[state["publish"]] |= {"body": b"?" * size}  # it came in after all
    assert (await channel.commit(post, state)).id == state["publish"]
    assert there.posts == []


async def test_a_long_clip_goes_in_pieces_and_the_last_one_counts(
    there: Fake, http: aiohttp.ClientSession, post: Post
) -> None:
    body = b"x" * (3 * PIECE + 5)
    post.clip.write_bytes(body)
    post = replace(post, sha256=hashlib.sha256(body).hexdigest())
    states = [dict(state) async for state in there.channel(http).prepare(post, {})]
    assert [state["sent"] for state in states] == ["0", "1", "2"]
    [begun] = there.begun.values()
    assert len(begun["body"]) == 2 * PIECE
    assert there.posts == []
    await there.channel(http).commit(post, states[-1])
    assert there.posts[0].sha256 == post.sha256
