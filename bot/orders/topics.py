"""A topic in an editor's words -> the story that is meant. Pure."""

import re
import unicodedata
from collections.abc import Sequence

from bot.story import Story

__all__ = ["about", "pick"]

ENOUGH_WORDS = 60  # half a minute of speech is 75: less makes a short clip, more is not needed


def pick(stories: Sequence[Story], topic: str) -> Story | None:
    """Find the story that a topic means; "" means the one most worth a clip.

    Most of its words count first; then what several outlets tell, the hottest first; then, of what
    one outlet alone tells, the report that has enough to say, the newest first. None means that no
    story holds even half of the words.
    """
    wanted = _words(topic)
    ranked = sorted(stories, key=lambda s: (about(s, topic), *_worth(s)), reverse=True)
    if not ranked or (wanted and about(ranked[0], topic) < 0.5):
        return None
    return ranked[0]


def _worth(story: Story) -> tuple[float, ...]:
    shared = len(story.outlets) > 1
    words = sum(len(f"{item.summary} {item.text}".split()) for item in story.items)
    enough = shared or min(words, ENOUGH_WORDS) // (ENOUGH_WORDS // 3)
    return (shared, enough, story.heat.score, story.last_seen.timestamp(), -story.id)


def about(story: Story, topic: str) -> float:
    """Say how much of a topic a story holds, 0 to 1; a word in a title counts full, else half."""
    wanted = _words(topic)
    titles = set().union(*(_words(item.title) for item in story.items))
    texts = set().union(*(_words(item.summary) for item in story.items))
    found = sum(1.0 if w in titles else 0.5 if w in texts else 0.0 for w in wanted)
    return found / len(wanted) if wanted else 0.0


def _words(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return {w.removesuffix("s") for w in re.findall(r"\w+", plain) if len(w) > 1}
