"""Judges: a process that stands in for a model, those that do not work, and a judge by verbs."""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

from bot.judges import JudgeDown, Opinion


def reads(pipe: Connection, about: tuple[str, str]) -> None:
    """Follow word by word: what a line has of its source entails it, "no" in a source denies it."""
    pipe.send(())
    while True:
        try:
            pairs = pipe.recv()
        except EOFError:
            return
        told = [
            (set(premise.lower().split()), set(line.lower().split())) for premise, line in pairs
        ]
        pipe.send([(len(p & h) / len(h), float("no" in p - h)) for p, h in told])


def hangs(pipe: Connection, about: tuple[str, str]) -> None:
    """Load, and then never answer."""
    pipe.send(())
    pipe.recv()
    time.sleep(600)


def falls(pipe: Connection, about: tuple[str, str]) -> None:
    """Load, and fall over the first question."""
    pipe.send(())
    pipe.recv()
    os._exit(9)


def has_no_weights(pipe: Connection, about: tuple[str, str]) -> None:
    """Say that the model cannot be loaded."""
    pipe.send(f"the model {about[0]!r} cannot be loaded: OSError: no safetensors")


@dataclass
class FakeJudge:
    """A judge that was told what to think of each source sentence."""

    alarm: float = 0.9
    doubt: float = 0.5
    thinks: dict[str, Opinion] = field(default_factory=dict)
    trouble: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)

    def says(self, premise: str, entails: float, contradicts: float) -> None:
        self.thinks[premise] = Opinion(entails, contradicts)

    def goes_down(self, why: str) -> None:
        self.trouble = why

    async def judge(self, pairs: Sequence[tuple[str, str]]) -> Sequence[Opinion]:
        if self.trouble:
            raise JudgeDown(self.trouble)
        self.asked += pairs
        return [self.thinks.get(premise, Opinion(0.9, 0.0)) for premise, _ in pairs]

    async def close(self) -> None:
        return
