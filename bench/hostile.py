"""What damaged and hostile feeds do to the reader: a seeded fuzzer, then the classic bombs.

Repeat: python bench/hostile.py [--data ../shared/data] [--times 200] [--seed 4]

Every feed file is mutated `times` times and read by the real path: the darkroom, the parser, items.
`crashes` is whatever is neither items nor a refusal in our words, or is items with unclean text; a
reading process that fell counts. `unforeseen` are the refusals that only the last guard made.
Without the recorded data it mutates feeds that it writes itself. The rival of the bombs is plain
`feedparser.parse(BytesIO)` without limits, in a process that is ended after 20 s.
"""

import argparse
import asyncio
import gzip
import io
import json
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sources import SourceBroken
from sources._darkroom import Darkroom
from sources._document import Byline, items
from sources._parse import parse

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STALL_S = 5.0
UNSEEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff\ue000-\uf8ff]"
)
PATIENCE_S = 20.0  # with a rival
NEIGHBOURS = 20  # honest feeds that come right behind hostile ones ...
HOSTILE = (0, 1, 2, 6)  # ... so many

Mutation = Callable[[bytes, random.Random], bytes]


# Feeds of our own


def report(n: int) -> str:
    words = " ".join(
        f"Ferry {n} waits for the fog to lift, says harbour master {k}." for k in range(9)
    )
    return (
        f"<item><title>Ferry {n} leaves late – Müller’s “quay”</title>"
        f"<link>https://harbour.example/ferry/{n}?a=1&amp;b=2</link><guid>ferry-{n}</guid>"
        f"<pubDate>Wed, 04 Mar 2026 17:{n % 60:02}:00 GMT</pubDate>"
        f"<description><![CDATA[<p>{words}</p><img src='/f{n}.jpg'>]]></description>"
        f'<media:content url="https://harbour.example/f{n}.jpg" medium="image" width="900"/></item>'
    )


def rss(inside: str, before: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?>{before}'
        '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel>'
        f"<title>The Harbour Post</title><ttl>5</ttl>{inside}</channel></rss>"
    ).encode()


def atom(count: int) -> bytes:
    entries = "".join(
        f"<entry><id>tag:quay,{n}</id><title type='html'>Crane &amp;amp; {n}</title>"
        f"<link href='/crane/{n}'/><updated>2026-03-04T17:00:00Z</updated>"
        f"<content type='html'>&lt;p&gt;Crane {n} stands still.&lt;/p&gt;</content></entry>"
        for n in range(count)
    )
    head = "<?xml version='1.0'?><feed xmlns='http://www.w3.org/2005/Atom' xml:lang='de'>"
    return f"{head}<title>Kaiblatt</title>{entries}</feed>".encode()


def json_feed(count: int) -> bytes:
    entries = [
        {"id": n, "url": f"/{n}", "title": f"Lock {n}", "content_html": f"<p>Lock {n} is shut.</p>"}
        for n in range(count)
    ]
    head = {"version": "https://jsonfeed.org/version/1.1", "title": "Quay Notes"}
    return json.dumps({**head, "items": entries}).encode()


def feeds(folder: Path) -> list[bytes]:
    """The recorded feeds, or some of our own in their place."""
    if folder.is_dir():
        return [p.read_bytes() for p in sorted(folder.iterdir()) if p.suffix != ".md"]
    whole = rss("".join(map(report, range(40))))
    foreign = whole.replace(b"utf-8", b"windows-1252").decode().encode("cp1252", "replace")
    return [whole, foreign, whole.decode().encode("utf-16"), atom(40), json_feed(40), rss("")]


# The fuzzer


def flip(body: bytes, dice: random.Random) -> bytes:
    changed = bytearray(body)
    for _ in range(dice.choice((1, 5, 50)) if changed else 0):
        changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def cut(body: bytes, dice: random.Random) -> bytes:
    return body[: dice.randrange(len(body) + 1)]


def drop(body: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(body) + 1)
    return body[:at] + body[at + dice.randrange(2000) :]


def double(body: bytes, dice: random.Random) -> bytes:
    at, length = dice.randrange(len(body) + 1), dice.randrange(5000)
    return body[:at] + body[at : at + length] * dice.choice((2, 10, 100)) + body[at:]


def recode(body: bytes, dice: random.Random) -> bytes:
    """Change the charset, or only what is claimed of it."""
    names = ("utf-8", "utf-16", "utf-16-le", "cp1252", "cp1251", "shift_jis", "utf-7", "cp037")
    text, name = body.decode("utf-8", "replace"), dice.choice(names)
    claimed = text.replace('encoding="utf-8"', f'encoding="{dice.choice(names)}"', 1)
    return claimed.encode(name, "replace")


def inject(body: bytes, dice: random.Random) -> bytes:
    """Put markup in where a tag ends."""
    thing = dice.choice(
        (
            b"<item>", b"</item>", b"</channel>", b"<![CDATA[", b"]]>", b"<!--", b"<?xml?>",
            b"&#0;", b"&#xD800;", b"&nope;", b"<a:b:c xmlns:a=''>", b"\0", b"\xff\xfe",
            b"\xed\xa0\x80",
            b"<link>javascript:alert(1)</link>", b"<title>" + b"A" * 1_000_000 + b"</title>",
            b"<x " + b" ".join(b'a%d="1"' % n for n in range(dice.choice((9, 900, 3000)))) + b">",
            b"<media:group>" * 50, b"<guid/><link/>", "\u202e\u200b\u2066".encode(), b'{"a":',
            b"<georss:polygon>1 2 3</georss:polygon>", b"<pubDate>Thu, 99 Foo 99999</pubDate>",
            b"<content:encoded>" + b"<div>" * 3000,
        )
    )  # fmt: skip
    at = body.find(dice.choice((b">", b",")), dice.randrange(len(body) + 1)) + 1
    return body[:at] + thing + body[at:]


def entities(body: bytes, dice: random.Random) -> bytes:
    at = max(body.find(b"?>") + 2, 0) if body.startswith(b"<?xml") else 0
    depth = dice.choice((2, 5, 9))
    named = b"&l%d;" % depth
    text = body.replace(b"<title>", b"<title>" + named, 3)
    return text[:at] + laughs(depth) + text[at:]


def nest(body: bytes, dice: random.Random) -> bytes:
    at, depth = dice.randrange(len(body) + 1), dice.choice((100, 3000))
    return body[:at] + dice.choice((b"<a>", b"[", b'{"a":', b"<div><ul>")) * depth + body[at:]


def pack(body: bytes, dice: random.Random) -> bytes:
    return gzip.compress(body, mtime=0)


def blow_up(body: bytes, dice: random.Random) -> bytes:
    """Make a number enormous."""
    number = re.search(rb"\d", body[dice.randrange(len(body) + 1) :])
    at = number.end() if number else 0
    return body[:at] + dice.choice((b"-1", b"9" * 30, b"1e999", b"9" * 5000, b"NaN")) + body[at:]


MUTATIONS: tuple[Mutation, ...] = (
    flip, cut, drop, double, recode, inject, inject, entities, nest, pack, blow_up,
)  # fmt: skip


def mutate(body: bytes, dice: random.Random) -> bytes:
    for change in dice.choices(MUTATIONS, k=dice.choice((1, 1, 2, 3))):
        body = change(body, dice)
    return body[:10_000_000]


def read(room: Darkroom, body: bytes) -> int:
    """Read as the feed source does, and count items. Raises AssertionError if one is unclean."""
    document = room.develop_now(parse, body, "https://harbour.example/feed", "")
    found, _ = items(document, Byline("harbour"), NOW, backlog=False)
    for item in found:
        assert not UNSEEN.search(item.title), "a title with unseen letters"
        assert len(item.title) <= 300, "a title without end"
        assert not item.url or item.url.startswith(("http://", "https://")), "no web address"
    return len(found)


def fuzz(bodies: list[bytes], times: int, seed: int) -> dict[str, Any]:
    """Mutate and read; every file has dice of its own, so that one can be repeated alone."""
    room, told, unforeseen = Darkroom(), Counter[str](), Counter[str]()
    slowest, crashes, began = 0.0, list[str](), time.perf_counter()
    for number, body in enumerate(bodies):
        dice = random.Random(seed * 1000 + number)
        for turn in range(times):
            hostile, start = mutate(body, dice), time.perf_counter()
            try:
                told["read" if read(room, hostile) else "empty"] += 1
            except SourceBroken as error:
                told["refused"] += 1
                told["late"] += "it takes more than" in str(error)
                if "process that read it fall" in str(error):
                    crashes.append(f"{number}.{turn}: {error}")
                if str(error).startswith("it cannot be read"):
                    unforeseen[str(error).split(": ")[1]] += 1
            except Exception as error:
                crashes.append(f"{number}.{turn}: {type(error).__name__}: {error}"[:200])
            took = time.perf_counter() - start
            slowest = max(slowest, took)
            told["stalls"] += took > STALL_S
    asyncio.run(room.close())
    return {
        "files": len(bodies),
        "mutations": len(bodies) * times,
        "crashes": len(crashes),
        "crashed": crashes[:5],
        "stalls_over_5_s": told["stalls"],
        "slowest_s": round(slowest, 2),
        "read": told["read"],
        "empty": told["empty"],
        "refused": told["refused"],
        "refused_for_taking_long": told["late"],
        "unforeseen": dict(unforeseen),
        "files_per_s": round(len(bodies) * times / (time.perf_counter() - began), 1),
    }


# The bombs


def laughs(depth: int, width: int = 10) -> bytes:
    names = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * width}">' for n in range(depth))
    return f'<!DOCTYPE rss [<!ENTITY l0 "ha">{names}]>'.encode()


def attributes(count: int) -> bytes:
    return rss(
        "<item><title>x</title><link " + " ".join(f'a{n}="1"' for n in range(count)) + "/></item>"
    )


def described(markup: str) -> bytes:
    return rss(f"<item><title>x</title><description>{markup}</description></item>")


def titled(title: str, before: str = "") -> bytes:
    return rss(f"<item><title>{title}</title></item>", before)


JSON_HEAD = b'{"version": "https://jsonfeed.org/version/1", "items": ['
BOMBS: dict[str, Callable[[], bytes]] = {
    "20,000 attributes": lambda: attributes(20_000),
    "100,000 attributes": lambda: attributes(100_000),
    "billion laughs": lambda: titled("&l9;", laughs(9).decode()),
    "quadratic": lambda: titled("&q;" * 50_000, f'<!DOCTYPE rss [<!ENTITY q "{"A" * 50_000}">]>'),
    "external entity": lambda: titled(
        "a &x; b", '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    ),
    "100,000 deep": lambda: rss("<item><title>x</title>" + "<a>" * 100_000),
    "100,000 deep html": lambda: described(f"<![CDATA[{'<div>' * 100_000}]]>"),
    "100,000 items": lambda: rss(
        "".join(f"<item><title>{n}</title></item>" for n in range(100_000))
    ),
    "title of 1 MB": lambda: titled("A" * 1_000_000),
    "10 MB of text": lambda: described("A" * 10_000_000),
    "400,000 entities": lambda: titled("&amp;" * 400_000),
    "1 MB of <": lambda: described(f"<![CDATA[{'<' * 1_000_000}]]>"),
    "nested JSON": lambda: JSON_HEAD + b"[" * 1_000_000,
    "huge JSON number": lambda: JSON_HEAD + b'{"id": ' + b"9" * 5_000_000 + b"}]}",
}


def ours(body: bytes) -> str:
    room = Darkroom()
    try:
        return f"{read(room, body)} items"
    except SourceBroken as error:
        return f"refused: {str(error)[:60]}"
    finally:
        asyncio.run(room.close())  # its process is waited for: its memory counts as ours


def rival(body: bytes) -> str:
    import feedparser

    return f"{len(feedparser.parse(io.BytesIO(body)).entries)} items"


def alone(who: str, bomb: str) -> dict[str, Any]:
    """Let one reader meet one bomb in a process of its own: how long, how much memory."""
    command = [sys.executable, __file__, "--who", who, "--bomb", bomb]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        ends = time.monotonic() + PATIENCE_S
        pid, status, used = os.wait4(child.pid, os.WNOHANG)
        while not pid:
            time.sleep(0.02)
            if time.monotonic() > ends:
                child.kill()
            pid, status, used = os.wait4(child.pid, 0 if time.monotonic() > ends else os.WNOHANG)
        child.returncode = os.waitstatus_to_exitcode(status)
        assert child.stdout
        said = child.stdout.read()
    met = json.loads(said) if said else {"s": PATIENCE_S, "said": "ended by the bench"}
    return {**met, "peak_mb": round(used.ru_maxrss / 1024)}


def meet(who: str, bomb: str) -> None:
    body, start = BOMBS[bomb](), time.perf_counter()
    said = ours(body) if who == "ours" else rival(body)
    print(json.dumps({"s": round(time.perf_counter() - start, 2), "said": said}))


# Who comes after hostile feeds


async def neighbours(hostile: int) -> float:
    """Give hostile feeds and then honest ones; seconds until the last honest one is read."""
    room, bad, good = Darkroom(), attributes(100_000), rss("".join(map(report, range(40))))
    await room.develop(parse, good)
    began = time.perf_counter()
    doomed = [asyncio.create_task(room.develop(parse, bad)) for _ in range(hostile)]
    await asyncio.gather(*(room.develop(parse, good) for _ in range(NEIGHBOURS)))
    took = time.perf_counter() - began
    await asyncio.gather(*doomed, return_exceptions=True)
    await room.close()
    return round(took, 2)


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments.add_argument("--times", type=int, default=8)
    arguments.add_argument("--seed", type=int, default=4)
    arguments.add_argument("--who", choices=("ours", "rival"))
    arguments.add_argument("--bomb")
    given = arguments.parse_args()
    if given.who:
        meet(given.who, given.bomb)
        return
    found = fuzz(feeds(given.data / "feeds"), given.times, given.seed)
    met = {name: {who: alone(who, name) for who in ("ours", "rival")} for name in BOMBS}
    waits = {str(n): asyncio.run(neighbours(n)) for n in HOSTILE}
    told = {"bombs": met, "honest_feeds_read_in_s_behind_hostile": waits}
    print(json.dumps({"bench": "hostile", **found, **told}))


if __name__ == "__main__":
    main()
