"""A Ray without a cluster: actors that say what a test has them say, time that goes by waiting."""

from dataclasses import dataclass, field
from typing import Any

from render.pools._ray_actor import Mark, Ready, Told

__all__ = ["ActorDiedError", "ActorUnavailableError", "FakeActor", "FakeRay", "node"]


class RayError(Exception):
    pass


class ActorDiedError(RayError):
    pass


class ActorUnavailableError(RayError):
    pass


def node(gpus: float, cpus: float, alive: bool = True) -> dict[str, Any]:
    """A node as `ray.nodes` lists it."""
    has = {"CPU": cpus} | ({"GPU": gpus} if gpus else {})
    return {"Alive": alive, "NodeManagerAddress": "10.0.0.4", "Resources": has}


@dataclass(eq=False)
class Ref:
    answer: Any = None
    there: bool = False


@dataclass
class Verb:
    actor: "FakeActor"
    name: str

    def options(self, **_: Any) -> "Verb":
        return self

    def remote(self, *args: Any) -> Ref:
        ref = Ref(there=self.name != "news")
        if self.name == "news":
            self.actor.question = ref
        else:
            self.actor.asked.append((self.name, *args))
        return ref


@dataclass
class FakeActor:
    """Remembers what it was asked; `ended` holds "anew" and "for good"."""

    process: int
    asked: list[tuple[Any, ...]] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    question: Ref | None = None

    def __getattr__(self, name: str) -> Verb:
        if name not in ("news", "brief", "start", "stop", "close"):
            raise AttributeError(name)
        return Verb(self, name)

    @property
    def mark(self) -> Mark:
        return Mark("host", self.process, "salt")

    def says(self, *told: Told) -> None:
        self._answers((self.mark, told))

    def is_ready(self) -> None:
        self.says(Ready(8.0))

    def fails(self, error: Exception) -> None:
        self._answers(error)

    def _answers(self, answer: Any) -> None:
        assert self.question, "nobody asked it"
        self.question.answer, self.question.there, self.question = answer, True, None

    def verbs(self) -> list[str]:
        return [verb for verb, *_ in self.asked]


class FakeRay:
    """What a crew uses of the module `ray`."""

    def __init__(self) -> None:
        self.now = 0.0
        self.actors: list[FakeActor] = []

    def clock(self) -> float:
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += seconds

    def hire(self) -> FakeActor:
        self.actors.append(FakeActor(len(self.actors)))
        return self.actors[-1]

    def wait(self, refs: list[Ref], num_returns: int, timeout: float) -> tuple[list[Ref], None]:
        there = [ref for ref in refs if ref.there]
        self.now += timeout if len(there) < num_returns else 0.0
        return there, None

    def get(self, ref: Ref, timeout: float) -> Any:
        if isinstance(ref.answer, Exception):
            raise ref.answer
        return ref.answer

    def kill(self, actor: FakeActor, no_restart: bool = True) -> None:
        actor.ended.append("for good" if no_restart else "anew")
