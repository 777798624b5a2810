"""What X answers: how far a clip is, which post shows it, how a post does. Pure."""

from typing import Any

from publish import ChannelDown, Stats
from publish._calls import Answer, sane

__all__ = ["listed", "numbers", "processing", "reason", "shows", "wait_s"]


def listed(answer: Answer, name: str) -> list[dict[str, Any]]:
    """Read a page of posts. Raises ChannelDown where it is none."""
    told = answer.told()
    data, meta = told.get("data", []), told.get("meta")
    counted = meta.get("result_count") if isinstance(meta, dict) else None
    if not isinstance(data, list) or counted != len(data):
        raise ChannelDown(f"{name}: no yes and no no: {answer}")
    return [tweet for tweet in data if isinstance(tweet, dict)]


def shows(tweet: dict[str, Any], media: str) -> bool:
    """Whether a post has our clip: a media key is the kind of it and its id."""
    attached = tweet.get("attachments")
    keys = attached.get("media_keys") if isinstance(attached, dict) else None
    return isinstance(keys, list) and any(str(key).endswith(f"_{media}") for key in keys)


def numbers(answer: Answer) -> Stats:
    """Read the public numbers of one post; {} where they are not told."""
    data = answer.told().get("data")
    told = data.get("public_metrics") if isinstance(data, dict) else None
    if not isinstance(told, dict):
        return {}
    counts = {name: value for name, value in told.items() if isinstance(value, int)}
    return {
        "views": counts.get("impression_count", 0),
        "likes": counts.get("like_count", 0),
        "shares": counts.get("retweet_count", 0) + counts.get("quote_count", 0),
        "comments": counts.get("reply_count", 0),
    }


def processing(answer: Answer, media: str, name: str) -> dict[str, Any] | None:
    """Read how far X is with a clip; None where it is forgotten. Raises ChannelDown."""
    if answer.status in (400, 404):
        return None
    data = answer.told().get("data")
    if not isinstance(data, dict) or sane(data.get("id")) != media:
        raise ChannelDown(f"{name}: no yes and no no: {answer}")
    info = data.get("processing_info")
    return info if isinstance(info, dict) else {"state": "succeeded"}


def reason(info: dict[str, Any]) -> str:
    """Find why X cannot use a clip."""
    error = info.get("error")
    return (sane(error.get("message")) if isinstance(error, dict) else "") or "it says no more"


def wait_s(info: dict[str, Any]) -> float:
    """Read when to ask again, in seconds."""
    asked = info.get("check_after_secs")
    return float(asked) if isinstance(asked, int) else 10.0
