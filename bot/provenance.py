"""[provenance]: with what clips are signed. The files are read once, when the bot starts."""

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from bot.plugins import ConfigError
from render import Credentials

__all__ = ["Provenance", "credentials"]

PRIVATE, PUBLIC = "PRIVATE KEY-----", "-----BEGIN CERTIFICATE-----"


class Provenance(BaseModel):
    """[provenance]: the signer's certificate and key; without them clips are not signed.

    `key` is "file:PATH" or "env:NAME", never the key itself. `time_stamp` is the address of an
    RFC 3161 service.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    certificate: Path | None = None
    key: str = Field("", pattern=r"^((file|env):.+)?$")
    time_stamp: str = Field("", pattern=r"^(https?://.+)?$")


def credentials(wish: Provenance, base: Path) -> Credentials | None:
    """Read certificate and key, paths meant from `base`. Raises ConfigError."""
    if wish.certificate is None and not wish.key:
        return None
    if wish.certificate is None or not wish.key:
        raise ConfigError(
            "provenance: certificate and key belong together; `wirereel check --make-certificate` "
            "makes both"
        )
    chain = _read(base / wish.certificate, "certificate")
    if PUBLIC not in chain:
        raise ConfigError(f"provenance.certificate: {wish.certificate} holds no PEM certificate")
    key = _secret(wish.key, base)
    if PRIVATE not in key:
        raise ConfigError(f"provenance.key: {wish.key} holds no PEM private key")
    return Credentials(chain, key, wish.time_stamp)


def _secret(place: str, base: Path) -> str:
    kind, _, name = place.partition(":")
    if kind == "file":
        return _read(base / name, "key")
    if name not in os.environ:
        raise ConfigError(f"provenance.key: the environment has no {name}: set it and start again")
    return os.environ[name]


def _read(path: Path, key: str) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise ConfigError(f"provenance.{key}: cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"provenance.{key}: {path} is not a PEM file") from error
