"""What a render child may do to the bot: nothing but fail."""

import sys

import pytest

from bot.line import RenderFailed, run_child

TALKS = """
import json
print("not JSON")
for part in (0.5, 1.0):
    print(json.dumps({"stage": "draw", "part": part}))
print(json.dumps({"clip": {"path": "clip.mp4"}}))
"""
HANGS = "import time; print('{}', flush=True); time.sleep(600)"


async def test_a_render_tells_how_far_it_is_and_then_its_clip() -> None:
    told: list[tuple[str, float]] = []
    clip = await run_child(
        [sys.executable, "-c", TALKS], b"{}", lambda stage, part: told.append((stage, part))
    )
    assert (clip, told) == ({"path": "clip.mp4"}, [("draw", 0.5), ("draw", 1.0)])


async def test_a_render_that_hangs_is_ended() -> None:
    with pytest.raises(RenderFailed, match="said nothing for 1 s"):
        await run_child([sys.executable, "-c", HANGS], b"{}", lambda *_: None, patience_s=1)


async def test_a_render_that_dies_with_a_reason_is_quoted() -> None:
    dies = "import sys; sys.exit('the codec fell over')"
    with pytest.raises(RenderFailed, match="the codec fell over"):
        await run_child([sys.executable, "-c", dies], b"{}", lambda *_: None)
