"""What a list is asked for in its address: filters, order, from where on. What cannot be read is said, not guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import get_args
from urllib.parse import urlencode

import pycountry

from byline.model import Status
from byline.review.names import SourceNames
from byline.store.views import DECIDED, ORDERS, Decided, Filters, Order

FIELDS = ("q", "type", "status", "place", "source", "since", "until", "decided")
"""The fields of the form, by their names in an address."""

STATUSES: tuple[Status, ...] = get_args(Status)
LONGEST = 200
"""Characters of a field that are read: no name or day is longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The fields as they were filled in, what they ask for, and what is wrong with any of them, by its name.

    `usual` is what is asked for of decisions where the address says nothing.
    """

    given: Mapping[str, str]
    filters: Filters
    order: Order = ORDERS[0]
    after: str | None = None
    usual: Decided | None = None
    wrong: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What a field was filled in with."""
        return self.given.get(name, "")

    @property
    def shown(self) -> str:
        """What of decisions is shown, for an address that is to show the same."""
        return self.filters.decided or "all but rejected"

    @property
    def narrowed(self) -> int:
        """How many fields narrow the list."""
        return len(self.given)

    def query(self, **more: str | None) -> str:
        """An address's query that asks the same again, but for what is given here; None leaves a field out."""
        order = {"order": self.order} if self.order != ORDERS[0] else {}
        fields = {**self.given, **order, **more}
        return urlencode({name: value for name, value in fields.items() if value})


def asked(
    params: Mapping[str, str],
    *,
    names: SourceNames,
    blind: frozenset[str] = frozenset(),
    usual: Decided | None = None,
) -> Asked:
    """What an address asks for; documents in `blind` are left out of it. `usual` is asked for of decisions where it
    says nothing."""
    given = {name: value for name in FIELDS if (value := params.get(name, "").strip()[:LONGEST])}
    wrong: dict[str, str] = {}
    since, until = (_day(given.get(name), name, wrong) for name in ("since", "until"))
    if since and until and since > until:
        wrong["until"] = "is before the first day"
    sources: tuple[str, ...] = ()
    if "source" in given:
        sources = names.given(given["source"])
        if not sources:
            wrong["source"] = "no report here is from a source of this name"
    status = given.get("status")
    if status is not None and status not in STATUSES:
        wrong["status"] = f"is none of {', '.join(STATUSES)}"
    decided = next((one for one in DECIDED if one == given.get("decided")), None)
    if "decided" in given and decided is None:
        wrong["decided"] = f"is none of {', '.join(DECIDED)}"
    if decided == (usual or "all but rejected"):  # what is shown anyhow narrows nothing
        del given["decided"]
    order = params.get("order", "")
    country = country_code(given["place"]) if "place" in given else None
    filters = Filters(
        type=given.get("type"),
        status=status,
        place=given.get("place") if country is None else None,
        countries=(country,) if country is not None else (),
        sources=sources or (("\0",) if "source" in given else ()),
        since=since,
        until=until,
        words=given.get("q"),
        decided=decided or usual,
        blind=blind,
    )
    return Asked(
        given=given,
        filters=filters,
        order=next((one for one in ORDERS if one == order), ORDERS[0]),
        after=params.get("after") or None,
        usual=usual,
        wrong=wrong,
    )


@lru_cache(maxsize=1024)
def country_code(words: str) -> str | None:
    """The ISO 3166 alpha-2 code of a country's name or code; None for what is no country."""
    try:
        return str(pycountry.countries.lookup(words).alpha_2)
    except LookupError:
        return None


@lru_cache(maxsize=512)
def country_name(code: str | None) -> str:
    """A country's name; the code where it has none."""
    found = pycountry.countries.get(alpha_2=code) if code else None
    if found is None:
        return code or ""
    return str(getattr(found, "common_name", found.name))


def _day(given: str | None, name: str, wrong: dict[str, str]) -> date | None:
    if given is None:
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        wrong[name] = f"{given} is no day; write one as 2026-01-31"
        return None
