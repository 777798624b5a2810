"""What became of people: dead, hurt or missing, as far as words of six languages tell. Pure."""

from collections.abc import Mapping

from bot.prose.sentences import words
from bot.prose.tongues import fold

__all__ = ["harm"]

# Openings of words; "=" ends a word that must stand as it is.
_FATES: Mapping[str, str] = {
    "dead": "dead= died= dies= dying= killed= kills= death= deaths="
    " tot= tote= toten= toter= getötet gestorben starb= sterben stirbt="
    " mort= morts= morte= mortes= tué= tués= tuée= tuées= décès= meurt= mourir"
    " muert= muerto= muertos= muerta= muertas= muerte= murió= muere= mueren= fallec"
    " morto= mortos= morta= mortas= morreu= morre= morrem= faleceu="
    " morti= muore= muoiono= ucciso= uccisi= uccisa=",
    "hurt": "injur wounded= wounds= hurt= unhurt= verletzt unverletzt blessé indemne"
    " herido= heridos= herida= heridas= ileso ferido= feridos= ferida= feridas="
    " ferito= feriti= ferita= ferite= illes",
    "missing": "missing= vermisst disparu desaparecid scompars dispers",
    "alive": "surviv überleb survécu sobreviv sopravviss rescued= gerettet sauvé rescatad salvad",
}
_WHOLE = {
    fate: frozenset(fold(w[:-1]) for w in told.split() if w.endswith("="))
    for fate, told in _FATES.items()
}
_BEGUN = {
    fate: tuple(fold(w) for w in told.split() if not w.endswith("="))
    for fate, told in _FATES.items()
}


def harm(text: str) -> frozenset[str]:
    """Name the fates that a text speaks of: dead, hurt, missing, alive; denied ones too."""
    told = {fold(word) for word in words(text)}
    begun = {f for f, opens in _BEGUN.items() if any(w.startswith(opens) for w in told)}
    return frozenset(begun | {f for f, whole in _WHOLE.items() if told & whole})
