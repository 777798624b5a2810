"""Pool `ray` on a real cluster: two nodes on loopback, with GPUs in name only."""

import os
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from fakes_pool_ray import PRESET, carried, order_of
from render.lab import Job
from render.pools import Done, Failed, Lost, News, Site, Step
from render.pools import ray as pool_ray

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
