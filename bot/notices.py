"""What the editors are told of each thing that happens. Pure but for a log line after a bug.

The store asks inside the transaction that writes the event down, and keeps the messages until each
chat has them. What is to be decided has a slot: once it is decided, the same slot is told again,
without buttons, and with who decided and when.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal
from zoneinfo import ZoneInfo

from bot.chat import Outgoing
from bot.draft import Draft, Posting
from bot.groups import language_of
from bot.marked import Marked
from bot.posting.ledger import news_of
from bot.rules import Rulebook
from bot.rules.remarks import remarks
from bot.store import Happened
from bot.terms.choices import asks
from bot.words import (
    correction_text,
    decided_text,
    held_text,
    offer_text,
    parked_text,
    posts_text,
    preview_text,
    settled_text,
    unchanged_text,
)
from publish import Caps

__all__ = ["Notices"]

log = logging.getLogger(__name__)

Film = Literal["", "preview", "video"]
SEQUELS = ("correction", "takedown")  # what may follow a post
OPEN = ("offered", "approved")  # states whose end closes the message of an offer


@dataclass(frozen=True, slots=True)
class Notices:
    """Satisfies bot.store.Herald. `chats` are the names of those who are told."""

    chats: Sequence[str]
    book: Rulebook = Rulebook()
    several: bool = False  # channels speak several languages: each message names its own
    caps: Mapping[str, Caps] = field(default_factory=dict)  # of each channel

    @property
    def kinds(self) -> Collection[str]:
        """The kinds of events that somebody may be told of."""
        return WORDED

    @property
    def _clock(self) -> ZoneInfo:
        return self.book.rules.clock

    def tell(self, happened: Happened) -> tuple[Outgoing, ...]:
        """Word the messages about one event. A bug in the words costs no transition: it is told."""
        try:
            return tuple(WORDED[happened.kind](self, happened))
        except Exception:
            number, kind = happened.draft.id, happened.kind
            log.exception("draft %s: no words for %s", number, kind)
            said = f"Draft {number}: {kind}. What there is to say of it could not be put into words"
            return (Outgoing(f"{said}: `show {number}`, and see the log", number),)

    def _previewed(self, h: Happened) -> Iterator[Outgoing]:
        yield _about(h.draft, preview_text(h.draft), ("show",), film="preview")

    def _offered(self, h: Happened) -> Iterator[Outgoing]:
        slot = _slot("offer", h, "offered")
        film: Film = "" if h.given else "video"  # it was shown with the first of two
        notes = remarks(h.draft, self.book, h.at, h.given)
        notes += asks(tuple(h.draft.texts), self.caps)
        lang = language_of(h.draft) if self.several else ""
        text = offer_text(h.draft, notes, lang)
        yield _about(h.draft, text, ("approve", "show"), slot=slot, film=film)

    def _half(self, h: Happened) -> Iterator[Outgoing]:
        """One yes of two: what is open stays open, and says who said it."""
        yield from self._offered(h) if h.draft.state == "offered" else self._held(h)

    def _decided(self, h: Happened) -> Iterator[Outgoing]:
        if h.kind == "parked" and h.before == "approved":
            return  # every channel refused it, and each was told of
        if h.before in OPEN and h.times.get("offered"):
            text = decided_text(h.draft, h.kind, h.who, h.text, h.at, self._clock)
            yield _about(h.draft, text, slot=_slot("offer", h, "offered"))
            if h.times.get("held"):
                yield _about(h.draft, text, slot=_slot("held", h, "held"))
        if h.kind == "parked":
            yield _about(h.draft, parked_text(h.draft, h.text))

    def _held(self, h: Happened) -> Iterator[Outgoing]:
        text = held_text(h.draft, h.draft.held, h.given)
        yield _about(h.draft, text, ("approve", "show"), slot=_slot("held", h, "held"))

    def _let_go(self, h: Happened) -> Iterator[Outgoing]:
        text = decided_text(h.draft, h.kind, h.who, h.text, h.at, self._clock)
        yield _about(h.draft, text, slot=_slot("held", h, "held"))
        if h.kind == "rest dropped":
            yield self._posts(h)

    def _posts(self, h: Happened) -> Outgoing:
        """One message for all channels of a draft, told again as they answer."""
        text = posts_text(h.draft, h.postings, h.at, self._clock)
        return _about(h.draft, text, slot=f"posts {h.draft.id}")

    def _moved(self, h: Happened) -> Iterator[Outgoing]:
        yield self._posts(h)

    def _corrected(self, h: Happened) -> Iterator[Outgoing]:
        links = [(p.channel, p.url) for p in h.postings if _is_out(p)]
        yield _about(h.draft, correction_text(h.draft, h.text, links))

    def _unchanged(self, h: Happened) -> Iterator[Outgoing]:
        yield _about(h.draft, unchanged_text(h.draft, h.text))

    def _answered(self, h: Happened) -> Iterator[Outgoing]:
        """A channel answered, or somebody did in its place."""
        posting = _meant(h)
        if posting is None:
            return
        place = f"{h.draft.id} {posting.channel}"
        slot = f"asked {place} {posting.tries}"  # asked anew, it is another call that was lost
        if h.times.get("post asked") and h.who != "desk":
            yield _about(h.draft, settled_text(posting, h.who, h.at, self._clock), slot=slot)
        if posting.state != "queued":
            yield self._posts(h)
        if posting.state == "refused":
            yield _about(h.draft, Marked(news_of(posting)))
        if posting.state == "asked":
            ways = (
                ("it is there", f"resolve {place} done"),
                ("post again", f"resolve {place} again"),
            )
            text = Marked(news_of(posting))
            yield replace(_about(h.draft, text, slot=slot), buttons=ways)

    def _followed(self, h: Happened) -> Iterator[Outgoing]:
        """A correction or a takedown came to something, or needs a person."""
        purpose, _, state = h.kind.partition(" ")
        found = [p for p in h.postings if p.purpose == purpose and p.state == state]
        meant = [p for p in found if h.text.startswith(f"{p.channel}: ")]
        posting = max(meant, key=lambda p: (len(p.channel), p.n), default=None)
        if posting is None or h.who != "desk":
            return  # who settled it was answered
        message = _about(h.draft, Marked(news_of(posting)))
        if state == "asked":
            place = f"{h.draft.id} {posting.channel}"
            ways = (
                ("it is done", f"resolve {place} done"),
                ("try again", f"resolve {place} again"),
            )
            message = replace(message, buttons=ways)
        yield message


def _about(
    draft: Draft, text: Marked, verbs: Sequence[str] = (), *, slot: str = "", film: Film = ""
) -> Outgoing:
    """Make a message about a draft, in the thread of its story."""
    known = {
        "approve": (f"approve {draft.id}", f"approve {draft.id} {draft.tag}"),
        "show": ("show", f"show {draft.id}"),
    }
    buttons = tuple(known[verb] for verb in verbs)
    return Outgoing(text.text, draft.id, buttons, draft.story, text.marks, film, slot)


def _slot(name: str, h: Happened, kind: str) -> str:
    """Name a place: of the first offer of a draft, of its second after an edit, and so on."""
    times = h.times.get(kind, 1)
    return f"{name} {h.draft.id}" + (f" {times}" if times > 1 else "")


def _meant(h: Happened) -> Posting | None:
    """Find the posting that an event is about: its text begins with the channel."""
    state = h.kind.removeprefix("post ")
    posts = (p for p in h.postings if p.purpose == "post" and p.state == state)
    found = [p for p in posts if h.text.startswith(f"{p.channel}: ")]
    return max(found, key=lambda p: len(p.channel), default=None)


def _is_out(posting: Posting) -> bool:
    return posting.state == "done" and posting.purpose == "post"


WORDED: Mapping[str, Callable[[Notices, Happened], Iterator[Outgoing]]] = {
    "preview": Notices._previewed,
    "offered": Notices._offered,
    "approval": Notices._half,
    **dict.fromkeys(
        ("approved", "rejected", "dropped", "wanted", "written", "parked"), Notices._decided
    ),
    "held": Notices._held,
    **dict.fromkeys(("approved again", "rest dropped"), Notices._let_go),
    "schedule": Notices._moved,
    "correction": Notices._corrected,
    "unchanged": Notices._unchanged,
    **dict.fromkeys(("post done", "post refused", "post asked", "post queued"), Notices._answered),
    **dict.fromkeys(
        (f"{what} {state}" for what in SEQUELS for state in ("done", "refused", "asked")),
        Notices._followed,
    ),
}
"""How each kind of event is told."""
