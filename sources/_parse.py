"""Feed bytes become a document: RSS, RDF and Atom through feedparser, JSON Feed by `_jsonfeed`.

Pure but slow and not to be trusted with hostile bytes: run it in the darkroom.
"""

import codecs
import io
import re
import sys
from calendar import timegm
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sources import SourceBroken
from sources._clean import address, canonical, language, mend, plain, prose
from sources._document import ENTRIES, OUTLET, SUMMARY, TEXT, TITLE, Document, Entry
from sources._jsonfeed import parse_json
from sources._loose import dicts, string
from sources._media import pictures
from sources._pace import DAY_S
from sources._page import is_page
from sources._wishes import links, period_s, quiet_hours

__all__ = ["parse"]

_ANNOUNCED = re.compile(rb"(?i)<link\b[^<>]*type=[\"']application/(?:rss|atom)\+xml[^<>]*>")
_CONTROLS = bytes({*range(32)} - {*b"\t\n\r"})
_CAPTION = re.compile(rb"<(/?)media:description\b[^<>]*?(/?)>")
_IMPOSSIBLE = re.compile(  # said in single bytes: two bytes a letter, or a name that is none
    rb"(?i)\A(<\?xml[^>]*encoding=[\"'])(?:(?:utf|ucs)[-_]?(?:16|32|2|4)\w*|[^\"'>]*[\x80-\xff][^\"'>]*)"
)
_REFERENCE = re.compile(rb"&(?:amp;)?#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_HREF = re.compile(rb"(?i)href=[\"']([^\"'<>]+)")


def parse(body: bytes, url: str = "", charset: str = "") -> Document:
    """Read a feed. Raises SourceBroken where it is none.

    `url` is where it came from (for relative links), `charset` what its HTTP header claimed.
    """
    body = _without_junk(body)
    if not body:
        raise SourceBroken("the answer is empty, not a feed")
    if is_page(body):
        raise SourceBroken("a web page, not a feed" + _way_out(body, url))
    if body.removeprefix(codecs.BOM_UTF8).startswith(b"{"):
        return parse_json(body, url)
    return _parse_xml(body, url, charset)


def _without_junk(body: bytes) -> bytes:
    """Drop what was printed before the feed began, and control characters, which XML forbids."""
    if b"\0" not in body[:64]:  # else two bytes make a character
        body = body.translate(None, _CONTROLS)
    start = body.find(b"<?xml", 0, 4096)
    junk = start > 0 and not body.startswith(codecs.BOM_UTF8)
    return body[start:] if junk else body.lstrip()


def _possible(reference: re.Match[bytes]) -> bytes:
    """Drop a reference to what is no character; over one such feedparser gives up a whole feed."""
    digits = (reference[1] or reference[2]).lstrip(b"0")[:8] or b"0"
    code = int(digits, 16 if reference[1] else 10)
    return b"" if code > sys.maxunicode or 0xD800 <= code <= 0xDFFF else reference[0]


def _way_out(page: bytes, base: str) -> str:
    link = _ANNOUNCED.search(page)
    href = _HREF.search(link[0]) if link else None
    feed = address(href[1].decode("utf-8", "replace"), base) if href else ""
    return f"; it announces this feed: {feed}" if feed else ""


def _parse_xml(body: bytes, url: str, charset: str) -> Document:
    import feedparser

    # feedparser takes the caption of a picture for the text of the report: name it otherwise.
    body = _REFERENCE.sub(_possible, _CAPTION.sub(rb"<\1media:caption\2>", body))
    body = _IMPOSSIBLE.sub(rb"\1utf-8", body)
    headers = {"content-type": f"application/xml; charset={charset}", "content-location": url}
    # Only ever a stream: given bytes, feedparser opens the file or address that they may spell.
    found = feedparser.parse(io.BytesIO(body), response_headers=headers)
    if not found.version and not found.entries:
        raise SourceBroken(f"not a feed: it begins with {body[:40].decode('utf-8', 'replace')!r}")
    entries = tuple(_entry(entry, url) for entry in found.entries[:ENTRIES])
    return Document(
        title=plain(string(found.feed, "title"), OUTLET),
        lang=_language(found.feed),
        ttl_s=_ttl_s(found.feed),
        entries=entries,
        notes=tuple(_notes(found)),
        period_s=period_s(
            string(found.feed, "sy_updateperiod"), string(found.feed, "sy_updatefrequency")
        ),
        quiet=quiet_hours(body),
        hub=links(found.feed, "hub", url),
        topic=links(found.feed, "self", url),
    )


def _entry(entry: Mapping[str, Any], url: str) -> Entry:
    caption = plain(string(entry, "media_caption"), SUMMARY)
    told = string(entry, "summary")
    summary = plain(told, SUMMARY) or caption
    whole = max([told, *(string(c, "value") for c in dicts(entry, "content"))], key=len)
    text = prose(whole, TEXT)
    return Entry(
        guid=plain(string(entry, "id"), 500),
        link=canonical(address(string(entry, "feedburner_origlink", "link"), url)),
        # Notes have no title: their first words stand for it.
        title=plain(string(entry, "title"), TITLE) or plain(summary, 80),
        summary=summary,
        text=text if len(text) > len(summary) else "",
        published=_published(entry),
        lang=_language(entry),
        media=pictures(entry, caption if told else "", url),
        where=_where(entry),
    )


def _where(entry: Mapping[str, Any]) -> tuple[float, float] | None:
    """Take the point of an entry, by GeoRSS (longitude first in feedparser) or W3C Geo."""
    shape = entry.get("where") or {}
    point = shape.get("coordinates", ()) if shape.get("type") == "Point" else ()
    if not point:
        point = (string(entry, "geo_long"), string(entry, "geo_lat"))
    try:
        longitude, latitude = (float(side) for side in point)
    except (TypeError, ValueError):
        return None
    on_earth = abs(latitude) <= 90 and abs(longitude) <= 180
    return (latitude, longitude) if on_earth else None


def _language(found: Mapping[str, Any]) -> str:
    detail = found.get("title_detail") or {}
    return language(string(found, "language") or string(detail, "language"))


def _published(entry: Mapping[str, Any]) -> datetime | None:
    # Look before taking: asked for a date of change that is missing, feedparser warns.
    dates = [entry[key] for key in ("published_parsed", "updated_parsed") if key in entry]
    moment = next(filter(None, dates), None)
    try:
        return datetime.fromtimestamp(timegm(moment), UTC) if moment else None
    except (ValueError, OverflowError, OSError):
        return None


def _ttl_s(feed: Mapping[str, Any]) -> float:
    minutes = string(feed, "ttl").strip()
    return min(int(minutes) * 60.0, DAY_S) if minutes.isdecimal() and len(minutes) < 6 else 0.0


def _notes(found: Any) -> Iterator[str]:
    titles = [found.feed.get("title"), *(entry.get("title") for entry in found.entries)]
    if any(title and mend(title) != title for title in titles):
        yield "its text was encoded twice: mended"
    if len(found.entries) > ENTRIES:
        yield f"{len(found.entries)} entries: only the first {ENTRIES} are read"
    if found.bozo:
        yield f"not well formed: {plain(str(found.bozo_exception), 120)}"
