"""`byline query`: read-only SQL over the documented views, on each database, and no way around it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import create_engine

from byline.cli import main
from byline.config import Config
from byline.errors import QueryError
from byline.model import Coding, Document
from byline.project import Project, auditing, deciding, keeping, linking, querying
from byline.project.deciding import Word
from byline.project.querying import Limits
from byline.store import Store, shown, shown_tables, view_statements
from byline.store.database import migrate
from byline.store.surface import views

TEXT = (
    "Police arrested Daniel Otieno, a farmer, in Nakuru on Monday, Governor Amina Yusufin said. "
    "Otieno’s brother said that he had done nothing.\n\n"
    "In Kisumu gunmen killed 12 miners on Sunday.\n"
)
PRIVATE = ("Daniel", "Otieno")


@pytest.fixture
def asked(
    address: str, tmp_path: Path, code: Callable[..., Coding], document: Callable[..., Document]
) -> Iterator[Project]:
    """A project on each database with one report that names a private person."""
    with Project(database=address, files=tmp_path / "byline.files", config=Config()) as project:
        keep(
            project,
            document(TEXT, title="Otieno arrested", url="https://example.org/daniel-otieno", published=None),
            code,
        )
        yield project


def keep(project: Project, one: Document, code: Callable[..., Coding]) -> Coding:
    """Keeps a report, coded."""
    coding = code(one)
    project.store.add_document(one, one.text.encode())
    project.store.add_coding(coding)
    return coding


def rows(project: Project, sql: str, **limits: Any) -> list[tuple[Any, ...]]:
    """The answer to a query, whole."""
    with querying.ask(project, sql, limits=Limits(**limits) if limits else None) as answer:
        return list(answer.rows)


class TestViews:
    def test_each_has_the_columns_that_are_described(self, asked: Project) -> None:
        for view in views().values():
            with querying.ask(asked, f"SELECT * FROM {view.name}") as answer:
                assert answer.columns == tuple(column.name for column in view.columns), view.name

    def test_each_that_is_there_is_described(self) -> None:
        assert list(view_statements.STATEMENTS) == list(views())

    def test_everything_is_described_in_a_sentence(self) -> None:
        for view in views().values():
            assert view.says.endswith("."), view.name
            assert [column.name for column in view.columns if not column.says.endswith(".")] == []

    def test_the_key_names_a_row(self, asked: Project) -> None:
        for view in views().values():
            keys = rows(asked, f"SELECT {', '.join(view.key)} FROM {view.name}")
            assert len(set(keys)) == len(keys), view.name

    def test_words_are_those_of_the_text_at_their_offsets(self, asked: Project) -> None:
        found = rows(
            asked,
            "SELECT e.words, substr(d.text, e.starts + 1, e.ends - e.starts) FROM v_evidence AS e "
            "JOIN v_documents AS d ON d.document_id = e.document_id WHERE e.part = 'text'",
        )
        assert found
        assert [pair for pair in found if pair[0] != pair[1]] == []

    def test_an_event_has_its_values(self, asked: Project) -> None:
        ((event, *place),) = rows(asked, "SELECT event_id, place, country FROM v_events WHERE type = 'COERCE'")
        assert place == ["Nakuru", "KE"]
        actors = rows(asked, f"SELECT role, text FROM v_actors WHERE event_id = '{event}' ORDER BY number")
        assert ("actor", "Police") in actors
        assert rows(asked, "SELECT what, low, high FROM v_quantities") == [("fatalities", 12, 12)]

    def test_an_unlinked_event_is_an_incident_of_its_own(self, asked: Project) -> None:
        events = rows(asked, "SELECT incident_id, event_id FROM v_events ORDER BY 1")
        assert [incident[1:] == event[1:] for incident, event in events] == [True] * len(events)
        assert rows(asked, "SELECT count(*) FROM v_incidents") == [(len(events),)]

    def test_all_commands_that_change_something_are_seen(self, asked: Project, code: Any, document: Any) -> None:
        (before,) = rows(asked, "SELECT count(*) FROM v_events")
        keep(asked, document("Gunmen killed four miners in Oruro on 3 May 2021.", source_id="The Oruro Post"), code)
        (after,) = rows(asked, "SELECT count(*) FROM v_events")
        assert after[0] == before[0] + 1
        assert rows(asked, "SELECT source, documents, events FROM v_sources ORDER BY 1") == [
            ("The Oruro Post", 1, 1),
            ("example.org", 1, 2),
        ]
        linking.link(asked.store)
        auditing.audit(asked.store, asked.sources)
        assert rows(asked, "SELECT count(*) FROM v_incidents") == [after]

    def test_what_people_decide_is_seen_at_once(self, asked: Project) -> None:
        ((event,),) = rows(asked, "SELECT event_id FROM v_events WHERE type = 'COERCE'")
        deciding.decide(asked.store, [event], verdict="set", word=Word(reviewer="Ada", field="type", value="ASSAULT"))
        assert rows(asked, f"SELECT type, decided FROM v_events WHERE event_id = '{event}'") == [("ASSAULT", "edited")]
        assert rows(asked, "SELECT subject, verdict, value, reviewer FROM v_decisions") == [
            (event, "set", "ASSAULT", "Ada")
        ]
        deciding.decide(asked.store, [event], verdict="reject", word=Word(reviewer="Ada"))
        assert rows(asked, f"SELECT * FROM v_events WHERE event_id = '{event}'") == []
        assert rows(asked, "SELECT event_id FROM v_rejected_events") == [(event,)]
        assert rows(asked, f"SELECT * FROM v_actors WHERE event_id = '{event}'") == []

    def test_what_changed_while_it_was_made_ready_is_made_ready_again(self, asked: Project) -> None:
        ((event, id),) = rows(asked, "SELECT event_id, document_id FROM v_events WHERE type = 'COERCE'")
        since = shown.stamps(asked.store, [id])
        with asked.store.reading() as connection:
            kept = {table.name: [dict(row) for row in connection.execute(table.select()).mappings()]
                    for table in shown_tables.OF_DOCUMENTS}  # fmt: skip
        deciding.decide(asked.store, [event], verdict="reject", word=Word(reviewer="Ada"))
        shown.keep(asked.store, [id], kept, since=since)  # as whoever began before the decision would
        assert rows(asked, f"SELECT event_id FROM v_events WHERE event_id = '{event}'") == []

    def test_what_is_erased_is_gone(self, asked: Project) -> None:
        ((id,),) = rows(asked, "SELECT document_id FROM v_documents")
        deciding.decide(asked.store, rows(asked, "SELECT event_id FROM v_events")[0], verdict="accept",
                        word=Word(reviewer="Ada", note="as Daniel Otieno says"))  # fmt: skip
        assert rows(asked, "SELECT count(*) FROM v_decisions") == [(1,)]
        keeping.erase(asked, id, reason="asked to")
        with asked.store.reading() as connection:
            left = {table.name: connection.execute(table.select()).fetchall() for table in shown_tables.SHOWN}
        assert {name: found for name, found in left.items() if found} == {}
        assert rows(asked, "SELECT count(*) FROM v_documents") == [(0,)]

    def test_a_rebuilt_index_answers_as_the_first(self, asked: Project) -> None:
        sql = "SELECT * FROM v_evidence ORDER BY event_id, number"
        before = rows(asked, sql)
        keeping.rebuild(asked)
        assert rows(asked, sql) == before


def test_an_older_database_gets_the_same_views(tmp_path: Path) -> None:
    Store.open(tmp_path / "new.db").close()
    with create_engine(f"sqlite:///{tmp_path / 'old.db'}").begin() as connection:
        migrate(connection)
    told = []
    for name in ("new", "old"):
        with create_engine(f"sqlite:///{tmp_path / name}.db").connect() as connection:
            made = connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'view' ORDER BY name")
            told.append([tuple(row) for row in made])
    assert told[0] == told[1]
    assert {name for name, _ in told[0]} >= set(views())


class TestMasking:
    def test_no_view_names_a_private_person(self, asked: Project) -> None:
        deciding.decide(asked.store, rows(asked, "SELECT event_id FROM v_events")[0], verdict="accept",
                        word=Word(reviewer="Ada", note="Daniel Otieno is named in it"))  # fmt: skip
        auditing.audit(asked.store, asked.sources)
        told = "\n".join(str(rows(asked, f"SELECT * FROM {name}")) for name in views())
        assert "██████ ██████" in told
        assert [name for name in PRIVATE if name.casefold() in told.casefold()] == []

    def test_public_persons_are_named(self, asked: Project) -> None:
        ((text,),) = rows(asked, "SELECT text FROM v_documents")
        assert "Amina Yusufin" in text
        assert len(text) == len(TEXT)

    def test_what_is_kept_to_be_asked_holds_no_name(self, asked: Project) -> None:
        """Not only the views: what stands under them is masked, so that no SQL can come upon a name."""
        rows(asked, "SELECT 1")
        with asked.store.reading() as connection:
            told = "\n".join(str(connection.execute(table.select()).fetchall()) for table in shown_tables.SHOWN)
        assert [name for name in PRIVATE if name.casefold() in told.casefold()] == []

    def test_whoever_the_settings_make_public_is_named(self, asked: Project) -> None:
        rows(asked, "SELECT 1")
        other = Config(public_people=("Daniel Otieno",))
        with Project(database=asked.database, files=asked.files, config=other) as project:
            assert "Daniel Otieno" in str(rows(project, "SELECT text FROM v_documents"))
        assert "Daniel Otieno" not in str(rows(asked, "SELECT text FROM v_documents"))

    def test_where_persons_were_not_looked_for_nothing_is_shown(self, asked: Project, code: Any, document: Any) -> None:
        one = document(
            "Soldiers shot Maria Quispe in Oruro on Friday.", title="Maria Quispe", url="https://a.org/quispe"
        )
        asked.store.add_document(one, one.text.encode())
        asked.store.add_coding(replace(code(one), people=None))
        told = "\n".join(str(rows(asked, f"SELECT * FROM {name}")) for name in views())
        assert "uispe" not in told
        assert rows(asked, "SELECT title, text, names FROM v_documents WHERE names <> 'masked'") == [
            (None, None, "not known")
        ]
        assert querying.left_out(asked) == 1

    def test_a_person_whom_a_coder_names_is_masked(self, asked: Project) -> None:
        ((event,),) = rows(asked, "SELECT event_id FROM v_events WHERE type = 'COERCE'")
        value = json.dumps([{"role": "recipient", "kind": "individual", "name": "Miguel Aranda"}])
        deciding.decide(asked.store, [event], verdict="set", word=Word(reviewer="Ada", field="actors", value=value))
        told = "\n".join(str(rows(asked, f"SELECT * FROM {name}")) for name in views())
        assert "Aranda" not in told
        assert "██████ ██████" in str(rows(asked, f"SELECT name FROM v_actors WHERE event_id = '{event}'"))


def refused(project: Project, sql: str) -> str | None:
    """What is said of a query that is not answered; None for one that is."""
    try:
        rows(project, sql)
    except QueryError as error:
        return str(error)
    return None


WRITES = (
    "DELETE FROM v_events",
    "INSERT INTO v_events (event_id) VALUES ('e1')",
    "UPDATE v_events SET type = 'ASSAULT'",
    "DELETE FROM shown_events",
    "DELETE FROM documents",
    "DROP TABLE documents",
    "DROP VIEW v_events",
    "CREATE TABLE mine (a int)",
    "CREATE TEMPORARY TABLE mine (a int)",
    "VACUUM",
    "BEGIN",
    "COMMIT",
    "SELECT 1; DELETE FROM documents",
    "SELECT event_id FROM v_events; SELECT 1",
)
BASE = (
    "SELECT * FROM documents",
    "SELECT text FROM documents",
    "SELECT count(*) FROM documents",
    "SELECT 1 FROM documents",
    "SELECT (SELECT title FROM documents LIMIT 1)",
    "SELECT event_id FROM v_events WHERE EXISTS (SELECT 1 FROM documents WHERE title LIKE 'O%')",
    "WITH v_events AS (SELECT title FROM documents) SELECT title FROM v_events",
    "SELECT title FROM (SELECT title FROM documents) AS v_documents",
    "SELECT event_id FROM v_events UNION SELECT title FROM documents",
    "SELECT d.title FROM v_documents AS v JOIN documents AS d ON d.id = v.document_id",
    "SELECT people FROM codings",
    "SELECT password FROM accounts",
    "SELECT * FROM decisions",
)
ONLY_SQLITE = (
    "PRAGMA table_info(documents)",
    "PRAGMA query_only = OFF",
    "ATTACH DATABASE '/tmp/other.db' AS other",
    "DETACH DATABASE main",
    "VACUUM INTO '/tmp/copy.db'",
    "SELECT load_extension('/tmp/a.so')",
    "SELECT * FROM sqlite_master",
    "SELECT sql FROM sqlite_schema",
    "SELECT * FROM temp.sqlite_master",
    "SELECT * FROM pragma_table_info('documents')",
    "SELECT * FROM pragma_database_list",
    "SELECT * FROM dbstat",
    "SELECT * FROM sqlite_dbpage",
    "SELECT readfile('/etc/passwd')",
    "SELECT writefile('/tmp/a', 'b')",
    "SELECT edit('a')",
    "SELECT fts3_tokenizer('simple')",
    "SELECT hex(randomblob(1000000000))",
    "SELECT length(zeroblob(1000000000))",
    "SELECT sqlite_version()",
    "EXPLAIN SELECT text FROM documents",
    "REINDEX",
    "ANALYZE",
    "SAVEPOINT a",
)
ONLY_POSTGRESQL = (
    "SELECT pg_read_file('/etc/passwd')",
    "SELECT pg_sleep(10)",
    "SELECT query_to_xml('select * from documents', true, true, '')",
    "SELECT table_to_xml('documents', true, true, '')",
    "SELECT set_config('statement_timeout', '0', true)",
    "SELECT current_setting('data_directory')",
    "SELECT pg_terminate_backend(1)",
    "SELECT lo_import('/etc/passwd')",
    "SELECT nextval('codings_id_seq')",
    "SELECT * FROM pg_catalog.pg_class",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM pg_stat_activity",
    "SELECT * FROM pg_ls_dir('/')",
    "SELECT repeat('a', 1000000000)",
    "SELECT length(lpad('a', 1000000000))",
    "COPY documents TO '/tmp/a'",
    "COPY (SELECT 1) TO PROGRAM 'id'",
    "SET statement_timeout = 0",
    "DO $$ BEGIN PERFORM 1; END $$",
    "SELECT * INTO mine FROM v_events",
    "WITH gone AS (DELETE FROM documents RETURNING *) SELECT * FROM gone",
    "SELECT 1) AS a, documents AS b, (SELECT 1",
    "SELECT title FROM public.documents",
    "SELECT * FROM shown_documents",
    "TABLE documents",
    "SELECT event_id FROM v_events FOR UPDATE",
    "LISTEN a",
    "EXPLAIN ANALYZE SELECT 1",
)
MISTAKES = {
    "SELECT evnt_id FROM v_events": "did you mean event_id or incident_id? (line 1, column 8)",
    "SELECT *\nFROM v_event": "no view named v_event; did you mean v_events",
    "SELECT *\nFROM events_": "did you mean v_events",
    "SELECT event_id\n  FORM v_events": "no SQL near 'v_events' (line 2, column 8)",
    "SELECT lenght(type) FROM v_events": "function lenght cannot be called in a query; did you mean length",
    "SELECT title FROM documents": "ask v_documents (line 1, column 19)",
    "SELECT title FROM v_places": "v_documents, v_events, v_rejected_events has one",
    "SELECT text FROM v_places, v_actors": "several views here have a column named text",
    "DELETE FROM v_events": "only one SELECT",
}
RUNAWAY = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


class TestHeld:
    def test_nothing_is_written(self, asked: Project) -> None:
        before = asked.store.counts()
        assert [sql for sql in WRITES if refused(asked, sql) is None] == []
        assert asked.store.counts() == before
        assert rows(asked, "SELECT count(*) > 0 FROM v_events")[0][0]

    def test_no_table_is_read(self, asked: Project) -> None:
        assert [sql for sql in BASE if "is not read by queries" not in (refused(asked, sql) or "")] == []

    def test_a_query_without_end_is_ended(self, asked: Project) -> None:
        with pytest.raises(QueryError, match=r"longer than 0\.2 seconds"):
            rows(asked, RUNAWAY, seconds=0.2)

    def test_one_that_gives_rows_without_end_is_ended_too(self, asked: Project) -> None:
        endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0"
        with pytest.raises(QueryError, match="longer than"):
            rows(asked, endless, seconds=0.3)

    def test_what_is_no_query_is_said(self, asked: Project) -> None:
        wrong = ["", " ;\n", "SELECT 1\0", "SELECT " + "1 + " * 40_000 + "1", "SELCT 1", "SELECT 'a", "SELECT (1"]
        assert [sql for sql in wrong if refused(asked, sql) is None] == []

    def test_a_name_given_in_a_with_is_not_taken_for_a_table(self, asked: Project) -> None:
        sql = "WITH documents AS (SELECT document_id FROM v_documents) SELECT count(*) FROM documents"
        assert rows(asked, sql) == [(1,)]

    def test_usual_functions_can_be_called(self, asked: Project) -> None:
        sql = (
            "SELECT upper(type), length(sentence), round(avg(confidence), 2), coalesce(place, 'none'), count(*), "
            "substr(sentence, 1, 5), replace(place, 'a', 'b'), min(first_day), sum(ends - starts), "
            "row_number() OVER (ORDER BY type), CASE WHEN status LIKE 'rep%' THEN 1 ELSE 0 END "
            "FROM v_events GROUP BY type, sentence, place, status"
        ).replace("round(avg(confidence), 2)", "avg(confidence)")
        assert rows(asked, sql)


class TestHeldInSQLite:
    @pytest.fixture
    def asked(self, laptop: Callable[[str], Project], code: Any, document: Any) -> Project:
        project = laptop("one")
        keep(project, document(TEXT, published=None), code)
        return project

    def test_it_asks_for_nothing_else(self, asked: Project) -> None:
        assert [sql for sql in ONLY_SQLITE if refused(asked, sql) is None] == []

    def test_no_value_is_larger_than_it_may_be(self, asked: Project) -> None:
        many = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 100000) "
        with pytest.raises(QueryError, match="larger than 20 MB"):
            rows(asked, f"{many} SELECT group_concat((SELECT text FROM v_documents)) FROM n")
        with pytest.raises(QueryError, match="larger than 20 MB"):
            rows(asked, f"SELECT length({'replace(' * 12}'aaaaaaaaaa'{', ' + repr('a') + ', ' + repr('a' * 10) + ')'}"
                        f"{(', ' + repr('a') + ', ' + repr('a' * 10) + ')') * 11})")  # fmt: skip
        assert rows(asked, "SELECT printf('%.1000000000d', 1) IS NULL OR 1") == [(1,)]

    def test_lists_can_be_taken_apart(self, asked: Project) -> None:
        assert rows(asked, 'SELECT value FROM json_each(\'["a", "b"]\') ORDER BY 1') == [("a",), ("b",)]

    def test_an_error_says_where_and_what_was_meant(self, asked: Project) -> None:
        told = {sql: refused(asked, sql) for sql in MISTAKES}
        assert {sql: told[sql] for sql, said in MISTAKES.items() if said not in (told[sql] or "")} == {}


class TestHeldInPostgreSQL:
    @pytest.fixture
    def asked(self, postgres: Callable[[], str], tmp_path: Path, code: Any, document: Any) -> Iterator[Project]:
        with Project(database=postgres(), files=tmp_path / "byline.files") as project:
            keep(project, document(TEXT, published=None), code)
            yield project

    def test_it_asks_for_nothing_else(self, asked: Project) -> None:
        assert [sql for sql in ONLY_POSTGRESQL if refused(asked, sql) is None] == []

    def test_a_view_of_ones_own_under_our_name_is_not_asked(self, asked: Project) -> None:
        """The names are those of the schema that Byline made its tables in."""
        with asked.store.writing() as connection:
            connection.exec_driver_sql("CREATE SCHEMA other")
            connection.exec_driver_sql("CREATE VIEW other.v_events AS SELECT title FROM documents")
        with pytest.raises(QueryError, match="is not read by queries"):
            rows(asked, "SELECT title FROM other.v_events")

    def test_an_error_says_where_and_what_was_meant(self, asked: Project) -> None:
        with pytest.raises(QueryError, match=r"did you mean event_id or incident_id\? \(line 1, column 8\)"):
            rows(asked, "SELECT evnt_id FROM v_events")
        with pytest.raises(QueryError, match="did you mean v_events"):
            rows(asked, "SELECT * FROM v_event")

    def test_columns_of_one_name_can_be_asked_for(self, asked: Project) -> None:
        assert rows(asked, "SELECT count(*), count(*) FROM v_documents;") == [(1, 1)]
        assert rows(asked, "SELECT date_trunc('month', published), string_agg(title, ', ') FROM v_documents GROUP BY 1")


class TestCommand:
    @pytest.fixture
    def asked(self, laptop: Callable[[str], Project], code: Any, document: Any) -> Project:
        project = laptop("one")
        keep(project, document(TEXT, title='=HYPERLINK("x")', published=None), code)
        return project

    def ask(self, project: Project, *words: str, ok: bool = True, input: str | None = None) -> str:
        done = CliRunner().invoke(main, ["query", *words, "--db", str(project.database)], input=input)
        assert (done.exit_code == 0) == ok, done.output
        return done.stdout if ok else done.output

    def test_a_table_for_people(self, asked: Project) -> None:
        told = self.ask(asked, "SELECT country, count(*) AS events FROM v_events GROUP BY country")
        assert told.splitlines()[0].split() == ["country", "events"]
        assert told.splitlines()[2].split() == ["KE", "2"]

    def test_rows_that_are_too_wide_stand_one_below_the_other(self, asked: Project) -> None:
        told = self.ask(asked, "SELECT * FROM v_events LIMIT 1")
        assert told.startswith("── row 1")
        assert "event_id" in told.splitlines()[1]

    def test_json(self, asked: Project) -> None:
        told = json.loads(self.ask(asked, "SELECT type, latitude FROM v_events ORDER BY starts", "--format", "json"))
        assert [row["type"] for row in told] == ["COERCE", "ASSAULT"]
        assert json.loads(self.ask(asked, "SELECT type FROM v_events WHERE 0", "--format", "json")) == []
        line, *_ = self.ask(asked, "SELECT 1 AS a, 2 AS a", "--format", "jsonl").splitlines()
        assert json.loads(line) == {"a": 1, "a_2": 2}

    def test_csv_that_no_spreadsheet_runs(self, asked: Project) -> None:
        told = self.ask(asked, "SELECT title, -1 AS less, text FROM v_documents", "--format", "csv")
        (row,) = csv.DictReader(io.StringIO(told))
        assert row["title"] == '\'=HYPERLINK("x")'
        assert row["less"] == "-1"
        assert row["text"].count("\n") == TEXT.count("\n")

    def test_a_limit_is_said(self, asked: Project) -> None:
        done = CliRunner().invoke(
            main, ["query", "SELECT event_id FROM v_evidence", "--limit", "2", "--db", str(asked.database)]
        )
        assert "there are more" in done.stderr
        assert len(done.stdout.splitlines()) == 4

    def test_a_query_from_standard_input(self, asked: Project) -> None:
        assert self.ask(asked, "-", input="SELECT 7 AS seven\n").splitlines()[0] == "seven"

    def test_the_views_are_listed_with_every_column(self, asked: Project) -> None:
        told = self.ask(asked, "--views")
        for view in views().values():
            assert f"\n{view.name}\n" in f"\n{told}"
            assert [column.name for column in view.columns if column.says not in told] == []

    def test_errors_are_said_and_end_with_1(self, asked: Project) -> None:
        assert "line 1, column 8" in self.ask(asked, "SELECT nothing FROM v_events", ok=False)

    def test_no_database_is_said(self, tmp_path: Path) -> None:
        done = CliRunner().invoke(main, ["query", "SELECT 1", "--db", str(tmp_path / "none.db")])
        assert done.exit_code == 1
        assert "is not there" in done.output
