"""Whether a clip may show pictures that a model made up, and how they must look. Pure.

None of a real person: not where the script names one, and not where a topic is sensitive or nobody
can tell, for then anybody on a picture would be taken for whom the script is about. None of
disasters, violence, courts, wars and elections either, drawn or not: there a clip has cards and
real photos. Of what is left, news shows drawings that nobody takes for footage.
"""

from collections.abc import Iterable, Iterator

from bot.direct.imagined import Imagery
from bot.direct.likeness import told
from bot.direct.wanted import wanted
from bot.formats import format_of
from bot.prose.sensitive import SENSITIVE, found
from bot.prose.tongues import Tongue, guess, tongue
from bot.rules._eventful_words import EVENTFUL
from bot.rules.delicate import delicate, read
from bot.story import Script, Story
from render.lab.settings import Lab

__all__ = ["imagery", "real_only"]


def real_only(script: Script, story: Story) -> bool:
    """Say that no camera may invent pictures for a script."""
    return bool(_real(script, story))


def imagery(script: Script, story: Story, wish: Lab) -> tuple[Imagery | None, str]:
    """Say what may be made up for a script, or None and why: "" where nobody wishes for it.

    What a script and its reports speak of counts, in whatever language each is. Only a format that
    is fiction may look like photographs.
    """
    if not wish.heroes:
        return None, ""
    if why := _real(script, story) or _eventful(script, story):
        return None, why
    style = wish.style if format_of(script.format).fiction else "illustration"
    return Imagery(wish.heroes, style), ""


def _real(script: Script, story: Story) -> str:
    """Say why a script is one of real people, "" if it is not."""
    if not read(script):
        return f"its language {script.lang or '(none is told)'} is not known here"
    if topics := delicate(script, story.items):
        return f"its topic is sensitive: {topics[0].topic} ({topics[0].words})"
    persons = told(script, story, wanted(script, story)).persons
    return f"it is about {persons[0]}" if persons else ""


def _eventful(script: Script, story: Story) -> str:
    """Say of what a story tells that no picture is made up for, "" if of nothing."""
    for texts, speech in _texts(script, story):
        if speech.code not in SENSITIVE:
            return "a report is in a language that is not known here"
        for words in (EVENTFUL[speech.code], SENSITIVE[speech.code]):
            if word := found(texts, words):
                return f"it speaks of {word!r}"
    return ""


def _texts(script: Script, story: Story) -> Iterator[tuple[tuple[str, ...], Tongue]]:
    """Give the script and each report, with the language that it is in."""
    lines = (script.headline, *(beat.line for beat in script.beats), script.caption)
    yield lines, _speech(script.lang, lines)
    for item in story.items:
        texts = (item.title, item.summary)
        yield texts, _speech(item.lang, texts)


def _speech(lang: str, texts: Iterable[str]) -> Tongue:
    return tongue(lang or guess(texts))
