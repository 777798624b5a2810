"""The tone that a story bears, by its words. Pure.

Where people died or were harmed, no tone is ever bright, whatever anybody wished for.
"""

from collections.abc import Iterable

from bot.prose.sentences import words
from bot.prose.tongues import fold

__all__ = ["TONES", "fitting", "is_grave", "tone_of"]

TONES = ("urgency", "tension", "loneliness", "prosperity", "innocence", "hope", "neutral")
_ENOUGH = 0.2  # of a story's texts must bear a dark tone's words
_BRIGHT = ("prosperity", "innocence", "hope")


def _starts(text: str) -> tuple[str, ...]:
    return tuple(fold(text).split())


# Openings of words, in six languages; "=" ends a word that must stand as it is.
_GRAVE = _starts(
    "dead= deadly death dies= died= dying= kill murder massacre shooting= shot= stab attack war="
    " bomb terror casualt fatal victim wound injur crash collaps drown hostage kidnap abus rape="
    " suicid famine genocide funeral mourn missing= coronavirus covid outbreak"
    " tot= tote= toten= töt getötet mord verletz anschlag krieg= opfer absturz starb gestorben"
    " mort= morts= mortel tué tuée décès blessé attentat guerre victime meurtr"
    " muert muere mata asesin herid atentado guerra víctima accidente fallec"
    " morre morr mortos= ferid assassin vítima acidente óbito faleceu"
    " morto= morti= uccis ferit vittim incidente strage"
    " смерт погиб убит взрыв война"
)
_URGENT = _starts(
    "earthquake quake= explosion explod blast evacuat wildfire flood tsunami hurricane cyclone"
    " typhoon tornado eruption gunman= manhunt"
    " erdbeben explosion evakuier hochwasser überschwemm großbrand notfall"
    " séisme incendie inondation évacu alerte= terremoto incendio inundac evacu explosión"
    " incêndio inundaç explosão alluvione terremoto esplosione evacuat"
)
_RISING = _starts(
    "record= profit= profits= growth= surge= boom= wins= won= champion triumph rally= expands="
    " hiring= gewinn wachstum rekord= siegt= croissance bénéfice remporte crecimiento beneficio"
    " gana= crescimento lucro vence= crescita utile="
)
_HOPEFUL = _starts(
    "rescu cure= vaccine peace ceasefire reopen recover donat volunteer reunit breakthrough freed="
    " heilung impfstoff frieden rettet= gerettet espoir vaccin paix sauvé esperanza vacuna paz="
    " esperança vacina speranza vaccino pace="
)
_GENTLE = _starts(
    "zoo= panda puppy puppies kitten baby= toddler playground schoolchildren welpe panda bébé"
    " cachorro gatito cucciolo"
)


def _count(text: str, openings: tuple[str, ...]) -> int:
    whole = frozenset(o[:-1] for o in openings if o.endswith("="))
    begun = tuple(o for o in openings if not o.endswith("="))
    return sum(w in whole or w.startswith(begun) for w in map(fold, words(text)))


def is_grave(texts: Iterable[str]) -> bool:
    """Tell whether a story is one of death, harm or war."""
    return _count(" ".join(texts), _GRAVE) > 0


def tone_of(texts: Iterable[str]) -> str:
    """Choose the tone that most of a story's words ask for; "neutral" where few ask."""
    told = [text for text in texts if text]
    for tone, openings in (("urgency", _URGENT), ("tension", _GRAVE)):
        if sum(_count(t, openings) > 0 for t in told) > len(told) * _ENOUGH:
            return tone
    if is_grave(told):
        return "neutral"
    text = " ".join(told)
    bright = {"prosperity": _RISING, "hope": _HOPEFUL, "innocence": _GENTLE}
    counts = {tone: _count(text, openings) for tone, openings in bright.items()}
    best = max(counts, key=lambda tone: counts[tone])
    return best if counts[best] > 1 else "neutral"


def fitting(wished: str, texts: Iterable[str]) -> str:
    """Grant a wished tone where the story can bear it; "" asks for the one that fits."""
    told = tuple(texts)
    if wished not in TONES or (wished in _BRIGHT and is_grave(told)):
        return tone_of(told)
    return wished
