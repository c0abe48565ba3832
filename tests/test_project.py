"""The verbs a user has, in Python: read, code, show; what is kept, and what a second run does."""

from __future__ import annotations

import io
import json
import sqlite3
from datetime import date
from pathlib import Path

import pytest

from byline.errors import NotFoundError, StoreError
from byline.model import Document, Failure
from byline.project import Coded, Counts, Project
from byline.store.rebuilding import rebuild

REPORT = "Police arrest 14 in Nairobi\n\nNAIROBI, Kenya, March 12, 2021 - Police arrested 14 people on Thursday.\n"
NOTHING_TOLD = "The library in Salta has a new reading room, and the mayor likes the colour of its walls very much."


@pytest.fixture
def project(tmp_path: Path) -> Project:
    with Project(database=tmp_path / "byline.db") as project:
        yield project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two reports, one that tells nothing, and two inputs that cannot be read."""
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "a.txt").write_text(REPORT, encoding="utf-8")
    (folder / "b.txt").write_bytes(b"")
    (folder / "c.txt").write_text(NOTHING_TOLD, encoding="utf-8")
    (folder / "d.txt").write_bytes(b"\x7fELF\x00\x00\x01")
    (folder / "e.txt").write_text(REPORT.replace("14", "15"), encoding="utf-8")
    return folder


def coded(outcomes: list[Coded | Failure]) -> list[Coded]:
    return [one for one in outcomes if isinstance(one, Coded)]


class TestCode:
    def test_outcomes_come_in_input_order_and_failures_in_their_place(self, project: Project, folder: Path) -> None:
        outcomes = list(project.code([folder]))
        origins = [one.document.origin if isinstance(one, Coded) else one.origin for one in outcomes]
        assert origins == [str(folder / name) for name in ("a.txt", "b.txt", "c.txt", "d.txt", "e.txt")]
        assert [isinstance(one, Failure) for one in outcomes] == [False, True, False, True, False]

    def test_counts(self, project: Project, folder: Path) -> None:
        counts = Counts()
        for outcome in project.code([folder]):
            counts.add(outcome)
        assert (counts.documents, counts.without_events, counts.failed, counts.before) == (3, 1, 2, 0)
        assert counts.events == 2

    def test_a_second_run_is_a_no_op(self, project: Project, folder: Path, tmp_path: Path) -> None:
        first = list(project.code([folder]))
        before = rows(tmp_path / "byline.db")
        second = coded(list(project.code([folder])))
        assert rows(tmp_path / "byline.db") == before
        assert len(second) == 3
        assert [one.coding for one in coded(first)] == [one.coding for one in second]
        assert [project.records(one) for one in coded(first)] == [project.records(one) for one in second]
        assert not any(one.new for one in second)

    def test_a_run_that_was_broken_off_goes_on(self, project: Project, folder: Path) -> None:
        next(project.code([folder]))
        assert [one.new for one in coded(list(project.code([folder])))] == [False, True, True]

    def test_it_goes_on_in_another_process(self, folder: Path, tmp_path: Path) -> None:
        for new in (True, False):
            with Project(database=tmp_path / "other.db") as project:
                assert {one.new for one in coded(list(project.code([folder])))} == {new}

    def test_nothing_is_read_before_it_is_asked_for(self, project: Project, folder: Path) -> None:
        outcomes = project.code([folder / "a.txt", folder / "made later.txt"])
        assert isinstance(next(outcomes), Coded)
        (folder / "made later.txt").write_text(REPORT.replace("14", "16"), encoding="utf-8")
        assert isinstance(next(outcomes), Coded)

    def test_a_report_moved_to_another_folder_is_the_same(self, project: Project, folder: Path, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_bytes((folder / "a.txt").read_bytes())
        (one,), (other,) = list(project.code([folder / "a.txt"])), list(project.code([tmp_path / "a.txt"]))
        assert isinstance(one, Coded)
        assert isinstance(other, Coded)
        assert one.document.id == other.document.id
        assert not other.new

    def test_rows_and_texts_of_one_report_are_coded_alike(self, project: Project) -> None:
        row = json.dumps({"text": "Police arrested 14 people in Nairobi.", "id": "row 7", "published": "2021-03-12"})
        (one,) = project.code(["-"], stdin=io.BytesIO(row.encode()))
        assert isinstance(one, Coded)
        (record,) = project.records(one)
        assert record["document"]["external_id"] == "row 7"
        assert record["document"]["published"] == "2021-03-12"

    def test_a_row_whose_date_was_mended_is_coded_anew(self, project: Project, tmp_path: Path) -> None:
        row = {"text": "Police arrested 14 people in Nairobi on Thursday.", "id": "row 7"}

        def told(published: str) -> tuple[bool, str | None]:
            line = json.dumps({**row, "published": published}).encode()
            (one,) = project.code(["-"], stdin=io.BytesIO(line))
            assert isinstance(one, Coded)
            (record,) = project.records(one)
            return one.new, record["when"]["start"]

        assert told("2021-03-12") == (True, "2021-03-11")
        assert told("2022-03-12") == (True, "2022-03-10")
        assert told("2022-03-12") == (False, "2022-03-10")
        kept = rows(tmp_path / "byline.db")
        rebuild(tmp_path / "byline.db")
        assert rows(tmp_path / "byline.db") == kept

    def test_what_another_file_tells_of_the_same_report_changes_nothing(self, project: Project, tmp_path: Path) -> None:
        row = {"text": "Police arrested 14 people in Nairobi on Thursday.", "url": "https://example.org/1"}
        days = []
        for name, published in (("a.jsonl", "2021-03-12"), ("b.jsonl", "2022-03-12"), ("a.jsonl", "2021-03-12")):
            (tmp_path / name).write_text(json.dumps({**row, "published": published}), encoding="utf-8")
            (one,) = project.code([tmp_path / name])
            assert isinstance(one, Coded)
            days.append((one.new, *(mention.value.start for mention in one.coding.events[0].role("when"))))
        assert days == [(True, date(2021, 3, 11)), (False, date(2021, 3, 11)), (False, date(2021, 3, 11))]

    def test_raw_bytes_are_kept_by_their_hash(self, project: Project, folder: Path, tmp_path: Path) -> None:
        (one,) = project.code([folder / "a.txt"])
        assert isinstance(one, Coded)
        assert (tmp_path / "byline.files").is_dir()
        assert project.store.raw(one.document.raw_sha256) == (folder / "a.txt").read_bytes()


class TestRead:
    def test_nothing_is_stored(self, project: Project, folder: Path, tmp_path: Path) -> None:
        readings = list(project.read([folder]))
        assert [type(one) for one in readings] == [Document, Failure, Document, Failure, Document]
        assert not (tmp_path / "byline.db").exists()


class TestShow:
    def test_an_event_by_the_beginning_of_its_id(self, project: Project, folder: Path) -> None:
        (one,) = project.code([folder / "a.txt"])
        assert isinstance(one, Coded)
        (event,) = one.coding.events
        found = project.show(event.id[:6])
        assert isinstance(found, tuple)
        assert found[1] == event
        assert found[0].document == one.document

    def test_a_document_by_the_beginning_of_its_id(self, project: Project, folder: Path) -> None:
        (one,) = project.code([folder / "a.txt"])
        assert isinstance(one, Coded)
        found = project.show(one.document.id[:6])
        assert isinstance(found, Coded)
        assert (found.document, found.coding) == (one.document, one.coding)

    def test_what_is_not_there(self, project: Project, folder: Path) -> None:
        list(project.code([folder]))
        with pytest.raises(NotFoundError, match="e000"):
            project.show("e000")


class TestFailures:
    def test_they_are_rows(self, project: Project, folder: Path) -> None:
        list(project.code([folder]))
        found = project.failures()
        assert [Path(one.origin).name for one in found] == ["b.txt", "d.txt"]
        assert all(one.step and one.error for one in found)

    def test_met_again_they_are_not_added_again(self, project: Project, folder: Path) -> None:
        list(project.code([folder]))
        list(project.code([folder]))
        assert len(project.failures()) == 2


class TestDatabase:
    def test_one_that_cannot_be_opened_says_so(self, folder: Path, tmp_path: Path) -> None:
        (tmp_path / "no.db").write_text("this is no database", encoding="utf-8")
        with Project(database=tmp_path / "no.db") as project, pytest.raises(StoreError, match=r"no\.db"):
            list(project.code([folder]))


def rows(database: Path) -> dict[str, int]:
    """How many rows each table holds."""
    with sqlite3.connect(database) as connection:
        tables = [name for (name,) in connection.execute("select name from sqlite_master where type = 'table'")]
        return {name: connection.execute(f'select count(*) from "{name}"').fetchone()[0] for name in tables}
