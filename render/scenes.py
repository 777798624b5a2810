"""The scenes of a plan: made when they are first asked for, closed when they have been seen.

Knows nothing of frames and planes: a shot's camera makes its scene. Where it cannot, the shot's
`instead` are tried in their order, and after the last of them a plain card takes its place.
"""

import importlib
import os
import pkgutil
import threading
from collections import Counter, OrderedDict
from dataclasses import replace
from itertools import pairwise

from pydantic import ValidationError

import render.cameras
from render import RenderError, Studio
from render.cameras import Camera, Scene, Stage, Unfilmable, cards, may_shoot
from render.cameras._slate import TextBox
from render.storyboard import Shot, Storyboard
from render.timeline import Plan

__all__ = ["Scenes"]

SHOWN = {"cards": "a card", "photo": "a photo", "stills": "a still"}  # by camera, in warnings
FIRST = 0  # is kept: the cover is drawn from it, after all else


class Scenes:
    """The scenes of one plan, by their place in it; safe to use from several threads.

    Raises RenderError where a camera is unknown or set up wrongly.
    """

    def __init__(self, board: Storyboard, plan: Plan, studio: Studio) -> None:
        self._board, self._plan, self._studio = board, plan, studio
        named = {one.camera for shot in board.shots for one in shot.candidates()}
        self._cameras = {kind: _camera(kind, studio) for kind in sorted(named)}
        self._alive: OrderedDict[int, Scene] = OrderedDict()
        self._texts: dict[int, tuple[TextBox, ...]] = {}
        self._stepped: dict[int, str] = {}
        self._left = Counter({place: shot.length for place, shot in enumerate(plan.shots)})
        self._left.update(
            {place: after.fade for place, (_, after) in enumerate(pairwise(plan.shots))}
        )
        # Two for each part that is painted at once: a shot, and the one it fades from.
        self._most = 2 + 2 * (studio.workers or os.cpu_count() or 1)
        self._making = [threading.Lock() for _ in plan.shots]
        # One at a time: opening a picture takes far more memory than the scene that it becomes.
        self._at_work = threading.Lock()
        self._keeping = threading.Lock()

    @property
    def warnings(self) -> tuple[str, ...]:
        """Every step down so far, in the order of the shots."""
        return tuple(text for _, text in sorted(self._stepped.items()))

    def at(self, place: int) -> Scene:
        """The scene of a planned shot; made once, by whoever asks first, and kept a while."""
        with self._making[place]:
            scene = self._alive.get(place)
            if scene is None:
                with self._at_work:
                    scene = self._shoot(place)
                self._keep(place, scene)
        return scene

    def texts(self, place: int) -> tuple[TextBox, ...]:
        """Where the texts of a planned shot stand."""
        if place not in self._texts:
            self.at(place)
        return self._texts[place]

    def seen(self, place: int) -> None:
        """Say that one more frame shows this scene; after the last it is closed."""
        with self._keeping:
            self._left[place] -= 1
            gone = None if self._left[place] or place == FIRST else self._alive.pop(place, None)
        _close(gone)

    def _keep(self, place: int, scene: Scene) -> None:
        with self._keeping:
            self._alive[place] = scene
            over = len(self._alive) - self._most
            oldest = [other for other in self._alive if other not in (FIRST, place)][: max(0, over)]
            gone = [self._alive.pop(other) for other in oldest]
        for old in gone:
            _close(old)

    def _shoot(self, place: int) -> Scene:
        planned = self._plan.shots[place]
        shot = self._board.shots[planned.index].seen(planned.view)
        stage = Stage(self._board, planned.length, self._plan.fps, self._studio.work)
        faults: list[str] = []
        for one in shot.stepped():
            try:
                scene, shown = self._filmed(one, stage), SHOWN.get(one.camera, one.camera)
                break
            except Unfilmable as error:
                faults.append(str(error))
        else:
            scene, shown = _plain(shot, stage), SHOWN["cards"]
        told = [f"{'; '.join(faults)}; showed {shown} instead"] if faults else []
        if told := [*told, *filter(None, [getattr(scene, "notice", "")])]:
            self._stepped[place] = f"shot {planned.index + 1}: {'; '.join(told)}"
        self._texts[place] = getattr(scene, "boxes", ())
        return scene

    def _filmed(self, shot: Shot, stage: Stage) -> Scene:
        """Have a camera make one picture. Raises Unfilmable, also where it may not."""
        camera = self._cameras[shot.camera]
        if not may_shoot(camera, self._board):
            raise Unfilmable(f"{shot.camera} makes up its pictures, which this clip may not show")
        return camera.shoot(shot, stage)


def _camera(kind: str, studio: Studio) -> Camera:
    """Make the camera that a shot names: a file of render.cameras, or a module of the user's."""
    name = kind if "." in kind else f"render.cameras.{kind}"
    try:
        module = importlib.import_module(name)
        settings = module.Settings.model_validate(dict(studio.settings.get(kind, {})))
        camera: Camera = module.Plugin(settings)
    except ImportError as error:
        raise RenderError(f"camera {kind!r}: {error}; known are {', '.join(_known())}") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RenderError(f"settings of camera {kind!r}: {place}: {first['msg']}") from error
    return camera


def _known() -> list[str]:
    found = pkgutil.iter_modules(render.cameras.__path__)
    return sorted(module.name for module in found if not module.name.startswith("_"))


def _plain(shot: Shot, stage: Stage) -> Scene:
    """The card that takes the place of a picture which cannot be made: the line itself."""
    text = shot.line.strip() or stage.board.title.strip() or stage.board.brand.name or "..."
    card = replace(shot, camera="cards", picture={"card": "statement", "text": text})
    return cards.Plugin(cards.Settings()).shoot(card, stage)


def _close(scene: Scene | None) -> None:
    close = getattr(scene, "close", None)
    if close:
        close()
