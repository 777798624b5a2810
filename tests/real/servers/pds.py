"""A Bluesky server of our own: @atproto/pds with its directory of accounts, on loopback only."""

import asyncio
import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from servers import ROOT

FOLDER = ROOT / "pds"
PACKAGES = ("@atproto/pds@0.4.217", "@did-plc/server@0.0.1")  # 0.5 needs node 22
START_S = 60.0
MAIN = """
import net from 'node:net';
import { createRequire } from 'node:module';
const require = createRequire(process.argv[2] + '/package.json');
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...more) {  // both would listen to the whole net
  return listen.call(this, { port, host: '127.0.0.1' }, ...more.filter(m => m instanceof Function));
};
const { PlcServer, Database } = require('@did-plc/server');
const { PDS, envToCfg, envToSecrets, readEnv } = require('@atproto/pds');
const plc = PlcServer.create({ db: Database.mock(), port: Number(process.env.PLC_PORT) });
await plc.start();
const env = readEnv();
const pds = await PDS.create(envToCfg(env), envToSecrets(env));
await pds.start();
console.log('ready');
"""


@dataclass(frozen=True)
class Account:
    """One account of the server, and the password it was made with."""

    service: str
    handle: str
    password: str
    did: str


def install(folder: Path) -> None:
    """Fetch node, where there is none, and the packages."""
    if not shutil.which("npm"):
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(["apt-get", "install", "-y", "-qq", "nodejs", "npm"], check=True)
    (folder / "package.json").write_text('{"private": true}')
    quiet = ["--no-audit", "--no-fund", "--silent"]
    subprocess.run(["npm", "install", *quiet, *PACKAGES], cwd=folder, check=True)


@asynccontextmanager
async def running(state: Path) -> AsyncIterator[str]:
    """Start it with its files in `state`; answers its address."""
    pds, plc = _free_ports(2)
    main = state / "main.mjs"
    main.write_text(MAIN)
    node = shutil.which("node") or "node"
    process = await asyncio.create_subprocess_exec(
        *(node, main, FOLDER), env=_environment(state, pds, plc), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        async with asyncio.timeout(START_S):
            while (line := await process.stdout.readline()) != b"ready\n":
                assert line, "the server ended before it was ready"
        yield f"http://127.0.0.1:{pds}"
    finally:
        process.kill()
        await process.wait()


async def an_account(service: str, http: aiohttp.ClientSession) -> Account:
    """Make an account."""
    handle, password = "desk.test", secrets.token_urlsafe(12)
    body = {"handle": handle, "password": password, "email": "desk@example.com"}
    url = f"{service}/xrpc/com.atproto.server.createAccount"
    async with http.post(url, json=body) as answer:
        told = await answer.json()
        assert answer.status == 200, told
    return Account(service, handle, password, told["did"])


def _free_ports(count: int) -> list[int]:
    """Find ports that nobody listens on."""
    with ExitStack() as open_:
        sockets = [open_.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _environment(state: Path, pds: int, plc: int) -> dict[str, str]:
    blobs = state / "blobs"
    blobs.mkdir()
    return {
        "PATH": os.environ["PATH"],
        "PLC_PORT": str(plc),
        "PDS_PORT": str(pds),
        "PDS_HOSTNAME": "localhost",
        "PDS_DEV_MODE": "true",
        "PDS_DATA_DIRECTORY": str(state),
        "PDS_BLOBSTORE_DISK_LOCATION": str(blobs),
        "PDS_DID_PLC_URL": f"http://127.0.0.1:{plc}",
        "PDS_JWT_SECRET": secrets.token_hex(16),
        "PDS_ADMIN_PASSWORD": secrets.token_hex(8),
        "PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX": secrets.token_hex(32),
        "PDS_INVITE_REQUIRED": "false",
        "PDS_SERVICE_HANDLE_DOMAINS": ".test",
        "PDS_DISABLE_SSRF_PROTECTION": "true",
        "PDS_BLOB_UPLOAD_LIMIT": "104857600",
        "LOG_ENABLED": "false",
    }
