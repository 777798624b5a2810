"""The brand kit as it is used: who signs, what comes first and last, which music fits. Pure."""

import random
from dataclasses import dataclass, replace

from bot.prose.sensitive import sensitive
from bot.prose.tongues import tongue
from render.storyboard import Brand, Shot, Storyboard, Tone, Track

__all__ = ["Kit", "Tune", "dressed"]


@dataclass(frozen=True, slots=True)
class Tune:
    """A piece of music and the tones it was chosen for; none means any."""

    track: Track
    tones: tuple[Tone, ...] = ()


@dataclass(frozen=True, slots=True)
class Kit:
    """A house's brand, its opening and its close, its music."""

    brand: Brand = Brand()
    intro: Shot | None = None
    outro: Shot | None = None
    tunes: tuple[Tune, ...] = ()

    @property
    def seconds(self) -> float:
        """How long the opening and the close take together."""
        return sum(shot.hold_s for shot in (self.intro, self.outro) if shot)


def dressed(board: Storyboard, kit: Kit, music: bool) -> Storyboard:
    """Put the opening before a board, the close behind it and, where wanted, music under it.

    No music plays under a story of death, harm or disaster, whatever anybody wished for.
    """
    intro, outro = (shot and replace(shot, tone=board.tone) for shot in (kit.intro, kit.outro))
    parts = ((intro,), board.shots, (outro,))
    shots = tuple(shot for part in parts for shot in part if shot)
    texts = (board.title, *(shot.line for shot in board.shots))
    heard = music and not sensitive(texts, tongue(board.lang))
    track = _chosen(kit.tunes, board) if heard else None
    seconds = board.seconds and board.seconds + kit.seconds  # wished without them
    return replace(board, shots=shots, seconds=seconds, music=heard, track=track)


def _chosen(tunes: tuple[Tune, ...], board: Storyboard) -> Track | None:
    """Choose a track made for the tone, else one for any; the same board gets the same."""
    fitting = [tune.track for tune in tunes if board.tone in tune.tones]
    fitting = fitting or [tune.track for tune in tunes if not tune.tones]
    if not fitting:
        return None
    return random.Random(f"{board.title} {board.seed}").choice(fitting)
