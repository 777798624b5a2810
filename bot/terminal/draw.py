"""`wirereel render`: a storyboard becomes a clip, a contact sheet, or both."""

import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.commands import seconds_of
from bot.deadline import LEAST_S
from bot.terminal import find_config

__all__ = ["draw"]

USAGE = 2


def draw(
    board: Path,
    out: Path | None,
    sheet: Path | None,
    config: Path | None,
    ready_in: str,
    begun: float,
) -> int:
    """Write what is asked for, the sheet first; the exit code: 0 made, 1 not possible, 2 wrong.

    `ready_in` is a span of time from `begun` on (of `time.perf_counter`), "" for none.
    """
    if out is None and sheet is None:
        sys.stderr.write("error: name the clip to write (OUT), a --sheet, or both\n")
        return USAGE
    try:
        wished_s = seconds_of(ready_in) if ready_in else 0.0
    except ValueError as error:
        sys.stderr.write(f"error: --ready-in {error}\n")
        return USAGE
    code = 0
    if sheet is not None:
        from render.sheet import main as sheet_main

        code = sheet_main([str(board), str(sheet)])
    return code if out is None or code else _rendered(board, out, config, wished_s, begun)


def _rendered(board: Path, out: Path, config: Path | None, wished_s: float, begun: float) -> int:
    """Render with the lab of the config file, in what is left of the time."""
    from render.__main__ import main as render_main

    lab = find_config(config).lab
    words = [str(board), str(out)]
    with TemporaryDirectory() as folder:
        if lab.heroes:
            told = Path(folder) / "lab.json"
            told.write_text(lab.model_dump_json(), encoding="utf-8")
            words += ["--lab", str(told)]
        if ready_s := wished_s or lab.ready_in:
            left = max(LEAST_S, ready_s - (time.perf_counter() - begun) * bool(wished_s))
            words += ["--ready-in", f"{left:.2f}"]
        return render_main(words)
