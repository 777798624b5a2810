"""A shift over a pool that misbehaves: the clip's pictures come in time, or their reasons do."""

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from fakes_pool import FakeClock, FakePool, no_gpu, order, preset
from render.lab import Made, Order, Trouble
from render.lab.callsheet import Offer
from render.lab.pace import Pace
from render.lab.shift import Here, Opened, Outcome, Shift
from render.pools import Done, Failed, Step

FINE, RUSH = preset("fine", worth=0.9), preset("rush", worth=0.5)
PHOTO = preset("photo", "still", worth=0.4, modes=("text",))
ALL = Offer((FINE, RUSH), (PHOTO,))


class Set:
    """A shift with its pool, clock and shelf; each `works` is one render."""

    def __init__(self, folder: Path, workers: int = 1, offer: Offer = ALL) -> None:
        self.folder, self.offer, self.workers = folder, offer, workers
        self.clock = FakeClock()
        self.pace = Pace()
        self.parts: list[float] = []
        self.flaws: dict[bytes, str] = {}
        self.is_new()

    def is_new(self) -> FakePool:
        self.pool = FakePool(self.clock, self.workers)
        return self.pool

    def flaw(self, film: Path, fps: int) -> str:
        return self.flaws.get(film.read_bytes(), "")

    def works(self, *orders: Order, left_s: float = math.inf, stop_at: float = math.inf) -> Outcome:
        def opened() -> Opened:
            return Opened(self.pool, self.pool.open())

        def offered(room: Mapping[str, float]) -> Offer:
            return self.offer

        shift = Shift(
            orders,
            Here(self.folder, self.offer, offered, opened, self.clock, flaw=self.flaw),
            self.pace,
            due=self.clock.now + left_s,
            progress=self.parts.append,
            cancelled=lambda: self.clock.now >= stop_at,
        )
        shift.look()
        outcome = shift.run()
        assert shift.settled.is_set()
        assert self.pool.opened >= self.pool.closed
        self.pace = shift.pace
        return outcome


@pytest.fixture
def stage(tmp_path: Path) -> Set:
    return Set(tmp_path / "segments")


def made(outcome: Outcome) -> dict[str, str]:
    return {name: segment.preset for name, segment in outcome.segments.items()}


def test_without_a_deadline_all_is_made_with_the_best(stage: Set) -> None:
    outcome = stage.works(order("1"), order("2"), order("3", "still"))
    assert made(outcome) == {"1": "fine", "2": "fine", "3": "photo"}
    assert outcome.segments["1"].path.read_bytes() == b"fine 1"
    assert outcome.said == {"1": (), "2": (), "3": ()}
    assert stage.pool.closed == 1
    assert stage.parts == sorted(stage.parts)
    assert stage.parts[-1] == 1.0
    assert len(stage.parts) > 6  # per step, not per shot


def test_all_prompts_of_a_preset_are_told_at_once(stage: Set) -> None:
    stage.works(order("1"), order("2"), order("3", "still"))
    assert [name for name, _ in stage.pool.briefed] == ["photo", "fine"]
    assert {words for words, _ in stage.pool.briefed[1][1]} == {"picture 1", "picture 2"}


def test_what_lies_on_the_shelf_needs_no_pool(stage: Set) -> None:
    orders = (order("sheet:M", "still"), order("1", first="sheet:M"), order("2", first="1"))
    first = stage.works(*orders)
    stage.is_new()
    again = stage.works(*orders)
    assert stage.pool.opened == 0
    assert made(again) == made(first)
    assert not any(segment.fresh for segment in again.segments.values())


def test_a_shot_that_moved_and_weighs_more_is_found_again(stage: Set) -> None:
    stage.works(order("1", prompt="a pier"))
    stage.is_new()
    assert made(stage.works(order("4", prompt="a pier", weight=3.0))) == {"4": "fine"}
    assert stage.pool.opened == 0


@pytest.mark.parametrize("ending", [".mp4", ".end.png", ".json"])
def test_a_segment_that_was_altered_is_made_anew(stage: Set, ending: str) -> None:
    stage.works(order("1"))
    (file,) = stage.folder.glob(f"*{ending}")
    if ending == ".mp4":
        assert file.name.count(".") == 1
    file.write_bytes(b"cut sh")
    stage.is_new()
    assert made(stage.works(order("1"))) == {"1": "fine"}
    assert stage.pool.made == ["1 fine"]


def test_a_chain_hands_its_last_frame_on(stage: Set) -> None:
    stage.works(order("sheet:M", "still"), order("1", first="sheet:M"), order("2", first="1"))
    names = [job.order.name for job in stage.pool.started]
    assert names == ["sheet:M", "1", "2"]
    assert stage.pool.started[1].first == b"end of sheet:M"
    assert stage.pool.started[2].first == b"end of 1"


def test_a_preset_that_starts_from_words_alone_gets_no_picture(stage: Set) -> None:
    stage.offer = Offer((replace(FINE, modes=("text",)),), (PHOTO,))
    stage.works(order("sheet:M", "still"), order("1", first="sheet:M"))
    assert stage.pool.made == ["1 fine"]
    assert stage.pool.started[0].first == b""


def test_where_a_picture_fails_what_hangs_on_it_is_made_without(stage: Set) -> None:
    stage.pool.fails("sheet:M", "picture", "it came out grey")
    outcome = stage.works(order("sheet:M", "still"), order("1", first="sheet:M"))
    assert made(outcome) == {"1": "fine"}
    assert stage.pool.started[1].first == b""


def test_time_is_short_so_the_hero_is_made_and_the_rest_is_told(stage: Set) -> None:
    outcome = stage.works(order("1", weight=2.0), order("2"), order("3"), left_s=6.5)
    assert made(outcome) == {"1": "rush"}
    assert outcome.said["2"] == ("generating it would take 5 s, 1 s are left until drawing",)
    assert "rush instead of fine: the time that is left is too short for it" in outcome.said["1"]
    assert stage.clock.now <= 106.5


def test_a_film_that_cannot_be_in_time_is_a_still(stage: Set) -> None:
    outcome = stage.works(order("1"), order("1~still", "still"), left_s=3.0)
    assert made(outcome) == {"1~still": "photo"}
    assert outcome.said["1"][0].startswith("generating it would take 6 s, ")


def test_no_time_at_all_opens_no_pool(stage: Set) -> None:
    outcome = stage.works(order("1"), left_s=0.0)
    assert (stage.pool.opened, outcome.segments) == (0, {})
    assert outcome.said["1"] == ("no time is left for generating it",)


def test_more_time_another_day_makes_the_better_one(stage: Set) -> None:
    stage.works(order("1"), order("1~still", "still"), left_s=3.0)
    stage.is_new()
    assert made(stage.works(order("1"), order("1~still", "still")))["1"] == "fine"
    assert stage.pool.made == ["1 fine"]


def test_a_shot_that_runs_late_is_called_off_and_its_still_is_made(stage: Set) -> None:
    stage.pool.is_slow("1", 8.0)
    outcome = stage.works(order("1"), order("1~still", "still"), left_s=12.0)
    assert made(outcome) == {"1~still": "photo"}
    assert "it took longer than thought and was called off" in outcome.said["1"]
    assert len(stage.pool.stopped) == 1
    assert stage.clock.now < 112


def test_a_worker_that_hangs_costs_the_deadline_and_no_more(stage: Set) -> None:
    stage.pool.hangs("1")
    outcome = stage.works(order("1"), left_s=20.0)
    assert outcome.segments == {}
    assert outcome.said["1"]
    assert stage.clock.now <= 120.5
    assert stage.pool.closed == 1


def test_a_worker_that_hangs_without_a_deadline_is_not_waited_for_for_ever(stage: Set) -> None:
    stage.pool.hangs("1")
    said = stage.works(order("1")).said["1"]
    assert said[0] == "fine: a picture would take 10 minutes or more on this device"
    assert stage.clock.now < 100 + 2000


def test_workers_that_are_never_free_are_not_waited_for_for_ever(stage: Set) -> None:
    stage.pool.free = lambda: 0  # type: ignore[method-assign]
    assert stage.works(order("1")).said["1"] == ("the workers said nothing for 15 minutes",)


def test_a_model_that_would_take_hours_is_given_up_for_a_quicker_one(stage: Set) -> None:
    stage.pool.is_slow("1", 2000.0)
    stage.offer = Offer((replace(FINE, name="huge"),), (PHOTO,))
    outcome = stage.works(order("1"), order("1~still", "still"), order("2"))
    assert made(outcome) == {"1~still": "photo"}
    assert "minutes or more on this device" in outcome.said["1"][0]
    assert "minutes or more on this device" in outcome.said["2"][0]
    assert len(stage.pool.started) == 2
    assert stage.clock.now < 100 + 3600


def test_workers_that_are_lost_one_after_another_end_the_shift(stage: Set) -> None:
    stage.pool.fails("fine", "lost", "worker 1 was silent for 300 s", times=99)
    outcome = stage.works(*(order(str(n)) for n in range(1, 9)))
    assert outcome.segments == {}
    assert len(stage.pool.started) <= 5
    assert outcome.said["8"][-1] == "worker 1 was silent for 300 s"


def test_a_lost_job_is_tried_again_once(stage: Set) -> None:
    stage.pool.fails("1", "lost", "worker 1 fell")
    stage.pool.fails("2", "lost", "worker 1 fell", times=2)
    outcome = stage.works(order("1"), order("2"))
    assert made(outcome) == {"1": "fine"}
    assert outcome.said["1"] == ("worker 1 fell; tried again",)
    assert outcome.said["2"] == ("worker 1 fell; tried again", "worker 1 fell")


def test_too_little_memory_steps_down_for_all(stage: Set) -> None:
    stage.pool.fails("fine", "memory", "it needs 21 GiB, 8 are free")
    outcome = stage.works(order("1"), order("2"))
    assert made(outcome) == {"1": "rush", "2": "rush"}
    assert "rush instead of fine: it needs 21 GiB, 8 are free" in outcome.said["2"]


def test_out_of_memory_everywhere_ends_in_stills_and_then_in_nothing(stage: Set) -> None:
    for name in ("fine", "rush"):
        stage.pool.fails(name, "memory", "too little memory")
    both = (order("1"), order("1~still", "still"))
    assert made(stage.works(*both)) == {"1~still": "photo"}
    pool = stage.is_new()
    stage.folder /= "other"
    for name in ("fine", "rush", "photo"):
        pool.fails(name, "weights", "weights are not here")
    outcome = stage.works(*both)
    assert outcome.segments == {}
    assert "weights are not here" in outcome.said["1"][-1]


@pytest.mark.parametrize(("kind", "still"), [("picture", True), ("bug", True), ("prompt", False)])
def test_a_shot_that_cannot_be_made_is_given_up_and_no_other(
    stage: Set, kind: str, still: bool
) -> None:
    stage.pool.fails("1", kind, "not this one")  # type: ignore[arg-type]
    outcome = stage.works(order("1"), order("1~still", "still"), order("2"))
    assert made(outcome) == {"2": "fine"} | ({"1~still": "photo"} if still else {})
    assert outcome.said["1"][0] == "not this one"


def test_workers_without_a_device_are_not_asked_for_ever(stage: Set) -> None:
    stage.pool.fails("fine", "device", "its driver is too old", times=99)
    outcome = stage.works(*(order(str(n)) for n in range(1, 7)))
    assert outcome.segments == {}
    assert len(stage.pool.started) == 2
    assert outcome.said["6"] == ("its driver is too old",)


def test_all_workers_lost_ends_the_shift(stage: Set) -> None:
    stage.pool.loses_a_worker(2.0, left=0, said="worker 1 fell; it is given up")
    outcome = stage.works(order("1"), order("2"))
    assert outcome.segments == {}
    assert "worker 1 fell; it is given up" in outcome.said["2"]
    assert stage.clock.now < 110


def test_one_of_two_workers_lost_costs_its_shot_a_second_time(tmp_path: Path) -> None:
    stage = Set(tmp_path, workers=2)
    stage.pool.loses_a_worker(3.0, left=1)
    outcome = stage.works(order("1"), order("2"), order("3"))
    assert set(made(outcome)) == {"1", "2", "3"}
    assert len(stage.pool.started) == 4


@pytest.mark.parametrize("error", [no_gpu(), RuntimeError("a bug of the pool's")])
def test_a_pool_that_does_not_open_is_a_reason(stage: Set, error: Exception) -> None:
    stage.pool.does_not_open(error)
    outcome = stage.works(order("1"))
    assert str(error) in outcome.said["1"][0]
    assert outcome.segments == {}


def test_no_preset_that_fits_is_a_reason(stage: Set) -> None:
    stage.offer = Offer(why_not={"film": "draft needs 6.5 GiB, 4 are free"})
    assert stage.works(order("1")).said["1"] == ("draft needs 6.5 GiB, 4 are free",)
    assert stage.pool.opened == 0


def test_a_shift_that_is_ended_lets_the_pool_go_at_once(stage: Set) -> None:
    outcome = stage.works(order("1"), order("2"), stop_at=104.0)
    assert outcome.segments == {}
    assert stage.clock.now <= 104.5
    assert stage.pool.closed == 1


def test_news_that_nobody_expects_change_nothing(stage: Set) -> None:
    strange = Made("nobody", b"x", b"", stage.works(order("9")).segments["9"].facts)
    pool = stage.is_new()
    for news in (
        Done("nobody", strange),
        Failed("nobody", Trouble("lost", "?")),
        Step("nobody", "denoise", 3, 0),
    ):
        pool.tells(0.3, news)
    assert set(made(stage.works(order("1"), order("2")))) == {"1", "2"}


def test_what_is_done_after_it_was_called_off_is_kept(stage: Set) -> None:
    stage.works(order("1"))
    (segment,) = stage.works(order("1")).segments.values()
    stage.folder /= "other"
    pool = stage.is_new()
    pool.hangs("1")

    def comes_late() -> None:
        (job,) = pool.started
        pool.tells(0.4, Done(job.key, Made(job.key, b"late", b"", segment.facts)))

    pool.stop = lambda key: comes_late()  # type: ignore[method-assign]
    outcome = stage.works(order("1"), order("2"), left_s=20.0)
    assert outcome.segments["1"].path.read_bytes() == b"late"


def test_a_worker_that_hands_in_nothing_has_a_bug(stage: Set) -> None:
    stage.pool.develop_s = 5.0
    facts = Set(stage.folder / "x").works(order("9")).segments["9"].facts

    class Empty(FakePool):
        def wait(self, timeout_s: float):  # type: ignore[no-untyped-def]
            return [
                Done(news.key, Made(news.key, b"", b"", facts)) if isinstance(news, Done) else news
                for news in super().wait(timeout_s)
            ]

    stage.pool = Empty(stage.clock)
    assert stage.works(order("1")).said["1"] == ("the worker handed in nothing",)


def test_a_full_disk_costs_the_shot_and_no_more(stage: Set) -> None:
    stage.folder.parent.mkdir(parents=True, exist_ok=True)
    stage.folder.write_text("a file where the folder should be")
    assert stage.works(order("1")).said["1"][0].startswith("cannot write")


def test_what_was_measured_decides_the_next_time(stage: Set) -> None:
    stage.pool.is_slow("1", 3.0)
    stage.works(order("1"), left_s=math.inf)
    stage.is_new()
    outcome = stage.works(order("2"), left_s=12.0)  # 24 s is what it took the last time
    assert made(outcome) == {"2": "rush"}


def test_no_orders_are_no_work(stage: Set) -> None:
    assert stage.works() == Outcome()
    assert stage.pool.opened == 0


def test_a_film_that_may_not_be_shown_is_a_still_instead(stage: Set) -> None:
    stage.flaws[b"fine 1"] = "its film fails: flashes 5 in a second, at most 3"
    spare = order("1~still", "still")
    outcome = stage.works(order("1"), spare, order("2"))
    assert made(outcome) == {"1~still": "photo", "2": "fine"}
    assert outcome.said["1"] == ("its film fails: flashes 5 in a second, at most 3",)
    assert sorted(path.suffix for path in stage.folder.glob("*.mp4")) == [".mp4"]
