"""The workers of this machine together: started, told, heard, ended where they hang, replaced.

For one thread. Everything that happens comes in by one inbox; whoever has more to listen to (a
server its guests) gives an inbox of its own and hands on what is ours by `take`.
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import Any

from render.lab import Job, Preset, Trouble, Troubled
from render.pools import Denoised, Done, Failed, Lost, News, Site, Step
from render.pools import _standing as standing_of
from render.pools._gpus import devices, gpus, listing, places
from render.pools._hand import Hand
from render.pools._process import Brief, Leave, Stop, Told, Unfit
from render.pools._standing import Rules, Seat, Standing

__all__ = ["Crew"]

GRACE_S = 1.0  # for a process to end by itself


class Crew:
    """Satisfies `Pool`, for the settings that pools of this machine share."""

    def __init__(
        self,
        site: Site,
        rules: Rules,
        inbox: "SimpleQueue[tuple[Any, Any]] | None" = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._site, self._rules, self._clock = site, rules, clock
        self._inbox: SimpleQueue[tuple[Any, Any]] = inbox or SimpleQueue()
        self._seats: dict[int, Seat] = {}
        self._hands: dict[int, Hand] = {}
        self._standings: dict[int, Standing] = {}
        self._briefs: dict[str, Brief] = {}
        self._news: list[News] = []
        self._stirred = False  # something happened that is no news: a worker stands ready
        self.trouble = Trouble("device", "no worker was started")

    def open(self) -> int:
        """Start the workers and wait until each is ready or given up. Raises Troubled."""
        self.begin()
        while not self.settled:
            self._listen(self.due_in())
        if not self.left:
            self.close()
            raise Troubled(self.trouble.kind, self.trouble.said)
        return self.left

    def begin(self) -> None:
        """Start the workers, without waiting for them. Raises Troubled where there is no GPU."""
        found = gpus(os.environ, listing, devices) if self._site.device != "cpu" else ()
        for number, visible in enumerate(places(self._site.device, self._rules.workers, found), 1):
            self._seat(Seat(number, visible))

    @property
    def settled(self) -> bool:
        """Whether each worker is ready or given up."""
        return all(seat.lost or self._is_ready(n) for n, seat in self._seats.items())

    @property
    def left(self) -> int:
        """How many workers there are, with those that are about to be replaced."""
        return sum(not seat.lost for seat in self._seats.values())

    def free(self) -> int:
        """How many jobs can be started at once now."""
        return sum(map(standing_of.is_free, self._standings.values()))

    def room(self) -> Mapping[str, float]:
        """Free GiB by worker's number."""
        return {str(n): s.gib for n, s in sorted(self._standings.items()) if s.ready}

    def brief(self, preset: Preset, prompts: Sequence[tuple[str, str]]) -> None:
        """Tell every worker what will be asked; one that takes another's place is told too."""
        brief = Brief(preset, tuple(prompts))
        self._briefs[preset.name] = brief
        for number in self._hands:
            self._tell(number, brief)

    def forget(self) -> None:
        """Tell nobody any more what was briefed so far."""
        self._briefs.clear()

    def start(self, job: Job) -> None:
        """Hand a job to a free worker; without one it fails as lost."""
        number = standing_of.chosen(self._standings, job)
        if number is None:
            self._news.append(Failed(job.key, Trouble("lost", "no worker was free")))
            return
        self._standings[number] = standing_of.given(self._standings[number], job, self._clock())
        self._hands[number].say(job)

    def wait(self, timeout_s: float) -> Sequence[News]:
        """Wait for news; () also where a worker stands ready, after its start or a brief."""
        until = self._clock() + timeout_s
        self._listen(0)
        while not (self._news or self._stirred) and (left := until - self._clock()) > 0:
            self._listen(min(left, self.due_in()))
        return self.told()

    def stop(self, key: str) -> None:
        """Call a job off; a worker that does not heed it is ended when its patience is over."""
        for number, standing in self._standings.items():
            if key in standing.jobs:
                self._hands[number].say(Stop(key))

    def close(self) -> None:
        """Let the workers go: those that do nothing by a word, all others by force."""
        idle = [n for n in self._hands if self._is_idle(n)]
        for number in idle:
            self._hands[number].say(Leave())
        for number in [n for n in self._hands if n not in idle]:
            self._let_go(number)
        until = self._clock() + GRACE_S
        for number in idle:
            self._let_go(number, max(until - self._clock(), 0))
        for kept in (self._seats, self._standings, self._briefs, self._news):
            kept.clear()

    def take(self, hand: Hand, word: Told | None) -> None:
        """Take in what a worker says; None is its end."""
        number = hand.number
        if self._hands.get(number) is not hand:
            return  # it was ended; these were its last words
        if word is None:
            self._fall(number, self._let_go(number, GRACE_S))
        elif isinstance(word, Unfit):
            self._unfit(number, word.trouble)
        else:
            self._standings[number] = standing_of.heard(
                self._standings[number], word, self._clock()
            )
            if isinstance(word, Step | Denoised | Done | Failed):
                self._news.append(word)
            elif word.after != "job":  # that news comes by itself
                self._stirred = True

    def tend(self) -> None:
        """End who was silent for too long, start who has rested."""
        now = self._clock()
        for number, standing in list(self._standings.items()):
            if standing_of.due(standing, self._rules) <= now:
                silent = f"was silent for {now - standing.since:.0f} s and was ended"
                self._let_go(number)
                self._fall(number, silent)
        for seat in list(self._seats.values()):
            if seat.back_at is not None and seat.back_at <= now:
                self._seat(replace(seat, back_at=None))

    def due_in(self) -> float:
        """In how many seconds `tend` has something to do, an hour at most."""
        silences = [standing_of.due(s, self._rules) for s in self._standings.values()]
        rests = [seat.back_at for seat in self._seats.values() if seat.back_at is not None]
        return max(min([*silences, *rests, self._clock() + 3600]) - self._clock(), 0)

    def told(self) -> Sequence[News]:
        """Take the news that have come together."""
        news, self._news, self._stirred = tuple(self._news), [], False
        return news

    def _listen(self, timeout_s: float) -> None:
        """Take in all that was said, once something was; then tend to the workers."""
        with suppress(Empty):
            self.take(*self._inbox.get(timeout=timeout_s))
            while True:
                self.take(*self._inbox.get(timeout=0))
        self.tend()

    def _seat(self, seat: Seat) -> None:
        """Start a process for a worker's place."""
        self._seats[seat.number] = seat
        standing = Standing(self._clock())
        try:
            hand = Hand(seat.number, self._site, seat.visible, self._inbox)
        except OSError as error:
            self._standings[seat.number] = standing
            self._fall(seat.number, f"cannot be started ({error.strerror})")
            return
        self._hands[seat.number], self._standings[seat.number] = hand, standing
        for brief in self._briefs.values():
            self._tell(seat.number, brief)

    def _tell(self, number: int, brief: Brief) -> None:
        self._hands[number].say(brief)
        self._standings[number] = standing_of.told_of(
            self._standings[number], brief.preset.name, self._clock()
        )

    def _unfit(self, number: int, trouble: Trouble) -> None:
        """A worker says why it ends; one that cannot even begin is given up."""
        began = self._is_ready(number)
        self._let_go(number, GRACE_S)
        if began:
            self._fall(number, f"cannot go on: {trouble.said}")
            return
        self.trouble = trouble
        del self._standings[number]
        self._seats[number] = replace(self._seats[number], lost=True)
        self._news.append(Lost(f"worker {number} cannot begin: {trouble.said}", self.left))

    def _fall(self, number: int, why: str) -> None:
        """A worker's process is gone: its jobs are lost, another takes its place."""
        standing = self._standings.pop(number)
        seat = standing_of.fell(self._seats[number], standing, self._rules, self._clock())
        self._seats[number] = seat
        said = f"worker {number} {why}"
        self.trouble = Trouble("device", said)
        self._news += [Failed(key, Trouble("lost", said)) for key in standing.jobs]
        given_up = f"; it is given up after {seat.falls} falls in a row" if seat.lost else ""
        self._news.append(Lost(said + given_up, self.left))

    def _let_go(self, number: int, grace_s: float = 0.0) -> str:
        """End a worker's process; how it ended."""
        return self._hands.pop(number).end(grace_s)

    def _is_ready(self, number: int) -> bool:
        return number in self._hands and self._standings[number].ready

    def _is_idle(self, number: int) -> bool:
        return standing_of.due(self._standings[number], self._rules) == float("inf")
