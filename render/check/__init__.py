"""Holds a finished clip against the bars of the platforms and of good reading.

The report says each value beside its bar, so that an editor sees why. Bars: facts of the
platforms' upload pages, WCAG 1.4.3 and 2.3.1, and own measurements, 2026-11. Each kind of bar has
its file here; a clip is decoded once for all of them.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from render import credentials
from render.check import container, pictures, screening, sounds, texts
from render.check.faces import Onlooker
from render.check.marks import Witness
from render.check.reading import Box, Reading
from render.check.texts import Proofreader
from render.look import CANVAS, ZONES
from render.storyboard import Storyboard
from render.timeline import Plan

__all__ = ["Reading", "check"]


def check(
    clip: Path,
    board: Storyboard,
    plan: Plan,
    boxes: Iterable[Box] = (),
    audible: bool = True,
    signed: bool = False,
) -> dict[str, Any]:
    """Measure a clip; ready for JSON: {"ok", "checks": [{"name", "value", "bar", "ok", "hard"}]}.

    `boxes` are the texts of its frames; `audible` is False where the clip is silent on purpose;
    `signed` is whether it has to carry credentials.
    "ok" is whether every hard bar is reached. Raises RenderError where the file cannot be read.
    """
    written, scale = tuple(boxes), board.width / CANVAS[0]
    reader = Proofreader.of(written, plan.frames, scale)
    witness = Witness.of(board, plan, written)
    onlooker = Onlooker.of(board, plan, written)
    footage = screening.watch(clip, (reader, witness, onlooker))
    readings = [
        *container.readings(footage, board),
        *pictures.readings(footage, board.fps),
        *(sounds.readings(footage, plan) if audible else ()),
        *texts.layout(written, ZONES[board.brand.zones], scale),
        *reader.readings(),
        *witness.readings(),
        *onlooker.readings(),
        *_signature(clip, signed),
    ]
    return {
        "ok": all(reading.ok for reading in readings if reading.hard),
        "checks": [reading._asdict() for reading in readings],
    }


def _signature(clip: Path, signed: bool) -> Iterator[Reading]:
    """Read the credentials again as a stranger would."""
    if signed:
        seal = credentials.read(clip)
        said = f"{seal.state.lower()}, by {seal.signer}" if seal.state else "none"
        if "signingCredential.untrusted" in seal.faults:
            said = f"{said}, who is on no trust list"
        yield Reading("signature", said, "valid", seal.state in ("Valid", "Trusted"))
    else:
        yield Reading("signature", "none", "none is asked for", True, hard=False)
