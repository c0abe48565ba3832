"""The command line: what a person, and a program behind a pipe, gets of each command."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from byline.cli import keeping, main

REPORT = """Police arrest 14 in Nairobi

By Ana Example

NAIROBI, Kenya, March 12, 2021 - Police arrested 14 people in Nairobi on Thursday, a spokesman said.

Teachers will march in Kisumu on Monday. In 2018 soldiers shot two herders near Isiolo.
"""
NOTHING_TOLD = "The library in Salta has a new reading room, and the mayor likes the colour of its walls very much."

# Terminal sequences and marks that turn the direction of writing: nothing a report may do to a terminal.
HOSTILE_TITLE = "Police arrest \x1b[31m14\x1b[0m in \u202eiboriaN\u202c"
HOSTILE_BYLINE = "Ana \x1b]0;owned\x07Example"
HOSTILE_TEXT = (
    f"{HOSTILE_TITLE}\n\nBy {HOSTILE_BYLINE}\n\nPolice \u2067arrested\u2069 14 \x9b31mpeople\x07 in Nairobi\x1b[2J on "
    "Thursday, a \u202espokesman\u202c said. “\x1b]8;;http://example.org\x1b\\Soldiers shot a \u2066nurse\u2069,” he "
    "said."
)

RECORD = {
    "id", "document", "type", "mode", "contexts", "acled", "status", "trigger", "told", "sentence", "when", "places",
    "actors", "quantities", "quotes", "demands", "attribution", "members", "confidence", "pipeline_id",
    "decided",
}  # fmt: skip
PARTS: dict[str, set[str]] = {
    "document": {"id", "external_id", "title", "source", "byline", "published", "url", "origin"},
    "acled": {"disorder_type", "event_type", "sub_event_type"},
    "trigger": {"in", "start", "end", "text"},
    "sentence": {"in", "start", "end", "text"},
    "when": {"start", "end", "precision", "basis", "text", "confidence", "evidence"},
    "places": {
        "text", "name", "geonameid", "latitude", "longitude", "radius_km", "relation", "basis", "country", "admin1",
        "precision", "attribution", "confidence", "evidence",
    },
    "actors": {"text", "role", "kind", "public", "name", "code", "sector", "confidence", "evidence"},
    "quantities": {"what", "of", "low", "high", "text", "attribution", "confidence", "evidence"},
    "attribution": {"source", "kind", "interest", "evidence"},
}  # fmt: skip
DOCUMENT = {
    "id", "external_id", "title", "byline", "dateline", "published", "language", "source", "url", "origin", "text",
    "captions", "cuts",
}  # fmt: skip
COMMANDS = sorted(main.commands)

# `export` and the commands that keep write into the working directory, which for a pasted example is the repository:
# test_export.py and test_keeping.py run theirs. `review` serves until it is stopped: test_review_access.py runs it.
# `compare` and `diff` take files of one's own: test_compare.py runs them.
ELSEWHERE = {"export", "review", "compare", "diff", "team", "user", *(command.name for command in keeping.COMMANDS)}
PASTED = [[], *([name] for name in COMMANDS if name not in ELSEWHERE)]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with three reports; `byline.db` and `byline.toml` are looked for here."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "report.txt").write_text(REPORT, encoding="utf-8")
    (tmp_path / "nothing.txt").write_text(NOTHING_TOLD, encoding="utf-8")
    (tmp_path / "empty.txt").write_bytes(b"")
    return tmp_path


def byline(*arguments: str, stdin: str | bytes | None = None) -> Result:
    return CliRunner().invoke(main, list(arguments), input=stdin, prog_name="byline")


def shell(command: str, *, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command line as pasted into a shell, with the `byline` of this environment first."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-c", command],
        cwd=cwd,
        env={**os.environ, "PATH": path, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def lines(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


class TestExitCodes:
    def test_0_when_all_went_well(self) -> None:
        assert byline("code", "report.txt", "nothing.txt").exit_code == 0
        assert byline("read", "report.txt").exit_code == 0

    @pytest.mark.parametrize("command", ["read", "code"])
    def test_3_when_some_inputs_failed(self, command: str) -> None:
        assert byline(command, "report.txt", "empty.txt").exit_code == 3

    @pytest.mark.parametrize("command", ["read", "code"])
    def test_1_when_nothing_could_be_done(self, command: str) -> None:
        assert byline(command, "empty.txt").exit_code == 1
        assert byline(command, "not there.txt").exit_code == 1

    def test_1_for_what_is_not_there(self) -> None:
        assert byline("show", "e1234").exit_code == 1

    @pytest.mark.parametrize(
        "arguments",
        [
            ("code",),
            ("read",),
            ("show",),
            ("code", "report.txt", "--format", "xml"),
            ("code", "report.txt", "--colour"),
            ("decode", "report.txt"),
        ],
    )
    def test_2_for_wrong_arguments(self, arguments: tuple[str, ...]) -> None:
        result = byline(*arguments)
        assert result.exit_code == 2
        assert "Usage: byline" in result.stderr
        assert result.stdout == ""


class TestRead:
    def test_rows_have_the_columns_of_the_contract(self) -> None:
        (row,) = lines(byline("read", "report.txt", "--format", "jsonl"))
        assert set(row) == DOCUMENT
        assert row["title"] == "Police arrest 14 in Nairobi"
        assert row["byline"] == "Ana Example"
        assert row["dateline"] == {"place": "NAIROBI, Kenya", "date": "2021-03-12"}
        assert row["published"] == "2021-03-12"
        assert row["language"] == "en"
        assert row["title"] in row["text"]

    def test_rows_that_were_read_can_be_read_again(self) -> None:
        first = byline("read", "report.txt", "--format", "jsonl")
        again = byline("read", "-", "--format", "jsonl", stdin=first.stdout)
        one, other = lines(first)[0], lines(again)[0]
        assert other["external_id"] == one["id"]
        same = set(DOCUMENT) - {"id", "external_id", "origin", "cuts"}
        assert {key: other[key] for key in same} == {key: one[key] for key in same}

    def test_the_table_tells_what_was_cut_and_why(self) -> None:
        lede = "Nurses in Lilongwe have been on strike since Monday over the pay of night shifts, the union says."
        (Path("cut.txt")).write_text(f"728 x 90\n\n{REPORT}\n\n{lede}\n\n{lede}\n", encoding="utf-8")
        shown = byline("read", "cut.txt").stdout
        assert "cut advertising slot at 0: 728 x 90" in shown
        assert "cut repeated at" in shown

    def test_nothing_is_stored(self, folder: Path) -> None:
        byline("read", "report.txt")
        assert not list(folder.glob("*.db"))


class TestCode:
    def test_records_have_the_keys_of_the_contract(self) -> None:
        records = lines(byline("code", "report.txt", "--format", "jsonl"))
        assert [record["status"] for record in records] == ["reported", "planned", "background"]
        for record in records:
            assert set(record) == RECORD
            for key, wanted in PARTS.items():
                found = record[key] if isinstance(record[key], list) else [record[key]]
                assert all(set(part) == wanted for part in found if part is not None), key
            assert 0 <= record["confidence"] <= 1

    def test_what_is_not_known_is_there_as_null(self) -> None:
        (record,) = lines(byline("code", "-", "--format", "jsonl", stdin="Soldiers burned a village."))
        assert set(record["when"]) == PARTS["when"]
        assert (record["when"]["start"], record["when"]["end"]) == (None, None)
        assert record["when"]["precision"] == "unknown"
        assert record["document"]["published"] is None

    def test_the_table_shows_each_event_in_its_section_with_its_trigger(self) -> None:
        shown = byline("code", "report.txt").stdout
        new, planned, history = (shown.index(title) for title in ("Told as new", "Planned or possible", "Told as hist"))
        assert new < planned < history
        assert new < shown.index("COERCE · arrest") < planned < shown.index("PROTEST · demo") < history
        assert shown.index("ASSAULT · firearms") > history
        sentence = "Police ⟦arrested⟧ 14 people in Nairobi on Thursday, a spokesman said."
        assert sentence in " ".join(shown.split())
        assert "11 March 2021" in shown
        assert "arrests: 14" in shown
        assert "Nairobi (city" in shown
        assert "spokesman" in shown

    def test_the_trigger_is_marked_on_a_terminal(self, folder: Path) -> None:
        byline("code", "report.txt")  # printed from the database below, without loading the model
        # `script` gives the command a terminal to write to.
        command = "script -qec 'byline code report.txt' /dev/null"
        shown = shell(command, cwd=folder, TERM="xterm-256color", COLUMNS="100").stdout
        if "Told as new" not in shown:
            pytest.skip("no `script` here that gives a terminal")
        assert re.search(r"\x1b\[[\d;]*7marrested", shown)

    def test_a_pipe_gets_plain_text(self) -> None:
        result = byline("code", "report.txt", "empty.txt")
        assert "\x1b" not in result.stdout + result.stderr

    def test_a_reader_that_leaves_early_is_no_error(self, folder: Path) -> None:
        byline("code", "report.txt")
        run = shell("set -o pipefail; byline code report.txt --format jsonl | head -c 1", cwd=folder)
        assert run.stdout == "{"
        assert "Traceback" not in run.stderr
        assert "Exception" not in run.stderr

    def test_standard_input(self) -> None:
        (record, *_) = lines(byline("code", "-", "--format", "jsonl", stdin=REPORT))
        assert record["document"]["origin"] == "-"
        assert record["trigger"]["text"] == "arrested"

    def test_rows_from_standard_input(self) -> None:
        row = json.dumps({"text": "Police arrested 14 people in Nairobi on Thursday.", "published": "2021-03-12"})
        (record,) = lines(byline("code", "-", "--format", "jsonl", stdin=row))
        assert record["when"]["start"] == "2021-03-11"

    def test_a_second_run_prints_the_same_and_says_so(self) -> None:
        first = byline("code", "report.txt", "nothing.txt", "--format", "jsonl")
        again = byline("code", "report.txt", "nothing.txt", "--format", "jsonl")
        assert first.stdout == again.stdout
        assert "coded before" not in first.stderr
        assert "2 documents read (2 coded before), 1 without events, 1 gated out, 0 failed; 3 events." in again.stderr

    def test_results_go_to_standard_output_and_words_to_standard_error(self) -> None:
        result = byline("code", "report.txt", "empty.txt", "--format", "jsonl")
        assert len(lines(result)) == 3
        assert "failed: empty.txt: " in result.stderr
        assert "1 document read, 0 without events, 0 gated out, 1 failed; 3 events." in result.stderr

    def test_the_database_is_where_it_is_said_to_be(self, folder: Path) -> None:
        byline("code", "report.txt", "--db", "kenya.db", "--files", "raw")
        assert (folder / "kenya.db").is_file()
        assert any((folder / "raw").rglob("*"))
        assert not (folder / "byline.db").exists()

    def test_another_process_gives_the_same_bytes(self, folder: Path, examples: Path) -> None:
        """Nothing hangs on the order of a set: that order changes with the hash seed."""
        seed = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
        inputs = [str(path) for path in sorted(examples.glob("*.txt"))]
        run = shell(f"byline code --format jsonl --db a.db {shlex.join(inputs)}", cwd=folder, PYTHONHASHSEED=seed)
        assert run.stdout == byline("code", "--format", "jsonl", "--db", "b.db", *inputs).stdout != ""


class TestFailuresFile:
    @pytest.mark.parametrize("command", ["read", "code"])
    def test_a_line_for_each_input_that_failed(self, command: str, folder: Path) -> None:
        byline(command, "report.txt", "empty.txt", "not there.txt", "--failures", "failures.jsonl")
        rows = [json.loads(line) for line in (folder / "failures.jsonl").read_text(encoding="utf-8").splitlines()]
        assert [set(row) for row in rows] == [{"origin", "step", "error"}] * 2
        assert [row["origin"] for row in rows] == ["empty.txt", "not there.txt"]

    def test_it_is_empty_when_nothing_failed(self, folder: Path) -> None:
        byline("code", "report.txt", "--failures", "failures.jsonl")
        assert (folder / "failures.jsonl").read_bytes() == b""

    def test_one_that_cannot_be_written_is_said(self) -> None:
        result = byline("code", "report.txt", "--failures", "no folder/failures.jsonl")
        assert result.exit_code == 1
        assert "no folder/failures.jsonl: cannot be written" in result.stderr


class TestShow:
    def test_an_event_by_the_beginning_of_its_id(self) -> None:
        record = lines(byline("code", "report.txt", "--format", "jsonl"))[0]
        shown = byline("show", record["id"][:9])
        assert shown.exit_code == 0
        assert "COERCE · arrest" in shown.stdout
        for key in ("places", "actors", "quantities"):
            for part in record[key]:
                for words in part["evidence"]:
                    assert f"“{words['text']}”" in shown.stdout
                    assert f"text {words['start']}–{words['end']}" in shown.stdout
        assert record["pipeline_id"] in shown.stdout

    def test_the_step_that_read_each_value(self) -> None:
        record = lines(byline("code", "report.txt", "--format", "jsonl"))[0]
        rows = [line.split() for line in byline("show", record["id"]).stdout.splitlines()]
        read_by = {row[0]: row[-1] for row in rows if row}
        assert read_by["where"] == "where"
        assert read_by["recipient"] == "who"
        assert read_by["when"] == "when"

    def test_an_event_as_json_is_its_record(self) -> None:
        record = lines(byline("code", "report.txt", "--format", "jsonl"))[0]
        assert json.loads(byline("show", record["id"], "--format", "json").stdout) == record

    def test_a_document_with_its_events(self) -> None:
        record = lines(byline("code", "report.txt", "--format", "jsonl"))[0]
        shown = byline("show", record["document"]["id"]).stdout
        assert "Ana Example" in shown
        assert shown.count("COERCE · arrest") == 1

    def test_what_is_not_there_is_named(self) -> None:
        byline("code", "report.txt")
        result = byline("show", "e0000000")
        assert result.exit_code == 1
        assert "e0000000" in result.stderr
        assert "Traceback" not in result.stderr

    def test_without_a_database_it_says_what_to_do(self, folder: Path) -> None:
        result = byline("show", "e1", "--db", "none.db")
        assert "none.db is not there; code a report first (byline code REPORT)" in result.stderr
        assert not (folder / "none.db").exists()


class TestHostileReports:
    @pytest.fixture
    def hostile(self, folder: Path) -> str:
        """A row whose title, byline and text try to take over the terminal (a text file with so many is refused)."""
        row = {"text": HOSTILE_TEXT, "title": HOSTILE_TITLE, "byline": HOSTILE_BYLINE, "published": "2021-03-12"}
        (folder / "hostile.jsonl").write_text(json.dumps(row), encoding="utf-8")
        return "hostile.jsonl"

    @pytest.mark.parametrize("command", ["read", "code"])
    def test_nothing_a_report_holds_reaches_the_terminal_raw(self, command: str, hostile: str) -> None:
        result = byline(command, hostile)
        assert result.exit_code == 0, result.stderr
        assert "arrest" in result.stdout
        assert raw_controls(result.stdout) == []
        assert raw_controls(result.stderr) == []

    def test_nor_does_what_show_prints(self, hostile: str) -> None:
        records = lines(byline("code", hostile, "--format", "jsonl"))
        assert records
        for record in records:
            for id in (record["id"], record["document"]["id"]):
                assert raw_controls(byline("show", id).stdout) == []

    def test_rows_keep_the_characters_escaped(self, hostile: str) -> None:
        """JSON has its own way to say them, and evidence stays exact."""
        for command in ("read", "code"):
            result = byline(command, hostile, "--format", "jsonl")
            assert "\x1b" not in result.stdout
            assert "\x07" not in result.stdout
        assert lines(byline("read", hostile, "--format", "jsonl"))[0]["text"] == HOSTILE_TEXT

    def test_rich_markup_in_a_report_is_text(self, folder: Path) -> None:
        words = "[bold]Police[/bold] arrested [red]14[/] people in [link=x]Nairobi[/link]."
        (folder / "markup.txt").write_text(words, encoding="utf-8")
        for command in ("read", "code"):
            result = byline(command, "markup.txt")
            assert result.exit_code == 0, result.stderr
            shown = " ".join(result.stdout.split()).replace("⟦", "").replace("⟧", "")
            assert words in shown

    @pytest.mark.parametrize("mark", ["\x1b[32m", "\u202e"], ids=["escape", "bidi"])
    def test_nor_does_the_name_of_a_file(self, mark: str, folder: Path) -> None:
        (folder / f"evil{mark}.txt").write_bytes(b"")
        # In colour, as on a terminal: in a pipe click itself takes escape sequences out.
        result = CliRunner().invoke(main, ["code", f"evil{mark}.txt"], color=True)
        assert mark not in result.stderr


def raw_controls(shown: str) -> list[str]:
    """Characters that steer a terminal or turn the direction of writing."""
    return [
        f"U+{ord(char):04X}"
        for char in shown
        if unicodedata.category(char) in ("Cc", "Cf") and char not in "\n\t\u00ad"
    ]


@pytest.fixture(scope="module")
def coded(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A working directory with the example reports, coded."""
    made = tmp_path_factory.mktemp("coded")
    shutil.copytree(root / "examples", made / "examples")
    assert shell("byline code examples", cwd=made).returncode == 0
    return made


class TestHelp:
    @pytest.mark.parametrize("command", [[], *([name] for name in COMMANDS)], ids=["byline", *COMMANDS])
    def test_it_ends_in_an_example(self, command: list[str]) -> None:
        assert example(command).startswith(" ".join(["byline", *command]))

    @pytest.mark.parametrize("command", PASTED, ids=lambda command: " ".join(["byline", *command]))
    def test_its_example_works_when_pasted(self, command: list[str], coded: Path, folder: Path) -> None:
        shutil.copytree(coded, folder, dirs_exist_ok=True)
        run = shell(example(command), cwd=folder)
        assert run.returncode == 0, run.stderr
        assert run.stdout + run.stderr, "it says nothing"
        assert "Traceback" not in run.stderr

    @pytest.mark.parametrize("name", COMMANDS)
    def test_every_option_says_what_it_does(self, name: str) -> None:
        silent = [one.opts[0] for one in main.commands[name].params if one.param_type_name == "option" and not one.help]
        assert silent == []

    def test_the_version(self) -> None:
        assert re.fullmatch(r"byline, version \d+\.\d+\.\d+\n", byline("--version").stdout)


def example(command: list[str]) -> str:
    """The command line that a command's help gives as its example, as a person would copy it."""
    shown = byline(*command, "--help").stdout
    assert "Example: " in shown, "the help has no example"
    return " ".join(shown.split("Example: ", 1)[1].split())
