"""An IRC server with verbs: one channel, one bot, people who talk."""

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

CAPS = "account-tag message-tags server-time sasl=PLAIN,EXTERNAL multi-prefix"
HOST = "bot@desk.example"


@dataclass
class FakeIrcd:
    """Keeps what the bot sent, and does what a test tells it."""

    caps: str = CAPS
    port: int = 0
    got: list[str] = field(default_factory=list)
    nick: str = ""
    account: str = ""
    connections: int = 0
    taken: int = 0  # so many nicks are refused
    password: str = ""
    cut_at: str = ""  # the connection breaks when this is said
    pongs: bool = True
    _writer: asyncio.StreamWriter | None = None
    _moved: asyncio.Event = field(default_factory=asyncio.Event)

    # What a test does

    def says(self, nick: str, text: str, to: str = "#desk", **tags: str) -> None:
        """Somebody says something; their account and the like are tags."""
        told = ";".join(f"{name}={value}" for name, value in tags.items())
        self._send(f"{f'@{told} ' if told else ''}:{nick}!{nick}@home PRIVMSG {to} :{text}")

    def sends(self, line: str) -> None:
        self._send(line)

    def drops(self) -> None:
        """The connection breaks."""
        assert self._writer
        self._writer.close()

    async def until(self, found: Callable[[], bool]) -> None:
        """Wait for what the bot does next, until it is as it should be."""
        async with asyncio.timeout(10):
            while not found():
                await self._moved.wait()

    def said(self) -> list[str]:
        """What the bot said in the channel or to somebody."""
        return [line for line in self.got if line.startswith("PRIVMSG")]

    # What a server does

    def _send(self, *lines: str) -> None:
        assert self._writer
        self._writer.write("".join(f"{line}\r\n" for line in lines).encode())

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writer, self.connections, self.nick = writer, self.connections + 1, ""
        try:
            while raw := await reader.readline():
                line = raw.decode().rstrip("\r\n")
                self.got.append(line)
                if self.cut_at and self.cut_at in line:
                    self.cut_at = ""
                    return
                self._answer(line)
                self._move()
        except ConnectionError:
            pass
        finally:
            writer.close()
            self._move()

    def _move(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    def _answer(self, line: str) -> None:
        verb, _, rest = line.partition(" ")
        match verb:
            case "CAP" if rest.startswith("LS"):
                half = len(self.caps) // 2
                cut = self.caps.rfind(" ", 0, half) + 1
                self._send(
                    f":irc CAP * LS * :{self.caps[:cut]}", f":irc CAP * LS :{self.caps[cut:]}"
                )
            case "CAP" if rest.startswith("REQ"):
                self._send(f":irc CAP * ACK :{rest.removeprefix('REQ :')}")
            case "CAP" if rest == "END":
                self._welcome()
            case "AUTHENTICATE" if rest == "PLAIN":
                self._send("AUTHENTICATE +")
            case "AUTHENTICATE":
                self._check(base64.b64decode(rest).decode())
            case "NICK":
                self._name(rest)
            case "JOIN":
                self._send(f":{self.nick}!{HOST} JOIN {rest}", f":irc 366 {self.nick} {rest} :end")
            case "PING" if self.pongs:
                self._send(f":irc PONG irc {rest}")

    def _name(self, nick: str) -> None:
        if self.taken:
            self.taken -= 1
            self._send(f":irc 433 * {nick} :Nickname is already in use")
            return
        self.nick = nick

    def _check(self, proof: str) -> None:
        _, account, password = proof.split("\0")
        if password != self.password:
            self._send(":irc 904 * :SASL authentication failed")
            return
        self.account = account
        self._send(":irc 900 * * :logged in", ":irc 903 * :SASL authentication successful")

    def _welcome(self) -> None:
        self._send(f":irc 001 {self.nick} :Welcome", f":irc 376 {self.nick} :End of MOTD")


@asynccontextmanager
async def serving(**options: object) -> AsyncIterator[FakeIrcd]:
    """An IRC server on loopback."""
    ircd = FakeIrcd(**options)  # type: ignore[arg-type]
    server = await asyncio.start_server(ircd.serve, "127.0.0.1", 0)
    ircd.port = server.sockets[0].getsockname()[1]
    try:
        yield ircd
    finally:
        server.close()
        if ircd._writer:
            ircd._writer.close()
