"""The editorial rules at the desk: what is blocked, held, embargoed, approved by two, corrected."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.groups import Groups
from bot.rules import Rulebook, Rules
from bot.store import Stale
from bot.story import Cite, Finding
from fakes import NOON, FakeChannel, item, script
from offices import BREAKING, Office, opened

BOTH = frozenset({"web:anna", "web:bea"})
ALIEN = Finding(
    0, "62", "number", "not found", "Sixty-four people were on the ferry.", "Coast Radio"
)
CHARGED = script("Mayor Ada Quill was charged with fraud.")
HURT = "Fourteen people were hurt when the ferry hit the harbour bridge in Port Ansel."
TOLL = replace(
    script("14 people were hurt when the ferry hit the harbour bridge."),
    beats=tuple(
        replace(beat, cites=(Cite("i0", "The Ansel Post", "https://example.org/0", HURT),))
        for beat in script("14 people were hurt when the ferry hit the harbour bridge.").beats
    ),
)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path, Rulebook(approvers=BOTH)) as made:
        yield made


# -- the block on claims that no source holds ------------------------------------------------------


async def blocked(office: Office) -> None:
    office.line.writes(script("62 people were on the ferry."), ALIEN)
    await office.breaks()
    await office.settles()
    assert await office.state() == "parked"


async def test_a_claim_that_no_source_holds_blocks_before_any_render(office: Office) -> None:
    await blocked(office)
    assert office.line.shot == 0
    for part in (
        'line 1, number "62" is not found',
        '(nearest: "Coast Radio: Sixty-four people were on the ferry.")',
        "`edit 1 line 1: ...` or `edit 1 drop line 1`, `override 1 REASON`, or `reject 1 REASON`",
    ):
        assert part in office.last()


async def test_an_approver_overrides_with_a_reason_that_is_kept_and_shown(office: Office) -> None:
    await blocked(office)
    assert "needs the role approver" in await office.hears("override 1 I saw it", "web:ed")
    assert "say why" in await office.hears("override 1")
    said = await office.hears("override 1 the harbour office told me")
    assert "draft 1 goes on; allowed by you: number 62" in said
    await office.settles()
    told = "1 claim is not in the sources; allowed by web:anna: the harbour office told me"
    assert told in office.last()
    assert told in await office.hears("show 1")
    (event,) = [e for e in await office.desk.store.events(1) if e.kind == "override"]
    assert (event.who, event.text) == ("web:anna", "the harbour office told me (number 62)")
    await office.hears(f"approve 1 {(await office.draft()).tag}")
    await office.settles()
    assert await office.state() == "posted"


async def test_an_edit_ends_what_was_allowed(office: Office) -> None:
    await blocked(office)
    await office.hears("override 1 the harbour office told me")
    await office.settles()
    await office.hears("edit 1 line 1: 97 people were on the ferry.")
    await office.settles()
    draft = await office.draft()
    assert (draft.state, draft.waiver) == ("parked", None)
    assert '"97' in office.last()


async def test_words_from_the_sources_end_the_block(office: Office) -> None:
    await blocked(office)
    await office.hears("edit 1 line 1: The harbour bridge is closed after a ferry collision.")
    await office.settles()
    assert await office.state() == "offered"


async def test_a_retry_writes_a_blocked_draft_anew(office: Office) -> None:
    await blocked(office)
    office.line.writes(script())
    await office.hears("retry 1")
    await office.settles()
    assert (await office.state(), office.line.written) == ("offered", 2)


async def test_nothing_to_override(office: Office) -> None:
    await office.offers()
    assert "every claim of draft 1 is in its sources" in await office.hears("override 1 because")
    assert "under no embargo" in await office.hears("override 1 embargo because")


# -- outlets and tiers -----------------------------------------------------------------------------


async def test_a_draft_by_hand_from_one_outlet_says_so(office: Office) -> None:
    await office.tells(0, BREAKING[0][0], "The Ansel Post")
    await office.hears("make 1")
    await office.settles()
    assert "Note: unconfirmed: one outlet only (The Ansel Post)" in office.last()
    assert "unconfirmed: one outlet only" in await office.hears("show 1")
    assert "unconfirmed" in (await office.newsroom.drafts())[0]["warnings"][0]


async def test_what_no_established_outlet_tells_is_not_begun_but_may_be_asked_for(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path, Rulebook(Rules(unranked=3), approvers=BOTH)) as office:
        await office.breaks()
        assert await office.desk.tick() == []
        await office.hears("make 1")
        await office.settles()
        assert "no established outlet carries it: The Ansel Post (tier 3, other)" in office.last()


# -- two editors -----------------------------------------------------------------------------------


async def test_a_sensitive_draft_takes_two_people(office: Office) -> None:
    office.line.writes(CHARGED)
    rev = await office.offers()
    why = "an accusation against a named person (was charged, Mayor Ada Quill)"
    assert f"Note: needs two editors: {why}" in office.last()
    first = await office.hears(f"approve 1 {rev}")
    assert first == f"noted, 1 {rev}: one more approval is needed, by somebody else ({why})"
    await office.settles()
    assert (await office.state(), office.channel.posted) == ("offered", [])
    assert "you approved draft 1 already" in await office.hears(f"approve 1 {rev}")
    assert "approved by web:anna" in await office.hears("show 1")
    assert "posting to square" in await office.hears(f"approve 1 {rev}", "web:bea")
    await office.settles()
    draft = await office.draft()
    assert (draft.state, draft.decided_by) == ("posted", "web:anna, web:bea")
    kinds = [(e.kind, e.who) for e in await office.desk.store.events(1)]
    assert ("approval", "web:anna") in kinds
    assert ("approved", "web:bea") in kinds


async def test_an_edit_voids_the_first_of_two_even_when_it_is_taken_back(office: Office) -> None:
    office.line.writes(replace(CHARGED, headline="Ferry hits the harbour bridge"))
    rev = await office.offers()
    await office.hears(f"approve 1 {rev}")
    for headline in ("Harbour bridge closed", "Ferry hits the harbour bridge"):
        await office.hears("override 1 both outlets say so")
        await office.settles()
        await office.hears(f"edit 1 headline: {headline}", "web:ed")
        await office.settles()
    await office.hears("override 1 both outlets say so")
    await office.settles()
    assert (await office.draft()).tag == rev
    assert "one more approval is needed" in await office.hears(f"approve 1 {rev}", "web:bea")
    assert await office.state() == "offered"


async def test_two_editors_post_where_both_said(office: Office) -> None:
    office.line.writes(CHARGED)
    office.channels["folder"] = FakeChannel("folder")
    office.desk.channels = ("square", "folder")
    office.desk.groups = Groups(dict.fromkeys(office.desk.channels, ""))
    rev = await office.offers()
    await office.hears(f"approve 1 {rev} square")
    assert "no channel in common" in await office.hears(f"approve 1 {rev} folder", "web:bea")
    assert await office.state() == "offered"
    assert "posting to square" in await office.hears(f"approve 1 {rev}", "web:bea")


async def test_a_newsroom_of_one_is_told_what_to_do(tmp_path: Path) -> None:
    book = Rulebook(approvers=frozenset({"web:anna"}))
    async with opened(tmp_path, book) as office:
        office.line.writes(CHARGED)
        rev = await office.offers()
        said = await office.hears(f"approve 1 {rev}")
        assert "[editors] has 1 who may approve" in said
        assert '[rules] two_editors = "never"' in said
    alone = Rulebook(Rules(two_editors="never"), approvers=frozenset({"web:anna"}))
    async with opened(tmp_path, alone) as office:
        assert "posting to square" in await office.hears(f"approve 1 {rev}")


async def test_always_means_every_draft(tmp_path: Path) -> None:
    async with opened(tmp_path, Rulebook(Rules(two_editors="always"), approvers=BOTH)) as office:
        rev = await office.offers()
        assert "one more approval is needed" in await office.hears(f"approve 1 {rev}")


async def test_who_may_approve_no_more_does_not_count(tmp_path: Path) -> None:
    async with opened(tmp_path, Rulebook(approvers=BOTH)) as office:
        office.line.writes(CHARGED)
        rev = await office.offers()
        await office.hears(f"approve 1 {rev}", "web:bea")
    others = Rulebook(approvers=frozenset({"web:anna", "web:cy"}))
    async with opened(tmp_path, others) as office:
        assert "one more approval is needed" in await office.hears(f"approve 1 {rev}")


# -- embargoes -------------------------------------------------------------------------------------


async def embargoed(office: Office, words: str) -> str:
    for n, (title, outlet) in enumerate(BREAKING):
        office.clock.passes(minutes=2)
        more = f"{words}. " if n == 1 else ""
        await office.tells(n, title, outlet, summary=f"{more}{title}, officials said.")
    await office.settles()
    return (await office.draft()).tag


async def test_an_embargo_is_kept_to_the_minute(office: Office) -> None:
    rev = await embargoed(office, "EMBARGOED until 18:00 GMT")
    assert "embargoed until 02 March 18:00 UTC (Coast Radio" in office.last()
    said = await office.hears(f"approve 1 {rev}")
    assert "posting to square from 18:00 UTC on (embargo of Coast Radio)" in said
    await office.settles()
    office.clock.at = NOON + timedelta(hours=5, minutes=59)
    await office.settles()
    assert office.channel.posted == []
    assert "embargoed until" in await office.hears("show 1")
    office.clock.at = NOON + timedelta(hours=6)
    await office.settles()
    assert len(office.channel.posted) == 1


async def test_the_transaction_that_begins_to_send_keeps_the_embargo_too(office: Office) -> None:
    rev = await embargoed(office, "EMBARGOED until 18:00 GMT")
    await office.hears(f"approve 1 {rev}")
    store = office.desk.store
    posting = (await store.postings(1))[0]
    for state in ("preparing", "ready"):
        await store.post(posting, state, NOON)  # type: ignore[arg-type]
        posting = (await store.postings(1))[0]
    with pytest.raises(Stale, match="may not be sent now"):
        await store.begin_send(posting, NOON + timedelta(hours=6, microseconds=-1000))
    assert (await store.begin_send(posting, NOON + timedelta(hours=6))).state == "committing"


async def test_an_embargo_that_nobody_can_read_holds_until_an_editor_says_so(
    office: Office,
) -> None:
    rev = await embargoed(office, "EMBARGOED until the minister sits down")
    assert "nobody can read until when" in office.last()
    assert "once the embargo is lifted" in await office.hears(f"approve 1 {rev}")
    office.clock.passes(hours=3)
    await office.settles()
    assert office.channel.posted == []
    assert "`override 1 embargo REASON`" in await office.hears("override 1 she sat down")
    said = await office.hears("override 1 embargo she sat down")
    assert said == "the embargo on draft 1 is lifted: she sat down"
    await office.settles()
    assert len(office.channel.posted) == 1
    (event,) = [e for e in await office.desk.store.events(1) if e.kind == "override"]
    assert event.who == "web:anna"
    assert "lifted: she sat down" in event.text


# -- the second look before a post -----------------------------------------------------------------


async def paused_toll(office: Office) -> str:
    """A draft about fourteen people is approved while posting is paused."""
    office.line.writes(TOLL)
    rev = await office.offers()
    await office.hears("pause")
    await office.hears(f"approve 1 {rev}")
    return rev


async def new_toll(office: Office, n: int = 30, count: str = "17") -> None:
    told = f"{count} people were hurt when the ferry hit the harbour bridge in Port Ansel."
    await office.tells(n, "Port Ansel ferry hits harbour bridge", f"Radio {n}", summary=told)


async def test_news_that_overtakes_a_clip_holds_the_post_until_it_is_approved_again(
    office: Office,
) -> None:
    rev = await paused_toll(office)
    await new_toll(office)
    await office.hears("resume")
    await office.settles()
    assert (await office.state(), office.channel.posted) == ("approved", [])
    told = office.last()
    assert told.startswith('Draft 1 is not posted: Radio 30 now says "17 people were hurt')
    assert 'the clip says "14 people were hurt' in told
    assert f"`approve 1 {rev}` again" in told
    assert "HELD: Radio 30" in await office.hears("show 1")
    before = len(office.chat.told)
    await office.settles()
    assert len(office.chat.told) == before
    assert "goes on" in await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert (await office.state(), len(office.channel.posted)) == ("posted", 1)


async def test_a_held_post_survives_a_restart_and_can_be_edited_or_rejected(
    tmp_path: Path,
) -> None:
    async with opened(tmp_path, Rulebook(approvers=BOTH)) as office:
        await paused_toll(office)
        await new_toll(office)
        await office.hears("resume")
        await office.settles()
    async with opened(tmp_path, Rulebook(approvers=BOTH)) as office:
        office.clock.passes(minutes=12)
        await office.settles()
        assert office.channel.posted == []
        assert office.chat.told == []
        assert "rejected 1" in await office.hears("reject 1 overtaken")
        assert (await office.state(), (await office.draft()).held) == ("rejected", "")


async def test_what_is_out_on_one_channel_already_can_be_kept_from_the_others(
    office: Office,
) -> None:
    office.channels["hook"] = FakeChannel("hook")
    office.desk.channels = ("square", "hook")
    office.desk.groups = Groups(dict.fromkeys(office.desk.channels, ""))
    office.line.writes(TOLL)
    rev = await office.offers()
    await office.hears("pause hook")
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    await new_toll(office)
    await office.hears("resume hook")
    await office.settles()
    assert "is not posted" in office.last()
    said = await office.hears("reject 1 overtaken")
    assert said == "draft 1 goes nowhere else: overtaken; it is out on square"
    await office.settles()
    posts = {p.channel: p.state for p in await office.desk.store.postings(1)}
    assert posts == {"square": "done", "hook": "refused"}
    assert await office.state() == "posted"


async def test_what_merely_goes_on_holds_nothing(office: Office) -> None:
    await paused_toll(office)
    title = "Harbour bridge in Port Ansel to be inspected after ferry hit it"
    await office.tells(31, title, "Radio 31", summary=f"{title}, officials said.")
    await office.hears("resume")
    await office.settles()
    assert await office.state() == "posted"


async def test_news_that_is_too_old_is_not_posted_unseen(office: Office) -> None:
    rev = await paused_toll(office)
    office.clock.passes(hours=13)
    await office.hears("resume")
    await office.settles()
    assert "its news is 13 hours old" in office.last()
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert await office.state() == "posted"


async def test_a_sensitive_draft_that_was_held_takes_two_again(office: Office) -> None:
    office.line.writes(CHARGED)
    rev = await office.offers()
    await office.hears("pause")
    for user in sorted(BOTH):
        await office.hears(f"approve 1 {rev}", user)
    office.clock.passes(hours=13)
    await office.hears("resume")
    await office.settles()
    assert "one more approval is needed" in await office.hears(f"approve 1 {rev}")
    assert (await office.draft()).held
    assert "goes on" in await office.hears(f"approve 1 {rev}", "web:bea")
    await office.settles()
    assert await office.state() == "posted"


# -- after the post --------------------------------------------------------------------------------


async def posted_toll(office: Office) -> None:
    office.line.writes(TOLL)
    rev = await office.offers()
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert await office.state() == "posted"


async def test_a_contradiction_after_the_post_is_told_once_with_the_links(tmp_path: Path) -> None:
    async with opened(tmp_path, Rulebook(approvers=BOTH)) as office:
        await posted_toll(office)
        before = len(office.chat.told)
        await new_toll(office)
        await office.settles()
        (told,) = office.chat.told[before:]
        assert told.text.startswith("Draft 1 is out, and its sources say something else now: ")
        assert 'Radio 30 now says "17 people were hurt' in told.text
        assert "square: https://square.example/" in told.text
        assert await office.state() == "posted"
        await new_toll(office, 31, "19")
        await office.settles()
        assert "19 people" in office.last()
        assert "17 people" not in office.last()
    async with opened(tmp_path, Rulebook(approvers=BOTH)) as office:
        office.clock.passes(minutes=30)
        await office.settles()
        assert office.chat.told == []
        corrections = [e for e in await office.desk.store.events(1) if e.kind == "correction"]
        assert len(corrections) == 2


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            {"title": "Correction: ferry did not hit the bridge in Port Ansel"},
            'The Ansel Post corrects itself: "Correction: ferry did not hit the bridge',
        ),
        ({"summary": "This article has been deleted."}, "The Ansel Post corrects itself"),
        ({"title": "Ferry hits bridge in Port Ansel"}, ""),
    ],
)
async def test_a_cited_report_that_is_changed_later(
    office: Office, change: dict[str, str], told: str
) -> None:
    await posted_toll(office)
    before = len(office.chat.told)
    title, outlet = BREAKING[0]
    words = {"title": title, "summary": f"{title}, officials said."} | change
    office.source.coming = [item(0, outlet=outlet, at=office.clock(), **words)]
    await office.intake.poll("wire")
    await office.settles()
    assert len(office.chat.told) - before == bool(told)
    assert told in office.last()


async def test_the_watch_ends(tmp_path: Path) -> None:
    book = Rulebook(Rules(watch_hours=1), approvers=BOTH)
    async with opened(tmp_path, book) as office:
        await posted_toll(office)
        before = len(office.chat.told)
        office.clock.passes(hours=2)
        await new_toll(office)
        await office.settles()
        assert len(office.chat.told) == before


async def test_a_correction_follows_a_story_into_another(office: Office) -> None:
    title = "Senate in Velden votes on heating aid"
    await office.tells(40, title, "Velden Times", summary="A vote at noon.")
    await posted_toll(office)
    assert (await office.draft()).story == 2
    await office.hears("merge 1 2")
    await new_toll(office)
    await office.settles()
    assert "Radio 30 now says" in office.last()
