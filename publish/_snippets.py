"""A video's words as YouTube reads them, and its word for what is wrong. Pure.

Sources, read in November 2026: developers.google.com/youtube/v3/docs/videos and .../docs/errors.
"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from publish import Post
from publish._calls import Answer, sane

__all__ = ["NO_QUOTA", "snippet", "status", "trouble", "until_midnight"]

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


def trouble(answer: Answer) -> str:
    """Find YouTube's own word for what is wrong; "" for a good answer."""
    if answer.status < 400:
        return ""
    error = answer.told().get("error")
    listed = error.get("errors") if isinstance(error, dict) else None
    first = listed[0] if isinstance(listed, list) and listed else None
    reason = sane(first.get("reason")) if isinstance(first, dict) else ""
    return reason or str(answer)


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
