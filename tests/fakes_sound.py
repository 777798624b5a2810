"""Voices of our own making, and what becomes of a sound in AAC."""

import io
from contextlib import suppress
from pathlib import Path
from typing import Any

import av
import numpy as np

from render.sound import Sound
from render.sound.tape import play, record, track
from render.timeline import RATE


def voice_like(seed: int, seconds: float, level: float) -> Sound:
    """Syllables of a buzz with overtones and a little breath, and pauses between phrases."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * RATE)) / RATE
    pitch = rng.uniform(90, 230)
    turn = 2 * np.pi * np.cumsum(pitch * (1 + 0.1 * np.sin(2.1 * time))) / RATE
    formants = rng.uniform((300, 900, 2200), (800, 2000, 3200))
    buzz = np.zeros_like(time)
    for k in range(1, int(7000 / pitch)):
        near = np.exp(-np.abs(k * pitch - formants) / 400).sum() + 0.03
        buzz += near * np.sin(k * turn + rng.uniform(0, 6.3))
    breath = rng.normal(0, 0.2, len(time))
    syllables = np.clip(np.sin(2 * np.pi * 3.6 * time) + 0.4, 0, 1)
    phrases = np.sin(2 * np.pi * 0.35 * time + 0.4) > -0.8
    sound = (buzz + breath) * syllables * phrases
    return np.asarray(level * sound / np.abs(sound).max(), np.float32)


def after_aac(sound: Sound) -> Sound:
    """One channel of the sound after it went through an mp4, as platforms hear it."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as clip:
        tape = record(sound)
        stream = track(clip, tape)
        for packet in play(tape, stream):
            clip.mux(packet)
    file.seek(0)
    with av.open(file) as clip:
        heard = [frame.to_ndarray()[0] for frame in clip.decode(audio=0)]
    return np.concatenate(heard)


def ebur128(sound: Sound) -> dict[str, str]:
    """What FFmpeg's own meter says of a mono sound in both channels."""
    graph = av.filter.Graph()
    clock = f"1/{RATE}"
    source = graph.add_abuffer(format="flt", sample_rate=RATE, layout="stereo", time_base=clock)
    meter, sink = graph.add("ebur128", "metadata=1:peak=true"), graph.add("abuffersink")
    source.link_to(meter)
    meter.link_to(sink)
    graph.configure()
    frame = av.AudioFrame.from_ndarray(np.repeat(sound, 2)[None], "flt", "stereo")
    frame.rate, frame.pts = RATE, 0
    graph.push(frame)
    graph.push(None)
    said: dict[str, str] = {}
    with suppress(av.error.EOFError):
        while True:
            said = dict(graph.pull().metadata)
    return said


def save_music(path: Path, sound: Sound, rate: int = RATE, codec: str = "pcm_s16le") -> Path:
    """Write a mono sound of RATE as an audio file of this rate, coded so."""
    with av.open(str(path), "w") as file:
        stream: Any = file.add_stream(codec, rate=rate, layout="mono")
        frame = av.AudioFrame.from_ndarray(sound[None], "fltp", "mono")
        frame.rate, frame.pts = RATE, 0
        fit = av.AudioResampler(stream.format, "mono", rate, stream.frame_size or None)
        parts = [*fit.resample(frame), *fit.resample(None)]
        for packet in [*(p for part in parts for p in stream.encode(part)), *stream.encode(None)]:
            file.mux(packet)
    return path
