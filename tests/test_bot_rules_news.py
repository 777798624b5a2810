"""What overtakes a script, what keeps it back, and what editors read beside it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.draft import Brief, Draft, Embargo, Waiver, Weighed
from bot.rules import Rulebook, Rules
from bot.rules.news import News, fresh, news_of
from bot.rules.remarks import needed, remarks
from bot.rules.staleness import held_back, unweighed
from bot.rules.unfounded import blocked, claims_of, unfounded
from bot.story import Beat, Cite, Finding, Grounding, Script
from fakes import NOON, item
from sources import Item

QUOTE = "At least 12 people were hurt when the barge struck the Lantern Bridge."
LINE = "12 people were hurt when the barge struck the Lantern Bridge."
REPORT = item(0, "Barge strikes Lantern Bridge", "Coast Daily", summary=QUOTE)
OTHER = item(9, "Lantern Bridge hit by runaway barge", "The Quay", summary="Trams stopped.")


def draft(*lines: str, **more: object) -> Draft:
    cite = Cite("i0", "Coast Daily", "https://example.org/0", QUOTE)
    beats = tuple(Beat(line, (cite,)) for line in lines or (LINE,))
    script = Script("news", "Lantern Bridge hit", "en", "neutral", beats)
    made = Draft(7, 1, "approved", "Bridge", (REPORT, OTHER), Brief(), "wire", NOON, script=script)
    return replace(made, **more)  # type: ignore[arg-type]


def later(title: str, summary: str = "", outlet: str = "Coast Radio") -> Item:
    return item(5, title, outlet, NOON + timedelta(hours=1), summary=summary or title)


def kinds(item: Item, *lines: str) -> list[str]:
    return [news.kind for news in news_of(draft(*lines), item)]


def test_another_figure_for_the_same_thing_is_news() -> None:
    report = later("Bridge", "Now 19 people were hurt when the barge struck the Lantern Bridge.")
    (news,) = news_of(draft(), report)
    assert news.told == (
        'Coast Radio now says "Now 19 people were hurt when the barge struck the Lantern Bridge."; '
        f'the clip says "{LINE}"'
    )


@pytest.mark.parametrize(
    "summary",
    [
        "12 people were hurt when the barge struck the Lantern Bridge on Wednesday.",
        "63 people were on a tram that stopped in time.",
        "Ferries will run from Thursday on.",
    ],
)
def test_what_goes_on_or_speaks_of_something_else_is_none(summary: str) -> None:
    assert kinds(later("Bridge", summary)) == []


@pytest.mark.parametrize(
    "title",
    [
        "Correction: barge did not strike Lantern Bridge",
        "CORRECTED: Lantern Bridge hit by barge",
        "(Corrects) Lantern Bridge hit by barge",
        "[Retracted] Lantern Bridge hit by barge",
        "An earlier version of this article named the wrong bridge",
        "Korrektur: Kahn traf die Brücke nicht",
        "In einer früheren Version hieß es, der Kahn habe die Brücke getroffen",
        "Rectificatif : la péniche n'a pas heurté le pont",
        "Fe de erratas: la barcaza no golpeó el puente",
        "Errata: a barcaça não atingiu a ponte",
        "Errata corrige: la chiatta non ha colpito il ponte",
    ],
)
def test_a_cited_outlet_that_takes_something_back(title: str) -> None:
    assert kinds(later(title, outlet="Coast Daily")) == ["taken back"]
    assert kinds(later(title, outlet="Rail Weekly")) == []  # nobody cites it


@pytest.mark.parametrize(
    "title",
    ["Stock market correction: what to know", "Minister corrects record", "Ship is withdrawn"],
)
def test_corrections_of_other_things_are_none(title: str) -> None:
    assert kinds(later(title, outlet="Coast Daily")) == []


def test_a_cited_sentence_that_was_changed_is_news_and_other_words_are_not() -> None:
    changed = replace(REPORT, summary=QUOTE.replace("At least 12", "Some 19"))
    (news,) = news_of(draft(), changed)
    assert (news.kind, news.ours) == ("changed", LINE)
    assert news.theirs.startswith("Some 19 people")
    assert news_of(draft(), replace(REPORT, title="Barge hits Lantern Bridge")) == ()
    assert news_of(draft(), replace(REPORT, summary="")) == ()
    assert news_of(draft(), replace(REPORT, summary="At least 12 people were ...")) == ()


def test_a_report_that_was_taken_back_in_place() -> None:
    gone = replace(REPORT, summary="This article has been deleted.")
    assert "taken back" in [news.kind for news in news_of(draft(), gone)]


def test_an_embargo_that_comes_later_is_news() -> None:
    report = later("EMBARGOED until 18:00 GMT: Lantern Bridge")
    (news,) = news_of(draft(), report)
    assert "puts it under embargo" in news.told


def test_the_same_words_have_the_same_key() -> None:
    report = later("Bridge", "Now 19 people were hurt when the barge struck the Lantern Bridge.")
    (one,), (two,) = news_of(draft(), report), news_of(draft(), report)
    assert one.key == two.key
    (other,) = news_of(draft(), replace(report, summary=report.summary.replace("19", "20")))
    assert other.key != one.key


def test_what_is_new_to_a_draft() -> None:
    changed, new = replace(OTHER, summary="Trams run again."), later("More")
    assert fresh(draft(), (REPORT, changed, new)) == (changed, new)


# -- the second look -------------------------------------------------------------------------------

TOLD = News("k1", "otherwise", "Coast Radio", "Now 19.", LINE)
RULES = Rules(stale_hours=12)


def test_news_holds_a_post_until_it_was_told() -> None:
    why = held_back(draft(rev="abcdef99"), [TOLD], NOON, NOON, RULES)
    assert why.startswith('Coast Radio now says "Now 19."; the clip says')
    assert why.endswith("`approve 7 abcdef` again, `edit 7 ...`, or `reject 7 REASON`")
    knows = draft(weighed=Weighed(("k1",), NOON))
    assert unweighed(knows, [TOLD]) == ()
    assert held_back(knows, [TOLD], NOON, NOON, RULES) == ""


def test_much_news_is_told_in_few_words() -> None:
    many = [replace(TOLD, key=f"k{n}") for n in range(6)]
    assert "; and 3 more" in held_back(draft(), many, NOON, NOON, RULES)


@pytest.mark.parametrize(
    ("offered", "weighed", "now", "held"),
    [
        (1, None, 11, False),
        (1, None, 13, True),
        (14, None, 15, False),  # it was old when it was shown, and that was told
        (14, None, 27, True),
        (1, 13, 14, False),  # approved again
        (1, 13, 26, True),
    ],
)
def test_old_news_is_held(offered: int, weighed: int | None, now: int, held: bool) -> None:
    def hours(count: int) -> timedelta:
        return timedelta(hours=count)

    looked = Weighed((), NOON + hours(weighed)) if weighed else Weighed()
    shown = draft(offered_at=NOON + hours(offered), weighed=looked)
    assert bool(held_back(shown, [], NOON, NOON + hours(now), RULES)) == held


# -- claims that no source holds -------------------------------------------------------------------

LOST = Finding(1, "97", "number", "not found", "Twelve were hurt.", "Coast Daily")
AGAINST = Finding(-1, "shut", "negation", "contradicted", "a", "B", "The Quay: It is open.")


def test_a_block_names_line_claim_verdict_source_and_the_ways_out() -> None:
    assert blocked(7, [LOST]) == (
        'a claim is not in the sources: line 2, number "97" is not found '
        '(nearest: "Coast Daily: Twelve were hurt."). Say `edit 7 line 2: ...` or '
        "`edit 7 drop line 2`, `override 7 REASON`, or `reject 7 REASON`"
    )
    told = blocked(7, [AGAINST])
    assert 'headline or caption, negation "shut" is contradicted (nearest: "The Quay: It' in told
    assert "`edit 7 headline: ...` or `edit 7 caption: ...`" in told
    assert "4 claims are" in blocked(7, [LOST] * 4)
    assert "; and 1 more." in blocked(7, [LOST] * 4)


def test_a_waiver_lets_stand_exactly_what_it_names() -> None:
    grounding = Grounding((LOST, AGAINST))
    assert claims_of(grounding) == ("number 97", "negation shut")
    waiver = Waiver("web:anna", "I saw it", NOON, ("number 97",))
    assert unfounded(draft(grounding=grounding)) == (LOST, AGAINST)
    assert unfounded(draft(grounding=grounding, waiver=waiver)) == (AGAINST,)
    assert unfounded(draft()) == ()


# -- what is read beside an offer ------------------------------------------------------------------


def said(made: Draft, book: Rulebook | None = None, hours: float = 0) -> str:
    return "\n".join(remarks(made, book or Rulebook(), NOON + timedelta(hours=hours)))


def test_an_ordinary_draft_has_no_remarks() -> None:
    assert said(draft()) == ""


def test_each_rule_says_its_own() -> None:
    waiver = Waiver("web:anna", "I saw it", NOON, ("number 97",))
    allowed = draft(grounding=Grounding((LOST,)), waiver=waiver)
    assert said(allowed) == "1 claim is not in the sources; allowed by web:anna: I saw it"
    assert said(draft(items=(REPORT,))) == "unconfirmed: one outlet only (Coast Daily)"
    assert "no established outlet" in said(draft(), Rulebook(Rules(unranked=4)))
    held = Embargo(NOON + timedelta(hours=1), "The Quay", "Embargoed until 13:00 GMT")
    assert "embargoed until 02 March 13:00 UTC" in said(draft(embargo=held))
    assert said(draft(held="Coast Radio now says 19")) == "HELD: Coast Radio now says 19"
    assert said(draft(), hours=20) == "its newest report was 20 hours old"
    chinese = replace(draft().script, lang="zh")  # type: ignore[type-var]
    assert "the language zh is not known here" in said(draft(script=chinese))


def test_two_editors() -> None:
    accused = draft("Mayor Ada Quill was charged with fraud.")
    assert needed(accused, Rulebook()) == 2
    assert needed(accused, Rulebook(Rules(two_editors="never"))) == 1
    assert needed(draft(), Rulebook()) == 1
    assert needed(draft(), Rulebook(Rules(two_editors="always"))) == 2
    told = remarks(accused, Rulebook(), NOON, ("web:anna",))
    assert told[-1].endswith("; approved by web:anna")
