"""Invented stories for the pen: what outlets tell, and pictures that go with it."""

from datetime import UTC, datetime, timedelta

from bot.story import Picture, Story
from sources import Item

NOON = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)  # a Wednesday


def item(
    outlet: str, title: str, summary: str = "", *, text: str = "", minute: int = 0, lang: str = "en"
) -> Item:
    at = NOON + timedelta(minutes=minute)
    slug = f"{outlet}-{minute}".replace(" ", "-").lower()
    url = f"https://{slug}.example/1"
    return Item(slug, "wire", outlet, url, title, summary, at, at, lang=lang, text=text)


def story(*items: Item, title: str = "") -> Story:
    return Story(7, title or items[0].title, items)


def bridge() -> Story:
    """A story of four outlets, with figures, a quotation, a denial and an older state of things."""
    return story(
        item(
            "Harbour Post",
            "Bridge closed after barge strikes pier in Port Ellery",
            "A barge struck a pier of the Ellery Bridge in Port Ellery early on Wednesday. There"
            " was no immediate word on injuries.",
        ),
        item(
            "Coast Radio",
            "Barge hits Ellery Bridge, 62 people taken off stranded tram",
            "Firefighters took 62 people off a tram that was stranded on the Ellery Bridge, the"
            " city said. Nobody was hurt, according to the fire brigade.",
            minute=9,
        ),
        item(
            "The Ledger",
            "Ellery Bridge closed for at least three weeks, says mayor",
            "Mayor Ines Calder said the bridge will stay closed for at least three weeks, which"
            " will force 40,000 commuters a day to take a detour. “We will not open it before every"
            " bolt is checked,” Mayor Ines Calder said.",
            minute=21,
        ),
        item(
            "Northern Wire",
            "Ellery Bridge shut for weeks after barge collision",
            "The Ellery Bridge in Port Ellery was closed on Wednesday after a barge collided with"
            " one of its piers. Repairs could cost 3.5 million euros, engineers estimate.",
            minute=34,
        ),
    )


def photo(name: str, alt: str = "", width: int = 1600, height: int = 1200) -> Picture:
    return Picture(f"/photos/{name}.jpg", width, height, f"Photo: {name} / CC BY", "CC BY 4.0", alt)
