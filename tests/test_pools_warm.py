"""render.pools.warm: a real server in a process of its own, real workers, no model."""

import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest

import fakes_lab as lab
from fakes_lab import PRESET, job_for, site_at, until
from render.lab import Facts, Made, Trouble, Troubled
from render.pools import Denoised, Done, Failed, Lost, Step
from render.pools import _address as address
from render.pools import _line as words
from render.pools._guests import Guest, whose_turn
from render.pools._line import Line, decode, encode
from render.pools._standing import Rules
from render.pools._warmth import Server
from render.pools.warm import Plugin, Settings, command, end, is_up, main

ROOT = Path(__file__).parents[1]


@contextmanager
def served(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """A server in its own process."""
    path = os.pathsep.join([str(ROOT / "tests"), str(ROOT)])
    process = subprocess.Popen(
        command(Settings(folder=folder)),
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    with process:
        assert process.stdout
        assert process.stdout.readline() == f"the warm pool is at {folder}\n"
        try:
            yield process
        finally:
            process.terminate()


@contextmanager
def served_here(folder: Path, **about: Any) -> Iterator[Server]:
    """A server in a thread of the test."""
    with address.opened(folder) as sock:
        server = Server(sock, **{"build": address.build(), **about})
        thread = threading.Thread(target=server.run)
        thread.start()
        try:
            yield server
        finally:
            server.end()
            thread.join()


@contextmanager
def guest(settings: Settings, doors: Path, worker: str = "Fake") -> Iterator[Plugin]:
    """A pool that is open."""
    pool = Plugin(settings, site_at(doors, worker))
    assert pool.open() == settings.workers
    try:
        yield pool
    finally:
        pool.close()


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("doors")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Those of a server that all these tests share, with one worker."""
    folder = tmp_path_factory.mktemp("warm")
    with served(folder) as process:
        yield Settings(folder=folder, workers=1, attempts=100)
    assert process.returncode == 0


def free(pool: Plugin) -> Plugin:
    while not pool.free():
        pool.wait(lab.LONG_S)
    return pool


def test_a_job_is_done_with_its_bytes_and_its_steps(settings: Settings, doors: Path) -> None:
    with guest(settings, doors) as pool:
        assert pool.room() == {"1": 7.5}
        job = job_for("3 steps", first=bytes(range(256)), refs=(b"Mara",))
        free(pool).start(job)
        assert pool.free() == 0
        news = until(pool, lab.ended(job.key))
        told = [("load", 1, 1), ("denoise", 1, 3), ("denoise", 2, 3), ("denoise", 3, 3)]
        assert lab.steps(news, job.key) == [*told, ("develop", 1, 1)]
        done = next(n for n in news if isinstance(n, Done))
        assert done.made.key == job.key
        assert done.made.data == b"3 steps" + bytes(range(256)) + b"Mara"
        assert done.made.end == b"\xff\x00 the last frame"


def test_the_next_render_finds_the_same_worker(settings: Settings, doors: Path) -> None:
    pids = set()
    for number in range(2):
        with guest(settings, doors) as pool:
            key = f"1 step for render {number}"
            free(pool).start(job_for(key))
            pids.add(lab.pid_of(lab.done(pool, key)[key]))
    assert len(pids) == 1


def test_the_next_job_is_denoised_while_one_is_developed(settings: Settings, doors: Path) -> None:
    with guest(settings, doors) as pool:
        free(pool).start(job_for("develops when fixed"))
        until(pool, lambda news: Denoised("develops when fixed") in news)
        free(pool).start(job_for("2 steps meanwhile"))
        news = until(pool, lambda news: Denoised("2 steps meanwhile") in news)
        assert "done" not in lab.kinds(news, "develops when fixed")
        lab.open_door(doors, "fixed")
        assert lab.done(pool, "develops when fixed", "2 steps meanwhile")


def test_two_guests_take_turns(settings: Settings, doors: Path) -> None:
    with guest(settings, doors) as desk, guest(settings, doors) as rival:
        free(desk).start(job_for("waits for turn", "first"))
        until(desk, lambda news: bool(lab.steps(news, "first")))
        for n in range(3):
            desk.start(job_for(f"1 step of the desk {n}", f"same {n}"))
        rival.start(job_for("1 step of the rival", "same 0"))  # the key of another guest, too
        lab.open_door(doors, "turn")
        assert lab.done(rival, "same 0")["same 0"].data == b"1 step of the rival"
        assert lab.done(desk, "first", "same 0", "same 1", "same 2")
        order = (doors / "denoised").read_text().splitlines()
        assert order.index("1 step of the rival") < order.index("1 step of the desk 1")


def test_jobs_are_stopped_waiting_or_working(settings: Settings, doors: Path) -> None:
    with guest(settings, doors) as pool:
        free(pool).start(job_for("waits for nobody", "works"))
        pool.start(job_for("1 step", "waits"))
        until(pool, lambda news: bool(lab.steps(news, "works")))
        pool.stop("waits")
        assert lab.trouble(pool, "waits")[0] == "stopped"
        pool.stop("works")
        pool.stop("unknown")
        assert lab.trouble(pool, "works")[0] == "stopped"


def test_what_a_guest_asked_for_goes_with_it(settings: Settings, doors: Path) -> None:
    with guest(settings, doors) as pool:
        with guest(settings, doors) as other:
            free(other).start(job_for("waits for never"))
            until(other, lambda news: bool(lab.steps(news, "waits for never")))
            other.start(job_for("1 step for nobody"))
        free(pool).start(job_for("1 step for us"))
        assert lab.done(pool, "1 step for us")
    assert "1 step for nobody" not in (doors / "denoised").read_text().splitlines()


def test_a_worker_that_falls_is_replaced_for_all(settings: Settings, doors: Path) -> None:
    with guest(settings, doors) as pool, guest(settings, doors) as other:
        free(pool).start(job_for("kills itself"))
        news = until(pool, lab.ended("kills itself"))
        assert next(n.trouble.kind for n in news if isinstance(n, Failed)) == "lost"
        said = "worker 1 was killed (SIGKILL; too little memory?)"
        news = until(other, lambda news: any(isinstance(n, Lost) for n in news))
        assert lab.losses(news) == [(said, 1)]


def test_a_brief_that_fells_workers_goes_with_its_guest(settings: Settings, doors: Path) -> None:
    with guest(settings, doors) as pool:
        free(pool).brief(PRESET, [("crashes", "")])
        until(pool, lambda news: len(lab.losses(news)) == 2)  # its replacement is briefed, too
    with guest(settings, doors) as pool:
        free(pool).start(job_for("1 step, perhaps"))  # on the one that was briefed last
        until(pool, lab.ended("1 step, perhaps"))
        free(pool).brief(PRESET, [("2 steps, briefed", "")])
        pool.start(job_for("2 steps, briefed"))
        assert lab.done(pool, "2 steps, briefed")
    assert (doors / "briefs").read_text().endswith("draft: crashes\ndraft: 2 steps, briefed\n")


def test_another_set_up_waits_for_the_guests_to_go(
    settings: Settings, doors: Path, tmp_path: Path
) -> None:
    with guest(settings, doors), pytest.raises(Troubled, match="serves others with another set-up"):
        Plugin(settings, site_at(tmp_path)).open()
    with guest(settings, tmp_path) as pool:
        pool.start(job_for("1 step elsewhere"))
        assert lab.done(pool, "1 step elsewhere")
    assert (tmp_path / "denoised").read_text() == "1 step elsewhere\n"


def test_a_worker_that_cannot_be_says_why(settings: Settings, doors: Path) -> None:
    pool = Plugin(settings, site_at(doors, "WithoutDevice"))
    with pytest.raises(Troubled) as caught:
        pool.open()
    assert caught.value.trouble == Trouble("device", "the driver 470.82 is too old: 525 is needed")
    with guest(settings, doors) as pool:  # with another site it goes on
        assert pool.room()


def test_a_second_server_does_not_begin(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert settings.folder
    assert main([str(settings.folder)]) == 1
    assert is_up(settings)


def test_a_server_that_is_killed_is_told_and_taken_over(tmp_path: Path) -> None:
    settings = Settings(folder=tmp_path / "warm", workers=1)
    (tmp_path / "warm").mkdir(mode=0o700)
    with served(tmp_path / "warm") as server, guest(settings, tmp_path) as pool:
        pool.start(job_for("1 step"))
        pid = lab.pid_of(lab.done(pool, "1 step")["1 step"])
        free(pool).start(job_for("hangs"))
        until(pool, lambda news: bool(lab.steps(news, "hangs")))
        server.kill()
        news = until(pool, lab.ended("hangs"))
        assert [n.trouble for n in news if isinstance(n, Failed)] == [
            Trouble("lost", "the warm pool fell")
        ]
        assert lab.losses(news) == [("the warm pool fell", 0)]
        assert pool.free() == 0
        pool.start(job_for("1 step more"))
        assert lab.trouble(pool, "1 step more")[0] == "lost"
        assert pool.wait(0.01) == ()
        assert lab.is_gone(pid)
    assert (tmp_path / "warm" / "pool.sock").exists()  # stale
    assert not is_up(settings)
    with pytest.raises(Troubled, match="not running"):
        Plugin(settings, site_at(tmp_path)).open()
    with served(tmp_path / "warm") as server:
        assert is_up(settings)
        assert end(settings)
        assert server.wait(lab.LONG_S) == 0
    assert not end(settings)


def test_without_guests_the_workers_are_let_go_and_come_back(tmp_path: Path) -> None:
    settings = Settings(folder=tmp_path, workers=1, rest_s=0.05)
    pids = []
    tmp_path.chmod(0o700)
    with served_here(tmp_path):
        for number in range(2):
            with guest(settings, tmp_path) as pool:
                key = f"{number} steps"
                pool.start(job_for(key))
                pids.append(lab.pid_of(lab.done(pool, key)[key]))
            assert lab.is_gone(pids[-1])
    assert pids[0] != pids[1]


def test_a_server_whose_parent_is_gone_ends_when_nobody_needs_it(tmp_path: Path) -> None:
    parents = iter([100, 1])
    tmp_path.chmod(0o700)
    with address.opened(tmp_path) as sock:
        server = Server(sock, "", clock=leaping(), parent=lambda: next(parents))
        server.run()  # comes to its end by itself


def leaping() -> Callable[[], float]:
    """A clock on which an hour passes between two looks."""
    hours = iter(range(1000))
    return lambda: next(hours) * 3600.0


def test_a_server_with_other_code_is_not_used_and_ends(tmp_path: Path) -> None:
    settings = Settings(folder=tmp_path, workers=1)
    tmp_path.chmod(0o700)
    with served_here(tmp_path, build="older"):
        assert not is_up(settings)
        pool = Plugin(settings, site_at(tmp_path))
        with pytest.raises(Troubled, match="runs other code") as caught:
            pool.open()
        assert caught.value.trouble.kind == "device"
    with served_here(tmp_path):
        assert is_up(settings)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda folder: None, "the warm pool is not running"),
        (lambda folder: folder.mkdir(mode=0o700), "the warm pool is not running"),
        (lambda folder: folder.mkdir(mode=0o755), "of this user alone"),
        (lambda folder: folder.write_text(""), "of this user alone"),
    ],
)
def test_where_no_server_is_open_says_so(
    tmp_path: Path, make: Callable[[Path], object], said: str
) -> None:
    folder = tmp_path / "warm"
    make(folder)
    with pytest.raises(Troubled, match=said) as caught:
        Plugin(Settings(folder=folder), site_at(tmp_path)).open()
    assert caught.value.trouble.kind == "device"
    assert not is_up(Settings(folder=folder))


def test_a_path_that_is_too_long_is_said(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 100)
    folder.mkdir(mode=0o700)
    with pytest.raises(Troubled, match="name a shorter `folder`"):
        Plugin(Settings(folder=folder), site_at(tmp_path)).open()


@contextmanager
def posing(folder: Path, *answers: Any) -> Iterator[SimpleQueue[Any]]:
    """Something at a server's socket that says these words, and nothing after them."""
    heard: SimpleQueue[Any] = SimpleQueue()
    with address.opened(folder) as sock:

        def pose() -> None:
            line = Line(sock.accept()[0], heard.put)
            for answer in answers:
                line.say(answer)
            while heard.get() is not None:
                pass
            line.close()

        thread = threading.Thread(target=pose)
        thread.start()
        yield heard
        thread.join()


def test_a_server_that_hangs_is_lost(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    places = words.Places(1, 0, {"1": 7.5})
    times = [0.0]
    here, welcome = words.Here("any", 1, 0), words.Welcome(1, places)
    with posing(tmp_path, here, welcome):
        pool = Plugin(Settings(folder=tmp_path), site_at(tmp_path), clock=lambda: times[0])
        assert pool.open() == 1
        pool.start(job_for("3 steps"))
        times[0] = 29.0
        assert pool.wait(0.0) == ()
        times[0] = 31.0
        news = pool.wait(0.0)
        assert [n.trouble.said for n in news if isinstance(n, Failed)] == [
            "the warm pool was silent for 30 s"
        ]
        assert lab.losses(news) == [("the warm pool was silent for 30 s", 0)]


def test_who_is_no_server_is_not_believed(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    with posing(tmp_path, words.Stop("what")), pytest.raises(Troubled, match="does not answer"):
        Plugin(Settings(folder=tmp_path), site_at(tmp_path)).open()


@pytest.mark.parametrize("data", [b"\x00\x00\x00\x05hello", b"\xff\xff\xff\xff", b"\x00\x00"])
def test_a_guest_that_talks_nonsense_is_let_go(
    settings: Settings, doors: Path, data: bytes
) -> None:
    assert settings.folder
    with address.reached(settings.folder) as sock:
        sock.settimeout(lab.LONG_S)
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(4096):
            pass  # its greeting, then the end
    assert is_up(settings)


def test_turns_are_fair() -> None:
    job = job_for("x")
    desk, rival, idle = Guest(1), Guest(2), Guest(3)
    assert whose_turn([desk, rival, idle]) is None
    desk.waiting.extend([job] * 5)
    rival.waiting.append(job)
    assert whose_turn([desk, rival, idle]) is desk
    desk.served = 1
    assert whose_turn([desk, rival, idle]) is rival
    rival.running.add("2/x")
    assert whose_turn([desk, rival, idle]) is desk  # it has none


@pytest.mark.parametrize(
    "word",
    [
        words.Hello("3fa9", site_at(Path("models")), Rules(workers=2), 900.0),
        words.Brief(PRESET, (("a harbour", "blur"),)),
        words.Start(job_for("x", first=b"\xff\xfe", refs=(b"", b"\x00"))),
        words.End(),
        words.Places(1, 2, {"1": 7.5}),
        words.Refused(Trouble("device", "no GPU")),
        Step("k", "denoise", 1, 3),
        Done("k", Made("k", bytes(range(256)), b"", Facts("cpu", {"load": 1.5}, stepped=("x",)))),
        Lost("worker 1 fell", 0),
    ],
    ids=lambda word: type(word).__name__,
)
def test_words_travel_unchanged(word: Any) -> None:
    assert decode(encode(word)) == word


@pytest.mark.parametrize("data", [b"", b"Hello\n{}", b"Path\n[]", b"Stop\n[{}]", b"\xff\n"])
def test_no_other_words_are_understood(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"unknown word|validation error"):
        decode(data)


def test_the_server_ends_at_once_with_workers_that_hang(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    settings = Settings(folder=tmp_path, workers=1)
    with served(tmp_path) as server, guest(settings, tmp_path) as pool:
        pool.start(job_for("hangs"))
        until(pool, lambda news: bool(lab.steps(news, "hangs")))
        server.send_signal(signal.SIGTERM)
        assert server.wait(lab.LONG_S) == 0
        assert lab.trouble(pool, "hangs")[0] == "lost"
    assert not (tmp_path / "pool.sock").exists()
