"""The seed report against a careful coder's reading of it: the referee's checks, and every line of the gold.

The report and its gold stay in the shared folder; nothing of them is copied here. `claims` are the audit's, and not
held.
"""

from __future__ import annotations

import difflib
import re
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from byline.coding import who
from byline.export.document import to_json
from byline.model import Document, Failure
from byline.project import Project
from conftest import SHARED

REPORT = "iran-2020-08-01"
MOST_EVENTS = 25
SAME_NAME = 0.9
"""Similarity from which two spellings of a province ("Baluchistan", "Baluchestan") are one name."""

Record = dict[str, Any]

KNOWN_MISSES: dict[tuple[str, str], str] = {
    ("graffiti", "actor"): "of “members of A and B” only the first is taken",
    ("hormozgan-arson", "count"): "the article before a name with brackets in it is not found",
}
"""Gold lines that do not hold yet, (event, field) → why. Each is a strict xfail below: it fails when it is mended."""


@dataclass(frozen=True)
class Read:
    """The seed report as read and coded."""

    document: dict[str, Any]
    records: list[Record]
    aliases: dict[str, str]


@cache
def gold() -> dict[str, Any]:
    """The gold, read when tests are collected; empty where the shared folder is absent."""
    file = SHARED / "reports" / f"{REPORT}.gold.yaml"
    return yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}


def lines(key: str) -> list[Any]:
    """Parameters from the gold; where it is absent one that stands in, so that the fixture says why it is skipped."""
    found = gold().get(key)
    if not found:
        return [pytest.param(None, id="shared folder absent")]
    if isinstance(found, dict):
        return [pytest.param((name, value), id=name) for name, value in found.items()]
    return [pytest.param(one, id=one["id"] if isinstance(one, dict) else one[:40]) for one in found]


@pytest.fixture(scope="module")
def report(shared: Path) -> Path:
    return shared / "reports" / f"{REPORT}.txt"


@pytest.fixture(scope="module")
def seed(report: Path, tmp_path_factory: pytest.TempPathFactory) -> Read:
    with Project(database=tmp_path_factory.mktemp("seed") / "byline.db") as project:
        (coded,) = project.code([report])
        assert not isinstance(coded, Failure), coded.error
        return Read(
            document=to_json(coded.document),
            records=project.records(coded),
            aliases=_aliases(project, coded.document),
        )


def _aliases(project: Project, document: Document) -> dict[str, str]:
    return dict(who.aliases(project.pipeline.page(document)))


@pytest.fixture(scope="module")
def pairs(seed: Read) -> dict[str, Record]:
    """Each gold event's record: the pairs that agree in most fields first, no record twice."""
    scored = [
        (sum(ok for _, ok, _ in checks(event, record)), event["id"], number)
        for event in gold()["events"]
        for number, record in enumerate(seed.records)
        if record["type"] == event.get("plover", record["type"])
    ]
    found: dict[str, Record] = {}
    taken: set[int] = set()
    for _, name, number in sorted(scored, key=lambda one: (-one[0], one[1], one[2])):
        if name not in found and number not in taken:
            found[name] = seed.records[number]
            taken.add(number)
    return found


# ------------------------------------------------------------------------------------- the referee, as a user runs it


def test_every_check_of_the_referee_holds(shared: Path, report: Path, tmp_path: Path) -> None:
    byline = Path(sys.executable).parent / "byline"
    for name, command in (("documents", ["read"]), ("events", ["code", "--db", str(tmp_path / "byline.db")])):
        run = subprocess.run(
            [byline, command[0], report, "--format", "jsonl", *command[1:]], capture_output=True, check=False
        )
        assert run.returncode == 0, run.stderr.decode()
        (tmp_path / f"{name}.jsonl").write_bytes(run.stdout)
    referee = subprocess.run(
        [
            sys.executable,
            shared / "scoring" / "check_report.py",
            tmp_path / "documents.jsonl",
            tmp_path / "events.jsonl",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    missed = [line for line in referee.stdout.splitlines() if line.startswith("miss:")]
    assert not missed, "\n".join(missed)
    assert referee.returncode == 0, referee.stderr or referee.stdout


# ------------------------------------------------------------------------------------------------ the gold, by line


@pytest.mark.parametrize("line", lines("document"))
def test_document(line: tuple[str, Any], seed: Read) -> None:
    name, expected = line
    document, text = seed.document, seed.document["text"]
    match name:
        case "dateline":
            assert document["dateline"]["date"] == expected["date"].isoformat()
            assert fold(document["dateline"]["place"]) == fold(expected["place"])
        case "published":
            assert document["published"] == expected.isoformat()
        case "boilerplate":
            assert [words for words in expected if words in text] == []
            assert {cut["text"].strip() for cut in document["cuts"]} >= set(expected)
        case "repeated":
            assert text.count(expected) == 1
            assert [cut["reason"] for cut in document["cuts"] if cut["text"].startswith(expected)] == ["repeated"]
        case "source_interest":
            reported = [record for record in seed.records if record["status"] == "reported"]
            assert {record["attribution"]["interest"] for record in reported} == {expected}
        case "aliases":
            for full, *short in expected:
                assert {seed.aliases.get(name) for name in short} == {full}
        case _:
            assert document[name] == expected


@pytest.mark.parametrize("event", lines("events"))
def test_event(event: dict[str, Any], pairs: dict[str, Record]) -> None:
    record = pairs.get(event["id"])
    assert record is not None, f"no record tells of {event['id']}: {event['what']}"
    missed = [
        f"{field}: expected {event.get(field)!r}, found {found!r}"
        for field, ok, found in [*checks(event, record), *member_checks(event, record, pairs)]
        if not ok and (event["id"], field) not in KNOWN_MISSES
    ]
    assert not missed, f"{event['id']} (“{record['trigger']['text']}”)\n" + "\n".join(missed)


@pytest.mark.parametrize(
    ("name", "field"),
    [pytest.param(*key, marks=pytest.mark.xfail(strict=True, reason=why)) for key, why in KNOWN_MISSES.items()],
)
def test_known_miss(name: str, field: str, pairs: dict[str, Record]) -> None:
    (event,) = (one for one in gold()["events"] if one["id"] == name)
    (held,) = (ok for one, ok, _ in checks(event, pairs[name]) if one == field)
    assert held


def test_every_record_is_one_of_the_gold(seed: Read, pairs: dict[str, Record]) -> None:
    known = {record["id"] for record in pairs.values()}
    extra = [
        f"{one['type']} {one['status']} “{one['trigger']['text']}” in “{one['sentence']['text'][:80]}”"
        for one in seed.records
        if one["id"] not in known
    ]
    assert len(seed.records) <= MOST_EVENTS
    assert not extra, "\n".join(extra)


@pytest.mark.parametrize("statement", lines("not_events"))
def test_no_event_in(statement: str, seed: Read) -> None:
    text = seed.document["text"]
    # Typed with plain apostrophes, and with dots for words left out.
    pieces = [re.escape(piece.strip()).replace("'", "['’]") for piece in statement.split("...") if piece.strip()]
    found = re.search(r"[^\n]*?".join(pieces), text)
    assert found, "the statement is not in the text"
    inside = [record for record in seed.records if found.start() <= record["trigger"]["start"] < found.end()]
    assert [(record["type"], record["trigger"]["text"]) for record in inside] == []


class TestTraps:
    """The gold's traps, one test each."""

    def test_islamabad_in_an_iranian_list_is_in_iran(self, seed: Read) -> None:
        found = [place for record in seed.records for place in record["places"] if place["text"] == "Islamabad"]
        assert {place["country"] for place in found} == {"IR"}

    def test_ashraf_3_is_not_camp_ashraf(self, seed: Read) -> None:
        named = [place for record in seed.records for place in record["places"] if "Ashraf" in place["text"]]
        assert {place["country"] for place in named if "camp" in place["text"].lower()} == {"IQ"}
        assert {place["country"] for place in named if place["text"].endswith("3")} <= {"AL"}

    def test_a_province_is_never_pinned_to_a_city(self, seed: Read) -> None:
        found = [place for record in seed.records for place in record["places"] if place["text"] == "Hormozgan"]
        assert found
        assert {place["precision"] for place in found} == {"admin1"}

    def test_the_year_commemorated_is_not_the_year_of_the_graffiti(self, pairs: dict[str, Record]) -> None:
        assert pairs["graffiti"]["when"]["start"].startswith("2020")
        assert pairs["b-1988"]["when"]["start"].startswith("1988")

    def test_qualifiers_are_no_further_places(self, seed: Read, pairs: dict[str, Record]) -> None:
        places = pairs["july-activities"]["places"]
        text = seed.document["text"]
        for trap in (one for one in gold()["traps"] if "qualifiers" in one):
            for name in re.findall(r"[A-Z][\w ]+(?:\([^)]*\)|Semnan)", trap):
                start = text.index(name)
                inside = [one["text"] for one in places if start <= one["evidence"][0]["start"] < start + len(name)]
                assert len(inside) == 1, f"{name}: {inside}"


# -------------------------------------------------------------------------------------------- when does a line hold?


def checks(event: dict[str, Any], record: Record) -> Iterator[tuple[str, bool, Any]]:
    """Each field of a gold event with whether the record has it, and what the record has."""
    for field, expected in event.items():
        if field not in ("id", "what", "members"):
            yield field, *holds(field, expected, record, event)


def member_checks(event: dict[str, Any], record: Record, pairs: dict[str, Record]) -> Iterator[tuple[str, bool, Any]]:
    if "members" in event:
        wanted = {pairs[name]["id"] for name in event["members"] if name in pairs}
        yield "members", set(record["members"]) == wanted and len(wanted) == len(event["members"]), record["members"]


def holds(field: str, expected: Any, record: Record, event: dict[str, Any]) -> tuple[bool, Any]:
    """Whether a record has what a field of the gold states, and what it has."""
    when, places = record["when"], record["places"]
    meant = [one for one in places if fold(one["text"]) in {fold(name) for name in event.get("places", [])}] or places
    match field:
        case "status":
            return record["status"] == expected, record["status"]
        case "plover":
            return record["type"] == expected, record["type"]
        case "dates":
            return [when["start"], when["end"]] == [day.isoformat() for day in expected], [when["start"], when["end"]]
        case "date_precision":
            return when["precision"] == expected, when["precision"]
        case "date_text":
            return expected in (when["text"] or ""), when["text"]
        case "places":
            told = [one for one in places if one["relation"] not in ("near", "from", "to")]
            names = [(one["text"], one["name"]) for one in told]
            wanted = {fold(name) for name in expected}
            here = {fold(name) for pair in names for name in pair}
            return wanted <= here and all({fold(a), fold(b)} & wanted for a, b in names), names
        case "place_count" | "places_listed":
            return len(places) == expected, len(places)
        case "country" | "precision" | "geonameid":
            values = [one[field] for one in meant]
            return bool(values) and set(values) == {expected}, values
        case "admin1":
            values = [one["admin1"] for one in meant]
            close = [difflib.SequenceMatcher(None, fold(expected), fold(one)).ratio() for one in values]
            return bool(close) and min(close) >= SAME_NAME, values
        case "near":
            values = [one["text"] for one in places if one["relation"] == "near"]
            return expected in values, values
        case "actor":
            values = told_as(record, "actor")
            # Doers joined by "and" are each named; " / " separates words of which either will do.
            either = [
                all(says(values, part) for part in alternative.split(" and ")) for alternative in expected.split(" / ")
            ]
            return any(either), values
        case "target" | "named_target":
            values = told_as(record, "recipient")
            return any(says(values, part) for part in expected.split(" / ")), values
        case "demand":
            values = [one["text"] for one in record["demands"]]
            return any(expected in one for one in values), values
        case "quotes":
            return len(record["quotes"]) == expected, len(record["quotes"])
        case "count" | "claimed_count":
            return counted(record, expected, "targets", "items", "abductions")
        case "fatalities" | "injuries":
            return counted(record, expected, field)
        case "claimed_place_count":
            open_above = {"low": expected["value"], "high": None}
            return counted(record, open_above, "places")
        case "quantities":
            found = [counted(record, row["value"], of=row["what"].split()[0]) for row in expected]
            return all(ok for ok, _ in found), found[0][1]
    raise AssertionError(f"the gold has a field that this test does not know: {field}")


def counted(record: Record, expected: Any, *what: str, of: str = "") -> tuple[bool, Any]:
    """Whether a record has a number: exactly, or with the bounds the gold states."""
    found = [one for one in record["quantities"] if not what or one["what"] in what]
    bounds = expected if isinstance(expected, dict) else {"low": expected, "high": expected}
    same = [
        one
        for one in found
        if of in (one["of"] or "") and all(one[side] == bounds[side] for side in ("low", "high") if side in bounds)
    ]
    return bool(same), [(one["what"], one["low"], one["high"], one["of"]) for one in found]


def told_as(record: Record, role: str) -> list[str]:
    """What the record says of those in a role: the words of the report and the names they were resolved to."""
    return [words for one in record["actors"] if one["role"] == role for words in (one["text"], one["name"] or "")]


def says(values: list[str], expected: str) -> bool:
    """True when one value has at least half of the expected words, whatever their number."""
    wanted = words(expected)
    return any(2 * len(wanted & words(value)) >= len(wanted) for value in values)


def words(phrase: str) -> set[str]:
    """The words of a phrase that say something, without case and a plural's s."""
    return {
        word.casefold().removesuffix("s")
        for word in re.findall(r"\w+", phrase)
        if word.casefold() not in ("of", "the", "a", "and")
    }


def fold(name: str | None) -> str:
    """A place's name without case, marks and blanks."""
    return "".join(char for char in unicodedata.normalize("NFKD", (name or "").casefold()) if char.isalpha())
