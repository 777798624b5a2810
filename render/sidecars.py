"""What lies beside the clip: subtitles, cover, storyboard, and who and what it was made from."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import pysubs2
from PIL import Image

from render.shelf import aside, digest
from render.shown import generated, settled
from render.storyboard import Storyboard, dumps
from render.timeline import Plan, PlannedWord

__all__ = [
    "cues",
    "pictures",
    "provenance",
    "source_type",
    "tags",
    "write_cover",
    "write_json",
    "write_subtitles",
]

CUE_LETTERS = 42  # one line of a subtitle on television
RIGHTS = ("title", "creator", "credit", "licence", "licence_url", "page")  # of a picture
NOT_GENERATING = frozenset({"cards", "photo", "footage"})  # cameras that show or draw


def cues(board: Storyboard, words: Sequence[PlannedWord]) -> Iterator[tuple[int, int, str]]:
    """Group words into subtitles: first frame, last frame, text as it is written in the line."""
    for shot, line in groupby(words, key=lambda word: word.shot):
        for group in _groups(list(line)):
            begin, end = group[0].char, group[-1].char + len(group[-1].text)
            yield group[0].first, group[-1].last, board.shots[shot].line[begin:end]


def write_subtitles(board: Storyboard, plan: Plan, path: Path) -> None:
    """Write the words as SRT or WebVTT, whichever the file's ending says."""
    subtitles = pysubs2.SSAFile()
    for first, last, text in cues(board, plan.words):
        start, end = first * 1000 // plan.fps, last * 1000 // plan.fps
        event = pysubs2.SSAEvent(start=start, end=end)
        event.plaintext = " ".join(text.split())
        subtitles.append(event)
    kind = path.suffix.removeprefix(".")
    with aside(path) as part:
        part.write_text(subtitles.to_string(kind), encoding="utf-8")


def write_cover(picture: Any, path: Path) -> None:
    """Write the cover as a JPEG; `picture` is a PIL image or an RGB array."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    with aside(path) as part:
        image.convert("RGB").save(part, "JPEG", quality=90)


def write_json(value: Mapping[str, Any], path: Path) -> None:
    """Write a value as JSON that a person can read."""
    with aside(path) as part:
        part.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def provenance(
    board: Storyboard,
    voice: Mapping[str, str],
    version: str,
    made: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """Say who spoke and drew, which sources and pictures the clip stands on, and its AI label.

    `board` is what is shown; `made` tells of each wish for a generated picture what became of it.
    """
    return {
        "title": board.title,
        "lang": board.lang,
        "publisher": board.brand.name,
        "made_by_ai": True,
        "label": board.label,
        "digital_source_type": source_type(board),
        "voice": dict(voice),
        "music": _music(board),
        "sources": [
            {"outlet": outlet, "headline": headline, "url": url}
            for outlet, headline, url in board.sources
        ],
        "pictures": [_rights(picture, file) for file, picture in pictures(board).items()],
        "generated": list(_generated(board, made)),
        "software": {"name": "wirereel", "version": version},
        "storyboard_sha256": hashlib.sha256(dumps(board).encode()).hexdigest(),
    }


def pictures(board: Storyboard) -> dict[Path, Mapping[str, Any]]:
    """List the files of the pictures that were wished for, the same one once."""
    found: dict[Path, Mapping[str, Any]] = {}
    for picture in (picture for shot in board.shots for picture in shot.pictures()):
        file = picture.get("photo") or picture.get("file")
        if file:
            found.setdefault(Path(str(file)), picture)
    return found


def source_type(board: Storyboard) -> str:
    """Name what the picture is made of, by the IPTC's digital source types (2026-11).

    A camera that we do not know is taken for one that generates: rather too much is told.
    """
    shots = settled(board).shots
    named = {shot.camera for shot in shots}
    named |= {view.camera for shot in shots for view in shot.views}
    if named <= NOT_GENERATING:
        return "compositeSynthetic"
    shown = named - {"cards"}
    mixed = shown & NOT_GENERATING
    return "compositeWithTrainedAlgorithmicMedia" if mixed else "trainedAlgorithmicMedia"


def tags(told: Mapping[str, Any]) -> dict[str, str]:
    """Shorten the provenance to the metadata tags of an mp4.

    "AIGC" is the field of GB 45438-2025; its names for what is inside are not verified.
    """
    version = told["software"]["version"]
    aigc = {"Label": "1", "ContentProducer": f"wirereel {version}"}
    voice = told["voice"]["engine"] or "none"
    return {
        "title": str(told["title"]),
        "comment": f"{told['label']}. Made with wirereel {version}; voice: {voice}.",
        "AIGC": json.dumps(aigc),
    }


def _groups(line: Sequence[PlannedWord]) -> Iterator[Sequence[PlannedWord]]:
    """Divide a line into as few cues as will hold it, of about the same length."""
    begin, length = line[0].char, line[-1].char + len(line[-1].text) - line[0].char
    count = -(-length // CUE_LETTERS)

    def cue(word: PlannedWord) -> int:
        return int((word.char + len(word.text) / 2 - begin) * count / length)

    return (tuple(group) for _, group in groupby(line, key=cue))


def _rights(picture: Mapping[str, Any], file: Path) -> dict[str, str]:
    """Say whose a picture is; its hash is "" where the file is not there."""
    known = {name: str(picture.get(name) or "") for name in RIGHTS}
    return {"file": file.name, **known, "sha256": digest(file) if file.is_file() else ""}


def _generated(
    board: Storyboard, made: Sequence[Mapping[str, Any]]
) -> Iterator[dict[str, str | int]]:
    """Say of each generated picture that is shown which model made it, and from which seed."""
    known = {str(one["name"]): one for one in made}
    for place, picture in generated(board).items():
        one = known.get(place, {})
        file = Path(str(picture["segment"]))
        yield {
            "shot": place,
            "kind": "still" if file.suffix == ".png" else "film",
            "model": str(one.get("model") or "unknown"),
            "revision": str(one.get("revision") or ""),
            "preset": str(one.get("preset") or ""),
            "seed": int(one.get("seed") or 0),
            "alt": str(picture.get("alt") or ""),
            "sha256": digest(file) if file.is_file() else "",
        }


def _music(board: Storyboard) -> dict[str, str]:
    """Say what is played under the voice: nothing, a bed made here, or somebody's track."""
    track = board.track
    if track:
        name = track.title or Path(track.file).name
        return {"title": name, "credit": track.credit, "licence": track.licence}
    return {"title": "made by this software", "credit": "", "licence": ""} if board.music else {}
