"""The judge: what it adds to a script's grounding, and that it never holds up a draft."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

import fakes_judge
from bot.aside import Serve
from bot.config import ConfigError, build
from bot.ground import ground
from bot.judges import JudgeDown
from bot.judges.nli import Plugin, Settings, label_places
from bot.line import Production, judging
from bot.story import Beat, Cite, Grounding, Script
from bot.terminal.check import findings
from bot.web import session
from bot.writers.extractive import Plugin as Extractive
from bot.writers.extractive import Settings as ExtractiveSettings
from fakes_judge import FakeJudge
from fakes_pen import item

CLOSED = "The Ellery Bridge is closed to all traffic."
OPEN = "The Ellery Bridge stays open, the mayor said."
SAVED = "Firefighters saved 62 people from a tram."
REPORTS = (
    item("Harbour Post", "Bridge closed", CLOSED),
    item("Coast Radio", "Bridge open", OPEN, minute=3),
    item("The Ledger", "Tram emptied", SAVED, minute=5),
)


def cite(quote: str, outlet: str) -> Cite:
    return Cite(outlet, outlet, "https://x.example", quote)


def written(*beats: Beat) -> tuple[Script, Grounding]:
    script = Script("news", "Bridge", "en", "neutral", beats)
    return script, ground(script, REPORTS)


async def judged(judge: FakeJudge | None, *beats: Beat) -> tuple[Grounding, tuple[str, ...]]:
    script, grounding = written(*beats)
    config = build({}, Path())
    async with session() as http:
        writer = Extractive(ExtractiveSettings())
        line = Production(config, writer, http, Path(), second=judge)
        return await line.judge(script, grounding)


BEAT = Beat(CLOSED, (cite(CLOSED, "Harbour Post"), cite(OPEN, "Coast Radio")))


async def test_a_line_that_its_source_denies_is_an_alarm() -> None:
    judge = FakeJudge()
    judge.says(CLOSED, 0.1, 0.2)
    judge.says(OPEN, 0.0, 0.95)
    judge.says(f"{CLOSED} {OPEN}", 0.3, 0.6)
    grounding, notes = await judged(judge, BEAT)
    _, before = written(BEAT)
    assert grounding.findings[: len(before.findings)] == before.findings
    [alarm] = grounding.findings[len(before.findings) :]
    assert (alarm.verdict, alarm.kind, alarm.outlet) == ("contradicted", "line", "Coast Radio")
    assert (alarm.claim, alarm.source) == (CLOSED, OPEN)
    assert alarm in grounding.problems
    assert notes == ()


async def test_where_one_source_says_it_and_one_denies_it_they_are_at_odds() -> None:
    judge = FakeJudge()
    judge.says(OPEN, 0.0, 0.95)
    grounding, _ = await judged(judge, BEAT)
    [dispute] = [f for f in grounding.disputes if f.kind == "line"]
    assert (dispute.outlet, dispute.against) == ("Harbour Post", f"Coast Radio: {OPEN}")


async def test_a_line_that_no_source_plainly_says_is_a_doubt_and_no_more() -> None:
    judge = FakeJudge()
    judge.says(SAVED, 0.3, 0.4)
    script, before = written(Beat(SAVED, (cite(SAVED, "The Ledger"),)))
    grounding, notes = await judged(judge, *script.beats)
    assert grounding == before
    assert notes == (f"the judge doubts that a source says line 1: {SAVED}",)


async def test_a_content_judge_takes_nothing_away() -> None:
    false = Beat("The Ellery Bridge is not closed to all 99 lorries.", BEAT.cites)
    script, before = written(false)
    assert before.problems
    grounding, notes = await judged(FakeJudge(), *script.beats)
    assert (grounding, notes) == (before, ())


async def test_a_line_is_held_against_its_sources_alone_and_together() -> None:
    judge = FakeJudge()
    await judged(judge, BEAT, Beat("Harbour Post reports it; details are awaited."))
    assert judge.asked == [(CLOSED, CLOSED), (OPEN, CLOSED), (f"{CLOSED} {OPEN}", CLOSED)]


async def test_a_judge_that_is_down_is_noted_and_the_draft_goes_on() -> None:
    judge = FakeJudge()
    judge.goes_down("it sleeps")
    grounding, notes = await judged(judge, BEAT)
    assert (grounding, notes) == (written(BEAT)[1], ("not judged: it sleeps",))
    assert (await judged(None, BEAT))[1] == ()


def nli(serve: Serve | None = None, **settings: Any) -> Plugin:
    return Plugin(Settings(**{"folder": Path("some-model"), **settings}), serve)


async def test_a_process_reads_the_pairs_in_their_order() -> None:
    plugin = nli(fakes_judge.reads)
    first = await plugin.judge([("The bridge is shut", "bridge shut"), ("no bridge", "a bridge")])
    assert [(o.entails, o.contradicts) for o in first] == [(1.0, 0.0), (0.5, 1.0)]
    await plugin.close()


@pytest.mark.parametrize(
    ("serve", "said"),
    [
        (fakes_judge.hangs, "did not answer within 0.2 s"),
        (fakes_judge.falls, "the process of the model fell"),
        (fakes_judge.has_no_weights, "'some-model' cannot be loaded: OSError: no safetensors"),
        (None, "'some-model' cannot be loaded: FileNotFoundError: there is no such folder"),
    ],
)
async def test_what_goes_wrong_is_said_and_the_model_rests(serve: Serve | None, said: str) -> None:
    plugin = nli(serve, timeout_s=0.2)
    for _ in range(2):
        with pytest.raises(JudgeDown, match=said.replace("(", r"\(")):
            await plugin.judge([("The bridge is shut", "The bridge is shut")])
    await plugin.close()


async def test_an_end_does_not_wait_for_a_model_that_hangs() -> None:
    plugin = nli(fakes_judge.hangs, timeout_s=600)
    waiting = asyncio.create_task(plugin.judge([("The bridge is shut", "The bridge is shut")]))
    await asyncio.sleep(0)  # it is asked
    await plugin.close()
    with pytest.raises(JudgeDown, match="fell"):
        await waiting


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, "name a `folder`"),
        ({"folder": "m", "hub": "a/b"}, "name a `folder`"),
        ({"hub": "a/b"}, "needs the `revision`"),
        ({"hub": "a/b", "revision": "main"}, "revision"),
        ({"hub": "../../etc", "revision": "a" * 40}, "hub"),
    ],
)
def test_a_model_is_a_folder_or_a_fixed_revision(settings: dict[str, str], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Settings.model_validate(settings)
    assert Settings(hub="a/b", revision="a" * 40).hub == "a/b"


@pytest.mark.parametrize(
    ("labels", "places"),
    [
        (("entailment", "neutral", "contradiction"), (0, 2)),
        (("CONTRADICTION", "ENTAILMENT", "NEUTRAL"), (1, 0)),
        (("LABEL_0", "LABEL_1", "LABEL_2"), None),
        (("entailment", "not_entailment"), None),
    ],
)
def test_labels_are_found_by_name(labels: tuple[str, ...], places: tuple[int, int] | None) -> None:
    named = dict(enumerate(labels))
    if places:
        assert label_places(named) == places
        return
    with pytest.raises(ValueError, match=f"its labels are {', '.join(labels)}; it needs one"):
        label_places(named)


async def test_the_judge_comes_from_the_config(tmp_path: Path) -> None:
    async with judging(build({}, tmp_path)) as nobody:
        assert nobody is None
    config = build({"judge": {"kind": "nli", "folder": "model", "alarm": 0.8}}, tmp_path)
    async with judging(config) as judge:
        assert judge is not None
        assert judge.alarm == 0.8
        with pytest.raises(JudgeDown, match=str(tmp_path / "model")):
            await judge.judge([("a", "b")])
    with pytest.raises(ConfigError, match="known are nli"):
        build({"judge": {"kind": "jury"}}, tmp_path)


def test_check_says_what_the_judge_lacks(tmp_path: Path) -> None:
    def said(table: dict[str, Any]) -> str:
        found = next(f for f in findings(build(table, tmp_path)) if f.what == "judge")
        return f"{found.state}: {found.said}"

    assert said({}).startswith("ok: scripts are checked by their words")
    lacking = said({"judge": {"kind": "nli", "folder": "model"}})
    assert "wirereel[nli]" in lacking or "there is no folder" in lacking
