"""Values taken out of foreign mappings, in which nothing surely has the type it should have."""

from collections.abc import Iterator, Mapping
from typing import Any

from sources._clean import mend

__all__ = ["dicts", "string"]


def string(found: Mapping[str, Any], *keys: str) -> str:
    """Take the first of the keys that holds some text; "" if none does."""
    values = (found.get(key) for key in keys)
    return next((mend(v) for v in values if isinstance(v, str) and v), "")


def dicts(found: Mapping[str, Any], key: str) -> Iterator[Mapping[str, Any]]:
    """Take the mappings of a list, passing over whatever else is in it or stands in its place."""
    values = found.get(key)
    yield from (v for v in values if isinstance(v, Mapping)) if isinstance(values, list) else ()
