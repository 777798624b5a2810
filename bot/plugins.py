"""From a `kind` in config.toml to the plug-in that it names.

A plug-in is a module with a docstring, a `Settings` model and a `Plugin` class. `kind = "feed"`
under [[sources]] is the module `sources.feed`; a kind with a dot is a module of the user's own.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

__all__ = ["ConfigError", "kinds", "load", "settings"]


class ConfigError(ValueError):
    """The set-up is wrong; the message names the place, the value and what is allowed."""


def kinds(package: str) -> tuple[str, ...]:
    """Name the plug-ins that live in a package, sorted; importing none of them."""
    found = pkgutil.iter_modules(importlib.import_module(package).__path__)
    return tuple(sorted(m.name for m in found if not m.name.startswith("_")))


def load(package: str, kind: str, where: str) -> Any:
    """Import the module that a kind names. Raises ConfigError with the way out."""
    if "." not in kind and kind not in kinds(package):
        raise ConfigError(f"{where}: unknown kind {kind!r}; known are {', '.join(kinds(package))}")
    name = kind if "." in kind else f"{package}.{kind}"
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise ConfigError(f"{where}: {kind!r} needs a package that is missing: {error}") from error


def settings(module: Any, table: Mapping[str, Any], where: str) -> Any:
    """Read a plug-in's own table into its Settings. Raises ConfigError that names the key."""
    try:
        return module.Settings.model_validate(dict(table))
    except ValidationError as error:
        raise ConfigError(mistakes(error, where, module.Settings)) from error


def mistakes(error: ValidationError, where: str, model: type[BaseModel]) -> str:
    """Say a validation error as lines of "place: what is wrong; what is allowed"."""
    lines = []
    for e in error.errors():
        place = ".".join([where, *(str(p) for p in e["loc"])]).strip(".")
        if e["type"] == "extra_forbidden":
            lines.append(f"{place}: unknown key; known are {', '.join(model.model_fields)}")
        else:
            lines.append(f"{place}: {e['msg']} (got {e['input']!r})")
    return "\n".join(lines)


FROZEN = ConfigDict(frozen=True, extra="forbid")
