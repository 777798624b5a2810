"""Tiny pipelines with random weights, written to disk: everything is real but the pictures.

Their tokenizers are trained here and now, on a few words; nothing is fetched or kept in git.
"""

from pathlib import Path
from typing import Any

CORPUS = (
    "a harbour at dawn, empty quays, blue-grey light, slow push in",
    "two women on a bridge, warm evening, the camera tracks left, seen from behind",
    "blurry, text, watermark",
)
WIDE, HIGH = 32, 48
"""The smallest pictures that still have more than one patch each way."""


def tokenizer(words: tuple[str, ...] = CORPUS) -> Any:
    """A T5 tokenizer of its own: pieces of these words, and every letter."""
    from transformers import T5TokenizerFast

    letters = sorted({letter for text in words for letter in text} - {" "})
    pieces = sorted({f"▁{word}" for text in words for word in text.split()})
    names = ["<pad>", "</s>", "<unk>", "▁", *letters, *pieces]
    return T5TokenizerFast(
        vocab=[(name, -float(n)) for n, name in enumerate(names)], extra_ids=0, legacy=False
    )


def text_encoder(words: Any) -> Any:
    """UMT5, two layers of 32."""
    from transformers import UMT5Config, UMT5EncoderModel

    return UMT5EncoderModel(
        UMT5Config(
            vocab_size=len(words),
            d_model=32,
            d_kv=8,
            d_ff=37,
            num_layers=2,
            num_heads=4,
            relative_attention_num_buckets=8,
            relative_attention_max_distance=16,
        )
    )


def vae() -> Any:
    """Wan's VAE: 16 latent channels, a picture in 1/8, four frames in one."""
    from diffusers import AutoencoderKLWan

    return AutoencoderKLWan(base_dim=8, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1)


def transformer(in_channels: int = 16, kind: str = "WanTransformer3DModel", **rest: Any) -> Any:
    """Wan's transformer, two layers of two heads."""
    import diffusers

    return getattr(diffusers, kind)(
        patch_size=(1, 2, 2),
        num_attention_heads=2,
        attention_head_dim=16,
        in_channels=in_channels,
        out_channels=16,
        text_dim=32,
        freq_dim=32,
        ffn_dim=64,
        num_layers=2,
        cross_attn_norm=True,
        qk_norm="rms_norm_across_heads",
        rope_max_seq_len=32,
        **rest,
    )


def wan(folder: Path, kind: str = "WanPipeline", **rest: Any) -> Path:
    """Write a Wan pipeline: "WanPipeline", "WanImageToVideoPipeline" or "WanVACEPipeline"."""
    import diffusers
    import torch
    from diffusers import UniPCMultistepScheduler

    torch.manual_seed(0)
    words = tokenizer()
    if kind == "WanVACEPipeline":
        own = {"kind": "WanVACETransformer3DModel", "vace_layers": [0], "vace_in_channels": 96}
    else:
        own = {"in_channels": 36 if kind == "WanImageToVideoPipeline" else 16}
    two = {"transformer_2": transformer(**own)} if "boundary_ratio" in rest else {}
    pipe = getattr(diffusers, kind)(
        tokenizer=words,
        text_encoder=text_encoder(words),
        vae=vae(),
        transformer=transformer(**own),
        scheduler=UniPCMultistepScheduler(
            prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
        ),
        **two,
        **rest,
    )
    pipe.save_pretrained(folder)
    return folder


def calmed(folder: Path) -> Path:
    """Take most of the contrast out of a Wan pipeline's films: untrained, they are noise."""
    from safetensors.torch import load_file, save_file

    file = next((folder / "vae").glob("*.safetensors"))
    tensors = load_file(file)
    for name in ("decoder.conv_out.weight", "decoder.conv_out.bias"):
        tensors[name] = tensors[name] * 0.1
    save_file(tensors, file, metadata={"format": "pt"})
    return folder
