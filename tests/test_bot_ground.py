"""Every claim against its sources; and how many lies slip through."""

import random
import time
from dataclasses import replace

import pytest

from bot.ground import BESIDE, ground
from bot.prose.claims import denials, names, quotations
from bot.prose.figures import dates, numbers
from bot.prose.tongues import tongue
from bot.story import Beat, Cite, Script, Story
from fakes_pen import bridge, item, story

EN, DE = tongue("en"), tongue("de")

NUMBERS = [
    ("It cost $1.2bn", [(1.2e9, "$")]),
    ("1.2 million people, 1,200,000 people, 1.2m people", [(1.2e6, "")] * 3),
    ("rose 3.5 per cent, then 4%", [(3.5, "%"), (4, "%")]),
    ("twenty-two dogs and two dozen cats", [(22, ""), (24, "")]),
    ("three hundred soldiers", [(300, "")]),
    ("a 35-year-old and 62-nation talks", [(35, ""), (62, "")]),
    ("Covid-19 and 5G at 6:30", []),
    ("one of them", []),
    ("the 3rd man", [(3, "ordinal")]),
    ("US$560,000 (£463,000)", [(560000, "$"), (463000, "£")]),
    ("a record $US560,000 ($A873,000)", [(560000, "$"), (873000, "$")]),
    ("in May 2020, on May 17", []),
]


@pytest.mark.parametrize(("text", "expected"), NUMBERS)
def test_numbers_are_read(text: str, expected: list[tuple[float, str]]) -> None:
    assert [(n.value, n.kind) for n in numbers(text, EN)] == expected


def test_german_numbers_swap_point_and_comma() -> None:
    found = numbers("1.200 Menschen, 3,5 Prozent und 12 Millionen Euro", DE)
    assert [(n.value, n.kind) for n in found] == [(1200, ""), (3.5, "%"), (12e6, "€")]


def test_days_are_read() -> None:
    assert [d.key for d in dates("On Sunday, 17 May 2020, and on May 3rd", EN)] == [
        6, (5, 17), 2020, (5, 3),
    ]  # fmt: skip
    assert [d.key for d in dates("Am 3. März", DE)] == [(3, 3)]


def test_names_are_runs_of_capitals() -> None:
    found = names("The mayor, Ines Calder, met Port Ellery's EU envoy. Later she left.", EN)
    assert found == ("Ines Calder", "Port Ellery", "EU")
    assert names("Die Brücke in Köln ist zu, sagt Anna Weiß", DE) == ("Anna Weiß",)


def test_quotations_and_denials() -> None:
    found = quotations("He said “we won't go” and 'it isn't over' in Bob's “hut”")
    assert [q.text for q in found] == ["we won't go", "it isn't over"]
    assert denials("It didn't and will not", EN) == 2
    assert denials("没有人受伤", tongue("zh")) == 1


def script(*lines: str, tale: Story | None = None, headline: str = "", caption: str = "") -> Script:
    first = (tale or bridge()).items[0]
    cite = Cite(first.id, first.outlet, first.url, first.title)
    beats = tuple(Beat(line, (cite,)) for line in lines)
    return Script("news", headline, "en", "neutral", beats, caption=caption)


def verdicts(line: str, tale: Story | None = None) -> dict[str, str]:
    report = ground(script(line, tale=tale), (tale or bridge()).items)
    return {f"{f.kind} {f.claim}": f.verdict for f in report.findings}


def test_what_two_outlets_say_is_supported_and_what_one_says_is_of_one() -> None:
    line = "The Ellery Bridge in Port Ellery was closed on Wednesday."
    found = verdicts(line)
    assert found["name Ellery Bridge"] == "supported"
    assert found["date Wednesday"] == "supported"
    assert found[f"line {line}"] == "supported"
    line = "Repairs could cost 3.5 million euros."
    assert verdicts(line)[f"line {line}"] == "one outlet"


@pytest.mark.parametrize(
    ("line", "claim", "verdict"),
    [
        ("Firefighters took 64 people off a tram.", "number 64", "contradicted"),
        ("Repairs could cost 4.5 million euros.", "number 4.5 million euros", "contradicted"),
        ("Repairs could cost 3,500,000 euros.", "number 3,500,000 euros", "one outlet"),
        ("Repairs could cost 3.5 million dollars.", "number 3.5 million dollars", "not found"),
        ("About 60 people were taken off a tram.", "number 60", "one outlet"),
        ("Mayor Bob Wright said the bridge stays closed.", "name Mayor Bob Wright", "contradicted"),
        ("A barge struck a pier early on Monday.", "date Monday", "contradicted"),
        ("“We will open it tomorrow,” the mayor said.", "quote We will open it tomorrow,",
         "not found"),
        ("Somebody was hurt, according to the fire brigade.",
         "negation Somebody was hurt, according to the fire brigade.", "contradicted"),
        ("The Ellery Bridge in Port Ellery was opened on Wednesday.", "negation opened",
         "contradicted"),
        ("Dolphins were seen dancing under moonlight.",
         "line Dolphins were seen dancing under moonlight.", "not found"),
    ],
)  # fmt: skip
def test_what_no_source_holds_is_found(line: str, claim: str, verdict: str) -> None:
    assert verdicts(line)[claim] == verdict


def test_today_in_a_source_carries_its_weekday() -> None:
    tale = story(item("A Post", "Mill burns", "The old mill burned down today."))
    assert verdicts("The old mill burned down on Wednesday.", tale)["date Wednesday"]
    report = ground(script("The old mill burned down on Wednesday.", tale=tale), tale.items)
    assert not report.problems


def test_headline_and_caption_are_checked_too_but_not_our_own_words() -> None:
    own = "A barge struck a pier.\nSources: Zebra Times. Script and voice made with AI."
    clean = ground(script(headline="Barge strikes pier", caption=own), bridge().items)
    assert not clean.problems
    wrong = ground(script(headline="Barge kills 9 in Novgorod"), bridge().items)
    assert {(f.beat, f.claim) for f in wrong.problems} == {(BESIDE, "9"), (BESIDE, "Novgorod")}


def test_a_line_that_only_attributes_claims_nothing() -> None:
    line = "Harbour Post and Coast Radio report it; details are awaited."
    assert ground(script(line), bridge().items).findings == ()


def test_a_script_without_sources_is_flagged_not_a_crash() -> None:
    assert ground(script("A barge struck a pier."), []).problems


def test_a_script_is_checked_in_milliseconds() -> None:
    lines = [s for i in bridge().items for s in (i.title, *i.summary.split(". "))]
    ground(script(*lines), bridge().items)
    start = time.process_time()
    for _ in range(10):
        ground(script(*lines), bridge().items)
    assert (time.process_time() - start) / 10 < 0.025  # the aim is 5 ms on an idle machine


CLEAN = [
    "A barge struck a pier of the Ellery Bridge in Port Ellery early on Wednesday.",
    "Firefighters took 62 people off a tram that was stranded on the Ellery Bridge, the city said.",
    "Nobody was hurt, according to the fire brigade.",
    "Mayor Ines Calder said the bridge will stay closed for at least three weeks.",
    "Mayor Ines Calder said: “We will not open it before every bolt is checked.”",
    "Repairs could cost 3.5 million euros, engineers estimate.",
    "The Ellery Bridge was closed after a barge collided with one of its piers.",
]
STRANGERS = ("Novak", "Brasília", "Ottoline Reyes", "NATO", "Lake Mungo", "Zhang Wei")


def problems(line: str) -> int:
    return len(ground(script(line), bridge().items).problems)


def test_clean_lines_raise_no_alarm() -> None:
    assert [line for line in CLEAN if problems(line)] == []


def changed_number(line: str, chance: random.Random) -> str | None:
    found = numbers(line, EN)
    if not found:
        return None
    figure = chance.choice(found)
    other = str(chance.choice([n for n in range(4, 99) if n not in (62, 40, 10, 12)]))
    return line[: figure.start] + other + line[figure.end :]


def foreign_name(line: str, chance: random.Random) -> str | None:
    found = names(line, EN)
    return line.replace(chance.choice(found), chance.choice(STRANGERS)) if found else None


def altered_quote(line: str, chance: random.Random) -> str | None:
    found = quotations(line)
    if not found:
        return None
    said = found[0].text.split()
    said[chance.randrange(len(said))] = chance.choice(["surely", "money", "later"])
    return line[: found[0].start + 1] + " ".join(said) + line[found[0].end - 1 :]


FLIPS = (
    (" was ", " was not "),
    (" will ", " will never "),
    (" took ", " never took "),
    ("Nobody", "Somebody"),
    (" could ", " could not "),
)


def flipped_negation(line: str, chance: random.Random) -> str | None:
    for there, gone in FLIPS:
        if there in line:
            return line.replace(there, gone, 1)
    return None


@pytest.mark.parametrize(
    ("mutate", "least"),
    [(changed_number, 0.99), (foreign_name, 1.0), (altered_quote, 1.0), (flipped_negation, 0.95)],
)
def test_mutations_are_caught(mutate: object, least: float) -> None:
    chance = random.Random(5)
    made = [m for _ in range(20) for line in CLEAN if (m := mutate(line, chance))]  # type: ignore[operator]
    caught = sum(problems(line) > 0 for line in made)
    assert made
    assert caught / len(made) >= least, f"caught {caught} of {len(made)}"


def test_an_edited_line_is_held_against_its_old_cites() -> None:
    good = script(CLEAN[1])
    bad = replace(good, beats=(replace(good.beats[0], line="Firefighters took 90 people off."),))
    assert ground(bad, bridge().items).problems


HEDGED = [
    ("The man allegedly set fire to the boathouse in Lund.", " allegedly", ""),
    ("The tunnel could be closed for up to two years.", "could be", "will be"),
    ("The tunnel could be closed for up to two years.", "up to ", ""),
    ("At least 30 boats sank in the storm off Saltby.", "At least 30", "30"),
    ("The suspected arsonist fled across the river in a boat.", " suspected", ""),
    ("The museum may have to sell the great lens.", "may have", "has"),
    ("The ferry is likely to sail again before the weekend.", "likely to sail", "to sail"),
    ("The driver attacked the tram crew, police say.", ", police say", ""),
    (
        "The clerk stole the money, according to the prosecutor.",
        ", according to the prosecutor",
        "",
    ),
]


@pytest.mark.parametrize(("source", "old", "new"), HEDGED)
def test_a_dropped_hedge_is_caught(source: str, old: str, new: str) -> None:
    tale = story(item("A Post", "News of the day", source))
    kept, dropped = (
        ground(script(line, tale=tale), tale.items) for line in (source, source.replace(old, new))
    )
    assert not kept.problems
    assert [p.kind for p in dropped.problems] == ["hedge"]


ACTORS = (("Ada Quill", "Bo Harte"), ("Lund", "Saltby"), ("Harbour List", "Old Guard"))
DEEDS = (
    "{} beat {} in the last round.",
    "{} sued {} over the bridge.",
    "{} lost to {} by 311 votes.",
    "On Tuesday {} accused {} of a foul.",
    "{} will visit {} after the storm, the mayor said.",
)


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize(("one", "other"), ACTORS)
def test_swapped_roles_are_caught(deed: str, one: str, other: str) -> None:
    tale = story(item("A Post", "News of the day", deed.format(one, other)))
    assert not ground(script(deed.format(one, other), tale=tale), tale.items).problems
    assert ground(script(deed.format(other, one), tale=tale), tale.items).problems
