"""The stage "generate": a whole clip, with a pool of one's own that makes real little films."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from fakes_engine import LINES, FakeReel, board, studio
from render import Clip, RenderError, Shot, Storyboard
from render.lab import Preset
from render.lab.settings import Lab
from render.production import produce
from render.storyboard import Instead, View, loads
from tests import fakes_second_unit  # as a clip that names it by a kind with a dot imports it

TINY = Preset(
    **{"name": "tiny", "family": "wan", "model": "tiny", "kind": "film", "needs_gib": 1},
    **{"width": 96, "height": 160, "fps": 16, "frames": 81, "steps": 2, "prior_s": 0.01},
    load_s=0.01,
)
STILL = replace(TINY, name="tiny-still", kind="still", frames=1, fps=1)
SCENE = {"scene": "an empty pier in the rain", "alt": "a pier"}


@pytest.fixture(autouse=True)
def log() -> list[str]:
    fakes_second_unit.LOG.clear()
    return fakes_second_unit.LOG


def lab(folder: Path, **rest: Any) -> Lab:
    """Tiny weights on disk, and the pool of these tests."""
    weights = folder / "models" / "tiny"
    weights.mkdir(parents=True, exist_ok=True)
    (weights / "x.safetensors").write_bytes(b"weights")
    told = {"heroes": 9, "models": folder / "models", "pool": "tests.fakes_second_unit"}
    own = {"presets": (TINY, STILL), "preset": "tiny", "stills": "tiny-still"}
    return Lab(**{**told, **own, **rest})


def wish(folder: Path, camera: str = "diffusers") -> Storyboard:
    """A plain shot, one that a model makes with a still and a photo behind it, a plain shot."""
    Image.new("RGB", (64, 64), "navy").save(folder / "pier.png")
    photo = Instead("photo", {"photo": str(folder / "pier.png"), "credit": "A. Sample"})
    still = Instead("stills", SCENE)
    first, _, third = board(*LINES).shots
    instead = (still, photo) if camera == "diffusers" else (photo,)
    hero = Shot(LINES[1], camera, SCENE, instead=instead)
    return replace(board("x"), shots=(first, hero, third))


def filmed(
    asked: Storyboard, folder: Path, setup: Lab | None, art: Any = FakeReel, **rest: Any
) -> Clip:
    return produce(
        *(asked, folder / "out.mp4", studio(folder / "work", lab=setup, **rest)),
        *(lambda *_: None, art),
    )


class Art(list[FakeReel]):
    """Keeps its reels."""

    def __call__(self, *given: Any) -> FakeReel:
        self.append(FakeReel(*given))
        return self[-1]

    @property
    def shown(self) -> Storyboard:
        """The board of the full clip."""
        return self[-1].board


def test_a_shot_is_filmed_and_shown(tmp_path: Path, log: list[str]) -> None:
    art, asked = Art(), wish(tmp_path)
    clip = filmed(asked, tmp_path, lab(tmp_path), art)
    assert log == ["open", "2 tiny", "close"]
    hero = art.shown.shots[1]
    assert hero.camera == "diffusers"
    assert Path(hero.picture["segment"]).suffix == ".mp4"
    (told,) = clip.generated
    facts = {"name": "2", "became": "diffusers", "preset": "tiny", "model": "tiny", "found": False}
    assert told.items() >= facts.items()
    assert told["seconds"] == {"denoise": 0.2, "decode": 0.1}
    assert told["stepped"] == ("tiles",)
    assert clip.warnings == ()
    assert list(clip.timings) == ["voice", "draw", "generate", "sound", "check"]
    assert clip.check["ok"], clip.check


def test_the_board_that_is_told_is_the_one_that_was_asked_for(tmp_path: Path) -> None:
    asked = wish(tmp_path)
    clip = filmed(asked, tmp_path, lab(tmp_path))
    assert loads(clip.path.with_suffix(".storyboard.json").read_text()) == asked
    (one,) = clip.provenance["generated"]
    assert one.items() >= {"shot": "2", "model": "tiny", "preset": "tiny", "kind": "film"}.items()
    assert clip.provenance["label"] == asked.label_generated
    assert json.loads(json.dumps(clip.generated))


def test_a_second_render_opens_no_pool_and_paints_nothing(tmp_path: Path, log: list[str]) -> None:
    first = filmed(wish(tmp_path), tmp_path, lab(tmp_path))
    log.clear()
    art = Art()
    again = filmed(wish(tmp_path), tmp_path, lab(tmp_path), art)
    assert log == []
    assert not art[-1].painted
    assert again.sha256 == first.sha256
    assert again.generated[0]["found"]


def test_only_what_shows_the_shot_waits_for_it(tmp_path: Path) -> None:
    art = Art()
    asked = replace(wish(tmp_path), shots=(*board(*LINES[::2] * 2).shots, wish(tmp_path).shots[1]))
    filmed(asked, tmp_path, lab(tmp_path), art)
    early, final = art
    assert early.painted
    assert final.painted
    assert not early.painted & final.painted
    assert early.painted | final.painted == set(range(final.plan.frames))


def test_a_label_that_tells_too_much_is_drawn_anew_if_there_is_time(tmp_path: Path) -> None:
    setup = lab(tmp_path, pools={"takes_s": 0.5, "refuses": {"4": "picture", "4~still": "picture"}})
    hero = wish(tmp_path).shots[1]
    asked = replace(wish(tmp_path), shots=(*board(*LINES).shots, hero))
    art = Art()
    clip = filmed(asked, tmp_path / "roomy", setup, art)
    assert art[0].painted & art[-1].painted
    assert art.shown.label == clip.provenance["label"] == "AI VOICE"
    pace = {"stages": {"draw 108x192 2": [0.2], "sound 108x192": [0.0], "check 108x192": [0.0]}}
    (tmp_path / "tight" / "work").mkdir(parents=True)
    (tmp_path / "tight" / "work" / "pace.json").write_text(json.dumps(pace))
    art = Art()
    clip = filmed(asked, tmp_path / "tight", setup, art, ready_in_s=65.0, workers=2)
    assert not art[0].painted & art[-1].painted
    assert art.shown.label == clip.provenance["label"] == asked.label_generated
    assert "there is none in the end" in clip.warnings[1]


def test_another_segment_is_another_picture(tmp_path: Path) -> None:
    art = Art()
    filmed(wish(tmp_path), tmp_path, lab(tmp_path), art)
    for file in (tmp_path / "work" / "segments").iterdir():
        file.unlink()
    other = replace(TINY, steps=3)
    filmed(wish(tmp_path), tmp_path, lab(tmp_path, presets=(other, STILL)), art)
    assert art[-1].painted


@pytest.mark.parametrize(
    ("pools", "became", "said"),
    [
        ({"refuses": {"2": "picture"}}, "stills", "shot 2: a still instead of a film: picture"),
        (
            {"refuses": {"2": "picture", "2~still": "picture"}},
            "photo",
            "shot 2: a photo instead of a film: picture trouble",
        ),
        ({"opens": False}, "photo", "shot 2: a photo instead of a film: there is no GPU here"),
        ({"gib": 0.5}, "photo", "shot 2: a photo instead of a film: tiny needs 1 GiB, 0.5 are"),
    ],
)
def test_it_steps_down_one_by_one_and_says_so(
    tmp_path: Path, pools: dict[str, Any], became: str, said: str
) -> None:
    art = Art()
    clip = filmed(wish(tmp_path), tmp_path, lab(tmp_path, pools=pools), art)
    assert art.shown.shots[1].camera == became
    assert clip.warnings[0].startswith(said)
    assert clip.generated[0]["became"] == became
    assert clip.check["ok"]
    if became == "photo":
        assert clip.provenance["pictures"][0]["credit"] == "A. Sample"
        assert clip.provenance["label"] == "AI VOICE"


def test_a_shot_that_is_late_is_not_waited_for(tmp_path: Path, log: list[str]) -> None:
    slow = lab(tmp_path, pools={"takes_s": 600.0})
    art = Art()
    clip = filmed(wish(tmp_path), tmp_path, slow, art, ready_in_s=6.0)
    assert art.shown.shots[1].camera == "photo"
    assert "shot 2: a photo instead of a film: " in clip.warnings[0]
    assert log[0] == "open"
    assert log[-1] == "close"


def test_without_a_lab_the_board_takes_what_it_names_instead(tmp_path: Path) -> None:
    for setup in (None, lab(tmp_path, heroes=0)):
        art = Art()
        clip = filmed(wish(tmp_path), tmp_path, setup, art)
        assert art.shown.shots[1].camera == "photo"
        assert clip.warnings == (
            "shot 2: a photo instead of a film: nothing is generated here ([render] heroes is 0)",
        )


def test_a_view_is_a_place_of_its_own(tmp_path: Path) -> None:
    asked = wish(tmp_path)
    views = (View(26, "stills", SCENE), View(40, "stills", {**SCENE, "scene": "a gull"}))
    asked = replace(asked, shots=(replace(asked.shots[0], views=views), asked.shots[2]))
    art = Art()
    setup = lab(tmp_path, pools={"refuses": {"1.2": "picture"}})
    clip = filmed(asked, tmp_path, setup, art)
    assert [one["name"] for one in clip.generated] == ["1.1", "1.2"]
    assert [view.camera for view in art.shown.shots[0].views] == ["stills", "cards"]
    assert clip.warnings[0].startswith("shot 1, picture 3: a card instead of a still: picture")


def test_a_preview_shows_what_is_there_or_what_stands_for_it(tmp_path: Path) -> None:
    art, shown = Art(), list[Path]()
    produce(
        *(wish(tmp_path), tmp_path / "out.mp4"),
        studio(tmp_path / "work", lab=lab(tmp_path, pools={"takes_s": 1.0})),
        *(lambda *_: None, art),
        preview=shown.append,
    )
    assert [reel.board.shots[1].camera for reel in (art[0], art[-1])] == ["photo", "diffusers"]
    assert len(shown) == 1


def test_a_preview_is_left_out_where_time_is_short(tmp_path: Path) -> None:
    shown: list[Path] = []
    clip = produce(
        *(board(*LINES), tmp_path / "out.mp4", studio(tmp_path / "work", ready_in_s=0.01)),
        *(lambda *_: None, FakeReel),
        preview=shown.append,
    )
    assert shown == []
    assert clip.warnings[0] == "no preview: 0.01 s leave no time for one"
    assert clip.warnings[1].startswith("ready after ")
    assert "0.01 s were wished: " in clip.warnings[1]


def test_a_render_that_fails_lets_the_pool_go(tmp_path: Path, log: list[str]) -> None:
    def falls(*given: Any) -> FakeReel:
        raise RenderError("the disk is full")

    slow = lab(tmp_path, pools={"takes_s": 600.0})
    with pytest.raises(RenderError, match=r"disk"):
        filmed(wish(tmp_path), tmp_path, slow, falls)
    assert log.count("open") == log.count("close")


def test_how_long_the_stages_took_is_remembered(tmp_path: Path) -> None:
    filmed(wish(tmp_path), tmp_path, lab(tmp_path))
    told = json.loads((tmp_path / "work" / "pace.json").read_text())
    assert any(key.startswith("draw 108x192") for key in told["stages"])
    assert told["device"] == "a tiny card"
    assert any(key.startswith("tiny ") for key in told["films"])


def test_progress_is_told_and_never_goes_back(tmp_path: Path) -> None:
    told: list[tuple[str, float]] = []
    produce(
        *(wish(tmp_path), tmp_path / "out.mp4"),
        studio(tmp_path / "work", lab=lab(tmp_path)),
        *(lambda stage, part: told.append((stage, part)), FakeReel),
    )
    for name in ("voice", "generate", "draw", "sound", "check"):
        parts = [part for stage, part in told if stage == name]
        assert parts == sorted(parts)
        assert parts[-1] == 1.0


def test_a_board_without_wishes_imports_nothing_of_the_lab_s_work(tmp_path: Path) -> None:
    code = (
        "import sys; sys.path[:0] = ['tests']\n"
        "from pathlib import Path\n"
        "from fakes_engine import FakeReel, LINES, board, studio\n"
        "from render.lab.settings import Lab\n"
        "from render.production import produce\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "made = studio(folder / 'work', lab=Lab(heroes=3))\n"
        "produce(board(LINES[1]), folder / 'out.mp4', made, lambda *_: None, FakeReel)\n"
        "lab = ('render.lab.shift', 'render.lab.rig', 'render.lab.orders', 'torch', 'diffusers')\n"
        "print([name for name in lab if name in sys.modules])\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
