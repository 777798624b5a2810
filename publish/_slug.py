"""A name for a post that every disk, bucket and address takes, made from its key. Pure."""

import hashlib
import re

__all__ = ["slug"]


def slug(key: str) -> str:
    """Name a post: readable, `a-z`, `0-9` and `-` only, and different for every key."""
    words = re.sub(r"[^a-z0-9]+", "-", key.lower()).strip("-")
    return f"{words[:40]}-{hashlib.sha256(key.encode()).hexdigest()[:10]}".lstrip("-")
