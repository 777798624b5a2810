"""What an editor is told of a check: at a glance, both sides of a dispute, never an average."""

from dataclasses import replace

from bot.draft import Brief, Draft
from bot.findings import disputed, summary, told
from bot.story import Beat, Finding, Grounding, Script
from bot.views import draft_view
from bot.words import draft_text, offer_text
from fakes_pen import NOON, bridge

NINE = "The fire brigade counted 9 hurt people"
FOURTEEN = "The fire brigade counted 14 hurt people"
DISPUTE = Finding(0, "9", "number", "disputed", NINE, "B News", f"A Post: {FOURTEEN}")
FOREIGN = Finding(0, "Nine hurt.", "line", "foreign", "Neun Verletzte", "Zeitung")
WRONG = Finding(0, "64", "number", "contradicted", NINE, "B News")
GOOD = Finding(0, "Nine were hurt.", "line", "supported", NINE, "B News")


def draft(*findings: Finding) -> Draft:
    script = Script("news", "Bridge hit", "en", "neutral", (Beat("Nine were hurt."),))
    made = Draft(4, 7, "offered", "Bridge hit", bridge().items, Brief(), "wire", NOON)
    clip = {"seconds": 31.0, "check": {"ok": True}}
    return replace(made, script=script, grounding=Grounding(findings), clip=clip)


def test_the_summary_counts_what_a_person_must_look_at() -> None:
    assert summary(Grounding((GOOD,))) == "All 1 claims are in the sources."
    assert summary(Grounding((GOOD, DISPUTE, FOREIGN))) == (
        "None of 3 claims is missing in the sources. 1 disputed between outlets."
        " 1 line to compare with reports in another language."
    )
    assert summary(Grounding((GOOD, WRONG))) == "1 of 2 claims are NOT in the sources."


def test_a_dispute_is_told_with_both_sentences_in_the_offer_and_at_length() -> None:
    offered = offer_text(draft(GOOD, DISPUTE)).text
    for text in (offered, draft_text(draft(GOOD, DISPUTE), (), NOON)):
        assert "DISPUTED: number '9'" in text
        assert f"B News: “{NINE}”" in text
        assert f"A Post: “{FOURTEEN}”" in text


def test_an_offer_stays_short_however_much_is_in_dispute() -> None:
    many = [replace(DISPUTE, claim=str(n), source=f"{NINE} {'and more ' * 60}") for n in range(9)]
    lines = disputed(Grounding(tuple(many)))
    assert len(lines) == 7
    assert lines[-1] == "and 7 more disputed"
    assert max(map(len, lines)) < 200


def test_what_is_foreign_blocks_nothing_and_is_told() -> None:
    only = draft(FOREIGN)
    assert not only.grounding.problems
    assert told(FOREIGN)[1] == "  Zeitung: “Neun Verletzte”"
    assert "FOREIGN: line 'Nine hurt.'" in draft_text(only, (), NOON)
    assert draft_view(only, (), None)["grounding"] == {
        "claims": 1, "problems": 0, "disputes": 0, "foreign": 1,
    }  # fmt: skip
