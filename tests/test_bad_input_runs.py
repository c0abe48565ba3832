"""Runs over bad input, as a person starts them: each bad one is said, is a row, and does not stop the others."""

from __future__ import annotations

import json
import os
import resource
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from byline.cli import main
from byline.model import Failure
from byline.project import Project

GOOD = "Police arrested 14 people in Nairobi on Thursday, March 11, 2021, a spokesman of the ministry said."
SPANISH = (
    "La policía detuvo el lunes a doce personas que habían bloqueado la carretera entre las dos ciudades durante tres "
    "días, según informó el ministerio. El sindicato anunció que seguirá con las protestas la semana que viene."
)
RSS_PER_MEGABYTE = 1024
"""`ru_maxrss` is in KiB on Linux."""
MOST_MEGABYTES = 1536


@dataclass(frozen=True)
class Bad:
    """An input that cannot be read: its bytes, and what must be said of it: what is wrong, and what to do."""

    name: str
    data: bytes
    step: str
    said: tuple[str, ...]


BAD = [
    Bad("empty.txt", b"", "read", ("is empty", "there is nothing to read")),
    Bad("blank.txt", b" \r\n\t\n", "read", ("is empty",)),
    Bad("binary.txt", b"\x7fELF\x02\x01\x01\x00\x00\x00\x00", "read", ("is binary",)),
    Bad("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "read", ("is binary",)),
    Bad("broken.txt", GOOD.encode("utf-16")[:-1], "read", ("is broken utf-16", "save it again as UTF-8")),
    Bad("spanish.txt", SPANISH.encode(), "language", ("es", "en")),
    Bad("furniture.txt", b"728 x 90\n", "read", ("holds no report", "advertising slot")),
    Bad("rows.jsonl", b'{"title": "no text"}\n', "read", ("text",)),
    Bad("broken.jsonl", b'{"text": "Police arrested\n', "read", ("JSON",)),
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a good.txt").write_text(GOOD, encoding="utf-8")
    (tmp_path / "z good.txt").write_text(GOOD.replace("14", "15"), encoding="utf-8")
    return tmp_path


def code(*inputs: str) -> Result:
    return CliRunner().invoke(main, ["code", *inputs, "--format", "jsonl"])


def failures(database: str = "byline.db") -> tuple[Failure, ...]:
    with Project(database=database) as project:
        return project.failures()


def events(result: Result) -> int:
    return len(result.stdout.splitlines())


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_it_is_said_it_is_a_row_and_the_others_are_coded(bad: Bad, folder: Path) -> None:
    (folder / bad.name).write_bytes(bad.data)
    result = code("a good.txt", bad.name, "z good.txt")
    assert result.exit_code == 3
    assert events(result) == 2
    (said,) = (line for line in result.stderr.splitlines() if line.startswith("failed: "))
    assert bad.name in said
    assert all(words in said for words in bad.said), said
    (row,) = failures()
    assert Path(row.origin.split(":")[0]).name == bad.name
    assert row.step == bad.step
    assert row.error in said
    assert (row.document_id, row.pipeline_id) == (None, None)


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_alone_it_ends_the_run_with_nothing_done(bad: Bad, folder: Path) -> None:
    (folder / bad.name).write_bytes(bad.data)
    result = code(bad.name)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert len(failures()) == 1


def test_a_folder_of_all_of_them(folder: Path) -> None:
    for bad in BAD:
        (folder / bad.name).write_bytes(bad.data)
    result = code(".")
    assert result.exit_code == 3
    assert events(result) == 2
    assert f"2 documents read, 0 without events, 0 gated out, {len(BAD)} failed; 2 events." in result.stderr
    assert len(failures()) == len(BAD)


def test_what_byline_keeps_is_not_read_again(folder: Path) -> None:
    """`byline code .` makes byline.files in the folder it walks; neither that run nor the next takes it for reports."""
    assert code(".").exit_code == 0
    assert any((folder / "byline.files" / "results").iterdir())
    again = code(".", "--db", "other.db")
    assert again.exit_code == 0, again.stderr
    assert events(again) == 2


def test_a_path_that_is_not_there() -> None:
    result = code("a good.txt", "not there.txt", "z good.txt")
    assert result.exit_code == 3
    assert events(result) == 2
    assert "failed: not there.txt: is not there; check the path" in result.stderr
    assert [row.origin for row in failures()] == ["not there.txt"]


def test_a_folder_without_readable_files(folder: Path) -> None:
    (folder / "pictures").mkdir()
    (folder / "pictures" / "map.png").write_bytes(b"\x89PNG")
    result = code("pictures", "a good.txt")
    assert result.exit_code == 3
    assert events(result) == 1
    assert "failed: pictures: is a folder without a file that Byline reads" in result.stderr
    assert "it holds 1 .png" in result.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(folder: Path) -> None:
    (folder / "secret.txt").write_text(GOOD, encoding="utf-8")
    (folder / "secret.txt").chmod(0)
    result = code("secret.txt", "a good.txt")
    assert result.exit_code == 3
    assert "secret.txt: cannot be read" in result.stderr


def test_a_text_of_100_megabytes_is_refused_in_little_memory(folder: Path) -> None:
    with (folder / "large.txt").open("wb") as file:
        file.truncate(100_000_000)
    result = code("a good.txt", "large.txt")
    assert result.exit_code == 3
    assert events(result) == 1
    assert "failed: large.txt: is 100,000,000 bytes long, which is more than the limit of 2,000,000" in result.stderr
    assert "raise max_document_bytes in byline.toml to read it" in result.stderr
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / RSS_PER_MEGABYTE < MOST_MEGABYTES
    assert not list((folder / "byline.files").rglob("*large*"))


def test_a_long_text_is_read_in_pieces_with_offsets_of_the_whole(folder: Path) -> None:
    rows = "".join(f"Row {number} of the report.\n" for number in range(1_000))
    (folder / "long.txt").write_text(rows + "\nPolice arrested 14 people in Nairobi.\n" + rows)
    (record,) = map(json.loads, code("long.txt").stdout.splitlines())
    assert record["trigger"]["text"] == "arrested"
    assert record["trigger"]["start"] > 20_000
    assert [place["text"] for place in record["places"]] == ["Nairobi"]


class TestCodedAllTheSame:
    """What looks bad, and can be read."""

    def test_a_report_without_a_date(self) -> None:
        Path("undated.txt").write_text("Police arrested 14 people in Nairobi on Thursday.", encoding="utf-8")
        result = code("undated.txt")
        assert result.exit_code == 0
        assert '"published": null' in result.stdout
        (record,) = map(json.loads, result.stdout.splitlines())
        assert (record["when"]["start"], record["when"]["end"]) == (None, None)

    def test_the_words_of_a_day_that_cannot_be_placed_are_kept(self) -> None:
        Path("undated.txt").write_text("Police arrested 14 people in Nairobi on Thursday.", encoding="utf-8")
        (record,) = map(json.loads, code("undated.txt").stdout.splitlines())
        assert record["when"]["start"] is None
        assert record["when"]["text"] == "Thursday"
        assert [words["text"] for words in record["when"]["evidence"]] == ["Thursday"]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252", "iso-8859-15"])
    def test_another_encoding(self, encoding: str) -> None:
        words = "Hundreds of teachers marched in Tucumán and Neuquén on Monday, the café owners’ union said."
        Path("coded.txt").write_bytes(words.replace("’", "'").encode(encoding))
        result = code("coded.txt")
        assert result.exit_code == 0, result.stderr
        assert '"text": "Tucumán"' in result.stdout

    def test_mixed_encodings(self) -> None:
        Path("mixed.txt").write_bytes(
            "Teachers marched in Tucumán. ".encode() + "Nurses rallied in Neuquén.".encode("cp1252")
        )
        result = code("mixed.txt")
        assert result.exit_code == 0, result.stderr
        assert '"text": "Tucumán"' in result.stdout
        assert '"text": "Neuquén"' in result.stdout

    def test_a_very_long_line(self) -> None:
        Path("long.txt").write_text(GOOD + " " + "and so on " * 500, encoding="utf-8")
        assert code("long.txt").exit_code == 0

    def test_a_very_long_word(self) -> None:
        Path("word.txt").write_text(GOOD + " " + "x" * 50_000, encoding="utf-8")
        assert code("word.txt").exit_code == 0
