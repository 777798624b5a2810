"""How a worker stands with its pool: what it has in hand, how long it may be silent. Pure.

ready          it can be given a job
jobs           at most two: one that is denoised, one that is developed meanwhile
silent         for longer than it may: it hangs, and is ended
falls          in a row, no job done between: after some it is given up
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pydantic import BaseModel, ConfigDict, Field

from render.lab import Job
from render.pools import Denoised, Done, Failed, Step
from render.pools._process import Ready, Told

__all__ = [
    "Rules",
    "Seat",
    "Standing",
    "chosen",
    "due",
    "fell",
    "given",
    "heard",
    "is_free",
    "told_of",
]

AT_ONCE = 2  # jobs: the memory of a second that waits to be developed would be missed
FIRST_REST_S, LONGEST_REST_S = 0.5, 30.0  # before a worker that fell at its start begins again


class Rules(BaseModel):
    """How a pool treats its workers; docs/plugins.md says what each key does."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    workers: int = Field(0, ge=0, le=64)
    patience_s: float = Field(60.0, gt=0)
    load_patience_s: float = Field(300.0, gt=0)
    attempts: int = Field(4, ge=1, le=100)


@dataclass(frozen=True, slots=True)
class Standing:
    """One worker's process. `since` is when it last spoke or was given something, in seconds.

    `stepped`: the job that it denoises has told a first step, so that loading, encoding and
    compiling are behind it. `preset` is the last that it was given, `gib` its free memory.
    """

    since: float
    ready: bool = False
    briefs: int = 0
    jobs: tuple[str, ...] = ()
    denoises: str = ""
    stepped: bool = False
    preset: str = ""
    gib: float = 0.0
    useful: bool = False


@dataclass(frozen=True, slots=True)
class Seat:
    """A worker's place: its number, the GPU it sees ("" for none), its falls in a row.

    `back_at` is when its next process begins, None while there is one. `lost`: it is given up.
    """

    number: int
    visible: str
    falls: int = 0
    back_at: float | None = None
    lost: bool = False


def is_free(standing: Standing) -> bool:
    """Whether it can take a job now; what it was briefed with it does before."""
    return standing.ready and not standing.denoises and len(standing.jobs) < AT_ONCE


def given(standing: Standing, job: Job, now: float) -> Standing:
    """It was given a job."""
    return replace(
        standing,
        since=now,
        jobs=(*standing.jobs, job.key),
        denoises=job.key,
        stepped=False,
        preset=job.preset.name,
    )


def told_of(standing: Standing, preset: str, now: float) -> Standing:
    """It was given a brief."""
    return replace(standing, since=now, briefs=standing.briefs + 1, preset=preset)


def heard(standing: Standing, word: Told, now: float) -> Standing:
    """It said something."""
    new = replace(standing, since=now)
    match word:
        case Ready(after, gib):
            briefs = new.briefs - (after == "brief")
            return replace(new, ready=True, briefs=briefs, gib=gib)
        case Step(work="denoise"):
            return replace(new, stepped=True)
        case Denoised():
            return replace(new, denoises="")
        case Done(key) | Failed(key):
            return replace(
                new,
                jobs=tuple(job for job in new.jobs if job != key),
                denoises="" if new.denoises == key else new.denoises,
                useful=new.useful or isinstance(word, Done),
            )
    return new


def due(standing: Standing, rules: Rules) -> float:
    """When its silence will have been too long; never, while nobody waits for it."""
    if standing.ready and not standing.jobs and not standing.briefs:
        return float("inf")
    begins = not standing.ready or standing.briefs or (standing.denoises and not standing.stepped)
    return standing.since + (rules.load_patience_s if begins else rules.patience_s)


def fell(seat: Seat, standing: Standing, rules: Rules, now: float) -> Seat:
    """Its process is gone: another comes, at once where this one had begun; or none any more."""
    falls = 1 if standing.useful else seat.falls + 1
    if falls >= rules.attempts:
        return replace(seat, falls=falls, back_at=None, lost=True)
    rest = 0.0 if standing.ready else min(FIRST_REST_S * 2 ** (falls - 1), LONGEST_REST_S)
    return replace(seat, falls=falls, back_at=now + rest)


def chosen(standings: Mapping[int, Standing], job: Job) -> int | None:
    """Who takes a job: one that has its preset, else one that has none; rather an idle one."""

    def cost(number: int) -> tuple[int, int, int]:
        standing = standings[number]
        loads = 0 if standing.preset == job.preset.name else 1 + bool(standing.preset)
        return loads, len(standing.jobs), number

    free = [number for number, standing in standings.items() if is_free(standing)]
    return min(free, key=cost) if free else None
