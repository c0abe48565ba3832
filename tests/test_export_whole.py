"""An export is whole or not there: a full disk, a target in the way, an interruption, a kill; and the same bytes each
time."""

from __future__ import annotations

import errno
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from byline.errors import ExportError
from byline.export import writing
from byline.export.dossier import About, Dossiers, Losses
from byline.project import Project, exporting
from given_out import bombing, dossiers, export, join, keep, rally

FORMS = ("acled", "csv", "ged", "jsonl", "package", "plover")


@pytest.fixture
def one(laptop: Any) -> Project:
    project: Project = laptop("one")
    ids = keep(project, bombing(), bombing(source="B"), rally())
    join(project, ids[0], ids[1])
    return project


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def contents(path: Path) -> dict[str, bytes]:
    files = [path] if path.is_file() else sorted(one for one in path.rglob("*") if one.is_file())
    return {str(one.relative_to(path)): one.read_bytes() for one in files}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_bytes_each_time_and_nothing_else_is_left(form: str, one: Project, tmp_path: Path) -> None:
    before = names(tmp_path)
    export(one, form, tmp_path / "a")
    export(one, form, tmp_path / "b")
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    assert (tmp_path / "a.loss.json").read_bytes() == (tmp_path / "b.loss.json").read_bytes()
    assert names(tmp_path) - before == {"a", "a.loss.json", "b", "b.loss.json"}


@pytest.mark.parametrize("form", ["jsonl", "package"])
def test_an_export_replaces_one_where_that_is_asked_for(form: str, one: Project, tmp_path: Path) -> None:
    out = tmp_path / "o"
    export(one, form, out)
    first = contents(out)
    with pytest.raises(ExportError, match="is there already"):
        export(one, form, out)
    keep(one, rally(source="C"))
    export(one, form, out, overwrite=True)
    assert contents(out).keys() == first.keys()
    assert contents(out) != first


def test_a_folder_that_is_no_export_is_never_replaced(one: Project, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ExportError, match="is a folder that no export"):
        export(one, "package", mine, overwrite=True)
    assert (mine / "thesis.txt").read_text(encoding="utf-8") == "mine"


def given(project: Project) -> Dossiers:
    return Dossiers(about=About(form="test", unit="incident"), each=dossiers(project))


class Broken(RuntimeError):
    """What an exporter of the tests raises."""


@pytest.mark.parametrize("error", [Broken, KeyboardInterrupt, OSError(errno.ENOSPC, "No space left on device")])
def test_nothing_is_there_where_an_exporter_breaks_off(error: Any, one: Project, tmp_path: Path) -> None:
    def breaking(some: Dossiers, out: Path) -> Losses:
        out.mkdir()
        (out / "half.csv").write_text("half", encoding="utf-8")
        raise error

    before = names(tmp_path)
    expected = ExportError if isinstance(error, OSError) else error
    with pytest.raises(expected) as raised:
        writing.write(breaking, given(one), tmp_path / "o", overwrite=False)
    assert names(tmp_path) == before
    if isinstance(error, OSError):
        assert "its disk is full, so make room and run this again" in str(raised.value)


def test_what_was_there_stays_where_a_new_one_breaks_off(one: Project, tmp_path: Path) -> None:
    export(one, "csv", tmp_path / "o")
    before = contents(tmp_path / "o")

    def breaking(some: Dossiers, out: Path) -> Losses:
        raise Broken

    with pytest.raises(Broken):
        writing.write(breaking, given(one), tmp_path / "o", overwrite=True)
    assert contents(tmp_path / "o") == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_disk_that_is_full(one: Project, tmp_path: Path) -> None:
    """The files of the export lead to a device that takes nothing."""

    def onto_a_full_disk(some: Dossiers, out: Path) -> Losses:
        out.symlink_to("/dev/full")
        return exporting.format_of("jsonl").write(some, out)

    with pytest.raises(ExportError, match="its disk is full"):
        writing.write(onto_a_full_disk, given(one), tmp_path / "o", overwrite=False)
    assert not (tmp_path / "o").exists()


SLOW = """
import sys, time
from pathlib import Path
from byline.cli import main
from byline.export import jsonl

plain = jsonl.line
def slow(value):
    Path("begun").touch()
    time.sleep(30)
    return plain(value)
jsonl.line = slow
main(["export", "jsonl", "o.jsonl", "--db", "one/byline.db"])
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_process_that_is_stopped_leaves_nothing_under_the_name(number: int, one: Project, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SLOW)], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    )
    for _ in wait(60):
        if (tmp_path / "begun").exists():
            break
    process.send_signal(number)
    _, said = process.communicate(timeout=30)
    assert process.returncode != 0
    assert not (tmp_path / "o.jsonl").exists()
    assert not (tmp_path / "o.jsonl.loss.json").exists()
    if number == signal.SIGINT:
        assert said == "stopped; nothing was written to o.jsonl.\n"
    if number != signal.SIGKILL:
        assert [name for name in names(tmp_path) if name.startswith(".byline")] == []


def wait(seconds: float) -> Iterator[None]:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        yield
        time.sleep(0.05)
