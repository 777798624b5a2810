"""A Ray cluster as pool `ray` sees it: joined or started, counted, its errors in our words.

What is pure here is told from what Ray raises and lists by name only, so that it needs no Ray.
"""

import math
import os
import secrets
import signal
import socket
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

from render.lab import Trouble, Troubled, TroubleKind

__all__ = ["TROUBLES", "ended", "joined", "listed", "places", "trouble"]

LOOPBACK = ("127.", "localhost:")
KNOCK_S = 5.0
STORE_BYTES = 512 * 2**20  # of a cluster of our own: segments of some MB pass through it

TROUBLES: Mapping[str, tuple[TroubleKind, str]] = {
    "OutOfMemoryError": ("memory", "its node ran out of memory"),
    "ActorUnschedulableError": ("device", "no node has room for it"),
    "RuntimeEnvSetupError": ("device", "its node could not be set up"),
    "ActorUnavailableError": ("lost", "it cannot be reached"),
    "ActorDiedError": ("lost", "its process ended"),
    "NodeDiedError": ("lost", "its node is gone"),
    "WorkerCrashedError": ("lost", "its process crashed"),
    "GetTimeoutError": ("lost", "it does not answer"),
    "ObjectLostError": ("lost", "its node went away with the picture"),
    "RayTaskError": ("bug", "its calls fail"),
    "RayError": ("lost", "Ray lost it"),
}
"""By the name of Ray's class, the nearest first: what it means for a job, and how it is said."""

ENDED = {"ActorDiedError", "ActorUnschedulableError", "RayTaskError"}


def trouble(error: BaseException) -> Trouble:
    """Say what Ray raised, in our words; what is none of Ray's is a bug."""
    for family in type(error).__mro__:
        if family.__name__ in TROUBLES:
            kind, said = TROUBLES[family.__name__]
            cause = type(error).__name__ if kind == "lost" else _gist(error)
            return Trouble(kind, f"{said} ({cause})")
    return Trouble("bug", _gist(error))


def ended(error: BaseException) -> bool:
    """Whether an actor will never answer again; one that Ray starts anew cannot be reached."""
    return any(family.__name__ in ENDED for family in type(error).__mro__)


def _gist(error: BaseException) -> str:
    """The class and the last line that says something: Ray puts the cause last."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return ": ".join([type(error).__name__, *lines[-1:]])[:240]


def places(nodes: Iterable[Mapping[str, Any]], gpus: float, cpus: float, each: int) -> int:
    """How many workers fit on these nodes (as `ray.nodes` lists them), `each` a node at most."""
    return sum(_seats(node["Resources"], gpus, cpus, each) for node in nodes if node["Alive"])


def _seats(has: Mapping[str, float], gpus: float, cpus: float, each: int) -> int:
    asked = [(has.get("GPU", 0.0), gpus), (has.get("CPU", 0.0), cpus)]
    return min([each, *(math.floor(there / one + 1e-6) for there, one in asked if one)])


def listed(nodes: Iterable[Mapping[str, Any]]) -> str:
    """Say what a cluster has: "2 nodes: 10.0.0.4 has 4 GPU, 32 CPU; ..."."""
    alive = [node for node in nodes if node["Alive"]]
    each = "; ".join(_has(node) for node in alive[:8])
    rest = f"; and {len(alive) - 8} more" if len(alive) > 8 else ""
    return f"{len(alive)} node{'s'[: len(alive) != 1]}: {each}{rest}"


def _has(node: Mapping[str, Any]) -> str:
    has = node["Resources"]
    return f"{node['NodeManagerAddress']} has {has.get('GPU', 0):g} GPU, {has.get('CPU', 0):g} CPU"


def joined(address: str, leave: ExitStack) -> Any:
    """Join the cluster at this address, or start one here for ""; the module `ray`.

    `leave` gets what must be undone. Raises Troubled("device") where there is no Ray or no cluster.
    """
    leave.enter_context(_environment(address))
    try:
        import ray
    except ImportError as error:
        raise Troubled(
            "device", "pool ray: the package is missing: pip install 'wirereel[ray]'"
        ) from error
    if ray.is_initialized():
        return ray
    try:
        _knock(address)
        with _own_signals():
            ray.init(**_how(address, leave), log_to_driver=False, logging_level="ERROR")
    except Exception as error:  # OSError, RuntimeError, ValueError, ImportError, RpcError
        leave.close()
        place = f"cannot join {address}" if address else "cannot start a cluster here"
        raise Troubled("device", f"pool ray: {place}: {_gist(error)}") from error
    leave.callback(ray.shutdown)
    _hush(ray)
    return ray


def _knock(address: str) -> None:
    """See whether anybody is there: Ray itself tries for minutes. Raises OSError."""
    host, _, port = address.rpartition("://")[2].rpartition(":")
    if port.isdecimal():
        socket.create_connection((host, int(port)), timeout=KNOCK_S).close()


@contextmanager
def _environment(address: str) -> Iterator[None]:
    """What Ray reads when it is imported: it reports to nobody, and prints no error that we fetch.

    A cluster of our own is for this process alone: the switch that Ray has for other systems keeps
    it on loopback, and a token of its own, which is in no file, lets nobody else in. That
    switch also finds a cluster that was told to stay on loopback. Any other is tried once.
    """
    told = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_IGNORE_UNHANDLED_ERRORS": "1"}
    if not address or address.startswith(LOOPBACK):
        told["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"
    if address:
        told["RAY_gcs_server_port_wait_time_s"] = "1"
    else:
        told |= {"RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    before = {name: os.environ.get(name) for name in told}
    os.environ.update(told)
    yield
    for name, value in before.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _how(address: str, leave: ExitStack) -> dict[str, Any]:
    """What `ray.init` is told: a cluster of our own leaves no files."""
    if address:
        return {"address": address}
    folder = tempfile.TemporaryDirectory(prefix="wr-", ignore_cleanup_errors=True)
    leave.enter_context(folder)
    return {
        "address": "local",
        "include_dashboard": False,
        "object_store_memory": STORE_BYTES,
        "_temp_dir": folder.name,
    }


@contextmanager
def _own_signals() -> Iterator[None]:
    """Keep our answer to SIGTERM: Ray sets its own, where it may."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, ours)


def _hush(ray: Any) -> None:
    """Keep Ray's remarks on dead workers off stdout, where our own lines go: no setting does."""
    ray._private.worker.print_to_stdstream = lambda *_, **__: None
