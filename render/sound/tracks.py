"""What plays under the voice: a track from a file, or the bed that is made here.

Files of any rate, width and number of channels become mono at RATE.
"""

from pathlib import Path

import av
import numpy as np

from render import RenderError
from render.sound.levels import Sound
from render.sound.music import bed
from render.storyboard import Storyboard
from render.timeline import MAX_S, RATE

__all__ = ["SHORTEST_S", "decoded", "looped", "track_mistake", "under"]

SHORTEST_S = 2.0  # a track that is shorter is a jingle, not a bed
SEAM_S = 0.5  # a loop's end goes over into its beginning for so long
SILENT = 1e-4  # of full scale: -80 dB


def under(board: Storyboard) -> Sound | None:
    """Give what the board asks for, to be repeated or cut; None for no music.

    Raises RenderError where its track cannot be played.
    """
    if board.track:
        return looped(decoded(Path(board.track.file)))
    return bed(board.tone) if board.music else None


def track_mistake(file: Path) -> str:
    """Say why a file cannot be played, by its first seconds; "" where it can."""
    try:
        decoded(file, most_s=SHORTEST_S, silent=True)
    except RenderError as error:
        return str(error)
    return ""


def decoded(file: Path, most_s: float = MAX_S, *, silent: bool = False) -> Sound:
    """Read a track, `most_s` seconds of it at most. Raises RenderError with the way out.

    A track of which nothing is heard is refused, unless it may be `silent` so far.
    """
    try:
        with av.open(str(file)) as source:
            if not source.streams.audio:
                raise RenderError(f"music {file.name} has no sound: take an audio file")
            sound = _played(source, round(most_s * RATE))
    except FileNotFoundError as error:
        raise RenderError(f"music {file} is not there") from error
    except (av.error.FFmpegError, OSError, ValueError) as error:
        if isinstance(error, RenderError):
            raise
        raise RenderError(f"music {file.name} cannot be read ({error}): save it anew") from error
    if len(sound) < SHORTEST_S * RATE:
        seconds = len(sound) / RATE
        raise RenderError(f"music {file.name} lasts {seconds:.1f} s: {SHORTEST_S} s is the least")
    if not silent and np.abs(sound).max() < SILENT:
        raise RenderError(f"music {file.name} is silent")
    return sound


def looped(sound: Sound, whole: int = MAX_S * RATE) -> Sound:
    """Make a sound that is shorter than `whole` samples one that follows itself without a seam."""
    seam = round(SEAM_S * RATE)
    if len(sound) >= whole:
        return sound
    turn = np.linspace(0, np.pi / 2, seam, dtype=np.float32)
    loop = sound[:-seam].copy()
    loop[:seam] = sound[:seam] * np.sin(turn) + sound[-seam:] * np.cos(turn)
    return loop


def _played(source: av.container.InputContainer, most: int) -> Sound:
    """Decode the first `most` samples, as one channel at RATE."""
    one = av.AudioResampler(format="fltp", layout="mono", rate=RATE)
    parts: list[Sound] = []
    held = 0
    for frame in source.decode(audio=0):
        for part in one.resample(frame):
            parts.append(part.to_ndarray()[0])
            held += part.samples
        if held >= most:
            break
    else:
        parts += [part.to_ndarray()[0] for part in one.resample(None)]
    return np.concatenate([np.zeros(0, np.float32), *parts])[:most]
