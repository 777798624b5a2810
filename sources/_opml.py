"""OPML (opml.org, version 2.0): a list of feeds, as every reader exports it.

Pure. The file is a stranger's, so it is read in the darkroom; a document type, which is where
entities are made, is refused. Outlines may be nested as deep as they like.
"""

from collections.abc import Iterable
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from sources import SourceBroken
from sources._clean import address, plain
from sources._document import OUTLET

__all__ = ["parse_opml", "write_opml"]

MOST = 20_000  # feeds


def parse_opml(body: bytes) -> tuple[tuple[str, str], ...]:
    """Read the feeds of an OPML file: pairs of title and address. Raises SourceBroken."""
    found: dict[str, str] = {}
    seen: list[str] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        seen.append(tag.lower())
        if seen[0] != "opml":
            raise SourceBroken(f"not OPML: it begins with <{plain(tag, 40)}>")
        del seen[1:]
        told = {name.lower(): value for name, value in attributes.items()}
        url = address(told.get("xmlurl", ""))
        if tag.lower() == "outline" and url and len(found) < MOST:
            found.setdefault(url, plain(told.get("title") or told.get("text", ""), OUTLET))

    def refuse(*_: object) -> None:
        raise SourceBroken("it has a document type, which no list of feeds needs")

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        raise SourceBroken(f"not OPML: {error}") from error
    return tuple((title, url) for url, title in found.items())


def write_opml(title: str, feeds: Iterable[tuple[str, str]]) -> str:
    """Write feeds, pairs of title and address, as OPML 2.0."""
    lines = (
        f'    <outline type="rss" text={quoteattr(name)} title={quoteattr(name)}'
        f" xmlUrl={quoteattr(url)}/>\n"
        for name, url in feeds
    )
    head = quoteattr(title)[1:-1]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<opml version="2.0">\n'
        f"  <head><title>{head}</title></head>\n  <body>\n{''.join(lines)}  </body>\n</opml>\n"
    )
