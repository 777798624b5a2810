"""The guarded session: what it refuses, and how a file comes down."""

import asyncio
import socket
from collections.abc import AsyncIterator
from ipaddress import ip_address
from pathlib import Path

import aiohttp
import pytest
from aiohttp.abc import AbstractResolver, ResolveResult

from bot.plugins import ConfigError
from bot.web import Blocked, download, public, session
from fakes_sources import Host


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    async with Host() as host:
        host.publishes("picture", "/a.jpg")
        yield host


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with session(allow=["127.0.0.1"]) as http:
        yield http


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("8.8.8.8", True),
        ("2a00:1450::1", True),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::808:808", True),
        ("2002:808:808::1", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::127.0.0.1", False),
        ("::ffff:127.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::808:808", False),
        ("2002:7f00:1::", False),
        ("2001:0:808:808::1", False),
        ("fc00::1", False),
        ("fe80::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
    ],
)
def test_what_is_public(address: str, is_public: bool) -> None:
    assert public(ip_address(address)) is is_public


@pytest.mark.parametrize(
    "authority",
    [
        "127.0.0.1",
        "localhost",
        "0x7f000001",
        "0.0.0.0",
        "[::ffff:127.0.0.1]",
        "１２７.０.０.１",
        "public.example@127.0.0.1",
        "[::1]",
        "169.254.169.254",
        "127.1",
        "2130706433",
        "0177.0.0.1",
        "[::]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::1]",
        "[fe80::1%25lo]",
        "public.example:80@127.0.0.1",
        "127.0.0.1#@public.example",
        "127。0。0。1",
    ],
)
async def test_no_spelling_of_a_private_address_gets_through(host: Host, authority: str) -> None:
    port = host.url().split(":")[2].split("/")[0]
    async with session() as guarded:
        with pytest.raises((aiohttp.ClientError, ValueError)):
            await guarded.get(f"http://{authority}:{port}/a.jpg")
    assert host.visits == []


class Turncoat(AbstractResolver):
    """Knows every name; its answers change from one question to the next."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = self._answers.pop(0)
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        pass


@pytest.mark.parametrize(
    "private", ["127.0.0.2", "10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "64:ff9b::1"]
)
async def test_a_name_that_turns_private_is_refused_at_the_connection(private: str) -> None:
    async with Host() as host:
        port = host.url().split(":")[2].split("/")[0]
        host.moves(f"http://quay.example:{port}/feed", "/a")
        turncoat = Turncoat("127.0.0.1", private)
        async with session(allow=["127.0.0.1"], resolver=turncoat) as http:
            with pytest.raises(aiohttp.ClientConnectorError, match="not a public address"):
                await http.get(f"http://harbour.example:{port}/a")
        assert [visit.path for visit in host.visits] == ["/a"]


async def test_a_proxy_in_the_environment_is_not_asked(
    host: Host, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "https_proxy"):
        monkeypatch.setenv(name, host.url("/proxy"))
    with pytest.raises(aiohttp.ClientConnectorError, match="not a public address"):
        await http.get("http://10.0.0.1/a.jpg")
    assert host.visits == []


async def test_no_redirect_gets_through(host: Host, http: aiohttp.ClientSession) -> None:
    host.moves("http://127.0.0.2:9/", "/away")
    with pytest.raises(aiohttp.ClientConnectorError, match=r"127\.0\.0\.2 is not a public address"):
        await http.get(host.url("/away"))


@pytest.mark.parametrize("entry", ["127.0.0.1", "127.0.0.0/8", "127.0.0.1:{port}"])
async def test_what_is_allowed_is_reached(host: Host, entry: str) -> None:
    port = host.url().split(":")[2].split("/")[0]
    async with session(allow=[entry.format(port=port)]) as http:
        response = await http.get(host.url("/a.jpg"))
        assert await response.text() == "picture"


async def test_one_port_is_one_port(host: Host) -> None:
    async with session(allow=["127.0.0.1:9"]) as http:
        with pytest.raises(aiohttp.ClientConnectorError, match="list it under `allow`"):
            await http.get(host.url("/a.jpg"))


@pytest.mark.parametrize("entry", ["localhost", "127.0.0.1/33", "127.0.0.1:http", "", "10.0.0.1/8"])
async def test_an_allow_list_with_a_mistake(entry: str) -> None:
    with pytest.raises(ConfigError, match="neither an address"):
        session(allow=[entry])


async def test_it_says_who_it_is_and_keeps_nothing(host: Host) -> None:
    host.publishes("x", "/set", Set_Cookie="id=1")
    async with session(allow=["127.0.0.1"], contact="desk@harbour.example") as http:
        for _ in range(2):
            await http.get(host.url("/set"))
    agents = {visit.headers["User-Agent"] for visit in host.visits}
    assert len(agents) == 1
    assert agents.pop().startswith("Wirereel/")
    assert host.visits[0].headers["User-Agent"].endswith(" (+desk@harbour.example)")
    assert "Cookie" not in host.visits[1].headers


async def test_two_at_a_time_to_one_host(host: Host, http: aiohttp.ClientSession) -> None:
    host.drips("x", "/slow")
    looks = [asyncio.create_task(http.get(host.url("/slow"))) for _ in range(8)]
    done, waiting = await asyncio.wait(looks, timeout=0.3)
    assert len(host.visits) == 2
    for look in waiting:
        look.cancel()
    for look in done:
        look.result().close()
    await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_file_comes_down_whole(
    host: Host, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    path = tmp_path / "a.jpg"
    await download(http, host.url("/a.jpg"), path, 7)
    assert path.read_text() == "picture"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("path", "error", "complaint"),
    [
        ("/a.jpg", ValueError, "more than"),
        ("/bomb", ValueError, "more than"),
        ("/none", ValueError, "answered 404"),
        ("/down", ConnectionError, "answered 503"),
        ("/gone", ConnectionError, "/gone: "),
        ("/loop", ValueError, "more than 5 redirects"),
        ("/file", ValueError, "no http"),
        ("/away", Blocked, "not a public address"),
    ],
)
async def test_or_not_at_all(
    host: Host,
    http: aiohttp.ClientSession,
    tmp_path: Path,
    path: str,
    error: type[Exception],
    complaint: str,
) -> None:
    host.bombs(1_000_000, "/bomb")
    host.answers(503, "/down")
    host.hangs_up("/gone")
    host.moves("/loop", "/loop")
    host.moves("file:///etc/passwd", "/file")
    host.moves("http://10.0.0.1/", "/away")
    (tmp_path / "a.jpg").write_text("before")
    with pytest.raises(error, match=complaint):
        await download(http, host.url(path), tmp_path / "a.jpg", 6)
    assert (tmp_path / "a.jpg").read_text() == "before"
    assert len(list(tmp_path.iterdir())) == 1


async def test_a_folder_that_is_not_there_is_our_own_fault(
    host: Host, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    with pytest.raises(FileNotFoundError):
        await download(http, host.url("/a.jpg"), tmp_path / "none" / "a.jpg", 100)
