"""Which presets a machine can carry: more memory never gives fewer, none is promised too much."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from render.lab import Preset
from render.lab.models import MODELS, named, taken
from render.lab.presets import PRESETS, catalogue, fitting, left_out, wished
from render.lab.settings import Lab

ALL = frozenset(preset.model for preset in PRESETS)
KINDS = ("film", "still")
OWN = Preset("mine", "wan", "my-folder", "film", 4.0, 480, 832, 16, 81, 3)
RULES = {"wan": (16, 4, 1), "ltx2": (32, 8, 1), "helios": (16, 33, 0), "zimage": (16, 1, 0)}

gibs = st.floats(0, 200)
kinds = st.sampled_from(KINDS)
shelves = st.frozensets(st.sampled_from(sorted(ALL)))
presets = st.lists(st.sampled_from([*PRESETS, OWN]), unique=True)


@pytest.mark.parametrize(
    ("free", "film", "still"),
    [
        (5.0, "", ""),
        (7.4, "draft", "stills-lean"),
        (15.2, "standard", "stills"),
        (23.3, "quality", "stills-fine"),
        (79.0, "studio", "stills-fine"),
    ],
)
def test_cards_of_each_size_have_their_preset(free: float, film: str, still: str) -> None:
    for kind, name in (("film", film), ("still", still)):
        best = fitting(PRESETS, free, ALL, kind)[:1]
        assert "".join(preset.name for preset in best) == name


@given(presets, gibs, gibs, shelves, kinds)
def test_more_memory_never_gives_fewer(
    some: list[Preset], one: float, other: float, present: frozenset[str], kind: str
) -> None:
    less, more = sorted((one, other))
    assert set(fitting(some, less, present, kind)) <= set(fitting(some, more, present, kind))


@given(presets, gibs, shelves, kinds)
def test_nothing_is_promised_that_cannot_be_kept(
    some: list[Preset], free: float, present: frozenset[str], kind: str
) -> None:
    for preset in fitting(some, free, present, kind):
        assert preset.needs_gib <= free
        assert preset.model in present
        assert preset.kind == kind


@given(presets, gibs, shelves, kinds)
def test_each_preset_runs_or_has_a_reason(
    some: list[Preset], free: float, present: frozenset[str], kind: str
) -> None:
    runs = [preset.name for preset in fitting(some, free, present, kind)]
    out = dict(left_out(some, free, present, kind))
    assert sorted([*runs, *out]) == sorted(p.name for p in some if p.kind == kind)
    assert all(name in why for name, why in out.items())


@given(gibs, kinds)
def test_the_best_comes_first(free: float, kind: str) -> None:
    worths = [preset.worth for preset in fitting(PRESETS, free, ALL, kind)]
    assert worths == sorted(worths, reverse=True)


def test_reasons_name_the_value_and_the_way_out() -> None:
    out = dict(left_out(PRESETS, 11.28, frozenset(), "film"))
    assert out["quality"] == "quality needs 21 GiB, 11.2 are free"
    assert out["draft"] == "weights of draft are not here: wirereel models get fastwan-1.3b"
    assert "no whole model in my-folder" in dict(left_out([OWN], 8, frozenset(), "film"))["mine"]


def test_a_worker_that_does_not_know_its_memory_gets_nothing() -> None:
    assert not fitting(PRESETS, float("nan"), ALL, "film")
    assert "? are free" in left_out(PRESETS, float("nan"), ALL, "film")[0][1]


def test_own_presets_come_first_and_take_the_place_of_ours() -> None:
    present = {*ALL, "my-folder"}
    ours = replace(PRESETS[0], model="my-folder")
    both = catalogue((OWN, ours))
    assert len(both) == len(PRESETS) + 1
    assert fitting(both, 80, present, "film")[:2] == (OWN, ours)
    assert fitting(both, 5, present, "film") == (OWN,)


def test_wishes_are_read_by_name() -> None:
    assert wished(PRESETS, "off", "film") == ()
    assert {preset.kind for preset in wished(PRESETS, "auto", "still")} == {"still"}
    assert [preset.name for preset in wished(PRESETS, "standard", "film")] == ["standard"]
    with pytest.raises(ValueError, match=r"'standrad' makes no film; known are auto, off, studio"):
        wished(PRESETS, "standrad", "film")
    with pytest.raises(ValueError, match="'draft' makes no still"):
        wished(PRESETS, "draft", "still")


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_each_preset_asks_what_its_family_can_make(preset: Preset) -> None:
    grid, step, first = RULES[preset.family]
    if preset.model == "fastwan-5b":
        grid = 32
    assert preset.width % grid == 0 == preset.height % grid
    assert preset.frames % step == first
    assert preset.height > preset.width
    assert (preset.frames == 1) == (preset.kind == "still")
    assert preset.model in {model.name for model in MODELS}
    assert min(preset.prior_s, preset.load_s, preset.needs_gib) > 0


def test_names_are_given_once() -> None:
    for names in ([p.name for p in PRESETS], [m.name for m in MODELS]):
        assert len(set(names)) == len(names)


def test_a_preset_can_stand_in_the_config_file() -> None:
    table = {"name": "mine", "family": "wan", "model": "my-folder", "kind": "film",
             "needs_gib": 4, "width": 480, "height": 832, "fps": 16, "frames": 81, "steps": 3,
             "modes": ["text", "first"]}  # fmt: skip
    lab = Lab.model_validate({"presets": [table]})
    assert lab.presets == (replace(OWN, modes=("text", "first")),)


@pytest.mark.parametrize(
    ("path", "fetched"),
    [
        ("model_index.json", True),
        ("transformer/diffusion_pytorch_model-00001-of-00002.safetensors", True),
        ("text_encoder/model.safetensors.index.json", True),
        ("tokenizer/spiece.model", True),
        ("tokenizer/merges.txt", True),
        ("text_encoder/pytorch_model.bin", False),
        ("transformer/model.pt", False),
        ("transformer/modeling_wan.py", False),
        ("unet/weights.ckpt", False),
        ("assets/logo.png", False),
        ("all-in-one.safetensors", False),
        (".cache/index.json", False),
        ("README.md", False),
    ],
)
def test_only_weights_and_what_they_need_are_taken(path: str, fetched: bool) -> None:
    assert taken(named("fastwan-1.3b"), path) == fetched


def test_any_repository_of_the_hub_can_be_named() -> None:
    assert named("Tongyi-MAI/Z-Image-Turbo").name == "z-image-turbo"
    other = named("some/where")
    assert (other.name, other.repo) == ("some--where", "some/where")
    assert taken(other, "one.safetensors")
    assert not taken(other, "one.bin")
    for wrong in ("", "draft", "../x", "a/b/c", "a/.."):
        with pytest.raises(ValueError, match=r"known are fastwan-1\.3b"):
            named(wrong)
