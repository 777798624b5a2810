"""Formats: data, one file each; what may be asked of them."""

from pathlib import Path

import pytest

from bot.config import ConfigError, read
from bot.formats import Format, format_of, mistake, names
from bot.prose.sentences import length, speaking_s
from bot.writers import Brief
from bot.writers.extractive import compose
from fakes_pen import bridge

PARTS = {"hook", "where and when", "facts", "entries", "voice", "context", "unknown", "next"}


@pytest.mark.parametrize("name", names())
def test_a_format_of_the_house_is_whole(name: str) -> None:
    found = format_of(name)
    low, usual, high = found.seconds
    assert found.name == name
    assert 8 <= low <= usual <= high <= 60
    assert 1 <= found.beats[0] <= found.beats[1]
    assert found.order[0] == "hook"
    assert set(found.order) <= PARTS
    assert found.numbered == ("entries" in found.order)
    assert found.about.endswith(".")
    assert len(found.rules) >= 3
    assert all(rule.endswith(".") and length(rule) > 4 for rule in found.rules)
    most = found.beats[1] * 18 / 2.5 + found.end_s
    assert most >= low  # so many beats can fill so much time


def test_there_are_four_and_news_is_the_usual_one() -> None:
    assert names() == ("explainer", "flash", "list", "news")
    assert format_of("") == format_of("news")


@pytest.mark.parametrize(
    ("name", "seconds", "said"),
    [
        ("news", 0, ""),
        ("news", 45, ""),
        ("", 30, ""),
        ("news", 13, "13 seconds are not between 30 and 45, as news takes; in that time there is"
                     " flash"),
        ("flash", 55, "not between 10 and 15, as flash takes; in that time there is explainer or"
                      " list"),
        ("news", 900, "900 seconds are not between 30 and 45, as news takes"),
        ("drama", 0, "unknown format 'drama'; there are explainer, flash, list, news"),
        ("no.such.module", 0, "unknown format 'no.such.module'"),
        ("bot.story", 0, "'bot.story' has no FORMAT"),
    ],
)  # fmt: skip
def test_what_cannot_be_had_is_told_with_the_way_out(name: str, seconds: float, said: str) -> None:
    told = mistake(name, seconds)
    assert said in told
    assert bool(said) == bool(told)


MINE = '''"""Two breaths: for a shop window."""

from bot.formats import Format

FORMAT = Format(
    name="window",
    seconds=(8.0, 9.0, 12.0),
    beats=(1, 2),
    order=("hook", "facts"),
    rules=("Say it in two sentences.",),
    end_s=1.2,
)
'''


def test_a_format_of_ones_own_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shopwindow").mkdir()
    (tmp_path / "shopwindow" / "window.py").write_text(MINE, encoding="utf-8")
    (tmp_path / "shopwindow" / "broken.py").write_text("1 / 0", encoding="utf-8")
    (tmp_path / "shopwindow" / "needy.py").write_text("import no_such_thing", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    found = format_of("shopwindow.window")
    assert isinstance(found, Format)
    assert found.about == "Two breaths: for a shop window."
    script = compose(bridge(), Brief(format="shopwindow.window"))
    assert script.format == "shopwindow.window"
    assert 1 <= len(script.beats) <= 2
    assert sum(speaking_s(beat.line) for beat in script.beats) <= 12
    assert "does not load" in mistake("shopwindow.broken", 0)
    assert "needs 'no_such_thing'" in mistake("shopwindow.needy", 0)


def config(tmp_path: Path, clip: str) -> Path:
    file = tmp_path / "config.toml"
    file.write_text(f"[clip]\n{clip}\n", encoding="utf-8")
    return file


def test_the_house_may_choose_its_format_and_length(tmp_path: Path) -> None:
    clip = read(config(tmp_path, "format = 'flash'\nseconds = 12")).house.clip
    assert (clip.format, clip.seconds) == ("flash", 12.0)
    assert read(config(tmp_path, "")).house.clip.seconds == 0.0
    with pytest.raises(ConfigError, match="13 seconds are not between 30 and 45"):
        read(config(tmp_path, "seconds = 13"))
    with pytest.raises(ConfigError, match="unknown format 'drama'"):
        read(config(tmp_path, "format = 'drama'"))
