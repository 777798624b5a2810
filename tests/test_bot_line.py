"""The production line: what it finds to show, and what a render child may do to the bot."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from bot.config import build
from bot.draft import Brief
from bot.line import Production, RenderFailed, Watch, run_child
from bot.pictures import finders
from bot.story import Story
from bot.web import session
from bot.writers.extractive import Plugin as Extractive
from bot.writers.extractive import Settings
from fakes import NOON, item
from fakes import script as says
from fakes_pen import bridge
from fakes_sources import Host
from sources.articles import Articles

TALKS = """
import json
print("not JSON")
for part in (0.5, 1.0):
    print(json.dumps({"stage": "draw", "part": part}))
print(json.dumps({"preview": "clip.preview.mp4"}))
print(json.dumps({"clip": {"path": "clip.mp4"}}))
"""
HANGS = "import time; print('{}', flush=True); time.sleep(600)"


def watch(told: list[object]) -> Watch:
    """Somebody who writes down all that is told."""

    async def preview(path: Path) -> None:
        told.append(path)

    return Watch(lambda stage, part: told.append((stage, part)), preview)


async def test_a_render_tells_how_far_it_is_and_then_its_clip() -> None:
    told: list[object] = []
    clip = await run_child([sys.executable, "-c", TALKS], b"{}", watch(told))
    assert clip == {"path": "clip.mp4"}
    assert told == [("draw", 0.5), ("draw", 1.0), Path("clip.preview.mp4")]


async def test_a_render_that_hangs_is_ended() -> None:
    with pytest.raises(RenderFailed, match="said nothing for 1 s"):
        await run_child([sys.executable, "-c", HANGS], b"{}", watch([]), patience_s=1)


async def test_a_render_that_dies_with_a_reason_is_quoted() -> None:
    dies = "import sys; sys.exit('the codec fell over')"
    with pytest.raises(RenderFailed, match="the codec fell over"):
        await run_child([sys.executable, "-c", dies], b"{}", watch([]))


@pytest.mark.parametrize(
    ("clip", "brief", "settled"),
    [
        ({}, Brief(), ("news", 38.0)),
        ({"format": "flash"}, Brief(), ("flash", 13.0)),
        ({"seconds": 44}, Brief(), ("news", 44.0)),
        ({"seconds": 44}, Brief("flash"), ("flash", 13.0)),  # 44 is the house's for news only
        ({"seconds": 44}, Brief("news", 31.0), ("news", 31.0)),
        ({"format": "list", "seconds": 50}, Brief(), ("list", 50.0)),
    ],
)
async def test_the_house_fills_in_what_a_brief_leaves_open(
    clip: dict[str, object], brief: Brief, settled: tuple[str, float], tmp_path: Path
) -> None:
    config = build({"clip": clip}, tmp_path)
    async with session() as http:
        line = Production(config, Extractive(Settings()), http, tmp_path / "work")
        script, _ = await line.write(bridge(), brief, lambda *_: None)
        wish = line.settled(brief)
    assert (wish.format, wish.seconds) == settled
    assert script.format == wish.format


async def test_an_archive_of_ones_own_is_shown_with_its_rights(tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for name, caption in (("bridge", "The Lantern Bridge"), ("hotel", "Lantern Bridge Hotel")):
        picture = Image.linear_gradient("L").rotate(90 * len(name))
        picture.resize((800, 1000)).save(photos / f"{name}.jpg")
        note = f'licence = "CC BY 4.0"\ncreator = "Bo Lens"\ncaption = "{caption}"\n'
        (photos / f"{name}.toml").write_text(note)
    config = build({"pictures": [{"kind": "archive", "folder": "photos"}]}, tmp_path)
    script = says("The bridge is open.", "About 400 people crossed the Lantern Bridge.")
    async with session() as http:
        asked = finders(config.finders, http)
        line = Production(config, Extractive(Settings()), http, tmp_path / "work", asked)
        board = await line.board(script, Story(1, "Bridge", (item(1),)), Brief())
    shown = [picture for shot in board.shots for picture in shot.pictures() if "photo" in picture]
    assert {picture["photo"] for picture in shown} == {str(photos / "bridge.jpg")}
    assert shown[0]["credit"] == "Photo: Bo Lens / CC BY 4.0"
    assert shown[0]["licence_url"] == "https://creativecommons.org/licenses/by/4.0/"
    assert "photo" not in board.shots[0].picture


@pytest.mark.parametrize(
    ("title", "generated"),
    [("Museum in Quellmouth opens a hall of glass whales", True), ("Flood in Quellmouth", False)],
)
async def test_a_board_wishes_for_generated_pictures_where_the_news_allows_it(
    tmp_path: Path, title: str, generated: bool
) -> None:
    config = build({"render": {"heroes": 2, "style": "photoreal"}}, tmp_path)
    script = says(f"{title} this week.", "Visitors walk below long rows of coloured lamps.")
    story = Story(1, title, (item(1, title, summary=title),))
    async with session() as http:
        line = Production(config, Extractive(Settings()), http, tmp_path)
        board = line.directed(script, story, Brief(), ())
    wishes = [p for shot in board.shots for p in shot.pictures() if "scene" in p]
    assert bool(wishes) == generated
    assert len(wishes) <= 2
    assert all(wish["style"] == "illustration" for wish in wishes)


TITLE = "Ferry strikes the harbour bridge in Port Ansel"
PAGE = """<html><title>x</title><body><article>
<p>The ferry Maren struck the harbour bridge in Port Ansel on Monday, the coastguard said.</p>
<p>Nobody was hurt, but 340 passengers waited for four hours until two tugs pulled her free.</p>
<p>“We heard a bang and then all stood still,” said Ada Brennick, on her way to work.</p>
<p>The bridge was built in 1931 and carries 12,000 cars a day; it stays shut for now.</p>
<p>Northern Lines, the operator, said that the rudder had failed minutes before that.</p>
</article>"""


async def test_a_script_rests_on_the_pages_of_sources_that_have_full_text(tmp_path: Path) -> None:
    def source(name: str, **more: object) -> dict[str, object]:
        return {"kind": "feed", "name": name, "url": f"https://{name}.example/", **more}

    config = build({"sources": [source("post", full_text=True), source("quay")]}, tmp_path)
    async with Host() as host, session(allow=["127.0.0.1"]) as http:
        host.publishes(PAGE, "/1")
        host.answers(403, "/2")
        items = tuple(
            replace(item(n, TITLE, outlet), source=name, url=host.url(f"/{n}"))
            for n, outlet, name in ((1, "Post", "post"), (2, "Mail", "post"), (3, "Quay", "quay"))
        )
        line = Production(config, Extractive(Settings()), http, tmp_path, articles=Articles(http))
        read = await line.read(items, NOON)
        again = await line.read(read, NOON)
        script, _ = await line.write(Story(1, TITLE, read), Brief(), lambda *_: None)
    assert [one.page for one in read] == ["read", "it answered 403", ""]
    assert "12,000 cars" in read[0].text
    assert again == read
    assert [visit.path for visit in host.visits].count("/1") == 1
    note = "Mail: its page was not read (it answered 403), only what its feed says"
    assert script.notes == (note,)
    cited = {cite.quote for beat in script.beats for cite in beat.cites}
    assert any("340 passengers" in quote for quote in cited)
