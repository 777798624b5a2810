"""A fake of Bluesky: a personal data server, and the host that makes clips ready."""

import hashlib
import json
import re
from typing import Any

import aiohttp
from aiohttp import web

from platforms import Can, Made
from platforms._server import Server
from publish.bluesky import Plugin, Settings

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
POST = "app.bsky.feed.post"
PASSWORD = "abcd-efgh-ijkl-mnop"
_RKEY = re.compile(r"[234567a-j][2-7a-z]{12}")


class Fake(Server):
    """One account. Blobs are named by their bytes, records by whoever writes them."""

    renews = True
    can: frozenset[Can] = frozenset({"busy", "moderation", "expiry", "quota"})
    lying_type = '{"uri": 7, "cid": ["x"], "jobId": {"a": 1}, "blob": "b", "did": 5}'

    def __init__(self, *, video_host: bool = True) -> None:
        super().__init__()
        self.records: dict[str, dict[str, Any]] = {}
        self.blobs: set[str] = set()
        self.jobs: dict[str, dict[str, Any]] = {}
        self.logins = 0
        self.commits = 0
        self._video_host = video_host
        self._access = "none-yet"
        self.secrets = (PASSWORD, "access-token", "refresh-token", "service-token")

    def channel(self, http: aiohttp.ClientSession) -> Plugin:
        given = {"handle": "desk.test", "app_password": PASSWORD, "service": self.url}
        video = self.url if self._video_host else ""
        return Plugin("bluesky", Settings.model_validate({**given, "video": video}), http)

    def token_expires(self) -> None:
        self._access = "run-out"

    def forgets_uploads(self) -> None:
        self.blobs.clear()
        self.jobs.clear()

    def routes(self, router: web.UrlDispatcher) -> None:
        for name, call in {
            "server.createSession": self._create_session,
            "server.refreshSession": self._refresh_session,
            "repo.uploadBlob": self._upload_blob,
            "repo.putRecord": self._put_record,
            "repo.deleteRecord": self._delete_record,
        }.items():
            router.add_post(f"/xrpc/com.atproto.{name}", call)
        router.add_get("/xrpc/com.atproto.server.getSession", self._get_session)
        router.add_get("/xrpc/com.atproto.server.getServiceAuth", self._service_auth)
        router.add_get("/xrpc/com.atproto.repo.getRecord", self._get_record)
        router.add_get("/xrpc/app.bsky.feed.getPosts", self._get_posts)
        router.add_post("/xrpc/app.bsky.video.uploadVideo", self._upload_video)
        router.add_get("/xrpc/app.bsky.video.getJobStatus", self._job_status)

    def authorised(self, request: web.Request) -> bool:
        open_to_all = ("createSession", "refreshSession", "uploadVideo", "getJobStatus")
        if request.path.endswith(open_to_all):
            return True
        return request.headers.get("Authorization") == f"Bearer {self._access}"

    def locked(self) -> web.Response:
        return _wrong("ExpiredToken", "Token has expired")

    def _session(self) -> web.Response:
        self.logins += 1
        self._access = f"access-token-{self.logins}"
        home = {"id": "#atproto_pds", "type": "Pds", "serviceEndpoint": self.url}
        return web.json_response(
            {
                "did": DID,
                "handle": "desk.test",
                "accessJwt": self._access,
                "refreshJwt": f"refresh-token-{self.logins}",
                "didDoc": {"id": DID, "service": [home]},
            }
        )

    async def _create_session(self, request: web.Request) -> web.Response:
        told = await request.json()
        if self.locked_out or told != {"identifier": "desk.test", "password": PASSWORD}:
            return _wrong("AuthenticationRequired", "Invalid identifier or password", 401)
        return self._session()

    async def _refresh_session(self, request: web.Request) -> web.Response:
        if self.locked_out or not request.headers["Authorization"].startswith("Bearer refresh-"):
            return _wrong("ExpiredToken", "Token has been revoked")
        return self._session()

    def login_ends(self) -> None:
        super().login_ends()
        self._access = "run-out"

    async def _get_session(self, request: web.Request) -> web.Response:
        return web.json_response({"did": DID, "handle": "desk.test", "emailConfirmed": True})

    async def _service_auth(self, request: web.Request) -> web.Response:
        assert request.query["aud"] == "did:web:127.0.0.1"
        assert request.query["lxm"] == "com.atproto.repo.uploadBlob"
        assert int(request.query["exp"]) > 1_700_000_000
        return web.json_response({"token": "service-token-1"})

    def _blob(self, body: bytes, kind: str) -> dict[str, Any]:
        link = "bafkrei" + hashlib.sha256(body).hexdigest()[:52]
        self.blobs.add(link)
        self.uploads += kind == "video/mp4"
        return {"$type": "blob", "ref": {"$link": link}, "mimeType": kind, "size": len(body)}

    async def _upload_blob(self, request: web.Request) -> web.Response:
        assert request.content_length is not None
        return web.json_response({"blob": self._blob(await request.read(), request.content_type)})

    async def _upload_video(self, request: web.Request) -> web.Response:
        if request.headers["Authorization"] != "Bearer service-token-1":
            return _wrong("Unauthorized", "who are you?", 401)
        body = await request.read()
        if self.spent:
            return _wrong("VideoLimit", "You have reached the daily upload limit")
        job = f"job-{request.query['name']}"
        if job in self.jobs:
            return web.json_response({"jobId": job, "error": "already_exists"}, status=409)
        self.jobs[job] = self._blob(body, "video/mp4")
        return web.json_response({"jobId": job, "did": DID, "state": "JOB_STATE_CREATED"})

    async def _job_status(self, request: web.Request) -> web.Response:
        job = request.query["jobId"]
        if job not in self.jobs:
            return _wrong("InvalidRequest", "no such job")
        if self.moderated:
            told = {"state": "JOB_STATE_FAILED", "error": "rejected", "message": "not allowed here"}
        elif self.busy:
            self.busy -= 1
            told = {"state": "JOB_STATE_ENCODING", "progress": 30}
        else:
            told = {"state": "JOB_STATE_COMPLETED", "blob": self.jobs[job]}
        return web.json_response({"jobStatus": {"jobId": job, "did": DID, **told}})

    async def _put_record(self, request: web.Request) -> web.StreamResponse:
        told = await request.json()
        assert (told["repo"], told["collection"]) == (DID, POST)
        return await self.committing(request, lambda: self._put(told["rkey"], told["record"]))

    def _put(self, rkey: str, record: dict[str, Any]) -> web.Response:
        if not _RKEY.fullmatch(rkey):
            return _wrong("InvalidRequest", "Invalid record key")
        video = record.get("embed", {}).get("video")
        if video and video["ref"]["$link"] not in self.blobs and rkey not in self.records:
            return _wrong("BlobNotFound", f"Could not find blob: {video['ref']['$link']}")
        uri = f"at://{DID}/{POST}/{rkey}"
        if self.records.get(rkey) != record:
            self.commits += 1
            self.records[rkey] = record
            self.posts = [post for post in self.posts if post.id != uri]
            below = record.get("reply", {}).get("parent", {}).get("uri", "")
            self.posts.append(Made(uri, record["text"], _sha(video), below, record))
        return web.json_response({"uri": uri, "cid": _cid(record), "validationStatus": "valid"})

    async def _get_record(self, request: web.Request) -> web.Response:
        rkey = request.query["rkey"]
        if rkey not in self.records:
            return _wrong("RecordNotFound", "Could not locate record")
        record, uri = self.records[rkey], f"at://{DID}/{POST}/{rkey}"
        return web.json_response({"uri": uri, "cid": _cid(record), "value": record})

    async def _delete_record(self, request: web.Request) -> web.Response:
        rkey = (await request.json())["rkey"]
        self.records.pop(rkey, None)
        self.posts = [post for post in self.posts if not post.id.endswith(rkey)]
        return web.json_response({})

    async def _get_posts(self, request: web.Request) -> web.Response:
        uri = request.query["uris"]
        counts = {"likeCount": 5, "repostCount": 2, "quoteCount": 1, "replyCount": 4}
        return web.json_response({"posts": [{"uri": uri, **counts}]})


def _wrong(error: str, message: str, status: int = 400) -> web.Response:
    return web.json_response({"error": error, "message": message}, status=status)


def _cid(record: dict[str, Any]) -> str:
    return "bafyrei" + hashlib.sha256(json.dumps(record).encode()).hexdigest()[:52]


def _sha(video: dict[str, Any] | None) -> str:
    """The first letters of the clip's hash, which is what a blob is named by here."""
    return video["ref"]["$link"].removeprefix("bafkrei") if video else ""
