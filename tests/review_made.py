"""What tests of the review page share: stores of made-up events, hostile reports, and a browser's session."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import insert
from starlette.testclient import TestClient

from byline.model import (
    Actor,
    Coding,
    Cut,
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
)
from byline.model import sha256 as hash_of
from byline.project import Project
from byline.review.access import Access
from byline.review.app import application
from byline.review.assets import Assets
from byline.store import Store, codec, current, rows
from byline.store.schema import codings, documents, events, mentions

PLACES = (
    ("Oruro", "BO", 3909234, -17.98, -67.15),
    ("Tarija", "BO", 3903320, -21.53, -64.73),
    ("Kisumu", "KE", 191245, -0.10, 34.76),
    ("Nakuru", "KE", 184622, -0.30, 36.07),
    ("Kutaisi", "GE", 613607, 42.25, 42.70),
    ("Khulna", "BD", 1336135, 22.81, 89.56),
)
TYPES = ("ASSAULT", "COERCE", "PROTEST", "DEMAND", "AGREE")
STATUSES = ("reported", "reported", "reported", "background", "planned", "denied")
FIRST_DAY = date(2019, 1, 1)
FILLER = "The council had met in the morning, and shops near the station stayed closed until the evening. "
EVENTS_EACH = 5
"""Events of a made-up report."""


def fill(store: Store, *, number: int, seed: int = 1) -> None:
    """Keeps made-up reports with `number` events in all."""
    drawn = random.Random(seed)
    with store.writing() as connection:
        reports = _reports(number, drawn)
        while lot := list(islice(reports, 500)):
            connection.execute(insert(documents), [codec.document_row(document) for document, _ in lot])
            made = []
            for _, coding in lot:
                row = rows.coding_row(coding, coded_at=f"2026-03-{drawn.randint(1, 28):02}T10:00:00Z")
                key = connection.execute(insert(codings).values(row)).inserted_primary_key
                assert key is not None
                made.append((coding, int(key[0])))
            for table, lines in (
                (events, [row for coding, id in made for row in rows.event_rows(coding, coding_id=id)]),
                (mentions, [row for coding, id in made for row in rows.mention_rows(coding, coding_id=id)]),
            ):
                connection.execute(insert(table), lines)
            current.keep(connection, made)


def _reports(number: int, drawn: random.Random) -> Iterator[tuple[Document, Coding]]:
    for nth in range(number // EVENTS_EACH):
        yield report(nth, drawn)


def report(nth: int, drawn: random.Random) -> tuple[Document, Coding]:
    """A made-up report and its coding."""
    sentences, made = "", []
    spans: list[Span] = []
    for _ in range(EVENTS_EACH):
        name, country, geonameid, latitude, longitude = drawn.choice(PLACES)
        start = len(sentences)
        words = f"Police arrested {drawn.randint(2, 90)} drivers of firm {nth} in {name} on Monday."
        sentences += words + " " + FILLER * 3 + "\n\n"
        spans.append(Span(start=start, end=start + len(words)))
        made.append((words, start, Place(name=name, precision="city", geonameid=geonameid, latitude=latitude,
                                         longitude=longitude, radius_km=12.0, country=country)))  # fmt: skip
    id = document_id(source=f"Paper {nth % 40}", where=f"{nth}.txt", text=sentences)
    document = Document(
        id=id,
        text=sentences,
        title=f"Report {nth}",
        origin=f"inbox/{nth}.txt",
        raw_sha256=hash_of(sentences),
        text_sha256=hash_of(sentences),
        made_by="text 1",
        source_id=f"Paper {nth % 40}",
        published=FIRST_DAY + timedelta(days=nth % 2000),
    )
    return document, Coding(
        document_id=id,
        pipeline_id="p1",
        sentences=tuple(spans),
        events=tuple(_event(id, *one, published=document.published, drawn=drawn) for one in made),
    )


def _event(id: str, words: str, start: int, place: Place, *, published: date | None, drawn: random.Random) -> Event:
    def span(piece: str) -> Span:
        at = start + words.index(piece)
        return Span(start=at, end=at + len(piece))

    day = (published or FIRST_DAY) - timedelta(days=drawn.randint(0, 6))
    number = words.split()[2]
    return Event(
        id=event_id(document_id=id, trigger=span("arrested")),
        document_id=id,
        type=drawn.choice(TYPES),
        mode="arrest",
        trigger=span("arrested"),
        sentence=Span(start=start, end=start + len(words)),
        status=drawn.choice(STATUSES),  # type: ignore[arg-type]
        score=round(drawn.random(), 4),
        by="made 1",
        mentions=(
            Mention(role="actor", span=span("Police"), value=Actor(name="Police", kind="organization"), score=0.9),
            Mention(role="recipient", span=span("drivers"), value=Actor(name="drivers", kind="group"), score=0.8),
            Mention(role="place", span=span(place.name), value=place, score=0.7),
            Mention(role="when", span=span("Monday"), score=0.6,
                    value=When(start=day, end=day, precision="day", basis="relative")),
            Mention(role="quantity", span=span(number), score=0.5,
                    value=Quantity(what="arrests", low=float(number), high=float(number), of="drivers")),
        ),
    )  # fmt: skip


def long_report() -> tuple[Document, Coding]:
    """A made-up report of a megabyte, and its coding: 2,000 events, as many as two hundred reports have."""
    drawn = random.Random(2)
    parts = [report(nth, drawn) for nth in range(400)]
    gap = FILLER * 14 + "\n\n"
    text, offsets = "", []
    for one, _ in parts:
        offsets.append(len(text))
        text += one.text + gap
    id = document_id(source="Paper long", where="long.txt", text=text)
    made = []
    for offset, (_, coding) in zip(offsets, parts, strict=True):
        for event in coding.events:
            trigger = _later(event.trigger, offset)
            mentions = tuple(replace(one, span=_later(one.span, offset)) for one in event.mentions)
            made.append(
                replace(
                    event,
                    id=event_id(document_id=id, trigger=trigger),
                    document_id=id,
                    trigger=trigger,
                    sentence=_later(event.sentence, offset),
                    mentions=mentions,
                )
            )
    document = replace(
        parts[0][0], id=id, text=text, title="A long report", raw_sha256=hash_of(text), text_sha256=hash_of(text)
    )
    return document, Coding(document_id=id, pipeline_id="p1", sentences=(), events=tuple(made))


def _later(span: Span, offset: int) -> Span:
    return Span(start=span.start + offset, end=span.end + offset)


SCRIPT = "<script>alert(1)</script>"
IMAGE = '"><img src=x onerror=alert(1)>'
TURNED = "a\u202egnp.exe\u2066\x07\ud800"


def hostile() -> tuple[Document, Coding]:
    """A report that tries all it can: markup, links, marks that turn text, halves of characters; and its coding."""
    text = (
        f"Police arrested {IMAGE} and 12 others in {SCRIPT} on Monday, {TURNED} said.\n\n"
        "</p></div></main><script src=//evil.example></script>{{ 7*7 }} {% raw %} &lt;b&gt; <!--\n"
    )
    hashed = hash_of(text)
    id = document_id(source=IMAGE, where="javascript:alert(1)", text=text)
    document = Document(
        id=id,
        text=text,
        title=f"{SCRIPT} {TURNED}",
        byline=f"{IMAGE} {TURNED}",
        url="javascript:alert(document.cookie)",
        source_id=IMAGE,
        external_id=SCRIPT,
        origin=f'inbox/{IMAGE}"onmouseover="alert(1).txt',
        language="en",
        captions=(SCRIPT,),
        raw_sha256=hashed,
        text_sha256=hashed,
        made_by="text 1",
        cuts=(Cut(start=0, text=SCRIPT, reason=IMAGE),),
        published=FIRST_DAY,
    )

    def span(piece: str) -> Span:
        return Span(start=text.index(piece), end=text.index(piece) + len(piece))

    place = Place(name=SCRIPT, precision="site", latitude=1.0, longitude=2.0, country="KE", attribution=IMAGE)
    event = Event(
        id=event_id(document_id=id, trigger=span("arrested")),
        document_id=id,
        type="COERCE",
        mode=IMAGE,
        trigger=span("arrested"),
        sentence=Span(start=0, end=text.index("\n")),
        score=0.01,
        by=IMAGE,
        mentions=(
            Mention(role="actor", span=span("Police"), value=Actor(name=IMAGE, kind="group", code=SCRIPT), by=SCRIPT),
            Mention(role="recipient", span=span(IMAGE), value=Actor(name=TURNED, kind="group", sector=IMAGE)),
            Mention(role="place", span=span(SCRIPT), value=place),
            Mention(role="when", span=span("Monday"), value=None),
            Mention(role="quantity", span=span("12"), value=Quantity(what="arrests", low=12, high=None, of=SCRIPT)),
            Mention(role="speaker", span=span(TURNED), value=Speaker(name=TURNED, kind="named source")),
        ),
    )
    titled = Event(
        id=event_id(document_id=id, trigger=Span(start=0, end=8, part="title")),
        document_id=id,
        type=None,
        mode=None,
        trigger=Span(start=0, end=8, part="title"),
        sentence=Span(start=0, end=len(document.title or ""), part="title"),
        status="denied",
        score=0.02,
        by="made 1",
    )
    return document, Coding(document_id=id, pipeline_id="p1", sentences=(), events=(event, titled))


def raw(document: Document) -> bytes:
    """The bytes that a made-up document names by their hash."""
    return document.text.encode("utf-8", "surrogatepass")


def client(project: Project, *, host: str = "127.0.0.1:8000") -> TestClient:
    """A browser that has opened the page, and follows nothing by itself; the assets need not be built."""
    access = Access(port=8000)
    app = application(project, access=access, assets=Assets(folder=Path(__file__).parent, hashes={}))
    made = TestClient(app, base_url=f"http://{host}", follow_redirects=False)
    answer = made.get("/enter", params={"token": access.token})
    assert answer.status_code == 303
    return made
