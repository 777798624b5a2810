"""What the owner of an archive wrote beside a picture: TOML or JSON, by what right it is shown."""

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from sources import SourceBroken
from sources._clean import plain
from sources._fetch import load
from sources.pictures import licence_id

__all__ = ["FORMS", "SHARED", "Note", "read_note", "read_shared"]

FORMS = (".toml", ".json")
SHARED = "pictures.toml"  # one for a whole folder: a table for each file name
CAP = 1_000_000  # bytes


def _text(value: object) -> str:
    if isinstance(value, str | int | date):  # TOML knows dates, and a year is a number
        return plain(str(value), 300)
    raise ValueError("a text belongs here")


Text = Annotated[str, BeforeValidator(_text)]


class Note(BaseModel):
    """The fields of one picture. `taken` is a date or a year."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    licence: str
    credit: Text = ""
    caption: Text = ""
    title: Text = ""
    creator: Text = ""
    licence_url: str = ""
    page: str = ""
    people: tuple[Text, ...] | bool | None = None
    places: tuple[Text, ...] = ()
    keywords: tuple[Text, ...] = Field(default=(), max_length=50)
    taken: Text = ""


def read_note(path: Path) -> Note:
    """Read the sidecar of one picture. Raises ValueError that says what is missing."""
    return _note(_table(path))


def read_shared(path: Path) -> dict[str, Note | ValueError]:
    """Read the sidecar of a folder: for each file name its note, or what is wrong with it.

    Raises ValueError where the file cannot be read at all.
    """
    notes: dict[str, Note | ValueError] = {}
    for name, table in _table(path).items():
        try:
            notes[name] = _note(table)
        except ValueError as error:
            notes[name] = error
    return notes


def _table(path: Path) -> dict[str, Any]:
    try:
        body = load(path, CAP).decode("utf-8-sig")
        table = json.loads(body) if path.suffix.lower() == ".json" else tomllib.loads(body)
    except SourceBroken as error:
        raise ValueError(str(error)) from error
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{path.name} cannot be read: {error}") from error
    if not isinstance(table, dict):
        raise ValueError(f"{path.name} holds no table")
    return table


def _note(table: object) -> Note:
    try:
        note = Note.model_validate(table)
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] == "missing":
            raise ValueError("no `licence` is given") from error
        place = ".".join(map(str, first["loc"]))
        raise ValueError(f"{place or 'its table'}: {first['msg'].lower()}") from error
    licence = licence_id(note.licence)
    if not licence:
        raise ValueError(
            f"licence {note.licence[:60]!r} is not one we know; write own, licensed, CC0, PDM, "
            "or such as CC BY 4.0"
        )
    if licence.startswith("CC-") and not (note.credit or note.creator):
        raise ValueError(f"{note.licence} wants a `credit` or a `creator`")
    return note
