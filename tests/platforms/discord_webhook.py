"""The fake of Discord, posted to through a webhook."""

import aiohttp

from platforms import discord
from platforms._server import says
from publish.discord import Plugin, Settings


class Fake(discord.Fake):
    """The same channel, where nothing can be listed."""

    def channel(self, http: aiohttp.ClientSession) -> Plugin:
        given = {"webhook": f"{self.url}{discord.HOOK}"}
        return Plugin("discord", Settings.model_validate(given), http)

    def removes_the_webhook(self) -> None:
        """Somebody took it out of the channel's settings."""
        self._next.append(says(404, '{"code": 10015, "message": "Unknown Webhook"}'))
