"""Foreign words, addresses and dates: what is left of them, whatever they were."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources._clean import address, canonical, language, mend, moment, plain, prose


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>One.</p><p>Two</p>", "One. Two"),
        ("<b>W</b>ord", "Word"),
        ("word<img src='cut of", "word"),
        ("word<script>cut of", "word"),
        ("a<br/>b", "a b"),
        ("<script>alert(1)</script>x<style>p{}</style><!-- c -->", "x"),
        ("3 < 4 and 5 > 4", "3 < 4 and 5 > 4"),
        ("AT&amp;amp;T &lt;p&gt;works&lt;/p&gt;", "AT&T works"),
        ("&nbsp; &#x41;&#0;&hellip;", "A\ufffd…"),
        ("می\u200cخواهم", "می\u200cخواهم"),  # Persian spells with it
        ("क्\u200dष", "क्\u200dष"),
        ("👩\u200d🚒", "👩\u200d🚒"),
        ("pay\u200dpal", "paypal"),
        ("e\u0301", "é"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\ue000\U000e0041x\ufeff", "x"),
    ],
)
def test_plain(markup: str, text: str) -> None:
    assert plain(markup, 100) == text


def test_long_texts_end_in_an_ellipsis() -> None:
    assert plain("abcdefgh", 8) == "abcdefgh"
    assert plain("abcdefghi", 8) == "abcdefg…"


def test_prose_keeps_paragraphs() -> None:
    assert prose("<p>One\ntwo.</p>\n\n<p>Three.</p>", 100) == "One\ntwo.\nThree."


@given(st.text())
def test_plain_text_holds_nothing_unseen(text: str) -> None:
    cleaned = plain(text, 50)
    joiners = {"\u200c", "\u200d"}
    odd = {c for c in cleaned if unicodedata.category(c) in ("Cc", "Cs", "Co", "Zl", "Zp")}
    assert not odd - joiners
    assert len(cleaned) <= 50
    assert cleaned == cleaned.strip()


@given(st.text(min_size=1))
def test_honest_text_is_never_mended(text: str) -> None:
    honest = "é " + text  # an accented letter before a space is no half of anything
    assert mend(honest) == honest


@given(st.text(alphabet="aé–Öю漢“", min_size=1))
def test_text_encoded_twice_is_mended(text: str) -> None:
    twice = "".join(
        bytes([b]).decode("cp1252" if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else "latin-1")
        for b in text.encode()
    )
    assert mend(twice) == text


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("HTTPS://Quay.Example:443/A?b=C#d", "https://quay.example/A?b=C#d"),
        (" //quay.example/x\n", "https://quay.example/x"),
        ("../y", "https://base.example/y"),
        ("http://user:pass@quay.example:8080/", "http://quay.example:8080/"),
        ("https://quay.example/a b", "https://quay.example/a%20b"),
        ("https://quay.example/?a=1&amp;b=2", "https://quay.example/?a=1&b=2"),
        ("http://[2001:db8::1]/", "http://[2001:db8::1]/"),
        ("https://quay.example/\u202efdp.exe", "https://quay.example/fdp.exe"),
        ("java\nscript:alert(1)", ""),
        ("vbscript:x", ""),
        ("http://", ""),
        ("http://[::1", ""),
        ("http://quay.example:99999/", ""),
        ("https://quay.example/" + "a" * 2000, ""),
        ("", ""),
    ],
)
def test_addresses(url: str, found: str) -> None:
    assert address(url, "https://base.example/dir/") == found


@given(st.text())
def test_an_address_is_of_the_web_or_nothing(url: str) -> None:
    found = address(url, "https://base.example/")
    assert found == "" or found.startswith(("http://", "https://"))
    assert canonical(found) == canonical(canonical(found))


def test_what_only_tracks_is_dropped() -> None:
    url = "https://quay.example/a?id=1&utm_source=x&fbclid=y&q=utm_z#ref=rss"
    assert canonical(url) == "https://quay.example/a?id=1&q=utm_z"


@pytest.mark.parametrize(
    ("tag", "kept"), [("en-us", "en-us"), (" pt_BR ", "pt-BR"), ("english please", ""), ("", "")]
)
def test_languages(tag: str, kept: str) -> None:
    assert language(tag) == kept


@pytest.mark.parametrize("text", ["", "soon", "2026-02-30T00:00:00Z", "9999-12-31T23:59:59-23:59"])
def test_what_is_no_moment(text: str) -> None:
    assert moment(text) is None
