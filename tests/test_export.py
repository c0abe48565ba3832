"""The export: what is written, what is said of it, and when it is refused."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import byline
from byline.cli import main
from byline.store.schema import REVISIONS

TEXT = (
    "Police arrested Daniel Otieno, a farmer, in Kisumu on Monday, Governor Amina Yusufin said. "
    "Soldiers beat a 14-year-old boy, Arif Hasanovin, in Goma.\n"
)

FIRST = ("alembic_version", "documents", "codings", "events", "mentions", "failures")
"""The tables of the first version of the database."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one report, coded."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.txt").write_text(TEXT, encoding="utf-8")
    assert run("code", "report.txt").exit_code == 0
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def configure(folder: Path, words: str) -> None:
    (folder / "byline.toml").write_text(words, encoding="utf-8")


def test_events_are_written_masked_with_a_report_beside(folder: Path) -> None:
    result = run("export", "jsonl", "events.jsonl")
    assert result.exit_code == 0, result.output
    assert result.stderr == "2 events of 1 document written to events.jsonl; 2 names masked; lost: nothing.\n"
    written = (folder / "events.jsonl").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in written.splitlines()]
    recipients = [actor["text"] for row in rows for actor in row["actors"] if actor["role"] == "recipient"]
    assert recipients[0] == "██████ ██████"
    assert all(name not in written for name in ("Otieno", "Hasanovin"))
    assert "Amina Yusufin" in written
    report = json.loads((folder / "events.jsonl.loss.json").read_text(encoding="utf-8"))
    assert report == {
        "format": "jsonl",
        "unit": "event",
        "written": 2,
        "rows": 2,
        "left_out": {},
        "lost": [],
        "selection": {},
        "events": 2,
        "decisions": {},
        "documents": 1,
        "names": {"masked": 2, "private": "masked", "protected": "masked"},
        "byline": byline.__version__,
        "ontology": "PLOVER 2021",
        "pipelines": [rows[0]["pipeline_id"]],
        "fixes": [],
        "licence": {
            "dataset": None,
            "places": "place names, coordinates and radii: GeoNames (CC BY 4.0) and others, see Byline's NOTICE",
            "words": "sentences quoted from reports, and their titles, are their publishers' own",
        },
    }
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith(".")) == []


def test_it_is_the_record_that_code_prints_but_for_the_names(folder: Path) -> None:
    configure(folder, "allow_unmask = true\nunmask_protected = true\n")
    printed = run("code", "report.txt", "--format", "jsonl").stdout
    assert run("export", "jsonl", "events.jsonl", "--unmask").exit_code == 0
    assert (folder / "events.jsonl").read_text(encoding="utf-8") == printed
    assert "Otieno" in printed


@pytest.mark.parametrize(
    ("settings", "private", "protected"),
    [("", None, None), ("unmask_protected = true\n", None, None), ("allow_unmask = true\n", True, False),
     ("allow_unmask = true\nunmask_protected = true\n", True, True)],
)  # fmt: skip
def test_what_unmask_shows(settings: str, private: bool | None, protected: bool | None, folder: Path) -> None:
    configure(folder, settings)
    result = run("export", "jsonl", "events.jsonl", "--unmask")
    if private is None:
        assert result.exit_code == 1
        assert "set allow_unmask = true there, or export without --unmask" in result.stderr
        assert not (folder / "events.jsonl").exists()
        return
    written = (folder / "events.jsonl").read_text(encoding="utf-8")
    assert ("Otieno" in written, "Hasanovin" in written) == (private, protected)


def test_a_project_names_people_who_are_public(folder: Path) -> None:
    configure(folder, 'public_people = ["Daniel Otieno", "Arif Hasanovin"]\n')
    assert run("export", "jsonl", "events.jsonl").exit_code == 0
    written = (folder / "events.jsonl").read_text(encoding="utf-8")
    assert ("Otieno" in written, "Hasanovin" in written) == (True, False)


def test_nothing_is_overwritten_unasked(folder: Path) -> None:
    (folder / "events.jsonl").write_text("mine", encoding="utf-8")
    result = run("export", "jsonl", "events.jsonl")
    assert result.exit_code == 1
    assert result.stderr == "Error: events.jsonl is there already; name another file, or give --overwrite\n"
    assert (folder / "events.jsonl").read_text(encoding="utf-8") == "mine"
    assert run("export", "jsonl", "events.jsonl", "--overwrite").exit_code == 0
    assert (folder / "events.jsonl").read_text(encoding="utf-8").startswith("{")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("json", "events.jsonl"), "no exporter named 'json' is installed; did you mean 'jsonl'?"),
        (("jsonl", "none/events.jsonl"), "cannot be written (No such file or directory); check that its folder"),
        (("jsonl", "events.jsonl", "--db", "other.db"), "other.db is not there; code a report first"),
    ],
)
def test_what_cannot_be_done_is_said(words: tuple[str, ...], said: str) -> None:
    result = run("export", *words)
    assert result.exit_code == 1
    assert said in result.stderr


def test_a_database_of_before_is_brought_up_but_not_exported_unmasked(folder: Path) -> None:
    """Codings made before persons were looked for: nobody knows whom to mask, so nothing is written."""
    assert REVISIONS[1] == "0002"
    with closing(sqlite3.connect(folder / "byline.db")) as connection, connection:
        for (view,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'view'").fetchall():
            connection.execute(f"DROP VIEW {view}")
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in set(tables) - set(FIRST):
            connection.execute(f"DROP TABLE {table}")
        for column in ("people", "let_through", "coded_at"):
            connection.execute(f"ALTER TABLE codings DROP COLUMN {column}")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    result = run("export", "jsonl", "events.jsonl")
    assert result.exit_code == 1
    assert "it is not known whom this document names" in result.stderr
    assert not (folder / "events.jsonl").exists()
