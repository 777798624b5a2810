"""The picture desk, over real loopback HTTP: what it fetches, finds, tells apart and leaves."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from time import monotonic

import numpy as np
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.config import ALLOWED
from bot.direct.likeness import Told
from bot.pictures import MOST, MOST_TRIED, Gathered, gather
from bot.pictures.prints import Print, alike, take
from bot.pictures.search import MOST_LEADS, MOST_NAMES, MOST_OF_ONE, choose
from bot.prose.tongues import tongue
from bot.story import Script, Story
from bot.web import session
from fakes import item
from fakes import script as says
from sources import Item, Media
from sources.pictures import Finder, FinderDown, Found, Query

BRIDGE = "The Lantern Bridge opened on Monday."
KNOWN = Told(
    frozenset(BRIDGE.lower().strip(".").split()),
    2026,
    tongue("en"),
    {"Lantern Bridge": "", "Saltby": ""},
)


def scene(seed: int, width: int = 640, height: int = 800) -> Image.Image:
    """A picture with structure, another one for every seed."""
    rough = np.random.default_rng(seed).integers(0, 255, (6, 6, 3), np.uint8)
    return Image.fromarray(rough).resize((width, height), Image.Resampling.BICUBIC)


def encoded(image: Image.Image, form: str = "PNG") -> bytes:
    file = BytesIO()
    image.save(file, form)
    return file.getvalue()


class Host:
    """Serves pictures by name: "7" is a scene, "bad" no picture, "slow" never ends."""

    def __init__(self) -> None:
        self.asked, self.url = 0, ""

    async def show(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        name = request.match_info["name"]
        if name == "slow":
            await asyncio.Event().wait()
        if name == "bad":
            return web.Response(body=b"no picture at all")
        seed, _, size = name.partition("-")
        width, _, height = size.partition("x")
        image = scene(int(seed), int(width or 640), int(height or 800))
        return web.Response(body=encoded(image, "JPEG"))

    def item(self, *names: str, licence: str = "own", alt: str = "") -> Item:
        """An item with licensed pictures."""
        media = tuple(
            Media(f"{self.url}/{n}", credit="A. Lens", licence=licence, alt=alt) for n in names
        )
        return item(1, media=media)

    def found(self, name: str, caption: str = "Lantern Bridge", **more: object) -> Found:
        given = Found(f"{self.url}/{name}", caption, "Photo: Bo / CC BY 4.0", "CC-BY-4.0")
        return replace(given, **more)


class FakeFinder:
    """Answers what it was given, or fails, or never comes back."""

    def __init__(self, *found: Found, name: str = "library", stock: bool = False) -> None:
        self.name, self.stock = name, stock
        self._found = found
        self._fails: Exception | None = None
        self._hangs = False
        self.asked: list[str] = []

    def fails(self, error: Exception) -> "FakeFinder":
        self._fails = error
        return self

    def hangs(self) -> "FakeFinder":
        self._hangs = True
        return self

    async def find(self, query: Query, most: int) -> tuple[Found, ...]:
        self.asked.append(query.name)
        if self._hangs:
            await asyncio.Event().wait()
        if self._fails:
            raise self._fails
        return self._found[:most]


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    host, app = Host(), web.Application()
    app.router.add_get("/{name}", host.show)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield host
    await runner.cleanup()


async def collect(
    folder: Path,
    items: Sequence[Item] = (),
    finders: Sequence[Finder] = (),
    script: Script | None = None,
    within_s: float = 5.0,
) -> Gathered:
    told = Story(1, "Bridge", tuple(items) or (item(1),))
    async with session(allow=["127.0.0.1"]) as http:
        return await gather(http, folder, script or says(BRIDGE), told, finders, ALLOWED, within_s)


# -- pictures of the reports -------------------------------------------------------------------


async def test_a_picture_is_fetched_once_and_stays_as_long_as_it_is_used(
    host: Host, tmp_path: Path
) -> None:
    first = (await collect(tmp_path, [host.item("1")])).pictures
    os.utime(first[0].path, (0, 0))
    again = (await collect(tmp_path, [host.item("1")])).pictures
    assert (again, host.asked) == (first, 1)
    assert Path(first[0].path).stat().st_mtime > 0


async def test_a_story_with_hundreds_of_pictures_takes_a_few(host: Host, tmp_path: Path) -> None:
    story = host.item(*(str(n) for n in range(200)))
    assert len((await collect(tmp_path, [story])).pictures) == MOST
    assert host.asked == MOST_TRIED


async def test_no_key_of_an_address_gets_into_a_note(host: Host, tmp_path: Path) -> None:
    got = await collect(tmp_path, [host.item("bad?key=sesame")])
    assert got.pictures == ()
    assert "not a JPEG, PNG or WebP picture" in got.notes[0]
    assert "sesame" not in got.notes[0]


@pytest.mark.parametrize("licence", ["", "CC BY-NC 4.0", "CC BY-SA 4.0", "courtesy of"])
async def test_a_picture_that_nobody_may_use_is_never_fetched(
    host: Host, tmp_path: Path, licence: str
) -> None:
    assert (await collect(tmp_path, [host.item("1", licence=licence)])).pictures == ()
    assert host.asked == 0


async def test_one_picture_in_many_sizes_is_shown_once(host: Host, tmp_path: Path) -> None:
    names = ("1", "1-500x625", "1-1024x1280", "2")
    got = (await collect(tmp_path, [host.item(*names)])).pictures
    assert [picture.width for picture in got] == [1024, 640]


async def test_a_reports_picture_of_one_person_is_not_for_the_others(
    host: Host, tmp_path: Path
) -> None:
    script = says("Mayor Ada Quill opened it.", "Mayor Tom Brown did not.")
    got = await collect(tmp_path, [host.item("1", alt="Ada Quill on Monday")], script=script)
    (picture,) = got.pictures
    assert (picture.shows, picture.others) == (("Ada Quill", "Quill"), ("Tom Brown", "Brown"))
    assert picture.page == "https://example.org/1"


async def test_small_pictures_are_noted(host: Host, tmp_path: Path) -> None:
    got = await collect(tmp_path, [host.item("1-300x200")])
    assert (got.pictures, "300x200; 480 on the shorter side" in got.notes[0]) == ((), True)


# -- pictures that are found -------------------------------------------------------------------


async def test_what_a_finder_has_is_fetched_with_its_rights(host: Host, tmp_path: Path) -> None:
    found = host.found(
        "3-800x1000", page="https://a.example/1", licence_url="https://b.example", creator="Bo"
    )
    library = FakeFinder(found, host.found("4-800x1000", "Lantern Bridge Hotel"))
    (picture,) = (await collect(tmp_path, finders=[library])).pictures
    assert library.asked == ["Lantern Bridge"]
    assert (picture.found_by, picture.shows[0]) == ("library", "Lantern Bridge")
    assert (picture.width, picture.height) == (800, 1000)
    assert picture.rights() == {
        "credit": "Photo: Bo / CC BY 4.0",
        "licence": "CC-BY-4.0",
        "licence_url": "https://b.example",
        "page": "https://a.example/1",
        "creator": "Bo",
    }


async def test_a_picture_of_the_users_own_is_left_where_it_is(tmp_path: Path) -> None:
    file, broken = tmp_path / "pier.jpg", tmp_path / "broken.jpg"
    scene(3, 900, 900).save(file)
    broken.write_bytes(file.read_bytes()[:600])
    own = Found("", "Lantern Bridge", "Photo: us", "own", file=str(file))
    archive = FakeFinder(own, replace(own, file=str(broken)), name="archive")
    got = await collect(tmp_path / "work", finders=[archive])
    assert [picture.path for picture in got.pictures] == [str(file)]
    assert "broken.jpg: not a JPEG" in got.notes[0]
    assert broken.exists()


async def test_the_reports_own_pictures_come_first_and_the_same_one_once(
    host: Host, tmp_path: Path
) -> None:
    library = FakeFinder(host.found("1-800x1000"), host.found("5-800x1000"))
    got = (await collect(tmp_path, [host.item("1")], [library])).pictures
    assert [(p.found_by, p.width) for p in got] == [("", 640), ("library", 800)]


async def test_nobody_is_asked_for_nobody(host: Host, tmp_path: Path) -> None:
    library = FakeFinder(host.found("3-800x1000"))
    script = says("Prices rose by a third.")
    assert await collect(tmp_path, finders=[library], script=script) == Gathered(())
    assert library.asked == []


async def test_no_more_is_asked_than_a_host_puts_up_with(tmp_path: Path) -> None:
    library = FakeFinder()
    lines = [f"He met Ada {name}." for name in ("Quill", "Brook", "Stone", "Reed", "Marsh", "Ford")]
    await collect(tmp_path, finders=[library], script=says(*lines))
    assert len(library.asked) == MOST_NAMES


async def test_no_stock_where_somebody_was_hurt(host: Host, tmp_path: Path) -> None:
    stock = FakeFinder(host.found("3-800x1000"), name="stock", stock=True)
    library = FakeFinder(host.found("4-800x1000"))
    script = says("Two people were killed on the Lantern Bridge.")
    got = (await collect(tmp_path, finders=[stock, library], script=script)).pictures
    assert (stock.asked, [picture.found_by for picture in got]) == ([], ["library"])
    got = (await collect(tmp_path, finders=[stock])).pictures
    assert [picture.found_by for picture in got] == ["stock"]


async def test_a_finder_that_fails_or_is_slow_never_delays_the_clip(
    host: Host, tmp_path: Path
) -> None:
    down = FakeFinder(name="down").fails(FinderDown("answered 503"))
    slow = FakeFinder(name="slow").hangs()
    library = FakeFinder(host.found("3-800x1000"), host.found("slow"))
    began = monotonic()
    got = await collect(tmp_path, finders=[down, slow, library], within_s=1.0)
    assert monotonic() - began < 4
    assert [picture.found_by for picture in got.pictures] == ["library"]
    assert got.notes == (
        "slow did not answer within 0.6 s",
        "down: answered 503",
        f"picture passed over: library: {host.url}/slow: it came too late",
    )
    assert not list(tmp_path.glob(".part-*"))


async def test_a_bug_of_a_finder_is_not_hidden(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        await collect(tmp_path, finders=[FakeFinder().fails(ZeroDivisionError())])


# -- choosing and telling apart ----------------------------------------------------------------


def offers(*captions: str, **more: object) -> list[tuple[str, Found]]:
    base = Found("", "", "Photo: Bo", "CC0")
    return [
        ("library", replace(base, url=f"https://a.example/{n}", caption=caption, **more))
        for n, caption in enumerate(captions)
    ]


def test_of_one_bridge_two_pictures_are_enough() -> None:
    chosen = choose(offers(*["Lantern Bridge"] * 9), KNOWN, ALLOWED, 720)
    assert [lead.found.url[-1] for lead in chosen] == ["0", "1"]
    assert MOST_OF_ONE == 2


@pytest.mark.parametrize(
    "more",
    [
        {"licence": "CC-BY-SA-4.0"},
        {"licence": "CC-BY-NC-4.0"},
        {"licence": ""},
        {"width": 719, "height": 3000},
        {"caption": "A bridge"},
        {"taken": 1990},
    ],
)
def test_what_may_not_be_shown_is_not_chosen(more: dict[str, object]) -> None:
    offered = [("library", replace(found, **more)) for _, found in offers("Lantern Bridge")]
    assert choose(offered, KNOWN, ALLOWED, 720) == ()


@given(st.lists(st.sampled_from(["Lantern Bridge", "Saltby", "Lantern Bridge, Saltby", "Pier"])))
def test_a_choice_is_small_and_in_order(captions: list[str]) -> None:
    known = replace(KNOWN, words=KNOWN.words | {"saltby"})
    chosen = choose(offers(*captions), known, ALLOWED, 720)
    urls = [int(lead.found.url.rpartition("/")[2]) for lead in chosen]
    assert len(chosen) <= MOST_LEADS
    assert urls == sorted(set(urls))


def test_prints_tell_scaled_pictures_from_others(tmp_path: Path) -> None:
    looks: dict[str, Print] = {}
    for name, image in {
        "one.png": scene(1),
        "small.jpg": scene(1).resize((320, 400)),
        "darker.webp": scene(1).point(lambda v: v * 0.8),
        "two.png": scene(2),
        "blank.png": Image.new("RGB", (640, 800), "white"),
        "empty.png": Image.new("RGB", (640, 800), "black"),
    }.items():
        image.save(tmp_path / name)
        looks[name] = take(tmp_path / name)
    assert looks["small.jpg"].size == (320, 400)
    same = {name for name, look in looks.items() if alike(look, looks["one.png"])}
    assert same == {"one.png", "small.jpg", "darker.webp"}
    assert not alike(looks["blank.png"], looks["empty.png"])


def test_a_picture_that_lies_on_its_side_is_seen_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    scene(1).save(tmp_path / "side.jpg", exif=exif)
    assert take(tmp_path / "side.jpg").size == (800, 640)


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_likeness_is_mutual(one: int, other: int) -> None:
    a, b = Print((9, 8), "a", one), Print((9, 8), "b", other)
    assert alike(a, b) == alike(b, a)
    assert alike(a, a)
