"""Instagram and Threads alike: a container is filled, made ready, and published once.

A container knows whether it was published, but not as what. The post is then looked for by its
words and its time among the newest of the account; the newest alone may be another.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from publish import ChannelDown, OutcomeUnknown, Post, PublishError, Receipt, Refused, State
from publish._calls import sane
from publish._graph import Gone, Graph

__all__ = ["Containers", "Edges"]

AGAIN_S = 30.0
FULL_S = 3600.0
SKEW = timedelta(minutes=5)  # between our clock and theirs
STAGES = ("IN_PROGRESS", "FINISHED", "PUBLISHED", "ERROR", "EXPIRED")


@dataclass(frozen=True, slots=True)
class Edges:
    """Where an account makes and publishes containers, lists posts and tells its allowance, and
    what the fields are called: a container's `stage` and `why`, the `text` of a post."""

    make: str
    publish: str
    posts: str
    quota: str
    stage: str
    why: str
    text: str
    home: str


class Containers:
    """The containers of one account. Everything raises ChannelDown and Refused."""

    def __init__(self, name: str, graph: Graph, edges: Edges) -> None:
        self._name = name
        self._graph = graph
        self._edges = edges

    async def made(self, told: Mapping[str, str]) -> str:
        """Make a container; answers its id."""
        answer = await self._graph.ask("POST", self._edges.make, data=told)
        if not (number := sane(answer.get("id"))).isdecimal():
            raise ChannelDown(f"{self._name} does not say which container it made")
        return number

    async def publish(self, post: Post, container: str) -> Receipt:
        """Make it public: the one call that cannot be taken back. Raises any PublishError.

        Whether its address can be read afterwards does not matter.
        """
        told = {"creation_id": container}
        answer = await self._graph.once(self._edges.publish, data=told)
        if not (number := answer.word("id")).isdecimal():
            raise OutcomeUnknown(f"{self._name} does not say what it published: {answer}")
        url = ""
        with suppress(PublishError):
            told = {"fields": "permalink"}
            url = sane((await self._graph.ask("GET", number, params=told)).get("permalink"))
        return Receipt(self._name, number, url or self._edges.home, post.at)

    async def find(self, post: Post, state: State) -> Receipt | None:
        """Ask a container whether it was published, then look for the post."""
        if "container" not in state:
            return None
        try:
            stage, _ = await self.stage(state)
            if stage not in ("", "PUBLISHED"):
                return None
            there = await self._listed(post)
        except Refused as error:
            raise OutcomeUnknown(f"{self._name} cannot be asked: {error}") from error
        if there:
            return Receipt(self._name, there[0], there[1] or self._edges.home, post.at)
        if stage:
            raise OutcomeUnknown(f"{self._name} says it is out, and does not list it: look there")
        return None

    async def stage(self, state: State) -> tuple[str, str]:
        """Ask how far a container is, and why; "" where there is none."""
        if "container" not in state:
            return "", ""
        fields = {"fields": f"{self._edges.stage},{self._edges.why}"}
        try:
            told = await self._graph.ask("GET", state["container"], params=fields)
        except Gone:
            return "", ""
        stage = sane(told.get(self._edges.stage))
        if stage not in STAGES:
            raise ChannelDown(f"{self._name}: no yes and no no: {str(told)[:200]}", AGAIN_S)
        return stage, sane(told.get(self._edges.why))

    def see_ready(self, stage: str, why: str) -> None:
        """See that a container can be published. Raises ChannelDown or Refused."""
        if stage == "IN_PROGRESS":
            raise ChannelDown(f"{self._name} still works on the clip", AGAIN_S)
        if stage == "PUBLISHED":
            raise Refused(f"{self._name} says that it is out already: look there")
        if stage == "ERROR":
            raise Refused(f"{self._name} does not take the clip: {why}")
        if stage != "FINISHED":
            raise ChannelDown(f"{self._name} forgot the clip, it will be sent again", 1.0)

    async def see_quota(self) -> None:
        """See that one more post is allowed. Raises ChannelDown, Refused."""
        fields = {"fields": "quota_usage,config"}
        told = (await self._graph.ask("GET", self._edges.quota, params=fields)).get("data")
        first = told[0] if isinstance(told, list) and told and isinstance(told[0], dict) else {}
        config = first.get("config")
        used, most = first.get("quota_usage"), (config if isinstance(config, dict) else {})
        total = most.get("quota_total")
        if isinstance(used, int) and isinstance(total, int) and used >= total:
            raise ChannelDown(f"{self._name}: {used} posts in 24 hours is all it allows", FULL_S)

    async def _listed(self, post: Post) -> tuple[str, str] | None:
        """Look for the post among the newest: its id and its address; None where it is not there.

        Two posts of the same words and time are none. Raises ChannelDown, Refused.
        """
        fields = {"fields": f"id,{self._edges.text},permalink,timestamp", "limit": "50"}
        told = (await self._graph.ask("GET", self._edges.posts, params=fields)).get("data")
        if not isinstance(told, list):
            raise ChannelDown(f"{self._name} does not tell what is out", AGAIN_S)
        found = [p for p in told if isinstance(p, dict) and self._is_it(p, post)]
        if len(found) != 1:
            return None
        return sane(found[0].get("id")), sane(found[0].get("permalink"))

    def _is_it(self, told: dict[str, Any], post: Post) -> bool:
        words = told.get(self._edges.text)
        same = isinstance(words, str) and words.split() == post.text.split()
        return same and _time(told.get("timestamp")) >= post.at - SKEW


def _time(value: object) -> datetime:
    """Read a time such as 2026-11-23T17:42:05+0000."""
    try:
        at = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise ChannelDown(f"{str(value)[:50]} is no time") from error
    if at.tzinfo is None:
        raise ChannelDown(f"{value} has no time zone")
    return at
