"""Bluesky's protocol: a session, and the host that makes clips ready. Knows nothing of posts.

X
"""

import json
import re
from collections.abc import Mapping
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from publish import ChannelDown, Refused
from publish._calls import Answer, Calls, sane
from publish._files import UPLOAD_S, opened

__all__ = ["Session", "VideoHost", "blob_of", "moment_of"]

STALE = ("ExpiredToken", "InvalidToken")
GRANT = timedelta(minutes=30)
BUSY_S = 10.0
QUOTA_S = 3600.0
_TOKEN = re.compile(r"[\w.~+/=-]{1,4096}", re.ASCII)


class Session:
    """A log-in with an app password. Tokens stay in memory and are renewed when they run out."""

    def __init__(
        self, name: str, service: str, login: tuple[str, str], http: aiohttp.ClientSession
    ) -> None:
        self.did = ""
        self._name = name
        self._service = service.rstrip("/")
        self._login = login
        self._calls = Calls(name, http)
        self._home = self._access = self._again = ""

    async def ask(
        self, method: str, nsid: str, *, allow: tuple[int, ...] = (), **more: Any
    ) -> Answer:
        """Make a call that may be made again. Answers any 2xx, 400 and what `allow` names."""
        return await self._signed(self._calls.ask, method, nsid, allow, more)

    async def once(self, nsid: str, body: object) -> Answer:
        """Make the call that cannot be taken back; answers any 2xx and 400."""
        return await self._signed(self._calls.once, "POST", nsid, (), {"json": body})

    async def upload(self, path: Path, kind: str) -> Answer:
        """Give the server a file. The same bytes again are the same blob to it."""
        headers = {"Content-Type": kind}
        more = {"headers": headers, "timeout_s": UPLOAD_S}
        return await self._signed(
            self._calls.ask, "POST", "com.atproto.repo.uploadBlob", (), more, path
        )

    async def grant(self) -> str:
        """Let another service put a blob here in our name, for half an hour by the server's clock.

        Raises ChannelDown.
        """
        answer = await self.ask("GET", "com.atproto.server.getSession")
        until = _date(answer) + GRANT
        query = {
            "aud": await self._server(),
            "lxm": "com.atproto.repo.uploadBlob",
            "exp": str(int(until.timestamp())),
        }
        answer = await self.ask("GET", "com.atproto.server.getServiceAuth", params=query)
        if token := _token(answer, "token"):
            return token
        raise ChannelDown(f"{self._name}: the server lets no video service in ({answer.status})")

    async def _server(self) -> str:
        """Name the server that the account lives on; it tells itself where the log-in did not."""
        if self._home:
            return f"did:web:{self._home}"
        return (await self.ask("GET", "com.atproto.server.describeServer")).word("did")

    async def who(self) -> str:
        """Name the account, by the id that never changes. Raises ChannelDown."""
        if not self._access:
            await self._log_in()
        return self.did

    async def hosted(self) -> bool:
        """Whether the account lives with Bluesky itself. Raises ChannelDown."""
        await self.who()
        home = self._home or urlsplit(self._service).hostname or ""
        return home == "bsky.social" or home.endswith(".bsky.network")

    async def _signed(
        self,
        call: Any,
        method: str,
        nsid: str,
        allow: tuple[int, ...],
        more: dict[str, Any],
        path: Path | None = None,
    ) -> Answer:
        """Make a call; where our token ran out it did nothing, and is made with a new one."""
        await self.who()
        for _ in range(2):
            named = {**more.get("headers", {}), "Authorization": f"Bearer {self._access}"}
            with opened(path) if path else nullcontext() as file:
                given = {**more, "headers": named, **({"data": file} if file else {})}
                answer: Answer = await call(
                    *(method, f"{self._service}/xrpc/{nsid}"), allow=(400, 401, *allow), **given
                )
            if answer.word("error") not in STALE and answer.status != 401:
                return answer
            await self._renew()
        raise ChannelDown(f"{self._name} takes no new token either: {_said(answer)}")

    async def _renew(self) -> None:
        """Trade the second token for new ones; where that is stale too, log in anew."""
        url = f"{self._service}/xrpc/com.atproto.server.refreshSession"
        headers = {"Authorization": f"Bearer {self._again}"}
        answer = await self._calls.ask("POST", url, headers=headers, allow=(400, 401))
        if answer.status in (400, 401) or not self._took(answer):
            await self._log_in()

    async def _log_in(self) -> None:
        url = f"{self._service}/xrpc/com.atproto.server.createSession"
        body = dict(zip(("identifier", "password"), self._login, strict=True))
        answer = await self._calls.ask("POST", url, json=body, allow=(400, 401))
        if answer.status in (400, 401):
            way_out = "make a new app password there and set it"
            raise ChannelDown(f"{self._name} refused the log-in ({_said(answer)}): {way_out}")
        if not self._took(answer):
            raise ChannelDown(f"{self._name}: {self._service} is no server of this protocol")

    def _took(self, answer: Answer) -> bool:
        """Keep the tokens and the server that the account lives on; False where there are none."""
        access, again = _token(answer, "accessJwt"), _token(answer, "refreshJwt")
        did = answer.word("did")
        if not (access and again and did.startswith("did:")):
            return False
        self._access, self._again, self.did = access, again, did
        self._home = _home(answer.told().get("didDoc")) or self._home
        return True


class VideoHost:
    """Who makes a clip ready before its post is out, so that nobody sees a missing video."""

    def __init__(self, name: str, url: str, session: Session, http: aiohttp.ClientSession) -> None:
        self._name = name
        self._url = f"{url.rstrip('/')}/xrpc/app.bsky.video"
        self._session = session
        self._calls = Calls(name, http)

    async def take(self, clip: Path, sha256: str) -> str:
        """Give it the clip; answers the name of its job. Raises ChannelDown or Refused."""
        headers = {"Authorization": f"Bearer {await self._session.grant()}"}
        with opened(clip) as file:
            answer = await self._calls.ask(
                *("POST", f"{self._url}.uploadVideo"),
                params={"did": self._session.did, "name": f"{sha256[:24]}.mp4"},
                data=file,
                headers={**headers, "Content-Type": "video/mp4"},
                timeout_s=UPLOAD_S,
                allow=(400, 403, 409),  # 409: it has this very clip already, and names the job
            )
        if answer.status in (400, 403):
            said = f"{self._name} refused the clip: {_said(answer)}"
            if "limit" in answer.word("message").lower():  # of a day
                raise ChannelDown(said, QUOTA_S)
            raise Refused(said)
        job = answer.word("jobStatus", "jobId") or answer.word("jobId")
        if not job:
            raise ChannelDown(f"{self._name}: the video host named no job: {answer}")
        return job

    async def made(self, job: str) -> str:
        """Take the blob of a finished job, as JSON; "" where the host has forgotten the job.

        Raises ChannelDown while it is at work, and Refused where it cannot use the clip.
        """
        url = f"{self._url}.getJobStatus"
        answer = await self._calls.ask("GET", url, params={"jobId": job}, allow=(400, 404))
        if answer.status in (400, 404):
            return ""
        if answer.word("jobStatus", "state") == "JOB_STATE_FAILED":
            why = answer.word("jobStatus", "message") or answer.word("jobStatus", "error")
            raise Refused(f"{self._name} cannot use the clip: {why or 'no reason given'}")
        status = answer.told().get("jobStatus")
        if not isinstance(status, dict) or not status.get("blob"):
            raise ChannelDown(f"{self._name} is still at work on the clip", BUSY_S)
        return blob_of(status, self._name)


def moment_of(answer: Answer) -> str:
    """Read the server's own clock, as records tell time. Raises ChannelDown."""
    return _date(answer).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def blob_of(told: Mapping[str, Any], name: str) -> str:
    """Take a blob out of an answer, as JSON to be kept. Raises ChannelDown where it is none."""
    match told.get("blob"):
        case {
            "$type": "blob",
            "ref": {"$link": str(link)},
            "mimeType": str(),
            "size": int(),
        } as blob:
            if sane(link):
                return json.dumps(blob, sort_keys=True)
    raise ChannelDown(f"{name} took a file and named no blob for it")


def _home(document: object) -> str:
    """Find the host of an account in its DID document; "" where it is not told."""
    services = document.get("service") if isinstance(document, dict) else None
    for service in services if isinstance(services, list) else ():
        if isinstance(service, dict) and str(service.get("id")).endswith("#atproto_pds"):
            return urlsplit(str(service.get("serviceEndpoint"))).hostname or ""
    return ""


def _token(answer: Answer, name: str) -> str:
    """Take a token that can stand in a header; else ""."""
    value = answer.told().get(name)
    return value if isinstance(value, str) and _TOKEN.fullmatch(value) else ""


def _date(answer: Answer) -> datetime:
    try:
        return parsedate_to_datetime(answer.headers.get("Date", "")).astimezone(UTC)
    except ValueError as error:
        raise ChannelDown("the server tells no time") from error


def _said(answer: Answer) -> str:
    """Quote a failure by its own words; a body that may hold a token is never quoted."""
    return f"{answer.status} {answer.word('error')} {answer.word('message')}".strip()
