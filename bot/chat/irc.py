"""IRC: a channel on any server; editors are known by their services account, never by a nick."""

import asyncio
import logging
import uuid
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from bot.chat import Incoming, Newsroom, Outgoing
from bot.chat._back import keep_up
from bot.chat._irc import Line, plain, stamped, told
from bot.chat._ircd import Ircd, Login, connected

__all__ = ["Plugin", "Settings"]

log = logging.getLogger(__name__)

MOST_WAITING = 100  # messages; who floods a channel is not heard


class Settings(BaseModel):
    """`account` and `password` sign in by SASL PLAIN; without `account` it is the nick.

    `desk` is the address of the web desk as editors reach it: films are links to it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str
    port: int = Field(6697, ge=1, le=65535)
    tls: bool = True
    nick: str = Field("wirereel", pattern=r"^[A-Za-z_\[\]\\`^{|}][A-Za-z0-9_\[\]\\`^{|}-]{0,29}$")
    channel: str = Field(pattern=r"^[#&][^\s,\x00\x07]{1,49}$")
    account: str = Field("", pattern=r"^[^\s\x00]*$")
    password: SecretStr | None = None
    desk: str = ""

    @model_validator(mode="after")
    def _no_password_in_the_clear(self) -> "Settings":
        if self.password and not self.tls and self.host not in ("localhost", "127.0.0.1", "::1"):
            raise ValueError("a password goes over TLS only: leave `tls` true")
        return self


class Plugin:
    """One connection to one channel, kept up."""

    def __init__(
        self,
        name: str,
        settings: Settings,
        _http: object,
        *,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.name = name
        self._settings, self._sleep = settings, sleep
        chosen = settings.model_dump(include={"host", "port", "tls", "nick", "channel", "account"})
        secret = settings.password.get_secret_value() if settings.password else ""
        self._login = Login(**chosen, password=secret)
        self._ircd: Ircd | None = None
        self._newsroom: Newsroom | None = None

    async def run(self, newsroom: Newsroom) -> None:
        """Listen until cancelled."""
        self._newsroom = newsroom
        await keep_up(self.name, lambda: self._stay(newsroom), sleep=self._sleep)

    async def send(self, message: Outgoing) -> None:
        """Say a message in the channel, and wait until the server has taken it."""
        if self._ircd is None or not self._ircd.joined:
            raise ConnectionError(f"{self.name} is not in {self._settings.channel}")
        await self._ircd.say(told(message, await self._film(message)), self._settings.channel)

    async def _film(self, message: Outgoing) -> str:
        """Say where a film can be watched: on the desk's page, else only its file."""
        if not message.film or message.draft is None or self._newsroom is None:
            return ""
        if self._settings.desk:
            return f"{self._settings.desk.rstrip('/')}/drafts/{message.draft}/clip/{message.film}"
        path = await self._newsroom.clip(message.draft, message.film)
        return path.name if path else ""

    async def _stay(self, newsroom: Newsroom) -> None:
        heard: asyncio.Queue[Line] = asyncio.Queue(MOST_WAITING)
        try:
            async with connected(self._login, self._sleep) as self._ircd:
                # two tasks: who answers at the server's pace must not keep its PINGs waiting
                tasks = (
                    asyncio.create_task(self._listen(self._ircd, heard)),
                    asyncio.create_task(self._answer(self._ircd, newsroom, heard)),
                )
                try:
                    done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        task.result()
                finally:
                    for task in tasks:
                        task.cancel()
                    await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            self._ircd = None

    async def _listen(self, ircd: Ircd, heard: asyncio.Queue[Line]) -> None:
        async with aclosing(ircd.lines()) as lines:
            async for line in lines:
                try:
                    heard.put_nowait(line)
                except asyncio.QueueFull:
                    log.warning("%s: more is said than can be heard", self.name)

    async def _answer(self, ircd: Ircd, newsroom: Newsroom, heard: asyncio.Queue[Line]) -> None:
        while True:
            line = await heard.get()
            target = self._where(line, ircd.nick)
            message = incoming(line, ircd.nick, datetime.now(UTC))
            if target and message and (reply := await newsroom.hear(message)):
                await ircd.say(reply, target)

    def _where(self, line: Line, me: str) -> str:
        """Where to answer: in our channel, or to who spoke to us alone; "" for nowhere."""
        if line.params[0].lower() == self._settings.channel.lower():
            return self._settings.channel
        return line.nick if line.params[0].lower() == me.lower() else ""


def incoming(line: Line, me: str, now: datetime) -> Incoming | None:
    """Turn a line into a message, None if nothing is said in it.

    Who has no account is "irc:?nick", which stands in no [editors]: a nick is anybody's.
    """
    text = plain(line.params[1])
    alone = line.params[0].lower() == me.lower()
    named = text.lower().startswith((f"{me.lower()}:", f"{me.lower()},"))
    if named:
        text = text[len(me) + 1 :].strip()
    if not text or line.nick == me:
        return None
    account = line.tag("account")
    return Incoming(
        user=f"irc:{account}" if account else f"irc:?{line.nick}",
        event=f"irc:{line.tag('msgid') or uuid.uuid4()}",
        text=text,
        at=stamped(line, now),
        addressed=alone or named,
        bot="bot" in (line.tags or {}),
    )
