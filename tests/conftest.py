"""What every test stands on: loopback only, and no outside configuration."""

import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

settings.register_profile("house", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("house")

_connect = socket.socket.connect
_connect_ex = socket.socket.connect_ex


def _is_local(sock: socket.socket, address: Any) -> bool:
    if sock.family == socket.AF_UNIX:
        return True
    return str(address[0]) in ("127.0.0.1", "::1", "localhost") or str(address[0]).startswith(
        "127."
    )


def _guarded(sock: socket.socket, address: Any) -> Any:
    if not _is_local(sock, address):
        raise AssertionError(f"a test tried to reach {address!r}: tests touch loopback only")
    return _connect(sock, address)


def _guarded_ex(sock: socket.socket, address: Any) -> Any:
    if not _is_local(sock, address):
        raise AssertionError(f"a test tried to reach {address!r}: tests touch loopback only")
    return _connect_ex(sock, address)


socket.socket.connect = _guarded  # type: ignore[method-assign]
socket.socket.connect_ex = _guarded_ex  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No key or proxy of the machine reaches a test."""
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


RECORDED = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def recorded() -> Path:
    """The recorded streams, where they lie beside the checkout; else the test is skipped."""
    if not RECORDED.is_dir():
        pytest.skip("the recorded streams are not beside this checkout")
    return RECORDED
