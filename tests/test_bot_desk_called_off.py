"""What an editor decides while a clip is rendered ends that render at once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from fakes import FakeLine
from offices import Office, opened


@dataclass
class Render:
    """The next render of a line: it goes on until it is ended."""

    line: FakeLine
    begun: asyncio.Event = field(default_factory=asyncio.Event)
    ended: bool = False

    def __post_init__(self) -> None:
        self.line.meanwhile = self._goes_on

    async def _goes_on(self) -> None:
        self.begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.ended = True
            raise


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with opened(tmp_path) as made:
        yield made


async def renders(office: Office) -> tuple[Render, asyncio.Task[None]]:
    """A draft is in the midst of its render."""
    render = Render(office.line)
    await office.breaks()
    for _ in range(3):
        (intent,) = await office.desk.decide()
        if intent.act == "render":
            break
        await office.desk.do(intent)
    task = asyncio.create_task(office.desk.do(intent))
    await render.begun.wait()
    return render, task


@pytest.mark.parametrize(
    ("words", "state", "shot"),
    [
        ("reject 1 old news", "rejected", 1),
        ("edit 1 line 1: The bridge is shut.", "offered", 2),
        ("edit 1 shorter", "offered", 2),
    ],
)
async def test_a_decision_ends_the_render(
    office: Office, words: str, state: str, shot: int
) -> None:
    render, task = await renders(office)
    await office.hears(words)
    await task
    assert render.ended
    assert office.desk.woken.is_set()  # what comes next need not wait for anything else
    assert office.desk.progress == {}
    await office.settles()
    assert (await office.state(), office.line.shot) == (state, shot)


@pytest.mark.parametrize("words", ["show 1", "status", "pause", "make 999", "edit 1"])
async def test_what_is_no_decision_on_it_does_not(office: Office, words: str) -> None:
    render, task = await renders(office)
    await office.hears(words)
    await asyncio.sleep(0)
    office.desk.wake()
    for _ in range(5):
        await office.desk.store.draft(1)  # whoever looks would have looked by now
    assert not render.ended
    assert not task.done()
    await office.hears("reject 1 enough")
    await task


async def test_how_far_it_is_is_told_meanwhile(office: Office) -> None:
    _, task = await renders(office)
    office.desk._reporter(1)("generate", 0.4)
    office.desk._reporter(1)("preview", 0.7)  # drawn on the side: that is not what is waited for
    doing = "being rendered, generating shots: 40%"
    assert f"1 written ({doing})" in await office.hears("status")
    assert f"({doing})" in await office.hears("drafts")
    assert doing in await office.hears("show 1")
    (view,) = await office.newsroom.drafts()
    assert view["progress"]["stage"] == "generate"
    assert view["progress"]["part"] == 0.4
    office.desk._reporter(1)("generate", 1.0)
    office.desk._reporter(1)("preview", 0.9)
    assert office.desk.progress[1] == ("preview", 0.9)
    await office.hears("reject 1 enough")
    await task


async def test_the_end_of_the_desk_ends_it_and_leaves_the_draft(office: Office) -> None:
    render, task = await renders(office)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert render.ended
    assert await office.state() == "written"
    await office.settles()
    assert await office.state() == "offered"


async def test_a_render_that_fails_of_itself_is_told_as_before(office: Office) -> None:
    office.line.broken = True
    await office.breaks()
    await office.settles()
    draft = await office.draft()
    assert (draft.state, draft.why) == (
        "parked", "render failed: RuntimeError: the camera fell over",
    )  # fmt: skip
