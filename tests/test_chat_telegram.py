"""Telegram over a loopback Bot API: what is heard, what is shown, what goes wrong."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.chat import Mark, Outgoing
from bot.chat.telegram import Plugin, Settings
from fakes_desk import FakeNewsroom
from fakes_telegram import ANONYMOUS, BOT, ROOM, TOKEN, FakeTelegram

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ANNA = 11


@dataclass
class Group:
    """A bot that listens, the group that it is in, and the desk behind it."""

    there: FakeTelegram
    plugin: Plugin
    newsroom: FakeNewsroom
    pauses: list[float]
    http: aiohttp.ClientSession
    listening: asyncio.Task[None] | None = None

    def begins(self) -> None:
        self.listening = asyncio.create_task(self.plugin.run(self.newsroom))

    async def stops(self) -> None:
        if self.listening:
            self.listening.cancel()
            await asyncio.gather(self.listening, return_exceptions=True)

    async def settles(self) -> None:
        """Everything that was said before is heard and answered."""
        self.there.writes(ANNA, "fence", NOW, chat=ANNA)
        await self.there.has(lambda t: "Heard: fence" in t.texts())
        self.there.shown = {n: m for n, m in self.there.shown.items() if m["chat_id"] != ANNA}
        self.newsroom.heard = [m for m in self.newsroom.heard if m.text != "fence"]


@pytest.fixture
async def group(tmp_path: Path) -> AsyncIterator[Group]:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    async with FakeTelegram() as there, aiohttp.ClientSession() as http:
        settings = Settings(token=SecretStr(TOKEN), chat=ROOM, api=there.url)
        plugin = Plugin("telegram", settings, http, clock=lambda: NOW, sleep=sleep)
        made = Group(there, plugin, FakeNewsroom(tmp_path), pauses, http)
        made.begins()
        yield made
        await made.stops()


async def test_a_command_is_heard_and_answered_where_it_was_said(group: Group) -> None:
    group.there.writes(ANNA, "approve 7 3fa9c1", NOW)
    await group.there.has(lambda t: t.shown)
    heard = group.newsroom.heard[0]
    assert (heard.user, heard.text) == ("telegram:11", "approve 7 3fa9c1")
    assert (heard.at, heard.sort) == (NOW, "said")
    answer = group.there.called("sendMessage")[0]
    assert answer["chat_id"] == ROOM
    assert answer["reply_parameters"]["message_id"] == 1
    assert answer["text"].startswith("Draft 7 is approved")


MENTION = {"entities": [{"type": "mention", "offset": 0, "length": 8}]}
OUR_OPENING = {"from": BOT, "forum_topic_created": {"name": "x"}, "message_id": 1}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({}, {"addressed": False}),
        ({"chat": 11}, {"addressed": True}),
        ({"text": "@reelbot, approve 7 3fa9c1"}, {"addressed": True, "text": "approve 7 3fa9c1"}),
        ({"text": "/drafts@reelbot"}, {"addressed": True, "text": "/drafts@reelbot"}),
        ({"text": "hey @reelbotty"}, {"addressed": False}),
        ({"reply_to_message": {"from": BOT, "message_id": 1}}, {"addressed": True}),
        ({"reply_to_message": OUR_OPENING}, {"addressed": False}),
        ({"bot": True}, {"bot": True}),
        ({"via_bot": {"id": 5, "is_bot": True}}, {"bot": True}),
        ({"forward_origin": {"type": "user"}}, {"forwarded": True}),
        ({"kind": "edited_message"}, {"edited": True}),
        (
            {"sender_chat": {"id": ROOM}, "from": ANONYMOUS},
            {"bot": True, "user": f"telegram:{ROOM}"},
        ),
        ({"sender_chat": {"id": -5}}, {"bot": True, "user": "telegram:-5"}),
    ],
)
async def test_how_it_was_said_is_told_as_it_is(group: Group, said: Any, told: Any) -> None:
    group.there.writes(ANNA, said.pop("text", "drafts"), NOW, **said)
    await group.settles()
    heard = group.newsroom.heard[0]
    assert {key: getattr(heard, key) for key in told} == told


@pytest.mark.parametrize(
    "said",
    [
        {"chat": -999},
        {"kind": "channel_post"},
        {"text": "/approve@otherbot 7 3fa9c1"},
        {"text": "   "},
        {"from": BOT},
        {"date": "yesterday"},
    ],
)
async def test_what_is_not_for_us_is_not_heard(group: Group, said: Any) -> None:
    group.there.writes(ANNA, said.pop("text", "approve 7 3fa9c1"), NOW, **said)
    await group.settles()
    assert group.newsroom.heard == []
    assert group.there.shown == {}


async def test_a_button_is_pressed_once(group: Group) -> None:
    number = group.there.pushes(ANNA, "approve 7 3fa9c1", 5)
    await group.settles()
    heard = group.newsroom.heard[0]
    assert (heard.sort, heard.text, heard.at) == ("pressed", "approve 7 3fa9c1", NOW)
    assert group.there.called("answerCallbackQuery")
    group.there.again(group.there.update(number))
    await group.settles()
    assert len(group.newsroom.heard) == 1


async def test_a_press_that_telegram_calls_too_old_is_old(group: Group) -> None:
    group.there.refuses("answerCallbackQuery", 400, "Bad Request: query is too old")
    group.there.pushes(ANNA, "pause", 5)
    await group.settles()
    assert group.newsroom.heard[0].at <= NOW - timedelta(hours=1)


@pytest.mark.parametrize("press", [{"chat": -999}, {"inline": True}])
async def test_a_press_elsewhere_is_not_heard(group: Group, press: Any) -> None:
    number = group.there.pushes(ANNA, "pause", 5, chat=press.get("chat", ROOM))
    if "inline" in press:
        await group.settles()
        update = group.there.update(number)
        group.newsroom.heard.clear()
        del update["callback_query"]["message"]
        group.there.again({**update, "update_id": number + 50})
        await group.there.has(lambda t: t.called("getUpdates")[-1]["offset"] > number + 50)
    else:
        await group.settles()
    assert group.newsroom.heard == []


async def test_after_a_restart_it_goes_on_where_it_was(group: Group) -> None:
    group.there.writes(ANNA, "drafts", NOW)
    await group.settles()
    await group.stops()
    group.there.writes(ANNA, "status", NOW)
    group.newsroom.heard.clear()
    group.begins()
    await group.settles()
    assert group.newsroom.texts() == ["status"]


# -- what is shown -----------------------------------------------------------------------------

HOSTILE = "*bold* _x_ <b>y</b> [z](http://evil.example) @channel 😀 `code` \\"


async def test_headlines_are_text_and_marks_are_counted_in_utf_16(group: Group) -> None:
    text = f"{HOSTILE} news"
    marks = (Mark(text.index("code"), text.index("code") + 4, "bold"),)
    marks += (Mark(len(text) - 4, len(text), "link", "https://ours.example"),)
    await group.plugin.send(Outgoing(text, marks=marks, key="k"))
    sent = group.there.called("sendMessage")[0]
    assert sent["text"] == text
    assert "parse_mode" not in sent
    units = text.encode("utf-16-le")
    said = [units[2 * e["offset"] : 2 * (e["offset"] + e["length"])] for e in sent["entities"]]
    assert [piece.decode("utf-16-le") for piece in said] == ["code", "news"]
    assert sent["entities"][1]["url"] == "https://ours.example"
    assert sent["link_preview_options"] == {"is_disabled": True}


async def test_a_command_too_long_for_a_button_stands_in_the_text(group: Group) -> None:
    long = f"approve 7 3fa9c1 {'square ' * 9}".strip()
    buttons = (("approve", "approve 7 3fa9c1"), ("approve all", long))
    await group.plugin.send(Outgoing("An offer", 7, buttons, key="k"))
    sent = group.there.called("sendMessage")[0]
    rows = sent["reply_markup"]["inline_keyboard"]
    assert [[b["callback_data"] for b in row] for row in rows] == [["approve 7 3fa9c1"]]
    assert sent["text"] == f"An offer\napprove all: {long}"


async def test_a_film_carries_text_and_buttons(group: Group) -> None:
    group.newsroom.drafts_are({"id": 7})
    group.newsroom.films("video.mp4", b"a film")
    button = (("show", "show 7"),)
    await group.plugin.send(Outgoing("An offer", 7, button, film="video", slot="7", key="a"))
    sent = group.there.called("sendVideo")[0]
    assert (sent["video"], sent["caption"]) == (b"a film", "An offer")
    assert sent["reply_markup"]["inline_keyboard"][0][0]["callback_data"] == "show 7"
    await group.plugin.send(Outgoing("Approved", 7, film="video", slot="7", key="b"))
    changed = group.there.called("editMessageCaption")[0]
    assert changed["caption"] == "Approved"
    assert changed["reply_markup"] == {"inline_keyboard": []}
    assert len(group.there.shown) == 1


async def test_a_long_text_is_cut_and_its_film_follows(group: Group) -> None:
    group.newsroom.drafts_are({"id": 7})
    group.newsroom.films("video.mp4", b"a film")
    text = " ".join(["words"] * 1000)
    await group.plugin.send(Outgoing(text, 7, (("show", "show 7"),), 3, film="video", key="a"))
    first, second, film = group.there.shown.values()
    assert f"{first['text']} {second['text']}" == text
    assert not first["reply_markup"]["inline_keyboard"]
    assert second["reply_markup"]["inline_keyboard"]
    assert film["video"] == b"a film"
    assert [m["reply_parameters"]["message_id"] for m in (second, film)] == [1, 1]


async def test_a_story_has_a_thread_and_a_slot_one_place(group: Group) -> None:
    for key, text in [("a", "It began"), ("b", "An offer"), ("c", "Another offer")]:
        slot = "" if key == "a" else "offer:7"
        await group.plugin.send(Outgoing(text, 7, story=3, slot=slot, key=key))
    assert group.there.texts() == ["It began", "Another offer"]
    assert group.there.shown[2]["reply_parameters"]["message_id"] == 1
    await group.plugin.send(Outgoing("Elsewhere", 8, story=4, key="d"))
    assert "reply_parameters" not in group.there.shown[3]


async def test_a_slot_that_was_deleted_is_written_anew(group: Group) -> None:
    await group.plugin.send(Outgoing("An offer", 7, slot="7", key="a"))
    group.there.shown.clear()
    await group.plugin.send(Outgoing("Decided", 7, slot="7", key="b"))
    await group.plugin.send(Outgoing("Decided", 7, slot="7", key="c"))  # the same again
    assert group.there.texts() == ["Decided"]


async def test_a_shorter_text_leaves_nothing_of_the_longer(group: Group) -> None:
    await group.plugin.send(Outgoing("words " * 1000, 7, (("x", "y"),), slot="7", key="a"))
    await group.plugin.send(Outgoing("Decided", 7, slot="7", key="b"))
    assert group.there.texts() == ["Decided", "…"]
    assert not group.there.shown[2]["reply_markup"]["inline_keyboard"]


async def test_the_same_key_again_shows_nothing_twice(group: Group) -> None:
    group.newsroom.drafts_are({"id": 7})
    group.newsroom.films("video.mp4", b"a film")
    text = "words " * 1000
    group.there.refuses("sendVideo", 500, "Internal Server Error")
    message = Outgoing(text, 7, film="video", key="a")
    with pytest.raises(ConnectionError):
        await group.plugin.send(message)
    await group.plugin.send(message)
    await group.plugin.send(message)
    assert [("video" in m) for m in group.there.shown.values()] == [False, False, True]


async def test_topics_of_a_forum(group: Group) -> None:
    settings = Settings(token=SecretStr(TOKEN), chat=ROOM, api=group.there.url, topics=True)
    plugin = Plugin("forum", settings, group.http)
    plugin._board.newsroom = group.newsroom
    await plugin.send(Outgoing("It began\nand more", story=3, key="a"))
    await plugin.send(Outgoing("An offer", story=3, key="b"))
    assert group.there.called("createForumTopic") == [{"chat_id": ROOM, "name": "It began"}]
    assert [m["message_thread_id"] for m in group.there.shown.values()] == [77, 77]
    group.there.refuses("createForumTopic", 400, "Bad Request: not enough rights")
    await plugin.send(Outgoing("Another", story=4, key="x"))
    assert "message_thread_id" not in group.there.shown.pop(3)
    group.there.refuses("sendMessage", 400, "Bad Request: message thread not found")
    await plugin.send(Outgoing("Posted", story=3, key="c"))
    assert "message_thread_id" not in group.there.shown[4]


# -- what goes wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ((400, "Bad Request: message text is empty"), ValueError, "text is empty"),
        ((413, "Request Entity Too Large"), ValueError, "Too Large"),
        ((403, "Forbidden: bot was kicked"), ConnectionError, "add the bot to the group"),
        ((400, "Bad Request: chat not found"), ConnectionError, "set `chat`"),
        ((401, "Unauthorized"), ConnectionError, "@BotFather"),
        ((409, "Conflict: other getUpdates"), ConnectionError, "stop the other"),
        ((500, "Internal"), ConnectionError, "500"),
    ],
)
async def test_what_telegram_refuses(group: Group, fault: Any, kind: Any, words: str) -> None:
    group.there.refuses("sendMessage", *fault)
    with pytest.raises(kind, match=words) as told:
        await group.plugin.send(Outgoing("Hello", key="k"))
    assert TOKEN not in str(told.value)


async def test_too_many_messages_are_waited_for(group: Group) -> None:
    group.there.refuses("sendMessage", 429, "Too Many Requests", retry_after=17)
    with pytest.raises(ConnectionError) as told:
        await group.plugin.send(Outgoing("Hello", key="k"))
    assert told.value.retry_after_s == 17  # type: ignore[attr-defined]
    group.there.refuses("sendMessage", 429, "Too Many Requests", retry_after=7)
    group.there.writes(ANNA, "drafts", NOW)
    await group.settles()
    assert 7 in group.pauses


async def test_a_group_that_moved_is_told(group: Group) -> None:
    told = "Bad Request: group chat was upgraded"
    group.there.refuses("sendMessage", 400, told, migrate_to_chat_id=-100777)
    with pytest.raises(ConnectionError, match="set `chat` = -100777"):
        await group.plugin.send(Outgoing("Hello", key="k"))


@pytest.mark.parametrize("text", ["<html>a proxy</html>", '{"ok": true}', '{"ok": "yes"}', "[]"])
async def test_an_answer_that_is_none_is_no_yes(group: Group, text: str) -> None:
    group.there.answers("sendMessage", 200, text)
    with pytest.raises(ConnectionError):
        await group.plugin.send(Outgoing("Hello", key="k"))


async def test_a_wrong_token_is_told_and_tried_again(
    group: Group, caplog: pytest.LogCaptureFixture
) -> None:
    await group.stops()
    knocked = asyncio.Event()
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        knocked.set()
        await asyncio.Event().wait()

    secret = "9:wrong-token"
    settings = Settings(token=SecretStr(secret), chat=ROOM, api=group.there.url)
    with caplog.at_level(logging.DEBUG):
        group.plugin = Plugin("telegram", settings, group.http, sleep=sleep)
        group.begins()
        await asyncio.wait_for(knocked.wait(), 5)
    assert pauses[0] >= 600
    errors = [r.getMessage() for r in caplog.records if r.levelname == "ERROR"]
    assert errors == [
        "telegram: getMe answered Unauthorized: `token` is wrong or revoked; "
        "@BotFather tells the right one"
    ]
    assert secret not in caplog.text


async def test_no_error_holds_the_token(group: Group, caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings(token=SecretStr(TOKEN), chat=ROOM, api="http://127.0.0.1:9")
    assert TOKEN not in repr(settings)
    plugin = Plugin("telegram", settings, group.http)
    with pytest.raises(ConnectionError, match="not up yet"):
        await plugin.send(Outgoing("Hello"))
    plugin._board.newsroom = group.newsroom
    with caplog.at_level(logging.DEBUG), pytest.raises(ConnectionError) as told:
        await plugin.send(Outgoing("Hello"))
    assert TOKEN not in str(told.value) + caplog.text


async def test_a_broken_line_is_taken_up_again(group: Group) -> None:
    group.there.answers("getUpdates", 502, "<html>bad gateway</html>")
    group.there.writes(ANNA, "drafts", NOW)
    await group.settles()
    assert group.newsroom.texts() == ["drafts"]
