"""Z-Image: stills in a few steps, as Z-Image-Turbo makes them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from render.engine import Ask, Footage, Place, Stepped
from render.engine.families._pipes import Words, developed, opened, spoken, watched, wordless
from render.lab import Preset

__all__ = ["Plugin", "Settings"]


class Settings(BaseModel):
    """There is nothing to set."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Plugin:
    """ZImagePipeline. Words are lists of what each token became, as long as the prompt is."""

    grid = 16

    def __init__(self, settings: Settings, preset: Preset) -> None:
        self._preset = preset
        self._place = Place("cpu", "float32")
        self._reader: Any = None
        self._pipe: Any = None

    def frames(self, wished: int) -> int:
        """One: it makes stills."""
        return 1

    def load(self, folder: Path, place: Place) -> None:
        """Read the weights. Raises Troubled("weights")."""
        self._place, self._reader = place, opened("ZImagePipeline", folder, place)
        self._pipe = wordless(self._reader)

    def parts(self) -> Mapping[str, Any]:
        """Its modules by role."""
        pipe = self._reader
        return {"text": [pipe.text_encoder], "denoiser": [pipe.transformer], "decoder": [pipe.vae]}

    def encode(self, prompts: Sequence[tuple[str, str]]) -> list[Any]:
        """Encode prompts; what is longer than 512 tokens is cut."""

        def several(texts: list[str]) -> list[Any]:
            words, _ = self._reader.encode_prompt(
                texts, self._place.device, do_classifier_free_guidance=False
            )
            return [word.cpu() for word in words]

        return spoken(prompts, self._preset, several)

    def denoise(self, ask: Ask, stepped: Stepped) -> Any:
        """Sample the latents of one picture."""
        import torch

        said, unsaid = _on(self._place.device, ask.words)
        return self._pipe(
            prompt_embeds=said,
            negative_prompt_embeds=unsaid,
            width=ask.width,
            height=ask.height,
            num_inference_steps=ask.steps,
            guidance_scale=max(0.0, ask.guidance - 1),  # 0 here is what 1 is elsewhere: none
            generator=torch.Generator("cpu").manual_seed(ask.seed),
            output_type="latent",
            callback_on_step_end=watched(stepped, ask.steps),
        ).images

    def develop(self, latents: Any, ask: Ask) -> Footage:
        """Decode the picture."""
        import torch

        vae = self._pipe.vae
        scaled = latents / vae.config.scaling_factor + vae.config.shift_factor
        with torch.no_grad():
            picture = vae.decode(scaled.to(vae.dtype), return_dict=False)[0]
        return Footage(developed(picture.transpose(0, 1)), ask.fps)


def _on(device: str, words: Words) -> tuple[list[Any], list[Any]]:
    said, unsaid = words
    return [said.to(device)], [] if unsaid is None else [unsaid.to(device)]
