"""kill -9 at random while stories are written, filmed, approved and posted; a judge counts.

Repeat: python bench/kill.py [--stories 150] [--kills 30] [--seed 6]; the full figure is
--stories 5000 --kills 1000 (about an hour on two cores).

The newsroom is the real daemon with its real store and webhook channels; the model and the camera
are quick stand-ins. The world (bench/reaper/world.py) is a process of its own that is never killed.
Stories come in shifts of 50, each in a state folder of its own. A kill counts as one in flight
where the world had a call open or a post was being prepared or sent at that moment.

lost: neither out, nor left to a person, nor refused; or counted as out by us and not in the world.
doubled: the same story twice on one channel, by its title, whatever key it came under. parked: left
to a person after a lost answer, on the channel that nobody can ask; parked_posted of them are out.
redone_calls: scripts that a model had given and that were asked for again; cut_calls: those that a
kill cut off. redone_shots: finished shots that were filmed again. The rival posts, then marks.
"""

import argparse
import asyncio
import json
import logging
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.reaper.life import CHANNELS, life, title
from bench.reaper.rival import rival
from bench.reaper.world import counted

SHIFT = 50  # stories
MOST_S = 180.0  # that the last life of a shift may take
Life = Callable[[int], Coroutine[Any, Any, None]]  # a pipe that hears when it works -> a life


@dataclass
class Tally:
    """What came of it."""

    kills: int = 0
    in_flight: int = 0
    lost: int = 0
    parked: int = 0
    parked_posted: int = 0
    unfinished: int = 0
    states: Counter[str] = field(default_factory=Counter)

    def plus(self, other: "Tally") -> "Tally":
        """Add another shift."""
        return Tally(*(a + b for a, b in zip(astuple(self), astuple(other), strict=True)))


@contextmanager
def world(folder: Path, seed: int) -> Iterator[tuple[str, Path]]:
    """Start the judge; answers its address and its log."""
    log = folder / "world.jsonl"
    script = Path(__file__).with_name("reaper") / "world.py"
    command = [sys.executable, str(script), str(log), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}", log
        finally:
            process.kill()


def born(life: Life) -> tuple[int, int]:
    """Begin a life in a child; answers its id and the end of a pipe that it writes to."""
    hear, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(hear)
        logging.disable(logging.CRITICAL)
        try:
            asyncio.run(life(tell))
        except BaseException as error:
            print(repr(error), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    os.close(tell)
    return child, hear


def killed(life: Life, after_s: float, busy: Callable[[], bool]) -> bool | None:
    """Live, and die so long after work began: whether work was in flight; None if it was over."""
    child, hear = born(life)
    os.read(hear, 1)
    os.close(hear)
    time.sleep(after_s)
    met = busy()
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return met if os.WIFSIGNALED(status) else None


def finished(life: Life, most_s: float = MOST_S) -> bool:
    """Live to the end; False where that takes too long."""
    child, hear = born(life)
    try:
        end = time.monotonic() + most_s
        while time.monotonic() < end:
            gone, status = os.waitpid(child, os.WNOHANG)
            if gone:
                return status == 0
            time.sleep(0.05)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return False
    finally:
        os.close(hear)


def calls_open(address: str) -> bool:
    """Ask the world whether a call is under way right now."""
    with urllib.request.urlopen(f"{address}/open") as answer:
        return bool(json.load(answer))


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """Read the newsroom's own memory; it is no judge, but says what it believes."""
    path = folder / "state" / "wirereel.db"
    if not path.exists():
        return []
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return db.execute(sql).fetchall()


def shift(
    folder: Path, address: str, log: Path, stories: int, kills: int, chance: random.Random
) -> Tally:
    """One newsroom: killed so many times, then let live to its end, then judged."""
    folder.mkdir()
    tally = Tally()

    def newsroom(ready: int) -> Coroutine[Any, Any, None]:
        return life(folder, address, stories, ready)

    def busy() -> bool:
        sending = "SELECT 1 FROM posting WHERE state IN ('preparing','committing') LIMIT 1"
        return calls_open(address) or bool(rows(folder, sending))

    for _ in range(kills):
        met = killed(newsroom, chance.uniform(0.02, 1.6), busy)
        if met is None:
            break
        tally.kills += 1
        tally.in_flight += met
    tally.unfinished = not finished(newsroom)
    judge(folder, log, stories, tally)
    return tally


def judge(folder: Path, log: Path, stories: int, tally: Tally) -> None:
    """Hold what the newsroom believes against what the world knows."""
    sql = (
        "SELECT draft.story, posting.channel, posting.state FROM posting JOIN draft "
        "ON draft.id=posting.draft WHERE posting.purpose='post'"
    )
    believed = {(channel, story): state for story, channel, state in rows(folder, sql)}
    out = counted(log, f"{folder.name}-")
    for story in range(1, stories + 1):
        for channel in CHANNELS:
            state = believed.get((channel, story), "missing")
            there = out[f"{folder.name}-{channel}", title(story)] > 0
            tally.states[state] += 1
            tally.parked += state == "asked"
            tally.parked_posted += state == "asked" and there
            tally.lost += (state != "asked") and not there


def rivals(folder: Path, address: str, log: Path, stories: int, chance: random.Random) -> Any:
    """Let the rival post the same titles under the same faults, killed as often as it lives."""
    folder.mkdir()
    titles = [(channel, title(n)) for n in range(1, stories + 1) for channel in CHANNELS]
    kills = 0

    def poster(ready: int) -> Coroutine[Any, Any, None]:
        return rival(folder, address, titles, ready)

    while killed(poster, chance.uniform(0.02, 1.0), lambda: True) is not None:
        kills += 1
    out = counted(log, f"{folder.name}-")
    return {
        "stories": stories,
        "kills": kills,
        "posts": sum(out.values()),
        "doubled": sum(count > 1 for count in out.values()),
        "lost": sum(not out[f"{folder.name}-{channel}", name] for channel, name in titles),
    }


def redone(log: Path) -> dict[str, int]:
    """Count what a model gave and a camera finished, and had to do again."""
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    given = Counter(line["words"] for line in lines if line["what"] == "script given")
    begun = Counter(line["words"] for line in lines if line["what"] == "script begun")
    shots = Counter(line["words"] for line in lines if line["what"] == "shot given")
    return {
        "redone_calls": sum(given.values()) - len(given),
        "cut_calls": sum(begun.values()) - sum(given.values()),
        "redone_shots": sum(shots.values()) - len(shots),
    }


def measured(stories: int, kills: int, seed: int, until_s: float = 7200.0) -> dict[str, Any]:
    """Run it all; no shift begins after `until_s` seconds."""
    chance, begin = random.Random(seed), time.monotonic()
    shifts, total, done = -(-stories // SHIFT), Tally(), 0
    with tempfile.TemporaryDirectory() as name, world(Path(name), seed) as (address, log):
        root = Path(name)
        for n in range(shifts):
            if time.monotonic() - begin > until_s:
                break
            size = min(SHIFT, stories - done)
            share = round(kills * (done + size) / stories) - round(kills * done / stories)
            one = shift(root / f"s{n}", address, log, size, share, chance)
            done += size
            total = total.plus(one)
            print(f"shift {n}: {one}", file=sys.stderr, flush=True)
        out, again = counted(log, "s"), redone(log)
        theirs = rivals(root / "rival", address, log, min(done, 300), chance)
    return {
        "bench": "kill",
        "stories": done,
        "kills": total.kills,
        "kills_in_flight": total.in_flight,
        "posts": sum(out.values()),
        "lost": total.lost,
        "doubled": sum(count > 1 for count in out.values()),
        "parked": total.parked,
        "parked_posted": total.parked_posted,
        **again,
        "unfinished_shifts": total.unfinished,
        "seconds": round(time.monotonic() - begin),
        "seed": seed,
        "rival": theirs,
    }


def main() -> None:
    """Print one JSON line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stories", type=int, default=150)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=6)
    parser.add_argument("--until", type=float, default=7200.0, help="seconds; no shift after that")
    args = parser.parse_args()
    print(json.dumps(measured(args.stories, args.kills, args.seed, args.until)))


if __name__ == "__main__":
    main()
