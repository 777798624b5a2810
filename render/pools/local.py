"""This machine's GPUs: a process for each, started for a clip and gone after it.

A process that crashes, hangs or runs out of memory takes only its own jobs with it; another takes
its place at once. Without a GPU there is one worker on the CPU.
"""

from render.pools import Site
from render.pools._crew import Crew
from render.pools._standing import Rules

__all__ = ["Plugin", "Settings"]


class Settings(Rules):
    """How many workers, and how long each may be silent; docs/plugins.md says what each does."""


class Plugin(Crew):
    """Satisfies `Pool`."""

    def __init__(self, settings: Settings, site: Site) -> None:
        super().__init__(site, settings)
