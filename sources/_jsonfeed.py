"""JSON Feed 1 and 1.1 (jsonfeed.org, read November 2026) become a document."""

import json
from collections.abc import Mapping
from itertools import islice
from typing import Any

from sources import Media, SourceBroken
from sources._clean import address, canonical, language, moment, plain, prose
from sources._document import ENTRIES, OUTLET, SUMMARY, TEXT, TITLE, Document, Entry
from sources._loose import dicts, string

__all__ = ["parse_json"]


def parse_json(body: bytes, url: str) -> Document:
    """Read a JSON Feed. Raises SourceBroken where it is none."""
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise SourceBroken(f"begins like JSON and is not: {error}") from error
    if not isinstance(feed, dict) or "jsonfeed.org/version/" not in string(feed, "version"):
        raise SourceBroken("JSON, but no JSON Feed: it lacks the version that one must have")
    entries = tuple(_entry(entry, url) for entry in islice(dicts(feed, "items"), ENTRIES))
    title, lang = plain(string(feed, "title"), OUTLET), language(string(feed, "language"))
    hubs = (string(hub, "url") for hub in dicts(feed, "hubs") if string(hub, "type") == "WebSub")
    hub, topic = address(next(hubs, ""), url), address(string(feed, "feed_url"), url)
    return Document(title, lang, ttl_s=0.0, entries=entries, hub=hub, topic=topic)


def _entry(entry: Mapping[str, Any], url: str) -> Entry:
    content = string(entry, "content_html", "content_text")
    text = prose(content, TEXT)
    summary = plain(string(entry, "summary") or content, SUMMARY)
    picture = address(string(entry, "image", "banner_image"), url)
    return Entry(
        guid=plain(str(entry.get("id") or ""), 500),
        link=canonical(address(string(entry, "url", "external_url"), url)),
        # Notes have no title: their first words stand for it.
        title=plain(string(entry, "title"), TITLE) or plain(summary, 80),
        summary=summary,
        text=text if len(text) > len(summary) else "",
        published=moment(string(entry, "date_published", "date_modified")),
        lang=language(string(entry, "language")),
        media=(Media(picture),) if picture else (),
    )
