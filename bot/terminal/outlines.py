"""`wirereel feeds import` and `export`: OPML into the config file, and out of it."""

import json
import os
import tempfile
import tomllib
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Any

from rich.text import Text
from yarl import URL

from bot import config as configuration
from bot.config import Config
from bot.plugins import ConfigError
from bot.terminal import answer, fail, find_config, screen, shown
from sources import SourceBroken, read_outlines, write_outlines

__all__ = ["export_feeds", "import_feeds", "tables"]

Feed = tuple[str, str]  # name, address


def import_feeds(path: Path | None, file: Path, dry: bool) -> None:
    """`wirereel feeds import`: append what is new to the config file."""
    target = path or Path("config.toml")
    config = find_config(path)
    try:
        outlines = read_outlines(file)
    except SourceBroken as error:
        fail(str(error))
    fresh = list(_fresh(outlines, config))
    text = "".join(tables(fresh))
    if dry:
        answer.print(Text(text))
    elif fresh:
        _append(target, text)
        for name, url in fresh:
            answer.print(Text(f"added {shown(name)}  {shown(url)}"))
    known = len(outlines) - len(fresh)
    verb = "to add" if dry else f"added to {target}"
    answer.print(f"{len(fresh)} feeds {verb}, {known} there already")


def export_feeds(path: Path | None, file: Path | None) -> None:
    """`wirereel feeds export`: the feeds of the config file as OPML."""
    config = find_config(path)
    feeds, secret = [], 0
    for table in config.house.sources:
        url = str(table.get("url", ""))
        if url.startswith(("env:", "file:")):
            secret += 1
        elif table.get("kind") == "feed":
            feeds.append((str(table.get("name", url)), url))
    text = write_outlines(config.house.brand.name, feeds)
    if secret:
        screen.print(f"left out, for their addresses are secrets: {secret}")
    if file is None:
        answer.print(Text(text), end="")
        return
    file.write_text(text, encoding="utf-8")
    answer.print(f"{len(feeds)} feeds in {file}")


def tables(feeds: Iterable[Feed]) -> Iterator[str]:
    """Write feeds as tables of the config file. JSON's strings are strings of TOML too."""
    for name, url in feeds:
        said = json.dumps(name, ensure_ascii=False), json.dumps(url, ensure_ascii=False)
        yield '\n[[sources]]\nkind = "feed"\nname = {}\nurl = {}\n'.format(*said)


def _fresh(outlines: Iterable[Feed], config: Config) -> Iterator[Feed]:
    """Pass over what is there already; name the rest so that no two are called the same."""
    slots = config.sources
    urls = {_folded(str(getattr(slot.settings, "url", ""))) for slot in slots}
    names = {slot.name for slot in slots}
    for title, url in outlines:
        if _folded(url) in urls:
            continue
        name = _name(title or _host(url), _host(url), names)
        urls.add(_folded(url))
        names.add(name)
        yield name, url


def _name(title: str, host: str, taken: Collection[str]) -> str:
    wishes: Iterator[str] = iter((title, f"{title} ({host})"))
    numbered = (f"{title} {n}" for n in range(2, len(taken) + 3))
    return next(name for name in (*wishes, *numbered) if name not in taken)


def _folded(url: str) -> str:
    return url.removeprefix("https://").removeprefix("http://").rstrip("/").lower()


def _host(url: str) -> str:
    try:
        return URL(url).host or url
    except ValueError:
        return url


def _append(target: Path, text: str) -> None:
    """Put tables under what is there, which stays as it is; what cannot be read is not written."""
    there = target.read_text(encoding="utf-8") if target.is_file() else ""
    whole = there.rstrip("\n") + "\n" + text if there else text.lstrip("\n")
    try:
        table: dict[str, Any] = tomllib.loads(whole)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{target} has its sources in another form: paste what --dry-run prints ({error})"
        ) from error
    configuration.build(table, target.resolve().parent)
    number, name = tempfile.mkstemp(dir=target.resolve().parent, prefix=".config-")
    with os.fdopen(number, "w", encoding="utf-8") as file:
        file.write(whole)
    mode = target.stat().st_mode & 0o777 if target.is_file() else 0o644
    Path(name).chmod(mode)
    Path(name).replace(target.resolve())
