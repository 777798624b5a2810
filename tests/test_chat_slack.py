"""Slack over a loopback API and socket: what is heard, what is shown, what goes wrong."""

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.chat import Mark, Outgoing
from bot.chat._slack import press_of, said_of
from bot.chat.slack import LOOK_S, Plugin, Settings
from fakes_desk import FakeNewsroom
from fakes_slack import APP_TOKEN, ME, ROOM, TOKEN, FakeSlack, buttons, told

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ANNA = "U0ANNA"


@dataclass
class Pauses:
    """Time that passes when a test says so: each look at the socket waits for `look`."""

    taken: list[float] = field(default_factory=list)
    look: asyncio.Event = field(default_factory=asyncio.Event)

    async def sleep(self, seconds: float) -> None:
        self.taken.append(seconds)
        if seconds == LOOK_S:
            await self.look.wait()
            self.look.clear()


@dataclass
class Desk:
    there: FakeSlack
    plugin: Plugin
    newsroom: FakeNewsroom
    pauses: Pauses
    listening: asyncio.Task[None]

    async def settles(self) -> None:
        """Everything that was said before is heard and answered."""
        await self.there.writes(ANNA, "fence", NOW, channel="D0ANNA")
        await self.there.has(lambda t: "Heard: fence" in t.texts())
        self.there.shown.popitem()
        self.newsroom.heard = [m for m in self.newsroom.heard if m.text != "fence"]


def made(there: FakeSlack, http: aiohttp.ClientSession, pauses: Pauses, **over: Any) -> Plugin:
    secrets = {"token": SecretStr(TOKEN), "app_token": SecretStr(APP_TOKEN)} | over
    settings = Settings(channel=ROOM, api=there.api, **secrets)
    return Plugin("slack", settings, http, clock=lambda: NOW, sleep=pauses.sleep)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    pauses = Pauses()
    async with FakeSlack() as there, aiohttp.ClientSession() as http:
        plugin, newsroom = made(there, http, pauses), FakeNewsroom(tmp_path)
        listening = asyncio.create_task(plugin.run(newsroom))
        await there.has(lambda t: t.sockets)
        yield Desk(there, plugin, newsroom, pauses, listening)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_a_command_is_acknowledged_heard_and_answered_in_its_thread(desk: Desk) -> None:
    said = await desk.there.writes(ANNA, "approve 7 3fa9c1", NOW)
    await desk.there.has(lambda t: t.shown)
    heard = desk.newsroom.heard[0]
    assert (heard.user, heard.text, heard.sort) == ("slack:U0ANNA", "approve 7 3fa9c1", "said")
    assert heard.at.replace(microsecond=0) == NOW
    answer = desk.there.called("chat.postMessage")[0]
    assert (answer["channel"], answer["thread_ts"]) == (ROOM, said["ts"])
    assert told(answer).startswith("Draft 7 is approved")
    assert len(desk.there.acked) == 1


@pytest.mark.parametrize(
    ("text", "more", "wanted"),
    [
        ("drafts", {}, {"addressed": False, "bot": False}),
        ("<@U0BOT> drafts", {}, {"addressed": True, "text": "drafts"}),
        ("<@U0BOT> drafts", {"type": "app_mention"}, {"addressed": True, "text": "drafts"}),
        ("drafts", {"channel": "D0ANNA"}, {"addressed": True}),
        ("drafts", {"bot_id": "B1"}, {"bot": True}),
        ("drafts", {"subtype": "bot_message"}, {"bot": True}),
        ("drafts", {"attachments": [{"is_share": True}]}, {"forwarded": True}),
        ("make &lt;b&gt; R&amp;amp;D", {}, {"text": "make <b> R&amp;D"}),
        ("make <https://x.example/a?b|x.example>", {}, {"text": "make https://x.example/a?b"}),
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
        {"channel": "C0OTHER"},
        {"user": ME["user_id"]},
        {"text": ""},
        {"type": "reaction_added"},
        {"ts": "never"},
        {"channel": None},
    ],
)
async def test_what_is_not_for_us_is_not_heard(desk: Desk, more: Any) -> None:
    event = {"user": ANNA, "text": "approve 7 3fa9c1", "channel": ROOM, "ts": "7.0"}
    await desk.there.happens({"type": "message", "channel_type": "channel", **event, **more})
    await desk.settles()
    assert desk.newsroom.heard == []


async def test_an_edit_is_told_as_one_and_an_unfurled_link_is_none(desk: Desk) -> None:
    await desk.there.edits(ANNA, "approve 7 3fa9c1", NOW)
    await desk.there.edits(ANNA, "approve 8 3fa9c1", NOW, edited=None)
    await desk.settles()
    assert [(m.text, m.edited) for m in desk.newsroom.heard] == [("approve 7 3fa9c1", True)]


async def test_one_message_that_comes_as_two_events_is_heard_once(desk: Desk) -> None:
    event = await desk.there.writes(ANNA, "<@U0BOT> approve 7 3fa9c1", NOW)
    await desk.there.happens({**event, "type": "app_mention"})
    await desk.there.happens(event)  # as Slack does when an acknowledgement is lost
    await desk.settles()
    assert len(desk.newsroom.heard) == len(desk.there.shown) == 1
    assert len(desk.there.acked) == 4


async def test_buttons_and_slash_commands(desk: Desk) -> None:
    await desk.there.pushes(ANNA, "approve 7 3fa9c1", NOW)
    await desk.there.pushes(ANNA, "approve 7 3fa9c1", NOW, channel="C0OTHER")
    await desk.there.slashes(ANNA, "drafts")
    await desk.there.slashes(ANNA, "drafts", channel="C0OTHER")
    await desk.settles()
    heard = [(m.text, m.sort, m.addressed) for m in desk.newsroom.heard]
    assert heard == [("approve 7 3fa9c1", "pressed", True), ("drafts", "said", True)]


def test_a_frame_that_is_odd_is_no_message() -> None:
    assert press_of({"type": "view_submission", "user": {"id": "U1"}}, ME, ROOM) is None
    deleted = {"type": "message", "subtype": "message_deleted", "channel": ROOM}
    assert said_of({"event": deleted}, ME, ROOM) is None


# -- what is shown -----------------------------------------------------------------------------


async def test_no_markup_of_a_headline_is_read(desk: Desk) -> None:
    text = "<!channel> *bold* <https://evil.example|x> & news"
    marks = (Mark(11, 17, "bold"), Mark(len(text) - 4, len(text), "link", "https://ours.example"))
    await desk.plugin.send(Outgoing(text, marks=marks, key="k"))
    sent = desk.there.called("chat.postMessage")[0]
    assert sent["text"] == "&lt;!channel&gt; *bold* &lt;https://evil.example|x&gt; &amp; news"
    assert (sent["parse"], sent["unfurl_links"]) == ("none", "false")
    assert told(sent) == text
    assert '"style": {"bold": true}' in sent["blocks"]
    assert '{"type": "link", "url": "https://ours.example", "text": "news"}' in sent["blocks"]


async def test_an_offer_its_film_and_its_decision(desk: Desk) -> None:
    desk.newsroom.drafts_are({"id": 7})
    desk.newsroom.films("video.mp4", b"a film")
    await desk.plugin.send(Outgoing("It began", 7, story=3, key="a"))
    root = next(iter(desk.there.shown))
    offer = Outgoing("An offer", 7, (("approve", "approve 7 3fa9c1"),), 3, film="video", slot="7")
    await desk.plugin.send(offer)
    first, second = desk.there.called("chat.postMessage")
    assert "thread_ts" not in first
    assert (second["thread_ts"], second["reply_broadcast"]) == (root, "true")
    assert buttons(second) == ["approve 7 3fa9c1"]
    assert desk.there.files == {"F1": b"a film"}
    assert desk.there.called("files.completeUploadExternal")[0]["thread_ts"] == root
    await desk.plugin.send(Outgoing("Approved by anna", 7, story=3, slot="7", key="b"))
    assert desk.there.texts() == ["It began", "Approved by anna"]
    assert buttons(list(desk.there.shown.values())[1]) == []
    desk.there.shown.clear()
    await desk.plugin.send(Outgoing("Posted", 7, story=3, slot="7", key="c"))
    assert desk.there.texts() == ["Posted"]


async def test_a_film_that_fails_is_sent_again_and_its_text_is_not(desk: Desk) -> None:
    desk.newsroom.drafts_are({"id": 7})
    desk.newsroom.films("video.mp4", b"a film")
    desk.there.refuses("files.completeUploadExternal", 500, "<html>")
    message = Outgoing("An offer", 7, film="video", key="a")
    with pytest.raises(ConnectionError):
        await desk.plugin.send(message)
    await desk.plugin.send(message)
    assert desk.there.texts() == ["An offer"]
    assert len(desk.there.called("files.completeUploadExternal")) == 2


# -- what goes wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        ("msg_too_long", ValueError, "msg_too_long"),
        ("invalid_blocks", ValueError, "invalid_blocks"),
        ("channel_not_found", ConnectionError, "/invite"),
        ("token_revoked", ConnectionError, "xoxb-"),
        ("missing_scope", ConnectionError, "files:write.*install it again"),
        ("internal_error", ConnectionError, "internal_error"),
        ("ratelimited", ConnectionError, "ratelimited"),
    ],
)
async def test_what_slack_refuses(desk: Desk, error: str, kind: Any, words: str) -> None:
    body = {"ok": False, "error": error, "needed": "files:write"}
    desk.there.refuses("chat.postMessage", 200, body)
    with pytest.raises(kind, match=words):
        await desk.plugin.send(Outgoing("Hello", key="k"))


@pytest.mark.parametrize("body", ["<html>a proxy</html>", [], {"ok": "yes"}, {}])
async def test_an_answer_that_is_none_is_no_yes(desk: Desk, body: Any) -> None:
    desk.there.refuses("chat.postMessage", 200, body)
    with pytest.raises(ConnectionError):
        await desk.plugin.send(Outgoing("Hello", key="k"))


async def test_too_many_calls_are_waited_for(desk: Desk) -> None:
    desk.there.refuses("chat.postMessage", 429, {"ok": False}, Retry_After="9")
    with pytest.raises(ConnectionError) as told_us:
        await desk.plugin.send(Outgoing("Hello", key="k"))
    assert told_us.value.retry_after_s == 9  # type: ignore[attr-defined]


async def test_a_socket_that_ends_is_opened_again(desk: Desk) -> None:
    first = desk.there.sockets[0]
    await desk.there.tells({"type": "disconnect", "reason": "refresh_requested"})
    await desk.there.has(lambda t: len(t.called("apps.connections.open")) == 2)
    await desk.there.has(lambda t: len(t.sockets) == 1 and t.sockets[0] is not first)
    await desk.there.writes(ANNA, "drafts", NOW)
    await desk.settles()
    assert desk.newsroom.texts() == ["drafts"]


@pytest.mark.parametrize("dies", ["silently", "with its token"])
async def test_a_socket_that_died_without_a_word_is_noticed(desk: Desk, dies: str) -> None:
    await desk.there.has(lambda t: 60.0 in desk.pauses.taken)
    first = desk.there.sockets[0]
    if dies == "silently":
        await desk.there.hangs_up()
        desk.there.refuses("auth.test", 500, "<html>")
    else:
        desk.there.refuses("auth.test", 200, {"ok": False, "error": "token_revoked"})
    before = len(desk.there.called("apps.connections.open"))
    desk.pauses.look.set()
    await desk.there.has(lambda t: len(t.called("apps.connections.open")) > before)
    await desk.there.has(lambda t: len(t.sockets) == 1 and t.sockets[0] is not first)
    await desk.there.writes(ANNA, "drafts", NOW)
    await desk.settles()
    assert desk.newsroom.texts() == ["drafts"]


@pytest.mark.parametrize(
    "wrong", [{"token": SecretStr("xoxb-bad-one")}, {"app_token": SecretStr("xapp-bad-one")}]
)
async def test_a_wrong_token_is_told_and_tried_again(
    desk: Desk, wrong: Any, caplog: pytest.LogCaptureFixture
) -> None:
    knocked = asyncio.Event()
    pauses: list[float] = []

    async def sleep(seconds: float) -> None:
        pauses.append(seconds)
        knocked.set()
        await asyncio.Event().wait()

    async with aiohttp.ClientSession() as http:
        plugin = made(desk.there, http, desk.pauses, **wrong)
        plugin._board.sleep = sleep
        with caplog.at_level(logging.DEBUG):
            listening = asyncio.create_task(plugin.run(desk.newsroom))
            await asyncio.wait_for(knocked.wait(), 5)
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)
    assert pauses[0] >= 600
    errors = [r.getMessage() for r in caplog.records if r.levelname == "ERROR"]
    assert len(errors) == 1
    assert "`token` (xoxb-) or `app_token` (xapp-) is wrong or revoked" in errors[0]
    assert "bad-one" not in caplog.text
