"""Draw the gallery: `python docs/gallery FOLDER`, or `make gallery`.

Contact sheets of every card in every tone, of short and of far too long texts, of letters that
other scripts write, of photos and footage, of two houses with brands of their own, and of six whole
stories as the desk would direct them. With `--stills FILE` only the best stills are drawn, side by
side: that is how docs/cards.jpg is made.
"""

import argparse
import os
import sys
import tomllib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

from houses import HOUSES, filmed, sign
from paintings import ALT, painted
from PIL import Image
from samples import CARDS, LETTERS, LINE, LONG, SHORT

from bot.direct import direct
from bot.story import Beat, Cite, Picture, Script, Story, Wish
from render import RenderError
from render.sheet import MOMENTS, columns, estimated, sheeted
from render.storyboard import Brand, Profile, Shot, Storyboard, Tone, View
from sources import Item

HERE = Path(__file__).parent
PAINTED = ("harbour", "pylon", "city", "hall", "fields", "observatory", "window", "pitch")
STORIES = tomllib.loads((HERE / "stories.toml").read_text(encoding="utf-8"))["story"]
STILLS = (
    ("feature", "title"), ("accident", "locator"), ("markets", "line"),
    ("election", "chart"), ("accident", "timeline"), ("science", "photo"),
    ("markets", "comparison"), ("science", "stat"), ("sport", "quote"),
    ("election", "list"), ("markets", "photo"), ("accident", "sources"),
)  # fmt: skip
"""Of which story which card, or a photo, each still of docs/cards.jpg shows."""


def main(argv: list[str] | None = None) -> int:
    """Write all sheets; the exit code is 1 where one could not be drawn."""
    parser = argparse.ArgumentParser(prog="python docs/gallery", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=Path("gallery"))
    parser.add_argument("--only", default="", help="only the sheets whose names begin so")
    parser.add_argument("--stills", type=Path, help="write these stills and no sheets")
    args = parser.parse_args(argv)
    paint = args.folder / "paintings"
    paint.mkdir(parents=True, exist_ok=True)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(_painting, (paint / f"{name}.jpg" for name in ALT)))
        filmed(paint / "rescue.jpg", paint / "rescue.mp4")
        for name in HOUSES:
            sign(name, paint / f"{name}.png")
        if args.stills:
            _stills(paint, args.stills)
            sys.stdout.write(f"{args.stills}\n")
            return 0
        boards = [(n, b) for n, b in _boards(paint) if n.startswith(args.only)]
        files = [args.folder / f"{name}.jpg" for name, _ in boards]
        told = list(pool.map(_sheet, (board for _, board in boards), files))
    for file, error in zip(files, told, strict=True):
        sys.stdout.write(f"{file}{': ' if error else ''}{error}\n")
    return int(any(error and "no font" not in error for error in told))


def _painting(file: Path) -> None:
    if not file.exists():
        painted(file.stem).save(file, quality=92)


def _sheet(board: Storyboard, file: Path) -> str:
    """Write one sheet; says what kept it from being drawn, such as a missing font."""
    try:
        paper = sheeted(columns(board, estimated(board)))
    except RenderError as error:
        return str(error)
    Image.fromarray(paper).save(file, quality=88)
    return ""


def _boards(paint: Path) -> Iterator[tuple[str, Storyboard]]:
    for tone in get_args(Tone):
        yield f"cards-{tone}", _cards(CARDS, tone)
    yield "short", _cards(SHORT, "hope")
    yield "long", _cards(LONG, "tension")
    for zones in get_args(Profile)[1:]:
        board = _cards(CARDS, "neutral")
        yield f"zones-{zones}", replace(board, brand=Brand(zones=zones))
    for lang, told in LETTERS.items():
        shots = [Shot(told["line"], "cards", card) for card in told["cards"]]
        yield f"letters-{lang}", _board(*shots, lang=lang)
    yield "photos", _photos(paint)
    for name, house in HOUSES.items():
        brand = replace(house, logo=str(paint / f"{name}.png"))
        yield f"brand-{name}", replace(_house(paint), brand=brand)
        yield f"brand-{name}-clean", replace(_house(paint), brand=house)
    for tale in STORIES:
        yield f"story-{tale['name']}", _told(tale, paint)


def _board(*shots: Shot, **more: Any) -> Storyboard:
    plain: dict[str, Any] = {"chip": "Earthquake", "lang": "en", "rate": 1.6}  # a minute at most
    return Storyboard(title="The gallery", shots=shots, **(plain | more))


def _cards(cards: dict[str, dict[str, Any]], tone: Tone) -> Storyboard:
    shots = [
        Shot(
            "" if name == "sources" else LINE,
            "cards",
            {"card": name.split()[0], **texts},
            tone=tone,
            note="" if name == "sources" else "Marlow Courier, Harbour Radio",
            hold_s=3 if name == "sources" else 0,
        )
        for name, texts in cards.items()
    ]
    return _board(*shots, tone=tone)


def _photos(paint: Path) -> Storyboard:
    """Photos, wide and close, as one line that is cut twice; a title over one."""
    shots = []
    for tone, name in zip(get_args(Tone), ALT, strict=False):
        here = {"photo": str(paint / f"{name}.jpg"), "credit": "Illustration: Wirereel samples"}
        close = View(LINE.index("power"), "photo", {**here, "framing": "close"}, "pull_out")
        shots.append(Shot(LINE, "photo", {**here, "framing": "wide"}, tone=tone, views=(close,)))
    return _board(*shots)


def _house(paint: Path) -> Storyboard:
    """Some cards, a photo, and footage: what a house's own look lies over."""
    credit = "Illustration: Wirereel samples"
    photo = {"photo": str(paint / "hall.jpg"), "credit": credit}
    film = {"file": str(paint / "rescue.mp4"), "credit": credit}
    names = ("title", "statement", "stat", "quote", "chart", "sources")
    cards = _cards({name: card for name, card in CARDS.items() if name in names}, "neutral")
    note = cards.shots[0].note
    pictures = (Shot(LINE, "photo", photo, note=note), Shot(LINE, "footage", film, note=note))
    return replace(cards, shots=(*cards.shots[:-1], *pictures, cards.shots[-1]))


def _told(tale: dict[str, Any], paint: Path) -> Storyboard:
    """Have the desk direct a sample story."""
    moment = datetime(2026, 11, 23, 6, tzinfo=UTC)
    items = tuple(
        Item(
            id=f"{tale['name']}-{k}", source="gallery", outlet=outlet,
            url=f"https://{tale['name']}.invalid/{k}", title=tale["headline"], summary="",
            published=moment, seen=moment, lang="en",
            text=" ".join(b.get("place", "") + " " + b["line"] for b in tale["beats"]),
            where=tuple(tale["where"]) if "where" in tale else None,
        )
        for k, outlet in enumerate(tale["outlets"])
    )  # fmt: skip
    beats = tuple(
        Beat(
            beat["line"],
            tuple(Cite(item.id, item.outlet, item.url, beat["line"]) for item in items),
            _wish(beat.get("wish", {})),
        )
        for beat in tale["beats"]
    )
    script = Script(
        "news", tale["headline"], "en", tale["tone"], beats, tale["chip"], writer="gallery"
    )
    pictures = [_picture(name, paint, items[0].id) for name in tale["pictures"]]
    return direct(
        script, Story(1, tale["headline"], items), pictures=pictures, brand=Brand(),
        label="AI VOICE", editor="Anna", seconds=45,
    )  # fmt: skip


def _wish(data: dict[str, Any]) -> Wish:
    rest = {key: value for key, value in data.items() if key != "kind"}
    return Wish(data["kind"], rest) if data else Wish()


def _picture(name: str, paint: Path, item: str) -> Picture:
    file = paint / f"{name}.jpg"
    with Image.open(file) as image:
        w, h = image.size
    credit = "Illustration: Wirereel samples"
    return Picture(str(file), w, h, credit, "own", alt=ALT[name], item=item)


def _stills(paint: Path, file: Path, width: int = 300) -> None:
    """Write the best stills, six in a row, each as it stands at its end."""
    boards = {tale["name"]: _told(tale, paint) for tale in STORIES}
    plans = {name: estimated(board) for name, board in boards.items()}
    drawn = {name: columns(board, plans[name], width) for name, board in boards.items()}
    tall = width * 16 // 9
    last = slice((len(MOMENTS) - 1) * tall, len(MOMENTS) * tall)
    found = []
    for name, kind in STILLS:
        shots = [boards[name].shots[s.index].seen(s.view) for s in plans[name].shots]
        kinds = [str(shot.picture.get("card", shot.camera)) for shot in shots]
        found.append(drawn[name][kinds.index(kind)][last])
    Image.fromarray(sheeted(found, 6)).save(file, quality=84, optimize=True)


if __name__ == "__main__":
    raise SystemExit(main())
