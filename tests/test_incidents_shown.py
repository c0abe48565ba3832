"""Ten happenings in two to four reports each (tests/cases/incidents): coded, linked and shown."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from importlib import resources
from itertools import combinations
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from byline.cli.incident import lines, to_json
from byline.export.mask import masked
from byline.language.loaded import loaded
from byline.linking.standing.dossier import Around, Dossier, dossier
from byline.linking.standing.incident_record import REPORTS_WORDS
from byline.model import Coding, Copy, Document, Incident
from byline.project import Project, incidents, linking
from conftest import Code, MakeDocument
from told import REGISTER, by, report, says

CASES = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted((Path(__file__).parent / "cases" / "incidents").glob("*.toml"))
}
SCHEMA = json.loads(resources.files("byline").joinpath("schemas/incident.json").read_text(encoding="utf-8"))


def documents(case: dict[str, Any], document: MakeDocument) -> list[Document]:
    return [
        document(row["text"].strip(), source_id=row["source"], published=row.get("published"), language="en")
        for row in case["report"]
    ]


def by_hand(told: list[tuple[Document, Coding]], about: str) -> Dossier:
    """What the reports' first events of a type are, taken for one happening, with denials beside."""
    events = [(event, document) for document, coding in told for event in coding.events if event.type == about]
    held = {document.id: (event, document) for event, document in reversed(events) if event.status != "denied"}
    incident = Incident(id="i0", event_ids=tuple(event.id for event, _ in held.values()))
    alike = [
        Copy(document_id=later.id, original_id=first.id, share=1.0, of_original=1.0)
        for (first, _), (later, _) in combinations(told, 2)
        if first.text == later.text
    ]
    return dossier(incident, list(held.values()), register=REGISTER, around=Around(beside=events, copies=alike))


def found(one: Dossier) -> dict[str, Any]:
    """What a case may expect, of an incident as JSON."""
    shown = to_json(one)
    standing = shown["corroboration"]
    return {
        **{field["name"]: [field["agreement"], field["summary"]] for field in shown["fields"] if field["of"] is None},
        **{name: standing[name] for name in ("reports", "documents")},
        **{name: list(standing[name].values()) for name in ("sources", "words")},
        "denied_by": [name for dispute in shown["disputes"] for name in dispute["denied_by"]],
        "parties": [said["name"] for said in standing["said"] if said["party"]],
    }


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Project]:
    """All reports of all cases in one project, coded and linked."""
    folder = tmp_path_factory.mktemp("incidents")
    rows = [
        {
            "id": f"{name} {number}",
            "text": row["text"].strip(),
            "source": row["source"],
            "published": row["published"].isoformat() if "published" in row else None,
        }
        for name, case in CASES.items()
        for number, row in enumerate(case["report"])
    ]
    (folder / "reports.jsonl").write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    with Project(database=folder / "byline.db") as project:
        for _ in project.code([folder / "reports.jsonl"]):
            pass
        linking.link(project.store)
        yield project


@pytest.mark.parametrize("name", CASES)
def test_reports_that_are_one_happening_are_shown_as_one(name: str, code: Code, document: MakeDocument) -> None:
    case = CASES[name]
    expected = case["expected"]
    told = [(one, code(one)) for one in documents(case, document)]
    shown = by_hand(told, expected["about"])
    wanted = {key: value for key, value in expected.items() if key not in ("about", "linked")}
    got = found(shown)
    assert {key: got.get(key) for key in wanted} == wanted
    _holds(shown)


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case["expected"].get("linked", True)])
def test_reports_are_coded_linked_and_shown(name: str, linked: Project) -> None:
    expected = CASES[name]["expected"]
    every = [one.incident for one in incidents.joined(linked.store)]
    shown = [incidents.dossier(linked.store, one, register=linked.sources) for one in every]
    (one,) = [one for one in shown if _case(one) == (name, expected["about"])]
    wanted = {key: value for key, value in expected.items() if key not in ("about", "linked")}
    got = found(one)
    assert {key: got.get(key) for key in wanted} == wanted
    _holds(one)


def _case(one: Dossier) -> tuple[str, str | None]:
    """Of which case's reports an incident is, and of what type."""
    event, document = one.reports[0]
    return (document.external_id or "").split()[0], event.type


def _holds(one: Dossier) -> None:
    """An incident's JSON keeps the schema, its evidence is the texts', and no loaded word is ours."""
    shown = to_json(one)
    jsonschema.Draft202012Validator(SCHEMA).validate(shown)
    texts = {document.id: document for _, document in (*one.reports, *one.denials)}
    for words in _evidence(shown):
        assert texts[words["document"]].part(words["in"])[words["start"] : words["end"]] == words["text"]
    printed = "\n".join(lines(one))
    for sentence in shown["corroboration"]["says"]:
        assert sentence.split()[0] in printed


def _evidence(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if {"document", "in", "start", "end", "text"} <= value.keys():
            yield value
        for one in value.values():
            yield from _evidence(one)
    elif isinstance(value, list):
        for one in value:
            yield from _evidence(one)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_an_incident_of_nothing_is_shown() -> None:
    one = dossier(Incident(id="i0", event_ids=()), [], register=REGISTER)
    jsonschema.Draft202012Validator(SCHEMA).validate(to_json(one))
    assert "0 reports." in "\n".join(lines(one))


def test_names_of_private_persons_are_masked_in_all_of_it(code: Code, document: MakeDocument) -> None:
    """Who masks documents and events first has a masked incident: all else is made of them."""
    made = document(
        "Police arrested Daniel Otieno, a farmer, in Kisumu on Monday, his brother Peter Otieno said.", language="en"
    )
    hidden, coding = masked(made, code(made))
    one = by_hand([(hidden, coding)], "COERCE")
    assert "Otieno" not in json.dumps(to_json(one)) + "\n".join(lines(one))
    _holds(one)


def test_loaded_words_stay_in_quotes() -> None:
    front = by("the regime", kind="organization")
    whom = by("regime supporters", role="recipient")
    text = "The army of the regime shot regime supporters, regime officials said."
    one = report(text, front, whom, says("regime officials"), source="Regime Watch")
    other = report(
        "Martyrs were shot, it said.", by("Martyrs", role="recipient"), source="Regime Times", status="denied"
    )
    shown = to_json(dossier(Incident(id="i0", event_ids=(one[0].id,)), [one, other], register=REGISTER))
    for words in _ours(shown):
        bare = "".join(part for number, part in enumerate(words.replace("”", "“").split("“")) if number % 2 == 0)
        assert not loaded("en").found(bare), words


def _ours(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            yield from () if key in REPORTS_WORDS else _ours(one)
    elif isinstance(value, list):
        for one in value:
            yield from _ours(one)
    elif isinstance(value, str):
        yield value


def test_the_page_shows_what_is_printed(code: Code, document: MakeDocument, root: Path) -> None:
    told = [(one, code(one)) for one in documents(CASES["rising_toll"], document)]
    printed = "\n".join(lines(by_hand(told, "ASSAULT")))
    assert f"```text\n{printed}\n```" in (root / "docs" / "corroboration.md").read_text(encoding="utf-8")
