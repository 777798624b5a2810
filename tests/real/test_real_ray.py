"""Pool `ray` on a real cluster: two nodes on loopback, with GPUs in name only."""

import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from fakes_pool_ray import PRESET, carried, order_of
from render.lab import Job, Order, Preset, Troubled
from render.pools import Done, Failed, Lost, News, Site, Step
from render.pools import ray as pool_ray
from render.pools._ray_cluster import ENDED, TROUBLES

pytestmark = pytest.mark.real

TESTS = Path(__file__).parents[1]
LOOPBACK = {"node_ip_address": "127.0.0.1", "include_dashboard": False}


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A head with two GPUs in name; a test adds nodes. Nothing of it reaches out."""
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    monkeypatch.setenv("RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER", "0")  # read at import: loopback
    monkeypatch.setenv("PYTHONPATH", f"{TESTS.parent}:{TESTS}")  # where nodes find the fake
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    from ray.cluster_utils import Cluster

    cluster = Cluster(
        initialize_head=True, head_node_args={"num_cpus": 4, "num_gpus": 2, **LOOPBACK}
    )
    yield cluster
    cluster.shutdown()


def pool_on(cluster: Any, log: Path, **settings: Any) -> pool_ray.Plugin:
    site = Site(Path("models"), guard={"log": str(log)}, worker="fakes_pool_ray:Clockwork")
    table = {"address": cluster.address, "cpus": 0.5, "placed_s": 90} | settings
    return pool_ray.Plugin(pool_ray.Settings(**table), site)


def shots(number: int, wish: str) -> list[Job]:
    return [order_of(f"shot{k}", f"{wish} size=1000000", b"PNG" * 70_000) for k in range(number)]


class Accidents:
    """A worker is killed once its job is at work, later a node is pulled out."""

    def __init__(self, pool: pool_ray.Plugin, cluster: Any, node: Any) -> None:
        self._pool, self._cluster, self._node = pool, cluster, node
        self.seen = 0

    def __call__(self, news: Sequence[News]) -> None:
        for one in news:
            if isinstance(one, Step) and one.work == "denoise" and one.step == 2:
                self.seen += 1
                if self.seen == 3:
                    pid = sorted(self._pool.room())[0].rpartition("/")[2]
                    os.kill(int(pid), signal.SIGKILL)
                if self.seen == 9:
                    self._cluster.remove_node(self._node, allow_graceful=False)


def test_a_killed_worker_and_a_lost_node_cost_what_they_had_in_hand(
    cluster: Any, tmp_path: Path, record_property: Any
) -> None:
    node = cluster.add_node(num_cpus=4, num_gpus=2, **LOOPBACK)
    pool = pool_on(cluster, tmp_path)
    assert pool.open() == 4
    pool.brief(PRESET, [("expose=0.8 develop=0.2 size=1000000", "")])
    jobs = shots(20, "expose=0.8 develop=0.2")
    accidents = Accidents(pool, cluster, node)
    news = carried(pool, jobs, 120, accidents)

    done = Counter(one.key for one in news if isinstance(one, Done))
    assert done == {job.key: 1 for job in jobs}
    made = [one.made for one in news if isinstance(one, Done)]
    assert all(len(m.data) == 1_000_000 and m.end == jobs[0].first for m in made)
    assert all(m.facts.stepped == ("briefed",) for m in made), "a new process is briefed too"
    lost = [one for one in news if isinstance(one, Lost)]
    assert lost[0].left == 4
    assert len(lost) == 3, "one worker killed, two with their node"
    begun = sum(1 for file in tmp_path.iterdir() if file.name.startswith("shot"))
    given_up = sum(1 for one in news if isinstance(one, Failed))
    record_property("begun again", begun - len(jobs))
    assert begun - len(jobs) <= given_up <= 6, "each had one to denoise and one to develop"

    cluster.add_node(num_cpus=4, num_gpus=2, **LOOPBACK)
    more = carried(pool, shots(1, "expose=0.1"), 60, lambda _: None)
    assert any(isinstance(one, Done) for one in more)
    until_four(pool)
    pool.close()


def until_four(pool: pool_ray.Plugin) -> None:
    """The pool grows back by itself once there is a node again."""
    for _ in range(60):
        if pool.free() == 4:
            return
        pool.wait(1.0)
    raise AssertionError(f"{pool.free()} of 4 workers came back")


def test_who_finds_no_place_is_not_waited_for(cluster: Any, tmp_path: Path) -> None:
    with pytest.raises(Troubled, match=r"16 GPU and 0\.5 CPU; the cluster has 1 node: .* 2 GPU"):
        pool_on(cluster, tmp_path, gpus=16).open()
    taken = pool_on(cluster, tmp_path)
    assert taken.open() == 2
    rest = pool_ray.Plugin(
        pool_ray.Settings(gpus=2, cpus=0.5, placed_s=2), Site(tmp_path, worker="builtins:print")
    )
    with pytest.raises(Troubled, match=r"no place .* within 2 s") as told:
        rest.open()
    assert told.value.trouble.kind == "device"
    taken.close()


def test_a_worker_that_is_deaf_or_frozen_is_started_anew(cluster: Any, tmp_path: Path) -> None:
    pool = pool_on(cluster, tmp_path, workers=1, grace_s=2)
    assert pool.open() == 1
    pool.start(order_of("deaf", "expose=100 deaf"))
    begun(pool, tmp_path, "deaf")
    pool.stop("deaf")
    news = heard(pool, Lost, Failed)
    assert [one.trouble.kind for one in news if isinstance(one, Failed)] == ["stopped"]

    again(pool)
    pool.start(order_of("frozen", "expose=20"))
    heard(pool, Step)
    os.kill(int(next(iter(pool.room())).rpartition("/")[2]), signal.SIGSTOP)
    news = heard(pool, Lost, Failed)
    assert [one.trouble.kind for one in news if isinstance(one, Failed)] == ["lost"]

    again(pool)
    pool.start(order_of("stopped", "expose=100"))
    begun(pool, tmp_path, "stopped")
    pool.stop("stopped")
    assert not any(isinstance(one, Lost) for one in heard(pool, Failed))
    pool.start(order_of("after", ""))
    heard(pool, Done)
    pool.close()


def heard(pool: pool_ray.Plugin, *kinds: type) -> list[News]:
    """The news until there was one of each kind; half a minute at most."""
    news: list[News] = []
    until = time.monotonic() + 30
    while not all(any(isinstance(one, kind) for one in news) for kind in kinds):
        news += pool.wait(1)
        assert time.monotonic() < until, news
    return news


def again(pool: pool_ray.Plugin) -> None:
    """The worker is back."""
    until = time.monotonic() + 30
    while not pool.free():
        pool.wait(1)
        assert time.monotonic() < until


def begun(pool: pool_ray.Plugin, log: Path, key: str) -> None:
    """A worker has this job in its hands."""
    until = time.monotonic() + 30
    while not list(log.glob(f"{key}.*")):
        pool.wait(0.2)
        assert time.monotonic() < until


ALONE = """
import os, sys, threading
from pathlib import Path
from fakes_pool_ray import carried, order_of
from render.pools import Site, Step, ray

def shoot():
    site = Site(Path("."), worker="fakes_pool_ray:Clockwork")
    pool = ray.Plugin(ray.Settings(gpus=0, cpus=0.5, workers=2), site)
    assert pool.open() == 2
    killed = []
    def happens(news):
        if not killed and any(isinstance(one, Step) for one in news):
            killed.append(min(pool.room()))
            os.kill(int(killed[0].rpartition("/")[2]), 9)
    carried(pool, [order_of(f"{k}", "expose=0.4") for k in range(8)], 60, happens)
    pool.close()
    assert killed

thread = threading.Thread(target=shoot)
thread.start()
thread.join()
print("done", "ray" in sys.modules, "RAY_AUTH_TOKEN" in os.environ)
"""


def test_a_cluster_of_our_own_says_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="the extra `ray` is not installed")
    home, folder = tmp_path / "home", Path("/tmp")  # a socket's path may have 107 letters
    home.mkdir()
    before = set(folder.glob("wr-*"))
    run = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", ALONE],
        capture_output=True,
        text=True,
        env={
            "PYTHONPATH": f"{TESTS.parent}:{TESTS}",
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "TMPDIR": str(folder),
        },
        timeout=120,
    )
    assert (run.stdout, run.stderr) == ("done True False\n", "")
    assert list(home.iterdir()) == []
    assert set(folder.glob("wr-*")) == before


def test_ray_has_the_errors_that_we_know() -> None:
    errors = pytest.importorskip("ray.exceptions", reason="the extra `ray` is not installed")
    for name in {*TROUBLES, *ENDED}:
        assert issubclass(getattr(errors, name), errors.RayError), name


def test_a_real_pipeline_in_two_actors_one_of_them_killed(
    cluster: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if importlib.util.find_spec("render.engine.worker") is None:
        pytest.skip("render.engine.worker is not there")
    from fakes_weights import HIGH, WIDE, wan

    wan(tmp_path / "tiny")
    preset = Preset("tiny", "wan", str(tmp_path / "tiny"), "film", 0.1, WIDE, HIGH, 16, 9, 3)
    orders = [
        Order(f"{k}", "film", "a harbour at dawn", "", 2 * WIDE, 2 * HIGH, 9, 16, seed=k)
        for k in range(4)
    ]
    jobs = [Job(f"key{order.name}", order, preset) for order in orders]
    pool = pool_ray.Plugin(
        pool_ray.Settings(address=cluster.address, cpus=1, placed_s=120), Site(tmp_path, "cpu")
    )
    assert pool.open() == 2
    pool.brief(preset, [("a harbour at dawn", "")])
    killed: list[str] = []

    def happens(news: Sequence[News]) -> None:
        if not killed and any(isinstance(one, Done) for one in news):
            killed.append(min(pool.room()))
            os.kill(int(killed[0].rpartition("/")[2]), signal.SIGKILL)

    news = carried(pool, jobs, 240, happens)
    pool.close()
    made = {one.key: one.made for one in news if isinstance(one, Done)}
    assert sum(isinstance(one, Done) for one in news) == len(made) == 4
    assert sum(isinstance(one, Lost) for one in news) == len(killed) == 1
    for film in made.values():
        assert film.data[4:8] == b"ftyp"
        assert film.end.startswith(b"\x89PNG")
