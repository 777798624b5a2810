"""IRC against a server with verbs: who is who, what is heard, what a headline cannot do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

import fakes_desk
import fakes_irc
from bot.chat import Mark, Outgoing
from bot.chat._irc import Pace, parsed, plain, shown, sign_in, stamped
from bot.chat.irc import Plugin, Settings
from bot.newsroom import Newsroom
from fakes import FakeTips
from fakes_desk import FakeNewsroom
from fakes_irc import FakeIrcd
from offices import opened

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


async def at_once(_: float) -> None:
    """Stand in for sleeping: waiting costs no time here."""
    await asyncio.sleep(0)


@dataclass
class Desk:
    ircd: FakeIrcd
    plugin: Plugin
    newsroom: FakeNewsroom

    async def joins(self, times: int = 1) -> None:
        """Wait until the bot has asked to be let into the channel, so many times."""
        await self.ircd.until(
            lambda: sum(line.startswith("JOIN") for line in self.ircd.got) >= times
        )

    async def sends(self, message: Outgoing) -> list[str]:
        """Send, again while the chat is not up; answers the lines that came of it."""
        async with asyncio.timeout(10):
            while True:
                before = len(self.ircd.said())
                try:
                    await self.plugin.send(message)
                except ConnectionError:
                    await asyncio.sleep(0)
                else:
                    return self.ircd.said()[before:]


@asynccontextmanager
async def talking(
    folder: Path, *, desk: str = "", password: str = "", **options: object
) -> AsyncIterator[Desk]:
    async with fakes_irc.serving(password=password, **options) as ircd:
        secret = SecretStr(password) if password else None
        settings = Settings(
            host="127.0.0.1", port=ircd.port, tls=False, channel="#desk", password=secret, desk=desk
        )
        plugin = Plugin("irc", settings, None, sleep=at_once)
        newsroom = FakeNewsroom(folder)
        fakes_desk.a_day(newsroom)
        running = asyncio.create_task(plugin.run(newsroom))
        try:
            yield Desk(ircd, plugin, newsroom)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


# --- who it is ---

WHO = [
    ({"account": "anna"}, "irc:anna"),
    ({}, "irc:?anna"),
    ({"account": ""}, "irc:?anna"),
    ({"+account": "anna"}, "irc:?anna"),  # of a client, not of the server
    ({"account": "ed\\sx"}, "irc:ed x"),
]


@pytest.mark.parametrize(("tags", "user"), WHO)
async def test_who_speaks_is_the_account_and_never_the_nick(
    tags: dict[str, str], user: str, tmp_path: Path
) -> None:
    async with talking(tmp_path) as desk:
        await desk.joins()
        desk.ircd.says("anna", "!help", **tags)
        await desk.ircd.until(lambda: bool(desk.ircd.said()))
        assert desk.newsroom.heard[0].user == user
        assert not desk.newsroom.heard[0].addressed


REFUSED = [
    ("anna", "approve 1 000000"),  # another clip
    ("ed", "approve 1 {tag}"),
    ("vi", "approve 1 {tag}"),
    ("stranger", "wirereel: approve 1 {tag}"),
    ("", "approve 1 {tag}"),  # somebody took Anna's nick
    ("", "wirereel: approve 1 {tag}"),
    ("?anna", "approve 1 {tag}"),
    ("ANNA", "approve 1 {tag}"),
    ("vi", "/reject 1 no"),
    ("ed", "/reject 1 no"),
    ("", "pause"),
    ("", "edit 1 line 1: Nothing happened."),
]


async def test_only_who_may_does(tmp_path: Path) -> None:
    editors: Any = {"irc:anna": "approver", "irc:ed": "editor", "irc:vi": "viewer"}
    async with opened(tmp_path) as office, fakes_irc.serving() as ircd:
        tag = await office.offers()
        newsroom = Newsroom(office.desk, editors, FakeTips().follow, office.newsroom.look_again)
        settings = Settings(host="127.0.0.1", port=ircd.port, tls=False, channel="#desk")
        running = asyncio.create_task(Plugin("irc", settings, None, sleep=at_once).run(newsroom))
        await ircd.until(lambda: any(line.startswith("JOIN") for line in ircd.got))
        time = office.clock().isoformat()
        for account, text in REFUSED:
            tags = {"time": time, **({"account": account} if account else {})}
            ircd.says("anna", text.format(tag=tag), **tags)
        ircd.says("anna", f"approve 1 {tag}", time="2026-01-01T00:00:00Z")  # late, and nobody's
        ircd.says("anna", "help topics", to=ircd.nick, time=time, account="anna")
        await ircd.until(lambda: any(line.startswith("PRIVMSG anna") for line in ircd.got))
        assert await office.state() == "offered"
        assert (await office.draft()).tag == tag
        assert await office.desk.store.paused() == frozenset()
        ircd.says("anybody", f"approve 1 {tag}", time=time, account="anna")
        await ircd.until(lambda: any("posting to square" in line for line in ircd.got))
        assert (await office.draft()).decided_by == "irc:anna"
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_what_is_said_to_us_alone_is_answered_there(tmp_path: Path) -> None:
    async with talking(tmp_path) as desk:
        await desk.joins()
        desk.ircd.says("anna", "drafts", to="wirereel", account="anna", time="2026-03-02T12:00:00Z")
        desk.ircd.says("anna", "Wirereel: drafts", account="anna")
        await desk.ircd.until(lambda: len(desk.ircd.said()) == 2)
        assert [line.split(" :")[0] for line in desk.ircd.said()] == [
            "PRIVMSG anna",
            "PRIVMSG #desk",
        ]
        assert [m.addressed for m in desk.newsroom.heard] == [True, True]
        assert desk.newsroom.texts() == ["drafts", "drafts"]
        assert desk.newsroom.heard[0].at == NOW


async def test_what_no_person_said_to_us_is_not_heard(tmp_path: Path) -> None:
    async with talking(tmp_path) as desk:
        await desk.joins()
        desk.ircd.says("anna", "pause", to="#other", account="anna")
        desk.ircd.says("anna", "\x01VERSION\x01", account="anna")
        desk.ircd.sends(":serv!s@h NOTICE #desk :pause")
        desk.ircd.says("robot", "status", account="anna", bot="")
        desk.ircd.says("wirereel", "status", account="anna")
        desk.ircd.says("anna", "\x0304,01sta\x02tus", account="anna", msgid="m1")
        await desk.ircd.until(lambda: len(desk.newsroom.heard) == 2)
        assert [(m.text, m.bot) for m in desk.newsroom.heard] == [
            ("status", True),
            ("status", False),
        ]
        assert desk.newsroom.heard[1].event == "irc:m1"


# --- what we say ---


async def test_a_headline_cannot_command_the_server(tmp_path: Path) -> None:
    async with talking(tmp_path) as desk:
        text = "Draft 1: fire\r\nQUIT :bye\x00\nPRIVMSG #other :hi\x01\x03"
        lines = await desk.sends(Outgoing(text))
        assert all(line.startswith("PRIVMSG #desk :") for line in lines)
        assert [line.split(" :", 1)[1] for line in lines] == [
            "Draft 1: fire", "QUIT :bye", "PRIVMSG #other :hi",
        ]  # fmt: skip
        assert desk.ircd.connections == 1


async def test_an_offer_holds_its_commands_and_a_link_to_its_film(tmp_path: Path) -> None:
    async with talking(tmp_path, desk="https://desk.example/") as desk:
        text = "Draft 7 from The Quay. approve 7 3fa9c1"
        offer = Outgoing(
            text,
            draft=7,
            buttons=(("approve", "approve 7 3fa9c1"), ("show", "show 7")),
            marks=(Mark(13, 21, "link", "https://quay.example/1"), Mark(0, 7, "bold")),
            film="preview",
        )
        assert [line.removeprefix("PRIVMSG #desk :") for line in await desk.sends(offer)] == [
            "Draft 7 from The Quay (https://quay.example/1). approve 7 3fa9c1",
            "film: https://desk.example/drafts/7/clip/preview",
            "say: show 7",
        ]


async def test_without_the_desks_address_the_films_name_is_told(tmp_path: Path) -> None:
    async with talking(tmp_path) as desk:
        desk.newsroom.films("video.mp4", b"film")
        assert (await desk.sends(Outgoing("Draft 7", draft=7, film="video")))[1].endswith(
            "film: video.mp4"
        )


@given(st.text(max_size=1500), st.integers(5, 90))
def test_no_line_is_too_long_and_nothing_is_lost(text: str, sender: int) -> None:
    lines = list(shown(text, "x" * sender, "#desk"))
    for line in lines:
        assert len(f":{'x' * sender} {line}\r\n".encode()) <= 512
        assert "\r" not in line
        assert "\n" not in line
        assert "\x00" not in line
    kept = "".join(line.removeprefix("PRIVMSG #desk :") for line in lines)
    assert "".join(kept.split()) == "".join(
        "".join(c if c.isprintable() else " " for c in text).split()
    )


def test_lines_follow_each_other_as_servers_allow() -> None:
    pace = Pace(burst=3, every_s=2.0)
    assert [pace.wait_s(now) for now in (0, 0, 0, 0, 2, 100)] == [0, 0, 0, 2, 2, 0]


# --- staying ---


async def test_it_signs_in_and_takes_another_name_where_its_own_is_taken(tmp_path: Path) -> None:
    async with talking(tmp_path, password="only-for-tests", taken=2) as desk:
        await desk.sends(Outgoing("hello"))
        assert (desk.ircd.nick, desk.ircd.account) == ("wirereel__", "wirereel")
        desk.ircd.sends("PING :still there")
        await desk.ircd.until(lambda: "PONG :still there" in desk.ircd.got)


@pytest.mark.parametrize("fault", ["dropped", "cut", "kicked", "error"])
async def test_it_comes_back(fault: str, tmp_path: Path) -> None:
    async with talking(tmp_path) as desk:
        await desk.sends(Outgoing("first"))
        match fault:
            case "dropped":
                desk.ircd.drops()
            case "cut":
                desk.ircd.cut_at = "second"
                with pytest.raises(ConnectionError):
                    await desk.plugin.send(Outgoing("second"))
            case "kicked":
                desk.ircd.sends(":op!o@h KICK #desk wirereel :out")
            case "error":
                desk.ircd.sends("ERROR :Closing Link: shutting down")
        await desk.joins(2)
        assert await desk.sends(Outgoing("third")) == ["PRIVMSG #desk :third"]
        desk.ircd.says("anna", "status", account="anna")
        await desk.ircd.until(lambda: bool(desk.newsroom.heard))


async def test_a_message_is_sent_only_once_the_server_has_taken_it(tmp_path: Path) -> None:
    async with talking(tmp_path) as desk:
        await desk.sends(Outgoing("first"))
        desk.ircd.pongs = False
        sending = asyncio.create_task(desk.plugin.send(Outgoing("second")))
        await desk.ircd.until(lambda: any("second" in line for line in desk.ircd.got))
        desk.ircd.drops()
        with pytest.raises(ConnectionError):
            await sending


async def test_before_it_is_up_nothing_is_taken() -> None:
    settings = Settings(host="127.0.0.1", tls=False, channel="#desk")
    with pytest.raises(ConnectionError, match="not in #desk"):
        await Plugin("irc", settings, None).send(Outgoing("hello"))


async def test_a_wrong_password_is_said_with_the_way_out_and_is_not_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    waits: list[float] = []

    async def waited(seconds: float) -> None:
        waits.append(seconds)
        raise asyncio.CancelledError

    async with fakes_irc.serving(password="right") as ircd:
        secret = SecretStr("not-this")
        settings = Settings(
            host="127.0.0.1", port=ircd.port, tls=False, channel="#desk", password=secret
        )
        with pytest.raises(asyncio.CancelledError):
            await Plugin("irc", settings, None, sleep=waited).run(FakeNewsroom(tmp_path))
    assert "SASL authentication failed (904); look at its nick" in caplog.text
    assert "not-this" not in caplog.text
    assert waits == [600.0]


@pytest.mark.parametrize(
    ("key", "value"),
    [("channel", "desk"), ("channel", "#a b"), ("nick", "two words"), ("nick", "x\r\nQUIT")],
)
def test_what_would_break_a_line_is_no_setting(key: str, value: str) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"host": "irc.example", "channel": "#desk", key: value})


def test_a_password_never_goes_in_the_clear() -> None:
    with pytest.raises(ValidationError, match="over TLS only"):
        Settings(host="irc.example", channel="#desk", tls=False, password=SecretStr("x"))


# --- lines ---


@pytest.mark.parametrize(
    ("raw", "command", "params"),
    [
        (b":a!b@c PRIVMSG #d :hi  there\r\n", "PRIVMSG", ("#d", "hi  there")),
        (b"@a=b\\:c;+x=y :n PING x\r\n", "PING", ("x",)),
        (b"\r\n", "", ()),
        (b"@tag\r\n", "", ()),
        (b":only\r\n", "", ()),
        (b"\xff\xfe :x\r\n", "\ufffd\ufffd", ("x",)),
    ],
)
def test_lines_are_taken_apart(raw: bytes, command: str, params: tuple[str, ...]) -> None:
    line = parsed(raw)
    assert (line.command, line.params) == (command, params)


@given(st.binary(max_size=600))
def test_no_line_breaks_the_reader(raw: bytes) -> None:
    line = parsed(raw)
    plain(" ".join(line.params))
    stamped(line, NOW)


def test_a_long_password_goes_in_pieces() -> None:
    lines = list(sign_in("wirereel", "p" * 300))
    assert all(len(line) <= len("AUTHENTICATE ") + 400 for line in lines)
    assert list(sign_in("a" * 100, "b" * 98))[-1] == "AUTHENTICATE +"  # 300 bytes: 400 exactly
