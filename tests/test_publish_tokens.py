"""Tokens of channels: who may read them, when they are renewed, what a refusal means."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from fakes_authority import Authority
from publish import ChannelDown, LoggedOut, OutcomeUnknown
from publish._grant import Grant, Swap, Token, address, challenge, earned, stored, token_of
from publish._tokens import Account, Signed, Tokens

AT = datetime(2026, 3, 4, 17, 42, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def there() -> AsyncIterator[Authority]:
    async with Authority() as server:
        yield server


@pytest.fixture
async def still() -> AsyncIterator[Authority]:
    """One that gives a refresh token at the login alone, as Google does."""
    async with Authority(rotates=False) as server:
        yield server


def account(folder: Path, **more: Any) -> Account:
    return Account(client_id="app", client_secret="s3cret-of-sixteen", tokens=folder, **more)


async def logged_in(
    there: Authority, folder: Path, http: aiohttp.ClientSession, **ways: Any
) -> Tokens:
    """Log in as a browser would, at AT."""
    grant, back = there.grant(**ways), "http://127.0.0.1:1/back"
    tokens = Tokens("clips", grant, account(folder), http)
    asked = address(grant, "app", back, "state", "v" * 43)
    async with http.get(asked, allow_redirects=False) as answer:
        code = URL(answer.headers["Location"]).query["code"]
    tokens.keep(await tokens.authority.redeem(code, back, "v" * 43, AT))
    return tokens


# what is pure


def test_the_proof_key_is_the_one_of_the_rfc() -> None:
    verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, appendix B
    assert challenge(verifier, "S256") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    assert len(challenge(verifier, "hex")) == 64


def test_the_address_says_all_that_is_wanted() -> None:
    grant = Grant("https://a.example/o?x=1", "https://a.example/t", ("b", "c"), client="key",
                  comma=True, extra={"prompt": "consent"})  # fmt: skip
    query = URL(address(grant, "id", "http://127.0.0.1:5/", "s", "v" * 43)).query
    assert query["key"] == "id"
    assert query["scope"] == "b,c"
    assert (query["x"], query["prompt"], query["state"]) == ("1", "consent", "s")
    assert query["code_challenge_method"] == "S256"


def test_a_grant_moves_to_another_server_whole() -> None:
    swap = Swap("https://a.example/swap", "t")
    grant = Grant("https://a.example/o", "https://b.example/t", (), swap=swap)
    moved = grant.at("http://127.0.0.1:7/")
    assert moved.authorize_url == "http://127.0.0.1:7/o"
    assert moved.token_url == "http://127.0.0.1:7/t"
    assert moved.swap == Swap("http://127.0.0.1:7/swap", "t")
    assert (moved.device_url, moved.renewal) == ("", None)
    assert grant.at("") is grant


@pytest.mark.parametrize("refresh", [None, "", 7, {}])
def test_an_empty_refresh_token_never_replaces_one(refresh: Any) -> None:
    old = Token("a", AT, AT, "r", AT + HOUR, "me")
    new = earned({"access_token": "b", "refresh_token": refresh, "expires_in": "60"}, AT, old)
    assert new == Token("b", AT, AT + timedelta(seconds=60), "r", AT + HOUR, "me")


@pytest.mark.parametrize(
    "told", [{}, {"access_token": ""}, {"access_token": 7}, {"access_token": "a\nb"}, {"data": []}]
)
def test_an_answer_without_a_token_is_none(told: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="token"):
        earned(told, AT)


@pytest.mark.parametrize(
    ("told", "ends"),
    [
        ({"expires_in": 60}, AT + timedelta(seconds=60)),
        ({}, None),
        ({"expires_in": -1}, None),
        ({"expires_in": "soon"}, None),
        ({"expires_in": 60, "refresh_token": "r"}, None),
        ({"refresh_token": "r", "refresh_expires_in": 90}, AT + timedelta(seconds=90)),
        ({"refresh_token": "r", "refresh_token_expires_in": 90}, AT + timedelta(seconds=90)),
    ],
)
def test_how_long_a_login_lasts(told: dict[str, Any], ends: datetime | None) -> None:
    assert earned({"access_token": "a", **told}, AT).ends == ends


moments = st.datetimes(timezones=st.just(UTC))


@given(st.text(min_size=1), moments, st.none() | moments, st.text(), st.none() | moments)
def test_a_token_is_read_back_as_it_was(
    access: str, at: datetime, until: datetime | None, refresh: str, later: datetime | None
) -> None:
    token = Token(access, at, until, refresh, later, "me")
    assert token_of(json.loads(json.dumps(stored(token)))) == token


def test_a_token_does_not_show_itself() -> None:
    assert "s3cret" not in repr(Token("s3cret", AT, AT, "s3cret-too"))


# the file


async def test_only_we_can_read_the_file(tmp_path: Path, there: Authority, http: Any) -> None:
    tokens = await logged_in(there, tmp_path / "made" / "tokens", http)
    assert tokens.path.stat().st_mode & 0o777 == 0o600
    assert tokens.path.parent.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in tokens.path.parent.iterdir()] == ["clips.json"]


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"access_token": ""}', "\x00", "7"])
async def test_a_broken_file_names_the_way_out(tmp_path: Path, text: str, http: Any) -> None:
    tokens = Tokens("clips", Grant("http://a", "http://a", ()), account(tmp_path), http)
    tokens.path.write_text(text)
    with pytest.raises(LoggedOut, match="wirereel login clips"):
        await tokens.fresh(AT)


async def test_nobody_is_logged_in(tmp_path: Path, http: Any) -> None:
    tokens = Tokens("clips", Grant("http://a", "http://a", ()), account(tmp_path), http)
    with pytest.raises(LoggedOut, match="nobody is logged in at clips: say `wirereel login clips`"):
        await tokens.lease(AT)


# renewing


async def test_a_token_is_renewed_before_it_ends(
    tmp_path: Path, there: Authority, http: Any
) -> None:
    tokens = await logged_in(there, tmp_path, http)
    assert await tokens.fresh(AT) == "access-1"
    assert await tokens.fresh(AT + timedelta(minutes=54)) == "access-1"
    assert await tokens.fresh(AT + timedelta(minutes=55)) == "access-2"
    kept = tokens.kept()
    assert kept
    assert kept.refresh.startswith("refresh-2")
    assert there.forms[-1]["client_secret"] == "s3cret-of-sixteen"


async def test_many_at_once_make_one_renewal(tmp_path: Path, there: Authority, http: Any) -> None:
    tokens = await logged_in(there, tmp_path, http)
    other = Tokens("clips", there.grant(), account(tmp_path), http)  # as another process has it
    late = AT + HOUR
    asked = [channel.fresh(late) for channel in (tokens, other, tokens, other, tokens)]
    assert set(await asyncio.gather(*asked)) == {"access-2"}
    assert [form["grant_type"] for form in there.forms] == ["authorization_code", "refresh_token"]


async def test_a_renewal_that_nobody_waits_for_any_more_is_kept(
    tmp_path: Path, there: Authority, http: Any
) -> None:
    tokens = await logged_in(there, tmp_path, http)
    there.holds()
    asking = asyncio.create_task(tokens.fresh(AT + HOUR))
    await there.is_asked()
    asking.cancel()
    there.lets_go()
    assert await tokens.fresh(AT + HOUR) == "access-2"
    assert there.given == 2


async def test_the_old_refresh_token_stays_where_no_new_one_comes(
    tmp_path: Path, still: Authority, http: Any
) -> None:
    tokens = await logged_in(still, tmp_path, http)
    for hours in (1, 3):
        await tokens.fresh(AT + hours * HOUR)
    kept = tokens.kept()
    assert kept
    assert (kept.access, kept.refresh) == ("access-3", "refresh-1-of-sixteen")


async def test_a_revoked_login_wants_a_person(tmp_path: Path, there: Authority, http: Any) -> None:
    tokens = await logged_in(there, tmp_path, http)
    there.revokes()
    with pytest.raises(LoggedOut, match=r"invalid_grant.*: say `wirereel login clips`") as error:
        await tokens.fresh(AT + HOUR)
    assert "refresh-1" not in str(error.value)


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (500, "no refresh-1-of-sixteen for s3cret-of-sixteen"), (503, ""), (429, ""),
        (200, "<html>come in</html>"), (200, "{}"),
        (200, '{"access_token": null}'), (400, '{"error": "temporarily_unavailable"}'),
    ],
)  # fmt: skip
async def test_a_server_in_trouble_is_asked_later(
    tmp_path: Path, there: Authority, http: Any, status: int, text: str
) -> None:
    tokens = await logged_in(there, tmp_path, http)
    there.fails(status, text)
    with pytest.raises(ChannelDown) as error:
        await tokens.fresh(AT + HOUR)
    assert "sixteen" not in str(error.value)
    assert await tokens.fresh(AT + HOUR) == "access-2"


async def test_a_token_with_some_minutes_left_does_while_the_server_is_down(
    tmp_path: Path, there: Authority, http: Any
) -> None:
    tokens = await logged_in(there, tmp_path, http)
    there.fails(503)
    assert await tokens.fresh(AT + timedelta(minutes=57)) == "access-1"


async def test_a_login_that_cannot_be_renewed_ends(
    tmp_path: Path, there: Authority, http: Any
) -> None:
    tokens = await logged_in(there, tmp_path, http)
    token = tokens.kept()
    assert token
    tokens.keep(Token(token.access, AT, AT + 24 * HOUR))
    assert await tokens.lease(AT) == AT + 24 * HOUR
    with pytest.raises(LoggedOut, match="wirereel login"):
        await tokens.lease(AT + 24 * HOUR)


async def test_a_short_token_is_swapped_and_renewed(
    tmp_path: Path, there: Authority, http: Any
) -> None:
    swap = Swap(f"{there.url}/swap", "th_exchange_token", secret=True)
    renewal = Swap(f"{there.url}/swap", "th_refresh_token")
    month = timedelta(days=30)
    ways = {"swap": swap, "renewal": renewal, "early": month, "pkce": ""}
    there._pkce = ""
    tokens = await logged_in(there, tmp_path, http, **ways)
    assert there.forms[-1]["client_secret"] == "s3cret-of-sixteen"
    kept = tokens.kept()
    assert kept
    tokens.keep(Token(kept.access, AT, kept.until))  # no refresh token at all, as there
    assert await tokens.fresh(AT + 29 * timedelta(days=1)) == "long-2"
    assert await tokens.fresh(AT + 31 * timedelta(days=1)) == "long-3"
    assert there.forms[-1] == {"grant_type": "th_refresh_token", "access_token": "long-2"}


async def test_a_new_token_outlives_a_full_disk(
    tmp_path: Path, there: Authority, http: Any
) -> None:
    class FullDisk(Tokens):
        full = False

        def keep(self, token: Token) -> None:
            if self.full:
                raise OSError(28, "No space left on device")
            super().keep(token)

    tokens = await logged_in(there, tmp_path, http)
    there_too = FullDisk("clips", there.grant(), account(tmp_path), http)
    there_too.full = True
    assert await there_too.fresh(AT + HOUR) == "access-2"
    there_too.full = False
    assert await there_too.fresh(AT + 2 * HOUR) == "access-3"  # refresh-2 was not lost
    kept = tokens.kept()
    assert kept
    assert kept.access == "access-3"


# calls


class Api:
    """One address that takes valid tokens only."""

    def __init__(self, there: Authority) -> None:
        self.bodies: list[bytes] = []
        self.auth: list[str] = []
        self._there = there

    async def __aenter__(self) -> "Api":
        app = web.Application()
        app.router.add_route("*", "/", self._take)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _take(self, request: web.Request) -> web.Response:
        self.auth.append(request.headers["Authorization"])
        self.bodies.append(await request.read())
        valid = self.auth[-1].removeprefix("Bearer ") in self._there.valid
        return web.json_response({"id": "7"}, status=200 if valid else 401)


@pytest.fixture
async def api(there: Authority) -> AsyncIterator[Api]:
    async with Api(there) as server:
        yield server


def signed(tokens: Tokens, http: Any, after: timedelta = timedelta(0)) -> Signed:
    return Signed("clips", http, tokens, clock=lambda: AT + after)


async def test_what_may_be_repeated_is_repeated_once_with_a_new_token(
    tmp_path: Path, there: Authority, api: Api, http: Any
) -> None:
    tokens = await logged_in(there, tmp_path, http)
    calls = signed(tokens, http, timedelta(minutes=10))
    there.wears_out()

    async def pieces() -> AsyncIterator[bytes]:
        yield b"clip"

    answer = await calls.ask("PUT", api.url, body=pieces)
    assert answer.word("id") == "7"
    assert api.auth == ["Bearer access-1", "Bearer access-2"]
    assert api.bodies == [b"clip", b"clip"]


async def test_the_one_call_is_made_once(
    tmp_path: Path, there: Authority, api: Api, http: Any
) -> None:
    tokens = await logged_in(there, tmp_path, http)
    calls = signed(tokens, http, timedelta(minutes=10))
    there.wears_out()
    with pytest.raises(ChannelDown, match="took in nothing"):
        await calls.once("POST", api.url, json={})
    assert api.auth == ["Bearer access-1"]
    await calls.once("POST", api.url, json={})
    assert api.auth[-1] == "Bearer access-2"


async def test_a_new_token_that_is_turned_down_wants_a_person(
    tmp_path: Path, there: Authority, api: Api, http: Any
) -> None:
    tokens = await logged_in(there, tmp_path, http)
    calls = signed(tokens, http, timedelta(minutes=1))
    there.wears_out()
    with pytest.raises(LoggedOut, match="wirereel login clips"):
        await calls.ask("GET", api.url)
    with pytest.raises(LoggedOut, match="wirereel login clips"):
        await calls.once("POST", api.url)
    with pytest.raises(LoggedOut, match="wirereel login clips"):
        await calls.look(api.url)
    assert len(api.auth) == 3


async def test_a_lost_answer_stays_unknown(tmp_path: Path, there: Authority, http: Any) -> None:
    tokens = await logged_in(there, tmp_path, http)

    async def drop(request: web.Request) -> web.Response:
        assert request.transport
        request.transport.abort()
        return web.Response()

    app = web.Application()
    app.router.add_post("/", drop)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    with pytest.raises(OutcomeUnknown):
        await signed(tokens, http).once("POST", f"http://127.0.0.1:{runner.addresses[0][1]}/")
    await runner.cleanup()
