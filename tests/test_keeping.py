"""Keeping: what is there, whether it holds, and the database made anew from its files."""

from __future__ import annotations

import gzip
import json
import shlex
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from byline.cli import keeping as commands
from byline.cli import main
from byline.config import Config
from byline.errors import StoreError
from byline.model import Document, Failure
from byline.project import Project, keeping
from byline.store import checking, results
from kept import broken, code_document, fill, read_document, said


class TestStatus:
    def test_tells_what_is_there(self, project: Project) -> None:
        found = keeping.status(project)
        assert (found.documents, found.readings, found.receipts, found.erased) == (4, 6, 2, 0)
        assert [(one.pipeline_id, one.documents, one.events) for one in found.codings] == [("p2", 2, 2), ("p1", 4, 4)]
        assert found.codings[0].last == "2026-03-02T10:00:00Z"
        assert found.failures == {"read": 1}
        assert (found.raw.files, found.results.files) == (4, 2)
        assert found.database_bytes > 0

    def test_of_nothing(self, laptop: Callable[[str], Project]) -> None:
        with laptop("new") as project:
            found = keeping.status(project)
        assert (found.documents, found.codings, found.last_run) == (0, (), None)


REPORT = "Police arrested nine drivers in Salta on Friday, a spokesman said, who had blocked the road for three days."
PAGE = f"<html><head><title>Held</title></head><body><article><h1>Held</h1><p>{REPORT}</p></article></body></html>"
MAIL = f"From: Desk <desk@example.org>\nMessage-ID: <1@example.org>\nSubject: Held\n\n{REPORT}\n"
FEED = (
    "<?xml version='1.0'?><rss version='2.0'><channel><title>Example</title><item><title>Held</title>"
    f"<guid>https://example.org/1</guid><description>{REPORT}</description></item></channel></rss>"
)
ROW = json.dumps({"id": "a-1", "text": REPORT, "source": "The Example"})


class TestVerify:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.txt", REPORT.encode()),
            ("a.txt.gz", gzip.compress(REPORT.encode())),
            ("page.html", PAGE.encode()),
            ("mail.eml", MAIL.encode()),
            ("mails.mbox", f"From a@example.org Fri Mar 12 10:00:00 2021\n{MAIL}".encode()),
            ("feed.xml", FEED.encode()),
            ("rows.jsonl", f"{ROW}\n{ROW}".encode()),
            ("rows.csv", f'text,source\n"{REPORT}",\n'.encode()),
            ("crawl.warc", b""),
            ("news.zip", b""),
        ],
    )
    def test_the_id_of_what_any_reader_read_is_made_again(self, tmp_path: Path, name: str, content: bytes) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        if name == "news.zip":
            with zipfile.ZipFile(path, "w") as file:
                file.writestr("march/a.txt", REPORT)
        if name == "crawl.warc":
            answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{PAGE}"
            path.write_text(
                "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/a\r\n"
                "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000000>\r\n"
                "WARC-Date: 2021-03-12T10:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
                f"Content-Length: {len(answer)}\r\n\r\n{answer}\r\n\r\n",
                newline="",
            )
        found = list(Project(config=Config()).read([path]))
        assert found
        for one in found:
            assert isinstance(one, Document), one
            assert list(checking.document_breaks(one)) == []
            assert len(list(checking.document_breaks(replace(one, id="d" + "0" * 16)))) == 1

    def test_all_holds(self, project: Project) -> None:
        verified = keeping.verify(project)
        assert list(verified.breaks) == []
        checked = verified.checked
        assert (checked.documents, checked.events, checked.raw, checked.receipts) == (4, 6, 4, 2)

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ("UPDATE documents SET text = 'Nobody was arrested.' WHERE origin LIKE '%oruro%'", "text does not have"),
            (
                "UPDATE documents SET url = 'https://example.org' WHERE origin LIKE '%oruro%'",
                "events has another source",
            ),
            ("UPDATE events SET trigger = '[7, 99, \"text\"]'", "rests on characters 7–99 of text, which has"),
            ("UPDATE events SET trigger = '[7, 14, \"text\"]'", "its id is not that of its document and trigger"),
            ("UPDATE mentions SET span = '[0, 4, \"title\"]'", "rests on 'title', which its document does not have"),
            ("UPDATE events SET members = '[\"e0\"]'", "sums up e0, which is not there"),
            ("DELETE FROM custody; DELETE FROM receipts", "was never loaded"),
            ("INSERT INTO tombstones VALUES ('d1', '2026', 'why', 't', 'r')", "its tombstone is missing in tombstones"),
            ("DELETE FROM mentions; DELETE FROM events; DELETE FROM codings WHERE pipeline_id = 'p1'", "stands in res"),
        ],
    )
    def test_what_was_changed_in_the_database_is_told(self, sqlite_project: Project, change: str, says: str) -> None:
        with sqlite_project.store.writing() as connection:
            for one in change.split("; "):
                connection.execute(text(one.replace(":", "\\:")))
        assert any(says in one for one in broken(sqlite_project))

    def test_files_that_were_changed_or_lost_are_told(self, sqlite_project: Project) -> None:
        files = sqlite_project.store.files
        one, other = sorted((files / "raw").glob("*/*"))[:2]
        one.write_bytes(b"tampered with")
        other.unlink()
        result = sorted((files / "results").iterdir())[0]
        result.write_bytes(result.read_bytes()[:-1])
        told = "\n".join(broken(sqlite_project))
        for words in ("were changed", "no raw bytes are kept", "results kept here were changed", "from a backup"):
            assert words in told

    def test_rows_without_what_they_rest_on_are_told(self, laptop: Callable[[str], Project]) -> None:
        with laptop("one") as project:
            fill(project.store)
            with closing(sqlite3.connect(project.database)) as connection, connection:
                connection.execute("DELETE FROM codings WHERE pipeline_id = 'p2'")
            told = broken(project)
        assert any("table events: 2 rows rest on a row of codings that is not there" in one for one in told)


class TestRebuild:
    def test_gives_the_same_answers(self, project: Project) -> None:
        before = said(project)
        assert keeping.rebuild(project).receipts == 2
        assert said(project) == before
        assert broken(project) == []

    def test_of_a_database_that_is_lost_or_damaged(self, laptop: Callable[[str], Project]) -> None:
        with laptop("one") as project:
            fill(project.store)
            before = said(project)
        path = Path(project.database)
        for damage in (path.unlink, lambda: path.write_bytes(b"no database at all " * 500)):
            damage()
            again = Project(database=path)
            done = keeping.rebuild(again)
            with again:
                assert said(again) == before
        assert done.unreadable == path.with_name("byline.db.damaged")
        assert done.unreadable.read_bytes().startswith(b"no database")

    def test_keeps_what_an_older_byline_wrote_to_the_database_alone(self, project: Project) -> None:
        document = read_document("Cobija")
        project.store.add_document(document, document.text.encode())
        project.store.add_coding(code_document(document, pipeline="p0"))
        project.store.add_failure(Failure(document_id=None, pipeline_id=None, origin="x", step="read", error="odd"))
        assert keeping.rebuild(project).written_out == 2
        assert project.store.coding(document.id, "p0") == code_document(document, pipeline="p0")
        assert [one.origin for one in project.store.failures()] == ["x", "inbox/empty.txt"]
        assert keeping.rebuild(project).written_out == 0
        assert broken(project) == []

    def test_changes_nothing_where_a_file_is_damaged(self, sqlite_project: Project) -> None:
        before = said(sqlite_project)
        result = next((sqlite_project.store.files / "results").iterdir())
        result.write_bytes(b"nothing")
        with pytest.raises(StoreError, match="results kept here were changed"):
            keeping.rebuild(sqlite_project)
        assert said(sqlite_project) == before

    def test_waits_for_no_run(self, sqlite_project: Project) -> None:
        with results.under_way(sqlite_project.store.files), pytest.raises(StoreError, match="a run is under way"):
            keeping.rebuild(sqlite_project)

    def test_without_files(self, tmp_path: Path) -> None:
        with pytest.raises(StoreError, match="is not there, so there is nothing"):
            keeping.rebuild(Project(database=tmp_path / "none.db"))


class TestCommands:
    @pytest.fixture
    def byline(self, laptop: Callable[[str], Project]) -> Callable[..., tuple[int, str]]:
        with laptop("one") as project:
            fill(project.store)

        def call(*words: str, db: str = str(project.database)) -> tuple[int, str]:
            result = CliRunner().invoke(main, [*words, "--db", db])
            assert result.exception is None or isinstance(result.exception, SystemExit)
            return result.exit_code, result.output

        return call

    def test_the_whole_way(self, byline: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
        out, other = str(tmp_path / "a.backup"), str(tmp_path / "other.db")
        assert "documents   4, read 6 times" in byline("status")[1]
        assert json.loads(byline("status", "--format", "json")[1])["documents"] == 4
        assert "inbox/empty.txt: is empty" in byline("failures")[1]
        assert '"step": "read"' in byline("failures", "--format", "jsonl")[1]
        assert byline("verify") == (
            0,
            "4 documents, 6 events, 24 spans, 4 raw files, 2 result files, 0 decisions, 0 incidents, 0 links and 0 "
            "lines of the trail checked: all hold.\n",
        )
        assert byline("rebuild")[0] == byline("backup", out)[0] == byline("restore", out, db=other)[0] == 0
        assert byline("backup", out)[0] == 1
        id = read_document("Oruro").id
        assert "2 codings, 1 raw file" in byline("erase", id, "--reason", "asked for")[1]
        assert "erased      1 document" in byline("status")[1]
        assert byline("bundle", out, "--overwrite")[0] == 0
        assert (
            "0 documents, 0 codings, 0 failures and 0 decisions added; 1 document erased"
            in byline("merge", out, db=other)[1]
        )

    def test_the_examples_work_when_pasted(
        self, sqlite_project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(Path(sqlite_project.database).parent)
        keeping.bundle(sqlite_project, Path("desk.bundle"))
        for command in commands.COMMANDS:
            assert command.epilog is not None
            _, *words = shlex.split(command.epilog.removeprefix("Example: "))
            if command.name == "erase":
                words[1] = read_document("Oruro").id
            result = CliRunner().invoke(main, words)
            assert result.exit_code == 0, result.output
            assert result.output

    def test_verify_tells_what_is_broken(self, byline: Callable[..., tuple[int, str]], tmp_path: Path) -> None:
        shutil.rmtree(tmp_path / "one" / "byline.files" / "raw")
        code, output = byline("verify")
        assert code == 1
        assert "no raw bytes are kept" in output
        assert "4 do not hold" in output

    @pytest.mark.parametrize(
        "command", ["status", "failures", "verify", "backup out", "bundle out", "erase d --reason r"]
    )
    def test_without_a_database(self, byline: Callable[..., tuple[int, str]], tmp_path: Path, command: str) -> None:
        code, output = byline(*command.split(), db=str(tmp_path / "none.db"))
        assert code == 1
        assert "none.db is not there" in output
        assert not (tmp_path / "none.db").exists()
