"""Mattermost over a loopback API and websocket: what is heard, what is shown, what goes wrong."""

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
from bot.chat.mattermost import Plugin, Settings
from fakes_desk import FakeNewsroom
from fakes_mattermost import ME, ROOM, TOKEN, FakeMattermost

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ANNA = "anna" + "0" * 22


@dataclass
class Desk:
    there: FakeMattermost
    plugin: Plugin
    newsroom: FakeNewsroom
    http: aiohttp.ClientSession
    pauses: list[float]

    async def settles(self) -> None:
        """Everything that was said before is heard and answered."""
        await self.there.writes(ANNA, "fence", NOW, channel="direct", direct=True)
        await self.there.has(lambda t: "Heard: fence" in t.texts())
        self.there.shown = {
            n: p for n, p in self.there.shown.items() if "fence" not in p["message"]
        }
        self.newsroom.heard = [m for m in self.newsroom.heard if m.text != "fence"]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        await asyncio.sleep(0)

    async with FakeMattermost() as there, aiohttp.ClientSession() as http:
        settings = Settings(url=f"http://{there.host}", token=SecretStr(TOKEN), channel=ROOM)
        plugin, newsroom = Plugin("mattermost", settings, http, sleep), FakeNewsroom(tmp_path)
        listening = asyncio.create_task(plugin.run(newsroom))
        await there.has(lambda t: t.sockets)
        yield Desk(there, plugin, newsroom, http, pauses)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_a_command_is_heard_and_answered_in_its_thread(desk: Desk) -> None:
    await desk.there.writes(ANNA, "approve 7 3fa9c1", NOW)
    await desk.there.has(lambda t: t.shown)
    heard = desk.newsroom.heard[0]
    assert (heard.user, heard.text, heard.at) == (f"mattermost:{ANNA}", "approve 7 3fa9c1", NOW)
    answer = next(iter(desk.there.shown.values()))
    assert (answer["channel_id"], answer["root_id"]) == (ROOM, heard.event.split(":")[1])
    assert answer["message"].startswith("Draft 7 is approved")


@pytest.mark.parametrize(
    ("text", "more", "wanted"),
    [
        ("drafts", {}, {"addressed": False, "bot": False, "forwarded": False, "edited": False}),
        ("@reelbot: drafts", {}, {"addressed": True, "text": "drafts"}),
        ("drafts", {"direct": True, "channel": "d"}, {"addressed": True}),
        ("drafts", {"props": {"from_bot": "true"}}, {"bot": True}),
        ("drafts", {"props": {"from_webhook": "true"}}, {"bot": True}),
        ("drafts", {"props": {"from_plugin": True}}, {"bot": True}),
        ("drafts", {"props": {"previewed_post": "p1"}}, {"forwarded": True}),
        ("drafts", {"event": "post_edited"}, {"edited": True}),
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
        {"channel": "elsewhere"},
        {"user_id": ME["id"]},
        {"type": "system_join_channel"},
        {"message": "   "},
        {"create_at": "never"},
        {"event": "typing"},
    ],
)
async def test_what_is_not_for_us_is_not_heard(desk: Desk, more: Any) -> None:
    await desk.there.writes(ANNA, "approve 7 3fa9c1", NOW, **more)
    await desk.there.tells("no json")
    await desk.settles()
    assert desk.newsroom.heard == []


async def test_reactions_are_buttons(desk: Desk) -> None:
    buttons = (("approve", "approve 7 3fa9c1"), ("show", "show 7"))
    await desk.plugin.send(Outgoing("An offer", 7, buttons, slot="7", key="a"))
    post, shown = next(iter(desk.there.shown.items()))
    assert ":one: approve: `approve 7 3fa9c1`\n:two: show: `show 7`" in shown["message"]
    assert desk.there.signs == {(post, "one"), (post, "two")}
    await desk.there.reacts(ME["id"], post, "one", NOW)
    await desk.there.reacts(ANNA, post, "tada", NOW)
    await desk.there.reacts(ANNA, "another", "one", NOW)
    await desk.there.reacts(ANNA, post, "one", NOW)
    await desk.settles()
    (heard,) = desk.newsroom.heard
    assert (heard.text, heard.sort, heard.at, heard.bot) == (
        "approve 7 3fa9c1",
        "reacted",
        NOW,
        False,
    )
    await desk.plugin.send(Outgoing("Approved by anna", 7, slot="7", key="b"))
    assert desk.there.shown[post]["message"] == "Approved by anna"
    assert desk.there.signs == set()
    await desk.there.reacts(ANNA, post, "one", NOW)
    await desk.settles()
    assert len(desk.newsroom.heard) == 1


async def test_the_reaction_of_a_machine_is_told_as_one(desk: Desk) -> None:
    await desk.plugin.send(Outgoing("An offer", 7, (("show", "show 7"),), key="a"))
    desk.there.bots.add(ANNA)
    await desk.there.reacts(ANNA, next(iter(desk.there.shown)), "one", NOW)
    await desk.settles()
    assert desk.newsroom.heard[0].bot


async def test_no_markup_of_a_headline_is_read(desk: Desk) -> None:
    text = "@channel *bold* [x](http://evil.example) ~~gone~~\n# big & news"
    marks = (
        Mark(9, 15, "bold"),
        Mark(len(text) - 4, len(text), "link", "https://ours.example/a b"),
    )
    await desk.plugin.send(Outgoing(text, marks=marks, key="k"))
    (post,) = desk.there.texts()
    assert post == (
        "@\u200bchannel **\\*bold\\*** \\[x\\]\\(http:\u200b//evil.example\\) \\~\\~gone\\~\\~\n"
        "\\# big & [news](https://ours.example/a%20b)"
    )


async def test_a_story_has_a_thread_and_an_offer_its_film(desk: Desk) -> None:
    desk.newsroom.drafts_are({"id": 7})
    desk.newsroom.films("video.mp4", b"a film")
    await desk.plugin.send(Outgoing("It began", 7, story=3, key="a"))
    root = next(iter(desk.there.shown))
    await desk.plugin.send(Outgoing("An offer", 7, story=3, film="video", slot="7", key="b"))
    offer = desk.there.called("POST posts")[1]
    assert (offer["root_id"], offer["file_ids"]) == (root, ["file1"])
    assert desk.there.files == [b"a film"]
    desk.there.refuses("PUT posts/x/patch", 404, {})
    del desk.there.shown[list(desk.there.shown)[1]]
    await desk.plugin.send(Outgoing("Approved", 7, story=3, slot="7", key="c"))
    assert desk.there.texts() == ["It began", "Approved"]


async def test_an_answer_that_was_lost_makes_no_second_post(desk: Desk) -> None:
    message = Outgoing("Hello", 7, key="a")
    await desk.plugin.send(message)
    desk.newsroom.kept.clear()  # as after a crash right behind the call
    await desk.plugin.send(message)
    assert desk.there.texts() == ["Hello"]


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (400, {"message": "Invalid message"}, ValueError, "Invalid message"),
        (413, {"message": "Too large"}, ValueError, "Too large"),
        (403, {"message": "No permission"}, ConnectionError, "is a member there"),
        (401, {"message": "Session expired"}, ConnectionError, "Bot Accounts"),
        (500, "<html>", ConnectionError, "500"),
        (201, "<html>", ConnectionError, "no answer of Mattermost"),
        (201, {"id": 5}, ConnectionError, "no answer of Mattermost"),
    ],
)
async def test_what_mattermost_refuses(
    desk: Desk, status: int, body: Any, kind: Any, words: str
) -> None:
    desk.there.refuses("POST posts", status, body)
    with pytest.raises(kind, match=words):
        await desk.plugin.send(Outgoing("Hello", key="k"))


async def test_a_sign_that_cannot_be_put_costs_no_message(desk: Desk) -> None:
    desk.there.refuses("POST reactions", 501, {"message": "read-only"})
    await desk.plugin.send(Outgoing("An offer", 7, (("show", "show 7"),), key="a"))
    assert len(desk.there.shown) == 1


async def test_a_broken_line_is_taken_up_again(desk: Desk) -> None:
    first = desk.there.sockets[0]
    await desk.there.hangs_up()
    await desk.there.has(lambda t: t.sockets and t.sockets[0] is not first)
    await desk.there.writes(ANNA, "drafts", NOW)
    await desk.settles()
    assert desk.newsroom.texts() == ["drafts"]
    assert desk.pauses


async def test_a_wrong_token_is_told_and_tried_again(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    knocked = asyncio.Event()
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        knocked.set()
        await asyncio.Event().wait()

    settings = Settings(url=f"http://{desk.there.host}/", token=SecretStr("bad-one"), channel=ROOM)
    plugin = Plugin("mattermost", settings, desk.http, sleep)
    with caplog.at_level(logging.DEBUG):
        listening = asyncio.create_task(plugin.run(desk.newsroom))
        await asyncio.wait_for(knocked.wait(), 5)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    assert pauses[0] >= 600
    errors = [r.getMessage() for r in caplog.records if r.levelname == "ERROR"]
    assert len(errors) == 1
    assert "`token` is wrong or revoked" in errors[0]
    assert "bad-one" not in caplog.text
