"""What a form sent: its fields by name, each once or several times, none longer than any of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile

LONGEST = 10_000
"""Characters of a field that are read: a long note."""

MOST_FIELDS = 3_000
"""Fields of a form: an event of hundreds of places, each with some."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form's fields. What is not there is empty."""

    fields: Mapping[str, tuple[str, ...]]

    def one(self, name: str) -> str:
        """The first value of a field, without white space around it; "" where it was not sent."""
        values = self.fields.get(name, ())
        return values[0].strip() if values else ""

    def all(self, name: str) -> tuple[str, ...]:
        """All values of a field."""
        return self.fields.get(name, ())

    def firsts(self, *, suffix: str = "") -> dict[str, str]:
        """The first value of each field whose name ends so, by the name without it."""
        return {
            name.removesuffix(suffix): values[0]
            for name, values in self.fields.items()
            if name.endswith(suffix) and values
        }


async def _read(request: Request) -> Form:
    sent = await request.form(max_files=0, max_fields=MOST_FIELDS)
    fields: dict[str, list[str]] = {}
    for name, value in sent.multi_items():
        if not isinstance(value, UploadFile):
            fields.setdefault(name[:LONGEST], []).append(value[:LONGEST])
    return Form({name: tuple(values) for name, values in fields.items()})


Sent = Annotated[Form, Depends(_read)]
"""The form of a request, as a route's argument."""


def of_query(request: Request) -> Form:
    """The fields of an address, as those of a form."""
    names = dict.fromkeys(request.query_params)
    return Form({name: tuple(value[:LONGEST] for value in request.query_params.getlist(name)) for name in names})
