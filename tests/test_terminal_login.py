"""`wirereel login`: a browser, a pasted address, a code on another device; the server is real."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from yarl import URL

from bot.config import build
from bot.plugins import ConfigError, Slot
from bot.terminal.login import LoginFailed, Way, found, log_in, returned
from fakes_authority import Authority
from publish import ChannelDown, PublishError
from publish._grant import Token
from publish._tokens import Account


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def there() -> AsyncIterator[Authority]:
    async with Authority() as server:
        yield server


class Person:
    """Opens what is shown, and reads the page that the browser ends at."""

    def __init__(self, http: aiohttp.ClientSession, *, browses: bool = True) -> None:
        self.shown: list[str] = []
        self.pages: list[str] = []
        self.naps: list[float] = []
        self._http, self._browses = http, browses
        self._tasks: list[asyncio.Task[None]] = []

    def sees(self, what: str) -> None:
        self.shown.append(what)
        if self._browses:
            self._tasks.append(asyncio.create_task(self._open(what)))

    async def _open(self, what: str) -> None:
        async with self._http.get(what) as page:
            self.pages.append(await page.text())

    async def pastes(self) -> str:
        """Open it on another machine, where nobody listens, and copy the address."""
        async with self._http.get(self.shown[0], allow_redirects=False) as answer:
            return f"  {answer.headers['Location']}\n"

    async def naps_a_while(self, seconds: float) -> None:
        self.naps.append(seconds)


def a_slot(there: Authority, folder: Path, **ways: Any) -> Slot:
    account = Account(client_id="app", client_secret="s3cret-of-sixteen", tokens=folder)
    return Slot("clips", "clips", SimpleNamespace(GRANT=there.grant(**ways)), account)


async def logging_in(
    slot: Slot, person: Person, way: Way = "browser", port: int | None = None, **more: Any
) -> Token:
    http, naps = person._http, person.naps_a_while
    told: dict[str, Callable[..., Any]] = {"show": person.sees, "read": person.pastes}
    return await log_in(slot, http, way, port, told["show"], told["read"], naps, **more)


async def test_a_browser_comes_back_to_us(tmp_path: Path, there: Authority, http: Any) -> None:
    person = Person(http)
    token = await logging_in(a_slot(there, tmp_path), person)
    await asyncio.gather(*person._tasks)
    kept = json.loads((tmp_path / "clips.json").read_text())
    assert kept["access_token"] == token.access == "access-1"
    assert (tmp_path / "clips.json").stat().st_mode & 0o777 == 0o600
    [login] = there.logins
    assert URL(login["redirect_uri"]).host == "127.0.0.1"
    assert login["code_challenge_method"] == "S256"
    [page] = person.pages
    assert "This worked: you may close this page" in page
    assert "access-1" not in page + "".join(person.shown)
    assert "s3cret" not in person.shown[0]


async def test_the_proof_key_of_tiktok(tmp_path: Path, http: Any) -> None:
    async with Authority(pkce="hex") as there:
        await logging_in(a_slot(there, tmp_path), Person(http))
        assert len(there.logins[0]["code_challenge"]) == 64


async def test_an_address_is_pasted(tmp_path: Path, there: Authority, http: Any) -> None:
    person = Person(http, browses=False)
    token = await logging_in(a_slot(there, tmp_path, port=8765), person, "paste")
    assert token.refresh
    assert there.logins[0]["redirect_uri"] == "http://127.0.0.1:8765/callback/"


async def test_what_must_be_https_is_pasted(tmp_path: Path, there: Authority, http: Any) -> None:
    """Meta takes no loopback address: nobody listens where the browser ends."""
    person = Person(http, browses=False)
    await logging_in(a_slot(there, tmp_path, back="https://localhost/callback/"), person)
    assert there.logins[0]["redirect_uri"] == "https://localhost/callback/"


async def test_a_no_is_a_no(tmp_path: Path, there: Authority, http: Any) -> None:
    there.denies()
    person = Person(http)
    with pytest.raises(LoginFailed, match="denied there"):
        await logging_in(a_slot(there, tmp_path), person)
    await asyncio.gather(*person._tasks)
    assert "This did not work" in person.pages[0]
    assert not (tmp_path / "clips.json").exists()


async def test_somebody_elses_answer_ends_nothing(
    tmp_path: Path, there: Authority, http: Any
) -> None:
    there.forges("another")
    person = Person(http)
    logging = asyncio.create_task(logging_in(a_slot(there, tmp_path), person))
    while not person.pages:
        await asyncio.wait({logging}, timeout=0.01)
    assert not logging.done()
    there.forges("")
    person.sees(person.shown[0])  # the right one, after all
    assert (await logging).access == "access-1"
    assert there.given == 1


async def test_a_pasted_address_of_another_login_is_refused(
    tmp_path: Path, there: Authority, http: Any
) -> None:
    there.forges("another")
    with pytest.raises(LoginFailed, match="another login"):
        await logging_in(a_slot(there, tmp_path), Person(http, browses=False), "paste")
    assert there.given == 0


async def test_nobody_comes(tmp_path: Path, there: Authority, http: Any) -> None:
    person = Person(http, browses=False)
    with pytest.raises(LoginFailed, match=r"nobody logged in .* `wirereel login clips` again"):
        await logging_in(a_slot(there, tmp_path), person, patience_s=0.05)


async def test_a_port_that_is_taken(tmp_path: Path, there: Authority, http: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(LoginFailed, match=f"port {port} is taken"):
            await logging_in(a_slot(there, tmp_path), Person(http), port=port)


async def test_a_folder_that_cannot_be_written(tmp_path: Path, there: Authority, http: Any) -> None:
    (tmp_path / "tokens").write_text("a file in its place")
    with pytest.raises((LoginFailed, ChannelDown), match="cannot be written"):
        await logging_in(a_slot(there, tmp_path / "tokens"), Person(http))


async def test_a_server_that_takes_no_code(tmp_path: Path, there: Authority, http: Any) -> None:
    there.fails(400, '{"error": "invalid_client", "error_description": "bad s3cret-of-sixteen"}')
    with pytest.raises(PublishError, match=r"invalid_client: bad \.\.\.") as error:
        await logging_in(a_slot(there, tmp_path), Person(http))
    assert "s3cret" not in str(error.value)


# codes for devices


async def test_a_code_is_typed_elsewhere(tmp_path: Path, there: Authority, http: Any) -> None:
    there.answers_on_device("authorization_pending", "slow_down", "authorization_pending")
    person = Person(http, browses=False)
    await logging_in(a_slot(there, tmp_path), person, "device")
    assert person.shown == ["https://there.example/device and type ABCD-EFGH"]
    assert person.naps == [1.0, 1.0, 6.0, 6.0]
    assert (tmp_path / "clips.json").exists()


@pytest.mark.parametrize(
    ("errors", "why"),
    [
        (["expired_token"], "ran out"),
        (["access_denied"], "denied there"),
        (["authorization_pending"] * 40, "ran out"),
        (["invalid_scope"], "invalid_scope"),
    ],
)
async def test_a_code_that_leads_nowhere(
    tmp_path: Path, there: Authority, http: Any, errors: list[str], why: str
) -> None:
    there.answers_on_device(*errors)
    with pytest.raises(LoginFailed, match=why):
        await logging_in(a_slot(there, tmp_path), Person(http, browses=False), "device")
    assert not (tmp_path / "clips.json").exists()


@pytest.mark.parametrize("text", ["{}", "<html>", '{"device_code": "d", "verification_uri": "x"}'])
async def test_nonsense_in_place_of_a_code(
    tmp_path: Path, there: Authority, http: Any, text: str
) -> None:
    there.fails(200, text)
    with pytest.raises(LoginFailed, match="gave no code"):
        await logging_in(a_slot(there, tmp_path), Person(http, browses=False), "device")


async def test_a_platform_without_codes(tmp_path: Path, there: Authority, http: Any) -> None:
    slot = a_slot(there, tmp_path, device_url="")
    with pytest.raises(LoginFailed, match="use --paste"):
        await logging_in(slot, Person(http, browses=False), "device")


# what is pure, and the config file


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ({}, "another login"),
        ({"state": "", "code": "c"}, "another login"),
        ({"state": "s", "code": ""}, "no code"),
        ({"state": "s", "error": "server_error"}, "server_error"),
        ({"state": "s", "error": "access_denied", "code": "c"}, "denied"),
        ({"state": "ş", "code": "c"}, "another login"),
    ],
)
def test_what_came_back(query: dict[str, str], why: str) -> None:
    with pytest.raises(LoginFailed, match=why):
        returned(query, "s")
    assert returned({"state": "s", "code": "c"}, "s") == "c"


def test_a_channel_of_the_config_file(tmp_path: Path) -> None:
    table = {"kind": "youtube", "name": "clips", "client_id": "app"}
    config = build({"publish": [table, {"kind": "folder", "path": "out"}]}, tmp_path)
    assert found(config, "clips").settings.tokens == tmp_path / "var" / "tokens"
    with pytest.raises(ConfigError, match=r"'clip' is no channel; to be logged in at: clips"):
        found(config, "clip")
    with pytest.raises(ConfigError, match="'folder' wants no login"):
        found(config, "folder")
