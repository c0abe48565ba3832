"""What did a person say that a field is? The value of a "set" as text, checked and typed, and back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any, Final, Literal, cast, get_args

from byline.deciding import places, plain, told
from byline.errors import DecisionError
from byline.model import (
    Actor,
    ActorKind,
    Basis,
    Counted,
    Document,
    Event,
    Mention,
    Place,
    Quantity,
    Role,
    Span,
    Speaker,
    SpeakerKind,
    Status,
    Value,
    When,
    WhenPrecision,
)
from byline.ontology import plover

Field = Literal["type", "mode", "contexts", "status", "acled", "when", "places", "actors", "quantities", "attribution"]

FIELDS: Final[tuple[Field, ...]] = get_args(Field)
"""What a decision may set of an event: keys of the event record."""

ROLES: Final[Mapping[str, tuple[Role, ...]]] = {
    "when": ("when",),
    "places": ("place",),
    "actors": ("actor", "recipient", "instrument"),
    "quantities": ("quantity",),
    "attribution": ("speaker",),
}
"""The roles of the fields that are held in mentions."""

SINGLE: Final = ("when", "attribution")
"""Fields of one mention."""

PERSON: Final = "person:"
"""Begins the `by` of what a person set."""

_CODE = re.compile(r"[A-Z][A-Z0-9]{2,19}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A field that is a word or several of the ontology ("type", "mode", "status", "acled", "contexts"; none: that
    there is none), and the words of the document it rests on."""

    field: Field
    words: tuple[str, ...]
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """A field that is held in mentions: all of that field, in place of those there were. A mention without words of its
    own rests on the trigger."""

    field: Field
    mentions: tuple[Mention, ...]


Chosen = Words | Mentions


def read(field: str, text: str, *, document: Document, trigger: Span, strict: bool = True) -> Chosen:
    """The value of a "set": a plain form ("ASSAULT", "2026-03-12/2026-03-14", "Oruro, BO", "actor: police; recipient:
    miners", "fatalities 12; injuries 3-5", "a witness") or JSON in the form of the event record.

    JSON: for words `{"value": "ASSAULT", "evidence": […]}`; else the record's own objects (`when` and `attribution`
    one, the others a list), each with `evidence`: `[{"in", "start", "end"}]`. "" says that there is none. Not `strict`:
    one that was checked once, so that neither ontology nor gazetteer is asked again. Raises DecisionError for a value
    that is none of the ontology's, the gazetteer's, or of the document's characters.
    """
    if field not in FIELDS:
        raise DecisionError(f"{field!r} cannot be set; {', '.join(FIELDS)} can")
    if field in ROLES:
        return Mentions(field=field, mentions=tuple(_mentions(field, text, document, trigger=trigger, strict=strict)))
    words, evidence = _words(field, text, document)
    if strict:
        known = list(_known(field))
        for word in words:
            told.one_of(word, known, what=field.removesuffix("s") if field != "status" else field)
    if field != "contexts" and len(words) > 1:
        raise DecisionError(f"an event has one {field}, not {len(words)}")
    if field == "status" and not words:
        raise DecisionError(f"an event has some status; choose one of {', '.join(get_args(Status))}")
    return Words(field=field, words=words, evidence=evidence)


def written(chosen: Chosen, *, trigger: Span) -> str:
    """A value as the decision keeps it: the shortest form from which `read` gives the same again, whatever gazetteer is
    there."""
    if isinstance(chosen, Words):
        short = ", ".join(chosen.words)
        if not chosen.evidence:
            return short
        value = list(chosen.words) if chosen.field == "contexts" else (short or None)
        return _json({"value": value, "evidence": [told.span_told(one) for one in chosen.evidence]})
    if not chosen.mentions:
        return ""
    rows = [_row(one, trigger) for one in chosen.mentions]
    if chosen.field not in SINGLE:
        return _json(rows)
    only = chosen.mentions[0]
    if isinstance(only.value, When) and "evidence" not in rows[0] and (short := plain.when_written(only.value) or ""):
        return short
    return _json(rows[0])


def applied(event: Event, chosen: Chosen, *, reviewer: str) -> Event:
    """The event with one field as a person set it. A mode that the type does not have goes with the old type.

    A value that the person gave no words, and that the event had, keeps the words it had.
    """
    by = PERSON + reviewer
    if isinstance(chosen, Mentions):
        new = tuple(replace(_with_words(one, event), score=1.0, by=by) for one in chosen.mentions)
        roles = ROLES[chosen.field]
        before = [i for i, one in enumerate(event.mentions) if one.role in roles]
        at = before[0] if before else len(event.mentions)
        left = [one for one in event.mentions[:at] if one.role not in roles]
        rest = [one for one in event.mentions[at:] if one.role not in roles]
        return replace(event, mentions=(*left, *new, *rest))
    first = chosen.words[0] if chosen.words else None
    if chosen.field == "type":
        kind = plover().types.get(first or "")
        keeps = event.mode is not None and kind is not None and event.mode in kind.modes
        return replace(event, type=first, mode=event.mode if keeps else None, by=by)
    if chosen.field == "contexts":
        return replace(event, contexts=chosen.words)
    if chosen.field == "mode":
        return replace(event, mode=first)
    if chosen.field == "acled":
        return replace(event, acled=first)
    return replace(event, status=cast("Status", first))


def _with_words(mention: Mention, event: Event) -> Mention:
    if mention.span != event.trigger or mention.also:
        return mention
    for one in event.role(mention.role):
        if is_one(one.value, mention.value):
            return replace(mention, span=one.span, also=one.also, antecedent=one.antecedent)
    return mention


def is_one(had: Value | None, value: Value | None) -> bool:
    """Whether two values are of one place, one actor, one number, whatever else is known of them."""
    if isinstance(had, Place) and isinstance(value, Place) and None not in (had.geonameid, value.geonameid):
        return had.geonameid == value.geonameid
    if isinstance(had, Place | Actor) and isinstance(value, Place | Actor):
        return had.name.casefold() == value.name.casefold()
    if isinstance(had, Quantity) and isinstance(value, Quantity):
        return (had.what, had.low, had.high) == (value.what, value.low, value.high)
    if isinstance(had, When) and isinstance(value, When):
        return (had.start, had.end) == (value.start, value.end)
    return had is not None and had == value


def of(field: str, event: Event) -> Chosen:
    """What an event has in a field."""
    if field in ROLES:
        return Mentions(field=cast("Field", field), mentions=event.role(*ROLES[field]))
    value: str | tuple[str, ...] | None = getattr(event, field)
    words = (value,) if isinstance(value, str) else tuple(value or ())
    return Words(field=cast("Field", field), words=words)


def told_of(field: str, event: Event) -> str:
    """What an event has in a field, in the form that `read` takes. A mention that was not resolved is told by its words
    alone."""
    return written(of(field, event), trigger=event.trigger)


def summary(chosen: Chosen) -> str:
    """A value in few words, for people: "" for none."""
    if isinstance(chosen, Words):
        return ", ".join(chosen.words)
    return "; ".join(filter(None, (_short(one) for one in chosen.mentions)))


def in_few_words(field: str, text: str) -> str:
    """A value as it is kept, for people; as it stands where it cannot be read."""
    if field not in FIELDS or not told.is_json(text):
        return text
    try:
        value = told.loaded(text, what=field)
        for row in value if isinstance(value, list) else [value]:
            row.pop("evidence", None)
        return summary(read(field, _json(value), document=_NO_TEXT, trigger=Span(start=0, end=1), strict=False))
    except (DecisionError, AttributeError):
        return text


_NO_TEXT: Final = Document(id="", text="", origin="", raw_sha256="", text_sha256="", made_by="")


def _short(mention: Mention) -> str:
    value = mention.value
    if isinstance(value, Place):
        inside = ", ".join(word for word in (value.admin1, value.country) if word and word != value.name)
        return f"{value.name} ({inside})" if inside else value.name
    if isinstance(value, Actor):
        codes = "/".join(code for code in (value.code, value.sector) if code)
        return f"{mention.role} {value.name}" + (f" ({codes})" if codes else "")
    if isinstance(value, Quantity):
        low, high = (f"{one:g}" if one is not None else None for one in (value.low, value.high))
        number = low if low == high else f"{low} to {high}" if low and high else f"{low}+" if low else f"up to {high}"
        return f"{value.what} {number}"
    if isinstance(value, Speaker):
        return value.name or value.kind
    if isinstance(value, When):
        return plain.when_written(value) or "/".join(str(one or "…") for one in (value.start, value.end))
    return ""


def same(one: Chosen, other: Chosen) -> bool:
    """Whether two values say the same, whatever words they rest on."""
    return essence(one) == essence(other)


def essence(chosen: Chosen) -> tuple[object, ...]:
    """What a value says, whatever words it rests on and in whatever order: two that say the same are equal in it."""
    if isinstance(chosen, Words):
        return tuple(sorted(chosen.words))
    return tuple(sorted((one.role, repr(one.value)) for one in chosen.mentions))


# Words of the ontology


@cache
def _known(field: str) -> tuple[str, ...]:
    types = plover().types
    return {
        "type": tuple(types),
        "mode": tuple(sorted({mode for one in types.values() for mode in one.modes})),
        "contexts": tuple(plover().contexts),
        "status": get_args(Status),
        "acled": tuple(plover().crosswalk.types),
    }[field]


def _words(field: str, text: str, document: Document) -> tuple[tuple[str, ...], tuple[Span, ...]]:
    value: Any = text
    evidence: tuple[Span, ...] = ()
    if told.is_json(text):
        row = told.table(told.loaded(text, what=field), known=("value", "evidence"), what=field)
        value, evidence = row.get("value"), told.spans(row.get("evidence"), document)
    if isinstance(value, str):
        value = value.split(",") if field == "contexts" else [value]
    words = [told.name(one, what=field) for one in told.rows(value if value is not None else [], what=field)]
    return tuple(dict.fromkeys(word for word in words if word)), evidence


# What is held in mentions


def _mentions(field: str, text: str, document: Document, *, trigger: Span, strict: bool) -> Iterator[Mention]:
    if not told.is_json(text):
        if text.strip():
            yield from plain.mentions(field, text.strip(), trigger=trigger)
        return
    value = told.loaded(text, what=field)
    every = [value] if field in SINGLE else told.rows(value, what=field)
    for one in every:
        yield _mention(field, one, document, trigger=trigger, strict=strict)


_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "when": ("start", "end", "precision", "basis"),
    "places": places.KEYS,
    "actors": ("role", "kind", "public", "name", "code", "sector"),
    "quantities": ("what", "of", "low", "high", "attribution"),
    "attribution": ("source", "kind", "interest"),
}


def _mention(field: str, one: Any, document: Document, *, trigger: Span, strict: bool) -> Mention:
    row = told.table(one, known=(*_KEYS[field], "text", "confidence", "evidence"), what=_one(field))
    spans = told.spans(row.get("evidence"), document) or (trigger,)
    role: Role = ROLES[field][0]
    if field == "when":
        value: Value = _when(row)
    elif field == "places":
        value = places.read(row, strict=strict)
    elif field == "quantities":
        value = _quantity(row)
    elif field == "attribution":
        value = _speaker(row)
    else:
        role, value = _actor(row, words=document.quote(spans[0]), strict=strict)
    return Mention(role=role, span=spans[0], value=value, also=spans[1:])


def _one(field: str) -> str:
    nouns = {"places": "a place", "actors": "an actor", "quantities": "a quantity", "attribution": "a speaker"}
    return nouns.get(field, field)


def _when(row: Mapping[str, Any]) -> When:
    start, end = (_day(row.get(name)) for name in ("start", "end"))
    if start is not None and end is not None and start > end:
        raise DecisionError(f"{start} is after {end}; give the earlier day as start")
    first, last = start or end, end or start
    default = "unknown" if first is None or last is None else plain.precision(first, last)
    return When(
        start=start,
        end=end,
        precision=_word(row.get("precision", default), WhenPrecision, "precision"),
        basis=_word(row.get("basis") or "stated", Basis, "basis"),
    )


def _day(text: Any) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except (TypeError, ValueError):
        raise DecisionError(f"{text!r} is no day; write one as 2026-03-12"[: told.LONGEST_NAME]) from None


def _actor(row: Mapping[str, Any], *, words: str, strict: bool) -> tuple[Role, Actor]:
    role = cast("Role", told.one_of(row.get("role", "actor"), plain.ACTOR_ROLES, what="role of an actor"))
    name = told.name(row.get("name"), what="the name of an actor")
    if name is None:  # its words name it
        if not row.get("evidence"):
            raise DecisionError("an actor must have a name, or evidence: words that name it")
        name = told.name(words[: told.LONGEST_NAME], what="the name of an actor")
    public = row.get("public")
    if public is not None and not isinstance(public, bool):
        raise DecisionError("public of an actor must be true, false or null")
    code = told.name(row.get("code"), what="the code of an actor")
    if code is not None and not _CODE.fullmatch(code):
        raise DecisionError(
            f"{code!r} is no code of an actor; give ISO 3166 alpha-3, such as BOL, or an organization's"
        )
    sector = told.name(row.get("sector"), what="the sector of an actor")
    if sector is not None and strict:
        told.one_of(sector, plover().sectors, what="sector")
    kind = row.get("kind") or ("object" if role == "instrument" else "group")
    return role, Actor(
        name=name or words,
        kind=_word(kind, ActorKind, "kind of actor"),
        public=public,
        code=code,
        sector=sector,
    )


def _quantity(row: Mapping[str, Any]) -> Quantity:
    low, high = (told.number(row.get(name), what=name, least=0, most=1e12) for name in ("low", "high"))
    if low is None and high is None:
        raise DecisionError("a quantity must have low, high, or both")
    if low is not None and high is not None and low > high:
        raise DecisionError(f"{low:g} is more than {high:g}; give the smaller number as low")
    return Quantity(
        what=_word(row.get("what"), Counted, "thing that is counted"),
        low=low,
        high=high,
        of=told.name(row.get("of"), what="of"),
        attribution=told.name(row.get("attribution"), what="the attribution of a quantity"),
    )


def _speaker(row: Mapping[str, Any]) -> Speaker:
    interest = row.get("interest")
    if interest is not None:
        told.one_of(interest, ("party",), what="interest")
    return Speaker(
        name=told.name(row.get("source"), what="a speaker"),
        kind=_word(row.get("kind") or "named source", SpeakerKind, "kind of speaker"),
        interest=interest,
    )


def _word(value: Any, choices: Any, what: str) -> Any:
    return told.one_of(value, get_args(choices), what=what)


# Back to text


def _row(mention: Mention, trigger: Span) -> dict[str, Any]:
    spans = (mention.span, *mention.also, *((mention.antecedent,) if mention.antecedent else ()))
    row = _value(mention)
    if spans != (trigger,):
        row["evidence"] = [told.span_told(one) for one in dict.fromkeys(spans)]
    return row


def _value(mention: Mention) -> dict[str, Any]:
    value = mention.value
    if isinstance(value, Place):
        return places.written(value)
    if isinstance(value, Actor):
        row: dict[str, Any] = {"role": mention.role, "name": value.name, "kind": value.kind}
        more = {"public": value.public, "code": value.code, "sector": value.sector}
        return row | {name: one for name, one in more.items() if one is not None}
    if isinstance(value, Quantity):
        row = {"what": value.what, "of": value.of, "low": _number(value.low), "high": _number(value.high)}
        return {name: one for name, one in (row | {"attribution": value.attribution}).items() if one is not None}
    if isinstance(value, Speaker):
        row = {"source": value.name, "kind": value.kind, "interest": value.interest}
        return {name: one for name, one in row.items() if one is not None}
    if isinstance(value, When):
        row = {"start": value.start and value.start.isoformat(), "end": value.end and value.end.isoformat()}
        return row | {"precision": value.precision, "basis": value.basis}
    return {"role": mention.role} if mention.role in ROLES["actors"] else {}


def _number(value: float | None) -> float | int | None:
    return int(value) if value is not None and value == int(value) else value


def _json(value: Mapping[str, Any] | Iterable[Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
