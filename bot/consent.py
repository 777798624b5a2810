"""What an approver's word does: one yes of two, the last yes, and what it may override."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.commands import Command
from bot.draft import Draft, Waiver
from bot.rules import Rulebook
from bot.rules.embargo import waits
from bot.rules.remarks import needed, why_two
from bot.rules.unfounded import claims_of, unfounded
from bot.store import Stale, Store

__all__ = ["approve", "override"]


async def approve(
    store: Store,
    book: Rulebook,
    draft: Draft,
    user: str,
    channels: Sequence[str],
    now: datetime,
) -> str:
    """Record a yes and answer what it did. Raises Stale, whose message is an answer too."""
    most = needed(draft, book)
    if most > 1 and len(book.approvers) < most:
        raise Stale(
            f"draft {draft.id} needs two editors ({why_two(draft, book)}), and [editors] has "
            f"{len(book.approvers)} who may approve: add another, or set [rules] two_editors = "
            '"never"'
        )
    before = (await store.approvals()).get((draft.id, draft.rev), ())
    if most > 1 and user in before:
        raise Stale(f"you approved draft {draft.id} already: {_another(draft, book)}")
    given = await store.approve(draft, user, channels, now, needed=most, among=book.approvers)
    if len(given) < most:
        return f"noted, {draft.id} {draft.tag}: {_another(draft, book)}"
    if draft.held:
        return f"approved {draft.id} {draft.tag} again; it goes on"
    named = await store.postings(draft.id)
    out = f"posting to {', '.join(p.channel for p in named)}"
    if waits(draft.embargo, now) and draft.embargo:
        until = draft.embargo.until
        when = f"from {until:%d %B %H:%M} UTC on" if until else "once the embargo is lifted"
        out += f" {when} (embargo of {draft.embargo.outlet})"
    return f"approved {draft.id} {draft.tag}; {out}"


async def override(store: Store, draft: Draft, user: str, command: Command, now: datetime) -> str:
    """Let a draft go on in spite of a rule, with the editor's name and reason. Raises Stale."""
    reason = command.text[:500]
    if command.embargo:
        if draft.embargo is None or not waits(draft.embargo, now):
            raise Stale(f"draft {draft.id} is under no embargo")
        lifted = replace(draft.embargo, lifted_by=user, reason=reason)
        await store.lift(draft, lifted, now)
        return f"the embargo on draft {draft.id} is lifted: {reason}"
    if not unfounded(draft):
        hint = f"; say `override {draft.id} embargo REASON`" if waits(draft.embargo, now) else ""
        raise Stale(f"every claim of draft {draft.id} is in its sources or allowed{hint}")
    claims = claims_of(draft.grounding)
    await store.waive(draft, Waiver(user, reason, now, claims))
    return f"draft {draft.id} goes on; allowed by you: {', '.join(claims)}"


def _another(draft: Draft, book: Rulebook) -> str:
    return f"one more approval is needed, by somebody else ({why_two(draft, book)})"
