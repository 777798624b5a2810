"""Figures, clocks and marks in the form of a language; what a line says never changes."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.prose.figures import numbers
from bot.prose.form import amount, evened, formed, marked, shaped
from bot.prose.spoken import spoken
from bot.prose.tongues import tongue
from bot.story import Beat, Cite, Script, Wish
from render.lettering.fonts import split
from render.lettering.lines import held
from render.words import tokens

SIX = ("en", "de", "fr", "es", "pt", "it")

SHAPED = [
    ("de", "Rund 1 200,5 Tonnen und 5% mehr.", "Rund 1.200,5 Tonnen und 5\u00a0% mehr."),
    ("de", "Das kostet €200 und $3,5 Millionen.",
     "Das kostet 200\u00a0€ und 3,5 Millionen\u00a0$."),
    ("de", "Er kam um 5:30 p.m. an.", "Er kam um 17:30 Uhr an."),
    ("de", "Es begann um 12:05 am.", "Es begann um 00:05 Uhr."),
    ("de", 'Sie sagte: "Wir haben 1,200 Boote."', "Sie sagte: „Wir haben 1,200 Boote.“"),
    ("de", "Am 17. Mai 2026 kamen 12 500 Menschen.", "Am 17. Mai 2026 kamen 12.500 Menschen."),
    ("fr", "Le pont de 1.200 mètres: 5% de hausse!",
     "Le pont de 1\u202f200 mètres\u00a0: 5\u00a0% de hausse\u202f!"),
    ("fr", 'Il a dit "oui, enfin!" hier.', "Il a dit «\u202foui, enfin!\u202f» hier."),
    ("fr", "Oui; non. À 17:30, rien.", "Oui\u202f; non. À 17:30, rien."),
    ("es", "Cuesta €1.200,50 y sube 5%.", "Cuesta 1.200,50\u00a0€ y sube 5\u00a0%."),
    ("it", "Costa €1.200 e il 5 % in più.", "Costa 1.200\u00a0€ e il 5% in più."),
    ("pt", "Sobe 5 %, diz “o mar”.", "Sobe 5%, diz “o mar”."),
    ("en", "It costs 200 € and rose 5 %.", "It costs €200 and rose 5%."),
    ("en", "They left at 17:30.", "They left at 5:30 p.m."),
    ("en", "They won 21:18 on Monday.", "They won 21:18 on Monday."),  # a score, no time
    ("en-GB", "They left at 17:30.", "They left at 17:30."),
    ("ja", "彼は“安全だ”と述べた。", "彼は「安全だ」と述べた。"),
    ("ar", 'قالت "لن نخاطر" أمس', "قالت «لن نخاطر» أمس"),
    ("xx", 'He said "no".', "He said “no”."),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "text", "expected"), SHAPED)
def test_a_line_has_the_form_of_its_language(lang: str, text: str, expected: str) -> None:
    assert shaped(text, lang) == expected
    assert shaped(expected, lang) == expected


PIECES = [
    "1.200", "1,200", "1 200", "3,5", "3.5", "5%", "5 %", "€200", "200 €", "$3,5 Millionen",
    "17:30", "at 17:30", "5:30 p.m.", "12 500 000", "US$40", "2026", "17. Mai",
    "Menschen", "habitants!", "oui:",
    '"1,200 ok"', "« 1.200 »", "und", "et", "1,200.5", "£3.5m", "21:18", ".", ",", "“", "€",
]  # fmt: skip


@given(st.sampled_from(SIX), st.lists(st.sampled_from(PIECES), min_size=1, max_size=7))
def test_no_form_changes_a_value(lang: str, pieces: list[str]) -> None:
    text, speech = " ".join(pieces), tongue(lang)
    before = [(n.value, n.kind) for n in numbers(text, speech)]
    assert [(n.value, n.kind) for n in numbers(shaped(text, lang), speech)] == before


@given(st.sampled_from(SIX), st.text(alphabet="ab 1.,:!?%€$", min_size=1, max_size=30))
def test_the_words_of_a_quotation_are_not_touched(lang: str, words: str) -> None:
    inside = words.strip() or "x"
    assert inside in shaped(f"Er sagt „{inside}“ heute", lang)


def test_amounts_are_written_as_their_language_does() -> None:
    assert [amount(12000, lang) for lang in ("en", "de", "fr")] == [
        "12,000",
        "12.000",
        "12\u202f000",
    ]
    assert amount(3.5, "it") == "3,5"
    assert amount(1234.25, "xx") == "1,234.25"


def script(line: str, lang: str = "de") -> Script:
    wish = Wish(
        "stat", {"value": "1 200", "unit": "Tonnen", "share": 0.5, "bars": [{"text": "5%"}]}
    )
    beat = Beat(line, (Cite("i", "Post", "u", line),), wish)
    return Script("news", line, lang, "neutral", (beat,), caption=f"{line}\nQuelle: Post.")


def test_a_whole_script_is_set_and_its_sources_are_not() -> None:
    made = formed(script('Es sind 1 200 Tonnen, "sehr viel"'))
    assert made.beats[0].line == made.headline == "Es sind 1.200 Tonnen, „sehr viel“"
    assert made.caption.splitlines()[1] == "Quelle: Post."
    assert made.beats[0].wish.data["value"] == "1.200"
    assert made.beats[0].wish.data["bars"] == [{"text": "5\u00a0%"}]
    assert made.beats[0].cites[0].quote == 'Es sind 1 200 Tonnen, "sehr viel"'
    speech = replace(made.beats[0], wish=Wish("quote", {"quote": "1 200 Boote", "name": "Eva"}))
    again = formed(replace(made, beats=(speech,)))
    assert again.beats[0].wish.data["quote"] == "1 200 Boote"


def test_a_script_of_the_sources_own_words_gets_only_its_marks() -> None:
    made = evened(script('Es sind 1 200 Tonnen, "sehr viel"'))
    assert made.beats[0].line == "Es sind 1 200 Tonnen, „sehr viel“"
    assert marked("plain", "de") == "plain"


SAID = [
    ("de", "Rund 1.200 Tonnen, 3,5 Millionen Euro", ""),
    ("de", "Um 17:30 Uhr", "Um 17 Uhr 30"),
    ("de", "Um 17.30 Uhr", "Um 17 Uhr 30"),
    ("de", "Um 17:00 Uhr", "Um 17 Uhr"),
    ("de", "Es sind 5\u00a0% mehr, 200\u00a0€", "Es sind 5 Prozent mehr, 200 Euro"),
    ("fr", "Il y a 1\u202f200 habitants\u202f!", "Il y a 1200 habitants !"),
    ("fr", "5\u00a0% à 17h30", "5 pour cent à 17 heures 30"),
    ("fr", "Cela coûte 3,5 millions\u00a0€", "Cela coûte 3,5 millions d’euros"),
    ("fr", "Rien\u202f!", ""),
    ("es", "A las 17.30 sube 5\u00a0%", "A las 17 y 30 sube 5 por ciento"),
    ("it", "Alle 9:15 no, ma alle 17.30 sì", "Alle 9:15 no, ma alle 17 e 30 sì"),
    ("pt", "Às 17h30, 5%", "Às 17 horas e 30, 5 por cento"),
    ("en", "At 5:30 p.m. it rose 5%", "At 5:30 p.m. it rose 5 percent"),
]


@pytest.mark.parametrize(("lang", "line", "said"), SAID)
def test_a_voice_says_the_form_right(lang: str, line: str, said: str) -> None:
    assert spoken(line, lang) == said


def test_a_name_behind_a_word_that_turns_stays_whole() -> None:
    line = "גשר ב-Port Ansel נסגר ב-Saltby"
    assert [token for token, _ in tokens(line, "he")] == ["גשר", "ב-Port Ansel", "נסגר", "ב-Saltby"]
    assert split(line, "he") == (("גשר", "ב-Port\u00a0Ansel", "נסגר", "ב-Saltby"), " ")
    assert held(["the", "Port", "Ansel"]) == [(0, 1), (1, 2), (2, 3)]


def test_a_line_breaks_at_no_fixed_space() -> None:
    line = "Il y a 1\u202f200 bateaux\u202f!"
    assert [token for token, _ in tokens(line, "fr")][-2:] == ["1\u202f200", "bateaux\u202f!"]
    assert split(line, "fr")[0][-1] == "bateaux\u202f!"
