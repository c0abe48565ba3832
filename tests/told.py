"""What tests of corroboration and disagreement share: reports of one happening, built by hand from their words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from byline.linking.standing.disagreement import values
from byline.linking.standing.field import Field
from byline.linking.standing.telling import Reports
from byline.model import (
    Actor,
    Basis,
    Copy,
    Document,
    Event,
    Mention,
    Place,
    Quantity,
    Role,
    Span,
    Speaker,
    SpeakerKind,
    Value,
    When,
    WhenPrecision,
    document_id,
    event_id,
    sha256,
)
from byline.sources import Register

REGISTER = Register.open()
Report = tuple[Event, Document]

NAKURU = Place(
    name="Nakuru", precision="city", geonameid=184622, latitude=-0.307, longitude=36.072, radius_km=9.0,
    country="KE", admin1="Nakuru",
)  # fmt: skip
KISUMU = Place(
    name="Kisumu", precision="city", geonameid=191245, latitude=-0.102, longitude=34.762, radius_km=8.0,
    country="KE", admin1="Kisumu",
)  # fmt: skip
NAKURU_COUNTY = Place(
    name="Nakuru", precision="admin1", geonameid=7668904, latitude=-0.5, longitude=36.1, radius_km=60.0,
    country="KE", admin1="Nakuru",
)  # fmt: skip
KENYA = Place(
    name="Kenya", precision="country", geonameid=192950, latitude=1.0, longitude=38.0, radius_km=500.0, country="KE"
)
MARKET = Place(
    name="Wakulima Market", precision="site", latitude=-0.29, longitude=36.07, radius_km=2.0, country="KE",
    admin1="Nakuru",
)  # fmt: skip


def report(text: str, *mentions: Made, source: str | None = None, day: int | None = 4, **event: Any) -> Report:
    """A report of a bombing, of day `day` of March 2024, from its text; `mentions` are made by the functions below."""
    document = Document(
        id=document_id(source=source, where="here", text=text),
        text=text,
        origin="here",
        raw_sha256=sha256(text),
        text_sha256=sha256(text),
        made_by="test",
        source_id=source,
        published=None if day is None else date(2024, 3, day),
    )
    end = text.find(".") + 1 or len(text)
    trigger = Span(start=0, end=len(text.split()[0]))
    made = Event(
        id=event_id(document_id=document.id, trigger=trigger),
        document_id=document.id,
        type="ASSAULT",
        mode="explosives",
        trigger=trigger,
        sentence=Span(start=0, end=end),
        mentions=tuple(find(text) for find in mentions),
    )
    return replace(made, **event), document


Made = Callable[[str], Mention]
"""A mention that is to be found in a text by its words."""


def _mention(role: Role, words: str, value: Value) -> Made:
    def found(text: str) -> Mention:
        start = text.index(words)
        return Mention(role=role, span=Span(start=start, end=start + len(words)), value=value)

    return found


def dead(words: str, low: float | None, high: float | None = None, **told: Any) -> Made:
    """A number of dead: exact where only `low` is given, open above with `open=True`; `what` counts others."""
    upper = None if told.pop("open", False) else (low if high is None else high)
    what = told.pop("what", "fatalities")
    return _mention("quantity", words, Quantity(what=what, low=low, high=upper, **told))


def says(words: str, *, name: str | None = None, kind: SpeakerKind = "named source", party: bool = False) -> Made:
    """A speaker."""
    speaker = Speaker(name=name or words, kind=kind, interest="party" if party else None)
    return _mention("speaker", words, speaker)


def on(
    words: str, start: date, end: date | None = None, *, precision: WhenPrecision = "day", basis: Basis = "relative"
) -> Made:
    """A day, or days."""
    value = When(start=start, end=end or start, precision=precision, basis=basis)
    return _mention("when", words, value)


def at(words: str, place: Place) -> Made:
    """A place."""
    return _mention("place", words, place)


def by(words: str, *, role: Role = "actor", kind: Any = "group", **actor: Any) -> Made:
    """Who did it; with `role="recipient"`, to whom."""
    return _mention(role, words, Actor(name=words, kind=kind, **actor))


def copy_of(copy: Report, original: Report, *, share: float = 0.95) -> Copy:
    """That a report's document is a copy of another's."""
    return Copy(document_id=copy[1].id, original_id=original[1].id, share=share, of_original=0.9)


def field(reports: Reports, name: str, *, of: str | None = None, **known: Any) -> Field:
    """One field of what the reports tell."""
    return next(one for one in values(reports, register=REGISTER, **known) if (one.name, one.of) == (name, of))
