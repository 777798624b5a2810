"""The plan of a clip: a frozen, versioned value that travels as JSON.

Rendering only obeys it. Attach a storyboard to a bug report and anyone can make the same clip.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError

__all__ = [
    "VERSION",
    "Brand",
    "Instead",
    "Move",
    "Profile",
    "Sheet",
    "Shot",
    "Storyboard",
    "Tone",
    "Track",
    "Transition",
    "View",
    "dumps",
    "loads",
]

VERSION = 1

Tone = Literal[
    "urgency", "tension", "loneliness", "prosperity", "innocence", "hope", "neutral"
]  # the seven palettes of look.py
Move = Literal["still", "push_in", "pull_out", "pan_left", "pan_right", "rise"]
Transition = Literal["cut", "fade", "push"]
Profile = Literal["all", "tiktok", "reels", "shorts", "ads"]  # whose safe zones are kept


@dataclass(frozen=True, slots=True)
class Brand:
    """Whose clip it is. `name` signs the end card; colours are "#RRGGBB", "" takes the tone's.

    `logo` (a picture, best transparent) and `font` are files, "" for none of one's own. `chip`
    and `lower_third` are how the topic and the source note are set. `zones` names the platforms
    whose own texts and buttons are kept clear of.
    """

    name: str = "Wirereel"
    accent: str = ""
    ground: str = ""
    progress: bool = True
    logo: str = ""
    font: str = ""
    chip: Literal["pill", "tab", "plain"] = "pill"
    lower_third: Literal["line", "strap"] = "line"
    zones: Profile = "all"


@dataclass(frozen=True, slots=True)
class Instead:
    """A plainer picture, taken where the one before it cannot be had, or not in time."""

    camera: str
    picture: Mapping[str, Any]
    move: Move = "push_in"


@dataclass(frozen=True, slots=True)
class View:
    """A cut inside a line: another picture, from the word at `char` of the line on."""

    char: int
    camera: str
    picture: Mapping[str, Any]
    move: Move = "push_in"
    instead: tuple[Instead, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A character or a place as every generated shot shows it: `look` goes into prompts verbatim.

    `name` is what a shot's picture calls it by.
    """

    name: str
    kind: Literal["character", "place"]
    look: str


@dataclass(frozen=True, slots=True)
class Track:
    """A piece of music from a file, and by what right it is used: `licence` is never empty."""

    file: str
    licence: str
    credit: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Shot:
    """One spoken sentence and the picture under it.

    `line` is what the captions show and the voice says; `spoken` is how the voice says it where
    that differs ("" = the same). `camera` names the file of `render.cameras` that makes the
    picture and `picture` is that camera's own wish (each camera says which keys it takes).
    `note` is the small source line at the foot. A shot without a line lasts `hold_s` seconds;
    with one, `hold_s` is the silence after it. `views` are further pictures under the same line,
    each from a word of it on. `instead` are plainer pictures, tried in this order where the
    shot's own cannot be had; after the last comes a card with the line.
    """

    line: str
    camera: str
    picture: Mapping[str, Any]
    spoken: str = ""
    move: Move = "push_in"
    tone: Tone = "neutral"
    transition: Transition = "cut"
    note: str = ""
    hold_s: float = 0.0
    views: tuple[View, ...] = ()
    instead: tuple[Instead, ...] = ()

    def seen(self, view: int) -> "Shot":
        """The shot as its camera sees it: 0 is its first picture, n its nth view."""
        if not view:
            return self
        other = self.views[view - 1]
        return replace(
            self,
            camera=other.camera,
            picture=other.picture,
            move=other.move,
            instead=other.instead,
        )

    def pictures(self) -> tuple[Mapping[str, Any], ...]:
        """Every picture of the shot, in the order of its cuts."""
        return (self.picture, *(view.picture for view in self.views))

    def candidates(self) -> tuple["Shot | View | Instead", ...]:
        """Everything that may come to be shown under its line, each with a camera and a picture."""
        of_views = (other for view in self.views for other in view.instead)
        return (self, *self.views, *self.instead, *of_views)

    def stepped(self) -> tuple["Shot", ...]:
        """The shot as it is, and as each of its `instead` would have it, in order."""
        return (
            self,
            *(
                replace(self, camera=o.camera, picture=o.picture, move=o.move, instead=())
                for o in self.instead
            ),
        )


@dataclass(frozen=True, slots=True)
class Storyboard:
    """A whole clip. `chip` is the topic label top left, `label` the AI label top right.

    `label_px` is how large the AI label is set, in design pixels, where it fits; `label_generated`
    takes its place in a clip that shows a picture which a model made.

    `sources` are (outlet, headline, url) and go to sources.json. `voice` names the wished file of
    `render.voices`, `rate` scales its pace (1.0 is the voice's own); with `seconds` it speaks up to
    20 % faster or 8 % slower than that, so that the clip lasts about so long. `music` asks for a
    bed that is made here by tone; a `track` is played instead of it. `real_only` forbids pictures
    that a model made up: a shot whose camera makes such takes a plainer one. `sheets` say how the
    characters and places of generated shots look.
    """

    title: str
    lang: str
    shots: tuple[Shot, ...]
    tone: Tone = "neutral"
    chip: str = ""
    label: str = "AI VOICE"
    label_px: int = 34
    label_generated: str = "AI VOICE + IMAGES"
    brand: Brand = Brand()
    sources: tuple[tuple[str, str, str], ...] = ()
    voice: str = "espeak"
    rate: float = 1.0
    seconds: float = 0.0
    music: bool = False
    track: Track | None = None
    real_only: bool = False
    sheets: tuple[Sheet, ...] = ()
    width: int = 1080
    height: int = 1920
    fps: int = 30
    seed: int = 0
    version: int = VERSION


_adapter = TypeAdapter(Storyboard)


def dumps(board: Storyboard) -> str:
    """Write a board as JSON, keys sorted: equal boards give equal text."""
    return json.dumps(asdict(board), ensure_ascii=False, sort_keys=True, indent=1)


def loads(text: str) -> Storyboard:
    """Read a board. Raises ValueError that names the place and what is wrong there."""
    try:
        board = _adapter.validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise ValueError(f"storyboard: {place}: {first['msg']}") from error
    if board.version != VERSION:
        raise ValueError(f"storyboard: version {board.version} is not {VERSION}, which we read")
    return board
