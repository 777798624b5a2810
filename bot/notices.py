"""What the desk tells the editors, in every chat at once."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat import Chat, Outgoing
from bot.draft import Draft, Posting
from bot.groups import language_of
from bot.ledger import news_of
from bot.views import plain
from bot.words import offer_text, preview_text, unchanged_text

__all__ = ["Notices"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notices:
    """Notices that go up in the chats; one that is down is passed over."""

    chats: Sequence[Chat]
    several: bool = False  # channels speak several languages: each message names its own

    async def preview(self, draft: Draft) -> None:
        """There is something to watch, and nothing to approve yet."""
        show = ("show", f"show {draft.id}")
        await self._post(Outgoing(preview_text(draft), draft.id, (show,)))

    async def offer(self, draft: Draft, remarks: Sequence[str] = ()) -> None:
        """A finished clip waits for a decision; `remarks` are what the rules say of it."""
        number = draft.id
        buttons = (
            (f"approve {number}", f"approve {number} {draft.tag}"),
            ("show", f"show {number}"),
        )
        lang = language_of(draft) if self.several else ""
        await self._post(Outgoing(offer_text(draft, remarks, lang), number, buttons))

    async def parked(self, draft: Draft, why: str) -> None:
        """Something is wrong that a person must look at."""
        await self._post(Outgoing(f"Draft {draft.id} is parked: {plain(why)}", draft.id))

    async def held(self, draft: Draft, why: str) -> None:
        """An approved draft is not posted: something came in meanwhile."""
        await self._post(Outgoing(f"Draft {draft.id} is not posted: {plain(why)}", draft.id))

    async def correction(self, draft: Draft, postings: Sequence[Posting], told: str) -> None:
        """What is out may be wrong; the desk changes nothing by itself."""
        links = [f"{p.channel}: {p.url}" for p in postings if p.state == "done"]
        said = f"Draft {draft.id} is out, and its sources say something else now: {plain(told)}"
        await self._post(Outgoing("\n".join((said, *links)), draft.id))

    async def unchanged(self, draft: Draft, why: str) -> None:
        """A change that was asked for in plain words was not made."""
        await self._post(Outgoing(unchanged_text(draft, why), draft.id))

    async def say(self, text: str) -> None:
        """Something that is about no draft."""
        await self._post(Outgoing(text))

    async def posted(self, posting: Posting) -> None:
        """Tell what became of a posting, if there is anything to tell."""
        if news := news_of(posting):
            await self._post(Outgoing(news, posting.draft))

    async def _post(self, message: Outgoing) -> None:
        for chat in self.chats:
            try:
                await chat.send(message)
            except ConnectionError as error:
                log.warning("%s: %s", chat.name, error)
            except Exception:  # a bug of one chat is no fault of the draft
                log.exception("%s cannot show a message", chat.name)
