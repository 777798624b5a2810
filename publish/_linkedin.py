"""What LinkedIn answers: the parts it wants, how far a clip is, which post shows it. Pure."""

import json

from publish import ChannelDown, Refused, Stats
from publish._calls import Answer, sane
from publish._pieces import Piece

__all__ = ["PUBLIC", "ended", "parts_of", "same_film", "sums", "wanted"]


PUBLIC = {
    "visibility": "PUBLIC",
    "distribution": {
        "feedDistribution": "MAIN_FEED",
        "targetEntities": [],
        "thirdPartyDistributionChannels": [],
    },
    "lifecycleState": "PUBLISHED",
    "isReshareDisabledByAuthor": False,
}
"""A post that everybody sees, and that people may pass on."""


def wanted(answer: Answer) -> str:
    """Find which parts LinkedIn wants, as JSON."""
    value = answer.told().get("value")
    return json.dumps(value.get("uploadInstructions") if isinstance(value, dict) else None)


def parts_of(told: str) -> list[tuple[str, Piece]]:
    """Read where each part of a clip goes, from JSON; [] where that is nonsense."""
    listed = json.loads(told)
    found = []
    for part in listed if isinstance(listed, list) else []:
        if not isinstance(part, dict):
            return []
        address, first, last = (part.get(key) for key in ("uploadUrl", "firstByte", "lastByte"))
        if not isinstance(address, str) or not isinstance(first, int) or not isinstance(last, int):
            return []
        found.append((address, Piece(first, last - first + 1)))
    return found


def ended(status: str, name: str) -> None:
    """See by its status that a clip can be posted. Raises ChannelDown or Refused."""
    if status == "PROCESSING_FAILED":
        raise Refused(f"{name} cannot use the clip")
    if status != "AVAILABLE":
        raise ChannelDown(f"{name} is still at work on the clip", 10.0)


def same_film(answer: Answer, video: str, name: str) -> str:
    """Find the post that shows a clip; "" where there is none. Raises ChannelDown."""
    elements = answer.told().get("elements")
    if not isinstance(elements, list) or not all(isinstance(post, dict) for post in elements):
        raise ChannelDown(f"{name}: no yes and no no: {answer}")
    for post in elements:
        content = post.get("content")
        media = content.get("media") if isinstance(content, dict) else None
        if isinstance(media, dict) and media.get("id") == video and sane(post.get("id")):
            return sane(post.get("id"))
    return ""


def sums(answer: Answer) -> Stats:
    """Add up the reactions of every kind, and the comments."""
    told = answer.told()
    kinds, comments = told.get("reactionSummaries"), told.get("commentSummary")
    listed = kinds.values() if isinstance(kinds, dict) else ()
    counts = [kind.get("count") for kind in listed if isinstance(kind, dict)]
    said = comments.get("count") if isinstance(comments, dict) else None
    found = {"likes": sum(count for count in counts if isinstance(count, int))}
    return {**found, "comments": said} if isinstance(said, int) else found
