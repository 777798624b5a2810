"""The kit of [brand]: what is right is used, what is wrong is named with key, value, way out."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from bot.brand import SHIPPED, said
from bot.config import ClipWish, ConfigError, build
from bot.draft import Brief
from bot.kit import Kit, Tune, dressed
from bot.line import Production
from bot.story import Story
from bot.terminal.check import findings
from bot.web import session
from bot.writers.extractive import Plugin as Extractive
from bot.writers.extractive import Settings
from fakes import item
from fakes import script as says
from fakes_art import square_font
from fakes_sound import save_music
from render.brand import label_mistake, mistakes
from render.lettering.typecase import inter
from render.storyboard import Brand, Shot, Storyboard, Tone, Track

CODECS = {".wav": "pcm_s16le", "flac": "flac"}
HUM = (0.2 * np.sin(np.arange(3 * 48_000) / 35)).astype(np.float32)
CALM = ("The library opens its new garden.", "Readers may take chairs outside.")
GRAVE = ("Four people were killed when the bridge fell.", "Divers are looking for a fifth.")


def logo(folder: Path, size: tuple[int, int] = (400, 120), name: str = "logo.png") -> Path:
    art = Image.new("RGBA", size, (0, 0, 0, 0))
    art.paste((240, 200, 40, 255), (10, 10, size[0] - 10, size[1] - 10))
    art.save(folder / name)
    return folder / name


def footage(path: Path) -> None:
    with av.open(str(path), "w") as file:
        stream: Any = file.add_stream("libx264", rate=30, options={"preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = 180, 320, "yuv420p"
        for level in range(0, 200, 5):
            shade = np.full((320, 180, 3), level, np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(shade)):
                file.mux(packet)
        for packet in stream.encode(None):
            file.mux(packet)


def music(folder: Path, *names: str) -> Path:
    (folder / "music").mkdir(exist_ok=True)
    for name in names:
        save_music(folder / "music" / name, HUM, 22_050, CODECS[name[-4:]])
    return folder / "music"


def kit_of(folder: Path, **table: Any) -> Kit:
    return build({"brand": table}, folder).kit


def refused(folder: Path, clip: dict[str, Any] | None = None, **table: Any) -> str:
    with pytest.raises(ConfigError) as error:
        build({"brand": table, "clip": clip or {}}, folder)
    return str(error.value)


def board_of(*lines: str, tone: Tone = "hope", title: str = "News") -> Storyboard:
    shots = tuple(Shot(line, "cards", {"card": "statement", "text": line}) for line in lines)
    return Storyboard(title, "en", shots, tone=tone)


def test_a_whole_kit_is_read_and_told_in_one_line(tmp_path: Path) -> None:
    logo(tmp_path)
    Image.new("RGB", (540, 960), "navy").save(tmp_path / "open.jpg")
    footage(tmp_path / "close.mp4")
    (music(tmp_path, "a.wav") / "a.toml").write_text('licence = "CC0"\n')
    kit = kit_of(
        tmp_path, name="Harbour Live", accent="#FF7A00", ground="#101820", logo="logo.png",
        font=inter().path, chip="tab", lower_third="strap", zones="reels", intro="open.jpg",
        intro_s=1.2, outro="close.mp4", music="music",
    )  # fmt: skip
    assert kit.brand.logo == str(tmp_path / "logo.png")
    assert (kit.brand.chip, kit.brand.lower_third, kit.brand.zones) == ("tab", "strap", "reels")
    assert kit.intro
    assert (kit.intro.camera, kit.intro.hold_s) == ("photo", 1.2)
    assert kit.outro
    assert kit.outro.picture["file"] == str(tmp_path / "close.mp4")
    assert kit.seconds == 3.2
    line = said(kit)
    for word in (
        "Harbour Live",
        "#FF7A00",
        "logo.png",
        "tab chip",
        "reels",
        "intro of 1.2 s",
        "1 ",
    ):
        assert word in line
    assert "\n" not in line


def test_the_shipped_brand_is_right_and_loads_nothing_heavy() -> None:
    kit = build({}, Path()).kit
    assert kit == Kit()
    assert not list(mistakes(kit.brand))
    shipped = ClipWish()
    assert (kit.brand, {"label": shipped.label}, shipped.label_px) == SHIPPED
    assert not label_mistake(shipped.label, shipped.label_px, kit.brand)
    for px in (30, 34, 40, 41, 54):
        assert not label_mistake(ClipWish(label_px=px).generated, px, kit.brand)
    code = "import sys, bot.config; bot.config.read(None); print({'cv2', 'PIL'} & {*sys.modules})"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "set()"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"accent": "blue"}, ("brand.accent", "blue")),
        ({"chip": "bubble"}, ("brand.chip", "'pill', 'tab' or 'plain'", "bubble")),
        ({"zones": "myspace"}, ("brand.zones", "tiktok", "myspace")),
        ({"name": "The Harbour Towns Weekly News Reel Co."}, ("brand.name", "too long", "shorten")),
        ({"logo": "none.png"}, ("brand.logo", "none.png", "not there", "PNG or WebP")),
        ({"font": "none.ttf"}, ("brand.font", "none.ttf", "not there", "TTF")),
        ({"font": "no.ttf"}, ("brand.font", "no.ttf", "cannot be read", "TTF")),
        ({"intro": "none.mp4"}, ("brand.intro", "none.mp4", "another file")),
        ({"intro": "no.png"}, ("brand.intro", "no.png", "not a picture")),
        ({"outro": "no.webm"}, ("brand.outro", "no.webm", "another file")),
        ({"outro": "no.gif"}, ("brand.outro", "no.gif", ".png", ".mp4")),
        ({"intro_s": 9}, ("brand.intro_s", "2.5", "9")),
        ({"music": "nowhere"}, ("brand.music", "nowhere", "no folder")),
        ({"music": "."}, ("brand.music", "no music", ".mp3")),
        ({"colour": "red"}, ("brand.colour", "accent, ground")),
    ],
)
def test_every_mistake_names_the_key_the_value_and_the_way_out(
    tmp_path: Path, table: dict[str, Any], words: tuple[str, ...]
) -> None:
    for name in ("no.ttf", "no.png", "no.webm"):
        (tmp_path / name).write_bytes(b"neither font nor picture")
    message = refused(tmp_path, **table)
    for word in words:
        assert word in message


def test_check_tells_the_kit(tmp_path: Path) -> None:
    config = build({"brand": {"name": "Harbour Live", "chip": "plain"}}, tmp_path)
    told = next(finding for finding in findings(config) if finding.what == "brand")
    assert told.state == "ok"
    assert told.said.startswith("'Harbour Live', plain chip")


async def test_the_line_directs_with_the_kit(tmp_path: Path) -> None:
    Image.new("RGB", (540, 960), "navy").save(tmp_path / "open.png")
    (music(tmp_path, "a.wav") / "a.toml").write_text('licence = "CC0"')
    brand = {"name": "Harbour Live", "chip": "tab", "intro": "open.png", "music": "music"}
    config = build({"brand": brand, "clip": {"label_px": 54}}, tmp_path)
    script = says("The library opened its garden.", "Readers took chairs outside.")
    async with session() as http:
        line = Production(config, Extractive(Settings()), http, tmp_path)
        board = line.directed(script, Story(1, "Garden", (item(1),)), Brief(), ())
    assert (board.brand.name, board.brand.chip, board.label_px) == ("Harbour Live", "tab", 54)
    assert board.shots[0].picture["photo"] == str(tmp_path / "open.png")
    assert board.track
    assert board.track.file == str(tmp_path / "music" / "a.wav")


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    told = refused(tmp_path, {"label": "MADE WITH AI VOICES BY US"[:24]}, logo="a", font="b")
    assert [line.split(":")[0] for line in told.splitlines()] == [
        "brand.logo", "brand.font", "clip.label",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("size", "mode", "name", "words"),
    [
        ((40, 40), "RGBA", "a.png", "40 x 40 px: its shorter side must have 72"),
        ((5000, 90), "RGBA", "a.png", "4096 or less"),
        ((200, 200), "RGB", "a.jpg", "is JPEG: save it as PNG or WebP"),
        ((200, 200), "RGBA", "a.webp", "every pixel of it is transparent"),
    ],
)
def test_a_logo_that_would_look_bad_is_refused(
    tmp_path: Path, size: tuple[int, int], mode: str, name: str, words: str
) -> None:
    Image.new(mode, size).save(tmp_path / name)
    assert words in refused(tmp_path, logo=name)


def test_a_broken_logo_is_named(tmp_path: Path) -> None:
    file = logo(tmp_path)
    file.write_bytes(file.read_bytes()[:60])
    assert "logo.png cannot be read" in refused(tmp_path, logo="logo.png")


def test_a_font_without_the_letters_of_the_name_is_refused(tmp_path: Path) -> None:
    square_font(tmp_path / "own.ttf", "HARBOU")
    assert kit_of(tmp_path, font="own.ttf", name="HARBOUR").brand.font.endswith("own.ttf")
    told = refused(tmp_path, font="own.ttf", name="HARBOUR 9")
    assert "brand.font: own.ttf has no '9'" in told
    assert "choose a font that has the name's letters" in told


@pytest.mark.parametrize(
    ("sidecar", "words"),
    [
        (None, ("a.wav has no licence", "write a.toml", 'licence = "..."')),
        ('title = "Tide"', ("a.wav.licence", "field required")),
        ('licence = ""', ("a.wav.licence",)),
        ('licence = "CC0"\ntones = ["jolly"]', ("a.wav.tones", "'hope'", "jolly")),
        ('licence = "CC0"\nauthor = "me"', ("a.wav.author", "licence, title, creator")),
        ("= 3", ("a.toml is not TOML",)),
    ],
)
def test_music_without_a_licence_is_refused_and_named(
    tmp_path: Path, sidecar: str | None, words: tuple[str, ...]
) -> None:
    folder = music(tmp_path, "a.wav")
    if sidecar is not None:
        (folder / "a.toml").write_text(sidecar)
    told = refused(tmp_path, music="music")
    assert "brand.music" in told
    for word in words:
        assert word in told


def test_one_list_may_tell_the_licences_of_a_folder(tmp_path: Path) -> None:
    folder = music(tmp_path, "a.wav", "b.flac")
    (folder / "music.toml").write_text(
        '["a.wav"]\nlicence = "CC-BY-4.0"\ntitle = "Tide"\ncreator = "Ada Brennick"\n'
        '["b.flac"]\nlicence = "own"\ntones = ["hope", "neutral"]\n'
    )
    first, second = kit_of(tmp_path, music="music").tunes
    assert first.track.credit == "Tide by Ada Brennick"
    assert (first.track.licence, first.tones) == ("CC-BY-4.0", ())
    assert (second.track.title, second.tones) == ("b", ("hope", "neutral"))


def test_a_file_that_is_no_music_is_refused(tmp_path: Path) -> None:
    folder = music(tmp_path)
    (folder / "a.mp3").write_bytes(np.random.default_rng(0).bytes(5000))
    (folder / "a.toml").write_text('licence = "CC0"')
    assert "a.mp3" in refused(tmp_path, music="music")


def test_a_named_folder_turns_music_on_and_the_clip_table_decides(tmp_path: Path) -> None:
    (music(tmp_path, "a.wav") / "a.toml").write_text('licence = "CC0"')
    table: dict[str, Any] = {"brand": {"music": "music"}}
    assert build(table, tmp_path).music
    assert not build({**table, "clip": {"music": False}}, tmp_path).music
    assert not build({}, tmp_path).music
    assert build({"clip": {"music": True}}, tmp_path).music


def tune(name: str, *tones: Tone) -> Tune:
    return Tune(Track(name, "CC0"), tones)


def test_the_track_fits_the_tone_and_stays_the_same() -> None:
    kit = Kit(tunes=(tune("any"), tune("warm", "hope"), tune("hard", "tension")))
    boards = [board_of(*CALM, tone=tone) for tone in ("hope", "tension", "neutral")]
    tracks = [dressed(board, kit, music=True).track for board in boards]
    assert [track and track.file for track in tracks] == ["warm", "hard", "any"]
    two = Kit(tunes=(tune("a"), tune("b")))
    titles = [f"Story {k}" for k in range(12)]
    chosen = [dressed(board_of(*CALM, title=t), two, music=True).track for t in titles]
    assert chosen == [dressed(board_of(*CALM, title=t), two, music=True).track for t in titles]
    assert {track.file for track in chosen if track} == {"a", "b"}


def test_without_a_fitting_track_the_bed_is_made() -> None:
    board = dressed(board_of(*CALM), Kit(tunes=(tune("hard", "tension"),)), music=True)
    assert board.music
    assert board.track is None


def test_no_music_plays_under_death_and_disaster() -> None:
    kit = Kit(tunes=(tune("any"), tune("hard", "tension")))
    for tone in ("tension", "neutral"):
        board = dressed(board_of(*GRAVE, tone=tone), kit, music=True)
        assert not board.music
        assert board.track is None
    assert not dressed(board_of(*CALM), kit, music=False).music


def test_the_house_opens_and_closes_in_the_tone_of_the_story() -> None:
    intro, outro = (Shot("", "photo", {"photo": name}, hold_s=1.0) for name in ("a", "b"))
    board = board_of(*CALM)
    shots = dressed(board, Kit(Brand(), intro, outro), music=False).shots
    assert [shot.picture.get("photo") for shot in shots] == ["a", None, None, "b"]
    assert shots[0].tone == shots[-1].tone == "hope"
    assert shots[1:-1] == board.shots


def test_a_wished_length_is_without_the_opening_and_the_close() -> None:
    intro, outro = (Shot("", "photo", {}, hold_s=hold) for hold in (1.0, 1.5))
    kit = Kit(Brand(), intro, outro)
    board = replace(board_of(*CALM), seconds=30.0)
    assert dressed(board, kit, music=False).seconds == 32.5
    assert dressed(board_of(*CALM), kit, music=False).seconds == 0
