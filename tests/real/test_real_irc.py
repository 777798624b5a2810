"""IRC against a real ngIRCd: it joins, answers, comes back; without accounts nobody commands."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from servers import ROOT, ngircd

from bot.chat import Outgoing
from bot.chat.irc import Plugin, Settings
from bot.newsroom import Newsroom
from fakes import FakeTips
from offices import opened

INSTALLED = ROOT / "ngircd"
pytestmark = [
    pytest.mark.real,
    pytest.mark.asyncio(loop_scope="module"),  # one server for all
    pytest.mark.skipif(
        not (INSTALLED / "installed").exists(), reason="needs ngIRCd: `make test-real` installs it"
    ),
]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def port(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[int]:
    async with ngircd.running(INSTALLED, tmp_path_factory.mktemp("ngircd")) as port:
        yield port


@dataclass
class Person:
    """Somebody with a plain IRC client in the channel."""

    nick: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    seen: list[str] = field(default_factory=list)

    def sends(self, line: str) -> None:
        self.writer.write(f"{line}\r\n".encode())

    async def until(self, text: str) -> str:
        """Read on until a line holds this."""
        async with asyncio.timeout(20):
            while raw := await self.reader.readline():
                line = raw.decode().rstrip("\r\n")
                self.seen.append(line)
                if line.startswith("PING"):
                    self.sends(line.replace("PING", "PONG", 1))
                if text in line:
                    return line
        raise AssertionError(f"{text!r} never came: {self.seen[-10:]}")


@asynccontextmanager
async def present(port: int, nick: str, channel: str) -> AsyncIterator[Person]:
    person = Person(nick, *await asyncio.open_connection("127.0.0.1", port))
    person.sends(f"NICK {nick}\r\nUSER {nick} 0 * :{nick}")
    await person.until(" 001 ")
    person.sends(f"JOIN {channel}")
    await person.until(" 366 ")
    try:
        yield person
    finally:
        person.writer.close()


@asynccontextmanager
async def desk_in(port: int, channel: str, newsroom: Newsroom) -> AsyncIterator[Plugin]:
    settings = Settings(host="127.0.0.1", port=port, tls=False, channel=channel)
    plugin = Plugin("irc", settings, None)
    running = asyncio.create_task(plugin.run(newsroom))
    try:
        yield plugin
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def test_two_people_talk_to_the_desk_and_none_of_them_can_approve(
    port: int, tmp_path: Path
) -> None:
    async with opened(tmp_path) as office, present(port, "anna", "#one") as anna:
        office.clock.at = datetime.now(UTC) - timedelta(minutes=20)
        tag = await office.offers()
        office.clock.at = datetime.now(UTC)
        editors = {"irc:anna": "approver"}
        newsroom = Newsroom(office.desk, editors, FakeTips().follow, office.newsroom.look_again)  # type: ignore[arg-type]
        async with desk_in(port, "#one", newsroom) as plugin:
            await anna.until("wirereel")
            async with present(port, "bea", "#one") as bea:
                long = "Draft 1\r\nQUIT :" + "ö" * 600
                await plugin.send(Outgoing(long, draft=1, buttons=(("show", "show 1"),)))
                for person in (anna, bea):
                    last = await person.until("say: show 1")
                    assert last.startswith(":wirereel!")
                    assert all(len(line.encode()) <= 510 for line in person.seen)
                    whole = "".join(s.split("#one :")[1] for s in person.seen if "öö" in s)
                    assert whole.count("ö") == 600
                bea.sends("PRIVMSG #one :!drafts")
                anna.sends(f"PRIVMSG #one :wirereel: approve 1 {tag}")
                await anna.until("irc:?anna is not among")
        assert await office.state() == "offered"


async def test_it_comes_back_after_a_kick(port: int, tmp_path: Path) -> None:
    async with (
        opened(tmp_path) as office,
        present(port, "carl", "#two") as carl,
        desk_in(port, "#two", office.newsroom),
    ):
        await carl.until("JOIN")
        carl.sends("KICK #two wirereel :out")
        await carl.until("KICK")
        await carl.until("JOIN")
        carl.sends("PRIVMSG wirereel :help")
        await carl.until("not among the [editors]")
