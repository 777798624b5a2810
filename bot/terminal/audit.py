"""`wirereel audit`: who did what and when, also while the daemon runs; and whether it is whole."""

import json
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.text import Text

from bot.chain import Link
from bot.store import StoreBroken, Trail, trail
from bot.terminal import answer, fail, find_config, screen, shown

__all__ = ["Wish", "run_audit"]

LAST = 20  # rows, where nobody asks for a draft


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for: one draft (0: the last rows of all), a look at the chain, JSON.

    `head` are the first letters of a head that somebody noted, "" if none.
    """

    draft: int = 0
    verify: bool = False
    head: str = ""
    json: bool = False


def run_audit(path: Path | None, wish: Wish) -> int:
    """Show the audit; answers the exit code, 1 where it is not whole."""
    config = find_config(path)
    try:
        found = trail(config.state)
    except StoreBroken as error:
        fail(str(error))
    trouble = _trouble(found, wish.head.lower()) if wish.verify or wish.head else ""
    rows = [link for link in found.links if wish.draft in (0, link.draft)]
    if wish.json:
        sys.stdout.write(_as_json(found, rows, trouble) + "\n")
    else:
        _show(found, rows if wish.draft else rows[-LAST:], wish, config.book.rules.clock)
        if trouble:
            screen.print(Text(shown(trouble), style="bold red"))
    return 1 if trouble else 0


def _trouble(found: Trail, head: str) -> str:
    """Say what is wrong with the chain; "" where it is whole."""
    if found.broken:
        bad = next(link for link in found.links if link.n == found.broken)
        return (
            f"the audit is broken at row {bad.n} ({_line(bad, ZoneInfo('UTC'))}): this row or one "
            "before it was changed or taken out after it was written"
        )
    if head and not any(kept.startswith(head) for kept in found.hashes):
        return f"no row has the hash {head}: what came up to it was cut off or written anew"
    return ""


def _show(found: Trail, rows: list[Link], wish: Wish, zone: ZoneInfo) -> None:
    if not wish.verify or wish.draft:
        for link in rows:
            answer.print(Text(shown(_line(link, zone))))
    if not found.broken or not wish.verify:
        whole = "whole: " if wish.verify else ""
        head = f", head {found.head[:12]}" if found.head else ""
        answer.print(Text(f"{whole}{len(found.links)} rows{head}; times by {zone.key}"))


def _line(link: Link, zone: ZoneInfo) -> str:
    at = datetime.fromisoformat(link.at).astimezone(zone)
    about = f" draft {link.draft}" if link.draft else ""
    rev = f" {link.rev[:6]}" if link.rev and not link.text.startswith(link.rev[:6]) else ""
    said = f": {link.text}" if link.text else ""
    return f"{link.n}. {at:%Y-%m-%d %H:%M:%S} {link.who}: {link.kind}{about}{rev}{said}"


def _as_json(found: Trail, rows: list[Link], trouble: str) -> str:
    hashes = dict(zip((link.n for link in found.links), found.hashes, strict=True))
    told = [asdict(link) | {"hash": hashes[link.n]} for link in rows]
    return json.dumps(
        {"rows": told, "head": found.head, "broken": found.broken, "trouble": trouble}
    )
