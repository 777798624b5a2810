"""One room of a Matrix homeserver, through matrix-nio: the only file that knows the library.

Its requests go out through the house's own guarded session, never through one of its own. What it
answers and what it raises becomes ours here. Needs the extra `matrix`.
"""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import nio

from bot.chat._pen import Shut

__all__ = ["Account", "Event", "Homeserver"]

log = logging.getLogger(__name__)

POLL_MS = 25_000
LONGEST_S = 600.0  # an upload, with all the waits that the homeserver asks for
CAP = 16 * 1024 * 1024  # bytes of an answer; the state of a room with thousands of people is 5 MB
PAGES = 20  # of a hundred events each: what is heard of what happened while we were away
NEVER = ("M_FORBIDDEN", "M_TOO_LARGE", "M_BAD_JSON", "M_NOT_JSON", "M_INVALID_PARAM")
BARRED = ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_FORBIDDEN", "M_USER_DEACTIVATED")
REFUSED = (  # what the library raises, beside what its HTTP client does
    nio.exceptions.ProtocolError,
    nio.exceptions.OlmTrustError,
    nio.exceptions.EncryptionError,
    nio.exceptions.GroupEncryptionError,
)


@dataclass(frozen=True, slots=True)
class Account:
    """Who we are on which homeserver, and in which room, by its id or address.

    `store` is the folder of the keys for encrypted rooms, None for none.
    """

    homeserver: str
    user: str
    token: str
    password: str
    room: str
    store: Path | None


@dataclass(frozen=True, slots=True)
class Event:
    """What happened in the room; a message that we cannot read is "m.room.encrypted"."""

    id: str
    sender: str
    at: datetime
    kind: str
    content: Mapping[str, Any]


class _Client(nio.AsyncClient):  # type: ignore[misc]  # the library has no types
    """matrix-nio over a session that it is given."""

    http: aiohttp.ClientSession

    async def send(
        self,
        method: str,
        path: str,
        data: Any = None,
        headers: Mapping[str, str] | None = None,
        _trace: object = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> aiohttp.ClientResponse:
        total = LONGEST_S if timeout == 0 else timeout or self.config.request_timeout
        limits = aiohttp.ClientTimeout(total=total, sock_connect=10)
        return await self.http.request(
            *(method, self.homeserver + path),
            data=data,
            headers=headers,
            timeout=limits,
            allow_redirects=False,  # a redirect would carry the words elsewhere
        )

    async def parse_body(self, transport_response: aiohttp.ClientResponse) -> dict[Any, Any]:
        body = bytearray()
        async for chunk in transport_response.content.iter_chunked(64 * 1024):
            body += chunk
            if len(body) > CAP:
                transport_response.close()
                return {}
        try:
            found = json.loads(body)
        except (ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}


class Homeserver:
    """A room as one device of one account sees it.

    Raises ConnectionError where later may work, ValueError where it never will, and Shut where
    `enter` finds that we are not let in.
    """

    def __init__(self, account: Account, http: aiohttp.ClientSession) -> None:
        self.room = ""
        self._account = account
        store = str(account.store) if account.store else ""
        config = nio.AsyncClientConfig(
            encryption_enabled=bool(store), max_limit_exceeded=5, max_timeouts=0
        )
        self._client = _Client(account.homeserver.rstrip("/"), account.user, "", store, config)
        self._client.http = http

    @property
    def me(self) -> str:
        """Our user id, as the homeserver tells it."""
        return str(self._client.user_id)

    @property
    def locked(self) -> bool:
        """Whether the room is encrypted and we have no keys."""
        room = self._client.rooms.get(self.room)
        return bool(room and room.encrypted and not self._client.olm)

    @property
    def encrypts(self) -> bool:
        """Whether what we say in the room is encrypted."""
        room = self._client.rooms.get(self.room)
        return bool(room and room.encrypted and self._client.olm)

    @property
    def direct(self) -> bool:
        """Whether nobody is in the room but us and one person."""
        room = self._client.rooms.get(self.room)
        return bool(room and len(room.users) == 2)

    async def enter(self, device: str) -> str:
        """Log in, as this device ("" is a new one), and go into the room; answers the device."""
        client, account = self._client, self._account
        if account.store:
            account.store.mkdir(0o700, parents=True, exist_ok=True)
        with _translating():
            if account.token:
                client.access_token = account.token
                who = self._admitted(await client.whoami())
                client.restore_login(who.user_id, who.device_id or device, account.token)
            else:
                client.device_id = device
                self._admitted(await client.login(account.password, device_name="Wirereel"))
            self.room = self._admitted(await client.join(account.room)).room_id
        return str(client.device_id)

    def _admitted(self, answer: Any) -> Any:
        if isinstance(answer, nio.ErrorResponse) and answer.status_code in BARRED:
            where = f"{self._account.user} on {self._account.homeserver}"
            way = "look at its token or password in config.toml, and invite it to the room"
            log.error("%s: %s (%s); %s", where, answer.message, answer.status_code, way)
            raise Shut(f"{where}: {answer.message} ({answer.status_code}); {way}")
        return _sound(answer)

    async def news(self, since: str) -> AsyncGenerator[tuple[Sequence[Event], str], None]:
        """Follow the room from a token on: what happened, and the next token.

        Without a token it begins now. What a gap left out is fetched.
        """
        first = True
        while True:
            with _translating():
                answer = await self._sync(since, first)
                room = answer.rooms.join.get(self.room)
                found = await self._told(room.timeline, since) if room and since else ()
                await self._exchange_keys()
            since, first = str(answer.next_batch), False
            yield found, since

    async def _sync(self, since: str, first: bool) -> Any:
        only = {
            "presence": {"types": []},
            "account_data": {"types": []},
            "room": {
                "rooms": [self.room],
                "timeline": {"limit": 100},
                "ephemeral": {"types": []},
                "account_data": {"types": []},
            },
        }
        wait = 0 if first else POLL_MS
        return _sound(await self._client.sync(wait, only, since or None, full_state=first))

    async def _told(self, timeline: Any, since: str) -> Sequence[Event]:
        events = list(timeline.events)
        back, pages = timeline.prev_batch, 0
        while timeline.limited and back and pages < PAGES:
            page = _sound(await self._client.room_messages(self.room, back, since, limit=100))
            events[:0] = reversed(page.chunk)
            back, pages = page.end if page.chunk else None, pages + 1
        if timeline.limited and back:
            log.warning("%s: more happened than could be fetched", self.room)
        return [_event(event) for event in events if getattr(event, "event_id", None)]

    async def _exchange_keys(self) -> None:
        client = self._client
        if client.should_upload_keys:
            _sound(await client.keys_upload())
        if client.should_query_keys:
            _sound(await client.keys_query())
        if client.should_claim_keys:
            _sound(await client.keys_claim(client.get_users_for_key_claiming()))
        await client.send_to_device_messages()

    async def put(self, kind: str, content: Mapping[str, Any], key: str) -> str:
        """Send an event; the same key again is the same event. Answers its id."""
        with _translating():
            async with asyncio.timeout(LONGEST_S):
                sent = await self._client.room_send(
                    self.room, kind, dict(content), key, ignore_unverified_devices=True
                )
        return str(_sound(sent).event_id)

    async def most(self) -> int:
        """How large a file may be, bytes."""
        with _translating():
            answer = _sound(await self._client.content_repository_config())
        return int(answer.upload_size or 50_000_000)

    async def upload(self, path: Path, sort: str) -> dict[str, Any]:
        """Upload a file, encrypted where the room is; answers what a content shows it by."""
        secret = self.encrypts
        with _translating(), path.open("rb") as file:
            answer, keys = await self._client.upload(
                file, sort, path.name, encrypt=secret, filesize=path.stat().st_size
            )
        uri = str(_sound(answer).content_uri)
        return {"file": {"url": uri, **keys}} if secret else {"url": uri}

    async def withdraw(self, event: str, key: str) -> None:
        """Take an event of ours back."""
        with _translating():
            _sound(await self._client.room_redact(self.room, event, tx_id=key))

    def close(self) -> None:
        """Let go of the keys; the session is not ours to close."""
        if self._client.store:
            self._client.store.database.close()


def _event(event: Any) -> Event:
    source = event.source
    try:
        at = datetime.fromtimestamp(event.server_timestamp / 1000, UTC)
    except (OverflowError, OSError, ValueError):  # the sender's own homeserver may claim any time
        at = datetime.fromtimestamp(0, UTC)
    kind, content = source.get("type"), source.get("content")
    plain = content if isinstance(content, dict) else {}
    return Event(str(event.event_id), str(event.sender), at, str(kind), plain)


def _sound(answer: Any) -> Any:
    """Raise what an answer that is an error means."""
    if not isinstance(answer, nio.ErrorResponse):
        return answer
    said = f"the homeserver says {answer.message} ({answer.status_code})"
    raise (ValueError if answer.status_code in NEVER else ConnectionError)(said)


@contextmanager
def _translating() -> Iterator[None]:
    try:
        yield
    except aiohttp.ClientError as error:
        raise ConnectionError(f"the homeserver: {error or type(error).__name__}") from error
    except TimeoutError as error:
        raise ConnectionError("the homeserver does not answer") from error
    except REFUSED as error:
        raise ConnectionError(f"the homeserver: {error}") from error
