"""Reading back: our own exports are what we have; another's file is matched row by row, and says where it differs; what
changed between two runs."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from byline.cli import main
from byline.errors import InputError, NotFoundError
from byline.export import foreign
from byline.export.difference import Counts
from byline.export.entries import day, entry
from byline.export.matching import Comparison, compare
from byline.project import Project, comparing, deciding, differing
from given_out import FOURTH, bombing, export, join, keep, lines, rally, rows
from told import KISUMU, NAKURU, at, by, dead, on, report


@pytest.fixture
def one(laptop: Any) -> Project:
    """A project with a bombing that two papers tell, a rally, one with a hostile name, and one without place or day."""
    project: Project = laptop("one")
    name = '=cmd, "x"\n🔥\tمجموعة'
    hostile = report(
        f"Shot were two men in Kisumu on Monday by {name}, and 1 died.", at("Kisumu", KISUMU), on("Monday", FOURTH),
        by(name, kind="organization", sector="REB"), dead("1", 1), acled="Attack", mode="firearms", source="-Paper",
    )  # fmt: skip
    ids = keep(project, bombing(), bombing(source="B"), rally(), hostile, report("Threatened were strikes.", day=None))
    join(project, ids[0], ids[1])
    return project


def run(*words: str) -> Result:
    return CliRunner().invoke(main, list(words))


def against(project: Project, path: Path) -> Comparison:
    return comparing.with_events(project, path).comparison


@pytest.mark.parametrize("form", ["acled", "plover", "csv", "jsonl", "package", "one table"])
def test_an_export_read_back_is_what_we_have(form: str, one: Project, tmp_path: Path) -> None:
    """No difference beyond what the loss report leaves out, though names hold commas, quotes, line ends, formulas,
    emoji and right-to-left words."""
    out = tmp_path / ("o.csv" if form in ("acled", "one table") else "o")
    said = export(one, "csv" if form == "one table" else form, out)
    found = against(one, out)
    assert len(found.matched) == said["rows"]
    assert found.fields() == {}
    assert (found.only_here, found.only_there) == ((), ())
    assert {pair.how for pair in found.matched} == {"id"}


def written(path: Path, made: list[dict[str, str]], *, delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(made[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(made)
    return path


def theirs(project: Project, tmp_path: Path, **changed: str) -> list[dict[str, str]]:
    """Our rows as a team of coders would have them: with ids and words of their own."""
    export(project, "acled", tmp_path / "a.csv", overwrite=True)
    return [
        row | {"event_id_cnty": f"KEN{number}", "tags": "", "notes": "On Monday.", "source": "Theirs", **changed}
        for number, row in enumerate(rows(tmp_path / "a.csv"))
    ]


def test_rows_of_others_are_matched_by_day_place_and_kind(one: Project, tmp_path: Path) -> None:
    found = against(one, written(tmp_path / "t.csv", theirs(one, tmp_path)))
    assert {pair.how for pair in found.matched} == {"like"}
    assert (found.fields(), found.only_here, found.only_there) == ({}, (), ())


def test_fields_that_differ_are_told_with_both_values(one: Project, tmp_path: Path) -> None:
    (row,) = [row for row in theirs(one, tmp_path) if row["fatalities"] == "7"]
    row |= {"fatalities": "9", "latitude": "-0.35", "location": "Nakuru Town", "actor1": "Unidentified Gang (Kenya)"}
    found = against(one, written(tmp_path / "t.csv", [row]))
    (pair,) = found.matched
    assert pair.differ["fatalities"] == ("9", "7")
    assert set(pair.differ) == {"fatalities", "location", "actor1"}
    assert len(found.only_here) == 3  # those of that day
    assert found.only_there == ()


@pytest.mark.parametrize(
    "changed",
    [
        {"event_date": "2024-03-20"},
        {"country": "Uganda", "iso": "800"},
        {"latitude": "3.5", "longitude": "41.8", "location": "Mandera"},
    ],
)
def test_another_day_country_or_place_is_another_event(changed: dict[str, str], one: Project, tmp_path: Path) -> None:
    (row,) = [row for row in theirs(one, tmp_path, **changed) if row["sub_event_type"] == "Attack"]
    found = against(one, written(tmp_path / "t.csv", [row]))
    assert (len(found.matched), len(found.only_there)) == (0, 1)


def test_each_row_is_matched_once_the_likest_first() -> None:
    def row(id: str, place: str, kind: str) -> dict[str, str]:
        return {
            "event_id_cnty": id, "event_date": "2024-03-04", "event_type": kind, "sub_event_type": kind,
            "country": "Kenya", "location": place, "latitude": "-0.3", "longitude": "36.07",
        }  # fmt: skip

    here = [entry("acled", row("1", "Nakuru", "Riots")), entry("acled", row("2", "Nakuru", "Protests"))]
    there = [entry("acled", row("a", "Nakuru", "Protests")), entry("acled", row("b", "Njoro", "Protests"))]
    found = compare("acled", here, there)
    assert [(pair.here.id, pair.there.id) for pair in found.matched] == [("2", "a"), ("1", "b")]


@pytest.mark.parametrize("told", ["2024-03-12", "12 March 2024", "12-March-2024", "12-03-2024", "12/03/2024"])
def test_days_as_others_write_them(told: str) -> None:
    assert day(told, column="event_date") == date(2024, 3, 12)


def test_forms_that_others_write(one: Project, tmp_path: Path) -> None:
    """ACLED's answers as JSON, tables with semicolons or tabs and a mark of byte order, PLOVER line by line."""
    made = theirs(one, tmp_path)
    forms = [
        written(tmp_path / "semicolons.csv", made, delimiter=";"),
        written(tmp_path / "tabs.tsv", made, delimiter="\t"),
        tmp_path / "answer.json",
        tmp_path / "mark.csv",
    ]
    forms[2].write_text(json.dumps({"status": 200, "data": made}), encoding="utf-8")
    forms[3].write_bytes(b"\xef\xbb\xbf" + written(tmp_path / "plain.csv", made).read_bytes())
    assert {len(foreign.read(path).entries) for path in forms} == {len(made)}
    export(one, "plover", tmp_path / "p.json")
    records = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(one) + "\n" for one in records), encoding="utf-8")
    assert foreign.read(tmp_path / "p.jsonl").form == "plover"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "holds no events"),
        (b"a,b\n1,2\n", "has the columns of no format that is known"),
        (b"\xff\xfe\x00", "cannot be read as a table or as JSON"),
        (b'{"event_date": 1', "cannot be read as a table or as JSON"),
        (b"[1, 2]", "a row is no object"),
        (b"event_date,event_type\n1,2,3\n", "has more cells than the header"),
    ],
)
def test_a_file_that_is_none_is_said(content: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(content)
    with pytest.raises(InputError, match=says):
        foreign.read(tmp_path / "f")


def test_a_row_that_cannot_be_read_is_told_and_the_others_compared(one: Project, tmp_path: Path) -> None:
    made = theirs(one, tmp_path)
    made[1]["event_date"] = "some day"
    told = comparing.with_events(one, written(tmp_path / "t.csv", made))
    assert told.unread == ("row 2: event_date is no day ('some day'); write it as 2026-03-12",)
    assert len(told.comparison.matched) == len(made) - 1


def test_nothing_of_notes_is_kept(one: Project, pipeline: Any, tmp_path: Path) -> None:
    one.__dict__["pipeline"] = pipeline
    (row,) = [row for row in theirs(one, tmp_path) if row["fatalities"] == "7"]
    notes = "On 4 March 2024, gunmen bombed a bus stop in Nakuru, Kenya, killing nine people."
    silent = row | {"event_id_cnty": "KEN9", "notes": "A meeting room."}
    wordless = row | {"event_id_cnty": "KEN10", "notes": ""}
    before = one.store.counts()
    told = comparing.with_notes(one, written(tmp_path / "t.csv", [row | {"notes": notes}, silent, wordless]))
    assert one.store.counts() == before
    (pair,) = told.comparison.matched
    assert pair.differ["fatalities"] == ("7", "9")
    assert "location" not in pair.differ
    assert [entry.id for entry in told.comparison.only_there] == ["KEN9", "KEN10"]
    assert told.because == (comparing.NOTHING_READ, "it has no notes")
    assert told.without_notes == 1


def test_why_a_row_is_not_found_in_its_notes(one: Project, pipeline: Any, tmp_path: Path) -> None:
    one.__dict__["pipeline"] = pipeline
    (row,) = [row for row in theirs(one, tmp_path) if row["fatalities"] == "7"]
    notes = "Teachers will march in Nakuru next Monday."
    told = comparing.with_notes(one, written(tmp_path / "t.csv", [row | {"notes": notes}]))
    assert told.because == ("told as planned, not as new",)


def test_the_command_tells_people_and_machines(one: Project, tmp_path: Path) -> None:
    made = theirs(one, tmp_path)
    made[0]["fatalities"] = "41"
    path = written(tmp_path / "t.csv", made[:-1])
    database = str(tmp_path / "one" / "byline.db")
    told = run("compare", str(path), "--db", database)
    assert told.exit_code == 0, told.output
    assert told.stderr == f"{len(made) - 1} rows matched, 0 by id; 0 only there, 1 only here.\n"
    assert "fields that differ, and in how many of the matched rows\n  fatalities                1\n" in told.stdout
    machine = json.loads(run("compare", str(path), "--db", database, "--format", "json").stdout)
    assert machine["fields"] == {"fatalities": 1}
    assert len(machine["only_here"]) == 1


# Diff


def difference(old: Path | str, new: Path | str, *, within: Path) -> tuple[list[Any], Counts]:
    counts = Counts()
    where = differing.Where(database=str(within))
    found = list(differing.diff(str(old), str(new), where=where, counts=counts))
    return found, counts


def test_nothing_differs_from_itself(one: Project, tmp_path: Path) -> None:
    export(one, "jsonl", tmp_path / "e.jsonl")
    database = tmp_path / "one" / "byline.db"
    found, counts = difference(database, tmp_path / "e.jsonl", within=database)
    assert (found, counts.same) == ([], 5)


def test_what_was_added_changed_and_withdrawn(one: Project, tmp_path: Path) -> None:
    database = tmp_path / "one" / "byline.db"
    export(one, "jsonl", tmp_path / "old.jsonl")
    old = lines(tmp_path / "old.jsonl")
    rejected = next(record["id"] for record in old if record["type"] == "PROTEST")
    edited = next(record["id"] for record in old if record["mode"] == "firearms")
    word = deciding.Word(reviewer="Ada")
    deciding.decide(one.store, [rejected], verdict="reject", word=word)
    deciding.decide(one.store, [edited], verdict="set", word=replace(word, field="status", value="planned"))
    keep(one, rally(source="New"))
    found, counts = difference(tmp_path / "old.jsonl", database, within=database)
    assert {(one.what, one.id) for one in found if one.what != "added"} == {
        ("withdrawn", rejected),
        ("changed", edited),
    }
    changed = next(one for one in found if one.what == "changed")
    assert changed.fields["status"] == ("reported", "planned")
    assert (counts.same, counts.changed, counts.added, counts.withdrawn) == (3, 1, 1, 1)
    assert (counts.documents_added, counts.documents_withdrawn) == (1, 1)


def test_an_event_whose_words_moved_has_changed(tmp_path: Path, one: Project) -> None:
    export(one, "jsonl", tmp_path / "old.jsonl")
    told = lines(tmp_path / "old.jsonl")
    told[0]["id"], told[0]["trigger"]["end"] = "e" + "0" * 16, told[0]["trigger"]["end"] + 3
    (tmp_path / "new.jsonl").write_text("".join(json.dumps(one) + "\n" for one in told), encoding="utf-8")
    found, counts = difference(tmp_path / "old.jsonl", tmp_path / "new.jsonl", within=tmp_path)
    assert [(one.what, list(one.fields)) for one in found] == [("changed", ["trigger"])]
    assert counts.added == counts.withdrawn == 0


def test_two_pipelines_of_one_database(one: Project, tmp_path: Path) -> None:
    """What only one of them coded is no change."""
    database = tmp_path / "one" / "byline.db"
    keep(one, bombing(mode="targeted"), pipeline="p2", at="2026-03-02T10:00:00Z")
    found, counts = difference("p1", "p2", within=database)
    assert [one.fields for one in found] == [{"mode": ("explosives", "targeted")}]
    assert (counts.documents_added, counts.documents_withdrawn) == (0, 0)
    with pytest.raises(NotFoundError, match="'p3' names no pipeline here; there are p1, p2"):
        difference("p1", "p3", within=database)


@pytest.mark.parametrize(
    ("old", "says"),
    [("none.jsonl", "is not there"), ("bad.jsonl", "line 1 is no event record"), ("turned.jsonl", "not in the order")],
)
def test_what_cannot_be_held_against_each_other(old: str, says: str, one: Project, tmp_path: Path) -> None:
    export(one, "jsonl", tmp_path / "e.jsonl")
    text = (tmp_path / "e.jsonl").read_text(encoding="utf-8")
    (tmp_path / "bad.jsonl").write_text('{"id": 1}\n', encoding="utf-8")
    (tmp_path / "turned.jsonl").write_text("".join(reversed(text.splitlines(keepends=True))), encoding="utf-8")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(InputError, match="is not there"):
        difference("p1", "p2", within=tmp_path / "none.db")
    assert sorted(tmp_path.iterdir()) == before
    with pytest.raises(InputError, match=says):
        difference(tmp_path / old, tmp_path / "e.jsonl", within=tmp_path)


def test_the_command_lists_changes_and_counts(one: Project, tmp_path: Path) -> None:
    export(one, "jsonl", tmp_path / "e.jsonl")
    keep(one, report("Bombed was a bus stop in Nakuru.", at("Nakuru", NAKURU), source="New"))
    told = run("diff", str(tmp_path / "e.jsonl"), str(tmp_path / "one" / "byline.db"))
    assert told.exit_code == 0, told.output
    assert told.stdout.startswith("+ e")
    assert told.stderr == "5 the same, 0 changed, 1 added, 0 withdrawn; documents: 1 added, 0 withdrawn.\n"
