"""What the fakes of Instagram, Facebook and Threads share: a login, errors with codes, objects."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import aiohttp
from aiohttp import web

from platforms import AT, Made
from platforms._server import Server
from publish._grant import Grant
from publish._tokens import Account, Token, Tokens


class Meta(Server):
    """A server with a login that was made two days ago. `user` is the account's number."""

    grant: Grant
    lying_error = '{"error": {"message": "An unknown error", "type": "OAuthException", "code": 1}}'
    lying_type = (
        '{"id": {"a": 1}, "success": "yes", "status": 7, "status_code": ["x"], "data": {"a": 1}}'
    )
    user = "17841400000000001"

    def __init__(self) -> None:
        super().__init__()
        self.tokens = 0
        self.deletes = True
        self._token = "token-of-the-user-0"
        self.secrets = ("token-of-the-", "app-secret")

    async def __aenter__(self) -> Self:
        self._folder = TemporaryDirectory()
        self.folder = Path(self._folder.name)
        return await super().__aenter__()

    async def __aexit__(self, *_: object) -> None:
        await super().__aexit__()
        self._folder.cleanup()

    def account(self, http: aiohttp.ClientSession, name: str) -> dict[str, Any]:
        """Settings of a channel that somebody logged in to, once."""
        given = {"client_id": "4711", "client_secret": "app-secret", "api": self.url}
        account = Account.model_validate({**given, "tokens": self.folder / "tokens"})
        tokens = Tokens(name, self.grant, account, http)
        if tokens.kept() is None:
            at = AT - timedelta(days=2)
            tokens.keep(Token(self._token, at, at + timedelta(days=60)))
        return {**given, "tokens": self.folder / "tokens"}

    def token_expires(self) -> None:
        self.tokens += 1
        self._token = f"token-of-the-user-{self.tokens}"

    def login_ends(self) -> None:
        super().login_ends()
        self.token_expires()

    def authorised(self, request: web.Request) -> bool:
        if request.path.endswith("/refresh_access_token"):
            return True
        given = request.headers.get("Authorization", "")
        return not self.locked_out and given.endswith(f" {self._token}")

    def locked(self) -> web.Response:
        return wrong(190, "Error validating access token: Session has expired", 463)

    def allows_no_deletes(self) -> None:
        """The app lacks the right; Meta says that as it says that something is not there."""
        self.deletes = False

    async def allowance(self, request: web.Request) -> web.Response:
        config = {"quota_total": 100, "quota_duration": 86400}
        return web.json_response({"data": [{"quota_usage": 100 * self.spent, "config": config}]})

    async def delete(self, request: web.Request) -> web.Response:
        number = request.match_info["id"]
        if self.post(number) is None or not self.deletes:
            return gone(number)
        self.posts = [post for post in self.posts if post.id != number]
        self.forget(number)
        return web.json_response({"success": True})

    def forget(self, number: str) -> None:
        """What is gone with a post."""

    def insights(self, *names: str) -> web.Response:
        values = ({"name": name, "values": [{"value": 3}]} for name in names)
        return web.json_response({"data": list(values)})


class Container(Meta):
    """Accounts whose posts are made of containers."""

    stage, why, text = "status_code", "status", "caption"

    def __init__(self) -> None:
        super().__init__()
        self.containers: dict[str, dict[str, Any]] = {}
        self.tells_addresses = True

    def forgets_uploads(self) -> None:
        for told in self.containers.values():
            if told["stage"] != "PUBLISHED":
                told["stage"] = "EXPIRED"

    def forget(self, number: str) -> None:
        self.containers = {k: c for k, c in self.containers.items() if c.get("media") != number}

    def contain(self, told: dict[str, Any], **more: Any) -> str:
        number = f"179000000{self.number()}"
        self.containers[number] = {**told, "stage": "IN_PROGRESS", "sha256": "", **more}
        return number

    def stand(self, number: str) -> web.Response:
        """How a container is."""
        if (told := self.containers.get(number)) is None:
            return gone(number)
        if told["stage"] == "IN_PROGRESS" and told["sha256"]:
            if self.moderated:
                told["stage"] = "ERROR"
            elif self.busy:
                self.busy -= 1
            else:
                told["stage"] = "FINISHED"
        why = "Error: Media upload has failed with error code 2207026"
        return web.json_response({self.stage: told["stage"], self.why: why, "id": number})

    async def publish(self, request: web.Request) -> web.StreamResponse:
        number = str((await request.post())["creation_id"])
        return await self.committing(request, lambda: self._out(number))

    def _out(self, number: str) -> web.Response:
        told = self.containers.get(number)
        if told is None or told["stage"] == "EXPIRED":
            return wrong(24, "The requested resource does not exist", 2207006)
        if told["stage"] != "FINISHED":
            return wrong(9007, "Media ID is not available", 2207027)
        media = f"180000000{self.number()}"
        told.update(stage="PUBLISHED", media=media)
        made = Made(media, told[self.text], told["sha256"], told.get("reply_to_id", ""), told)
        self.posts.insert(0, made)
        return web.json_response({"id": media})

    async def listed(self, request: web.Request) -> web.Response:
        at = (AT + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%S+0000")
        other = {
            "id": "180",
            self.text: "Another",
            "permalink": "https://x.example/",
            "timestamp": at,
        }
        ours = [
            {"id": p.id, self.text: p.text, "permalink": self.permalink(p.id), "timestamp": at}
            for p in self.posts
        ]
        return web.json_response({"data": [other, *ours]})

    def address(self, number: str) -> web.Response:
        """The address of a post, where it is told."""
        if self.post(number) is None:
            return gone(number)
        if not self.tells_addresses:
            return wrong(10, "Application does not have permission for this action")
        return web.json_response({"id": number, "permalink": self.permalink(number)})

    def hides_addresses(self) -> None:
        """Nobody may read the address of a post."""
        self.tells_addresses = False

    def permalink(self, number: str) -> str:
        return f"https://www.instagram.com/reel/{number}/"


def wrong(code: int, message: str, sub: int = 0, status: int = 400) -> web.Response:
    error = {"message": message, "type": "OAuthException", "code": code, "error_subcode": sub}
    return web.json_response({"error": {**error, "fbtrace_id": "AbC"}}, status=status)


def gone(number: str) -> web.Response:
    told = f"Unsupported get request. Object with ID '{number}' does not exist, cannot be loaded"
    return wrong(100, told, 33)
