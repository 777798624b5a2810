"""`wirereel render`: a storyboard becomes a clip, a contact sheet, or both."""

import sys
from pathlib import Path

__all__ = ["draw"]

USAGE = 2


def draw(board: Path, out: Path | None, sheet: Path | None) -> int:
    """Write what is asked for, the sheet first; the exit code: 0 made, 1 not possible, 2 wrong."""
    if out is None and sheet is None:
        sys.stderr.write("error: name the clip to write (OUT), a --sheet, or both\n")
        return USAGE
    code = 0
    if sheet is not None:
        from render.sheet import main as sheet_main

        code = sheet_main([str(board), str(sheet)])
    if out is not None and not code:
        from render.__main__ import main as render_main

        code = render_main([str(board), str(out)])
    return code
