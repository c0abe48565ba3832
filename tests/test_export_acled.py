"""ACLED's table and UCDP's: columns in their order, a row a place and a day, their codes, and what they leave out."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from byline.export import acled, ged
from byline.export.countries import acled_data, country
from byline.ontology import plover
from byline.project import Project
from given_out import FOURTH, bombing, dossiers, export, join, keep, lines, rally, rows
from told import KENYA, MARKET, NAKURU, NAKURU_COUNTY, at, by, dead, on, report

ACLED = [
    "event_id_cnty", "event_date", "year", "time_precision", "disorder_type", "event_type", "sub_event_type",
    "actor1", "assoc_actor_1", "inter1", "actor2", "assoc_actor_2", "inter2", "interaction", "civilian_targeting",
    "iso", "region", "country", "admin1", "admin2", "admin3", "location", "latitude", "longitude", "geo_precision",
    "source", "source_scale", "notes", "fatalities", "tags", "timestamp",
]  # fmt: skip
"""The header of a file of ACLED's since March 2023."""

GED = [
    "id", "relid", "year", "active_year", "code_status", "type_of_violence", "conflict_dset_id", "conflict_new_id",
    "conflict_name", "dyad_dset_id", "dyad_new_id", "dyad_name", "side_a_dset_id", "side_a_new_id", "side_a",
    "side_b_dset_id", "side_b_new_id", "side_b", "number_of_sources", "source_article", "source_office",
    "source_date", "source_headline", "source_original", "where_prec", "where_coordinates", "where_description",
    "adm_1", "adm_2", "latitude", "longitude", "geom_wkt", "priogrid_gid", "country", "country_id", "region",
    "event_clarity", "date_prec", "date_start", "date_end", "deaths_a", "deaths_b", "deaths_civilians",
    "deaths_unknown", "best", "high", "low", "gwnoa", "gwnob",
]  # fmt: skip
"""The header of UCDP GED's file."""


@pytest.fixture
def one(laptop: Any) -> Project:
    project: Project = laptop("one")
    return project


def exported(project: Project, form: str, tmp_path: Path, **options: Any) -> list[dict[str, str]]:
    export(project, form, tmp_path / f"{form}.csv", overwrite=True, **options)
    return rows(tmp_path / f"{form}.csv")


def test_columns_are_those_of_the_others_in_their_order(one: Project, tmp_path: Path) -> None:
    keep(one, bombing())
    for form, header in (("acled", ACLED), ("ged", GED)):
        (row,) = exported(one, form, tmp_path)
        assert list(row) == header
    assert (len(ACLED), len(GED)) == (31, 49)


def test_a_bombing_in_acleds_table(one: Project, tmp_path: Path) -> None:
    (event,) = keep(one, bombing())
    (row,) = exported(one, "acled", tmp_path)
    id = f"i{event[1:]}"
    assert re.fullmatch(r"KEN\d+", row.pop("event_id_cnty"))
    words = row.pop("tags").split("; ")
    assert words[0] == f"byline={id}"
    assert re.fullmatch(r"words=d[0-9a-f]{16}/text/0/6", words[1])
    assert row == {
        "event_date": "2024-03-04",
        "year": "2024",
        "time_precision": "1",
        "disorder_type": "Political violence",
        "event_type": "Explosions/Remote violence",
        "sub_event_type": "Remote explosive/landmine/IED",
        "actor1": "Unidentified Armed Group (Kenya)",
        "assoc_actor_1": "gunmen",
        "inter1": "3",
        "actor2": "Civilians (Kenya)",
        "assoc_actor_2": "seven people",
        "inter2": "7",
        "interaction": "37",
        "civilian_targeting": "Civilian targeting",
        "iso": "404",
        "region": "Eastern Africa",
        "country": "Kenya",
        "admin1": "Nakuru",
        "admin2": "",
        "admin3": "",
        "location": "Nakuru",
        "latitude": "-0.307",
        "longitude": "36.072",
        "geo_precision": "1",
        "source": "The Rift Herald",
        "source_scale": "Other",
        "notes": "On 4 March 2024, in Nakuru: “Bombed was a bus stop in Nakuru on Monday; gunmen killed seven people, "
        "a clinic said.” (The Rift Herald).",
        "fatalities": "7",
        "timestamp": "1772359200",
    }


def test_a_row_is_a_place_and_a_day(one: Project, tmp_path: Path) -> None:
    keep(one, rally())
    found = exported(one, "acled", tmp_path)
    assert [(row["location"], row["event_date"]) for row in found] == [
        ("Nakuru", "2024-03-04"),
        ("Nakuru", "2024-03-05"),
        ("Kisumu", "2024-03-04"),
        ("Kisumu", "2024-03-05"),
    ]
    assert len({row["event_id_cnty"] for row in found}) == 4
    assert {row["tags"].split("; ")[0] for row in found} == {"crowd size=about 300"}
    assert {(row["actor1"], row["assoc_actor_1"], row["interaction"]) for row in found} == {
        ("Protesters (Kenya)", "teachers", "60")
    }


def test_the_dead_of_several_days_are_shared_out_as_acled_does(one: Project, tmp_path: Path) -> None:
    event, document = rally(acled="Attack", type="ASSAULT", mode=None)
    five = dead("300", 5)(document.text)
    keep(one, (replace(event, mentions=(*event.mentions, five)), document))
    assert [row["fatalities"] for row in exported(one, "acled", tmp_path)] == ["2", "1", "1", "1"]


@pytest.mark.parametrize(("number", "among", "shares"), [(0, 3, [0, 0, 0]), (7, 2, [4, 3]), (2, 3, [1, 1, 0])])
def test_shares(number: int, among: int, shares: list[int]) -> None:
    assert acled.shared(number, among=among) == shares


@pytest.mark.parametrize(
    ("when", "day", "precision"),
    [
        (on("Monday", FOURTH), "2024-03-04", "1"),
        (on("Monday", FOURTH, date(2024, 3, 10), precision="week"), "2024-03-07", "2"),
        (on("Monday", date(2024, 3, 1), date(2024, 3, 31), precision="month"), "2024-03-16", "3"),
        (on("Monday", date(2024, 1, 1), date(2024, 12, 31), precision="year"), None, None),
    ],
)
def test_how_exactly_a_day_is_told(
    when: Any, day: str | None, precision: str | None, one: Project, tmp_path: Path
) -> None:
    text = "Bombed was a bus stop in Nakuru on Monday."
    keep(one, report(text, at("Nakuru", NAKURU), when, acled="Attack"))
    found = [(row["event_date"], row["time_precision"]) for row in exported(one, "acled", tmp_path)]
    assert found == ([(day, precision)] if day else [])
    if not found:
        assert export(one, "acled", tmp_path / "again.csv")["left_out"] == {acled.NO_DAY: 1}


@pytest.mark.parametrize(
    ("place", "precision"),
    [
        (NAKURU, "1"),
        (MARKET, "1"),
        (replace(NAKURU, relation="near"), "2"),
        (replace(NAKURU, precision="district"), "2"),
        (NAKURU_COUNTY, "3"),
        (KENYA, None),
        (replace(NAKURU, relation="from"), None),
        (replace(MARKET, latitude=None, longitude=None), None),
    ],
)
def test_how_exactly_a_place_is_told(place: Any, precision: str | None, one: Project, tmp_path: Path) -> None:
    keep(
        one,
        report("Bombed was a bus stop in Nakuru on Monday.", at("Nakuru", place), on("Monday", FOURTH), acled="Attack"),
    )
    found = [row["geo_precision"] for row in exported(one, "acled", tmp_path)]
    assert found == ([precision] if precision else [])
    if not found:
        assert export(one, "acled", tmp_path / "again.csv")["left_out"] == {acled.NO_PLACE: 1}


def test_only_what_is_told_as_new_has_a_row_and_why_not_is_counted(one: Project, tmp_path: Path) -> None:
    told = [bombing(), bombing(source="B", status="background"), bombing(source="C", status="denied")]
    keep(one, *told, bombing(source="D", acled=None))
    said = export(one, "acled", tmp_path / "acled.csv")
    assert (said["written"], said["rows"]) == (1, 1)
    assert said["left_out"] == {
        "told as background, not as new": 1,
        "told as denied, not as new": 1,
        "ACLED has no row for what it tells": 1,
    }


@pytest.mark.parametrize(
    ("sub_event_type", "who", "expected"),
    [
        ("Armed clash", [by("soldiers", sector="MIL"), by("rebels", role="recipient", sector="REB")],
         ("Military Forces of Kenya", "1", "Unidentified Armed Group (Kenya)", "2", "12", "")),
        ("Armed clash",
         [by("soldiers", sector="MIL"), by("rebels", kind="organization", role="recipient", sector="REB")],
         ("Military Forces of Kenya", "1", "rebels", "2", "12", "")),
        ("Armed clash", [by("soldiers", sector="MIL", code="UGAMIL"), by("rebels", role="recipient", sector="REB")],
         ("Military Forces of Uganda", "8", "Unidentified Armed Group (Kenya)", "2", "28", "")),
        ("Armed clash", [by("soldiers", sector="MIL", code="COD"), by("rebels", role="recipient", sector="CRM")],
         ("Military Forces of the Democratic Republic of Congo", "8", "Unidentified Gang (Kenya)", "3", "38", "")),
        ("Attack", [by("soldiers", role="recipient", sector="CVL")],
         ("Unidentified Armed Group (Kenya)", "3", "Civilians (Kenya)", "7", "37", "Civilian targeting")),
        ("Excessive force against protesters",
         [by("soldiers", sector="COP"), by("rebels", role="recipient", sector="EDU")],
         ("Protesters (Kenya)", "6", "Police Forces of Kenya", "1", "16", "Civilian targeting")),
        ("Protest with intervention", [by("rebels", sector="LAB")],
         ("Protesters (Kenya)", "6", "Police Forces of Kenya", "1", "16", "")),
        ("Mob violence", [by("rebels", sector="CVL"), by("soldiers", role="recipient", sector="BUS")],
         ("Rioters (Kenya)", "5", "Civilians (Kenya)", "7", "57", "Civilian targeting")),
        ("Peaceful protest", [], ("Protesters (Kenya)", "6", "", "0", "60", "")),
        ("Arrests", [by("soldiers", sector="COP"), by("rebels", role="recipient", sector="LAB")],
         ("Police Forces of Kenya", "1", "Civilians (Kenya)", "7", "17", "")),
    ],
)  # fmt: skip
def test_who_stands_on_which_side(
    sub_event_type: str, who: list[Any], expected: tuple[str, ...], one: Project, tmp_path: Path
) -> None:
    text = "Clashed have soldiers and rebels in Nakuru on Monday."
    keep(one, report(text, at("Nakuru", NAKURU), on("Monday", FOURTH), *who, acled=sub_event_type))
    (row,) = exported(one, "acled", tmp_path)
    columns = ("actor1", "inter1", "actor2", "inter2", "interaction", "civilian_targeting")
    assert tuple(row[name] for name in columns) == expected


def test_several_reports_are_one_row_and_copies_have_no_vote(one: Project, tmp_path: Path) -> None:
    ids = keep(one, bombing(day=4), bombing(source="Lake News", day=5), bombing(source="Evening Post", day=6))
    join(one, *ids)
    (row,) = exported(one, "acled", tmp_path)
    assert row["source"] == "The Rift Herald; Lake News; Evening Post"
    assert len(exported(one, "acled", tmp_path, unit="event")) == 3


def test_numbers_of_the_dead_that_differ(one: Project, tmp_path: Path) -> None:
    """The report's own number stands before a speaker's; in GED the range of all is told."""
    first = report(
        "Bombed was a bus stop in Nakuru on Monday; gunmen killed 7 people, and the army said 12 people died.",
        at("Nakuru", NAKURU), on("Monday", FOURTH), by("gunmen", sector="UAF"),
        dead("7 people", 7), dead("12 people", 12, attribution="army"), acled="Attack",
    )  # fmt: skip
    keep(one, first)
    assert [row["fatalities"] for row in exported(one, "acled", tmp_path)] == ["7"]
    (row,) = exported(one, "ged", tmp_path)
    assert (row["low"], row["best"], row["high"]) == ("7", "7", "12")


def test_the_larger_number_of_one_speaker_is_the_whole(one: Project, tmp_path: Path) -> None:
    text = "Bombed was a bus stop in Nakuru on Monday; gunmen killed 11 people, 7 of them women."
    told = [at("Nakuru", NAKURU), on("Monday", FOURTH), by("gunmen", sector="UAF"), dead("11", 11), dead("7", 7)]
    keep(one, report(text, *told, acled="Attack"))
    assert [row["fatalities"] for row in exported(one, "acled", tmp_path)] == ["11"]


def test_ged_has_organised_violence_that_killed(one: Project, tmp_path: Path) -> None:
    text = "Shot have soldiers and rebels in Nakuru on Monday, and 9 died."
    told = [at("Nakuru", NAKURU), on("Monday", FOURTH), dead("9", 9)]
    soldiers, rebels = by("soldiers", sector="MIL"), by("rebels", role="recipient", sector="REB")
    keep(one, report(text, *told, soldiers, rebels), report(text, *told, source="no side"), rally(), bombing())
    keep(one, report(text, *told[:2], soldiers, rebels, source="nobody died"))
    found = {row["side_b"]: row for row in exported(one, "ged", tmp_path)}
    assert set(found) == {"rebels", "Civilians"}
    state = found["rebels"]
    assert (state["type_of_violence"], state["dyad_name"]) == ("1", "Government of Kenya - rebels")
    assert (state["deaths_unknown"], state["deaths_civilians"], state["best"]) == ("9", "0", "9")
    assert (found["Civilians"]["type_of_violence"], found["Civilians"]["deaths_civilians"]) == ("3", "7")
    assert state["geom_wkt"] == "POINT (36.072 -0.307)"
    assert (state["date_prec"], state["date_start"], state["where_prec"]) == ("1", "2024-03-04 00:00:00.000", "1")
    assert export(one, "ged", tmp_path / "again.csv")["left_out"] == {ged.NO_SIDE: 1, ged.NOT_FATAL: 2}


def test_cells_of_prio_grid() -> None:
    """The corners, and cells worked out by hand from its definition (360 rows of 720 from 90° S, 180° W)."""
    assert ged.priogrid(latitude=-90, longitude=-180) == 1
    assert ged.priogrid(latitude=90, longitude=180) == 360 * 720
    assert ged.priogrid(latitude=0.1, longitude=0.1) == 180 * 720 + 361


def test_every_country_of_acleds_has_one_region() -> None:
    told = [code for codes in acled_data()["regions"].values() for code in codes.split()]
    assert len(told) == len(set(told))
    assert [code for code in told if country(code) is None] == []
    assert all(country(code) and country(code).region for code in told)  # type: ignore[union-attr]


def test_plover_has_its_records_in_one_array(one: Project, tmp_path: Path) -> None:
    keep(one, bombing(), bombing(source="B", status="planned"), bombing(source="C", type=None, mode=None))
    said = export(one, "plover", tmp_path / "plover.json")
    told = json.loads((tmp_path / "plover.json").read_text(encoding="utf-8"))
    assert said["left_out"] == {"PLOVER has no type for it": 1}
    assert sorted(record["mode"] for record in told) == [["explosives"], ["explosives", "future"]]
    first = next(record for record in told if len(record["mode"]) == 1)
    assert (first["event"], first["quad_code"], first["event_scale"]) == (["ASSAULT"], 4, -9.0)
    assert (first["date"], first["enddate"], first["size"]) == ("2024-03-04", "2024-03-04", {"dead": 7})
    assert first["event_loc"][0]["country_code"] == "KEN"
    assert {"id", "date", "actor", "event"} <= set(first)
    known = plover().types
    assert all(record["event"][0] in known for record in told)


def test_a_day_that_is_that_of_publication_says_so(one: Project, tmp_path: Path) -> None:
    keep(one, report("Bombed was a bus stop.", day=6), report("Bombed was a bridge.", day=None))
    assert export(one, "plover", tmp_path / "p.json")["written"] == 1
    (told,) = json.loads((tmp_path / "p.json").read_text(encoding="utf-8"))
    assert (told["date"], told["enddate"]) == ("2024-03-06", None)
    assert told["comment"].endswith("; The report tells no day: this is the day it was published.")


def test_dossiers_of_incidents_say_how_reports_differ(one: Project, tmp_path: Path) -> None:
    other = report(
        "Bombed was a bus stop in Nakuru on Monday; 12 people died there.",
        at("Nakuru", NAKURU), on("Monday", FOURTH), dead("12", 12), acled="Remote explosive/landmine/IED",
        source="Lake News", day=4,
    )  # fmt: skip
    ids = keep(one, bombing(day=4), other)
    join(one, *ids)
    (dossier,) = dossiers(one)
    assert dossier.standing is not None
    assert dossier.standing.reports == 2
    assert any(name == "fatalities" for name, _ in dossier.standing.differ)
    (row,) = exported(one, "acled", tmp_path)
    assert "Reports differ: " in row["notes"]
    export(one, "jsonl", tmp_path / "i.jsonl", unit="incident")
    (record,) = lines(tmp_path / "i.jsonl")
    assert sorted(one["low"] for one in record["quantities"]) == [7, 12]
    assert len(record["incident"]["reports"]) == 2
