"""Few-step sampling for models that were distilled for it (distribution matching, DMD).

At each step the model says what the finished picture would be; fresh noise is mixed in for the
next, weaker level. Wan's pipelines hand their scheduler no generator, so that this one holds the
shot's own: the seed decides, and not what else the process drew.
"""

from functools import cache
from typing import Any

__all__ = ["few_steps", "levels"]

THREE = (1.0, 0.757, 0.522)  # what FastWan's three steps were trained at, in thousandths
SHIFT = 5.0  # other numbers of steps: even, then shifted as Wan's distillations are


def levels(steps: int) -> tuple[float, ...]:
    """Noise levels of so many steps, from 1 down to above 0. Pure."""
    if steps == len(THREE):
        return THREE
    even = [1 - step / steps for step in range(steps)]
    return tuple(SHIFT * level / (1 + (SHIFT - 1) * level) for level in even)


def few_steps(generator: Any) -> Any:
    """Make a scheduler that draws its noise from this generator, which has drawn the latents."""
    scheduler = _kind()(shift=1.0, stochastic_sampling=True)
    scheduler.generator = generator
    return scheduler


@cache
def _kind() -> type:
    """The scheduler's class, made where diffusers may be imported."""
    from diffusers import FlowMatchEulerDiscreteScheduler

    class FewSteps(FlowMatchEulerDiscreteScheduler):  # type: ignore[misc]
        """diffusers' own flow matching at our levels, in 32 bits throughout."""

        generator: Any = None

        def set_timesteps(self, num_inference_steps: int, device: Any = None, **_: Any) -> None:
            super().set_timesteps(sigmas=list(levels(num_inference_steps)), device=device)

        def step(
            self, model_output: Any, timestep: Any, sample: Any, return_dict: bool = True, **_: Any
        ) -> Any:
            return super().step(
                model_output.float(),
                timestep,
                sample,
                generator=self.generator,
                return_dict=return_dict,
            )

    return FewSteps
