"""This machine's GPUs, kept loaded between clips by a server: `python -m render.pools.warm`.

The server is started and ended by whoever has many clips made; where it is not there, runs other
code or hangs, `open` raises, and a clip takes the pool `local` instead. Nothing here imports torch,
and of the server only what is said to it.
"""

import logging
import signal
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from pydantic import Field

from render.lab import Job, Preset, Trouble, Troubled
from render.pools import Denoised, Done, Failed, Lost, News, Site, Step
from render.pools import _address as address
from render.pools._line import (
    Brief,
    End,
    Hello,
    Here,
    Line,
    Places,
    Refused,
    Start,
    Stop,
    Welcome,
)
from render.pools._standing import Rules

__all__ = ["Plugin", "Settings", "command", "end", "is_up", "main"]

GREETING_S = 10.0  # until a server says who it is; it may just be ending a worker
HUNG_S = 30.0  # it says something every five seconds
LAST_WORDS_S = 1.0


class Settings(Rules):
    """Where the server is, and how it treats its workers; docs/plugins.md says what each does."""

    folder: Path | None = None
    rest_s: float = Field(900.0, gt=0)


class Plugin:
    """Satisfies `Pool`: a guest of the server."""

    def __init__(
        self, settings: Settings, site: Site, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings, self._site, self._clock = settings, site, clock
        self._inbox: SimpleQueue[Any] = SimpleQueue()
        self._line: Line | None = None
        self._places = Places(0, 0, {})
        self._started, self._jobs = 0, list[str]()
        self._news: list[News] = []
        self._heard_at = 0.0

    def open(self) -> int:
        """Come in; how many workers there are. Raises Troubled where there is no such server."""
        self._line, _ = _met(self._settings, self._inbox)
        try:
            return self._seated(self._line)
        except Troubled:
            self.close()
            raise

    def free(self) -> int:
        """How many jobs can be started at once now, as far as the server has told."""
        return max(self._places.free - (self._started - self._places.started), 0)

    def room(self) -> Mapping[str, float]:
        """Free GiB by worker's number."""
        return self._places.room

    def brief(self, preset: Preset, prompts: Sequence[tuple[str, str]]) -> None:
        """Tell every worker what will be asked."""
        self._say(Brief(preset, tuple(prompts)))

    def start(self, job: Job) -> None:
        """Hand a job to the server; where others were faster, it waits for its turn."""
        self._started += 1
        self._jobs.append(job.key)
        self._say(Start(job))
        if not self._line:
            self._lose("the warm pool is gone")

    def wait(self, timeout_s: float) -> Sequence[News]:
        """Wait for news; () also where a worker has become free."""
        until, free = self._clock() + timeout_s, self.free()
        self._take_all(0)
        while not self._news and self.free() <= free and (left := until - self._clock()) > 0:
            self._take_all(min(left, HUNG_S))
        news, self._news = tuple(self._news), []
        return news

    def stop(self, key: str) -> None:
        """Call a job off."""
        if key in self._jobs:
            self._say(Stop(key))

    def close(self) -> None:
        """Go; what is not done is called off."""
        if self._line:
            self._line.close(LAST_WORDS_S)
        self._line, self._places = None, Places(0, self._started, {})

    def _seated(self, line: Line) -> int:
        """Say what we wish for, and wait for the workers. Raises Troubled."""
        rules = Rules(**{key: getattr(self._settings, key) for key in Rules.model_fields})
        line.say(Hello(address.build(), self._site, rules, self._settings.rest_s))
        match _next(self._inbox, rules.load_patience_s):
            case Welcome(workers, places):
                self._places, self._heard_at = places, self._clock()
                return workers
            case Refused(trouble):
                raise Troubled(trouble.kind, trouble.said)
            case None:
                raise Troubled("device", "the warm pool fell while it was opened")
        raise Troubled("device", f"the warm pool is not ready after {rules.load_patience_s:g} s")

    def _say(self, word: Any) -> None:
        if self._line:
            self._line.say(word)

    def _take_all(self, timeout_s: float) -> None:
        """Take in all that was said, once something was; a server that is silent is lost."""
        with suppress(Empty):
            self._heard(self._inbox.get(timeout=timeout_s))
            while True:
                self._heard(self._inbox.get(timeout=0))
        if self._line and self._jobs and self._clock() > self._heard_at + HUNG_S:
            self._lose(f"the warm pool was silent for {HUNG_S:g} s")

    def _heard(self, word: Any) -> None:
        self._heard_at = self._clock()
        match word:
            case None:
                self._lose("the warm pool fell")
            case Places():
                self._places = word
            case Step() | Denoised() | Lost():
                self._news.append(word)
            case Done(key) | Failed(key):
                self._jobs.remove(key)
                self._news.append(word)

    def _lose(self, why: str) -> None:
        """The server is gone, and all that it had in hand."""
        self._news += [Failed(key, Trouble("lost", why)) for key in self._jobs]
        if self._line:
            self._news.append(Lost(why, 0))
        self._jobs.clear()
        self.close()


def command(settings: Settings) -> tuple[str, ...]:
    """Say how the server is started; it writes a line when it is up, and ends at SIGTERM."""
    return sys.executable, "-m", __name__, str(address.folder_of(settings.folder))


def is_up(settings: Settings) -> bool:
    """Whether a server that runs this very code answers."""
    try:
        line, here = _met(settings, SimpleQueue())
    except Troubled:
        return False
    line.close()
    return here.build == address.build()


def end(settings: Settings) -> bool:
    """End the server, whatever code it runs; whether there was one that did."""
    inbox: SimpleQueue[Any] = SimpleQueue()
    try:
        line, _ = _met(settings, inbox)
    except Troubled:
        return False
    line.say(End())
    ended = _next(inbox, GREETING_S) is None
    line.close()
    if ended:
        address.gone(address.folder_of(settings.folder))
    return ended


def main(args: Sequence[str]) -> int:
    """Be the server of a folder until SIGTERM; 1 where that cannot be, and why on stderr.

    Writes one line to stdout when guests can come.
    """
    from render.pools._warmth import Server

    logging.basicConfig(level=logging.INFO, format="%(asctime)s warm pool: %(message)s")
    folder = address.folder_of(Path(args[0]) if args else None)
    try:
        with address.opened(folder) as sock:
            server = Server(sock, address.build())
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: server.end())
            sys.stdout.write(f"the warm pool is at {folder}\n")
            sys.stdout.flush()
            server.run()
    except OSError as error:
        logging.getLogger(__name__).error("%s", error)
        return 1
    return 0


def _met(settings: Settings, inbox: "SimpleQueue[Any]") -> tuple[Line, Here]:
    """Reach the server and hear who it is. Raises Troubled."""
    try:
        line = Line(address.reached(address.folder_of(settings.folder)), inbox.put)
    except (FileNotFoundError, ConnectionRefusedError) as error:
        raise Troubled("device", "the warm pool is not running") from error
    except OSError as error:
        raise Troubled("device", f"the warm pool cannot be reached: {error}") from error
    here = _next(inbox, GREETING_S)
    if not isinstance(here, Here):
        line.close()
        raise Troubled("device", "the warm pool does not answer")
    return line, here


def _next(inbox: "SimpleQueue[Any]", timeout_s: float) -> Any:
    """The next word; () where none comes, None where the server hung up."""
    try:
        return inbox.get(timeout=timeout_s)
    except Empty:
        return ()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
