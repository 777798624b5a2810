"""How large and how long a shot is asked of a model. Pure."""

from render.lab import Order, Preset

__all__ = ["frames", "size"]

NEAR = 0.1  # shapes this close are one shape: a little is cropped where the shot is finished


def size(preset: Preset, order: Order, grid: int) -> tuple[int, int]:
    """Width and height: the preset's, turned as the order is, on the family's grid.

    Where the order has quite another shape, its own shape within the preset's sides: nothing is
    made that would be cropped.
    """
    wide, high = sorted((preset.width, preset.height), reverse=order.width > order.height)
    wanted = order.width / order.height
    if abs(wanted / (wide / high) - 1) > NEAR:
        wide, high = min(wide, round(high * wanted)), min(high, round(wide / wanted))
    return _on(wide, grid), _on(high, grid)


def frames(preset: Preset, order: Order) -> int:
    """How many frames are wished for: the order's length at the model's pace, 1 of a still.

    No more than the preset makes: the last one is then held, or the shot has been planned shorter.
    """
    if order.kind == "still" or preset.kind == "still":
        return 1
    length = -(-order.frames * preset.fps // order.fps)
    return max(1, min(length, preset.frames))


def _on(side: int, grid: int) -> int:
    return max(grid, round(side / grid) * grid)
