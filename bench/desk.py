"""How fast a full desk answers, and what an idle one with many chats and channels takes.

`answer_ms` is the slowest of several commands of one kind at 1,000 drafts of the last two days,
each with a board of 40 kB, five reports with their pages, three posts, and twenty chats to tell.
`start_s` and `idle_mb` are of a daemon with 20 chats and 17 channels of all the kinds there are,
none of which finds its other side; `left_out` are kinds whose settings could not be guessed.

Repeat: python bench/desk.py [DRAFTS]
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

HERE = Path(__file__).parents[1]
sys.path[:1] = [str(HERE), str(HERE / "tests")]  # bench/render.py would hide the package

from bot.chat import Incoming  # noqa: E402
from bot.desk import Desk, Parts  # noqa: E402
from bot.draft import Brief  # noqa: E402
from bot.newsroom import Newsroom  # noqa: E402
from bot.plugins import kinds  # noqa: E402
from bot.store import Store  # noqa: E402
from bot.terms.assent import Yes  # noqa: E402
from bot.trends import Wire  # noqa: E402
from fakes import FakeChannel, FakeChat, FakeLine, FakeTips, item, script  # noqa: E402

DRAFTS, TIMES = 1000, 5
CHATS, CHANNELS = 20, 17
BAR_MS, BAR_S, BAR_MB = 300, 3.0, 200
DEAD = "http://127.0.0.1:9"
GUESSES = (
    DEAD,
    "127.0.0.1",
    "room",
    "#desk",
    "!room:localhost",
    "@bot:localhost",
    "123456789",
    "1234567890:" + "a" * 40,
    "a" * 26,
    "C0DESK",
    "C0123456789",
    "@square",
    "urn:li:person:a1",
    9,
    123456789,
    True,
    ["room"],
    {"room": "room"},
)
SETTLES_S = 4.0


def full(number: int) -> Mapping[str, Any]:
    """What a finished draft carries, about as large as a real one."""
    shot = {"line": "The harbour bridge is closed.", "camera": "cards", "words": list(range(40))}
    board = {"shots": [shot] * 150}
    clip = {"path": "/x/clip.mp4", "sha256": "0" * 64, "seconds": 31.0, "warnings": []}
    clip |= {"cover": "/x/c.jpg", "srt": "/x/c.srt", "vtt": "/x/c.vtt", "sources": "/x/s.json"}
    return {"board": board, "clip": clip, "rev": f"{number:06x}" * 10}


async def fill(store: Store, drafts: int, now: datetime) -> None:
    """Bring drafts through to their end; of each hundred, five wait for a decision."""
    page = "The harbour bridge in Port Ansel was closed after a ferry hit it. " * 60
    items = tuple(replace(item(n, at=now), text=page) for n in range(5))
    lines = script(*(f"The harbour bridge is closed, line {n}." for n in range(6)))
    for n in range(drafts):
        at = now - timedelta(hours=40) + timedelta(hours=40) * n / drafts
        title = f"Ferry {n} hits the harbour bridge"
        number = await store.new_draft(n + 1, title, items, Brief(), "wire", "hot", at)
        steps = (
            ("written", {"script": lines}),
            ("rendered", full(n)),
            ("offered", {"offered_at": at}),
        )
        for to, more in steps:
            draft = await store.draft(number)
            assert draft
            await store.move(draft, to, at, **more)
        draft = await store.draft(number)
        assert draft
        if n % 100 < 95:
            await store.approve(draft, "web:anna", Yes(("square", "tower", "pit")), at)
            for posting in await store.postings(number):
                for step in ("preparing", "ready"):
                    await store.post(posting, step, at)
                    posting = replace(posting, state=step)
                sent = await store.begin_send(posting, at)
                await store.post(sent, "done", at, url="https://square.example/1")
            draft = await store.draft(number)
            assert draft
            await store.move(draft, "posted", at, why="every channel has answered")


async def answers(drafts: int) -> Mapping[str, float]:
    """Time commands as a chat would see them, ms."""
    now = datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        store = await Store.open(Path(folder) / "state")
        try:
            await fill(store, drafts, now)
            chats = [FakeChat(f"room {n}") for n in range(CHATS)]
            channels = {name: FakeChannel(name) for name in ("square", "tower", "pit")}
            parts = Parts(store, Wire(), FakeLine(), channels, chats, Path(folder))
            desk = Desk(parts, lambda: now)
            newsroom = Newsroom(desk, {"web:anna": "admin"}, FakeTips().follow, never)
            return await timed(desk, newsroom, now)
        finally:
            await store.close()


async def never(_name: str) -> bool:
    return False


async def timed(desk: Desk, newsroom: Newsroom, now: datetime) -> Mapping[str, float]:
    open_ones = [d for d in await desk.store.drafts(now) if d.state == "offered"]
    approved, rejected, edited = (open_ones[k::3][:TIMES] for k in range(3))
    said = {
        "status": ["status"] * TIMES,
        "drafts": ["drafts"] * TIMES,
        "topics": ["topics"] * TIMES,
        "show": [f"show {number}" for number in range(1, 1 + TIMES)],
        "pause": ["pause square", "resume square"],
        "approve": [f"approve {d.id} {d.tag}" for d in approved],
        "reject": [f"reject {d.id} old news" for d in rejected],
        "edit": [f"edit {d.id} headline: Bridge shut" for d in edited],
    }
    found: dict[str, float] = {}
    for verb, texts in said.items():
        laps = []
        for n, text in enumerate(texts):
            begin = time.perf_counter()
            answer = await newsroom.hear(Incoming("web:anna", f"{verb} {n}", text, now))
            laps.append(1000 * (time.perf_counter() - begin))
            assert answer, text
        found[verb] = round(max(laps), 1)
    looks = (
        ("first look", desk.decide),
        ("next look", desk.decide),
        ("page of drafts", newsroom.drafts),
    )
    for name, look in looks:
        begin = time.perf_counter()
        await look()
        found[name] = round(1000 * (time.perf_counter() - begin), 1)
    return found


# -- a daemon with many chats and channels ---------------------------------------------------------


def guessed(settings: type[BaseModel], given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Fill in settings so that they are valid and lead nowhere; None where that fails."""
    values, tried = dict(given), dict[str, int]()
    for name, field in settings.model_fields.items():
        if str(field.default).startswith(("https://", "http://")) and name not in values:
            values[name] = DEAD
    for _ in range(40 * len(GUESSES)):
        try:
            settings.model_validate(values)
            return values
        except ValidationError as error:
            wrong = {str(e["loc"][0]) for e in error.errors() if e["loc"]}
            if not wrong and (spare := unset(settings, values)):
                wrong = {spare}  # one of several ways is needed
            for name in wrong:
                n = tried.get(name, 0)
                if n >= len(GUESSES):
                    return None
                values[name], tried[name] = GUESSES[n], n + 1
            if not wrong:
                return None
    return None


def unset(settings: type[BaseModel], values: Mapping[str, Any]) -> str:
    """What may be given and is not, the first; "" where there is none."""
    empty = (None, "", SecretStr(""))
    fields = settings.model_fields.items()
    free = (k for k, f in fields if k not in values and not f.is_required())
    return next((k for k in free if settings.model_fields[k].default in empty), "")


def tables(package: str, folder: Path) -> tuple[dict[str, Mapping[str, Any]], list[str]]:
    """Settings for each kind of a package, and the kinds that are left out."""
    known = {"web": {"port": 0}, "folder": {"path": str(folder / "out")}}
    found, left = {}, []
    for kind in kinds(package):
        try:
            module = import_module(f"{package}.{kind}")
        except ImportError:
            left.append(f"{package} {kind}")
            continue
        values = guessed(module.Settings, known.get(kind, {}))
        if values is None:
            left.append(f"{package} {kind}")
        else:
            found[kind] = {k: secret(module.Settings, k, v) for k, v in values.items()}
    return found, left


def secret(settings: type[BaseModel], name: str, value: Any) -> Any:
    """Name the environment where a secret is meant: plain ones are refused."""
    if "SecretStr" not in str(settings.model_fields[name].annotation):
        return value
    variable = f"BENCH_{abs(hash(str(value)))}"
    os.environ[variable] = str(value)
    return f"env:{variable}"


def written(folder: Path) -> tuple[str, Mapping[str, int], list[str]]:
    """A config file, how many chats and channels of each kind it has, and what is left out."""
    lines = [
        f"[desk]\nstate = {json.dumps(str(folder / 'var'))}",
        '[network]\nallow = ["127.0.0.1"]',
    ]
    counted: dict[str, int] = {}
    left: list[str] = []
    for package, room, most in (("bot.chat", "chat", CHATS), ("publish", "publish", CHANNELS)):
        found, missing = tables(package, folder)
        left += missing
        for n, kind in enumerate(islice(cycle(found), most)):
            rows = {"kind": kind, "name": f"{room}-{n}", **found[kind]}
            if kind == "web" and n == list(found).index("web"):
                rows["port"] = PORT
            lines.append(f"[[{room}]]\n" + "\n".join(f"{k} = {toml(v)}" for k, v in rows.items()))
            counted[kind] = counted.get(kind, 0) + 1
    return "\n".join(lines), counted, left


PORT = 8710 + os.getpid() % 1000


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    return json.dumps(value)


def idle() -> Mapping[str, Any]:
    """Start a daemon, wait until its page is there and it has settled, and look at its memory."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        text, counted, left = written(folder)
        (folder / "config.toml").write_text(text)
        log = stack.enter_context((folder / "log").open("wb"))
        command = [sys.executable, "-m", "bot", "run", "--config", str(folder / "config.toml")]
        begin = time.perf_counter()
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            start = up(child, begin)
            if start is None:
                raise SystemExit(
                    f"the daemon did not start: {(folder / 'log').read_text()[-2000:]}"
                )
            cpu = burnt(child.pid)
            time.sleep(SETTLES_S)
            megabytes = sum(resident(pid) for pid in family(child.pid)) / 1e6
        finally:
            child.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                child.wait(20)
            child.kill()
        found = {"start_s": round(start, 2), "start_cpu_s": cpu, "idle_mb": round(megabytes)}
        return {**found, "ended": child.returncode, "kinds": counted, "left_out": left}


def up(child: "subprocess.Popen[bytes]", begin: float) -> float | None:
    """How long it takes until the page answers, s."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while child.poll() is None and time.perf_counter() - begin < 60:
        with suppress(OSError):
            opener.open(f"http://127.0.0.1:{PORT}/livez", timeout=5).close()
            return time.perf_counter() - begin
        time.sleep(0.02)
    return None


def burnt(pid: int) -> float:
    """The processor time that a process has taken: what counts where others work too, s."""
    ticks = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def family(pid: int) -> Iterator[int]:
    """A process and all that it started."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            yield from family(int(child))


def resident(pid: int) -> int:
    """What a process holds of the memory, shared pages by halves: bytes."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return 1024 * int(rollup.split("Pss:")[1].split()[0])


def main() -> None:
    """Print both figures as one line."""
    drafts = int(sys.argv[1]) if len(sys.argv) > 1 else DRAFTS
    found = asyncio.run(answers(drafts))
    commands = {k: v for k, v in found.items() if " " not in k}
    bars = {"bar_ms": BAR_MS, "bar_s": BAR_S, "bar_mb": BAR_MB}
    slowest = max(commands.values())
    line = {"bench": "desk", "drafts": drafts, "slowest_ms": slowest, "answer_ms": found}
    print(json.dumps({**line, **idle(), **bars}))


if __name__ == "__main__":
    main()
