"""Post a clip that was made by hand: through the same ledger as every other, without a daemon."""

from dataclasses import asdict, replace
from typing import Any

from bot.byhand import Report
from bot.chat import Incoming
from bot.config import Config, ConfigError
from bot.daemon import now, started
from bot.desk import Desk
from bot.draft import Brief, Draft, DraftState, Posting, Waiver
from bot.groups import channels_of
from bot.rules.embargo import embargo_of, waits
from bot.rules.unfounded import claims_of
from bot.store import Store
from bot.story import fingerprint
from bot.texts import texts_of

__all__ = ["NotApproved", "post_now"]

USER = "console:local"  # who sits at the terminal


class NotApproved(ValueError):
    """The clip lies there for the editors; the message says what it waits for."""


async def post_now(
    config: Config, report: Report, brief: Brief, override: str = ""
) -> list[Posting]:
    """Approve and post; answers what became of it on each channel.

    `override` is the reason for which it is posted although a rule forbids it, "" for none.

    Raises ConfigError where the person at the terminal may not approve, and AlreadyRunning where
    a daemon holds the state folder (there `make` in its chat does the same). Raises NotApproved
    where a rule keeps it back.
    """
    if config.house.editors.get(USER) not in ("approver", "admin"):
        raise ConfigError(f'editors: --publish needs "{USER}" = "approver"')
    async with started(replace(config, chats=())) as daemon:  # its chats are not running
        draft = await _written_down(daemon.desk, report, brief, override)
        if override and waits(draft.embargo, now()):
            lift = f"override {draft.id} embargo {override}"
            await daemon.newsroom.hear(Incoming(USER, f"lift:{draft.id}:{draft.rev}", lift, now()))
        word = f"approve {draft.id} {draft.tag}"
        event = f"make:{draft.id}:{draft.rev}"
        said = await daemon.newsroom.hear(Incoming(USER, event, word, now()))
        if not await daemon.desk.store.postings(draft.id):
            raise NotApproved(f"{said}. It is draft {draft.id} of `wirereel run` now")
        while True:
            mine = [i for i in await daemon.desk.decide() if i.draft == draft.id]
            if not mine:
                return await daemon.desk.store.postings(draft.id)
            for intent in mine:
                await daemon.desk.do(intent)


async def _written_down(desk: Desk, report: Report, brief: Brief, override: str) -> Draft:
    """Take a finished clip through every state that leads to an offer."""
    store, story = desk.store, report.story
    number = await store.new_draft(
        *(story.id, story.title, story.items, brief), *(USER, "made by hand", now())
    )
    wanted = await store.draft(number)
    assert wanted is not None
    names = channels_of(replace(wanted, script=report.script), desk.groups)
    limits = {name: desk.caps[name].limits for name in names}
    embargo = embargo_of(story.items, desk.book.rules.zone)
    written = {"script": report.script, "grounding": report.grounding, "embargo": embargo}
    board = asdict(report.board)
    texts = texts_of(report.script, story, board, limits, {})
    rev = fingerprint(report.script, report.clip, names, texts)
    shown = {"board": board, "clip": dict(report.clip), "texts": texts, "rev": rev}
    steps: tuple[tuple[DraftState, dict[str, Any]], ...] = (
        ("written", written),
        ("rendered", shown),
        ("offered", {"offered_at": now()}),
    )
    for state, columns in steps:
        draft = await _found(store, number)
        await store.move(draft, state, now(), who=USER, **columns)
        if state == "written" and override and (claims := claims_of(report.grounding)):
            draft = await _found(store, number)
            await store.waive(draft, Waiver(USER, override, now(), claims))
    return await _found(store, number)


async def _found(store: Store, number: int) -> Draft:
    draft = await store.draft(number)
    assert draft is not None
    return draft
