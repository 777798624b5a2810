"""OPML: lists of feeds from strangers, and ours."""

from pathlib import Path

import pytest

from sources import SourceBroken, read_outlines, write_outlines
from sources._opml import parse_opml

FEED = '<outline type="rss" text="Harbour" xmlUrl="https://harbour.example/feed"/>'


def opml(inside: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}<opml version="1.0"><body>{inside}</body></opml>'.encode()


@pytest.mark.parametrize(
    "inside",
    [
        FEED,
        f'<outline text="News"><outline text="Sea">{FEED}</outline></outline>',
        FEED.replace("xmlUrl", "xmlurl").replace('type="rss" ', ""),
        FEED + FEED,
        FEED + '<outline text="x" xmlUrl="javascript:alert(1)"/><outline text="y"/>',
    ],
)
def test_feeds_are_found(inside: str) -> None:
    assert parse_opml(opml(inside)) == (("Harbour", "https://harbour.example/feed"),)


def test_titles_are_made_fit_to_be_seen() -> None:
    outline = (
        '<outline title="&#x202e;evil&#x200b; &lt;b&gt;Post&lt;/b&gt;" xmlUrl="http://a.example/"/>'
    )
    ((title, _),) = parse_opml(opml(outline))
    assert title == "evil Post"


def test_depth_is_no_matter() -> None:
    deep = "<outline>" * 50_000 + FEED + "</outline>" * 50_000
    assert len(parse_opml(opml(deep))) == 1


LAUGHS = '<!DOCTYPE opml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not OPML"),
        (b"{}", "not OPML"),
        (opml(FEED)[:-9], "not OPML"),
        (b"<html><body/></html>", "begins with <html>"),
        (opml("", LAUGHS), "document type"),
        (opml("", '<!DOCTYPE opml SYSTEM "file:///etc/passwd">'), "document type"),
    ],
)
def test_what_is_none_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(SourceBroken, match=said):
        parse_opml(body)


def test_ours_can_be_read_again(tmp_path: Path) -> None:
    feeds = (('A & "B" <c>', "https://a.example/?x=1&y=2"), ("Ö", "https://b.example/"))
    file = tmp_path / "feeds.opml"
    file.write_text(write_outlines("Desk & Co", feeds), encoding="utf-8")
    found = read_outlines(file)
    assert [url for _, url in found] == [url for _, url in feeds]
    assert [name for name, _ in found][1] == "Ö"
