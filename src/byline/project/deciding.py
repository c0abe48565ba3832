"""What people decided: taken down, taken back, and how each decision stands now.

Decisions are never changed. Which of them count is worked out from all of them each time: of one person's the last; of
two people's the later, shown as a difference, until they agree or an adjudicator speaks; "not the same" wins over
"same"; and one on an event that a newer coding no longer has is asked again at the event whose words it shares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from byline.deciding import DecidedDocument, DecidedEvent, Standing, Viewer, making, undone, values
from byline.deciding import seen as seen
from byline.errors import DecisionError
from byline.model import Decision, Event, Span, Verdict, Voice
from byline.ontology import plover
from byline.project.decided import changes, history, of_document, of_documents, of_event
from byline.project.two_events import Decided, now_of, on_pairs, pairs, standing, unsettled
from byline.store import Store, decisions, incidents
from byline.store import decided as kept
from byline.store.decided import Held

__all__ = [
    "FIELDS",
    "Decided",
    "DecidedEvent",
    "Said",
    "Word",
    "changes",
    "decide",
    "decide_many",
    "decided",
    "history",
    "last_gesture",
    "of_document",
    "of_documents",
    "of_event",
    "on_pairs",
    "pairs",
    "seen",
    "undo",
    "unsettled",
]

FIELDS: Final = values.FIELDS
"""What a decision may set of an event: keys of the event record."""

LOOKED_AT: Final = 200
"""So many of a person's decisions are looked at in one step for the last that was not taken back."""

MOST: Final = 500
"""Decisions of one gesture, at most."""

_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"
_ON_EVENT: Final = ("accept", "reject", "set", "split", "joined")


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A person's word: who says it, why, and for "set" which field gets which value. `seen` is the hash of what was on
    screen (`DecidedEvent.seen`); "" from a script, and what is there now is taken. `role`: as whom."""

    reviewer: str
    note: str = ""
    field: str | None = None
    value: str | None = None
    seen: str = ""
    role: Voice = "coder"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One thing of a gesture: what is decided, on what."""

    subject: tuple[str, ...]
    verdict: Verdict
    field: str | None = None
    value: str | None = None
    note: str = ""
    seen: str = ""


def decide(store: Store, subject: Sequence[str], *, verdict: Verdict, word: Word) -> Decision:
    """Keeps a decision: on an event, incident or finding, on two events, on a document ("new") or a decision ("undo");
    on disk before this returns. Raises DecisionError where it cannot be taken so."""
    said = Said(
        subject=tuple(subject),
        verdict=verdict,
        field=word.field,
        value=word.value,
        note=word.note,
        seen=word.seen,
    )
    return decide_many(store, [said], reviewer=word.reviewer, role=word.role)[0]


def decide_many(store: Store, said: Sequence[Said], *, reviewer: str, role: Voice = "coder") -> tuple[Decision, ...]:
    """Keeps several decisions as one gesture: all are taken or, where one cannot be, none; and undone as one.

    Raises DecisionError.
    """
    reviewer = " ".join(reviewer.split())
    if not reviewer:
        raise DecisionError("say who decides it (--reviewer NAME)")
    if not 1 <= len(said) <= MOST:
        raise DecisionError(f"a gesture holds 1 to {MOST} decisions, not {len(said)}")
    taking = _Taking(store, said, reviewer=reviewer, role=role)
    taken = [taking.decision(one) for one in said]
    if len({(one.subject, one.verdict, one.field) for one in taken}) < len(taken):
        raise DecisionError("one gesture says two things of the same; say one")
    at = _moment(decisions.last_moment(store, [one.subject for one in taken], reviewer=reviewer))
    taken = [replace(one, at=at) for one in taken]
    taken = [replace(one, id=decisions.made(one)) for one in taken]
    decisions.add_all(store, taken)
    return tuple(taken)


def undo(
    store: Store, decision_id: str, *, reviewer: str, role: Voice = "coder", note: str = ""
) -> tuple[Decision, ...]:
    """Takes back a decision with all of its gesture: they stay, and count no more; what was taken back. What took them
    back can be undone again (`decisions.undoing` finds it), and they count again.

    Raises DecisionError for one that is not there, or was another's where `role` is not adjudicator.
    """
    found = decisions.by_id(store, decision_id)
    if found is None:
        raise DecisionError(f"no decision has the id {decision_id}")
    told = decisions.gesture(store, reviewer=found.reviewer, at=found.at)
    back = undone((*told, *decisions.undoing(store, [one.id for one in told])))
    left = [one for one in told if one.id not in back]
    if not left:
        raise DecisionError(f"{decision_id} was taken back already; undo what took it back to have it again")
    said = [Said(subject=(one.id,), verdict="undo", note=note) for one in left]
    decide_many(store, said, reviewer=reviewer, role=role)
    return tuple(left)


def last_gesture(store: Store, *, reviewer: str) -> tuple[Decision, ...]:
    """What a person decided last and did not take back, to be undone; nothing where there is none."""
    before: str | None = None
    while lot := decisions.latest(store, reviewer=reviewer, before=before, most=LOOKED_AT):
        back = undone((*lot, *decisions.undoing(store, [one.id for one in lot])))
        for one in lot:
            if one.verdict != "undo" and one.id not in back:
                return decisions.gesture(store, reviewer=reviewer, at=one.at)
        before = lot[-1].at
    return ()


def decided(store: Store, *, viewer: Viewer) -> Iterator[Decided]:
    """All decisions that a viewer may see, the earliest first, and how each stands."""
    decisions.synchronise(store)
    of = decisions.documents(store)
    told = [one for one in decisions.everyone(store) if viewer.hears(of.get(one.id, ""), one)]
    on_two = [one for one in told if one.verdict in decisions.ON_PAIRS]
    hidden = _hidden(store, on_two, viewer)
    told = [one for one in told if one.id not in hidden]
    on_two = [one for one in on_two if one.id not in hidden]
    back = undone(told)
    found = {one.decision.id: one for one in standing(store, on_two, now_of(store, on_two), back=back)}
    found |= _on_documents(store, [one for one in told if one.id in of], of, viewer)
    found |= _on_others(store, [one for one in told if one.id not in of and one.id not in found], back)
    for one in told:
        yield found[one.id]


# Taking down


class _Taking:
    """What is looked up to take one gesture down, each document once, and of its events those that it speaks of."""

    def __init__(self, store: Store, said: Sequence[Said], *, reviewer: str, role: Voice) -> None:
        self.store, self.reviewer, self.role = store, reviewer, role
        self.types = {one.subject[0]: one.value or "" for one in said if one.verdict == "set" and one.field == "type"}
        self.ids = {id for one in said for id in one.subject if id.startswith("e")}
        self.held: dict[tuple[str, frozenset[str]], Held | None] = {}

    def decision(self, said: Said) -> Decision:
        """The decision, checked, its value in the form it is kept in; without its moment and id. Raises
        DecisionError."""
        made = Decision(
            id="",
            subject=" ".join(sorted(said.subject)),
            verdict=said.verdict,
            reviewer=self.reviewer,
            at="",
            field=said.field,
            value=said.value,
            note=said.note,
            seen=said.seen,
            role=self.role,
        )
        _check_form(made, said.subject)
        if said.verdict in decisions.ON_PAIRS:
            _check_are_there(self.store, said.subject)
            return made
        if said.verdict == "undo":
            return self._undo(made)
        if said.verdict == "new":
            return self._new(made)
        first = said.subject[0]
        if first.startswith("e") and said.verdict in (*_ON_EVENT, "note"):
            return self._on_event(made)
        if first.startswith("i"):
            _check_incident(self.store, first)
        return made

    def _undo(self, made: Decision) -> Decision:
        found = decisions.by_id(self.store, made.subject)
        if found is None:
            raise DecisionError(f"no decision has the id {made.subject}")
        if found.reviewer != made.reviewer and made.role != "adjudicator":
            raise DecisionError(
                f"{made.subject} was decided by {found.reviewer}; only who decided it, or an adjudicator, can undo it"
            )
        return made

    def _new(self, made: Decision) -> Decision:
        held = self._of(made.subject, more=making.ids(made, made.subject))
        if held is None:
            raise DecisionError(f"no document has the id {made.subject}")
        event = making.read(made.value or "", document=held.document, sentences=_sentences(held))
        self._check_free(event, held)
        return replace(made, value=making.written(event), pipeline_id=_pipeline(held))

    def _check_free(self, event: making.Made, held: Held) -> None:
        id = event.id(held.document.id)
        found = next((one for one in held.decided.events if one.event.id == id), None)
        if found is None or any(one.verdict == "new" and one.reviewer != self.reviewer for one in found.decisions):
            return
        what = "rejected; accept it again" if found.state == "rejected" else "set its fields, or split it"
        raise DecisionError(f"there is an event at these words already, {id}: {what}")

    def _on_event(self, made: Decision) -> Decision:
        ids = made.subject.split()
        held, events = self._events(ids)
        made = replace(made, seen=_seen(made.seen, events[0]), pipeline_id=_pipeline(held))
        trigger = events[0].event.trigger
        if made.verdict == "set":
            chosen = values.read(made.field or "", made.value or "", document=held.document, trigger=trigger)
            self._check_mode(chosen, events[0].event, held)
            return replace(made, value=values.written(chosen, trigger=trigger))
        if made.verdict == "split":
            return self._split(made, held)
        if made.verdict == "joined":
            stays = made.value or min(events, key=lambda one: (one.event.trigger.start, one.event.id)).event.id
            if stays not in ids:
                raise DecisionError(f"{stays} is none of the two; give the id of the event that stays, or nothing")
            return replace(made, value=stays, seen=_seen("", next(one for one in events if one.event.id != stays)))
        return made

    def _check_mode(self, chosen: values.Chosen, event: Event, held: Held) -> None:
        """A mode is one of the event's type: as this gesture sets that, else as it stands."""
        if not isinstance(chosen, values.Words) or chosen.field != "mode" or not chosen.words:
            return
        name = event.type
        if event.id in self.types:
            told = values.read("type", self.types[event.id], document=held.document, trigger=event.trigger)
            name = values.applied(event, told, reviewer="").type
        kind = plover().types.get(name or "")
        if kind is not None and chosen.words[0] not in kind.modes:
            raise DecisionError(
                f"{chosen.words[0]!r} is no mode of {kind.code}; choose one of {', '.join(kind.modes) or 'none'}, or "
                "set the type first"
            )

    def _split(self, made: Decision, held: Held) -> Decision:
        into = making.read_split(made.value or "", document=held.document, sentences=_sentences(held))
        beside = self._of(held.document.id, more={one.id(held.document.id) for one in into})
        there = {one.event.id for one in beside.decided.events} if beside is not None else set()
        for one in into:
            if (id := one.id(held.document.id)) in there:
                raise DecisionError(
                    f'there is an event at these words already, {id}; give in "apart" the words (a place, an actor) '
                    "that tell the new one from it"
                )
        return replace(made, value=making.written_split(into))

    def _events(self, ids: Sequence[str]) -> tuple[Held, list[DecidedEvent]]:
        """The events of some ids with their document, as this person may see it. Raises DecisionError."""
        of = decisions.documents_of(self.store, ids)
        for id in ids:
            if id not in of:
                raise DecisionError(f"{id} is no event of the newest coding of its document")
        if len(set(of.values())) > 1:
            raise DecisionError(
                "these events are of two documents; say that they are the same, as reports of two sources stay two"
            )
        held = self._of(of[ids[0]])
        there = {one.event.id: one for one in held.decided.events} if held is not None else {}
        for id in ids:
            if id not in there:
                now = decisions.where_now(self.store, [id])[id]
                hint = f"; its words are now those of {now}, so decide on that" if now and now != id else ""
                raise DecisionError(f"{id} is no event of the newest coding of its document{hint}")
        assert held is not None
        return held, [there[id] for id in ids]

    def _of(self, document_id: str, *, more: Set[str] = frozenset()) -> Held | None:
        """A document with the events that the gesture speaks of, and some more, as this person may see it."""
        key = document_id, frozenset(more)
        if key not in self.held:
            blind = frozenset({document_id} if self.role == "double coder" else ())
            viewer = Viewer(name=self.reviewer, role="coder", blind=blind)
            with self.store.reading() as connection:
                ids = self.ids | more
                self.held[key] = kept.some_events(connection, document_id, ids=ids, viewer=viewer)
        return self.held[key]


def _seen(given: str, event: DecidedEvent) -> str:
    """The hash of what is coded, where that or what people made of it was on screen; else of what was."""
    return event.seen if given in ("", seen(event.event)) else given


def _pipeline(held: Held) -> str:
    return held.coding.pipeline_id if held.coding is not None else ""


def _sentences(held: Held) -> tuple[Span, ...]:
    return held.coding.sentences if held.coding is not None else ()


def _check_form(made: Decision, subject: Sequence[str]) -> None:
    if made.verdict in (*decisions.ON_PAIRS, "joined"):
        if len(set(subject)) != 2 or len(subject) != 2 or any(not id.startswith("e") for id in subject):
            raise DecisionError(f'"{made.verdict}" is said of two events; give the ids of both')
        return
    kinds = {"new": "d", "undo": "n", "split": "e", "note": "defin"}.get(made.verdict, "eif")
    if len(subject) != 1 or subject[0][:1] not in kinds:
        said = {"d": "document", "e": "event", "i": "incident", "f": "finding", "n": "decision"}
        *some, last = (said[one] for one in kinds)
        names = f"{', '.join(some)} or {last}" if some else last
        raise DecisionError(f'"{made.verdict}" is said of one {names}; give one id')
    if made.verdict == "set":
        if not subject[0].startswith("e"):
            raise DecisionError("only an event has fields that can be set; give the id of an event")
        if made.field not in FIELDS:
            raise DecisionError(f"{made.field!r} cannot be set; {', '.join(FIELDS)} can")
    elif made.field is not None:
        raise DecisionError(f'"{made.verdict}" sets no field; leave it out')
    if made.verdict == "note" and not made.note.strip():
        raise DecisionError("a note must say something (--note)")


def _check_are_there(store: Store, subject: Sequence[str]) -> None:
    for id, now in decisions.where_now(store, subject).items():
        if now != id:
            there = f"; its words are now those of {now}, so decide on that" if now else ""
            raise DecisionError(f"{id} is no event of the newest coding of its document{there}")


def _check_incident(store: Store, id: str) -> None:
    if (leads := incidents.leads_to(store, id)) != id:
        raise DecisionError(
            f"{id} was merged into {leads}; decide on that" if leads else f"no incident has the id {id}"
        )


def _moment(last: str | None) -> str:
    """Now; where a clock that is ahead has given a later moment to a decision on the same thing, just after that."""
    now = datetime.now(UTC)
    if last is not None and last >= now.strftime(_MOMENT):
        now = datetime.fromisoformat(last).astimezone(UTC) + timedelta(microseconds=1)
    return now.strftime(_MOMENT)


# How decisions stand


def _hidden(store: Store, on_two: Sequence[Decision], viewer: Viewer) -> set[str]:
    """Decisions on two events that a blind viewer may not see."""
    if not viewer.blind:
        return set()
    of = decisions.documents_of(store, sorted({id for one in on_two for id in one.subject.split()}))
    return {
        one.id
        for one in on_two
        if one.reviewer != viewer.name and not all(viewer.sees(of.get(id, "")) for id in one.subject.split())
    }


def _on_documents(store: Store, told: Sequence[Decision], of: Mapping[str, str], viewer: Viewer) -> dict[str, Decided]:
    """How decisions on events, on documents and on such decisions stand."""
    found: dict[str, Decided] = {}
    made: dict[str, DecidedDocument] = {}
    with store.reading() as connection:
        for held in kept.of_documents(connection, sorted({of[one.id] for one in told}), viewer=viewer):
            made[held.document.id] = held.decided
    for one in told:
        if one.verdict in decisions.ON_PAIRS:
            continue
        document = made.get(of[one.id])
        how: Standing = document.standings.get(one.id, "orphan") if document is not None else "orphan"
        now = document.now.get(one.id) if document is not None else None
        now = one.subject if one.verdict == "undo" else now
        found[one.id] = Decided(
            decision=one,
            standing=how,
            now=(now,) if now else (),
            against=_against(document, one) if document is not None else (),
        )
    return found


def _against(document: DecidedDocument, one: Decision) -> tuple[Decision, ...]:
    """Those of other people that a decision differs from."""
    for event in document.events:
        for difference in event.differences:
            if one in difference.decisions:
                return tuple(other for other in difference.decisions if other.reviewer != one.reviewer)
    return ()


def _on_others(store: Store, told: Sequence[Decision], back: set[str]) -> dict[str, Decided]:
    """How decisions on incidents and findings stand, and on what is not there: the last on one thing counts."""
    now = {one.id: _now_of_other(store, one.subject) for one in told}
    verdicts = [one for one in told if one.verdict in ("accept", "reject") and one.id not in back]
    last = {now[one.id]: one for one in sorted(verdicts, key=lambda one: one.role == "adjudicator")}
    found: dict[str, Decided] = {}
    for one in told:
        if one.id in back:
            how: Standing = "undone"
        elif one.verdict in ("undo", "note"):
            how = "in force" if now[one.id] or one.verdict == "undo" else "orphan"
        elif not now[one.id]:
            how = "orphan"
        elif last.get(now[one.id]) != one:
            how = "replaced"
        else:
            how = "in force" if now[one.id] == (one.subject,) else "ask again"
        found[one.id] = Decided(decision=one, standing=how, now=now[one.id])
    return found


def _now_of_other(store: Store, id: str) -> tuple[str, ...]:
    if id.startswith("i"):
        leads = incidents.leads_to(store, id)
        return (leads,) if leads and incidents.incident(store, leads).event_ids else ()
    return (id,) if id.startswith(("f", "n", "d")) else ()
