from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from bot.config import ConfigError, build, read
from bot.plugins import kinds
from bot.terminal.check import findings

HOOK: dict[str, Any] = {"kind": "webhook", "url": "https://example.org/in"}


def refused(table: dict[str, Any], base: Path = Path()) -> str:
    with pytest.raises(ConfigError) as error:
        build(table, base)
    return str(error.value)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"dekk": {}}, "dekk: unknown key; known are desk, editors"),
        ({"desk": {"min_outlets": 0}}, "desk.min_outlets: "),
        ({"desk": {"stat": "x"}}, "desk.stat"),
        ({"editors": {"web:anna": "king"}}, "editors.web:anna"),
        ({"brand": {"accent": "blue"}}, "brand.accent"),
        ({"clip": {"seconds": 90}}, "clip.seconds"),
        ({"writer": {"kind": "shakespeare"}}, "known are extractive, openai"),
        ({"sources": [{"url": "x"}]}, "sources[0]: needs a `kind`"),
        ({"sources": [{"kind": "feed", "url": "x", "tier": 5}]}, "sources[0].tier: 5 is no rank"),
        ({"publish": [{**HOOK, "tier": 2}]}, "publish[0].tier: unknown key"),
        ({"rules": {"tiers": {"The Quay": 0}}}, "rules.tiers.The Quay"),
        ({"rules": {"zone": "Mars/Base"}}, "'mars/base' is no name of the tz database"),
        ({"rules": {"two_editors": "sometimes"}}, "rules.two_editors"),
        ({"rules": {"outlets": 2}}, "rules.outlets: unknown key; known are independent, best_tier"),
        ({"sources": [{"kind": "feed", "address": "x"}]}, "sources[0]"),
        ({"publish": [HOOK, HOOK]}, "two are called 'webhook'"),
        ({"publish": [{**HOOK, "token": "abc"}]}, "a secret stands in the file"),
        ({"publish": [{**HOOK, "token": "env:NO_SUCH_NAME"}]}, "environment has no NO_SUCH_NAME"),
        ({"publish": [{**HOOK, "token": "file:nowhere"}]}, "cannot read"),
        ({"publish": [{"kind": "json.decoder"}]}, "is no plug-in"),
        ({"publish": [{"kind": "no.such.module"}]}, "missing"),
        ({"rights": {"allow": ["CC-BY", "free"]}}, "'free' is no licence; known are cc0, pdm"),
        ({"pictures": [{"kind": "commons"}]}, "pictures[0]: 'commons' wants to know who asks"),
        ({"sources": [{"kind": "wikipedia"}]}, "sources[0]: 'wikipedia' wants to know who asks"),
        ({"sources": [{"kind": "wikipedia_top"}]}, "wants to know who asks"),
        ({"sources": [{"kind": "googletrends", "geo": "US"}]}, 'say terms = "read"'),
        ({"sources": [{"kind": "newsnow", "board": "weibo"}]}, "sources[0].base_url"),
        ({"pictures": [{"kind": "pexels", "key": "abc"}]}, "a secret stands in the file"),
        ({"pictures": [{"kind": "archive"}]}, "pictures[0].folder"),
    ],
)
def test_every_mistake_is_named_with_its_place(table: dict[str, Any], words: str) -> None:
    assert words in refused(table)


def test_licences_and_finders_are_read(tmp_path: Path) -> None:
    config = build(
        {
            "rights": {"allow": ["cc by 4.0", "Public domain"]},
            "network": {"contact": "desk@harbour.example"},
            "pictures": [{"kind": "archive", "folder": "photos"}, {"kind": "commons"}],
        },
        tmp_path,
    )
    assert config.house.rights.allow == ("CC-BY-4.0", "PDM")
    assert [slot.name for slot in config.finders] == ["archive", "commons"]
    assert config.finders[0].settings.folder == tmp_path / "photos"


def test_check_names_the_finders(tmp_path: Path) -> None:
    config = build({"pictures": [{"kind": "archive", "folder": "photos"}]}, tmp_path)
    first = {finding.what: finding.said for finding in islice(findings(config), 6)}
    assert first["finder archive"].startswith("Your own archive: a folder of pictures")


def test_check_says_what_each_sense_hears(tmp_path: Path) -> None:
    config = build({"sources": [{"kind": "bluesky"}, {"kind": "hackernews"}]}, tmp_path)
    first = {finding.what: finding.said for finding in islice(findings(config), 2)}
    assert first["source bluesky"] == "Bluesky: the topics that its app shows as trending."
    assert first["source hackernews"].startswith("Hacker News: what its readers vote up")


def test_secrets_come_from_the_environment_or_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_TOKEN", "s3cret")
    (tmp_path / "token").write_text("s3cret\n")
    for word in ("env:HOOK_TOKEN", "file:token"):
        config = build({"publish": [{**HOOK, "token": word}]}, tmp_path)
        settings = config.channels[0].settings
        assert settings.token.get_secret_value() == "s3cret"
        assert "s3cret" not in repr(config)


def test_a_wrong_secret_is_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("s3cret")
    assert "s3cret" not in refused({"publish": [{**HOOK, "token": ["s3cret"]}]})


def test_a_table_that_lacks_a_key_tells_none_of_its_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is missing, or wrong of two keys together, is said of the whole table."""
    monkeypatch.setenv("HOOK_TOKEN", "s3cret")
    for table in (
        {"kind": "webhook", "token": "env:HOOK_TOKEN"},
        {"kind": "telegram", "token": "env:HOOK_TOKEN"},
        {"kind": "discord", "webhook": "env:HOOK_TOKEN"},
    ):
        with pytest.raises(ConfigError) as raised:
            build({"publish": [table]}, tmp_path)
        assert "s3cret" not in str(raised.value)


def test_paths_are_meant_from_the_config_file(tmp_path: Path) -> None:
    file = tmp_path / "wirereel.toml"
    file.write_text('[[publish]]\nkind = "folder"\npath = "reels"\n')
    assert read(file).channels[0].settings.path == tmp_path / "reels"


def test_a_file_that_is_not_there_or_not_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot read"):
        read(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_text("= 3")
    with pytest.raises(ConfigError, match="not TOML"):
        read(tmp_path / "bad.toml")


def test_the_shipped_config_is_right() -> None:
    config = read(Path(__file__).parents[1] / "config.toml")
    assert len(config.sources) >= 5
    assert [slot.kind for slot in config.channels] == ["folder"]


def test_sources_are_ranked_by_name(tmp_path: Path) -> None:
    feed = {"kind": "feed", "url": "https://quay.example/feed"}
    tables = [{**feed, "name": "The Quay", "tier": 1}, {**feed, "name": "Gulls"}]
    config = build(
        {"sources": tables, "editors": {"web:anna": "admin", "web:vi": "viewer"}}, tmp_path
    )
    assert config.book.sources == {"The Quay": 1}
    assert config.book.approvers == {"web:anna"}


@pytest.mark.parametrize(
    ("rules", "editors", "state", "said"),
    [
        ({}, 1, "note", "sensitive topics need two approvers, and there are 1: add another"),
        ({"two_editors": "always"}, 1, "bad", "every draft needs two approvers"),
        ({"two_editors": "never"}, 1, "note", "one editor is enough for every topic"),
        ({}, 2, "ok", "sensitive topics need two of 2 approvers"),
    ],
)
def test_check_says_whether_two_editors_are_there(
    rules: dict[str, Any], editors: int, state: str, said: str, tmp_path: Path
) -> None:
    named = {f"web:{n}": "approver" for n in range(editors)}
    config = build({"rules": rules, "editors": named}, tmp_path)
    found = next(finding for finding in findings(config) if finding.what == "rules")
    assert (found.state, found.said.startswith(said)) == (state, True)


def test_check_names_editors_whom_no_chat_hears(tmp_path: Path) -> None:
    editors = {"web:anna": "approver", "telegram:17": "approver", "console:local": "admin"}
    config = build({"editors": editors, "chat": [{"kind": "web"}]}, tmp_path)
    found = {f.said.split()[0]: f for f in findings(config) if f.what == "editor"}
    assert {user: f.state for user, f in found.items()} == {
        "web:anna": "ok",
        "telegram:17": "note",
        "console:local": "ok",
    }
    assert "no [[chat]] of kind 'telegram' is set up" in found["telegram:17"].said


def test_private_modules_are_no_kinds() -> None:
    assert "feed" in kinds("sources")
    assert not [name for name in kinds("sources") if name.startswith("_")]
