"""What is generated: orders, the presets that can carry them out, and what came of them. Pure.

A board wishes for pictures that a model makes. The lab turns each wish into an order, plans which
orders can be met in the time that is left, hands them to a pool of workers (`render.pools`), and
keeps what they made on the shelf. Nothing here knows torch; the workers do (`render.engine`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "Facts",
    "Job",
    "Made",
    "Mode",
    "Order",
    "Preset",
    "Trouble",
    "TroubleKind",
    "Troubled",
]

Kind = Literal["film", "still"]

Mode = Literal["text", "first", "last", "refs"]
"""What a model can start from: words alone, a first picture, a last one too, pictures of whom."""

Thrift = Literal["visit", "offload", "fp8", "tiling"]
"""How memory is saved, cheapest first: the text encoder is on the GPU only while it encodes; the
transformer's layers come and go; weights are stored in eight bits; the VAE works in tiles."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A model and how it is asked: everything that a worker must know. Travels as JSON.

    `model` names an entry of the vault or a folder; `needs_gib` is the free memory it needs on the
    device with its `thrift`; `width`, `height`, `fps` and `frames` are what it makes at most before
    the lab enlarges it (a still has one frame). `sampler` is "stock" for the model's own scheduler,
    "dmd" for distilled few-step sampling. `prior_s` is how long a second of film (a whole still)
    takes on a worker that nobody has measured yet, `load_s` how long loading takes.
    """

    name: str
    family: str
    model: str
    kind: Kind
    needs_gib: float
    width: int
    height: int
    fps: int
    frames: int
    steps: int
    guidance: float = 1.0
    sampler: Literal["stock", "dmd"] = "stock"
    modes: tuple[Mode, ...] = ("text",)
    thrift: tuple[Thrift, ...] = ()
    worth: float = 0.5
    prior_s: float = 10.0
    load_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Order:
    """One picture that a board wishes for, before anybody knows which preset will make it.

    `name` is its place ("3" or "3.1": shot and view, counted from 1; "sheet:Mara"). A film has
    `frames` at `fps` in the clip and is delivered in `width` x `height`. `first`, `last` and `refs`
    name orders whose picture it starts from, ends with or keeps to: of a film its last frame. They
    are wishes: where that picture is not there, it is made without. `weight` is how much the clip
    gains by it, above 0.
    """

    name: str
    kind: Kind
    prompt: str
    negative: str
    width: int
    height: int
    frames: int
    fps: int
    seed: int
    first: str = ""
    last: str = ""
    refs: tuple[str, ...] = ()
    weight: float = 1.0

    @property
    def after(self) -> tuple[str, ...]:
        """The orders that it waits for."""
        named = (self.first, self.last, *self.refs)
        return tuple(dict.fromkeys(name for name in named if name))


@dataclass(frozen=True, slots=True)
class Job:
    """An order with its preset and its pictures (PNG): complete, so that any worker can do it.

    `key` is the hash of all else: equal keys, equal pictures.
    """

    key: str
    order: Order
    preset: Preset
    first: bytes = b""
    last: bytes = b""
    refs: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What a worker measured: seconds by stage, peak GiB, and every step down that it took.

    The stages are load, text, denoise, decode, finish, encode. `attention` is the backend used.
    """

    device: str
    seconds: Mapping[str, float] = field(default_factory=dict)
    peak_gib: float = 0.0
    attention: str = ""
    stepped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """What came of a job: a film (mp4, with sound where the model makes some) or a still (PNG).

    `end` is the film's last frame as PNG, in the model's own size, for what follows it.
    """

    key: str
    data: bytes = field(repr=False)
    end: bytes = field(repr=False)
    facts: Facts


TroubleKind = Literal[
    "memory",  # too little, every way of saving tried: a smaller preset may do
    "weights",  # missing, cut short, altered: this preset can make nothing here
    "device",  # no GPU, or its driver is too old: nothing can be made by this worker
    "picture",  # it came out broken (NaN), or a guard refuses it: this shot takes the next wish
    "prompt",  # it may not be asked, or cannot be encoded: this shot takes the next wish
    "stopped",  # we asked for it
    "lost",  # the worker fell or was ended: another may do it
    "bug",  # of ours or of a library
]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a job came to nothing; `said` is a phrase for the clip's report."""

    kind: TroubleKind
    said: str


class Troubled(Exception):
    """Raised by a worker; carries the trouble."""

    def __init__(self, kind: TroubleKind, said: str) -> None:
        super().__init__(said)
        self.trouble = Trouble(kind, said)
