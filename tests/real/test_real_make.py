"""`wirereel make` as a process: whole clips of what a person may name, and what goes nowhere."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from fakes_press import ARTICLE, TITLE, Run, brings, command, office
from fakes_sources import Host, report, rss

pytestmark = pytest.mark.real
HTML = f"<html><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1><p>{ARTICLE}</p>"


def told(run: Run) -> dict[str, Any]:
    assert run.code == 0, run.err
    return dict(json.loads(run.out.splitlines()[-1]))


def saltby(number: int = 1) -> str:
    return f"<title>{TITLE}</title><guid>{number}</guid><description>{ARTICLE}</description>"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a config and inputs; its clips share their finished pieces."""
    folder = tmp_path_factory.mktemp("desk")
    office(folder)
    item = {"id": "a", "outlet": "courier", "first_seen": "2026-03-04T09:00:00Z"}
    item |= {"title": TITLE, "summary": ARTICLE}
    (folder / "courier.jsonl").write_text(json.dumps(item) + "\n")
    for suffix, text in (
        ("txt", f"{TITLE}\n\n{ARTICLE}\n"),
        ("md", f"# {TITLE}\n\n{ARTICLE}\n"),
        ("html", HTML),
    ):
        (folder / suffix).mkdir()
        (folder / suffix / f"courier.{suffix}").write_text(text)
    return folder


@pytest.mark.parametrize("suffix", ["md", "html", "txt"])
def test_make_takes_an_article(suffix: str, desk: Path) -> None:
    clip = told(command(desk, "make", f"{suffix}/courier.{suffix}", "--tone", "hope", "--json"))
    assert clip["story"]["title"] == TITLE
    assert {cite["outlet"] for beat in clip["script"]["beats"] for cite in beat["cites"]} == {
        "courier"
    }
    assert clip["clip"].startswith("out/")


def test_make_says_whether_the_clip_was_there_in_time(desk: Path) -> None:
    words = ("make", "courier.jsonl", "--tone", "hope", "--json", "--ready-in")
    clip = told(command(desk, *words, "10m"))
    assert clip["ready"]["wished_s"] == 600
    assert clip["ready"]["before_s"] > 0
    assert clip["generated"] == []
    run = command(desk, *words, "soon")
    assert run.code == 2
    assert "--ready-in 'soon' is no span of time such as 60s, 2m or 1m30s" in run.err


def test_make_takes_an_item_file_and_tells_a_person(desk: Path) -> None:
    run = command(desk, "make", "courier.jsonl", "--tone", "hope")
    assert run.code == 0, run.err
    last = run.out.splitlines()[-1]
    assert last.startswith("out/reel-")
    assert "[courier]" in run.out
    assert "{" not in run.out


async def test_make_asks_the_sources_for_a_topic_and_reads_an_address(desk: Path) -> None:
    async with Host() as host:
        host.publishes(rss(saltby(), report(2), title="courier"))
        sources = f"[[sources]]\nkind = 'feed'\nurl = '{host.url()}'\nname = 'Harbour'\n"
        sources += f"[[sources]]\nkind = 'feed'\nurl = '{host.url('/gone')}'\nname = 'Gone'\n"
        (desk / "topic.toml").write_text((desk / "config.toml").read_text() + sources)
        by_topic = ("make", "ferry", "pier", "--tone", "hope", "--json", "-c", "topic.toml")
        clip = told(await asyncio.to_thread(command, desk, *by_topic))
        by_address = ("stories", host.url(), "--json")
        listed = told(await asyncio.to_thread(command, desk, *by_address))
    assert clip["story"]["title"] == TITLE
    assert len(listed["stories"]) == 2


FABLER = '''
"""A writer who makes things up."""
from dataclasses import replace
from bot.writers.extractive import Plugin as Extractive, Settings
class Plugin(Extractive):
    async def write(self, story, brief, tell):
        script = await super().write(story, brief, tell)
        beat = replace(script.beats[0], line="There are 97 ferries.")
        return replace(script, beats=(beat,))
'''


def test_what_no_source_holds_is_not_published(tmp_path: Path) -> None:
    office(tmp_path)
    brings(tmp_path, "fable/fabler.py", FABLER)
    (tmp_path / "feed.xml").write_text(rss(saltby(), title="courier"))
    wish = ("make", "feed.xml", "--writer", "fable.fabler", "--publish")
    run = command(tmp_path, *wish)
    assert run.code == 1
    assert 'NOT IN THE SOURCES: line 1, number "97" is not found' in run.told
    assert "it goes nowhere: " in run.told
    assert "`--override REASON` lets it" in run.told
    assert not (tmp_path / "posted").exists()


PAUSES = """
import numpy as np
from pydantic import BaseModel
from render.voices import Speech
class Settings(BaseModel): pass
class Plugin:
    def __init__(self, settings): pass
    def say(self, text, **wishes):
        hum = (0.3 * np.sin(np.arange(24000) / 20)).astype(np.float32)
        return Speech(np.concatenate([hum, 0 * hum, 0 * hum, hum]), 24000, (), "hum", "low", "none")
"""


def test_a_clip_that_falls_short_ends_make_with_the_reason_and_is_not_posted(
    tmp_path: Path,
) -> None:
    brings(tmp_path, "our/own.py", PAUSES)
    (tmp_path / "courier.txt").write_text(f"{TITLE}\n\n{ARTICLE}\n")
    file = office(tmp_path)
    file.write_text(file.read_text().replace("'silent'", "'our.own'"))
    run = command(tmp_path, "make", "courier.txt", "--format", "flash", "--publish")
    assert run.code == 1
    assert "it goes nowhere: silence in speech is 2.0 s (bar: at most 0.8 s)" in run.told
    assert next((tmp_path / "out").glob("reel-*.mp4")).stat().st_size > 0
    assert not list(tmp_path.rglob("feed.xml"))
