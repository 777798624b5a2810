"""How long `wirereel --help` takes: median of ten starts, beside an empty Python and eager imports.

Repeat: python bench/startup.py
"""

import json
import statistics
import subprocess
import sys
import time

RUNS = 10
EMPTY = [sys.executable, "-c", "pass"]
HELP = [sys.executable, "-m", "bot", "--help"]
EAGER = [sys.executable, "-c", "import bot.daemon, render.production, openai, feedparser"]


def seconds(command: list[str]) -> float:
    begin = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


def main() -> None:
    """Time the three in turn, so that a slow moment meets all of them."""
    laps = [(seconds(EMPTY), seconds(HELP), seconds(EAGER)) for _ in range(RUNS)]
    empty, quick, eager = (statistics.median(lap[k] for lap in laps) for k in range(3))
    print(
        json.dumps(
            {
                "bench": "startup",
                "help_s": round(quick, 3),
                "empty_python_s": round(empty, 3),
                "eager_imports_s": round(eager, 3),
                "bar_s": 0.5,
            }
        )
    )


if __name__ == "__main__":
    main()
