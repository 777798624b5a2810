"""The desk: read, decide, do, save.

`decide` asks the policy what is missing next, `do` does one such thing and writes the result down.
A crash or an editor's word only changes the store; the next look sees it.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bot.chat import Outgoing
from bot.draft import WAITING, Brief, Draft, DraftState, Posting
from bot.drawer import Drawer
from bot.filming import CalledOff, Filming, while_wanted
from bot.groups import Groups, versions
from bot.line import RenderFailed, Watch
from bot.notices import Notices
from bot.parts import Parts
from bot.policy import decide
from bot.posting.leases import Leases
from bot.posting.ledger import Ledger, wait_s
from bot.posting.sequels import Sequels
from bot.posting.tally import Tally
from bot.rules.embargo import embargo_of, renewed
from bot.situation import SEQUELS, Intent, Situation
from bot.store import Stale, StoreBroken, Told
from bot.story import Grounding, Script, Story
from bot.terms.timetable import Timetable
from bot.upcoming import next_at
from bot.views import behind
from bot.vigil import Vigil
from bot.writers import WriterDown, WriterRefused
from publish import Caps

__all__ = ["Desk", "Parts"]

log = logging.getLogger(__name__)

RECENT = timedelta(hours=1)  # closed drafts count against the limits for so long
DAYS = timedelta(days=2)  # what went out in them is counted against the limits of a day
MOST_TRIES = 5
ENDS: Mapping[str, DraftState] = {
    "drop": "dropped",
    "close": "posted",
    "park": "parked",
    "withdraw": "rejected",
}


class Desk:
    """One newsroom's desk; what a newsroom needs of it is `bot.orders.floor.Floor`."""

    def __init__(self, parts: Parts, clock: Callable[[], datetime]) -> None:
        self.store = parts.store
        self.channels = tuple(parts.channels)
        self.format = parts.format
        self.progress: dict[int, tuple[str, float]] = {}
        self.groups = parts.groups or Groups(dict.fromkeys(parts.channels, ""))
        self.covered: dict[int, int] = {}
        self.told: dict[int, dict[str, int]] = {}
        self.now = clock
        self.book = parts.book
        self._parts = parts
        names = [chat.name for chat in parts.chats]
        parts.store.herald = Notices(names, parts.book, self.groups.several, self.caps)
        self._leases = Leases(parts.channels, parts.store, clock)
        self._ledger = Ledger(parts.store, parts.channels, clock)
        self._sequels = Sequels(parts.store, parts.channels, clock)
        self._drawer = Drawer(parts.clips.parent / "work" / "scripts")
        self.tally = Tally(parts.channels, clock)
        self._vigil = Vigil(parts.store, parts.wire, parts.book.rules.watch_hours)
        self._version = 0
        self._changed = asyncio.Event()
        self._moved = asyncio.Event()
        self.woken = asyncio.Event()
        self.timetables = dict.fromkeys(parts.channels, Timetable()) | dict(parts.timetables)
        self.next_at: datetime | None = None  # when something that waits for its time may go

    def hot(self, outlets: int = 1) -> Sequence[Story]:
        """Every live story that at least so many outlets tell, hottest first."""
        return self._parts.wire.stories(self.now(), outlets)

    def hottest(self, count: int) -> Sequence[Story]:
        """The hottest stories: those of several outlets, and the others where these are too few."""
        shared = self.hot(2)
        return (shared if len(shared) >= count else self.hot())[:count]

    def story(self, number: int) -> Story | None:
        """One live story, after merges."""
        return self._parts.wire.story(number, self.now())

    async def merge(self, one: int, other: int, who: str) -> None:
        """Make two stories one, for good: the older stays. It is written down before it is done.

        A story that the wire itself merges meanwhile is followed.
        """
        wire = self._parts.wire
        while len(pair := {wire.resolve(one), wire.resolve(other)}) > 1:
            kept, gone = sorted(pair)
            await self.store.merge(gone, kept, who, self.now())
            if {wire.resolve(one), wire.resolve(other)} == pair:
                wire.merge(gone, kept)

    def logins(self) -> Sequence[str]:
        """Say which logins of channels need a person."""
        return self._leases.lines()

    async def look_at_logins(self) -> None:
        """Renew the logins of channels, and tell the editors of those that end."""
        try:
            for news in await self._leases.look():
                await self.say(news)
        except Exception:  # a bug of one channel stops no newsroom
            log.exception("the logins of channels cannot be looked at")

    async def say(self, text: str) -> None:
        """Tell the editors something that is about no draft."""
        await self.store.say(Outgoing(text), self.now())

    def wake(self) -> None:
        """Something changed: look again at once, and tell the pages."""
        self.woken.set()
        self._moved.set()
        self._moved = asyncio.Event()
        self._tell_pages()

    def _tell_pages(self) -> None:
        self._version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def version_after(self, since: int) -> int:
        """Wait for a version after `since`."""
        while self._version <= since:
            await self._changed.wait()
        return self._version

    async def decide(self) -> list[Intent]:
        """Ask the policy what is missing next."""
        now = self.now()
        drafts = await self.store.drafts(now - RECENT)
        approved = [draft for draft in drafts if draft.state == "approved"]
        seen = await self._vigil.look(approved, now)
        told = await self._told()
        situation = Situation(
            stories=self.hot(self._parts.limits.outlets),
            covered=frozenset((t.story, x) for t in told for x in (t.wished, t.lang or t.wished)),
            drafts=drafts,
            postings=await self.store.pending(),
            caps=self.caps,
            paused=await self.store.paused(),
            groups=self.groups,
            posted=seen.posted,
            news=seen.news,
            newest=seen.newest,
            timetables=self.timetables,
            sent=await self.store.sent(now - DAYS),
        )
        self.next_at = next_at(situation, now)
        if self._vigil.behind:
            self.woken.set()
        return decide(situation, now, self._parts.limits, self.book)

    async def _told(self) -> list[Told]:
        """Read which stories have drafts, after merges, and keep that for the views."""
        resolve = self._parts.wire.resolve
        told = [replace(t, story=resolve(t.story)) for t in await self.store.told()]
        self.covered = {t.story: t.draft for t in told}
        self.told = {t.story: {} for t in told}
        for t in told:
            self.told[t.story][t.wished or t.lang] = t.draft
        return told

    async def tick(self) -> list[Intent]:
        """Do everything that is missing now, one thing after the other; answers what was done."""
        intents = await self.decide()
        for intent in intents:
            await self.do(intent)
        return intents

    async def do(self, intent: Intent) -> None:
        """Do one thing and write it down. Never raises but for cancellation."""
        try:
            if intent.act == "open":
                await self._open_draft(intent)
            else:
                await self._advance(intent)
        except Stale as error:
            log.info("passed over: %s", error)
            if isinstance(error, CalledOff):
                self.wake()  # what it was given up for waits for its place
        except Exception as error:  # nothing is lost: the next heartbeat meets the same
            log.error("%s: %s", intent.name, error, exc_info=not isinstance(error, StoreBroken))
        else:
            self.wake()  # only here: after a failure the same look at once would fail the same

    async def _advance(self, intent: Intent) -> None:
        """Work on one draft, if it is where it was when that was decided."""
        draft = await self.store.draft(intent.draft)
        if draft is None or (draft.state != intent.leaves and intent.act not in SEQUELS):
            raise Stale(f"{intent.name} comes late")
        try:
            await self._work(draft, intent)
        except (Stale, StoreBroken):
            raise
        except Exception as error:
            log.exception("%s failed", intent.name)
            why = f"{intent.act} failed: {type(error).__name__}: {error}"
            await self._put_aside(draft, intent, why)
        finally:
            self.progress.pop(draft.id, None)

    async def _work(self, draft: Draft, intent: Intent) -> None:
        match intent.act:
            case "write":
                await self._write(draft)
            case "render":
                await self._render(draft)
            case "offer":
                await self._offer(draft)
            case "hold" | "block":
                await self._park(draft, intent.reason)
            case "recall":
                await self.store.recall(draft, intent.keys, intent.reason, self.now())
            case "correct":
                await self.store.note_corrections(draft, intent.keys, intent.reason, self.now())
            case "drop" | "close" | "park" | "withdraw":
                await self.store.move(draft, ENDS[intent.act], self.now(), why=intent.reason)
            case "publish" | "reconcile" | "ask":
                await self._post(draft, intent)
            case "amend" | "takedown":
                await self._sequels.go_on(draft, await self._posting(intent))

    async def _open_draft(self, intent: Intent) -> None:
        story = self.story(intent.story)
        if story is None:
            return
        least = self._parts.limits.outlets
        meant = (v for v in versions(story, self.groups, least) if v.lang == intent.lang)
        version = next(meant, None)
        if version and not version.obstacle:
            await self.store.new_draft(
                *(story.id, story.title, version.items, Brief(lang=version.lang)),
                *("wire", intent.reason, self.now()),
            )

    async def _write(self, draft: Draft) -> None:
        if written := self._drawer.take(draft):  # a crash came between the writer and the store
            await self._keep(draft, *written)
            return
        if draft.wish and draft.script:
            await self._revise(draft, draft.script)
            return
        draft = await self._with_pages(draft)
        story = Story(draft.story, draft.title, draft.items)
        try:
            script, grounding = await self._parts.line.write(
                story, draft.brief, self._reporter(draft.id)
            )
        except WriterDown as error:
            await self._again(draft, str(error), error.retry_after_s)
        except WriterRefused as error:
            await self._park(draft, str(error))
        else:
            await self._keep(draft, script, grounding)

    async def _revise(self, draft: Draft, script: Script) -> None:
        """Change a script as an editor asked; where that fails, all stays as it was."""
        story, tell = Story(draft.story, draft.title, draft.items), self._reporter(draft.id)
        try:
            changed, grounding = await self._parts.line.revise(
                script, story, draft.brief, draft.wish, tell
            )
        except (WriterDown, WriterRefused) as error:
            to: DraftState = "rendered" if draft.clip else "written"
            await self.store.leave(draft, to, draft.wish, str(error), self.now())
        else:
            await self._keep(draft, changed, grounding)

    async def _keep(self, draft: Draft, script: Script, grounding: Grounding) -> None:
        self._drawer.lay(draft, script, grounding)
        fresh: dict[str, Any] = {"script": script, "grounding": grounding, "wish": ""}
        fresh |= {"clip": {}, "preview": "", "rev": "", "waiver": None}
        found = embargo_of(draft.items, self.book.rules.zone)
        fresh["embargo"] = renewed(draft.embargo, found)
        await self.store.move(draft, "written", self.now(), **fresh)
        self._drawer.clear(draft)

    async def _with_pages(self, draft: Draft) -> Draft:
        """Fill in the pages behind the reports, and keep them: no page is asked for twice."""
        items = await self._parts.line.read(draft.items, self.now())
        if items != draft.items:
            await self.store.keep_items(draft, items)
        return replace(draft, items=items)

    async def _render(self, draft: Draft) -> None:
        watch = Watch(self._reporter(draft.id), partial(self._show_preview, draft))
        film = Filming(self._parts, self.groups, self.now)
        try:
            fresh = await while_wanted(
                draft, film.take(draft, watch), self.store, lambda: self._moved
            )
        except RenderFailed as error:
            await self._park(draft, f"no clip: {error}")
        else:
            await self.store.move(draft, "rendered", self.now(), **fresh)

    @property
    def caps(self) -> Mapping[str, Caps]:
        """What each channel can do and takes."""
        return {name: channel.caps for name, channel in self._parts.channels.items()}

    def _reporter(self, draft: int) -> Callable[[str, float], None]:
        def report(stage: str, part: float) -> None:
            before = self.progress.get(draft, ("", 0.0))
            if behind(before, stage):
                return
            if before[0] != stage or part - before[1] >= 0.02:
                self.progress[draft] = (stage, part)
                self._tell_pages()

        return report

    async def _show_preview(self, draft: Draft, path: Path) -> None:
        """Tell the editors, once for each script, that there is something to watch."""
        try:
            await self.store.keep_preview(draft, str(path), self.now())
        except (Stale, StoreBroken) as error:
            log.info("a preview is passed over: %s", error)
            return
        self._tell_pages()

    async def _offer(self, draft: Draft) -> None:
        await self.store.move(draft, "offered", self.now(), offered_at=self.now())

    async def _post(self, draft: Draft, intent: Intent) -> None:
        posting = await self._posting(intent)
        if (posting.state in WAITING) != (intent.act == "publish"):
            raise Stale(f"{intent.name} comes late: it is {posting.state}")
        if intent.act == "publish":
            await self._ledger.publish(draft, posting)
        elif intent.act == "reconcile":
            await self._ledger.reconcile(draft, posting)
        else:
            await self._ledger.ask(posting, intent.reason)

    async def _posting(self, intent: Intent) -> Posting:
        found = await self.store.posting(intent.key)
        if found is None:
            raise Stale(f"draft {intent.draft} is not meant for {intent.channel} any more")
        return found

    async def _again(self, draft: Draft, why: str, asked: float | None) -> None:
        if draft.tries + 1 >= MOST_TRIES:
            await self.store.move(draft, "parked", self.now(), why=f"{MOST_TRIES} tries: {why}")
            return
        at = self.now() + timedelta(seconds=wait_s(draft.tries, asked))
        await self.store.delay(draft, at, why)

    async def _put_aside(self, draft: Draft, intent: Intent, why: str) -> None:
        """Leave one draft, or its post on one channel, after a bug; the others go on."""
        if intent.key:
            posting = await self._posting(intent)
            at = self.now() + timedelta(seconds=wait_s(posting.tries + 2))
            await self.store.put_off(posting, at, why[:500])
        elif draft.state in ("approved", "posted"):
            raise Stale(f"{intent.name} is left as it is: {why}")
        else:
            await self._park(draft, why)

    async def _park(self, draft: Draft, why: str) -> None:
        """Leave a draft to a person, and tell the editors why."""
        await self.store.move(draft, "parked", self.now(), why=why[:1000])
