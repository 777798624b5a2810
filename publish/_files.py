"""The files of a post on their way out: streamed from the disk, never read whole."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from publish import Post, Refused

__all__ = ["UPLOAD_S", "beside", "name_of", "opened", "size_of"]

UPLOAD_S = 540.0
"""How long one upload may take: a little less than the ten minutes a step is given."""


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file to be sent; closed behind the block. Raises Refused."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise Refused(f"{path} cannot be read ({error.strerror}): render it again") from error
    with file:
        yield file


def size_of(path: Path) -> int:
    """Measure a file in bytes. Raises Refused."""
    with opened(path) as file:
        return file.seek(0, 2)


def name_of(post: Post) -> str:
    """Name the clip's file so that the post is known by it, wherever names of files are kept."""
    return f"clip-{hashlib.sha256(post.key.encode()).hexdigest()[:20]}.mp4"


def beside(post: Post) -> dict[str, Path]:
    """Name what lies beside the clip. Captions share its stem, so that players find them."""
    files = {f"clip{path.suffix}": path for path in post.captions}
    if post.cover:
        files[f"cover{post.cover.suffix}"] = post.cover
    if post.sources:
        files["sources.json"] = post.sources
    return files
