"""config.toml -> settings, every mistake named with its place. Read once, frozen, passed down."""

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from bot.brand import BrandKit, load
from bot.formats import USUAL, mistake
from bot.groups import Groups
from bot.kit import Kit
from bot.lab import lab
from bot.plugins import ConfigError, Slot, fill, mistakes
from bot.provenance import Provenance, credentials
from bot.rules import Rulebook, Rules
from bot.story import TAG
from bot.terms.timetable import KEYS, Timetable, read_timetable
from render import Credentials
from render.lab.settings import Lab
from render.storyboard import Tone
from sources.pictures import licence_id

__all__ = ["Config", "ConfigError", "House", "Role", "read"]

Role = Literal["viewer", "editor", "approver", "admin"]
FROZEN = ConfigDict(frozen=True, extra="forbid")
ROOMY_PX = 40  # up to here a label of 17 letters fits into its place
SHIPPED = ("espeak", "silent")  # the voices that speak without a word in the file
ALLOWED = ("CC0", "PDM", "CC-BY", "own", "licensed")  # licences that bind a clip to nothing more


class Desk(BaseModel):
    """[desk]: where the bot keeps its memory, and how much it starts by itself."""

    model_config = FROZEN
    state: Path = Path("var")
    min_outlets: int = Field(3, ge=1, le=20)
    open_drafts: int = Field(4, ge=0, le=100)
    drafts_per_hour: int = Field(6, ge=0, le=100)
    offer_hours: float = Field(6.0, gt=0, le=72)
    fresh_hours: float = Field(12.0, gt=0, le=72)


class Trends(BaseModel):
    """[trends]: what raises a story and what silences it, and what tells that two reports are one.

    `meaning` is a model of sentence embeddings ("auto": the one of the extra `semantic`, if it is
    installed; "off"; a folder or a name), `bridge` says that it holds across languages.
    """

    model_config = FROZEN
    words: tuple[str, ...] = ()
    mute: tuple[str, ...] = ()
    meaning: str = "auto"
    bridge: bool = False


class ClipWish(BaseModel):
    """[clip]: how clips are made when nobody says otherwise; 0 seconds are the format's own."""

    model_config = FROZEN
    format: str = USUAL
    seconds: float = Field(0.0, ge=0)
    tone: Tone | Literal[""] = ""
    label: str = Field("AI VOICE", min_length=2, max_length=24)
    label_generated: str = Field("", max_length=24)
    label_px: int = Field(34, ge=30, le=54)
    voices: tuple[str, ...] = ("espeak", "silent")
    rate: float = Field(1.0, ge=0.5, le=2.0)
    music: bool | None = None
    preset: Literal["superfast", "veryfast", "faster", "fast", "medium"] = "veryfast"
    crf: int = Field(21, ge=14, le=30)
    workers: int = Field(0, ge=0, le=64)
    preview: bool = True

    @property
    def generated(self) -> str:
        """The label of a clip with pictures that a model made: one's own, else ours that fits."""
        ours = "AI VOICE + IMAGES" if self.label_px <= ROOMY_PX else "AI + IMAGES"
        return self.label_generated or ours

    @field_validator("format", mode="after")
    @classmethod
    def _known(cls, name: str) -> str:
        if problem := mistake(name, 0.0):
            raise ValueError(problem)
        return name

    @field_validator("seconds", mode="after")
    @classmethod
    def _fitting(cls, seconds: float, told: ValidationInfo) -> float:
        if "format" in told.data and (problem := mistake(told.data["format"], seconds)):
            raise ValueError(problem)
        return seconds


class Rights(BaseModel):
    """[rights]: under which licences pictures may be shown; "CC-BY" is every version of it."""

    model_config = FROZEN
    allow: tuple[str, ...] = ALLOWED

    @field_validator("allow")
    @classmethod
    def _known(cls, allow: tuple[str, ...]) -> tuple[str, ...]:
        ids = tuple(licence_id(entry) for entry in allow)
        for entry, licence in zip(allow, ids, strict=True):
            if not licence:
                known = "CC0, PDM, CC-BY, CC-BY-SA, CC-BY-4.0 and the like, own, licensed"
                raise ValueError(f"{entry!r} is no licence; known are {known}")
        return ids


class Network(BaseModel):
    """[network]: `allow` names private addresses or networks that may be reached after all."""

    model_config = FROZEN
    allow: tuple[str, ...] = ()
    contact: str = ""


class WebSub(BaseModel):
    """[websub]: hubs tell news at once; `public_url` is where they reach the server, "" is off."""

    model_config = FROZEN
    public_url: str = Field("", pattern=r"^(?:https?://[^?#]+)?$")
    host: str = "127.0.0.1"
    port: int = Field(8711, ge=0, le=65_535)


class House(BaseModel):
    """The file as it is written; plug-in tables stay tables here."""

    model_config = FROZEN
    desk: Desk = Desk()
    editors: dict[str, Role] = {}
    trends: Trends = Trends()
    clip: ClipWish = ClipWish()
    brand: BrandKit = BrandKit()
    render: Lab = Lab()
    rights: Rights = Rights()
    rules: Rules = Rules()
    provenance: Provenance = Provenance()
    network: Network = Network()
    websub: WebSub = WebSub()
    writer: dict[str, Any] = {"kind": "extractive"}
    judge: dict[str, Any] = {}
    voices: dict[str, dict[str, Any]] = {}
    sources: tuple[dict[str, Any], ...] = ()
    pictures: tuple[dict[str, Any], ...] = ()
    publish: tuple[dict[str, Any], ...] = ({"kind": "folder", "path": "out"},)
    chat: tuple[dict[str, Any], ...] = ({"kind": "web"}, {"kind": "console"})


@dataclass(frozen=True, slots=True)
class Config:
    """A checked configuration: the plain settings and the filled plug-in slots."""

    house: House
    base: Path
    writer: Slot
    sources: tuple[Slot, ...]
    channels: tuple[Slot, ...]
    chats: tuple[Slot, ...]
    finders: tuple[Slot, ...] = ()
    kit: Kit = Kit()
    credentials: Credentials | None = None
    voices: tuple[Slot, ...] = ()
    judge: Slot | None = None
    tiers: Mapping[str, int] = field(default_factory=dict)  # of sources, by name
    lab: Lab = Lab()  # [render] as it was checked

    @property
    def book(self) -> Rulebook:
        """The editorial rules, with the ranks of the sources and those who may approve."""
        editors = self.house.editors.items()
        approvers = frozenset(user for user, role in editors if role in ("approver", "admin"))
        return Rulebook(self.house.rules, self.tiers, approvers, self.lab)

    @property
    def groups(self) -> Groups:
        """Which channel speaks which language, and whether the writer translates."""
        translates = bool(getattr(self.writer.module.Plugin, "translates", False))
        spoken = {slot.name: slot.lang for slot in self.channels}
        return Groups(spoken, translates, self.writer.name)

    @property
    def timetables(self) -> Mapping[str, Timetable]:
        """When each channel may be posted to."""
        return {slot.name: slot.times for slot in self.channels}

    @property
    def music(self) -> bool:
        """Whether clips have music: as the file says, else where it names a music folder."""
        wish = self.house.clip.music
        return bool(self.kit.tunes) if wish is None else wish

    @property
    def state(self) -> Path:
        """The state folder, absolute."""
        return self.base / self.house.desk.state


def read(path: Path | None) -> Config:
    """Read and check a config file; None gives the defaults. Raises ConfigError."""
    if path is None:
        return build({}, Path.cwd())
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not TOML: {error}") from error
    return build(table, path.resolve().parent)


def build(table: Mapping[str, Any], base: Path) -> Config:
    """Check a whole configuration given as a table. Raises ConfigError."""
    try:
        house = House.model_validate(dict(table))
    except ValidationError as error:
        raise ConfigError(mistakes(error, "", House)) from error
    tiers = [_tier(table, f"sources[{n}]") for n, table in enumerate(house.sources)]
    unranked = tuple({k: v for k, v in t.items() if k != "tier"} for t in house.sources)
    sources = _introduced("sources", unranked, "sources", house, base)
    return Config(
        house,
        base,
        fill("bot.writers", house.writer, "writer", base),
        sources,
        _channels(house.publish, base, house.rules.zone),
        _slots("bot.chat", house.chat, "chat", base),
        _introduced("sources.pictures", house.pictures, "pictures", house, base),
        load(house.brand, _labels(house), house.clip.label_px, base),
        credentials(house.provenance, base),
        _voices(house, base),
        fill("bot.judges", house.judge, "judge", base) if house.judge else None,
        {slot.name: tier for slot, tier in zip(sources, tiers, strict=True) if tier},
        lab(house.render, base),
    )


def _labels(house: House) -> dict[str, str]:
    """Name the labels that clips of this house may carry, by their keys in [clip]."""
    clip = house.clip
    asked = clip.label_generated or house.render.heroes
    return {"label": clip.label, **({"label_generated": clip.generated} if asked else {})}


def _tier(table: Mapping[str, Any], where: str) -> int:
    """Read the rank of a source, 0 where it has none."""
    tier = table.get("tier", 0)
    if "tier" in table and tier not in (1, 2, 3, 4):
        raise ConfigError(
            f"{where}.tier: {tier!r} is no rank; there are 1 (agency or official), "
            "2 (established), 3 (other) and 4 (social)"
        )
    return int(tier)


def _voices(house: House, base: Path) -> tuple[Slot, ...]:
    """Set up the voices that have a table, or need one: those that do not speak as shipped."""
    chain = [kind for kind in house.clip.voices if "." not in kind and kind not in SHIPPED]
    tables = {**{kind: {} for kind in chain}, **house.voices}
    return tuple(
        fill("render.voices", {**table, "kind": kind}, f"voices.{kind}", base)
        for kind, table in tables.items()
    )


def _introduced(
    package: str, tables: tuple[dict[str, Any], ...], where: str, house: House, base: Path
) -> tuple[Slot, ...]:
    """Set up sources or finders of pictures; some hosts answer only who says who he is."""
    slots = _slots(package, tables, where, base)
    for number, slot in enumerate(slots):
        if getattr(slot.module, "NEEDS_CONTACT", False) and not house.network.contact:
            raise ConfigError(
                f"{where}[{number}]: {slot.kind!r} wants to know who asks: set [network] contact "
                "to an address or a page of yours"
            )
    return slots


def _channels(tables: tuple[dict[str, Any], ...], base: Path, zone: str) -> tuple[Slot, ...]:
    """Set up the channels; each may say its language and its times beside its name."""
    for number, table in enumerate(tables):
        lang = table.get("lang", "")
        if not isinstance(lang, str) or (lang and not TAG.fullmatch(lang)):
            way_out = 'write one such as "de" or "pt-BR", or leave it out'
            raise ConfigError(f"publish[{number}].lang: {lang!r} is no language code; {way_out}")
    times = [_times(table, f"publish[{number}]", zone) for number, table in enumerate(tables)]
    beside = ("lang", *KEYS)
    own = tuple({k: v for k, v in table.items() if k not in beside} for table in tables)
    slots = _slots("publish", own, "publish", base)
    return tuple(
        replace(slot, lang=table.get("lang", ""), times=own_times)
        for slot, table, own_times in zip(slots, tables, times, strict=True)
    )


def _times(table: Mapping[str, Any], where: str, zone: str) -> Timetable:
    """Read when a channel may be posted to."""
    try:
        return read_timetable(table, zone)
    except ValueError as error:
        raise ConfigError(f"{where}.{error}") from error


def _slots(
    package: str, tables: tuple[dict[str, Any], ...], where: str, base: Path
) -> tuple[Slot, ...]:
    slots = tuple(fill(package, t, f"{where}[{n}]", base) for n, t in enumerate(tables))
    for name, times in Counter(slot.name for slot in slots).items():
        if times > 1:
            raise ConfigError(f"{where}: two are called {name!r}; give each its own `name`")
    return slots
