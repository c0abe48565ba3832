"""The store: what goes in comes out equal, adding again changes nothing, and what cannot be opened says why."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date
from importlib import resources
from itertools import count
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, MetaData, create_engine, insert, inspect, text

from byline.errors import NotFoundError, StoreError
from byline.model import (
    Actor,
    Coding,
    Cut,
    Dateline,
    Document,
    Event,
    Failure,
    Mention,
    Person,
    Place,
    Quantity,
    Span,
    Speaker,
    When,
    document_id,
    sha256,
)
from byline.store import Store, codec, rows
from byline.store.database import migrate, url_of
from byline.store.schema import REVISIONS, metadata

TEXT = "Police arrested twelve people in Oruro on Monday."
RAW = TEXT.encode()
NUMBERS = count()
"""Hypothesis draws the same names again, and the store keeps what came first under a name."""


@pytest.fixture
def opened(address: str, tmp_path: Path) -> Callable[[], Store]:
    """Opens the one store of a test."""
    return lambda: Store.open(address, files=tmp_path / "byline.files")


@pytest.fixture
def store(opened: Callable[[], Store]) -> Iterator[Store]:
    with opened() as one:
        yield one


def make_document(text: str = TEXT, *, name: str = "report.txt") -> Document:
    return Document(
        id=document_id(source=None, where=name, text=text),
        text=text,
        origin=name,
        raw_sha256=sha256(text),
        text_sha256=sha256(text),
        made_by="text 1",
        dateline=Dateline(place="ORURO", date=date(2021, 3, 1)),
        published=date(2021, 3, 2),
        captions=("The square",),
        cuts=(Cut(start=0, text="728 x 90", reason="advertising slot"),),
    )


def make_event(document: Document, *, id: str = "e0000000000000001", type: str | None = "COERCE") -> Event:
    place = Place(name="Oruro", precision="city", geonameid=3909234, latitude=-17.98333, longitude=-67.15, country="BO")
    return Event(
        id=id,
        document_id=document.id,
        type=type,
        mode=None,
        trigger=Span(start=7, end=15),
        sentence=Span(start=0, end=49),
        mentions=(
            Mention(role="actor", span=Span(start=0, end=6), value=Actor(name="Police", kind="organization")),
            Mention(role="place", span=Span(start=33, end=38), value=place, also=(Span(start=0, end=4, part="title"),)),
            Mention(
                role="when",
                span=Span(start=42, end=48),
                value=When(start=date(2021, 3, 1), end=None, precision="day", basis="relative"),
                antecedent=Span(start=0, end=3, part="caption:0"),
                score=0.1 + 0.2,
            ),
            Mention(role="quantity", span=Span(start=16, end=22), value=Quantity(what="arrests", low=12, high=None)),
            Mention(role="speaker", span=Span(start=0, end=6), value=Speaker(name=None, kind="outlet")),
            Mention(role="recipient", span=Span(start=23, end=29), value=None),
        ),
        members=("e0000000000000002",),
        contexts=("strike",),
        told=(Span(start=1, end=2),),
        score=0.75,
        by="find.what 1",
    )


def make_coding(document: Document, *, pipeline: str = "p1", id: str = "e0000000000000001") -> Coding:
    event = make_event(document, id=id)
    return Coding(
        document_id=document.id,
        pipeline_id=pipeline,
        sentences=(Span(start=0, end=49),),
        events=(event, replace(event, id="f" + id[1:], mentions=())),
        people=(Person(name="Ana Example", standing="protected", because="minor", spans=(Span(start=0, end=6),)),),
    )


class TestRoundTrip:
    def test_documents_and_codings_come_back_equal(self, store: Store) -> None:
        document = make_document()
        coding = make_coding(document)
        assert store.add_document(document, RAW)
        assert store.add_coding(coding)
        assert store.document(document.id) == document
        assert store.coding(document.id, "p1") == coding
        assert store.raw(document.raw_sha256) == RAW

    def test_it_is_all_there_when_opened_again(self, opened: Callable[[], Store], tmp_path: Path) -> None:
        document = make_document()
        with opened() as store:
            store.add_document(document, RAW)
            store.add_coding(make_coding(document))
        with opened() as store:
            assert store.coding(document.id, "p1") == make_coding(document)
            assert store.raw(document.raw_sha256) == RAW
        assert (tmp_path / "byline.files" / "raw" / document.raw_sha256[:2] / document.raw_sha256).exists()

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=50)
    @given(data=st.data())
    def test_any_value_comes_back_equal(self, store: Store, data: st.DataObject) -> None:
        texts = st.text(st.characters() | st.sampled_from("\x00\x1b\ud800\udfff"), max_size=20)
        numbers = st.floats(allow_nan=False, allow_infinity=False)
        spans = st.builds(Span, start=st.integers(0, 10**9), end=st.integers(0, 10**9), part=st.just("text") | texts)
        values = st.one_of(
            st.none(),
            st.builds(Actor, name=texts, code=st.none() | texts, sector=st.none() | texts),
            st.builds(Place, name=texts, latitude=st.none() | numbers, radius_km=st.none() | numbers),
            st.builds(When, start=st.none() | st.dates(), end=st.none() | st.dates()),
            st.builds(Quantity, low=st.none() | numbers, high=st.none() | st.integers(0, 10**6), of=st.none() | texts),
            st.builds(Speaker, name=st.none() | texts, interest=st.none() | texts),
        )
        mentions = st.builds(
            Mention,
            span=spans,
            value=values,
            score=numbers,
            by=texts,
            antecedent=st.none() | spans,
            also=st.lists(spans, max_size=2).map(tuple),
        )
        words = data.draw(texts)
        document = replace(
            make_document(words, name=f"{next(NUMBERS)}.txt"),
            title=data.draw(st.none() | texts),
            byline=data.draw(st.none() | texts),
        )
        document = replace(document, captions=tuple(data.draw(st.lists(texts, max_size=2))), cuts=())
        made = tuple(data.draw(st.lists(mentions, max_size=4)))
        event = replace(make_event(document), mentions=made, contexts=(data.draw(texts),), mode=data.draw(texts))
        coding = Coding(document_id=document.id, pipeline_id=f"p{next(NUMBERS)}", sentences=(), events=(event,))
        store.add_document(document, words.encode("utf-8", "surrogatepass"))
        store.add_coding(coding)
        assert store.document(document.id) == document
        assert store.coding(document.id, coding.pipeline_id) == coding


class TestAgain:
    def test_adding_the_same_again_changes_nothing(self, store: Store) -> None:
        document = make_document()
        failure = Failure(document_id=None, pipeline_id=None, origin="empty.txt", step="read", error="is empty")
        assert (store.add_document(document, RAW), store.add_document(document, RAW)) == (True, False)
        assert (store.add_coding(make_coding(document)), store.add_coding(make_coding(document))) == (True, False)
        assert (store.add_failure(failure), store.add_failure(failure)) == (True, False)
        assert store.counts() == {"documents": 1, "codings": 1, "events": 2, "mentions": 6, "failures": 1}
        assert store.failures() == (failure,)

    def test_a_coding_is_never_edited(self, store: Store) -> None:
        document = make_document()
        store.add_document(document, RAW)
        store.add_coding(make_coding(document))
        store.add_coding(replace(make_coding(document), events=()))
        assert store.coding(document.id, "p1") == make_coding(document)

    def test_codings_of_two_pipelines_live_side_by_side(self, store: Store) -> None:
        document = make_document()
        store.add_document(document, RAW)
        store.add_coding(make_coding(document, pipeline="p1"))
        store.add_coding(make_coding(document, pipeline="p2", id="e0000000000000009"))
        assert store.coding(document.id, "p1") == make_coding(document, pipeline="p1")
        latest = store.latest_coding(document.id)
        assert latest is not None
        assert latest.pipeline_id == "p2"
        assert store.coding(document.id, "p3") is None

    def test_a_failure_of_another_step_or_pipeline_is_another(self, store: Store) -> None:
        first = Failure(document_id="d1", pipeline_id="p1", origin="a.txt", step="find.what", error="no model")
        for failure in (first, replace(first, step="fill.where"), replace(first, pipeline_id="p2")):
            assert store.add_failure(failure)
        assert not store.add_failure(replace(first, error="said otherwise"))
        assert store.failures()[0] == first

    def test_a_transaction_keeps_all(self, store: Store) -> None:
        document = make_document()
        with store.transaction():
            store.add_document(document, RAW)
            store.add_coding(make_coding(document))
            assert store.document(document.id) == document
        assert store.counts()["codings"] == 1

    def test_or_nothing(self, store: Store) -> None:
        document = make_document()
        unknown = replace(make_coding(document), document_id="d0")

        def add() -> None:
            with store.transaction():
                store.add_document(document, RAW)
                store.add_coding(unknown)

        with pytest.raises(StoreError):
            add()
        assert store.counts()["documents"] == 0


class TestFinding:
    @pytest.fixture
    def document(self, store: Store) -> Document:
        document = make_document()
        store.add_document(document, RAW)
        return document

    def test_an_event_comes_with_its_document_as_coded_last(self, store: Store, document: Document) -> None:
        store.add_coding(make_coding(document, pipeline="p1"))
        store.add_coding(make_coding(document, pipeline="p2"))
        found = store.event("e0000000000000001")
        assert found == (document, make_event(document), make_coding(document, pipeline="p2"))
        assert store.event("e00000000000000ff") is None

    def test_a_prefix_that_fits_one_id_is_enough(self, store: Store, document: Document) -> None:
        store.add_coding(make_coding(document, pipeline="p1"))
        store.add_coding(make_coding(document, pipeline="p2"))
        assert store.find(document.id[:6]) == document.id
        assert store.find("e0000") == "e0000000000000001"
        assert store.find("e0000000000000001") == "e0000000000000001"

    def test_a_prefix_that_fits_several_names_them(self, store: Store, document: Document) -> None:
        store.add_coding(make_coding(document, pipeline="p1"))
        store.add_coding(make_coding(document, pipeline="p2", id="e0000000000000002"))
        with pytest.raises(NotFoundError, match="e0000000000000001, e0000000000000002"):
            store.find("e000")

    @pytest.mark.parametrize("prefix", ["", "e9", "x", "d%", "E0", "e0000000000000001z"])
    def test_a_prefix_that_fits_none(self, store: Store, document: Document, prefix: str) -> None:
        store.add_coding(make_coding(document))
        with pytest.raises(
            NotFoundError, match="no document, event, incident, finding or decision has an id that begins with"
        ):
            store.find(prefix)

    def test_all_documents(self, store: Store, document: Document) -> None:
        other = make_document("The mayor of Oruro said that all was calm.")
        store.add_document(other, other.text.encode())
        assert list(store.documents()) == sorted([document, other], key=lambda one: one.id)


class TestRaw:
    def test_bytes_must_have_the_hash_they_are_named_by(self, store: Store) -> None:
        with pytest.raises(StoreError, match="do not have the hash"):
            store.add_document(make_document(), b"other bytes")
        assert store.counts()["documents"] == 0

    def test_bytes_that_were_changed_are_noticed(self, store: Store, tmp_path: Path) -> None:
        document = make_document()
        store.add_document(document, RAW)
        (file,) = (path for path in (tmp_path / "byline.files").rglob("*") if path.is_file())
        file.write_bytes(b"tampered with")
        with pytest.raises(StoreError, match="were changed"):
            store.raw(document.raw_sha256)

    def test_bytes_that_are_not_kept(self, store: Store) -> None:
        with pytest.raises(NotFoundError, match="no raw bytes"):
            store.raw("0" * 64)

    def test_a_document_must_be_added_before_its_coding(self, store: Store) -> None:
        with pytest.raises(StoreError, match="add the document first"):
            store.add_coding(make_coding(make_document()))


class TestOpening:
    def test_not_a_database(self, tmp_path: Path) -> None:
        (tmp_path / "byline.db").write_bytes(b"This is a letter and no database. " * 100)
        with pytest.raises(StoreError, match=r"byline\.db: is not a database"):
            Store.open(tmp_path / "byline.db")

    def test_a_database_of_someone_else(self, tmp_path: Path) -> None:
        with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
            connection.execute("CREATE TABLE notes (note TEXT)")
        with pytest.raises(StoreError, match="not one of Byline's"):
            Store.open(tmp_path / "other.db")

    def test_a_database_of_a_newer_byline(self, tmp_path: Path) -> None:
        Store.open(tmp_path / "byline.db").close()
        with closing(sqlite3.connect(tmp_path / "byline.db")) as connection, connection:
            connection.execute("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(StoreError, match=r"newer Byline \(schema 9999\); update Byline"):
            Store.open(tmp_path / "byline.db")

    @pytest.mark.parametrize("path", ["missing/byline.db", "."])
    def test_a_folder_that_cannot_be_written(self, tmp_path: Path, path: str) -> None:
        with pytest.raises(StoreError, match="cannot be opened for writing"):
            Store.open(tmp_path / path)

    def test_urls(self, tmp_path: Path) -> None:
        Store.open(f"sqlite:///{tmp_path / 'byline.db'}").close()
        assert (tmp_path / "byline.db").exists()
        with pytest.raises(StoreError, match="name a folder for the raw bytes with --files"):
            Store.open("postgresql://localhost/byline")
        with pytest.raises(StoreError, match="no driver"):
            Store.open("nonsense://localhost/byline", files=tmp_path)
        with pytest.raises(StoreError, match="is no database URL") as told:
            Store.open("no url://person:secret@", files=tmp_path)
        assert "secret" not in str(told.value)

    def test_a_server_that_is_not_there(self, tmp_path: Path) -> None:
        pytest.importorskip("psycopg")
        with pytest.raises(StoreError, match="byline: the database server cannot be reached") as told:
            Store.open(f"postgresql://person:secret@/byline?host={tmp_path}", files=tmp_path)
        assert "secret" not in str(told.value)

    def test_opening_what_is_up_to_date_does_not_load_alembic(self, tmp_path: Path) -> None:
        program = (
            "import sys; from byline.store import Store\n"
            "for _ in range(2): Store.open(sys.argv[1]).close()\n"
            "assert 'alembic' not in sys.modules"
        )
        subprocess.run([sys.executable, "-c", program, str(tmp_path / "byline.db")], check=True)


class TestTwoAtOnce:
    def test_processes_that_write_at_once_wait_for_each_other(
        self, address: str, opened: Callable[[], Store], tmp_path: Path
    ) -> None:
        opened().close()
        program = (
            "import sys; from pathlib import Path; from byline.store import Store; from byline.model import *\n"
            "store = Store.open(sys.argv[1], files=Path(sys.argv[2]))\n"
            "for n in range(40):\n"
            "    text = f'report {n}'; span = (Span(start=0, end=6),)\n"
            "    id = document_id(source=None, where='r', text=text)\n"
            "    with store.transaction():\n"
            "        store.add_document(Document(id=id, text=text, origin='r', raw_sha256=sha256(text),\n"
            "            text_sha256=sha256(text), made_by='t'), text.encode())\n"
            "        coding = Coding(document_id=id, pipeline_id='p' + sys.argv[3], sentences=span, events=())\n"
            "        store.add_coding(coding)\n"
        )
        command = [sys.executable, "-c", program, address, str(tmp_path / "byline.files")]
        running = [subprocess.Popen([*command, str(number)]) for number in range(2)]
        assert [one.wait(timeout=60) for one in running] == [0, 0]
        with opened() as store:
            assert (store.counts()["documents"], store.counts()["codings"]) == (40, 80)

    def test_a_writer_that_waits_too_long_is_told(
        self, opened: Callable[[], Store], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("byline.store.database.BUSY_SECONDS", 0.05)
        with opened() as one, opened() as other:
            with one.transaction(), pytest.raises(StoreError, match="is held by another process; wait"):
                other.add_document(make_document(), RAW)
            assert other.add_document(make_document(), RAW)


class TestMigrations:
    def test_versions_are_those_of_the_folder(self) -> None:
        scripts = ScriptDirectory(str(resources.files("byline.store") / "migrations")).walk_revisions()
        assert tuple(script.revision for script in scripts)[::-1] == REVISIONS

    def test_migrating_makes_the_same_tables_as_making_them_anew(self, tmp_path: Path) -> None:
        Store.open(tmp_path / "new.db").close()
        made = create_engine(f"sqlite:///{tmp_path / 'new.db'}")
        migrated = create_engine(f"sqlite:///{tmp_path / 'migrated.db'}")
        with migrated.begin() as connection:
            migrate(connection)
        assert described(migrated) == described(made)
        assert list(described(made)) == sorted([*metadata.tables, "alembic_version"])

    def test_data_of_the_first_version_is_kept(self, address: str, opened: Callable[[], Store], tmp_path: Path) -> None:
        document = make_document()
        coding = replace(make_coding(document), people=None)
        with closing_engine(address) as engine:
            with engine.begin() as connection:
                migrate(connection, to="0001")
            old = MetaData()
            old.reflect(engine)
            with engine.begin() as connection:
                row = codec.document_row(document)
                connection.execute(insert(old.tables["documents"]), row)
                head = {"document_id": document.id, "pipeline_id": "p1", "sentences": [[0, 49, "text"]]}
                connection.execute(insert(old.tables["codings"]), head)  # the first: 1
                for name, made in (
                    ("events", rows.event_rows(coding, coding_id=1)),
                    ("mentions", rows.mention_rows(coding, coding_id=1)),
                    ("failures", [{"key": "k", "origin": "a.txt", "step": "read", "error": "is empty"}]),
                ):
                    connection.execute(insert(old.tables[name]), made)
        with opened() as store:
            assert store.document(document.id) == document
            assert store.coding(document.id, "p1") == coding
            assert store.failures()[0].error == "is empty"
            assert store.add_coding(make_coding(document, pipeline="p2"))

    def test_a_migrated_database_is_used_as_any(self, tmp_path: Path) -> None:
        with create_engine(f"sqlite:///{tmp_path / 'byline.db'}").begin() as connection:
            migrate(connection)
        document = make_document()
        with Store.open(tmp_path / "byline.db") as store:
            store.add_document(document, RAW)
            store.add_coding(make_coding(document))
            assert store.coding(document.id, "p1") == make_coding(document)


@contextmanager
def closing_engine(address: str) -> Iterator[Engine]:
    engine = create_engine(url_of(address))
    try:
        yield engine
    finally:
        engine.dispose()


def described(engine: Engine) -> dict[str, object]:
    """What a database says of its tables: columns, keys, indexes, constraints."""
    with engine.connect() as connection:
        inspector = inspect(connection)
        return {
            table: (
                [(one["name"], str(one["type"]), one["nullable"]) for one in inspector.get_columns(table)],
                inspector.get_pk_constraint(table)["constrained_columns"],
                inspector.get_foreign_keys(table),
                inspector.get_indexes(table),
                inspector.get_unique_constraints(table),
            )
            if table != "alembic_version"
            else connection.scalar(text(f"SELECT version_num FROM {table}"))
            for table in inspector.get_table_names()
        }
