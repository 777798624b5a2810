"""Updates of Telegram's Bot API as messages of people. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.chat import Incoming
from bot.chat._markup import called

__all__ = ["heard"]


def heard(
    update: Mapping[str, Any], me: Mapping[str, Any], room: int, now: datetime
) -> tuple[Incoming, str] | None:
    """Translate an update and say where an answer goes; None for what is not ours to hear. Pure."""
    press = update.get("callback_query")
    said = press.get("message") if press else update.get("message") or update.get("edited_message")
    if not said or (said["chat"]["id"] != room and said["chat"]["type"] != "private"):
        return None
    text = press.get("data", "") if press else said.get("text") or said.get("caption") or ""
    who, mention = (press or said)["from"], f"@{me.get('username')}"
    if not text.strip() or who["id"] == me["id"]:
        return None
    verb, at_sign, other = text.split(None, 1)[0].partition("@")
    if not press and verb.startswith("/") and at_sign and f"@{other}".lower() != mention.lower():
        return None  # it is another bot's
    words, named = (text, True) if press else called(text, mention)
    earlier = said.get("reply_to_message", {})  # in a topic it is our own opening, unless it is not
    answered = (
        earlier.get("from", {}).get("id") == me["id"] and "forum_topic_created" not in earlier
    )
    alone = said["chat"]["type"] == "private"
    anonymous = None if press else said.get("sender_chat")
    spoken = said.get("edit_date") or said["date"]
    message = Incoming(
        user=f"telegram:{(anonymous or who)['id']}",
        event=f"telegram:{me['id']}:{update['update_id']}",
        text=words,
        at=now if press else datetime.fromtimestamp(spoken, UTC),
        sort="pressed" if press else "said",
        addressed=alone or named or answered or verb.startswith("/"),
        bot=bool(who.get("is_bot") or anonymous or (not press and said.get("via_bot"))),
        forwarded=not press and any(key.startswith("forward_") for key in said),
        edited="edited_message" in update,
    )
    topic = said.get("message_thread_id", 0) if said.get("is_topic_message") else 0
    return message, f"{said['chat']['id']} {topic} {said['message_id']}"
