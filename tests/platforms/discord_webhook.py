"""The fake of Discord, posted to through a webhook."""

import aiohttp

from platforms import discord
from publish.discord import Plugin, Settings


class Fake(discord.Fake):
    """The same channel, where nothing can be listed."""

    def channel(self, http: aiohttp.ClientSession) -> Plugin:
        given = {"webhook": f"{self.url}{discord.HOOK}"}
        return Plugin("discord", Settings.model_validate(given), http)
