"""Item files: whole ones read by hand, and growing ones read as a source."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sources import SourceBroken
from sources.jsonl import Plugin, Settings, read_file

NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)


def line(id: object = "a1", **more: Any) -> str:
    item = {
        "id": id,
        "outlet": "The Harbour Post",
        "title": "Ferry leaves late",
        "first_seen": "2026-03-04T17:58:00Z",
    }
    return json.dumps(item | more) + "\n"


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as http:
        yield http


def test_a_line_becomes_an_item(tmp_path: Path) -> None:
    path = tmp_path / "night.jsonl"
    path.write_text(
        line(
            summary="Fog &amp; ice.",
            url="https://harbour.example/1?utm_source=x",
            published="2026-03-04T18:50:00+01:00",
            image="https://harbour.example/1.jpg",
            lang="en",
            unknown=[1, 2],
        )
    )
    (item,) = read_file(path, "night")
    assert (item.id, item.source, item.outlet) == ("a1", "night", "The Harbour Post")
    assert (item.url, item.summary) == ("https://harbour.example/1", "Fog & ice.")
    assert item.seen == NOW - timedelta(minutes=2)
    assert item.published == NOW - timedelta(minutes=10)
    assert [m.url for m in item.media] == ["https://harbour.example/1.jpg"]
    assert (item.lang, item.media[0].licence, item.backlog) == ("en", "", False)


def test_the_order_is_that_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "night.jsonl"
    path.write_text(line("b", first_seen="2026-03-05T00:00:00Z") + "\n" + line("a") + line("b"))
    assert [item.id for item in read_file(path, "night")] == ["b", "a"]


def test_a_time_ahead_of_first_sight_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "night.jsonl"
    path.write_text(line(published="2026-03-04T19:00:00Z"))
    assert read_file(path, "night")[0].published is None


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ("{", "line 1: it is no JSON"),
        ("[1]", "line 1: it is no JSON object"),
        (line(title=""), "line 1: it has no title"),
        (line(id=7), "line 1: id is missing or no text"),
        (line(outlet=" "), "line 1: outlet is missing"),
        (line(first_seen="noon"), "line 1: first_seen is no ISO 8601 time .got 'noon'"),
        ("[" * 100_000, "line 1: it is no JSON"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, bad: str, complaint: str) -> None:
    path = tmp_path / "night.jsonl"
    path.write_text(bad)
    with pytest.raises(SourceBroken, match=complaint):
        read_file(path, "night")
    path.write_text(bad.rstrip("\n") + "\n" + line("good"))
    assert [item.id for item in read_file(path, "night")] == ["good"]


def test_an_empty_file_holds_no_items(tmp_path: Path) -> None:
    path = tmp_path / "night.jsonl"
    path.write_text("\n\n")
    assert read_file(path, "night") == ()


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceBroken, match="No such file"):
        read_file(tmp_path / "none.jsonl", "night")


async def test_a_growing_file_is_read_line_by_line(
    tmp_path: Path, http: aiohttp.ClientSession
) -> None:
    path = tmp_path / "wire.jsonl"
    plugin = Plugin("wire", Settings(path=path), http)
    path.write_text(line("1") + line("2") + line("3")[:20])
    first = await plugin.read(NOW, {})
    with path.open("a") as file:
        file.write(line("3")[20:] + "rubbish\n" + line("4"))
    second = await plugin.read(NOW, first.state)
    third = await plugin.read(NOW, second.state)
    assert [item.id for item in first.items] == ["1", "2"]
    assert [item.id for item in second.items] == ["3", "4"]
    assert len(second.notes) == 1
    assert second.notes[0].startswith("line 4: it is no JSON")
    assert (third.items, third.notes, third.wait_s) == ((), (), 5.0)


async def test_a_file_begun_anew_is_read_anew(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    path = tmp_path / "wire.jsonl"
    plugin = Plugin("wire", Settings(path=path), http)
    path.write_text(line("1") + line("2"))
    first = await plugin.read(NOW, {})
    path.write_text(line("3"))
    assert [item.id for item in (await plugin.read(NOW, first.state)).items] == ["3"]


async def test_a_source_file_that_is_not_there(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    with pytest.raises(SourceBroken, match="No such file"):
        await Plugin("wire", Settings(path=tmp_path / "none"), http).read(NOW, {})


@pytest.mark.data
def test_every_recorded_stream_is_read_whole(recorded: Path) -> None:
    for name, count in (("stream_a/items_dense.jsonl", 736), ("labelled/items.jsonl", 2558)):
        items = read_file(recorded / name, "recorded")
        assert len(items) == count
        assert all(item.title and item.outlet and item.seen.tzinfo for item in items)
