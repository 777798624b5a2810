"""The writer without a model: it picks, trims, and never invents."""

import json
import time
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ground import ground
from bot.prose.plain import headline, plain
from bot.prose.sentences import length, sentences, speaking_s
from bot.prose.tongues import tongue
from bot.prose.trim import LONGEST, spoken_sentences, trim
from bot.story import Script, Story
from bot.writers import Brief, WriterRefused
from bot.writers._tone import fitting
from bot.writers._wishes import wish
from bot.writers.extractive import Plugin, Settings, compose
from fakes_pen import bridge, item, story
from sources import Item

EN = tongue("en")

TRIMMED = [
    ("PORT ELLERY (Reuters) - A barge struck a pier of the bridge.",
     "A barge struck a pier of the bridge."),
    ("In a statement on Tuesday evening, the harbour office confirmed that the main bridge has been"
     " closed to traffic.",
     "The harbour office confirmed that the main bridge has been closed to traffic."),
    ("After three failed inspections since last autumn, the harbour office has closed the main"
     " bridge to all road and rail traffic.",
     "The harbour office has closed the main bridge to all road and rail traffic."),
    ("The main bridge has been closed to all traffic, which leaves the western suburbs with a"
     " single narrow road to the city.", "The main bridge has been closed to all traffic."),
    ("The old bridge (built in 1931) was closed.", "The old bridge was closed."),
    ("Ines Calder, the mayor of Port Ellery since last spring, said the bridge will stay closed"
     " until the very end of the month.",
     "Ines Calder said the bridge will stay closed until the very end of the month."),
    ("A barge has struck the bridge in the port after its engine failed on the river early in the"
     " morning, witnesses and officials say.",
     "A barge has struck the bridge in the port, witnesses and officials say."),
    ("Two people were hurt in the port when a crane fell, but nobody who works there may say so in"
     " public at the moment.", ""),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "line"), TRIMMED)
def test_a_sentence_is_cut_honestly_or_not_at_all(sentence: str, line: str) -> None:
    assert trim(sentence, EN) == line


WEIGHTY = ["allegedly", "not", "could", "police said", "but", "if", "at least", "never", "unless"]


@pytest.mark.parametrize("word", WEIGHTY)
def test_what_weighs_is_never_cut_off(word: str) -> None:
    core = "The harbour office has closed the main bridge to all road and rail traffic"
    tail = f", which {word} will leave the western suburbs with one road"
    assert trim(f"{core}{tail}.", EN) in ("", f"{core}{tail}.")


def test_two_sentences_joined_by_and_are_parted() -> None:
    joined = (
        "A barge has crashed into the old bridge in Port Ellery this week, and at least one sailor"
        " was taken to hospital, witnesses and officials say."
    )
    assert list(spoken_sentences(joined, EN)) == [
        "A barge has crashed into the old bridge in Port Ellery this week, witnesses and officials"
        " say.",
        "At least one sailor was taken to hospital, witnesses and officials say.",
    ]


@pytest.mark.parametrize(
    "text",
    ["Did the bridge fall?", "Read more at www.post.example", "Subscribe to our newsletter today.",
     "You should leave the town today.", "Follow @post for the latest news."],
)  # fmt: skip
def test_what_is_no_statement_of_fact_is_passed_over(text: str) -> None:
    assert list(spoken_sentences(text, EN)) == []


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("WATCH: Barge hits old bridge | Evening News", "Barge hits old bridge."),
        ("Barge hits old bridge - Harbour Post", "Barge hits old bridge."),
        ("Ellery - Barge hits the old bridge", "Barge hits the old bridge."),
        ("Flooding: Old bridge is closed again", "Old bridge is closed again."),
        ("Calder: The bridge is closed again", "Calder: The bridge is closed again."),
        ("Barge Hits Old Bridge In Ellery", "Barge hits old bridge in Ellery."),
        ("Barge Hits Quux Bridge In Ellery", "Barge Hits Quux Bridge In Ellery."),
        ("大桥关闭", "大桥关闭。"),
        ("", ""),
    ],
)
def test_a_headline_becomes_a_line(title: str, line: str) -> None:
    common = frozenset("barge hits old bridge in flooding".split())  # noqa: SIM905
    assert headline(title, "Harbour Post", common, frozenset({"ellery"})) == line


@pytest.mark.parametrize(
    ("line", "kind", "data"),
    [
        ("Firefighters took 62 people off a tram.", "stat",
         {"value": "62", "unit": "people", "label": "Firefighters took", "sub": "off a tram"}),
        ("Repairs could cost $3.5 million.", "stat",
         {"value": "$3.5", "unit": "million", "label": "Repairs could cost", "sub": ""}),
        ("Prices rose 4.2%.", "stat",
         {"value": "4.2%", "unit": "", "label": "Prices rose", "sub": ""}),
        ("So 40 percent of the ferries sailed.", "stat",
         {"value": "40", "unit": "percent", "label": "So", "sub": "of the ferries sailed",
          "share": 0.4}),
        ("Mayor Ines Calder said: “We will not open it today.”", "quote",
         {"quote": "We will not open it today", "name": "Ines Calder", "role": "Mayor"}),
        ("“we will not open it today,” said Ines Calder.", "quote",
         {"quote": "We will not open it today", "name": "Ines Calder", "role": ""}),
        ("Ellery paid $20, Norwick $30 and Aldham $35.", "chart",
         {"unit": "", "highlight": 2, "bars": [
             {"label": "Ellery", "value": 20.0, "text": "$20"},
             {"label": "Norwick", "value": 30.0, "text": "$30"},
             {"label": "Aldham", "value": 35.0, "text": "$35"}]}),
        ("Harbour Party won 51 seats, Lantern League won 38 seats.", "compare",
         {"unit": "seats", "bars": [{"label": "Harbour Party", "value": 51.0, "text": "51"},
                                    {"label": "Lantern League", "value": 38.0, "text": "38"}]}),
        ("Rents rose from 4 percent in 2019 to 6 percent in 2021 and 7.5 percent in 2023.", "line",
         {"unit": "%", "bars": [{"label": "2019", "value": 4.0, "text": "4 percent"},
                                {"label": "2021", "value": 6.0, "text": "6 percent"},
                                {"label": "2023", "value": 7.5, "text": "7.5 percent"}]}),
        ("Ellery voted 51 percent for Calder and 49 percent for Brandt.", "auto", {}),
        ("In 1931 the bridge was built, in 1978 it was widened.", "timeline",
         {"events": [{"time": "1931", "text": "the bridge was built"},
                     {"time": "1978", "text": "it was widened"}], "active": 1}),
        ("No 10 denies it.", "auto", {}),
        ("The 20-point plan is ready.", "auto", {}),
        ("A few hundred people came.", "auto", {}),
        ("The 35-year-old came 3rd.", "auto", {}),
        ("Nothing of the kind.", "auto", {}),
    ],
)  # fmt: skip
def test_a_line_wishes_what_it_holds(line: str, kind: str, data: dict[str, object]) -> None:
    found = wish(line, EN)
    assert (found.kind, dict(found.data)) == (kind, data)


def lines(script: Script) -> list[str]:
    return [beat.line for beat in script.beats]


def test_a_story_becomes_a_script() -> None:
    script = compose(bridge(), Brief(seconds=38))
    said = " ".join(lines(script))
    assert "62 people" in said
    assert "“We will not open it before every bolt is checked.”" in said
    assert 4 <= len(script.beats) <= 8
    assert len(set(lines(script))) == len(script.beats)
    assert all(5 <= length(line) <= LONGEST for line in lines(script))
    assert {beat.wish.kind for beat in script.beats} >= {"stat", "quote"}
    assert script.headline == "Ellery Bridge shut for weeks after barge collision"
    hook = "A barge struck a pier of the Ellery Bridge in Port Ellery early on Wednesday."
    assert lines(script)[0] == hook
    assert not ground(script, bridge().items).problems
    assert "Sources: " in script.caption
    assert script.caption.endswith("made with AI.")
    assert 2 <= len(script.hashtags) <= 4
    assert script.chip == "Ellery Bridge"
    assert not ground(script, bridge().items).problems


def test_every_beat_cites_the_words_that_it_rests_on() -> None:
    texts = {i.id: f"{i.title}\n{i.summary}\n{i.text}" for i in bridge().items}
    script = compose(bridge(), Brief())
    assert all(beat.cites for beat in script.beats)
    assert all(c.quote in texts[c.item] for beat in script.beats for c in beat.cites)


def test_what_newer_reports_have_overtaken_is_left_out_and_noted() -> None:
    script = compose(bridge(), Brief())
    assert "no immediate word" not in " ".join(lines(script))
    assert any("no immediate word" in note for note in script.notes)


def test_the_newer_figure_wins() -> None:
    tale = story(
        item("A", "Storm kills 4 people in Norwick", "The storm killed 4 people in Norwick."),
        item("B", "Norwick storm: toll rises", "The storm killed 9 people in Norwick.", minute=50),
    )
    said = " ".join(lines(compose(tale, Brief())))
    assert "9 people" in said
    assert "4 people" not in said


def test_the_length_is_kept() -> None:
    text = " ".join(
        f"The harbour office closed gate {n} near Pier{n} and Dock{n}." for n in range(60)
    )
    tale = story(item("A", "Harbour office closes its many gates", text))
    for seconds in (15, 38, 60):
        script = compose(tale, Brief(seconds=seconds, format="explainer"))
        assert sum(speaking_s(line) for line in lines(script)) <= seconds
    assert len(compose(tale, Brief(format="flash")).beats) <= 3


def test_headlines_alone_make_a_short_clip_that_says_so() -> None:
    tale = story(
        item("Harbour Post", "Barge strikes bridge in Port Ellery"),
        item("Coast Radio (YouTube)", "Bridge struck by barge in Port Ellery", minute=3),
    )
    script = compose(tale, Brief())
    assert lines(script)[1] == "Harbour Post and Coast Radio report it; details are awaited."
    assert len(script.beats) == 2
    assert not ground(script, tale.items).problems


def test_a_cut_off_summary_is_not_read_as_a_sentence() -> None:
    tale = story(
        item("A", "Barge strikes bridge in Port Ellery", "The harbour master said that ...")
    )
    assert "harbour master" not in " ".join(lines(compose(tale, Brief())))


def test_a_sentence_that_leans_comes_only_after_the_one_it_leans_on() -> None:
    tale = story(
        item("A", "Mayor resigns in Ellery after vote",
             "Ines Calder stepped down at a noisy council session on Monday. She had governed the"
             " harbour town for nine years.")
    )  # fmt: skip
    said = lines(compose(tale, Brief()))
    assert said.index("She had governed the harbour town for nine years.") == 2
    alone = story(item("A", "Ellery council meets in the rain", "She had led it for nine years."))
    assert "She" not in " ".join(lines(compose(alone, Brief())))


def test_nothing_to_say_is_refused() -> None:
    with pytest.raises(WriterRefused, match="by hand"):
        compose(story(item("A", "Why?")), Brief())


@pytest.mark.parametrize("word", ["dead", "killed", "Opfer", "morts", "muere"])
def test_no_bright_tone_for_the_dead(word: str) -> None:
    for wished in ("hope", "prosperity", "innocence"):
        assert fitting(wished, [f"Ellery {word}"]) in ("tension", "urgency", "neutral")
    assert fitting("loneliness", [f"Ellery {word}"]) == "loneliness"


def test_no_hashtag_is_made_of_a_victim() -> None:
    told = "Bob Wright was killed in Norwick on Monday. Bob Wright drove a bus in Norwick."
    script = compose(story(item("A", "Man killed in Norwick bus crash", told)), Brief())
    assert "BobWright" not in script.hashtags
    assert "Norwick" in script.hashtags


LANGUAGES = [
    ("de", "Brücke in Ellery nach Unfall gesperrt",
     "Ein Lastkahn hat am Mittwoch einen Pfeiler der Brücke gerammt. 62 Menschen wurden aus einer"
     " Straßenbahn geholt.", "Quelle: "),
    ("fr", "Le pont d'Ellery fermé après une collision",
     "Une barge a heurté une pile du pont mercredi. Les pompiers ont évacué 62 personnes d'un"
     " tramway.", "Source: "),
    ("es", "Cerrado el puente de Ellery tras una colisión",
     "Una barcaza chocó el miércoles contra un pilar del puente. Los bomberos evacuaron a 62"
     " personas de un tranvía.", "Fuente: "),
    ("pt", "Ponte de Ellery fechada após colisão",
     "Uma barcaça embateu na quarta-feira num pilar da ponte. Os bombeiros retiraram 62 pessoas"
     " de um elétrico.", "Fonte: "),
    ("it", "Chiuso il ponte di Ellery dopo uno scontro",
     "Una chiatta ha urtato mercoledì un pilone del ponte. I vigili hanno evacuato 62 persone da un"
     " tram.", "Fonte: "),
    ("ru", "Мост в Эллери закрыт после аварии",
     "Баржа врезалась в опору моста в среду. Пожарные вывели из трамвая 62 человека.",
     "Источник: "),
    ("el", "Έκλεισε η γέφυρα στο Έλερι",
     "Μια φορτηγίδα χτύπησε τη γέφυρα την Τετάρτη.",
     "Πηγή: "),
    ("ar", "إغلاق جسر إيليري بعد حادث تصادم",
     "اصطدمت بارجة بأحد أعمدة الجسر يوم الأربعاء.",
     "المصدر: "),
    ("ur", "ایلیری پل حادثے کے بعد بند کر دیا گیا",
     "ایک بجرا بدھ کو پل کے ستون سے ٹکرا گیا۔",
     "ذریعہ: "),
    ("he", "גשר אלרי נסגר לאחר תאונה בנמל",
     "דוברה פגעה בעמוד הגשר ביום רביעי בבוקר.",
     "מקור: "),
    ("hi", "दुर्घटना के बाद एलेरी पुल बंद",
     "बुधवार को एक नाव पुल के खंभे से टकरा गई।",
     "स्रोत: "),
    ("zh", "埃勒里大桥因撞船事故关闭",
     "星期三一艘驳船撞上了大桥的桥墩。消防员救出了六十二人。",
     "来源: "),
    ("ja", "エラリー橋が衝突事故で閉鎖",
     "水曜日にはしけが橋の橋脚に衝突しました。けが人はいませんでした。",
     "出典: "),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "title", "summary", "head"), LANGUAGES)
def test_many_languages(lang: str, title: str, summary: str, head: str) -> None:
    tale = story(item("Ellery Post", title, summary, lang=lang))
    script = compose(tale, Brief())
    assert script.lang == lang
    assert len(script.beats) >= 2
    assert head in script.caption
    whole = {plain(s) for s in (*sentences(summary), title)}
    assert any(line.rstrip(".。") in {w.rstrip(".。") for w in whole} for line in lines(script))
    assert not ground(script, tale.items).problems
    unknown = replace(tale, items=tuple(replace(i, lang="") for i in tale.items))
    assert compose(unknown, Brief()).beats


TEXT = st.text(alphabet="abAB .,-–:;“”\"'()?!…1%$£\n\u0629\u4e00。|", max_size=160)


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=4))
def test_whatever_comes_it_writes_or_refuses(texts: list[tuple[str, str]]) -> None:
    tale = story(*[item(f"O{n}", a, b, minute=n) for n, (a, b) in enumerate(texts)], title="x")
    try:
        script = compose(tale, Brief())
    except WriterRefused:
        return
    ground(script, tale.items)
    assert all(line.strip() for line in lines(script))


async def test_the_plugin_writes() -> None:
    script = await Plugin(Settings()).write(bridge(), Brief(), lambda *_: None)
    assert script.writer == "extractive"


def test_a_big_story_takes_a_tenth_of_a_second() -> None:
    text = " ".join(i.summary for i in bridge().items)
    items = [
        replace(bridge().items[n % 4], id=str(n), outlet=f"O{n}", text=text) for n in range(40)
    ]
    start = time.process_time()
    compose(story(*items), Brief())
    assert time.process_time() - start < 0.5  # the aim is 100 ms for an ordinary story


def recorded_stories(folder: Path) -> list[Story]:
    """The stories of the dense night that two outlets or more carry."""

    def rows(name: str) -> list[dict[str, str]]:
        text = (folder / "stream_a" / name).read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def made(row: dict[str, str]) -> Item:
        seen = datetime.fromisoformat(row["first_seen"])
        summary = row.get("summary") or ""
        return Item(row["id"], "s", row["outlet"], "", row["title"], summary, None, seen)

    items = {row["id"]: made(row) for row in rows("items_dense.jsonl")}
    groups: dict[str, list[Item]] = {}
    for row in rows("items_dense_labels.jsonl"):
        groups.setdefault(row["story"], []).append(items[row["id"]])
    return [story(*group) for group in groups.values() if len({i.outlet for i in group}) > 1]


@pytest.mark.data
def test_recorded_stories_raise_no_false_alarm(recorded: Path) -> None:
    found = recorded_stories(recorded)
    alarms = 0
    for tale in found:
        try:
            script = compose(tale, Brief())
        except WriterRefused:
            continue
        alarms += len(ground(script, tale.items).problems)
        assert sum(speaking_s(line) for line in lines(script)) <= 38
    assert found
    assert alarms == 0


def test_a_headline_without_a_verb_is_shown_and_a_sentence_spoken() -> None:
    title = "Old bridge hit by barge in Ellery harbour"
    told = (
        "A barge has struck the old bridge in the harbour of Ellery. Nobody was hurt on the barge."
    )
    script = compose(story(item("Harbour Post", title, told)), Brief())
    assert script.headline == title
    assert lines(script)[0] == "A barge has struck the old bridge in the harbour of Ellery."


@pytest.mark.parametrize(
    ("lang", "title", "stop"),
    [("ur", "پل حادثے کے بعد بند کر دیا گیا ہے", "۔"), ("hi", "दुर्घटना के बाद एलेरी पुल बंद हुआ", "।"),
     ("ar", "إغلاق جسر إيليري بعد حادث تصادم", "."), ("ja", "エラリー橋が衝突事故で閉鎖", "。")],
)  # fmt: skip
def test_a_line_ends_with_the_full_stop_of_its_script(lang: str, title: str, stop: str) -> None:
    script = compose(story(item("Ellery Post", title, "", lang=lang)), Brief())
    assert script.beats[0].line == title + stop


def test_a_story_in_an_unknown_language_says_news_in_its_own_words() -> None:
    script = compose(story(item("Ellery Post", "پل حادثے کے بعد بند ہے", "", lang="ur")), Brief())
    assert script.chip == "خبریں"
    assert script.hashtags == ("خبریں",)


def test_a_team_sheet_is_not_read_out() -> None:
    sheet = "Ellery: Moss; Lane, Quill, Ferris; Novak, Brandt, Ito; Calder, Soto, Hale."
    tale = story(item("Ellery Post", "Ellery faces Marlow in the cup final", sheet))
    assert all("Moss" not in beat.line for beat in compose(tale, Brief()).beats)
