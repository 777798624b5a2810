"""The title of a clip: its hook, the key word early. Pure."""

from collections.abc import Iterator

from bot.prose.claims import names
from bot.prose.tongues import fold, tongue
from bot.texts.cut import cut
from bot.texts.told import Told
from publish import Room

__all__ = ["title"]

_EARLY = 40  # characters: what every list of clips shows


def title(told: Told, room: Room) -> str:
    """The headline; where its key word comes late, the hook or the headline behind that word.

    Where none of these fits, a shorter one does; then one is cut; then the key word stands alone.
    """
    wishes = [wish for wish in _wishes(told) if room.holds(wish)]
    early = (wish for wish in wishes if _is_early(told, wish))
    return next(early, "") or next(iter(wishes), "") or _less(told, room)


def _wishes(told: Told) -> Iterator[str]:
    yield told.headline
    yield told.hook
    if fold(told.key) in fold(told.headline) and told.key:
        yield f"{told.key}: {told.headline}"


def _is_early(told: Told, text: str) -> bool:
    """Tell whether the key word begins early, or another name does; some texts have neither."""
    known = (told.key, *names(text, tongue(told.lang)))
    places = [fold(text).find(fold(word)) for word in known if fold(word) in fold(text)]
    return min(places, default=0) < _EARLY


def _less(told: Told, room: Room) -> str:
    for text in (told.headline, told.hook):
        if short := cut(text, room.holds, told.lang):
            return short
    return told.key if room.holds(told.key) else ""
