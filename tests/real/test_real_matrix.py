"""Matrix against a real Synapse: editors approve by message and by reaction, films arrive whole."""

import asyncio
import hashlib
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import nio
import pytest
import pytest_asyncio
from nio.crypto import decrypt_attachment
from pydantic import SecretStr
from servers import ROOT, synapse
from servers.synapse import Person, Synapse

from bot.chat import Mark, Outgoing
from bot.chat.matrix import Plugin, Settings
from bot.newsroom import Newsroom
from bot.web import session
from fakes import FakeTips
from offices import Office, opened

INSTALLED = ROOT / "synapse"
pytestmark = [
    pytest.mark.real,
    pytest.mark.asyncio(loop_scope="module"),  # one homeserver for all
    pytest.mark.skipif(
        not (INSTALLED / "installed").exists(), reason="needs Synapse: `make test-real` installs it"
    ),
]
Event = dict[str, Any]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Synapse]:
    async with synapse.running(INSTALLED, tmp_path_factory.mktemp("synapse")) as running:
        yield running


@dataclass
class Desk:
    """A desk whose chat is a room on Synapse, and the people in it."""

    office: Office
    newsroom: Newsroom
    plugin: Plugin
    anna: Person
    ed: Person
    room: str
    tag: str

    async def until(self, found: Callable[[list[Event]], Any]) -> Any:
        """Read the room until it holds what is looked for."""
        async with asyncio.timeout(20):
            while True:
                if match := found(await self.anna.reads(self.room)):
                    return match
                await asyncio.sleep(0.05)

    async def sends(self, message: Outgoing) -> None:
        """Send as the outbox does: again, until the chat is up."""
        await patiently(lambda: self.plugin.send(message))

    def offer(self, **more: Any) -> Outgoing:
        text = f'Draft 1: <b>"ferry"</b> & @room\napprove 1 {self.tag}'
        start = text.index("approve 1")
        buttons = (("approve 1", f"approve 1 {self.tag}"), ("show", "show 1"))
        marks = (Mark(0, 8, "bold"), Mark(start, len(text), "code"))
        base = {"draft": 1, "story": 1, "slot": "offer:1", "key": "offer-1", "film": "video"}
        return Outgoing(text, buttons=buttons, marks=marks, **{**base, **more})


async def patiently(do: Callable[[], Awaitable[None]]) -> None:
    async with asyncio.timeout(20):
        while True:
            try:
                return await do()
            except ConnectionError:
                await asyncio.sleep(0.05)


@asynccontextmanager
async def talking(server: Synapse, folder: Path, **options: Any) -> AsyncIterator[Desk]:
    """A desk with an offer, its plug-in running in a fresh room."""
    names = iter(f"{name}-{abs(hash(folder)) % 10**8}" for name in ("anna", "ed", "bot"))
    anna, ed, bot = [await server.registers(next(names)) for _ in range(3)]
    encrypted = options.pop("encrypted", False)
    room = await anna.opens_a_room(ed, bot.id, encrypted=encrypted)
    async with opened(folder) as office, session(allow=["127.0.0.1"]) as http:
        office.clock.at = datetime.now(UTC) - timedelta(minutes=20)
        tag = await office.offers()
        office.clock.at = datetime.now(UTC)
        editors: Any = {f"matrix:{anna.id}": "approver", f"matrix:{ed.id}": "editor"}
        newsroom = Newsroom(office.desk, editors, FakeTips().follow, office.newsroom.look_again)
        secret = {"access_token": SecretStr(bot.token)} | options
        settings = Settings(homeserver=server.url, user=bot.id, room=room, **secret)
        plugin = Plugin("matrix", settings, http)
        running = asyncio.create_task(plugin.run(newsroom))
        try:
            yield Desk(office, newsroom, plugin, anna, ed, room, tag)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def said(events: list[Event], text: str) -> Event | None:
    bodies = ((e, e["content"].get("body", "")) for e in events if e["type"] == "m.room.message")
    return next((e for e, body in bodies if text in body), None)


async def test_an_offer_stands_in_its_thread_with_its_film_and_its_signs(
    server: Synapse, tmp_path: Path
) -> None:
    async with talking(server, tmp_path) as desk:
        await desk.sends(desk.offer())
        await desk.sends(desk.offer())  # once more, as after a crash
        events = await desk.anna.reads(desk.room)
        texts = [e for e in events if e["content"].get("msgtype") == "m.text"]
        films = [e for e in events if e["content"].get("msgtype") == "m.video"]
        signs = [e["content"]["m.relates_to"]["key"] for e in events if e["type"] == "m.reaction"]
        assert (len(texts), len(films), signs) == (1, 1, ["✅", "👀"])
        html = texts[0]["content"]["formatted_body"]
        assert html.startswith(
            "<strong>Draft 1:</strong> &lt;b&gt;&quot;ferry&quot;&lt;/b&gt; &amp;"
        )
        assert films[0]["content"]["m.relates_to"]["event_id"] == texts[0]["event_id"]
        clip = await desk.newsroom.clip(1, "video")
        assert clip
        came = await desk.anna.downloads(films[0]["content"]["url"])
        assert hashlib.sha256(came).digest() == hashlib.sha256(clip.read_bytes()).digest()


async def test_an_approver_approves_by_reaction_and_nobody_else_does(
    server: Synapse, tmp_path: Path
) -> None:
    async with talking(server, tmp_path) as desk:
        await desk.sends(desk.offer())
        offer = said(await desk.anna.reads(desk.room), "Draft 1")
        assert offer
        await desk.ed.reacts(desk.room, offer["event_id"], "✅")
        await desk.until(lambda events: said(events, "needs the role approver"))
        assert await desk.office.state() == "offered"
        await desk.anna.reacts(desk.room, offer["event_id"], "✅\ufe0f")
        answer = await desk.until(lambda events: said(events, "posting to square"))
        assert answer["content"]["m.relates_to"]["event_id"] == offer["event_id"]
        assert (await desk.office.draft()).decided_by == f"matrix:{desk.anna.id}"


async def test_an_approver_approves_by_message(server: Synapse, tmp_path: Path) -> None:
    async with talking(
        server, tmp_path, access_token=None, password=SecretStr("pass-word")
    ) as desk:
        await desk.sends(desk.offer())
        await desk.ed.says(desk.room, f"approve 1 {desk.tag}")
        await desk.until(lambda events: said(events, "needs the role approver"))
        await desk.anna.says(desk.room, f"approve 1 {desk.tag}")
        await desk.until(lambda events: said(events, "posting to square"))
        assert await desk.office.state() == "approved"
        decided = Outgoing("Draft 1 was approved.", 1, story=1, slot="offer:1", key="decided-1")
        await desk.sends(decided)
        events = await desk.anna.reads(desk.room)
        edit = said(events, "* Draft 1 was approved.")
        assert edit
        assert edit["content"]["m.relates_to"]["event_id"] == said(events, "Draft 1: ")["event_id"]  # type: ignore[index]
        signs = [e for e in events if e["type"] == "m.reaction"]
        assert all("redacted_because" in e["unsigned"] for e in signs)


async def test_in_an_encrypted_room_everything_works_and_nothing_is_readable(
    server: Synapse, tmp_path: Path
) -> None:
    keys = tmp_path / "anna"
    keys.mkdir()
    async with talking(server, tmp_path, encrypted=True, store=tmp_path / "keys") as desk:
        anna = nio.AsyncClient(server.url, desk.anna.id, store_path=str(keys))
        await anna.login(desk.anna.password)
        try:
            await anna.sync(full_state=True)  # her keys are up before anything is said
            await anna.keys_upload()
            await desk.sends(desk.offer())
            seen: list[Event] = []
            offer = await _sees(anna, desk.room, seen, "Draft 1")
            said = {"msgtype": "m.text", "body": f"approve 1 {desk.tag}"}
            kind, trusting = "m.room.message", {"ignore_unverified_devices": True}
            await anna.room_send(desk.room, kind, said, **trusting)
            await _sees(anna, desk.room, seen, "posting to square")
            assert await desk.office.state() == "approved"
            film = await _sees(anna, desk.room, seen, "clip.mp4")
            shown = film["content"]["file"]
            body = await desk.anna.downloads(shown["url"])
            clip = await desk.newsroom.clip(1, "video")
            assert clip
            secret = shown["key"]["k"], shown["hashes"]["sha256"], shown["iv"]
            assert decrypt_attachment(body, *secret) == clip.read_bytes() != body
        finally:
            await anna.close()
        events = await desk.anna.reads(desk.room)
        assert offer["content"]["body"].startswith("Draft 1")
        assert not [e for e in events if e["type"] == "m.room.message"]
        assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


async def _sees(client: Any, room: str, seen: list[Event], text: str) -> Event:
    """Read on as a client with keys until a message holds the text."""
    async with asyncio.timeout(30):
        while True:
            for event in seen:
                if text in str(event["content"].get("body", "")):
                    return event
            found = await client.sync(timeout=1000)
            if client.should_query_keys:
                await client.keys_query()
            if room in found.rooms.join:
                seen += [e.source for e in found.rooms.join[room].timeline.events]
