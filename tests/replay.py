"""A recorded stream served as feeds on loopback, told again faster than it happened."""

import json
import re
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any, Self
from xml.etree import ElementTree as ET

from aiohttp import web

VALID = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]")


class Replay:
    """Serves each outlet of an item file as an RSS feed; `seconds` is how long the telling takes.

    Items are dated by when they come out, so that a minute of the recording is a moment here.
    """

    def __init__(self, file: Path, seconds: float) -> None:
        lines = file.read_text(encoding="utf-8").splitlines()
        self._items = [json.loads(line) for line in lines]
        self._outlets = sorted({item["outlet"] for item in self._items})
        self._seconds = seconds
        self._start = time.time()
        first, last = (self._seen(self._items[k]) for k in (0, -1))
        self._scale = seconds / max(1.0, last - first)
        self._first = first

    @property
    def feeds(self) -> list[tuple[str, str]]:
        return [(o, f"http://127.0.0.1:{self._port}/{n}") for n, o in enumerate(self._outlets)]

    @staticmethod
    def _seen(item: dict[str, Any]) -> float:
        return datetime.fromisoformat(item["first_seen"].replace("Z", "+00:00")).timestamp()

    def _out(self, item: dict[str, Any]) -> float:
        return self._start + (self._seen(item) - self._first) * self._scale

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{outlet:\\d+}", self._feed)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]
        self._start = time.time()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _feed(self, request: web.Request) -> web.Response:
        outlet = self._outlets[int(request.match_info["outlet"])]
        now = time.time()
        ours = [i for i in self._items if i["outlet"] == outlet and self._out(i) <= now]
        rss = ET.Element("rss", version="2.0")
        channel = ET.SubElement(rss, "channel")
        ET.SubElement(channel, "title").text = outlet
        for item in ours[-300:]:
            entry = ET.SubElement(channel, "item")
            fields = {"title": item["title"], "description": item.get("summary", "")}
            fields |= {"link": item.get("url", ""), "guid": item["id"]}
            when = datetime.fromtimestamp(self._out(item), UTC)
            fields["pubDate"] = format_datetime(when)
            for name, text in fields.items():
                ET.SubElement(entry, name).text = VALID.sub("", text)
        body = ET.tostring(rss, encoding="utf-8", xml_declaration=True)
        return web.Response(body=body, content_type="application/rss+xml")
