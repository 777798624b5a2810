"""64 shots on 8 workers: how near a pool comes to the ideal, and what a killed worker costs.

Repeat: python bench/pool.py

The workers are real actors and processes, the models are not: a shot is denoised for 1 s and
developed for 0.5 s by a clock, so two cores suffice, and is 1.5 MB. GPUs are so in name only. Every
job goes through the pool's own calls: conditions out, steps, segments back. Ideal: each worker
denoises eight shots one after the other, and develops the last. The rival is Ray's own ActorPool,
one call a shot. In the run with a kill, one worker gets SIGKILL after a third of the shots:
`redone` are shots that were begun again, `extra_s` is how much longer it took than the run before.
"""

import json
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:1] = [str(ROOT), str(ROOT / "tests")]  # bench/render.py would hide the package

from fakes_pool_ray import Clockwork, carried, order_of  # noqa: E402
from render.lab import Job  # noqa: E402
from render.pools import Done, News, Pool, Site, local  # noqa: E402
from render.pools import ray as pool_ray  # noqa: E402

SHOTS, WORKERS = 64, 8
EXPOSE_S, DEVELOP_S = 1.0, 0.5
IDEAL_S = SHOTS / WORKERS * EXPOSE_S + DEVELOP_S
WISH = f"expose={EXPOSE_S} develop={DEVELOP_S} size=1500000"
LIMIT_S = 60.0


def jobs() -> list[Job]:
    return [order_of(f"shot{k}", WISH, first=os.urandom(400_000)) for k in range(SHOTS)]


class Killer:
    """Ends one worker once a third of the shots is done."""

    def __init__(self, pool: Pool) -> None:
        self._pool, self._done = pool, 0

    def __call__(self, news: Sequence[News]) -> None:
        before, third = self._done, SHOTS // 3
        self._done += sum(isinstance(one, Done) for one in news)
        if before < third <= self._done:
            os.kill(int(min(self._pool.room()).rpartition("/")[2]), signal.SIGKILL)


def run(pool: Pool, happens: Callable[[Sequence[News]], None]) -> float:
    begin = time.perf_counter()
    news = carried(pool, jobs(), LIMIT_S, happens)
    seconds = time.perf_counter() - begin
    keys = [one.key for one in news if isinstance(one, Done)]
    assert len(keys) == len(set(keys)) == SHOTS
    return seconds


def site(log: Path) -> Site:
    return Site(log, "cpu", {"log": str(log)}, "fakes_pool_ray:Clockwork")


@contextmanager
def cluster() -> Iterator[str]:
    """A Ray cluster on loopback whose eight GPUs are so in name only."""
    os.environ["PYTHONPATH"] = f"{ROOT}{os.pathsep}{ROOT / 'tests'}"
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    os.environ["RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER"] = "0"  # read at import: stay on loopback
    from ray.cluster_utils import Cluster

    node = {"num_cpus": WORKERS, "num_gpus": WORKERS, "node_ip_address": "127.0.0.1"}
    there = Cluster(initialize_head=True, head_node_args={**node, "include_dashboard": False})
    yield there.address
    there.shutdown()


def by_ray(address: str, log: Path) -> dict[str, Any]:
    pool = pool_ray.Plugin(pool_ray.Settings(address=address, cpus=0.5), site(log))
    begin = time.perf_counter()
    assert pool.open() == WORKERS
    open_s = time.perf_counter() - begin
    seconds = run(pool, lambda _: None)
    for begun in log.glob("shot*"):
        begun.unlink()
    killed_s = run(pool, Killer(pool))
    redone = len(list(log.glob("shot*"))) - SHOTS
    pool.close()
    return {
        "open_s": round(open_s, 1),
        **figures("ray", seconds),
        "killed_s": round(killed_s, 2),
        "extra_s": round(killed_s - seconds, 2),
        "redone": redone,
    }


def by_local(log: Path) -> dict[str, Any]:
    pool = local.Plugin(local.Settings(workers=WORKERS), site(log))
    assert pool.open() == WORKERS
    seconds = run(pool, lambda _: None)
    pool.close()
    return figures("local", seconds)


def by_actor_pool(address: str, log: Path) -> dict[str, Any]:
    import ray
    from ray.util import ActorPool

    class Stock(Clockwork):
        def made(self, job: Job) -> Any:
            done = self.denoise(job, lambda *_: None, lambda: False)
            return self.develop(done, lambda *_: None, lambda: False)

    ray.init(address, log_to_driver=False, logging_level="ERROR")
    actor = ray.remote(num_gpus=1, num_cpus=0.5)(Stock)
    actors = [actor.remote(site(log)) for _ in range(WORKERS)]
    ray.get([one.room.remote() for one in actors])
    begin = time.perf_counter()
    made = list(ActorPool(actors).map_unordered(lambda a, job: a.made.remote(job), jobs()))
    seconds = time.perf_counter() - begin
    assert len(made) == SHOTS
    ray.shutdown()
    return figures("actor_pool", seconds)


def figures(name: str, seconds: float) -> dict[str, Any]:
    return {
        f"{name}_s": round(seconds, 2),
        f"{name}_efficiency": round(IDEAL_S / seconds, 3),
        f"{name}_overhead_ms_per_shot": round((seconds - IDEAL_S) * WORKERS / SHOTS * 1000, 1),
    }


def main() -> None:
    """The pool, its kill and its rival on one cluster, then the pool of this machine."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        with cluster() as address:
            ours = by_ray(address, Path(one))
            rival = by_actor_pool(address, Path(other))
        here = by_local(Path(other))
    head = {"bench": "pool", "shots": SHOTS, "workers": WORKERS, "ideal_s": IDEAL_S}
    print(json.dumps({**head, **ours, "bar_efficiency": 0.9, **here, **rival}))


if __name__ == "__main__":
    main()
