"""One article out of a web page, a Markdown file or plain text: its title and its paragraphs.

Pure, but pages are hostile: run it in the darkroom. It takes what a page marks as its text and
guesses at nothing; a page that marks nothing gives all of its visible text.
"""

import codecs
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from html.parser import HTMLParser

from sources import SourceBroken
from sources._clean import address, language, mend, moment, plain, prose
from sources._document import OUTLET, SUMMARY, TEXT, TITLE

__all__ = ["Page", "is_page", "read_page", "read_text"]

LEAD = 320  # characters of first sentences that make a summary
WRAP = 120  # nobody wraps lines later than this

# fmt: off
_ASIDE = frozenset((
    "aside", "button", "figure", "footer", "form", "iframe", "nav", "noscript", "script", "select",
    "style", "svg", "template",
))
_BODY = frozenset(("article", "main"))
_PARAGRAPH = frozenset(("blockquote", "h2", "h3", "h4", "h5", "h6", "li", "p", "pre"))
_BLOCK = _PARAGRAPH | _BODY | frozenset((
    "br", "div", "h1", "header", "ol", "section", "table", "td", "title", "tr", "ul",
))
# fmt: on
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
    """An article as it lies there. "" and None for what it does not say."""

    title: str
    summary: str
    text: str
    outlet: str = ""
    url: str = ""
    lang: str = ""
    image: str = ""
    published: datetime | None = None


def is_page(body: bytes) -> bool:
    """Tell whether bytes begin as a web page does."""
    return _HTML.match(body[:4096]) is not None


def read_page(body: bytes, url: str = "", charset: str = "") -> Page:
    """Read an HTML page that came from `url`. Raises SourceBroken where it holds no article."""
    reader = _Reader()
    # Marked sections such as <![if ..]> are Word's, not HTML's, and html.parser falls over them.
    reader.feed(re.sub(r"<!\[[^<>]*>?", "", _decode(body, charset)))
    reader.close()
    said = reader.said
    title = said["og:title"] or reader.first("h1") or reader.first("title")
    own = address(said["canonical"] or said["og:url"] or url, url)
    page = _page(title, prose("\n".join(reader.body()), TEXT))
    return replace(
        page,
        outlet=plain(said["og:site_name"], OUTLET),
        url=own,
        lang=language(said["lang"]),
        image=address(said["og:image"], url or own),
        published=moment(said["article:published_time"]),
    )


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


class _Reader(HTMLParser):
    """Takes a page apart into blocks of text; `said` is what its head declares."""

    def __init__(self) -> None:
        super().__init__()
        self.said: defaultdict[str, str] = defaultdict(str)
        self._blocks: list[tuple[str, bool, str]] = []  # tag, inside <article>, text
        self._words: list[str] = []
        self._tag = ""
        self._inside = 0
        self._aside, self._depth = "", 0

    def first(self, tag: str) -> str:
        """The first block of a tag that holds text."""
        return next((text for name, _, text in self._blocks if name == tag), "")

    def body(self) -> list[str]:
        """The paragraphs of the article; without one, of the page; without any, all text."""
        shown = [b for b in self._blocks if b[0] not in ("title", "h1")]
        marked = [b for b in shown if b[0] in _PARAGRAPH]
        inside = [b for b in marked if b[1]]
        told = [b for b in inside if b[0] == "p"] and inside
        return [text for _, _, text in told or [b for b in marked if b[0] != "li"] or shown]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter a block, or skip everything up to the end of an aside."""
        if self._aside:
            self._depth += tag == self._aside
            return
        self._declare(tag, {name: value or "" for name, value in attrs})
        if tag in _ASIDE:
            self._aside, self._depth = tag, 1
        if tag in _BLOCK:
            self._break(self._tag if tag == "br" else tag)
        self._inside += tag in _BODY

    def handle_endtag(self, tag: str) -> None:
        """Leave a block."""
        if self._aside:
            self._depth -= tag == self._aside
            self._aside = self._aside if self._depth else ""
            return
        if tag in _BLOCK:
            self._break("")
        self._inside -= tag in _BODY

    def handle_data(self, data: str) -> None:
        """Keep what is shown."""
        if not self._aside:
            self._words.append(data)

    def close(self) -> None:
        """End the last block."""
        super().close()
        self._break("")

    def _break(self, tag: str) -> None:
        text = " ".join("".join(self._words).split())
        if text:
            self._blocks.append((self._tag, self._inside > 0, text))
        self._words, self._tag = [], tag

    def _declare(self, tag: str, attrs: dict[str, str]) -> None:
        name = attrs.get("property") or attrs.get("name", "")
        if tag == "meta" and name:
            self.said.setdefault(name.lower(), attrs.get("content", ""))
        elif tag == "link" and attrs.get("rel", "").lower() == "canonical":
            self.said["canonical"] = attrs.get("href", "")
        elif tag == "html":
            self.said["lang"] = attrs.get("lang", "")
