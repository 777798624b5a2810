"""Wan 2.1 and 2.2: films from words, a first and a last picture, or pictures of who is in them.

What a folder can do is decided by its model_index.json: text to video, image to video, VACE (all
of it), and Wan2.2-TI2V-5B (words or a first picture). Wan2.2-A14B brings two transformers, one for
strong and one for weak noise.
"""

import copy
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from render.engine import Ask, Footage, Place, Stepped
from render.engine.flaws import sound
from render.engine.loading import kind, pipeline
from render.engine.sampler import few_steps
from render.lab import Mode, Preset, Troubled

__all__ = ["Plugin", "Settings"]

KINDS: Mapping[str, tuple[str, tuple[Mode, ...]]] = {
    "WanPipeline": ("WanPipeline", ("text",)),
    "WanDMDPipeline": ("WanPipeline", ("text",)),  # FastVideo's name, for its own sampler
    "WanImageToVideoPipeline": ("WanImageToVideoPipeline", ("first", "last")),
    "WanVACEPipeline": ("WanVACEPipeline", ("text", "first", "last", "refs")),
}
"""By what a folder says it holds: which class loads it, and what it can start from."""

TOKENS = 512  # what Wan was trained with; longer prompts lose their end
AT_ONCE = 16  # texts: what attention weighs for each takes 0.1 GB for a while
GREY = (128, 128, 128)  # VACE's word for "make this up"


class Settings(BaseModel):
    """Nothing to set: the preset says it all."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Plugin:
    """One of Wan's models. Its `modes` are what it can start from, known once it is loaded."""

    grid = 16
    modes: tuple[Mode, ...] = ("text",)

    def __init__(self, settings: Settings, preset: Preset) -> None:
        self._preset = preset

    def frames(self, wished: int) -> int:
        """4k + 1: the VAE keeps the first frame apart and packs the others by four."""
        return -(-(max(wished, 1) - 1) // 4) * 4 + 1

    def load(self, folder: Path, place: Place) -> None:
        """Read the pipeline; its text encoder is taken out of it, to come and go by itself."""
        import diffusers

        name, modes = KINDS.get(kind(folder), ("", ()))
        if not name:
            known = ", ".join(KINDS)
            said = f"{folder.name} holds a {kind(folder)}; Wan's are {known}"
            raise Troubled("weights", said)
        pipe = pipeline(getattr(diffusers, name), folder, place)
        self._place = place
        self._desk = diffusers.WanPipeline(pipe.tokenizer, pipe.text_encoder, None, None)
        self._vae = pipe.vae
        eye = copy.copy(pipe.vae)  # same weights, own notes: it looks while the other develops
        pipe.register_modules(tokenizer=None, text_encoder=None, vae=eye)
        self._pipe, self._stock = pipe, pipe.scheduler
        self._still = self._mover(name, modes)
        patch = (pipe.transformer or pipe.transformer_2).config.patch_size[-1]
        self.grid = int(pipe.vae.config.scale_factor_spatial) * int(patch)

    def _mover(self, name: str, modes: tuple[Mode, ...]) -> Any:
        """The same model as image-to-video, where it is one that can be both."""
        import diffusers

        self.modes = modes
        if name == "WanImageToVideoPipeline":
            return self._pipe
        if name != "WanPipeline" or not self._pipe.config.expand_timesteps:
            return None
        self.modes = ("text", "first")
        mover = diffusers.WanImageToVideoPipeline(**self._pipe.components, expand_timesteps=True)
        mover.set_progress_bar_config(disable=True)
        return mover

    def parts(self) -> Mapping[str, Any]:
        """Its modules by role; an image encoder works while it denoises."""
        pipe = self._pipe
        workers = (pipe.transformer, pipe.transformer_2, getattr(pipe, "image_encoder", None))
        return {
            "text": [self._desk.text_encoder],
            "denoiser": [module for module in workers if module is not None],
            "decoder": [self._vae, pipe.vae],
        }

    def encode(self, prompts: Sequence[tuple[str, str]]) -> list[Any]:
        """Every text once, all in one go; negatives only where something is guided by them."""
        import torch

        guided = self._preset.guidance > 1
        wanted = [text for pair in prompts for text in (pair if guided else pair[:1])]
        texts = list(dict.fromkeys(wanted))
        words: dict[str, Any] = {}
        for first in range(0, len(texts), AT_ONCE):
            part = texts[first : first + AT_ONCE]
            with torch.no_grad():
                embeds, _ = self._desk.encode_prompt(
                    part, do_classifier_free_guidance=False, max_sequence_length=TOKENS
                )
            words |= zip(part, embeds.cpu().split(1), strict=True)
        return [(words[text], words[negative] if guided else None) for text, negative in prompts]

    def denoise(self, ask: Ask, stepped: Stepped) -> Any:
        """Sample latents (1, channels, frames / 4, height / 8, width / 8) in 32 bits."""
        import torch

        noise = torch.Generator().manual_seed(ask.seed)  # the host's: the same on every device
        pipe, pictures = self._way(ask)
        few = self._preset.sampler == "dmd"
        pipe.register_modules(scheduler=few_steps(noise) if few else self._stock)
        words, negative = (None if w is None else w.to(self._place.device) for w in ask.words)

        def told(_: Any, step: int, time: Any, state: dict[str, Any]) -> dict[str, Any]:
            stepped(step + 1, ask.steps)
            return state

        latents = pipe(
            prompt_embeds=words,
            negative_prompt_embeds=negative,
            width=ask.width,
            height=ask.height,
            num_frames=ask.frames,
            num_inference_steps=ask.steps,
            guidance_scale=ask.guidance,
            generator=noise,
            output_type="latent",
            callback_on_step_end=told,
            return_dict=False,
            **pictures,
        )[0]
        return latents[:, :, len(pictures.get("reference_images") or ()) :]

    def _way(self, ask: Ask) -> tuple[Any, dict[str, Any]]:
        """Which pipeline makes this, and the pictures that it is given."""
        if "refs" in self.modes:
            return self._pipe, _sketch(ask) | _cast(ask)
        if ask.first is None:
            if "text" in self.modes:
                return self._pipe, {}
            said = f"{self._preset.name} moves pictures, and this shot has no first one"
            raise Troubled("picture", said)
        pictures = {"image": _fitted(ask.first, ask)}
        if ask.last is not None and "last" in self.modes:
            pictures["last_image"] = _fitted(ask.last, ask)
        return self._still, pictures

    def develop(self, latents: Any, ask: Ask) -> Footage:
        """Decode with the VAE's own mean and spread of each channel."""
        import torch

        vae = self._vae
        shape = (1, vae.config.z_dim, 1, 1, 1)
        mean, spread = (
            torch.tensor(values, device=latents.device).view(shape)
            for values in (vae.config.latents_mean, vae.config.latents_std)
        )
        with torch.no_grad():
            film = vae.decode((latents * spread + mean).to(vae.dtype), return_dict=False)[0][0]
        sound(film, "the film")
        pictures = film.permute(1, 0, 2, 3).float().div_(2).add_(0.5).clamp_(0, 1)
        return Footage(pictures, float(ask.fps))


def _fitted(picture: Any, ask: Ask) -> Any:
    """A picture in the shot's size: the middle of it, nothing stretched."""
    from PIL import ImageOps

    return ImageOps.fit(picture, (ask.width, ask.height))


def _sketch(ask: Ask) -> dict[str, Any]:
    """For VACE: a film that is grey where it is to be made up, and where that is (white)."""
    from PIL import Image

    if ask.first is None and ask.last is None:
        return {}
    size = (ask.width, ask.height)
    film, mask = (
        [Image.new("RGB", size, GREY)] * ask.frames,
        [Image.new("L", size, 255)] * ask.frames,
    )
    for place, picture in ((0, ask.first), (-1, ask.last)):
        if picture is not None:
            film[place], mask[place] = _fitted(picture, ask), Image.new("L", size, 0)
    return {"video": film, "mask": mask}


def _cast(ask: Ask) -> dict[str, Any]:
    return {"reference_images": list(ask.refs)} if ask.refs else {}
