"""What was posted is compared with what the wire says, each report once and not all at once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.draft import Brief, Draft
from bot.store import Store
from bot.trends import Wire
from bot.vigil import AT_ONCE, Vigil
from fakes import NOON, item, script

LINE = "14 people were hurt when the ferry hit the harbour bridge."
TOLL = "{} people were hurt when the ferry hit the harbour bridge in Port Ansel."


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    store = await Store.open(tmp_path)
    yield store
    await store.close()


def on_the_wire(*tolls: int) -> Wire:
    wire = Wire()
    for n, toll in enumerate(tolls):
        at = NOON + timedelta(minutes=n)
        wire.add(item(n, "Ferry hits harbour bridge", at=at, summary=TOLL.format(toll)))
    return wire


async def posted(store: Store) -> Draft:
    """A posted draft that rests on the first report."""
    first = item(0, "Ferry hits harbour bridge", summary=TOLL.format(14))
    number = await store.new_draft(1, "Ferry", (first,), Brief(), "wire", "hot", NOON)
    for state in ("written", "rendered", "offered", "approved", "posted"):
        draft = await store.draft(number)
        assert draft is not None
        more = {"script": script(LINE), "rev": "abc"} if state == "written" else {}
        more |= {"decided_at": NOON} if state == "approved" else {}
        await store.move(draft, state, NOON, **more)
    found = await store.draft(number)
    assert found is not None
    return found


async def test_only_what_says_otherwise_is_news(store: Store) -> None:
    draft = await posted(store)
    seen = await Vigil(store, on_the_wire(14, 14, 17), 72).look((), NOON)
    assert [d.id for d in seen.posted] == [draft.id]
    assert [n.theirs for n in seen.news[draft.id]] == [TOLL.format(17)]


async def test_after_its_hours_nobody_looks(store: Store) -> None:
    await posted(store)
    seen = await Vigil(store, on_the_wire(14, 17), 72).look((), NOON + timedelta(hours=73))
    assert (seen.posted, seen.news) == ([], {})


async def test_much_is_compared_bit_by_bit_but_never_what_is_to_go_out(store: Store) -> None:
    draft = await posted(store)
    vigil = Vigil(store, on_the_wire(14, *range(20, 20 + AT_ONCE + 5)), 72)
    first = await vigil.look((), NOON)
    assert (len(first.news[draft.id]), vigil.behind) == (AT_ONCE, True)
    second = await vigil.look((), NOON)
    assert (len(second.news[draft.id]), vigil.behind) == (AT_ONCE + 5, False)
    whole = await Vigil(store, on_the_wire(14, *range(20, 20 + AT_ONCE + 5)), 0).look([draft], NOON)
    assert len(whole.news[draft.id]) == AT_ONCE + 5
    assert whole.newest[draft.id] == NOON + timedelta(minutes=AT_ONCE + 5)
