"""Feeds, words and pictures of a bad day, and what they must never leave behind."""

import io
import unicodedata
from pathlib import Path

from PIL import Image

from fakes_press import vast_png
from fakes_sources import Host, report, rss

FACT = "The ferry Maren struck the harbour bridge in Port Ansel on Monday, the coastguard said."
NASTY = (
    "Ferry hits harbour bridge in Port Ansel",
    "\u202eFerry hits\u202c \u200bharbour bridge in Port Ansel",
    "Ferry hits <b onclick='x()'>harbour</b> bridge <script>alert(1)</script>in Port Ansel",
    "Ferry \x1b[31mhits\x07 harbour bridge in Port Ansel",
    "Ferry hits harbour bridge in Port Ansel " + "very " * 2000,
    "Ferry hits harbour bridge in Port Ansel, many late for work",
)
LAUGHS = (
    '<!DOCTYPE rss [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)


def unseen(text: str) -> list[str]:
    """List what must never reach an eye: controls, direction marks, zero-width letters."""
    return [c for c in text if c != "\n" and unicodedata.category(c) in ("Cc", "Cf", "Co", "Cs")]


def nasty_feed(n: int, title: str, picture: str = "") -> str:
    media = f'<media:content medium="image" url="{picture}"/>' if picture else ""
    words = f"<title><![CDATA[{title}]]></title><guid>{n}</guid>"
    return rss(f"{words}<description>{FACT}</description>{media}", title=f"Outlet {n}")


def picture(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.effect_noise((width, height), 60).convert("RGB").save(file, "JPEG")
    return file.getvalue()


def serves_trouble(host: Host) -> list[tuple[str, str]]:
    """Put good feeds with nasty words and bad pictures beside bad feeds; answer all of them."""
    pictures = {
        "/page.jpg": b"<html><body>Not found</body></html>",
        "/dot.jpg": picture(1, 1),
        "/vast.png": vast_png(8000, 6000),
        "/torn.jpg": picture(900, 900)[:20_000],
        "/empty.jpg": b"",
    }
    for path, body in pictures.items():
        host.publishes(body, path)
    shown = [host.url(path) for path in (*pictures, "/gone.jpg")]
    for n, (title, url) in enumerate(zip(NASTY, shown, strict=True)):
        host.publishes(nasty_feed(n, title, url), f"/good{n}")
    host.publishes("<rss><channel><item><title>half a", "/broken")
    host.publishes("<!doctype html><html><body>Please log in</body></html>", "/page")
    host.publishes(
        rss(report()).replace("<rss", LAUGHS + "<rss").replace("Ferry 1", "&i;"), "/laughs"
    )
    host.publishes(b"\x00\xff\xfe" * 5000, "/noise", Content_Type="application/rss+xml")
    host.bombs(60_000_000, "/bomb")
    host.breaks_off(rss(report()) * 50, "/cut")
    host.hangs_up("/hangs")
    host.moves("/round", "/round")
    bad = ("broken", "page", "laughs", "noise", "bomb", "cut", "hangs", "round", "gone")
    good = [f"good{n}" for n in range(len(NASTY))]
    return [(name, host.url(f"/{name}")) for name in (*bad, *good)]


def leftovers(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.name.endswith(".part")]
