"""`byline query --parquet`: DuckDB over an exported file, and nothing but that file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from byline.cli import main
from byline.errors import QueryError
from byline.project import Project, querying
from byline.project.querying import Limits

ROWS = {"id": ["e1", "e2", "e3"], "type": ["ASSAULT", "PROTEST", None], "places": [[{"name": "Oruro"}], [], None]}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A Parquet file of three events."""
    path = tmp_path / "it's events.parquet"
    pq.write_table(pa.table(ROWS), path)
    (tmp_path / "secret.csv").write_text("name\nDaniel Otieno\n", encoding="utf-8")
    return path


def rows(path: Path, sql: str, **limits: Any) -> list[tuple[Any, ...]]:
    """The answer to a query, whole."""
    with querying.ask_parquet(path, sql, limits=Limits(**limits) if limits else None) as answer:
        return list(answer.rows)


def refused(path: Path, sql: str) -> str | None:
    """What is said of a query that is not answered; None for one that is."""
    try:
        rows(path, sql)
    except QueryError as error:
        return str(error)
    return None


def test_rows_are_the_table_events(file: Path) -> None:
    assert rows(file, "SELECT id FROM events WHERE type = 'ASSAULT'") == [("e1",)]
    assert rows(file, "SELECT places[1].name FROM events ORDER BY id LIMIT 1") == [("Oruro",)]


def test_a_partitioned_folder_is_one_table(tmp_path: Path) -> None:
    pq.write_to_dataset(pa.table({"id": ["e1", "e2"], "year": [2020, 2021]}), tmp_path / "events", ["year"])
    assert rows(tmp_path / "events", "SELECT id, year FROM events ORDER BY id") == [("e1", 2020), ("e2", 2021)]


def test_an_export_is_asked(laptop: Callable[[str], Project], code: Any, document: Any, tmp_path: Path) -> None:
    pytest.importorskip("byline.export.parquet")
    project, one = laptop("one"), document("Police arrested Daniel Otieno, a farmer, in Nakuru on Monday.")
    project.store.add_document(one, one.text.encode())
    project.store.add_coding(code(one))
    project.export("parquet", tmp_path / "out.parquet")
    told = str(rows(tmp_path / "out.parquet", "SELECT * FROM events"))
    assert "COERCE" in told
    assert "Otieno" not in told


def test_nothing_else_is_read_or_written(file: Path) -> None:
    folder = file.parent
    tries = (
        f"SELECT * FROM read_csv('{folder}/secret.csv')",
        f"SELECT * FROM '{folder}/secret.csv'",
        f"SELECT * FROM read_text('{folder}/secret.csv')",
        f"SELECT * FROM glob('{folder}/*')",
        f"COPY events TO '{folder}/out.csv'",
        f"COPY (SELECT 1) TO '{folder}/it''s events.parquet'",
        f"ATTACH '{folder}/other.db'",
        f"EXPORT DATABASE '{folder}/out'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM 'https://example.org/a.parquet'",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "PRAGMA database_list",
        "CREATE TABLE mine AS SELECT * FROM events",
        "CREATE MACRO a() AS 1",
        "DROP VIEW events",
        "DELETE FROM events",
        "SELECT 1; SELECT 2",
        "CALL pragma_version()",
        "CHECKPOINT",
        "",
    )
    before = file.read_bytes()
    assert [sql for sql in tries if refused(file, sql) is None] == []
    assert sorted(path.name for path in folder.iterdir()) == ["it's events.parquet", "secret.csv"]
    assert file.read_bytes() == before


def test_a_query_without_end_is_ended(file: Path) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT (i + 1) % 7 FROM n) SELECT count(*) FROM n"
    with pytest.raises(QueryError, match="longer than"):
        rows(file, endless, seconds=0.3)


def test_an_error_says_where_and_what_was_meant(file: Path) -> None:
    assert "(line 2, column 8)" in (refused(file, "SELECT id,\n       typ FROM events") or "")
    assert "type" in (refused(file, "SELECT typ FROM events") or "")
    assert "the table events" in (refused(file, "SELECT id FROM v_events") or "")


def test_what_is_no_parquet_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").write_bytes(b"PAR1 no")
    with pytest.raises(QueryError, match="no Parquet file"):
        rows(tmp_path / "a.parquet", "SELECT 1")
    with pytest.raises(QueryError, match="is not there"):
        rows(tmp_path / "none.parquet", "SELECT 1")


def test_the_command_needs_no_database(file: Path, tmp_path: Path) -> None:
    asked = ["query", "SELECT id, places FROM events ORDER BY id", "--parquet", str(file), "--format", "jsonl"]
    done = CliRunner().invoke(main, asked)
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[0] == '{"id": "e1", "places": [{"name": "Oruro"}]}'
