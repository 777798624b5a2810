"""Synapse, the Matrix homeserver: PyPI's matrix-synapse in a venv of its own (AGPL)."""

import asyncio
import hashlib
import hmac
import json
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

SECRET = "only-for-tests"
CONFIG = """\
server_name: localhost
pid_file: {folder}/pid
listeners:
  - port: {port}
    tls: false
    type: http
    bind_addresses: ['127.0.0.1']
    resources: [{{names: [client, media]}}]
database: {{name: sqlite3, args: {{database: ':memory:'}}}}
log_config: {folder}/log.yaml
media_store_path: {folder}/media
signing_key_path: {folder}/signing.key
registration_shared_secret: {secret}
report_stats: false
trusted_key_servers: []
federation_domain_whitelist: []
enable_registration: false
max_upload_size: 20M
presence: {{enabled: false}}
url_preview_enabled: false
rc_message: {{per_second: 1000, burst_count: 1000}}
rc_login: {{address: &r {{per_second: 1000, burst_count: 1000}}, account: *r, failed_attempts: *r}}
rc_joins: {{local: *r, remote: *r}}
rc_invites: {{per_room: *r, per_user: *r, per_issuer: *r}}
"""
LOGS = """\
version: 1
handlers: {file: {class: logging.FileHandler, filename: FOLDER/log}}
root: {level: WARNING, handlers: [file]}
"""


def install(folder: Path) -> None:
    """Make the venv and put Synapse into it."""
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
    pip = [str(folder / "venv" / "bin" / "python"), "-m", "pip", "install", "-q"]
    subprocess.run([*pip, "--disable-pip-version-check", "matrix-synapse>=1.150,<2"], check=True)


@dataclass(frozen=True, slots=True)
class Synapse:
    """A homeserver that runs, and the door for its users."""

    url: str
    http: aiohttp.ClientSession

    async def registers(self, name: str, password: str = "pass-word") -> "Person":
        """Make a user and log it in."""
        path = f"{self.url}/_synapse/admin/v1/register"
        nonce = (await (await self.http.get(path)).json())["nonce"]
        said = "\0".join((nonce, name, password, "notadmin"))
        mac = hmac.new(SECRET.encode(), said.encode(), hashlib.sha1).hexdigest()
        body = {"nonce": nonce, "username": name, "password": password, "admin": False, "mac": mac}
        async with self.http.post(path, json=body) as answer:
            made = await answer.json()
        return Person(self, made["user_id"], made["access_token"], password)


@dataclass(frozen=True, slots=True)
class Person:
    """A user of the homeserver, by plain HTTP: what any client could do."""

    server: Synapse
    id: str
    token: str
    password: str

    async def call(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Call the client-server API; a refusal is an error."""
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{self.server.url}/_matrix/client/v3{path}"
        async with self.server.http.request(method, url, json=body, headers=headers) as answer:
            found: dict[str, Any] = await answer.json()
            assert answer.status == 200, found
        return found

    async def opens_a_room(self, *guests: "Person | str", encrypted: bool = False) -> str:
        """Make a room, invite, and let everybody in who is a person."""
        state = [{"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}]
        ids = [guest if isinstance(guest, str) else guest.id for guest in guests]
        body = {"invite": ids, "initial_state": state if encrypted else []}
        room = str((await self.call("POST", "/createRoom", body))["room_id"])
        for guest in guests:
            if not isinstance(guest, str):
                await guest.call("POST", f"/join/{room}", {})
        return room

    async def sends(self, room: str, kind: str, content: Any, key: str = "") -> str:
        """Send an event; answers its id."""
        key = key or hashlib.sha1(json.dumps(content).encode()).hexdigest()
        path = f"/rooms/{room}/send/{kind}/{key}"
        return str((await self.call("PUT", path, content))["event_id"])

    async def says(self, room: str, text: str, key: str = "") -> str:
        """Say something; answers its id."""
        return await self.sends(room, "m.room.message", {"msgtype": "m.text", "body": text}, key)

    async def reacts(self, room: str, event: str, sign: str) -> str:
        """Press a reaction."""
        to = {"rel_type": "m.annotation", "event_id": event, "key": sign}
        return await self.sends(room, "m.reaction", {"m.relates_to": to})

    async def reads(self, room: str) -> list[dict[str, Any]]:
        """Read everything that happened in the room, oldest first."""
        found = await self.call("GET", f"/rooms/{room}/messages?dir=f&limit=500")
        return list(found["chunk"])

    async def downloads(self, uri: str) -> bytes:
        """Fetch a file of the media repository."""
        url = f"{self.server.url}/_matrix/client/v1/media/download/{uri.removeprefix('mxc://')}"
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.server.http.get(url, headers=headers) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.read()


@asynccontextmanager
async def running(root: Path, folder: Path) -> AsyncIterator[Synapse]:
    """Start Synapse from where it was installed, with its data in a folder, on a free port."""
    from newsrooms import free_port  # not there while servers are installed

    port = free_port()
    (folder / "homeserver.yaml").write_text(CONFIG.format(folder=folder, port=port, secret=SECRET))
    (folder / "log.yaml").write_text(LOGS.replace("FOLDER", str(folder)))
    python = str(root / "venv" / "bin" / "python")
    program = (python, "-m", "synapse.app.homeserver", "-c", str(folder / "homeserver.yaml"))
    keys = await asyncio.create_subprocess_exec(*program, "--generate-keys")
    assert await keys.wait() == 0
    with (folder / "out").open("wb") as out:
        child = await asyncio.create_subprocess_exec(*program, stdout=out, stderr=out, cwd=folder)
    url = f"http://127.0.0.1:{port}"
    try:
        async with aiohttp.ClientSession() as http:
            await asyncio.wait_for(_up(http, url, child), 60)
            yield Synapse(url, http)
    finally:
        if child.returncode is None:
            child.terminate()
            await child.wait()


async def _up(http: aiohttp.ClientSession, url: str, child: asyncio.subprocess.Process) -> None:
    while child.returncode is None:
        try:
            async with http.get(f"{url}/health") as answer:
                if answer.status == 200:
                    return
        except aiohttp.ClientError:
            await asyncio.sleep(0.1)
    raise AssertionError("Synapse did not start")
