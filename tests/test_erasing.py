"""Erasing: nothing is left of a document but its tombstone, and it is not read in again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace

import pytest

from byline.errors import NotFoundError, StoreError
from byline.model import Failure
from byline.project import Project, keeping
from byline.store import results, tombstones
from kept import PLACES, broken, fill, found_in, outcome_of, read_document, run, said


class TestErase:
    def test_nothing_is_left_but_a_tombstone(self, project: Project) -> None:
        gone, kept = read_document("Oruro"), read_document("Tarija")
        lost = Failure(document_id=gone.id, pipeline_id="p9", origin=gone.origin, step="find.what", error="no model")
        project.store.add_failure(lost)
        project.store.raw(gone.raw_sha256)
        done = keeping.erase(project, gone.id, reason=" asked for by the witness ")
        assert (done.codings, done.raw, done.results) == (2, 1, 2)
        assert done.tombstone.reason == "asked for by the witness"
        assert not found_in(project, gone.text)
        assert not found_in(project, gone.origin)
        assert found_in(project, kept.text) or "://" in str(project.database)
        assert [one.id for one in project.store.documents()] == sorted(
            read_document(place).id for place in PLACES if place != "Oruro"
        )
        assert lost not in project.store.failures()
        with pytest.raises(NotFoundError):
            project.store.raw(gone.raw_sha256)
        assert broken(project) == []
        before = said(project)
        keeping.rebuild(project)
        assert said(project) == before
        keeping.erase(project, gone.id, reason="again")
        assert said(project) == before

    def test_raw_bytes_that_another_document_rests_on_stay(self, sqlite_project: Project) -> None:
        copy = read_document("Oruro", name="copy.txt")
        run(sqlite_project.store, outcome_of(copy))
        done = keeping.erase(sqlite_project, read_document("Oruro").id, reason="asked for")
        assert (done.raw, done.same_text) == (0, (copy.id,))
        assert sqlite_project.store.raw(copy.raw_sha256)
        assert sqlite_project.store.erased().of(copy) is None
        assert keeping.erase(sqlite_project, copy.id, reason="asked for").raw == 1

    def test_it_is_not_read_in_again(self, project: Project) -> None:
        gone = read_document("Oruro")
        keeping.erase(project, gone.id, reason="asked for")
        erased = project.store.erased()
        assert erased.failure(read_document("Sucre")) is None
        other_reader = read_document("Oruro", text=gone.text + " More.")
        for again in (
            gone,
            read_document("Oruro", name="new-name.txt"),
            replace(other_reader, raw_sha256=gone.raw_sha256),
        ):
            failure = erased.failure(again)
            assert failure is not None
            assert failure.step == "erased"
            assert "asked for" in failure.error
        run(project.store, outcome_of(gone), at="2026-05")
        assert project.store.document(gone.id) is None
        assert any("was erased and is still there" in one for one in broken(project))
        keeping.erase(project, gone.id, reason="again")
        assert broken(project) == []

    def test_an_erasure_that_was_broken_off_is_finished(
        self, sqlite_project: Project, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        gone = read_document("Oruro")
        with monkeypatch.context() as patched:

            def killed(*_: object) -> None:
                raise KeyboardInterrupt

            patched.setattr("byline.store.erasing._rewrite", killed)
            with pytest.raises(KeyboardInterrupt):
                keeping.erase(sqlite_project, gone.id, reason="asked for")
        assert any(f"run byline erase {gone.id} again" in one for one in broken(sqlite_project))
        keeping.erase(sqlite_project, gone.id, reason="asked for")
        assert not found_in(sqlite_project, gone.text)
        assert broken(sqlite_project) == []

    def test_what_it_refuses(self, sqlite_project: Project) -> None:
        gone = read_document("Oruro")
        with pytest.raises(NotFoundError, match="give it whole"):
            keeping.erase(sqlite_project, gone.id[:8], reason="asked for")
        with pytest.raises(StoreError, match="say why"):
            keeping.erase(sqlite_project, gone.id, reason=" ")
        with results.under_way(sqlite_project.store.files), pytest.raises(StoreError, match="a run is under way"):
            keeping.erase(sqlite_project, gone.id, reason="asked for")
        assert sqlite_project.store.document(gone.id) == gone
        assert tombstones.read(sqlite_project.store.files) == ()

    def test_another_process_that_reads_is_told_of(
        self, laptop: Callable[[str], Project], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("byline.store.database.BUSY_SECONDS", 0.05)
        gone = read_document("Oruro")
        with laptop("one") as project:
            fill(project.store)
            with closing(sqlite3.connect(project.database, isolation_level=None)) as reader:
                reader.execute("BEGIN")
                reader.execute("SELECT * FROM documents").fetchone()
                with pytest.raises(StoreError, match="another process reads"):
                    keeping.erase(project, gone.id, reason="asked for")
                reader.execute("ROLLBACK")
            keeping.erase(project, gone.id, reason="asked for")
            assert not found_in(project, gone.text)

    def test_a_damaged_tombstone_is_told_and_a_torn_one_was_never_there(self, sqlite_project: Project) -> None:
        keeping.erase(sqlite_project, read_document("Oruro").id, reason="asked for")
        path = sqlite_project.store.files / tombstones.NAME
        whole = path.read_bytes()
        path.write_bytes(whole + whole[:30])
        assert len(tombstones.read(sqlite_project.store.files)) == 1
        keeping.erase(sqlite_project, read_document("Sucre").id, reason="asked for")
        assert len(tombstones.read(sqlite_project.store.files)) == 2
        path.write_bytes(b"{}\n" + whole)
        with pytest.raises(StoreError, match=r"tombstones\.jsonl:1: is no tombstone"):
            tombstones.read(sqlite_project.store.files)
