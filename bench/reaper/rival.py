"""The rival of bench/kill.py: post, then mark as done; what failed is tried again.

It meets the same channels, faults and kills. Its memory is as durable as ours: one row a post.
"""

import asyncio
import json
import os
import sqlite3
from pathlib import Path

import aiohttp

__all__ = ["rival"]

AT_ONCE = 8


async def rival(folder: Path, world: str, titles: list[tuple[str, str]], ready: int) -> None:
    """Post every title to its channel until all are marked."""
    db = sqlite3.connect(folder / "rival.db", isolation_level=None)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE IF NOT EXISTS done(channel, title, PRIMARY KEY(channel, title))")
    done = set(db.execute("SELECT channel, title FROM done"))
    left = [pair for pair in titles if pair not in done]
    room = asyncio.Semaphore(AT_ONCE)
    os.write(ready, b"r")

    async def post(http: aiohttp.ClientSession, channel: str, title: str) -> None:
        async with room:
            while True:
                form = aiohttp.FormData()
                form.add_field("post", json.dumps({"title": title}))
                form.add_field("clip", b"clip" * 4000)
                address, key = f"{world}/post/{folder.name}-{channel}", f"{title}-{channel}"
                try:
                    headers = {"Idempotency-Key": key}
                    async with http.post(address, data=form, headers=headers) as answer:
                        answer.raise_for_status()
                        break
                except (aiohttp.ClientError, OSError):
                    await asyncio.sleep(0.05)
            db.execute("INSERT INTO done VALUES(?,?)", (channel, title))

    async with aiohttp.ClientSession() as http:
        await asyncio.gather(*(post(http, *pair) for pair in left))
    db.close()
