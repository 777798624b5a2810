"""What Mattermost tells over its websocket as messages of people, and buttons as signs. Pure."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.chat import Incoming, Mark
from bot.chat._markup import called, mattermost
from bot.chat._pen import Sheet

__all__ = ["SIGNS", "said_of", "time_of", "words"]

SIGNS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
"""The names of the signs that stand for buttons, first to last."""

MACHINES = ("from_bot", "from_webhook", "from_plugin", "from_oauth_app")


def said_of(
    told: Mapping[str, Any], me: Mapping[str, Any], room: str
) -> tuple[Incoming, str, str] | None:
    """Translate a post, new or edited; None for what is not ours to hear.

    Answers the message, the channel and the post under which an answer goes.
    """
    post = json.loads(told["data"]["post"])
    alone, own = told["data"].get("channel_type") == "D", post["user_id"] == me["id"]
    if own or not (alone or post["channel_id"] == room) or post["type"].startswith("system_"):
        return None
    edited, props = told["event"] == "post_edited", post.get("props") or {}
    text, named = called(post["message"], f"@{me['username']}")
    if not text:
        return None
    message = Incoming(
        f"mattermost:{post['user_id']}",
        f"mattermost:{post['id']}" + (f":{post['update_at']}" if edited else ""),
        text,
        time_of(post["update_at"] if edited else post["create_at"]),
        addressed=alone or named,
        bot=any(str(props.get(key, "")).lower() == "true" for key in MACHINES),
        forwarded=bool(props.get("previewed_post")),
        edited=edited,
    )
    return message, post["channel_id"], post.get("root_id") or post["id"]


def words(sheet: Sheet) -> str:
    """Write a message: below the text a sign for each button, and what it stands for."""
    text, marks = sheet.text, list(sheet.marks)
    signs = ""
    for sign, (label, command) in zip(SIGNS, sheet.buttons, strict=False):
        line = f" {label}: {command}"
        code = Mark(len(line) - len(command), len(line), "code")
        signs += f"\n:{sign}:{mattermost(line, (code,))}"
    return mattermost(text, marks) + (f"\n{signs}" if signs else "")


def time_of(milliseconds: int) -> datetime:
    """Read a time as Mattermost tells it."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
