"""Whom a script names, what a found picture is of, and where nobody may be seen in a bad light."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.direct.likeness import faces, fits, shows, told
from bot.direct.wanted import wanted
from bot.prose.sensitive import sensitive
from bot.prose.tongues import tongue
from bot.story import Beat, Picture, Script, Story
from fakes_pen import item, photo
from fakes_pen import story as tells

OPENING = (
    "Ada Quill, the mayor of Quellmouth, opened the Lantern Bridge on Monday.",
    "About 400 people crossed it in Quellmouth before noon, Quill said.",
    "The bridge cost 40 million euros.",
)
NAMES = ("Ada Quill", "Lantern Bridge", "Quellmouth")


def says(*lines: str, lang: str = "en", headline: str = "A bridge opens") -> Script:
    return Script("news", headline, lang, "neutral", tuple(Beat(line) for line in lines))


def opening() -> Story:
    return tells(
        item("The Quell Post", "Lantern Bridge opened", " ".join(OPENING), minute=1),
        item("Coast Radio North", "Lantern Bridge open", minute=2),
    )


def found(*names: str) -> Picture:
    return replace(photo("found"), found_by="commons", shows=names)


# -- whom a script names -----------------------------------------------------------------------


def test_persons_and_places_of_the_lines_are_wanted() -> None:
    assert set(wanted(says(*OPENING), opening())) == set(NAMES)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("Prices rose by a third this year.", "nobody is named"),
        ("The German chancellor spoke to Merkel.", "a nation, and a surname alone"),
        ("They swam in German waters.", "a nation behind a preposition"),
        ("Brazil won the Northern World Cup.", "an event looks different every year"),
        ("Mayor Ada Quill Opens New Lantern Bridge In Quellmouth.", "a headline in capitals"),
        ("It was first told by The Quell Post.", "an outlet"),
        ("It was first told by Coast Radio.", "an outlet"),
        ("President Quill said so.", "a surname alone, whatever the office"),
    ],
)
def test_what_is_not_surely_a_person_or_a_place_is_not(line: str, why: str) -> None:
    assert wanted(says(line), opening()) == (), why


@pytest.mark.parametrize(
    ("lang", "line", "named"),
    [
        ("en", "A bridge opened in Saltby Monday.", {"Saltby"}),
        ("en", "The ferries in Saltby have stopped.", {"Saltby"}),
        ("fr", "Le pont a été inauguré à Saltby lundi par Ada Quill.", {"Saltby", "Ada Quill"}),
        ("es", "El puente se abrió el lunes en Saltby.", {"Saltby"}),
        ("de", "Ada Quill eröffnete die Brücke in Saltby.", {"Ada Quill"}),  # any noun, in German
        ("zh", "兰特恩大桥星期一开放。", set()),
    ],
)
def test_names_are_found_as_each_language_writes_them(
    lang: str, line: str, named: set[str]
) -> None:
    assert set(wanted(says(line, lang=lang), opening())) == named


def test_a_longer_name_stands_for_the_shorter_but_an_office_is_no_name() -> None:
    script = says("He met Mayor Ada Quill.", "In the end Mayor Ada M. Quill left by Quill Road.")
    assert set(wanted(script, opening())) == {"Ada Quill", "Ada M. Quill", "Quill Road"}
    script = says("The Lantern Bridge is open.", "The Old Lantern Bridge is not.")
    assert wanted(script, opening()) == ("Old Lantern Bridge",)


@given(st.text(max_size=120), st.sampled_from(["en", "de", "fr", "es", "pt", "it", "zh", ""]))
def test_any_line_names_somebody_in_it_or_nobody(line: str, lang: str) -> None:
    assert all(
        name and name.split()[0] in line for name in wanted(says(line, lang=lang), opening())
    )


# -- what a picture is of ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("caption", "of"),
    [
        ("Lantern Bridge, Quellmouth", {"Lantern Bridge", "Quellmouth"}),
        ("View of the Lantern Bridge in Quellmouth", {"Lantern Bridge", "Quellmouth"}),
        ("lantern bridge, dusk, harbour", {"Lantern Bridge"}),
        ("Mayor Ada Quill (2025)", {"Ada Quill"}),
        ("Portrait of Ada Quill.", {"Ada Quill"}),
        ("Quellmouth in March", {"Quellmouth"}),
        ("Harbour. Quellmouth", {"Quellmouth"}),
        ("Ada Quill crossing the bridge in Quellmouth", {"Ada Quill", "Quellmouth"}),
    ],
)
def test_a_caption_names_what_is_seen(caption: str, of: set[str]) -> None:
    shown = shows(caption, 2025, told(says(*OPENING), opening(), NAMES))
    assert set(shown) & set(NAMES) == of


@pytest.mark.parametrize(
    ("caption", "why"),
    [
        ("Lantern Bridge Hotel", "a hotel"),
        ("Lantern Bridge of Ostmark", "a bridge elsewhere"),
        ("Quellmouth, Ohio", "a town elsewhere"),
        ("Quellmouth (Ohio)", "a town elsewhere"),
        ("Old Quellmouth", "another town"),
        ("New-Quellmouth harbour", "another town"),
        ("Tom Quill", "another person"),
        ("Ada Quill Tower", "a building"),
        ("Ada Quill, Tom Brown and guests", "somebody else is on it"),
        ("Ada Quill's house", "a house"),
        ("A street near the Lantern Bridge", "a street"),
        ("View from Lantern Bridge", "what is seen from it"),
        ("Protest against Ada Quill", "a protest"),
        ("Statue of Ada Quill", "a statue"),
        ("Map of Quellmouth", "a map"),
        ("Lantern Bridge in 1931", "long ago"),
        ("quellmouth, harbour", "a single word in small letters may be any word"),
        ("lantern bridge hotel", "a hotel, in small letters"),
        ("A bridge at dusk", "nobody knows which"),
        ("", "nothing is said"),
    ],
)
def test_in_doubt_it_is_of_nobody(caption: str, why: str) -> None:
    assert shows(caption, 0, told(says(*OPENING), opening(), NAMES)) == (), why


def test_what_the_story_itself_speaks_of_is_no_doubt() -> None:
    script = says("The statue of Ada Quill stands since 1931 near Lantern Bridge in Ohio.")
    known = told(script, opening(), NAMES)
    assert "Ada Quill" in shows("Statue of Ada Quill, Ohio, 1931", 0, known)


@pytest.mark.parametrize(
    ("taken", "still"), [(2026, True), (2012, True), (2010, False), (1931, False)]
)
def test_an_old_picture_shows_what_is_there_no_more(taken: int, still: bool) -> None:
    known = told(says(*OPENING), opening(), NAMES)
    assert known.year == 2026
    assert bool(shows("Lantern Bridge", taken, known)) == still


def test_a_picture_of_somebody_stands_only_under_his_name() -> None:
    known = told(says(*OPENING), opening(), NAMES)
    mayor = found(*shows("Ada Quill", 2025, known))
    assert [fits(mayor, line) for line in OPENING] == [
        "it shows Ada Quill",
        "it shows Quill",
        None,
    ]
    assert fits(found(), OPENING[0]) is None


def test_a_surname_that_two_bear_is_nobodys() -> None:
    script = says("Ada Quill opened it.", "Her brother Tom Quill paid for it.", "Quill was there.")
    mayor = found(*shows("Ada Quill", 2025, told(script, opening(), NAMES)))
    assert mayor.shows == ("Ada Quill",)
    assert [bool(fits(mayor, beat.line)) for beat in script.beats] == [True, False, False]


def test_what_came_with_the_report_fits_its_story() -> None:
    assert fits(photo("pier"), "Prices rose.") == "it came with the report"


TALK = (
    "Mayor Ada Quill opened the Lantern Bridge.",
    "It cost too much, Tom Brown said.",
    "Brown has asked for the bills.",
    "The bridge is open.",
)


@pytest.mark.parametrize(
    ("caption", "stands"),
    [
        ("Ada Quill on Monday", [True, False, False, True]),
        ("Tom Brown", [False, True, True, True]),
        ("Ada Quill and Tom Brown", [True, True, True, True]),
        ("The Lantern Bridge", [True, True, True, True]),
        ("", [True, True, True, True]),
    ],
)
def test_the_picture_of_one_person_stands_under_no_other(caption: str, stands: list[bool]) -> None:
    script = says(*TALK)
    shown, others = faces(caption, told(script, opening(), wanted(script, opening())))
    picture = replace(photo("report"), shows=shown, others=others)
    assert [fits(picture, line) is not None for line in TALK] == stands


@given(st.text(max_size=200), st.integers(0, 3000))
def test_any_caption_shows_only_what_it_names(caption: str, taken: int) -> None:
    known = told(says(*OPENING), opening(), NAMES)
    letters = caption.lower()
    assert all(n.split()[0].lower() in letters for n in shows(caption, taken, known)[:1])


# -- where somebody could be seen in a bad light ------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "Two people were killed in the collision."),
        ("en", "The patients were moved to another hospital."),
        ("en", "A teenager was arrested."),
        ("de", "Bei dem Autounfall starb ein Mann."),
        ("de", "Die Polizei nahm zwei Verdächtige fest."),
        ("fr", "L'incendie a fait trois blessés."),
        ("es", "El acusado fue detenido el lunes."),
        ("pt", "O incêndio deixou dois feridos."),
        ("it", "Due morti nell'incidente."),
        ("zh", "桥开放了"),
    ],
)
def test_death_crime_and_illness_are_sensitive(lang: str, text: str) -> None:
    assert sensitive([text], tongue(lang))


@pytest.mark.parametrize(
    ("lang", "text"),
    [
        ("en", "The ferry pier reopened after nine days; the deadline was met with skill."),
        ("de", "Die neue Brücke in Hamburg wurde am Montag eröffnet."),
        ("fr", "Le pont a été inauguré lundi."),
        ("es", "El puente se abrió el lunes."),
        ("pt", "A ponte foi aberta na segunda-feira."),
        ("it", "Il ponte è stato aperto lunedì."),
    ],
)
def test_a_bridge_that_opens_is_not(lang: str, text: str) -> None:
    assert not sensitive([text], tongue(lang))
