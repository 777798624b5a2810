"""What only one platform does: Mastodon, Telegram, Discord and Slack, each in its own words."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from fakes_publish import prepared
from platforms import a_post, discord, discord_webhook, mastodon, slack, telegram
from publish import ChannelDown, OutcomeUnknown, Post, Refused
from publish.discord import Settings as DiscordSettings
from publish.discord import escaped
from publish.slack import escaped as escaped_for_slack
from publish.telegram import Settings as TelegramSettings

TRICK = (
    "<!channel> @everyone & <@123> **bold** _x_ `y` ||z|| [a](https://b.example) https://c.d/e_f_g"
)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return a_post(tmp_path)


async def lost(channel: Any, post: Post, there: Any) -> Any:
    """Post, and lose the answer; answers the state."""
    state = await prepared(channel, post, {})
    there.drops_after_commit()
    with pytest.raises(OutcomeUnknown):
        await channel.commit(post, state)
    return state


# Mastodon


async def test_mastodon_finds_a_post_when_its_key_is_long_forgotten(
    http: aiohttp.ClientSession, post: Post
) -> None:
    async with mastodon.Fake() as there:
        channel = there.channel(http)
        state = await lost(channel, post, there)
        there.forgets_keys()
        there.chatters(130)
        found = await channel.find(post, state)
        assert found
        assert found.id == there.posts[0].id


async def test_mastodon_says_when_it_cannot_look_back_far_enough(
    http: aiohttp.ClientSession, post: Post
) -> None:
    async with mastodon.Fake() as there:
        channel = there.channel(http)
        state = await lost(channel, post, there)
        there.chatters(400)
        with pytest.raises(OutcomeUnknown, match="look there"):
            await channel.find(post, state)


async def test_mastodon_looks_back_no_further_than_it_must(
    http: aiohttp.ClientSession, post: Post
) -> None:
    async with mastodon.Fake() as there:
        there.chatters(500, year=2025)
        channel = there.channel(http)
        assert await channel.find(post, await prepared(channel, post, {})) is None


async def test_mastodon_minds_an_instance_that_takes_less(
    http: aiohttp.ClientSession, post: Post
) -> None:
    async with mastodon.Fake(characters=40) as there:
        with pytest.raises(Refused, match="40 at most"):
            await prepared(there.channel(http), post, {})
        assert there.uploads == 0


async def test_mastodon_keeps_the_clip_through_an_edit(
    http: aiohttp.ClientSession, post: Post
) -> None:
    async with mastodon.Fake() as there:
        channel = there.channel(http)
        state = await prepared(channel, post, {})
        receipt = await channel.commit(post, state)
        await channel.edit(replace(post, text="Sixty-four."), receipt, state)
        assert (there.posts[0].text, there.posts[0].sha256) == ("Sixty-four.", post.sha256)
        assert await channel.stats(receipt) == {"likes": 3, "shares": 1, "comments": 2}
        await channel.delete(receipt, state)
        with pytest.raises(Refused, match="gone"):
            await channel.edit(post, receipt, state)


# Telegram


@pytest.mark.parametrize("channel", ["name", "@a", "100123", "-1", "https://t.me/x", ""])
def test_telegram_wants_a_name_or_a_number(channel: str) -> None:
    with pytest.raises(ValidationError):
        TelegramSettings.model_validate({"token": "t", "channel": channel})


async def test_telegram_sends_words_as_they_are(http: aiohttp.ClientSession, post: Post) -> None:
    async with telegram.Fake() as there:
        channel = there.channel(http)
        receipt = await channel.commit(replace(post, text=TRICK), {})
        assert there.posts[0].text == TRICK
        assert "parse_mode" not in there.forms[0]
        assert receipt.url == "https://t.me/wirereel_news/1"
        await channel.edit(replace(post, text=TRICK), receipt, {})  # nothing new is well
        await channel.delete(receipt, {})
        with pytest.raises(Refused, match="not found"):
            await channel.edit(post, receipt, {})


async def test_telegram_shows_members_where_a_private_channel_is(
    http: aiohttp.ClientSession, post: Post
) -> None:
    async with telegram.Fake(channel="-1001234567890") as there:
        receipt = await there.channel(http).commit(post, {})
        assert receipt.url == "https://t.me/c/1234567890/1"


async def test_telegram_a_token_of_another_form_leads_nowhere(
    http: aiohttp.ClientSession, post: Post
) -> None:
    async with telegram.Fake() as there:
        there.knows_no_such_bot()
        with pytest.raises(ChannelDown, match="BotFather") as raised:
            await there.channel(http).commit(post, {})
        assert telegram.TOKEN not in str(raised.value)


# Discord


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("plain, 3.5 - 4 # no", "plain, 3.5 - 4 # no"),
        ("**b** _i_ `c` ||s|| ~~x~~", r"\*\*b\*\* \_i\_ \`c\` \|\|s\|\| \~\~x\~\~"),
        ("<@1> @here <#2>", r"\<\@1\> \@here \<#2\>"),
        ("[a](https://b.example/c_d)", r"\[a\](https://b.example/c_d)"),
        ("# head\n- item\n1. one\n> said", "\\# head\n\\- item\n\\1. one\n\\> said"),
        ("a\\*b", r"a\\\*b"),
        ("#bridge https://w.example/a_b_c.", "#bridge https://w.example/a_b_c."),
    ],
)
def test_discord_takes_marks_as_letters(text: str, sent: str) -> None:
    assert escaped(text) == sent


@settings(max_examples=50)
@given(st.text(alphabet="ab*_~`|<>@[]\\ \n#-", max_size=40))
def test_discord_loses_no_letter_by_its_escapes(text: str) -> None:
    kept = iter(escaped(text))
    assert all(letter in kept for letter in text)


async def test_discord_says_early_that_escapes_make_it_too_long(
    http: aiohttp.ClientSession, post: Post
) -> None:
    async with discord.Fake() as there:
        channel = there.channel(http)
        assert channel.check(replace(post, text="*" * 1000)) == ()
        assert "2002" in channel.check(replace(post, text="*" * 1001))[0]


async def test_discord_calls_nobody(http: aiohttp.ClientSession, post: Post) -> None:
    async with discord.Fake() as there:
        channel = there.channel(http)
        shouting = replace(post, text=TRICK)
        state = await prepared(channel, shouting, {})
        receipt = await channel.commit(shouting, state)
        assert receipt.url.startswith(f"https://discord.com/channels/{discord.GUILD}/")
        await channel.edit(shouting, receipt, state)
        assert there.posts[0].text.endswith("https://c.d/e_f_g")
        await channel.delete(receipt, state)
        with pytest.raises(Refused, match="gone"):
            await channel.edit(post, receipt, state)


async def test_discord_looks_back_through_what_people_said_since(
    http: aiohttp.ClientSession, post: Post
) -> None:
    async with discord.Fake() as there:
        channel = there.channel(http)
        there.chatters(150)
        state = await lost(channel, post, there)
        there.forgets_nonces()
        there.chatters(50)
        assert await channel.find(post, state)
        other = replace(post, key="8:discord:3f9a12")
        assert await channel.find(other, state) is None
        there.chatters(2000)
        with pytest.raises(OutcomeUnknown, match="look there"):
            await channel.find(other, state)


async def test_discord_minds_its_nonce_for_some_minutes(
    http: aiohttp.ClientSession, post: Post
) -> None:
    async with discord.Fake() as there:
        channel = there.channel(http)
        state = await lost(channel, post, there)
        await channel.commit(post, state)
        assert len(there.posts) == 1


async def test_discord_a_webhook_cannot_be_asked(http: aiohttp.ClientSession, post: Post) -> None:
    async with discord_webhook.Fake() as there:
        channel = there.channel(http)
        assert channel.caps.replay == "none"
        there.removes_the_webhook()
        with pytest.raises(ChannelDown, match="new webhook") as raised:
            await prepared(channel, post, {})
        assert discord.HOOK_TOKEN not in str(raised.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"token": "t"},
        {"channel": "1"},
        {"webhook": "w.example"},
        {"token": "t", "channel": "1", "webhook": "https://w.example"},
    ],
)
def test_discord_is_a_bot_or_a_webhook(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        DiscordSettings.model_validate(wrong)


# Slack


@pytest.mark.parametrize(
    ("text", "sent"),
    [("plain * _ @here", "plain * _ @here"), ("<!channel> & a", "&lt;!channel&gt; &amp; a")],
)
def test_slack_calls_nobody(text: str, sent: str) -> None:
    assert escaped_for_slack(text) == sent


async def test_slack_sends_it_escaped_and_counts_it_so(
    http: aiohttp.ClientSession, post: Post
) -> None:
    async with slack.Fake() as there:
        channel = there.channel(http)
        shouting = replace(post, text=TRICK)
        state = await prepared(channel, shouting, {})
        receipt = await channel.commit(shouting, state)
        await channel.edit(shouting, receipt, state)
        assert "<" not in there.posts[0].text
        assert channel.check(replace(post, text="&" * 800)) == ()
        assert "4005" in channel.check(replace(post, text="&" * 801))[0]


async def test_slack_looks_back_through_what_people_said_since(
    http: aiohttp.ClientSession, post: Post
) -> None:
    async with slack.Fake() as there:
        channel = there.channel(http)
        state = await lost(channel, post, there)
        there.chatters(450)
        found = await channel.find(post, state)
        assert found
        assert found.id == state["file"]


async def test_slack_finds_the_message_of_a_private_channel(
    http: aiohttp.ClientSession, post: Post
) -> None:
    async with slack.Fake(private=True) as there:
        channel = there.channel(http)
        state = await prepared(channel, post, {})
        receipt = await channel.commit(post, state)
        await channel.edit(replace(post, text="Sixty-four."), receipt, state)
        assert there.posts[0].text == "Sixty-four."
        await channel.delete(receipt, state)
        assert there.posts == []
        with pytest.raises(Refused, match="gone"):
            await channel.edit(post, receipt, state)


async def test_slack_a_history_that_is_none_says_nothing(
    http: aiohttp.ClientSession, post: Post
) -> None:
    async with slack.Fake() as there:
        channel = there.channel(http)
        state = await prepared(channel, post, {})
        there.tells('{"ok": true, "messages": "none"}')
        with pytest.raises(ChannelDown, match="history"):
            await channel.find(post, state)


async def test_slack_in_trouble_is_come_back_to(http: aiohttp.ClientSession, post: Post) -> None:
    async with slack.Fake() as there:
        there.lies("error")
        with pytest.raises(ChannelDown, match="internal_error"):
            await prepared(there.channel(http), post, {})
