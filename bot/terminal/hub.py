"""A hub of models: which commit a repository is at, and its files, fetched into the vault."""

import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import aiohttp
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential
from yarl import URL

from bot.terminal.fetch import Refused, ask, fetch
from render.lab import vault
from render.lab.models import Model, taken
from render.lab.vault import File, Manifest
from render.shelf import digest
from render.voices import Part

__all__ = ["HOST", "bearing", "fill", "pinned", "room", "told"]

HOST = "https://huggingface.co"
TRIES, WAIT_S = 3, 2.0
COMMIT = re.compile(r"[0-9a-f]{40}")
SHA256 = re.compile(r"[0-9a-f]{64}")
MOST_FILES, LARGEST = 500, 10**12  # what claims more is no model

Result = TypeVar("Result")
Moved = Callable[[str, int], None]
"""Called with a file's name and the bytes of it that are here."""


def bearing(host: str, token: str) -> aiohttp.ClientMiddlewareType:
    """Show a token to this host, and to no other that it sends us on to."""
    origin = URL(host).origin()

    async def carry(
        request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        if token and request.url.origin() == origin:
            request.headers["Authorization"] = f"Bearer {token}"
        return await handler(request)

    return carry


async def told(
    http: aiohttp.ClientSession, host: str, model: Model, revision: str, wait_s: float = WAIT_S
) -> Any:
    """Ask what is in a repository at a commit, branch or tag.

    Raises ConnectionError where later may work, ValueError with the way out.
    """
    url = f"{host}/api/models/{model.repo}/revision/{quote(revision, safe='')}?blobs=true"
    what = f"{model.repo} at {revision!r}"

    async def once() -> Any:
        with _explained(host, model.repo, what):
            return await ask(http, url)

    return await _patient(once, wait_s)


def pinned(told: Any, model: Model, today: str, before: Manifest | None = None) -> Manifest:
    """Read what the hub says of a repository: its commit, and those of its files that are taken.

    What was learnt of the same commit `before` is kept. Raises ValueError where it is not to be
    used.
    """
    try:
        commit = str(told["sha"])
        listed = [(str(entry["rfilename"]), entry) for entry in told["siblings"]]
        files = tuple(_file(name, entry) for name, entry in listed if taken(model, name))
        card = told.get("cardData") or {}
        licence = str(card.get("license_name") or card.get("license") or model.licence)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ValueError(f"{model.repo}: the hub's list cannot be read ({error})") from error
    if not COMMIT.fullmatch(commit):
        raise ValueError(f"{model.repo}: the hub names no commit, so that nothing can be pinned")
    if not any(file.name.endswith(".safetensors") for file in files):
        raise ValueError(f"{model.repo} has no safetensors; other weights are never fetched")
    if len(files) > MOST_FILES:
        raise ValueError(f"{model.repo} has {len(files)} files, {MOST_FILES} are the most")
    if before and before.revision == commit:
        known = {(file.name, file.size): file.sha256 for file in before.files}
        files = tuple(replace(f, sha256=f.sha256 or known.get((f.name, f.size), "")) for f in files)
    shown = "".join(filter(str.isprintable, model.licence or licence))[:80]
    return Manifest(model.name, model.repo, commit, shown, today, files)


def room(folder: Path, manifest: Manifest, free: int) -> None:
    """See that what is to come has room. Raises ValueError with what is missing."""
    needed = vault.lacking(folder, manifest)
    if needed > free:
        way_out = "free some, or name another disk's folder as [render] models"
        raise ValueError(
            f"{manifest.name} needs {needed / 1e9:.1f} GB more, {free / 1e9:.1f} GB are free"
            f" where {folder} is: {way_out}"
        )


async def fill(
    http: aiohttp.ClientSession,
    host: str,
    folder: Path,
    manifest: Manifest,
    moved: Moved,
    wait_s: float = WAIT_S,
) -> Manifest:
    """Fetch all files of a manifest into its folder; each is there only when it is whole.

    The manifest is written first: what breaks off goes on at the same commit. Raises
    ConnectionError where later may work, ValueError, and OSError.
    """
    vault.write(folder, manifest)
    base = f"{host}/{manifest.repo}/resolve/{manifest.revision}"
    for file in manifest.files:
        part = Part(file.name, f"{base}/{quote(file.name)}", file.size, file.sha256)
        with _explained(host, manifest.repo, part.name):
            sha256 = await _patient(partial(_fetched, http, part, folder, moved), wait_s)
        if sha256 != file.sha256:  # the hub names hashes of large files only
            manifest = _learnt(manifest, replace(file, sha256=sha256))
            vault.write(folder, manifest)
        vault.remember(folder, file.name)
    return manifest


async def _fetched(http: aiohttp.ClientSession, part: Part, folder: Path, moved: Moved) -> str:
    """Fetch a file; answers its hash."""
    into = (folder / part.name).parent
    path = await fetch(http, part, into, lambda there: moved(part.name, there))
    return part.sha256 or digest(path)


def _file(name: str, entry: Any) -> File:
    """Read one file of the hub's list. Raises ValueError, KeyError, TypeError."""
    size, sha256 = int(entry["size"]), str((entry.get("lfs") or {}).get("sha256", ""))
    if not vault.inside(name):
        raise ValueError(f"a file is called {name!r}")
    if not 0 <= size <= LARGEST or (sha256 and not SHA256.fullmatch(sha256)):
        raise ValueError(f"{name} has no size or hash")
    if name.endswith(".safetensors") and not sha256:
        raise ValueError(f"{name} has no hash")
    return File(name, size, sha256)


def _learnt(manifest: Manifest, file: File) -> Manifest:
    files = tuple(file if old.name == file.name else old for old in manifest.files)
    return replace(manifest, files=files)


@contextmanager
def _explained(host: str, repo: str, what: str) -> Iterator[None]:
    """Say what a refusal of the hub means."""
    try:
        yield
    except Refused as error:
        if error.status in (401, 403):
            raise ValueError(
                f"{what}: the hub answered {error.status}. It is not there, or given only to those"
                f" who accepted its licence: do that at {host}/{repo}, and set HF_TOKEN"
            ) from error
        if error.status == 404:
            raise ValueError(f"{what} is not there; see {host}/{repo}") from error
        raise


async def _patient(work: Callable[[], Awaitable[Result]], wait_s: float) -> Result:
    """Try again what may pass: a server that stumbles, a line that broke off."""
    async for attempt in AsyncRetrying(
        retry=retry_if_exception_type(ConnectionError),
        stop=stop_after_attempt(TRIES),
        wait=wait_exponential(wait_s),
        reraise=True,
    ):
        with attempt:
            return await work()
    raise AssertionError("tenacity answers or raises")  # pragma: no cover
