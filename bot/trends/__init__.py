"""The nose: items become stories, and stories have a heat that can be explained.

Pure: no clock, no disk, no network. `Wire` is all of it.
"""

from bot.trends.meanings import Meaning
from bot.trends.morgue import Record
from bot.trends.wire import WINDOW, Joined, Wire
from bot.trends.witness import Interests

__all__ = ["WINDOW", "Interests", "Joined", "Meaning", "Record", "Wire"]
