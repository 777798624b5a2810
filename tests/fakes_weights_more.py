"""Tiny LTX-2, Helios and Z-Image pipelines with random weights, written to disk as real ones lie.

Their tokenizers know letters and no more; nothing is fetched, nothing is kept in git.
"""

from pathlib import Path
from typing import Any

from fakes_weights import text_encoder, tokenizer

LETTERS = "abcdefghijklmnopqrstuvwxyz,-"
WIDE = 32  # of each text encoder's states


def ltx2(folder: Path, later: bool = False, **scheduler: Any) -> Path:
    """Write an LTX-2 pipeline: pictures in 1/8, two frames in one, stereo at 16 kHz.

    `later` is what 2.3 is made of: words for pictures and sound of their own widths, 48 kHz.
    `scheduler` sets its scheduler as trained models have it.
    """
    import torch
    from diffusers import FlowMatchEulerDiscreteScheduler, LTX2Pipeline

    torch.manual_seed(0)
    words = _gemma_words()
    audio = _audio_vae()
    LTX2Pipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(**scheduler),
        vae=_ltx2_vae(),
        audio_vae=audio,
        text_encoder=_gemma(len(words)),
        tokenizer=words,
        connectors=_connectors(later),
        transformer=_ltx2_transformer(later),
        vocoder=_vocoder(2 * audio.config.mel_bins, later),
    ).save_pretrained(folder)
    return folder


def helios(folder: Path, distilled: bool = True) -> Path:
    """Write a Helios pipeline: with its DMD sampler where it is distilled, else without."""
    import torch
    from diffusers import (
        AutoencoderKLWan,
        HeliosDMDScheduler,
        HeliosPyramidPipeline,
        HeliosScheduler,
        HeliosTransformer3DModel,
    )

    torch.manual_seed(0)
    words = tokenizer()
    HeliosPyramidPipeline(
        tokenizer=words,
        text_encoder=text_encoder(words),
        vae=AutoencoderKLWan(base_dim=4, z_dim=16, dim_mult=[1, 1, 1, 1], num_res_blocks=1),
        scheduler=HeliosDMDScheduler() if distilled else HeliosScheduler(),
        transformer=HeliosTransformer3DModel(
            num_attention_heads=2,
            attention_head_dim=12,
            text_dim=WIDE,
            freq_dim=32,
            ffn_dim=32,
            num_layers=2,
            rope_dim=(4, 4, 4),
        ),
        is_distilled=distilled,
    ).save_pretrained(folder)
    return folder


def zimage(folder: Path) -> Path:
    """Write a Z-Image pipeline: pictures in 1/8."""
    import torch
    from diffusers import AutoencoderKL, FlowMatchEulerDiscreteScheduler, ZImagePipeline

    torch.manual_seed(0)
    words = _qwen_words()
    ZImagePipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(shift=3.0),
        vae=AutoencoderKL(
            down_block_types=["DownEncoderBlock2D"] * 4,
            up_block_types=["UpDecoderBlock2D"] * 4,
            block_out_channels=[8, 8, 8, 8],
            latent_channels=16,
            norm_num_groups=2,
            scaling_factor=0.3611,
            shift_factor=0.1159,
            use_quant_conv=False,
            use_post_quant_conv=False,
        ),
        text_encoder=_qwen(len(words)),
        tokenizer=words,
        transformer=_zimage_transformer(),
    ).save_pretrained(folder)
    return folder


def _gemma_words() -> Any:
    from transformers import GemmaTokenizer

    names = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "▁", *LETTERS]
    return GemmaTokenizer(vocab={name: n for n, name in enumerate(names)}, merges=[])


def _qwen_words() -> Any:
    from tokenizers.pre_tokenizers import ByteLevel
    from transformers import Qwen2Tokenizer

    names = [*sorted(ByteLevel.alphabet()), "<|endoftext|>"]
    words = Qwen2Tokenizer(vocab={name: n for n, name in enumerate(names)}, merges=[])
    words.chat_template = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}"
    return words


def _gemma(vocab: int) -> Any:
    from transformers import Gemma3Config, Gemma3ForConditionalGeneration

    text = {
        "vocab_size": vocab,
        "hidden_size": WIDE,
        "intermediate_size": 37,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "head_dim": 8,
        "max_position_embeddings": 1024,
    }
    eye = {
        "hidden_size": 16,
        "intermediate_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "image_size": 28,
        "patch_size": 14,
    }
    config = Gemma3Config(text_config=text, vision_config=eye, mm_tokens_per_image=4)
    return Gemma3ForConditionalGeneration(config)


def _qwen(vocab: int) -> Any:
    from transformers import Qwen3Config, Qwen3Model

    return Qwen3Model(
        Qwen3Config(
            vocab_size=vocab,
            hidden_size=WIDE,
            intermediate_size=32,
            num_hidden_layers=2,
            num_attention_heads=2,
            num_key_value_heads=2,
            head_dim=16,
            max_position_embeddings=512,
        )
    )


def _ltx2_vae() -> Any:
    from diffusers import AutoencoderKLLTX2Video

    return AutoencoderKLLTX2Video(
        latent_channels=4,
        block_out_channels=(8,),
        decoder_block_out_channels=(8,),
        down_block_types=("LTX2VideoDownBlock3D",),
        layers_per_block=(1, 1),
        decoder_layers_per_block=(1, 1),
        spatio_temporal_scaling=(True,),
        decoder_spatio_temporal_scaling=(True,),
        decoder_inject_noise=(False, False),
        downsample_type=("spatiotemporal",),
        upsample_type=("spatiotemporal",),
        upsample_residual=(False,),
        upsample_factor=(1,),
        patch_size=4,
        decoder_causal=False,
    )


def _audio_vae() -> Any:
    from diffusers import AutoencoderKLLTX2Audio

    return AutoencoderKLLTX2Audio(
        base_channels=4, ch_mult=(1,), num_res_blocks=1, latent_channels=2, mel_bins=8
    )


def _vocoder(channels: int, later: bool) -> Any:
    """16 kHz; the later one widens that to 48."""
    from diffusers.pipelines.ltx2.vocoder import LTX2Vocoder, LTX2VocoderWithBWE

    own = {
        "bwe_in_channels": 16,
        "bwe_hidden_channels": 8,
        "bwe_upsample_kernel_sizes": [16, 15],
        "bwe_upsample_factors": [16, 15],
        "bwe_resnet_kernel_sizes": [3],
        "bwe_resnet_dilations": [[1, 3, 5]],
        "num_mel_channels": 8,
    }
    plain = {"output_sampling_rate": 16000}
    made, more = (LTX2VocoderWithBWE, own) if later else (LTX2Vocoder, plain)
    return made(
        in_channels=channels,
        hidden_channels=8,
        upsample_kernel_sizes=[16, 10],
        upsample_factors=[16, 10],
        resnet_kernel_sizes=[3],
        resnet_dilations=[[1, 3, 5]],
        **more,
    )


def _connectors(later: bool) -> Any:
    from diffusers.pipelines.ltx2 import LTX2TextConnectors

    own = {"per_modality_projections": True, "video_hidden_dim": 16, "audio_hidden_dim": 8}
    shape = (2, 8, 2, 4) if later else (4, 8, 4, 8)
    return LTX2TextConnectors(
        caption_channels=WIDE,
        text_proj_in_factor=3,
        video_connector_num_attention_heads=shape[0],
        video_connector_attention_head_dim=shape[1],
        video_connector_num_layers=1,
        audio_connector_num_attention_heads=shape[2],
        audio_connector_attention_head_dim=shape[3],
        audio_connector_num_layers=1,
        rope_type="split",
        rope_double_precision=False,
        **(own if later else {}),
    )


def _ltx2_transformer(later: bool) -> Any:
    from diffusers import LTX2VideoTransformer3DModel

    own = {"cross_attn_mod": True, "audio_cross_attn_mod": True, "use_prompt_embeddings": False}
    return LTX2VideoTransformer3DModel(
        in_channels=4,
        out_channels=4,
        num_attention_heads=2,
        attention_head_dim=8,
        cross_attention_dim=16,
        audio_in_channels=4,
        audio_out_channels=4,
        audio_num_attention_heads=2,
        audio_attention_head_dim=4,
        audio_cross_attention_dim=8,
        num_layers=2,
        caption_channels=WIDE,
        rope_type="split",
        rope_double_precision=False,
        **(own if later else {}),
    )


def _zimage_transformer() -> Any:
    import torch
    from diffusers import ZImageTransformer2DModel

    model = ZImageTransformer2DModel(
        dim=32,
        n_layers=2,
        n_refiner_layers=1,
        n_heads=2,
        n_kv_heads=2,
        cap_feat_dim=WIDE,
        axes_dims=[8, 4, 4],
        axes_lens=[1024, 32, 32],
    )
    with torch.no_grad():  # these two are left as the memory was
        model.x_pad_token.fill_(1)
        model.cap_pad_token.fill_(1)
    return model
