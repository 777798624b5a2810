"""The computed floor: how many floating-point operations a clip takes at least, stage by stage.

Counted by torch's own counter over the very modules, on the meta device, where nothing is
reckoned: matrix products, convolutions and attention; what else there is costs little.
"""

from dataclasses import dataclass

from bench.darkroom.models import Model, encoder, transformer, vae

__all__ = ["Floor", "floor"]

TOKENS = 512  # what a prompt is padded to


@dataclass(frozen=True, slots=True)
class Floor:
    """PFLOP (10^15) of one prompt's encoding, one denoising step, one shot's decoding."""

    text: float
    step: float
    decode: float
    shots: int
    steps: int

    @property
    def clip(self) -> float:
        """PFLOP of the whole clip."""
        return self.shots * (self.text + self.steps * self.step + self.decode)

    def seconds(self, tflops: float) -> float:
        """How long that takes at least on a device that does so many TFLOP/s."""
        return self.clip * 1000 / tflops


def floor(model: Model) -> Floor:
    """Count a model's operations. Needs no GPU, and no memory for the weights."""
    import torch

    dtype = getattr(torch, model.dtype)
    depth = int(model.vae.get("z_dim", 16))
    size = (1, depth, (model.frames - 1) // 4 + 1, model.height // 8, model.width // 8)
    before = torch.get_default_dtype()
    torch.set_default_dtype(dtype)
    try:
        with torch.device("meta"), torch.no_grad():
            latents = torch.empty(size)
            words = torch.empty(1, TOKENS, int(model.transformer["text_dim"]))
            tokens = torch.zeros(1, TOKENS, dtype=torch.long)
            denoiser, decoder, reader = transformer(model), vae(model), encoder(model)
            return Floor(
                _count(lambda: reader(tokens)),
                _count(lambda: denoiser(latents, torch.empty(1), words)),
                _count(lambda: decoder.decode(latents)),
                model.shots,
                model.steps,
            )
    finally:
        torch.set_default_dtype(before)


def _count(work) -> float:  # type: ignore[no-untyped-def]
    from torch.utils.flop_counter import FlopCounterMode

    counter = FlopCounterMode(display=False)
    with counter:
        work()
    return counter.get_total_flops() / 1e15
