"""Lines said another way: attribution first, weekdays for "today"; what says anything at all."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.prose.plain import headline, plain, usable_alone
from bot.prose.recast import attributed_first, dated
from bot.prose.sentences import words
from bot.prose.tongues import fold, tongue
from bot.prose.verbs import leans, tells

COMMON, PROPER = frozenset({"barge", "repairs", "firefighters"}), frozenset({"ellery"})
WEDNESDAY = date(2026, 3, 4)

MOVED = [
    ("en", "The bridge is shut, officials say.", "Officials say the bridge is shut."),
    ("en", "Barge hits pier, say witnesses.", "Witnesses say barge hits pier."),
    ("en", "Ellery stays dark, the city said on Tuesday.",
     "The city said on Tuesday Ellery stays dark."),
    ("en", "At least two were hurt, police said.", "Police said at least two were hurt."),
    ("en", "Two were hurt, according to the fire brigade.",
     "According to the fire brigade, two were hurt."),
    ("de", "Die Brücke bleibt zu, sagte Bürgermeisterin Ines Calder.",
     "Bürgermeisterin Ines Calder sagte, die Brücke bleibt zu."),
    ("fr", "Le pont est fermé, selon la police.", "Selon la police, le pont est fermé."),
    ("es", "El puente está cerrado, según la policía.",
     "Según la policía, el puente está cerrado."),
    ("pt", "A ponte está fechada, segundo a polícia.",
     "Segundo a polícia, a ponte está fechada."),
    ("it", "Il ponte è chiuso, secondo la polizia.", "Secondo la polizia, il ponte è chiuso."),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "line", "moved"), MOVED)
def test_who_says_it_comes_first(lang: str, line: str, moved: str) -> None:
    assert attributed_first(line, tongue(lang), COMMON, PROPER) == moved


LEFT = [
    ("en", "“We are shut,” officials say."),  # a quotation has its own form
    ("en", "After the crash the bridge was shut, officials say."),  # "Officials say after ..."
    ("en", "He was hurt, officials say."),  # who?
    ("en", "Quux is shut, officials say."),  # a name or not?
    ("en", "The bridge is shut, he said."),
    ("en", "The city says it is shut, officials say."),
    ("en", "The bridge, built in 1931, is shut, officials say."),
    ("en", "The bridge is shut."),
    ("de", "Gesperrt ist die Brücke, sagte die Polizei."),  # small or a noun?
    ("fr", "Le pont est fermé, a dit le maire."),
    ("ru", "Мост закрыт, сообщила полиция."),
]


@pytest.mark.parametrize(("lang", "line"), LEFT)
def test_where_that_is_not_safe_a_line_stays(lang: str, line: str) -> None:
    assert attributed_first(line, tongue(lang), COMMON, PROPER) == line


WORDS = "the bridge is shut Ellery says said officials according to police no 62 at least after"
WORD = st.sampled_from(WORDS.split())


@given(st.lists(WORD, min_size=1, max_size=9), st.lists(WORD, min_size=1, max_size=5))
def test_moving_loses_no_word(body: list[str], tail: list[str]) -> None:
    line = f"{' '.join(body).capitalize()}, {' '.join(tail)}."
    moved = attributed_first(line, tongue("en"), COMMON, PROPER)
    assert sorted(map(fold, words(moved))) == sorted(map(fold, words(line)))


DATED = [
    ("en", "The bridge was shut today.", "The bridge was shut on Wednesday."),
    ("en", "Today the bridge was shut.", "On Wednesday the bridge was shut."),
    ("en", "It will stay shut until tomorrow.", "It will stay shut until Thursday."),
    ("en", "Yesterday's vote was close.", "Tuesday's vote was close."),
    ("en", "The tide rises tonight.", "The tide rises on Wednesday night."),
    ("en", "It was shut late this morning.", "It was shut late on Wednesday morning."),
    ("de", "Die Brücke wurde heute gesperrt.", "Die Brücke wurde am Mittwoch gesperrt."),
    ("de", "Gestern Abend fiel der Strom aus.", "Am Dienstagabend fiel der Strom aus."),
    ("fr", "Le pont a été fermé hier soir.", "Le pont a été fermé mardi soir."),
    ("es", "El puente cerró ayer.", "El puente cerró el martes."),
    ("es", "La reunión de hoy fue breve.", "La reunión del miércoles fue breve."),
    ("pt", "A ponte foi fechada hoje.", "A ponte foi fechada na quarta-feira."),
    ("it", "Il ponte è stato chiuso oggi.", "Il ponte è stato chiuso mercoledì."),
    ("ru", "Мост закрыт сегодня.", "Мост закрыт сегодня."),
    ("en", "The bridge is shut.", "The bridge is shut."),
    ("en", "Even today nobody knows why.", ""),
    ("en", "USA Today has the story.", ""),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "line", "said"), DATED)
def test_today_becomes_a_weekday(lang: str, line: str, said: str) -> None:
    assert dated(line, tongue(lang), WEDNESDAY) == said


@pytest.mark.parametrize(
    ("line", "said"),
    [("The bridge was shut today.", "The bridge was shut."), ("Today it was shut.", ""),
     ("It was shut.", "It was shut.")],
)  # fmt: skip
def test_a_day_that_nobody_knows_is_not_said(line: str, said: str) -> None:
    assert dated(line, tongue("en"), None) == said


TELLS = [
    ("en", "Firefighters took 62 people off a tram.", True),
    ("en", "Six leaders dined with the minister, documents reveal.", True),
    ("en", "The mayor stands by her words.", True),
    ("en", "Nobody won't pay for it.", True),
    ("en", "Mill & Lane, the maker of pumps.", False),
    ("en", "Captain Ada Quill, who was removed from command.", False),
    ("en", "Reports that the mayor may step down.", False),
    ("en", "Gone from both app stores.", False),
    ("de", "Die Brücke bleibt gesperrt.", True),
    ("fr", "Le maire inaugure le pont, qui rouvrira mardi.", True),
    ("es", "El puente cerró el martes.", True),
    ("pt", "Autoridades falam num incêndio.", True),
    ("pt", "Um regresso de férias.", False),
    ("it", "Il maltempo colpisce la costa.", True),
    ("it", "Un gelo mai visto.", False),
    ("ru", "Мост.", True),
]


@pytest.mark.parametrize(("lang", "line", "said"), TELLS)
def test_a_sentence_has_a_verb(lang: str, line: str, said: bool) -> None:
    assert tells(line, tongue(lang)) == said


@pytest.mark.parametrize(
    ("line", "said"),
    [("Bridge hit by barge in Ellery.", False), ("Shoes auctioned for a record.", False),
     ("Barge hits bridge.", True), ("Bridge shut for weeks.", False),
     ("Ferry crashed at noon.", True)],
)  # fmt: skip
def test_a_headline_may_leave_the_verb_to_the_reader(line: str, said: bool) -> None:
    assert tells(line, tongue("en"), headline=True) == said


@pytest.mark.parametrize(
    ("lang", "line", "leaning"),
    [("en", "She left.", True), ("en", "Separately, a bridge fell.", True),
     ("pt", "Saudou os agentes.", True), ("it", "Firmò ieri.", True), ("de", "Sie ging.", True),
     ("en", "Calder left.", False), ("pt", "O autarca saudou os agentes.", False)],
)  # fmt: skip
def test_a_line_without_a_subject_of_its_own_leans(lang: str, line: str, leaning: bool) -> None:
    assert leans(line, tongue(lang)) == leaning


@pytest.mark.parametrize(
    ("lang", "line"),
    [("en", "Come to our next seminar!"), ("en", "“It was awful.”"), ("de", "Ja, das stimmt."),
     ("de", "Wir treffen den Autor."), ("fr", "Retrouvez notre rendez-vous."),
     ("pt", "Este é o meu barco."), ("en", "They found him on his his boat.")],
)  # fmt: skip
def test_who_speaks_to_us_reports_nothing(lang: str, line: str) -> None:
    assert not usable_alone(line, tongue(lang))


def test_the_us_is_not_us() -> None:
    assert usable_alone("US officials have shut the bridge.", tongue("en"))
    assert usable_alone("A EU fecha a ponte.", tongue("pt"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("00h Elevador volta a funcionar", "Elevador volta a funcionar"),
        ("EFE El puente cerró", "El puente cerró"),
        ("DOSSIER - Le pont est fermé", "Le pont est fermé"),
        ("But the bridge is shut", "The bridge is shut"),
        ("April 24, 2020 6:00 AM The bridge is shut", "The bridge is shut"),
        ("The old bridge has been shut • Ferries sail", "The old bridge has been shut"),
    ],
)
def test_what_is_no_part_of_a_sentence_goes(text: str, said: str) -> None:
    assert plain(text) == said


def test_a_shouted_word_is_written_as_the_texts_write_it() -> None:
    said = headline(
        "Mayor warns AGAINST opening NATO bridge", "", frozenset({"against"}), frozenset()
    )
    assert said == "Mayor warns against opening NATO bridge."
