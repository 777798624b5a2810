"""The folder channel: files first, the feed last, the same key as often as you like."""

import asyncio
import hashlib
import io
import multiprocessing
import resource
import signal
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import feedparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fakes_publish import prepared
from publish import ChannelDown, Post, Refused
from publish.folder import Plugin, Settings

MEDIA = "http://search.yahoo.com/mrss/"
AT = datetime(2026, 3, 4, 17, 42, tzinfo=UTC)


def a_post(folder: Path, key: str = "story-7:folder", clip: bytes = b"film" * 1000) -> Post:
    """A post with every file that a clip has."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {"a.mp4": clip, "a.srt": b"1", "a.vtt": b"WEBVTT", "a.jpg": b"jpg", "s.json": b"{}"}
    for name, body in files.items():
        (folder / name).write_bytes(body)
    return Post(
        key=key,
        clip=folder / "a.mp4",
        sha256=hashlib.sha256(clip).hexdigest(),
        seconds=33.6,
        title="A barge strikes a bridge",
        text="Sixty-three people are safe.",
        tags=("bridge", "harbour"),
        lang="en",
        made_by_ai=True,
        at=AT,
        cover=folder / "a.jpg",
        captions=(folder / "a.srt", folder / "a.vtt"),
        sources=folder / "s.json",
    )


def a_folder(path: Path, **settings: Any) -> Plugin:
    return Plugin("out", Settings(path=path, **settings), None)  # type: ignore[arg-type]


def feed_of(path: Path) -> Any:
    """The feed as a stranger's parser reads it."""
    feed = feedparser.parse(io.BytesIO((path / "feed.xml").read_bytes()))
    assert not feed.bozo, feed.get("bozo_exception")
    return feed


def leftovers(path: Path) -> list[Path]:
    return list(path.rglob("*.part"))


@pytest.fixture
def post(tmp_path: Path) -> Post:
    return a_post(tmp_path / "made")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


async def test_whose_pictures_are_in_it_is_said(post: Post, out: Path) -> None:
    lines = ("Photo: Bo Lens / CC BY 4.0, https://a.example/1", "Music: Tide / CC0")
    await a_folder(out).commit(replace(post, credits=lines), {})
    summary = feed_of(out).entries[0].summary
    assert all(line in summary for line in lines)


async def test_what_is_seen_is_said_to_those_who_cannot(post: Post, out: Path) -> None:
    await a_folder(out).commit(replace(post, alt="Upright video: a barge & a bridge."), {})
    [told] = ET.parse(out / "feed.xml").iter(f"{{{MEDIA}}}description")
    assert (told.text, told.get("type")) == ("Upright video: a barge & a bridge.", "plain")


async def test_a_podcast_app_finds_all_it_needs(post: Post, out: Path) -> None:
    channel = a_folder(out, title="The Reel", base_url="https://clips.example/reel/")
    receipt = await channel.commit(post, {})

    feed = feed_of(out)
    assert (feed.feed.title, feed.feed.language) == ("The Reel", "en")
    assert feed.feed.image.href == feed.entries[0].image.href
    assert {"rel": "self", "href": "https://clips.example/reel/feed.xml"}.items() <= {
        k: v for link in feed.feed.links if link.rel == "self" for k, v in link.items()
    }.items()
    [entry] = feed.entries
    assert (entry.id, entry.title) == (post.key, post.title)
    assert entry.guidislink is False
    assert entry.summary.startswith(post.text)
    assert "Made with AI" in entry.summary
    assert entry.itunes_duration == "34"
    assert datetime(*entry.published_parsed[:6], tzinfo=UTC) == AT
    assert [tag.term for tag in entry.tags] == ["bridge", "harbour"]
    [enclosure] = entry.enclosures
    assert (enclosure.href, enclosure.type) == (receipt.url, "video/mp4")
    assert int(enclosure.length) == post.clip.stat().st_size
    assert entry.media_content[0]["medium"] == "video"
    assert entry.media_thumbnail[0]["url"].endswith("/cover.jpg")
    assert receipt.url.startswith("https://clips.example/reel/")
    assert (receipt.where, receipt.id, receipt.at) == ("out", post.key, AT)


async def test_every_address_in_the_feed_leads_to_a_file(post: Post, out: Path) -> None:
    await a_folder(out, base_url="https://clips.example").commit(post, {})
    [entry] = feed_of(out).entries
    addresses = {
        entry.enclosures[0].href,
        entry.media_thumbnail[0]["url"],
        entry.podcast_transcript["url"],
        *(link.href for link in entry.links if link.rel == "related"),
    }
    assert len(addresses) == 4
    for address in addresses:
        assert (out / address.removeprefix("https://clips.example/")).is_file()


async def test_without_base_url_the_feed_points_at_files_of_this_machine(
    post: Post, out: Path
) -> None:
    receipt = await a_folder(out).commit(post, {})
    assert receipt.url.startswith("file:///")
    assert Path(receipt.url.removeprefix("file://")).read_bytes() == post.clip.read_bytes()


async def test_files_lie_there_before_the_feed_names_them(post: Post, out: Path) -> None:
    channel = a_folder(out)
    assert await prepared(channel, post, {"a": "b"}) == {"a": "b"}
    names = {path.name for path in out.rglob("*") if path.is_file()}
    assert names == {"clip.mp4", "clip.srt", "clip.vtt", "cover.jpg", "sources.json", ".lock"}
    assert await channel.find(post, {}) is None


async def test_the_same_key_again_changes_nothing(post: Post, out: Path) -> None:
    channel = a_folder(out)
    first = await channel.commit(post, {})
    before = (out / "feed.xml").stat()
    post.clip.unlink()
    assert post.cover is not None
    post.cover.unlink()
    assert await prepared(channel, post, {}) == {}
    assert await channel.commit(replace(post, title="Another title"), {}) == first
    assert (out / "feed.xml").stat().st_mtime_ns == before.st_mtime_ns
    assert await channel.find(post, {}) == first


async def test_another_clip_under_the_same_key_is_refused(post: Post, out: Path) -> None:
    channel = a_folder(out)
    await channel.commit(post, {})
    other = a_post(out.parent / "other", clip=b"another film")
    for verb in (partial(prepared, channel), channel.commit):
        with pytest.raises(Refused, match="out with another clip"):
            await verb(other, {})
    assert await channel.find(other, {}) is None
    assert await channel.find(post, {}) is not None


async def test_an_unpublished_leftover_gives_way(post: Post, out: Path) -> None:
    channel = a_folder(out)
    await prepared(channel, a_post(out.parent / "older", clip=b"the draft before"), {})
    receipt = await channel.commit(post, {})
    assert await channel.find(post, {}) == receipt


async def test_what_a_killed_process_left_half_written_is_no_hindrance(
    post: Post, out: Path
) -> None:
    channel = a_folder(out)
    await prepared(channel, post, {})
    clip = next(out.rglob("clip.mp4"))
    for half in (clip.with_name(".clip.mp4.part"), out / ".feed.xml.part"):
        half.write_bytes(b"half")
    clip.unlink()
    assert await channel.commit(post, {}) == await channel.find(post, {})
    assert leftovers(out) == []


async def test_a_lost_clip_is_not_out_and_can_be_mended(post: Post, out: Path) -> None:
    channel = a_folder(out)
    await channel.commit(post, {})
    next(out.rglob("clip.mp4")).unlink()
    assert await channel.find(post, {}) is None
    await channel.commit(post, {})
    assert await channel.find(post, {}) is not None
    assert len(feed_of(out).entries) == 1


async def test_a_clip_that_is_not_the_approved_one_is_refused(post: Post, out: Path) -> None:
    post.clip.write_bytes(b"changed after the approval")
    with pytest.raises(Refused, match="approved"):
        await a_folder(out).commit(post, {})
    post.clip.unlink()
    with pytest.raises(Refused, match="gone"):
        await a_folder(out).commit(post, {})
    assert not (out / "feed.xml").exists()


async def test_a_missing_sidecar_is_refused_by_name(post: Post, out: Path) -> None:
    post.captions[0].unlink()
    with pytest.raises(Refused, match=r"a\.srt"):
        await a_folder(out).commit(post, {})


async def test_newest_first_and_no_more_than_are_kept(post: Post, out: Path) -> None:
    channel = a_folder(out, keep=2)
    for key in ("one", "two", "three"):
        await channel.commit(replace(post, key=key), {})
    assert [entry.id for entry in feed_of(out).entries] == ["three", "two"]
    assert len(list(out.rglob("clip.mp4"))) == 3


async def test_a_post_without_sidecars_keeps_the_older_cover(post: Post, out: Path) -> None:
    channel = a_folder(out)
    await channel.commit(post, {})
    bare = replace(post, key="bare", cover=None, captions=(), sources=None, made_by_ai=False)
    await channel.commit(bare, {})
    feed = feed_of(out)
    assert feed.feed.image.href == feed.entries[1].image.href
    assert "AI" not in feed.entries[0].summary


@given(title=st.text(min_size=1), key=st.text(st.characters(exclude_categories=["Cs"])))
def test_any_title_and_any_key_give_a_sound_feed(
    tmp_path_factory: pytest.TempPathFactory, title: str, key: str
) -> None:
    out = tmp_path_factory.mktemp("out")
    post = replace(a_post(out / "made"), title=title, key=key, text=title)
    channel = a_folder(out / "feed")
    receipt = asyncio.run(channel.commit(post, {}))
    feed_of(out / "feed")
    assert asyncio.run(channel.find(post, {})) == receipt
    assert {path.parent for path in (out / "feed").rglob("clip.mp4")} == {
        path for path in (out / "feed").iterdir() if path.is_dir()
    }


def test_an_empty_title_is_named_in_the_check(post: Post, out: Path) -> None:
    assert a_folder(out).check(post) == ()
    assert a_folder(out).check(replace(post, title=" \x00 ")) != ()


async def test_a_damaged_feed_is_left_alone(post: Post, out: Path) -> None:
    out.mkdir()
    (out / "feed.xml").write_text("<rss><channel>")
    for verb in (a_folder(out).commit, a_folder(out).find):
        with pytest.raises(ChannelDown, match="move it away"):
            await verb(post, {})
    assert (out / "feed.xml").read_text() == "<rss><channel>"


async def test_a_path_that_cannot_be_a_folder_is_named(post: Post, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ChannelDown, match=r"file/out"):
        await a_folder(tmp_path / "file" / "out").commit(post, {})


@contextmanager
def a_disk_that_takes_only(size: int) -> Iterator[None]:
    """Files of this process end at `size` bytes, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    kept = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, kept)


async def test_a_full_disk_leaves_no_halves_and_a_later_try_works(out: Path) -> None:
    post = a_post(out.parent / "made", clip=b"x" * 200_000)
    channel = a_folder(out)
    with a_disk_that_takes_only(100_000), pytest.raises(ChannelDown, match="free space"):
        await channel.commit(post, {})
    assert leftovers(out) == []
    assert await channel.find(post, {}) is None
    assert await channel.commit(post, {}) == await channel.find(post, {})


async def test_a_full_disk_keeps_the_old_feed_whole(out: Path, tmp_path: Path) -> None:
    post = a_post(tmp_path / "made", clip=b"x")
    channel = a_folder(out)
    await channel.commit(post, {})
    before = (out / "feed.xml").read_bytes()
    with a_disk_that_takes_only(1000), pytest.raises(ChannelDown):
        await channel.commit(replace(post, key="two"), {})
    assert (out / "feed.xml").read_bytes() == before
    assert leftovers(out) == []


async def test_many_writers_of_one_process(post: Post, out: Path) -> None:
    channels = [a_folder(out) for _ in range(8)]
    await asyncio.gather(
        *(channel.commit(replace(post, key=f"k{n}"), {}) for n, channel in enumerate(channels))
    )
    assert sorted(entry.id for entry in feed_of(out).entries) == [f"k{n}" for n in range(8)]


def _post_four(made: Path, out: Path, name: str) -> None:
    for n in range(4):
        asyncio.run(a_folder(out).commit(a_post(made / name, key=f"{name}-{n}"), {}))


def test_two_processes_lose_nothing_of_each_other(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    processes = [
        spawn.Process(target=_post_four, args=(tmp_path / "made", tmp_path / "out", name))
        for name in ("left", "right")
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
    assert len(feed_of(tmp_path / "out").entries) == 8


@pytest.mark.parametrize(
    "wrong", [{"base_url": "clips.example"}, {"link": ""}, {"keep": 0}, {"pth": "x"}]
)
def test_wrong_settings_are_named(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate({"path": "out", **wrong})


def test_a_folder_says_whether_it_takes_a_logo(tmp_path: Path) -> None:
    assert [a_folder(tmp_path, clean=clean).caps.clean for clean in (False, True)] == [False, True]
