"""How many lies the checker catches, and how often it cries wolf; prints one JSON line.

Repeat: python bench/ground.py [--data ../shared/data] [--look KIND]

Scripts are what the extractive writer makes of the recorded stories (without them: of our own).
Each line is told truly, in other words, and as a lie; the lies and the other words are the bench's
own (bench/lies). A lie is caught where the line has a claim that is not found or contradicted.
Stories are in two halves by a hash: the first was looked at while building, the other held back.
`--look` prints single failures of the first half: of one kind of lie, of "verbatim" or "rewritten".

    caught              part of the lies of each kind: [first half, held back], and how many
    false_alarms        part of the true lines that are doubted; by_kind: which check did
    ms                  a script, nothing cached: median, p95
    lexical             the rival: each figure and capital word of a line must be in some source
"""

import argparse
import json
import random
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lies.mutations import MUTATIONS, Around, figures_in, names_in
from lies.rewritings import REWRITINGS, Line
from lies.scripts import Told, scripts

from bot.ground import ground
from bot.prose.tongues import fold
from bot.prose.wording import wording
from bot.story import Beat, Finding, Script
from sources import Item

SEED = 5
PATTERNS = 32  # size of the caches that hold a language's patterns: they stay
TRIES = 2  # lies of one sort tried on each line

Judge = Callable[[Script, tuple[Item, ...]], list[Finding]]


@dataclass(frozen=True, slots=True)
class Case:
    """One line as it is checked: `sort` is how it was changed, "" for not at all."""

    told: Told
    kind: str
    sort: str
    true: str
    beat: Beat

    def script(self) -> Script:
        return replace(self.told.script, beats=(self.beat,), headline="", caption="")


def truths(all_told: Iterable[Told]) -> Iterator[Case]:
    """Every line as it was written, and in other words."""
    for told in all_told:
        said = ""
        beats = told.script.beats
        for n, beat in enumerate(beats):
            yield Case(told, "verbatim", "", beat.line, beat)
            if only_reports(beat, told):
                continue
            after = beats[n + 1] if n + 1 < len(beats) else Beat("")
            after = Beat("") if only_reports(after, told) else after
            line = Line(beat.line, _lang(told), published(told, beat), after.line, said)
            said += " " + beat.line
            for sort, way in REWRITINGS.items():
                if (new := way(line)) is not None:
                    cites = beat.cites + (after.cites if sort == "joined" else ())
                    yield Case(
                        told, "rewritten", sort, beat.line, replace(beat, line=new, cites=cites)
                    )


def only_reports(beat: Beat, told: Told) -> bool:
    """Tell whether a line says nothing but who reports the story."""
    for form in wording(told.script.lang).reports:
        head, _, tail = form.partition("{}")
        tail = re.split(r"\s?[;.]", tail)[0]
        if beat.line.startswith(head) and (tail or head) in beat.line and len(head + tail) > 1:
            return True
    return False


def published(told: Told, beat: Beat) -> datetime:
    cited = {c.item for c in beat.cites[:1]}
    at = [i.published or i.seen for i in told.items if i.id in cited]
    return at[0] if at else datetime.now(UTC)


def _lang(told: Told) -> str:
    return told.script.lang.split("-")[0]


def lies(all_told: Iterable[Told]) -> Iterator[Case]:
    """Every lie that a line has a place for."""
    for told in all_told:
        text = " ".join(f"{i.title}. {i.summary} {i.text}" for i in told.items)
        held = tuple(re.split(r"(?<=[.!?])\s+", text))
        figures, names = set(figures_in(text)), set(names_in(text, _lang(told)))
        for n, beat in enumerate(told.script.beats):
            if only_reports(beat, told):
                continue
            for kind, sorts in MUTATIONS.items():
                for sort, lie in sorts.items():
                    chance = random.Random(f"{SEED} {told.story.items[0].id} {n} {sort}")
                    around = Around(
                        _lang(told), tuple(sorted(figures)), tuple(sorted(names)), held, chance
                    )
                    made = {lie(beat.line, around) for _ in range(TRIES)} - {None, beat.line}
                    for new in sorted(str(m) for m in made):
                        yield Case(told, kind, sort, beat.line, replace(beat, line=new))


def ours(script: Script, items: tuple[Item, ...]) -> list[Finding]:
    return [f for f in ground(script, items).problems if f.beat >= 0]


def lexical(script: Script, items: tuple[Item, ...]) -> list[Finding]:
    """The plain check: every figure and every capital word must be somewhere in the text."""
    text = " ".join(f"{i.outlet} {i.title} {i.summary} {i.text}" for i in items)
    held = {fold(w) for w in re.findall(r"[^\W_]+", text)}
    return [
        Finding(0, word, "name", "not found")
        for beat in script.beats
        for word in re.findall(r"\d[\d.,]*\d|\d|[^\W_]+", beat.line)
        if (word[0].isdigit() or word[0].isupper())
        and not all(fold(part) in held for part in re.findall(r"[^\W_]+", word))
    ]


def measure(
    cases: Iterable[Case], judge: Judge
) -> dict[tuple[str, str, bool], list[list[Finding]]]:
    found: defaultdict[tuple[str, str, bool], list[list[Finding]]] = defaultdict(list)
    for case in cases:
        key = (case.kind, case.sort, case.told.held_back)
        found[key].append(judge(case.script(), case.told.items))
    return found


def parts(
    found: dict[tuple[str, str, bool], list[list[Finding]]], kinds: Iterable[str]
) -> dict[str, Any]:
    """Part of the lines with a problem by kind and sort: [first half, held back, lines]."""
    told: dict[str, Any] = {}
    for kind in kinds:
        sorts = sorted({sort for k, sort, _ in found if k == kind})
        told[kind] = _part(found, kind, sorts)
        if sorts != [""]:
            told[kind] = {"all": told[kind]} | {s: _part(found, kind, [s]) for s in sorts}
    return told


def _part(
    found: dict[tuple[str, str, bool], list[list[Finding]]], kind: str, sorts: Iterable[str]
) -> list[float]:
    row: list[float] = []
    lines = 0
    for half in (False, True):
        judged = [f for sort in sorts for f in found.get((kind, sort, half), [])]
        row.append(round(sum(map(bool, judged)) / len(judged), 4) if judged else -1)
        lines += len(judged)
    return [*row, lines]


def by_kind(found: dict[tuple[str, str, bool], list[list[Finding]]], kind: str) -> dict[str, int]:
    """Which checks doubted true lines, over both halves."""
    return dict(
        Counter(f.kind for (k, _, _), all_ in found.items() if k == kind for fs in all_ for f in fs)
    )


def forget() -> None:
    """Empty every cache of our own, so that each script is read as if for the first time."""
    for thing in CACHES:
        thing.cache_clear()


CACHES = {
    thing
    for name, module in sys.modules.items()
    if name.startswith("bot.")
    for thing in vars(module).values()
    if hasattr(type(thing), "cache_clear") and thing.cache_parameters()["maxsize"] != PATTERNS
}


def timed(all_told: Iterable[Told], judge: Judge) -> list[float]:
    took = []
    for told in all_told:
        forget()
        begun = time.process_time()
        judge(told.script, told.items)
        took.append(1000 * (time.process_time() - begun))
    return [round(statistics.median(took), 2), round(statistics.quantiles(took, n=20)[-1], 2)]


def long_story() -> float:
    """Milliseconds for a script of a story of fifteen reports of sixty sentences each."""
    from datetime import timedelta

    chance = random.Random(SEED)
    words = ["".join(chance.choices("aeioustrnlmk", k=6)) for _ in range(900)]
    at = datetime(2026, 3, 4, tzinfo=UTC)

    def sentence() -> str:
        told = " ".join(chance.choices(words, k=16)).capitalize()
        return f"{told} {chance.randrange(9999)} {chance.choice(words)}."

    items = tuple(
        Item(str(n), "s", f"Outlet {n}", "", sentence(), sentence(), at, at + timedelta(minutes=n),
             text=" ".join(sentence() for _ in range(60)))
        for n in range(15)
    )  # fmt: skip
    lines = [i.text.split(". ")[5] + "." for i in items[:8]]
    script = Script("news", lines[0], "en", "", tuple(Beat(line) for line in lines))
    forget()
    begun = time.process_time()
    ground(script, items)
    return round(1000 * (time.process_time() - begun), 1)


def look(found: Iterable[Case], kind: str, most: int = 60) -> None:
    """Print what goes wrong in the first half."""
    for case in found:
        if case.told.held_back or kind not in (case.kind, case.sort):
            continue
        problems = ours(case.script(), case.told.items)
        if bool(problems) == (case.kind in MUTATIONS):
            continue
        most -= 1
        print(f"[{case.told.stream}] {case.sort or case.kind}: {case.beat.line}")
        if case.beat.line != case.true:
            print(f"    true: {case.true}")
        for p in problems:
            print(f"    {p.kind} {p.claim!r} {p.verdict} <- {p.outlet}: {p.source}")
        if most < 0:
            break


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--look", default="")
    options = parser.parse_args()
    all_told = scripts(options.data)
    if options.look:
        look([*truths(all_told), *lies(all_told)], options.look)
        return
    true, false = list(truths(all_told)), list(lies(all_told))
    known, caught = measure(true, ours), measure(false, ours)
    kinds = ("verbatim", "rewritten")
    rival_known, rival_caught = measure(true, lexical), measure(false, lexical)
    print(
        json.dumps(
            {
                "scripts": [len(all_told), sum(t.held_back for t in all_told)],
                "recorded": options.data.is_dir(),
                "caught": parts(caught, MUTATIONS),
                "false_alarms": parts(known, kinds),
                "by_kind": {kind: by_kind(known, kind) for kind in kinds},
                "ms": timed(all_told, ours),
                "ms_fifteen_long_reports": long_story(),
                "lexical": {
                    "caught": {k: _part(rival_caught, k, MUTATIONS[k]) for k in MUTATIONS},
                    "false_alarms": {"verbatim": _part(rival_known, "verbatim", [""]),
                                     "rewritten": _part(rival_known, "rewritten", REWRITINGS)},
                    "ms": timed(all_told, lexical),
                },
            }
        )
    )  # fmt: skip


if __name__ == "__main__":
    main()
