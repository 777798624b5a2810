"""What a desk is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.chat import Chat
from bot.formats import USUAL
from bot.groups import Groups
from bot.line import Line
from bot.rules import Rulebook
from bot.situation import Limits
from bot.store import Store
from bot.terms.timetable import Timetable
from bot.trends import Wire
from publish import Publisher

__all__ = ["Parts"]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a desk is made of; tests put fakes here. `clips` is the folder of finished clips."""

    store: Store
    wire: Wire
    line: Line
    channels: Mapping[str, Publisher]
    chats: Sequence[Chat]
    clips: Path
    limits: Limits = Limits()
    book: Rulebook = Rulebook()
    format: str = USUAL  # of drafts that nobody names one for
    groups: Groups | None = None  # None: every channel takes every story in its own language
    timetables: Mapping[str, Timetable] = field(default_factory=dict)
    ready_in: float = 0.0  # s that a clip may take from its script on; 0: as many as it needs
