"""Writes the command output that stands in the documentation anew: `python docs/generate.py`, or `--check` to compare.

A block begins with a comment that holds the command and ends with `<!-- end -->`. `[NAME TRIGGER]` in a command is
the id of the event of examples/NAME.txt whose trigger is TRIGGER.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"(<!-- \$ (?P<command>[^\n]+?) -->\n)(?P<output>.*?)(<!-- end -->)", re.DOTALL)
EVENT = re.compile(r"\[(?P<name>[\w-]+) (?P<trigger>[^\]]+)\]")


def pages() -> Iterator[Path]:
    """The pages that may hold generated output."""
    yield ROOT / "README.md"
    yield from sorted((ROOT / "docs").glob("*.md"))


def run(command: str, *, database: Path) -> str:
    """What `byline …` prints on standard output, run in the repository's root with a database of its own."""
    program = [str(Path(sys.executable).parent / "byline")]
    words = shlex.split(command)[1:]
    stored = ["--db", str(database)] if words[0] in ("code", "show") else []
    done = subprocess.run(
        program + words + stored,
        cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ | {"COLUMNS": "100", "NO_COLOR": "1"},
    )  # fmt: skip
    return "\n".join(line.rstrip() for line in done.stdout.splitlines()).strip("\n")


def event(name: str, trigger: str, *, database: Path) -> str:
    """The id of the event of an example report with this trigger."""
    records = map(json.loads, run(f"byline code examples/{name}.txt --format jsonl", database=database).splitlines())
    return next(str(record["id"]) for record in records if record["trigger"]["text"] == trigger)


def written(text: str, *, database: Path) -> str:
    """A page with its blocks written anew."""

    def block(match: re.Match[str]) -> str:
        command = EVENT.sub(lambda m: event(m["name"], m["trigger"], database=database), match["command"])
        return f"{match[1]}```text\n$ {command}\n{run(command, database=database)}\n```\n{match[4]}"

    return BLOCK.sub(block, text)


def stale() -> list[Path]:
    """Pages whose generated output is not what the program prints now."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "docs.db"
        return [
            page for page in pages() if written(page.read_text("utf-8"), database=database) != page.read_text("utf-8")
        ]


def main() -> int:
    """Write the pages, or with `--check` say which are stale (exit 1)."""
    if "--check" in sys.argv[1:]:
        found = stale()
        for page in found:
            sys.stderr.write(f"{page.relative_to(ROOT)}: generated output is stale; run `make docs`\n")
        return 1 if found else 0
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "docs.db"
        for page in pages():
            page.write_text(written(page.read_text("utf-8"), database=database), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
