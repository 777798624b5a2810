"""Install what the real servers of the tests need: `python tests/real/servers FOLDER`, once.

Each file beside this one is a server: `install(folder)` puts it there, its fixtures start it.
"""

import importlib
import pkgutil
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main(root: Path) -> None:
    """Install every server that is not there yet."""
    sys.path.insert(0, str(HERE.parent))
    for found in pkgutil.iter_modules([str(HERE)]):
        if found.name.startswith("_"):
            continue
        folder = root / found.name
        if not (folder / "installed").exists():
            sys.stdout.write(f"installing {found.name} for the tests (once) ...\n")
            folder.mkdir(parents=True, exist_ok=True)
            importlib.import_module(f"servers.{found.name}").install(folder)
            (folder / "installed").touch()


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
