"""What is heard in rooms where people also talk to each other."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.admission import HEARD, SILENCE, admit, surely
from bot.chat import Incoming
from bot.commands import VERBS, Command, Mistake, parse
from fakes import NOON

EDITORS = ("room:anna",)


def said(text: str, **over: object) -> Incoming:
    message = Incoming("room:anna", "e1", text, NOON, addressed=False)
    return replace(message, **over)  # type: ignore[arg-type]


COMMANDS = [
    "approve 7 3fa9c1",
    "Approve #7 3FA9C1 square tower",
    "approve 7 3fa9c1 square at 18:00",
    "approve 7",
    "status",
    "Drafts ",
    "topics",
    "topics 5",
    "make 12",
    "make 12 --format flash --tone calm",
    "make 12 in 60s",
    "make 12 in 2 min --ready-in 60s",
    "merge 12 14",
    "merge 12 and 14",
    "show 7",
    "retry 7",
    "retry 7 square",
    "takedown 7",
    "takedown 7 confirm",
    "takedown 7 square confirm",
    "pause",
    "pause Square",
    "resume",
    "help",
    "help approve",
    "resolve 7 square done",
    "edit 7 line 2: The bridge is closed.",
    "edit 7 drop line 2",
    "edit 7 headline: Bridge shut",
    "edit 7 title@square: Bridge shut",
    "/make the bridge",
    "!make the bridge",
    "/make@wirereel 12",
    "/aprove 7 3fa9c1",
    "wirereel: make the bridge",
    "wirereel, status",
    "wirereel make the bridge",
    "@wirereel what can you do",
]
TALK = [
    "",
    "make sure you call me",
    "make 12 copies of it",
    "make 12 in a row",
    "show me that",
    "show 7 people the door",
    "status of the ferry?",
    "status\nis what I asked for",
    "help me out here",
    "help wanted",
    "topics for tomorrow",
    "approve of it",
    "I approve 7 3fa9c1",
    "reject that",
    "retry later",
    "retry 7 times",
    "takedown 7 of them",
    "pause for a second",
    "resume attached",
    "edit your text",
    "wirereel is slow today",
    "!important",
    "/shrug",
    "// a comment",
    "approve seven 3fa9c1",
    "edit 7 shorter please",
    # letters and marks that only look alike
    "\u0430pprove 7 3fa9c1",
    "app\u200brove 7 3fa9c1",
    "approve\x00 7 3fa9c1",
    "\uff41\uff50\uff50\uff52\uff4f\uff56\uff45 7 3fa9c1",
    "status\u202e",
]


@pytest.mark.parametrize("text", COMMANDS)
def test_what_surely_is_a_command_is_heard_in_a_room(text: str) -> None:
    assert surely(text, ("square",))
    assert admit(said(text), NOON, EDITORS, ("square",)) == HEARD


@pytest.mark.parametrize("text", TALK)
def test_talk_is_passed_over_in_silence(text: str) -> None:
    assert not surely(text, ("square",))
    assert not admit(said(text), NOON, EDITORS, ("square",)).heard


@pytest.mark.parametrize("text", ["reject 3 headlines", "edit 7 shorter", "override 7 he said so"])
def test_what_may_be_meant_is_never_carried_out_and_told_how_to_say_it(text: str) -> None:
    told = admit(said(text), NOON, EDITORS)
    assert (told.heard, told.hint) == (False, True)
    again = told.answer.partition("say: ")[2]
    assert again == f"!{text}"
    assert admit(said(again), NOON, EDITORS) == HEARD
    number = int(text.split()[1])
    assert admit(said(text), NOON, EDITORS, waiting={number}) == HEARD  # as the offer says it
    assert not admit(said(text), NOON, EDITORS, waiting={number + 1}).heard


def test_a_correction_said_to_nobody_is_not_carried_out_though_its_draft_waits() -> None:
    told = admit(said("correct 7 it was nineteen"), NOON, EDITORS, waiting={7})
    assert (told.heard, told.hint) == (False, True)


@pytest.mark.parametrize(
    ("text", "over", "answer"),
    [
        ("status", {"bot": True, "addressed": True}, ""),
        ("approve 7 3fa9c1", {"user": "room:eve"}, ""),
        (
            "status",
            {"forwarded": True},
            "what is forwarded is not carried out; say it anew: status",
        ),
        ("approve 7 3fa9c1", {"edited": True, "addressed": True}, "what is edited is not"),
        ("thank you", {"edited": True, "addressed": True}, ""),
        ("reject 3 headlines", {"forwarded": True}, ""),
        (
            "make 12",
            {"at": NOON - timedelta(minutes=7)},
            "that was said 7 minutes ago; say it again",
        ),
        ("make 12", {"at": NOON - timedelta(hours=5)}, "5 hours ago"),
        ("make 12", {"at": NOON - timedelta(days=3)}, "3 days ago"),
        ("approve 7", {"at": NOON - timedelta(hours=1)}, "60 minutes ago"),
        ("thanks!", {"at": NOON - timedelta(hours=1), "addressed": True}, ""),
    ],
)
def test_what_is_not_carried_out(text: str, over: dict[str, object], answer: str) -> None:
    told = admit(said(text, **over), NOON, EDITORS)
    assert not told.heard
    assert answer in told.answer
    assert bool(answer) == bool(told.answer)


@pytest.mark.parametrize(
    ("text", "over"),
    [
        ("what?", {"addressed": True}),
        ("status", {"user": "room:eve", "addressed": True}),
        ("approve 7 3fa9c1", {"at": NOON - timedelta(hours=5)}),
        ("make 12", {"at": NOON - timedelta(minutes=5)}),
        ("make 12", {"at": NOON + timedelta(hours=1)}),  # a clock was set back
    ],
)
def test_what_is_heard(text: str, over: dict[str, object]) -> None:
    assert admit(said(text, **over), NOON, EDITORS) == HEARD


texts = st.one_of(
    st.text(max_size=80),
    st.builds(
        lambda verb, rest: f"{verb} {rest}",
        st.sampled_from((*VERBS, "\u0430pprove", "\uff53how")),
        st.text(st.sampled_from("7 3fa9c1:#\u0667\u200b\x00\n-@square"), max_size=40),
    ),
)


@given(texts)
def test_what_is_said_to_nobody_acts_only_where_it_surely_is_a_command(text: str) -> None:
    message = said(text)
    if admit(message, NOON, EDITORS).heard and isinstance(parse(text), Command):
        verb = text.strip().lstrip("/!").split()[0].partition("@")[0].lower()
        assert surely(text)
        assert verb.startswith("wirereel") or verb in VERBS
    for never in ({"bot": True}, {"forwarded": True}, {"edited": True}, {"user": "room:eve"}):
        assert not admit(replace(message, **never), NOON, EDITORS).heard  # type: ignore[arg-type]


@pytest.mark.parametrize("verb", [*VERBS, "make 1 --tone", "approve 7 3fa9c1"])
@pytest.mark.parametrize("filler", ["a", " ", "\x1b", "7 ", "--tone "])
def test_ten_thousand_characters_get_an_answer_at_once(verb: str, filler: str) -> None:
    text = f"{verb} {filler * 10_000}"
    assert isinstance(parse(text), Mistake)
    assert admit(said(text), NOON, EDITORS).answer == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("\u0430pprove 7 3fa9c1", "'\u0430' is cyrillic small letter a; did you mean `approve`?"),
        ("\uff53\uff48\uff4f\uff57 7", "fullwidth latin small letter s; did you mean `show`?"),
    ],
)
def test_letters_that_only_look_alike_are_named(text: str, told: str) -> None:
    answer = parse(text)
    assert isinstance(answer, Mistake)
    assert told in answer.text


def test_silence_is_no_hint() -> None:
    assert (SILENCE.heard, SILENCE.answer, SILENCE.hint) == (False, "", False)
