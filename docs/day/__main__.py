"""Act out the editorial day over Matrix and put its transcript into docs/operating.md: `make day`.

The day itself, who says what, is the table in tests/real/test_real_editorial_day.py.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "operating.md"
BEGIN, END = "<!-- the day -->\n", "<!-- end of the day -->\n"


def main() -> None:
    """Run the test that is the day, and keep what was said."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "day.txt"
        test = str(ROOT / "tests" / "real" / "test_real_editorial_day.py")
        run = [sys.executable, "-m", "pytest", "-q", test]
        subprocess.run(run, cwd=ROOT, env={**os.environ, "WIREREEL_DAY": str(file)}, check=True)
        said = file.read_text()
    block = "\n".join(f"    {line}".rstrip() for line in said.splitlines())
    head, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, tail = rest.partition(END)
    PAGE.write_text(f"{head}{BEGIN}\n{block}\n\n{END}{tail}")


if __name__ == "__main__":
    main()
