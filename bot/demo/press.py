"""The outlets of the sample wire: what they report, written as the feeds they would give.

Who serves them, and what time it is, is not known here.
"""

import json
import tomllib
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any, Literal

__all__ = ["Illustration", "Outlet", "Playbill", "Report", "feed", "playbill"]

ATOM, MEDIA = "http://www.w3.org/2005/Atom", "http://search.yahoo.com/mrss/"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
for _prefix, _uri in {"atom": ATOM, "media": MEDIA, "content": CONTENT}.items():
    ET.register_namespace(_prefix, _uri)

SCRIPT = Path(__file__).with_name("wire.toml")
KINDS = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}
ABOUT = "A sample outlet: all its reports are invented, for the demo of Wirereel."

Dated = Sequence[tuple["Report", datetime]]
"""Reports with the moment they came out, newest first."""


@dataclass(frozen=True, slots=True)
class Outlet:
    """Who reports, and in which form its feed is written."""

    slug: str
    name: str
    form: Literal["rss", "atom", "json"]


@dataclass(frozen=True, slots=True)
class Illustration:
    """A picture of the wire: its name in `pictures`, what is seen, who made it, who may use it."""

    name: str
    alt: str
    credit: str
    licence: str


@dataclass(frozen=True, slots=True)
class Report:
    """One report. `at` is in seconds after the wire starts; below 0 it lay there before."""

    id: str
    outlet: str
    at: float
    title: str
    summary: str
    text: str = ""
    picture: Illustration | None = None


@dataclass(frozen=True, slots=True)
class Playbill:
    """Everything the sample wire has to say."""

    outlets: tuple[Outlet, ...]
    reports: tuple[Report, ...]
    illustrations: Mapping[str, Illustration]


def playbill() -> Playbill:
    """Read the script of the sample wire; reports in the order of their release."""
    script = tomllib.loads(SCRIPT.read_text(encoding="utf-8"))
    drawn = {
        name: Illustration(name, alt, script["credit"], script["licence"])
        for name, alt in script["pictures"].items()
    }
    reports = (
        Report(**(report | {"picture": drawn.get(report.get("picture", ""))}))
        for report in script["reports"]
    )
    return Playbill(
        outlets=tuple(Outlet(**outlet) for outlet in script["outlets"]),
        reports=tuple(sorted(reports, key=lambda report: report.at)),
        illustrations=drawn,
    )


def feed(outlet: Outlet, reports: Dated, base: str) -> bytes:
    """Write an outlet's feed. `base` is where the wire is served."""
    write = {"rss": _rss, "atom": _atom, "json": _json_feed}[outlet.form]
    return write(outlet, reports, base)


def _link(report: Report) -> str:
    """Give the address of a report: of a name that nobody can ever own (RFC 2606)."""
    return f"https://{report.outlet}.example/{report.id}"


def _rss(outlet: Outlet, reports: Dated, base: str) -> bytes:
    rss = ET.Element("rss", version="2.0")
    channel = ET.SubElement(rss, "channel")
    _add(channel, "title", outlet.name)
    _add(channel, "link", f"https://{outlet.slug}.example/")
    _add(channel, "description", ABOUT)
    _add(channel, "language", "en")
    for report, when in reports:
        item = ET.SubElement(channel, "item")
        _add(item, "title", escape(report.title, quote=False))
        _add(item, "link", _link(report))
        _add(item, "guid", report.id, isPermaLink="false")
        _add(item, "pubDate", format_datetime(when))
        _add(item, "description", escape(report.summary, quote=False))
        if report.text:
            _add(item, f"{{{CONTENT}}}encoded", _html(report.text))
        _illustrate(item, report, base)
    return _xml(rss)


def _atom(outlet: Outlet, reports: Dated, base: str) -> bytes:
    root = ET.Element(f"{{{ATOM}}}feed")
    root.set("{http://www.w3.org/XML/1998/namespace}lang", "en")

    def add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
        return _add(parent, f"{{{ATOM}}}{tag}", text, **attributes)

    add(root, "id", f"tag:{outlet.slug}.example,2026:feed")
    add(root, "title", outlet.name)
    add(root, "subtitle", ABOUT)
    for _, newest in reports[:1]:
        add(root, "updated", newest.isoformat(timespec="seconds"))
    for report, when in reports:
        entry = add(root, "entry")
        add(entry, "id", f"tag:{outlet.slug}.example,2026:{report.id}")
        add(entry, "title", report.title)
        add(entry, "link", href=_link(report))
        add(entry, "published", when.isoformat(timespec="seconds"))
        add(entry, "updated", when.isoformat(timespec="seconds"))
        add(entry, "summary", report.summary)
        if report.text:
            add(entry, "content", _html(report.text), type="html")
        _illustrate(entry, report, base)
    return _xml(root)


def _json_feed(outlet: Outlet, reports: Dated, base: str) -> bytes:
    def item(report: Report, when: datetime) -> dict[str, Any]:
        return {
            "id": report.id,
            "url": _link(report),
            "title": report.title,
            "summary": report.summary,
            "content_text": report.text.strip() or report.summary,
            "date_published": when.isoformat(timespec="seconds"),
        }

    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.name,
        "description": ABOUT,
        "language": "en",
        "items": [item(report, when) for report, when in reports],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _illustrate(parent: ET.Element, report: Report, base: str) -> None:
    """Put the picture beside a report, as Media RSS 1.5.1 has it."""
    if picture := report.picture:
        url = f"{base}/pictures/{picture.name}.jpg"
        content = _add(parent, f"{{{MEDIA}}}content", url=url, medium="image", type="image/jpeg")
        _add(content, f"{{{MEDIA}}}description", picture.alt, type="plain")
        _add(content, f"{{{MEDIA}}}credit", picture.credit, role="illustrator")
        _add(content, f"{{{MEDIA}}}license", picture.licence)


def _html(text: str) -> str:
    return "\n".join(f"<p>{escape(part, quote=False)}</p>" for part in text.strip().split("\n\n"))


def _add(parent: ET.Element, tag: str, text: str = "", **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, tag, attributes)
    child.text = text or None
    return child


def _xml(root: ET.Element) -> bytes:
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
