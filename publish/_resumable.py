"""An upload that goes on where it broke off: `Content-Range` forth, 308 and `Range` back.

So do YouTube and others (developers.google.com/youtube/v3/guides/using_resumable_upload_protocol,
read in November 2026). The address of the upload is all that has to be kept.
"""

from collections.abc import Collection
from pathlib import Path

from yarl import URL

from publish import ChannelDown
from publish._calls import Answer
from publish._files import UPLOAD_S, size_of
from publish._pieces import Piece, streamed
from publish._tokens import Signed

__all__ = ["resumed"]


async def resumed(
    calls: Signed, name: str, session: str, clip: Path, allow: Collection[int]
) -> Answer | None:
    """Send what is missing; answers what is said when all is there, None for an unknown upload.

    Raises ChannelDown where the line broke: the same again goes on. Raises Refused.
    """
    total, url = size_of(clip), URL(session, encoded=True)
    answer = await _put(calls, url, total, clip, None, allow)
    if answer.status == 308:
        done = answer.headers.get("Range", "").removeprefix("bytes=0-")
        start = int(done) + 1 if done.isdecimal() else 0
        answer = await _put(calls, url, total, clip, Piece(start, total - start), allow)
    if answer.status == 308:
        raise ChannelDown(f"{name} has not all of the clip yet: {answer}")
    return None if answer.status in (404, 410) else answer


async def _put(
    calls: Signed, url: URL, total: int, clip: Path, piece: Piece | None, allow: Collection[int]
) -> Answer:
    """Send a piece, or ask with None how far the upload is."""
    allowed = {308, 404, 410, *allow}
    if piece is None:
        asked = {"Content-Range": f"bytes */{total}", "Content-Length": "0"}
        return await calls.ask("PUT", url, headers=asked, allow=allowed)
    head = {
        "Content-Range": piece.of(total),
        "Content-Length": str(piece.size),
        "Content-Type": "video/mp4",
    }
    body = streamed(clip, piece)
    return await calls.ask("PUT", url, headers=head, body=body, allow=allowed, timeout_s=UPLOAD_S)
