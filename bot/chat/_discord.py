"""Discord's messages as ours, and ours as Discord's. Pure."""

from typing import Any

from bot.chat import Incoming
from bot.chat._markup import called, discord
from bot.chat._pen import Sheet

__all__ = ["LONGEST", "heard", "private", "words"]

LONGEST = 2000  # characters of a message, markdown and all
NO_EMBEDS = 1 << 2  # no address in a text is looked at


def heard(said: Any, me: int) -> Incoming:
    """Translate a message of the library."""
    text, named = called(said.content, f"<@{me}>", f"<@!{me}>")
    edited = said.edited_at is not None
    return Incoming(
        f"discord:{said.author.id}",
        f"discord:{said.id}" + (f":{said.edited_at.timestamp()}" if edited else ""),
        text,
        said.edited_at or said.created_at,
        addressed=named or private(said.channel) or me in {user.id for user in said.mentions},
        bot=bool(said.author.bot or said.webhook_id),
        forwarded=bool(said.flags.forwarded or said.message_snapshots),
        edited=edited,
    )


def private(channel: Any) -> bool:
    """Tell whether a channel of the library is a direct one."""
    return getattr(getattr(channel, "type", None), "name", "") == "private"


def words(sheet: Sheet) -> dict[str, Any]:
    """Lay out text and buttons; nobody is called, whatever a text says."""
    written = discord(sheet.text, sheet.marks)
    buttons = [
        {"type": 2, "style": 2, "label": label[:80], "custom_id": command}
        for label, command in sheet.buttons
    ]
    rows = [buttons[n : n + 5] for n in range(0, len(buttons), 5)]
    return {
        "content": written if len(written) <= LONGEST else discord(sheet.text),
        "components": [{"type": 1, "components": row} for row in rows],
        "allowed_mentions": {"parse": [], "replied_user": False},
        "flags": NO_EMBEDS,
    }
