"""The pen under attack: hostile reports told to an obedient model, and every fault of a server.

Repeat: python bench/pen.py [--pairs 240] [--seed 5]

*injection*: hostile texts of our own (bench/inkwell/hostile.jsonl), each as the report of one
outlet among honest ones, through the real writer, checks, store and desk with a model that does
whatever a report says. The rival is a prompt with the articles behind it. *faults*: each fault in
both APIs, streamed and whole, then pairs by dice; waits take no time, limits are 0.3 s a request
and 0.8 s a draft. The rival is the stock openai client with its own retries.
"""

import argparse
import asyncio
import json
import logging
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path[:1] = [
    str(ROOT),
    str(ROOT / "tests"),
]  # run as a script, bench/render.py would hide render

from bench.inkwell import faults, injection  # noqa: E402
from fakes_model import FAULTS  # noqa: E402


async def measure(count: int, seed: int) -> None:
    modes = [("chat", True), ("chat", False), ("responses", True), ("responses", False)]
    for api, stream in modes:
        told = await injection.ours(injection.CORPUS, api, stream=stream)
        print(json.dumps({"bench": "injection", "api": api, "stream": stream, **told}))
    told = await injection.naive(injection.CORPUS)
    print(json.dumps({"bench": "injection", "rival": "one prompt", **told}))
    alone = faults.summed(await faults.run(list(faults.cases())))
    print(json.dumps({"bench": "faults", "kinds": len(FAULTS), **alone}))
    mixed = faults.summed(await faults.run(list(faults.pairs(count, seed))))
    print(json.dumps({"bench": "faults in sequence", "seed": seed, **mixed}))
    rival = faults.summed(await faults.stock(list(FAULTS)))
    kept = ("drafts", "crashes", "ready", "most_calls", "mean_calls", "longest_s")
    told = {"unhandled" if key == "crashes" else key: rival[key] for key in kept}
    print(json.dumps({"bench": "faults", "rival": "openai client", **told}))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=240)
    parser.add_argument("--seed", type=int, default=5)
    given = parser.parse_args()
    logging.disable(logging.WARNING)  # each stand-in would be told
    asyncio.run(measure(given.pairs, given.seed))
