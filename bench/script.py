"""From a story to a script without a model: how long it takes, and how it reads; one JSON line.

Repeat: python bench/script.py [--data ../shared/data] [--show N]

Stories are the recorded ones that two outlets or more tell and reports with their whole text; our
own invented ones where the recorded data are absent. Two rivals fill the same time from the same
sentences: `lead` (the first ones) and `lexrank` (the most central ones). All are measured alike:

    ms                  of CPU: median, 95th percentile and slowest script, nothing remembered
    within_10           scripts within 10 % of the format's usual length, where there is enough to
                        say: for all of that time sentences that can be spoken as they stand, of at
                        most 18 words, with a verb and a subject, none of which repeats another
    outlets             outlets cited by a script, on average, where several tell the story
    one_outlet          scripts that cite one outlet alone although several tell the story
    asked_for           the same, each story asked for 0.8 of what its own such sentences take, from
                        12 seconds on (few recorded stories can fill the usual length of a format)
    repeats             scripts in which two beats share half of the shorter one's words of content
    short_beats         beats of at most 18 words
    grounded            lines with nothing in them that `ground` finds in no report, or contradicted
    lost_hedges         lines whose source sentence has a hedge that the line has not
    full_stops          beats that are whole: not cut off by a feed, no question, no call to click

`--show N` prints N scripts instead, to be read aloud.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).parents[1])  # run as a script, bench/render.py would hide render

from bench.scripts.data import own, recorded, whole  # noqa: E402
from bench.scripts.ways import WAYS, Way, ours, sentences_of  # noqa: E402
from bot.draft import Brief  # noqa: E402
from bot.formats import format_of, names  # noqa: E402
from bot.ground import ground  # noqa: E402
from bot.prose import claims, figures, grammar, sentences  # noqa: E402
from bot.prose.plain import plain, usable_alone  # noqa: E402
from bot.prose.sentences import length, speaking_s, stems, truncated, words  # noqa: E402
from bot.prose.tongues import fold, tongue  # noqa: E402
from bot.prose.verbs import leans, tells  # noqa: E402
from bot.story import Script, Story  # noqa: E402
from bot.writers import WriterRefused  # noqa: E402
from bot.writers.extractive import compose  # noqa: E402

LEAST_S = 12.0  # of a wish: in less, one line more or less is a tenth
REMEMBERED = (
    claims.names, claims.quotations, figures.numbers, figures.dates, grammar.fold, sentences.words,
    sentences.stems,
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--show", type=int, default=0)
    wish = parser.parse_args()
    there = (wish.data / "stream_a").is_dir()
    told = [*recorded(wish.data), *whole(wish.data)] if there else own()
    if wish.show:
        show(told[:: max(1, len(told) // wish.show)])
        return
    print(json.dumps({"bench": "script", "recorded": there, **measured(told)}))


def measured(told: Sequence[Story]) -> dict[str, Any]:
    """All ways in the usual format, then ours in each format."""
    made = {name: timed(way, told, "news") for name, way in WAYS.items()}
    return {
        "stories": len(told),
        "several_outlets": sum(len(s.outlets) > 1 for s in told),
        "enough_for_news": sum(enough(s, "news") for s in told),
        **{name: {"ms": ms, **quality(done, "news")} for name, (ms, done) in made.items()},
        "asked_for": asked_for(told),
        "formats": {name: in_format(told, name) for name in names()},
    }


def asked_for(told: Sequence[Story]) -> dict[str, Any]:
    """Ask each story for as many seconds as 0.8 of its own sentences take: is that what we get?"""
    hits = []
    for story in told:
        wish = min(58.0, 0.8 * material_s(story) + format_of("news").end_s)
        if wish >= LEAST_S:
            script = compose(story, Brief(seconds=wish))
            hits.append(abs(seconds(script, "news") - wish) <= 0.1 * wish)
    return {"stories": len(hits), "within_10": round(share(hits), 3)}


def in_format(told: Sequence[Story], form: str) -> dict[str, Any]:
    ms, done = timed(ours, told, form)
    figures_of = quality(done, form)
    return {"ms": ms, **{key: figures_of[key] for key in ("seconds", "beats", "within_10")}}


Done = list[tuple[Story, Script]]


def timed(way: Way, told: Sequence[Story], form: str) -> tuple[dict[str, float], Done]:
    """Write all scripts, each with nothing remembered from another."""
    took, done = [], []
    for story in told:
        for function in REMEMBERED:
            function.cache_clear()
        begun = time.thread_time()
        try:
            script = way(story, form)
        except WriterRefused:
            continue
        took.append(1000 * (time.thread_time() - begun))
        done.append((story, script))
    took.sort()
    p95 = took[int(0.95 * (len(took) - 1))]
    ms = {"median": statistics.median(took), "p95": p95, "slowest": took[-1]}
    return {key: round(value, 1) for key, value in ms.items()}, done


def quality(done: Done, form: str) -> dict[str, Any]:
    beats = [(story, script, beat) for story, script in done for beat in script.beats]
    several = [(story, script) for story, script in done if len(story.outlets) > 1]
    wished = [near(script, form) for story, script in done if enough(story, form)]
    flawed = sum(len(faulty(story, script)) for story, script in done)
    told = {
        "scripts": len(done),
        "seconds": statistics.median(seconds(script, form) for _, script in done),
        "beats": statistics.mean(len(script.beats) for _, script in done),
        "within_10": share(wished),
        "outlets": statistics.mean([len(cited(s)) for _, s in several] or [0]),
        "one_outlet": share([len(cited(script)) < 2 for _, script in several]),
        "repeats": share([repeats(script) for _, script in done]),
        "short_beats": share([length(beat.line) <= 18 for *_, beat in beats]),
        "grounded": 1 - flawed / len(beats),
        "lost_hedges": share([loses(script, n) for _, script in done for n in indices(script)]),
        "full_stops": share([is_whole(beat.line, script.lang) for _, script, beat in beats]),
    }
    return {k: round(v, 3) if isinstance(v, float) else v for k, v in told.items()}


def share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 0.0


def indices(script: Script) -> range:
    return range(len(script.beats))


def seconds(script: Script, form: str) -> float:
    return format_of(form).end_s + sum(speaking_s(beat.line) + 0.2 for beat in script.beats)


def near(script: Script, form: str) -> bool:
    usual = format_of(form).seconds[1]
    return abs(seconds(script, form) - usual) <= 0.1 * usual


def enough(story: Story, form: str) -> bool:
    """Tell whether a story has as much to say as the format usually does."""
    return material_s(story) >= format_of(form).seconds[1] - format_of(form).end_s


def material_s(story: Story) -> float:
    """Add up how long its distinct sentences take that can be spoken as they stand."""
    speech = tongue(story.lang or "en")
    kept: list[frozenset[str]] = []
    total = 0.0
    for _, text in (s for item in story.items for s in sentences_of(item)):
        content = stems(text, speech)
        text = plain(text)
        fit = length(text) <= 18 and usable_alone(text, speech) and tells(text, speech)
        if (
            fit
            and not leans(text, speech)
            and all(len(content & k) < 0.5 * min(len(content), len(k)) for k in kept)
        ):
            kept.append(content)
            total += speaking_s(text) + 0.2
    return total


def cited(script: Script) -> set[str]:
    return {cite.outlet for beat in script.beats for cite in beat.cites}


def repeats(script: Script) -> bool:
    speech = tongue(script.lang)
    told = [stems(beat.line, speech) for beat in script.beats]
    return any(
        a and b and len(a & b) >= 0.5 * min(len(a), len(b)) for a, b in combinations(told, 2)
    )


def faulty(story: Story, script: Script) -> set[int]:
    return {p.beat for p in ground(script, story.items).problems if p.beat >= 0}


def loses(script: Script, number: int) -> bool:
    beat, hedges = script.beats[number], tongue(script.lang).hedges
    quote = beat.cites[0].quote if beat.cites else ""
    held, kept = ({fold(w) for w in words(text)} & hedges for text in (quote, beat.line))
    return bool(held - kept)


def is_whole(line: str, lang: str) -> bool:
    return not truncated(line) and usable_alone(line, tongue(lang))


def show(told: Sequence[Story]) -> None:
    for story in told:
        try:
            script = ours(story, "news")
        except WriterRefused as why:
            print(f"-- {why}\n")
            continue
        print(
            f"## {script.headline} ({len(story.outlets)} outlets, {seconds(script, 'news'):.0f} s)"
        )
        print("\n".join(beat.line for beat in script.beats), end="\n\n")


if __name__ == "__main__":
    main()
