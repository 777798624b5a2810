"""The words that a model is sent, in versioned files, and what fills them in.

A released file never changes, so that a script's version says what was asked: a change is a new
version, with its own lines here. `SEALS` are the sha256 of the files.
"""

from importlib import resources
from string import Template

__all__ = ["SEALS", "VERSION", "filled", "text"]

VERSION = "v3"
SEALS = {
    "v3.form": "af0b1f3df8a1a413eca8105dfe32ca246621ddfd51f541d076c8dfce06806c12",
    "v3.repair": "af15d243885f54ecfc429ef174fa9652f45609eee5a3fd3d7873ebbd1b707800",
    "v3.revise": "e3a8f1cbd3626d13e46d1db5170a9c1812ccc34ce90894f04ca2194cf47e0206",
    "v3.rules": "a9a39210a67fbb33d827b7b6e2a5326905eee0d28ae14e96676c4574f439ccf1",
}


def text(name: str, version: str = VERSION) -> str:
    """Read a prompt: "rules", "revise", "repair" or "form"."""
    place = resources.files("bot.writers").joinpath("prompts", f"{version}.{name}.md")
    return place.read_text(encoding="utf-8")


def filled(name: str, **words: object) -> str:
    """Fill a prompt in. Raises KeyError for a placeholder without a word."""
    return Template(text(name)).substitute({key: str(word) for key, word in words.items()}).strip()
