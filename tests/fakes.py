"""Stand-ins with verbs: what the bot's own rooms are tested against."""

import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.chat import Newsroom, Outgoing
from bot.draft import Brief
from bot.line import Watch
from bot.story import Beat, Cite, Finding, Grounding, Script, Story
from bot.writers import Tell, WriterDown
from publish import (
    Caps,
    ChannelDown,
    Choice,
    Corrects,
    Film,
    Limits,
    OutcomeUnknown,
    Post,
    Receipt,
    Refused,
    Replay,
    State,
    Stats,
)
from render.storyboard import Brand, Shot, Storyboard
from sources import Item, Reading, SourceDown

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def item(n: int, title: str = "", outlet: str = "", at: datetime = NOON, **more: Any) -> Item:
    """An item of an invented outlet."""
    outlet = outlet or f"Outlet {n}"
    return Item(
        id=f"i{n}",
        source=outlet.lower(),
        outlet=outlet,
        url=f"https://example.org/{n}",
        title=title or f"Bridge in Port Ansel closed after collision {n}",
        summary=more.pop("summary", "The harbour bridge in Port Ansel was closed on Monday."),
        published=at,
        seen=at,
        lang="en",
        **more,
    )


def story(n: int = 1, outlets: int = 3) -> Story:
    """A story told by some outlets."""
    items = tuple(item(k, at=NOON + timedelta(minutes=k)) for k in range(outlets))
    return Story(n, items[0].title, items)


def script(*lines: str) -> Script:
    """A script whose every line cites item i0."""
    cite = Cite("i0", "Outlet 0", "https://example.org/0", "The harbour bridge was closed.")
    beats = tuple(Beat(line, (cite,)) for line in lines or ("The harbour bridge is closed.",))
    return Script("news", "Harbour bridge closed", "en", "neutral", beats, writer="fake")


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def passes(self, **time: float) -> None:
        self.at += timedelta(**time)


@dataclass
class FakeSource:
    """A source that brings what it is told to."""

    name: str
    coming: list[Item] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)
    wait_s: float = 60.0
    reads: int = 0

    def brings(self, *items: Item) -> None:
        self.coming += items

    def fails_with(self, error: Exception) -> None:
        self.trouble.append(error)

    async def read(self, now: datetime, state: Mapping[str, str]) -> Reading:
        self.reads += 1
        if self.trouble:
            raise self.trouble.pop(0)
        return Reading(tuple(self.coming), {"reads": str(self.reads)}, self.wait_s)


@dataclass
class FakeLine:
    """A production line whose clips are small files."""

    down: int = 0
    broken: bool = False
    written: int = 0
    shot: int = 0
    faults: tuple[Mapping[str, Any], ...] = ()  # what the check finds in every clip
    logo: str = ""
    pages: str = ""  # what every page says
    fetched: int = 0
    told: tuple[str, ...] = ()  # the texts that the last script rests on
    alarms: tuple[Finding, ...] = ()  # what a judge finds in every script
    doubts: tuple[str, ...] = ()
    meanwhile: Callable[[], Awaitable[None]] | None = None  # happens during the next render
    words: Script | None = None  # what it writes
    findings: tuple[Finding, ...] = ()  # what grounding finds in it
    wishes: list[str] = field(default_factory=list)  # that editors had in plain words
    left: list[float] = field(default_factory=list)  # seconds that each render was given
    made: Mapping[str, Any] = field(default_factory=dict)  # what else it tells of every clip
    shots: tuple[Shot, ...] = ()  # of its boards; else a card for each line

    def is_down(self, times: int) -> None:
        self.down = times

    def writes(self, words: Script, *findings: Finding) -> None:
        """From now on its scripts are these words, in which grounding finds this."""
        self.words, self.findings = words, findings

    def falls_short(self, *names: str, hard: bool = True) -> None:
        """From now on these checks fail."""
        reading = {"value": "too much", "bar": "little", "ok": False, "hard": hard}
        self.faults = tuple({"name": name, **reading} for name in names)

    async def read(self, items: tuple[Item, ...], now: datetime) -> tuple[Item, ...]:
        if not self.pages:
            return items
        unread = [item for item in items if not item.page]
        self.fetched += len(unread)
        return tuple(replace(i, text=self.pages, page="read") if i in unread else i for i in items)

    async def write(self, story: Story, brief: Brief, tell: Tell) -> tuple[Script, Grounding]:
        self.told = tuple(item.text for item in story.items)
        if self.down:
            self.down -= 1
            raise WriterDown("the model is asleep")
        self.written += 1
        return self.words or script(), Grounding(self.findings)

    async def revise(
        self, script: Script, story: Story, brief: Brief, wish: str, tell: Tell
    ) -> tuple[Script, Grounding]:
        tell("write", 0.5)
        if self.down:
            self.down -= 1
            raise WriterDown("the model is asleep")
        self.wishes.append(wish)
        return replace(script, headline=f"{script.headline} ({wish})"), Grounding()

    async def judge(
        self, script: Script, grounding: Grounding
    ) -> tuple[Grounding, tuple[str, ...]]:
        return Grounding((*grounding.findings, *self.alarms)), self.doubts

    async def board(self, script: Script, story: Story, brief: Brief) -> Storyboard:
        card = {"card": "statement", "text": script.headline, "emphasis": []}
        shots = self.shots or tuple(Shot(beat.line, "cards", card) for beat in script.beats)
        return Storyboard(script.headline, "en", shots, brand=Brand(logo=self.logo))

    async def shoot(
        self,
        board: Storyboard,
        out: Path,
        watch: Watch,
        *,
        clean: bool = False,
        ready_in_s: float = 0.0,
    ) -> Mapping[str, Any]:
        if self.broken:
            raise RuntimeError("the camera fell over")
        self.left.append(ready_in_s)
        self.shot += 1
        body = "|".join(shot.line for shot in board.shots).encode()
        out.parent.mkdir(parents=True, exist_ok=True)
        preview = out.with_suffix(".preview.mp4")
        preview.write_bytes(b"small " + body)
        await watch.preview(preview)
        watch.progress("draw", 0.5)
        if self.meanwhile:
            happens, self.meanwhile = self.meanwhile, None
            await happens()
        both = (
            _files(out.with_suffix(".clean.mp4"), b"no logo " + body)
            if clean and self.logo
            else None
        )
        report = {"ok": not self.faults, "checks": [*self.faults]}
        more = {"seconds": 12.0, "check": report, "warnings": [], "clean": both}
        return {**_files(out, body), **more, **self.made}


def _files(out: Path, body: bytes) -> dict[str, str]:
    """Lay a clip of these bytes down, with what lies beside it."""
    names = {"path": "mp4", "cover": "jpg", "srt": "srt", "vtt": "vtt", "sources": "json"}
    for suffix in names.values():
        out.with_suffix(f".{suffix}").write_bytes(body)
    files = {key: str(out.with_suffix(f".{suffix}")) for key, suffix in names.items()}
    return {**files, "sha256": hashlib.sha256(body).hexdigest()}


@dataclass
class FakeChannel:
    """A channel that keeps what was posted, and can lose its answers."""

    name: str = "square"
    replay: Replay = "none"
    clean: bool = False
    posted: list[str] = field(default_factory=list)
    clips: list[bytes] = field(default_factory=list)
    trouble: list[str] = field(default_factory=list)
    retry_after_s: float | None = None
    unprepared: int = 0
    limits: Limits = Limits()
    posts: list[Post] = field(default_factory=list)
    corrects: Corrects = "no"
    deletes: bool = False
    film: Film = Film()
    edits: list[Post] = field(default_factory=list)
    replies: list[Post] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    choices: tuple[Choice, ...] = ()

    @property
    def caps(self) -> Caps:
        can = {"corrects": self.corrects, "deletes": self.deletes, "choices": self.choices}
        return Caps(self.replay, self.limits, self.film, self.clean, **can)  # type: ignore[arg-type]

    def goes_down(self, times: int = 1, retry_after_s: float | None = None) -> None:
        self.trouble += ["down"] * times
        self.retry_after_s = retry_after_s

    def cannot_prepare(self, times: int) -> None:
        self.unprepared = times

    def loses_the_answer(self, times: int = 1) -> None:
        self.trouble += ["lost"] * times

    def loses_the_call(self, times: int = 1) -> None:
        self.trouble += ["never"] * times

    def refuses(self) -> None:
        self.trouble.append("refuse")

    def check(self, post: Post) -> tuple[str, ...]:
        return ()

    async def prepare(self, post: Post, state: State) -> AsyncGenerator[State, None]:
        if self.unprepared:
            self.unprepared -= 1
            raise ChannelDown("no room for uploads")
        yield {**state, "upload": "u1"}

    async def commit(self, post: Post, state: State) -> Receipt:
        trouble = self.trouble.pop(0) if self.trouble else ""
        if trouble == "down":
            raise ChannelDown("nobody answers", self.retry_after_s)
        if trouble == "refuse":
            raise Refused("too loud")
        if trouble == "never":
            raise OutcomeUnknown("the line went dead before")
        if self.replay != "native" or post.key not in self.posted:
            self.posted.append(post.key)
            self.posts.append(post)
            self.clips.append(post.clip.read_bytes())
        if trouble == "lost":
            raise OutcomeUnknown("the line went dead after")
        return self._receipt(post)

    async def find(self, post: Post, state: State) -> Receipt | None:
        return self._receipt(post) if post.key in self.posted else None

    async def edit(self, post: Post, receipt: Receipt, state: State) -> None:
        self._stumble()
        self.edits.append(post)

    async def reply(self, post: Post, receipt: Receipt) -> Receipt:
        self._stumble()
        self.replies.append(post)
        return self._receipt(post)

    async def delete(self, receipt: Receipt, state: State) -> None:
        self._stumble()
        self.deleted.append(receipt.id)

    async def stats(self, receipt: Receipt) -> Stats:
        return {"views": 7}

    def _stumble(self) -> None:
        trouble = self.trouble.pop(0) if self.trouble else ""
        if trouble == "down":
            raise ChannelDown("nobody answers", self.retry_after_s)
        if trouble == "refuse":
            raise Refused("too loud")
        if trouble in ("lost", "never"):
            raise OutcomeUnknown("the line went dead")

    def _receipt(self, post: Post) -> Receipt:
        return Receipt(self.name, post.key, f"https://square.example/{post.key}", post.at)


@dataclass
class FakeChat:
    """A chat that remembers what it was told."""

    name: str = "room"
    told: list[Outgoing] = field(default_factory=list)
    trouble: Exception | None = None

    def breaks(self, trouble: Exception) -> None:
        self.trouble = trouble

    async def run(self, newsroom: Newsroom) -> None:
        return

    async def send(self, message: Outgoing) -> None:
        if self.trouble:
            raise self.trouble
        self.told.append(message)


@dataclass
class FakeTips:
    """Addresses: those at down.example cannot be reached, all others tell one story."""

    async def follow(self, url: str) -> Story:
        if "down.example" in url:
            raise SourceDown("nobody answers")
        return story()
