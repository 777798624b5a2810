"""A fake of X: uploads in segments, posts, and the timeline of one account."""

import hashlib
from typing import Any

import aiohttp
from aiohttp import BodyPartReader, web

from platforms import Can, Made
from platforms._login import Login
from publish.x import GRANT, Plugin, Settings


class Fake(Login):
    """One account. Texts come back changed, as X has it: every link becomes one of its own."""

    grant = GRANT
    can: frozenset[Can] = frozenset({"busy", "moderation", "expiry"})
    lying_type = '{"data": {"id": {"a": 1}}, "meta": 7}'

    def __init__(self) -> None:
        super().__init__()
        self.media: dict[str, dict[str, Any]] = {}
        self.others: list[dict[str, Any]] = []

    def channel(self, http: aiohttp.ClientSession) -> Plugin:
        return Plugin("x", Settings.model_validate(self.account("x")), http)

    def forgets_uploads(self) -> None:
        self.media.clear()

    def has_posts_of_others(self, count: int) -> None:
        """Somebody else of the house posts by hand, too."""
        self.others = [{"id": str(900 + n), "text": "by hand"} for n in range(count)]

    def routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/2/users/me", self._me)
        router.add_get("/2/users/44/tweets", self._timeline)
        router.add_post("/2/media/upload/initialize", self._initialize)
        router.add_post("/2/media/upload/{id}/append", self._append)
        router.add_post("/2/media/upload/{id}/finalize", self._finalize)
        router.add_get("/2/media/upload", self._status)
        router.add_post("/2/tweets", self._create)
        router.add_get("/2/tweets/{id}", self._read)
        router.add_delete("/2/tweets/{id}", self._delete)

    def locked(self) -> web.Response:
        return _problem(401, "Unauthorized", "Unauthorized")

    async def _me(self, request: web.Request) -> web.Response:
        return web.json_response({"data": {"id": "44", "name": "Desk", "username": "desk"}})

    async def _initialize(self, request: web.Request) -> web.Response:
        told = await request.json()
        assert told["media_category"] == "tweet_video"
        media = str(1_880_028_106_020_515_840 + self.number())
        self.media[media] = {"size": told["total_bytes"], "parts": {}, "whole": False}
        told = {"id": media, "media_key": f"13_{media}", "expires_after_secs": 86_400}
        return web.json_response({"data": told})

    async def _append(self, request: web.Request) -> web.Response:
        media, told = self.media.get(request.match_info["id"]), {}
        async for part in await request.multipart():
            assert isinstance(part, BodyPartReader)
            told[part.name] = bytes(await part.read())
        if media is None:
            return _problem(404, "Not Found", "no such media")
        assert len(told["media"]) <= 5_000_000
        media["parts"][int(told["segment_index"])] = told["media"]
        return web.json_response({"data": {"expires_at": 1_800_000_000}})

    async def _finalize(self, request: web.Request) -> web.Response:
        id_ = request.match_info["id"]
        media = self.media.get(id_)
        body = b"".join(media["parts"][n] for n in sorted(media["parts"])) if media else b""
        if media is None or media["whole"] or len(body) != media["size"]:
            return _problem(400, "Invalid Request", "it cannot be finalized")
        media |= {"whole": True, "sha256": hashlib.sha256(body).hexdigest()}
        self.uploads += 1
        return web.json_response({"data": {"id": id_, "processing_info": {"state": "pending"}}})

    async def _status(self, request: web.Request) -> web.Response:
        assert request.query["command"] == "STATUS"
        id_ = request.query["media_id"]
        if id_ not in self.media:
            return _problem(404, "Not Found", "no such media")
        told: dict[str, Any] = {"id": id_}
        if self.media[id_]["whole"]:
            told["processing_info"] = {"state": "succeeded", "progress_percent": 100}
            if self.busy:
                self.busy -= 1
                told["processing_info"] = {"state": "in_progress", "check_after_secs": 5}
        return web.json_response({"data": told})

    async def _create(self, request: web.Request) -> web.StreamResponse:
        told = await request.json()
        if self.moderated:
            return _problem(403, "Forbidden", "You are not allowed to create this post.")
        ids = told.get("media", {}).get("media_ids", [])
        if any(not self.media.get(id_, {}).get("whole") for id_ in ids):
            return _problem(400, "Invalid Request", "Your media IDs are invalid.")
        return await self.committing(request, lambda: self._made_post(told, ids))

    def _made_post(self, told: dict[str, Any], ids: list[str]) -> web.Response:
        sha256 = self.media[ids[0]]["sha256"] if ids else ""
        below = told.get("reply", {}).get("in_reply_to_tweet_id", "")
        more = {"ids": ids, "made_with_ai": told.get("made_with_ai")}
        made = Made(str(1000 + self.number()), told["text"], sha256, below, more)
        self.posts.append(made)
        return web.json_response({"data": {"id": made.id, "text": "changed"}}, status=201)

    async def _timeline(self, request: web.Request) -> web.Response:
        assert request.query["start_time"] == "2026-11-23T17:42:05Z"
        tweets = [*self.others]
        for made in self.posts:
            keys = [f"13_{id_}" for id_ in made.more["ids"]]
            tweet = {"id": made.id, "text": "Sixty-three people are safe. https://t.co/abc"}
            tweets.append({**tweet, **({"attachments": {"media_keys": keys}} if keys else {})})
        start = int(request.query.get("pagination_token", "p0")[1:])
        page = tweets[start : start + 100]
        meta: dict[str, Any] = {"result_count": len(page)}
        if start + 100 < len(tweets):
            meta["next_token"] = f"p{start + 100}"
        return web.json_response({**({"data": page} if page else {}), "meta": meta})

    async def _read(self, request: web.Request) -> web.Response:
        counts = {"retweet_count": 2, "quote_count": 1, "reply_count": 4, "like_count": 8}
        told = {"id": request.match_info["id"], "text": "", "public_metrics": counts}
        return web.json_response({"data": told})

    async def _delete(self, request: web.Request) -> web.Response:
        if not self.post(request.match_info["id"]):
            return _problem(404, "Not Found", "no such post")
        self.posts = [made for made in self.posts if made.id != request.match_info["id"]]
        return web.json_response({"data": {"deleted": True}})


def _problem(status: int, title: str, detail: str) -> web.Response:
    told = {"title": title, "detail": detail, "type": "about:blank", "status": status}
    return web.json_response(told, status=status)
