"""Which events are given out: by what stands in columns, by a condition in SQL, by what people decided; as edited."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from byline.errors import BylineError, ExportError, QueryError
from byline.export.selection import Selection, box
from byline.project import Project, deciding
from given_out import FOURTH, bombing, dossiers, export, join, keep, lines, rally, rows
from told import KISUMU, at, on, report


@pytest.fixture
def one(laptop: Any) -> Project:
    """A project with a bombing in Nakuru, a rally in two cities, and an undated threat without a place."""
    project: Project = laptop("one")
    keep(project, bombing(), rally(score=0.4), report("Threatened were strikes.", type="THREATEN", mode=None))
    return project


def types(project: Project, **selection: Any) -> set[str]:
    found = dossiers(project, unit="event", selection=Selection(**selection))
    return {str(dossier.record["type"]) for dossier in found}


ALL = {"ASSAULT", "PROTEST", "THREATEN"}


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({}, ALL),
        ({"types": ("ASSAULT", "THREATEN")}, {"ASSAULT", "THREATEN"}),
        ({"statuses": ("background",)}, set()),
        ({"sources": ("The Rift Herald",)}, {"ASSAULT", "PROTEST"}),
        ({"least_confidence": 0.5}, {"ASSAULT", "THREATEN"}),
        ({"start": date(2024, 3, 5)}, {"PROTEST"}),
        ({"end": FOURTH}, {"ASSAULT", "PROTEST"}),
        ({"bbox": (34, -1, 35, 1)}, {"PROTEST"}),
        ({"bbox": (36, -1, 37, 1)}, {"ASSAULT", "PROTEST"}),
        ({"bbox": (170, -1, 35, 1)}, {"PROTEST"}),  # across the antimeridian
        ({"where": "type = 'ASSAULT' OR status = 'planned'"}, {"ASSAULT"}),
        ({"where": "fatalities_low >= 5 -- and no more"}, {"ASSAULT"}),
        ({"where": "country = 'KE'", "types": ("PROTEST",)}, {"PROTEST"}),
        ({"decided": "undecided"}, ALL),
        ({"decided": "accepted"}, set()),
    ],
)
def test_what_is_selected(selection: dict[str, Any], expected: set[str], one: Project) -> None:
    assert types(one, **selection) == expected


def test_a_source_is_meant_by_any_of_its_names(laptop: Any) -> None:
    project: Project = laptop("two")
    keep(project, bombing(source="Reuters"), bombing(source="reuters.com"), bombing(source="A Paper"))
    found = dossiers(project, unit="event", selection=Selection(sources=("Reuters",)))
    assert {one.lead.document.source_id for one in found} == {"Reuters", "reuters.com"}


def test_what_was_asked_for_and_left_out_is_told(one: Project, tmp_path: Path) -> None:
    said = export(one, "jsonl", tmp_path / "o.jsonl", selection=Selection(types=("PROTEST",), end=date(2024, 3, 9)))
    assert said["selection"] == {"types": ["PROTEST"], "end": "2024-03-09"}
    assert (said["events"], said["written"], said["left_out"]) == (3, 1, {"outside the selection": 2})


@pytest.mark.parametrize(
    "where", ["no_such = 1", "type = 'A') OR EXISTS (SELECT reviewer FROM decisions", "type = 'A'; DROP TABLE x", ""]
)
def test_a_condition_reads_nothing_but_the_views(where: str, one: Project, tmp_path: Path) -> None:
    with pytest.raises(QueryError):
        export(one, "jsonl", tmp_path / "o.jsonl", selection=Selection(where=where))
    assert list(tmp_path.glob("o.jsonl*")) == []


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (lambda: box("1,2,3"), "is no box; give west,south,east,north"),
        (lambda: Selection(bbox=box("0,10,1,5")), "south is not above north"),
        (lambda: Selection(start=FOURTH, end=date(2024, 3, 1)), "is after the last"),
        (lambda: Selection(statuses=("new",)), "is no status"),  # type: ignore[arg-type]
        (lambda: Selection(least_confidence=2), "between 0 and 1"),
    ],
)
def test_what_cannot_be_asked_for_is_said(made: Any, says: str) -> None:
    with pytest.raises(ExportError, match=says):
        made()


# Decisions


def word(reviewer: str = "Ada", **said: Any) -> deciding.Word:
    return deciding.Word(reviewer=reviewer, **said)


def event_of(project: Project, type: str) -> str:
    found = dossiers(project, unit="event", selection=Selection(types=(type,)))
    return found[0].id


def test_rejected_events_stay_out_and_are_counted(one: Project, tmp_path: Path) -> None:
    deciding.decide(one.store, [event_of(one, "ASSAULT")], verdict="reject", word=word())
    said = export(one, "jsonl", tmp_path / "o.jsonl")
    assert {record["type"] for record in lines(tmp_path / "o.jsonl")} == ALL - {"ASSAULT"}
    assert said["left_out"] == {"rejected by a person": 1}


def test_peoples_values_are_exported_and_said_to_be_theirs(one: Project, tmp_path: Path) -> None:
    id = event_of(one, "THREATEN")
    deciding.decide(one.store, [id], verdict="set", word=word(field="type", value="ACCUSE"))
    deciding.decide(one.store, [id], verdict="set", word=word(reviewer="Bo", field="when", value="2024-03-02"))
    deciding.decide(one.store, [event_of(one, "PROTEST")], verdict="accept", word=word())
    said = export(one, "jsonl", tmp_path / "o.jsonl")
    assert said["decisions"] == {"accepted": 1, "edited": 1}
    told = {record["id"]: record for record in lines(tmp_path / "o.jsonl")}
    assert (told[id]["type"], told[id]["when"]["start"]) == ("ACCUSE", "2024-03-02")
    decided = told[id]["decided"]
    assert (decided["state"], decided["by"], decided["fields"], decided["differs"]) == (
        "edited",
        2,
        ["type", "when"],
        False,
    )
    assert "Ada" not in (tmp_path / "o.jsonl").read_text(encoding="utf-8")
    export(one, "csv", tmp_path / "tables")
    found = {row["event"]: row for row in rows(tmp_path / "tables" / "decisions.csv")}
    assert (found[id]["state"], found[id]["people"], found[id]["fields"]) == ("edited", "2", "type; when")


@pytest.mark.parametrize(
    ("decided", "expected"),
    [("decided", {"PROTEST"}), ("accepted", {"PROTEST"}), ("undecided", {"ASSAULT", "THREATEN"}), ("any", ALL)],
)
def test_by_what_people_decided(decided: Any, expected: set[str], one: Project) -> None:
    deciding.decide(one.store, [event_of(one, "PROTEST")], verdict="accept", word=word())
    assert types(one, decided=decided) == expected


def test_what_a_second_coder_says_takes_no_effect(one: Project) -> None:
    id = event_of(one, "ASSAULT")
    deciding.decide(one.store, [id], verdict="reject", word=word(role="double coder"))
    (dossier,) = dossiers(one, unit="event", selection=Selection(types=("ASSAULT",)))
    assert dossier.record["decided"] is None


# Incidents


def test_an_incident_stands_once_where_its_first_document_does(laptop: Any) -> None:
    project: Project = laptop("two")
    ids = keep(project, *(bombing(source=f"Paper {number}", day=4 + number % 3) for number in range(7)))
    incident = join(project, *ids[:5])
    found = dossiers(project)
    assert sorted(len(one.reports) for one in found) == [1, 1, 5]
    large = next(one for one in found if one.id == incident)
    assert [one.document.published for one in large.reports] == sorted(
        one.document.published for one in large.reports if one.document.published
    )
    firsts = [min(one.document.id for one in dossier.reports) for dossier in found]
    assert firsts == sorted(firsts)
    assert {one.incident for one in dossiers(project, unit="event")} == {one.id for one in found}


def test_an_incident_is_told_by_those_of_its_events_that_are_asked_for(laptop: Any) -> None:
    project: Project = laptop("two")
    join(project, *keep(project, bombing(source="A"), bombing(source="B"), bombing(source="C", score=0.2)))
    (one,) = dossiers(project, selection=Selection(least_confidence=0.5))
    assert {report.source_name for report in one.reports} == {"A", "B"}
    (only,) = dossiers(project, selection=Selection(where="source = 'B'"))
    assert [report.source_name for report in only.reports] == ["B"]


def test_an_incident_takes_what_most_texts_tell_and_all_places(laptop: Any) -> None:
    project: Project = laptop("two")
    elsewhere = report(
        "Bombed was a bus stop in Kisumu on Tuesday.", at("Kisumu", KISUMU), on("Tuesday", date(2024, 3, 5)),
        source="C", mode="targeted", day=5,
    )  # fmt: skip
    join(project, *keep(project, bombing(source="A"), bombing(source="B"), elsewhere))
    (one,) = dossiers(project)
    assert (one.record["mode"], one.record["when"]["start"]) == ("explosives", "2024-03-04")
    assert [place["name"] for place in one.record["places"]] == ["Nakuru", "Kisumu"]
    assert len(one.record["places"][0]["evidence"]) == 2
    assert {words["document"] for words in one.record["places"][0]["evidence"]} < {r.document.id for r in one.reports}


def test_peoples_word_outweighs_the_others(laptop: Any) -> None:
    project: Project = laptop("two")
    ids = keep(project, bombing(source="A"), bombing(source="B"), bombing(source="C"))
    join(project, *ids)
    deciding.decide(project.store, [ids[2]], verdict="set", word=word(field="mode", value="targeted"))
    (one,) = dossiers(project)
    assert one.record["mode"] == "targeted"
    assert one.record["decided"]["state"] == "edited"


def test_each_database_gives_the_same_bytes(address: str, laptop: Any, tmp_path: Path) -> None:
    """Selected by columns and by a condition, events and incidents, with a decision."""
    told = []
    with Project(database=address, files=tmp_path / "files") as other:
        for project in (other, laptop("two")):
            ids = keep(project, bombing(), bombing(source="B"), rally(), rally(source="C", day=9))
            join(project, ids[0], ids[1])
            deciding.decide(project.store, [ids[2]], verdict="reject", word=word())
            selection = Selection(bbox=(30, -5, 40, 5), where="status = 'reported'", start=date(2024, 3, 1))
            for unit in ("event", "incident"):
                export(project, "jsonl", tmp_path / "o.jsonl", unit=unit, selection=selection, overwrite=True)
                told.append((tmp_path / "o.jsonl").read_bytes())
    assert told[:2] == told[2:]
    assert all(told)


def test_an_unknown_format_is_said(one: Project, tmp_path: Path) -> None:
    with pytest.raises(BylineError, match="did you mean 'acled'"):
        export(one, "acle", tmp_path / "o")
