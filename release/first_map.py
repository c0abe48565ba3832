"""How long does a newcomer wait for the first map? `python release/first_map.py WHEEL`, in Markdown.

Each step as docs/tutorial.md has it, in an empty environment, timed with its process's start: what a person waits for
on this machine, with the package index as near as it is here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(wheel: Path) -> None:
    """Prints a line a step, and the sum."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        program = work / "venv" / "bin" / "byline"
        shutil.copytree(ROOT / "examples", work / "examples", ignore=shutil.ignore_patterns("*.yaml", "README.md"))
        steps: tuple[tuple[str, list[str | Path]], ...] = (
            ("python -m venv venv", [sys.executable, "-m", "venv", work / "venv"]),
            ("pip install byline-events[geo]", [
                work / "venv" / "bin" / "pip", "install", "-c", ROOT / "constraints.txt", f"{wheel}[geo]",
            ]),
            ("byline --help", [program, "--help"]),
            ("byline code examples", [program, "code", "examples"]),
            ("byline link", [program, "link"]),
            ("byline audit", [program, "audit"]),
            ("byline export geojson map.geojson", [program, "export", "geojson", "map.geojson"]),
            ("byline export gpkg map.gpkg", [program, "export", "gpkg", "map.gpkg"]),
            ("byline report map.html", [program, "report", "map.html"]),
        )  # fmt: skip
        total = 0.0
        sys.stdout.write("| step | seconds |\n| --- | ---: |\n")
        for name, command in steps:
            took = _timed(command, cwd=work)
            total += took
            sys.stdout.write(f"| `{name}` | {took:.1f} |\n")
        reports = len(list((work / "examples").rglob("*.txt")))
        sys.stdout.write(f"| together, with {reports} reports, on {os.cpu_count()} cores | {total:.1f} |\n")


def _timed(command: list[str | Path], *, cwd: Path) -> float:
    began = time.perf_counter()
    subprocess.run([str(part) for part in command], cwd=cwd, check=True, capture_output=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
