"""A change of a script as an editor words it -> an `Edit`, or what is missing."""

import difflib
import re
from dataclasses import dataclass
from typing import get_args

from render.storyboard import Tone

__all__ = ["Edit", "change_of"]

_ON_ONE = re.compile(
    r"(?i)(title|headline|caption|alt)(?:\s+text)?(?:\s*@\s*|\s+(?:on|for|at)\s+)"
    r"([^\s:][^:]*?)\s*:\s*(.*)"
)
LONGEST_WISH = 400
FORMS = ("line", "headline", "caption", "tone")


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a script: `what` is line, drop, headline, caption, tone, or wish.

    Lines start at 1. A wish is in plain words, for the writer. With a `channel` it is title,
    caption or alt, there alone; without words it is ours again.
    """

    what: str
    line: int = 0
    text: str = ""
    channel: str = ""


def change_of(what: str) -> Edit | str:
    """Understand a change: in a fixed form, or in plain words; else say what is missing."""
    if match := re.fullmatch(r"(?is)l(?:ine)?\s*#?(\d{1,3})\s*[:=]\s*(.+)", what):
        return Edit("line", int(match[1]), match[2].strip())
    if match := re.fullmatch(r"(?i)(?:drop|delete|remove|cut)\s+l(?:ine)?\s*#?(\d{1,3})", what):
        return Edit("drop", int(match[1]))
    if match := _ON_ONE.fullmatch(what):
        field = match[1].lower().replace("headline", "title")
        return Edit(field, 0, match[3].strip(), match[2])
    if match := re.fullmatch(r"(?is)(headline|caption)\s*[:=]\s*(.+)", what):
        return Edit(match[1].lower(), 0, match[2].strip())
    if match := re.fullmatch(rf"(?i)tone\s*(?:[:=]\s*(\w+)|\s({'|'.join(get_args(Tone))}))", what):
        return Edit("tone", 0, match[1] or match[2])
    if re.fullmatch(r"(?i)(?:l(?:ine)?\s*#?\d*|headline|caption|tone)\s*[:=]?", what):
        return f"what should {what.rstrip(' :=')} say?"
    if match := re.match(r"(\w+)(?:\s+\d{1,3})?\s*:", what):  # `hedline: ...` is a slip, no wish
        near = difflib.get_close_matches(match[1].lower(), FORMS, 1, 0.7)
        return f"did you mean `{near[0]}`?" if near else f"{match[1][:40]!r} cannot be changed"
    if len(what) > LONGEST_WISH:
        return f"that is {len(what)} characters; a wish has at most {LONGEST_WISH}"
    if re.fullmatch(r"(?i)[\W\d]*|(?:please|change|edit|fix|it|this|now|\W)+", what):
        return "what should change?"
    return Edit("wish", 0, what)
