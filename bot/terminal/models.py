"""What `wirereel check` knows of models: what this machine serves, whether the one set up answers.

Servers of this machine are looked for on their usual ports, on loopback alone, side by side. The
key is never shown.
"""

import asyncio
import difflib
import json
from collections.abc import Iterator, Mapping
from typing import Literal

import aiohttp

from bot.config import Config
from bot.views import plain
from bot.writers.openai import OPENAI, Settings

__all__ = ["PORTS", "looked_for"]

PORTS: Mapping[str, int] = {"Ollama": 11434, "llama.cpp": 8080, "vLLM": 8000, "LM Studio": 1234}
LOCAL_S, REMOTE_S = 0.8, 8.0
MOST_NAMES = 6
LONGEST = 1_000_000  # bytes of a list of models

Found = tuple[Literal["ok", "note", "bad"], str]


class _Silent(Exception):
    """Nobody answers there; the message says what happened instead."""


def looked_for(config: Config, ports: Mapping[str, int] = PORTS) -> Iterator[Found]:
    """Look at the model that is set up; where none is, at what this machine serves."""
    if isinstance(config.writer.settings, Settings):
        yield asyncio.run(_configured(config.writer.settings, ports))
    elif config.writer.kind == "extractive":
        yield _offered(asyncio.run(_served(ports)))


def _offered(served: Mapping[str, tuple[str, tuple[str, ...]]]) -> Found:
    """Say what is served here, with the lines that make a writer of it."""
    if not served:
        return "ok", "none is asked, and no server of models runs on this machine"
    told = [f"{name} at {url} has {_listed(models)}" for name, (url, models) in served.items()]
    url, models = next(iter(served.values()))
    if not models:
        return "note", f"{'; '.join(told)}: load one first"
    lines = ["[writer]", 'kind = "openai"', f'model = "{models[0]}"', f'base_url = "{url}"']
    return "note", "\n".join([f"{'; '.join(told)}; in config.toml:", *lines])


async def _served(ports: Mapping[str, int]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Ask every usual port at once what models it has."""
    urls = {name: f"http://127.0.0.1:{port}/v1" for name, port in ports.items()}
    async with aiohttp.ClientSession() as http:
        asked = (_models(http, url, "", LOCAL_S) for url in urls.values())
        answers = await asyncio.gather(*asked, return_exceptions=True)
    return {
        name: (url, answer)
        for (name, url), answer in zip(urls.items(), answers, strict=True)
        if isinstance(answer, tuple)
    }


async def _configured(settings: Settings, ports: Mapping[str, int]) -> Found:
    """Make one cheap request: the list of models, which needs the key and costs nothing."""
    url, key = settings.base_url or OPENAI, settings.key.get_secret_value()
    async with aiohttp.ClientSession() as http:
        try:
            return _known(settings.model, url, await _models(http, url, key, REMOTE_S))
        except PermissionError as error:
            way_out = "is it the right one?" if key else 'write key = "env:OPENAI_API_KEY"'
            return "bad", f"{url} refuses the key ({error}): {way_out}"
        except LookupError as error:
            return await _misplaced(http, url, key, str(error))
        except _Silent as error:
            said = f"{url}: {error}. Until it answers, the extractive writer steps in"
    here = _offered(await _served(ports))
    return "bad", f"{said}\n{here[1]}" if here[0] == "note" else said


async def _misplaced(http: aiohttp.ClientSession, url: str, key: str, why: str) -> Found:
    """Try whether /v1 is what is missing; a server may also have no list."""
    longer = f"{url.rstrip('/')}/v1"
    try:
        await _models(http, longer, key, REMOTE_S)
    except (PermissionError, LookupError, _Silent):
        return "note", f"{url} has no list of models ({why}); the first draft will tell"
    return "bad", f'{url} is not the whole address: write base_url = "{longer}"'


def _known(model: str, url: str, models: tuple[str, ...]) -> Found:
    if model in models or f"{model}:latest" in models:
        return "ok", f"{model} at {url}"
    near = difflib.get_close_matches(model, models, 1, 0.5)
    hint = f'did you mean model = "{near[0]}"? ' if near else ""
    return "bad", f"{url} has no model {model!r}: {hint}It has {_listed(models)}"


def _listed(models: tuple[str, ...]) -> str:
    more = len(models) - MOST_NAMES
    names = ", ".join(models[:MOST_NAMES]) or "no model"
    return f"{names} and {more} more" if more > 0 else names


async def _models(
    http: aiohttp.ClientSession, url: str, key: str, patience_s: float
) -> tuple[str, ...]:
    """List the models of a server.

    Raises PermissionError for the key, LookupError where there is no list, _Silent otherwise.
    """
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    try:
        async with http.get(
            f"{url.rstrip('/')}/models",
            headers=headers,
            timeout=aiohttp.ClientTimeout(total=patience_s),
            allow_redirects=False,
        ) as answer:
            if answer.status in (401, 403):
                raise PermissionError(answer.status)
            if answer.status != 200:
                raise LookupError(f"it answered {answer.status}")
            body = b""
            async for chunk in answer.content.iter_any():
                body += chunk
                if len(body) > LONGEST:
                    raise LookupError("its answer is no list of models")
            return _names(body)
    except TimeoutError as error:
        raise _Silent(f"no answer within {patience_s:g} s") from error
    except (aiohttp.ClientConnectionError, aiohttp.InvalidURL) as error:
        raise _Silent(f"nobody answers ({type(error).__name__})") from error
    except (aiohttp.ClientError, ValueError) as error:
        raise LookupError("its answer is no list of models") from error


def _names(body: bytes) -> tuple[str, ...]:
    """Read {"data": [{"id": ...}]}. Raises LookupError."""
    listed = json.loads(body)
    data = listed.get("data") if isinstance(listed, dict) else None
    if not isinstance(data, list):
        raise LookupError("its answer is no list of models")
    names = (entry.get("id") for entry in data if isinstance(entry, dict))
    return tuple(plain(name)[:80] for name in names if isinstance(name, str) and name)
