"""Script in, storyboard out."""

from dataclasses import asdict, replace
from itertools import groupby, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.direct import direct
from bot.direct.credits import credit_lines
from bot.direct.keywords import key_words
from bot.direct.pieces import cut, pieces_of
from bot.prose.sentences import speaking_s, stems, words
from bot.prose.tongues import tongue
from bot.story import Beat, Cite, Picture, Script, Wish
from bot.writers import Brief
from bot.writers._wishes import wish
from bot.writers.extractive import compose
from fakes_pen import bridge, photo
from render.storyboard import Brand, Shot, Storyboard, Track, dumps, loads

BRAND = Brand("Harbour Desk")
EN = tongue("en")


def board(
    script: Script | None = None, pictures: tuple[Picture, ...] = (), **more: Any
) -> Storyboard:
    told = script or compose(bridge(), Brief())
    return direct(told, bridge(), pictures=pictures, brand=BRAND, label="AI VOICE", **more)


def told(*beats: Beat, **more: Any) -> Script:
    return replace(compose(bridge(), Brief()), beats=beats, **more)


def spoken_shots(plan: Storyboard) -> list[Shot]:
    return [shot for shot in plan.shots if shot.line]


def views(plan: Storyboard) -> list[Shot]:
    """Every picture of a board as a shot of its own, with the words that it stands under."""
    found = []
    for shot in spoken_shots(plan):
        chars = [0, *(view.char for view in shot.views), len(shot.line)]
        for n, (a, b) in enumerate(pairwise(chars)):
            found.append(replace(shot.seen(n), line=shot.line[a:b].strip(), views=()))
    return found


def card(shot: Shot) -> str:
    return str(shot.picture.get("card", "photo"))


def test_a_list_counts_its_entries_and_a_flash_ends_soon() -> None:
    lines = ("The bridge is shut to trams.", "62 people were taken off a tram.",
             "The mayor awaits engineers.", "Ferries sail instead.")  # fmt: skip
    beats = [Beat(line, (Cite("harbour-post-0", "Harbour Post", "", line),)) for line in lines]
    beats = [replace(beat, wish=wish(beat.line, EN)) for beat in beats]
    plan = board(told(*beats, format="list"), (photo("bridge"),))
    shown = [shot.picture for shot in spoken_shots(plan)]
    assert [(card["card"], card.get("index")) for card in shown] == [
        ("title", None), ("stat", None), ("statement", "2/3"), ("statement", "3/3")
    ]  # fmt: skip
    assert shown[1]["label"].startswith("1/3")
    flash = board(told(*beats[:2], format="flash"))
    assert flash.shots[-1].hold_s < plan.shots[-1].hold_s


def test_every_word_of_the_script_is_said_once_and_in_order() -> None:
    script = compose(bridge(), Brief())
    plan = board(script)
    assert [shot.line for shot in spoken_shots(plan)] == [beat.line for beat in script.beats]
    assert " ".join(view.line for view in views(plan)) == " ".join(b.line for b in script.beats)


def test_it_opens_with_a_title_and_closes_with_its_sources() -> None:
    plan = board(editor="Ines")
    first, last = plan.shots[0].picture, plan.shots[-1]
    assert first["card"] == "title"
    assert first["headline"] == plan.title
    assert last.picture["card"] == "sources"
    assert last.line == ""
    assert last.hold_s > 2
    assert {row["outlet"] for row in last.picture["sources"]} == set(bridge().outlets)
    assert last.picture["note"] == "Script and voice made with AI, checked by Ines"
    assert "checked" not in board().shots[-1].picture["note"]


def test_many_outlets_are_counted_on_the_end_card() -> None:
    first = bridge().items[0]
    many = replace(
        bridge(), items=tuple(replace(first, id=str(n), outlet=f"Post {n}") for n in range(9))
    )
    script = told(Beat("A barge struck a pier."))
    rows = direct(script, many, pictures=(), brand=BRAND, label="").shots[-1].picture["sources"]
    assert len(rows) == 6
    assert rows[-1]["outlet"] == "and 4 more"


def test_each_shot_names_the_sources_of_its_beat() -> None:
    cites = tuple(Cite(i.id, i.outlet, i.url, i.title) for i in bridge().items[:2])
    plan = board(told(Beat("A barge struck.", cites), Beat("It sank.", cites[:1])))
    notes = [shot.note for shot in spoken_shots(plan)]
    assert notes == ["Sources: Harbour Post, Coast Radio", "Source: Harbour Post"]


@pytest.mark.parametrize(
    ("wish", "line", "expected"),
    [
        (Wish("stat", {"value": "62", "unit": "people"}), "They saved 62 people.",
         {"card": "stat", "value": "62", "unit": "people", "label": "Saved", "sub": ""}),
        (Wish("quote", {"quote": "We wait", "name": "Ann"}), "Ann said: “We wait.”",
         {"card": "quote", "quote": "We wait", "name": "Ann", "role": ""}),
        (Wish("list", {"items": ["a", "b"]}), "There is a and b.",
         {"card": "list", "title": "H", "items": ["a", "b"]}),
        (Wish("timeline", {"events": [{"time": "1", "text": "x"}]}), "First x.",
         {"card": "timeline", "title": "H", "events": [{"time": "1", "text": "x"}], "active": 0}),
        (Wish("chart", {"bars": [{"label": "a", "value": 1.0}]}), "It was one.",
         {"card": "chart", "title": "H", "unit": "", "highlight": 0,
          "bars": [{"label": "a", "value": 1.0}]}),
        (Wish(), "Mayor Ines Calder waits.",
         {"card": "statement", "text": "Mayor Ines Calder waits", "layout": "rule",
          "emphasis": ["Mayor Ines Calder"]}),
    ],
)  # fmt: skip
def test_a_wish_becomes_its_card(wish: Wish, line: str, expected: dict[str, Any]) -> None:
    script = told(Beat("A barge struck."), Beat(line, (), wish), headline="H", chip="Ellery")
    assert board(script).shots[1].picture == expected


def test_of_a_parted_beat_the_half_that_says_the_figure_shows_it() -> None:
    line = "The city said on Wednesday evening, that firefighters took 62 people off the long tram."
    wish = Wish("stat", {"value": "62", "unit": "people", "label": "", "sub": ""})
    shots = views(board(told(Beat("A barge struck."), Beat(line, (), wish))))
    assert [card(s) for s in shots] == ["title", "statement", "stat"]
    assert "62" in shots[2].line


def test_a_card_never_says_the_whole_line_again() -> None:
    lines = (
        (
            "en",
            "The old bridge was closed on the orders of the harbour office of Ellery this week.",
        ),
        ("en", "Firefighters in Port Ellery took 62 people off a tram on the bridge on Sunday."),
        ("de", "Das Hafenamt von Ellery hat die alte Brücke am Mittwoch für den Verkehr gesperrt."),
        ("zh", "大桥今天早上被一艘货船撞坏了消防员把所有的人都救了下来。"),
    )
    for lang, line in lines:
        script = told(Beat("A barge struck."), Beat(line, (), wish(line, tongue(lang))), lang=lang)
        for shot in views(board(script))[1:]:
            shown = " ".join(str(shot.picture.get(k, "")) for k in ("label", "text", "unit", "sub"))
            assert 0 < len(words(shown)) <= 8


@pytest.mark.parametrize(
    ("lang", "line", "shown"),
    [
        ("ru", "Хорошая новость заключается в том, что поднять свой журнал стало как никогда"
         " просто теперь всем.", "Как никогда просто теперь всем"),
        ("el", "Το διαδίκτυο πρόσφερε το έδαφος και οι απανταχού φιλότεχνοι ανταποκρίθηκαν.",
         "Οι απανταχού φιλότεχνοι ανταποκρίθηκαν"),
        ("hi", "WHO की टीम करेगी चीनी अधिकारियों के साथ बैठक।", "करेगी चीनी अधिकारियों के साथ बैठक"),
        ("zh", "他同时批评包括德国在内的欧洲国家，", "欧洲国家"),
        ("es", "Todos los 'hombres' del presidente Trump: banqueros, exgenerales y millonarios.",
         "Presidente Trump"),
        ("it", "Destro di Koly, si supera Di Gregorio.", "Destro di Koly"),
    ],
)  # fmt: skip
def test_key_words_of_many_languages(lang: str, line: str, shown: str) -> None:
    assert key_words(line, tongue(lang), stems(line, tongue(lang))) == shown


def test_statements_take_turns_in_their_layouts() -> None:
    beats = [Beat(f"The tram of Ellery number {n} stood there.") for n in range(8)]
    cards = [s.picture for s in views(board(told(*beats)))[1:]]
    layouts = [c["layout"] for c in cards if c["card"] == "statement"]
    assert all(a != b for a, b in pairwise(layouts))
    assert set(layouts[:4]) == {"rule", "band", "side", "index"}
    assert next(c["index"] for c in cards if c.get("layout") == "index") == "4/8"


KEY_WORDS = [
    ("en", "and rescuers have brought 214 people to safety.", "214 people"),
    ("en", "The line stays closed until Thursday.", "Line stays closed until Thursday"),
    ("en", "because the pitch is under water from June to March.", "June to March"),
    (
        "en",
        "Whether anything lives there nobody can say yet.",
        "Whether anything lives there nobody can say yet",
    ),
    (
        "en",
        "Their next match is against a team that has never lost.",
        "Their next match is against a team that has never lost",
    ),
    ("en", "The barge crashed into a house in Ellery, South Bay.", "Ellery, South Bay"),
    ("en", "A pilot from the Harbour team was killed on Sunday.", "Harbour team"),
    ("en", "The bridge will stay closed for at least six weeks.", "At least six weeks"),
    ("en", "At least one person was hurt, witnesses say.", "At least one person"),
    ("en", "No passengers were hurt in the crash.", "No passengers were hurt"),
    ("en", "were deployed as a morale booster.", "Morale booster"),
    ("en", "Basketball legend Ann Lee's signed shoes sell", "Basketball legend Ann Lee"),
    ("fr", "Une série qui dure depuis avril 2016.", "Série qui dure depuis avril 2016"),
    ("he", "זה ארוך מאוד, אבל לא את הרעיון לבצע אותו.", "אבל לא את הרעיון לבצע אותו"),
    ("zh", "前总统之墓几乎被完全夷平。", "几乎被完全夷平"),
    ("en", "...", "..."),
]


@pytest.mark.parametrize(("lang", "line", "phrase"), KEY_WORDS)
def test_key_words_are_a_phrase_of_the_line(lang: str, line: str, phrase: str) -> None:
    assert key_words(line, tongue(lang)) == phrase


@given(st.text(alphabet="ab Not62,.“”-’s at", min_size=1, max_size=90))
def test_key_words_stand_in_the_line(line: str) -> None:
    shown = key_words(line, EN)
    assert shown.lower() in " ".join(line.split()).lower() or shown == line.strip()


def test_words_that_were_shown_are_not_chosen_again() -> None:
    line = "The harbour office of Ellery expects a calm night."
    assert key_words(line, EN) != key_words(line, EN, stems(key_words(line, EN), EN))


def test_a_figure_keeps_its_hedge_on_the_card() -> None:
    line = (
        "Harbour firefighters said on Wednesday evening that at least 62 people were on the tram."
    )
    stat = Wish("stat", {"value": "62", "unit": "people", "label": "", "sub": "were on the tram"})
    shots = views(board(told(Beat("A barge struck."), Beat(line, (), stat))))
    shown = next(s.picture for s in shots if s.picture.get("card") == "stat")
    assert shown["label"] == "at least"


def test_an_outlet_is_named_without_its_section() -> None:
    cite = Cite("1", "Ellery Post - World | Latest", "u", "q")
    shot = board(told(Beat("Ellery Post - World reports it; details are awaited.", (cite,)),
                      Beat("Ellery Post - World reports it.", (cite,)))).shots[-2]  # fmt: skip
    assert shot.note == "Source: Ellery Post"
    assert shot.picture["text"] == "Ellery Post"


def test_a_picture_is_one_sequence_of_angles_and_never_comes_again() -> None:
    pictures = tuple(photo(name) for name in ("bridge", "tram", "pier"))
    beats = [Beat(f"The tram number {n} stood on the bridge.") for n in range(9)]
    plan = board(told(*beats), pictures)
    shown = [str(v.picture.get("photo", "")) for v in views(plan)]
    runs = [path for path, _ in groupby(shown) if path]
    photos = [v for v in views(plan) if v.camera == "photo"]
    assert sorted(runs) == sorted(p.path for p in pictures)
    assert max(shown.count(p.path) for p in pictures) in (2, 3)
    assert all(
        a.picture["framing"] != b.picture["framing"] and a.move != b.move
        for a, b in pairwise(photos)
    )
    assert all(v.picture["credit"].startswith("Photo:") and v.picture["licence"] for v in photos)


def test_few_pictures_are_spread_over_the_clip() -> None:
    beats = [Beat(f"The tram number {n} stood on the bridge.") for n in range(12)]
    shown = [v.camera == "photo" for v in views(board(told(*beats), (photo("a"), photo("b"))))]
    assert any(shown[: len(shown) // 2])
    assert any(shown[len(shown) // 2 :])


def test_the_first_cut_comes_before_two_and_a_half_seconds() -> None:
    lines = (
        ("en", "A cargo barge struck the Ellery Bridge at dawn and trapped a tram with 62 people."),
        ("en", "Ellery Bridge closed after barge hits pier."),
        ("en", "The old harbour office of Port Ellery will remain closed"),
        ("de", "Ein Frachtkahn hat am Mittwoch die alte Brücke von Ellery gerammt."),
        ("zh", "大桥今天早上被一艘货船撞坏了，消防员把所有的人都救了下来。"),
    )
    for lang, line in lines:
        first = pieces_of(told(Beat(line), lang=lang), tongue(lang))[0]
        assert 0.8 <= speaking_s(first.line) <= 2.4, (line, first.line)


def test_tone_sets_the_pace() -> None:
    line = "The harbour office of the old town has told the people that they should all stay home."
    counts = [
        len(pieces_of(told(*[Beat(line)] * 6, tone=tone), EN))
        for tone in ("urgency", "neutral", "loneliness")
    ]
    assert counts[0] > counts[2]
    assert counts == sorted(counts, reverse=True)


def test_the_picture_that_shows_the_line_is_taken() -> None:
    pictures = (photo("bridge", "the bridge"), photo("tram", "a red tram"))
    script = told(Beat("A barge struck.", ()), Beat("The red tram was empty."), headline="Bridge")
    shots = board(script, pictures).shots
    assert shots[0].picture["photo"] == "/photos/bridge.jpg"
    assert shots[1].picture["photo"] == "/photos/tram.jpg"


def test_a_small_picture_is_not_cropped() -> None:
    small = (photo("a", width=640, height=480), photo("b", width=640, height=480))
    plan = board(told(*[Beat(f"Line number {n} here.") for n in range(6)]), small)
    framings = {v.picture["framing"] for v in views(plan) if v.camera == "photo"}
    assert framings <= {"wide"}


def test_the_pace_is_kept() -> None:
    plan = board()
    shots = views(plan)
    seconds = sum(speaking_s(s.line) for s in shots)
    assert (len(shots) + 1) / (seconds + 2.2) * 60 >= 12
    cuts = sum(s.transition == "cut" for s in plan.shots)
    assert cuts / len(plan.shots) >= 0.75


def test_equal_arguments_give_equal_boards_that_travel_as_json() -> None:
    pictures = (photo("a"), photo("b"))
    one, two = board(pictures=pictures, seed=4), board(pictures=pictures, seed=4)
    assert one == two
    assert dumps(loads(dumps(one))) == dumps(one)


def test_a_full_script_wishes_its_length_and_thin_news_makes_a_short_clip() -> None:
    lines = [Beat("Ten words are said in this line once and again.") for _ in range(12)]
    assert board(told(*lines), seconds=40).seconds == 40
    assert board(told(*lines[:2]), seconds=40).seconds == 0


def test_a_figure_against_another_and_one_over_the_years_have_their_cards() -> None:
    seats = "Harbour Party won 51 seats, Lantern League won 38 seats."
    rents = "Rents rose from 4 percent in 2019 to 6 percent in 2021 and 7.5 percent in 2023."
    beats = [Beat("A barge struck."), *(Beat(line, (), wish(line, EN)) for line in (seats, rents))]
    plan = board(told(*beats))
    versus = next(v.picture for v in views(plan) if card(v) == "comparison")
    years = next(v.picture for v in views(plan) if card(v) == "line")
    assert [(s["label"], s["value"], s["text"]) for s in versus["sides"]] == [
        ("Harbour Party", "51", "seats"),
        ("Lantern League", "38", "seats"),
    ]
    assert versus["highlight"] == 0
    assert [p["value"] for p in years["points"]] == [4.0, 6.0, 7.5]
    assert years["points"][0]["label"] == "2019"


def test_where_it_happened_is_shown_once() -> None:
    first = bridge().items[0]
    here = replace(bridge(), items=(replace(first, where=(53.5, -2.25)), *bridge().items[1:]))
    cite = (Cite(first.id, first.outlet, first.url, first.title),)
    lines = ("A barge struck.", "It happened in Port Ellery, Norland.", "The barge is in Ellery.")
    script = told(*(Beat(line, cite) for line in lines))
    plan = direct(script, here, pictures=(), brand=BRAND, label="")
    shown = [v.picture for v in views(plan) if card(v) == "locator"]
    assert [(p["place"], p["region"], p["lat"], p["lon"]) for p in shown] == [
        ("Port Ellery", "Norland", 53.5, -2.25)
    ]
    uncited = told(*(Beat(line) for line in lines))
    plan = direct(uncited, here, pictures=(), brand=BRAND, label="")
    assert not [v for v in views(plan) if card(v) == "locator"]


def test_who_is_quoted_is_shown_if_a_picture_is_of_nobody_else() -> None:
    line = "Ines Calder said: “We will not open it today.”"
    alone = replace(photo("calder"), shows=("Ines Calder", "Calder"))
    both = replace(photo("both"), shows=("Ines Calder", "Bo Lind"))
    beats = (Beat("A barge struck a pier."), Beat(line, (), wish(line, EN)))
    for pictures, face in (((photo("pier"), alone), alone.path), ((photo("pier"), both), None)):
        quote = next(v.picture for v in views(board(told(*beats), pictures)) if card(v) == "quote")
        assert quote.get("photo") == face


def test_a_picture_that_was_searched_for_stands_only_where_it_is_named() -> None:
    found = replace(photo("calder", "Ines Calder at a fair"), found_by="archive", shows=("Calder",))
    lines = ("A barge struck a pier.", "Firefighters came at noon.", "Calder spoke to them.")
    plan = board(told(*map(Beat, lines), headline="Barge"), (found,))
    assert [v.line for v in views(plan) if v.camera == "photo"] == ["Calder spoke to them."]


@pytest.mark.parametrize(
    ("lang", "sources"),
    [("de-AT", "Quellen"), ("fr", "Sources"), ("ko", "출처"), ("fi", "Sources")],
)
def test_its_own_words_speak_the_language(lang: str, sources: str) -> None:
    assert board(told(Beat("x y z."), lang=lang)).shots[-1].picture["title"] == sources


def test_lines_are_cut_where_one_breathes() -> None:
    line = "A barge struck a pier of the bridge, and firefighters took everybody off the tram."
    assert line[: cut(line, EN)].rstrip().endswith("bridge,")
    line = "Mayor Ines Calder said: “We will not open it before every bolt is checked.”"
    assert line[cut(line, EN, low=0.2) :].lstrip().startswith("“")
    assert cut("Too short to cut.", EN) == 0
    line = "大桥今天早上被一艘货船撞坏了，消防员把所有的人都救了下来。"
    assert line[: cut(line, tongue("zh"))] == "大桥今天早上被一艘货船撞坏了，"


@given(st.text(alphabet="ab 1,.“” of", max_size=120).filter(str.strip))
def test_cuts_lose_nothing_and_point_into_the_line(line: str) -> None:
    pieces = pieces_of(told(Beat("A barge struck."), Beat(line)), EN)[1:]
    assert "".join("".join(p.line for p in pieces if p.beat).split()) == "".join(line.split())
    for piece in pieces:
        if piece.beat:
            assert line[piece.char :].startswith(piece.line) or not piece.char


@given(st.lists(st.text(min_size=1, max_size=90).filter(str.strip), min_size=1, max_size=6))
def test_any_script_becomes_a_board(lines: list[str]) -> None:
    plan = board(told(*[Beat(line) for line in lines]), (photo("a"),))
    assert len(plan.shots) == len(lines) + 1
    assert plan.shots[-1].picture["card"] == "sources"


def test_a_post_names_whose_pictures_and_music_are_in_it() -> None:
    deed = "https://creativecommons.org/licenses/by/4.0/"
    found = replace(photo("b"), licence_url=deed, page="https://a.example/1")
    plan = board(
        told(*[Beat(line) for line in ("One.", "Two.", "Three.", "Four.")]), (photo("a"), found)
    )
    plan = replace(plan, track=Track("tide.ogg", "CC0", credit="Tide by Bo"))
    assert credit_lines(asdict(plan)) == (
        "Photo: a / CC BY",
        "Photo: b / CC BY, https://a.example/1",
        "Music: Tide by Bo / CC0",
    )
    assert credit_lines({}) == ()
