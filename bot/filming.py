"""From a script to a clip with all that goes with it: judged, directed, rendered, packed."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from bot.deadline import deadline_of
from bot.draft import Draft
from bot.groups import Groups, channels_of
from bot.line import Watch
from bot.parts import Parts
from bot.posting.package import packed
from bot.store import Stale, Store
from bot.story import Story
from publish import Publisher
from render.shown import as_told

__all__ = ["CalledOff", "Filming", "while_wanted"]

Result = TypeVar("Result")


class CalledOff(Stale):
    """Work was ended in its midst: somebody decided otherwise meanwhile."""


@dataclass(frozen=True, slots=True)
class Filming:
    """What a desk films with; `now` is its clock."""

    parts: Parts
    groups: Groups
    now: Callable[[], datetime]

    async def take(self, draft: Draft, watch: Watch) -> Mapping[str, Any]:
        """Make the clip of a draft; answers the columns that it has then. Raises RenderFailed."""
        assert draft.script is not None
        line, story = self.parts.line, Story(draft.story, draft.title, draft.items)
        grounding, doubts = await line.judge(draft.script, draft.grounding)
        board = await line.board(draft.script, story, draft.brief)
        out = self.parts.clips / f"{draft.id:05d}-{_name(draft)}" / "clip.mp4"
        names = channels_of(draft, self.groups)
        meant = self._meant(names)
        clean = any(channel.caps.clean for channel in meant.values())
        events = await self.parts.store.events(draft.id)
        deadline = deadline_of(draft.brief.ready_in, self.parts.ready_in, events, self.now())
        began = self.now().timestamp()
        left = deadline.left_s(began)
        clip = dict(await line.shoot(board, out, watch, clean=clean, ready_in_s=left))
        shown = as_told(board, clip.get("generated", ()))
        clip["ready"] = deadline.report(began, self.now().timestamp())
        made = replace(draft, board=asdict(shown), clip=clip)
        return packed(made, grounding, doubts, meant, names, self.now())

    def _meant(self, names: Sequence[str]) -> Mapping[str, Publisher]:
        """The channels of these names, those that are set up."""
        channels = self.parts.channels
        return {name: channels[name] for name in names if name in channels}


async def while_wanted(
    draft: Draft,
    work: Coroutine[Any, Any, Result],
    store: Store,
    moved: Callable[[], asyncio.Event],
) -> Result:
    """Work for as long as a draft is where it was: who rejects or edits it ends that at once.

    `moved` gives the event of the next change. Raises CalledOff where the draft moved on; what
    `work` had begun is put away by then.
    """
    task: asyncio.Task[Result] = asyncio.create_task(work)
    waits: set[asyncio.Task[Any]] = {task}
    try:
        while not task.done():
            change = asyncio.create_task(moved().wait())
            waits = {task, change}
            if not await store.stands(draft):
                raise CalledOff(f"draft {draft.id} is no longer {draft.state}: called off")
            await asyncio.wait({task, change}, return_when=asyncio.FIRST_COMPLETED)
            change.cancel()
        return task.result()
    finally:
        for each in waits:
            each.cancel()
        await asyncio.gather(*waits, return_exceptions=True)


def _name(draft: Draft) -> str:
    """Name the folder of a clip after its words."""
    assert draft.script is not None
    words = json.dumps(asdict(replace(draft.script, bill=None)), sort_keys=True, default=str)
    return hashlib.sha256(words.encode()).hexdigest()[:12]
