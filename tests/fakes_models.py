"""Tiny speech models for the real engines: each phoneme is a noise of its own, of its own length.

They speak no language, but have the shape of the real ones, and when each phoneme begins is known.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

SYMBOLS = 256


def piper_model(path: Path, lang: str = "en-us") -> None:
    """Write a model that Piper loads, patches and asks when each phoneme begins."""
    from onnx import helper
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP as IDS

    silent = [ids[0] for sign, ids in IDS.items() if sign in "_^$ ,."]
    pace = [
        helper.make_node("Gather", ["scales", "one"], ["pace"]),
        helper.make_node("Mul", ["long", "pace"], ["spans"]),
    ]
    inputs = {"input": "INT64", "input_lengths": "INT64", "scales": "FLOAT"}
    _write(path, inputs, pace, ["output"], frame=256, silent=silent)
    told = {
        "audio": {"sample_rate": 22050},
        "espeak": {"voice": lang},
        "num_speakers": 1,
        "num_symbols": SYMBOLS,
        "phoneme_id_map": IDS,
    }
    path.with_name(f"{path.name}.json").write_text(json.dumps(told))


def kokoro_model(path: Path, styles: Path, *names: str) -> None:
    """Write a model that Kokoro loads, with its voices; it tells how long each phoneme is."""
    from kokoro_onnx.config import DEFAULT_VOCAB
    from onnx import helper

    silent = [0, *(number for sign, number in DEFAULT_VOCAB.items() if sign in " ,.")]
    pace = [helper.make_node("Div", ["long", "speed"], ["spans"])]
    inputs = {"input_ids": "INT64", "style": "FLOAT", "speed": "FLOAT"}
    _write(path, inputs, pace, ["output", "duration"], frame=600, silent=silent)
    with styles.open("wb") as file:
        np.savez(file, **{name: np.zeros((510, 1, 256), np.float32) for name in names})


def _write(
    path: Path,
    inputs: dict[str, str],
    pace: Sequence[Any],
    outputs: Sequence[str],
    *,
    frame: int,
    silent: Sequence[int],
) -> None:
    """Write a graph: ids -> how many frames each lasts -> the id of each frame -> its noise."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    (spoken, *_), rng = inputs, np.random.default_rng(0)
    tones = rng.normal(0, 0.2, (SYMBOLS, frame)).astype(np.float32)
    tones[list(silent)] = 0
    values = {
        "lengths": rng.uniform(2.2, 8.5, SYMBOLS).astype(np.float32),
        "tones": tones,
        "zero": np.array(0, np.int64),
        "one": np.array(1, np.int64),
        "rows": np.array([0], np.int64),
        "columns": np.array([1], np.int64),
        "flat": np.array([-1], np.int64),
    }
    steps = [
        ("Gather", ["lengths", spoken], "long"),
        *pace,
        ("Ceil", ["spans"], "frames"),
        ("Squeeze", ["frames", "rows"], "each"),
        ("Cast", ["each"], "duration", {"to": TensorProto.INT64}),
        ("CumSum", ["duration", "zero"], "ends"),
        ("ReduceMax", ["ends"], "total", {"keepdims": 0}),
        ("Range", ["zero", "total", "one"], "time"),
        ("Unsqueeze", ["time", "columns"], "now"),
        ("Unsqueeze", ["ends", "rows"], "then"),
        ("GreaterOrEqual", ["now", "then"], "past"),
        ("Cast", ["past"], "passed", {"to": TensorProto.INT64}),
        ("ReduceSum", ["passed", "columns"], "which", {"keepdims": 0}),
        ("Squeeze", [spoken, "rows"], "ids"),
        ("Gather", ["ids", "which"], "sounding"),
        ("Gather", ["tones", "sounding"], "waves"),
        ("Reshape", ["waves", "flat"], "output"),
    ]
    nodes = [
        step
        if not isinstance(step, tuple)
        else helper.make_node(step[0], step[1], [step[2]], **(step[3] if len(step) > 3 else {}))
        for step in steps
    ]
    ranks = {"scales": [3], "speed": [1], "input_lengths": [1]}

    def value(name: str, kind: str) -> Any:
        return helper.make_tensor_value_info(
            name, getattr(TensorProto, kind), ranks.get(name, ["rows", name])
        )

    kinds = {"output": "FLOAT", "duration": "INT64"}
    graph = helper.make_graph(
        nodes,
        "tiny",
        [value(name, kind) for name, kind in inputs.items()],
        [helper.make_tensor_value_info(n, getattr(TensorProto, kinds[n]), [n]) for n in outputs],
        [numpy_helper.from_array(array, name) for name, array in values.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)
