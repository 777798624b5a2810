"""`wirereel check` and models: what this machine serves, what is wrong with the one set up."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.config import build
from bot.terminal.models import _configured, _offered, _served
from bot.writers.openai import Settings
from fakes_model import model

NOWHERE = {"Ollama": 9}


def test_the_lines_for_config_toml_can_be_pasted(tmp_path: Path) -> None:
    state, said = _offered({"Ollama": ("http://127.0.0.1:11434/v1", ("llama3.2:latest", "qwen3"))})
    assert state == "note"
    assert "Ollama at http://127.0.0.1:11434/v1 has llama3.2:latest, qwen3" in said
    table = tomllib.loads(said[said.index("[writer]") :])
    settings: Any = build(table, tmp_path).writer.settings
    assert (settings.model, settings.base_url) == ("llama3.2:latest", "http://127.0.0.1:11434/v1")


def test_a_machine_without_a_server_is_fine() -> None:
    assert _offered({})[0] == "ok"
    assert "load one" in _offered({"vLLM": ("http://127.0.0.1:8000/v1", ())})[1]


async def test_servers_are_found_side_by_side_and_others_are_passed_over() -> None:
    async with model() as one, model() as other:
        one.names, other.names = ["a", "b"], ["c"]
        ports = {"Ollama": _port(one.url), "vLLM": _port(other.url), "LM Studio": 9}
        assert await _served(ports) == {
            "Ollama": (one.url, ("a", "b")),
            "vLLM": (other.url, ("c",)),
        }


async def test_a_model_that_is_there() -> None:
    async with model() as fake:
        fake.names = ["m1", "m2:latest"]
        assert await _configured(Settings(model="m1", base_url=fake.url), NOWHERE) == (
            "ok",
            f"m1 at {fake.url}",
        )
        assert (await _configured(Settings(model="m2", base_url=fake.url), NOWHERE))[0] == "ok"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"model": "mm1"}, 'did you mean model = "m1"?'),
        ({"model": "zzz"}, "It has m1"),
        ({"key": "sk-wrong-0123456789"}, "refuses the key (401): is it the right one?"),
        ({"key": ""}, 'write key = "env:OPENAI_API_KEY"'),
        ({"base_url": "http://127.0.0.1:9/v1"}, "nobody answers"),
    ],
)
async def test_what_is_wrong_is_said_with_the_way_out(more: dict[str, str], words: str) -> None:
    async with model() as fake:
        fake.wants_key("sk-right-0123456789")
        told = {"model": "m1", "base_url": fake.url, "key": "sk-right-0123456789", **more}
        state, said = await _configured(Settings(**told), NOWHERE)  # type: ignore[arg-type]
    assert state == "bad"
    assert words in said
    assert "sk-" not in said


async def test_an_address_without_its_version_is_told() -> None:
    async with model() as fake:
        short = fake.url.removesuffix("/v1")
        state, said = await _configured(Settings(model="m1", base_url=short), NOWHERE)
        assert (state, said.split("write ")[1]) == ("bad", f'base_url = "{fake.url}"')
        elsewhere = Settings(model="m1", base_url=f"{short}/other")
        assert (await _configured(elsewhere, NOWHERE))[0] == "note"


async def test_where_the_server_is_down_the_one_that_is_up_is_named() -> None:
    async with model() as fake:
        down = Settings(model="m1", base_url="http://127.0.0.1:9/v1")
        _, said = await _configured(down, {"Ollama": _port(fake.url)})
    assert f'base_url = "{fake.url}"' in said


def _port(url: str) -> int:
    return int(url.split(":")[2].split("/")[0])
