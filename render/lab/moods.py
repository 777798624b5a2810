"""What a tone is in pictures: scenery, light, colour, expression, lens, pace. Pure tables.

The same tone colours cards (`PALETTES`) and grades every picture (`GRADES`): the words here say
what those say in numbers, so that a shot that a model made sits between a photo and a card.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from render.colours import GRADES, Grade
from render.storyboard import Tone

__all__ = ["MOODS", "Mood", "tinted"]

FLAT, STEEP = 0.98, 1.06  # contrasts below and above which a grade is soft or strong
PALE, FULL = 0.97, 1.03  # and saturations: muted, rich
TINT = 0.02  # red above blue by so much is warm, below it cool


@dataclass(frozen=True, slots=True)
class Mood:
    """One tone, in words for a prompt. `colours` are hues of the tone's palette, the ground first.

    `expression` is for shots with somebody in them, `pace` for films.
    """

    scenery: str
    light: str
    colours: tuple[str, str]
    expression: str
    lens: str
    pace: str


MOODS: Mapping[Tone, Mood] = {
    "urgency": Mood(
        "crowded foreground, steep diagonals, little sky",
        "hard light from one side, deep shadows",
        ("dark crimson", "signal red"),
        "alert faces, everyone leaning forward",
        "wide lens close to the subject, slightly tilted horizon",
        "quick, restless movement",
    ),
    "tension": Mood(
        "narrow spaces, closed doors, something left out of sight",
        "low key light, one lamp, long shadows",
        ("slate grey", "amber"),
        "tight lips, eyes turned aside",
        "long lens, compressed distance",
        "slow movement that holds back",
    ),
    "loneliness": Mood(
        "wide empty space around a small subject",
        "overcast light, mist, no hard shadows",
        ("blue-grey", "pale blue"),
        "seen from behind, head lowered, still",
        "wide lens from far away, much sky",
        "very slow movement, long stillness",
    ),
    "prosperity": Mood(
        "busy orderly places, full shelves, things that grow",
        "clear late morning light, bright highlights",
        ("deep green", "gold"),
        "confident faces, people at work",
        "normal lens at eye level, deep focus",
        "steady, flowing movement",
    ),
    "innocence": Mood(
        "simple near things, meadows, play, open windows",
        "soft morning light from behind, no dark corners",
        ("peach", "apricot"),
        "open faces, wide eyes, small gestures",
        "low camera close to the ground, shallow focus",
        "light, gentle movement",
    ),
    "hope": Mood(
        "an open horizon, a way that leads to it",
        "first sun after rain, light breaking through clouds",
        ("deep teal blue", "warm orange"),
        "faces lifted to the light, hands that help",
        "low camera that looks up, wide lens",
        "calm movement that rises",
    ),
    "neutral": Mood(
        "plain everyday surroundings",
        "even daylight",
        ("navy blue", "clear blue"),
        "calm, matter-of-fact faces",
        "normal lens at eye level",
        "natural movement",
    ),
}


def tinted(tone: Tone) -> str:
    """Say what a tone does to colours: its hues by name, and its grade as words for it."""
    ground, light = MOODS[tone].colours
    return ", ".join((f"a palette of {ground} and {light}", *_graded(GRADES[tone])))


def _graded(grade: Grade) -> tuple[str, ...]:
    """Name what a grade does; what is near to nothing is not said."""
    red, _, blue = grade.gain
    warm = "warm tint" if red - blue > TINT else "cool tint" if blue - red > TINT else ""
    full = "muted" if grade.saturation < PALE else "rich" if grade.saturation > FULL else ""
    deep = "soft" if grade.contrast < FLAT else "strong" if grade.contrast > STEEP else ""
    said = (warm, full and f"{full} colours", deep and f"{deep} contrast")
    return tuple(filter(None, said))
