"""The JSON Schema of records, held against every record there is and against any there may be."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from byline import model
from byline.cli import main
from byline.export import agreed, schemas
from byline.export.dossier import Report, Standing
from byline.export.jsonl import line
from byline.export.record import record
from byline.model import (
    Actor,
    Coding,
    Document,
    Event,
    Mention,
    Place,
    Quantity,
    Span,
    Speaker,
    When,
    document_id,
    event_id,
    sha256,
)
from byline.ontology import plover
from byline.project import Project
from given_out import bombing, export, join, keep, lines, rally
from told import report

EVENT = Draft202012Validator(schemas.of("event"))
INCIDENT = Draft202012Validator(schemas.of("incident"))


def wrong(validator: Any, told: Any) -> list[str]:
    return [f"{one.json_path}: {one.message}" for one in validator.iter_errors(told)]


@pytest.mark.parametrize("unit", ["event", "incident"])
def test_the_schemas_are_schemas_and_are_printed(unit: Any) -> None:
    Draft202012Validator.check_schema(schemas.of(unit))
    printed = CliRunner().invoke(main, ["export", "jsonl", "--schema", "--unit", unit])
    assert json.loads(printed.stdout) == schemas.of(unit)


def test_it_knows_the_words_of_model_and_ontology() -> None:
    schema = schemas.of("event")
    assert schema["properties"]["status"]["enum"] == list(get_args(model.Status))
    assert set(schema["properties"]["type"]["enum"]) == {*plover().types, None}
    assert schema["$defs"]["when"]["properties"]["precision"]["enum"] == list(get_args(model.WhenPrecision))
    assert set(schema["$defs"]["actor"]["properties"]["sector"]["enum"]) == {*plover().sectors, None}
    assert set(schema["$defs"]["acled"]["properties"]["sub_event_type"]["enum"]) == set(plover().crosswalk.types)


def test_records_of_the_examples_are_of_the_schema(records: Any, examples: Path) -> None:
    told = [one for path in sorted(examples.glob("*.txt")) for one in records(path.read_text(encoding="utf-8"))]
    assert told
    assert [wrong(EVENT, one) for one in told] == [[]] * len(told)


def test_records_of_the_seed_report_are_of_the_schema(records: Any, shared: Path) -> None:
    for path in sorted((shared / "reports").glob("*.txt")):
        for told in records(path.read_text(encoding="utf-8")):
            assert wrong(EVENT, told) == []


def test_what_is_exported_is_of_the_schema(laptop: Any, tmp_path: Path) -> None:
    project: Project = laptop("one")
    ids = keep(project, bombing(day=4), bombing(source="B", day=5), rally(), report("Bombed.", day=None))
    join(project, ids[0], ids[1])
    export(project, "jsonl", tmp_path / "e.jsonl")
    export(project, "jsonl", tmp_path / "i.jsonl", unit="incident")
    assert [wrong(EVENT, one) for one in lines(tmp_path / "e.jsonl")] == [[]] * 4
    assert [wrong(INCIDENT, one) for one in lines(tmp_path / "i.jsonl")] == [[]] * 3


# Any event

TEXT = st.text(min_size=8, max_size=40)
WORDS = st.text(max_size=20)
DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))
CHANCE = st.floats(0, 1)
NUMBER = st.none() | st.integers(0, 10**9).map(float) | st.floats(0, 1e6)


def maybe(some: Any) -> Any:
    return st.none() | some


def values() -> Any:
    """A value of any role."""
    return {
        "actor": st.builds(
            Actor,
            name=WORDS,
            kind=st.sampled_from(get_args(model.ActorKind)),
            public=maybe(st.booleans()),
            code=maybe(WORDS),
            sector=maybe(st.sampled_from(sorted(plover().sectors))),
        ),
        "place": st.builds(
            Place,
            name=WORDS,
            precision=st.sampled_from(get_args(model.PlacePrecision)),
            geonameid=maybe(st.integers(1, 10**8)),
            latitude=maybe(st.floats(-90, 90)),
            longitude=maybe(st.floats(-180, 180)),
            radius_km=maybe(st.floats(0, 5000)),
            country=maybe(st.sampled_from(["KE", "AR", "XK"])),
            admin1=maybe(WORDS),
            relation=st.sampled_from(get_args(model.Relation)),
            basis=st.sampled_from(get_args(model.Basis)),
            attribution=maybe(WORDS),
        ),
        "when": st.builds(
            When,
            start=maybe(DAYS),
            end=maybe(DAYS),
            precision=st.sampled_from(get_args(model.WhenPrecision)),
            basis=st.sampled_from(get_args(model.Basis)),
        ),
        "speaker": st.builds(
            Speaker, name=maybe(WORDS), kind=st.sampled_from(get_args(model.SpeakerKind)), interest=maybe(WORDS)
        ),
        "quantity": st.builds(
            Quantity,
            what=st.sampled_from(get_args(model.Counted)),
            low=NUMBER,
            high=NUMBER,
            of=maybe(WORDS),
            attribution=maybe(WORDS),
        ),
    }


KINDS = values() | {"recipient": values()["actor"], "instrument": values()["actor"]}
VALUELESS = ("quote", "demand")


@st.composite
def reports(draw: st.DrawFn) -> tuple[Document, Event]:
    """A document of any text with an event of any values."""
    text = draw(TEXT)
    spans = st.integers(0, len(text) - 1).flatmap(
        lambda start: st.integers(start + 1, len(text)).map(lambda end: Span(start=start, end=end))
    )
    document = Document(
        id=document_id(source=None, where="x", text=text), text=text, origin=draw(WORDS), raw_sha256=sha256(text),
        text_sha256=sha256(text), made_by="test", title=draw(maybe(WORDS)), byline=draw(maybe(WORDS)),
        source_id=draw(maybe(WORDS)), url=draw(maybe(WORDS)), published=draw(maybe(DAYS)), language="en",
    )  # fmt: skip
    mentions = []
    for role in draw(st.lists(st.sampled_from([*KINDS, *VALUELESS]), max_size=6)):
        value = None if role in VALUELESS else draw(KINDS[role] if role == "quantity" else maybe(KINDS[role]))
        mentions.append(Mention(role=role, span=draw(spans), value=value, score=draw(CHANCE)))
    kind = draw(st.sampled_from(list(plover().types.values())))
    event = Event(
        id=event_id(document_id=document.id, trigger=Span(start=0, end=1)), document_id=document.id,
        type=draw(maybe(st.just(kind.code))), mode=draw(maybe(st.sampled_from(sorted(kind.modes) or [None]))),
        trigger=draw(spans), sentence=draw(spans), status=draw(st.sampled_from(get_args(model.Status))),
        mentions=tuple(mentions), contexts=tuple(draw(st.lists(st.sampled_from(plover().contexts), max_size=2))),
        told=tuple(draw(st.lists(spans, max_size=2))), score=draw(CHANCE),
        acled=draw(maybe(st.sampled_from(sorted(plover().crosswalk.types)))),
    )  # fmt: skip
    return document, event


@given(reports())
@settings(max_examples=60, deadline=None)
def test_any_record_is_of_the_schema_and_one_line_of_json(told: tuple[Document, Event]) -> None:
    document, event = told
    made = record(event, document, ontology=plover(), pipeline_id="p1")
    assert wrong(EVENT, made) == []
    written = line(made)
    assert written.count("\n") == 1
    assert json.loads(written.encode("utf-8")) == json.loads(json.dumps(made))


@given(st.lists(reports(), min_size=1, max_size=3))
@settings(max_examples=30, deadline=None)
def test_any_incident_is_of_the_schema(told: list[tuple[Document, Event]]) -> None:
    made = [
        Report(
            document=document,
            event=event,
            record=record(event, document, ontology=plover(), pipeline_id="p1"),
            original=document.id,
        )
        for document, event in told
    ]
    standing = Standing(reports=2, texts=1, sources=(1, 2), words=(0, 1), differ=(("day", "x"),), disputed=("y",))
    assert wrong(INCIDENT, agreed.record("i" + "0" * 16, made, standing)) == []


def test_half_a_surrogate_pair_is_kept(laptop: Any, tmp_path: Path) -> None:
    project: Project = laptop("one")
    event, document = report("Bombed was \ud83d a bus stop.")
    project.store.add_document(document, document.text.encode("utf-8", "surrogatepass"))
    project.store.add_coding(
        Coding(document_id=document.id, pipeline_id="p1", sentences=(), events=(event,), people=())
    )
    for form in ("jsonl", "plover", "csv"):
        export(project, form, tmp_path / f"o.{form}")
    (told,) = lines(tmp_path / "o.jsonl")
    assert "\ud83d" in told["sentence"]["text"]
