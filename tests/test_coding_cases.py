"""What a careful coder reads out of a sentence: the cases of events.toml, quantities.toml, senses.toml and
who.toml in cases/."""

from __future__ import annotations

import io
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from byline.config import Config
from byline.model import Document
from byline.read import Read, read
from conftest import Records

CASES = Path(__file__).parent / "cases"
FILES = ("events", "quantities", "senses", "who")
CASE_KEYS = {"about", "text", "report", "published", "events", "fails"}

Record = dict[str, Any]


def load(name: str) -> list[dict[str, Any]]:
    return tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["case"]


def params(name: str) -> list[Any]:
    """The cases of a file; those that say why they fail are strict xfails."""
    failing = {
        case["about"]: [pytest.mark.xfail(strict=True, reason=case["fails"])] for case in load(name) if "fails" in case
    }
    return [pytest.param(case, id=case["about"], marks=failing.get(case["about"], [])) for case in load(name)]


@pytest.mark.parametrize("case", params("events"))
def test_events(case: dict[str, Any], records: Records) -> None:
    hold(case, records)


@pytest.mark.parametrize("case", params("quantities"))
def test_quantities(case: dict[str, Any], records: Records) -> None:
    hold(case, records)


@pytest.mark.parametrize("case", params("senses"))
def test_senses(case: dict[str, Any], records: Records) -> None:
    hold(case, records)


@pytest.mark.parametrize("case", params("who"))
def test_who(case: dict[str, Any], records: Records) -> None:
    hold(case, records)


@pytest.mark.parametrize("name", FILES)
def test_the_cases_are_well_formed(name: str) -> None:
    cases = load(name)
    assert len({case["about"] for case in cases}) == len(cases)
    for case in cases:
        assert set(case) <= CASE_KEYS, case["about"]
        assert ("text" in case) != ("report" in case), case["about"]
        for event in case.get("events", ()):
            assert set(event) <= set(VALUES), case["about"]


def hold(case: dict[str, Any], records: Records) -> None:
    """The text gives the expected events, one for one, each with what is expected of it."""
    if "report" in case:
        found = records(report(case["report"]))
    else:
        found = records(case["text"], published=case.get("published"))
    # The parts of a distributive list share a trigger; they are looked at in the order of their places.
    found = sorted(
        found, key=lambda one: (one["trigger"]["start"], *(p["evidence"][0]["start"] for p in one["places"]))
    )
    expected = case.get("events", [])
    assert len(found) == len(expected), "found " + ("; ".join(shown(one) for one in found) or "none")
    missed = [
        f"event {number} ({shown(record)}): {key}: expected {wanted!r}, found {given!r}"
        for number, (event, record) in enumerate(zip(expected, found, strict=True), 1)
        for key, wanted in event.items()
        if not agrees(key, wanted, given := VALUES[key](record))
    ]
    assert not missed, "\n".join(missed)


def report(words: str) -> Document:
    """A report as the reader of text files reads it."""
    (reading,) = read(["-"], config=Config(), stdin=io.BytesIO(words.lstrip().encode()))
    assert isinstance(reading, Read), reading
    return reading.document


def shown(record: Record) -> str:
    return f"{record['type']}/{record['mode']} {record['status']} “{record['trigger']['text']}”"


def agrees(key: str, wanted: Any, given: Any) -> bool:
    """Whether a value is the expected one; of words told, and of speakers, a part is enough."""
    match key:
        case "trigger":
            return wanted in given
        case "actor" | "recipient" | "instrument" | "actor_names" | "recipient_names" | "demands" | "says":
            return len(wanted) == len(given) and all(
                one.casefold() in other.casefold() for one, other in zip(wanted, given, strict=True)
            )
        case "figures":
            return len(wanted) == len(given) and all(
                one.split()[0] == other[0] and one.split()[1].casefold() in other[1].casefold()
                for one, other in zip(wanted, given, strict=True)
            )
        case "quantities":
            return sorted(wanted) == sorted(given)
    return bool(wanted == given)


def _when(record: Record) -> list[Any]:
    days = [record["when"][side] for side in ("start", "end")]
    return [date.fromisoformat(day) for day in dict.fromkeys(days) if day is not None]


def _told(role: str, key: str = "text") -> Any:
    return lambda record: [one[key] or "" for one in record["actors"] if one["role"] == role]


def _coded(role: str, key: str) -> Any:
    """A code of each mention of a role, "none" where it has none."""
    return lambda record: [one[key] or "none" for one in record["actors"] if one["role"] == role]


def _of_places(key: str) -> Any:
    return lambda record: [one[key] for one in record["places"]]


def interval(quantity: Record) -> str:
    """ "fatalities 12", "fatalities 24..", "arrests ..300", "arrests 20..30"."""
    low, high = ("" if quantity[side] is None else str(quantity[side]) for side in ("low", "high"))
    return f"{quantity['what']} {low}" if low == high else f"{quantity['what']} {low}..{high}"


VALUES: dict[str, Any] = {
    "trigger": lambda record: [record["trigger"]["text"], *(one["text"] for one in record["told"])],
    "type": lambda record: record["type"] or "none",
    "mode": lambda record: record["mode"] or "none",
    "status": lambda record: record["status"],
    "actor": _told("actor"),
    "actor_names": _told("actor", "name"),
    "actor_sectors": _coded("actor", "sector"),
    "actor_codes": _coded("actor", "code"),
    "recipient": _told("recipient"),
    "recipient_names": _told("recipient", "name"),
    "recipient_sectors": _coded("recipient", "sector"),
    "recipient_kinds": _coded("recipient", "kind"),
    "instrument": _told("instrument"),
    "places": _of_places("text"),
    "place_names": _of_places("name"),
    "countries": _of_places("country"),
    "precision": _of_places("precision"),
    "place_basis": _of_places("basis"),
    "when": _when,
    "when_precision": lambda record: record["when"]["precision"],
    "basis": lambda record: record["when"]["basis"],
    "quantities": lambda record: [interval(one) for one in record["quantities"]],
    "figures": lambda record: [(str(one["low"]), one["attribution"] or "") for one in record["quantities"]],
    "says": lambda record: [record["attribution"]["source"] or ""],
    "quotes": lambda record: len(record["quotes"]),
    "demands": lambda record: [one["text"] for one in record["demands"]],
    "members": lambda record: len(record["members"]),
}
"""What a case may expect of an event, and where its record has it."""
