"""Wan 2.1 1.3B as it really is, with random weights, as a folder that the lab loads.

The sizes are those of the published configuration (facts of diffusers 0.42 and of the model's own
config.json); speed does not depend on what the weights hold. `tiny` is the same thing a thousand
times smaller, for a rehearsal without a GPU.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["REAL", "TINY", "Model", "encoder", "lay_down", "transformer", "vae"]


@dataclass(frozen=True, slots=True)
class Model:
    """The configuration of each part, as its class takes it, and what it makes."""

    transformer: Mapping[str, Any]
    vae: Mapping[str, Any]
    encoder: Mapping[str, Any]
    width: int
    height: int
    frames: int
    steps: int = 3
    fps: int = 16
    shot_s: float = 5.0
    shots: int = 12
    delivered: tuple[int, int] = (1080, 1920)
    dtype: str = "bfloat16"
    needs_gib: float = 8.0
    words: Mapping[str, Any] = field(default_factory=dict)


REAL = Model(
    transformer={
        "num_attention_heads": 12,
        "attention_head_dim": 128,
        "ffn_dim": 8960,
        "num_layers": 30,
        "text_dim": 4096,
    },
    vae={},
    encoder={
        "d_model": 4096,
        "d_ff": 10240,
        "d_kv": 64,
        "num_heads": 64,
        "num_layers": 24,
        "vocab_size": 256384,
    },
    width=480,
    height=832,
    frames=81,
)

TINY = Model(
    transformer={
        "num_attention_heads": 2,
        "attention_head_dim": 16,
        "ffn_dim": 64,
        "num_layers": 2,
        "text_dim": 32,
    },
    vae={"base_dim": 8, "z_dim": 16, "dim_mult": [1, 1, 1, 1], "num_res_blocks": 1},
    encoder={
        "d_model": 32,
        "d_ff": 64,
        "d_kv": 8,
        "num_heads": 4,
        "num_layers": 2,
        "vocab_size": 300,
    },
    width=48,
    height=80,
    frames=17,
    shot_s=1.0,
    shots=4,
    delivered=(108, 192),
    dtype="float32",
    needs_gib=0.5,
)


def transformer(model: Model) -> Any:
    """The denoiser, on whatever device is the default."""
    from diffusers import WanTransformer3DModel

    return WanTransformer3DModel(**model.transformer)


def vae(model: Model) -> Any:
    """The decoder."""
    from diffusers import AutoencoderKLWan

    return AutoencoderKLWan(**model.vae)


def encoder(model: Model) -> Any:
    """The text encoder."""
    from transformers import UMT5Config, UMT5EncoderModel

    return UMT5EncoderModel(UMT5Config(**model.encoder))


def lay_down(model: Model, folder: Path, device: str) -> None:
    """Build the whole pipeline on `device` and write it as a folder of safetensors."""
    import torch
    from diffusers import FlowMatchEulerDiscreteScheduler, WanPipeline

    torch.manual_seed(0)
    before = torch.get_default_dtype()
    torch.set_default_dtype(getattr(torch, model.dtype))
    try:
        with torch.device(device):
            parts = transformer(model), vae(model), encoder(model)
    finally:
        torch.set_default_dtype(before)
    pipe = WanPipeline(
        transformer=parts[0],
        vae=parts[1],
        text_encoder=parts[2],
        tokenizer=_tokenizer(model),
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
    )
    pipe.save_pretrained(folder)
    (folder / "README.json").write_text(json.dumps({"weights": "random", "licence": "none"}))


def _tokenizer(model: Model) -> Any:
    """Letters as tokens: what a prompt costs depends on the length it is padded to."""
    from transformers import T5TokenizerFast

    letters = [chr(n) for n in range(32, 127)]
    vocab = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("\u2581", -1.0)]
    vocab += [(letter, -2.0) for letter in letters if letter != "\u2581"]
    return T5TokenizerFast(vocab=vocab)
