"""Where a finished script lies between the writer and the database.

A model's answer costs time and money, and the database may have a queue. So it is laid down the
moment it is there: a crash in between asks no model twice. Nothing here is ever needed: what is
missing or damaged is written anew.
"""

import hashlib
import logging
from contextlib import suppress
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from bot.draft import Draft
from bot.story import Grounding, Script

__all__ = ["Drawer"]

log = logging.getLogger(__name__)

Written = tuple[Script, Grounding]
WRITTEN: TypeAdapter[Written] = TypeAdapter(Written)


class Drawer:
    """Scripts in a folder, each under what it was written for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def take(self, draft: Draft) -> Written | None:
        """Find what was written for a draft as it is now; None where nothing was."""
        try:
            return WRITTEN.validate_json(self._place(draft).read_bytes())
        except (OSError, ValidationError):
            return None

    def lay(self, draft: Draft, script: Script, grounding: Grounding) -> None:
        """Put a script in, whole or not at all; where the disk refuses that is passed over."""
        place = self._place(draft)
        part = place.with_suffix(".part")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(WRITTEN.dump_json((script, grounding)))
            part.replace(place)
        except OSError as error:
            log.warning("the script of draft %d lies nowhere yet: %s", draft.id, error.strerror)

    def clear(self, draft: Draft) -> None:
        """Take out what is in the database now."""
        with suppress(OSError):
            self._place(draft).unlink(missing_ok=True)

    def _place(self, draft: Draft) -> Path:
        """Name what a script is written for: a later move, wish or database is something else."""
        brief = repr((draft.made_at, draft.brief, draft.wish, [item.id for item in draft.items]))
        name = hashlib.sha256(brief.encode()).hexdigest()[:12]
        return self._folder / f"{draft.id}-{draft.version}-{name}.json"
