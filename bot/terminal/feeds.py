"""`wirereel feeds`: how each source is, also while the daemon runs."""

import json
import sys
from collections import Counter
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path

from rich.table import Table
from rich.text import Text
from yarl import URL

from bot.config import Config
from bot.daemon import now
from bot.plugins import ConfigError
from bot.store import AlreadyRunning, Store, StoreBroken, glance
from bot.terminal import answer, fail, find_config, finish, screen, shown
from bot.terminal.remote import Remote, Unreachable
from bot.watch.health import Health, Watched, healths
from bot.web import session
from sources import SourceError

__all__ = ["list_feeds", "retry_feed", "span", "try_feed"]

STYLES = {
    "off": "bold red",
    "down": "red",
    "held": "yellow",
    "new": "cyan",
    "slow": "dim",
    "ok": "green",
}


def list_feeds(path: Path | None, as_json: bool) -> None:
    """`wirereel feeds`: the worst first."""
    config, then = find_config(path), now()
    try:
        seen = glance(config.state, then)
    except StoreBroken as error:
        fail(str(error))
    watched = [_watched(config, n) for n in range(len(config.sources))]
    found = healths(watched, seen.sources, seen.a_day, seen.held, seen.pushes, then)
    if as_json:
        sys.stdout.write(json.dumps({"feeds": [asdict(h) for h in found]}, default=str) + "\n")
        return
    answer.print(_table(found, then))
    _complain(found)
    minds = Counter(health.mind for health in found)
    counted = ", ".join(f"{count} {mind}" for mind, count in minds.items())
    answer.print(f"{len(found)} sources: {counted}" if found else "no [[sources]] in the config")


def retry_feed(path: Path | None, name: str) -> None:
    """`wirereel feeds retry`: look again at a source, by the daemon or by its next start."""
    config = find_config(path)
    if name not in {slot.name for slot in config.sources}:
        fail(f"there is no source {name!r}; `wirereel feeds` lists them")
    try:
        finish(_forgiven(config, name))
        answer.print(Text(f"{shown(name)} is looked at when the daemon starts"))
    except AlreadyRunning:
        _ask_daemon(config, name)
    except StoreBroken as error:
        fail(str(error))


def try_feed(path: Path | None, url: str) -> None:
    """`wirereel feeds try`: one look at an address, and the lines that would add it."""
    from sources import feed

    async def look() -> feed.Look:
        network = find_config(path).house.network
        async with session(allow=network.allow, contact=network.contact) as http:
            try:
                return await feed.look(http, url, now())
            finally:
                await feed.close()

    try:
        found = finish(look())
    except (SourceError, ValueError) as error:
        fail(f"no feed that can be read: {error}")
    newest = f"{span((now() - found.newest).total_seconds())} ago" if found.newest else "not dated"
    facts = {
        "title": found.title or "none",
        "language": found.lang or "not said",
        "entries": f"{found.entries}, the newest {newest}",
        "next look": f"after {span(found.wait_s)}"
        + (f" (it asks for {span(found.ttl_s)})" if found.ttl_s else ""),
        "validators": "yes: an unchanged feed costs nothing" if found.conditional else "none",
        "push": f"by the hub {found.hub}" if found.hub else "no hub",
        **({"odd": "; ".join(found.notes)} if found.notes else {}),
    }
    if found.url != url:
        facts["moved"] = f"{'for good' if found.moved else 'for now'} to {found.url}"
    for name, fact in facts.items():
        answer.print(Text(f"{name:<12}{shown(fact)}"))
    name = json.dumps(shown(found.title) or URL(url).host or url, ensure_ascii=False)
    kept = json.dumps(found.url if found.moved else url, ensure_ascii=False)
    for line in ("", "[[sources]]", 'kind = "feed"', f"name = {name}", f"url = {kept}"):
        answer.print(Text(line))


def span(seconds: float) -> str:
    """Say how long something is, in the largest unit that keeps it readable."""
    for unit, size in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size or (seconds >= size and unit == "min"):
            return f"{seconds / size:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"


def _watched(config: Config, number: int) -> Watched:
    slot = config.sources[number]
    address = str(getattr(slot.settings, "url", ""))
    try:
        host = URL(address).host or ""
    except ValueError:
        host = ""
    return Watched(slot.name, slot.kind, address, host)


def _table(found: list[Health], then: datetime) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in ("source", "host", "state", "last", "next", "every", "24 h", "304", "push"):
        table.add_column(column, justify="right" if column in ("every", "24 h") else "left")
    for health in found:
        table.add_row(*_cells(health, then))
    return table


def _complain(found: list[Health]) -> None:
    """Say below the table what is wrong, and the way out."""
    for health in found:
        if health.error:
            answer.print(Text(f"{shown(health.name)}: {shown(health.error)}", style="red"))
            answer.print(Text(f"    {shown(health.advice)}", style="dim"))


def _cells(health: Health, then: datetime) -> list[Text]:
    last = f"{span((then - health.since).total_seconds())} ago" if health.since else "never"
    left_s = (health.due - then).total_seconds() if health.due else 0.0
    coming = "-" if health.due is None else "now" if left_s <= 0 else f"in {span(left_s)}"
    state = f"down ({health.failures}x)" if health.mind == "down" else health.mind
    return [
        Text(shown(health.name)[:40]),
        Text(health.host[:40], style="dim"),
        Text(state, style=STYLES[health.mind]),
        Text(last),
        Text(coming),
        Text(span(health.wait_s) if health.wait_s else "-"),
        Text(str(health.a_day)),
        Text("yes" if health.conditional else "no", style="" if health.conditional else "dim"),
        Text(health.push or "-"),
    ]


async def _forgiven(config: Config, name: str) -> None:
    store = await Store.open(config.state)
    try:
        row = (await store.sources()).get(name)
        if row:
            fresh = replace(row, due=now(), failures=0, error="", off=False)
            await store.save_reading(fresh, (), (), now())
    finally:
        await store.close()


def _ask_daemon(config: Config, name: str) -> None:
    try:
        answer.print(Text(shown(Remote.of(config).command(f"retry {name}"))))
    except (Unreachable, ConfigError) as error:
        screen.print(Text(shown(str(error)), style="dim"), soft_wrap=True)
        fail(f"a daemon runs: say `retry {name}` in one of its chats")
