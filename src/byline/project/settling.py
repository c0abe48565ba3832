"""What two coders differ in, settled by a third: an adjudicator's decisions, made of what was chosen from each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from byline.deciding import DecidedEvent, Viewer, making, values
from byline.deciding.making import Made
from byline.errors import AssignmentError, NotFoundError
from byline.model import Event
from byline.project import agreement, deciding
from byline.project.deciding import Said
from byline.project.pairing import Pair
from byline.store import Store, assignments, trail
from byline.store.assignments import Doubled

__all__ = ["Choice", "Difference", "key", "open_documents", "settle", "to_settle"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two coders' versions of one happening, to be chosen from. `fields` are those of a decision in which they differ,
    `key` is what the choice is named by."""

    key: str
    pair: Pair
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What an adjudicator chose: whether there is such an event, and for each field the value, as a "set" has it."""

    event: bool
    fields: Mapping[str, str] = field(default_factory=dict)


def open_documents(store: Store, *, viewer: Viewer) -> tuple[Doubled, ...]:
    """The documents that both coders have finished and nobody has settled, but for those the viewer is blind to."""
    found = assignments.doubled(store)
    return tuple(one for one in found if one.done and one.settled_at is None and viewer.sees(one.document_id))


def to_settle(store: Store, document_id: str, *, viewer: Viewer) -> tuple[Doubled, tuple[Difference, ...]]:
    """A document that two have coded, and each happening as both have it, the same or not.

    Raises NotFoundError where it is not two who code it, or the viewer is blind to it; AssignmentError where one of the
    two has not finished.
    """
    found = assignments.doubled(store, document_id=document_id)
    if not found or not viewer.sees(document_id):
        raise NotFoundError(f"no document {document_id!r} is coded by two")
    one = found[0]
    if not one.done:
        raise AssignmentError("one of the two coders has not finished; what they differ in is shown once both have")
    pairs = [pair for pair in agreement.paired(store, one) if not pair.both_rejected]
    return one, tuple(Difference(key=key(pair), pair=pair, fields=_fields(pair)) for pair in pairs)


def key(pair: Pair) -> str:
    """What a pair is named by in a form: the ids of its events."""
    return "-".join(one.event.id if one else "none" for one in (pair.first, pair.second))


def settle(store: Store, document_id: str, *, chosen: Mapping[str, Choice], viewer: Viewer) -> int:
    """Takes an adjudicator's decisions on a document, each pair's as it was chosen, and says that it is settled; how
    many decisions.

    Raises as `to_settle` does; AssignmentError where a pair in which the two differ was left out, DecisionError where a
    value is none.
    """
    one, differences = to_settle(store, document_id, viewer=viewer)
    if one.settled_at is not None:
        raise AssignmentError("this document is settled already")
    said: list[Said] = []
    for each in differences:
        if each.key not in chosen:
            raise AssignmentError("choose for each event that the two coders differ in, then settle")
        said += _said(document_id, each.pair, chosen[each.key])
    at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if said:
        deciding.decide_many(store, said, reviewer=viewer.name, role="adjudicator")
    with store.transaction():
        assignments.settle(store, document_id, at=at)
        trail.add(store, who=viewer.name, what="settled", about=document_id, note=f"{one.first} and {one.second}")
    return len(said)


def _fields(pair: Pair) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.set_by for one in pair.differences()))


def _said(document_id: str, pair: Pair, choice: Choice) -> Iterator[Said]:
    """The decisions that make of a pair what was chosen. What the first says is in effect; what the second says never
    is."""
    first, second = pair.first, pair.second
    if first is not None:
        yield Said(subject=(first.event.id,), verdict="accept" if choice.event else "reject")
        if choice.event:
            yield from _sets(first.event, choice.fields)
        if second is not None and second.event.id != first.event.id and second.coded is not None:
            yield Said(subject=(second.event.id,), verdict="reject")
    elif second is not None and second.coded is not None:
        yield Said(subject=(second.event.id,), verdict="accept" if choice.event else "reject")
        if choice.event:
            told = {name: values.told_of(name, second.event) for name in second.sets}
            yield from _sets(second.event, {**told, **choice.fields})
    elif second is not None and choice.event:
        yield Said(subject=(document_id,), verdict="new", value=making.written(_made(second)))


def _sets(event: Event, fields: Mapping[str, str]) -> Iterator[Said]:
    for name in values.FIELDS:
        if name in fields:
            yield Said(subject=(event.id,), verdict="set", field=name, value=fields[name])


def _made(one: DecidedEvent) -> Made:
    """The event that a second coder made, to be made by the adjudicator as it stands."""
    event = one.event
    places = [mention.span for mention in event.role("place")]
    made = Made(
        trigger=event.trigger,
        sentence=event.sentence,
        fields={name: values.of(name, event) for name in values.FIELDS if _told(name, event)},
    )
    for span in (None, *places):
        with_words = replace(made, apart=span)
        if with_words.id(event.document_id) == event.id:
            return with_words
    return made


def _told(name: str, event: Event) -> bool:
    return bool(values.told_of(name, event))
