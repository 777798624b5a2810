"""A fake of a Mastodon instance with one account."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web

from platforms import Can, Made
from platforms._server import Server, parts, says
from publish.mastodon import Plugin, Settings

TOKEN = "mastodon-secret-token"
ME = "109876"


class Fake(Server):
    """Keeps Idempotency-Keys, works on clips after it took them, lists statuses newest first."""

    can: frozenset[Can] = frozenset({"busy", "moderation", "expiry"})
    lying_error = '{"error": "Error saving the status"}'
    lying_type = '{"id": 7.5, "url": ["x"], "media_attachments": "none"}'

    def __init__(self, *, characters: int = 500) -> None:
        super().__init__()
        self.media: dict[str, str] = {}
        self.statuses: dict[str, dict[str, Any]] = {}
        self.keys: dict[str, str] = {}
        self.characters = characters
        self.secrets = (TOKEN,)

    def channel(self, http: aiohttp.ClientSession) -> Plugin:
        return Plugin(
            "mastodon", Settings.model_validate({"instance": self.url, "token": TOKEN}), http
        )

    def authorised(self, request: web.Request) -> bool:
        public = request.path == "/api/v2/instance"
        key = request.headers.get("Authorization") == f"Bearer {TOKEN}"
        return public or (key and not self.locked_out)

    def forgets_uploads(self) -> None:
        used = {status["media_attachments"][0]["id"] for status in self.statuses.values()}
        self.media = {id_: sha for id_, sha in self.media.items() if id_ in used}

    def forgets_keys(self) -> None:
        """An hour is over."""
        self.keys.clear()

    def limits_rate(self, seconds: int) -> None:
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        reset = until.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._next.append(says(429, '{"error": "Too many"}', X_RateLimit_Reset=reset))

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/api/v2/instance", self._instance)
        router.add_post("/api/v2/media", self._upload)
        router.add_get("/api/v1/media/{id}", self._media)
        router.add_get("/api/v1/accounts/verify_credentials", self._me)
        router.add_get("/api/v1/accounts/{id}/statuses", self._list)
        router.add_post("/api/v1/statuses", self._post)
        router.add_get("/api/v1/statuses/{id}", self._get)
        router.add_put("/api/v1/statuses/{id}", self._put)
        router.add_delete("/api/v1/statuses/{id}", self._delete)

    async def _instance(self, request: web.Request) -> web.Response:
        statuses = {"max_characters": self.characters, "characters_reserved_per_url": 23}
        media = {"video_size_limit": 103809024}
        told = {"statuses": statuses, "media_attachments": media}
        return web.json_response({"domain": "press.example", "configuration": told})

    async def _upload(self, request: web.Request) -> web.Response:
        form = await parts(request)
        name, kind, sha256 = form["file"]
        assert (name[-4:], kind) == (".mp4", "video/mp4")
        assert form["description"]
        assert form["thumbnail"][0] == "c.jpg"
        self.uploads += 1
        id_ = str(2200 + self.number())
        self.media[id_] = sha256
        return web.json_response({"id": id_, "type": "video", "url": None}, status=202)

    async def _media(self, request: web.Request) -> web.Response:
        id_ = request.match_info["id"]
        if id_ not in self.media:
            return _wrong(404, "Record not found")
        if self.busy:
            self.busy -= 1
            return web.json_response({"id": id_, "type": "video", "url": None}, status=206)
        return web.json_response({"id": id_, "type": "video", "url": "https://press.example/m"})

    async def _me(self, request: web.Request) -> web.Response:
        return web.json_response({"id": ME, "username": "desk"})

    async def _post(self, request: web.Request) -> web.StreamResponse:
        told, key = await request.json(), request.headers["Idempotency-Key"]
        return await self.committing(request, lambda: self._make(told, key))

    def _make(self, told: dict[str, Any], key: str) -> web.Response:
        if key in self.keys:
            return web.json_response(self.statuses[self.keys[key]])
        if self.moderated:
            return _wrong(422, "Validation failed: Text contains a banned link")
        [media] = told["media_ids"]
        if media not in self.media:
            return _wrong(422, "Validation failed: Media attachments not found")
        if len(told["status"]) > 2000:
            return _wrong(422, "Validation failed: Text character limit of 500 exceeded")
        id_ = str(1150000 + self.number())
        self.keys[key] = id_
        self.statuses[id_] = {
            "id": id_,
            "created_at": datetime(2026, 11, 23, 17, 43, tzinfo=UTC).isoformat(),
            "url": f"https://press.example/@desk/{id_}",
            "content": f"<p>{told['status']}</p>",
            "language": told.get("language"),
            "visibility": told["visibility"],
            "media_attachments": [{"id": media, "type": "video"}],
            "favourites_count": 3,
            "reblogs_count": 1,
            "replies_count": 2,
        }
        self.posts.append(Made(id_, told["status"], self.media[media]))
        return web.json_response(self.statuses[id_])

    async def _list(self, request: web.Request) -> web.Response:
        assert request.match_info["id"] == ME
        newest = sorted(self.statuses.values(), key=lambda status: -int(status["id"]))
        before = int(request.query.get("max_id", 10**9))
        page = [status for status in newest if int(status["id"]) < before]
        return web.json_response(page[: int(request.query["limit"])])

    def chatters(self, count: int, year: int = 2026) -> None:
        """The account says other things; this year they are newer than every post of ours."""
        for _ in range(count):
            id_ = str(1150000 + self.number())
            now = datetime(year, 11, 23, 18, 0, tzinfo=UTC).isoformat()
            self.statuses[id_] = {"id": id_, "created_at": now, "media_attachments": [{"id": "1"}]}

    async def _get(self, request: web.Request) -> web.Response:
        status = self.statuses.get(request.match_info["id"])
        return web.json_response(status) if status else _wrong(404, "Record not found")

    async def _put(self, request: web.Request) -> web.Response:
        told, id_ = await request.json(), request.match_info["id"]
        if id_ not in self.statuses:
            return _wrong(404, "Record not found")
        made = self.post(id_)
        assert made
        made.text = told["status"]
        made.sha256 = self.media[told["media_ids"][0]]
        return web.json_response(self.statuses[id_])

    async def _delete(self, request: web.Request) -> web.Response:
        id_ = request.match_info["id"]
        if self.statuses.pop(id_, None) is None:
            return _wrong(404, "Record not found")
        self.posts = [post for post in self.posts if post.id != id_]
        return web.json_response({"id": id_, "text": "gone"})


def _wrong(status: int, message: str) -> web.Response:
    return web.json_response({"error": message}, status=status)
