"""Languages of channels: which drafts a story gets, from what, for whom, and why none."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat import Incoming
from bot.commands import Command, Mistake, parse
from bot.config import ConfigError, build
from bot.courier import Courier
from bot.desk import Desk, Parts
from bot.draft import Brief, Draft
from bot.groups import Groups, channels_of, language_of, own_language, resting_on, versions
from bot.newsroom import Newsroom
from bot.policy import decide
from bot.situation import Intent, Limits, Situation
from bot.store import Store
from bot.story import Heat, Story
from bot.trends import Wire
from bot.views import isolated
from bot.watch.intake import Intake
from fakes import NOON, Clock, FakeChannel, FakeChat, FakeLine, FakeSource, FakeTips, item, script

EDITORS = {"anna": "approver"}
THREE = Groups({"square": "", "markt": "de", "place": "fr"}, writer="extractive")
ABLE = replace(THREE, translates=True, writer="openai")


def told(*langs: str, number: int = 1, score: float = 9.0) -> Story:
    """A hot story that one outlet tells in each of these languages."""
    items = tuple(
        replace(item(n, at=NOON + timedelta(minutes=n)), lang=lang) for n, lang in enumerate(langs)
    )
    return Story(number, items[0].title, items, Heat(score, "trending", {}, "hot"))


def opened(situation: Situation, limits: Limits | None = None) -> list[tuple[int, str]]:
    intents = decide(situation, NOON + timedelta(minutes=9), limits or Limits())
    return [(i.story, i.lang) for i in intents if i.act == "open"]


def test_a_writer_that_translates_brings_a_story_into_every_group() -> None:
    own, german, french = versions(told("en", "en", "en"), ABLE, 3)
    assert (own.lang, own.language) == ("", "en")
    assert (german.lang, len(german.items), german.note) == ("de", 3, "in de translated from en")
    assert french.obstacle == ""


def test_one_that_does_not_needs_enough_outlets_in_the_language() -> None:
    story = told("en", "en", "en", "en", "de", "de", "de", "fr")
    own, german, french = versions(story, THREE, 3)
    assert own.items == story.items
    assert {i.lang for i in german.items} == {"de"}
    assert german.note == "in de from the 3 reports in de"
    assert french.items == ()
    assert french.obstacle == (
        "no draft for place: only 1 of 3 outlets tell it in fr, and extractive does not translate"
    )


def test_enough_own_reports_are_better_than_a_translation() -> None:
    story = told("en", "en", "en", "en", "de", "de", "de")
    assert {i.lang for i in versions(story, ABLE, 3)[1].items} == {"de"}
    assert len(versions(story, ABLE, 4)[1].items) == 7


def test_a_story_in_the_language_of_a_group_is_its_own_and_is_told_once() -> None:
    german = told("de", "de", "de")
    assert [v.lang for v in versions(german, ABLE, 3)] == ["", "fr"]
    assert [v.lang for v in versions(german, Groups({"markt": "de"}), 3)] == [""]


def test_no_group_wants_a_story_in_its_own_language() -> None:
    only = Groups({"markt": "de"}, writer="extractive")
    assert opened(Situation([told("en", "en", "en")], groups=only)) == []
    assert opened(Situation([told("en", "en", "en")], groups=replace(only, translates=True))) == [
        (1, "de")
    ]


def test_reports_that_do_not_say_their_language_are_read() -> None:
    text = "Die Brücke über den Hafen ist nach dem Unfall für alle Wagen gesperrt."
    silent = replace(item(0, "Die Brücke ist gesperrt", summary=text), lang="")
    assert own_language([silent]) == "de"
    assert resting_on((silent,), "de", THREE, 1) == (silent,)


def test_the_reason_names_the_groups_that_get_none() -> None:
    situation = Situation([told("en", "en", "en")], groups=THREE)
    (intent,) = decide(situation, NOON + timedelta(minutes=9), Limits())
    assert (intent.lang, intent.story) == ("", 1)
    assert intent.reason.startswith("hot; no draft for markt: no outlet tells it in de")
    assert "place: no outlet" in intent.reason


def test_every_group_is_opened_once() -> None:
    story = told("en", "en", "en")
    assert opened(Situation([story], groups=ABLE)) == [(1, ""), (1, "de"), (1, "fr")]
    covered = frozenset({(1, ""), (1, "en"), (1, "de")})
    assert opened(Situation([story], covered, groups=ABLE)) == [(1, "fr")]
    by_hand = frozenset({(1, "en")})  # `make 1` wrote it in English
    assert opened(Situation([story], by_hand, groups=ABLE)) == [(1, "de"), (1, "fr")]


def wire_draft(number: int, story: int, lang: str = "", hours: float = 0.1) -> Draft:
    at = NOON - timedelta(hours=hours)
    return Draft(number, story, "offered", "Bridge", (), Brief(lang=lang), "wire", at)


def test_a_story_in_three_languages_blocks_no_other() -> None:
    mine = [wire_draft(n, 1, lang) for n, lang in enumerate(("", "de", "fr"))]
    covered = frozenset({(1, ""), (1, "de"), (1, "fr")})
    limits = Limits(open_drafts=2, drafts_per_hour=2)
    stories = [told("en", "en", "en", number=n, score=9 - n) for n in (1, 2, 3)]
    found = opened(Situation(stories, covered, mine, groups=ABLE), limits)
    assert found == [(2, ""), (2, "de"), (2, "fr")]


def test_another_storys_first_draft_goes_before_a_second_language() -> None:
    stories = [told("en", "en", "en", number=n, score=9 - n) for n in (1, 2)]
    found = opened(Situation(stories, groups=ABLE))
    assert found[:2] == [(1, ""), (2, "")]
    later = opened(Situation(stories, frozenset({(1, "")}), groups=ABLE))
    assert later[0] == (2, "")


def test_a_language_that_comes_late_takes_up_room_of_its_hour() -> None:
    full = [wire_draft(n, 10 + n) for n in range(6)]
    late = Situation([told("en", "en", "en")], frozenset({(1, "")}), full, groups=ABLE)
    assert opened(late, Limits(open_drafts=9)) == []


DRAFTS = [
    (Brief(), "en", ("square",)),
    (Brief(), "de", ("square", "markt")),
    (Brief(lang="de"), "de", ("markt",)),
    (Brief(lang="pt"), "pt", ("square",)),  # asked for by hand: no channel names it
]


@pytest.mark.parametrize(("brief", "lang", "names"), DRAFTS)
def test_a_draft_is_for_the_channels_of_its_language(
    brief: Brief, lang: str, names: tuple[str, ...]
) -> None:
    draft = replace(wire_draft(1, 1), brief=brief, script=replace(script(), lang=lang))
    assert language_of(draft) == lang
    assert channels_of(draft, THREE) == names


def test_a_region_meets_its_own_channel_first() -> None:
    groups = Groups({"lisboa": "pt-PT", "rio": "pt-BR"})
    draft = replace(wire_draft(1, 1), brief=Brief(lang="pt-BR"))
    assert channels_of(draft, groups) == ("rio",)
    assert channels_of(replace(draft, brief=Brief(lang="pt")), groups) == ("lisboa", "rio")


def test_each_channel_says_its_language_in_the_file(tmp_path: Path) -> None:
    tables = [{"kind": "folder", "path": "a"}]
    tables.append({"kind": "folder", "name": "markt", "path": "b", "lang": "de"})
    config = build({"publish": tables}, tmp_path)
    assert config.groups == Groups({"folder": "", "markt": "de"}, writer="extractive")
    assert config.groups.several
    tables[1]["lang"] = "German"
    with pytest.raises(ConfigError, match=r"publish\[1\].lang: 'German' is no language code"):
        build({"publish": tables}, tmp_path)


def test_make_takes_a_language() -> None:
    assert parse("make 12 --lang de") == Command("make", text="12", number=12, lang="de")
    assert parse("make bridge --lang=pt-BR --tone hope") == Command(
        "make", text="bridge", lang="pt-BR", tone="hope"
    )
    wrong = parse("make 12 --lang deutsch!")
    assert isinstance(wrong, Mistake)
    assert "no language code such as de" in wrong.text


def test_a_headline_from_right_to_left_turns_nothing_around_it() -> None:
    assert isolated("الجسر مغلق") == "\u2068الجسر مغلق\u2069"
    assert isolated("a \u202ehidden\u202c turn") == "a hidden turn"


@dataclass
class Office:
    desk: Desk
    intake: Intake
    newsroom: Newsroom
    chat: FakeChat
    source: FakeSource
    clock: Clock
    courier: Courier
    said: int = 0

    async def hears(self, text: str) -> str:
        self.said += 1
        return await self.newsroom.hear(Incoming("anna", f"e{self.said}", text, self.clock()))

    async def breaks(self, *langs: str) -> None:
        """One outlet after the other tells the story, each in its language."""
        for n, lang in enumerate(langs):
            self.clock.passes(minutes=1)
            news = replace(item(n, at=self.clock()), lang=lang)
            self.source.coming = [news]
            await self.intake.poll("wire")

    async def settles(self) -> None:
        for _ in range(40):
            busy = await self.desk.tick()
            await self.courier.deliver(self.chat)
            if not busy:
                return
        raise AssertionError("the desk does not come to rest")


class Polyglot(FakeLine):
    """A line whose scripts are in the language that was asked for."""

    async def write(self, story, brief, tell):  # type: ignore[no-untyped-def]
        made, grounding = await super().write(story, brief, tell)
        return replace(made, lang=brief.lang or own_language(story.items)), grounding


async def office(folder: Path, groups: Groups) -> AsyncIterator[Office]:
    store = await Store.open(folder / "state")
    clock, line, chat, source, wire = Clock(), Polyglot(), FakeChat(), FakeSource("wire"), Wire()
    channels = {name: FakeChannel(name) for name in groups.channels}
    limits = Limits(outlets=3)
    parts = Parts(store, wire, line, channels, [chat], folder / "clips", limits, groups=groups)
    desk = Desk(parts, clock)
    intake = Intake(store, wire, {"wire": source}, clock, desk.wake)
    await intake.open()
    newsroom = Newsroom(desk, EDITORS, FakeTips().follow, intake.forgive)
    courier = Courier(store, [chat], clock)
    yield Office(desk, intake, newsroom, chat, source, clock, courier)
    await store.close()


@pytest.fixture
async def able(tmp_path: Path) -> AsyncIterator[Office]:
    async for made in office(tmp_path, ABLE):
        yield made


@pytest.fixture
async def plain(tmp_path: Path) -> AsyncIterator[Office]:
    async for made in office(tmp_path, THREE):
        yield made


async def test_a_story_is_offered_in_every_language_and_posted_where_it_belongs(
    able: Office,
) -> None:
    await able.breaks("en", "en", "en")
    await able.settles()
    drafts = await able.newsroom.drafts()
    assert sorted((d["lang"], d["state"]) for d in drafts) == [
        ("de", "offered"),
        ("en", "offered"),
        ("fr", "offered"),
    ]
    german = next(d for d in drafts if d["lang"] == "de")
    assert "(de)" in await able.hears("drafts")
    assert any(f"Draft {german['id']} (de):" in told.text for told in able.chat.told)
    number, rev = german["id"], german["rev"]
    wrong = await able.hears(f"approve {number} {rev} square")
    assert wrong == (
        f"draft {number} is in de, square takes every story's own language; its channels are markt"
    )
    assert "posting to markt" in await able.hears(f"approve {number} {rev}")
    await able.settles()
    (posting,) = await able.desk.store.postings(number)
    assert (posting.channel, posting.state) == ("markt", "done")
    topics = await able.hears("topics")
    assert "[draft " in topics
    assert " de" in topics.splitlines()[0]
    assert able.newsroom.stories()[0]["drafts"].keys() == {"en", "de", "fr"}


async def test_a_group_that_cannot_be_told_is_named_and_no_draft_is_parked(plain: Office) -> None:
    await plain.breaks("en", "en", "en")
    await plain.settles()
    (draft,) = await plain.newsroom.drafts()
    assert draft["lang"] == "en"
    assert "no draft for markt: no outlet tells it in de" in draft["why"]
    answer = await plain.hears("make 1 --lang de")
    assert "no report of it is in de; extractive does not translate" in answer
    assert len(await plain.newsroom.drafts()) == 1


async def test_what_a_person_asks_for_in_a_language_counts_as_told(able: Office) -> None:
    await able.breaks("en")
    assert "in de" in await able.hears("make 1 --lang de")
    assert " in en" not in await able.hears("make 1 --lang en")  # its own: nothing to say
    await able.settles()
    await able.breaks("en", "en", "en", "en")
    await able.settles()
    langs = [d["lang"] for d in await able.newsroom.drafts()]
    assert sorted(langs) == ["de", "en", "fr"]


async def test_a_merged_story_keeps_what_it_was_told_in(able: Office) -> None:
    await able.breaks("en", "en", "en")
    await able.settles()
    other = replace(item(50, "A ferry sinks off Saltby", at=able.clock()), summary="A ferry sank.")
    able.source.coming = [other]
    await able.intake.poll("wire")
    found = next(s.id for s in able.desk.hot() if s.id != 1)
    await able.hears(f"make {found} --lang de")
    await able.hears(f"merge 1 {found}")
    await able.settles()
    assert set(able.desk.told[1]) == {"en", "de", "fr"}
    drafts = await able.newsroom.drafts()
    assert len(drafts) == 4  # nothing is opened anew


def test_an_intent_names_its_language() -> None:
    assert Intent("open", 3, "", lang="de").name == "open story 3 de"
