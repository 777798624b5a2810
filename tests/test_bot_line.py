"""What a render child may do to the bot: nothing but fail."""

import sys
from pathlib import Path

import pytest

from bot.line import RenderFailed, Watch, run_child

TALKS = """
import json
print("not JSON")
for part in (0.5, 1.0):
    print(json.dumps({"stage": "draw", "part": part}))
print(json.dumps({"preview": "clip.preview.mp4"}))
print(json.dumps({"clip": {"path": "clip.mp4"}}))
"""
HANGS = "import time; print('{}', flush=True); time.sleep(600)"


def watch(told: list[object]) -> Watch:
    """Somebody who writes down all that is told."""

    async def preview(path: Path) -> None:
        told.append(path)

    return Watch(lambda stage, part: told.append((stage, part)), preview)


async def test_a_render_tells_how_far_it_is_and_then_its_clip() -> None:
    told: list[object] = []
    clip = await run_child([sys.executable, "-c", TALKS], b"{}", watch(told))
    assert clip == {"path": "clip.mp4"}
    assert told == [("draw", 0.5), ("draw", 1.0), Path("clip.preview.mp4")]


async def test_a_render_that_hangs_is_ended() -> None:
    with pytest.raises(RenderFailed, match="said nothing for 1 s"):
        await run_child([sys.executable, "-c", HANGS], b"{}", watch([]), patience_s=1)


async def test_a_render_that_dies_with_a_reason_is_quoted() -> None:
    dies = "import sys; sys.exit('the codec fell over')"
    with pytest.raises(RenderFailed, match="the codec fell over"):
        await run_child([sys.executable, "-c", dies], b"{}", watch([]))
