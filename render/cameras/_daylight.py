"""HDR and wide colours -> BT.709, as a table of colours that ffmpeg applies while it reads.

The operator is the EETF of ITU-R BT.2390: light up to some 90 cd/m2 stays as it is, and what is
brighter is rolled off so that 1000 cd/m2 become white. White is 203 cd/m2, as BT.2408 has it. The
largest of the three primaries is rolled off and the others follow, so no hue turns.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from render.cameras._film import Light
from render.shelf import aside, code

__all__ = ["seen", "table"]

Light3 = NDArray[np.float64]

SIDE = 33  # colours along each edge of the table
WHITE, PEAK, MOST = 203.0, 1000.0, 10_000.0  # cd/m2
DISPLAY = 2.4  # the gamma of a BT.1886 screen
TO_BT709 = np.array(  # ITU-R BT.2087
    [[1.6605, -0.5876, -0.0728], [-0.1246, 1.1329, -0.0083], [-0.0182, -0.1006, 1.1187]]
)
LUMA = np.array([0.2627, 0.6780, 0.0593])  # of BT.2020
M1, M2 = 2610 / 16384, 2523 / 32  # SMPTE ST 2084
C1, C2, C3 = 3424 / 4096, 2413 / 128, 2392 / 128
A, B, C = 0.17883277, 0.28466892, 0.55991073  # ARIB STD-B67


def table(light: Light, folder: Path) -> Path:
    """Write the table as a .cube file into a folder, unless it lies there already."""
    file = folder / f"daylight-{light}-{code()[:8]}.cube"
    if not file.is_file():
        axis = np.linspace(0, 1, SIDE)
        blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")  # red runs quickest
        rows = seen(light, np.stack([red, green, blue], 3).reshape(-1, 3))
        lines = [f"LUT_3D_SIZE {SIDE}", *(f"{r:.5f} {g:.5f} {b:.5f}" for r, g, b in rows)]
        with aside(file) as part:
            part.write_text("\n".join(lines) + "\n", encoding="ascii")
    return file


def seen(light: Light, signal: Light3) -> Light3:
    """Turn BT.2020 signal values, (..., 3) and 0 to 1, into BT.709 ones."""
    if light == "wide":
        shown = signal**DISPLAY
    else:
        nits = _from_pq(signal) if light == "pq" else _from_hlg(signal)
        largest = np.maximum(nits.max(-1, keepdims=True), 1e-6)
        shown = nits * (_rolled_off(largest) / largest) / WHITE
    plain: Light3 = np.clip(shown @ TO_BT709.T, 0, 1) ** (1 / DISPLAY)
    return plain


def _rolled_off(nits: Light3) -> Light3:
    """The spline of BT.2390, section 5.4.1: PEAK lands on WHITE."""
    top = _to_pq(np.array(PEAK))
    most = float(_to_pq(np.array(WHITE)) / top)
    knee = 1.5 * most - 0.5
    level = np.minimum(_to_pq(nits) / top, 1)
    t = np.clip((level - knee) / (1 - knee), 0, 1)
    bent = (
        (2 * t**3 - 3 * t**2 + 1) * knee
        + (t**3 - 2 * t**2 + t) * (1 - knee)
        + (3 * t**2 - 2 * t**3) * most
    )
    return _from_pq(np.where(level < knee, level, bent) * top)


def _from_pq(signal: Light3) -> Light3:
    power = signal ** (1 / M2)
    linear: Light3 = MOST * (np.maximum(power - C1, 0) / (C2 - C3 * power)) ** (1 / M1)
    return linear


def _to_pq(nits: Light3) -> Light3:
    power = (nits / MOST) ** M1
    signal: Light3 = ((C1 + C2 * power) / (1 + C3 * power)) ** M2
    return signal


def _from_hlg(signal: Light3) -> Light3:
    """Light on a screen of PEAK cd/m2, for which HLG's system gamma is 1.2."""
    scene = np.where(signal <= 0.5, signal**2 / 3, (np.exp((signal - C) / A) + B) / 12)
    linear: Light3 = PEAK * scene * (scene @ LUMA)[..., None] ** 0.2
    return linear
