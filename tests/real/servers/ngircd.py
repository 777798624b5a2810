"""ngIRCd, an IRC server: Debian's package, unpacked into the folder; no root is needed."""

import asyncio
import os
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

PACKAGES = ("ngircd", "libident", "libwrap0")
CONFIG = """\
[Global]
Name = irc.example
Info = a server for tests
Listen = 127.0.0.1
Ports = {port}
ServerUID = {uid}
ServerGID = {gid}
PidFile = {folder}/pid
[Limits]
MaxConnectionsIP = 0
[Options]
Ident = no
PAM = no
DNS = no
[Channel]
Name = #desk
Topic = the desk
"""


def install(folder: Path) -> None:
    """Fetch the packages and unpack them."""
    fetch = ["apt-get", "download", "-q", *PACKAGES]
    if subprocess.run(fetch, cwd=folder, check=False).returncode:  # no lists yet
        subprocess.run(["apt-get", "update", "-qq"], check=True)
        subprocess.run(fetch, cwd=folder, check=True)
    for package in folder.glob("*.deb"):
        subprocess.run(["dpkg", "-x", str(package), str(folder / "root")], check=True)


@asynccontextmanager
async def running(root: Path, folder: Path) -> AsyncIterator[int]:
    """Start ngIRCd with its files in a folder; answers its port."""
    from newsrooms import free_port  # not there while servers are installed

    port, me = free_port(), (os.getuid(), os.getgid())
    file = folder / "ngircd.conf"
    file.write_text(CONFIG.format(port=port, folder=folder, uid=me[0], gid=me[1]))
    libraries = ":".join(sorted({str(p.parent) for p in (root / "root").rglob("lib*.so*")}))
    with (folder / "out").open("wb") as out:
        child = await asyncio.create_subprocess_exec(
            *(str(root / "root" / "usr" / "sbin" / "ngircd"), "-n", "-f", str(file)),
            stdout=out,
            stderr=out,
            env={**os.environ, "LD_LIBRARY_PATH": libraries},
        )
    try:
        await asyncio.wait_for(_up(port, child), 30)
        yield port
    finally:
        if child.returncode is None:
            child.terminate()
            await child.wait()


async def _up(port: int, child: asyncio.subprocess.Process) -> None:
    while child.returncode is None:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
    raise AssertionError("ngIRCd did not start")
