"""What may be asked of a model: a stand-in, until the whole filter takes its place."""

import re

__all__ = ["cleaned", "refused"]

LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


def refused(prompt: str) -> str:
    """Say why a prompt may not be asked, "" if it may."""
    return "" if re.search(r"\w", prompt) else "there is nothing in it"


def cleaned(prompt: str) -> str:
    """Take links and control characters out, and even the spaces."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", LINK.sub(" ", prompt)).split())
