"""The web desk over real loopback HTTP: who comes in, what is heard, what is served."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr, ValidationError
from yarl import URL

import fakes_desk
from bot.chat import Mark, Outgoing
from bot.chat._door import SESSION_S, Door, Tries
from bot.chat.web import Plugin, Settings, kept_token, tokens_of
from bot.plugins import ConfigError
from fakes_desk import FakeNewsroom

ANNA = "anna-has-a-long-token"
HOSTILE = {
    "markup": "<img src=x onerror=\"document.title='owned'\"><script>alert(1)</script>",
    "control": "line one\nline two\x00\x1b[31m\x07",
    "right to left": "\u202egnp.exe \u0627\u0644\u0639\u0631\u0628\u064a\u0629\u2066",
    "endless": "a" * 10_000,
    "quotes": "'\"`${1}</title>\u2028",
}


class Clock:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    def passes(self, seconds: float) -> None:
        self.now += seconds


@dataclass
class Desk:
    """A running desk, and a browser's or a script's way to talk to it."""

    plugin: Plugin
    newsroom: FakeNewsroom
    clock: Clock
    http: aiohttp.ClientSession
    serving: asyncio.Task[None]

    async def closes(self) -> None:
        self.serving.cancel()
        await asyncio.gather(self.serving, return_exceptions=True)

    async def call(self, method: str, path: str, **options: Any) -> aiohttp.ClientResponse:
        options.setdefault("allow_redirects", False)
        answer = await self.http.request(method, self.plugin.url + path, **options)
        await answer.read()
        return answer

    async def get(self, path: str, **headers: str) -> aiohttp.ClientResponse:
        return await self.call("GET", path, headers=headers)

    async def asks(self, path: str) -> Any:
        answer = await self.call("GET", path, headers=bearer())
        assert answer.status == 200, await answer.text()
        return await answer.json()

    async def commands(self, body: Any, **headers: str) -> aiohttp.ClientResponse:
        return await self.call("POST", "/api/command", json=body, headers=headers)

    async def says(self, body: Any) -> tuple[int, Any]:
        answer = await self.commands(body, **bearer())
        return answer.status, await answer.json()

    async def logs_in(self, token: str = ANNA, **headers: str) -> aiohttp.ClientResponse:
        headers = {"Origin": self.plugin.url, **headers}
        return await self.call("POST", "/login", data={"token": token}, headers=headers)

    async def page_headers(self) -> dict[str, str]:
        session = await (await self.get("/api/session")).json()
        return {"Origin": self.plugin.url, "X-CSRF-Token": session["csrf"]}


def bearer(token: str = ANNA) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    newsroom, clock = FakeNewsroom(tmp_path), Clock()
    fakes_desk.a_day(newsroom)
    settings = Settings(port=0, tokens={"anna": SecretStr(ANNA)}, public_hosts=("desk.example",))
    plugin = Plugin("web", settings, None, clock=clock)
    serving = asyncio.create_task(plugin.run(newsroom))
    await plugin.ready()
    jar = aiohttp.CookieJar(unsafe=True)  # cookies of an IP address too, as browsers keep them
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        desk = Desk(plugin, newsroom, clock, http, serving)
        yield desk
    await desk.closes()


# --- who comes in ---

PRIVATE = [
    "/api/session",
    "/api/stories",
    "/api/drafts",
    "/api/changes?since=0",
    "/drafts/7/clip/video",
    "/nowhere",
]


@pytest.mark.parametrize("path", PRIVATE)
@pytest.mark.parametrize(
    "headers",
    [
        {},
        bearer("wrong-token"),
        bearer(""),
        bearer(ANNA + "x"),
        {"Authorization": f"Basic {ANNA}"},
        {"Cookie": f"wirereel_desk=anna.9999999999.{'0' * 64}"},
        {"Cookie": "wirereel_desk=anna"},
        {"Cookie": "wirereel_desk=.."},
    ],
)
async def test_nothing_private_without_a_token(desk: Desk, path: str, headers: Any) -> None:
    answer = await desk.get(path, **headers)
    assert answer.status == 401
    assert "error" in await answer.json()


async def test_only_the_page_s_own_files_and_livez_are_open(desk: Desk) -> None:
    for path in ["/livez", "/login", "/page/desk.js", "/page/desk.css", "/page/reel.svg"]:
        assert (await desk.get(path)).status == 200, path
    home = await desk.get("/")
    assert (home.status, home.headers["Location"]) == (303, "/login")


@pytest.mark.parametrize("way", ["..", "%2e%2e", "..%2f", "x/../..", "/"])
async def test_no_way_leads_out_of_the_page_s_folder(desk: Desk, way: str) -> None:
    for target in ("web.py", "api/drafts"):
        reader, writer = await asyncio.open_connection("127.0.0.1", URL(desk.plugin.url).port)
        ask = f"GET /page/{way}/{target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        writer.write(ask.encode())
        status = (await reader.read()).split()[1]
        writer.close()
        await writer.wait_closed()
        assert status in (b"401", b"403", b"404")


async def test_a_form_login_opens_the_page(desk: Desk) -> None:
    answer = await desk.logs_in()
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert ANNA not in cookie
    assert "Wirereel desk" in await (await desk.get("/")).text()
    assert (await (await desk.get("/api/session")).json())["user"] == "web:anna"
    assert (await desk.get("/login")).headers["Location"] == "/"


async def test_a_link_with_a_token_logs_in_once_and_leaves_a_clean_address(desk: Desk) -> None:
    answer = await desk.get(f"/?token={ANNA}")
    assert (answer.status, answer.headers["Location"]) == (303, "/")
    assert (await desk.get("/")).status == 200


async def test_wrong_tokens_are_told_so_on_the_login_page(desk: Desk) -> None:
    for answer in [await desk.logs_in("wrong-token"), await desk.get("/?token=wrong-token")]:
        assert answer.status == 401
        assert "that token is not known" in await answer.text()
        assert "wrong-token" not in await answer.text()


async def test_a_session_ends_after_a_shift_and_on_log_out(desk: Desk) -> None:
    await desk.logs_in()
    desk.clock.passes(SESSION_S - 1)
    headers = await desk.page_headers()
    desk.clock.passes(1)
    assert (await desk.get("/api/drafts")).status == 401
    desk.clock.passes(-1)
    assert (await desk.call("POST", "/logout", json={}, headers=headers)).status == 200
    assert (await desk.get("/api/drafts")).status == 401


@pytest.mark.parametrize(
    ("spoil", "status"),
    [
        ({}, 200),
        ({"X-CSRF-Token": ""}, 403),
        ({"X-CSRF-Token": "0" * 64}, 403),
        ({"X-CSRF-Token": "é"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Host": "evil.example"}, 421),
        ({"Host": "127.0.0.1.evil.example"}, 421),
        ({"Host": "[::bad"}, 421),
    ],
)
async def test_a_page_s_command_needs_its_origin_and_its_csrf_token(
    desk: Desk, spoil: dict[str, str], status: int
) -> None:
    await desk.logs_in()
    headers = {**await desk.page_headers(), **spoil}
    assert (await desk.commands({"text": "topics"}, **headers)).status == status
    assert len(desk.newsroom.heard) == (status == 200)


async def test_another_page_cannot_log_anybody_in(desk: Desk) -> None:
    assert (await desk.logs_in(Origin="https://evil.example")).status == 403
    assert (await desk.logs_in(Origin="null")).status == 403


@pytest.mark.parametrize("host", ["desk.example", "DESK.example:443", "localhost:9", "[::1]:1"])
async def test_names_of_ours_are_answered_on_any_port(desk: Desk, host: str) -> None:
    assert (await desk.get("/livez", Host=host)).status == 200


async def test_behind_tls_the_cookie_is_for_tls_alone(desk: Desk) -> None:
    host = {"Host": "desk.example", "X-Forwarded-Proto": "https"}
    answer = await desk.logs_in(Origin="https://desk.example", **host)
    assert "Secure" in answer.headers["Set-Cookie"]


async def test_guessing_has_to_wait_and_sessions_go_on_meanwhile(desk: Desk) -> None:
    await desk.logs_in()
    for _ in range(10):
        assert (await desk.logs_in("wrong-token")).status == 401
    for answer in [await desk.logs_in(), await desk.get("/api/drafts", **bearer())]:
        assert answer.status == 429
        assert answer.headers["Retry-After"] == "61"
        assert "too many wrong tokens" in await answer.text()
    assert (await desk.get("/api/drafts")).status == 200
    desk.clock.passes(61)
    assert (await desk.logs_in()).status == 303


@pytest.mark.parametrize("path", ["/", "/login", "/livez", "/page/desk.js", "/api/drafts", "/no"])
async def test_every_answer_is_sealed(desk: Desk, path: str) -> None:
    headers = (await desk.get(path)).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == ("same-origin" if path == "/login" else "no-referrer")
    assert headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in headers


# --- what is heard and told ---


async def test_a_command_is_heard_and_answered(desk: Desk) -> None:
    assert await desk.says({"text": " topics "}) == (200, {"reply": "Heard: topics"})
    (message,) = desk.newsroom.heard
    assert (message.user, message.text) == ("web:anna", "topics")
    assert message.at.timestamp() == desk.clock.now


async def test_the_same_id_twice_is_heard_once(desk: Desk) -> None:
    for _ in range(2):
        await desk.says({"text": "make 12", "id": "one"})
        await desk.says({"text": "make 12"})
    assert desk.newsroom.texts() == ["make 12"] * 3


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no json",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"text": 7}',
        b'{"text": "   "}',
        b'{"text": "\\ud800"}',
        b'{"text": "\xff"}',
        b'{"text": "topics", "as": "web:ben"}',
        json.dumps({"text": "a" * 10_001}).encode(),
        json.dumps({"text": "a" * 1_000_000}).encode(),
        json.dumps({"text": "topics", "id": "a" * 101}).encode(),
    ],
)
async def test_what_is_no_command_is_refused_with_a_reason(desk: Desk, body: bytes) -> None:
    answer = await desk.call("POST", "/api/command", data=body, headers=bearer())
    assert answer.status == 400
    assert (await answer.json())["error"]
    assert desk.newsroom.heard == []


async def test_a_command_of_full_length_is_heard(desk: Desk) -> None:
    text = "\U0001f30d" * 10_000
    assert (await desk.says({"text": text}))[0] == 200
    assert desk.newsroom.texts() == [text]


@pytest.mark.parametrize("title", HOSTILE.values(), ids=HOSTILE.keys())
async def test_hostile_titles_arrive_as_they_are(desk: Desk, title: str) -> None:
    desk.newsroom.reports(fakes_desk.story(1, title))
    desk.newsroom.drafts_are(fakes_desk.draft(2, title))
    for path, key in [("/api/stories", "stories"), ("/api/drafts", "drafts")]:
        answer = await desk.get(path, **bearer())
        assert answer.content_type == "application/json"
        assert (await answer.json())[key][0]["title"] == title


async def test_a_change_wakes_who_waits_for_it(desk: Desk) -> None:
    version = (await desk.asks("/api/changes?since=0"))["version"]
    waiting = asyncio.create_task(desk.asks(f"/api/changes?since={version}"))
    await asyncio.wait({waiting}, timeout=0.05)
    assert not waiting.done()
    desk.newsroom.drafts_are()
    assert (await waiting)["version"] == version + 1


async def test_a_message_of_the_desk_is_pushed_and_kept_for_later(desk: Desk) -> None:
    version = (await desk.asks("/api/changes?since=0"))["version"]
    path = f"/api/changes?since={version}&log=0"
    waiting = asyncio.create_task(desk.asks(path))
    await asyncio.wait({waiting}, timeout=0.05)
    await desk.plugin.send(Outgoing("Draft 7 waits.", 7, (("Approve", "approve 7 3fa9c1"),)))
    news = await waiting
    assert news["version"] == version
    (message,) = news["messages"]
    assert message["text"] == "Draft 7 waits."
    assert message["draft"] == 7
    assert message["buttons"] == [["Approve", "approve 7 3fa9c1"]]
    await desk.plugin.send(Outgoing("Draft 8 waits."))
    later = await desk.asks(f"/api/changes?since={version}&log={message['number']}")
    assert [m["text"] for m in later["messages"]] == ["Draft 8 waits."]


async def test_a_message_in_a_slot_takes_the_place_of_the_earlier_one(desk: Desk) -> None:
    marks = (Mark(0, 7, "bold"), Mark(8, 13, "link", "https://square.example/7"))
    for text in ("Draft 7 waits", "Draft 7 is out"):
        await desk.plugin.send(Outgoing(text, 7, marks=marks, slot="posts 7"))
    await desk.plugin.send(Outgoing("Draft 8 waits"))
    said = (await desk.asks("/api/changes?since=0&log=0"))["messages"]
    assert [m["text"] for m in said] == ["Draft 7 is out", "Draft 8 waits"]
    assert said[0]["slot"] == "posts 7"
    assert said[0]["marks"][0] == {"start": 0, "end": 7, "kind": "bold", "url": ""}


@pytest.mark.parametrize("since", ["-1", "x", "1e3", "9" * 30, "²"])
async def test_a_version_that_is_none_is_refused(desk: Desk, since: str) -> None:
    answer = await desk.get(f"/api/changes?since={since}", **bearer())
    assert answer.status == 400
    assert "is not a version" in (await answer.json())["error"]


# --- the files of a clip ---


async def test_a_clip_is_served_in_ranges(desk: Desk) -> None:
    desk.newsroom.films("video.mp4", bytes(range(256)) * 40)
    whole = await desk.get("/drafts/7/clip/video", **bearer())
    assert (whole.status, whole.content_type) == (200, "video/mp4")
    assert len(await whole.read()) == 10_240
    part = await desk.get("/drafts/7/clip/video", Range="bytes=256-511", **bearer())
    assert part.status == 206
    assert part.headers["Content-Range"] == "bytes 256-511/10240"
    assert await part.read() == bytes(range(256))
    beyond = await desk.get("/drafts/7/clip/video", Range="bytes=99999-", **bearer())
    assert beyond.status == 416


async def test_a_preview_is_served_in_ranges_once_it_is_there(desk: Desk) -> None:
    path = "/drafts/7/preview/video"
    answer = await desk.get(path, **bearer())
    assert (answer.status, (await answer.json())["error"]) == (404, "draft 7 has no preview (yet)")
    desk.newsroom.films("preview.mp4", bytes(range(256)) * 40)
    part = await desk.get(path, Range="bytes=256-511", **bearer())
    assert (part.status, part.content_type) == (206, "video/mp4")
    assert await part.read() == bytes(range(256))
    assert (await desk.get(path)).status == 401


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("cover.jpg", "image/jpeg"),
        ("srt.srt", "application/x-subrip"),
        ("vtt.vtt", "text/vtt"),
        ("sources.json", "application/json"),
    ],
)
async def test_what_lies_beside_a_clip_is_served_as_what_it_is(
    desk: Desk, name: str, kind: str
) -> None:
    desk.newsroom.films(name, b"content")
    answer = await desk.get(f"/drafts/7/clip/{Path(name).stem}", **bearer())
    assert (answer.status, answer.content_type) == (200, kind)


@pytest.mark.parametrize("path", ["7/clip/video", "99/clip/video", "7/clip/script", "7/clip/.."])
async def test_a_file_that_is_not_there_is_not_found(desk: Desk, path: str) -> None:
    assert (await desk.get(f"/drafts/{path}", **bearer())).status == 404


# --- starting and ending ---


@pytest.mark.parametrize("user", ["anna", "ben.b@desk-1", "_"])
async def test_every_name_that_is_allowed_keeps_its_session(tmp_path: Path, user: str) -> None:
    plugin = Plugin("web", Settings(port=0, tokens={user: SecretStr(ANNA)}), None)
    serving = asyncio.create_task(plugin.run(FakeNewsroom(tmp_path)))
    url = await plugin.ready()
    jar = aiohttp.CookieJar(unsafe=True)
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        await http.get(f"{url}/?token={ANNA}")
        async with http.get(f"{url}/api/session") as answer:
            assert (await answer.json())["user"] == f"web:{user}"
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


@pytest.mark.parametrize("host", ["a..b", "x" * 300])
async def test_a_host_that_is_none_is_a_mistake_in_the_set_up(tmp_path: Path, host: str) -> None:
    with pytest.raises(ConfigError, match="cannot listen on host"):
        await Plugin("web", Settings(host=host, port=0), None).run(FakeNewsroom(tmp_path))


async def test_a_port_in_use_is_a_mistake_in_the_set_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        plugin = Plugin("web", Settings(port=port), None)
        with pytest.raises(ConfigError, match=rf"port {port}: .*in use.* choose another `port`"):
            await plugin.run(FakeNewsroom(tmp_path))


async def test_a_desk_with_waiting_pages_ends_at_once(desk: Desk) -> None:
    version = (await desk.asks("/api/changes?since=0"))["version"]
    waiting = asyncio.create_task(desk.asks(f"/api/changes?since={version}"))
    await asyncio.wait({waiting}, timeout=0.05)
    await asyncio.wait_for(desk.closes(), 1)
    assert (await waiting) == {"version": version, "messages": []}
    with pytest.raises(aiohttp.ClientConnectorError):
        await desk.get("/livez")


async def test_without_tokens_one_is_made_and_kept_for_this_account_alone(tmp_path: Path) -> None:
    file = tmp_path / "state" / "desk-token"
    settings = Settings(port=0, token_file=file)
    (first,) = tokens_of(settings).items()
    (second,) = tokens_of(settings).items()
    assert first == second == ("desk", file.read_text().strip())
    assert file.stat().st_mode & 0o777 == 0o600
    plugin = Plugin("web", settings, None)
    serving = asyncio.create_task(plugin.run(FakeNewsroom(tmp_path)))
    url = await plugin.ready()
    assert plugin.link == f"{url}/?token={first[1]}"
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)


def test_an_empty_token_file_that_others_may_read_is_mended(tmp_path: Path) -> None:
    file = tmp_path / "desk-token"
    file.touch(0o644)
    assert kept_token(file) == file.read_text().strip()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_token_file_that_cannot_be_kept_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="token_file: cannot keep a token in"):
        kept_token(tmp_path)


@pytest.mark.parametrize(
    ("tokens", "mistake"),
    [
        ({"anna": "tiny"}, "tokens.anna: shorter than 8"),
        ({"anna": "the-same-one", "ben": "the-same-one"}, "two users have the same token"),
    ],
)
def test_tokens_that_protect_nothing_are_refused(tokens: dict[str, str], mistake: str) -> None:
    settings = Settings(tokens={user: SecretStr(token) for user, token in tokens.items()})
    with pytest.raises(ConfigError, match=mistake) as caught:
        tokens_of(settings)
    assert not any(token in str(caught.value) for token in tokens.values())


@pytest.mark.parametrize("user", ["", "a b", "a:b", "a" * 65, "a\n", "zoë"])
def test_a_user_s_name_is_a_plain_word(user: str) -> None:
    with pytest.raises(ValidationError):
        Settings(tokens={user: SecretStr("long-enough")})


# --- the door itself ---


def test_a_session_is_bound_to_its_user_its_time_and_its_token() -> None:
    door = Door({"anna": "token-one", "ben.b": "token-two"})
    session = door.session("ben.b", 1000)
    assert door.reads(session, 1000) == "ben.b"
    assert door.reads(session, 1000 + SESSION_S) is None
    assert door.reads(session.replace("ben.b", "anna"), 1000) is None
    assert door.reads(session.replace(str(1000 + SESSION_S), "9999999999"), 1000) is None
    assert Door({"ben.b": "token-two"}).reads(session, 1000) == "ben.b"
    assert Door({"ben.b": "changed-token"}).reads(session, 1000) is None
    assert Door({"anna": "token-one"}).reads(session, 1000) is None
    assert door.owns("ben.b", session, door.csrf("ben.b", session))
    assert not door.owns("ben.b", door.session("ben.b", 1001), door.csrf("ben.b", session))


def test_tries_are_counted_for_each_address_and_forgotten() -> None:
    tries = Tries(limit=2, window_s=10)
    for now in (0, 4):
        tries.wrong("one", now)
    assert tries.wait_s("one", 5) == 5
    assert tries.wait_s("other", 5) == 0
    assert tries.wait_s("one", 10.5) == 0
    tries.wrong("other", 60)
    assert tries.wait_s("one", 60) == 0
