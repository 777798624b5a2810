"""What editors are shown: the small clip first, the gate, the texts, the clip without a logo."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.line import RenderFailed
from bot.story import Finding, fingerprint
from offices import Office, opened
from publish import Limits, Room
from render.storyboard import Instead, Shot


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path) as made:
        yield made


async def test_the_editors_are_told_of_the_preview_and_then_of_the_clip(office: Office) -> None:
    seen: list[tuple[str, bool, bool]] = []

    async def looks() -> None:
        office.desk.progress[1] = ("draw", 0.5)
        answer = await office.hears("approve 1 000000")
        video = await office.newsroom.clip(1, "video")
        small = await office.newsroom.clip(1, "preview")
        seen.append((answer, video is None, small is not None))

    office.line.meanwhile = looks
    rev = await office.offers()
    ((answer, no_clip, small),) = seen
    assert "the full clip of draft 1 is being rendered, 50%" in answer
    assert (no_clip, small) == (True, True)
    first, second = (message.text for message in office.chat.told)
    assert first.splitlines() == [
        "Preview of draft 1 is ready; the full clip follows.",
        "Harbour bridge closed",
        "1. The harbour bridge is closed.",
    ]
    assert f"approve 1 {rev}" in second
    assert (await office.newsroom.drafts())[0]["preview"].startswith("00001-")


async def test_a_preview_is_told_once_for_each_script(office: Office) -> None:
    async def dies() -> None:
        raise RuntimeError("the encoder fell over")

    office.line.meanwhile = dies
    await office.breaks()
    await office.settles()
    await office.hears("retry 1")
    await office.settles()
    assert await office.state() == "offered"
    previews = [m for m in office.chat.told if m.text.startswith("Preview")]
    assert (office.line.shot, len(previews)) == (2, 1)
    await office.hears("edit 1 line 1: The harbour bridge is closed after a ferry collision.")
    assert await office.newsroom.clip(1, "preview") is None
    await office.settles()
    assert "1. The harbour bridge is closed after a ferry collision." in office.chat.told[-2].text


async def test_a_clip_that_falls_short_is_not_offered_and_the_editors_hear_why(
    office: Office,
) -> None:
    office.line.falls_short("loudness", "text on text")
    await office.breaks()
    await office.settles()
    assert await office.state() == "parked"
    why = "loudness is too much (bar: little); text on text is too much (bar: little)"
    assert why in office.chat.told[-1].text
    assert f"Check failed: {why.partition(';')[0]}" in await office.hears("show 1")
    draft = await office.desk.store.draft(1)
    assert draft is not None
    assert "draft 1 is parked: the clip does not" in await office.hears(f"approve 1 {draft.tag}")
    office.line.falls_short()
    await office.hears("retry 1")
    await office.settles()
    assert await office.state() == "offered"


async def test_a_doubt_is_told_with_the_offer(office: Office) -> None:
    office.line.falls_short("fit for TikTok", hard=False)
    await office.offers()
    assert "Check: fit for TikTok is too much (bar: little)" in office.chat.told[-1].text


async def test_a_clip_that_cannot_be_made_is_told(office: Office) -> None:
    async def fails() -> None:
        raise RenderFailed("cannot write clip.mp4: No space left on device")

    office.line.meanwhile = fails
    await office.breaks()
    await office.settles()
    assert "Draft 1 is parked: no clip: cannot write" in office.chat.told[-1].text


@pytest.mark.parametrize("logo", ["", "logo.png"])
@pytest.mark.parametrize("clean", [False, True])
async def test_a_channel_that_allows_no_logo_gets_the_clip_without(
    office: Office, logo: str, clean: bool
) -> None:
    office.line.logo, office.channel.clean = logo, clean
    rev = await office.offers()
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    wanted = b"no logo " if logo and clean else b""
    assert office.channel.clips == [wanted + b"The harbour bridge is closed."]
    seen = await office.newsroom.clip(1, "clean")
    assert (seen is not None) == bool(wanted)


async def test_both_clips_are_what_was_approved(office: Office) -> None:
    office.line.logo, office.channel.clean = "logo.png", True
    rev = await office.offers()
    draft = await office.desk.store.draft(1)
    assert draft is not None
    assert draft.script is not None
    main = {k: v for k, v in draft.clip.items() if k != "clean"}
    assert draft.rev != fingerprint(draft.script, main, office.desk.channels, draft.texts)
    Path(draft.clip["clean"]["path"]).write_bytes(b"another clip")
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert office.channel.posted == []
    assert "not the one that was approved" in office.chat.told[-1].text


async def test_a_clip_with_a_logo_is_never_given_to_a_channel_that_allows_none(
    office: Office,
) -> None:
    office.line.logo = "logo.png"
    rev = await office.offers()
    office.channel.clean = True  # it is set between the offer and the approval
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert office.channel.posted == []
    assert "square allows no logo" in office.chat.told[-1].text
    await office.hears("retry 1")
    await office.settles()
    draft = await office.desk.store.draft(1)
    assert draft is not None
    await office.hears(f"approve 1 {draft.tag}")
    await office.settles()
    assert office.channel.clips == [b"no logo The harbour bridge is closed."]


async def test_what_a_judge_says_keeps_a_draft_back_until_somebody_allows_it(
    office: Office,
) -> None:
    line = "The harbour bridge is closed."
    office.line.alarms = (Finding(0, line, "line", "contradicted", "It is open.", "Coast Radio"),)
    office.line.doubts = ("the judge doubts that a source says line 1",)
    await office.breaks()
    await office.settles()
    assert await office.state() == "parked"
    assert f'line 1, line "{line}" is contradicted' in office.chat.told[-1].text
    await office.hears("override 1 I stood there")
    await office.settles()
    told = office.chat.told[-1].text
    assert "1 of 1 claims are NOT in the sources." in told
    assert "Note: the judge doubts that a source says line 1" in told
    await office.hears("edit 1 headline: Bridge shut")  # which is checked anew, by the judge too
    await office.settles()
    assert f"CONTRADICTED: line {line!r}" in await office.hears("show 1")


X = Limits(None, Room(280, "weighted", 23), None, apart=frozenset({"ai"}))


async def test_each_channel_gets_its_own_texts(office: Office) -> None:
    rev = await office.offers()
    shown = await office.hears("show 1")
    assert "Title: Harbour bridge closed" in shown
    assert "Caption: The harbour bridge is closed." in shown
    assert "     Coast Radio https://example.org/1" in shown
    assert "Alt: Upright video with captions: Harbour bridge closed." in shown
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    [post] = office.channel.posts
    assert post.title == "Harbour bridge closed"
    assert "Script and voice made with AI" in post.text
    assert post.alt == "Upright video with captions: Harbour bridge closed."


async def test_an_editor_changes_the_words_of_one_channel(office: Office) -> None:
    rev = await office.offers()
    answer = await office.hears("edit 1 caption@SQUARE: Take the ferry.")
    assert answer == "the caption of draft 1 on square is changed; it is offered anew"
    await office.settles()
    assert "is not the clip of draft 1 any more" in await office.hears(f"approve 1 {rev}")
    await office.hears("edit 1 tone: hope")  # all is made anew, what was written for it stays
    await office.settles()
    draft = await office.desk.store.draft(1)
    assert draft is not None
    assert draft.texts["square"].own == {"caption": "Take the ferry."}
    await office.hears(f"approve 1 {draft.tag}")
    await office.settles()
    assert office.channel.posts[0].text.startswith("Take the ferry.\n\nSources:")


async def test_no_words_give_a_text_back_to_the_desk(office: Office) -> None:
    first = await office.offers()
    await office.hears("edit 1 title@square: Shut")
    await office.settles()
    await office.hears("edit 1 title@square:")
    await office.settles()
    draft = await office.desk.store.draft(1)
    assert draft is not None
    assert draft.tag == first


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ("title@square: Shut", "square has no title: its caption is all that it shows"),
        ("alt@square: A bridge", "square has no alt text"),
        ("caption@town: Shut", "unknown channel 'town'; there are square"),
        (f"caption@square: {'long ' * 60}", "characters, 280 at most, and sources, credits and"),
    ],
)
async def test_words_that_a_channel_cannot_take_are_refused(
    office: Office, edit: str, said: str
) -> None:
    office.channel.limits = X
    await office.offers()
    assert said in await office.hears(f"edit 1 {edit}")
    assert await office.state() == "offered"


async def test_what_an_editor_writes_for_one_channel_is_checked(office: Office) -> None:
    await office.offers()
    await office.hears("edit 1 title@square: 4711 boats on the bridge")
    await office.settles()
    assert "NOT FOUND: number '4711'" in await office.hears("show 1")
    await office.hears("edit 1 title@square: Boats on the bridge")
    await office.settles()
    assert "4711" not in await office.hears("show 1")


async def test_what_a_channel_would_refuse_is_told_with_the_offer(office: Office) -> None:
    office.channel.limits = Limits(text=Room(40))
    rev = await office.offers()
    told = "square would refuse it: the text has"
    assert told in office.chat.told[-1].text
    await office.hears(f"approve 1 {rev}")
    await office.settles()
    assert office.channel.posted == []
    assert "characters, 40 at most" in office.chat.told[-1].text


@pytest.mark.parametrize("made", [False, True])
async def test_what_is_really_shown_is_kept_and_credited(office: Office, made: bool) -> None:
    rights = {"photo": "quay.jpg", "credit": "Photo: Ada Quill / CC BY 4.0", "licence": "CC-BY-4.0"}
    wish = {"scene": "a quay", "alt": "A quay, drawn"}
    shot = Shot("The quay is shut.", "diffusers", wish, instead=(Instead("photo", rights),))
    became = {"became": "diffusers", "preset": "rush", "model": "wan"}
    told = {"name": "1", "wished": "diffusers", "became": "photo", "reasons": []}
    office.line.shots = (shot,)
    office.line.made = {"generated": [told | became if made else told]}
    await office.offers()
    draft = await office.draft()
    assert draft.board["shots"][0]["camera"] == ("diffusers" if made else "photo")
    caption = draft.texts["square"].caption
    assert made or rights["credit"] in caption
    assert ("some pictures made with AI" in caption) is made
