"""A newsroom to put behind the web desk: it hears, it changes, and its day is invented."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.chat import Incoming

NOW = datetime.now(UTC).replace(microsecond=0)


def ago(minutes: float) -> str:
    return (NOW - timedelta(minutes=minutes)).isoformat()


class FakeNewsroom:
    """Satisfies Newsroom. `heard` is what people said; a test makes things happen by its verbs."""

    def __init__(self, folder: Path) -> None:
        self.heard: list[Incoming] = []
        self.kept: dict[tuple[str, str], str] = {}
        self._folder = folder
        self._stories: list[Mapping[str, Any]] = []
        self._drafts: list[Mapping[str, Any]] = []
        self._version = 0
        self._moved = asyncio.Event()

    # What a test does

    def reports(self, *stories: Mapping[str, Any]) -> None:
        """Put these stories on the wire, hottest first."""
        self._stories = list(stories)
        self._move()

    def drafts_are(self, *drafts: Mapping[str, Any]) -> None:
        self._drafts = list(drafts)
        self._move()

    def films(self, name: str, content: bytes) -> Path:
        """Put a file beside every clip."""
        path = self._folder / name
        path.write_bytes(content)
        return path

    def texts(self) -> list[str]:
        return [message.text for message in self.heard]

    def _move(self) -> None:
        self._version += 1
        self._moved.set()
        self._moved = asyncio.Event()

    # What the desk asks

    async def hear(self, message: Incoming) -> str:
        if message.event in {earlier.event for earlier in self.heard}:
            return "That was heard already."
        self.heard.append(message)
        match message.text.split():
            case ["approve", number, _]:
                self._decide(int(number), "approved", message.user, "")
                return f"Draft {number} is approved; it goes to folder and webhook now."
            case ["reject", number, *reason]:
                self._decide(int(number), "rejected", message.user, " ".join(reason))
                return f"Draft {number} is rejected."
            case ["make", number]:
                return f"Draft 9 for story {number} is being written."
        return f"Heard: {message.text}"

    def stories(self, limit: int = 20) -> Sequence[Mapping[str, Any]]:
        return self._stories[:limit]

    async def drafts(self) -> Sequence[Mapping[str, Any]]:
        return self._drafts

    async def clip(self, draft: int, name: str) -> Path | None:
        if draft not in {known["id"] for known in self._drafts}:
            return None
        return next(self._folder.glob(f"{name}.*"), None)

    async def fitted(self, draft: int, name: str, most: int) -> Path | None:
        path = await self.clip(draft, name)
        return path if path and path.stat().st_size <= most else None

    async def recall(self, chat: str, key: str) -> str:
        return self.kept.get((chat, key), "")

    async def keep(self, chat: str, key: str, value: str) -> None:
        self.kept[chat, key] = value

    async def changed(self, since: int) -> int:
        while self._version <= since:
            await self._moved.wait()
        return self._version

    def _decide(self, number: int, what: str, by: str, reason: str) -> None:
        decision = {"what": what, "by": by, "at": NOW.isoformat(), "reason": reason}
        self.drafts_are(
            *(
                {**draft, "state": what, "decision": decision} if draft["id"] == number else draft
                for draft in self._drafts
            )
        )


def story(number: int, title: str, **over: Any) -> dict[str, Any]:
    """A story that three invented outlets tell."""
    outlets = over.pop("outlets", ["Harbour Post", "The Quay", "Northern Ledger"])
    items = [
        {
            "outlet": outlet,
            "title": title,
            "url": f"https://{outlet.split()[-1].lower()}.example/{number}-{i}",
            "seen": ago(14 + 9 * i),
            "published": ago(16 + 9 * i),
        }
        for i, outlet in enumerate(outlets)
    ]
    score, phase = over.pop("score", 7.4), over.pop("phase", "trending")
    reason = over.pop(
        "reason", "3 outlets within 27 minutes, five times the usual pace; new today."
    )
    parts = {"size": 2.1, "speed": 3.2, "novelty": 1.4, "interest": 1.0}
    return {
        "id": number,
        "title": title,
        "outlets": outlets,
        "items": items,
        "heat": {"score": score, "phase": phase, "parts": parts, "reason": reason},
        "curve": {
            "since": ago(60),
            "until": ago(0),
            "outlets": [len(outlets) * n // 24 for n in range(1, 25)],
            "told": f"{len(outlets)} outlets in 27 minutes",
        },
        "first_seen": ago(41),
        "last_seen": ago(6),
        "draft": None,
        **over,
    }


def draft(number: int, title: str, **over: Any) -> dict[str, Any]:
    """A draft that waits for its editor, as complete as the desk can make it."""
    return {
        "id": number,
        "story": number + 10,
        "state": "offered",
        "title": title,
        "rev": "3fa9c1",
        "why": "The story was trending for ten minutes and no draft was open.",
        "asked_by": "",
        "made_at": ago(12),
        "offered_at": ago(4),
        "decision": None,
        "script": script(title),
        "texts": TEXTS,
        "clip": {"seconds": 31.4},
        "preview": None,
        "check": CHECK,
        "warnings": [],
        "progress": None,
        "channels": [
            {"name": "folder", "state": "wanted", "url": "", "why": ""},
            {"name": "webhook", "state": "wanted", "url": "", "why": ""},
        ],
        "grounding": {"claims": 9, "problems": 0},
        **over,
    }


def in_the_works(
    number: int, title: str, stage: str, part: float, preview: str | None = None
) -> dict[str, Any]:
    """A draft that is being made."""
    return draft(
        number,
        title,
        state="written",
        rev="",
        clip=None,
        preview=preview,
        check=None,
        channels=[],
        offered_at=None,
        asked_by="web:anna",
        why="Asked for by hand.",
        progress={"stage": stage, "part": part, "whole": part},
    )


TEXTS = [
    {"field": "title", "words": "Skarholm harbour bridge shut", "channels": ["folder"]},
    {"field": "caption", "words": "Shut to all.\n\nSource:\nThe Quay", "channels": ["folder"]},
    {"field": "caption", "words": "Shut to all. #skarholm", "channels": ["webhook"]},
    {"field": "alt", "words": "Upright video with captions: a bridge.", "channels": []},
]
CHECK = {
    "ok": True,
    "checks": [
        {"name": "length", "value": "31.4 s", "bar": "<= 60 s", "ok": True},
        {"name": "picture", "value": "1080x1920", "bar": "1080x1920", "ok": True},
        {"name": "loudness", "value": "-14.1 LUFS", "bar": "-14 +- 1 LUFS", "ok": True},
        {"name": "true peak", "value": "-1.8 dBTP", "bar": "<= -1 dBTP", "ok": True},
        {"name": "black frames", "value": "0", "bar": "0", "ok": True},
    ],
}


def finding(claim: str, kind: str, verdict: str = "supported", source: str = "") -> dict[str, Any]:
    return {
        "claim": claim,
        "kind": kind,
        "verdict": verdict,
        "source": source,
        "outlet": "The Quay" if source else "",
    }


def beat(line: str, quote: str, outlet: str, *findings: Mapping[str, Any]) -> dict[str, Any]:
    url = f"https://{outlet.split()[-1].lower()}.example/harbour-bridge"
    cites = [{"outlet": outlet, "url": url, "quote": quote}]
    return {"line": line, "cites": cites, "findings": list(findings)}


def script(headline: str) -> dict[str, Any]:
    return {
        "headline": headline,
        "lang": "en",
        "tone": "urgent",
        "format": "news",
        "chip": "Transport",
        "caption": "The Skarholm harbour bridge is shut after inspectors found a cracked cable. "
        "What commuters need to know for the morning.",
        "hashtags": ["skarholm", "harbourbridge", "transport"],
        "writer": "extractive",
        "notes": ["Every line is a sentence of a source, shortened; nothing was added."],
        "beats": [
            beat(
                "The harbour bridge in Skarholm has been shut to all traffic.",
                "Skarholm's harbour bridge was shut to all traffic on Tuesday evening, the port "
                "authority said.",
                "Harbour Post",
                finding("Skarholm", "name"),
                finding("Tuesday", "date"),
            ),
            beat(
                "Inspectors found a crack in one of its 48 main cables.",
                "A routine inspection revealed a crack in one of the bridge's 48 main cables.",
                "The Quay",
                finding("48", "number"),
            ),
            beat(
                "About 62,000 people cross it every day.",
                "The bridge carries roughly 62,000 people a day, according to city figures.",
                "Northern Ledger",
                finding("62,000", "number", "one outlet"),
            ),
            beat(
                "Ferries will run every ten minutes from six in the morning.",
                "Extra ferries are to run every ten minutes from 6 a.m., the transit agency said.",
                "The Quay",
                finding("ten minutes", "number"),
                finding("six in the morning", "date"),
            ),
        ],
    }


def a_day(newsroom: FakeNewsroom) -> None:
    """Fill the newsroom with a day on which every state of the desk is to be seen."""
    doubtful = script("Reservoir at Oster Vale falls below a third")
    doubtful["beats"] = [
        beat(
            "The Oster Vale reservoir is down to 31 per cent.",
            "Oster Vale stood at 34 per cent of capacity on Monday.",
            "Northern Ledger",
            finding("31 per cent", "number", "contradicted", "Oster Vale stood at 34 per cent."),
            finding("Oster Vale", "name"),
        ),
        beat(
            "Mayor Ilse Brandt calls it the worst summer in memory.",
            "The mayor called the summer the worst in memory.",
            "The Quay",
            finding("Ilse Brandt", "name", "not found"),
        ),
    ]
    failed = {
        "ok": False,
        "checks": [
            *CHECK["checks"],  # type: ignore[misc]
            {"name": "caption sync", "value": "310 ms", "bar": "<= 120 ms", "ok": False},
        ],
    }
    newsroom.reports(
        story(12, "Harbour bridge in Skarholm shut after crack is found in main cable", draft=7),
        story(
            15,
            "Reservoir at Oster Vale falls below a third as heat goes on",
            score=5.2,
            phase="emerging",
            outlets=["Northern Ledger", "The Quay", "Vale Courier", "Morning Dispatch"],
            reason="4 outlets in 50 minutes; speeding up.",
        ),
        story(
            18,
            "Night train to the coast returns after eleven years",
            score=2.6,
            phase="candidate",
            outlets=["Rail Weekly", "Morning Dispatch"],
            reason="2 outlets; matches your interest “transport”.",
        ),
        story(
            9,
            "Lighthouse museum wins national prize",
            score=1.1,
            phase="cooling",
            outlets=["The Quay"],
            reason="No new report for two hours.",
        ),
    )
    newsroom.drafts_are(
        draft(7, "Harbour bridge in Skarholm shut after crack is found in main cable"),
        draft(
            8,
            "Reservoir at Oster Vale falls below a third",
            rev="b01d77",
            script=doubtful,
            check=failed,
            warnings=["Two outlets disagree on the level of the reservoir: 31 and 34 per cent."],
            grounding={"claims": 3, "problems": 2},
        ),
        in_the_works(6, "Night train to the coast returns after eleven years", "draw", 0.42),
        draft(
            5,
            "Lighthouse museum wins national prize",
            state="posted",
            rev="77aa10",
            decision={"what": "approved", "by": "web:anna", "at": ago(90), "reason": ""},
            channels=[
                {"name": "folder", "state": "posted", "url": "https://reel.example/5", "why": ""},
                {"name": "webhook", "state": "unknown", "url": "", "why": "the answer never came"},
            ],
        ),
        draft(
            4,
            "Parked: a title that nobody could read aloud",
            state="parked",
            rev="",
            clip=None,
            script=None,
            check=None,
            channels=[],
            warnings=["The writer found no sentence that fits into 60 seconds."],
            grounding={"claims": 0, "problems": 0},
        ),
    )


def film(folder: Path, seconds: float = 3.0) -> None:
    """Make a small real clip with its cover and captions, for a real browser to play."""
    import av
    import numpy as np
    from PIL import Image

    def picture(moment: float) -> Any:
        down, across = np.mgrid[0:480, 0:270]
        wave = 40 * np.sin(across / 40 + 4 * moment) + down / 4
        shades = np.stack([30 + wave / 3, 50 + wave / 2, 90 + wave], axis=-1)
        shades[330:372, 30 : 40 + int(60 * moment)] = (242, 184, 75)
        return shades.clip(0, 255).astype("uint8")

    with av.open(str(folder / "video.mp4"), "w", options={"movflags": "faststart"}) as box:
        stream = box.add_stream("libx264", rate=12)
        stream.width, stream.height, stream.pix_fmt = 270, 480, "yuv420p"
        for i in range(int(12 * seconds)):
            box.mux(stream.encode(av.VideoFrame.from_ndarray(picture(i / 12), "rgb24")))
        box.mux(stream.encode())
    Image.fromarray(picture(1.0)).save(folder / "cover.jpg")
    (folder / "vtt.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:03.000\nThe harbour bridge\n")
    (folder / "srt.srt").write_text("1\n00:00:00,000 --> 00:00:03,000\nThe harbour bridge\n")
    (folder / "sources.json").write_text("{}")
    (folder / "preview.mp4").write_bytes((folder / "video.mp4").read_bytes())
