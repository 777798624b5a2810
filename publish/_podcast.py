"""The podcast feed of the folder channel: RSS 2.0 as podcast apps read it. Pure.

Tags and required parts after Apple's "Podcaster's guide to RSS" and podcastindex.org, read
November 2026.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from email.utils import format_datetime
from pathlib import PurePath

from publish import Post

__all__ = ["document", "entries", "entry", "holds", "placed", "plain", "without"]

NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "media": "http://search.yahoo.com/mrss/",
    "podcast": "https://podcastindex.org/namespace/1.0",
}
for _prefix, _uri in NAMESPACES.items():
    ET.register_namespace(_prefix, _uri)

DISCLOSURE = (
    "Made with AI: a machine wrote the script and speaks it, after the sources it names;"
    " pictures that it made are marked."
)
TRANSCRIPTS = {".vtt": "text/vtt", ".srt": "application/x-subrip"}
NOT_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold (its section 2.2), and \\r, which a reader turns into \\n."""


def plain(text: str) -> str:
    """Drop what XML cannot hold, and the white space around."""
    return NOT_XML.sub("", text).strip()


def entries(feed: bytes) -> list[ET.Element]:
    """Take the entries out of a feed, newest first. Raises ET.ParseError."""
    return ET.fromstring(feed).findall("channel/item")


def key_of(entry: ET.Element) -> str:
    """Name the post that an entry stands for."""
    return entry.findtext("guid", "")


def holds(entries: Sequence[ET.Element], key: str) -> bool:
    """Whether the post of this key is in a feed."""
    return plain(key) in map(key_of, entries)


def without(key: str, entries: Sequence[ET.Element]) -> list[ET.Element]:
    """List the entries of all other posts."""
    return [entry for entry in entries if key_of(entry) != plain(key)]


def placed(new: ET.Element, entries: Sequence[ET.Element]) -> list[ET.Element]:
    """Put an entry first; one that takes the place of an older one of its key stays there."""
    key = key_of(new)
    if holds(entries, key):
        return [new if key_of(entry) == key else entry for entry in entries]
    return [new, *entries]


def entry(post: Post, home: str, names: Sequence[str], size: int) -> ET.Element:
    """Make the entry of a post. `home` is the address of its files, `names` say which are there.

    `size` is the clip's, in bytes.
    """
    clip, seconds = f"{home}/clip.mp4", str(round(post.seconds))
    item = ET.Element("item")
    _add(item, "title", post.title)
    _add(item, "description", _description(post))
    _add(item, "link", clip)
    _add(item, "guid", post.key, isPermaLink="false")
    _add(item, "pubDate", format_datetime(post.at))
    for tag in post.tags:
        _add(item, "category", tag)
    film = {"url": clip, "type": "video/mp4"}
    _add(item, "enclosure", length=str(size), **film)
    _add(item, "media:content", fileSize=str(size), medium="video", duration=seconds, **film)
    if post.alt:
        _add(item, "media:description", post.alt, type="plain")
    _add(item, "itunes:duration", seconds)
    _add(item, "itunes:explicit", "false")
    for name in names:
        _point_at(item, name, f"{home}/{name}", post.lang)
    return item


def document(
    title: str, link: str, language: str, address: str, entries: Sequence[ET.Element]
) -> bytes:
    """Write the whole feed: the channel's own words around its entries (one or more).

    `address` is where the feed itself can be fetched.
    """
    rss = ET.Element("rss", version="2.0")
    channel = ET.SubElement(rss, "channel")
    _add(channel, "title", title)
    _add(channel, "link", link)
    _add(channel, "description", f"{title}: short news clips, each with its sources.")
    _add(channel, "language", language)
    _add(channel, "lastBuildDate", entries[0].findtext("pubDate", ""))
    _add(channel, "atom:link", rel="self", type="application/rss+xml", href=address)
    _add(channel, "itunes:author", title)
    _add(channel, "itunes:category", text="News")
    _add(channel, "itunes:explicit", "false")
    if cover := _cover(entries):
        _add(channel, "itunes:image", href=cover)
    channel.extend(entries)
    ET.indent(rss)
    feed: bytes = ET.tostring(rss, encoding="utf-8", xml_declaration=True)
    return feed


def _cover(entries: Sequence[ET.Element]) -> str:
    """Find the newest cover; "" while no entry has one."""
    images = (entry.find(_full("itunes:image")) for entry in entries)
    return next((image.get("href", "") for image in images if image is not None), "")


def _description(post: Post) -> str:
    disclosed = (DISCLOSURE,) if post.made_by_ai else ()
    return "\n\n".join(filter(None, (post.text, "\n".join(post.credits), *disclosed)))


def _point_at(item: ET.Element, name: str, url: str, lang: str) -> None:
    """Say in an entry what one of the files beside the clip is."""
    suffix = PurePath(name).suffix
    if suffix in TRANSCRIPTS:
        _add(item, "podcast:transcript", url=url, type=TRANSCRIPTS[suffix], language=lang)
    elif suffix == ".json":
        _add(item, "atom:link", rel="related", type="application/json", href=url)
    else:
        _add(item, "media:thumbnail", url=url)
        _add(item, "itunes:image", href=url)


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> None:
    ET.SubElement(parent, _full(tag), attributes).text = plain(text) or None


def _full(tag: str) -> str:
    """Spell "itunes:image" as ElementTree wants it."""
    prefix, _, name = tag.rpartition(":")
    return f"{{{NAMESPACES[prefix]}}}{name}" if prefix else tag
