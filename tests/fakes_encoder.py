"""Processes that stand in for a model: one that works, and those that do not."""

import hashlib
import os
import time
from multiprocessing.connection import Connection

import numpy as np


def works(pipe: Connection, model: str) -> None:
    """Answer each text with a unit vector of its own, and the batch's size in its last place."""
    pipe.send(())
    while True:
        try:
            batch = pipe.recv()
        except EOFError:
            return
        rows = []
        for text in batch:
            bits = np.frombuffer(hashlib.sha256(text.encode()).digest(), np.uint8)
            row = bits.astype(np.float32) - 127.5
            rows.append([*(row / np.linalg.norm(row)).tolist(), float(len(batch))])
        pipe.send(rows)


def hangs(pipe: Connection, model: str) -> None:
    """Load, and then never answer."""
    pipe.send(())
    pipe.recv()
    time.sleep(600)


def falls(pipe: Connection, model: str) -> None:
    """Load, and fall over the first batch."""
    pipe.send(())
    pipe.recv()
    os._exit(9)


def has_no_weights(pipe: Connection, model: str) -> None:
    """Say that the model cannot be loaded."""
    pipe.send(f"the model {model!r} cannot be loaded: OSError: no such folder")
