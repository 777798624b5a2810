"""A connection to an IRC server: signed in, at its pace, and whether it is there at all."""

import asyncio
import logging
import ssl
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count

from bot.chat._irc import Line, Pace, parsed, shown, sign_in
from bot.chat._pen import Shut

__all__ = ["Ircd", "Login", "connected"]

log = logging.getLogger(__name__)

CONNECT_S = 20.0
QUIET_S = 120.0  # of a server; then it is asked whether it is there
ANSWER_S = 60.0  # what was sent has to be confirmed
REJOIN_S = 5.0
WANTED = {"account-tag", "message-tags", "server-time"}
NO_ENTRY = ("403", "405", "471", "473", "474", "475", "476", "477")
NOT_US = ("902", "904", "905", "906")  # SASL failed
MOST_NAMES = 4  # underscores behind a nick that is taken

Sleep = Callable[[float], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Login:
    """Where we go, and as whom; without a password nobody is signed in."""

    host: str
    port: int
    tls: bool
    nick: str
    channel: str
    account: str
    password: str


@asynccontextmanager
async def connected(login: Login, sleep: Sleep) -> AsyncIterator["Ircd"]:
    """Connect, and hang up in the end. Raises ConnectionError."""
    secure = ssl.create_default_context() if login.tls else None
    try:
        async with asyncio.timeout(CONNECT_S):
            pair = await asyncio.open_connection(login.host, login.port, ssl=secure)
    except (OSError, TimeoutError) as error:
        raise ConnectionError(f"{login.host}:{login.port}: {error or 'no answer'}") from error
    ircd = Ircd(login, *pair, sleep)
    try:
        yield ircd
    finally:
        ircd.hang_up()


class Ircd:
    """One connection. Raises ConnectionError, and Shut where it refuses who we are."""

    def __init__(
        self,
        login: Login,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        sleep: Sleep,
    ) -> None:
        self.nick, self.joined = login.nick, False
        self._login, self._sleep = login, sleep
        self._reader, self._writer = reader, writer
        self._prefix = f"{login.nick}!{'u' * 11}@{'h' * 63}"  # until we see how others see us
        self._offered: set[str] = set()
        self._pace, self._turn, self._tokens = Pace(), asyncio.Lock(), count(1)
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._again: asyncio.Task[None] | None = None

    async def lines(self) -> AsyncGenerator[Line, None]:
        """Sign in, go into the channel, stay; yields what people say."""
        self._put("CAP LS 302", f"NICK {self.nick}", f"USER {self._login.nick} 0 * :Wirereel")
        while True:
            line = parsed(await self._read())
            if line.command == "PRIVMSG" and len(line.params) == 2:
                yield line
            else:
                self._answer(line)

    async def say(self, text: str, target: str) -> None:
        """Say a text at the server's pace, and wait until it has taken all of it."""
        async with self._turn:
            for line in shown(text, self._prefix, target):
                await self._sleep(self._pace.wait_s(time.monotonic()))
                self._put(line)
            token = f"wirereel-{next(self._tokens)}"
            self._waiting[token] = taken = asyncio.get_running_loop().create_future()
            self._put(f"PING :{token}")
            try:
                async with asyncio.timeout(ANSWER_S):
                    await taken
            except TimeoutError as error:
                raise ConnectionError("the server does not answer") from error
            finally:
                self._waiting.pop(token)

    def hang_up(self) -> None:
        """End the connection; who waits for an answer learns of it."""
        self.joined = False
        if self._again:
            self._again.cancel()
        for taken in self._waiting.values():
            if not taken.done():
                taken.set_exception(ConnectionError("the connection was closed"))
        self._writer.close()

    async def _read(self) -> bytes:
        asked = False
        while True:
            try:
                async with asyncio.timeout(QUIET_S):
                    raw = await self._reader.readline()
            except TimeoutError as error:
                if asked:
                    raise ConnectionError("the server is silent") from error
                self._put("PING :there")
                asked = True
            except ValueError as error:  # longer than any line of IRC
                raise ConnectionError("what came is no IRC") from error
            else:
                if not raw:
                    raise ConnectionError("the server closed the connection")
                return raw

    def _put(self, *lines: str) -> None:
        if self._writer.is_closing():
            raise ConnectionError("the connection was closed")
        self._writer.write("".join(f"{line}\r\n" for line in lines).encode())

    def _answer(self, line: Line) -> None:
        """Do what a server expects, and learn where we are."""
        login, params = self._login, line.params
        match line.command, params:
            case "PING", _:
                self._put(f"PONG :{params[-1] if params else ''}")
            case "PONG", (*_, token) if (taken := self._waiting.get(token)) and not taken.done():
                taken.set_result(None)
            case "CAP", _:
                self._agree(params)
            case "AUTHENTICATE", ("+",):
                self._put(*sign_in(login.account or login.nick, login.password))
            case "903", _:
                self._put("CAP END")
            case "433" | "436", _ if not self.joined:
                self._take_another_name()
            case "001", _:
                self._put(f"JOIN {login.channel}")
            case "JOIN", (channel, *_) if line.nick == self.nick and self._is_ours(channel):
                self.joined, self._prefix = True, line.prefix
            case "KICK", (channel, who, *why) if who == self.nick and self._is_ours(channel):
                log.warning("kicked from %s: %s", channel, " ".join(why)[:200])
                self.joined, self._again = False, asyncio.create_task(self._rejoin())
            case "NICK", (new, *_) if line.nick == self.nick:
                self.nick = new
            case "ERROR", _:
                raise ConnectionError(f"the server says {' '.join(params)[:200]}")
            case number, _ if number in NO_ENTRY:
                raise ConnectionError(f"no way into {login.channel}: {params[-1]} ({number})")
            case number, _ if number in NOT_US or number == "432":
                told = f"{login.host} refuses {self.nick}: {params[-1]} ({number})"
                log.error("%s; look at its nick, account and password in config.toml", told)
                raise Shut(told)

    def _is_ours(self, channel: str) -> bool:
        return channel.lower() == self._login.channel.lower()

    def _agree(self, params: tuple[str, ...]) -> None:
        """Settle with the server what it tells beyond RFC 1459, and sign in."""
        match params:
            case (_, "LS", *rest):
                self._offered |= {word.partition("=")[0] for word in rest[-1].split()}
                if rest[0] != "*":  # the last of several lines
                    self._ask_for(self._offered)
            case (_, "ACK", granted):
                signs = self._login.password and "sasl" in granted.split()
                self._put("AUTHENTICATE PLAIN" if signs else "CAP END")
            case (_, "NAK", *_):
                self._put("CAP END")

    def _ask_for(self, offered: set[str]) -> None:
        if self._login.password and "sasl" not in offered:
            raise ConnectionError("the server takes no password now (no SASL)")
        if "account-tag" not in offered:
            log.warning("%s tells no accounts: no role counts there", self._login.host)
        wanted = sorted(offered & (WANTED | ({"sasl"} if self._login.password else set())))
        self._put(f"CAP REQ :{' '.join(wanted)}" if wanted else "CAP END")

    def _take_another_name(self) -> None:
        if self.nick.endswith("_" * MOST_NAMES):
            raise ConnectionError(f"the nick {self._login.nick} is taken")
        self.nick += "_"
        self._put(f"NICK {self.nick}")

    async def _rejoin(self) -> None:
        await self._sleep(REJOIN_S)
        self._put(f"JOIN {self._login.channel}")
