"""From a `kind` in config.toml to the plug-in that it names.

A plug-in is a module with a docstring, a `Settings` model and a `Plugin` class. `kind = "feed"`
under [[sources]] is the module `sources.feed`; a kind with a dot is a module of the user's own.
"""

import importlib
import os
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

from bot.terms.timetable import Timetable

__all__ = ["ConfigError", "Slot", "fill", "kinds", "load", "mistakes", "revealed"]


class ConfigError(ValueError):
    """The set-up is wrong; the message names the place, the value and what is allowed."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A plug-in that was chosen and set up, not made yet: its name, module and settings.

    `lang` is the language of a channel, "" where it takes every story in the story's own, and
    `times` are when it may be posted to.
    """

    name: str
    kind: str
    module: Any
    settings: Any
    lang: str = ""
    times: Timetable = Timetable()


def kinds(package: str) -> tuple[str, ...]:
    """Name the plug-ins that live in a package, sorted; importing none of them."""
    found = pkgutil.iter_modules(importlib.import_module(package).__path__)
    return tuple(sorted(m.name for m in found if not m.name.startswith("_") and not m.ispkg))


def load(package: str, kind: str, where: str) -> Any:
    """Import the module that a kind names. Raises ConfigError with the way out."""
    known = kinds(package)
    if "." not in kind and kind not in known:
        raise ConfigError(f"{where}: unknown kind {kind!r}; known are {', '.join(known)}")
    try:
        module = importlib.import_module(kind if "." in kind else f"{package}.{kind}")
    except ImportError as error:
        raise ConfigError(f"{where}: {kind!r} needs a package that is missing: {error}") from error
    if not (hasattr(module, "Settings") and hasattr(module, "Plugin")):
        raise ConfigError(f"{where}: {kind!r} is no plug-in; known are {', '.join(known)}")
    return module


def fill(package: str, table: Mapping[str, Any], where: str, base: Path) -> Slot:
    """Read one plug-in table: `kind` picks the module, `name` (or the kind) names it.

    A text "env:NAME" or "file:PATH" is replaced by what it points to; a secret must be one of
    these. Paths are meant from `base`, the folder of the config file. Raises ConfigError.
    """
    kind = table.get("kind")
    if not isinstance(kind, str):
        raise ConfigError(f"{where}: needs a `kind`; known are {', '.join(kinds(package))}")
    name = str(table.get("name", kind))
    module = load(package, kind, where)
    own = {key: value for key, value in table.items() if key not in ("kind", "name")}
    try:
        settings = module.Settings.model_validate(_resolved(own, where, base))
    except ValidationError as error:
        raise ConfigError(mistakes(error, where, module.Settings)) from error
    _refuse_plain_secrets(settings, own, where)
    return Slot(name, kind, module, _anchored(settings, base))


def mistakes(error: ValidationError, where: str, model: type[BaseModel]) -> str:
    """Say a validation error as lines of "place: what is wrong; what is allowed"."""
    lines = []
    for e in error.errors():
        place = ".".join([where, *(str(p) for p in e["loc"])]).strip(".")
        if e["type"] == "extra_forbidden":
            lines.append(f"{place}: unknown key; known are {_keys(model, e['loc'][:-1])}")
        else:
            hidden = _is_secret(model, e["loc"]) or isinstance(e["input"], dict)  # a whole table
            got = "" if hidden else f" (got {e['input']!r})"
            lines.append(f"{place}: {e['msg'].lower()}{got}")
    return "\n".join(lines)


def _keys(model: type[BaseModel], place: tuple[int | str, ...]) -> str:
    """List the keys of a table, or of a table inside it."""
    for part in place:
        field = model.model_fields.get(str(part))
        table = field.annotation if field else None
        if not (isinstance(table, type) and issubclass(table, BaseModel)):
            return "told in docs/plugins.md"
        model = table
    return ", ".join(model.model_fields)


def revealed(settings: BaseModel) -> dict[str, Any]:
    """Write settings as plain JSON values, secrets and all: for the input of a child, no file."""
    return {key: _plain(value) for key, value in settings}


def _plain(value: Any) -> Any:
    match value:
        case SecretStr():
            return value.get_secret_value()
        case Path():
            return str(value)
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
    return value


def _is_secret(model: type[BaseModel], place: tuple[int | str, ...]) -> bool:
    """Whether a wrong value must not be repeated."""
    field = model.model_fields.get(str(place[0])) if place else None
    return field is not None and "Secret" in str(field.annotation)


def _resolved(value: Any, where: str, base: Path) -> Any:
    """Follow "env:NAME" and "file:PATH", at any depth."""
    match value:
        case dict():
            return {k: _resolved(v, f"{where}.{k}", base) for k, v in value.items()}
        case list():
            return [_resolved(v, where, base) for v in value]
        case str() if value.startswith("env:"):
            name = value.removeprefix("env:")
            if name not in os.environ:
                raise ConfigError(f"{where}: the environment has no {name}: set it and start again")
            return os.environ[name]
        case str() if value.startswith("file:"):
            path = base / value.removeprefix("file:")
            try:
                return path.read_text().strip()
            except OSError as error:
                raise ConfigError(f"{where}: cannot read {path}: {error.strerror}") from error
    return value


def _refuse_plain_secrets(settings: BaseModel, table: Mapping[str, Any], where: str) -> None:
    """A config file is copied, shown and committed: no secret may stand in it."""
    for key, value in settings:
        secret = isinstance(value, SecretStr) or (
            isinstance(value, dict) and any(isinstance(v, SecretStr) for v in value.values())
        )
        written = table.get(key)
        texts = list(written.values()) if isinstance(written, dict) else [written]
        plain = [t for t in texts if t and not str(t).startswith(("env:", "file:"))]
        if secret and plain:
            raise ConfigError(
                f'{where}.{key}: a secret stands in the file; write "env:NAME" or "file:PATH"'
            )


def _anchored(settings: BaseModel, base: Path) -> BaseModel:
    """Relative paths are meant from the config file, wherever the bot was started."""
    moved = {key: base / value for key, value in settings if isinstance(value, Path)}
    return settings.model_copy(update=moved) if moved else settings
