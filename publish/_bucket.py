"""A bucket of any server that speaks S3: put, look, take away, and lend for a while.

botocore signs (Signature Version 4) and does nothing else: what is sent goes through the session
that all channels share, so that its guard stays in force.
"""

import hashlib
import json
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import aiohttp
from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator
from yarl import URL

from publish import ChannelDown, OutcomeUnknown, Refused
from publish._calls import Answer, Calls, sane
from publish._files import UPLOAD_S, opened

__all__ = ["KINDS", "Bucket", "Place", "kind_of"]

KINDS = {
    ".mp4": "video/mp4",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".json": "application/json",
}
KEY_FAULTS = (b"InvalidAccessKeyId", b"SignatureDoesNotMatch", b"ExpiredToken", b"TokenRefresh")
NOTHING = hashlib.sha256(b"").hexdigest()


def kind_of(path: Path) -> str:
    """Name the media type of a file by its ending."""
    return KINDS.get(path.suffix, "application/octet-stream")


class Place(BaseModel):
    """Where a bucket is and who we are there. No `bucket`: there is none.

    `endpoint_url` is the server, Amazon's own in `region` where it is empty. `path_style` puts the
    bucket behind the host and not before it, as most servers of one's own want it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    bucket: str = Field("", pattern=r"^([A-Za-z0-9][A-Za-z0-9._-]*)?$")
    prefix: str = Field("", pattern=r"^[A-Za-z0-9._/-]*$")
    region: str = Field("us-east-1", pattern=r"^[a-z0-9-]+$")
    endpoint_url: str = Field("", pattern=r"^(https?://[^/?#]+/?)?$")
    path_style: bool = False
    access_key: SecretStr = SecretStr("")
    secret_key: SecretStr = SecretStr("")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.bucket and find_spec("botocore") is None:
            raise ValueError("a bucket needs the extra: pip install 'wirereel[s3]'")
        if self.bucket and not (
            self.access_key.get_secret_value() and self.secret_key.get_secret_value()
        ):
            raise ValueError("a bucket needs `access_key` and `secret_key`")
        return self


class Bucket:
    """The bucket of a `Place`. Names are of ours: `a-z`, `0-9`, `-`, `.` and `/`."""

    def __init__(self, name: str, place: Place, http: aiohttp.ClientSession) -> None:
        from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
        from botocore.credentials import Credentials

        class Told(S3SigV4Auth):  # type: ignore[misc]
            """Signs over a body whose hash is known: the file itself is streamed."""

            def payload(self, request: Any) -> str:
                return str(request.context["sha256"])

        ours = Credentials(place.access_key.get_secret_value(), place.secret_key.get_secret_value())
        self._header_auth = Told(ours, "s3", place.region)
        self._query_auth = lambda s: S3SigV4QueryAuth(ours, "s3", place.region, expires=s)
        self._base = _base(place)
        self._prefix = place.prefix.strip("/")
        self._name = name
        self._calls = Calls(name, http, {"Accept": "*/*"})

    def address(self, name: str) -> str:
        """Name the address of an object, without a signature."""
        whole = f"{self._prefix}/{name}" if self._prefix else name
        return f"{self._base}/{quote(whole)}"

    def lent(self, name: str, seconds: int) -> str:
        """Sign an address under which anybody may fetch an object for a while."""
        request = self._request("GET", self.address(name), {}, NOTHING)
        self._query_auth(seconds).add_auth(request)  # type: ignore[no-untyped-call]
        return str(request.url)

    async def head(self, name: str) -> str | None:
        """Ask for the sha256 that an object was put with: "" where none is told, None: not there.

        Refused may mean that too: who has no right to list is told 403 of what is not there.
        """
        answer = await self._calls.ask("HEAD", **self._signed("HEAD", name), allow=(404,))
        if answer.status == 404:
            return None
        return sane(answer.headers.get("x-amz-meta-sha256", ""))

    async def get(self, name: str) -> dict[str, Any]:
        """Read a small JSON object; {} where there is none."""
        answer = await self._calls.ask("GET", **self._signed("GET", name), allow=(404,))
        return answer.told() if answer.status == 200 else {}

    async def put(self, name: str, path: Path, sha256: str, *, only_new: bool) -> bool:
        """Stream a file into the bucket; the server refuses a body of another hash.

        With `only_new` an object that is there stays, and the answer is False.
        """
        headers = {"Content-Type": kind_of(path), "x-amz-meta-sha256": sha256}
        if only_new:
            headers["If-None-Match"] = "*"
        call = self._signed("PUT", name, headers, sha256)
        with opened(path) as file:
            answer = await self._calls.ask(
                "PUT", **call, data=file, allow=(403, 412), timeout_s=UPLOAD_S
            )
        self._see(answer)
        if answer.status != 412 and not _put(answer):
            raise ChannelDown(f"{self._name} does not say that it took {name}: {answer}")
        return answer.status != 412

    async def put_small(self, name: str, value: Mapping[str, Any], sha256: str) -> None:
        """Write a JSON object, whatever was there."""
        body, headers = _small(value, sha256)
        call = self._signed("PUT", name, headers, hashlib.sha256(body).hexdigest())
        answer = await self._calls.ask("PUT", **call, data=body, allow=(403,))
        self._see(answer)
        if not _put(answer):
            raise ChannelDown(f"{self._name} does not say that it took {name}: {answer}")

    async def put_once(self, name: str, value: Mapping[str, Any], sha256: str) -> bool:
        """Write a JSON object if there is none: the call that makes a post public.

        False: there was one. Raises any PublishError.
        """
        body, headers = _small(value, sha256)
        headers["If-None-Match"] = "*"
        call = self._signed("PUT", name, headers, hashlib.sha256(body).hexdigest())
        answer = await self._calls.once("PUT", **call, data=body, allow=(403, 409, 412))
        self._see(answer)
        if answer.status == 409:  # somebody else writes it at this moment
            raise ChannelDown(f"{self._name} answered {answer}", answer.wait_s)
        if answer.status != 412 and not _put(answer):
            raise OutcomeUnknown(f"{self._name} does not say that it took {name}: {answer}")
        return answer.status != 412

    async def delete(self, name: str) -> None:
        """Take an object away; one that is gone is well."""
        call = self._signed("DELETE", name)
        answer = await self._calls.ask("DELETE", **call, allow=(403, 404))
        self._see(answer)
        if answer.status not in (204, 404):
            raise ChannelDown(f"{self._name} does not say that {name} is gone: {answer}")

    def _see(self, answer: Answer) -> None:
        """Tell a key that is not accepted from what else is forbidden."""
        if answer.status != 403:
            return
        if any(fault in answer.body for fault in KEY_FAULTS):
            told = f"{self._name} does not accept our key, see `access_key` and `secret_key`"
            raise ChannelDown(f"{told}: {answer}")
        raise Refused(f"{self._name} answered {answer}")

    def _signed(
        self, method: str, name: str, headers: Mapping[str, str] = {}, sha256: str = NOTHING
    ) -> dict[str, Any]:
        request = self._request(method, self.address(name), headers, sha256)
        self._header_auth.add_auth(request)
        return {"url": URL(str(request.url), encoded=True), "headers": dict(request.headers)}

    @staticmethod
    def _request(method: str, url: str, headers: Mapping[str, str], sha256: str) -> Any:
        from botocore.awsrequest import AWSRequest

        request = AWSRequest(method, url, dict(headers))
        request.context["sha256"] = sha256
        return request


def _base(place: Place) -> str:
    server = URL(place.endpoint_url or f"https://s3.{place.region}.amazonaws.com").origin()
    if place.path_style:
        return f"{server}/{place.bucket}"
    return str(server.with_host(f"{place.bucket}.{server.host}"))


def _small(value: Mapping[str, Any], sha256: str) -> tuple[bytes, dict[str, str]]:
    headers = {"Content-Type": "application/json", "x-amz-meta-sha256": sha256}
    return json.dumps(value, ensure_ascii=False, indent=1).encode(), headers


def _put(answer: Answer) -> bool:
    """Whether this is how S3 says that it took something."""
    return answer.status == 200 and "ETag" in answer.headers and not answer.body.strip()
