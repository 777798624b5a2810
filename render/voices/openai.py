"""The speech endpoint of OpenAI, or of any server that speaks it: no word times, so they are found.

OpenAI itself ends this endpoint's models on 2027-01-06 (told 2026-11); servers of one's own go on.
"""

import random
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from render.voices import About, Speech, VoiceDown

__all__ = ["ABOUT", "Plugin", "Settings"]

ABOUT = About("its server's", "its server's", "the server's terms; a paid service at OpenAI")

OPENAI = "https://api.openai.com/v1"
TRIES = 3
PATIENCE_S = 5.0  # a longer Retry-After is not waited for: the next voice of the chain speaks
LIMIT = 64 * 1024 * 1024  # bytes of one answer: eleven minutes at 48 kHz

Sleep = Callable[[float], None]


class Settings(BaseModel):
    """`base_url` "" is OpenAI; local servers need no `key`.

    `instructions` say how to speak, by tone; "neutral" serves the tones that are not named. So many
    lines as `at_once` are asked for side by side.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: str
    voice: str = "alloy"
    base_url: str = ""
    key: SecretStr = SecretStr("")
    timeout_s: float = Field(30.0, gt=0)
    at_once: int = Field(4, ge=1, le=16)
    instructions: dict[str, str] = {}


class Plugin:
    """Asks a server for each line. `sleep` waits between tries."""

    def __init__(self, settings: Settings, *, sleep: Sleep = time.sleep) -> None:
        self.settings = settings
        self.at_once = settings.at_once
        self._sleep = sleep

    def voices(self) -> tuple[str, ...]:
        """Name the voice that is set; the server is not asked."""
        return (self.settings.voice,)

    def say(self, text: str, *, lang: str, rate: float, tone: str, timeout_s: float) -> Speech:
        """Speak one text; the server tells the language by itself. Raises VoiceDown."""
        import httpx2
        import openai

        until = time.monotonic() + min(timeout_s, self.settings.timeout_s)
        key = self.settings.key.get_secret_value() or "none"
        url = self.settings.base_url or OPENAI
        where = f"{self.settings.model} at {url}"
        try:
            with openai.OpenAI(api_key=key, base_url=url, max_retries=0) as client:
                data = self._repeated(lambda: _read(client, self._wish(text, rate, tone), until))
        except openai.OpenAIError as error:
            raise VoiceDown(f"{where}: {_said(error)}") from error
        except (httpx2.HTTPError, TimeoutError) as error:
            why = str(error) or type(error).__name__
            raise VoiceDown(f"{where}: broke off: {why}") from error
        try:
            pcm, hertz = _wav(data)
        except ValueError as error:
            raise VoiceDown(f"{where}: {error}") from error
        return Speech(pcm, hertz, (), "openai", self._name(), "estimated")

    def _name(self) -> str:
        return f"{self.settings.model}:{self.settings.voice}"

    def _wish(self, text: str, rate: float, tone: str) -> Mapping[str, Any]:
        told = self.settings.instructions
        how = told.get(tone) or told.get("neutral", "")
        wish = {"model": self.settings.model, "voice": self.settings.voice, "input": text}
        return {
            **wish,
            **({"instructions": how} if how else {}),
            **({"speed": round(rate, 3)} if rate != 1.0 else {}),
            "response_format": "wav",
        }

    def _repeated(self, ask: Callable[[], bytes]) -> bytes:
        """Ask again where that may help, within the time."""
        tries = Retrying(
            retry=retry_if_exception(_may_pass),
            stop=stop_after_attempt(TRIES),
            wait=_wait,
            sleep=self._sleep,
            reraise=True,
        )
        return tries(ask)


def _read(client: Any, wish: Mapping[str, Any], until: float) -> bytes:
    """Make one request and read all of its answer, until a moment of the monotonic clock."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError("no time is left")
    speech, data = client.audio.speech.with_streaming_response, bytearray()
    with speech.create(**wish, timeout=left) as answer:
        for chunk in answer.iter_bytes():  # as it comes: a wished size is waited for
            data += chunk
            if time.monotonic() > until:
                raise TimeoutError("it took too long")
            if len(data) > LIMIT:
                raise TimeoutError(f"more than {LIMIT >> 20} MB")
    return bytes(data)


def _may_pass(error: BaseException) -> bool:
    """Tell whether the same request may succeed in a moment: 429, 5xx, a broken line."""
    import httpx2
    import openai

    if (_retry_after(error) or 0.0) > PATIENCE_S or isinstance(error, openai.APITimeoutError):
        return False
    passing = (openai.APIConnectionError, openai.RateLimitError, openai.InternalServerError)
    broken = isinstance(error, (*passing, httpx2.RemoteProtocolError, httpx2.ReadError))
    return broken and getattr(error, "code", "") != "insufficient_quota"


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = _retry_after(error) if error else None
    return asked if asked is not None else random.uniform(0.2, 1.5)


def _retry_after(error: BaseException) -> float | None:
    """Read how many seconds the server asks us to wait, None where it does not say."""
    response = getattr(error, "response", None)
    try:
        return max(0.0, float(response.headers["retry-after"])) if response is not None else None
    except (KeyError, ValueError):
        return None


def _said(error: BaseException) -> str:
    return str(getattr(error, "message", "") or error)[:200]


def _wav(data: bytes) -> tuple[NDArray[np.float32], int]:
    """Read a WAV of 16-bit or float samples, as mono; its sizes may be made up by a stream.

    Answers the sound in [-1, 1] and its rate. Raises ValueError.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise ValueError(f"answered no WAV but {len(data)} bytes that begin {data[:16]!r}")
    at, form = 12, b""
    while at + 8 <= len(data) and data[at : at + 4] != b"data":
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        form = data[at + 8 : at + 8 + size] if data[at : at + 4] == b"fmt " else form
        at += 8 + size + size % 2
    if at + 8 > len(data) or len(form) < 16:
        raise ValueError("answered a WAV that is torn")
    kind, channels = (int.from_bytes(form[i : i + 2], "little") for i in (0, 2))
    rate, bits = int.from_bytes(form[4:8], "little"), int.from_bytes(form[14:16], "little")
    kind = int.from_bytes(form[24:26], "little") if kind == 0xFFFE else kind
    sample = {(1, 16): "<i2", (3, 32): "<f4"}.get((kind, bits))
    if sample is None or not 0 < channels <= 8 or not 4_000 <= rate <= 192_000:
        raise ValueError(f"answered a WAV of kind {kind}, {bits} bits, {channels} x {rate} Hz")
    size = int.from_bytes(data[at + 4 : at + 8], "little")
    body = data[at + 8 : at + 8 + size]
    frame = bits // 8 * channels
    values = np.frombuffer(body[: len(body) // frame * frame], sample).reshape(-1, channels)
    scale = 32768.0 if kind == 1 else 1.0
    return (values.mean(axis=1) / scale).astype(np.float32), rate
