"""What Slack sends over its socket as messages of people, and ours as Slack's. Pure."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.chat import Incoming
from bot.chat._markup import called, rich_text
from bot.chat._pen import Sheet

__all__ = ["command_of", "press_of", "said_of", "words"]

LINK = re.compile(r"<((?:https?|mailto):[^|>]+)(?:\|[^>]*)?>")
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))  # & last: "&amp;lt;" is "&lt;"

Found = tuple[Incoming, str]
"""A message, and the name of the place where its answer goes."""


def said_of(payload: Mapping[str, Any], me: Mapping[str, Any], room: str) -> Found | None:
    """Translate an event of the Events API; None for what is not ours to hear."""
    event, channel = payload["event"], payload["event"]["channel"]
    changed = event.get("subtype") == "message_changed"
    said = event["message"] if changed else event
    alone = event.get("channel_type") == "im"
    if event["type"] not in ("message", "app_mention") or not (alone or channel == room):
        return None
    if said.get("user") == me["user_id"] or not said.get("user") or not said.get("text"):
        return None
    edited = said.get("edited")
    if changed and not edited:
        return None  # a link was unfurled
    text, named = called(_plain(said["text"]), f"<@{me['user_id']}>")
    message = Incoming(
        f"slack:{said['user']}",
        f"slack:{me['team_id']}:{channel}:{said['ts']}" + (f":{edited['ts']}" if edited else ""),
        text,
        _time(edited["ts"] if edited else said["ts"]),
        addressed=alone or named,
        bot=bool(said.get("bot_id") or said.get("subtype") == "bot_message"),
        forwarded=any(part.get("is_share") for part in said.get("attachments", ())),
        edited=bool(edited),
    )
    return message, f"{channel}/{said.get('thread_ts') or said['ts']}"


def press_of(payload: Mapping[str, Any], me: Mapping[str, Any], room: str) -> Found | None:
    """Translate a button that was pressed under a message of ours."""
    channel, user = payload.get("channel", {}).get("id", ""), payload["user"]["id"]
    if payload["type"] != "block_actions" or not (channel == room or channel.startswith("D")):
        return None
    action, under = payload["actions"][0], payload["message"]
    event = f"slack:{me['team_id']}:{channel}:{user}:{action['action_ts']}"
    at = _time(action["action_ts"])
    message = Incoming(f"slack:{user}", event, action["value"], at, "pressed")
    return message, f"{channel}/{under.get('thread_ts') or under['ts']}"


def command_of(
    payload: Mapping[str, Any], me: Mapping[str, Any], room: str, now: datetime
) -> Found | None:
    """Translate a slash command; Slack does not say when it was typed, and sends it at once."""
    if payload["channel_id"] != room:
        return None
    event = f"slack:{me['team_id']}:{payload['trigger_id']}"
    text = payload.get("text") or "help"
    return Incoming(f"slack:{payload['user_id']}", event, text, now), room


def words(sheet: Sheet) -> dict[str, str]:
    """Lay out text and buttons. `text` is what stands in notifications."""
    blocks = [rich_text(sheet.text, sheet.marks)]
    buttons = [
        {
            "type": "button",
            "action_id": f"command-{n}",
            "text": {"type": "plain_text", "text": label[:75], "emoji": False},
            "value": command,
        }
        for n, (label, command) in enumerate(sheet.buttons)
    ]
    if buttons:
        blocks.append({"type": "actions", "elements": buttons})
    return {"text": _escaped(sheet.text), "blocks": json.dumps(blocks), "parse": "none"}


def _escaped(text: str) -> str:
    """Write a text where Slack's parser reads it: it then finds nothing to call or to link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _plain(text: str) -> str:
    """Undo what Slack does to a text: addresses in angle brackets, three entities."""
    text = LINK.sub(lambda link: link[1].removeprefix("mailto:"), text)
    if "&" in text:
        for entity, sign in ENTITIES:
            text = text.replace(entity, sign)
    return text


def _time(stamp: str) -> datetime:
    return datetime.fromtimestamp(float(stamp), UTC)
