"""From the wire to an offer: the sample wire, the real daemon, a real render. No rival does it.

What is printed: seconds from the first report of the story to the third outlet, to the script, to
the offer, and to the receipt after an approval; and how long the clip is.

Repeat: python bench/demo.py
"""

import asyncio
import json
import sys
import tempfile
from datetime import datetime
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])  # run as a script, bench/render.py would hide render

from bot.chat import Incoming  # noqa: E402
from bot.daemon import now, started  # noqa: E402
from bot.demo.show import PACE, USER, demo_config  # noqa: E402
from bot.demo.wire import SampleWire  # noqa: E402


async def measure(folder: Path) -> dict[str, float]:
    """Run the line once."""
    stop = asyncio.Event()
    async with SampleWire(now, PACE) as wire:
        config = demo_config(wire, folder / "state", folder / "out")
        async with started(config) as daemon:
            running = asyncio.create_task(daemon.run(stop))
            version = -1
            while True:
                drafts = await daemon.newsroom.drafts()
                state = drafts[0]["state"] if drafts else ""
                if state == "offered":
                    word = f"approve 1 {drafts[0]['rev']}"
                    await daemon.newsroom.hear(Incoming(USER, "bench", word, now()))
                if state in ("posted", "parked"):
                    break
                version = await daemon.newsroom.changed(version)
            stop.set()
            await running
            draft = await daemon.desk.store.draft(1)
            assert draft is not None
            events = {e.kind: e.at for e in await daemon.desk.store.events(1)}
            first = min(item.seen for item in draft.items)

            def after(at: datetime) -> float:
                return round((at - first).total_seconds(), 2)

            return {
                "third_outlet_s": after(events["wanted"]),
                "script_s": after(events["written"]),
                "preview_s": after(events["preview"]),
                "offer_s": after(events["offered"]),
                "posted_s": after(events["posted"]),
                "clip_s": draft.clip["seconds"],
            }


def main() -> None:
    """Print one line."""
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measure(Path(folder)))
    print(json.dumps({"bench": "demo", **found}))


if __name__ == "__main__":
    main()
