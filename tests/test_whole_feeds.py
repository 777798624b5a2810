"""`wirereel feeds` as a person runs it."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import config
from bot.__main__ import app
from bot.plugins import ConfigError
from bot.store import Filed, SourceRow, Store, StoreBroken, glance
from fakes import item
from fakes_press import Run, command
from fakes_sources import Host, report, rss

NOW = datetime.now(UTC)
HEAD = "# our desk\n[desk]\nstate = 'var'  # memory\n[network]\nallow = ['127.0.0.1']\n"
OPML = """<opml version="2.0"><body><outline text="Sea">
<outline text="Harbour" xmlUrl="http://harbour.example/feed/"/>
<outline text="Quay &quot;Radio&quot;" xmlUrl="https://quay.example/rss"/>
<outline text="Harbour" xmlUrl="https://other.example/feed"/>
<outline xmlUrl="https://unnamed.example/feed"/></outline></body></opml>"""


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    feeds = {name: f"https://{name}.example/feed" for name in ("Harbour", "City", "Hill")}
    tables = (
        f"\n[[sources]]\nkind = 'feed'\nname = '{n}'\nurl = '{u}'\n" for n, u in feeds.items()
    )
    (tmp_path / "config.toml").write_text(HEAD + "".join(tables))
    return tmp_path


async def run(folder: Path, *words: object) -> Run:
    """Run it as a process; those that need no loop of their own run here, which is quicker."""
    if words and words[0] in ("try", "retry"):
        return await asyncio.to_thread(command, folder, "feeds", *words)
    arguments = ["feeds", *map(str, words), "--config", str(folder / "config.toml")]
    if not words or words[0] == "--json":
        arguments = ["feeds", "--config", str(folder / "config.toml"), *map(str, words)]
    done = CliRunner().invoke(app, arguments)
    if isinstance(done.exception, ConfigError):
        return Run(2, done.output, str(done.exception))
    return Run(done.exit_code, done.output, "")


async def kept(desk: Path) -> Store:
    """A store as a daemon keeps it: one source that is well, one gone, one never read."""
    store = await Store.open(desk / "var")
    state = {"etag": '"1"'}
    well = SourceRow("Harbour", state, NOW + timedelta(minutes=5), read_at=NOW, wait_s=300.0)
    error = "https://city.example/feed: gone for good (410)\x1b[2J"
    gone = SourceRow("City", {}, NOW, failures=1, error=error, off=True)
    news = [Filed(item(n, f"Report {n}", "Harbour", NOW), n) for n in (1, 2)]
    await store.save_reading(well, news, (), NOW, {"hill.example": NOW + timedelta(hours=2)})
    await store.save_reading(gone, (), (), NOW)
    return store


async def test_health_is_shown_while_the_daemon_runs(desk: Path) -> None:
    store = await kept(desk)
    told = await run(desk)
    listed = json.loads((await run(desk, "--json")).out)["feeds"]
    await store.close()
    assert told.code == 0
    assert "3 sources: 1 off, 1 new, 1 ok" in told.told
    assert "gone for good (410)" in told.told
    assert 'wirereel feeds retry "City"' in told.told
    assert "\x1b" not in told.out
    assert listed[0]["name"] == "City"
    well = next(feed for feed in listed if feed["name"] == "Harbour")
    assert (well["mind"], well["conditional"], well["wait_s"]) == ("ok", True, 300.0)


async def test_what_nobody_read_yet_is_new(desk: Path) -> None:
    told = await run(desk)
    assert told.code == 0
    assert "3 sources: 3 new" in told.told


async def test_a_glance_counts_a_day_and_leaves_the_backlog_out(desk: Path) -> None:
    store = await kept(desk)
    seen = glance(desk / "var", NOW)
    await store.close()
    assert sum(seen.a_day.values()) == 2
    assert set(seen.held) == {"hill.example"}
    assert not glance(desk / "elsewhere", NOW).sources


def test_a_glance_at_what_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "wirereel.db").write_bytes(b"no database" * 100)
    with pytest.raises(StoreBroken, match="cannot read"):
        glance(tmp_path, NOW)


async def test_what_is_gone_is_tried_again(desk: Path) -> None:
    store = await kept(desk)
    assert "say `retry City` in one of its chats" in (await run(desk, "retry", "City")).told
    await store.close()
    assert (await run(desk, "retry", "City")).code == 0
    assert not glance(desk / "var", NOW).sources["City"].off


async def test_trying_an_address(desk: Path) -> None:
    async with Host() as host:
        link = '<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="{}" href="{}"/>'
        hub = link.format("hub", "https://hub.example/") + link.format("self", host.url())
        host.publishes(rss(report(), channel=f"<ttl>30</ttl>{hub}"), ETag='"1"')
        found = await run(desk, "try", host.url())
    assert found.code == 0
    for words in ("The Harbour Post", "entries 1", "30 min", "hub.example", 'name = "The Harb'):
        assert words in found.told


async def test_opml_goes_in_and_comes_out(desk: Path) -> None:
    (desk / "list.opml").write_text(OPML)
    before = (desk / "config.toml").read_text()
    dry = await run(desk, "import", desk / "list.opml", "--dry-run")
    assert (desk / "config.toml").read_text() == before
    added = await run(desk, "import", desk / "list.opml")
    after = (desk / "config.toml").read_text()
    assert dry.out.count("[[sources]]") == after.count("[[sources]]") - 3 == 3
    assert after.startswith(before)
    assert "3 feeds added to" in added.told
    assert "config.toml, 1 there already" in added.told
    slots = config.read(desk / "config.toml").sources
    names = [slot.name for slot in slots[3:]]
    assert names == ['Quay "Radio"', "Harbour (other.example)", "unnamed.example"]
    assert "0 feeds added" in (await run(desk, "import", desk / "list.opml")).told
    await run(desk, "export", desk / "out.opml")
    assert (desk / "out.opml").read_text().count("<outline") == 6


async def test_an_import_that_cannot_be_leaves_the_file_alone(desk: Path) -> None:
    (desk / "bad.opml").write_text("<html/>")
    (desk / "list.opml").write_text(OPML)
    assert "not OPML" in (await run(desk, "import", desk / "bad.opml")).told
    (desk / "config.toml").write_text("sources = []\n" + HEAD)
    told = await run(desk, "import", desk / "list.opml")
    assert (told.code, "--dry-run prints" in told.told) == (2, True)
    assert (desk / "config.toml").read_text() == "sources = []\n" + HEAD
