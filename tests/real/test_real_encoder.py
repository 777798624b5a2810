"""The model itself: what means the like is near, whatever its words."""

from datetime import UTC, datetime

import pytest

from bot.encoder import Encoder, find_model
from fakes_trends import OTHERS, report

pytestmark = pytest.mark.real


async def test_paraphrases_are_near_and_strangers_are_not() -> None:
    model = find_model("auto")
    assert model, "the extra `semantic` is not installed"
    encoder = Encoder(model, lambda: datetime.now(UTC), limit_s=120)
    titles = (
        "Ferry runs aground, all passengers rescued",
        "Everyone saved after ship hits rocks",
        OTHERS[2],
    )
    ferry, ship, debate = await encoder.encode([report("A", title) for title in titles])
    await encoder.close()
    assert ferry is not None
    assert ship is not None
    assert debate is not None
    assert float(ferry @ ferry) == pytest.approx(1, abs=1e-3)
    assert float(ferry @ ship) > float(ferry @ debate) + 0.3
