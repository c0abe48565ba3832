"""What a value is told as: JSON objects with known keys, and the words of a document they rest on; checked."""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from byline.errors import DecisionError
from byline.model import Document, Span

MOST_CHARACTERS: Final = 200_000
"""Characters a value may have: an event with hundreds of places has fewer."""

LONGEST_NAME: Final = 500
"""Characters of a name; the longest real ones have a hundred."""

MOST_SPANS: Final = 100
"""Pieces of evidence of one value."""


def is_json(text: str) -> bool:
    """Whether a value is told as JSON, not in a plain form."""
    return text.lstrip()[:1] in ("{", "[")


def loaded(text: str, *, what: str) -> Any:
    """The JSON of a text. Raises DecisionError for what is none, or too long."""
    if len(text) > MOST_CHARACTERS:
        raise DecisionError(f"the value of {what} has {len(text):,} characters; {MOST_CHARACTERS:,} are the most")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise DecisionError(f"the value of {what} is no JSON ({error}); write it as docs/deciding.md shows") from error


def table(told: Any, *, known: Collection[str], what: str) -> Mapping[str, Any]:
    """An object with known keys alone. Raises DecisionError naming the key that is not, and the nearest that is."""
    if not isinstance(told, dict):
        raise DecisionError(f"{what} must be a JSON object, not {_kind(told)}")
    for key in told:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"it may have {', '.join(sorted(known))}"
            raise DecisionError(f"{what} has no key {key[:LONGEST_NAME]!r}; {hint}")
    return told


def rows(told: Any, *, what: str) -> Sequence[Any]:
    """A list. Raises DecisionError for what is none."""
    if not isinstance(told, list):
        raise DecisionError(f"{what} must be a JSON list, not {_kind(told)}")
    return told


def name(told: Any, *, what: str) -> str | None:
    """A name, None for null or blank. Raises DecisionError for what is no text or too long."""
    if told is None:
        return None
    if not isinstance(told, str):
        raise DecisionError(f"{what} must be a text, not {_kind(told)}")
    trimmed = " ".join(told.split())
    if len(trimmed) > LONGEST_NAME:
        raise DecisionError(f"{what} has {len(trimmed):,} characters; {LONGEST_NAME} are the most")
    return trimmed or None


def one_of(told: Any, choices: Iterable[str], *, what: str) -> str:
    """One of some words. Raises DecisionError naming the nearest, or all."""
    every = list(choices)
    if isinstance(told, str) and told in every:
        return told
    near = difflib.get_close_matches(str(told)[:LONGEST_NAME], every, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    raise DecisionError(f"{told!r} is no {what}; {hint}choose one of {', '.join(every)}"[:2_000])


def number(told: Any, *, what: str, least: float, most: float) -> float | None:
    """A number between two, None for null. Raises DecisionError."""
    if told is None:
        return None
    if isinstance(told, bool) or not isinstance(told, int | float) or not math.isfinite(told):
        raise DecisionError(f"{what} must be a number, not {_kind(told)}")
    if not least <= told <= most:
        raise DecisionError(f"{what} is {told}; it must be from {least:g} to {most:g}")
    return float(told)


def span(told: Any, document: Document) -> Span:
    """The words that `{"in", "start", "end"}` names, in code points of that part of the document; a "text" beside them
    must be what stands there. Raises DecisionError."""
    row = table(told, known=("in", "start", "end", "text"), what="evidence")
    part, start, end = row.get("in", "text"), row.get("start"), row.get("end")
    if type(start) is not int or type(end) is not int:
        raise DecisionError('evidence must say where its words are: {"in": "text", "start": 12, "end": 18}')
    try:
        words = document.part(part if isinstance(part, str) else "")
    except (KeyError, ValueError):
        raise DecisionError(f"{document.id} has no part {part!r}; its parts are text, title and caption:0, …") from None
    if not 0 <= start < end <= len(words):
        raise DecisionError(
            f"characters {start} to {end} are not in the {part} of {document.id}, which has {len(words)}"
        )
    if "text" in row and row["text"] != words[start:end]:
        raise DecisionError(f"at {start} to {end} of the {part} of {document.id} stands {words[start:end][:80]!r}")
    return Span(start=start, end=end, part=part)


def spans(told: Any, document: Document) -> tuple[Span, ...]:
    """The words of a list of evidence, each once, in the order given. Raises DecisionError."""
    every = rows([] if told is None else told, what="evidence")
    if len(every) > MOST_SPANS:
        raise DecisionError(f"{len(every)} pieces of evidence were given; {MOST_SPANS} are the most")
    return tuple(dict.fromkeys(span(one, document) for one in every))


def span_told(span: Span) -> dict[str, Any]:
    """A span as `span` reads it."""
    return {"in": span.part, "start": span.start, "end": span.end}


def _kind(told: Any) -> str:
    return {dict: "an object", list: "a list", str: "a text", bool: "true or false", type(None): "null"}.get(
        type(told), "a number" if isinstance(told, int | float) and math.isfinite(told) else "what it is"
    )
