"""How well a new coder has coded a text that was decided before: their coding against it, field by field."""

from __future__ import annotations

from dataclasses import dataclass

from byline.deciding import EVERYTHING, Viewer
from byline.errors import AssignmentError, NotFoundError
from byline.project import decided, pairing, teams
from byline.project.pairing import Field, Pair
from byline.store import Store

__all__ = ["Lesson", "Score", "lesson"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Of so many values of a field that were compared, how many are those of the reference."""

    says: str
    right: int
    of: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A coder's coding of a document against the reference, pair by pair (`first` is the coder's), and the scores.

    `found` of `there` events of the reference were found; `besides` are events that the reference has not.
    """

    document_id: str
    pairs: tuple[Pair, ...]
    found: int
    there: int
    besides: int
    scores: tuple[Score, ...]


def lesson(store: Store, document_id: str, *, viewer: Viewer) -> Lesson:
    """What a coder has to learn from a document that they coded in training.

    Raises NotFoundError where it was not given to them to learn on, AssignmentError while they have not said that they
    are done: the reference is not shown before.
    """
    given = teams.own(store, document_id, viewer=viewer)
    if given is None or given.part != "training":
        raise NotFoundError(f"{document_id} was not given to {viewer.name} to learn on")
    if given.done_at is None:
        raise AssignmentError("code it first and say that it is done; the reference is shown then")
    mine = teams.as_coded_by(store, document_id, name=viewer.name)
    reference = decided.of_document(store, document_id, viewer=EVERYTHING)
    pairs = pairing.pairs(mine, reference)
    both = [pair for pair in pairs if pair.first and pair.second and not pair.both_rejected]
    return Lesson(
        document_id=document_id,
        pairs=tuple(pair for pair in pairs if not pair.both_rejected),
        found=len(both),
        there=sum(one.state != "rejected" for one in reference),
        besides=sum(pair.second is None for pair in pairs),
        scores=tuple(_score(field, both) for field in pairing.FIELDS),
    )


def _score(field: Field, both: list[Pair]) -> Score:
    told = [(field.of(pair.first.event), field.of(pair.second.event)) for pair in both if pair.first and pair.second]
    compared = [pair for pair in told if pair not in ((None, None), (frozenset(), frozenset()))]
    return Score(says=field.says, right=sum(one == other for one, other in compared), of=len(compared))
