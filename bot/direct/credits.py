"""Who reported it, and whose pictures these are: the sources of a clip, and how it closes. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.formats import format_of
from bot.prose.wording import Wording, masthead
from bot.story import Script, Story
from render.storyboard import Shot, Tone

__all__ = ["credit_lines", "end_card", "sources"]

_OUTLETS = 6  # on the end card
_DETAIL = 64  # letters of a headline there


def end_card(script: Script, story: Story, said: Wording, editor: str, tone: Tone) -> Shot:
    """Close with who reported it, and with what a machine made."""
    rows = [
        {"outlet": masthead(outlet), "detail": _shortened(headline)}
        for outlet, headline, _ in _first_of_each(sources(script, story))
    ]
    shown = rows[:_OUTLETS]
    if len(rows) > _OUTLETS:
        shown[-1] = {"outlet": said.more.format(len(rows) - _OUTLETS + 1), "detail": ""}
    note = said.made_with_ai
    if editor:
        note = f"{note}, {said.checked_by.format(editor)}"
    card = {"card": "sources", "title": said.sources, "sources": shown, "note": note}
    stands = format_of(script.format).end_s
    return Shot("", "cards", card, move="still", tone=tone, hold_s=stands)


def sources(script: Script, story: Story) -> tuple[tuple[str, str, str], ...]:
    """List (outlet, headline, url): the cited reports in the order of the script, then the rest."""
    items = {item.id: item for item in story.items}
    cited = [c.item for beat in script.beats for c in beat.cites if c.item in items]
    order = dict.fromkeys([*cited, *items])
    return tuple((items[i].outlet, items[i].title, items[i].url) for i in order)


def credit_lines(board: Mapping[str, Any]) -> tuple[str, ...]:
    """Name whose pictures and music a storyboard (as JSON) shows, once each, for its post.

    Where a licence has an address, the page of the picture is added: it leads there.
    """
    shots = board.get("shots", ())
    views = [view for shot in shots for view in (shot, *shot.get("views", ()))]
    lines = [_credit_line(view["picture"]) for view in views]
    if track := board.get("track"):
        named = track.get("credit") or track.get("title") or "music"
        lines.append(f"Music: {named} / {track['licence']}")
    return tuple(dict.fromkeys(line for line in lines if line))


def _credit_line(picture: Mapping[str, Any]) -> str:
    credit = str(picture.get("credit") or "")
    page = str(picture.get("page") or "") if picture.get("licence_url") else ""
    return ", ".join(part for part in (credit, page) if part) if credit else ""


def _first_of_each(rows: Sequence[tuple[str, str, str]]) -> list[tuple[str, str, str]]:
    return list({outlet: row for row in reversed(rows) for outlet in [row[0]]}.values())[::-1]


def _shortened(headline: str) -> str:
    if len(headline) <= _DETAIL:
        return headline
    return headline[:_DETAIL].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + " …"
