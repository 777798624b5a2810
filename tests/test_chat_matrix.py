"""Matrix against a homeserver with verbs: threads, edits, signs that are buttons, and faults."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

import fakes_desk
import fakes_homeserver
from bot.chat import Mark, Newsroom, Outgoing
from bot.chat._matrix import legend, marked, signs
from bot.chat.matrix import Plugin, Settings
from bot.newsroom import Newsroom as RealNewsroom
from bot.web import session
from fakes import FakeTips
from fakes_desk import FakeNewsroom
from fakes_homeserver import BOT, ROOM, FakeHomeserver
from offices import opened

ANNA, BEA = "@anna:example.org", "@bea:example.org"
BUTTONS = (("approve 7", "approve 7 3fa9c1"), ("show", "show 7"))


async def at_once(_: float) -> None:
    """Stand in for sleeping: waiting costs no time here."""
    await asyncio.sleep(0)


@dataclass
class Desk:
    server: FakeHomeserver
    plugin: Plugin
    newsroom: Any

    async def sends(self, text: str, key: str, **more: Any) -> None:
        """Send as the outbox does: again, until it is taken."""
        await self.gives(Outgoing(text, key=key, **more))

    async def gives(self, message: Outgoing) -> None:
        async with asyncio.timeout(10):
            while True:
                try:
                    return await self.plugin.send(message)
                except ConnectionError:
                    await asyncio.sleep(0)

    async def hears(self, count: int = 1) -> list[Any]:
        await self.server.until(lambda: len(self.server.texts()) >= count)
        return list(self.newsroom.heard)


@asynccontextmanager
async def running(
    server: FakeHomeserver, newsroom: Newsroom, **settings: Any
) -> AsyncIterator[Desk]:
    """The plug-in in the fake's room, through the guarded session."""
    chosen = {"access_token": SecretStr("bot-token")} | settings
    async with session(allow=["127.0.0.1"]) as http:
        made = Settings(homeserver=server.url, user=BOT, room=ROOM, **chosen)
        plugin = Plugin("matrix", made, http, sleep=at_once)
        task = asyncio.create_task(plugin.run(newsroom))
        try:
            yield Desk(server, plugin, newsroom)
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def talking(folder: Path, **options: Any) -> AsyncIterator[Desk]:
    newsroom = FakeNewsroom(folder)
    fakes_desk.a_day(newsroom)
    async with (
        fakes_homeserver.serving(**options) as server,
        running(server, newsroom) as desk,
    ):
        await desk.sends("up", "up")
        yield desk


# --- what the desk says ---


async def test_the_same_message_twice_is_there_once(tmp_path: Path) -> None:
    async with talking(tmp_path) as desk:
        desk.newsroom.films("video.mp4", b"a film")
        for _ in range(2):
            await desk.sends("Draft 7", "k1", draft=7, buttons=BUTTONS, story=17, film="video")
        assert desk.server.texts() == ["up", "Draft 7\n\n✅ approve 7 · 👀 show"]
        assert len(desk.server.films()) == 1
        assert desk.server.signs() == ["✅", "👀"]


async def test_one_story_is_one_thread_also_after_a_restart(tmp_path: Path) -> None:
    async with talking(tmp_path) as desk:
        desk.newsroom.films("video.mp4", b"a film")
        await desk.sends("first", "k1", draft=7, story=17, film="video")
        root = desk.server.last()["event_id"]
        async with running(desk.server, desk.newsroom) as later:
            await later.sends("second", "k2", story=17)
            await later.sends("another", "k3", story=18)
        shown = [desk.server.films()[0], *desk.server._of(BOT, "m.text")[-2:]]
        relations = [e["content"].get("m.relates_to", {}) for e in shown]
        assert [r.get("event_id") for r in relations] == [root, root, None]
        assert relations[1]["rel_type"] == "m.thread"
        film = shown[0]["content"]
        assert desk.server.files[film["url"]] == b"a film"
        assert film["info"] == {"mimetype": "video/mp4", "size": 6}


async def test_a_decided_offer_is_edited_and_loses_its_signs(tmp_path: Path) -> None:
    async with talking(tmp_path) as desk:
        await desk.sends("Draft 7", "k1", draft=7, buttons=BUTTONS, slot="offer 7")
        offer = desk.server.last()["event_id"]
        await desk.sends("Draft 7: approved", "k2", draft=7, slot="offer 7")
        edit = desk.server.last()["content"]
        assert edit["m.relates_to"] == {"rel_type": "m.replace", "event_id": offer}
        assert edit["m.new_content"]["body"] == "Draft 7: approved"
        assert desk.server.signs() == []
        desk.server.reacts(offer, "✅")
        desk.server.says("status")
        heard = await desk.hears(4)
        assert [m.text for m in heard] == ["status"]


async def test_a_new_revision_is_a_new_message_and_the_old_signs_are_dead(tmp_path: Path) -> None:
    async with talking(tmp_path) as desk:
        await desk.sends("Draft 7", "k1", draft=7, buttons=BUTTONS, slot="offer 7")
        old = desk.server.last()["event_id"]
        newer = (("approve 7", "approve 7 b0b0b0"),)
        await desk.sends("Draft 7, changed", "k2", draft=7, buttons=newer, slot="offer 7")
        new = desk.server.last()["event_id"]
        assert desk.server.signs() == ["✅"]
        desk.server.reacts(old, "✅")  # pressed while the old clip was on the screen
        desk.server.reacts(new, "✅")
        heard = await desk.hears(5)
        assert [(m.text, m.sort, m.addressed) for m in heard] == [
            ("approve 7 b0b0b0", "reacted", True)
        ]


async def test_a_long_answer_is_cut_and_a_shorter_edit_takes_the_rest_away(tmp_path: Path) -> None:
    async with talking(tmp_path) as desk:
        await desk.sends("ö" * 7000, "k1", slot="long")
        assert [len(text) for text in desk.server.texts()[1:]] == [3000, 3000, 1000]
        await desk.sends("short", "k2", slot="long")
        gone = [event["event_id"] for event in desk.server.events if event.get("gone")]
        assert len(gone) == 2
        sizes = [len(json.dumps(event["content"])) for event in desk.server.events]
        assert max(sizes) < 64_000


async def test_no_markup_of_a_headline_reaches_the_room(tmp_path: Path) -> None:
    async with talking(tmp_path) as desk:
        text = "<img src=x onerror=alert(1)> **bold** @room\n&amp; more"
        marks = (
            Mark(0, 4, "bold"),
            Mark(5, 8, "link", "javascript:alert(1)"),
            Mark(9, 10, "link", 'https://x.example/?a="><script>'),
        )
        await desk.sends(text, "k1", marks=marks)
        content = desk.server.last()["content"]
        assert content["body"] == text
        assert content["m.mentions"] == {}
        assert content["formatted_body"] == (
            '<strong>&lt;img</strong> src=<a href="https://x.example/?a=&quot;&gt;&lt;script&gt;">x'
            "</a> onerror=alert(1)&gt; **bold** @room<br>&amp;amp; more"
        )


@settings(max_examples=40)
@given(st.text(alphabet="<>&\"'\nab", max_size=40), st.data())
def test_marks_never_change_the_words(text: str, data: st.DataObject) -> None:
    import html
    import re

    spots = st.integers(0, len(text))
    kinds = st.sampled_from(["bold", "code", "link"])
    made = data.draw(
        st.lists(st.builds(Mark, spots, spots, kinds, st.just("https://a.b")), max_size=5)
    )  # type: ignore[arg-type]
    out = marked(text, [m for m in made if m.start < m.end])
    assert html.unescape(re.sub(r"<[^>]*>", "", out.replace("<br>", "\n"))) == text


async def test_a_film_that_is_too_large_is_said_to_be(tmp_path: Path) -> None:
    async with talking(tmp_path, most=3) as desk:
        desk.newsroom.films("video.mp4", b"four")
        await desk.sends("Draft 7", "k1", draft=7, film="video")
        assert "too large" in desk.server.texts()[-1]
        assert not desk.server.films()


@pytest.mark.parametrize("fault", ["limit", "drop", "error"])
async def test_faults_lose_nothing_and_double_nothing(fault: str, tmp_path: Path) -> None:
    async with talking(tmp_path) as desk:
        desk.newsroom.films("video.mp4", b"a film")
        for place in range(4):  # at the words, the film, the first sign, the second
            desk.server.fails(*[""] * place, fault)
            more = {"buttons": BUTTONS, "film": "video", "draft": 7, "story": place}
            await desk.sends(f"Draft {place}", f"k{place}", **more)
        assert len(desk.server.texts()) == len(set(desk.server.texts())) == 5
        assert len(desk.server.films()) == 4
        assert len(desk.server.signs()) == 8


async def test_what_the_room_forbids_is_no_reason_to_try_again(tmp_path: Path) -> None:
    async with talking(tmp_path) as desk:
        desk.server.fails("forbid")
        with pytest.raises(ValueError, match="may not speak"):
            await desk.plugin.send(Outgoing("hello", key="k"))


# --- what people do ---

SAID: list[tuple[Mapping[str, Any], dict[str, Any]]] = [
    ({"body": "status"}, {}),
    ({"body": "Wirereel: status"}, {"addressed": True}),
    ({"body": "@wirereel:example.org status"}, {"addressed": True}),
    ({"body": "status", "m.mentions": {"user_ids": [BOT]}}, {"addressed": True}),
    (
        {
            "body": "> <@wirereel:example.org> approve 7 3fa9c1\n> more\n\nstatus",
            "m.relates_to": {"m.in_reply_to": {"event_id": "$e0"}},
        },
        {},
    ),
    (
        {
            "body": "* status",
            "m.new_content": {"msgtype": "m.text", "body": "status"},
            "m.relates_to": {"rel_type": "m.replace", "event_id": "$x"},
        },
        {"edited": True},
    ),
    ({"body": "status", "m.forwarded": {"event_id": "$x"}}, {"forwarded": True}),
    ({"body": "status", "msgtype": "m.notice"}, {"bot": True}),
    ({"body": "status", "m.mentions": 7, "m.relates_to": "odd"}, {}),
]


@pytest.mark.parametrize(("content", "told"), SAID)
async def test_what_people_say_is_told_as_it_is(
    content: Mapping[str, Any], told: dict[str, Any], tmp_path: Path
) -> None:
    async with talking(tmp_path) as desk:
        event = desk.server.says("", **{"msgtype": "m.text", **content})
        heard = (await desk.hears(2))[0]
        assert (heard.user, heard.event, heard.text) == (f"matrix:{ANNA}", event, "status")
        flags = {"addressed": False, "bot": False, "forwarded": False, "edited": False, **told}
        assert {name: getattr(heard, name) for name in flags} == flags
        answer = desk.server.last()["content"]
        assert answer["m.relates_to"]["m.in_reply_to"] == {"event_id": event}


async def test_an_answer_without_end_or_bottom_is_no_answer(tmp_path: Path) -> None:
    async with talking(tmp_path) as desk:
        for answer in (b"[" * 200_000, b"<html>", b"null", b'{"next_batch": 7}'):
            desk.server.answers_once(answer)
        desk.server.says("status")
        assert [m.text for m in await desk.hears(2)] == ["status"]


async def test_who_is_alone_with_us_speaks_to_us(tmp_path: Path) -> None:
    async with talking(tmp_path, members=(BOT, ANNA)) as desk:
        desk.server.says("reject 7 old news")
        assert (await desk.hears(2))[0].addressed


@pytest.mark.parametrize("time", [10**30, -(10**30), 0])
async def test_a_time_that_is_none_stops_nothing(time: int, tmp_path: Path) -> None:
    async with talking(tmp_path) as desk:
        said = {"msgtype": "m.text", "body": "status"}
        desk.server.happens(ANNA, "m.room.message", said, origin_server_ts=time)
        assert (await desk.hears(2))[0].at.year == 1970


async def test_what_no_person_said_to_us_is_not_heard(tmp_path: Path) -> None:
    async with talking(tmp_path) as desk:
        desk.server.elsewhere("pause")
        desk.server.says("pause", BOT)
        desk.server.says("pause", msgtype="m.emote")
        desk.server.says("pause", body=None)
        desk.server.happens(ANNA, "m.room.message", {})
        desk.server.happens(ANNA, "m.room.message", {"msgtype": "m.image", "body": "pause"})
        desk.server.happens(ANNA, "m.room.topic", {"topic": "pause"}, state_key="")
        desk.server.happens(ANNA, "m.reaction", {"m.relates_to": {"key": "✅"}})
        desk.server.reacts("$nothing", "✅")
        desk.server.says("status")
        await desk.server.until(lambda: desk.newsroom.heard)
        assert desk.newsroom.texts() == ["status"]


async def test_what_was_said_before_the_first_start_is_not_heard(tmp_path: Path) -> None:
    newsroom = FakeNewsroom(tmp_path)
    async with fakes_homeserver.serving() as server:
        server.says("pause")
        async with running(server, newsroom) as desk:
            await desk.sends("up", "up")
            server.says("status")
            await desk.hears(2)
        assert newsroom.texts() == ["status"]


async def test_what_was_said_while_we_were_away_is_heard_once_with_its_time(tmp_path: Path) -> None:
    async with talking(tmp_path, page=3) as desk:
        desk.server.says("status 0")
        await desk.hears(2)
        server, newsroom = desk.server, desk.newsroom
    async with fakes_homeserver.serving(page=3, events=server.events) as again:
        for n in range(1, 11):  # more than one answer of sync holds: a gap
            again.at = lambda n=n: fakes_homeserver.NOON + timedelta(minutes=n)
            again.says(f"status {n}")
        async with running(again, newsroom):
            await again.until(lambda: len(newsroom.heard) == 11)
        assert newsroom.texts() == [f"status {n}" for n in range(11)]
        assert newsroom.heard[-1].at == fakes_homeserver.NOON + timedelta(minutes=10)


async def test_an_event_that_comes_twice_is_answered_once(tmp_path: Path) -> None:
    async with talking(tmp_path) as desk:
        desk.server.happens(
            ANNA, "m.room.message", {"msgtype": "m.text", "body": "pause"}, event_id="$one"
        )
        desk.server.happens(
            ANNA, "m.room.message", {"msgtype": "m.text", "body": "pause"}, event_id="$one"
        )
        desk.server.says("status")
        await desk.hears(3)
        assert desk.newsroom.texts() == ["pause", "status"]
        assert len(desk.server.texts()) == 3


async def test_after_the_line_broke_nothing_is_missing(tmp_path: Path) -> None:
    async with talking(tmp_path) as desk:
        desk.server.cuts()
        desk.server.says("status")
        await desk.hears(2)
        assert desk.newsroom.texts() == ["status"]


async def test_an_answer_that_was_lost_is_given_again(tmp_path: Path) -> None:
    async with talking(tmp_path) as desk:
        desk.server.fails("drop")
        desk.server.says("status")
        desk.server.says("help")
        await desk.hears(3)
        assert len(desk.server.texts()) == 3


# --- who may what ---

REFUSED = [
    (ANNA, "approve 1 000000", {}),  # another clip
    (BEA, "approve 1 {tag}", {}),  # an editor
    ("@vi:example.org", "approve 1 {tag}", {}),
    ("@stranger:example.org", "wirereel: approve 1 {tag}", {}),
    ("@anna:evil.example", "approve 1 {tag}", {}),
    ("@ANNA:example.org", "approve 1 {tag}", {}),
    (ANNA, "approve 1 {tag}", {"msgtype": "m.notice"}),  # a program
    (ANNA, "approve 1 {tag}", {"m.forwarded": {}}),
    (ANNA, "approve 1 {tag}", {"m.relates_to": {"rel_type": "m.replace", "event_id": "$e0"}}),
    (BOT, "approve 1 {tag}", {}),
    (BEA, "/reject 1 no", {}),
    ("@stranger:example.org", "/reject 1 no", {}),
    ("@stranger:example.org", "pause", {}),
    ("@vi:example.org", "edit 1 line 1: Nothing happened.", {}),
]


@asynccontextmanager
async def deciding(folder: Path) -> AsyncIterator[tuple[Any, Desk, str]]:
    """A real desk with an offer, its newsroom behind the room."""
    editors: Any = {
        f"matrix:{ANNA}": "approver",
        f"matrix:{BEA}": "editor",
        "matrix:@vi:example.org": "viewer",
        f"matrix:{BOT}": "admin",
    }
    async with opened(folder) as office, fakes_homeserver.serving(at=office.clock) as server:
        tag = await office.offers()
        newsroom = RealNewsroom(office.desk, editors, FakeTips().follow, office.newsroom.look_again)
        async with running(server, newsroom) as desk:
            buttons = (("approve 1", f"approve 1 {tag}"), ("show", "show 1"))
            await desk.sends("Draft 1", "offer", draft=1, buttons=buttons, slot="offer 1")
            yield office, desk, tag


async def answered(server: FakeHomeserver, word: str) -> None:
    """Everything before was heard: a last question is answered."""
    server.says(f"wirereel: help {word}")
    await server.until(lambda: any(text.startswith(f"{word} ") for text in server.texts()))


async def test_only_who_may_does(tmp_path: Path) -> None:
    async with deciding(tmp_path) as (office, desk, tag):
        for who, text, more in REFUSED:
            desk.server.says(text.format(tag=tag), who, **more)
        await answered(desk.server, "topics")
        assert await office.state() == "offered"
        assert (await office.draft()).tag == tag
        assert await office.desk.store.paused() == frozenset()
        desk.server.says(f"approve 1 {tag}")
        await answered(desk.server, "make")
        assert (await office.draft()).decided_by == f"matrix:{ANNA}"


async def test_only_who_may_decides_by_a_sign(tmp_path: Path) -> None:
    async with deciding(tmp_path) as (office, desk, _):
        offer = desk.server.last()["event_id"]
        for who, sign in [
            (ANNA, "👍"),
            (ANNA, "👀"),
            (BEA, "✅"),
            ("@stranger:example.org", "✅"),
            (BOT, "✅"),  # its own
        ]:
            desk.server.reacts(offer, sign, who)
        await answered(desk.server, "topics")
        assert await office.state() == "offered"
        desk.server.reacts(offer, "✅\ufe0f")
        await answered(desk.server, "make")
        assert (await office.draft()).decided_by == f"matrix:{ANNA}"


async def test_a_forged_sign_decides_nothing(tmp_path: Path) -> None:
    async with deciding(tmp_path) as (office, desk, tag):
        offer = desk.server.last()["event_id"]
        # somebody says what we said, and an approver presses that
        desk.server.reacts(desk.server.says(f"Draft 1\n\n✅ approve 1 {tag}", BEA), "✅")
        desk.server.reacts(offer, f"approve 1 {tag}")  # the sign is a command itself
        await answered(desk.server, "topics")
        assert await office.state() == "offered"
        await office.hears("edit 1 headline: Another headline", "web:anna")
        await office.settles()
        desk.server.reacts(offer, "✅")  # the clip changed meanwhile
        await answered(desk.server, "make")
        assert await office.state() == "offered"


# --- being let in ---


async def test_a_password_logs_in_as_the_same_device_again(tmp_path: Path) -> None:
    newsroom, secret = FakeNewsroom(tmp_path), SecretStr("only-for-tests")
    async with fakes_homeserver.serving(password="only-for-tests") as server:
        for n in range(2):
            async with running(server, newsroom, access_token=None, password=secret) as desk:
                await desk.sends("up", f"up{n}")
        assert server.devices == ["D0", "D0"]


async def test_a_wrong_token_is_said_with_the_way_out_and_is_not_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    waits: list[float] = []

    async def waited(seconds: float) -> None:
        waits.append(seconds)
        raise asyncio.CancelledError

    async with fakes_homeserver.serving() as server, session(allow=["127.0.0.1"]) as http:
        settings = Settings(
            homeserver=server.url, user=BOT, room=ROOM, access_token=SecretStr("not-the-token")
        )
        with pytest.raises(asyncio.CancelledError):
            await Plugin("matrix", settings, http, sleep=waited).run(FakeNewsroom(tmp_path))
    assert "M_UNKNOWN_TOKEN); look at its token" in caplog.text
    assert "not-the-token" not in caplog.text
    assert waits == [600.0]


async def test_a_token_that_is_taken_away_later_costs_the_desk_only_this_chat(
    tmp_path: Path,
) -> None:
    async with talking(tmp_path) as desk:
        desk.server.token = "another"
        desk.server.cuts()
        await desk.server.until(lambda: desk.server.asked[-1].endswith("whoami"))
        with pytest.raises(ConnectionError):
            await desk.plugin.send(Outgoing("hello", key="k"))


async def test_the_guard_holds_for_the_library_too(tmp_path: Path) -> None:
    async with fakes_homeserver.serving() as server, session() as http:  # nothing is allowed
        settings = Settings(
            homeserver=server.url, user=BOT, room=ROOM, access_token=SecretStr("bot-token")
        )
        task = asyncio.create_task(Plugin("matrix", settings, http).run(FakeNewsroom(tmp_path)))
        await asyncio.wait({task}, timeout=0.3)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert server.asked == []


async def test_chats_of_one_homeserver_do_not_wait_for_each_other(tmp_path: Path) -> None:
    chosen = {"user": BOT, "room": ROOM, "access_token": SecretStr("bot-token")}
    async with (
        fakes_homeserver.serving() as server,
        session(allow=["127.0.0.1"], per_host=8) as http,
    ):
        plugins = [Plugin(name, Settings(homeserver=server.url, **chosen), http) for name in "abcd"]
        newsroom = FakeNewsroom(tmp_path)
        tasks = [asyncio.create_task(plugin.run(newsroom)) for plugin in plugins]
        await server.until(lambda: sum("sync" in ask for ask in server.asked) >= 8)  # all listen
        async with asyncio.timeout(2):
            for n, plugin in enumerate(plugins):
                await plugin.send(Outgoing("hello", key=f"k{n}"))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert len(server.texts()) == 4


async def test_an_encrypted_room_without_keys_is_told_once(tmp_path: Path) -> None:
    newsroom = FakeNewsroom(tmp_path)
    secret = {
        "algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "x", "device_id": "D",
        "sender_key": "k", "session_id": "s",
    }  # fmt: skip
    async with fakes_homeserver.serving(encrypted=True) as server:
        for _ in range(2):
            async with running(server, newsroom) as desk:
                await server.until(lambda: any("sync" in ask for ask in server.asked))
                server.asked.clear()
                server.happens(ANNA, "m.room.encrypted", secret)
                server.happens(ANNA, "m.room.encrypted", secret)
                server.says("status")
                await server.until(lambda: server.texts())
                with pytest.raises(ConnectionError):
                    await desk.plugin.send(Outgoing("hello", key="k"))
        assert sum("no keys for it" in text for text in server.texts()) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"homeserver": "matrix.example.org"},
        {"user": "wirereel"},
        {"room": "desk"},
        {"access_token": "t", "password": "p"},
        {"access_token": None},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    base = {"homeserver": "https://m.example", "user": BOT, "room": ROOM, "access_token": "t"}
    with pytest.raises(ValidationError):
        Settings.model_validate({**base, **wrong})


def test_every_button_has_a_sign_of_its_own() -> None:
    found = signs(
        [
            ("yes", "approve 7 a"),
            ("yes too", "approve 7 b"),
            ("what", "resolve 7 x done"),
            ("", " "),
        ]
    )
    assert list(found) == ["✅", "1\ufe0f\u20e3", "2\ufe0f\u20e3", "3\ufe0f\u20e3"]
    assert legend({"✅": ("yes", "approve 7 a")}) == "✅ yes"
