"""Where do the reports of one happening differ? Each field keeps every report's value with its words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain

from byline.linking.standing import field_actors, field_days, field_kinds, field_numbers, field_places
from byline.linking.standing.field import Field, Told
from byline.linking.standing.telling import Reports, Telling, tellings
from byline.model import Copy
from byline.sources import Register

__all__ = ["Field", "Told", "compared", "values"]

_QUESTIONS = (field_kinds, field_days, field_places, field_actors, field_numbers)


def values(reports: Reports, *, register: Register, copies: Iterable[Copy] = ()) -> tuple[Field, ...]:
    """What the reports of one happening tell, field by field: kind, status, day, place, who, to whom, how many. A field
    that no report fills is left out."""
    return compared(tellings(reports, register=register, copies=copies))


def compared(told: Sequence[Telling]) -> tuple[Field, ...]:
    """The same, where it is known already who tells each report. What a report only has denied is told as denied: its
    other fields are held against nothing."""
    held = [one for one in told if one.event.status != "denied"] or list(told)
    # An original speaks before its copies, whichever was published first.
    held = sorted(held, key=lambda one: one.original != one.document.id)
    fields = list(chain.from_iterable(question.fields(held) for question in _QUESTIONS))
    if len(held) == len(told):
        return tuple(fields)
    status = next(one for one in field_kinds.fields(told) if one.name == "status")
    return tuple(status if one.name == "status" else one for one in fields)
