"""Every public command as a process, as a person or a script runs it."""

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import feedparser
import pytest

from fakes_press import ARTICLE, TITLE, Run, command, office
from fakes_sources import report, rss
from newsrooms import newsroom, running

CROWDS = "Ferries sail from Saltby again: repairs to the pier took nine days, its master told us."
ITEMS = (
    ("a", "Harbour Post", "2026-03-04T09:00:00Z", TITLE, ARTICLE),
    ("b", "Quay Radio", "2026-03-04T09:04:00Z", "Saltby ferry pier reopens to crowds", CROWDS),
    ("c", "Northern Ledger", "2026-03-04T09:06:00Z", "Orchard fair in Dunmere opens", "Apples."),
)


def write_items(file: Path, *items: tuple[str, ...]) -> None:
    keys = ("id", "outlet", "first_seen", "title", "summary")
    lines = (json.dumps(dict(zip(keys, item, strict=True))) for item in items)
    file.write_text("\n".join(lines) + "\n")


def saltby(number: int = 1) -> str:
    return f"<title>{TITLE}</title><guid>{number}</guid><description>{ARTICLE}</description>"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a config and inputs; its clips share their finished pieces."""
    folder = tmp_path_factory.mktemp("desk")
    config = office(folder)
    config.write_text(config.read_text().replace("preview = false\n", ""))
    write_items(folder / "wire.jsonl", *ITEMS)
    write_items(folder / "courier.jsonl", ("a", "courier", "2026-03-04T09:00:00Z", TITLE, ARTICLE))
    (folder / "feed.xml").write_text(rss(saltby(), report(2), report(3), title="courier"))
    return folder


@pytest.fixture(scope="module")
def made(desk: Path) -> Run:
    """One clip of the feed file, posted too, told as JSON."""
    wishes = ("--format", "flash", "--tone", "hope", "--writer", "extractive", "--out", "clips")
    return command(desk, "make", "feed.xml", "Saltby", *wishes, "--publish", "--json")


def told(run: Run) -> dict[str, Any]:
    assert run.code == 0, run.err
    return dict(json.loads(run.out.splitlines()[-1]))


def test_make_ends_with_one_json_object(made: Run, desk: Path) -> None:
    assert len(made.out.splitlines()) == 1  # everything else is said on stderr
    clip = told(made)
    for name in ("clip", "srt", "vtt", "cover"):
        assert (desk / clip[name]).parent == desk / "clips"
        assert (desk / clip[name]).stat().st_size > 0
    assert "Saltby" in json.dumps(clip["script"]["beats"])
    assert clip["script"]["tone"] == "hope"
    assert len(clip["storyboard"]["shots"]) >= 2
    assert 4 <= clip["seconds"] <= 14
    stages = {"stories", "write", "direct", "render", "voice", "draw", "sound", "check"}
    assert stages <= clip["timings"].keys()
    assert all(seconds >= 0 for seconds in clip["timings"].values())
    assert clip["check"]["checks"]
    assert clip["grounding"]["findings"]


def test_make_says_where_its_preview_lies(made: Run, desk: Path) -> None:
    shown = re.search(r"watch the preview: (\S+)", made.err)
    assert shown
    assert desk / shown[1] == (desk / told(made)["clip"]).with_suffix(".preview.mp4")
    assert (desk / shown[1]).exists()


def test_make_posts_what_it_made(made: Run, desk: Path) -> None:
    assert "folder: done file://" in made.told
    feed = feedparser.parse((desk / "posted" / "feed.xml").read_bytes())
    assert [entry.title for entry in feed.entries] == [told(made)["script"]["headline"]]
    posted = next((desk / "posted").rglob("*.mp4"))
    assert posted.read_bytes() == (desk / told(made)["clip"]).read_bytes()


def test_stories_puts_every_item_into_exactly_one_story(desk: Path) -> None:
    stories = told(command(desk, "stories", "wire.jsonl", "--json"))["stories"]
    assert sorted(item for story in stories for item in story["items"]) == ["a", "b", "c"]
    first = next(story for story in stories if "a" in story["items"])
    assert first["items"] == ["a", "b"]
    assert first["outlets"] == ["Harbour Post", "Quay Radio"]
    assert first["first_seen"] == "2026-03-04T09:00:00+00:00"
    assert first["last_seen"] == "2026-03-04T09:04:00+00:00"
    keys = {"id", "title", "items", "outlets", "heat", "curve", "first_seen", "last_seen"}
    assert all(story.keys() == keys for story in stories)
    assert {"score", "phase", "parts", "reason"} <= first["heat"].keys()


def test_stories_tells_a_person(desk: Path) -> None:
    run = command(desk, "stories", "wire.jsonl", "Saltby")
    lines = run.out.splitlines()
    assert lines[0] == f"  1. {TITLE}  #1"
    assert lines[1].startswith(f"     {'▁' * 21}▂▂▃ candidate: 2 outlets in 4 minutes, ")
    assert lines[2] == "     Harbour Post, Quay Radio · last report 2 min ago"
    assert lines[-1].startswith("1 of 1 stories as of 2026-03-04 09:06 UTC: 1 that several")


@pytest.mark.parametrize(("options", "ids"), [((), [1]), (("--all",), [1, 2])])
def test_stories_leaves_out_what_one_outlet_alone_tells(
    options: tuple[str, ...], ids: list[int], desk: Path
) -> None:
    run = command(desk, "stories", "wire.jsonl", *options)
    assert [int(n) for n in re.findall(r"#(\d+)$", run.out, re.MULTILINE)] == ids
    assert f"{len(ids)} of 2 stories" in run.out
    assert "1 that one outlet alone tells (--all)" in run.out


def test_stories_of_one_outlet_are_listed_where_there_are_no_others(desk: Path) -> None:
    assert f"1. {TITLE}  #1" in command(desk, "stories", "courier.jsonl").out


def test_stories_explains_one_to_a_person(desk: Path) -> None:
    run = command(desk, "stories", "wire.jsonl", "--explain", "#1")
    assert run.code == 0, run.err
    lines = run.out.splitlines()
    assert lines[0] == f"#1  {TITLE}"
    assert lines[2].startswith(f"“{TITLE}” is a candidate: 2 outlets in 4 minutes, first Harbour")
    assert "Novelty 1.00: nothing like it was widely told before." in lines[2]
    assert lines[3] == f"04 Mar 09:00  Harbour Post: {TITLE}"
    assert lines[4].startswith("              it opened the story: ")
    assert "Harbour Post" in lines[6]
    assert [line.endswith("; a witness") for line in lines[3:]] == [False, True, False, True]


def test_stories_explains_one_as_data(desk: Path) -> None:
    why = told(command(desk, "stories", "wire.jsonl", "--explain", "1", "--json"))
    assert why["story"]["id"] == 1
    assert why["why"].startswith(f"“{TITLE}” is a candidate")
    assert [(i["id"], i["witness"], i["barred"]) for i in why["items"]] == [
        ("a", True, ""),
        ("b", True, ""),
    ]
    assert all(item["why"] for item in why["items"])


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        ("7", 1, "there is no story 7; the nearest are 2 (Orchard fair in Dunmere opens), 1 ("),
        ("ferry", 2, "--explain 'ferry': it takes the number of a story"),
    ],
)
def test_stories_says_which_there_are(number: str, code: int, words: str, desk: Path) -> None:
    run = command(desk, "stories", "wire.jsonl", "--explain", number)
    assert (run.code, run.out) == (code, "")
    assert words in run.err


def test_render_makes_a_clip_of_a_board(made: Run, desk: Path) -> None:
    board = (desk / told(made)["clip"]).with_suffix(".storyboard.json")
    small = {**json.loads(board.read_text()), "width": 108, "height": 192}
    (desk / "board.json").write_text(json.dumps(small))
    run = command(desk, "render", "board.json", "again/reel.mp4")
    assert run.code == 0, run.err
    assert run.out.startswith("again/reel.mp4: ")
    assert {f.suffix for f in (desk / "again").iterdir()} == {
        ".mp4",
        ".jpg",
        ".srt",
        ".vtt",
        ".json",
    }


def test_check_says_what_works(desk: Path) -> None:
    run = command(desk, "check")
    assert run.code == 0, run.out
    for word in ("writer extractive", "channel folder", "encoder", "voice", "fonts", "state"):
        assert word in run.told


def test_check_names_the_way_out_of_what_does_not(tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    (tmp_path / "config.toml").write_text("[desk]\nstate = 'taken/var'\n")
    run = command(tmp_path, "check")
    assert run.code == 1
    assert "nobody may approve: add an [editors] table" in run.told
    assert "cannot be written: set [desk] state elsewhere" in run.told


async def test_chat_speaks_to_the_daemon(tmp_path: Path) -> None:
    async with running(newsroom(tmp_path, [])):
        said = "status\n\nhelp approve\nshow 7\n"
        run = await asyncio.to_thread(command, tmp_path, "chat", said=said)
    assert run.code == 0
    for word in ("0 sources read", "approve DRAFT", "there is no draft 7"):
        assert word in " ".join(run.out.split())
    lost = await asyncio.to_thread(command, tmp_path, "chat", said="status\n")
    assert lost.code == 1
    assert "start `wirereel run`" in lost.told


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("run", ["--config", "--verbose"]),
        (
            "make",
            [
                "--format",
                "--tone",
                "--seconds",
                "--out",
                "--writer",
                "--publish",
                "--json",
                "feeds",
            ],
        ),
        ("stories", ["--limit", "--all", "--explain", "--json", "item files"]),
        ("render", ["BOARD", "OUT", "--sheet", "storyboard"]),
        ("chat", ["--config", "running daemon"]),
        ("check", ["--config", "the way out"]),
        ("demo", ["--out", "sample wire"]),
    ],
)
def test_help_tells_what_one_needs(name: str, needed: list[str], tmp_path: Path) -> None:
    run = command(tmp_path, name, "--help")
    assert run.code == 0
    for word in needed:
        assert word in run.told
    assert name in command(tmp_path, "--help").out
