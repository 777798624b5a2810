"""What a desk without a GPU loads: nothing of torch and its company, and it misses nothing."""

import json
import subprocess
import sys

import pytest

GPU = ("torch", "diffusers", "transformers", "accelerate", "huggingface_hub", "safetensors", "ray")
ENTRIES = ("bot.__main__", "bot.daemon", "bot.terminal.make", "bot.terminal.check")


def told(code: str) -> list[str]:
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    found: list[str] = json.loads(run.stdout)
    return found


@pytest.mark.parametrize("house", ["", "heroes = 3"])
def test_nothing_of_torch_is_loaded(house: str) -> None:
    """Also where shots are generated: that is for a render's own process, and its workers."""
    code = (
        "import importlib, json, sys, tomllib; from pathlib import Path\n"
        f"for name in {(*ENTRIES, 'render.__main__', 'render.production', 'render.compose')!r}:\n"
        "    importlib.import_module(name)\n"
        "from bot.config import build\n"
        f"build({{'render': tomllib.loads({house!r})}}, Path())\n"
        f"print(json.dumps(sorted(set({GPU!r}) & sys.modules.keys())))"
    )
    assert told(code) == []


def test_without_the_extra_every_module_of_ours_can_be_imported() -> None:
    code = (
        "import importlib, json, pkgutil, sys, render\n"
        f"sys.modules.update(dict.fromkeys({GPU!r}))\n"  # None: as if it were not installed
        "failed = []\n"
        "names = [m.name for m in pkgutil.walk_packages(render.__path__, 'render.')]\n"
        f"for name in (*{ENTRIES!r}, *names):\n"
        "    try: importlib.import_module(name)\n"
        "    except ImportError as error:\n"
        f"        if error.name in {GPU!r}: failed.append(f'{{name}}: {{error}}')\n"
        "print(json.dumps(failed))"
    )
    assert told(code) == []
