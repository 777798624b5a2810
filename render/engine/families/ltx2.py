"""LTX-2: films with the sound of what they show, also between a first and a last picture."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from render.engine import Ask, Footage, Place, Stepped
from render.engine.families._pipes import developed, fitted, opened, spoken, watched, wordless
from render.lab import Preset

__all__ = ["Plugin", "Settings"]

UNUSED = ("processor", "prompt_enhancer", "duration_head")  # they write prompts, guess lengths

AT_ONCE = 4  # prompts: each has 0.4 GB of hidden states, kept of all layers of the text encoder

# The model can be guided in two more ways, at two more passes a step: not in the time there is.
PLAIN = {
    "stg_scale": 0.0,
    "audio_stg_scale": 0.0,
    "modality_scale": 1.0,
    "audio_modality_scale": 1.0,
    "spatio_temporal_guidance_blocks": None,
}
UNGUIDED = {
    "audio_guidance_scale": 1.0,
    "guidance_rescale": 0.0,
    "audio_guidance_rescale": 0.0,
}


class Settings(BaseModel):
    """There is nothing to set."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Plugin:
    """LTX2Pipeline, and LTX2ConditionPipeline where a first or a last picture is given.

    A preset of 8 steps is a distilled model, and gets the noise levels that it was distilled for.
    """

    grid = 32

    def __init__(self, settings: Settings, preset: Preset) -> None:
        self._preset = preset
        self._place = Place("cpu", "float32")
        self._reader: Any = None
        self._pipe: Any = None
        self._keyed: Any = None
        self._crf = 0

    def frames(self, wished: int) -> int:
        """One more than a multiple of 8."""
        return 8 * max(0, -(-(wished - 1) // 8)) + 1

    def load(self, folder: Path, place: Place) -> None:
        """Read the weights. Raises Troubled("weights").

        The connectors, which make what the transformer reads of what the text encoder gives, count
        as text: they are done with once all is encoded, and their output is 1/24 as large.
        """
        from diffusers import LTX2ConditionPipeline
        from diffusers.pipelines.ltx2.utils import resolve_default_image_crf

        self._place, self._reader = place, opened("LTX2Pipeline", folder, place, UNUSED)
        self._crf = resolve_default_image_crf(self._reader.text_encoder)
        self._pipe = wordless(self._reader)
        self._pipe.connectors = _Connected(_width(self._reader.connectors.config))
        if self._sigmas:
            self._pipe.scheduler = _as_given(self._pipe.scheduler)
        self._keyed = LTX2ConditionPipeline(**self._pipe.components)
        self._keyed.set_progress_bar_config(disable=True)

    def parts(self) -> Mapping[str, Any]:
        """Its modules by role."""
        pipe = self._reader
        return {
            "text": [pipe.text_encoder, pipe.connectors],
            "denoiser": [pipe.transformer],
            "decoder": [pipe.vae, pipe.audio_vae, pipe.vocoder],
        }

    def encode(self, prompts: Sequence[tuple[str, str]]) -> list[Any]:
        """Encode prompts; what is longer than 1024 tokens is cut."""
        import torch

        def several(texts: list[str]) -> list[Any]:
            states, mask, _, _ = self._reader.encode_prompt(
                texts, do_classifier_free_guidance=False, device=self._place.device
            )
            side = self._reader.tokenizer.padding_side
            seen, heard, mask = self._reader.connectors(states, mask, padding_side=side)
            both = torch.cat([seen, heard], -1)
            return list(zip(both.cpu().split(1), mask.cpu().split(1), strict=True))

        return spoken(prompts, self._preset, several, AT_ONCE)

    def denoise(self, ask: Ask, stepped: Stepped) -> Any:
        """Sample the latents of pictures and sound."""
        import torch

        pictures = self._pictures(ask)
        given = {"conditions": pictures} if pictures else {}
        return (self._keyed if pictures else self._pipe)(
            **given,
            **self._words(ask.words),
            **PLAIN,
            **({} if ask.guidance > 1 else UNGUIDED),
            width=ask.width,
            height=ask.height,
            num_frames=ask.frames,
            frame_rate=float(ask.fps),
            num_inference_steps=ask.steps,
            sigmas=self._sigmas,
            guidance_scale=ask.guidance,
            use_cross_timestep=self._later,
            generator=torch.Generator("cpu").manual_seed(ask.seed),
            output_type="latent",
            return_dict=False,
            callback_on_step_end=watched(stepped, ask.steps),
        )

    def develop(self, latents: Any, ask: Ask) -> Footage:
        """Decode pictures and sound."""
        import torch

        pipe, (seen, heard) = self._pipe, latents
        moment = torch.zeros(1, device=seen.device, dtype=pipe.vae.dtype)
        at = moment if pipe.vae.config.timestep_conditioning else None
        with torch.no_grad():
            film = pipe.vae.decode(seen.to(pipe.vae.dtype), at, return_dict=False)[0]
            tones = pipe.audio_vae.decode(heard.to(pipe.audio_vae.dtype), return_dict=False)[0]
            sound = pipe.vocoder(tones)[0].float()
        rate = pipe.vocoder.config.output_sampling_rate
        return Footage(developed(film[0]), ask.fps, sound, rate)

    @property
    def _sigmas(self) -> list[float] | None:
        from diffusers.pipelines.ltx2.utils import DISTILLED_SIGMA_VALUES

        distilled = self._preset.steps == len(DISTILLED_SIGMA_VALUES)
        return list(DISTILLED_SIGMA_VALUES) if distilled else None

    @property
    def _later(self) -> bool:
        """Whether this is 2.3 or later, which also wants to know how far the other medium is."""
        return bool(self._reader.connectors.config.per_modality_projections)

    def _pictures(self, ask: Ask) -> list[Any]:
        from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition

        return [
            LTX2VideoCondition(fitted(picture, ask.width, ask.height), at, crf=self._crf)
            for picture, at in ((ask.first, 0), (ask.last, -1))
            if picture is not None
        ]

    def _words(self, words: Any) -> dict[str, Any]:
        device = self._place.device
        (said, mask), unsaid = words
        given = {"prompt_embeds": said.to(device), "prompt_attention_mask": mask.to(device)}
        if unsaid is not None:
            given["negative_prompt_embeds"] = unsaid[0].to(device)
            given["negative_prompt_attention_mask"] = unsaid[1].to(device)
        return given


class _Connected:
    """Stands where the connectors were: what comes has been through them."""

    def __init__(self, width: int) -> None:
        self._width = width

    def __call__(self, both: Any, mask: Any, padding_side: str) -> tuple[Any, Any, Any]:
        return both[..., : self._width], both[..., self._width :], mask


def _width(config: Any) -> int:
    """How wide the words for pictures are; those for sound follow them."""
    return int(
        config.video_connector_num_attention_heads * config.video_connector_attention_head_dim
    )


def _as_given(scheduler: Any) -> Any:
    """The same scheduler, taking noise levels as they are: distilled ones must not be shifted."""
    plain = {"use_dynamic_shifting": False, "shift_terminal": None, "shift": 1.0}
    return type(scheduler).from_config(scheduler.config, **plain)
