"""The fixed words that a clip says or shows in its own name. Pure tables; English is the rest."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "Wording",
    "is_report",
    "listed",
    "masthead",
    "note_on_ai",
    "short_name",
    "wording",
]


@dataclass(frozen=True, slots=True)
class Wording:
    """One language's own words. `reports` are for one outlet and for several.

    `both` stands between the last two of a list, with its spaces: Hebrew writes it to the name.
    `differ` sets two outlets' figures against each other: a sentence, who says it, who says what;
    "" where we have no words for it.
    """

    source: str
    sources: str
    both: str
    reports: tuple[str, str]
    made_with_ai: str
    checked_by: str
    more: str
    tag: str
    differ: str = ""


_WORDINGS = {
    "en": Wording(
        "Source", "Sources", " and ",
        ("{} reports it; details are awaited.", "{} report it; details are awaited."),
        "Script and voice made with AI", "checked by {}", "and {} more", "news",
        "{}, according to {}; {} says {}.",
    ),
    "de": Wording(
        "Quelle", "Quellen", " und ",
        ("Das berichtet {}; Einzelheiten stehen noch aus.",
         "Das berichten {}; Einzelheiten stehen noch aus."),
        "Text und Stimme mit KI erstellt", "geprüft von {}", "und {} weitere", "nachrichten",
        "{}, so {}; {} spricht von {}.",
    ),
    "fr": Wording(
        "Source", "Sources", " et ",
        ("{} le rapporte ; les détails sont attendus.",
         "{} le rapportent ; les détails sont attendus."),
        "Texte et voix réalisés avec l’IA", "vérifié par {}", "et {} autres", "actualité",
        "{}, selon {} ; {} parle de {}.",
    ),
    "es": Wording(
        "Fuente", "Fuentes", " y ",
        ("Lo informa {}; se esperan más detalles.", "Lo informan {}; se esperan más detalles."),
        "Guion y voz hechos con IA", "revisado por {}", "y {} más", "noticias",
        "{}, según {}; {} habla de {}.",
    ),
    "pt": Wording(
        "Fonte", "Fontes", " e ",
        ("{} noticia o caso; aguardam-se mais pormenores.",
         "{} noticiam o caso; aguardam-se mais pormenores."),
        "Texto e voz feitos com IA", "verificado por {}", "e mais {}", "notícias",
        "{}, segundo {}; {} fala em {}.",
    ),
    "it": Wording(
        "Fonte", "Fonti", " e ",
        ("Lo riporta {}; si attendono dettagli.", "Lo riportano {}; si attendono dettagli."),
        "Testo e voce realizzati con l’IA", "verificato da {}", "e altri {}", "notizie",
        "{}, secondo {}; {} parla di {}.",
    ),
    "ru": Wording(
        "Источник", "Источники", " и ",
        ("Об этом сообщает {}; подробности уточняются.",
         "Об этом сообщают {}; подробности уточняются."),
        "Текст и голос созданы с помощью ИИ", "проверено: {}", "и ещё {}", "новости",
    ),
    "zh": Wording(
        "来源", "来源", "和", ("{}报道了此事，详情尚待公布。", "{}报道了此事，详情尚待公布。"),
        "文稿和配音由AI生成", "由{}审核", "以及另外{}家", "新闻",
    ),
    "ja": Wording(
        "出典", "出典", "と", ("{}が伝えています。詳しいことはまだ分かっていません。",
                            "{}が伝えています。詳しいことはまだ分かっていません。"),
        "原稿と音声はAIで作成", "確認：{}", "ほか{}社", "ニュース",
    ),
    "ko": Wording(
        "출처", "출처", ", ", ("{} 보도입니다. 자세한 내용은 아직 알려지지 않았습니다.",
                            "{} 보도입니다. 자세한 내용은 아직 알려지지 않았습니다."),
        "대본과 음성은 AI로 제작", "확인: {}", "외 {}곳", "뉴스",
    ),
    "el": Wording(
        "Πηγή", "Πηγές", " και ",
        ("Το μεταδίδει {}· αναμένονται λεπτομέρειες.",
         "Το μεταδίδουν {}· αναμένονται λεπτομέρειες."),
        "Κείμενο και φωνή με τεχνητή νοημοσύνη", "έλεγχος: {}", "και {} ακόμη", "ειδήσεις",
    ),
    "hi": Wording(
        "स्रोत", "स्रोत", " और ",
        ("{} ने यह ख़बर दी है; ब्योरे की प्रतीक्षा है।", "{} ने यह ख़बर दी है; ब्योरे की प्रतीक्षा है।"),
        "आलेख और आवाज़ एआई से तैयार", "जाँच: {}", "और {} अन्य", "समाचार",
    ),
    "ur": Wording(
        "ذریعہ", "ذرائع", " اور ",
        ("{} نے یہ خبر دی ہے؛ تفصیلات کا انتظار ہے۔", "{} نے یہ خبر دی ہے؛ تفصیلات کا انتظار ہے۔"),
        "متن اور آواز مصنوعی ذہانت سے تیار کیے گئے", "جانچ: {}", "اور {} دیگر", "خبریں",
    ),
    "ar": Wording(
        "المصدر", "المصادر", " و",
        ("بحسب {}؛ بانتظار مزيد من التفاصيل.", "بحسب {}؛ بانتظار مزيد من التفاصيل."),
        "النص والصوت بالذكاء الاصطناعي", "مراجعة: {}", "و{} غيرها", "أخبار",
    ),
    "he": Wording(
        "מקור", "מקורות", " ו",
        ("כך לפי {}; ממתינים לפרטים נוספים.", "כך לפי {}; ממתינים לפרטים נוספים."),
        "התסריט והקול נוצרו בבינה מלאכותית", "נבדק על ידי {}", "ועוד {}", "חדשות",
    ),
}  # fmt: skip
_WITH_PICTURES = {
    "en": "Script, voice and some pictures made with AI",
    "de": "Text, Stimme und einige Bilder mit KI erstellt",
    "fr": "Texte, voix et certaines images réalisés avec l’IA",
    "es": "Guion, voz y algunas imágenes hechos con IA",
    "pt": "Texto, voz e algumas imagens feitos com IA",
    "it": "Testo, voce e alcune immagini realizzati con l’IA",
    "ru": "Текст, голос и часть изображений созданы с помощью ИИ",
    "zh": "文稿、配音和部分画面由AI生成",
    "ja": "原稿、音声、一部の映像はAIで作成",
    "ko": "대본, 음성, 일부 영상은 AI로 제작",
    "el": "Κείμενο, φωνή και ορισμένες εικόνες με τεχνητή νοημοσύνη",
    "hi": "आलेख, आवाज़ और कुछ चित्र एआई से तैयार",
    "ur": "متن، آواز اور کچھ تصاویر مصنوعی ذہانت سے تیار کیے گئے",
    "ar": "النص والصوت وبعض الصور بالذكاء الاصطناعي",
    "he": "התסריט, הקול וחלק מהתמונות נוצרו בבינה מלאכותית",
}


def note_on_ai(lang: str, *, pictures: bool) -> str:
    """Say what was made with AI; with `pictures`, that some of them were, too."""
    code = lang.split("-")[0].lower()
    return (
        _WITH_PICTURES.get(code, _WITH_PICTURES["en"]) if pictures else wording(lang).made_with_ai
    )


def masthead(outlet: str) -> str:
    """Take the name of an outlet without its section: "The Post - World" is "The Post"."""
    return re.split(r"\s+[-–—>|:»]\s+", outlet, maxsplit=1)[0].strip() or outlet


def short_name(outlet: str) -> str:
    """Take an outlet's name as it is said: no section, nothing in brackets."""
    return masthead(outlet.split(" (")[0])


def wording(lang: str) -> Wording:
    """Find the fixed words of a language ("pt-BR" is "pt"); English where we have none."""
    return _WORDINGS.get(lang.split("-")[0].lower(), _WORDINGS["en"])


def listed(names: Sequence[str], lang: str) -> str:
    """Join names for the ear: "A", "A and B", "A, B and C"."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])}{wording(lang).both}{names[-1]}"


def is_report(line: str, outlet: str, lang: str) -> bool:
    """Tell whether a line begins with nothing but who reports a story."""
    heads = (form.partition("{}")[0] for form in wording(lang).reports)
    return bool(outlet) and any(line.startswith(head + short_name(outlet)) for head in heads)
