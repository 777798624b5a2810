"""How fast shots are generated: the lab's worker against diffusers' stock call and the floor.

    python bench/gpu.py [--shots 12] [--rival-shots 3] [--keep FOLDER]

Wan 2.1 1.3B in its real size with random weights (speed does not depend on them) is written to a
folder and loaded by the real code. A lap is a clip's worth of shots of five seconds, 480x832 at 16
pictures a second, three steps, from prompts to mp4 files of 1080x1920 at 30: `seconds`. `stages`
are their sums; two stages of different shots run at once, so that the lap is shorter than their
sum. Compiling and the choice of kernels are the first lap's, `first_s`. `floor_s` is the counted
number of operations (bench/darkroom/floor.py) at 800 TFLOP/s, `peak_tflops` what one product of
matrices reaches here. Rivals in the same run: `pipe(...)` at the same three steps, its frames
enlarged by OpenCV and encoded by the same encoder, on `rival_shots` shots, times what is missing
(said so: `extrapolated`); and at 50 steps with guidance, from laps of two and four steps. Ablation:
one switch at a time, on `rival_shots` shots, as seconds per shot beside all of them on.

Without a GPU the floor is counted all the same, and everything else is rehearsed with a model a
thousand times smaller on the processor: its figures say only that the code runs.
"""

import argparse
import json
import logging
import os
import platform
import sys
import tempfile
import time
import warnings
from contextlib import nullcontext
from pathlib import Path
from typing import Any

sys.path[0] = str(Path(__file__).parents[1])  # run as a script, this file would hide the package
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch  # noqa: E402

from bench.darkroom.floor import Floor, floor  # noqa: E402
from bench.darkroom.laps import Lab, Lap, host_finish, jobs, peak_tflops, stock  # noqa: E402
from bench.darkroom.models import REAL, TINY, Model, lay_down  # noqa: E402
from render.engine.held import Switches  # noqa: E402

TFLOPS = 800.0  # what an H100 is held to: 80 % of its dense bfloat16 rating
LONG, GUIDED_STEPS = 50, (2, 4)
AIMS = {"seconds": 45.0, "times_stock": 1.8, "times_floor": 2.5}


def main() -> None:
    """Measure and print one JSON line."""
    options = _options()
    for name in ("diffusers", "transformers"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore")
    gpu = torch.cuda.is_available()
    told: dict[str, Any] = {
        "bench": "gpu",
        "machine": torch.cuda.get_device_name() if gpu else f"{platform.machine()}, no GPU",
        "torch": torch.__version__,
        "floor": _told_floor(floor(REAL)),
    }
    keep = options.keep
    with nullcontext(str(keep)) if keep else tempfile.TemporaryDirectory() as folder:
        if gpu:
            told |= measured(REAL, Path(folder), "cuda", options.shots, options.rival_shots)
            told["aims"] = AIMS
        else:
            told["rehearsal"] = measured(TINY, Path(folder), "cpu", 4, 2)
    print(json.dumps(told))


def measured(model: Model, models: Path, device: str, shots: int, few: int) -> dict[str, Any]:
    """Run everything on one device."""
    folder, began = models / "model", time.perf_counter()
    if not (folder / "model_index.json").exists():
        lay_down(model, folder, device)
    laid = time.perf_counter() - began
    todo, count = jobs(model, shots), floor(model)
    lab = Lab(models, device)
    first = lab.lap(todo[:1])
    lap, single = lab.lap(todo), lab.lap(jobs(model, shots + 1)[-1:])
    apart = ablation(lab, models, device, jobs(model, 100 + few)[100:])
    told = _told(lap, shots, model, count) | {
        "laid_down_s": round(laid, 1),
        "first_s": round(first.seconds, 2),
        "one_shot_warm_s": round(single.seconds, 3),
        "peak_tflops": round(
            peak_tflops(device, model.dtype, 8192 if device == "cuda" else 512), 1
        ),
        "host_finish_s": round(host_finish(model, todo[0].order), 3),
        "ablation_s_per_shot": apart,
    }
    called, delivered = stock(model, folder, device, todo[:few], model.steps, guided=False)
    scale = shots / few
    stock_s = delivered.seconds * scale
    return told | {
        "stock": {
            "call_s": round(called.seconds * scale, 2),
            "delivered_s": round(stock_s, 2),
            "extrapolated": f"from {few} of {shots} shots",
        },
        "times_stock": round(stock_s / lap.seconds, 2),
        "times_stock_call": round(called.seconds * scale / lap.seconds, 2),
        "stock_50_guided": _long(model, folder, device, todo[:1], shots, lap.seconds),
    }


def ablation(on: Lab, models: Path, device: str, todo: list[Any]) -> dict[str, float]:
    """Time few shots with all switches on, then with one off each; closes the lab."""
    count = len(todo)
    told = {
        "all": on.lap(todo).seconds / count,
        "one_after_the_other": on.lap(todo, overlap=False).seconds / count,
    }
    told["prompts_one_by_one"] = on.lap(_anew(todo), batch=False).seconds / count
    on.close()
    for name, switches in (
        ("plain_attention", Switches(attention=("native",))),
        ("not_compiled", Switches(compiled=False)),
    ):
        lab = Lab(models, device, switches)
        lab.lap(todo[:1])  # loads, warms up
        told[name] = lab.lap(_anew(todo)).seconds / count
        lab.close()
    return {name: round(seconds, 3) for name, seconds in told.items()}


def _anew(todo: list[Any]) -> list[Any]:
    """The same shots with words that nobody has encoded yet."""
    from dataclasses import replace

    return [
        replace(job, order=replace(job.order, prompt=f"{job.order.prompt}, once more"))
        for job in todo
    ]


def _long(
    model: Model, folder: Path, device: str, todo: list[Any], shots: int, ours: float
) -> dict[str, Any]:
    """What 50 guided steps would take: two short laps give the price of a step."""
    low, high = (
        stock(model, folder, device, todo, steps, guided=True)[1].seconds for steps in GUIDED_STEPS
    )
    step = (high - low) / (GUIDED_STEPS[1] - GUIDED_STEPS[0])
    seconds = (low + (LONG - GUIDED_STEPS[0]) * step) * shots / len(todo)
    return {
        "delivered_s": round(seconds, 1),
        "times_ours": round(seconds / ours, 1),
        "extrapolated": f"from {GUIDED_STEPS[0]} and {GUIDED_STEPS[1]} steps of one shot",
    }


def _told(lap: Lap, shots: int, model: Model, count: Floor) -> dict[str, Any]:
    """Tell a lap."""
    work = shots * (count.text + count.steps * count.step + count.decode)
    film_s = shots * model.shot_s
    return {
        "shots": shots,
        "seconds": round(lap.seconds, 2),
        "stages": {name: round(spent, 3) for name, spent in lap.stages.items()},
        "times_real_time": round(film_s / lap.seconds, 3),
        "times_floor": round(lap.seconds / (work * 1000 / TFLOPS), 2),
        "tflops": round(work * 1000 / lap.seconds, 3),
        "peak_gib": round(lap.peak_gib, 2),
        "attention": lap.attention,
        "stepped": list(lap.stepped),
        "mb_per_shot": round(sum(map(len, lap.films)) / len(lap.films) / 1e6, 2),
    }


def _told_floor(count: Floor) -> dict[str, float]:
    return {
        "pflop_text": round(count.text, 4),
        "pflop_step": round(count.step, 4),
        "pflop_decode": round(count.decode, 4),
        "pflop_clip": round(count.clip, 2),
        "floor_s": round(count.seconds(TFLOPS), 1),
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--shots", type=int, default=12, help="of five seconds")
    parser.add_argument("--rival-shots", type=int, default=3, help="that rivals and ablation make")
    parser.add_argument("--keep", type=Path, help="where the model is kept for the next run")
    return parser.parse_args()


if __name__ == "__main__":
    main()
