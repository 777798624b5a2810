"""What each platform takes, as one dated table. Pure.

From upload pages and API references, November 2026, and where those are silent from what uploaders
report, which nobody has verified; of two figures the smaller one stands here. They move every year.
"""

from collections.abc import Iterator
from typing import NamedTuple

from render.check.screening import Footage

__all__ = ["PLATFORMS", "Platform", "fitness"]

MB = 1_000_000


class Platform(NamedTuple):
    """The limits of one platform: seconds, frames a second, px, bits a second, bytes."""

    name: str
    seconds: tuple[float, float]
    fps: tuple[float, float] = (23, 60)
    sides: tuple[int, int] = (360, 4096)  # the shorter one at least, the longer one at most
    bits: float = float("inf")
    most: float = float("inf")


PLATFORMS = (
    Platform("YouTube Shorts", (1, 180), (1, 60), most=256_000 * MB),
    Platform("Instagram Reels", (3, 900), sides=(360, 1920), bits=25 * MB, most=300 * MB),
    Platform("Facebook Reels", (3, 90), (24, 60), (540, 4096)),
    Platform("TikTok", (3, 600), most=4000 * MB),
    Platform("X", (0.5, 140), (1, 60), most=512 * MB),
    Platform("Threads", (1, 300), most=1000 * MB),
    Platform("LinkedIn", (3, 1800), (10, 60), most=500 * MB),
    Platform("Bluesky", (1, 180), (1, 60), most=100 * MB),
    Platform("Mastodon", (0.1, 3600), (1, 120), (32, 3840), most=103_809_024),
    Platform("Telegram", (0.1, 3600), (1, 60), most=50 * MB),
)


def fitness(footage: Footage) -> Iterator[str]:
    """Name each platform that does not take a file, and the first thing that it minds."""
    for platform in PLATFORMS:
        fault = next(_faults(footage, platform), "")
        if fault:
            yield f"{platform.name}: {fault}"


def _faults(footage: Footage, platform: Platform) -> Iterator[str]:
    seconds, (short, long) = footage.picture.seconds, sorted(footage.size)
    if not footage.picture.form.startswith("h264") or not footage.audio.form.startswith("aac"):
        yield f"{footage.picture.form} with {footage.audio.form}, H.264 with AAC is taken"
    if not platform.seconds[0] <= seconds <= platform.seconds[1]:
        yield f"{seconds:.1f} s, {platform.seconds[0]:g} to {platform.seconds[1]:g} s are taken"
    if not platform.fps[0] <= footage.fps <= platform.fps[1]:
        yield f"{footage.fps:g} fps, {platform.fps[0]:g} to {platform.fps[1]:g} are taken"
    if short < platform.sides[0] or long > platform.sides[1]:
        yield f"{short}x{long} px, sides of {platform.sides[0]} to {platform.sides[1]} are taken"
    if footage.bytes > platform.most:
        yield f"{footage.bytes / MB:.1f} MB, {platform.most / MB:.0f} MB is the most"
    if 8 * footage.bytes > platform.bits * max(seconds, 0.001):
        rate = 8 * footage.bytes / max(seconds, 0.001) / MB
        yield f"{rate:.0f} Mbit/s, {platform.bits / MB:.0f} is the most"
