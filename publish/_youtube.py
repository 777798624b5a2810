"""A video's words as YouTube reads them, and what its answers mean. Pure.

Sources, read in November 2026: developers.google.com/youtube/v3/docs/videos and .../docs/errors.
"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from publish import ChannelDown, Post, Refused, Stats
from publish._calls import Answer, sane

__all__ = ["counts", "part_of", "see", "see_ready", "snippet", "status", "until_midnight"]

NO_QUOTA = (
    *("quotaExceeded", "dailyLimitExceeded", "rateLimitExceeded", "userRateLimitExceeded"),
    "uploadLimitExceeded",
)
TAGS = 500  # characters of all tags, with what parts them


def snippet(post: Post, category: str) -> dict[str, Any]:
    """Lay out title, description and tags."""
    words = {"title": _plain(post.title), "description": _plain(post.text)}
    more = {"tags": _tags(post.tags), "categoryId": category}
    return {**words, **more, **({"defaultLanguage": post.lang} if post.lang else {})}


def status(post: Post, privacy: str) -> dict[str, Any]:
    """Lay out who may see it, whether it is made with AI, and that it is not made for kids."""
    return {
        "privacyStatus": privacy,
        "containsSyntheticMedia": post.made_by_ai,
        "selfDeclaredMadeForKids": False,
    }


def see(answer: Answer, name: str, now: datetime) -> None:
    """Tell "not today" from "never". Raises ChannelDown or Refused."""
    if answer.status < 400:
        return
    error = answer.told().get("error")
    listed = error.get("errors") if isinstance(error, dict) else None
    first = listed[0] if isinstance(listed, list) and listed else None
    reason = sane(first.get("reason")) if isinstance(first, dict) else ""
    if reason in NO_QUOTA:
        raise ChannelDown(f"{name} takes no more today ({reason})", until_midnight(now))
    raise Refused(f"{name} answered {answer.status} {reason or answer}")


def part_of(answer: Answer, video: str, part: str, name: str) -> dict[str, Any] | None:
    """Read a part of a video; None where there is no such video. Raises ChannelDown."""
    items = answer.told().get("items")
    if items == []:
        return None
    item = items[0] if isinstance(items, list) else None
    told = item.get(part) if isinstance(item, dict) and item.get("id") == video else None
    if not isinstance(told, dict):
        raise ChannelDown(f"{name}: no yes and no no: {answer}")
    return told


def see_ready(told: dict[str, Any], name: str) -> None:
    """See by its status that an upload is ready to be watched. Raises ChannelDown or Refused."""
    match state := told.get("uploadStatus"):
        case "processed":
            return
        case "failed" | "rejected" | "deleted":
            why = sane(told.get("rejectionReason")) or sane(told.get("failureReason"))
            raise Refused(f"{name}: the upload is {state} ({why})")
    raise ChannelDown(f"{name} is still at work on the video", 20.0)


def counts(told: dict[str, Any]) -> Stats:
    """Read views, likes and comments, which come as texts."""
    names = {"views": "viewCount", "likes": "likeCount", "comments": "commentCount"}
    found = {name: str(told.get(there, "")) for name, there in names.items()}
    return {name: int(count) for name, count in found.items() if count.isdecimal()}


def until_midnight(now: datetime) -> float:
    """Count the seconds to midnight in California, when YouTube's quotas begin anew."""
    here = now.astimezone(ZoneInfo("America/Los_Angeles"))
    midnight = (here + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight.timestamp() - now.timestamp()


def _plain(text: str) -> str:
    return text.replace("<", "‹").replace(">", "›")  # neither may be in a title or description


def _tags(tags: tuple[str, ...]) -> list[str]:
    """Keep the first ones that fit in; one with a space is counted with its quotation marks."""
    kept, used = [], 0
    for tag in map(_plain, tags):
        used += len(tag) + 1 + 2 * (" " in tag)
        if used > TAGS:
            break
        kept.append(tag)
    return kept
