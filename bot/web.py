"""The one guarded way out: the HTTP session that all plug-ins are given.

What they open was named by strangers, so no connection is made to an address that is not public:
not by a literal, a name, a redirect or a name that answers differently the second time. The check
sits where the socket is made, behind all of these (measured against 21 hostile addresses).
"""

import errno
import os
import re
import socket
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from pathlib import Path
from typing import IO, Any

import aiohttp
from aiohttp.abc import AbstractResolver

from bot.plugins import ConfigError

__all__ = ["Blocked", "bare", "download", "ours", "public", "session"]

TOTAL_S, CONNECT_S = 20.0, 10.0
PER_HOST, GLOBAL = 2, 64  # connections at once
REDIRECTS = 5
CHUNK = 64 * 1024

_SECRETS = re.compile(r"(?<=//)[^/@]*@|\?.*")  # a login or a query may hold a key

Address = IPv4Address | IPv6Address
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052
LOCAL_NAT64 = IPv6Network("64:ff9b:1::/48")  # RFC 8215


class Blocked(PermissionError):
    """An address that is not public, and that nobody allowed."""


def session(
    *,
    allow: Collection[str] = (),
    contact: str = "",
    resolver: AbstractResolver | None = None,
    middlewares: Sequence[aiohttp.ClientMiddlewareType] = (),
    per_host: int = PER_HOST,
) -> aiohttp.ClientSession:
    """Open the session; call it in a running loop, and close it.

    `allow` lists what may be reached besides the public net: addresses ("127.0.0.1"), networks
    ("10.1.0.0/16") and single ports ("127.0.0.1:8080"). A refused address surfaces as an
    aiohttp.ClientConnectorError. `contact` tells hosts whom to write to. `resolver` looks names up,
    the system's by default; what it answers is not trusted. `middlewares` see each request on its
    way, also each step of a redirect. `per_host` is how many connections one host gets at once.
    Raises ConfigError.
    """
    agent = f"Wirereel/{version('wirereel')}" + (f" (+{contact})" if contact else "")
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            limit=GLOBAL,
            limit_per_host=per_host,
            socket_factory=_guard(allow),
            resolver=resolver,
        ),
        timeout=aiohttp.ClientTimeout(total=TOTAL_S, sock_connect=CONNECT_S),
        headers={"User-Agent": agent},
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,  # a proxy would connect for us, unguarded
        middlewares=middlewares,
    )


def ours(allow: Collection[str]) -> Callable[[str], bool]:
    """Tell by the allow-list which hosts, given as an address, belong to the house."""
    networks = [_network(entry) for entry in allow]

    def belongs(host: str) -> bool:
        try:
            address = ip_address(host)
        except ValueError:
            return False  # whose a name is can change
        return any(address in network for network in networks)

    return belongs


def _network(entry: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(entry)
    except ValueError:
        return ip_network(entry.rpartition(":")[0].strip("[]"))


def public(address: Address) -> bool:
    """Tell whether an address belongs to the public net, whatever it is wrapped in."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in NAT64:
            inner = IPv4Address(int(address) & 0xFFFF_FFFF)
        if inner:
            return public(inner)
        if address.teredo or address.is_site_local or address in LOCAL_NAT64:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _guard(allow: Collection[str]) -> Callable[[Any], socket.socket]:
    allowed = [_rule(entry) for entry in allow]

    def connect(info: Any) -> socket.socket:
        family, kind, proto, _, where = info
        address, port = ip_address(str(where[0]).partition("%")[0]), int(where[1])
        if not public(address) and not any(rule(address, port) for rule in allowed):
            told = f"{address} is not a public address; if it is yours, list it under `allow`"
            raise Blocked(errno.EACCES, told)
        return socket.socket(family, kind, proto)

    return connect


def _rule(entry: str) -> Callable[[Address, int], bool]:
    """Read one entry of the allow-list: an address, a network, or an address and a port."""
    try:
        network = ip_network(entry)
        return lambda address, _: address in network
    except ValueError:
        host, _, digits = entry.rpartition(":")
    try:
        only = ip_address(host.strip("[]")), int(digits)
        return lambda address, port: (address, port) == only
    except ValueError as error:
        raise ConfigError(
            f"allow: {entry!r} is neither an address (127.0.0.1), a network (10.1.0.0/16)"
            " nor an address and a port (127.0.0.1:8080)"
        ) from error


def bare(url: str) -> str:
    """Shorten an address to what may be shown: no login, no query."""
    return _SECRETS.sub("", url)[:200]


async def download(http: aiohttp.ClientSession, url: str, path: Path, limit: int) -> None:
    """Fetch a file of at most `limit` bytes; `path` is there only when all of it is.

    Raises Blocked, ConnectionError where later may work, ValueError where it never will, and
    OSError where our own disk fails.
    """
    where = bare(url)
    with _aside(path) as file, _translating(where):
        async with http.get(url, max_redirects=REDIRECTS) as response:
            _refuse(response.status, where)
            size = 0
            async for chunk in response.content.iter_chunked(CHUNK):
                size += len(chunk)
                if size > limit:
                    raise ValueError(f"{where}: more than {limit / 1e6:g} MB")
                file.write(chunk)


def _refuse(status: int, where: str) -> None:
    if status in (408, 429) or status >= 500:
        raise ConnectionError(f"{where}: answered {status}")
    if status != 200:
        raise ValueError(f"{where}: answered {status}")


@contextmanager
def _aside(path: Path) -> Iterator[IO[bytes]]:
    """Open a file beside `path` that takes its place when it is whole, and vanishes otherwise."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    try:
        with os.fdopen(number, "wb") as file:
            yield file
            file.flush()
            os.fsync(number)
        Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)


@contextmanager
def _translating(where: str) -> Iterator[None]:
    """Turn the errors of the HTTP client into ours; those of our own disk stay what they are."""
    try:
        yield
    except aiohttp.ClientConnectorError as error:
        if error.os_error.errno == errno.EACCES:
            raise Blocked(errno.EACCES, f"{where}: {error.os_error.strerror}") from error
        raise ConnectionError(f"{where}: {error}") from error
    except (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError) as error:
        raise ValueError(f"{where}: it is, or leads to, no http(s) address") from error
    except aiohttp.TooManyRedirects as error:
        raise ValueError(f"{where}: more than {REDIRECTS} redirects") from error
    except aiohttp.ClientResponseError as error:  # its words hold the whole address
        raise ConnectionError(f"{where}: what came was no HTTP") from error
    except (aiohttp.ClientError, TimeoutError) as error:
        raise ConnectionError(f"{where}: {error or type(error).__name__}") from error
