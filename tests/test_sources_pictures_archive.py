"""The user's own archive: sidecars, refusals, words that find, and what is read again."""

import asyncio
import json
import logging
from pathlib import Path

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.web import session
from sources.pictures import FinderDown, Found, Query
from sources.pictures._sidecar import read_note
from sources.pictures.archive import FRESH_S, Plugin, Settings


class Folder:
    """A folder of pictures, and what is written beside them."""

    def __init__(self, path: Path, http: aiohttp.ClientSession) -> None:
        self.path = path
        self.time_s = 0.0
        self.finder = Plugin("archive", Settings(folder=path), http, lambda: self.time_s)

    def holds(self, name: str, note: str = "", form: str = ".toml") -> Path:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (90, 60)).save(file)
        if note:
            file.with_suffix(form).write_text(note)
        return file

    async def find(self, name: str, most: int = 10) -> tuple[Found, ...]:
        self.time_s += FRESH_S
        return await self.finder.find(Query(name), most)

    async def files(self, name: str) -> list[str]:
        return [Path(found.file).name for found in await self.find(name)]


@pytest.fixture
async def folder(tmp_path: Path) -> "Folder":
    async with session() as http:
        return Folder(tmp_path / "pictures", http)


async def test_a_picture_is_found_by_the_words_of_its_sidecar(folder: Folder) -> None:
    file = folder.holds(
        "2025/pier.jpg",
        'licence = "CC BY 4.0"\ncreator = "Bo Lens"\ncaption = "Ada Quill opens the pier."\n'
        'people = ["Ada Quill"]\nplaces = ["Saltby"]\ntaken = 2025-06-11\n'
        'page = "https://harbour.example/7"\n',
    )
    (found,) = await folder.find("Ada Quill")
    assert found == Found(
        url="",
        caption="Ada Quill opens the pier. Ada Quill. Saltby",
        credit="Photo: Bo Lens / CC BY 4.0",
        licence="CC-BY-4.0",
        licence_url="https://creativecommons.org/licenses/by/4.0/",
        page="https://harbour.example/7",
        title="pier",
        creator="Bo Lens",
        people=True,
        taken=2025,
        file=str(file.resolve()),
    )
    assert await folder.files("Saltby piers") == ["pier.jpg"]
    assert await folder.files("Saltby station") == []
    assert await folder.files("…") == []


async def test_json_and_one_sidecar_for_a_folder_do_as_well(folder: Folder) -> None:
    folder.holds("a.png", json.dumps({"licence": "own", "caption": "Saltby"}), ".json")
    folder.holds("b.jpg")
    (folder.path / "b.jpg.toml").write_text('licence = "own"\ncaption = "Saltby"')
    folder.holds("c.webp")
    shared = '["c.webp"]\nlicence = "licensed"\ncredit = "Photo: Harbour"\ncaption = "Saltby"'
    (folder.path / "pictures.toml").write_text(shared)
    found = await folder.find("Saltby")
    assert [(Path(f.file).name, f.licence) for f in found] == [
        ("a.png", "own"),
        ("b.jpg", "own"),
        ("c.webp", "licensed"),
    ]
    assert found[2].credit == "Photo: Harbour"


async def test_who_is_listed_comes_before_who_is_only_mentioned(folder: Folder) -> None:
    folder.holds("a.jpg", 'licence = "own"\ncaption = "A letter to Ada Quill"')
    folder.holds("b.jpg", 'licence = "own"\npeople = ["Ada Quill"]\ntaken = "2019"')
    folder.holds("c.jpg", 'licence = "own"\npeople = ["Ada Quill"]\ntaken = "2024"')
    assert await folder.files("Ada Quill") == ["c.jpg", "b.jpg", "a.jpg"]
    assert len(await folder.find("Ada Quill", most=2)) == 2


@pytest.mark.parametrize(
    ("note", "said"),
    [
        ("", "nothing says under which licence; write pier.toml beside it"),
        ('caption = "Saltby"', "no `licence` is given"),
        ('licence = "mine"', "licence 'mine' is not one we know"),
        ('licence = "CC BY 4.0"', "CC BY 4.0 wants a `credit` or a `creator`"),
        ('licence = "own"\ncolour = "red"', "colour: extra inputs are not permitted"),
        ('licence = "own"\ncaption = ["Saltby"]', "caption: value error, a text belongs here"),
        ("licence own", "pier.toml cannot be read"),
    ],
)
async def test_a_picture_without_a_right_is_refused_and_named_once(
    folder: Folder, note: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    folder.holds("pier.jpg", note)
    with caplog.at_level(logging.WARNING):
        assert await folder.find("Saltby") == ()
        assert await folder.find("pier") == ()
    assert caplog.text.count("pier.jpg is not used") == 1
    assert said in caplog.text


async def test_what_changed_is_read_again_and_nothing_else(folder: Folder) -> None:
    folder.holds("a.jpg", 'licence = "own"\ncaption = "Saltby"')
    mended = folder.holds("b.jpg", 'caption = "Saltby"')
    (first,) = await folder.find("Saltby")
    mended.with_suffix(".toml").write_text('licence = "own"\ncaption = "Saltby pier"')
    folder.holds("c.jpg", 'licence = "own"\ncaption = "Saltby"')
    again = await folder.find("Saltby")
    assert [Path(found.file).name for found in again] == ["a.jpg", "b.jpg", "c.jpg"]
    assert again[0] is first
    for file in folder.path.glob("a.*"):
        file.unlink()
    assert await folder.files("Saltby") == ["b.jpg", "c.jpg"]


async def test_the_questions_of_one_clip_are_one_look(folder: Folder) -> None:
    folder.holds("a.jpg", 'licence = "own"\ncaption = "Saltby"')
    assert await folder.files("Saltby") == ["a.jpg"]
    folder.holds("b.jpg", 'licence = "own"\ncaption = "Saltby"')
    assert len(await folder.finder.find(Query("Saltby"), 10)) == 1
    assert await folder.files("Saltby") == ["a.jpg", "b.jpg"]


async def test_who_does_not_wait_finds_it_done_the_next_time(folder: Folder) -> None:
    for n in range(300):
        folder.holds(f"{n}.jpg", 'licence = "own"\ncaption = "Saltby"')
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(folder.finder.find(Query("Saltby"), 10), 0.001)
    assert len(await folder.find("Saltby", most=500)) == 300


async def test_a_folder_that_is_not_there_is_down(folder: Folder) -> None:
    with pytest.raises(FinderDown, match="No such file"):
        await folder.find("Saltby")


@given(st.binary(max_size=200), st.sampled_from([".toml", ".json"]))
def test_a_sidecar_may_hold_anything(
    tmp_path_factory: pytest.TempPathFactory, body: bytes, form: str
) -> None:
    file = tmp_path_factory.getbasetemp() / f"note{form}"
    file.write_bytes(body)
    with pytest.raises(ValueError, match=r"."):
        read_note(file)
