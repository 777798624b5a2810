"""Who is looked at when: the doorsteps of hosts, and the agenda."""

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.watch.agenda import AT_ONCE, Agenda, spread
from bot.watch.hosts import Hosts

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
Look = tuple[str, datetime, datetime]


def keep(agenda: Agenda, took_s: list[float]) -> list[Look]:
    """Keep an agenda to its end, in simulated time: each look takes its turn's seconds."""
    now, going, looks = NOON, dict[str, datetime](), list[Look]()
    while True:
        for name in agenda.ready(now):
            going[name] = now + timedelta(seconds=took_s[len(looks) % len(took_s)])
            looks.append((name, now, going[name]))
        moments = [at for at in (agenda.next_at(), *going.values()) if at is not None]
        if not moments:
            return looks
        now = max(now, min(moments))
        for name in [name for name, end in going.items() if end <= now]:
            del going[name]
            agenda.done(name, now)


@settings(deadline=None)  # a busy machine is no fault
@given(
    dues=st.lists(st.tuples(st.integers(0, 4), st.floats(0, 20)), min_size=1, max_size=60),
    took_s=st.lists(st.floats(0, 9), min_size=1, max_size=5),
    held_s=st.floats(0, 30),
)
def test_manners_hold_for_all_sources_of_a_host(
    dues: list[tuple[int, float]], took_s: list[float], held_s: float
) -> None:
    hosts = Hosts()
    agenda = Agenda(hosts)
    hosts.hold("host0.example", NOON + timedelta(seconds=held_s))
    for n, (host, due_s) in enumerate(dues):
        agenda.put(f"{n} {host}", f"host{host}.example", NOON + timedelta(seconds=due_s))
    looks = keep(agenda, took_s)
    assert Counter(name for name, *_ in looks) == Counter(
        f"{n} {h}" for n, (h, _) in enumerate(dues)
    )
    by_host = defaultdict(list)
    for name, begin, end in looks:
        by_host[name.split()[1]].append((begin, end))
    for visits in by_host.values():
        assert all(b - a >= SECOND for (a, _), (b, _) in pairwise(visits))
        assert all(sum(a <= begin < b for a, b in visits) <= 2 for begin, _ in visits)
    assert all(begin >= NOON + timedelta(seconds=held_s) for begin, _ in by_host["0"])
    for name, begin, _ in looks:
        assert begin >= NOON + timedelta(seconds=dues[int(name.split()[0])][1])


def test_no_more_looks_at_once_than_connections() -> None:
    agenda = Agenda(Hosts())
    for n in range(500):
        agenda.put(f"feed {n}", f"host{n}.example", NOON)
    assert len(agenda.ready(NOON)) == AT_ONCE
    assert agenda.ready(NOON) == []
    assert agenda.next_at() is None
    agenda.done("feed 3", NOON)
    assert len(agenda.ready(NOON)) == 1


def test_a_busy_host_holds_nobody_else_up() -> None:
    agenda = Agenda(Hosts())
    for n in range(300):
        agenda.put(f"big {n}", "big.example", NOON)
    agenda.put("small", "small.example", NOON)
    assert agenda.ready(NOON) == ["big 0", "small"]


def test_what_was_said_last_about_a_source_counts() -> None:
    agenda = Agenda(Hosts())
    agenda.put("feed", "a.example", NOON + timedelta(hours=1))
    agenda.put("feed", "a.example", NOON)
    assert agenda.ready(NOON) == ["feed"]
    agenda.done("feed", NOON)
    assert agenda.ready(NOON + timedelta(hours=2)) == []


def test_a_source_is_never_looked_at_twice_at_once() -> None:
    agenda = Agenda(Hosts())
    agenda.put("feed", "a.example", NOON)
    assert agenda.ready(NOON) == ["feed"]
    agenda.put("feed", "a.example", NOON)
    assert agenda.ready(NOON) == []
    agenda.done("feed", NOON)
    assert agenda.ready(NOON + 2 * SECOND) == ["feed"]


def test_a_source_stands_in_line_once() -> None:
    hosts = Hosts()
    agenda = Agenda(hosts)
    hosts.hold("a.example", NOON + SECOND)
    for _ in range(3):
        agenda.put("feed", "a.example", NOON)
        assert agenda.ready(NOON) == []
    assert agenda.ready(NOON + SECOND) == ["feed"]
    agenda.done("feed", NOON + SECOND)
    assert agenda.next_at() is None


def test_a_hold_that_comes_while_others_wait_is_theirs_too() -> None:
    hosts = Hosts()
    agenda = Agenda(hosts)
    for n in range(3):
        agenda.put(f"feed {n}", "a.example", NOON)
    assert agenda.ready(NOON) == ["feed 0"]
    hosts.hold("a.example", NOON + timedelta(minutes=5))
    agenda.done("feed 0", NOON)
    assert agenda.ready(NOON + timedelta(minutes=4)) == []
    assert agenda.ready(NOON + timedelta(minutes=5)) == ["feed 1"]


@pytest.mark.parametrize(("ours", "apart_s"), [(False, 1.0), (True, 0.0)])
def test_requests_are_apart_except_at_home(ours: bool, apart_s: float) -> None:
    hosts = Hosts(lambda _: ours)
    turns = [hosts.turn("10.0.0.7", NOON, SECOND * 60) for _ in range(3)]
    assert turns == [NOON + n * timedelta(seconds=apart_s) for n in range(3)]


def test_a_turn_that_is_too_far_away_is_not_taken() -> None:
    hosts = Hosts()
    turns = [hosts.turn("a.example", NOON, 2 * SECOND) for _ in range(6)]
    assert turns == [NOON + n * SECOND for n in (0, 1, 2, 3, 3, 3)]


def test_a_short_hold_does_not_end_a_long_one() -> None:
    hosts = Hosts()
    hosts.hold("a.example", NOON + 60 * SECOND)
    hosts.hold("a.example", NOON + 10 * SECOND)
    assert hosts.held(NOON) == {"a.example": NOON + 60 * SECOND}
    assert hosts.held(NOON + 60 * SECOND) == {}


def test_doorsteps_of_strangers_are_forgotten() -> None:
    hosts = Hosts()
    for n in range(100):
        hosts.turn(f"host{n}.example", NOON, SECOND)
    hosts.hold("busy.example", NOON + timedelta(hours=20))
    hosts.tidy(NOON + timedelta(hours=2))
    assert hosts.held(NOON) == {"busy.example": NOON + timedelta(hours=20)}
    assert hosts.free_at("host1.example", NOON) == NOON


def test_a_start_is_spread() -> None:
    due = {f"feed {n}": NOON - timedelta(hours=n) for n in range(5000)}
    due["later"] = NOON + timedelta(hours=1)
    turns = spread(due, NOON)
    assert turns["later"] == due["later"]
    assert turns["feed 4999"] == NOON
    per_second = Counter((at - NOON) // SECOND for name, at in turns.items() if name != "later")
    assert set(per_second.values()) == {25}
    assert max(per_second) < 300
