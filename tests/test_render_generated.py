"""What became of a board's wishes, told for the report and for people."""

from pathlib import Path
from typing import Any

import pytest

from render import Shot, Storyboard
from render.generated import report, unsettled, wishes
from render.lab import Facts
from render.lab.orders import filled
from render.lab.segments import Segment
from render.lab.shift import Outcome
from render.shown import settled
from render.storyboard import Instead, View
from render.told import steps

SCENE = {"scene": "a pier in the rain"}
PHOTO = Instead("photo", {"photo": "pier.png"})
STILL = Instead("stills", SCENE)


def segment(path: str, **rest: Any) -> Segment:
    kind = "still" if path.endswith("png") else "film"
    facts = Facts("a card", {"denoise": 2.0}, 7.5, "native", ("tiles",))
    end = Path(path + ".end")
    return Segment(Path(path), end, kind, "rush", "fastwan", "c0ffee", 7, facts, **rest)  # type: ignore[arg-type]


ASKED = Storyboard(
    "A pier",
    "en",
    (
        Shot("One.", "cards", {"card": "statement", "text": "One."}),
        Shot("Two.", "diffusers", SCENE, instead=(STILL, PHOTO), views=(View(1, "stills", SCENE),)),
        Shot("Three.", "diffusers", SCENE, instead=(PHOTO,)),
    ),
)


def told(segments: dict[str, Segment], **rest: Any) -> tuple[list[str], list[str], Storyboard]:
    """What each wish became, what people read, and the board that is drawn."""
    outcome = Outcome(segments, rest.get("said", {}))
    drawn = settled(filled(ASKED, {name: one.path for name, one in segments.items()}))
    made = report(ASKED, drawn, outcome, rest.get("why_not", {}))
    return [one["became"] for one in made], list(steps(made)), drawn


def test_wishes_are_found_by_shot_and_view() -> None:
    assert wishes(ASKED) == {"2": (1, 0), "2.1": (1, 1), "3": (2, 0)}


def test_what_was_made_is_shown_and_there_is_nothing_to_say() -> None:
    films = {"2": segment("a.mp4"), "2.1": segment("b.png"), "3": segment("c.mp4")}
    became, said, drawn = told(films)
    assert became == ["diffusers", "stills", "diffusers"]
    assert said == []
    assert unsettled(ASKED, drawn, {}) == frozenset()


LATE = "generating it would take 21 s, 9 s are left until drawing"


def test_each_step_down_is_named_with_its_reason() -> None:
    why = {
        "2": ("it came out grey",),
        "3": (LATE,),
    }
    became, said, _ = told({"2~still": segment("a.png")}, said=why, why_not={"2.1": "no words"})
    assert became == ["stills", "cards", "photo"]
    assert said == [
        "shot 2: a still instead of a film: it came out grey",
        "shot 2, picture 2: a card instead of a still: no words",
        f"shot 3: a photo instead of a film: {LATE}",
    ]


def test_what_was_made_with_less_is_told_too() -> None:
    why = {"3": ("rush instead of fine: it needs 21 GiB, 8 are free",)}
    _, said, _ = told({"3": segment("c.mp4")}, said=why)
    assert said[-1] == "shot 3: rush instead of fine: it needs 21 GiB, 8 are free"


def test_the_report_tells_who_made_it_in_how_long() -> None:
    outcome = Outcome({"3": segment("c.mp4", fresh=True)})
    drawn = settled(filled(ASKED, {"3": Path("c.mp4")}))
    one = report(ASKED, drawn, outcome, {})[-1]
    assert one == {
        **{"name": "3", "wished": "diffusers", "became": "diffusers", "reasons": ()},
        **{"preset": "rush", "model": "fastwan", "revision": "c0ffee", "seed": 7},
        **{"device": "a card", "seconds": {"denoise": 2.0}, "peak_gib": 7.5},
        **{"attention": "native", "stepped": ("tiles",), "found": False},
    }


def test_what_is_not_shown_is_not_told_as_shown() -> None:
    outcome = Outcome({"3": segment("c.mp4")})
    one = report(ASKED, settled(ASKED), outcome, {})[-1]
    assert (one["became"], "preset" in one) == ("photo", False)


@pytest.mark.parametrize(
    ("segments", "why_not", "still_open"),
    [({}, {}, {1, 2}), ({"2": "a.mp4", "2.1": "b.png"}, {}, {2}), ({}, {"3": "no words"}, {1})],
)
def test_a_shot_is_open_while_something_better_may_come(
    segments: dict[str, str], why_not: dict[str, str], still_open: set[int]
) -> None:
    drawn = settled(filled(ASKED, {name: Path(path) for name, path in segments.items()}))
    assert unsettled(ASKED, drawn, why_not) == still_open


def test_a_still_that_stands_for_a_film_leaves_it_open() -> None:
    drawn = settled(filled(ASKED, {"2~still": Path("a.png"), "2.1": Path("b.png")}))
    assert 1 in unsettled(ASKED, drawn, {})
