"""Discord over a loopback API and gateway: what is heard, what is shown, what goes wrong."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.chat import Mark, Outgoing
from bot.chat.discord import Plugin, Settings
from fakes_desk import FakeNewsroom
from fakes_discord import DIRECT, ELSEWHERE, ME, ROOM, THREAD, TOKEN, FakeDiscord

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ANNA = 11


@dataclass
class Desk:
    there: FakeDiscord
    plugin: Plugin
    newsroom: FakeNewsroom
    http: aiohttp.ClientSession
    pauses: list[float]

    async def settles(self) -> None:
        """Everything that was said before is heard and answered."""
        await self.there.writes(ANNA, "fence", NOW, channel=DIRECT)
        await self.there.has(lambda t: "Heard\\: fence" in t.texts())
        self.there.shown = {
            n: m for n, m in self.there.shown.items() if "fence" not in m["content"]
        }
        self.newsroom.heard = [m for m in self.newsroom.heard if m.text != "fence"]


def made(there: FakeDiscord, http: aiohttp.ClientSession, token: str, sleep: Any) -> Plugin:
    settings = Settings(token=SecretStr(token), channel=ROOM, api=there.api, gateway=there.gateway)
    return Plugin("discord", settings, http, sleep)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    async with FakeDiscord() as there, aiohttp.ClientSession() as http:
        plugin, newsroom = made(there, http, TOKEN, sleep), FakeNewsroom(tmp_path)
        listening = asyncio.create_task(plugin.run(newsroom))
        await there.has(lambda t: t.sockets)
        yield Desk(there, plugin, newsroom, http, pauses)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_a_command_is_heard_and_answered_under_it(desk: Desk) -> None:
    said = await desk.there.writes(ANNA, "approve 7 3fa9c1", NOW)
    await desk.there.has(lambda t: t.shown)
    heard = desk.newsroom.heard[0]
    assert (heard.user, heard.text, heard.at) == ("discord:11", "approve 7 3fa9c1", NOW)
    answer = next(iter(desk.there.shown.values()))
    assert (answer["channel"], answer["message_reference"]["message_id"]) == (str(ROOM), said["id"])
    assert answer["content"].startswith("Draft 7 is approved")


async def test_only_what_is_needed_is_asked_of_discord(desk: Desk) -> None:
    guilds, messages, direct, content = 1 << 0, 1 << 9, 1 << 12, 1 << 15
    assert desk.there.identified[0]["intents"] == guilds | messages | direct | content


US = {"mentions": [ME]}


@pytest.mark.parametrize(
    ("text", "more", "wanted"),
    [
        ("drafts", {}, {"addressed": False, "bot": False, "forwarded": False, "edited": False}),
        ("<@77> drafts", US, {"addressed": True, "text": "drafts"}),
        ("<@!77> drafts", {}, {"addressed": True, "text": "drafts"}),
        ("drafts", US, {"addressed": True}),
        ("drafts", {"channel": DIRECT}, {"addressed": True}),
        ("drafts", {"channel": THREAD}, {"addressed": False}),
        ("drafts", {"author": {**ME, "id": "5"}}, {"bot": True}),
        ("drafts", {"webhook_id": "9"}, {"bot": True}),
        ("drafts", {"flags": 1 << 14}, {"forwarded": True}),
        (
            "drafts",
            {"kind": "MESSAGE_UPDATE", "edited_timestamp": "2026-11-23T12:05:00+00:00"},
            {"edited": True},
        ),
    ],
)
async def test_how_it_was_said_is_told_as_it_is(
    desk: Desk, text: str, more: Any, wanted: Any
) -> None:
    await desk.there.writes(ANNA, text, NOW, **more)
    await desk.settles()
    assert {key: getattr(desk.newsroom.heard[0], key) for key in wanted} == wanted


@pytest.mark.parametrize(
    "more",
    [
        {"channel": ELSEWHERE},
        {"channel": 999},
        {"author": ME},
        {"kind": "MESSAGE_UPDATE"},
        {"guild_id": "404", "channel": 604},
    ],
)
async def test_what_is_not_for_us_is_not_heard(desk: Desk, more: Any) -> None:
    await desk.there.writes(ANNA, "approve 7 3fa9c1", NOW, **more)
    await desk.settles()
    assert desk.newsroom.heard == []


async def test_a_button_is_acknowledged_and_heard(desk: Desk) -> None:
    await desk.there.pushes(ANNA, "approve 7 3fa9c1", NOW)
    await desk.there.pushes(ANNA, "approve 7 3fa9c1", NOW, channel=ELSEWHERE)
    await desk.settles()
    (heard,) = desk.newsroom.heard
    assert (heard.user, heard.text, heard.sort) == ("discord:11", "approve 7 3fa9c1", "pressed")
    assert desk.there.acked() == [{"type": 6}]


# -- what is shown -----------------------------------------------------------------------------


async def test_no_markup_of_a_headline_is_read(desk: Desk) -> None:
    text = "@everyone *bold* <@1> [x](http://evil.example) `code` # news"
    marks = (
        Mark(10, 16, "bold"),
        Mark(len(text) - 4, len(text), "link", "https://ours.example/(x"),
    )
    await desk.plugin.send(Outgoing(text, marks=marks, key="k"))
    (sent,) = desk.there.shown.values()
    assert sent["content"] == (
        "\\@everyone **\\*bold\\*** \\<\\@1\\> \\[x\\]\\(http\\://evil.example\\) \\`code\\` \\# "
        "[news](<https://ours.example/%28x>)"
    )
    assert sent["allowed_mentions"] == {"parse": [], "replied_user": False}
    assert sent["flags"] == 4


async def test_what_is_too_long_is_cut_after_escaping(desk: Desk) -> None:
    text = "_" * 1500
    await desk.plugin.send(Outgoing(text, marks=(Mark(0, 1500, "bold"),), key="k"))
    assert "".join(desk.there.texts()).replace("\\", "").replace("*", "") == text


async def test_a_story_has_a_thread_and_an_offer_its_film(desk: Desk) -> None:
    desk.newsroom.drafts_are({"id": 7})
    desk.newsroom.films("video.mp4", b"a film")
    buttons = tuple((f"{n}", f"show {n}") for n in range(6))
    await desk.plugin.send(Outgoing("It began", 7, story=3, key="a"))
    (root,) = desk.there.shown
    offer = Outgoing("An offer", 7, buttons, 3, film="video", slot="7", key="b")
    await desk.plugin.send(offer)
    sent = list(desk.there.shown.values())[1]
    assert (sent["channel"], sent["film"], sent["content"]) == (root, b"a film", "An offer")
    assert [len(row["components"]) for row in sent["components"]] == [5, 1]
    assert sent["components"][0]["components"][1]["custom_id"] == "show 1"
    await desk.plugin.send(Outgoing("Approved", 7, story=3, slot="7", key="c"))
    assert desk.there.texts() == ["It began", "Approved"]
    assert list(desk.there.shown.values())[1]["components"] == []


async def test_a_thread_that_is_gone_or_there_already(desk: Desk) -> None:
    path = f"POST channels/{ROOM}/messages/1001/threads"
    desk.there.refuses(path, 400, {"code": 160004, "message": "A thread has already been created"})
    await desk.plugin.send(Outgoing("It began", 7, story=3, key="a"))
    gone = {"code": 10003, "message": "Unknown Channel"}
    desk.there.refuses("POST channels/1001/messages", 404, gone)
    await desk.plugin.send(Outgoing("An offer", 7, story=3, key="b"))
    assert [message["channel"] for message in desk.there.shown.values()] == [str(ROOM)] * 2


async def test_a_message_counts_for_more_than_its_thread(desk: Desk) -> None:
    no = {"code": 50013, "message": "Missing Permissions"}
    desk.there.refuses(f"POST channels/{ROOM}/messages/1001/threads", 403, no)
    await desk.plugin.send(Outgoing("It began", 7, story=3, key="a"))
    await desk.plugin.send(Outgoing("An offer", 7, story=3, key="b"))
    await desk.plugin.send(Outgoing("Posted", 7, story=3, key="c"))
    assert [message["channel"] for message in desk.there.shown.values()] == ["600", "600", "1002"]


async def test_an_answer_that_was_lost_makes_no_second_message(desk: Desk) -> None:
    message = Outgoing("Hello", 7, key="a")
    await desk.plugin.send(message)
    desk.newsroom.kept.clear()  # as after a crash right behind the call
    await desk.plugin.send(message)
    assert desk.there.texts() == ["Hello"]


# -- what goes wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (400, {"code": 50006, "message": "Cannot send an empty message"}, ValueError, "empty"),
        (413, {"code": 40005, "message": "Request entity too large"}, ValueError, "too large"),
        (403, {"code": 50013, "message": "Missing Permissions"}, ConnectionError, "may do there"),
        (404, {"code": 10003, "message": "Unknown Channel"}, ConnectionError, "`channel` is right"),
        (401, {"code": 0, "message": "401: Unauthorized"}, ConnectionError, "Developer Portal"),
        (500, "<html>", ConnectionError, "500"),
        (200, "<html>", ConnectionError, "no answer of Discord"),
        (200, {"id": True}, ConnectionError, "no answer of Discord"),
    ],
)
async def test_what_discord_refuses(
    desk: Desk, status: int, body: Any, kind: Any, words: str
) -> None:
    desk.there.refuses(f"POST channels/{ROOM}/messages", status, body)
    with pytest.raises(kind, match=words):
        await desk.plugin.send(Outgoing("Hello", key="k"))


async def test_too_many_calls_are_waited_for(desk: Desk) -> None:
    path = f"POST channels/{ROOM}/messages"
    desk.there.refuses(path, 429, {"retry_after": 3.5}, Retry_After="4")
    with pytest.raises(ConnectionError) as told:
        await desk.plugin.send(Outgoing("Hello", key="k"))
    assert told.value.retry_after_s == 4  # type: ignore[attr-defined]


async def test_a_gateway_that_asks_for_it_is_resumed(desk: Desk) -> None:
    first = desk.there.sockets[0]
    await desk.there.tells({"op": 7, "d": None, "s": None, "t": None})
    await desk.there.has(lambda t: t.sockets and t.sockets[-1] is not first)
    await desk.there.writes(ANNA, "drafts", NOW)
    await desk.settles()
    assert desk.newsroom.texts() == ["drafts"]
    assert len(desk.there.identified) == 1


@pytest.mark.parametrize(
    ("token", "close_code", "words"),
    [
        ("bad-one", 0, "`token` is wrong or revoked"),
        (TOKEN, 4014, "Message Content Intent"),
    ],
)
async def test_a_wrong_set_up_is_told_and_tried_again(
    desk: Desk, token: str, close_code: int, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    knocked = asyncio.Event()
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        knocked.set()
        await asyncio.Event().wait()

    desk.there.close_code = close_code
    plugin = made(desk.there, desk.http, token, sleep)
    with caplog.at_level(logging.INFO):
        listening = asyncio.create_task(plugin.run(desk.newsroom))
        await asyncio.wait_for(knocked.wait(), 5)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    assert pauses[0] >= 600
    errors = [r.getMessage() for r in caplog.records if r.levelname == "ERROR"]
    assert len(errors) == 1
    assert words in errors[0]
    assert token not in caplog.text
