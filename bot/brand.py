"""[brand] -> a kit whose files open, whose colours can be read and whose music may be played."""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from bot.kit import Kit, Tune
from bot.plugins import ConfigError, mistakes
from render.storyboard import Brand, Profile, Shot, Tone, Track

__all__ = ["BrandKit", "load", "said"]

FROZEN = ConfigDict(frozen=True, extra="forbid")
COLOUR = r"^(#[0-9A-Fa-f]{6})?$"
PICTURES = (".png", ".jpg", ".jpeg", ".webp")
FOOTAGE = (".mp4", ".mov", ".webm")
MUSIC = (".mp3", ".m4a", ".aac", ".ogg", ".opus", ".flac", ".wav", ".aif", ".aiff")
SHIPPED = (Brand(), {"label": "AI VOICE"}, 34)
LIST = "music.toml"  # one file for all tracks of a folder


class BrandKit(BaseModel):
    """[brand]: whose clips these are. Files are meant from the config file; "" is none."""

    model_config = FROZEN
    name: str = Field("Wirereel", max_length=40)
    accent: str = Field("", pattern=COLOUR)
    ground: str = Field("", pattern=COLOUR)
    progress: bool = True
    logo: str = ""
    font: str = ""
    chip: Literal["pill", "tab", "plain"] = "pill"
    lower_third: Literal["line", "strap"] = "line"
    zones: Profile = "all"
    intro: str = ""
    intro_s: float = Field(1.5, ge=1.2, le=2.5)
    outro: str = ""
    outro_s: float = Field(2.0, ge=1.2, le=4.0)
    music: str = ""


class Licence(BaseModel):
    """What a track's sidecar says: by what right it is played, whose it is, where it fits."""

    model_config = FROZEN
    licence: str = Field(min_length=2)
    title: str = ""
    creator: str = ""
    url: str = ""
    tones: tuple[Tone, ...] = ()


def load(table: BrandKit, labels: Mapping[str, str], label_px: int, base: Path) -> Kit:
    """Open and check everything that a kit names. Raises ConfigError with every mistake.

    `labels` are the AI labels that clips may carry, by their keys in [clip].
    """
    brand = Brand(
        name=table.name,
        accent=table.accent,
        ground=table.ground,
        progress=table.progress,
        logo=_path(table.logo, base),
        font=_path(table.font, base),
        chip=table.chip,
        lower_third=table.lower_third,
        zones=table.zones,
    )
    try:
        if wrong := list(_wrong(brand, labels, label_px)):
            raise ConfigError("\n".join(wrong))
        return Kit(
            brand,
            _sting("intro", _path(table.intro, base), table.intro_s),
            _sting("outro", _path(table.outro, base), table.outro_s),
            _tunes(base / table.music) if table.music else (),
        )
    except ImportError as error:
        missing = f"the package {error.name or error} is missing"
        raise ConfigError(f"brand: {missing}: set Wirereel up again (make demo)") from error


def said(kit: Kit) -> str:
    """Tell a kit in one line."""
    brand = kit.brand
    parts = [repr(brand.name), brand.accent and f"accent {brand.accent}"]
    if moved := _adapted(brand):
        where = "every tone" if len(moved) == len(get_args(Tone)) else ", ".join(moved)
        parts[-1] += f" (made lighter or darker on {where}, so that it can be read)"
    parts.append(brand.ground and f"ground {brand.ground}")
    parts += [Path(file).name for file in (brand.logo, brand.font) if file]
    parts += [f"{brand.chip} chip", f"lower third as a {brand.lower_third}"]
    parts.append(f"safe zones of {'all platforms' if brand.zones == 'all' else brand.zones}")
    for word, shot in (("intro", kit.intro), ("outro", kit.outro)):
        parts.append(f"{word} of {shot.hold_s:g} s" if shot else "")
    parts.append(f"{len(kit.tunes)} pieces of music" if kit.tunes else "")
    return ", ".join(part for part in parts if part)


def _adapted(brand: Brand) -> tuple[Tone, ...]:
    if not brand.accent:
        return ()
    from render.brand import adapted

    return adapted(brand)


def _wrong(brand: Brand, labels: Mapping[str, str], label_px: int) -> Iterator[str]:
    if (brand, labels, label_px) == SHIPPED:
        return  # it fits; nothing heavy is loaded for it
    from render import brand as kit  # letters and colours are measured: the heavy half

    for key, why in kit.mistakes(brand):
        yield f"brand.{key}: {why}"
    for key, label in labels.items():
        if why := kit.label_mistake(label, label_px, brand):
            yield f"clip.{key}: {why}"


def _path(name: str, base: Path) -> str:
    return str(base / name) if name else ""


def _sting(key: str, file: str, seconds: float) -> Shot | None:
    """Make the shot of an opening or a close: a picture or footage of the house's own."""
    if not file:
        return None
    ending = Path(file).suffix.lower()
    if ending not in (*PICTURES, *FOOTAGE):
        known = ", ".join((*PICTURES, *FOOTAGE))
        raise ConfigError(f"brand.{key}: {file} is no picture or footage; known are {known}")
    if ending in FOOTAGE:
        shot = Shot("", "footage", {"file": file}, move="still", hold_s=seconds)
    else:
        picture = {"photo": file, "framing": "full", "licence": "own"}
        shot = Shot("", "photo", picture, hold_s=seconds)
    from render.brand import sting_mistake

    if why := sting_mistake(shot):
        raise ConfigError(f"brand.{key}: {why}: name another file")
    return shot


def _tunes(folder: Path) -> tuple[Tune, ...]:
    """Read a music folder: every audio file in it, each with its licence."""
    if not folder.is_dir():
        raise ConfigError(f"brand.music: {folder} is no folder")
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in MUSIC)
    if not files:
        raise ConfigError(f"brand.music: {folder} has no music; known are {', '.join(MUSIC)}")
    listed = _read(folder / LIST) if (folder / LIST).is_file() else {}
    return tuple(_tune(file, listed) for file in files)


def _tune(file: Path, listed: Mapping[str, Any]) -> Tune:
    from render.sound.tracks import track_mistake

    sidecar = file.with_suffix(".toml")
    told = _read(sidecar) if sidecar.is_file() else listed.get(file.name)
    where = f"brand.music: {file.name}"
    if told is None:
        raise ConfigError(
            f'{where} has no licence: write {sidecar.name} beside it, with licence = "..."'
        )
    try:
        own = TypeAdapter(Licence).validate_python(told)
    except ValidationError as error:
        raise ConfigError(mistakes(error, where, Licence)) from error
    if why := track_mistake(file):
        raise ConfigError(f"brand.music: {why}")
    credit = " by ".join(part for part in (own.title or file.stem, own.creator) if part)
    return Tune(Track(str(file), own.licence, credit, own.title or file.stem), own.tones)


def _read(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"brand.music: {file.name} is not TOML: {error}") from error
