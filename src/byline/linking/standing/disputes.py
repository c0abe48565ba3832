"""Who disputes what: denials, held beside the reports that tell what is denied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from byline.linking.standing.field import who
from byline.linking.standing.field_kinds import kind
from byline.linking.standing.field_places import places_agree
from byline.linking.standing.telling import Telling
from byline.linking.standing.voices import listed
from byline.model import Cited, Event, Place, When


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A denial: by whom, in whose report, of what, with its words; and who tells it as having happened."""

    denied_by: tuple[str, ...]
    teller: str
    of: str
    event_id: str
    document_id: str
    cited: tuple[Cited, ...]
    held_by: tuple[str, ...]
    says: str


def disputes(tellings: Sequence[Telling], beside: Sequence[Telling] = ()) -> tuple[Dispute, ...]:
    """The denials among the reports of a happening, and among other events that stand `beside` them, such as those of
    the same documents, where what they deny may be this: of its type, and neither on another day nor elsewhere."""
    held = [one for one in tellings if one.event.status != "denied"]
    kinds = {one.event.type for one in held}
    denied = [one for one in tellings if one.event.status == "denied"]
    near = _Near(held)
    denied += [one for one in beside if one.event.status == "denied" and near.holds(one.event)]
    # Who tells it: one that tells of the same type, else all that tell of the happening.
    found: dict[str, Dispute] = {}
    for one in denied:
        tells = [other for other in held if other.event.type == one.event.type] if one.event.type in kinds else held
        found.setdefault(one.event.id, _dispute(one, tells))
    return tuple(found.values())


def _dispute(one: Telling, held: Sequence[Telling]) -> Dispute:
    by = one.speakers or (one.name,)
    tellers = tuple(dict.fromkeys(who(other.name, other.speakers) for other in held))
    told = f"; told by {listed(tellers)}" if tellers else ""
    return Dispute(
        denied_by=by,
        teller=one.name,
        of=kind(one.event),
        event_id=one.event.id,
        document_id=one.document.id,
        cited=(Cited(document_id=one.document.id, span=one.event.sentence),),
        held_by=tellers,
        says=f"{kind(one.event)}: denied by {listed(by)}{f' (in {one.name})' if one.speakers else ''}{told}.",
    )


class _Near:
    """Whether a denied event may be the happening that reports tell of."""

    def __init__(self, held: Sequence[Telling]) -> None:
        self.events = list({_shape(one.event): one.event for one in held}.values())

    def holds(self, denied: Event) -> bool:
        """True for one of the same type, on no other day and at no other place than some report of it."""
        return any(
            denied.type == one.type and _days_meet(denied, one) and places_agree(_places(denied), _places(one))
            for one in self.events
        )


def _shape(event: Event) -> tuple[object, ...]:
    return event.type, _when(event), tuple(_places(event))


def _places(event: Event) -> list[Place]:
    return [one.value for one in event.role("place") if isinstance(one.value, Place)]


def _when(event: Event) -> When | None:
    return next((one.value for one in event.role("when") if isinstance(one.value, When)), None)


def _days_meet(one: Event, other: Event) -> bool:
    ours, theirs = _when(one), _when(other)
    if ours is None or theirs is None:
        return True
    return not (
        (ours.end and theirs.start and ours.end < theirs.start)
        or (theirs.end and ours.start and theirs.end < ours.start)
    )
