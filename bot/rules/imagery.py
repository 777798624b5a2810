"""Whether a clip may show pictures that a model made up. Pure.

None of a real person: not where the script names one, and not where a topic is sensitive or nobody
can tell, for then anybody on a picture would be taken for whom the script is about.
"""

from bot.direct.likeness import told
from bot.direct.wanted import wanted
from bot.rules.delicate import delicate, read
from bot.story import Script, Story

__all__ = ["real_only"]


def real_only(script: Script, story: Story) -> bool:
    """Say that no camera may invent pictures for a script."""
    if not read(script) or delicate(script, story.items):
        return True
    return bool(told(script, story, wanted(script, story)).persons)
