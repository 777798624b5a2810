from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.draft import (
    MOVES,
    POST_MOVES,
    Brief,
    Draft,
    DraftState,
    Embargo,
    Posting,
    PostState,
    Waiver,
    Weighed,
    may_post,
)
from bot.policy import decide
from bot.rules import Rulebook, Rules
from bot.rules.news import News
from bot.situation import Intent, Limits, Situation
from bot.story import Finding, Grounding, Heat
from fakes import NOON, item, story
from publish import Caps, Replay

HOT = Heat(9.0, "trending", {}, "five outlets in ten minutes")


def draft(state: DraftState, **more: object) -> Draft:
    made = Draft(7, 1, state, "Bridge", (), Brief(), "wire", NOON, clip={"check": {"ok": True}})
    return replace(made, **more)


def posting(state: PostState, **more: object) -> Posting:
    return replace(Posting(7, "square", "key", state, sent_at=NOON), **more)


def acts(situation: Situation, minutes: float = 1.0, limits: Limits | None = None) -> list[str]:
    now = NOON + timedelta(minutes=minutes)
    return [intent.act for intent in decide(situation, now, limits or Limits())]


NEXT = {
    "wanted": ["write"],
    "written": ["render"],
    "rendered": ["offer"],
    "offered": [],
    "parked": [],
    "posted": [],
    "rejected": [],
    "dropped": [],
}


@pytest.mark.parametrize(("state", "then"), NEXT.items())
def test_a_draft_gets_what_it_misses(state: DraftState, then: list[str]) -> None:
    assert acts(Situation(drafts=[draft(state)])) == then


def test_a_clip_that_falls_short_is_held_back_with_the_reason() -> None:
    loud = {"name": "loudness", "value": "-9 LUFS", "bar": "-14 LUFS", "ok": False}
    short = draft("rendered", clip={"check": {"ok": False, "checks": [loud]}})
    (intent,) = decide(Situation(drafts=[short]), NOON, Limits())
    assert (intent.act, intent.leaves) == ("hold", "rendered")
    assert "loudness is -9 LUFS (bar: -14 LUFS)" in intent.reason
    assert "`retry 7`" in intent.reason


def test_a_script_with_claims_that_no_source_holds_is_blocked_before_it_is_filmed() -> None:
    lost = Grounding((Finding(0, "97", "number", "not found"),))
    (intent,) = decide(Situation(drafts=[draft("written", grounding=lost)]), NOON, Limits())
    assert (intent.act, intent.leaves) == ("block", "written")
    assert '"97" is not found' in intent.reason
    waiver = Waiver("web:anna", "I saw it", NOON, ("number 97",))
    assert acts(Situation(drafts=[draft("written", grounding=lost, waiver=waiver)])) == ["render"]


def test_what_a_judge_finds_while_it_is_filmed_keeps_it_from_being_offered() -> None:
    alarm = Grounding((Finding(0, "The bridge is open.", "line", "contradicted"),))
    (intent,) = decide(Situation(drafts=[draft("rendered", grounding=alarm)]), NOON, Limits())
    assert (intent.act, intent.leaves) == ("hold", "rendered")
    waiver = Waiver("web:anna", "I saw it", NOON, ("line The bridge is open.",))
    assert acts(Situation(drafts=[draft("rendered", grounding=alarm, waiver=waiver)])) == ["offer"]


def test_an_offer_goes_stale() -> None:
    offered = draft("offered", offered_at=NOON)
    assert acts(Situation(drafts=[offered]), minutes=359) == []
    assert acts(Situation(drafts=[offered]), minutes=361) == ["drop"]


def test_a_retry_waits_for_its_time() -> None:
    later = draft("wanted", retry_at=NOON + timedelta(minutes=5))
    assert acts(Situation(drafts=[later])) == []
    assert acts(Situation(drafts=[later]), minutes=6) == ["write"]


POSTS: list[tuple[PostState, Replay, list[str]]] = [
    ("queued", "none", ["publish"]),
    ("committing", "none", ["ask"]),
    ("committing", "native", ["reconcile"]),
    ("committing", "lookup", ["reconcile"]),
    ("unknown", "none", ["ask"]),
    ("unknown", "lookup", ["reconcile"]),
    ("asked", "none", []),
    ("done", "none", ["close"]),
    ("refused", "none", ["park"]),
]


@pytest.mark.parametrize(("state", "replay", "then"), POSTS)
def test_an_approved_draft_is_posted_and_reconciled(
    state: PostState, replay: Replay, then: list[str]
) -> None:
    situation = Situation(
        drafts=[draft("approved")], postings=[posting(state)], caps={"square": Caps(replay)}
    )
    assert acts(situation) == then


def test_absent_does_not_count_before_the_channel_has_settled() -> None:
    situation = Situation(
        drafts=[draft("approved")], postings=[posting("unknown")], caps={"square": Caps("lookup")}
    )
    early = timedelta(seconds=30).total_seconds() / 60 - 0.1
    assert acts(situation, minutes=early) == []


@pytest.mark.parametrize("name", ["*", "square"])
def test_pause_stops_posting_at_once(name: str) -> None:
    situation = Situation(
        drafts=[draft("approved")], postings=[posting("queued")], paused=frozenset({name})
    )
    assert acts(situation) == []


SOON = Embargo(NOON + timedelta(minutes=30), "The Quay", "Embargoed until 12:30 GMT")


@pytest.mark.parametrize(
    ("more", "minutes", "then"),
    [
        ({"embargo": SOON}, 29, []),
        ({"embargo": SOON}, 30, ["publish"]),
        ({"embargo": replace(SOON, until=None)}, 300, []),
        ({"embargo": replace(SOON, until=None, lifted_by="web:anna")}, 1, ["publish"]),
        ({"held": "Coast Radio now says 19"}, 1, []),
    ],
)
def test_what_holds_an_approved_post(
    more: dict[str, object], minutes: int, then: list[str]
) -> None:
    situation = Situation(drafts=[draft("approved", **more)], postings=[posting("queued")])
    assert acts(situation, minutes) == then


@pytest.mark.parametrize("state", ["committing", "unknown"])
def test_nothing_is_sent_again_while_a_post_is_held(state: PostState) -> None:
    situation = Situation(
        drafts=[draft("approved", held="news")],
        postings=[posting(state)],
        caps={"square": Caps("native")},
    )
    assert acts(situation) == []


NEWS = News("k1", "otherwise", "Coast Radio", "Now 19.", "12 were hurt.")


def test_news_recalls_a_post_and_leaves_the_lost_answers_of_others() -> None:
    other = replace(posting("unknown"), channel="hook", key="other")
    situation = Situation(
        drafts=[draft("approved")],
        postings=[posting("queued"), other],
        caps={"hook": Caps("lookup")},
        news={7: (NEWS,)},
    )
    intents = decide(situation, NOON + timedelta(minutes=1), Limits())
    assert [intent.act for intent in intents] == ["reconcile", "recall"]
    assert intents[-1].keys == ("k1",)
    known = replace(situation, drafts=[draft("approved", weighed=Weighed(("k1",)))])
    assert acts(known) == ["publish", "reconcile"]


def test_news_is_told_of_a_posted_draft_once() -> None:
    situation = Situation(posted=[draft("posted")], news={7: (NEWS,)})
    (intent,) = decide(situation, NOON, Limits())
    assert (intent.act, intent.leaves, intent.keys) == ("correct", "posted", ("k1",))
    assert acts(replace(situation, posted=[draft("posted", weighed=Weighed(("k1",)))])) == []


def test_copies_of_one_text_and_lesser_outlets_begin_nothing() -> None:
    same = tuple(item(n, "Barge strikes bridge", summary="A barge struck it.") for n in range(5))
    situation = Situation(stories=[replace(story(1), heat=HOT, items=same)])
    assert acts(situation) == []
    weak = Rulebook(Rules(unranked=3))
    assert decide(Situation(stories=[hot(1)]), NOON, Limits(), weak) == []
    ranked = Rulebook(Rules(unranked=3, tiers={"Outlet 1": 2}))
    assert len(decide(Situation(stories=[hot(1)]), NOON, Limits(), ranked)) == 1


def hot(n: int, score: float = 9.0, outlets: int = 3) -> object:
    return replace(story(n, outlets), heat=replace(HOT, score=score))


def test_the_hottest_uncovered_stories_are_opened_within_the_limits() -> None:
    stories = [hot(1, 3.0), hot(2, 9.0), hot(3, 6.0), hot(4, 1.0)]
    situation = Situation(stories=stories, covered=frozenset({(2, "en")}))
    intents = decide(situation, NOON, Limits(open_drafts=2))
    assert intents == [
        Intent("open", 3, HOT.reason),
        Intent("open", 1, HOT.reason),
    ]


def test_openings_wait_for_each_other_and_channels_do_not() -> None:
    assert Intent("open", 1, "").lane == Intent("open", 2, "").lane
    assert Intent("publish", 1, "", 7, "a").lane != Intent("publish", 1, "", 7, "b").lane


@pytest.mark.parametrize(
    "cold",
    [
        replace(story(1), heat=replace(HOT, phase="candidate")),
        hot(1, outlets=2),
        replace(story(1), heat=HOT, items=tuple(item(n, backlog=True) for n in range(5))),
    ],
)
def test_a_thin_or_old_story_is_left_alone(cold: object) -> None:
    assert acts(Situation(stories=[cold])) == []


def test_yesterdays_story_is_not_opened() -> None:
    assert acts(Situation(stories=[hot(1)]), minutes=60 * 13) == []


def test_a_person_is_not_limited_and_takes_no_room() -> None:
    asked = [replace(draft("offered", offered_at=NOON), id=n, asked_by="anna") for n in range(9)]
    assert acts(Situation(stories=[hot(1)], drafts=asked)) == ["open"]


@given(st.lists(st.sampled_from(get_args(PostState)), min_size=1, max_size=30))
def test_no_path_leaves_done(path: list[PostState]) -> None:
    state: PostState = "queued"
    for then in path:
        if may_post(state, then):
            assert state != "done"
            state = then


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(get_args(DraftState))
    assert set(POST_MOVES) == set(get_args(PostState))


def sequel(purpose: str, state: PostState = "ready", n: int = 0, **more: object) -> Posting:
    made = replace(posting(state), purpose=purpose, n=n, key=f"{purpose}{n}", asked_by="anna")
    return replace(made, **more)


AFTERWARDS = [
    # the post, what follows it, the channel, what is paused, then
    ("done", [("correction", 1)], "none", "", ["amend correction1"]),
    ("done", [("correction", 2), ("correction", 1)], "none", "", ["amend correction1"]),
    ("done", [("correction", 1)], "none", "*", []),
    ("done", [("correction", 1)], "none", "square", []),
    ("unknown", [("correction", 1)], "none", "", []),
    ("asked", [("correction", 1)], "none", "", []),
    ("refused", [("correction", 1)], "none", "", ["amend correction1"]),
    ("done", [("takedown", 0)], "none", "*", ["takedown takedown0"]),
    ("done", [("takedown", 0), ("correction", 1)], "none", "*", ["amend correction1"]),
    ("asked", [("takedown", 0)], "none", "", ["takedown takedown0"]),
    ("unknown", [("takedown", 0)], "none", "", ["takedown takedown0"]),
    ("unknown", [("takedown", 0)], "lookup", "", []),
    ("committing", [("takedown", 0)], "native", "", []),
    ("ready", [("takedown", 0)], "lookup", "", ["takedown takedown0"]),
]


@pytest.mark.parametrize(("state", "after", "replay", "paused", "then"), AFTERWARDS)
def test_what_follows_a_post_goes_on_in_its_turn(
    state: PostState, after: list[tuple[str, int]], replay: Replay, paused: str, then: list[str]
) -> None:
    situation = Situation(
        postings=[posting(state), *(sequel(purpose, n=n) for purpose, n in after)],
        caps={"square": Caps(replay)},
        paused=frozenset({paused} - {""}),
    )
    intents = decide(situation, NOON, Limits())
    assert [f"{intent.act} {intent.key}" for intent in intents] == then
    assert all(intent.lane == (7, "square") for intent in intents)


@pytest.mark.parametrize("state", ["asked", "done", "refused"])
def test_what_is_settled_is_left_alone(state: PostState) -> None:
    for purpose in ("correction", "takedown"):
        situation = Situation(postings=[posting("done"), sequel(purpose, state)])
        assert acts(situation) == []


def test_a_sequel_waits_for_its_time() -> None:
    later = sequel("takedown", retry_at=NOON + timedelta(minutes=5))
    assert acts(Situation(postings=[posting("done"), later])) == []
    assert acts(Situation(postings=[posting("done"), later]), minutes=6) == ["takedown"]


@pytest.mark.parametrize(
    ("state", "replay", "minutes", "then"),
    [
        ("queued", "native", 1, ["takedown"]),
        ("committing", "native", 1, ["reconcile"]),
        ("unknown", "lookup", 1, ["reconcile"]),
        ("unknown", "lookup", 0.4, []),
        ("unknown", "none", 1, ["takedown"]),
        ("refused", "none", 1, ["takedown", "withdraw"]),
        ("done", "none", 1, ["takedown", "close"]),
    ],
)
def test_a_draft_that_is_taken_down_on_its_way(
    state: PostState, replay: Replay, minutes: float, then: list[str]
) -> None:
    situation = Situation(
        drafts=[draft("approved", held="news")],
        postings=[posting(state), sequel("takedown")],
        caps={"square": Caps(replay)},
        paused=frozenset({"*"}),
    )
    assert acts(situation, minutes) == then
