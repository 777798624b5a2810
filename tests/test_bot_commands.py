import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import HELP, Command, Edit, Mistake, help_text, parse

UNDERSTOOD = {
    "topics": Command("topics", number=10),
    "/topics 5": Command("topics", number=5),
    "  !TOPICS   3 ": Command("topics", number=3),
    "make 12": Command("make", text="12", number=12),
    "make harbour bridge --format flash": Command("make", text="harbour bridge", format="flash"),
    "make harbour bridge --tone tension --seconds 30": Command(
        "make", text="harbour bridge", tone="tension", seconds=30.0
    ),
    "make 12 in 60s": Command("make", text="12", number=12, ready_in=60.0),
    "make harbour bridge in 2 min --format flash": Command(
        "make", text="harbour bridge", format="flash", ready_in=120.0
    ),
    "make the bridge --ready-in 1m30s": Command("make", text="the bridge", ready_in=90.0),
    "make top ten in 60": Command("make", text="top ten in 60"),
    "/make@wirereel_bot 12": Command("make", text="12", number=12),
    "merge 12 14": Command("merge", stories=(12, 14)),
    "/merge #12 and #14": Command("merge", stories=(12, 14)),
    "merge 12, 14": Command("merge", stories=(12, 14)),
    "approve 7 3FA9C1": Command("approve", draft=7, rev="3fa9c1"),
    "approve #7 3fa9c1 folder hook": Command(
        "approve", draft=7, rev="3fa9c1", channels=("folder", "hook")
    ),
    "approve 7": Command("approve", draft=7),
    "reject 7 old news": Command("reject", draft=7, text="old news"),
    "edit 7 line 2: The bridge is shut.": Command(
        "edit", draft=7, edit=Edit("line", 2, "The bridge is shut.")
    ),
    "override 7 the mayor told me": Command("override", draft=7, text="the mayor told me"),
    "override 7 EMBARGO: by phone": Command("override", draft=7, text="by phone", embargo=True),
    "override 7 embargoes are over": Command("override", draft=7, text="embargoes are over"),
    "edit 7 drop line 3": Command("edit", draft=7, edit=Edit("drop", 3)),
    "edit 7 title@youtube: Bridge shut": Command(
        "edit", draft=7, edit=Edit("title", 0, "Bridge shut", "youtube")
    ),
    "EDIT #7 Caption @ the square : at 12:30: shut": Command(
        "edit", draft=7, edit=Edit("caption", 0, "at 12:30: shut", "the square")
    ),
    "edit 7 headline on youtube: Shut": Command(
        "edit", draft=7, edit=Edit("title", 0, "Shut", "youtube")
    ),
    "edit 7 alt text for x: A bridge.": Command(
        "edit", draft=7, edit=Edit("alt", 0, "A bridge.", "x")
    ),
    "edit 7 caption@x:": Command("edit", draft=7, edit=Edit("caption", 0, "", "x")),
    "edit 7 caption: Look at this: a bridge": Command(
        "edit", draft=7, edit=Edit("caption", 0, "Look at this: a bridge")
    ),
    "edit 7 tone: hope": Command("edit", draft=7, edit=Edit("tone", 0, "hope")),
    "edit 7 tone hope": Command("edit", draft=7, edit=Edit("tone", 0, "hope")),
    "edit 7 line2: Shut.": Command("edit", draft=7, edit=Edit("line", 2, "Shut.")),
    "edit 7 delete line 3": Command("edit", draft=7, edit=Edit("drop", 3)),
    "edit 7 shorter": Command("edit", draft=7, edit=Edit("wish", 0, "shorter")),
    "edit 7 drop the second number": Command(
        "edit", draft=7, edit=Edit("wish", 0, "drop the second number")
    ),
    "edit 7 line 3 is too long": Command(
        "edit", draft=7, edit=Edit("wish", 0, "line 3 is too long")
    ),
    "edit 7 tone it down": Command("edit", draft=7, edit=Edit("wish", 0, "tone it down")),
    "edit 7 headline less alarming": Command(
        "edit", draft=7, edit=Edit("wish", 0, "headline less alarming")
    ),
    "retry 7 Hook": Command("retry", draft=7, channels=("Hook",)),
    "correct 7 It was nineteen.": Command("correct", draft=7, text="It was nineteen."),
    "correct 7 hook: 19, not 14": Command("correct", draft=7, text="hook: 19, not 14"),
    "correct #7: approve was wrong": Command("correct", draft=7, text=": approve was wrong"),
    "takedown 7": Command("takedown", draft=7),
    "TAKEDOWN #7 hook, square Confirm": Command(
        "takedown", draft=7, channels=("hook", "square"), text="confirm"
    ),
    "resolve 7 hook AGAIN": Command("resolve", draft=7, channels=("hook",), text="again"),
    "pause": Command("pause"),
    "pause Folder": Command("pause", text="folder"),
    "wirereel status": Command("status"),
    "help approve": Command("help", text="approve"),
    "ap\u202eprove 7": Mistake("unknown command 'ap': `help` lists the commands"),
}


@pytest.mark.parametrize(("text", "meant"), UNDERSTOOD.items())
def test_what_editors_type_is_understood(text: str, meant: Command | Mistake) -> None:
    assert parse(text) == meant


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "help"),
        ("aprove 7 3fa9c1", "`approve`"),
        ("approve", "approve DRAFT REV"),
        ("approve 7 hunter", "revision"),
        ("reject 7", "say why"),
        ("override 7", "say why"),
        ("override 7 embargo", "say why"),
        ("make", "make STORY"),
        ("merge 12", "merge STORY STORY"),
        ("merge 12 14 16", "needs the numbers of two stories"),
        ("make x --seconds soon", "is not a number"),
        ("make in 60s", "needs the number of a story"),
        ("make x in 90 minutes", "'in 90 minutes' is not between 1 s and an hour"),
        ("make x --ready-in soon", "'soon' is no span of time such as 60s, 2m or 1m30s"),
        ("make x --ready-in 0s", "'0s' is not between"),
        ("edit 7 please", "edit DRAFT"),
        ("edit 7 line 2", "what should line 2 say?"),
        ("edit 7 hedline: New", "did you mean `headline`?"),
        ("edit 7 " + "shorter " * 60, "at most 400"),
        ("resolve 7 hook maybe", "again"),
        ("correct 7", "say what is right"),
        ("correct 7 :", "say what is right"),
        ("correct the bridge", "needs the number"),
        ("takedown all", "needs the number"),
        ("x" * 20_000, "at most 10000"),
    ],
)
def test_a_mistake_names_the_way_out(text: str, hint: str) -> None:
    answer = parse(text)
    assert isinstance(answer, Mistake)
    assert hint in answer.text


@given(st.text(max_size=300))
def test_nothing_anyone_types_breaks_the_parser(text: str) -> None:
    assert isinstance(parse(text), Command | Mistake)


def test_help_lists_every_command_in_one_glance() -> None:
    lines = help_text().splitlines()
    assert lines[0] == "What there is"
    assert {line.split()[0].rstrip(":") for line in lines if line.startswith("  ")} == set(HELP)
    assert max(map(len, lines)) <= 120
    assert len(lines) <= len(HELP) + 6


@pytest.mark.parametrize("verb", [verb for verb, (usage, _) in HELP.items() if " " in usage])
def test_help_shows_an_example_that_is_understood(verb: str) -> None:
    if verb == "help":
        return
    usage, *_, example = help_text(verb).splitlines()
    assert usage.startswith(verb)
    said = example.removeprefix("Example: ").partition(". ")[0]
    assert not isinstance(parse(said), Mistake)
