"""The daemon is killed at random while it works; a world that is never killed counts."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.real

BENCH = Path(__file__).parents[2] / "bench" / "kill.py"


def test_nothing_is_lost_and_nothing_is_doubled() -> None:
    command = [sys.executable, str(BENCH)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
    assert run.returncode == 0, run.stderr[-2000:]
    told = json.loads(run.stdout)
    assert (told["lost"], told["doubled"], told["unfinished_shifts"]) == (0, 0, 0), told
    assert told["posts"] == 3 * told["stories"] - told["parked"] + told["parked_posted"], told
    assert told["kills_in_flight"] >= 10, told
    assert told["redone_shots"] == 0, told
    assert told["rival"]["doubled"] > 0, "the world was too kind to tell anything"
