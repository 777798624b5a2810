"""An editor who approves whatever is offered: a chat of bench/kill.py."""

import asyncio
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict

from bot.chat import Incoming, Newsroom, Outgoing

__all__ = ["Plugin", "Settings"]


class Settings(BaseModel):
    """Nothing to set."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Plugin:
    """Remembers nothing: after a restart the desk is asked what is still offered."""

    def __init__(self, name: str, settings: Settings, _http: object) -> None:
        self.name = name
        self._offered: asyncio.Queue[str] = asyncio.Queue()

    async def run(self, newsroom: Newsroom) -> None:
        """Approve through the same door as people do."""
        for draft in await newsroom.drafts():
            if draft["state"] == "offered":
                self._offered.put_nowait(f"approve {draft['id']} {draft['rev']}")
        while True:
            await newsroom.hear(self._said(await self._offered.get()))

    async def send(self, message: Outgoing) -> None:
        """Take an offer up."""
        for _, words in message.buttons:
            if words.startswith("approve "):
                self._offered.put_nowait(words)

    def _said(self, words: str) -> Incoming:
        return Incoming("desk:anna", words, words, datetime.now(UTC))
