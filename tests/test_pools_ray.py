"""render.pools.ray without a cluster: what it decides, and what its actors do."""

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fakes_lab import PRESET, done, job_for, open_door, site_at
from fakes_ray import ActorDiedError, ActorUnavailableError, FakeRay, node
from render.lab import Facts, Made, Trouble, Troubled
from render.pools import Denoised, Done, Failed, Lost, News, Site, Step
from render.pools import ray as pool_ray
from render.pools._ray_actor import Actor, Mark, Ready, Told, Unfit
from render.pools._ray_cluster import joined, listed, places, trouble
from render.pools._ray_crew import Crew, Rules


def made(key: str) -> Done:
    return Done(key, Made(key, b"mp4", b"png", Facts("cpu")))


# -- settings and Ray itself -----------------------------------------------------------------------


@pytest.mark.parametrize("table", [{"workers": -1}, {"gpus": -1}, {"placed_s": 0}, {"node": 1}])
def test_settings_refuse(table: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        pool_ray.Settings.model_validate(table)


def test_importing_the_pool_imports_no_ray() -> None:
    code = "import sys, render.pools.ray; print('ray' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"


def test_a_missing_extra_is_said_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    pool = pool_ray.Plugin(pool_ray.Settings(), Site(Path("models")))
    with pytest.raises(Troubled, match=r"pip install 'wirereel\[ray\]'") as told:
        pool.open()
    assert told.value.trouble.kind == "device"


class Unjoinable:
    """The module `ray` where nothing must come of it."""

    def is_initialized(self) -> bool:
        return False

    def init(self, **_: Any) -> None:
        raise AssertionError("nobody is there to be joined")


def test_where_nobody_listens_nothing_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", Unjoinable())
    with ExitStack() as leave, pytest.raises(Troubled, match=r"cannot join 127\.0\.0\.1:1: Conn"):
        joined("127.0.0.1:1", leave)


def test_a_pool_that_is_not_open_holds_nothing() -> None:
    pool = pool_ray.Plugin(pool_ray.Settings(), Site(Path("models")))
    pool.stop("a")
    pool.brief(PRESET, [])
    pool.start(job_for("1 step"))
    assert (pool.free(), dict(pool.room())) == (0, {})
    assert pool.wait(0) == (Failed("1 step", Trouble("lost", "no worker is free")),)
    pool.close()


def named(*names: str) -> Exception:
    """An exception of classes with these names, the first a child of the second and so on."""
    family: type = Exception
    for name in reversed(names):
        family = type(name, (family,), {})
    return family("first line\n\n  the cause\n")


@pytest.mark.parametrize(
    ("error", "kind", "said"),
    [
        (named("ActorDiedError", "RayActorError", "RayError"), "lost", "its process ended"),
        (named("ActorUnavailableError", "RayError"), "lost", "cannot be reached"),
        (named("NodeDiedError", "RayError"), "lost", "its node is gone"),
        (named("WorkerCrashedError", "RayError"), "lost", "crashed"),
        (named("GetTimeoutError", "RayError", "TimeoutError"), "lost", "does not answer"),
        (named("OwnerDiedError", "ObjectLostError", "RayError"), "lost", "with the picture"),
        (named("ActorUnschedulableError", "RayError"), "device", "ActorUnschedulableError: the"),
        (named("OutOfMemoryError", "RayError"), "memory", "out of memory"),
        (named("RayTaskError(KeyError)", "RayTaskError", "RayError"), "bug", "the cause"),
        (named("SomethingNew", "RayError"), "lost", "SomethingNew"),
        (KeyError("latents"), "bug", "KeyError: 'latents'"),
    ],
)
def test_what_ray_raises_is_trouble(error: Exception, kind: str, said: str) -> None:
    told = trouble(error)
    assert told.kind == kind
    assert said in told.said
    assert "\n" not in told.said


@pytest.mark.parametrize(
    ("nodes", "gpus", "cpus", "each", "fit"),
    [
        ([node(4, 32), node(2, 1)], 1, 1, 1024, 5),
        ([node(4, 32), node(2, 16)], 0.5, 1, 1024, 12),
        ([node(4, 32, alive=False)], 1, 1, 1024, 0),
        ([node(0, 8), node(0, 8)], 1, 1, 1024, 0),
        ([node(0, 8), node(0, 8)], 0, 1, 1, 2),
        ([node(0, 8), node(0, 2)], 0, 4, 1024, 2),
        ([node(0, 8)], 0, 0, 3, 3),
        ([], 1, 1, 1024, 0),
    ],
)
def test_places(nodes: list[Any], gpus: float, cpus: float, each: int, fit: int) -> None:
    assert places(nodes, gpus, cpus, each) == fit


def test_what_a_cluster_has_is_said() -> None:
    assert listed([node(0, 8)]) == "1 node: 10.0.0.4 has 0 GPU, 8 CPU"
    assert listed([node(1, 8)] * 10).startswith("10 nodes: ")
    assert listed([node(1, 8)] * 10).endswith("; and 2 more")


# -- the crew --------------------------------------------------------------------------------------


def crew_of(number: int, fits: int = 9, **rules: Any) -> tuple[FakeRay, Crew]:
    """A crew whose workers all stand ready."""
    ray = FakeRay()
    crew = Crew(ray, Rules(**rules), ray.hire, lambda: fits, ray.clock, ray.pause)
    crew.grow(number)
    crew.listen(0)
    for actor in ray.actors:
        actor.is_ready()
    crew.listen(0)
    crew.listen(0)
    return ray, crew


def heard(crew: Crew, times: int = 1) -> list[News]:
    return [news for _ in range(times) for news in crew.listen(9)]


def test_jobs_go_to_who_has_the_preset_loaded() -> None:
    ray, crew = crew_of(2)
    assert crew.start(job_for("1 step", "a"))
    holder = next(actor for actor in ray.actors if "start" in actor.verbs())
    holder.says(Denoised("a"), made("a"))
    assert [type(news) for news in heard(crew)] == [Denoised, Done]
    assert crew.start(job_for("1 step", "b"))
    assert holder.verbs() == ["start", "start"]


def test_a_worker_denoises_one_job_and_develops_one() -> None:
    ray, crew = crew_of(1)
    assert crew.start(job_for("1 step", "a"))
    assert not crew.start(job_for("1 step", "b"))
    ray.actors[0].says(Step("a", "denoise", 1, 1), Denoised("a"))
    assert [type(news) for news in heard(crew)] == [Step, Denoised]
    assert crew.start(job_for("1 step", "b"))
    crew.listen(0)
    ray.actors[0].says(Denoised("b"))
    crew.listen(0)
    assert not crew.free(), "two are in its hands"
    crew.listen(0)
    ray.actors[0].says(made("a"))
    crew.listen(0)
    assert crew.free()


def lost_by(happens: Callable[[FakeRay, Crew], None], **rules: Any) -> tuple[FakeRay, Crew, Any]:
    """What is told of a job when something happens to its worker, one of two."""
    ray, crew = crew_of(2, **rules)
    crew.brief(PRESET, [("1 step", "")])
    crew.start(job_for("1 step", "a"))
    ray.actors.sort(key=lambda actor: "start" not in actor.verbs())
    crew.listen(0)
    happens(ray, crew)
    other, news = ray.actors[1], []
    for _ in range(99):
        if other.question:
            other.says()
        news += crew.listen(9)
    lost, *failed = news
    assert isinstance(lost, Lost)
    assert all(isinstance(one, Failed) and one.key == "a" for one in failed)
    return ray, crew, (lost, *(one.trouble for one in failed))


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ActorUnavailableError("gone"), "cannot be reached"),
        (ActorDiedError("dead"), "its process ended"),
    ],
)
def test_a_dead_actor_loses_its_jobs_at_once(error: Exception, said: str) -> None:
    ray, crew, (lost, why) = lost_by(lambda ray, _: ray.actors[0].fails(error))
    assert said in lost.said
    assert why.kind == "lost"
    for_good = isinstance(error, ActorDiedError)
    assert lost.left == (1 if for_good else 2), "Ray starts what it cannot reach anew"
    assert ray.actors[0].ended == (["for good"] if for_good else [])
    assert len(crew.ready()) == 1


def test_no_more_are_left_than_the_cluster_has_places_for() -> None:
    ray, crew = crew_of(4, fits=2)
    crew.start(job_for("1 step", "a"))
    crew.listen(0)
    ray.actors[0].fails(ActorUnavailableError("the node is gone"))
    assert next(iter(heard(crew))).left == 2  # type: ignore[union-attr]


def test_a_new_process_is_briefed_and_what_the_old_had_is_lost() -> None:
    def begins_anew(ray: FakeRay, crew: Crew) -> None:
        ray.actors[0].process = 77
        ray.actors[0].is_ready()

    ray, crew, (lost, why) = lost_by(begins_anew)
    assert "anew" in lost.said
    assert why.kind == "lost"
    assert ray.actors[0].asked[-1][:2] == ("brief", ray.actors[0].mark)
    assert len(crew.ready()) == 2


def test_who_was_given_up_and_lives_is_started_anew() -> None:
    ray, crew, _ = lost_by(lambda ray, _: ray.actors[0].fails(ActorUnavailableError("network")))
    ray.actors[0].is_ready()
    assert heard(crew, 3) == []
    assert ray.actors[0].ended == ["anew"]
    ray.actors[0].process = 77
    ray.actors[0].is_ready()
    heard(crew)
    assert len(crew.ready()) == 2


def test_a_silent_worker_is_ended() -> None:
    ray, crew = crew_of(1, patience_s=20, load_patience_s=40, grace_s=5)
    crew.start(job_for("1 step", "a"))
    news: list[News] = []
    while not news:
        if ray.actors[0].question:
            ray.actors[0].says()
        news += crew.listen(1)
    assert 40 < ray.now < 42, "it may load and compile before its first step"
    assert ray.actors[0].ended == ["anew"]
    assert [type(one) for one in news] == [Lost, Failed]

    ray, crew = crew_of(1, patience_s=20, load_patience_s=40, grace_s=5)
    crew.start(job_for("1 step", "a"))
    crew.listen(0)
    ray.actors[0].says(Step("a", "denoise", 1, 3))
    news = crew.listen(0)
    while len(news) < 3:
        if ray.actors[0].question:
            ray.actors[0].says()
        news += crew.listen(1)
    assert 20 < ray.now < 22


@pytest.mark.parametrize(("told", "after_s"), [((), 22), ((Step("a", "denoise", 1, 3),), 7)])
def test_a_frozen_process_is_ended(told: tuple[Told, ...], after_s: float) -> None:
    ray, crew = crew_of(1, patience_s=20, grace_s=5)
    crew.start(job_for("1 step", "a"))
    crew.listen(0)
    ray.actors[0].says(*told)
    news = [one for one in crew.listen(0) if not isinstance(one, Step)]
    while not news:
        news += crew.listen(1)
    assert after_s < ray.now < after_s + 1, "what loads a model may hold its lock for long"
    assert ray.actors[0].ended == ["anew"]


def test_who_always_falls_at_its_start_is_given_up() -> None:
    ray = FakeRay()
    crew = Crew(ray, Rules(attempts=3), ray.hire, lambda: 1, ray.clock, ray.pause)
    crew.grow(1)
    for process in range(3):
        assert heard(crew, 3) == [], "it never counted"
        ray.actors[0].process = process
        ray.actors[0].says()
        crew.listen(0)
        crew.listen(0)
        ray.actors[0].fails(ActorUnavailableError("crash"))
    heard(crew)
    assert (crew.links, ray.actors[0].ended) == ([], ["for good"])
    assert "cannot be reached" in crew.unfit[0].said


def test_who_does_not_stop_in_time_is_ended() -> None:
    ray, crew = crew_of(1, grace_s=5)
    crew.start(job_for("1 step", "a"))
    crew.listen(0)
    crew.stop("a")
    crew.stop("a")
    assert ray.actors[0].verbs() == ["start", "stop"]
    news: list[News] = []
    while not any(isinstance(one, Lost) for one in news):
        if ray.actors[0].question:
            ray.actors[0].says(Step("a", "denoise", 1, 3))
        news += crew.listen(1)
    assert 5 < ray.now < 6
    assert news[-1] == Failed("a", Trouble("stopped", "called off"))


def test_who_falls_again_and_again_is_given_up() -> None:
    ray, crew = crew_of(1, attempts=2)
    left = []
    for process in (1, 2):
        crew.start(job_for("1 step", "a"))
        crew.listen(0)
        ray.actors[0].fails(ActorUnavailableError("crash"))
        left += [news.left for news in heard(crew, 3) if isinstance(news, Lost)]
        if ray.actors[0].question:
            ray.actors[0].process = process
            ray.actors[0].is_ready()
        heard(crew)
    assert left == [1, 0]
    assert ray.actors[0].ended == ["for good"]


def test_who_sees_no_device_is_let_go_and_who_broke_it_begins_anew() -> None:
    old = Unfit(Trouble("device", "the driver 470 is too old"))
    ray, crew = crew_of(1)
    ray.actors[0].says(old)
    assert [type(news) for news in heard(crew)] == [Lost]
    assert ray.actors[0].ended == ["anew"]

    ray = FakeRay()
    crew = Crew(ray, Rules(), ray.hire, lambda: 1, ray.clock, ray.pause)
    crew.grow(1)
    crew.listen(0)
    ray.actors[0].says(old)
    assert heard(crew) == [Lost("host/0: the driver 470 is too old", 0)]
    assert (crew.links, crew.unfit) == ([], [Trouble("device", f"host/0: {old.trouble.said}")])
    assert ray.actors[0].ended == ["for good"]


def test_all_are_let_go() -> None:
    ray, crew = crew_of(2)
    crew.start(job_for("1 step", "a"))
    crew.dismiss()
    assert sorted(actor.verbs() for actor in ray.actors) == [["close"], ["start"]]
    assert all(actor.ended == ["for good"] for actor in ray.actors)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["step", "over", "done", "no"]))))
def test_a_job_ends_once_whatever_an_actor_says(said: Sequence[tuple[str, str]]) -> None:
    ray, crew = crew_of(3)
    for key in "abc":
        crew.start(job_for("1 step", key))
    ends: list[str] = []
    for key, what in said:
        for actor in ray.actors:
            if actor.question:
                actor.says(
                    {
                        "step": Step(key, "denoise", 1, 3),
                        "over": Denoised(key),
                        "done": made(key),
                        "no": Failed(key, Trouble("bug", "KeyError")),
                    }[what]
                )
        ends += [news.key for news in crew.listen(0) if isinstance(news, Done | Failed)]
    assert len(ends) == len(set(ends))


# -- what runs on a node ---------------------------------------------------------------------------


class Near:
    """A pool of one actor in this process, for the verbs of fakes_lab."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor

    def wait(self, timeout_s: float) -> Sequence[Told]:
        return self._actor.news(timeout_s)[1]


@pytest.fixture
def actor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Actor, Mark]:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    one = Actor(site_at(tmp_path))
    mark, told = one.news(9)
    assert told == (Ready(7.5),)
    return one, mark


def told_until(actor: Actor, last: type, key: str) -> list[Told]:
    told: list[Told] = []
    while not any(isinstance(one, last) and getattr(one, "key", key) == key for one in told):
        told += actor.news(9)[1]
    return told


def test_the_next_is_denoised_while_one_is_developed(
    actor: tuple[Actor, Mark], tmp_path: Path
) -> None:
    one, mark = actor
    one.start(mark, job_for("2 steps develops when DOOR", "a"))
    one.start(mark, job_for("1 step", "b"))
    told = told_until(one, Denoised, "b")
    assert [n for n in told if isinstance(n, Step) and n.work == "denoise"] == [
        Step("a", "denoise", 1, 2), Step("a", "denoise", 2, 2), Step("b", "denoise", 1, 1)
    ]  # fmt: skip
    assert not any(isinstance(n, Done) for n in told)
    open_door(tmp_path, "DOOR")
    told += told_until(one, Done, "b")
    assert [n.key for n in told if isinstance(n, Done)] == ["a", "b"]


def test_a_job_stops_at_its_next_step_or_before_it_begins(actor: tuple[Actor, Mark]) -> None:
    one, mark = actor
    one.start(mark, job_for("waits for NOBODY", "a"))
    one.start(mark, job_for("1 step", "b"))
    one.stop(mark, "b")
    one.stop(mark, "a")
    told = told_until(one, Failed, "b")
    ends = [(n.key, n.trouble.kind) for n in told if isinstance(n, Failed)]
    assert ends == [("a", "stopped"), ("b", "stopped")]
    one.start(mark, job_for("1 step", "a"))
    assert any(isinstance(n, Done) for n in told_until(one, Done, "a")), "asked for anew"


@pytest.mark.parametrize(
    ("prompt", "kind", "said"),
    [("has a bug", "bug", "KeyError: 'latents'"), ("finds no memory", "memory", "12.0 GiB")],
)
def test_what_a_worker_raises_is_told(
    actor: tuple[Actor, Mark], prompt: str, kind: str, said: str
) -> None:
    one, mark = actor
    one.brief(mark, PRESET, [(prompt, "")])  # each job says what is wrong with it
    one.start(mark, job_for(prompt))
    told = told_until(one, Failed, prompt)
    assert [n.trouble.kind for n in told if isinstance(n, Failed)] == [kind]
    assert said in next(n.trouble.said for n in told if isinstance(n, Failed))


def test_a_broken_device_is_told_with_the_job(actor: tuple[Actor, Mark]) -> None:
    one, mark = actor
    one.start(mark, job_for("breaks its device"))
    told = told_until(one, Unfit, "")
    assert [type(n) for n in told][-2:] == [Failed, Unfit]


@pytest.mark.parametrize("worker", ["WithoutDevice", "Unmakeable", "NowhereToBeFound"])
def test_a_worker_that_cannot_be_is_unfit(tmp_path: Path, worker: str) -> None:
    (told,) = Actor(site_at(tmp_path, worker)).news(9)[1]
    assert isinstance(told, Unfit)


def test_what_was_meant_for_another_process_is_not_done(
    actor: tuple[Actor, Mark], tmp_path: Path
) -> None:
    one, mark = actor
    other = Mark("elsewhere", 1, "salt")
    one.start(other, job_for("1 step", "a"))
    one.brief(other, PRESET, [("1 step", "")])
    one.start(mark, job_for("1 step", "b"))
    one.stop(other, "b")
    assert done(Near(one), "b")["b"].data == b"1 step"  # type: ignore[arg-type]
    one.close()
    assert not (tmp_path / "briefs").exists()
    assert list(tmp_path.glob("*.closed"))


def test_whoever_asks_gets_an_answer_even_without_news(actor: tuple[Actor, Mark]) -> None:
    one, mark = actor
    assert one.news(0) == (mark, ())
    answers: list[Any] = []
    waiting = threading.Thread(target=lambda: answers.append(one.news(9)))
    waiting.start()
    one.start(mark, job_for("1 step"))
    waiting.join()
    assert answers[0][1]
