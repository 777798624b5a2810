"""What all senses share, and that none of them says anything unsound whatever it is given."""

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fakes_senses import LISTS, NOW, is_valid, said_of_event
from sources import Signal, SourceBroken
from sources._sense import by_count, by_rank, count, json_list, signal, span, spoken, usual
from sources._wiki import page, subject


@pytest.mark.parametrize(
    ("number", "typical", "strength"),
    [(10, 10, 0.5), (100, 10, 1.0), (9000, 10, 1.0), (1, 10, 0.0), (0, 10, 0.0), (10, 0, 1.0)],
)
def test_a_count_is_strong_against_what_is_usual(
    number: float, typical: float, strength: float
) -> None:
    assert by_count(number, typical) == pytest.approx(strength)


def test_a_rank_is_strong_at_the_head() -> None:
    assert [by_rank(rank, 4) for rank in (1, 2, 3, 4)] == [1.0, 0.75, 0.5, 0.25]


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (3, 3), (3.9, 3), ("38", 38), (True, 0), (None, 0), ("3k", 0), ("³", 0), ([], 0), (-1, 0),
        (float("nan"), 0), (float("inf"), 0), (10**13, 0), ("9" * 5000, 0), ("", 0),
    ],
)  # fmt: skip
def test_only_sane_counts_count(value: Any, number: int) -> None:
    assert count(value) == number


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (5, "1 minute"), (2400, "40 minutes"), (3600, "60 minutes"), (7300, "2 hours"),
        (86_400, "24 hours"), (200_000, "2 days"),
    ],
)  # fmt: skip
def test_a_time_is_said_in_words(seconds: float, words: str) -> None:
    assert span(seconds) == words


@pytest.mark.parametrize(
    ("tag", "words"),
    [("LanternBridge", "Lantern Bridge"), ("#storm_ada", "storm ada"), ("NATO", "NATO")],
)
def test_a_hashtag_is_parted_where_its_letters_show_it(tag: str, words: str) -> None:
    assert spoken(tag) == words


@pytest.mark.parametrize(
    ("title", "topic"),
    [("Ada_Quill_(politician)", "Ada Quill"), ("(I)", "(I)"), ("Lantern Bridge", "Lantern Bridge")],
)
def test_a_page_is_a_topic(title: str, topic: str) -> None:
    assert subject(title) == topic


def test_a_page_has_one_address() -> None:
    assert (
        page("en.wikipedia.org", "Ada Quill/2?") == "https://en.wikipedia.org/wiki/Ada_Quill/2%3F"
    )


def test_the_usual_of_nothing_is_nothing() -> None:
    assert (usual([]), usual([1, 2, 9])) == (0.0, 2)


def test_a_signal_is_clean() -> None:
    made = signal(
        "here",
        "Lan\u202etern \x00<b>Bridge</b>",
        0.5,
        NOW,
        told="1\n2",
        url="javascript:alert(1)",
        links=["https://a.example/x?utm_source=q#f", "data:text/html,x", "https://a.example/x"],
        lang="no language",
    )
    assert made
    assert (made.title, made.told, made.url, made.lang) == ("Lantern Bridge", "1 2", "", "")
    assert made.links == ("https://a.example/x",)


def test_without_words_there_is_no_signal() -> None:
    assert signal("here", "\u200b <i></i>", 0.5, NOW, told="") is None


def test_a_list_is_cut_off() -> None:
    assert len(json_list(json.dumps([{}] * 500).encode())) == 100


# -- hostile answers ----------------------------------------------------------------------------

JSON = sorted(LISTS.keys() - {"googletrends", "reddit"})
XML = ["googletrends", "reddit"]
EVIL = "\u202eev\x00il\u200b<script>x</script>"
SPOILS: dict[str, Callable[[Any], Any]] = {
    "another type": lambda _: {"no": [1]},
    "nothing": lambda _: None,
    "a text": lambda _: "ten",
    "absurd": lambda _: 1e308,
    "absurd digits": lambda _: "9" * 400,
    "negative": lambda _: -5,
    "no number": lambda _: float("nan"),
    "long": lambda _: "x" * 100_000,
    "evil": lambda was: "javascript:alert(1)" if "//" in str(was) else f"{EVIL}{was}",
}


def _keys(tree: Any) -> set[str]:
    inner = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    own = tree.keys() if isinstance(tree, dict) else ()
    return set(own).union(*map(_keys, inner))


def _spoiled(tree: Any, key: str, spoil: Callable[[Any], Any]) -> Any:
    """Spoil every value under a key; under "" every value that holds no others."""
    if isinstance(tree, dict):
        return {k: spoil(v) if k == key else _spoiled(v, key, spoil) for k, v in tree.items()}
    if isinstance(tree, list):
        return [_spoiled(inner, key, spoil) for inner in tree]
    return tree if key else spoil(tree)


def _said(kind: str, body: bytes) -> tuple[Signal, ...]:
    """What a sense says, all of it sound; nothing where it says that the answer is broken."""
    try:
        signals = LISTS[kind].said(body)
    except SourceBroken:
        return ()
    assert all(is_valid(signal, kind) for signal in signals), (kind, signals)
    return signals


@pytest.mark.parametrize("kind", JSON)
@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS.keys())
def test_a_spoiled_value_does_no_harm(kind: str, spoil: Callable[[Any], Any]) -> None:
    tree = json.loads(LISTS[kind].recorded)
    for key in _keys(tree) | {""}:
        _said(kind, json.dumps(_spoiled(tree, key, spoil)).encode())


@pytest.mark.parametrize("kind", JSON)
def test_a_lost_key_does_no_harm(kind: str) -> None:
    text = LISTS[kind].recorded.decode()
    for key in _keys(json.loads(text)):
        _said(kind, text.replace(f'"{key}":', '"lost":').encode())


@pytest.mark.parametrize("kind", XML)
@pytest.mark.parametrize("spoil", SPOILS.values(), ids=SPOILS.keys())
def test_a_spoiled_element_does_no_harm(kind: str, spoil: Callable[[Any], Any]) -> None:
    whole = ElementTree.fromstring(LISTS[kind].recorded)
    for tag in {element.tag for element in whole.iter()}:
        tree = deepcopy(whole)
        for element in tree.iter(tag):
            element.text = str(spoil(element.text or ""))
            element.attrib.update({name: str(spoil(v)) for name, v in element.attrib.items()})
        _said(kind, ElementTree.tostring(tree))
        for element in list(tree.iter(tag)):
            element.tag = "lost"
        _said(kind, ElementTree.tostring(tree))


@pytest.mark.parametrize("kind", sorted(LISTS))
def test_evil_words_are_shown_plain_and_evil_links_not_at_all(kind: str) -> None:
    body = (
        LISTS[kind]
        .recorded.replace(b"https://", b"javascript:")
        .replace(b"antern", "antern\u202e\u200b\x07".encode())
    )
    signals = _said(kind, body)
    assert signals
    assert not any(signal.links for signal in signals)


ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
BOMBS = {
    "entities": f'<!DOCTYPE rss [<!ENTITY a0 "ha">{ENTITIES}]><rss><item>&a9;</item></rss>',
    "a file": '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/hostname">]><rss>&x;</rss>',
    "nesting": "<rss>" + "<item>" * 50_000 + "</item>" * 50_000 + "</rss>",
    "attributes": "<rss><item " + " ".join(f'a{n}="1"' for n in range(20_000)) + "/></rss>",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
@pytest.mark.parametrize("kind", XML)
def test_bombs_do_not_go_off(kind: str, bomb: str) -> None:
    assert _said(kind, bomb.encode()) == ()


LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
NAMES = sorted(set().union(*(_keys(json.loads(LISTS[kind].recorded)) for kind in JSON)))
TREES = st.recursive(
    LEAVES | st.sampled_from(["https://a.example/", 1_772_640_000, "38", 412]),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)
    ),
    max_leaves=20,
)


@settings(deadline=None)
@given(tree=TREES, body=st.binary(max_size=100))
def test_whatever_comes_every_signal_is_sound(tree: Any, body: bytes) -> None:
    for kind in LISTS:
        _said(kind, body)
        _said(kind, json.dumps(tree).encode())
        _said(kind, json.dumps([tree]).encode())
        for name in ("articles", "hits", "items", "topics"):
            _said(kind, json.dumps({name: [tree]}).encode())


@settings(deadline=None)
@given(tree=TREES, body=st.binary(max_size=100))
def test_whatever_event_comes_every_signal_is_sound(tree: Any, body: bytes) -> None:
    event = {"type": "edit", "namespace": 0, "bot": False, "title": tree, "user": tree}
    for line in (body, json.dumps(tree).encode(), json.dumps(event | {"timestamp": 5}).encode()):
        assert all(is_valid(signal, "wikipedia") for signal in said_of_event(line))


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
TAGS = st.sampled_from(
    [
        "item",
        "title",
        "approx_traffic",
        "news_item",
        "news_item_url",
        "entry",
        "category",
        "link",
        "content",
    ]
)
SPACES = st.sampled_from(["", "{urn:x}"])


def _element(space: str, tag: str, words: str, inner: list[Any]) -> Any:
    made = ElementTree.Element(space + tag, href=words, label=words)
    made.text = words
    made.extend(inner)
    return made


DOCUMENTS = st.recursive(
    st.builds(_element, SPACES, TAGS, WORDS, st.just([])),
    lambda inner: st.builds(_element, SPACES, TAGS, WORDS, st.lists(inner, max_size=4)),
    max_leaves=20,
)


@settings(deadline=None)
@given(tree=DOCUMENTS)
def test_whatever_xml_comes_every_signal_is_sound(tree: Any) -> None:
    body = ElementTree.tostring(tree)
    for kind in XML:
        _said(kind, body)
        _said(kind, b"<feed>" + body + b"</feed>")
