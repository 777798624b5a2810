"""What the checker tells apart, kind by kind, in the languages that it knows."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ground import ground
from bot.ground.clock import times
from bot.prose.figures import dates, numbers, vague
from bot.prose.tongues import tongue
from bot.story import Beat, Cite, Finding, Script
from fakes_pen import NOON, item
from sources import Item

EN = tongue("en")


def checked(line: str, *items: Item, lang: str = "en") -> list[Finding]:
    """Check one line that cites the first sentence of each report."""
    cites = tuple(Cite(i.id, i.outlet, i.url, i.title) for i in items[:1])
    script = Script("news", "", lang, "", (Beat(line, cites),))
    return [f for f in ground(script, items).findings if f.kind != "line"]


def problems(line: str, source: str, lang: str = "en") -> list[str]:
    """Name the kinds of problems that a line has against one report of one sentence."""
    found = checked(line, item("A Post", source, lang=lang), lang=lang)
    return [f.kind for f in found if f.verdict in ("not found", "contradicted")]


NUMBERS = [
    ("The clinic cost 1.2 million dollars.", "The clinic cost $1.2m.", []),
    ("The clinic cost $1,200,000.", "The clinic cost $1.2m.", []),
    ("The clinic cost $1.2bn.", "The clinic cost $1.2m.", ["number"]),
    ("The clinic cost £1.2m.", "The clinic cost $1.2m.", ["number"]),
    ("Sixty-two people left the clinic.", "62 people left the clinic.", []),
    ("The clinic paid 62 dollars.", "The clinic paid off 62 people.", ["number"]),
    ("Nearly two hundred people left the clinic.", "197 people left the clinic.", []),
    ("Two hundred people left the clinic.", "197 people left the clinic.", ["number"]),
    ("About 198 people left the clinic.", "About 200 people left the clinic.", ["number"]),
    ("The clinic has 41,000 patients.", "The clinic has 41,237 patients.", []),
    ("The clinic has 42,000 patients.", "The clinic has 41,237 patients.", ["number"]),
    ("Prices rose 5 percent in the clinic.", "Prices rose 5% in the clinic.", []),
    ("Prices rose 5 percentage points.", "Prices rose 5%.", ["number"]),
    ("The clinic is 5 km from the town.", "The clinic is 5,000 metres from the town.", []),
    ("The clinic is 5 miles from the town.", "The clinic is 5 km from the town.", ["number"]),
    ("The clinic is 5km from the town.", "The clinic is 5 km from the town.", []),
    ("Hundreds of people left the clinic.", "480 people left the clinic.", []),
    ("Thousands of people left the clinic.", "Hundreds of people left the clinic.", ["number"]),
    ("A 35-year-old left the clinic.", "A 35-year-old left the clinic on foot.", []),
    ("A 53-year-old left the clinic.", "A 35-year-old left the clinic.", ["number"]),
    ("12 were hurt and 30 died.", "30 were hurt and 12 died.", ["number", "number"]),
    ("Prices fell from 3% to 5% in May.", "Prices fell from 5% to 3% in May.",
     ["number", "number"]),
    ("The clinic opens at 4pm.", "The clinic opens at 16:00.", []),
    ("The clinic opens at 5pm.", "The clinic opens at 4pm.", ["date"]),
    ("The clinic ordered 2000 doses.", "The clinic ordered 2,000 doses.", []),
]  # fmt: skip


@pytest.mark.parametrize(("line", "source", "found"), NUMBERS)
def test_figures_agree_in_value_unit_and_what_they_count(
    line: str, source: str, found: list[str]
) -> None:
    assert problems(line, source) == found


WEDNESDAY = [  # fakes_pen.NOON is Wednesday, 4 March 2026
    ("en", "The mill burned on Wednesday.", "The mill burned today.", []),
    ("en", "The mill burned on Thursday.", "The mill burned today.", ["date"]),
    ("en", "The mill burned on 4 March.", "The mill burned today.", []),
    ("en", "The mill burned on Tuesday.", "The mill burned on 3 March.", []),
    ("en", "The mill burned yesterday.", "The mill burned on Tuesday.", []),
    ("en", "The mill burned last week.", "The mill burned on 25 February.", []),
    ("en", "The mill burned in February.", "The mill burned on 25 February.", []),
    ("en", "The mill burned on 25 February.", "The mill burned in February.", ["date"]),
    ("en", "The mill burned in 2019.", "The mill burned in 2018.", ["date"]),
    ("de", "Die Mühle brannte am Mittwoch.", "Die Mühle brannte heute.", []),
    ("de", "Die Mühle brannte am Mittwochabend.", "Die Mühle brannte am Mittwoch.", []),
    ("de", "Die Mühle brannte am Freitag.", "Die Mühle brannte gestern.", ["date"]),
    ("fr", "Le moulin a brûlé mardi.", "Le moulin a brûlé hier.", []),
    ("fr", "Le moulin a brûlé en mars.", "Le moulin a brûlé en avril.", ["date"]),
    ("es", "El molino ardió el martes.", "El molino ardió ayer.", []),
    ("es", "El molino ardió el lunes.", "El molino ardió ayer.", ["date"]),
    ("pt", "O moinho ardeu na quarta-feira.", "O moinho ardeu hoje.", []),
    ("pt", "O moinho ardeu em abril.", "O moinho ardeu em maio.", ["date"]),
    ("it", "Il mulino è bruciato ieri.", "Il mulino è bruciato martedì.", []),
    ("it", "Il mulino è bruciato giovedì.", "Il mulino è bruciato martedì.", ["date"]),
]


@pytest.mark.parametrize(("lang", "line", "source", "found"), WEDNESDAY)
def test_days_are_read_from_the_report_s_own_time(
    lang: str, line: str, source: str, found: list[str]
) -> None:
    assert problems(line, source, lang) == found


def test_a_today_that_is_old_is_not_today() -> None:
    old = item("A Post", "The mill burned today", minute=-3 * 24 * 60)
    new = item("B News", "Mill in ruins")
    assert [f.kind for f in checked("The mill burned today.", old, new)] == ["date"]
    assert checked("The mill burned today.", old, new)[0].verdict != "one outlet"


WORDS = [
    ("en", "The man shot two people.", "The man allegedly shot two people.", ["hedge"]),
    ("en", "The man allegedly shot two people.", "The man shot two people.", []),
    ("en", "12 people were hurt in the mill.", "At least 12 people were hurt in the mill.",
     ["hedge"]),
    ("en", "Up to 40 people left.", "Up to 40 people left.", []),
    ("en", "Fewer than 40 people left.", "More than 40 people left.", ["comparison"]),
    ("en", "The mill will close.", "The mill could close.", ["hedge"]),
    ("en", "The driver stole the van.", "The driver stole the van, police say.", ["hedge"]),
    ("en", "Police say the driver stole the van.", "The driver stole the van, police say.", []),
    ("en", "The mayor signed the law.", "The mayor did not sign the law.", ["negation"]),
    ("en", "The mayor did not sign the law.", "The mayor signed the law.", ["negation"]),
    ("en", "The mayor never signed the law.", "The mayor did not sign the law.", []),
    ("en", "Shares of the mill fell on the day.", "Shares of the mill rose on the day.",
     ["negation"]),
    ("en", "The sale of the mill was illegal.", "The sale of the mill was legal.", ["negation"]),
    ("en", "The mill closed after the fire.", "The mill closed before the fire.", ["comparison"]),
    ("en", "It was the last mill on the river.", "It was the first mill on the river.",
     ["comparison"]),
    ("de", "Der Mann schoss auf zwei Menschen.", "Der mutmaßliche Mann schoss auf zwei Menschen.",
     ["hedge"]),
    ("de", "Die Mühle wird geschlossen.", "Die Mühle wird nicht geschlossen.", ["negation"]),
    ("fr", "Le maire a signé la loi.", "Le maire n’a pas signé la loi.", ["negation"]),
    ("es", "El alcalde no firmó la ley.", "El alcalde firmó la ley.", ["negation"]),
    ("pt", "A fábrica abre em Lisboa.", "A fábrica fecha em Lisboa.", ["negation"]),
    ("it", "Il sindaco ha firmato la legge.", "Il sindaco non ha firmato la legge.", ["negation"]),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "line", "source", "found"), WORDS)
def test_denials_hedges_and_comparisons_are_kept(
    lang: str, line: str, source: str, found: list[str]
) -> None:
    assert problems(line, source, lang) == found


ROLES = [
    ("Bo Harte beat Ada Quill in the final.", "Ada Quill beat Bo Harte in the final.", "role"),
    ("Bo Harte was beaten by Ada Quill in the final.", "Ada Quill beat Bo Harte in the final.", ""),
    ("Ada Quill was beaten by Bo Harte in the final.", "Ada Quill beat Bo Harte in the final.",
     "role"),
    ("The mill in Lund was sold, Ada Quill said.", "Ada Quill said the mill in Lund was sold.", ""),
    ("Ada Quill, a rower from Lund, won the race.", "Ada Quill won the race.", ""),
]  # fmt: skip


@pytest.mark.parametrize(("line", "source", "kind"), ROLES)
def test_two_names_may_not_change_places(line: str, source: str, kind: str) -> None:
    found = [k for k in problems(line, source) if k == "role"]
    assert found == ([kind] if kind else [])


def test_a_name_of_the_story_in_another_s_place_is_found() -> None:
    told = item("A Post", "Mill sold", "Ada Quill sold the mill. Bo Harte runs a ferry in Lund.")
    found = {f.claim: f.verdict for f in checked("Bo Harte sold the mill.", told)}
    assert found["Bo Harte"] == "contradicted"
    assert checked("Quill sold the mill.", told) == []


def test_an_outlet_may_be_named_and_nobody_else() -> None:
    told = item("The Quay Telegraph (Lund)", "Ada Quill sold the mill")
    assert checked("Ada Quill sold the mill, the Quay Telegraph reports.", told)[-1].kind == "name"
    found = {f.claim for f in checked("Ada Quill sold the mill, the Quay Telegraph reports.", told)}
    assert found == {"Ada Quill"}


def test_words_in_another_mouth_are_found() -> None:
    told = item(
        "A Post",
        "Mill sold",
        "“It was a fair price for us,” said Ada Quill. Bo Harte ran the mill.",
    )
    right = "Ada Quill said: “It was a fair price for us.”"
    wrong = "Bo Harte said: “It was a fair price for us.”"
    assert {f.verdict for f in checked(right, told)} == {"one outlet"}
    assert "contradicted" in {f.verdict for f in checked(wrong, told) if f.kind == "quote"}


def bridge_reports(late: int) -> tuple[Item, Item]:
    first = item("A Post", "The fire brigade counted 14 hurt people on the bridge")
    second = item("B News", "The fire brigade counted 9 hurt people on the bridge", minute=late)
    return first, second


def test_outlets_that_differ_at_one_time_are_a_dispute_with_both_sentences() -> None:
    line = "The fire brigade counted 9 hurt people on the bridge."
    number = next(f for f in checked(line, *bridge_reports(late=10)) if f.kind == "number")
    assert number.verdict == "disputed"
    assert number.outlet == "B News"
    assert number.against == "A Post: The fire brigade counted 14 hurt people on the bridge"


def test_what_was_overtaken_is_no_dispute_but_an_old_figure_is() -> None:
    first, second = bridge_reports(late=120)
    line = "The fire brigade counted {} hurt people on the bridge."
    new, old = (
        next(f for f in checked(line.format(n), first, second) if f.kind == "number")
        for n in (9, 14)
    )
    assert new.verdict == "one outlet"
    assert old.verdict == "disputed"


def test_one_owner_and_one_text_are_one_voice() -> None:
    text = (
        "A barge struck the old bridge in Port Ellery early on Wednesday, the harbour office said"
    )
    line = f"{text}."
    kinds = {
        ("A Post", "B News"): "one outlet",  # the same words: an agency's
        ("A Post", "A Post (YouTube)"): "one outlet",
    }
    for (one, other), verdict in kinds.items():
        reports = (item(one, text), item(other, text, minute=3))
        found = ground(Script("news", "", "en", "", (Beat(line),)), reports).findings
        assert [f.verdict for f in found if f.kind == "line"] == [verdict]


GERMAN = "Am Dienstag starben 62 Menschen in Port Ellery, sagte Bürgermeisterin Ines Calder."


def foreign(line: str, source: str = GERMAN, lang: str = "de") -> dict[str, str]:
    told = item("Zeitung", source, lang=lang)
    cite = Cite(told.id, told.outlet, told.url, told.title)
    report = ground(Script("news", "", "en", "", (Beat(line, (cite,)),)), (told,))
    return {f.kind: f.verdict for f in report.findings}


def test_a_report_in_another_language_is_for_a_person_to_compare() -> None:
    found = foreign("Mayor Ines Calder said sixty-two people died in Port Ellery on Tuesday.")
    assert found["line"] == "foreign"
    assert found["number"] == found["date"] == "one outlet"


@pytest.mark.parametrize(
    "line",
    [
        "Sixty-four people died in Port Ellery on Tuesday.",
        "62 people died in Port Ellery on Friday.",
        "Mayor Otto Reyes said 62 people died in Port Ellery.",
    ],
)
def test_across_languages_figures_days_and_names_must_hold(line: str) -> None:
    assert foreign(line)["line"] == "not found"


VERBATIM = [
    ("zh", "周三清晨，一艘驳船撞上埃勒里大桥，62人获救，没有人受伤。"),
    ("ja", "水曜日の早朝、はしけがエラリー橋に衝突し、62人が救助された。けが人はいなかった。"),
    ("ko", "수요일 새벽 바지선이 엘러리 다리에 부딪혀 62명이 구조됐다."),
    ("ar", "اصطدمت بارجة بجسر إيليري صباح الأربعاء ولم يصب أحد من الركاب البالغ عددهم 62."),
    ("hi", "बुधवार सुबह एक नाव एलेरी पुल से टकराई और 62 लोगों को बचाया गया।"),
    ("ru", "Баржа врезалась в мост Эллери рано утром в среду, 62 человека спасены."),
    ("th", "เรือชนสะพานเอลเลอรีเมื่อเช้าวันพุธ ช่วยเหลือผู้โดยสาร 62 คน"),
    ("el", "Μια φορτηγίδα χτύπησε τη γέφυρα Έλερι το πρωί της Τετάρτης, 62 διασώθηκαν."),
]


@pytest.mark.parametrize(("lang", "line"), VERBATIM)
def test_word_for_word_lines_of_other_scripts_raise_no_alarm(lang: str, line: str) -> None:
    told = item("A Post", line, lang=lang)
    report = ground(Script("news", line, lang, "", (Beat(line),)), (told,))
    assert not report.problems
    assert any(f.kind == "line" for f in report.findings)


def test_a_figure_changed_in_a_script_without_spaces_is_found() -> None:
    assert problems("一艘驳船撞上大桥，64人获救。", "一艘驳船撞上大桥，62人获救。", "zh") == [
        "number"
    ]


def test_times_rough_figures_months_and_points_are_read() -> None:
    assert times("at 4.15am, 16:05, 4pm and 16 Uhr, not 4.15 or 3:1") == (
        ("4.15am", 255), ("16:05", 965), ("4pm", 960), ("16 Uhr", 960),
    )  # fmt: skip
    assert vague("dozens left, hundreds of thousands stayed, 3 million", EN)[:2] == (
        ("dozens", 12), ("hundreds", 100),
    )  # fmt: skip
    assert [d.key for d in dates("In March, from May to July. They may march.", EN)] == [
        (3, 0), (7, 0),
    ]  # fmt: skip
    assert [(n.value, n.kind) for n in numbers("5 percentage points, 3%, 17km", EN)] == [
        (5, "pp"), (3, "%"), (17, ""),
    ]  # fmt: skip
    assert [n.value for n in numbers("quatre-vingt-deux, soixante-dix", tongue("fr"))] == [82, 70]


names = st.sampled_from(("Ada Quill", "Bo Harte", "Ines Calder", "Otto Reyes"))
verbs = st.sampled_from(("met", "praised", "called", "sued"))
places = st.sampled_from(("in Lund", "on Tuesday", "after the fire", "at 16:05"))


@given(who=names, did=verbs, whom=names, where=places, count=st.integers(3, 1899))
def test_a_line_that_is_its_source_is_never_doubted(
    who: str, did: str, whom: str, where: str, count: int
) -> None:
    line = f"{who} {did} {whom} and {count} workers {where}."
    assert problems(line, line) == []


@given(count=st.integers(11, 1899), other=st.integers(11, 1899))
def test_another_figure_is_never_carried(count: int, other: int) -> None:
    found = problems(f"Ada Quill hired {other} workers in Lund.",
                     f"Ada Quill hired {count} workers in Lund.")  # fmt: skip
    rounded = len(str(other).rstrip("0")) >= 2 and float(f"{count:.2g}") == other
    assert found == ([] if other == count or rounded else ["number"])


@given(shift=st.integers(-3, 3))
def test_days_hold_wherever_the_clock_stands(shift: int) -> None:
    at = NOON + timedelta(days=shift)
    told = item("A Post", "The mill burned today", minute=shift * 24 * 60)
    line = f"The mill burned on {at:%A}."
    assert [f.verdict for f in checked(line, told)] == ["one outlet"]
