"""A model of natural language inference, in a process of its own.

It tells of a line and a source sentence whether the one follows from the other or denies it. The
model is a folder, or a fixed revision of a repository of the Hugging Face hub: weights as
safetensors, no code of its own. Its config must name the labels, whatever their order.
"""

import asyncio
import contextlib
import importlib
import os
import signal
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.aside import Aside, ModelDown, Serve
from bot.judges import JudgeDown, Opinion

__all__ = ["Plugin", "Settings", "label_places"]

BATCH = 16
LONGEST = 512  # tokens of a pair; what is longer is cut
REST_S = 600.0  # after a failure


class Settings(BaseModel):
    """The table of the judge: a `folder`, or a repository on the `hub` with its `revision`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    folder: Path | None = None
    hub: str = Field("", pattern=r"^([\w.-]+/[\w.-]+)?$")
    revision: str = Field("", pattern=r"^([0-9a-f]{40})?$")
    alarm: float = Field(0.9, gt=0, le=1)
    doubt: float = Field(0.5, ge=0, le=1)
    timeout_s: float = Field(20.0, gt=0)

    @model_validator(mode="after")
    def _one_model(self) -> "Settings":
        if bool(self.folder) == bool(self.hub):
            raise ValueError("name a `folder` with a model, or a repository as `hub`")
        if self.hub and not self.revision:
            raise ValueError("`hub` needs the `revision`: 40 hex digits, so that it stays the same")
        return self


class Plugin:
    """One process with a model, started when first needed and kept."""

    def __init__(self, settings: Settings, serve: Serve | None = None) -> None:
        self.alarm, self.doubt = settings.alarm, settings.doubt
        model = (str(settings.folder or settings.hub), settings.revision)
        self._timeout_s = settings.timeout_s
        self._aside = Aside(serve or _serve, model, "judge")
        self._rests: tuple[float, str] = (0.0, "")  # until when, by the loop's clock, and why

    async def judge(self, pairs: Sequence[tuple[str, str]]) -> Sequence[Opinion]:
        """Read pairs of (source sentence, line), an opinion on each. Raises JudgeDown."""
        now = asyncio.get_running_loop().time()
        until, why = self._rests
        if now < until:
            raise JudgeDown(why)
        try:
            rows = await self._aside.ask(list(pairs), self._timeout_s)
        except ModelDown as error:
            self._rests = (now + REST_S, str(error))
            raise JudgeDown(str(error)) from error
        return [Opinion(entails, contradicts) for entails, contradicts in rows]

    async def close(self) -> None:
        """End the process, also one that is loading or hangs."""
        await self._aside.close()


def _serve(pipe: Connection, model: tuple[str, str]) -> None:
    """Read batches of pairs until our parent is gone. A text as an answer says what is wrong."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is our parent's to act on
    try:
        reader = _Reader(*model)
    except Exception as error:  # what a model's files can be wrong in has no end
        why = " ".join(f"{type(error).__name__}: {error}".split())
        pipe.send(f"the model {model[0]!r} cannot be loaded: {why}"[:500])
        return
    pipe.send(())
    with contextlib.suppress(EOFError):
        while True:
            pipe.send(reader.read(pipe.recv()))


class _Reader:
    """The model itself: only ever made in its own process."""

    def __init__(self, name: str, revision: str) -> None:
        if not revision:
            os.environ["HF_HUB_OFFLINE"] = "1"  # a folder has all that it needs
            if not Path(name).is_dir():
                raise FileNotFoundError("there is no such folder")
        self._torch: Any = importlib.import_module("torch")
        library: Any = importlib.import_module("transformers")
        library.utils.logging.disable_progress_bar()  # it would draw into the daemon's log
        library.utils.logging.set_verbosity_error()
        known = {"revision": revision} if revision else {"local_files_only": True}
        config = library.AutoConfig.from_pretrained(name, **known)
        self._entails, self._contradicts = label_places(config.id2label)
        self._tokens = library.AutoTokenizer.from_pretrained(name, **known)
        self._model, info = library.AutoModelForSequenceClassification.from_pretrained(
            *(name,),
            **known,
            use_safetensors=True,
            dtype=self._torch.float32,
            output_loading_info=True,
        )
        if info["missing_keys"]:
            lacks = ", ".join(sorted(info["missing_keys"])[:3])
            raise ValueError(f"its file lacks {lacks}: it was never trained to judge")
        self._device = "cuda" if self._torch.cuda.is_available() else "cpu"
        self._model.to(self._device).train(False)

    def read(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[float, float]]:
        """Answer (entails, contradicts) for each pair."""
        found: list[tuple[float, float]] = []
        for start in range(0, len(pairs), BATCH):
            premises, lines = zip(*pairs[start : start + BATCH], strict=True)
            longest = min(LONGEST, self._tokens.model_max_length)
            batch = self._tokens(
                *(list(premises), list(lines)),
                **{"truncation": True, "max_length": longest, "padding": True},
                return_tensors="pt",
            ).to(self._device)
            with self._torch.inference_mode():
                rows = self._model(**batch).logits.softmax(-1).tolist()
            found += [(row[self._entails], row[self._contradicts]) for row in rows]
        return found


def label_places(labels: Mapping[int, str]) -> tuple[int, int]:
    """Find the labels for entailment and contradiction. Raises ValueError."""
    by_name = {label.lower(): int(place) for place, label in labels.items()}
    entails = [place for label, place in by_name.items() if label.startswith("entail")]
    denies = [place for label, place in by_name.items() if label.startswith("contradict")]
    if len(entails) != 1 or len(denies) != 1:
        named = ", ".join(labels.values())
        raise ValueError(f"its labels are {named}; it needs one entailment and one contradiction")
    return entails[0], denies[0]
