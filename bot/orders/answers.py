"""The answer to each command: one method a verb. Who may say it was settled before."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.commands import Command, help_text
from bot.draft import CLOSED, WAITING, Draft, DraftState
from bot.groups import destined, language_of
from bot.orders import amend, redress
from bot.orders.commission import Follow, commission
from bot.orders.consent import Terms, approve, override, reschedule
from bot.orders.floor import Floor, Refuse
from bot.outcomes import called
from bot.rules.remarks import remarks
from bot.rules.unfounded import blocked, unfounded
from bot.story import Story
from bot.terms.assent import Yes, unseen
from bot.terms.choices import chosen
from bot.terms.timetable import Wish, resolve, say
from bot.upcoming import coming
from bot.views import counted, isolated, plain, under_way
from bot.words import audit_text, decided, draft_text, story_line

__all__ = ["RECENT", "Answers"]

RECENT = timedelta(days=2)  # how long closed drafts stay in view


Verb = Callable[[Command, str, datetime], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Answers:
    """Every verb, over one desk. Raises Refuse or store.Stale, whose messages are answers too."""

    floor: Floor
    follow: Follow
    look_again: Callable[[str], Awaitable[bool]]  # a source's name -> whether there is one

    def verbs(self) -> Mapping[str, Verb]:
        """Name the method of each verb."""
        return {
            "topics": self._topics,
            "merge": self._merge,
            "make": self._make,
            "drafts": self._drafts,
            "show": self._show,
            "approve": self._approve,
            "schedule": self._schedule,
            "reject": self._reject,
            "edit": self._edit,
            "override": self._override,
            "retry": self._retry,
            "resolve": self._resolve,
            "correct": self._correct,
            "takedown": self._takedown,
            "status": self._status,
            "audit": self._audit,
            "pause": self._pause,
            "resume": self._resume,
            "help": self._help,
        }

    async def _help(self, command: Command, _user: str, _now: datetime) -> str:
        return help_text(command.text)

    async def _topics(self, command: Command, _user: str, now: datetime) -> str:
        covered = self.floor.covered
        stories = self.floor.hottest(command.number)
        if not stories:
            return "no stories yet: the sources have given nothing"
        told = self.floor.told if self.floor.groups.several else {}
        return "\n".join(story_line(s, covered.get(s.id), now, told.get(s.id, {})) for s in stories)

    async def _merge(self, command: Command, user: str, _now: datetime) -> str:
        one, other = (self._live(number) for number in command.stories)
        if one.id == other.id:
            named = " and ".join(str(number) for number in command.stories)
            raise Refuse(f"{named} are one story already: {_counted(one)}")
        await self.floor.merge(one.id, other.id, user)
        covered = self.floor.covered
        drafts = sorted(covered[story.id] for story in (one, other) if story.id in covered)
        told = "".join(f"; draft {number} tells it" for number in drafts)
        return f"{max(one.id, other.id)} is part of {_counted(self._live(one.id))} now{told}"

    def _live(self, number: int) -> Story:
        story = self.floor.story(number)
        if story is None:
            raise Refuse(f"there is no story {number} (any more); `topics` lists what there is")
        return story

    async def _make(self, command: Command, user: str, now: datetime) -> str:
        return await commission(self.floor, self.follow, command, user, now)

    async def _drafts(self, _command: Command, _user: str, _now: datetime) -> str:
        drafts = await self.floor.store.drafts_in_short()
        if not drafts:
            return "no open drafts; `topics` lists what is hot, `make N` starts one"
        return "\n".join(" ".join(part for part in self._told(d) if part) for d in drafts)

    def _told(self, draft: Draft) -> tuple[str, ...]:
        """Say one draft as parts of a line."""
        lang = f"({language_of(draft)})" if self.floor.groups.several else ""
        title = isolated(draft.script.headline if draft.script else draft.title)
        doing = under_way(self.floor.progress.get(draft.id))
        return (f"{draft.id}. [{draft.state}]", lang, title, draft.tag, doing and f"({doing})")

    async def _show(self, command: Command, _user: str, now: datetime) -> str:
        draft = await self._find(command.draft)
        given = (await self.floor.store.approvals()).get((draft.id, draft.rev), ())
        notes = remarks(draft, self.floor.book, now, given)
        postings = await self.floor.store.postings(draft.id, purpose=None)
        stats = await self.floor.tally.of(postings)
        doing, clock = self.floor.progress.get(draft.id), self.floor.book.rules.clock
        return draft_text(draft, postings, now, notes, doing, stats, clock)

    async def _approve(self, command: Command, user: str, now: datetime) -> str:
        draft = await self._find(command.draft)
        if told := decided(draft, now, self.floor.book.rules.clock):
            raise Refuse(told)
        if draft.state != "offered" and not draft.held:
            raise Refuse(f"{self._not_offered(draft)}: there is nothing to approve yet")
        if problems := unfounded(draft):
            raise Refuse(plain(blocked(draft.id, problems)))
        if not command.rev:
            raise Refuse(f"say which clip you saw: approve {draft.id} {draft.tag}")
        if not draft.rev.startswith(command.rev):
            raise Refuse(
                f"{command.rev[:12]} is not the clip of draft {draft.id} any more: "
                f"look again (show {draft.id}), it is {draft.tag} now"
            )
        if not self.floor.channels:
            raise Refuse("no channel is set up: add a [[publish]] table to config.toml")
        try:
            yes = self._yes(draft, command, now)
        except ValueError as error:
            raise Refuse(str(error)) from error
        return await approve(self.floor.store, self._terms, draft, user, yes, now)

    def _yes(self, draft: Draft, command: Command, now: datetime) -> Yes:
        """Say what exactly is approved. Raises ValueError."""
        named = self._named(command.channels)
        channels = destined(draft, named, self.floor.groups)
        if strange := unseen(draft, channels):
            if named:
                way_out = f"`edit {draft.id} ...` makes it anew for all"
                raise ValueError(
                    f"draft {draft.id} was made and shown without {', '.join(strange)}: {way_out}"
                )
            channels = tuple(name for name in channels if name not in strange)
        choices = chosen(command.choices, channels, self.floor.caps)
        return Yes(channels, self._wish(command, channels, now), choices)

    def _wish(self, command: Command, channels: Sequence[str], now: datetime) -> Wish:
        """Say which moment is meant. Raises ValueError."""
        tables = self.floor.timetables
        slots = any(tables[name].slots for name in channels if name in tables)
        if command.when.sort == "slot" and not slots:
            raise ValueError(
                f"{', '.join(channels)} has no slots: say a time, or give its [[publish]] table "
                'some, such as slots = ["08:00", "18:00"]'
            )
        return resolve(command.when, now, self.floor.book.rules.clock)

    @property
    def _terms(self) -> Terms:
        return Terms(self.floor.book, self.floor.caps, self.floor.timetables)

    async def _schedule(self, command: Command, user: str, now: datetime) -> str:
        store = self.floor.store
        if not command.draft:
            drafts, postings = await store.drafts(now), await store.postings()
            return coming(drafts, postings, now, self.floor.book.rules.clock)
        draft = await self._find(command.draft)
        if draft.state != "approved":
            hint = f": approve {draft.id} {draft.tag} TIME" if draft.state == "offered" else ""
            raise Refuse(f"draft {draft.id} is {draft.state}, only approved ones have a time{hint}")
        channels = self._named(command.channels)
        try:
            wish = self._wish(command, channels or tuple(self.floor.timetables), now)
        except ValueError as error:
            raise Refuse(str(error)) from error
        return await reschedule(store, self._terms, draft, user, Yes(channels, wish), now)

    async def _audit(self, command: Command, _user: str, now: datetime) -> str:
        if command.draft:
            await self._find(command.draft)
        store, zone = self.floor.store, self.floor.book.rules.clock
        events = await store.events(command.draft or None, 200 if command.draft else 20)
        head = await store.events(limit=1)
        return audit_text(events, head[0] if head else None, now, zone)

    async def _reject(self, command: Command, user: str, now: datetime) -> str:
        draft = await self._find(command.draft)
        if draft.state in CLOSED:
            raise Refuse(decided(draft, now, self.floor.book.rules.clock))
        if draft.held and (out := await self._out(draft)):
            await self.floor.store.drop_rest(draft, user, command.text, now)
            return f"draft {draft.id} goes nowhere else: {command.text}; it is out on {out}"
        columns = {"decided_by": user, "decided_at": now, "reason": command.text}
        await self.floor.store.withdraw(draft, "rejected", now, user, **columns)
        return f"rejected {draft.id}: {command.text}"

    async def _edit(self, command: Command, user: str, now: datetime) -> str:
        draft = await self._find(command.draft)
        if draft.script is None or command.edit is None:
            raise Refuse(f"draft {draft.id} has no script yet")
        if draft.wish:
            raise Refuse(f"draft {draft.id} is being changed already ({draft.wish}); in a moment")
        store, edit = self.floor.store, command.edit
        try:
            if edit.channel:
                channel = self._named((edit.channel,))[0]
                edit = replace(edit, channel=channel)
                limits = self.floor.caps[channel].limits
                return await amend.reword(store, draft, limits, edit, user, now)
            if edit.what == "wish":
                return await amend.wish(store, draft, edit.text, user, now)
            return await amend.change(store, draft, edit, user, now)
        except ValueError as error:
            raise Refuse(str(error)) from error

    async def _override(self, command: Command, user: str, now: datetime) -> str:
        draft = await self._find(command.draft)
        return await override(self.floor.store, draft, user, command, now)

    async def _retry(self, command: Command, user: str, now: datetime) -> str:
        if command.text:
            if not await self.look_again(command.text):
                raise Refuse(f"there is no source {command.text[:80]!r}, and no such draft")
            return f"{command.text} is looked at again"
        draft = await self._find(command.draft)
        if command.channels:
            channel = self._named(command.channels)[0]
            return await redress.again(self.floor.store, draft, channel, user, now)
        if draft.state not in ("parked", "dropped"):
            raise Refuse(f"draft {draft.id} is {draft.state}; only parked or dropped ones need it")
        has_script = draft.script and draft.state == "parked" and not unfounded(draft)
        to: DraftState = "written" if has_script else "wanted"
        await self.floor.store.withdraw(draft, to, now, user, why=f"tried again by {user}")
        return f"draft {draft.id} is tried again"

    async def _resolve(self, command: Command, user: str, now: datetime) -> str:
        draft = await self._find(command.draft)
        channel = self._named(command.channels)[0]
        store, done = self.floor.store, command.text == "done"
        return await redress.resolve(store, draft, channel, user, now, done=done)

    async def _correct(self, command: Command, user: str, now: datetime) -> str:
        draft = await self._find(command.draft)
        channels, words = redress.parted(command.text, self.floor.channels)
        store, caps = self.floor.store, self.floor.caps
        return await redress.correct(store, caps, draft, channels, plain(words), user, now)

    async def _takedown(self, command: Command, user: str, now: datetime) -> str:
        draft = await self._find(command.draft)
        channels, sure = self._named(command.channels), bool(command.text)
        store, caps = self.floor.store, self.floor.caps
        if not sure:
            return await redress.would_go(store, caps, draft, channels)
        return await redress.take_down(store, caps, draft, channels, user, now)

    async def _status(self, _command: Command, _user: str, now: datetime) -> str:
        store, clock = self.floor.store, self.floor.book.rules.clock
        sources = await store.sources()
        bad = [f"{r.name}: {r.error}" for r in sources.values() if r.failures]
        open_ones = await store.open_drafts()
        waiting = await store.unsettled()
        paused = await store.paused()
        lines = [
            f"{counted(len(sources), 'source')} read, {len(bad)} failing; "
            + counted(len(self.floor.hot()), "story", "stories"),
            *bad[:8],
            counted(len(open_ones), "open draft")
            + "".join(
                f"; {self._stands(number, state)}" for number, state in [*open_ones.items()][:12]
            ),
            *(f"{called(p)} on {p.channel}: {p.state} {p.why}".rstrip() for p in waiting[:8]),
        ]
        for chat, (count, since) in (await store.waiting()).items():
            waits = f"{count} message{'s' * (count != 1)} wait{'s' * (count == 1)}"
            lines.append(f"chat {chat} is down: {waits} since {say(since, now, clock)}")
        lines += self.floor.logins()
        if paused:
            lines.append("PAUSED: " + ", ".join("everything" if c == "*" else c for c in paused))
        return "\n".join(lines)

    def _stands(self, number: int, state: DraftState) -> str:
        """Say where a draft is, and how far what is being done with it."""
        doing = under_way(self.floor.progress.get(number))
        return f"{number} {state}" + (f" ({doing})" if doing else "")

    async def _pause(self, command: Command, user: str, now: datetime) -> str:
        channel = self._named((command.text,))[0] if command.text else "*"
        await self.floor.store.pause(channel, user, now)
        return f"paused: {'everything' if channel == '*' else channel}; `resume` goes on"

    async def _resume(self, command: Command, user: str, now: datetime) -> str:
        channel = self._named((command.text,))[0] if command.text else "*"
        await self.floor.store.resume(channel, user, now)
        return "going on"

    def _not_offered(self, draft: Draft) -> str:
        """Say what a draft waits for before it can be approved."""
        if draft.state == "parked":
            return f"draft {draft.id} is parked: {draft.why}".rstrip(".: ")
        doing = under_way(self.floor.progress.get(draft.id))
        if draft.state == "wanted" and doing:
            return f"the script of draft {draft.id} is {doing}"
        if draft.state != "written":
            return f"draft {draft.id} is {draft.state}"
        done = doing or "waiting for its render"
        return f"the full clip of draft {draft.id} is {done}; it is offered once it is checked"

    async def _out(self, draft: Draft) -> str:
        """Name the channels that have a draft, or may have it."""
        postings = await self.floor.store.postings(draft.id)
        return ", ".join(p.channel for p in postings if p.state not in {*WAITING, "refused"})

    # -- small things --------------------------------------------------------------------------

    async def _find(self, number: int) -> Draft:
        draft = await self.floor.store.draft(number)
        if draft is None:
            raise Refuse(f"there is no draft {number}; `drafts` lists them")
        return draft

    def _named(self, names: Sequence[str]) -> tuple[str, ...]:
        known = {name.lower(): name for name in self.floor.channels}
        for name in names:
            if name.lower() not in known:
                raise Refuse(
                    f"unknown channel {name[:40]!r}; there are {', '.join(known.values())}"
                )
        return tuple(dict.fromkeys(known[name.lower()] for name in names))


def _counted(story: Story) -> str:
    """Name a story and how many tell it."""
    return f"story {story.id} ({len(story.outlets)} outlets: {plain(story.title)})"
