"""A Matrix room in use: what the desk says is shown there, what people do there is heard."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from bot.chat import Newsroom, Outgoing
from bot.chat._matrix import bare, content, heard, legend, related, root_of, signs, target_of
from bot.chat._nio import Event, Homeserver
from bot.chat._pieces import octets, pieces

__all__ = ["Room"]

log = logging.getLogger(__name__)

MOST = 6_000  # bytes of a text: escaped, twice in an edit and encrypted, it stays under 64 KiB
LOCKED = (
    "This room is encrypted, and I have no keys for it: give this [[chat]] a `store` folder in"
    " config.toml, or a room without encryption."
)
UNREAD = "I could not read this: its keys did not reach me. Please say it again."
TOO_LARGE = "(The film is too large for this homeserver; it is on the desk's page.)"
RETIRED = "(There is a newer message about this.)"


@dataclass(frozen=True, slots=True)
class Shown:
    """What stands in a slot: its events, the film under it, its signs -> commands."""

    events: Sequence[str] = ()
    film: str = ""
    signs: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)  # signs -> our reactions
    root: str = ""  # of the thread


@dataclass(frozen=True, slots=True)
class Room:
    """One room of one chat. It keeps, by the newsroom, what must outlive a restart."""

    name: str
    server: Homeserver
    newsroom: Newsroom

    async def recall(self, key: str) -> str:
        """Read what was kept; "" if nothing."""
        return await self.newsroom.recall(self.name, key)

    async def keep(self, key: str, value: str) -> None:
        """Keep something through restarts."""
        await self.newsroom.keep(self.name, key, value)

    async def enter(self) -> None:
        """Log in as the device that we were before, and go in."""
        await self.keep("device", await self.server.enter(await self.recall("device")))

    # -- what the desk says --------------------------------------------------------------------

    async def show(self, message: Outgoing) -> None:
        """Show a message; in its slot, if it has one."""
        if self.server.locked:
            raise ConnectionError(LOCKED)
        before = await self._standing(message)
        film = await self._film(message)
        found = signs(message.buttons)
        wanted = {bare(sign): command for sign, (_, command) in found.items()}
        parts = [message.text, legend(found)]
        if message.film and film is None:
            parts.insert(1, TOO_LARGE)
        shown = await self._words(message, "\n\n".join(filter(None, parts)), before)
        if film and (mark := _print(film)) != before.film:
            await self._screen(film, shown.root, f"{message.key}-film")
            shown = replace(shown, film=mark)
        shown = replace(shown, signs=wanted, own=await self._signs(message, shown, tuple(found)))
        if message.buttons or before.signs:
            await self.keep(f"signs:{shown.events[0]}", json.dumps(asdict(shown)))
        if message.slot:
            await self.keep(f"slot:{message.slot}", json.dumps(asdict(shown)))

    async def _standing(self, message: Outgoing) -> Shown:
        """Find what stands in the slot, and make room where it cannot be changed in place.

        Who presses a sign saw what stood there before: new commands need a new message.
        """
        kept = await self.recall(f"slot:{message.slot}") if message.slot else ""
        before = Shown(**json.loads(kept or "{}"))
        found = {bare(sign): command for sign, (_, command) in signs(message.buttons).items()}
        if not before.events or found.items() <= before.signs.items():
            return before
        await self.keep(f"signs:{before.events[0]}", "")
        for n, event in enumerate(before.events):
            said = content((RETIRED, ()), replaces=event)
            await self.server.put("m.room.message", said, f"{message.key}-old-{n}")
        for n, reaction in enumerate(before.own.values()):
            await self.server.withdraw(reaction, f"{message.key}-gone-{n}")
        return Shown()

    async def _film(self, message: Outgoing) -> Path | None:
        if not message.film or message.draft is None:
            return None
        return await self.newsroom.fitted(message.draft, message.film, await self.server.most())

    async def _words(self, message: Outgoing, text: str, before: Shown) -> Shown:
        thread = f"thread:{message.story}" if message.story is not None else ""
        root = await self.recall(thread) if thread else ""
        events: list[str] = []
        for n, piece in enumerate(pieces(text, message.marks, most=MOST, count=octets)):
            old = before.events[n] if n < len(before.events) else ""
            said = content(piece, root, old)
            event = await self.server.put("m.room.message", said, f"{message.key}-{n}")
            events.append(old or event)
            if thread and not root:
                root = event
                await self.keep(thread, root)
        for n, left in enumerate(before.events[len(events) :]):
            await self.server.withdraw(left, f"{message.key}-left-{n}")
        return replace(before, events=events, root=root)

    async def _screen(self, film: Path, root: str, key: str) -> None:
        part = await self.server.upload(film, "video/mp4")
        info = {"mimetype": "video/mp4", "size": film.stat().st_size}
        said = {"msgtype": "m.video", "body": film.name, "info": info, **part}
        if relation := related(root):
            said["m.relates_to"] = relation
        await self.server.put("m.room.message", said, key)

    async def _signs(
        self, message: Outgoing, shown: Shown, wanted: Sequence[str]
    ) -> Mapping[str, str]:
        """Put signs under a message that are not there yet, take away those that are too many."""
        own = dict(shown.own)
        for n, sign in enumerate(s for s in shown.own if s not in wanted):
            await self.server.withdraw(own.pop(sign), f"{message.key}-gone-{n}")
        for n, sign in enumerate(wanted):
            if sign not in own:
                to = {"rel_type": "m.annotation", "event_id": shown.events[0], "key": sign}
                put = self.server.put("m.reaction", {"m.relates_to": to}, f"{message.key}-sign-{n}")
                try:
                    own[sign] = await put
                except ValueError as error:  # the words and the legend stand there all the same
                    log.warning("%s: no sign under a message: %s", self.name, error)
        return own

    # -- what people do ------------------------------------------------------------------------

    async def hear(self, event: Event) -> None:
        """Hear one event of the room, and answer it."""
        if event.sender == self.server.me:
            return
        if event.kind == "m.room.encrypted":
            await self._hint(event)
            return
        root, target, command = root_of(event), event.id, ""
        if event.kind == "m.reaction":
            target, sign = target_of(event)
            shown = Shown(**json.loads(await self.recall(f"signs:{target}") or "{}"))
            root, command = shown.root, shown.signs.get(sign, "")
        message = heard(event, self.server.me, command)
        if message and self.server.direct:
            message = replace(message, addressed=True)
        if message and (reply := await self.newsroom.hear(message)):
            await self._answer(reply, event.id, root, target)

    async def _answer(self, reply: str, event: str, root: str, target: str) -> None:
        try:
            for n, piece in enumerate(pieces(reply, most=MOST, count=octets)):
                said = content(piece, root, answers=target)
                await self.server.put("m.room.message", said, f"re-{event}-{n}")
        except ValueError as error:  # it was heard all the same
            log.warning("%s: an answer is not shown: %s", self.name, error)

    async def _hint(self, event: Event) -> None:
        """Say once to each person what they say in vain."""
        said = f"unread:{'locked' if self.server.locked else event.sender}"
        if not await self.recall(said):
            hint = LOCKED if self.server.locked else UNREAD
            await self._answer(hint, event.id, root_of(event), event.id)
            await self.keep(said, event.id)


def _print(film: Path) -> str:
    """Tell films apart, through restarts."""
    facts = film.stat()
    return f"{film.name} {facts.st_size} {facts.st_mtime_ns}"
