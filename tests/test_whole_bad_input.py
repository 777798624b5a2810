"""What strangers, disks and networks do to a newsroom, end to end.

Each ends in a clear message with the way out, or is passed over and logged, and the rest goes on.
"""

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.terminal.remote import Remote
from fakes_art import rare_letter
from fakes_press import (
    ARTICLE,
    TITLE,
    Run,
    Typed,
    brings,
    command,
    environment,
    office,
    process,
    program,
    takes_away,
)
from fakes_sources import rss
from fakes_trouble import FACT, NASTY, leftovers, nasty_feed, unseen
from render.lettering.typecase import file_for
from render.storyboard import Shot, Storyboard, dumps


@pytest.fixture
def typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Typed:
    """Somebody at a terminal in the test's own folder."""
    return Typed(tmp_path, monkeypatch, capsys)


def test_nasty_words_do_not_steer_the_terminal(tmp_path: Path) -> None:
    for n, title in enumerate(NASTY):
        (tmp_path / f"{n}.xml").write_text(nasty_feed(n, title))
    run = command(tmp_path, "stories", *(f"{n}.xml" for n in range(len(NASTY))))
    assert run.code == 0
    assert unseen(run.out) == []
    assert "<script" not in run.out
    assert max(map(len, run.out.splitlines())) < 500


# Inputs of `make` and `stories`


@pytest.mark.parametrize(
    ("name", "body", "said"),
    [
        ("half.xml", b"<rss><channel><item><title>half", "half.xml"),
        ("empty.xml", b"", "empty.xml"),
        ("page.xml", b"<!doctype html><html><body>Log in", "page, not a feed"),
        ("none.xml", rss().encode(), "no items in none.xml; name a feed"),
        ("noise.jsonl", b"\x00\xff" * 4000, "no line of it is an item"),
        ("blank.txt", b"  \n \n", "blank.txt"),
    ],
)  # fmt: skip
def test_a_bad_file_is_named(
    name: str, body: bytes, said: str, tmp_path: Path, typed: Typed
) -> None:
    (tmp_path / name).write_bytes(body)
    run = typed("make", name)
    assert run.code == 1
    assert said in run.told


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere/feed.xml"], "there is no file nowhere/feed.xml"),
        (["feed.xml"], "there is no file feed.xml"),
        (["http://127.0.0.1:9/feed"], "127.0.0.1:9/feed"),
        (["http://10.0.0.1/feed"], "not a public address; if it is yours, list it under `allow`"),
        (["http://"], "http://"),
        ([], "no sources are configured"),
        (["storm", "x" * 5000], "no sources are configured"),
        (["--seconds", "900"], "900 seconds are not between 10 and 15, as flash takes"),
        (["--tone", "cheery"], "unknown --tone 'cheery'; there are"),
        (["--writer", "poet"], "--writer: unknown kind 'poet'; known are extractive, openai"),
    ],
)
def test_a_bad_wish_is_told_with_the_way_out(
    words: list[str], said: str, tmp_path: Path, typed: Typed
) -> None:
    office(tmp_path)
    run = typed("make", *words)
    assert run.code in (1, 2)
    assert said in run.told


def test_no_network_is_told(tmp_path: Path) -> None:
    sources = "".join(
        f"[[sources]]\nkind = 'feed'\nname = 'n{n}'\nurl = 'http://127.0.0.1:9/{n}'\n"
        for n in range(2)
    )
    office(tmp_path, sources)
    run = command(tmp_path, "make", "storm")
    assert run.code == 1
    assert "none of the 2 sources could be read; the first: http://127.0.0.1:9/0" in run.told


@pytest.mark.parametrize("name", ["run", "make", "stories", "chat", "check"])
def test_a_typo_in_the_config_is_named(name: str, tmp_path: Path, typed: Typed) -> None:
    office(tmp_path, "[clips]\nseconds = 9\n")
    run = typed(name)
    assert run.code == 2
    assert "clips: unknown key; known are desk, editors" in run.told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[desk\n", "is not TOML"),
        ("[desk]\nstate = 3\n", "desk.state"),
        (
            "[clip]\nseconds = 900\n",
            "clip.seconds: value error, 900 seconds are not between 30 and 45, as news takes",
        ),
        ("[[sources]]\nkind = 'fed'\n", "sources[0]: unknown kind 'fed'; known are article,"),
        ("[network]\nallow = ['home']\n", "'home' is neither an address"),
        ("[writer]\nkind = 'openai'\nmodel = 'm'\nkey = 'sk-123'\n", "a secret stands in the file"),
    ],
)
def test_a_wrong_value_in_the_config_is_named(
    text: str, said: str, tmp_path: Path, typed: Typed
) -> None:
    (tmp_path / "config.toml").write_text(text)
    run = typed("stories", "storm")
    assert run.code == 2
    assert said in run.told


# What the machine lacks


async def says(remote: Remote, text: str) -> str:
    return await asyncio.to_thread(remote.command, text)


def article(folder: Path) -> None:
    (folder / "courier.txt").write_text(f"{TITLE}\n\n{ARTICLE}\n")


def test_a_missing_encoder_is_named(tmp_path: Path) -> None:
    article(tmp_path)
    office(tmp_path)
    takes_away(tmp_path, "av")
    run = command(tmp_path, "make", "courier.txt")
    assert run.code == 1
    assert "the package av is missing here: pip install av" in run.told
    run = command(tmp_path, "check")
    assert run.code == 1
    assert "the package av is missing" in run.told


def test_a_missing_font_names_its_package(tmp_path: Path) -> None:
    text = "เรือเฟอร์รี่" if file_for("ร") is None else f"A sign reads {rare_letter()[0]} here"
    shot = Shot(text, "cards", {"card": "statement", "text": text})
    board = Storyboard("A sign", "en", (shot,), width=108, height=192, voice="silent")
    (tmp_path / "board.json").write_text(dumps(board))
    run = command(tmp_path, "render", "board.json", "out.mp4")
    assert run.code == 1
    assert "install fonts-noto-core (Debian)" in run.told
    assert not (tmp_path / "out.mp4").exists()


def test_a_full_disk_leaves_no_half_file(tmp_path: Path) -> None:
    article(tmp_path)
    office(tmp_path)
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))"
    run = command(tmp_path, "make", "courier.txt", before=full)
    assert run.code == 1
    assert "cannot write" in run.told
    assert "free space" in run.told
    assert leftovers(tmp_path) == []
    assert list((tmp_path / "out").iterdir()) == []


def statement(line: str) -> Shot:
    return Shot(line, "cards", {"card": "statement", "text": line})


def rendered(folder: Path, *shots: Shot, before: str = "") -> Run:
    """Render a small board of these shots in a folder, as `python -m render` does."""
    board = Storyboard("A board", "en", shots, width=108, height=192, voice="silent")
    (folder / "board.json").write_text(dumps(board))
    start = f"{before}\nimport sys\nfrom render.__main__ import main\nsys.exit(main())"
    words = ("board.json", "out.mp4", "--json", "--work", "work", "--preset", "superfast")
    return process(folder, sys.executable, "-c", start, *words)


def left(folder: Path) -> list[str]:
    """What a render has left, but for lines on its shelf and the board."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".npz"]
    return [path.name for path in files if path.name != "board.json"]


@pytest.mark.parametrize("place", ["pieces", "out.mp4"])
def test_a_disk_that_fills_in_mid_render_leaves_no_half_file(place: str, tmp_path: Path) -> None:
    """First all goes well; then there is room for nothing but what lies there already."""
    assert rendered(tmp_path, statement(FACT)).code == 0
    for path in (*tmp_path.glob("out.*"), *tmp_path.glob(f"work/{place}/*")):
        path.unlink()
    before = left(tmp_path)
    full = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (900, 900))"
    run = rendered(tmp_path, statement(FACT), before=full)
    assert run.code == 1
    error = json.loads(run.out.splitlines()[-1])["error"]
    assert place in error
    assert error.endswith("free space, or choose a folder that can be written")
    assert left(tmp_path) == before


def test_a_clip_of_one_word_is_a_clip(tmp_path: Path) -> None:
    run = rendered(tmp_path, statement("Go."))
    assert run.code == 0
    assert json.loads(run.out.splitlines()[-1])["clip"]["seconds"] == pytest.approx(1.2)


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["Go."] * 60, "would last 72.0 s, 60.0 s is the most: cut 12.0 s; the longest of 60 "),
        (["Go.", "Harbour " * 400], "the longest of 2 shots is shot 2, 1"),
    ],
)
def test_a_clip_that_would_be_too_long_says_what_to_cut(
    lines: list[str], said: str, tmp_path: Path
) -> None:
    run = rendered(tmp_path, *map(statement, lines))
    assert run.code == 1
    assert said in json.loads(run.out.splitlines()[-1])["error"]
    assert left(tmp_path) == []


@pytest.mark.parametrize(("out", "state"), [("taken/out", "var"), ("out", "taken/var")])
def test_a_folder_that_cannot_be_written_is_named(out: str, state: str, tmp_path: Path) -> None:
    article(tmp_path)
    office(tmp_path, f"[desk]\nstate = '{state}'\n")
    (tmp_path / "taken").touch()
    run = command(tmp_path, "make", "courier.txt", "--out", out)
    assert run.code == 1
    assert "taken" in run.told
    assert "choose a folder that can be written" in run.told


BUGGY = """
from pydantic import BaseModel
class Settings(BaseModel): pass
class Plugin:
    def __init__(self, settings): pass
    def shoot(self, shot, stage): return self
    def paint(self, n, out): return 1 / (n - 1)
    def say(self, text, **wishes): return text.lips
"""


@pytest.mark.parametrize(
    ("camera", "voice", "said"),
    [
        ("our.own", "silent", "shot 2, camera our.own: ZeroDivisionError: "),
        ("cards", "our.own", "shot 1, voice our.own: AttributeError: "),
    ],
)
def test_a_bug_in_a_render_names_its_shot(
    camera: str, voice: str, said: str, tmp_path: Path
) -> None:
    brings(tmp_path, "our/own.py", BUGGY)
    shots = [Shot(FACT, kind, {"card": "statement", "text": FACT}) for kind in ("cards", camera)]
    board = Storyboard("A bug", "en", tuple(shots), width=108, height=192, voice=voice)
    (tmp_path / "board.json").write_text(dumps(board))
    run = process(tmp_path, sys.executable, "-m", "render", "board.json", "out.mp4", "--json")
    assert run.code == 1
    assert json.loads(run.out.splitlines()[-1])["error"].startswith(said)
    assert "Traceback" in run.err
    assert leftovers(tmp_path) == []


def test_a_bug_in_a_render_is_logged_by_who_asked_for_it(tmp_path: Path) -> None:
    brings(tmp_path, "our/own.py", BUGGY)
    article(tmp_path)
    file = office(tmp_path)
    file.write_text(file.read_text().replace("'silent'", "'our.own'"))
    run = process(tmp_path, *program(), "make", "courier.txt")
    assert run.code == 1
    assert "the render fell over a bug: Traceback" in run.told
    assert run.told.endswith(
        "shot 1, voice our.own: AttributeError: 'str' object has no attribute 'lips'"
    )


BREATHLESS = """
import signal
from pydantic import BaseModel
class Settings(BaseModel): pass
class Plugin:
    def __init__(self, settings): pass
    def say(self, text, **wishes):
        self.line = open("line", "w")
        self.line.write("speaking")
        self.line.flush()
        signal.pause()
"""


def test_make_ended_in_mid_render_ends_its_render_too(tmp_path: Path) -> None:
    brings(tmp_path, "our/own.py", BREATHLESS)
    article(tmp_path)
    file = office(tmp_path)
    file.write_text(file.read_text().replace("'silent'", "'our.own'"))
    os.mkfifo(tmp_path / "line")
    line = os.open(tmp_path / "line", os.O_RDONLY | os.O_NONBLOCK)
    with subprocess.Popen(
        [*program(), "make", "courier.txt"],
        cwd=tmp_path,
        env=environment(tmp_path),
        stderr=subprocess.PIPE,
        text=True,
    ) as make:
        assert heard_on(line) == b"speaking"
        make.send_signal(signal.SIGTERM)
        _, said = make.communicate(timeout=30)
    assert heard_on(line) == b""  # nobody holds the other end any more
    os.close(line)
    assert make.returncode == 128 + signal.SIGTERM
    assert "Traceback" not in said
    assert list((tmp_path / "out").iterdir()) == []


def heard_on(line: int) -> bytes:
    assert select.select([line], [], [], 60)[0], "nothing came"
    return os.read(line, 100)


# The daemon's own


def daemon_says(folder: Path, more: str) -> Run:
    office(folder, more)
    return command(folder, "run")


def test_a_state_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    run = daemon_says(tmp_path, "[desk]\nstate = 'taken/var'\n")
    assert run.code == 1
    assert "the state folder" in run.told
    assert "set another `state`" in run.told


@pytest.mark.parametrize(
    "body", [b"no database at all" * 500, b"SQLite format 3\0" + b"\xff" * 9000]
)
def test_a_damaged_database_is_named(body: bytes, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "wirereel.db").write_bytes(body)
    run = daemon_says(tmp_path, "")
    assert run.code == 1
    assert "put the newest backup in its place" in run.told


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        run = daemon_says(tmp_path, f"[[chat]]\nkind = 'web'\nport = {port}\n")
    assert run.code == 2
    assert "choose another `port`" in run.told


def test_closed_streams_do_not_matter(tmp_path: Path) -> None:
    office(tmp_path)
    closed = ["sh", "-c", 'exec "$@" <&- >&-', "sh", *program(), "run"]
    with subprocess.Popen(
        closed, cwd=tmp_path, env=environment(tmp_path), stderr=subprocess.PIPE, text=True
    ) as daemon:
        assert daemon.stderr
        first = daemon.stderr.readline()
        daemon.send_signal(signal.SIGTERM)
        rest = daemon.stderr.read()
    assert "watching 0 sources" in first
    assert "Traceback" not in rest
    assert daemon.returncode == 0
