"""Drawings that are made once: sprites by key, the latest ones."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable

from render.planes import Sprite

__all__ = ["Kept"]


class Kept:
    """The latest `room` sprites.

    No lock is held while one is drawn, so threads draw different ones at once. Where two want the
    same, both may draw it; equal keys mean equal sprites, so either will do.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._sprites: OrderedDict[Hashable, Sprite] = OrderedDict()
        self._lock = threading.Lock()

    def once(self, key: Hashable, draw: Callable[[], Sprite]) -> Sprite:
        """Give the sprite of a key, drawn now if it is not here."""
        with self._lock:
            found = self._sprites.get(key)
            if found is not None:
                self._sprites.move_to_end(key)
                return found
        drawn = draw()
        with self._lock:
            self._sprites[key] = drawn
            while len(self._sprites) > self._room:
                self._sprites.popitem(last=False)
        return drawn
