"""The code of docs/extending.md is a package that works: its reader reads, its exporter writes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parent.parent / "docs" / "extending.md"

NOTE = "A march in Salta (invented)\n2021-03-12\nPolice arrested nine drivers in Salta on Thursday, a spokesman said.\n"


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder that holds the page's package as an installer would leave it."""
    text = PAGE.read_text("utf-8")
    site = tmp_path / "site"
    about = site / "field_notes-1.dist-info"
    about.mkdir(parents=True)
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.M | re.S)
    (site / "field_notes.py").write_text("\n\n".join(blocks), encoding="utf-8")
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: field-notes\nVersion: 1\n", encoding="utf-8")
    points = re.findall(r'^\[project\.entry-points\."([^"]+)"\]\n(.*?)\n\n', text.replace("```\n", "\n\n"), re.M | re.S)
    lines = [f"[{group}]\n{body.replace(chr(34), '')}\n" for group, body in points]
    (about / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
    return site


def byline(*arguments: str | Path, installed: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from byline.cli import main; main()", *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(installed)},
        cwd=installed.parent,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_reader_and_the_exporter_of_the_page_work(installed: Path) -> None:
    inbox = installed.parent / "inbox"
    inbox.mkdir()
    (inbox / "one.note").write_text(NOTE, encoding="utf-8")
    (inbox / "two.note").write_text("Only a title\n", encoding="utf-8")
    read = byline("read", "inbox", "--format", "jsonl", installed=installed)
    assert json.loads(read.stdout)["title"] == "A march in Salta (invented)"
    assert "has no day: a note has a title" in read.stderr
    byline("code", "inbox", "--db", "notes.db", installed=installed)
    out = byline("export", "lines", "out.txt", "--db", "notes.db", installed=installed)
    assert out.returncode == 0, out.stderr
    line = (installed.parent / "out.txt").read_text("utf-8").split()
    assert line[:2] == ["2021-03-11", "COERCE"]
    assert re.fullmatch(r"d[0-9a-f]{16}/text/\d+/\d+", line[2])
    losses = json.loads((installed.parent / "out.txt.loss.json").read_text("utf-8"))
    assert losses["written"] == 1
