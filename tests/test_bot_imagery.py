"""The news rule: for what a model may make pictures up, and how they must look."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.byhand import drafted
from bot.direct import Imagery
from bot.rules import Rulebook
from bot.rules._eventful_words import EVENTFUL
from bot.rules.imagery import imagery, real_only
from bot.rules.remarks import remarks
from bot.story import Beat, Grounding, Script, Story
from fakes import NOON, item
from render.lab.settings import Lab

LAB = Lab(heroes=3)

EVENTS = [
    ("en", "A flood cut off two villages."),
    ("en", "A quake shook the coast at night."),
    ("en", "Two trains collided near the harbour."),
    ("en", "A fire destroyed the old mill."),
    ("en", "The court will hear the case in May."),
    ("en", "Voters choose a new council on Sunday."),
    ("en", "Soldiers crossed the river."),
    ("en", "The volcano erupted again."),
    ("en", "Thousands joined a protest in the square."),
    ("en", "The storm-hit harbour is empty."),
    ("en", "A ferry capsized in calm water."),
    ("de", "Das Hochwasser hat zwei Dörfer abgeschnitten."),
    ("de", "Ein Erdbeben erschütterte die Küste."),
    ("de", "Am Landgericht beginnt der Prozess."),
    ("de", "Am Sonntag ist Bürgermeisterwahl: die Wähler entscheiden."),
    ("de", "Ein Waldbrand näherte sich dem Ort."),
    ("de", "Der Vulkan ist wieder ausgebrochen."),
    ("de", "Die Fähre ist gekentert."),
    ("fr", "Des inondations ont coupé la route."),
    ("fr", "Un séisme a secoué la côte."),
    ("fr", "Le tribunal rend son verdict lundi."),
    ("fr", "Les électeurs votent dimanche."),
    ("fr", "Un incendie ravage la forêt."),
    ("fr", "Le volcan est entré en éruption."),
    ("es", "Las inundaciones cortaron la carretera."),
    ("es", "Un terremoto sacudió la costa."),
    ("es", "El juicio empieza el lunes."),
    ("es", "Las elecciones son el domingo."),
    ("es", "Un incendio arrasó el molino."),
    ("es", "Las tropas cruzaron el río en la guerra."),
    ("pt", "As enchentes cortaram a estrada."),
    ("pt", "Um terremoto sacudiu a costa."),
    ("pt", "O julgamento começa na segunda-feira."),
    ("pt", "A eleição é no domingo."),
    ("pt", "Um incêndio destruiu o moinho."),
    ("it", "L'alluvione ha tagliato la strada."),
    ("it", "Un terremoto ha scosso la costa."),
    ("it", "Il processo comincia lunedì."),
    ("it", "Le elezioni sono domenica."),
    ("it", "Un incendio ha distrutto il mulino."),
]
QUIET = [
    ("en", "The museum in Quellmouth opened a hall of glass whales."),
    ("en", "Bakers sold three thousand loaves at the harbour market."),
    ("en", "A new tram line runs through the orchards."),
    ("de", "Das Museum hat eine Halle mit gläsernen Walen eröffnet."),
    ("de", "Die neue Straßenbahn fährt durch die Obstgärten."),
    ("fr", "Le musée a ouvert une salle de baleines en verre."),
    ("es", "El museo abrió una sala de ballenas de cristal."),
    ("pt", "O museu abriu uma sala de baleias de vidro."),
    ("it", "Il museo ha aperto una sala di balene di vetro."),
]
REAL = [
    ("en", "Mayor Ada Quill said the museum is open.", "it is about Ada Quill"),
    ("en", "Ada Quill was charged with fraud.", "its topic is sensitive"),
    ("de", "Ada Quill wurde am Montag festgenommen.", "its topic is sensitive"),
    ("zh", "博物馆开了新厅。", "its language zh is not known here"),
]


def script(lang: str, *lines: str, form: str = "news") -> Script:
    return Script(form, "", lang, "neutral", tuple(Beat(line) for line in lines))


def story(lang: str, *lines: str) -> Story:
    items = tuple(replace(item(n, line, summary=line), lang=lang) for n, line in enumerate(lines))
    return Story(1, lines[0], items)


@pytest.mark.parametrize(("lang", "line"), EVENTS)
def test_no_picture_is_made_up_of_what_happens_to_people(lang: str, line: str) -> None:
    seen, why = imagery(script(lang, line), story(lang, line), LAB)
    assert seen is None
    assert why.startswith(("it speaks of", "its topic is sensitive"))


@pytest.mark.parametrize(("lang", "line"), QUIET)
def test_of_quiet_things_drawings_may_be_made(lang: str, line: str) -> None:
    assert not real_only(script(lang, line), story(lang, line))
    assert imagery(script(lang, line), story(lang, line), LAB) == (Imagery(3, "illustration"), "")


@pytest.mark.parametrize(("lang", "line", "why"), REAL)
def test_no_real_person_is_made_up(lang: str, line: str, why: str) -> None:
    told = script(lang, line), story(lang, line)
    assert real_only(*told)
    seen, said = imagery(*told, LAB)
    assert seen is None
    assert why in said


def test_what_only_a_report_tells_counts_too() -> None:
    quiet = "The harbour bridge is closed."
    told = story("en", "Harbour bridge closed", "Harbour bridge closed after crash")
    assert imagery(script("en", quiet), told, LAB)[1] == "it speaks of 'crash'"
    foreign = story("fr", "Le pont du port est fermé après une collision")
    assert imagery(script("en", quiet), foreign, LAB)[1] == "it speaks of 'collision'"
    unknown = story("fi", "Satamasilta on suljettu")
    assert "not known here" in imagery(script("en", quiet), unknown, LAB)[1]


def test_where_nothing_is_wished_there_is_no_reason() -> None:
    for lang, line in EVENTS[:1] + QUIET[:1]:
        assert imagery(script(lang, line), story(lang, line), Lab()) == (None, "")


@pytest.mark.parametrize("form", ["news", "flash", "explainer", "list"])
def test_news_is_drawn_whatever_the_file_says(form: str) -> None:
    lang, line = QUIET[0]
    wish = Lab(heroes=2, style="photoreal")
    seen, _ = imagery(script(lang, line, form=form), story(lang, line), wish)
    assert seen == Imagery(2, "illustration")


FICTION = '''
"""Stories of our own."""
from bot.formats import Format
FORMAT = Format("tale", (10, 20, 30), (2, 4), ("hook",), (), fiction=True)
'''


def test_fiction_may_look_as_the_file_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "ourtales").mkdir()
    (tmp_path / "ourtales" / "tale.py").write_text(FICTION)
    monkeypatch.syspath_prepend(tmp_path)
    lang, line = QUIET[0]
    tale, told = script(lang, line, form="ourtales.tale"), story(lang, line)
    try:
        for style in ("photoreal", "illustration"):
            wish = Lab.model_validate({"heroes": 2, "style": style})
            assert imagery(tale, told, wish) == (Imagery(2, style), "")  # type: ignore[arg-type]
    finally:
        for name in ("ourtales", "ourtales.tale"):
            sys.modules.pop(name, None)


def noted(line: str, lab: Lab) -> str:
    book = Rulebook(lab=lab)
    draft = drafted(story("en", line), script("en", line), Grounding(), book, NOON)
    return "\n".join(remarks(draft, book, NOON))


def test_the_editors_are_told_why_nothing_was_made_up() -> None:
    event, quiet = EVENTS[0][1], QUIET[0][1]
    assert "no picture was made up for it: it speaks of 'flood'" in noted(event, LAB)
    assert "made up" not in noted(event, Lab())
    assert "made up" not in noted(quiet, LAB)


@given(st.lists(st.text(max_size=60), min_size=1, max_size=4), st.sampled_from(["en", "de", "it"]))
def test_any_text_is_decided(lines: list[str], lang: str) -> None:
    seen, why = imagery(script(lang, *lines), story(lang, *lines), LAB)
    assert (seen is None) == bool(why)


def test_every_language_that_is_known_has_its_words() -> None:
    assert set(EVENTFUL) == {"en", "de", "fr", "es", "pt", "it"}
