"""Feed bytes to items: every format, and everything that feeds get wrong."""

import codecs
import json
import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fakes_sources import report, rss
from sources import Item, SourceBroken
from sources._clean import mend
from sources._darkroom import DARKROOM
from sources._document import Byline, items
from sources._parse import parse

NOW = datetime(2026, 3, 4, 18, 0, tzinfo=UTC)


def read(body: str | bytes, url: str = "https://harbour.example/feed") -> tuple[Item, ...]:
    raw = body.encode() if isinstance(body, str) else body
    return items(parse(raw, url), Byline("harbour"), NOW, backlog=False)[0]


def notes(body: str) -> tuple[str, ...]:
    return items(parse(body.encode()), Byline("harbour"), NOW, backlog=False)[1]


FERRY = "https://harbour.example/ferry/1"

ATOM = """<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="pt-BR"><title>Correio do Cais</title>
<entry><id>tag:cais.example,2026:1</id>
<title type="html">A &amp;lt;b&amp;gt;ponte&amp;lt;/b&amp;gt; abriu</title>
<link rel="alternate" href="/ponte"/><updated>2026-03-04T17:30:00-00:30</updated>
<content type="html">&lt;p&gt;Abriu hoje.&lt;/p&gt;&lt;p&gt;Fecha amanhã.&lt;/p&gt;</content>
</entry></feed>"""

RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://kai.example"><title>Kaiblatt</title></channel>
<item rdf:about="https://kai.example/1"><title>Kran steht still</title>
<link>https://kai.example/1</link><dc:date>2026-03-04T17:00:00Z</dc:date></item></rdf:RDF>"""

OLD = """<rss version="0.91"><channel><title>Tide Table</title>
<item><title>High water at noon</title><link>https://tide.example/noon</link></item></channel></rss>"""

JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Quay Notes",
        "language": "en",
        "items": [
            {
                "id": 7,
                "url": "/7",
                "title": "Lock gate <b>mended</b>",
                "content_html": "<p>Divers mended it.</p><p>Boats pass again.</p>",
                "summary": "Divers mended it.",
                "date_published": "2026-03-04T18:00:00+01:00",
                "image": "/gate.jpg",
            },
            "nonsense",
            {"id": "8", "content_text": "A note without a title."},
        ],
    }
)


@pytest.mark.parametrize(
    ("body", "outlet", "lang", "title", "url", "minutes_ago"),
    [
        (rss(report()), "The Harbour Post", "en", "Ferry 1 leaves late", FERRY, 60),
        (ATOM, "Correio do Cais", "pt-BR", "A ponte abriu", "https://harbour.example/ponte", 0),
        (RDF, "Kaiblatt", "", "Kran steht still", "https://kai.example/1", 60),
        (OLD, "Tide Table", "", "High water at noon", "https://tide.example/noon", None),
        (JSON, "Quay Notes", "en", "Lock gate mended", "https://harbour.example/7", 60),
    ],
)  # fmt: skip
def test_every_format(
    body: str, outlet: str, lang: str, title: str, url: str, minutes_ago: int | None
) -> None:
    item = read(body)[0]
    published = None if minutes_ago is None else NOW - timedelta(minutes=minutes_ago)
    assert (item.outlet, item.lang, item.title, item.url) == (outlet, lang, title, url)
    assert item.published == published


def test_whole_reports_keep_their_paragraphs() -> None:
    assert read(ATOM)[0].summary == "Abriu hoje. Fecha amanhã."
    assert read(ATOM)[0].text == ""  # it says no more than the summary
    assert read(JSON)[0].text == "Divers mended it.\nBoats pass again."


def test_notes_are_named_by_their_first_words() -> None:
    assert read(JSON)[1].title == "A note without a title."
    assert read(rss("<description>Only <i>words</i>.</description>"))[0].title == "Only words."


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"<!DOCTYPE html><title>Error</title>", "a web page"),
        (b"\xef\xbb\xbf\n<!-- hi --><HTML><body>", "a web page"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html/>', "a web page"),
        (b"/etc/passwd", "not a feed: it begins with '/etc/passwd'"),
        (b"http://127.0.0.1:9/feed", "not a feed"),
        (b"<opml><body/></opml>", "not a feed"),
        (b"<!---->" * 500, "not a feed"),
        (b"\x89PNG\r\n\x1a\n" + bytes(40), "not a feed"),
        (b"{", "begins like JSON"),
        (b'{"version": "2", "items": []}', "no JSON Feed"),
        (b"{" + b'"a":[' * 100_000, "begins like JSON"),
    ],
)
def test_what_is_no_feed(body: bytes, complaint: str) -> None:
    with pytest.raises(SourceBroken, match=re.escape(complaint)):
        parse(body)


def test_a_body_that_spells_a_path_opens_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "feed.xml"
    secret.write_text(rss(report()))
    with pytest.raises(SourceBroken):
        parse(str(secret).encode())


def test_a_feed_without_items_is_a_feed() -> None:
    assert read(rss()) == ()


@pytest.mark.parametrize(
    "body",
    [
        codecs.BOM_UTF8 + rss("<title>Tür</title>").encode(),
        codecs.BOM_UTF8 + JSON.replace("Lock gate <b>mended</b>", "Tür").encode(),
        b"\r\n\r\n" + rss("<title>Tür</title>").encode(),
        b"Warning: disk nearly full<br>\n" + rss("<title>Tür</title>").encode(),
        rss("<title>Tür</title>").replace("utf-8", "utf-16").encode("utf-16"),
        rss("<title>Tür</title>").replace("utf-8", "windows-1252").encode("cp1252"),
        rss("<title>Tür</title>").replace(' encoding="utf-8"', "").encode(),
        rss("<title>Tür</title>").encode("utf-8").replace("ü".encode(), "Ã¼".encode()),
        rss("<title>T&amp;uuml;r</title>").encode(),
        rss("<title>T\x0cür\x08</title>").encode(),
        rss("<title>Tür</title><description>a & b</description>").encode(),
        rss("<title>Tür</title>").removesuffix("</channel></rss>").encode(),
    ],
)
def test_bytes_in_every_state(body: bytes) -> None:
    assert read(body)[0].title == "Tür"


@pytest.mark.parametrize(
    "reference",
    ["#xD83D;&#xDE00;", "#55357;", "#x110000;", f"#{'9' * 5000};", "#00000xD800;", "#0;"],
)
@pytest.mark.parametrize("ampersand", ["&", "&amp;"])
def test_a_reference_to_no_character_costs_no_feed(reference: str, ampersand: str) -> None:
    body = f"<title>A{ampersand}{reference} ferry&nosuch;</title>"
    (item,) = read(rss(body + f"<description>Fog{ampersand}{reference}</description>"))
    assert item.title.startswith("A")
    assert "ferry" in item.title
    assert item.title.isprintable()


def test_a_reference_to_a_character_stays() -> None:
    (item,) = read(rss("<title>&#233;&#x000E9;&amp;#8217; &#x1F600;</title>"))
    assert item.title == "éé’ 😀"


def test_a_repair_is_told() -> None:
    assert notes(rss("<title>â€œTÃ¼râ€\x9d</title>")) == ("its text was encoded twice: mended",)


def test_a_title_that_fights_back() -> None:
    evil = "<b>Fog</b> \u202eno\u202c \u200bhar\u00adbour\x00\n\t" + "é" * 10_000
    (item,) = read(
        json.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"title": evil}]})
    )
    assert item.title.startswith("Fog no harbour éé")
    assert len(item.title) == 300
    assert item.title.isprintable()


def test_summaries_and_texts_are_bounded() -> None:
    words = "word " * 100_000
    (item,) = read(
        rss(
            f"<title>t</title><content:encoded>{words}</content:encoded><description>{words}</description>"
        )
    )
    assert (len(item.summary), len(item.text)) == (1000, 20_000)


def test_billion_laughs_make_no_billion() -> None:
    lol = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    doctype = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{lol}<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    body = rss("<title>&l9;&x;</title>").replace("<rss", doctype + "<rss", 1)
    assert all(len(item.title) <= 300 and "root:" not in item.title for item in read(body))


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        "http://[",
        "mailto:a@b.example",
    ],
)
def test_only_web_addresses_are_links(link: str) -> None:
    media = f'<media:content url="{link}" medium="image"/>'
    (item,) = read(rss(f"<title>t</title><link>{link}</link>{media}"))
    assert (item.url, item.media) == ("", ())


def test_an_item_keeps_its_identity() -> None:
    def identity(inside: str) -> str:
        return read(rss(inside))[0].id

    link = "<link>https://Harbour.example:443/ferry?id=1{}</link>"
    ids = {
        identity("<title>Ferry late</title>" + link.format("")),
        identity("<title>Ferry very late</title>" + link.format("&amp;utm_source=rss#top")),
        identity("<title>Ferry gone</title><guid>new</guid>" + link.format("&amp;at_medium=x")),
        identity(
            "<title>Ferry gone</title>"
            + link.format("").replace("https", "http").replace(":443", "")
        ),
    }
    assert len(ids) == 1
    assert identity("<title>Ferry late</title>" + link.format("&amp;page=2")) not in ids


def test_without_an_address_the_guid_is_the_identity_in_its_feed() -> None:
    body = rss("<title>A</title><guid isPermaLink='false'>7</guid>")
    document = parse(body.encode())
    ours, theirs = (items(document, Byline(n), NOW, False)[0][0].id for n in ("ours", "theirs"))
    retitled = read(body.replace(">A<", ">B<"))[0]
    assert ours != theirs
    assert retitled.id == read(body)[0].id


def test_without_address_and_guid_it_is_title_and_day() -> None:
    days = [
        f"<title>Tide table</title><pubDate>0{day} Mar 2026 06:00 GMT</pubDate>" for day in (3, 4)
    ]
    assert len({item.id for item in read(rss(*days, *days))}) == 2


def test_duplicates_are_passed_over_with_a_note() -> None:
    body = rss(report(1), report(2), report(1))
    assert len(read(body)) == 2
    assert notes(body) == ("passed over, for they are there twice: 1",)


def test_entries_that_share_a_page_are_told_apart() -> None:
    page = "<title>Update {0}</title><link>https://harbour.example/live</link><guid>{0}</guid>"
    assert len({item.id for item in read(rss(page.format(1), page.format(2)))}) == 2


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("Wed, 04 Mar 2026 18:09:00 GMT", NOW + timedelta(minutes=9)),
        ("Wed, 04 Mar 2026 23:30:00 GMT", None),  # Indian local time that says it is UTC
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("yesterday", None),
        ("Wed, 04 Mar 99999 18:00:00 GMT", None),
        ("Wed, 04 Mar 2026 12:00:00 -0500", NOW - timedelta(hours=1)),
    ],
)
def test_dates_that_cannot_be_are_left_out(date: str, published: datetime | None) -> None:
    (item,) = read(rss(report(date=date)))
    assert item.published == published
    assert item.seen == NOW


def test_the_widest_picture_is_chosen() -> None:
    group = "".join(
        f'<media:content url="/{w}.jpg" medium="image" width="{w}" height="9"/>'
        for w in (90, 900, 300)
    )
    more = "<media:credit>A. Keel</media:credit>"
    more += "<media:description type='plain'>Fog.</media:description>"
    film = '<media:content url="/f.mp4" type="video/mp4"/>'
    film += '<media:content url="/x.svg" type="image/svg+xml"/>'
    thumbnail = '<media:thumbnail url="/2000.jpg" width="2000"/>'
    (item,) = read(rss(report(1, f"<media:group>{group}</media:group>{more}{film}{thumbnail}")))
    image, video = item.media
    assert (image.url, image.width, image.height) == ("https://harbour.example/900.jpg", 900, 9)
    assert (image.credit, image.alt, image.kind) == ("A. Keel", "Fog.", "image")
    assert (video.url, video.kind) == ("https://harbour.example/f.mp4", "video")
    assert item.summary == "Fog kept ferry 1 in port."
    assert item.text == ""


@pytest.mark.parametrize(
    ("more", "pictures"),
    [
        ('<enclosure url="/a.jpg" type="image/jpeg" length="9"/>', 1),
        ('<enclosure url="/a.jpg"/>', 1),
        ('<enclosure url="/a.mp3" type="audio/mpeg"/>', 0),
        ("<media:content medium='image'/>", 0),
        ('<media:thumbnail url="/a.jpg" width="many"/>', 1),
        (
            '<media:content url="/a" isDefault="true" medium="image"/>'
            '<media:content url="/b" medium="image" width="60"/>',
            1,
        ),
    ],
)
def test_where_pictures_hide(more: str, pictures: int) -> None:
    (item,) = read(rss(report(1, more)))
    assert [m.url.startswith("https://harbour.example/a") for m in item.media] == [True] * pictures


# ---- the recorded feeds, where they are ----


@pytest.mark.data
def test_every_recorded_feed_is_read_or_refused_clearly(recorded: Path) -> None:
    feeds = sorted(p for p in (recorded / "feeds").iterdir() if p.suffix != ".md")
    refused, found = [], {}
    for path in feeds:
        try:
            found[path.name] = read(path.read_bytes())
        except SourceBroken as error:
            refused.append((path.name, str(error)))
    empty = [name for name, got in found.items() if not got]
    assert len(feeds) == 59
    assert refused == [("error-page-latimes.xml", "a web page, not a feed")]
    assert empty == ["empty-channel-straitstimes.xml"]
    for got in found.values():
        for item in got:
            assert item.title.isprintable()
            assert 0 < len(item.title) <= 300
            assert item.url.startswith(("http://", "https://"))
            assert "<p" not in item.summary
            assert "&amp;" not in item.title
            assert mend(item.title) == item.title
        assert len({item.id for item in got}) == len(got)


@pytest.mark.data
def test_damaged_feeds_are_read_or_refused(recorded: Path) -> None:
    dice = random.Random(20261123)
    for path in sorted(p for p in (recorded / "feeds").iterdir() if p.stat().st_size < 20_000):
        for _ in range(3):
            body = bytearray(path.read_bytes())
            for _ in range(20):
                body[dice.randrange(len(body))] = dice.randrange(256)
            del body[dice.randrange(len(body)) :][: dice.randrange(500)]
            try:
                document = DARKROOM.develop_now(parse, bytes(body))
            except SourceBroken:
                continue
            assert all(entry.title.isprintable() for entry in document.entries)


@pytest.mark.parametrize(
    ("point", "where"),
    [
        ("<georss:point>55.34 -160.5</georss:point>", (55.34, -160.5)),
        ("<geo:lat>55.34</geo:lat><geo:long>-160.5</geo:long>", (55.34, -160.5)),
        ("<georss:point>155 -160.5</georss:point>", None),
        ("<georss:point>north</georss:point>", None),
        ("<georss:line>1 2 3 4</georss:line>", None),
        ("", None),
    ],
)
def test_a_report_may_say_where_it_happened(point: str, where: tuple[float, float] | None) -> None:
    body = f"""<rss version="2.0" xmlns:georss="http://www.georss.org/georss"
    xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#"><channel><title>Quakes</title>
    <item><title>Quake off the cape</title><link>https://quake.example/1</link>{point}</item>
    </channel></rss>"""
    assert read(body)[0].where == where
