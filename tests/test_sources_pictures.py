"""The finders on the net against hosts on loopback: what they ask, what they read, their faults.

The answers in tests/data/pictures are in the form that each service documents; their content is
invented.
"""

import json
from collections.abc import AsyncIterator
from importlib import import_module
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from bot.web import session
from fakes_sources import Host
from sources.pictures import (
    Finder,
    FinderBroken,
    FinderDown,
    Found,
    Query,
    _api,
    allowed,
    licence_id,
)
from sources.pictures._licence import licence_url, spelled
from sources.pictures._texts import credit, line, year

DATA = Path(__file__).parent / "data" / "pictures"
BRIDGE = Query("Lantern Bridge", "en")
KEY = {"key": SecretStr("sesame")}
MODULES: dict[str, dict[str, Any]] = {
    "sources.pictures.commons": {},
    "sources.pictures.openverse": {},
    "sources.pictures.pexels": KEY,
    "sources.pictures.pixabay": KEY,
}
LISTS = {"commons": "query", "openverse": "results", "pexels": "photos", "pixabay": "hits"}
every_finder = pytest.mark.parametrize("kind", sorted(LISTS))


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    async with Host() as host:
        yield host


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with session(allow=["127.0.0.1"], contact="desk@harbour.example") as http:
        yield http


def finder(kind: str, host: Host, http: aiohttp.ClientSession) -> Finder:
    name = f"sources.pictures.{kind}"
    module = import_module(name)
    settings = module.Settings(url=host.url("/api"), **MODULES[name])
    made: Finder = module.Plugin(kind, settings, http)
    return made


def recorded(kind: str) -> str:
    return (DATA / f"{kind}.json").read_text()


async def found(
    kind: str, host: Host, http: aiohttp.ClientSession, most: int = 10
) -> tuple[Found, ...]:
    host.publishes(recorded(kind), "/api")
    return await finder(kind, host, http).find(BRIDGE, most)


# -- what each reads ---------------------------------------------------------------------------


async def test_commons_tells_who_made_it_and_what_limits_it(
    host: Host, http: aiohttp.ClientSession
) -> None:
    bridge, mayor = await found("commons", host, http)  # a trademark, a TIFF and a gone file: no
    assert mayor == Found(
        url="https://upload.commons.example/thumb/q/1920px-Ada_Quill.jpg",
        caption="Ada Quill at the harbour council. Ada Quill, mayor of Quellmouth",
        credit="Photo: Bo Lens / CC BY 4.0",
        licence="CC-BY-4.0",
        licence_url="https://creativecommons.org/licenses/by/4.0",
        page="https://commons.example/wiki/File:Ada_Quill_at_the_harbour_council.jpg",
        title="Ada Quill at the harbour council",
        creator="Bo Lens",
        width=1920,
        height=2560,
        people=True,
        taken=2025,
    )
    assert (bridge.caption, bridge.licence, bridge.taken) == (
        "Lantern Bridge, Quellmouth",
        "PDM",
        1931,
    )
    assert (bridge.url, bridge.width, bridge.people) == (
        "https://upload.commons.example/l/Lantern_Bridge.jpg",
        1500,
        None,
    )
    asked = host.visits[0]
    assert asked.query["gsrsearch"] == '"Lantern Bridge" filetype:bitmap'
    assert (asked.query["gsrnamespace"], asked.query["iiurlwidth"]) == ("6", "1920")
    assert "desk@harbour.example" in asked.headers["User-Agent"]


async def test_openverse_asks_for_what_may_be_used_and_cropped(
    host: Host, http: aiohttp.ClientSession
) -> None:
    first, second = await found("openverse", host, http)  # the mature one is left out
    assert (first.caption, first.licence, first.credit) == (
        "Lantern Bridge at dusk",
        "CC-BY-2.0",
        "Photo: Bo Lens / CC BY 2.0",
    )
    assert (first.page, first.width) == ("https://photos.example/bo/1", 1536)
    assert (second.licence, second.credit, second.width) == ("CC0", "Photo: museum / CC0", 0)
    assert host.visits[0].query["license_type"] == "commercial,modification"
    assert host.visits[0].query["page_size"] == "20"


async def test_pexels_is_named_beside_the_photographer(
    host: Host, http: aiohttp.ClientSession
) -> None:
    (photo,) = await found("pexels", host, http)
    assert (photo.credit, photo.licence) == ("Photo: Bo Lens / Pexels", "licensed")
    assert photo.url.endswith("&dpr=2")
    assert photo.page == "https://www.pexels.example/photo/lantern-bridge-2014422/"
    assert host.visits[0].headers["Authorization"] == "sesame"


async def test_pixabay_counts_the_pixels_that_may_be_fetched(
    host: Host, http: aiohttp.ClientSession
) -> None:
    (photo,) = await found("pixabay", host, http)  # the generated one is left out
    assert (photo.width, photo.height, photo.credit) == (1280, 853, "Photo: Lens / Pixabay")
    assert host.visits[0].query["key"] == "sesame"
    assert host.visits[0].query["image_type"] == "photo"


def test_only_the_stock_finders_are_stock() -> None:
    stock = {name for name in MODULES if import_module(name).Plugin.stock}
    assert stock == {"sources.pictures.pexels", "sources.pictures.pixabay"}


# -- manners and faults, the same for each -------------------------------------------------------


@every_finder
async def test_no_more_are_answered_than_were_asked_for(
    kind: str, host: Host, http: aiohttp.ClientSession
) -> None:
    assert len(await found(kind, host, http, most=1)) == 1


@every_finder
async def test_the_same_question_is_asked_once(
    kind: str, host: Host, http: aiohttp.ClientSession
) -> None:
    host.publishes(recorded(kind), "/api")
    searching = finder(kind, host, http)
    assert await searching.find(BRIDGE, 5) == await searching.find(BRIDGE, 5)
    await searching.find(Query("Quellmouth"), 5)
    assert len(host.visits) == 2


@every_finder
async def test_nothing_found_is_an_answer(
    kind: str, host: Host, http: aiohttp.ClientSession
) -> None:
    empty: dict[str, Any] = {} if kind == "commons" else {LISTS[kind]: []}
    host.publishes(json.dumps({"batchcomplete": True, **empty}), "/api")
    assert await finder(kind, host, http).find(BRIDGE, 5) == ()


@every_finder
async def test_who_is_told_to_wait_waits(
    kind: str, host: Host, http: aiohttp.ClientSession
) -> None:
    host.answers(429, "/api", Retry_After="90")
    searching = finder(kind, host, http)
    with pytest.raises(FinderDown, match="too many questions") as told:
        await searching.find(BRIDGE, 5)
    assert told.value.retry_after_s == 90
    with pytest.raises(FinderDown, match="asked for a pause"):
        await searching.find(Query("Quellmouth"), 5)
    assert len(host.visits) == 1


@every_finder
@pytest.mark.parametrize(
    ("status", "error", "said"),
    [
        (500, FinderDown, "answered 500"),
        (503, FinderDown, "answered 503"),
        (401, FinderBroken, "the key is refused"),
        (403, FinderBroken, "we are refused"),
        (400, FinderBroken, "takes no such question"),
    ],
)
async def test_a_refusal_says_whether_later_may_work(
    kind: str, status: int, error: type[Exception], said: str, host: Host,
    http: aiohttp.ClientSession,
) -> None:  # fmt: skip
    host.answers(status, "/api")
    with pytest.raises(error, match=said) as told:
        await finder(kind, host, http).find(BRIDGE, 5)
    assert "sesame" not in str(told.value)


@every_finder
@pytest.mark.parametrize(
    "body",
    [
        "no JSON at all",
        "[]",
        "null",
        '{"half": [',
        "[" * 100_000,
        '{"query": 7, "results": "x", "photos": {}, "hits": null}',
        '{"query": {"pages": {}}, "results": 1, "photos": 1, "hits": 1}',
    ],
    ids=["words", "list", "null", "half", "deep", "types", "inner types"],
)
async def test_what_is_not_documented_is_refused(
    kind: str, body: str, host: Host, http: aiohttp.ClientSession
) -> None:
    host.publishes(body, "/api")
    with pytest.raises(FinderBroken):
        await finder(kind, host, http).find(BRIDGE, 5)


@every_finder
async def test_odd_entries_are_passed_over(
    kind: str, host: Host, http: aiohttp.ClientSession
) -> None:
    odd: list[Any] = [None, 7, "x", [], {}, {"url": 3}, {"url": "javascript:x", "src": []}]
    odd += [{"imageinfo": [{"url": "https://a.example/b.jpg", "mime": 4, "extmetadata": 1}]}]
    body = {"query": {"pages": odd}, "results": odd, "photos": odd, "hits": odd}
    host.publishes(json.dumps(body), "/api")
    assert await finder(kind, host, http).find(BRIDGE, 5) == ()


@every_finder
async def test_a_huge_answer_is_cut_off(kind: str, host: Host, http: aiohttp.ClientSession) -> None:
    host.bombs(_api.CAP * 2, "/api")
    with pytest.raises(FinderBroken, match="more than 2 MB"):
        await finder(kind, host, http).find(BRIDGE, 5)


async def test_a_host_that_hangs_up_or_breaks_off_is_down(
    host: Host, http: aiohttp.ClientSession
) -> None:
    host.hangs_up("/api")
    with pytest.raises(FinderDown):
        await finder("openverse", host, http).find(BRIDGE, 5)
    host.breaks_off(recorded("openverse"), "/api")
    with pytest.raises((FinderDown, FinderBroken)):
        await finder("openverse", host, http).find(BRIDGE, 5)


async def test_an_answer_that_never_ends_is_left(host: Host) -> None:
    host.drips(recorded("openverse"), "/api")
    timeout = aiohttp.ClientTimeout(total=0.1)
    async with aiohttp.ClientSession(timeout=timeout) as impatient:
        with pytest.raises(FinderDown, match="no answer in time"):
            await finder("openverse", host, impatient).find(BRIDGE, 5)


async def test_commons_may_be_too_busy(host: Host, http: aiohttp.ClientSession) -> None:
    host.publishes(json.dumps({"error": {"code": "maxlag", "info": "Waiting: 6 s"}}), "/api")
    with pytest.raises(FinderDown, match="busy"):
        await finder("commons", host, http).find(BRIDGE, 5)
    host.publishes(json.dumps({"error": {"code": "badvalue"}}), "/api")
    with pytest.raises(FinderBroken, match="badvalue"):
        await finder("commons", host, http).find(BRIDGE, 5)


async def test_answers_are_forgotten_in_time(host: Host, http: aiohttp.ClientSession) -> None:
    clock = [1000.0]
    host.publishes("{}", "/api")
    api = _api.Api(http, host.url("/api"), keep_s=60, now_s=lambda: clock[0])
    for wait_s in (0, 59, 2):
        clock[0] += wait_s
        await api.ask({"q": "pier"}, lambda _: ())
    assert len(host.visits) == 2


# -- licences ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("CC BY 4.0", "CC-BY-4.0"),
        ("cc-by", "CC-BY"),
        ("CC BY 3.0 DE", "CC-BY-3.0-DE"),
        ("CC BY-SA 4.0", "CC-BY-SA-4.0"),
        ("CC BY-NC", "CC-BY-NC"),
        ("cc-by-nc-nd-2.0", "CC-BY-NC-ND-2.0"),
        ("Creative Commons Attribution 4.0 International", "CC-BY-4.0"),
        ("Creative Commons Attribution-Share Alike 3.0", "CC-BY-SA-3.0"),
        ("Creative Commons Attribution-NonCommercial-NoDerivs 2.0", "CC-BY-NC-ND-2.0"),
        ("https://creativecommons.org/licenses/by/4.0/deed.en", "CC-BY-4.0"),
        ("http://creativecommons.org/licenses/by-nd/2.0/", "CC-BY-ND-2.0"),
        ("CC BY 4.0, CC BY-NC 4.0", "CC-BY-NC-4.0"),
        ("Public domain", "PDM"),
        ("pdm", "PDM"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", "PDM"),
        ("CC0", "CC0"),
        ("CC0 1.0 Universal", "CC0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "CC0"),
        ("own", "own"),
        ("Licensed", "licensed"),
        ("Attribution", ""),
        ("not public domain", ""),
        ("NonCommercial use only, public domain abroad", ""),
        ("All rights reserved", ""),
        ("own work", ""),
        ("GFDL", ""),
        ("free", ""),
        ("", ""),
    ],
)
def test_licences_have_one_name(said: str, meant: str) -> None:
    assert licence_id(said) == meant


@pytest.mark.parametrize(
    "licence", ["CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-ND-2.0", "CC-BY-NC", ""]
)
def test_what_binds_a_clip_is_not_allowed_with_cc_by(licence: str) -> None:
    assert not allowed(licence, ("CC0", "PDM", "CC-BY", "own", "licensed"))


@given(st.text(max_size=60))
def test_an_id_names_itself(said: str) -> None:
    licence = licence_id(said)
    assert licence_id(licence) == licence
    assert licence_id(spelled(licence)) in (licence, "")


@given(st.sampled_from(["", "-NC", "-SA", "-ND", "-NC-SA", "-NC-ND"]), st.sampled_from("1234"))
def test_a_deed_is_of_its_licence(limits: str, version: str) -> None:
    licence = f"CC-BY{limits}-{version}.0"
    assert licence_id(licence_url(licence)) == licence
    assert licence_id(spelled(licence)) == licence


def test_small_texts() -> None:
    assert credit("Bo <b>Lens</b>", "", "CC-BY-4.0") == "Photo: Bo Lens / CC BY 4.0"
    assert credit("", "Wikimedia Commons", "PDM") == "Photo: Wikimedia Commons / public domain"
    assert credit("A" * 200, "Pexels").startswith("Photo: " + "A" * 40)
    assert line("File:Old_pier.JPG") == "Old pier"
    assert [year(t) for t in ("11 June 2025", "ca. 1890", "12345", "")] == [2025, 1890, 0, 0]
