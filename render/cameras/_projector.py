"""A film file played from a point on: MoviePy's reader, with ffmpeg told what the frame needs.

ffmpeg crops, scales, evens out the pace and brings the colours to BT.709 while it decodes, so that
only the pixels of the frame come through the pipe.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from moviepy.config import FFMPEG_BINARY
from moviepy.video.io.ffmpeg_reader import FFMPEG_VideoReader

from render.cameras import Unfilmable
from render.cameras._daylight import table
from render.cameras._film import Film
from render.planes import Pixels

__all__ = ["Projector"]

EARLY_S = 1e-5  # so much before a picture we begin: rounding never loses it
THREADS = 2  # decoding ones; each holds a picture of the file's own size


class Projector(FFMPEG_VideoReader):  # type: ignore[misc]
    """Plays a film from `at` seconds on, `fps` pictures a second, cropped to the shape of `size`.

    Pictures have `size` at most: enlarging them would only cost in the pipe.

    What is shown at a moment does not depend on where playing began. After the film's end its
    last picture stays. `work` is where the table of an HDR film lies. Raises Unfilmable.
    """

    def __init__(self, film: Film, size: tuple[int, int], fps: int, at: float, work: Path) -> None:
        # MoviePy's own reads what `ffmpeg -i` prints, and fails where the text misses something.
        self.proc: subprocess.Popen[bytes] | None = None
        self.filename, self.duration, self.n_frames = str(film.file), film.seconds, 0
        part = film.part(size)
        self.size = min(size[0], part[0]), min(size[1], part[1])
        self.depth, self.fps = 3, fps
        self._film, self._at, self._work = film, at, work.absolute()
        self._chain = ",".join(_steps(film, size, self.size, fps, self._work))
        try:
            self.initialize()
        except OSError as error:
            raise Unfilmable(f"footage {film.file.name} cannot be read at {at:.1f} s") from error

    def picture(self, n: int) -> Pixels:
        """The nth picture from where playing began, (H, W, 3) RGB; quick if n grows slowly."""
        return np.asarray(self.get_frame(n / self.fps), np.uint8)

    def initialize(self, start_time: float = 0.0) -> None:
        """Begin to play `start_time` seconds after `at`; the first picture is read at once."""
        self.close(delete_lastread=False)
        self.pos = self.get_frame_number(start_time)
        self.proc = subprocess.Popen(
            self._command(self._at + self.pos / self.fps),
            bufsize=self.depth * self.size[0] * self.size[1],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a pipe that nobody empties stops a film with many faults
            cwd=self._work if self._film.light else None,
        )
        self.last_read = self.read_frame()

    def close(self, delete_lastread: bool = True) -> None:
        """End ffmpeg, whether it still runs or not; MoviePy 2.2 would leave its pipes open."""
        if self.proc:
            self.proc.kill()
            if self.proc.stdout:
                self.proc.stdout.close()
            self.proc.wait()
            self.proc = None
        super().close(delete_lastread)

    def _command(self, seconds: float) -> list[str]:
        """Seeking goes to the key picture before, and `fps` drops what comes too early."""
        film = self._film
        seek = ["-noaccurate_seek", "-ss", f"{seconds - EARLY_S:.6f}"] if seconds > EARLY_S else []
        decoder = ["-c:v", film.decoder] if film.decoder else []
        return [
            *(FFMPEG_BINARY, "-nostdin", "-loglevel", "quiet", "-threads", str(THREADS)),
            *(*decoder, *seek, "-i", f"file:{film.file.absolute()}"),
            *("-map", f"0:{film.stream}", "-vf", self._chain, "-fps_mode", "passthrough"),
            *("-f", "rawvideo", "-pix_fmt", "rgb24", "-"),
        ]


def _steps(
    film: Film, shape: tuple[int, int], size: tuple[int, int], fps: int, work: Path
) -> Iterator[str]:
    """What ffmpeg does to each picture, upright already: pace, shape, colours."""
    w, h = shape
    yield f"fps={fps}:start_time=0"
    yield f"crop='min(iw,ih*{w}/{h}/sar)':'min(ih,iw*sar*{h}/{w})':exact=1"
    yield f"scale={size[0]}:{size[1]}:flags=bilinear:in_color_matrix={film.matrix}"
    if film.clear:  # on black
        yield "format=gbrap,premultiply=inplace=1"
    if film.light:
        yield f"format=gbrp12,lut3d={table(film.light, work).name}"
    yield "tpad=stop=-1:stop_mode=clone"
