"""An editor's change of a script -> the changed script. Pure."""

from dataclasses import replace
from typing import get_args

from bot.commands import Edit
from bot.story import Script, Wish
from render.storyboard import Tone

__all__ = ["edited"]


def edited(script: Script, edit: Edit) -> Script:
    """Apply one change. Raises ValueError that says what is possible.

    A changed line keeps its citations: the grounding check then shows what they no longer carry.
    """
    match edit.what:
        case "line":
            return _line(script, edit)
        case "drop":
            beats = list(script.beats)
            if len(beats) == 1:
                raise ValueError("this is the only line; reject the draft instead")
            del beats[_index(script, edit.line)]
            return replace(script, beats=tuple(beats))
        case "headline":
            return replace(script, headline=edit.text)
        case "caption":
            return replace(script, caption=edit.text)
        case "tone":
            return _toned(script, edit.text.lower())
    raise ValueError(f"cannot edit {edit.what!r}")


def _toned(script: Script, tone: str) -> Script:
    if tone not in get_args(Tone):
        raise ValueError(f"unknown tone {tone!r}; there are {', '.join(get_args(Tone))}")
    return replace(script, tone=tone, beats=tuple(replace(b, tone="") for b in script.beats))


def _line(script: Script, edit: Edit) -> Script:
    beats = list(script.beats)
    at = _index(script, edit.line)
    beats[at] = replace(beats[at], line=edit.text, wish=Wish())  # its card showed the old words
    return replace(script, beats=tuple(beats))


def _index(script: Script, line: int) -> int:
    if not 1 <= line <= len(script.beats):
        raise ValueError(f"there is no line {line}; this script has lines 1 to {len(script.beats)}")
    return line - 1
