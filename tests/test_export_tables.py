"""Cells, CSV tables and data packages: what a spreadsheet must not run, what refers to what, what is said beside."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from frictionless import Package, system
from hypothesis import given
from hypothesis import strategies as st

from byline.export import cells, columnbook
from byline.export.cells import TableFile, cell, guarded, unguarded
from byline.export.columns import Column, columns, tables
from byline.project import Project
from given_out import bombing, export, join, keep, rally, rows
from told import NAKURU, at, by, report

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
FOLDER = {"events", "places", "actors", "quantities", "evidence", "decisions", "documents"}


@pytest.fixture
def one(laptop: Any) -> Project:
    project: Project = laptop("one")
    return project


@given(TEXTS)
def test_reading_back_takes_the_apostrophe_away(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert guarded(text)[:1] not in ("=", "+", "-", "@", "\t", "\r")


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-5 people", "@handle", "\tx", "\rx", "'=1", "''@x"])
def test_a_formula_gets_an_apostrophe(text: str) -> None:
    assert guarded(text) == "'" + text


@pytest.mark.parametrize("text", ["'tis", "a=b", "", "12 March", "–5"])
def test_other_words_stand_as_they_are(text: str) -> None:
    assert guarded(text) == text


def test_numbers_are_numbers() -> None:
    assert (cell(-5), cell(-0.307), cell(None), cell(True), cell(["a", None, "b"])) == (
        "-5",
        "-0.307",
        "",
        "true",
        "a; b",
    )


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=4))
def test_a_table_is_read_back_as_it_was(made: list[tuple[str, str]]) -> None:
    import tempfile

    names = ("a", "b")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "t.csv"
        with TableFile(path, [Column(name=name, kind="text", says=name) for name in names]) as file:
            for row in made:
                file.write(dict(zip(names, row, strict=True)))
        assert [(row["a"], row["b"]) for row in cells.rows(path)] == made


def test_hostile_names_come_back_letter_by_letter(one: Project, tmp_path: Path) -> None:
    """Commas, quotes, line ends, formulas, emoji, right-to-left, and none of it leaves its cell."""
    name = '=HYPERLINK("http://x"),\r\n🔥 مجموعة "الف"\u202e'
    text = f"Bombed was a bus stop in Nakuru by {name}."
    keep(one, report(text, at("Nakuru", NAKURU), by(name, kind="organization", sector="REB")))
    export(one, "csv", tmp_path / "tables")
    (raw,) = rows(tmp_path / "tables" / "actors.csv")
    assert raw["text"] == "'" + name
    (row,) = cells.rows(tmp_path / "tables" / "actors.csv")
    assert row["text"] == name


def test_one_table_where_the_name_ends_in_csv(one: Project, tmp_path: Path) -> None:
    keep(one, bombing(), rally())
    said = export(one, "csv", tmp_path / "events.csv")
    found = {row["type"]: row for row in rows(tmp_path / "events.csv")}
    assert found["ASSAULT"]["fatalities_low"] == "7"
    assert found["PROTEST"]["location"] == "Nakuru; Kisumu"
    assert {one["key"] for one in said["lost"]} == {"places", "actors", "quantities"}


def test_a_folder_of_tables_holds_all_and_says_whose_row_it_is(one: Project, tmp_path: Path) -> None:
    ids = keep(one, bombing(), rally())
    said = export(one, "csv", tmp_path / "tables")
    folder = tmp_path / "tables"
    assert {path.stem for path in folder.iterdir()} == FOLDER
    assert said["lost"] == []
    assert {row["id"] for row in rows(folder / "events.csv")} == set(ids)
    assert [row["name"] for row in rows(folder / "places.csv") if row["event"] == ids[1]] == ["Nakuru", "Kisumu"]
    evidence = [row for row in rows(folder / "evidence.csv") if row["event"] == ids[0]]
    assert [row["text"] for row in evidence if row["of"] == "trigger"] == ["Bombed"]
    assert [row["text"] for row in evidence if row["of"] == "quantities"] == ["seven"]
    assert len(rows(folder / "documents.csv")) == 2


@pytest.mark.parametrize("unit", ["event", "incident"])
def test_a_data_package_is_valid(unit: str, one: Project, tmp_path: Path) -> None:
    ids = keep(
        one, bombing(day=4), bombing(source="Lake News", day=5), rally(), report("Bombed was a bus stop.", day=None)
    )
    join(one, ids[0], ids[1])
    export(one, "package", tmp_path / "package", unit=unit)
    with system.use_context(trusted=True):
        found = Package(str(tmp_path / "package" / "datapackage.json")).validate()
    assert found.valid, found.to_summary()
    assert {task.name for task in found.tasks} == FOLDER | ({"incidents"} if unit == "incident" else set())
    assert all(task.stats["rows"] for task in found.tasks if task.name != "decisions")


def test_a_data_package_says_what_it_is(one: Project, tmp_path: Path) -> None:
    keep(one, bombing())
    one.config = one.config.__class__(
        dataset_title="Bombs: a “test”", dataset_authors=("Nakuru Desk",), dataset_licence="CC-BY-4.0"
    )
    export(one, "package", tmp_path / "p")
    folder = tmp_path / "p"
    told = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert told["licenses"] == [{"name": "CC-BY-4.0"}]
    assert told["byline"]["pipelines"] == ["p1"]
    assert {"data", "figure", "at_least", "command"} == set(told["byline"]["figures"][0])
    cited = yaml.safe_load((folder / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cited["title"], cited["authors"], cited["license"]) == (
        "Bombs: a “test”", [{"name": "Nakuru Desk"}], "CC-BY-4.0",
    )  # fmt: skip
    codebook = (folder / "CODEBOOK.md").read_text(encoding="utf-8")
    fields = [field["name"] for one in told["resources"] for field in one["schema"]["fields"]]
    assert [name for name in fields if f"| `{name}` |" not in codebook] == []
    assert "## Types and modes" in codebook
    assert "1 event of 1 document." in (folder / "README.md").read_text(encoding="utf-8")


def test_the_page_of_columns_is_what_the_program_writes(root: Path) -> None:
    page = (root / "docs" / "export-columns.md").read_text(encoding="utf-8")
    assert page == columnbook.page(), "docs/export-columns.md is stale; run `make docs`"


def test_the_page_has_all_columns_there_are() -> None:
    told = {name for _, names, _ in columnbook.TABLES for name in names}
    assert told == set(tables())


def test_plovers_keys_are_those_that_the_page_tells(one: Project, tmp_path: Path) -> None:
    keep(one, bombing())
    export(one, "plover", tmp_path / "p.json")
    (record,) = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))
    assert list(record) == [column.name for column in columns("plover")]
