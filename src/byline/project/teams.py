"""The verbs of a team: who codes which document, how far each is, and when a document is finished."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from byline.deciding import DecidedEvent, Viewer
from byline.errors import AssignmentError, NotFoundError
from byline.model import sha256
from byline.project import decided
from byline.store import Store, accounts, assignments, trail, views
from byline.store.assignments import Assignment, Doubled, Part, Progress
from byline.store.views import Filters

__all__ = ["Assigned", "Assignment", "Doubled", "Progress", "Wanted"]

MOST_DOCUMENTS: Final = 100_000
"""Documents that one gesture gives out, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which documents are to be given to whom.

    Of those that `filters` let through and nobody has yet: `sample` of them drawn by `seed`, or all. They are dealt to
    `coders` in turn, and of each hundred `double` to one of `seconds` besides, blind, who is never the first.
    `training`: documents that are settled, or decided on, are given to learn on instead.
    """

    coders: tuple[str, ...]
    seconds: tuple[str, ...] = ()
    double: int = 100
    filters: Filters = field(default_factory=Filters)
    sample: int | None = None
    seed: int = 0
    training: bool = False
    batch: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """What was given out: documents, how many of them to two, and the batch they are told by."""

    documents: int
    doubled: int
    batch: str


def assign(store: Store, wanted: Wanted, *, by: str) -> Assigned:
    """Gives documents to coders. Raises AssignmentError where there is nobody to give them to, or a number is none."""
    _check(store, wanted)
    now = _moment()
    with store.transaction():
        found = _documents(store, wanted)
        batch = wanted.batch.strip()[:100] or _batch(wanted, now)
        made: list[Assignment] = []
        for nth, id in enumerate(found):
            first = wanted.coders[nth % len(wanted.coders)]
            second = _second(wanted, nth, first)
            part: Part = "training" if wanted.training else "first" if second else "only"
            common = {"document_id": id, "batch": batch, "by": by, "at": now}
            if wanted.training:
                made += [Assignment(coder=coder, part=part, **common) for coder in wanted.coders]
            else:
                made.append(Assignment(coder=first, part=part, **common))
                if second:
                    made.append(Assignment(coder=second, part="second", **common))
        new = assignments.add(store, made)
        doubled = sum(one.part == "second" for one in made)
        if new:
            note = f"{len(found):,} documents, {doubled:,} of them to two: {', '.join(sorted({*wanted.coders}))}"
            trail.add(store, who=by, what="assigned", about=batch, note=note)
    return Assigned(documents=len(found), doubled=doubled, batch=batch)


def mine(store: Store, viewer: Viewer, *, limit: int | None = None, waiting: bool = False) -> tuple[Assignment, ...]:
    """What a coder was given, what is not done first."""
    return assignments.of_coder(store, viewer.name, limit=limit, waiting=waiting)


def progress(store: Store) -> tuple[Progress, ...]:
    """How far each coder is with each part."""
    return assignments.progress(store)


def doubled(store: Store) -> tuple[Doubled, ...]:
    """The documents that two code apart from each other."""
    return assignments.doubled(store)


def own(store: Store, document_id: str, *, viewer: Viewer) -> Assignment | None:
    """What a viewer is to do with a document; None where it was not given to them."""
    return next((one for one in assignments.of_document(store, document_id) if one.coder == viewer.name), None)


def undecided(store: Store, document_id: str, *, viewer: Viewer) -> int:
    """How many events of a document a coder has said nothing of."""
    alone = _blind_to_others(viewer.name, document_id)
    return sum(one.state == "undecided" for one in decided.of_document(store, document_id, viewer=alone))


def say_done(store: Store, document_id: str, *, viewer: Viewer, done: bool = True) -> None:
    """Says that one's coding of a document is finished, or is not after all.

    Raises NotFoundError where it was not given to the viewer, AssignmentError where an event is not decided on yet or
    an adjudicator has settled it.
    """
    given = own(store, document_id, viewer=viewer)
    if given is None:
        raise NotFoundError(f"{document_id} was not given to {viewer.name}")
    if given.settled_at is not None or (given.part == "training" and given.done_at is not None):
        raise AssignmentError("this document is settled; nothing is open in it")
    if done and (left := undecided(store, document_id, viewer=viewer)):
        events = "1 event is" if left == 1 else f"{left} events are"
        raise AssignmentError(f"{events} not decided on yet; accept, change or reject each, then say that it is done")
    with store.transaction():
        assignments.say_done(store, document_id, coder=viewer.name, at=_moment() if done else None)
        trail.add(store, who=viewer.name, what="said done", about=document_id, note="" if done else "taken back")


def withdraw(store: Store, document_id: str, *, coder: str, by: str) -> None:
    """Takes a document back from a coder; what they decided stays. Raises NotFoundError where they do not have it, or
    it is settled."""
    with store.transaction():
        if not assignments.withdraw(store, document_id, coder=coder):
            raise NotFoundError(f"{coder} does not have {document_id}, or it is settled")
        trail.add(store, who=by, what="assignment withdrawn", about=document_id, note=coder)


def as_coded_by(store: Store, document_id: str, *, name: str) -> tuple[DecidedEvent, ...]:
    """The events of a document as one coder has them, whatever others say: the machine's with that coder's decisions,
    those of a double coder too."""
    return decided.of_document(store, document_id, viewer=_blind_to_others(name, document_id))


def _blind_to_others(name: str, document_id: str) -> Viewer:
    return Viewer(name=name, role="coder", blind=frozenset({document_id}))


def _check(store: Store, wanted: Wanted) -> None:
    if not wanted.coders:
        raise AssignmentError("say to whom (--to NAME)")
    if not 0 <= wanted.double <= 100:
        raise AssignmentError(f"{wanted.double} is no share of a hundred; give one from 0 to 100")
    if wanted.sample is not None and wanted.sample < 1:
        raise AssignmentError("a sample has 1 document or more")
    for name in (*wanted.coders, *wanted.seconds):
        found = accounts.account(store, name)
        if found is None or found.disabled or found.role == "reader":
            why = "has no account" if found is None else "cannot sign in" if found.disabled else "is a reader"
            raise AssignmentError(f"{name} {why}; give documents to coders (byline user list)")
    if wanted.seconds and not any(one != other for one in wanted.coders for other in wanted.seconds):
        raise AssignmentError("nobody codes a document twice; name someone else as second coder")
    if wanted.seconds and wanted.training:
        raise AssignmentError("to learn, each codes all of the documents; leave the second coders out")


def _documents(store: Store, wanted: Wanted) -> list[str]:
    """The documents to be given out, in an order that the seed alone decides."""
    found = list(views.documents_of(store, wanted.filters))
    if wanted.training:
        known = assignments.decided(store)
        found = [id for id in found if id in known]
    else:
        taken = assignments.taken(store)
        found = [id for id in found if id not in taken]
    found = sorted(found, key=lambda id: sha256(f"{wanted.seed}\x1f{id}"))
    return found[: min(wanted.sample or MOST_DOCUMENTS, MOST_DOCUMENTS)]


def _second(wanted: Wanted, nth: int, first: str) -> str | None:
    """Who codes the nth document second: so many of each hundred, evenly spread, have one."""
    if not wanted.seconds or (nth + 1) * wanted.double // 100 == nth * wanted.double // 100:
        return None
    turn = nth * wanted.double // 100
    others = [*wanted.seconds[turn % len(wanted.seconds) :], *wanted.seconds[: turn % len(wanted.seconds)]]
    return next((one for one in others if one != first), None)


def _batch(wanted: Wanted, now: str) -> str:
    drawn = f", {wanted.sample} drawn by seed {wanted.seed}" if wanted.sample else ""
    return f"{'training ' if wanted.training else ''}{now[:16].replace('T', ' ')}{drawn}"


def _moment() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
