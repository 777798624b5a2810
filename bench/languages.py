"""Sentences in scripts that are not Latin, and figures in the form of their language.

Repeat: python bench/languages.py

`whole` is the share of our own hand-written sentences (tests/fakes_sentences.py: invented texts in
twelve languages) that come out exactly, by language. The rival is the usual split behind every full
stop, exclamation and question mark with a space behind it, of Latin, Chinese and Arabic script. The
set was written together with the rules: it shows what they cover, not how they do on unseen text.
`figures` is the share of 4,000 seeded lines in six languages whose figures read the same after
`form`; `set` is the share of those that it changed at all.
"""

import json
import random
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from bot.prose.figures import numbers
from bot.prose.form import shaped
from bot.prose.sentences import sentences
from bot.prose.tongues import tongue
from fakes_sentences import SENTENCES

NAIVE = re.compile(r"(?<=[.!?؟۔।])\s+|(?<=[。！？])")
SIX = ("en", "de", "fr", "es", "pt", "it")
LINES = 4000
PIECES = (
    "1.200", "1,200", "1 200", "12.500.000", "3,5", "3.5", "5%", "5 %", "€200", "200 €", "$3,5 mil",
    "17:30", "at 17:30", "5:30 p.m.", "US$40", "2026", "Menschen", "habitants!", "people", "oui:",
    '"1,200 ok"', "«1.200»", "und", "et", "£3.5m", "21:18", "personas", "persone,",
)  # fmt: skip


def naive(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in NAIVE.split(text) if part.strip())


def whole(split: Callable[[str], tuple[str, ...]]) -> dict[str, float]:
    shares = {}
    for lang, rows in SENTENCES.items():
        joint = "" if lang in ("zh", "ja") else " "
        found = total = 0
        for row in rows:
            made = split(joint.join(row))
            total += len(row)
            found += sum(sentence in made for sentence in row)
        shares[lang] = round(found / total, 3)
    return shares


def kept() -> dict[str, float]:
    rng, same, changed = random.Random(7), 0, 0
    for n in range(LINES):
        lang = SIX[n % len(SIX)]
        line, speech = " ".join(rng.choices(PIECES, k=rng.randint(2, 8))), tongue(lang)
        made = shaped(line, lang)
        before, after = ([(f.value, f.kind) for f in numbers(t, speech)] for t in (line, made))
        same += before == after
        changed += made != line
    return {"figures": round(same / LINES, 5), "set": round(changed / LINES, 3)}


def main() -> None:
    began = time.perf_counter()
    ours, theirs = whole(sentences), whole(naive)
    told = {"bench": "languages", "whole": ours, "rival": theirs, **kept()}
    print(json.dumps({**told, "seconds": round(time.perf_counter() - began, 1)}))


if __name__ == "__main__":
    main()
