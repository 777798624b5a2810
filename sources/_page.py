"""One article out of a web page, a Markdown file or plain text: its title and its paragraphs.

Pure, but pages are hostile: run it in the darkroom. Which words of a page are its article decides
trafilatura; what a page says of itself, and of who may use it, is read here.
"""

import codecs
import copy
import functools
import re
from collections.abc import Mapping, Sequence
from configparser import ConfigParser
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sources import SourceBroken
from sources._clean import address, language, mend, moment, plain, prose
from sources._document import OUTLET, SUMMARY, TEXT, TITLE

if TYPE_CHECKING:
    from lxml.html import HtmlElement

__all__ = ["Page", "is_page", "read_page", "read_text"]

LEAD = 320  # characters of first sentences that make a summary
WRAP = 120  # nobody wraps lines later than this

# What no reader sees is no part of an article, and a good place for orders to a model.
_UNSHOWN = """//h1 | //template | //*[@hidden or @aria-hidden='true'
  or contains(translate(@style, ' ', ''), 'display:none')
  or contains(translate(@style, ' ', ''), 'visibility:hidden')
  or contains(@class, 'visually-hidden') or contains(@class, 'sr-only')]"""
_ASIDE = ("aside", "button", "figure", "footer", "form", "h1", "iframe", "nav", "noscript",
          "script", "select", "style", "svg", "template", "title")  # fmt: skip
_RULES = ("robots", "wirereel", "tdm-reservation")
_NO_CONTROLS = dict.fromkeys([*{*range(32)} - {9, 10, 13}, *range(0xD800, 0xE000)])
_PAID = re.compile(r"(?i)[\"']?isAccessibleForFree[\"']?\s*:\s*[\"']?(?:\w+://schema\.org/)?false")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|(?<=[.!?…][\"'”’»)])\s+|(?<=[。！？۔।])\s*")
_HTML = re.compile(
    rb"(?is)(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*|<!--(?:(?!-->).)*-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body)\b"
)
_CHARSET = re.compile(rb"(?i)<meta[^<>]+charset=[\"']?([\w-]+)")
_MARKS = (  # Markdown to plain text, in this order
    (re.compile(r"(?ms)^```.*?^```\s*$"), ""),
    (re.compile(r"!\[[^\]]*\]\([^)]*\)"), ""),
    (re.compile(r"\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"(?m)^[ \t]*[-=*_]{3,}[ \t]*$"), ""),
    (re.compile(r"(?m)^[ \t]*#{1,6}[ \t]+(.*)$"), r"\n\1\n"),
    (re.compile(r"(?m)^[ \t]*[-*+][ \t]+"), r"\n\n"),
    (re.compile(r"(?m)^[ \t]*>[ \t]?"), ""),
    (re.compile(r"(\*\*|__|\*|`)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """An article as it lies there. "" and None for what it does not say.

    `robots` is what its head says to programs (robots, wirereel, tdm-reservation), as "name: value"
    lines; `paid` is whether it says that it is not free to read.
    """

    title: str
    summary: str
    text: str
    outlet: str = ""
    url: str = ""
    lang: str = ""
    image: str = ""
    published: datetime | None = None
    robots: tuple[str, ...] = ()
    paid: bool = False


def is_page(body: bytes) -> bool:
    """Tell whether bytes begin as a web page does."""
    return _HTML.match(body[:4096]) is not None


def read_page(body: bytes, url: str = "", charset: str = "") -> Page:
    """Read an HTML page that came from `url`. Raises SourceBroken where it holds no article."""
    import trafilatura  # 0.2 s and 40 MB: only where pages are read

    tree = trafilatura.load_html(_decode(body, charset).translate(_NO_CONTROLS))
    if tree is None:
        raise SourceBroken("no article: it has no text")
    said = _said(tree)
    title = said.get("og:title") or _first(tree, "//h1") or _first(tree, "//title")
    own = address(said.get("canonical") or said.get("og:url") or url, url)
    page = _page(title, prose(_words(tree), TEXT))
    return replace(
        page,
        outlet=plain(said.get("og:site_name", ""), OUTLET),
        url=own,
        lang=language(tree.get("lang", "")),
        image=address(said.get("og:image", ""), url or own),
        published=moment(said.get("article:published_time", "")),
        robots=_robots(tree),
        paid=_is_paid(tree, said),
    )


def _words(tree: "HtmlElement") -> str:
    """Take the paragraphs of an article; of a page that has none, all that is shown."""
    import trafilatura
    from lxml import etree

    found = trafilatura.extract(
        copy.deepcopy(tree),
        favor_precision=True,
        include_comments=False,
        include_tables=False,
        prune_xpath=_UNSHOWN,
        config=_short_too(),
    )
    if found:
        return found
    etree.strip_elements(tree, *_ASIDE, with_tail=False)
    return str(trafilatura.html2txt(tree))


@functools.cache
def _short_too() -> ConfigParser:
    """Let trafilatura believe in articles of two sentences; else it looks outside of them."""
    from trafilatura.settings import use_config

    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "60")
    return config


def _said(tree: "HtmlElement") -> dict[str, str]:
    """Read what the head declares, by name; the first of a name counts."""
    said: dict[str, str] = {}
    for meta in tree.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        said.setdefault(name.lower(), meta.get("content", ""))
    for link in tree.xpath("//link[@rel='canonical']"):
        said.setdefault("canonical", link.get("href", ""))
    return said


def _robots(tree: "HtmlElement") -> tuple[str, ...]:
    """Read what the head says to programs; every word of it counts."""
    metas = ((meta.get("name", "").lower(), meta.get("content", "")) for meta in tree.iter("meta"))
    return tuple(f"{name}: {content}"[:1000] for name, content in metas if name in _RULES)[:20]


def _first(tree: "HtmlElement", path: str) -> str:
    """The first text that a path leads to."""
    found = (" ".join(element.text_content().split()) for element in tree.xpath(path))
    return next(filter(None, found), "")


def _is_paid(tree: "HtmlElement", said: Mapping[str, str]) -> bool:
    declared = tree.xpath("//script[@type='application/ld+json']/text()")
    locked = said.get("article:content_tier", "").lower() == "locked"
    closed = said.get("isaccessibleforfree", "").lower().endswith("false")
    return locked or closed or any(_PAID.search(text) for text in declared)


def read_text(body: bytes, charset: str = "") -> Page:
    """Read Markdown or plain text: a title, then paragraphs. Raises SourceBroken."""
    text = _decode(body, charset).replace("\r\n", "\n")
    if "\0" in text:
        raise SourceBroken("neither text nor anything else that a source reads")
    gap = r"\n\s*\n" if _wrapped(text) else r"\n+"
    for mark, kept in _MARKS:
        text = mark.sub(kept, text)
    first, *rest = [p for block in re.split(gap, text) if (p := plain(block, TEXT))] or [""]
    if rest and len(first) <= TITLE:
        return _page(first, "\n".join(rest))
    return _page(_SENTENCE.split(first)[0], "\n".join([first, *rest]))


def _wrapped(text: str) -> bool:
    """Tell whether lines end where the page does; else every line is a paragraph of its own."""
    return "\n\n" in text.strip() and max(map(len, text.split("\n"))) <= WRAP


def _page(title: str, text: str) -> Page:
    title = plain(title, TITLE)
    if not title or not text:
        raise SourceBroken("no article: it has no " + ("text" if title else "title"))
    return Page(title, _lead(text), text[:TEXT])


def _lead(text: str) -> str:
    """Take whole first sentences, as many as fit, and one at least."""
    lead = ""
    for sentence in _SENTENCE.split(text.replace("\n", " ")):
        if lead and len(lead) + len(sentence) > LEAD:
            break
        lead = f"{lead} {sentence}".strip()
    return plain(lead, SUMMARY)


def _decode(body: bytes, charset: str) -> str:
    declared = _CHARSET.search(body[:4096])
    marked = "utf-16" if body[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else ""
    names: Sequence[str] = (marked, charset, declared[1].decode() if declared else "", "utf-8-sig")
    for name in filter(None, names):
        try:
            return mend(body.decode(name).removeprefix("\ufeff"))
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("cp1252", "replace")
