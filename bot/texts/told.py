"""All that could stand beside a clip, before a channel's limits leave anything out. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import regex

from bot.direct.credits import Credit, credits_of, sources
from bot.prose.sentences import sentences
from bot.prose.wording import masthead, wording
from bot.story import Script, Story
from bot.texts.seen import made_up, seen_on

__all__ = ["Told", "told"]

_FROM_BEATS = 2  # sentences, where nobody wrote a caption
_MOST_TAGS = 4
_LABEL = re.compile(
    r"^(?:(?:breaking(?: news)?|live(?: updates)?|watch(?: live)?|update|video|exclusive)"
    r"\s*[:|–—-]\s+)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Told:
    """The parts, whole. `outlets` are (name, address of its first report), cited ones first.

    `headline` and `hook` bear no outlet's name and no label; `key` is the topic in a word or two,
    "" where none is known. `seen` is what the pictures show, a phrase each; `generated`: a model
    made some of them.
    """

    lang: str
    headline: str
    hook: str
    key: str
    sentences: tuple[str, ...]
    outlets: tuple[tuple[str, str], ...]
    credits: tuple[Credit, ...]
    tags: tuple[str, ...]
    seen: tuple[str, ...]
    generated: bool = False


def told(script: Script, story: Story, board: Mapping[str, Any]) -> Told:
    """Gather the parts of a script, its story and its storyboard (as a JSON-ready mapping)."""
    outlets: dict[str, str] = {}
    for outlet, _, url in sources(script, story):
        outlets.setdefault(_line(masthead(outlet)), url)
    said = wording(script.lang)
    return Told(
        lang=script.lang,
        headline=_plainly(script.headline, outlets),
        hook=_plainly(script.beats[0].line, outlets),
        key="" if script.chip == said.tag else _line(script.chip),
        sentences=_sentences(script),
        outlets=tuple(outlets.items()),
        credits=credits_of(board),
        tags=_tags(script.hashtags),
        seen=seen_on(board, script.headline),
        generated=made_up(board),
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _plainly(text: str, outlets: Mapping[str, str]) -> str:
    """Take a headline without labels, outlets around it, and the full stop."""
    bare = _LABEL.sub("", _line(text))
    for outlet in filter(None, outlets):
        name = re.escape(outlet)
        bare = re.sub(rf"^{name}\s*[:|]\s+|\s+[|–—-]\s+{name}$", "", bare)
    return re.sub(r"(?<![.…])[.。।۔]$", "", bare) or _line(text)


def _sentences(script: Script) -> tuple[str, ...]:
    """Take the sentences of the caption without its list of sources, note on AI and hashtags."""
    said = wording(script.lang)
    heads = (f"{said.sources}:", f"{said.source}:")
    lines = script.caption.replace(f"{said.made_with_ai}.", "").replace(said.made_with_ai, "")
    kept = [ln for ln in lines.splitlines() if not ln.strip().startswith((*heads, "#"))]
    own = sentences(_line(" ".join(kept)))
    return own or tuple(_line(beat.line) for beat in script.beats[:_FROM_BEATS])


def _tags(hashtags: tuple[str, ...]) -> tuple[str, ...]:
    """Make each tag one word; a tag of digits alone is none."""
    words = (regex.sub(r"[^\w\p{M}]", "", tag) for tag in hashtags)
    return tuple(dict.fromkeys(w for w in words if regex.search(r"\p{L}", w)))[:_MOST_TAGS]
