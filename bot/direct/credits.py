"""Who reported it, and whose pictures these are: the sources of a clip, and how it closes. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.formats import format_of
from bot.prose.wording import Wording, masthead, note_on_ai
from bot.story import Script, Story
from render.storyboard import Shot, Tone
from sources.pictures import licence_id

__all__ = ["Credit", "credit_lines", "credits_of", "end_card", "sources"]

_OUTLETS = 6  # on the end card
_DETAIL = 64  # letters of a headline there
_FREE = ("own", "CC0", "PDM")  # licences that ask for no credit


@dataclass(frozen=True, slots=True)
class Credit:
    """Whose picture or music it is, ready to be read, and its page, "" where it needs none.

    `demanded` tells that its licence wants it said.
    """

    line: str
    page: str = ""
    demanded: bool = True


def end_card(
    script: Script, story: Story, said: Wording, editor: str, tone: Tone, *, imagined: bool = False
) -> Shot:
    """Close with who reported it, and with what a machine made.

    Where pictures may be `imagined`, the card has a second note, for when some of them are.
    """
    rows = [
        {"outlet": masthead(outlet), "detail": _shortened(headline)}
        for outlet, headline, _ in _first_of_each(sources(script, story))
    ]
    shown = rows[:_OUTLETS]
    if len(rows) > _OUTLETS:
        shown[-1] = {"outlet": said.more.format(len(rows) - _OUTLETS + 1), "detail": ""}
    checked = f", {said.checked_by.format(editor)}" if editor else ""
    note = said.made_with_ai + checked
    card = {"card": "sources", "title": said.sources, "sources": shown, "note": note}
    if imagined:
        card["note_generated"] = note_on_ai(script.lang, pictures=True) + checked
    stands = format_of(script.format).end_s
    return Shot("", "cards", card, move="still", tone=tone, hold_s=stands)


def sources(script: Script, story: Story) -> tuple[tuple[str, str, str], ...]:
    """List (outlet, headline, url): the cited reports in the order of the script, then the rest."""
    items = {item.id: item for item in story.items}
    cited = [c.item for beat in script.beats for c in beat.cites if c.item in items]
    order = dict.fromkeys([*cited, *items])
    return tuple((items[i].outlet, items[i].title, items[i].url) for i in order)


def credits_of(board: Mapping[str, Any]) -> tuple[Credit, ...]:
    """Name whose pictures and music a storyboard (as JSON) shows, once each.

    Where a licence has an address, the page of the picture is added: it leads there.
    """
    shots = board.get("shots", ())
    views = [view for shot in shots for view in (shot, *shot.get("views", ()))]
    found = [_credit(view["picture"]) for view in views]
    if track := board.get("track"):
        named = track.get("credit") or track.get("title") or "music"
        found.append(Credit(f"Music: {named} / {track['licence']}", "", _demands(track)))
    return tuple(dict.fromkeys(credit for credit in found if credit.line))


def credit_lines(board: Mapping[str, Any]) -> tuple[str, ...]:
    """Write the credits of a storyboard (as JSON) a line each, with their pages, for its post."""
    credits = credits_of(board)
    return tuple(", ".join(part for part in (c.line, c.page) if part) for c in credits)


def _credit(picture: Mapping[str, Any]) -> Credit:
    page = str(picture.get("page") or "") if picture.get("licence_url") else ""
    return Credit(" ".join(str(picture.get("credit") or "").split()), page, _demands(picture))


def _demands(used: Mapping[str, Any]) -> bool:
    return licence_id(str(used.get("licence") or "")) not in _FREE


def _first_of_each(rows: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return list({outlet: row for row in reversed(rows) for outlet in [row[0]]}.values())[::-1]


def _shortened(headline: str) -> str:
    if len(headline) <= _DETAIL:
        return headline
    return headline[:_DETAIL].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + " …"
