"""Print ten drafts made from recorded news, with their grounding: `make examples`.

Five are written by the extractive writer, five by the model writer, whose answers (answers.toml,
our own words) are served by the contract server. The recorded reports lie beside the project.
"""

import argparse
import asyncio
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path[:1] = [str(ROOT), str(ROOT / "tests")]

from bot.draft import Brief  # noqa: E402
from bot.findings import disputed, summary  # noqa: E402
from bot.ground import ground  # noqa: E402
from bot.orders.topics import pick  # noqa: E402
from bot.prose.form import evened, formed  # noqa: E402
from bot.prose.sentences import speaking_s  # noqa: E402
from bot.story import Grounding, Script, Story  # noqa: E402
from bot.trends import Interests, Wire  # noqa: E402
from bot.writers.extractive import compose  # noqa: E402
from bot.writers.openai import Plugin, Settings  # noqa: E402
from fakes_model import Model, model  # noqa: E402
from sources import read_file  # noqa: E402

NOW = datetime(2026, 11, 23, tzinfo=UTC)
PICKED = (  # stream, topic, format: what the extractive writer tells
    ("items_dense", "Snowbird jet crashes", "flash"),
    ("items_dense", "Netanyahu annexation", "news"),
    ("items_dense", "Japan recession", "flash"),
    ("items_dense", "Chinese ambassador Israel", "news"),
    ("items_de", "Nord-Stream Verdächtiger", "flash"),
)
HEAD = """# Ten drafts

Made by `make examples` from recorded days that lie beside the project (May 2020, August 2026):
five by the extractive writer, five by the model writer, whose answers are our own words, served by
the contract server of the tests. Each line stands with the weakest verdict of its claims and the
outlets that it cites; what an editor would be told is listed below it. The verdicts are explained
in [operating.md](operating.md).

The lines of drafts 1 to 5 are short quotations and belong to the outlets named.
"""
WEAKEST = ("not found", "contradicted", "disputed", "foreign", "one outlet", "supported")
EMPTY = {"show": "auto", "figure": None, "speech": None, "events": [], "bars": [], "points": []}


@dataclass(frozen=True, slots=True)
class Example:
    """One draft as it is printed."""

    story: Story
    script: Script
    grounding: Grounding


def stories(data: Path, stream: str) -> list[Story]:
    """Read a recorded stream to its end."""
    items = sorted(read_file(data / f"stream_a/{stream}.jsonl", NOW), key=lambda i: i.seen)
    wire = Wire(Interests(), forget=False)
    for item in items:
        wire.add(item)
    return list(wire.stories(items[-1].seen, 2))


def meant(data: Path, stream: str, topic: str) -> Story:
    """Find the story that a topic means."""
    story = pick(stories(data, stream), topic)
    if story is None:
        raise SystemExit(f"no story about {topic!r} in {stream}")
    return story


def extractive(data: Path) -> Iterator[Example]:
    """Have the extractive writer write its five."""
    for stream, topic, form in PICKED:
        story = meant(data, stream, topic)
        script = evened(compose(story, Brief(form)))
        yield Example(story, script, ground(script, story.items))


async def modelled(data: Path) -> list[Example]:
    """Have the model writer write its five, through the contract server."""
    made = []
    for answer in tomllib.loads((HERE / "answers.toml").read_text(encoding="utf-8"))["draft"]:
        story = meant(data, answer["stream"], answer["about"])
        async with model() as server:
            writer = Plugin(Settings(model="m1", base_url=server.url))
            server.answers(_answer(answer, await _numbers(server, writer, story, answer)))
            server.asked.clear()
            brief = Brief(answer["format"], lang=answer["lang"])
            script = formed(await writer.write(story, brief, lambda *_: None))
        made.append(Example(story, script, ground(script, story.items)))
    return made


async def _numbers(
    server: Model, writer: Plugin, story: Story, answer: Mapping[str, Any]
) -> dict[str, int]:
    """Ask once to see which number each outlet's report has in the request."""
    server.refuses("only looking")
    with suppress(ValueError):
        await writer.write(story, Brief(answer["format"], lang=answer["lang"]), lambda *_: None)
    told = str(server.asked[0])
    server.forgets()
    found = re.findall(r"Report (\d+), (.+?), (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,", told)
    return {outlet: int(number) for number, outlet in reversed(found)}


def _answer(answer: Mapping[str, Any], numbers: Mapping[str, int]) -> dict[str, Any]:
    """Put an answer of ours into the model's form."""
    beats = [
        {
            **EMPTY,
            **beat,
            "cites": [
                {"source": numbers[outlet], "quote": quote} for outlet, quote in beat["cites"]
            ],
        }
        for beat in answer["beats"]
    ]
    return {**{key: answer[key] for key in ("headline", "chip", "tone")}, "beats": beats}


def printed(number: int, example: Example) -> Iterator[str]:
    """Print one draft."""
    script, grounding = example.script, example.grounding
    seconds = sum(speaking_s(beat.line) + 0.2 for beat in script.beats)
    yield f"## {number}. {script.headline}"
    yield (
        f"{script.format}, {script.tone}, {script.lang}; about {seconds:.0f} s of speech; "
        f"{len(example.story.outlets)} outlets; written by {script.writer.split(':')[0]}. "
        f"{summary(grounding)}"
    )
    rows = []
    for n, beat in enumerate(script.beats):
        outlets = ", ".join(dict.fromkeys(cite.outlet for cite in beat.cites))
        rows.append(f"| {n + 1} | {beat.line} | {_verdict(grounding, n)} | {outlets} |")
    yield "\n".join(["| | line | weakest claim | cites |", "|---|---|---|---|", *rows])
    if told := [*_doubted(grounding), *disputed(grounding), *script.notes]:
        yield "\n".join(f"- {line}" for line in told)


def _verdict(grounding: Grounding, beat: int) -> str:
    """Name the weakest verdict among the claims of a line."""
    verdicts = {f.verdict for f in grounding.findings if f.beat == beat}
    return next((v for v in WEAKEST if v in verdicts), "says only who reports it")


def _doubted(grounding: Grounding) -> Iterator[str]:
    """Name what an editor would look at: each claim that is not plainly supported."""
    plain = ("supported", "one outlet", "disputed")
    for f in grounding.findings:
        if f.verdict not in plain and f.kind != "line" and f.beat >= 0:
            yield f"line {f.beat + 1}: {f.kind} “{f.claim}” is {f.verdict} ({f.outlet}: {f.source})"


def main() -> None:
    """Print the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data")
    data = parser.parse_args().data
    if not (data / "stream_a").is_dir():
        raise SystemExit(f"no recorded reports in {data}: say where they are with --data")
    examples = [*extractive(data), *asyncio.run(modelled(data))]
    parts = [part for n, e in enumerate(examples, 1) for part in printed(n, e)]
    sys.stdout.write("\n\n".join([HEAD.strip(), *parts]) + "\n")


if __name__ == "__main__":
    main()
