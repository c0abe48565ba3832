"""What may the API be asked? The parameters of each list, typed; what is none of them is said by `known_parameters`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Path, Request
from pydantic import BaseModel, ConfigDict, Field

from byline.model import Status
from byline.review.api_answers import Problem

MOST_ROWS = 200
"""Rows of a page, at most."""

Text = Annotated[str | None, Field(max_length=200, pattern=r"^[^\x00]*$")]
Country = Annotated[str | None, Field(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2.")]
EventId = Annotated[str, Path(pattern="^e[0-9a-f]{16}$")]
DocumentId = Annotated[str, Path(pattern="^d[0-9a-f]{16}$")]
IncidentId = Annotated[str, Path(pattern="^i[0-9a-f]{16}$")]
FindingId = Annotated[str, Path(pattern="^f[0-9a-f]{16}$")]
OfEvent = Annotated[str | None, Field(pattern="^e[0-9a-f]{16}$", description="The id of an event.")]
OfDocument = Annotated[str | None, Field(pattern="^d[0-9a-f]{16}$", description="The id of a report.")]
OfIncident = Annotated[str | None, Field(pattern="^i[0-9a-f]{16}$", description="The id of an incident.")]
Day = Annotated[date | None, Field(description="A day, as 2026-01-31.")]


class Asked(BaseModel):
    """What every list may be asked: how many rows, from where on."""

    model_config = ConfigDict(frozen=True)

    limit: Annotated[int, Field(ge=1, le=MOST_ROWS, description="Rows of a page.")] = 50
    cursor: Annotated[str | None, Field(max_length=500, description="From the address of the next page.")] = None


class AskedEvents(Asked):
    """Which events. `place` and `country` are those of any of an event's places; it may have been on a day from `since`
    to `until`; `q` stands in its sentence."""

    type: Text = None
    status: Status | None = None
    decided: Literal["undecided", "accepted", "edited", "new"] | None = None
    country: Country = None
    place: Text = None
    source: Text = None
    since: Day = None
    until: Day = None
    min_confidence: Annotated[float | None, Field(ge=0, le=1)] = None
    incident: OfIncident = None
    document: OfDocument = None
    q: Text = None


class AskedDocuments(Asked):
    """Which reports: published from `since` to `until`; `q` stands in the title."""

    source: Text = None
    language: Annotated[str | None, Field(pattern="^[a-z]{2,3}$")] = None
    since: Day = None
    until: Day = None
    q: Text = None


class AskedIncidents(Asked):
    """Which incidents. `type` and `country` are those that all of its reports agree on."""

    type: Text = None
    country: Country = None
    since: Day = None
    until: Day = None
    min_events: Annotated[int | None, Field(ge=1, le=1_000_000)] = None


class AskedFindings(Asked):
    """Which findings."""

    kind: Text = None
    severity: Literal["high", "medium", "low"] | None = None


class AskedPlaces(Asked):
    """Which places of events."""

    name: Text = None
    country: Country = None
    event: OfEvent = None
    document: OfDocument = None


class AskedSources(Asked):
    """Which sources."""

    country: Country = None


class AskedDecisions(Asked):
    """Which decisions: on a subject, by a person, on a report, from a day on."""

    subject: Annotated[str | None, Field(pattern="^[deifn][0-9a-f]{16}( e[0-9a-f]{16})?$")] = None
    reviewer: Text = None
    document: OfDocument = None
    since: Day = None


def known_parameters(request: Request) -> None:
    """Raises Problem for a parameter that a list does not have: a filter that is misspelled would filter nothing."""
    dependant = getattr(request.scope.get("route"), "dependant", None)
    names = set(_names(dependant)) if dependant is not None else set(request.query_params)
    for name in request.query_params:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1)
            known = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(names)) or 'none'}"
            raise Problem(400, f"there is no parameter {name[:40]!r} here; {known}")


def _names(dependant: Any) -> Iterator[str]:
    for one in dependant.query_params:
        kind = one.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from kind.model_fields
        else:
            yield one.alias
