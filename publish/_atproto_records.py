"""The records of Bluesky's protocol: their names, words and marks. Pure.

Sources, read in November 2026: atproto.com/specs/tid; docs.bsky.app "Links, mentions, and rich
text"; the lexicons app.bsky.feed.post and app.bsky.embed.video.
"""

import hashlib
import json
from datetime import datetime
from typing import Any

from publish import Post, State
from publish._limits import LINK, TAG

__all__ = ["POST", "facets", "film", "later_key", "page_of", "record_key", "words"]

POST = "app.bsky.feed.post"

LETTERS = "234567abcdefghijklmnopqrstuvwxyz"


def record_key(key: str, at: datetime) -> str:
    """Name a record (a TID): the second from `at`, all below it from the post's own key."""
    return _tid(int(at.timestamp()) * 1_000_000, key)


def later_key(rkey: str, key: str) -> str:
    """Name an answer to a record: always the same one for the same key, later than the record."""
    number = 0
    for letter in rkey:
        number = number * 32 + max(0, LETTERS.find(letter))
    return _tid((number >> 10) // 1_000_000 * 1_000_000 + 1_000_000, key)


def facets(text: str) -> list[dict[str, Any]]:
    """Mark the links and the hashtags of a text, by UTF-8 byte offsets. Nobody is mentioned."""
    kind = "app.bsky.richtext.facet"
    found = [(m, {"$type": f"{kind}#link", "uri": m[0]}) for m in LINK.finditer(text)]
    links = [m.span() for m, _ in found]
    for m in TAG.finditer(text):
        inside = any(start <= m.start() < end for start, end in links)
        if not inside and len(m[0]) <= 64:
            found.append((m, {"$type": f"{kind}#tag", "tag": m[0][1:]}))
    return [
        {"index": _bytes(text, *m.span()), "features": [feature]}
        for m, feature in sorted(found, key=lambda pair: pair[0].start())
    ]


def page_of(uri: str) -> str:
    """Say where people see a record. The id of the account stays when its handle changes."""
    _, _, did, _, rkey = uri.split("/")
    return f"https://bsky.app/profile/{did}/post/{rkey}"


def words(post: Post, at: str) -> dict[str, Any]:
    """Lay out the words of a record, made `at` a moment; then the same post is the same bytes."""
    words = {"$type": POST, "text": post.text, "facets": facets(post.text), "createdAt": at}
    return words | ({"langs": [post.lang]} if post.lang else {})


def film(post: Post, state: State) -> dict[str, Any]:
    """Lay out the record of a clip."""
    video = {"$type": "app.bsky.embed.video", "video": json.loads(state["video"])}
    if post.alt:
        video["alt"] = post.alt
    if post.width and post.height:
        video["aspectRatio"] = {"width": post.width, "height": post.height}
    if "subtitles" in state:
        video["captions"] = [{"lang": post.lang or "en", "file": json.loads(state["subtitles"])}]
    record = words(post, state["at"]) | {"embed": video}
    if post.made_by_ai:  # no meaning across the network yet, so the text says it too
        labels = [{"val": "ai-generated"}]
        record["labels"] = {"$type": "com.atproto.label.defs#selfLabels", "values": labels}
    return record


def _bytes(text: str, start: int, end: int) -> dict[str, int]:
    return {"byteStart": len(text[:start].encode()), "byteEnd": len(text[:end].encode())}


def _tid(micros: int, key: str) -> str:
    """Write a TID: 53 bits of microseconds and 10 bits of a clock, 13 letters in sorting order.

    The second is given; the rest comes from the key, so that two posts of one second never meet.
    """
    digest = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
    number = (micros + digest % 1_000_000) << 10 | (digest >> 40) % 1024
    return "".join(LETTERS[number >> 5 * place & 31] for place in range(12, -1, -1))
