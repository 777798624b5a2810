"""The words beside a clip: within what each channel takes, and true to what they are cut from."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.direct import direct
from bot.draft import Texts
from bot.prose.wording import _WITH_PICTURES, _WORDINGS, note_on_ai
from bot.story import Beat, Cite, Picture, Script
from bot.texts import compose, texts_of, told
from bot.texts.cut import cut
from fakes_pen import bridge, photo
from publish import Limits, Room
from render.storyboard import Brand

AI = frozenset({"ai"})
ROOMY = Limits()
CHANNELS: Mapping[str, Limits] = {  # as far as is known in November 2026
    "youtube": Limits(Room(100), Room(5000, "bytes"), None, 15, None, frozenset({"ai", "tags"})),
    "tiktok": Limits(None, Room(2200, "utf-16"), None, None, 0, AI),
    "instagram": Limits(None, Room(2200), None, 30, 0, AI),
    "threads": Limits(None, Room(500, "emoji bytes")),
    "x": Limits(None, Room(280, "weighted", 23), Room(1000)),
    "mastodon": Limits(None, Room(500, "graphemes", 23), Room(1500, "graphemes")),
    "bluesky": Limits(None, Room(300, "graphemes"), Room(1000, "graphemes")),
    "telegram": Limits(None, Room(1024), None),
    "discord": Limits(None, Room(2000)),
    "slack": Limits(),
}
AI_NOTE = "Script and voice made with AI"
CREDITS = ("Photo: Bo Lens / CC BY 4.0", "Photo: Ada Quill / CC BY-SA 4.0")


def script(lang: str = "en", **more: Any) -> Script:
    lines = (
        "A barge has struck the Ellery Bridge in Port Ellery.",
        "Firefighters took 62 people off a stranded tram.",
    )
    items = bridge().items[:2]
    cites = [Cite(i.id, i.outlet, i.url, i.summary) for i in items]
    beats = tuple(Beat(line, (cite,)) for line, cite in zip(lines, cites, strict=True))
    words = {
        "headline": "Barge strikes the Ellery Bridge in Port Ellery",
        "chip": "Port Ellery",
        "caption": f"{' '.join(lines)}\nSources: Harbour Post, Coast Radio. {AI_NOTE}.",
        "hashtags": ("PortEllery", "ElleryBridge", "CoastRadio", "news"),
    }
    return Script("news", beats=beats, lang=lang, tone="neutral", **{**words, **more})


def board(*pictures: Picture) -> dict[str, Any]:
    """The storyboard of the script, with pictures of these rights."""
    plan = direct(script(), bridge(), pictures=pictures, brand=Brand(), label="AI VOICE")
    return asdict(plan)


def shown(*credits: str, licence: str = "CC BY 4.0", **more: str) -> dict[str, Any]:
    """The least storyboard that shows pictures with these credits."""
    pictures = ({"photo": "x", "credit": c, "licence": licence, **more} for c in credits)
    return {"shots": [{"picture": picture} for picture in pictures]}


def texts(limits: Limits, plan: Mapping[str, Any] | None = None, **more: Any) -> Texts:
    said = told(script(**more), bridge(), plan if plan is not None else shown(*CREDITS))
    return compose(said, limits, {})


@pytest.mark.parametrize("name", CHANNELS)
def test_every_channel_gets_what_must_be_there_within_its_limits(name: str) -> None:
    limits = CHANNELS[name]
    made = texts(limits)
    assert limits.faults(made.title, made.caption, made.tags, made.alt) == ()
    assert "Ellery Bridge" in made.caption
    assert "Harbour Post" in made.caption
    assert all(line in made.caption for line in CREDITS)
    assert (AI_NOTE in made.caption) == ("ai" not in limits.apart)
    assert bool(made.title) == (limits.title is not None)
    assert bool(made.alt) == (limits.alt is not None)


def test_with_room_for_all_all_is_there() -> None:
    made = texts(
        ROOMY, shown(CREDITS[0], page="https://commons.example/1", licence_url="https://l")
    )
    assert made.title == "Barge strikes the Ellery Bridge in Port Ellery"
    assert made.caption == (
        "A barge has struck the Ellery Bridge in Port Ellery."
        " Firefighters took 62 people off a stranded tram.\n\n"
        "Sources:\n"
        "Harbour Post https://harbour-post-0.example/1\n"
        "Coast Radio https://coast-radio-9.example/1\n"
        "The Ledger https://the-ledger-21.example/1\n"
        "Northern Wire https://northern-wire-34.example/1\n"
        "Photo: Bo Lens / CC BY 4.0, https://commons.example/1\n"
        "Script and voice made with AI\n"
        "#PortEllery #ElleryBridge #CoastRadio #news"
    )


def test_what_goes_first_is_what_is_missed_least() -> None:
    """With ever less room: the second sentence, hashtags, links, free credits, outlets."""
    everything = {
        "second": "Firefighters", "third tag": "#CoastRadio", "links": "https://harbour-post",
        "free credit": "Photo: Own", "fourth outlet": "Northern Wire", "tags": "#PortEllery",
        "second outlet": "Coast Radio", "page": "https://commons.example/1",
        "hook": "A barge has struck",
    }  # fmt: skip
    pages = {"page": "https://commons.example/1", "licence_url": "https://l.example"}
    plan = shown(CREDITS[0], **pages)
    plan["shots"] += shown("Photo: Own", licence="own")["shots"]
    gone: list[str] = []
    for most in range(600, 60, -1):
        text = texts(Limits(text=Room(most)), plan).caption
        if len(text) > most:
            break
        gone += [what for what, words in everything.items() if words not in text]
        assert CREDITS[0] in text
        assert "Harbour Post" in text
        assert AI_NOTE in text
    assert list(dict.fromkeys(gone)) == list(everything)


def test_what_has_a_place_of_its_own_is_not_said_twice() -> None:
    made = texts(Limits(apart=frozenset({"ai", "credits", "tags"})))
    assert made.tags == ("PortEllery", "ElleryBridge", "CoastRadio", "news")
    assert not any(word in made.caption for word in ("#", AI_NOTE, "Photo"))


def test_where_nobody_can_follow_a_link_names_stand() -> None:
    assert "https" not in texts(CHANNELS["instagram"]).caption
    assert "Sources: Harbour Post, Coast Radio, The Ledger" in texts(CHANNELS["tiktok"]).caption


def test_links_are_counted() -> None:
    pages = shown(CREDITS[0], page="https://commons.example/1", licence_url="https://l.example")
    for most in range(7):
        assert texts(Limits(links=most), pages).caption.count("https://") == min(most, 5), most


def test_where_even_the_least_does_not_fit_it_is_told_and_never_left_out() -> None:
    limits = Limits(text=Room(60))
    made = texts(limits)
    assert all(line in made.caption for line in CREDITS)
    assert limits.faults(made.title, made.caption) == (
        f"the text has {len(made.caption)} characters, 60 at most",
    )


@pytest.mark.parametrize(
    ("headline", "room", "made"),
    [
        ("BREAKING: Bridge shut", Room(100), "Bridge shut"),
        ("Bridge in Port Ellery shut - Harbour Post", Room(100), "Bridge in Port Ellery shut"),
        ("Harbour Post: Bridge in Port Ellery shut.", Room(100), "Bridge in Port Ellery shut"),
        ("Bridge shut - police say", Room(100), "Bridge shut - police say"),
        ("Nobody was hurt when early on Wednesday a barge struck a bridge in Port Ellery",
         Room(100), "A barge has struck the Ellery Bridge in Port Ellery"),
        ("The Ellery Bridge stays shut for a very long time, it seems", Room(55),
         "A barge has struck the Ellery Bridge in Port Ellery"),
        ("A storm from Canada upends the quiet life of all people in Port Ellery", Room(100),
         "A storm from Canada upends the quiet life of all people in Port Ellery"),
        ("Port Ellery rests", Room(12), "Port Ellery"),
        ("Port Ellery rests", Room(4), ""),
    ],
)  # fmt: skip
def test_a_title_is_the_hook_with_its_key_word_early(headline: str, room: Room, made: str) -> None:
    assert texts(Limits(title=room), headline=headline).title == made


def test_a_key_word_that_comes_late_everywhere_is_put_before() -> None:
    late = "Nobody was hurt when early on Wednesday a barge struck a bridge in Port Ellery"
    said = replace(told(script(headline=late), bridge(), {}), hook=late)
    assert compose(said, Limits(title=Room(100)), {}).title == f"Port Ellery: {late}"
    assert compose(said, Limits(title=Room(80)), {}).title == late


@pytest.mark.parametrize(
    ("text", "most", "lang", "kept"),
    [
        ("The bridge closed early this morning, police say", 40, "en", ""),
        ("The bridge closed early this morning for everyone", 30, "en", "The bridge closed early…"),
        ("The ferry did stop but not for passengers today", 30, "en", ""),
        ("The city closed schools until at least Monday", 40, "en", ""),
        ("Repairs cost residents 3.5 million euros a year", 30, "en", "Repairs cost residents…"),
        ("Mayor greets guests of Ada Marie Quill warmly", 38, "en", "Mayor greets guests…"),
        ("Mayor gave guests “a big surprise when all is dry”", 40, "en", "Mayor gave guests…"),
        ("Der Minister tritt am Montag nach Streit nicht zurück", 40, "de", ""),
        ("Die Brücke bleibt bis Ende März wegen Bauarbeiten gesperrt", 50, "de",
         "Die Brücke bleibt bis Ende März wegen Bauarbeiten…"),
        ("橋は今日も閉まっている", 6, "ja", ""),
        ("短い short words of no tongue here", 20, "xx", ""),
    ],
)  # fmt: skip
def test_a_cut_never_says_something_else(text: str, most: int, lang: str, kept: str) -> None:
    assert cut(text, Room(most).holds, lang) == kept


def test_an_editors_words_stay_and_keep_what_must_stand_with_them() -> None:
    own = {"title": "Bridge shut", "caption": "Take the ferry.", "alt": "A bridge."}
    made = texts_of(
        script(), bridge(), shown(*CREDITS), {"a": ROOMY, "b": ROOMY}, {"a": Texts("", "", own=own)}
    )
    assert (made["a"].title, made["a"].alt) == ("Bridge shut", "A bridge.")
    assert made["a"].caption.startswith("Take the ferry.\n\nSources:")
    assert made["a"].caption.partition("\n\n")[2] == made["b"].caption.partition("\n\n")[2]
    again = texts_of(script(), bridge(), shown(*CREDITS), {"a": ROOMY}, made)
    assert again["a"] == made["a"]


def test_an_editors_caption_for_all_is_not_shortened_where_it_fits() -> None:
    words = "One. Two is here. Three is here. Four is here."
    assert texts(ROOMY, caption=words).caption.startswith(words + "\n\n")


def test_the_alt_text_reads_figures_in_the_order_of_their_card() -> None:
    card = {"card": "stat", "value": "62", "unit": "people", "label": "Taken off a tram"}
    plan = {"shots": [{"picture": card}]}
    told = texts(ROOMY, plan, headline="Bridge shut. The mayor is calm.").alt
    film = "Upright video with captions: "
    assert told == f"{film}Bridge shut; The mayor is calm; Taken off a tram 62 people."


def test_of_many_outlets_the_first_are_named() -> None:
    said = replace(told(script(), bridge(), {}), outlets=tuple((f"O{n}", "") for n in range(9)))
    assert "Sources: O0, O1, O2, O3, O4, O5 and 3 more\n" in compose(said, ROOMY, {}).caption


def test_the_alt_text_is_one_sentence_of_what_is_seen() -> None:
    seen = texts(ROOMY, board(photo("bridge", "The Ellery Bridge by night."))).alt
    head = "Upright video with captions: Barge strikes the Ellery Bridge in Port Ellery; "
    assert seen.startswith(head)
    assert "The Ellery Bridge by night" in seen
    assert seen.count(".") == 1
    assert texts(Limits(alt=Room(40)), board()).alt == "Upright video with captions."
    assert texts(ROOMY, board(), lang="de").alt.startswith("Hochkantvideo mit Untertiteln: ")


WORDS = st.text(max_size=300) | st.lists(
    st.sampled_from(
        [
            "Tram",
            "3.5",
            "million",
            "not",
            "at",
            "least",
            "👩\u200d👩\u200d👧\u200d👦",
            "🏳️\u200d🌈",
            "مدينة",
            "العربية",
            "東京で地震が発生",
            "한국",
            "नमस्ते",
            "#tag",
            "https://a.example/x?y=1",
            "example.org",
            "“",
            "”",
            "(",
            "Port",
            "Ellery",
            "allegedly",
            ".",
            ",",
            "!",
            "é",
            "́",
        ]
    ),
    max_size=60,
).map(" ".join)
ROOMS = st.builds(
    Room,
    st.none() | st.integers(0, 700),
    st.sampled_from(["characters", "utf-16", "bytes", "graphemes", "weighted", "emoji bytes"]),
    st.sampled_from([0, 23]),
)
LIMITS = st.builds(
    Limits,
    st.none() | ROOMS,
    ROOMS,
    st.none() | ROOMS,
    st.none() | st.integers(0, 5),
    st.none() | st.integers(0, 3),
    st.frozensets(st.sampled_from(["ai", "credits", "tags"])),
)


@settings(max_examples=150, deadline=None)
@given(WORDS, WORDS, WORDS, LIMITS, st.sampled_from(["en", "de", "fr", "ja", "ar", "th", "", "xx"]))
def test_any_words_come_out_within_any_limits_or_it_is_told(
    headline: str, line: str, caption: str, limits: Limits, lang: str
) -> None:
    words = {"headline": headline, "caption": caption, "hashtags": tuple(line.split()[:6])}
    spoken = replace(script(lang, **words), beats=(Beat(line), Beat(headline)), chip=line[:18])
    said = told(spoken, bridge(), shown(CREDITS[0]))
    made = compose(said, limits, {})
    found = limits.faults("", made.caption, made.tags)
    assert limits.faults(made.title, "", (), made.alt) == ()
    assert all(line in made.caption for line in CREDITS[:1] if "credits" not in limits.apart)
    if found:  # then what must be there is too much, and nothing else stands
        least = replace(said, sentences=(), tags=(), outlets=said.outlets[:2])
        bare = compose(least, limits, {}).caption
        assert limits.faults("", bare)
        assert not any(tag in made.caption for tag in ("#news", "https://harbour"))
    for text in (made.title, made.caption, made.alt):
        for link in regex.findall(r"https?://\S+", text):
            assert link.rstrip(".…。") in f"{headline} {line} {caption}" or ".example/1" in link


@settings(max_examples=200, deadline=None)
@given(WORDS, st.integers(0, 200), st.sampled_from(["en", "de", "es", "ja", "th", "zh"]))
def test_a_cut_ends_at_a_word_of_its_text(text: str, most: int, lang: str) -> None:
    text = " ".join(text.split())
    kept = cut(text, Room(most, "graphemes").holds, lang)
    if kept:
        begin = kept.removesuffix("…")
        assert text.startswith(begin)
        assert not begin[-1].isdigit()
        clusters = regex.findall(r"\X", text)
        assert begin in {"".join(clusters[:n]) for n in range(len(clusters) + 1)}
        if lang not in ("ja", "th", "zh"):
            assert not text[len(begin) :][:1].isalnum()


MADE_UP = {"scene": "a quay", "alt": "A quay, drawn", "segment": "a.mp4"}


@pytest.mark.parametrize(
    ("lang", "note"),
    [
        ("en", "Script, voice and some pictures made with AI"),
        ("de-AT", "Text, Stimme und einige Bilder mit KI erstellt"),
        ("sw", "Script, voice and some pictures made with AI"),
    ],
)
def test_pictures_that_a_model_made_are_told(lang: str, note: str) -> None:
    plan = {"shots": [{"camera": "diffusers", "picture": MADE_UP}]}
    made = texts(ROOMY, plan, lang=lang)
    assert note in made.caption
    assert "A quay, drawn" in made.alt


@pytest.mark.parametrize(
    "plan",
    [
        {"shots": [{"camera": "diffusers", "picture": {"scene": "a quay"}}]},
        {"shots": [{"camera": "diffusers", "picture": MADE_UP}], "real_only": True},
        {"shots": [{"camera": "photo", "picture": {"photo": "a.jpg", "alt": "A quay"}}]},
    ],
)
def test_pictures_that_no_model_made_are_not_told_as_made(plan: Mapping[str, Any]) -> None:
    assert AI_NOTE in texts(ROOMY, plan).caption


def test_every_language_has_words_for_pictures_too() -> None:
    assert _WITH_PICTURES.keys() == _WORDINGS.keys()
    for lang in _WORDINGS:
        assert note_on_ai(lang, pictures=True) != note_on_ai(lang, pictures=False)
