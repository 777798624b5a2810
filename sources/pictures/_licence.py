"""The names of licences made one: what a picture's licence allows can then be looked up. Pure.

An id is CC0, PDM, CC-BY-4.0, CC-BY-SA-3.0-DE ..., own or licensed. Whatever else is said, or
said only in part, is "": in doubt a picture is not free.
"""

import re
from collections.abc import Collection

__all__ = ["allowed", "licence_id", "licence_url", "spelled"]

_OURS = ("own", "licensed")  # made by the user, or granted to him
_WORDS = (
    ("creative commons", "cc"),
    ("creativecommons", "cc"),
    ("noncommercial", "nc"),
    ("non commercial", "nc"),
    ("share alike", "sa"),
    ("sharealike", "sa"),
    ("no derivatives", "nd"),
    ("noderivatives", "nd"),
    ("no derivs", "nd"),
    ("noderivs", "nd"),
    ("attribution", "by"),
    ("public domain", "publicdomain"),
    ("cc zero", "cc0"),
    ("publicdomain zero", "cc0"),
    ("publicdomain mark", "pdm"),
)
_LIMITS = ("nc", "sa", "nd")  # in the order in which ids name them
_VERSION = re.compile(r"(?<![\d.])[1-4]\.\d(?![\d.])")
_PORT = re.compile(r"[1-4]\.\d ([a-z]{2}|igo|scotland)(?= |$)")
_NOT_PORTS = {"or", "by", "nc", "nd", "sa", "cc", "en"}


def licence_id(said: str) -> str:
    """Read what is said of a licence, words or an address; "" where we cannot tell.

    >>> licence_id("Creative Commons Attribution-ShareAlike 3.0 Germany")
    'CC-BY-SA-3.0'
    >>> licence_id("https://creativecommons.org/publicdomain/zero/1.0/")
    'CC0'
    """
    if said.strip().casefold() in _OURS:
        return said.strip().casefold()
    text = " ".join(re.findall(r"\d+\.\d+|\w+", said.casefold().replace("_", " ")))
    for words, short in _WORDS:
        text = text.replace(words, short)
    tokens = set(text.split())
    if "cc" in tokens and "by" in tokens:
        return _attribution(text, tokens)
    if tokens & {*_LIMITS, "by", "sampling"}:
        return ""  # a limit without the licence that it limits
    if "cc0" in tokens:
        return "CC0"
    return "PDM" if tokens & {"pdm", "publicdomain"} and "not" not in tokens else ""


def _attribution(text: str, tokens: set[str]) -> str:
    """Name a licence of the BY family; of several that are named, every limit counts."""
    version, port = _VERSION.search(text), _PORT.search(text)
    parts = ["CC-BY", *(limit.upper() for limit in _LIMITS if limit in tokens)]
    parts += [version[0]] if version else []
    parts += [port[1].upper()] if port and port[1] not in _NOT_PORTS else []
    return "-".join(parts)


def allowed(licence: str, allow: Collection[str]) -> bool:
    """Whether a licence id is allowed: by itself, or as a version of an allowed one.

    >>> allowed("CC-BY-4.0", ["CC-BY"]), allowed("CC-BY-SA-4.0", ["CC-BY"]), allowed("", [""])
    (True, False, False)
    """
    family = re.sub(r"-\d\.\d.*$", "", licence)
    return bool(licence) and (licence in allow or family in allow)


def spelled(licence: str) -> str:
    """Write an id as it stands in a credit: "CC BY 4.0", "public domain", "" for our own."""
    if licence.startswith("CC-"):
        return re.sub(r"-(?=\d\.\d|BY)|(?<=\d)-", " ", licence)
    return {"CC0": "CC0", "PDM": "public domain"}.get(licence, "")


def licence_url(licence: str) -> str:
    """Point to the deed of a public licence, "" where there is none."""
    if licence == "CC0":
        return "https://creativecommons.org/publicdomain/zero/1.0/"
    if licence == "PDM":
        return "https://creativecommons.org/publicdomain/mark/1.0/"
    found = re.fullmatch(r"CC-(BY(?:-(?:NC|SA|ND))*)-(\d\.\d)(?:-(\w+))?", licence)
    if not found:
        return ""
    kind, version, port = (part.lower() if part else "" for part in found.groups())
    return f"https://creativecommons.org/licenses/{kind}/{version}/" + (f"{port}/" if port else "")
