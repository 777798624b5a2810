"""The writer without a model: it picks, trims, and never invents."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime
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

    def once() -> float:
        start = time.process_time()
        compose(story(*items), Brief())
        return time.process_time() - start

    # the aim is 100 ms for an ordinary story; a busy machine makes single runs long
    assert min(once() for _ in range(3)) < 0.5


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


def test_figures_that_differ_at_the_same_time_are_told_with_who_says_which() -> None:
    tale = story(
        item("Harbour Post", "Storm hits the port of Norwick",
             "The storm has left 62 houses without power in Norwick."),
        item("Coast Radio", "Norwick storm cuts power",
             "The storm has left 64 houses without power in Norwick harbour.", minute=9),
    )  # fmt: skip
    script = compose(tale, Brief())
    said = [b for b in script.beats if b.wish.kind == "compare"]
    assert [b.line for b in said] == [
        "The storm has left 62 houses without power in Norwick, according to Harbour Post;"
        " Coast Radio says 64."
    ]
    assert [bar["text"] for bar in said[0].wish.data["bars"]] == ["62", "64"]
    assert {cite.outlet for cite in said[0].cites} == {"Harbour Post", "Coast Radio"}
    rest = " ".join(b.line for b in script.beats if b not in said)
    assert "62" not in rest
    assert "64" not in rest
    assert any(note.startswith("Outlets differ: Harbour Post:") for note in script.notes)
    assert not {p.claim for p in ground(script, tale.items).problems}


DIFFERENT = [
    ("de", "Der Sturm hat in Norwick {} Häuser vom Strom getrennt.",
     ", so Küstenfunk; Hafenblatt spricht von 62."),
    ("fr", "La tempête a privé {} maisons de courant à Norwick.",
     ", selon Küstenfunk ; Hafenblatt parle de 62."),
    ("es", "La tormenta dejó {} casas sin luz en Norwick.",
     ", según Küstenfunk; Hafenblatt habla de 62."),
    ("pt", "A tempestade deixou {} casas sem luz em Norwick.",
     ", segundo Küstenfunk; Hafenblatt fala em 62."),
    ("it", "La tempesta ha lasciato {} case senza luce a Norwick.",
     ", secondo Küstenfunk; Hafenblatt parla di 62."),
]  # fmt: skip


@pytest.mark.parametrize(("lang", "form", "told"), DIFFERENT)
def test_differences_are_told_in_the_script_s_language(lang: str, form: str, told: str) -> None:
    one, other = form.format(62), form.format(64)
    tale = story(
        item("Hafenblatt", one, one, lang=lang),
        item("Küstenfunk", other, other, minute=3, lang=lang),
    )
    said = lines(compose(tale, Brief()))
    assert said[0].endswith(told)  # it is all there is: the hook
    assert not any("62" in line for line in said[1:])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("A man of 60 years was held in Norwick harbour.",
         "A man of 30 years was held in Norwick harbour."),
        ("About 60 houses lost their roofs in Norwick.",
         "The storm took 62 houses in Norwick their roofs."),
        ("Norwick lost 62 houses to the storm.", "Aldham opened 64 houses of art on Sunday."),
    ],
)  # fmt: skip
def test_what_may_both_be_right_is_no_difference(one: str, other: str) -> None:
    tale = story(item("A", one, one), item("B", other, other, minute=2))
    assert all(b.wish.kind != "compare" for b in compose(tale, Brief()).beats)


def test_no_outlet_is_alone_where_several_report() -> None:
    names = ("Amber", "Birch", "Cedar", "Dover", "Ember", "Fjord", "Grove", "Heath")
    text = " ".join(f"Gate {name} of the old harbour was shut by the guards." for name in names)
    tale = story(
        item("A", "Old harbour shuts its gates", text),
        item("B", "Harbour gates shut", "Ships are waiting outside the harbour gates.", minute=4),
    )
    cited = {c.outlet for b in compose(tale, Brief()).beats for c in b.cites}
    assert cited == {"A", "B"}


def test_the_hook_is_not_said_again() -> None:
    tale = story(
        item("A", "Japan slips into recession", "Japan has slipped into a recession."),
        item("B", "Japan is in recession", "Japan slipped into recession, its office says.",
             minute=5),
    )  # fmt: skip
    assert len([line for line in lines(compose(tale, Brief())) if "recession" in line]) == 1


def test_events_beside_the_story_and_digests_stay_out() -> None:
    tale = story(
        item("A", "Barge hits Ellery Bridge", "A barge has struck the Ellery Bridge."),
        item("B", "Ellery Bridge hit by a barge", "The Ellery Bridge is shut.", minute=2),
        item("C", "Live: the day on the coast",
             "Farmers are counting their sheep. Ellery Bridge is shut to trams.", minute=3),
        item("D", "Barge strikes the Ellery Bridge", "", minute=4),
        item("E", "Sheep lost on Marlow moor", "Snow has buried two hundred sheep.", minute=5),
    )  # fmt: skip
    said = " ".join(lines(compose(tale, Brief())))
    assert "heep" not in said


def test_today_is_not_said() -> None:
    told = "The council has closed the pier today. Boats will sail again tomorrow."
    said = lines(compose(story(item("A", "Pier closed in Saltby", told)), Brief()))
    assert "The council has closed the pier on Wednesday." in said
    assert "Boats will sail again on Thursday." in said


@pytest.mark.parametrize(
    ("hour", "lang", "said"),
    [(12, "en", " on Wednesday."), (22, "en", "."), (22, "de", "."), (20, "de", " am Mittwoch.")],
)
def test_the_day_is_named_only_where_it_is_the_same_everywhere(
    hour: int, lang: str, said: str
) -> None:
    text, head = {
        "en": ("The council has closed the old pier today.", "Old pier closed in Saltby"),
        "de": ("Der Rat von Saltby schließt die Brücke heute.", "Kein Zug mehr im Hafen"),
    }[lang]
    at = datetime(2026, 3, 4, hour, tzinfo=UTC)
    report = replace(item("A", head, text, lang=lang), published=at, seen=at)
    assert any(
        line.endswith(("pier" if lang == "en" else "Brücke") + said)
        for line in lines(compose(story(report), Brief()))
    )


def test_the_beats_come_in_the_format_s_order() -> None:
    tale = story(
        item("A", "Ferry runs aground off Saltby",
             "The ferry will sail again on Friday. It ran aground off Saltby on Wednesday. “We"
             " heard the sand under the hull,” said Ada Quill. The line was shut for a week in"
             " 2019."),
        item("B", "Ferry stranded off Saltby", "Divers are looking at the hull of the ferry.",
             minute=2),
    )  # fmt: skip
    said = lines(compose(tale, Brief()))
    order = ["Divers", "Ada Quill", "2019", "will sail again"]
    at = [next(n for n, line in enumerate(said) if word in line) for word in order]
    assert at == sorted(at)
    flash = " ".join(lines(compose(tale, Brief("flash"))))
    assert "Ada Quill" not in flash
    assert "2019" not in flash


SUBJECTS = ("The harbour office", "A barge", "The mayor", "Two sailors", "The Ellery Bridge")
VERBS = ("has closed", "may lose", "did not see", "struck", "allegedly sank", "will rebuild")
OBJECTS = ("the pier", "at least 12 boats", "62 houses", "3.5 million euros", "the old lighthouse")
TAILS = ("", ", officials say", ", which was built in 1931", " today", ", according to police",
         " after a storm", ", but nobody was hurt")  # fmt: skip
SENTENCE = st.builds(
    lambda s, v, o, t: f"{s} {v} {o}{t}.",
    *map(st.sampled_from, (SUBJECTS, VERBS, OBJECTS, TAILS)),
)
REPORT = st.lists(SENTENCE, min_size=1, max_size=6).map(" ".join)


@given(st.lists(REPORT, min_size=1, max_size=5), st.sampled_from(["news", "flash", "list"]))
def test_every_line_passes_grounding_and_none_is_said_twice(told: list[str], form: str) -> None:
    reports = [item(f"Outlet {n}", text.split(".")[0], text, minute=20 * n)
               for n, text in enumerate(told)]  # fmt: skip
    try:
        script = compose(story(*reports), Brief(form))
    except WriterRefused:
        return
    said = lines(script)
    assert not ground(script, tuple(reports)).problems
    assert len(set(said)) == len(said)
    assert len(said) <= 10
    hedges = ("may", "allegedly", "at least", "not")
    for beat in (b for b in script.beats if "report" not in b.line):
        for word in hedges:  # what a source doubts stays doubted
            if f" {word} " in beat.cites[0].quote:
                assert f" {word} " in f" {beat.line} "
