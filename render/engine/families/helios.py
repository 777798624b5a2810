"""Helios: long takes, made in chunks of 33 frames that each follow from those before."""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from render.engine import Ask, Footage, Place, Stepped
from render.engine.families._pipes import (
    developed,
    fitted,
    opened,
    spoken,
    view,
    watched,
    wordless,
)
from render.lab import Preset

__all__ = ["Plugin", "Settings"]

CHUNK = 33  # frames
LATENTS = 9  # what they are in latents: 33 = 4 x (9 - 1) + 1


class Settings(BaseModel):
    """There is nothing to set."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Plugin:
    """HeliosPyramidPipeline: from words, or from a first picture.

    The preset's steps are those of a chunk, shared out evenly over the stages of the pyramid. A
    distilled model takes twice as many for the first chunk, as its authors advise.
    """

    grid = 64  # 8 of the VAE, halved twice by the pyramid, in patches of 2

    def __init__(self, settings: Settings, preset: Preset) -> None:
        self._preset = preset
        self._place = Place("cpu", "float32")
        self._reader: Any = None
        self._pipe: Any = None

    def frames(self, wished: int) -> int:
        """A multiple of 33."""
        return CHUNK * max(1, -(-wished // CHUNK))

    def load(self, folder: Path, place: Place) -> None:
        """Read the weights; the VAE in float32, as its authors do. Raises Troubled("weights").

        The pipeline decodes each chunk as soon as it is there, whether asked to or not. Here that
        is done later, beside the next shot: what it decodes with gives back nothing.
        """
        self._place = place
        self._reader = opened("HeliosPyramidPipeline", folder, place, vae="float32")
        self._pipe = wordless(self._reader)
        self._pipe.vae = view(self._reader.vae)
        self._pipe.vae.decode = _nothing
        self._pipe.sample_block_noise = partial(_noise, self._pipe.scheduler.config.gamma)

    def parts(self) -> Mapping[str, Any]:
        """Its modules by role."""
        pipe = self._reader
        return {"text": [pipe.text_encoder], "denoiser": [pipe.transformer], "decoder": [pipe.vae]}

    def encode(self, prompts: Sequence[tuple[str, str]]) -> list[Any]:
        """Encode prompts; what is longer than 512 tokens is cut."""

        def several(texts: list[str]) -> list[Any]:
            words, _ = self._reader.encode_prompt(
                texts,
                do_classifier_free_guidance=False,
                max_sequence_length=512,
                device=self._place.device,
            )
            return list(words.cpu().split(1))

        return spoken(prompts, self._preset, several)

    def denoise(self, ask: Ask, stepped: Stepped) -> Any:
        """Sample the latents of all chunks, one after the other."""
        import torch

        said, unsaid = ask.words
        pipe, device = self._pipe, self._place.device
        stages, distilled = pipe.scheduler.config.stages, pipe.config.is_distilled
        each = max(1, round(ask.steps / stages))
        passes = ask.frames // CHUNK + distilled
        return pipe(
            prompt_embeds=said.to(device),
            negative_prompt_embeds=None if unsaid is None else unsaid.to(device),
            image=None if ask.first is None else fitted(ask.first, ask.width, ask.height),
            width=ask.width,
            height=ask.height,
            num_frames=ask.frames,
            guidance_scale=ask.guidance,
            pyramid_num_inference_steps_list=[each] * stages,
            is_amplify_first_chunk=distilled,
            generator=torch.Generator(device).manual_seed(ask.seed),  # it takes no other device's
            output_type="latent",
            callback_on_step_end=watched(stepped, passes * each * stages),
        ).frames

    def develop(self, latents: Any, ask: Ask) -> Footage:
        """Decode chunk by chunk; a latent of the first picture, before them, is left out."""
        import torch

        vae = self._reader.vae
        mean, std = (
            torch.tensor(values, device=latents.device).view(1, -1, 1, 1, 1)
            for values in (vae.config.latents_mean, vae.config.latents_std)
        )
        film = latents[:, :, -LATENTS * (ask.frames // CHUNK) :]
        with torch.no_grad():
            chunks = [
                vae.decode((chunk * std + mean).to(vae.dtype), return_dict=False)[0]
                for chunk in film.split(LATENTS, 2)
            ]
        return Footage(developed(torch.cat(chunks, 2)[0]), ask.fps)


def _nothing(latents: Any, return_dict: bool = True) -> tuple[Any]:
    """A film of no frames."""
    return (latents[:, :3, :0],)


def _noise(
    gamma: float,
    batch: int,
    channels: int,
    frames: int,
    height: int,
    width: int,
    patch: tuple[int, ...],
    device: Any,
    generator: Any,
) -> Any:
    """Noise that is added where the picture grows: of the pixels in a patch each leans on the rest.

    Their covariance is 1 on the diagonal and -gamma beside it. The pipeline takes its root by
    Cholesky in float32, which fails on some machines: with gamma = 1/3 and four pixels the matrix
    has no inverse. This is its root exactly: what the pixels have in common is made smaller, and
    what they differ by is made larger.
    """
    import torch

    down, across = patch[-2:]
    grid = (batch, channels, frames, height // down, down, width // across, across)
    noise = torch.randn(grid, generator=generator, device=generator.device).to(device)
    common = noise.mean((4, 6), keepdim=True)
    shared = math.sqrt(max(0.0, 1 + gamma - gamma * down * across))
    noise = math.sqrt(1 + gamma) * (noise - common) + shared * common
    return noise.reshape(batch, channels, frames, height, width)
