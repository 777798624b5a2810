"""The fixed words that a clip says or shows in its own name. Pure tables; English is the rest."""

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Wording", "listed", "wording"]


@dataclass(frozen=True, slots=True)
class Wording:
    """One language's own words. `reports` are for one outlet and for several."""

    source: str
    sources: str
    both: str
    reports: tuple[str, str]
    made_with_ai: str
    checked_by: str
    more: str
    tag: str


_WORDINGS = {
    "en": Wording(
        "Source", "Sources", "and",
        ("{} reports it; details are awaited.", "{} report it; details are awaited."),
        "Script and voice made with AI", "checked by {}", "and {} more", "news",
    ),
    "de": Wording(
        "Quelle", "Quellen", "und",
        ("Das berichtet {}; Einzelheiten stehen noch aus.",
         "Das berichten {}; Einzelheiten stehen noch aus."),
        "Text und Stimme mit KI erstellt", "geprüft von {}", "und {} weitere", "nachrichten",
    ),
    "fr": Wording(
        "Source", "Sources", "et",
        ("{} le rapporte ; les détails sont attendus.",
         "{} le rapportent ; les détails sont attendus."),
        "Texte et voix réalisés avec l’IA", "vérifié par {}", "et {} autres", "actualité",
    ),
    "es": Wording(
        "Fuente", "Fuentes", "y",
        ("Lo informa {}; se esperan más detalles.", "Lo informan {}; se esperan más detalles."),
        "Guion y voz hechos con IA", "revisado por {}", "y {} más", "noticias",
    ),
    "pt": Wording(
        "Fonte", "Fontes", "e",
        ("{} noticia o caso; aguardam-se mais pormenores.",
         "{} noticiam o caso; aguardam-se mais pormenores."),
        "Texto e voz feitos com IA", "verificado por {}", "e mais {}", "notícias",
    ),
    "it": Wording(
        "Fonte", "Fonti", "e",
        ("Lo riporta {}; si attendono dettagli.", "Lo riportano {}; si attendono dettagli."),
        "Testo e voce realizzati con l’IA", "verificato da {}", "e altri {}", "notizie",
    ),
}  # fmt: skip


def wording(lang: str) -> Wording:
    """Find the fixed words of a language ("pt-BR" is "pt"); English where we have none."""
    return _WORDINGS.get(lang.split("-")[0].lower(), _WORDINGS["en"])


def listed(names: Sequence[str], lang: str) -> str:
    """Join names for the ear: "A", "A and B", "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {wording(lang).both} {names[-1]}"
