"""`wirereel models`: the weights of generated shots, listed, fetched, verified and removed."""

import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table
from rich.text import Text

from bot.config import Config
from bot.terminal import answer, fail, find_config, finish, screen, shown
from bot.terminal.hub import HOST, WAIT_S, bearing, fill, pinned, room, told
from bot.web import session
from render.lab import vault
from render.lab.models import MODELS, Model, named
from render.lab.presets import catalogue
from render.lab.vault import Manifest

__all__ = ["Kept", "get_model", "kept", "list_models", "remove_model", "verify_models"]

State = Literal["whole", "broken", "not here", "yours"]
STYLES: dict[State, str] = {"whole": "green", "broken": "red", "not here": "dim", "yours": "cyan"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A model as it stands here: `size` in bytes on disk, `faults` what is wrong with it.

    "yours" is a folder without a manifest: nobody knows what should be in it.
    """

    name: str
    repo: str
    revision: str
    licence: str
    state: State
    size: int
    presets: tuple[str, ...]
    faults: tuple[str, ...] = ()


def kept(config: Config) -> Iterator[Kept]:
    """Look at our models, then at what else lies in the folder of models."""
    models = config.lab.models
    for model in MODELS:
        yield _kept(config, vault.place(models, model.name), model)
    ours = {model.name for model in MODELS}
    for folder in sorted(models.glob("*/")):
        if folder.name not in ours and not folder.name.startswith("."):
            yield _kept(config, folder, Model(folder.name, "", ""))


def list_models(path: Path | None, as_json: bool) -> None:
    """`wirereel models`."""
    config = find_config(path)
    found = list(kept(config))
    if as_json:
        rows = {"folder": str(config.lab.models), "models": [asdict(row) for row in found]}
        sys.stdout.write(json.dumps(rows) + "\n")
        return
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("model", "state", "size", "presets", "from", "licence"):
        table.add_column(column)
    for row in found:
        table.add_row(*_cells(row))
    answer.print(table)
    for row in found:
        for fault in row.faults:
            answer.print(Text(shown(f"{row.name}: {fault}"), style="red"))
    answer.print(Text(f"\nThey lie in {config.lab.models}. Fetch one: wirereel models get NAME"))


def get_model(
    path: Path | None, name: str, revision: str, source: str = "", wait_s: float = WAIT_S
) -> None:
    """`wirereel models get`: at the commit that was pinned, or at a new one where it is asked."""
    config = find_config(path)
    try:
        model = named(name)
        folder = vault.place(config.lab.models, model.name)
        before = _pinned_before(folder, model)
        if before and not revision and not vault.faults(folder):
            answer.print(f"{model.name} is whole already, at {before.revision}")
            return
        made = finish(_got(config, model, folder, before, revision, source or HOST, wait_s))
    except ConnectionError as error:
        fail(f"{error}; `wirereel models get {name}` goes on where it was")
    except (ValueError, OSError) as error:
        fail(str(error))
    answer.print(f"{made.name} is in {folder}: {made.size / 1e9:.1f} GB, {made.revision}")
    if made.licence:
        answer.print(Text(shown(f"Its licence: {made.licence}, see {HOST}/{made.repo}")))


def verify_models(path: Path | None, name: str, as_json: bool) -> int:
    """`wirereel models verify`: hash every file again; answers the exit code."""
    config = find_config(path)
    models = config.lab.models
    folders = [_existing(models, name)] if name else _fetched(models)
    bad: dict[str, list[str]] = {}
    for folder in folders:
        with _progress() as bar:
            task = bar.add_task(shown(folder.name), total=_size(folder))
            found = vault.faults(folder, True, lambda read, task=task: bar.advance(task, read))  # type: ignore[misc]
        bad[folder.name] = [fault.said for fault in found]
    if as_json:
        sys.stdout.write(json.dumps({"folder": str(models), "faults": bad}) + "\n")
        return int(any(bad.values()))
    for known, faults in bad.items():
        for said in faults:
            answer.print(Text(shown(f"{known}: {said}"), style="red"))
        mend = f"mend it: wirereel models get {known.replace('--', '/')}"
        answer.print(Text(shown(mend if faults else f"{known} is whole")))
    if not bad:
        answer.print(f"nothing was fetched into {models} yet: wirereel models get NAME")
    return int(any(bad.values()))


def remove_model(path: Path | None, name: str, sure: bool) -> None:
    """`wirereel models remove`: what was fetched goes; what you put beside it stays."""
    folder = _existing(find_config(path).lab.models, name)
    try:
        if not sure and not _agreed(f"Remove {folder}, {_size(folder) / 1e9:.1f} GB? [y/N] "):
            fail("nothing was removed; --yes asks no more")
        freed = vault.remove(folder)
    except (ValueError, OSError) as error:
        fail(str(error))
    stays = f"; what else was in {folder} stays" if folder.exists() else ""
    answer.print(f"{folder.name} is removed, {freed / 1e9:.1f} GB are free again{stays}")


async def _got(
    config: Config,
    model: Model,
    folder: Path,
    before: Manifest | None,
    revision: str,
    host: str,
    wait_s: float,
) -> Manifest:
    """Ask the hub, look at the disk, fetch."""
    network, token = config.house.network, os.environ.get("HF_TOKEN", "")
    wished = revision or (before.revision if before else "main")
    carried = (bearing(host, token),)
    async with session(allow=network.allow, contact=network.contact, middlewares=carried) as http:
        listed = await told(http, host, model, wished, wait_s)
        made = pinned(listed, model, datetime.now(UTC).date().isoformat(), before)
        if before and wished == before.revision != made.revision:
            raise ValueError(f"{host} answers for {wished} with {made.revision}: not to be trusted")
        room(folder, made, shutil.disk_usage(_standing(folder)).free)
        if before is None or before.revision != made.revision:
            _clear(folder, made)
        with _progress() as bar:
            task, there = bar.add_task(shown(made.name), total=made.size), dict[str, int]()

            def moved(name: str, size: int) -> None:
                there[name] = size
                bar.update(task, completed=sum(there.values()))

            made = await fill(http, host, folder, made, moved, wait_s)
    _leave(folder, before, made)
    return made


def _pinned_before(folder: Path, model: Model) -> Manifest | None:
    """Read what was pinned at the first download. Raises ValueError where it is another's."""
    before = vault.read(folder)
    if before and before.repo != model.repo:
        raise ValueError(f"{folder} has {before.repo}, not {model.repo}: remove it first")
    return before


def _clear(folder: Path, made: Manifest) -> None:
    """Make way for another commit: what is torn, and what no hash would tell from its own."""
    for file in made.files:
        (folder / f"{file.name}.part").unlink(missing_ok=True)
        if not file.sha256:
            (folder / file.name).unlink(missing_ok=True)


def _leave(folder: Path, before: Manifest | None, now: Manifest) -> None:
    """Delete files of the commit before that are in this one no more."""
    still = {file.name for file in now.files}
    for file in before.files if before else ():
        if file.name not in still:
            (folder / file.name).unlink(missing_ok=True)


def _kept(config: Config, folder: Path, model: Model) -> Kept:
    presets = tuple(p.name for p in catalogue(config.lab.presets)
                    if vault.place(config.lab.models, p.model) == folder)  # fmt: skip
    try:
        manifest = vault.read(folder)
    except ValueError as error:
        return Kept(model.name, model.repo, "", model.licence, "broken", 0, presets, (str(error),))
    if manifest is None:
        state: State = "yours" if any(folder.rglob("*.safetensors")) else "not here"
        return Kept(model.name, model.repo, "", model.licence, state, _size(folder), presets)
    found = tuple(fault.said for fault in vault.faults(folder))
    licence = manifest.licence or model.licence
    state, size = "broken" if found else "whole", _size(folder)
    return Kept(model.name, manifest.repo, manifest.revision, licence, state, size, presets, found)


def _cells(row: Kept) -> Sequence[Text]:
    """A row of the list."""
    known = next((model.gib for model in MODELS if model.name == row.name), 0.0)
    size = f"{row.size / 1e9:.1f} GB" if row.size else f"about {known:g} GiB" if known else ""
    came = f"{row.repo}@{row.revision[:8]}" if row.revision else row.repo
    texts = (row.name, row.state, size, ", ".join(row.presets), came, row.licence)
    styles = ("bold", STYLES[row.state], "", "", "dim", "dim")
    return [Text(shown(text), style=style) for text, style in zip(texts, styles, strict=True)]


def _existing(models: Path, name: str) -> Path:
    """Find a model that lies here by its name, also one that is not of our list."""
    folder = vault.place(models, name)
    for model in MODELS:
        if name == model.repo:
            folder = vault.place(models, model.name)
    if not folder.is_dir() or not folder.is_relative_to(models) or folder == models:
        known = ", ".join(found.name for found in _fetched(models)) or "none"
        fail(f"{name} is not in {models}; there are {known}")
    return folder


def _fetched(models: Path) -> list[Path]:
    return sorted(path.parent for path in models.glob(f"*/{vault.MANIFEST}"))


def _standing(folder: Path) -> Path:
    """The nearest folder above that is there."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


def _agreed(question: str) -> bool:
    screen.print(Text(shown(question)), end="")
    return sys.stdin.readline().strip().lower() in ("y", "yes")


@contextmanager
def _progress() -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(30), DownloadColumn())
    times = (TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, *times, console=screen) as bar:
        yield bar
