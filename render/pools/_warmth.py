"""The warm pool's server: one crew that stays, guests that come and go.

One thread decides; what guests and workers say comes into its inbox. Jobs of several guests take
turns. A guest that goes away has its jobs called off. Without guests the crew is let go after a
while, and the next one finds a new crew.
"""

import logging
import os
import socket
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from render.lab import Trouble, Troubled
from render.pools import Done, Failed, Lost, News
from render.pools._crew import Crew
from render.pools._guests import Guest, whose_turn
from render.pools._hand import Hand
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

__all__ = ["Server"]

log = logging.getLogger(__name__)

BEAT_S = 5.0  # guests hear from us at least so often
REST_S = 900.0  # where no guest has said anything else yet
LAST_WORDS_S = 1.0


class Server:
    """Serves the guests of a listening socket until it is told to end."""

    def __init__(
        self,
        sock: socket.socket,
        build: str,
        clock: Callable[[], float] = time.monotonic,
        parent: Callable[[], int] = os.getppid,
    ) -> None:
        self._sock, self._build, self._clock, self._parent = sock, build, clock, parent
        self._inbox: SimpleQueue[tuple[Any, Any]] = SimpleQueue()
        self._guests: dict[int, Guest] = {}
        self._crew: Crew | None = None
        self._wish: Hello | None = None
        self._quiet_since, self._born_of = clock(), parent()
        self._guest_number, self._turn, self._beat_at = 0, 0, clock()
        self._retired = self._over = False

    def end(self) -> None:
        """Have `run` come to its end; from any thread, or from a signal."""
        self._inbox.put((None, None))

    def run(self) -> None:
        """Serve."""
        door = Thread(target=self._let_in, daemon=True)
        door.start()
        try:
            while not self._over:
                self._listen()
                self._attend()
        finally:
            self._dismiss()
            self._sock.shutdown(socket.SHUT_RDWR)  # wakes the door
            door.join()
            for guest in list(self._guests.values()):
                self._hang_up(guest)

    def _let_in(self) -> None:
        with suppress(OSError):
            while True:
                self._inbox.put((self._sock, self._sock.accept()[0]))
        self.end()  # nobody can come any more: another server is needed

    def _listen(self) -> None:
        """Take in all that was said, once something was, or once it is time."""
        with suppress(Empty):
            self._take(*self._inbox.get(timeout=self._due_in()))
            while True:
                self._take(*self._inbox.get(timeout=0))

    def _take(self, who: Any, word: Any) -> None:
        if who is None:
            self._over = True
        elif who is self._sock:
            self._receive(word)
        elif isinstance(who, Hand):
            if self._crew:
                self._crew.take(who, word)
        elif who.number in self._guests:
            self._heard(who, word)

    def _receive(self, sock: socket.socket) -> None:
        """Open a line to somebody who comes in, and say who we are."""
        self._guest_number += 1
        guest = self._guests[self._guest_number] = Guest(self._guest_number)
        guest.line = Line(sock, lambda word: self._inbox.put((guest, word)))
        guest.say(Here(self._build, self._crew.left if self._crew else 0, len(self._inside())))

    def _heard(self, guest: Guest, word: Any) -> None:
        match word:
            case Hello():
                self._greet(guest, word)
            case Brief(preset, prompts) if guest.welcomed and self._crew:
                self._crew.brief(preset, prompts)
            case Start(job) if guest.welcomed:
                guest.started += 1
                guest.waiting.append(job)
            case Stop(key):
                self._stop(guest, key)
            case End():
                self._over = True
            case _:  # it hung up, or says what nobody says
                self._part(guest)

    def _greet(self, guest: Guest, hello: Hello) -> None:
        """Seat a guest, with a crew as it wishes; it is welcomed when that is ready."""
        try:
            self._prepare(hello)
        except Troubled as error:
            guest.say(Refused(error.trouble))
            return
        guest.hello = self._wish = hello

    def _prepare(self, hello: Hello) -> None:
        """Have a crew for a guest. Raises Troubled."""
        if hello.build != self._build:
            self._retired = True
            raise Troubled("device", "the warm pool runs other code than this; it ends when idle")
        crew, wish = self._crew, self._wish
        other = wish is not None and (wish.site, wish.rules) != (hello.site, hello.rules)
        if crew and (other or (crew.settled and not crew.left)):
            if self._inside():
                why = "serves others with another set-up" if other else crew.trouble.said
                raise Troubled("device", f"the warm pool {why}")
            self._dismiss()
        if self._crew is None:
            crew = Crew(hello.site, hello.rules, self._inbox, self._clock)
            crew.begin()
            self._crew = crew

    def _stop(self, guest: Guest, key: str) -> None:
        waiting = [job for job in guest.waiting if job.key != key]
        if len(waiting) < len(guest.waiting):
            guest.waiting = deque(waiting)
            guest.say(Failed(key, Trouble("stopped", "it was called off")))
        elif self._crew:
            self._crew.stop(guest.own(key))

    def _part(self, guest: Guest) -> None:
        """A guest is gone: so is what it asked for."""
        if self._crew:
            for key in guest.running:
                self._crew.stop(key)
        self._hang_up(guest)

    def _hang_up(self, guest: Guest) -> None:
        del self._guests[guest.number]
        if guest.line:
            guest.line.close(LAST_WORDS_S)

    def _attend(self) -> None:
        """Do what is to be done, now that all is known."""
        if self._crew:
            self._crew.tend()
            for news in self._crew.told():
                self._pass_on(news)
            if self._crew.settled:
                self._welcome(self._crew)
            self._hand_out(self._crew)
            self._tell_places(self._crew)
        self._rest()

    def _pass_on(self, news: News) -> None:
        """Tell news to whom they concern."""
        if isinstance(news, Lost):
            log.warning("%s; %d are left", news.said, news.left)
            for guest in self._inside():
                if guest.welcomed:  # others hear how many there are
                    guest.say(news)
            return
        number, _, key = news.key.partition("/")
        whom = self._guests.get(int(number))
        if whom is None:  # it left
            return
        if isinstance(news, Done | Failed):
            whom.running.discard(news.key)
        if isinstance(news, Done):
            news = replace(news, made=replace(news.made, key=key))
        whom.say(replace(news, key=key))

    def _welcome(self, crew: Crew) -> None:
        for guest in self._inside():
            if guest.welcomed:
                continue
            if not crew.left:
                guest.say(Refused(crew.trouble))
                guest.hello = None
                continue
            guest.welcomed, guest.places = True, self._places(guest, crew)
            guest.say(Welcome(crew.left, guest.places))

    def _hand_out(self, crew: Crew) -> None:
        """Give free workers to the guests in turn."""
        while crew.free() and (guest := whose_turn(self._guests.values())):
            self._turn += 1
            guest.served, job = self._turn, guest.waiting.popleft()
            guest.running.add(guest.own(job.key))
            crew.start(replace(job, key=guest.own(job.key)))
        for guest in self._inside():
            while guest.waiting and not crew.left:
                job = guest.waiting.popleft()
                guest.say(Failed(job.key, Trouble("lost", crew.trouble.said)))

    def _tell_places(self, crew: Crew) -> None:
        """Tell each guest how many jobs it may start, where that changed or it is time."""
        beat = self._clock() >= self._beat_at
        if beat:
            self._beat_at = self._clock() + BEAT_S
        for guest in self._inside():
            places = self._places(guest, crew)
            if guest.welcomed and (beat or places != guest.places):
                guest.places = places
                guest.say(places)

    def _places(self, guest: Guest, crew: Crew) -> Places:
        taken = sum(len(other.waiting) for other in self._guests.values())
        return Places(max(crew.free() - taken, 0), guest.started, crew.room())

    def _rest(self) -> None:
        """Without guests: let the crew go after a while; end where nobody needs us."""
        if self._inside():
            self._quiet_since = self._clock()
            return
        if self._crew:
            self._crew.forget()
        if self._retired:
            self._over = True
        elif self._clock() >= self._quiet_since + self._rest_s():
            self._dismiss()
            self._quiet_since = self._clock()
            self._over = self._over or self._parent() != self._born_of

    def _dismiss(self) -> None:
        if self._crew:
            self._crew.close()
        self._crew = None

    def _inside(self) -> list[Guest]:
        """Who has been seated; others only look in."""
        return [guest for guest in self._guests.values() if guest.hello]

    def _due_in(self) -> float:
        """In how many seconds there is something to do even if nobody says anything."""
        due = self._beat_at if self._inside() else self._quiet_since + self._rest_s()
        crew = self._crew.due_in() if self._crew else float("inf")
        return max(min(due - self._clock(), crew), 0)

    def _rest_s(self) -> float:
        return self._wish.rest_s if self._wish else REST_S
