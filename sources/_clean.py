"""Foreign words, addresses and dates made fit to keep: plain, folded, bounded.

Pure. Knows neither feeds nor articles, only strings that somebody else wrote.
"""

import hashlib
import html
import re
import unicodedata
from datetime import UTC, datetime, timedelta
from urllib.parse import urljoin, urlsplit, urlunsplit

__all__ = [
    "address",
    "canonical",
    "identity",
    "language",
    "mend",
    "moment",
    "plain",
    "prose",
    "trusted",
]

URL_LIMIT = 2000
RAW_FACTOR = 20  # markup may be this much longer than the text that is kept of it

# Each also where the text was cut off in its middle.
_HIDDEN = re.compile(r"(?is)<(script|style)\b[^<>]*>.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)")
_BLOCK = re.compile(
    r"(?i)</?(?:address|article|blockquote|br|dd|div|dl|dt|figcaption|figure|h[1-6]|hr|li|ol|p|pre"
    r"|section|table|td|th|tr|ul)\b[^<>]*>"
)
_TAG = re.compile(r"<(?:/?[a-zA-Z]|[!?])[^<>]*(?:>|\Z)")

# What must never reach an editor's eye: controls, direction marks, zero-width and private letters.
_UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\ue000-\uf8ff\U000e0000-\U000e007f\U000f0000-\U0010ffff]"
)
# Joiners are spelling in Persian and Hindi and glue in emoji, but only tricks between our letters.
_LOOSE_JOINER = re.compile(
    "(?<![\u0590-\U0010ffff])[\u200c\u200d]+|[\u200c\u200d]+(?![\u0590-\U0010ffff])"
)
_TRACKING = re.compile(r"(?i)(?:utm_\w+|at_(?:medium|campaign)|(?:fb|g|ms)clid|ns_mchannel|cmpid)=")
_LANGUAGE = re.compile(r"[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{1,8})*")

# Windows-1252 puts letters where Latin-1 has controls; both are one byte each.
_WINDOWS = {
    ord(bytes([b]).decode("cp1252")): b
    for b in range(0x80, 0xA0)
    if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
_FUTURE = timedelta(minutes=10)
_PAST = datetime(1995, 1, 1, tzinfo=UTC)  # before there were feeds, a date is a mistake


def plain(markup: str, cap: int) -> str:
    """Turn HTML or text into one line of plain text of at most `cap` characters."""
    return _cut(" ".join(_lines(markup, cap)), cap)


def prose(markup: str, cap: int) -> str:
    """Turn HTML or text into plain paragraphs, one a line, of at most `cap` characters."""
    return _cut("\n".join(_lines(markup, cap)), cap)


def _lines(markup: str, cap: int) -> list[str]:
    text = markup[: cap * RAW_FACTOR]
    for _ in range(2):  # twice: many feeds escape their markup once too often
        text = html.unescape(_TAG.sub("", _BLOCK.sub("\n", _HIDDEN.sub(" ", text))))
    folded = (_fold(line) for line in text.splitlines())
    return [line for line in folded if line]


def _fold(line: str) -> str:
    seen = _LOOSE_JOINER.sub("", _UNSEEN.sub("", line.replace("\t", " ")))
    return unicodedata.normalize("NFC", " ".join(seen.split()))


def _cut(text: str, cap: int) -> str:
    return text if len(text) <= cap else text[: cap - 1].rstrip() + "…"


def mend(text: str) -> str:
    """Undo one wrong round of encoding: UTF-8 that was taken for Windows-1252 and encoded again.

    Done only where the whole string reads as UTF-8 that way, which honest text never does.
    """
    if text.isascii():
        return text
    try:
        return text.translate(_WINDOWS).encode("latin-1").decode()
    except UnicodeError:
        return text


def address(url: str, base: str = "") -> str:
    """Make a link absolute; "" unless it is a http(s) address of a sane length."""
    if not url or len(url) > URL_LIMIT:
        return ""
    cleaned = _UNSEEN.sub("", url.strip()).replace(" ", "%20").replace("&amp;", "&")
    try:
        parts = urlsplit(urljoin(base, cleaned))
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host:
        return ""
    host = f"[{host}]" if ":" in host else host
    usual = {"http": 80, "https": 443}[parts.scheme]
    where = host if port in (None, usual) else f"{host}:{port}"
    return urlunsplit((parts.scheme, where, parts.path, parts.query, parts.fragment))


def canonical(url: str) -> str:
    """Drop what only tracks or scrolls from an address that `address` gave."""
    parts = urlsplit(url)
    query = "&".join(p for p in parts.query.split("&") if not _TRACKING.match(p))
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def identity(*parts: str) -> str:
    """Hash what makes a thing itself into a short stable id (16 hex digits)."""
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def page_identity(page: str) -> str:
    """Hash a canonical address: the same over http and https, and in every feed that names it."""
    return identity(page.partition("://")[2])


def language(tag: str) -> str:
    """Keep a language tag such as "pt-BR"; "" for anything else."""
    tag = tag.strip().replace("_", "-")
    return tag if len(tag) <= 35 and _LANGUAGE.fullmatch(tag) else ""


def moment(text: str) -> datetime | None:
    """Read an ISO 8601 date and time as UTC; a time without a zone is taken for UTC."""
    try:
        when = datetime.fromisoformat(text.strip())
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def trusted(published: datetime | None, seen: datetime) -> datetime | None:
    """Keep a date unless it is impossible: over 10 minutes ahead of us, or before feeds were."""
    return published if published and _PAST <= published <= seen + _FUTURE else None
