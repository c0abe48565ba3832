"""What a decision says, in a line that people read: its value without braces, and who decided."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from byline.model import Decision

LONGEST = 240
"""Characters of a value that a line shows."""

OF_STATE = {
    "accepted": ("accept",),
    "rejected": ("reject", "split", "joined"),
    "edited": ("set", "accept"),
    "new": ("new", "split"),
}
"""The verdicts by which an event came to a state."""


def brief(value: str | None) -> str:
    """A value as a decision keeps it, for people: names, days and numbers, the words they rest on left out."""
    if not value:
        return "nothing"
    if value.lstrip()[:1] not in ("{", "["):
        return _cut(value)
    try:
        told = json.loads(value)
    except (ValueError, RecursionError):
        return _cut(value)
    rows = told if isinstance(told, list) else [told]
    return _cut("; ".join(_row(one) for one in rows)) or "nothing"


def deciders(decisions: Iterable[Decision], state: str) -> str:
    """Who brought an event into a state, each once; "" where nobody did."""
    wanted = OF_STATE.get(state, ())
    return ", ".join(dict.fromkeys(one.reviewer for one in decisions if one.verdict in wanted))


def amount(number: float | None) -> str:
    """A number as a field holds it: whole ones without a point; "" for none."""
    if number is None:
        return ""
    return str(int(number)) if number == int(number) else str(number)


def _row(one: Any) -> str:
    if not isinstance(one, dict):
        return str(one)
    if "trigger" in one or "into" in one:
        return _made(one)
    if "value" in one:
        return ", ".join(one["value"]) if isinstance(one["value"], list) else str(one["value"] or "nothing")
    if "what" in one:
        return _quantity(one)
    if "start" in one or "end" in one:
        first, last = one.get("start"), one.get("end")
        days = str(first or last) if first == last or not (first and last) else f"{first} to {last}"
        return f"{days} ({one.get('precision', 'day')})"
    name = str(one.get("name") or one.get("source") or one.get("geonameid") or _unnamed(one))
    inside = ", ".join(str(one[key]) for key in ("admin1", "country") if one.get(key))
    role = f"{one['role']}: " if "role" in one else ""
    return f"{role}{name}{f' ({inside})' if inside else ''}"


def _unnamed(one: Mapping[str, Any]) -> str:
    return "words alone" if one.get("evidence") else "not named"


def _quantity(one: Mapping[str, Any]) -> str:
    low, high = one.get("low"), one.get("high")
    if low is not None and low == high:
        number = amount(low)
    elif low is None:
        number = f"up to {amount(high)}"
    else:
        number = f"{amount(low)} or more" if high is None else f"{amount(low)} to {amount(high)}"
    return f"{one['what']}: {number}"


def _made(one: Mapping[str, Any]) -> str:
    into: Sequence[Any] = one.get("into", ())
    if into:
        return f"{len(into)} events"
    fields = one.get("fields") or {}
    return (
        ", ".join(brief(fields[name]) for name in ("type", "mode", "when", "places") if fields.get(name)) or "an event"
    )


def _cut(words: str) -> str:
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
