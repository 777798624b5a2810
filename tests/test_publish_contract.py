"""What every channel keeps to, whatever its platform does: each fake, each fault.

A platform joins with one file in `tests/platforms`; nothing is listed here.
"""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import get_args

import aiohttp
import pytest

from fakes_publish import prepared
from platforms import Lie, Made, Platform, a_post, able, fake, names
from publish import ChannelDown, OutcomeUnknown, Post, PublishError, Receipt, Refused

NAMES = names()
ROOM = Path(__file__).parents[1] / "publish"
LIES: tuple[Lie, ...] = ("html", "error", "type")  # the big one is told where it matters
STATS = {"views", "likes", "shares", "comments"}


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture(params=NAMES)
async def there(request: pytest.FixtureRequest) -> AsyncIterator[Platform]:
    async with fake(request.param) as platform:
        yield platform


@pytest.fixture
def post(there: Platform, http: aiohttp.ClientSession, tmp_path: Path) -> Post:
    asked = {choice.name: choice.options[0] for choice in there.channel(http).caps.choices}
    return a_post(tmp_path, there.channel(http).name, choices=asked)


def no_secret(error: BaseException, there: Platform) -> None:
    """See that neither a message nor what it came from tells a secret."""
    link: BaseException | None = error
    told = str(error) + repr(error)
    while link := link.__cause__ if link else None:
        told += repr(link) if isinstance(link, PublishError) else ""
    assert not [secret for secret in there.secrets if secret in told]


async def sent(there: Platform, http: aiohttp.ClientSession, post: Post) -> tuple[Receipt, dict]:  # type: ignore[type-arg]
    channel = there.channel(http)
    state = await prepared(channel, post, {})
    return await channel.commit(post, state), dict(state)


def out(there: Platform) -> list[Made]:
    return [made for made in there.posts if not made.below]


async def test_a_post_goes_out_and_comes_down(
    there: Platform, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    assert channel.check(post) == ()
    state = await prepared(channel, post, {})
    assert there.posts == []
    if channel.caps.replay != "none":
        assert await channel.find(post, state) is None
    receipt = await channel.commit(post, state)
    [made] = there.posts
    assert made.sha256
    assert post.sha256.startswith(made.sha256)
    assert receipt.where == channel.name
    assert receipt.url.startswith("https://")
    assert there.uploads == 1
    if channel.caps.replay != "none":
        found = await there.channel(http).find(post, state)
        assert found
        assert (found.id, found.url) == (receipt.id, receipt.url)
    told = await channel.stats(receipt)
    assert told.keys() <= STATS
    assert all(isinstance(count, int) for count in told.values())
    if not channel.caps.deletes:
        with pytest.raises(Refused, match="https"):
            await channel.delete(receipt, state)
        return
    for _ in range(2):  # gone already is well
        await there.channel(http).delete(receipt, state)
        assert there.posts == []
    if channel.caps.replay == "lookup":
        assert await channel.find(post, state) is None


async def test_a_killed_prepare_goes_on_where_it_was(
    there: Platform, http: aiohttp.ClientSession, post: Post
) -> None:
    """Kill the bot after every step in turn; what was uploaded is never uploaded again."""
    state: dict[str, str] = {}
    for _ in range(20):
        async with aclosing(there.channel(http).prepare(post, state)) as steps:
            after = [dict(step) async for step in _first(steps)]
        if not after or after[0] == state:
            break
        state = after[0]
    else:
        pytest.fail(f"prepare never comes to an end: {state}")
    state = dict(await prepared(there.channel(http), post, state))
    assert there.uploads <= 1
    await there.channel(http).commit(post, state)
    assert there.uploads == 1
    assert len(there.posts) == 1


async def _first(steps):  # type: ignore[no-untyped-def]
    async for step in steps:
        yield step
        return


@pytest.mark.parametrize("fault", ["drops_after_commit", "fails_after_commit"])
async def test_a_lost_answer_never_makes_two(
    there: Platform, http: aiohttp.ClientSession, post: Post, fault: str
) -> None:
    channel = there.channel(http)
    state = await prepared(channel, post, {})
    getattr(there, fault)()
    with pytest.raises(OutcomeUnknown) as raised:
        await channel.commit(post, state)
    no_secret(raised.value, there)
    again = there.channel(http)
    match channel.caps.replay:
        case "native":
            receipt = await again.commit(post, state)
            assert receipt.id == (await there.channel(http).commit(post, state)).id
        case "lookup":
            assert await again.find(post, state)
        case "none":
            with pytest.raises(OutcomeUnknown):
                await again.find(post, state)
    assert len(there.posts) == 1


async def test_a_call_that_never_came_through_is_made_again(
    there: Platform, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    state = await prepared(channel, post, {})
    there.drops_before_commit()
    with pytest.raises(OutcomeUnknown):
        await channel.commit(post, state)
    if channel.caps.replay != "none":
        assert await channel.find(post, state) is None
    await channel.commit(post, state)
    assert len(there.posts) == 1


@pytest.mark.parametrize("there", able("busy"), indirect=True)
async def test_a_busy_platform_is_come_back_to(
    there: Platform, http: aiohttp.ClientSession, post: Post
) -> None:
    there.is_busy(2)
    state: dict[str, str] = {}
    waits = []
    for _ in range(2):
        try:
            async for step in there.channel(http).prepare(post, state):
                state = dict(step)
        except ChannelDown as error:
            waits.append(error.retry_after_s)
    assert len(waits) == 2
    assert None not in waits
    state = dict(await prepared(there.channel(http), post, state))
    await there.channel(http).commit(post, state)
    assert there.uploads == 1
    assert len(there.posts) == 1


@pytest.mark.parametrize("there", able("expiry"), indirect=True)
@pytest.mark.parametrize("step", range(4))
async def test_an_upload_that_ran_out_is_made_anew(
    there: Platform, http: aiohttp.ClientSession, post: Post, step: int
) -> None:
    """At whichever step it was forgotten: in the end it is out, once."""
    state = ([dict(state) async for state in there.channel(http).prepare(post, {})] * 4)[step]
    there.forgets_uploads()
    for _ in range(3):
        try:
            async for after in there.channel(http).prepare(post, state):
                state = dict(after)
            await there.channel(http).commit(post, state)
            break
        except ChannelDown as error:
            no_secret(error, there)
    assert len(there.posts) == 1


@pytest.mark.parametrize("step", ["prepare", "commit"])
async def test_one_call_too_many_waits_as_it_is_told(
    there: Platform, http: aiohttp.ClientSession, post: Post, step: str
) -> None:
    channel = there.channel(http)
    state = await prepared(channel, post, {}) if step == "commit" else {}
    there.limits_rate(17)
    with pytest.raises(ChannelDown) as raised:  # some ask nobody before they commit
        await channel.commit(post, state or await prepared(channel, post, state))
    assert raised.value.retry_after_s == pytest.approx(17, abs=2)  # by its clock and ours
    no_secret(raised.value, there)
    assert there.posts == []


@pytest.mark.parametrize("step", ["prepare", "commit"])
async def test_a_token_that_runs_out_is_renewed_or_asked_for(
    there: Platform, http: aiohttp.ClientSession, post: Post, step: str
) -> None:
    channel = there.channel(http)
    state = await prepared(channel, post, {}) if step == "commit" else {}
    there.token_expires()
    try:
        state = await prepared(channel, post, state)
        await channel.commit(post, state)
    except ChannelDown as error:
        no_secret(error, there)
        assert not there.renews
    assert len(there.posts) == there.renews


@pytest.mark.parametrize("step", ["prepare", "commit"])
async def test_where_no_key_is_accepted_a_person_is_asked_for_one(
    there: Platform, http: aiohttp.ClientSession, post: Post, step: str
) -> None:
    """Nothing is wrong with the post: it waits, and the message has the way out."""
    channel = there.channel(http)
    state = await prepared(channel, post, {}) if step == "commit" else {}
    there.login_ends()
    with pytest.raises(ChannelDown, match=r"key|password|token|log in|login") as raised:
        await channel.commit(post, await prepared(channel, post, state))
    no_secret(raised.value, there)
    assert there.posts == []


@pytest.mark.parametrize("there", able("moderation"), indirect=True)
async def test_what_is_against_the_rules_is_refused_for_good(
    there: Platform, http: aiohttp.ClientSession, post: Post
) -> None:
    there.refuses_by_moderation()
    with pytest.raises(Refused) as raised:
        await sent(there, http, post)
    no_secret(raised.value, there)
    assert there.posts == []


@pytest.mark.parametrize("there", able("quota"), indirect=True)
async def test_a_quota_that_is_spent_is_waited_for(
    there: Platform, http: aiohttp.ClientSession, post: Post
) -> None:
    """There is another day: nothing is refused for good."""
    there.runs_out_of_quota()
    with pytest.raises(ChannelDown) as raised:
        await sent(there, http, post)
    assert raised.value.retry_after_s
    no_secret(raised.value, there)
    assert there.posts == []


async def test_a_lying_success_is_not_believed(
    there: Platform, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    state = await prepared(channel, post, {})
    for how in get_args(Lie):
        there.lies(how)
        with pytest.raises(PublishError) as raised:
            await channel.commit(post, state)
        no_secret(raised.value, there)
        if how != "error":  # an error inside may say plainly that nothing went out
            assert isinstance(raised.value, OutcomeUnknown)
    assert there.posts == []


@pytest.mark.parametrize("how", LIES)
async def test_a_lie_on_the_way_makes_no_post(
    there: Platform, http: aiohttp.ClientSession, post: Post, how: Lie
) -> None:
    """The first call is told nonsense: it fails as one of ours, and in the end it is out."""
    there.lies(how)
    state: dict[str, str] = {}
    for _ in range(3):
        try:
            async for step in there.channel(http).prepare(post, state):
                state = dict(step)
            await there.channel(http).commit(post, state)
            break
        except PublishError as error:  # where the first call of all is the commit itself
            no_secret(error, there)
            assert there.posts == []
    [made] = there.posts
    assert post.sha256.startswith(made.sha256)
    assert made.sha256


@pytest.mark.parametrize("after", range(3))
async def test_no_nonsense_makes_a_post_seem_gone(
    there: Platform, http: aiohttp.ClientSession, post: Post, after: int
) -> None:
    """None from `find` means that it is sent again. Each call of a look-up is told nonsense."""
    receipt, state = await sent(there, http, post)
    for how in (*LIES, "echo"):
        there.forgives()
        there.echoes(after) if how == "echo" else there.lies(how, after)
        try:
            found = await there.channel(http).find(post, state)
        except (ChannelDown, OutcomeUnknown) as error:  # a look-up refuses no post
            no_secret(error, there)
        else:
            assert found
            assert found.id == receipt.id


@pytest.mark.parametrize("after", range(2))
async def test_nonsense_raises_nothing_but_our_own(
    there: Platform, http: aiohttp.ClientSession, post: Post, after: int
) -> None:
    """Whichever call it is told to; and what a server echoes is veiled."""
    receipt, state = await sent(there, http, post)
    channel = there.channel(http)
    word = replace(post, text="Sixty-four people are safe.", key=f"{post.key}:1")
    for how in (*LIES, "echo"):
        for call in (
            lambda: prepared(there.channel(http), word, {}),
            lambda: channel.edit(word, receipt, state),
            lambda: channel.reply(word, receipt),
            lambda: channel.stats(receipt),
            lambda: channel.delete(receipt, state),
        ):
            there.forgives()
            there.echoes(after) if how == "echo" else there.lies(how, after)
            try:
                await call()
            except PublishError as error:
                no_secret(error, there)


async def test_an_echo_of_the_call_is_veiled(
    there: Platform, http: aiohttp.ClientSession, post: Post
) -> None:
    channel = there.channel(http)
    state = await prepared(channel, post, {})
    there.echoes()
    with pytest.raises(PublishError) as raised:
        await channel.commit(post, state)
    no_secret(raised.value, there)
    assert there.posts == []


async def test_another_post_is_another(
    there: Platform, http: aiohttp.ClientSession, post: Post
) -> None:
    """What is out says nothing of the next one, though its clip and its minute are the same."""
    first, _ = await sent(there, http, post)
    channel = there.channel(http)
    other = replace(post, key=f"8{post.key}", text="Nobody was hurt.")
    state = await prepared(channel, other, {})
    if channel.caps.replay != "none":
        assert await channel.find(other, state) is None
    second = await channel.commit(other, state)
    assert first.id != second.id
    assert len(there.posts) == 2


async def test_a_correction_is_seen_once(
    there: Platform, http: aiohttp.ClientSession, post: Post
) -> None:
    receipt, state = await sent(there, http, post)
    channel = there.channel(http)
    word = replace(post, text="Sixty-four people are safe.")
    if channel.caps.corrects == "edit":
        for _ in range(2):
            await there.channel(http).edit(word, receipt, state)
        assert "Sixty-four" in there.posts[0].text
        assert len(there.posts) == 1
    else:
        with pytest.raises(Refused, match="https"):
            await channel.edit(word, receipt, state)
    if channel.caps.corrects == "reply":
        word = replace(word, key=f"{post.key}:1")
        if channel.caps.replay == "native":  # the same answer again is the same answer
            there.drops_after_commit()
            with pytest.raises(OutcomeUnknown):
                await channel.reply(word, receipt)
            await there.channel(http).reply(word, receipt)
        below = await channel.reply(word, receipt)
        [answer] = [made for made in there.posts if made.below]
        assert "Sixty-four" in answer.text
        assert below.id != receipt.id
        assert below.url.startswith("https://")
    assert len(out(there)) == 1


async def test_only_the_approved_clip_is_sent(
    there: Platform, http: aiohttp.ClientSession, post: Post
) -> None:
    post.clip.write_bytes(b"changed after the approval")
    with pytest.raises(Refused, match="approved"):
        await prepared(there.channel(http), post, {})
    assert there.uploads == 0


async def test_where_nobody_listens_nothing_is_lost(
    there: Platform, http: aiohttp.ClientSession, post: Post
) -> None:
    receipt, state = await sent(there, http, post)
    await there.goes_down()
    channel = there.channel(http)
    for call in (
        channel.commit(post, state),  # unknown where it went down a line that was still open
        channel.find(post, state),
        channel.delete(receipt, state),
    ):
        with pytest.raises((ChannelDown, OutcomeUnknown, Refused)) as met:
            await call
        no_secret(met.value, there)


@pytest.mark.parametrize("name", NAMES)
def test_a_channel_is_one_small_file(name: str) -> None:
    file = ROOM / f"{name.partition('_')[0]}.py"  # discord_webhook is discord, another way
    assert len(file.read_text().splitlines()) <= 200


async def test_a_channel_is_never_given_what_it_cannot_take(
    there: Platform, http: aiohttp.ClientSession, post: Post
) -> None:
    caps = there.channel(http).caps
    assert caps.limits.text.most
    assert caps.film.most_bytes
    assert caps.film.faults(1e9, 10**13, 1, 1000)
    assert caps.limits.faults("x" * 100_000, "x" * 100_000, (), "x" * 100_000)
