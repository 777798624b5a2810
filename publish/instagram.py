"""Instagram: a reel of a professional account, by the API with Facebook Login.

The clip is sent to a container, which is made ready and then published by one call. A container
lives for a day. Instagram changes no captions by API: corrections are comments. Read in November
2026: developers.facebook.com/docs/instagram-platform, "Content Publishing", "Resumable Uploads".
"""

from collections.abc import AsyncGenerator

import aiohttp
from pydantic import Field

from publish import (
    Caps,
    Film,
    Limits,
    OutcomeUnknown,
    Post,
    Receipt,
    Refused,
    Room,
    State,
    Stats,
)
from publish._calls import same_clip
from publish._graph import Graph, counted, meta_grant
from publish._graph_containers import Containers, Edges
from publish._tokens import Account, Clock, Tokens, utc

__all__ = ["GRANT", "Plugin", "Settings"]

GRANT = meta_grant(
    "instagram_basic",
    "instagram_content_publish",
    "instagram_manage_comments",
    "instagram_manage_insights",
    "pages_read_engagement",
)
LIMITS = Limits(None, Room(2200), None, tags=30, links=0, apart=frozenset({"ai"}))
FILM = Film(3.0, 900.0, 300_000_000, (0.01, 10.0))
EDGES = {
    "make": "media",
    "publish": "media_publish",
    "posts": "media",
    "quota": "content_publishing_limit",
}
HOME = "https://www.instagram.com/"


class Settings(Account):
    """The table of an Instagram channel.

    `user` is the number of the professional account (not its name). `version` is the Graph API's.
    """

    user: str = Field(pattern=r"^\d+$")
    version: str = Field("v24.0", pattern=r"^v\d+\.\d+$")
    clean: bool = False


class Plugin:
    """An Instagram account as a channel."""

    def __init__(
        self, name: str, settings: Settings, http: aiohttp.ClientSession, clock: Clock = utc
    ) -> None:
        self.name = name
        self.caps = Caps(
            "lookup", LIMITS, FILM, settings.clean, "reply", deletes=True, settle_s=60.0
        )
        tokens = Tokens(name, GRANT, settings, http)
        self.lease = tokens.lease
        api = str(settings.api or "https://graph.facebook.com").rstrip("/")
        self._graph = Graph(name, f"{api}/{settings.version}", tokens, http, clock)
        upload = str(settings.api or "https://rupload.facebook.com").rstrip("/")
        self._upload = f"{upload}/ig-api-upload/{settings.version}"
        edges = {name: f"{settings.user}/{edge}" for name, edge in EDGES.items()}
        named = Edges(**edges, stage="status_code", why="status", text="caption", home=HOME)
        self._containers = Containers(name, self._graph, named)

    def check(self, post: Post) -> tuple[str, ...]:
        """Say what Instagram would refuse."""
        people = post.text.count("@")
        return (f"{people} mentions, 20 at most",) if people > 20 else ()

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        """Fill a container, a new one where the old ran out, and wait until it is ready."""
        await same_clip(post)
        stage, why = await self._containers.stage(state)
        if stage in ("", "EXPIRED"):
            await self._containers.see_quota()
            state = {"container": await self._containers.made(_container(post))}
            yield state
        if "sent" not in state:
            await self._graph.upload(f"{self._upload}/{state['container']}", post.clip)
            state = {**state, "sent": "yes"}
            yield state
            stage, why = await self._containers.stage(state)
        self._containers.see_ready(stage, why)

    async def commit(self, post: Post, state: State) -> Receipt:
        """Publish the container."""
        return await self._containers.publish(post, state["container"])

    async def find(self, post: Post, state: State) -> Receipt | None:
        """Ask the container whether it was published, then look for the reel."""
        return await self._containers.find(post, state)

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        """Refuse: the API changes no captions."""
        raise Refused(f"{self.name} changes no captions: {receipt.url}")

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        """Comment below the reel."""
        told = {"message": post.text}
        answer = await self._graph.once(f"{receipt.id}/comments", data=told)
        if not (number := answer.word("id")):
            raise OutcomeUnknown(f"{self.name} does not say what it took: {answer}")
        return Receipt(self.name, number, receipt.url, post.at)

    async def delete(self, receipt: Receipt, state: State) -> None:
        """Take the reel down."""
        await self._graph.remove(receipt.id)

    async def stats(self, receipt: Receipt) -> Stats:
        """Ask how the reel does."""
        metrics = {"metric": "views,likes,comments,shares"}
        return counted(await self._graph.ask("GET", f"{receipt.id}/insights", params=metrics))


def _container(post: Post) -> dict[str, str]:
    return {
        "media_type": "REELS",
        "upload_type": "resumable",
        "caption": post.text,
        "share_to_feed": "true",
        "is_ai_generated": "true" if post.made_by_ai else "false",
    }
