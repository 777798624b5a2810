"""Real servers for the tests, one file each: `install(folder)` and how it is started."""

from pathlib import Path

ROOT = Path(__file__).parents[3] / ".servers"
