"""Values that people give: read, checked against ontology, gazetteer and text, and written back as they were."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.deciding import making, plain, values
from byline.deciding.values import FIELDS, Chosen, Mentions, Words, read, written
from byline.errors import DecisionError
from byline.model import (
    Actor,
    ActorKind,
    Counted,
    Document,
    Event,
    Mention,
    Place,
    Quantity,
    Span,
    Speaker,
    SpeakerKind,
    Status,
    When,
    sha256,
)
from byline.ontology import plover

TEXT = (
    "Miners blocked a road near Oruro on Monday, a union said. 👷🏾 Twelve were hurt.\nPolice — “none” — came ﷽ later."
)
DOCUMENT = Document(
    id="d" + "0" * 16,
    text=TEXT,
    title="Road blocked",
    captions=("A road",),
    origin="a.txt",
    raw_sha256=sha256(TEXT),
    text_sha256=sha256(TEXT),
    made_by="test",
)
TRIGGER = Span(start=7, end=14)
DAY = When(start=date(2026, 3, 2), end=date(2026, 3, 2), precision="day", basis="stated")
PARTS = {"text": TEXT, "title": "Road blocked", "caption:0": "A road"}


@st.composite
def spans(draw: st.DrawFn) -> Span:
    part = draw(st.sampled_from(sorted(PARTS)))
    start = draw(st.integers(0, len(PARTS[part]) - 1))
    return Span(start=start, end=draw(st.integers(start + 1, len(PARTS[part]))), part=part)


names = st.text(min_size=1, max_size=60).map(lambda one: " ".join(one.split())).filter(bool)
numbers = st.one_of(st.integers(0, 10**6).map(float), st.floats(0, 10**6))


@st.composite
def whens(draw: st.DrawFn) -> When:
    days = sorted(draw(st.lists(st.dates(date(1000, 1, 1)), min_size=2, max_size=2)))
    start, end = draw(st.sampled_from([days, [days[0], days[0]], [days[0], None], [None, days[0]], [None, None]]))
    return When(
        start=start,
        end=end,
        precision=draw(st.sampled_from(["day", "week", "month", "season", "year", "unknown"])),
        basis=draw(st.sampled_from(["stated", "relative", "published"])),
    )


@st.composite
def places(draw: st.DrawFn) -> Place:
    if draw(st.booleans()):
        return read_one("places", draw(st.sampled_from(["Oruro", "3909234", "Bolivia", "Quetta, PK"])))
    point = draw(st.booleans())
    return Place(
        name=draw(names),
        precision=draw(st.sampled_from(["site", "city", "district", "admin1", "country", "region"])),
        latitude=draw(st.floats(-90, 90)) if point else None,
        longitude=draw(st.floats(-180, 180)) if point else None,
        radius_km=draw(st.floats(0.1, 500)) if point else None,
        country=draw(st.sampled_from([None, "BO", "PK"])),
        admin1=draw(st.none() | names),
        relation=draw(st.sampled_from(["in", "near", "from"])),
        basis=draw(st.sampled_from(["stated", "inherited"])),
        attribution=draw(st.none() | names),
    )


actors = st.builds(
    Actor,
    name=names,
    kind=st.sampled_from(get_args(ActorKind)),
    public=st.sampled_from([None, True, False]),
    code=st.sampled_from([None, "BOL", "UNO"]),
    sector=st.sampled_from([None, *plover().sectors]),
)
quantities = st.builds(
    lambda what, ends, of, by: Quantity(what=what, low=ends[0], high=ends[1], of=of, attribution=by),
    st.sampled_from(get_args(Counted)),
    st.lists(numbers, min_size=2, max_size=2).map(sorted) | numbers.map(lambda n: [n, None]),
    st.none() | names,
    st.none() | names,
)
speakers = st.builds(
    Speaker,
    name=st.none() | names,
    kind=st.sampled_from(get_args(SpeakerKind)),
    interest=st.sampled_from([None, "party"]),
)


@st.composite
def chosen(draw: st.DrawFn) -> Chosen:
    field = draw(st.sampled_from(FIELDS))
    evidence = draw(st.lists(spans(), max_size=3, unique=True))
    if field not in values.ROLES:
        known: dict[str, list[str]] = {
            "type": list(plover().types),
            "mode": [mode for one in plover().types.values() for mode in one.modes],
            "contexts": list(plover().contexts),
            "status": list(get_args(Status)),
            "acled": list(plover().crosswalk.types),
        }
        most = 3 if field == "contexts" else 1
        least = 1 if field == "status" else 0
        words = draw(st.lists(st.sampled_from(known[field]), min_size=least, max_size=most, unique=True))
        return Words(field=field, words=tuple(words), evidence=tuple(evidence))
    value = {"when": whens(), "places": places(), "actors": actors, "quantities": quantities, "attribution": speakers}
    most = 1 if field in values.SINGLE else 3
    mentions = []
    for _ in range(draw(st.integers(0, most))):
        its = draw(st.lists(spans(), min_size=1, max_size=3, unique=True)) if draw(st.booleans()) else [TRIGGER]
        role = draw(st.sampled_from(values.ROLES[field]))
        mentions.append(Mention(role=role, span=its[0], also=tuple(its[1:]), value=draw(value[field])))
    return Mentions(field=field, mentions=tuple(mentions))


def read_one(field: str, text: str) -> Any:
    made = read(field, text, document=DOCUMENT, trigger=TRIGGER)
    assert isinstance(made, Mentions)
    (one,) = made.mentions
    return one.value


@given(chosen())
def test_what_is_written_reads_as_it_was(value: Chosen) -> None:
    text = written(value, trigger=TRIGGER)
    for strict in (True, False):
        assert read(value.field, text, document=DOCUMENT, trigger=TRIGGER, strict=strict) == value
    assert written(read(value.field, text, document=DOCUMENT, trigger=TRIGGER), trigger=TRIGGER) == text
    assert values.in_few_words(value.field, text) is not None


@given(chosen())
def test_evidence_gives_back_its_words_and_no_others(value: Chosen) -> None:
    text = written(value, trigger=TRIGGER)
    if "evidence" not in text or not text.startswith(("{", "[")):
        return
    told = json.loads(text)
    rows = told if isinstance(told, list) else [told]
    given_words = [one for row in rows for one in row.get("evidence", ())]
    for one in given_words:
        one["text"] = PARTS[one["in"]][one["start"] : one["end"]]
    assert read(value.field, json.dumps(told), document=DOCUMENT, trigger=TRIGGER) == value
    if given_words:
        given_words[0]["text"] += "?"
        with pytest.raises(DecisionError, match="stands"):
            read(value.field, json.dumps(told), document=DOCUMENT, trigger=TRIGGER)


@given(
    st.sampled_from([*FIELDS, "colour"]),
    st.text()
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
        lambda one: (
            st.lists(one, max_size=3)
            | st.dictionaries(
                st.sampled_from(["value", "evidence", "start", "name", "geonameid", "what", "low", "x"]), one
            )
        ),
        max_leaves=8,
    ).map(json.dumps),
)
def test_whatever_is_given_is_read_or_refused(field: str, text: str) -> None:
    try:
        made = read(field, text, document=DOCUMENT, trigger=TRIGGER)
    except DecisionError:
        return
    assert read(field, written(made, trigger=TRIGGER), document=DOCUMENT, trigger=TRIGGER) == made


@given(st.lists(chosen(), min_size=1, max_size=4), spans().filter(lambda one: TEXT and one.part == "text"))
def test_a_new_event_reads_as_it_was(fields: list[Chosen], trigger: Span) -> None:
    if not DOCUMENT.quote(trigger).strip():
        return
    told = {one.field: written(one, trigger=trigger) for one in fields} | {"type": "PROTEST"}
    row = {"trigger": {"start": trigger.start, "end": trigger.end}, "fields": told}
    made = making.read(json.dumps(row), document=DOCUMENT)
    assert making.read(making.written(made), document=DOCUMENT) == made
    event = made.event(DOCUMENT.id, reviewer="Ada")
    assert event.trigger == trigger
    assert event.sentence.covers(trigger)
    assert all(DOCUMENT.quote(one.span) for one in event.mentions)
    assert {one.by for one in event.mentions} <= {"person:Ada"}


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("when", "2026-03-02", DAY),
        ("when", "2026-03", When(start=date(2026, 3, 1), end=date(2026, 3, 31), precision="month", basis="stated")),
        ("when", "2024", When(start=date(2024, 1, 1), end=date(2024, 12, 31), precision="year", basis="stated")),
        ("when", "2026-03-02/2026-03-04", replace(DAY, end=date(2026, 3, 4))),
        ("actors", "recipient: miners", Actor(name="miners", kind="group")),
        ("actors", "instrument: dynamite", Actor(name="dynamite", kind="object")),
        ("quantities", "injuries 12", Quantity(what="injuries", low=12, high=12)),
        ("quantities", "injuries 3-5", Quantity(what="injuries", low=3, high=5)),
        ("quantities", "participants 100+", Quantity(what="participants", low=100, high=None)),
        ("quantities", "arrests up to 5", Quantity(what="arrests", low=None, high=5)),
        ("attribution", "a union", Speaker(name="a union", kind="named source")),
    ],
)  # fmt: skip
def test_plain_forms(field: str, text: str, value: object) -> None:
    assert read_one(field, text) == value


@pytest.mark.parametrize(
    ("text", "name", "country", "precision"),
    [
        ("Oruro", "Oruro", "BO", "city"),
        ("3909234", "Oruro", "BO", "city"),
        ("Bolivia", "Bolivia", "BO", "country"),
        ("Springfield, Illinois", "Springfield", "US", "city"),
        ("London, Canada", "London", "CA", "city"),
    ],
)
def test_places_by_name(text: str, name: str, country: str, precision: str) -> None:
    place = read_one("places", text)
    assert (place.name, place.country, place.precision) == (name, country, precision)
    assert place.latitude is not None


def test_a_place_of_the_gazetteer_is_never_made_finer() -> None:
    told = {"geonameid": 3909234, "latitude": -17.9, "longitude": -67.0, "radius_km": 0.1, "relation": "near"}
    place = read_one("places", json.dumps([told]))
    assert (place.name, place.relation) == ("Oruro", "near")
    assert place.radius_km == read_one("places", "Oruro").radius_km
    assert read_one("places", json.dumps([told | {"radius_km": 40}])).radius_km == 40


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("colour", "red", "'colour' cannot be set; type, mode"),
        ("type", "ASALT", "'ASALT' is no type; did you mean ASSAULT"),
        ("status", "", "an event has some status; choose one of reported"),
        ("type", '{"value": "ASSAULT", "evidense": []}', "has no key 'evidense'; did you mean 'evidence'"),
        ("type", '{"value": ["ASSAULT", "PROTEST"]}', "an event has one type, not 2"),
        ("type", '{"value"', "is no JSON"),
        ("type", "{" * 100_000, "is no JSON"),
        ("when", "Friday", "is no day; write one as 2026-03-12"),
        ("when", "2026-02-30", "is no day"),
        ("when", "2026-03-04/2026-03-02", "is no day"),
        ("when", '{"start": "2026-03-04", "end": "2026-03-02"}', "2026-03-04 is after 2026-03-02"),
        ("places", "Nowhereville", "the gazetteer has no place 'Nowhereville'"),
        ("places", "999999999", "no place with the GeoNames id"),
        ("places", '[{"name": "Camp", "latitude": 91, "longitude": 0}]', "latitude is 91; it must be from -90 to 90"),
        ("places", '[{"name": "Camp", "latitude": 1}]', "both latitude and longitude, or neither"),
        ("places", '[{"name": "Camp", "latitude": NaN, "longitude": 0}]', "latitude must be a number"),
        ("places", '{"name": "Camp"}', "places must be a JSON list"),
        ("actors", '[{"role": "actor"}]', "must have a name, or evidence"),
        ("actors", '[{"name": "x", "sector": "MLI"}]', "is no sector; did you mean MIL"),
        ("actors", '[{"name": "x", "public": "yes"}]', "must be true, false or null"),
        ("actors", "villain: x", "'villain' is no role of an actor"),
        ("quantities", "many", "is no number of things"),
        ("quantities", '[{"what": "fatalities"}]', "must have low, high, or both"),
        ("quantities", '[{"what": "fatalities", "low": 5, "high": 2}]', "5 is more than 2"),
        ("quantities", '[{"what": "fatalities", "low": true}]', "low must be a number, not true or false"),
        ("attribution", '{"source": "x", "kind": "rumour"}', "'rumour' is no kind of speaker"),
        ("type", '{"value": "ASSAULT", "evidence": [{"start": 5, "end": 5}]}', "characters 5 to 5 are not in the text"),
        ("type", '{"value": "ASSAULT", "evidence": [{"start": 0, "end": 9999}]}', "characters 0 to 9999 are not in"),
        ("type", '{"value": "ASSAULT", "evidence": [{"in": "caption:7", "start": 0, "end": 1}]}', "has no part"),
        ("type", '{"value": "ASSAULT", "evidence": [{"start": 0, "end": 6, "text": "Minors"}]}', "stands 'Miners'"),
    ],
)  # fmt: skip
def test_what_is_refused_says_why(field: str, text: str, says: str) -> None:
    with pytest.raises(DecisionError) as raised:
        read(field, text, document=DOCUMENT, trigger=TRIGGER)
    assert says in str(raised.value)


def test_a_value_without_words_keeps_those_it_had() -> None:
    where = Span(start=27, end=32)
    coded = Event(
        id="e" + "0" * 16,
        document_id=DOCUMENT.id,
        type="PROTEST",
        mode="obstruct",
        trigger=TRIGGER,
        sentence=Span(start=0, end=57),
        mentions=(Mention(role="place", span=where, value=read_one("places", "Bolivia")),),
    )
    same = values.applied(coded, read("places", "Bolivia", document=DOCUMENT, trigger=TRIGGER), reviewer="Ada")
    assert [(one.span, one.by) for one in same.mentions] == [(where, "person:Ada")]
    other = values.applied(coded, read("places", "Oruro", document=DOCUMENT, trigger=TRIGGER), reviewer="Ada")
    assert [one.span for one in other.mentions] == [TRIGGER]
    kind = values.applied(coded, read("type", "COERCE", document=DOCUMENT, trigger=TRIGGER), reviewer="Ada")
    assert (kind.type, kind.mode, kind.by) == ("COERCE", None, "person:Ada")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Daniel Otieno", "individual"),
        ("Red Cross", "group"),
        ("police", "group"),
        ("recipient: Amina Yusufin", "individual"),
    ],
)
def test_a_persons_name_in_plain_words_is_an_individual_so_that_exports_mask_it(words: str, kind: str) -> None:
    (mention,) = plain.mentions("actors", words, trigger=Span(start=0, end=3))
    assert isinstance(mention.value, Actor)
    assert mention.value.kind == kind
