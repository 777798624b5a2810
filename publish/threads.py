"""Threads: a post with the clip, by the Threads API.

Threads takes no upload: it fetches the clip from a public address, so the table names a bucket or
a folder that a web server shows; the clip lies there until Threads has it. There are no edits:
corrections are answers below. Read in November 2026: developers.facebook.com/docs/threads.
"""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Self

import aiohttp
from pydantic import Field, model_validator

from publish import (
    Caps,
    Film,
    Limits,
    Post,
    Receipt,
    Refused,
    Room,
    State,
    Stats,
)
from publish._calls import same_clip
from publish._graph import BACK, Graph, counted
from publish._graph_containers import Containers, Edges
from publish._shelf import Shelf, ShelfTable
from publish._tokens import Account, Clock, Grant, Swap, Tokens, utc

__all__ = ["GRANT", "Plugin", "Settings"]

GRANT = Grant(
    "https://threads.net/oauth/authorize",
    "https://graph.threads.net/oauth/access_token",
    (
        "threads_basic",
        "threads_content_publish",
        "threads_manage_replies",
        "threads_manage_insights",
        "threads_delete",
    ),
    pkce="",
    comma=True,
    swap=Swap("https://graph.threads.net/access_token", "th_exchange_token", secret=True),
    renewal=Swap("https://graph.threads.net/refresh_access_token", "th_refresh_token"),
    early=timedelta(days=7),  # of the 60 that a token lives
    back=BACK,
)
LIMITS = Limits(None, Room(500, "emoji bytes"), Room(1000), tags=1, links=5)
FILM = Film(0.0, 300.0, 1_000_000_000, (0.01, 10.0))
EDGES = {
    "make": "threads",
    "publish": "threads_publish",
    "posts": "threads",
    "quota": "threads_publishing_limit",
}
HOME = "https://www.threads.com/"


class Settings(Account, ShelfTable):
    """The table of a Threads channel.

    `user` is the number of the account (not its name). The clip is fetched from the `bucket`, or
    from `public_path`, a folder that a web server shows as `public_url`.
    """

    user: str = Field(pattern=r"^\d+$")
    clean: bool = False

    @model_validator(mode="after")
    def _fetchable(self) -> Self:
        if not self.bucket and not (self.public_path and self.public_url):
            raise ValueError("Threads fetches clips: set `bucket`, or `public_path` + `public_url`")
        return self


class Plugin:
    """A Threads account as a channel."""

    def __init__(
        self, name: str, settings: Settings, http: aiohttp.ClientSession, clock: Clock = utc
    ) -> None:
        self.name = name
        self.caps = Caps(
            "lookup", LIMITS, FILM, settings.clean, "reply", deletes=True, settle_s=60.0
        )
        tokens = Tokens(name, GRANT, settings, http)
        self.lease = tokens.lease
        api = str(settings.api or "https://graph.threads.net").rstrip("/")
        self._graph = Graph(name, f"{api}/v1.0", tokens, http, clock)
        self._shelf = Shelf(name, settings, http)
        edges = {name: f"{settings.user}/{edge}" for name, edge in EDGES.items()}
        named = Edges(**edges, stage="status", why="error_message", text="text", home=HOME)
        self._containers = Containers(name, self._graph, named)

    def check(self, post: Post) -> tuple[str, ...]:
        """Find nothing beyond the caps."""
        return ()

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        """Lay the clip out, have it fetched into a container, and clear it away again."""
        await same_clip(post)
        stage, why = await self._containers.stage(state)
        if stage in ("", "EXPIRED"):
            await self._containers.see_quota()
            state = {"shelf": "yes"}
            yield state
            state = {**state, "container": await self._video(post)}
            yield state
            stage, why = await self._containers.stage(state)
        self._containers.see_ready(stage, why)
        if "shelf" in state:
            await self._shelf.clear(post)
            yield {key: value for key, value in state.items() if key != "shelf"}

    async def commit(self, post: Post, state: State) -> Receipt:
        """Publish the container."""
        return await self._containers.publish(post, state["container"])

    async def find(self, post: Post, state: State) -> Receipt | None:
        """Ask the container whether it was published, then look for the post."""
        return await self._containers.find(post, state)

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        """Refuse: there are no edits."""
        raise Refused(f"{self.name} changes no posts: {receipt.url}")

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        """Answer below the post."""
        told = {"media_type": "TEXT", "text": post.text, "reply_to_id": receipt.id}
        return await self._containers.publish(post, await self._containers.made(told))

    async def delete(self, receipt: Receipt, state: State) -> None:
        """Take the post down."""
        await self._graph.remove(receipt.id)

    async def stats(self, receipt: Receipt) -> Stats:
        """Ask how the post does; its answers are its comments."""
        metrics = {"metric": "views,likes,replies,shares"}
        told = counted(await self._graph.ask("GET", f"{receipt.id}/insights", params=metrics))
        return {{"replies": "comments"}.get(name, name): n for name, n in told.items()}

    async def _video(self, post: Post) -> str:
        told = {"media_type": "VIDEO", "text": post.text, "alt_text": post.alt}
        return await self._containers.made({**told, "video_url": await self._shelf.lay(post)})
