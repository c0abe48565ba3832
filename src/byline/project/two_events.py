"""What people said of two events, "same" or "not the same", and how that stands whatever comes after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from byline.deciding import Standing, undone
from byline.linking.partition import Decision as Pair
from byline.model import Decision
from byline.store import Store, decisions, incidents, links


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision and how it stands. `now` are the ids that its subject has now, none for an orphan; `against` the
    decisions that contradict it."""

    decision: Decision
    standing: Standing
    now: tuple[str, ...]
    against: tuple[Decision, ...] = ()


def pairs(store: Store) -> tuple[Decided, ...]:
    """The decisions on two events, the earliest first, and how each stands."""
    told = decisions.on_pairs(store)
    now = now_of(store, told)
    return tuple(standing(store, told, now, back=_undone(store, told)))


def on_pairs(store: Store) -> tuple[Pair, ...]:
    """What people said of two events each, as linking obeys it: each person's last word, at the events that have the
    words now."""
    told = _obeyed(store)
    now = now_of(store, told)
    return tuple(
        (now[one.id][0], now[one.id][1], "same" if one.verdict == "same" else "not the same")
        for one in _last_words(told, now)
    )


def unsettled(store: Store) -> set[str]:
    """Events that people spoke of and that do not stand as they said, or are others now: to be looked at again."""
    told = _obeyed(store)
    now = now_of(store, told)
    moved = {
        id for one in told for id in (*one.subject.split(), *now[one.id]) if list(now[one.id]) != one.subject.split()
    }
    pairs = on_pairs(store)
    given = incidents.given(store, sorted({id for one, other, _ in pairs for id in (one, other)}))
    of = {id: incidents.of_event(id, given) for one, other, _ in pairs for id in (one, other)}
    wrong = [pair[:2] for pair in pairs if (pair[2] == "same") != (of[pair[0]] == of[pair[1]])]
    return moved.union(*wrong)


def now_of(store: Store, told: Sequence[Decision]) -> dict[str, tuple[str, ...]]:
    """The ids that the events of each decision have now: none where one of them is gone."""
    where = decisions.where_now(store, sorted({id for one in told for id in one.subject.split()}))
    now = {one.id: [where[id] for id in one.subject.split()] for one in told}
    return {id: tuple(sorted(one for one in found if one)) if all(found) else () for id, found in now.items()}


def standing(
    store: Store, told: Sequence[Decision], now: Mapping[str, tuple[str, ...]], *, back: set[str]
) -> Iterator[Decided]:
    """How decisions on two events stand; `back` are those that were taken back."""
    counting = [one for one in told if one.id not in back and one.role != "double coder"]
    words = _last_words(counting, now)
    of = _Incidents(store, {id for one in words for id in now[one.id]})
    apart = [one for one in words if one.verdict == "not the same"]
    for one in told:
        against: tuple[Decision, ...] = ()
        if one.id in back:
            how: Standing = "undone"
        elif one.role == "double coder":
            how = "second coding"
        elif len(set(now[one.id])) < 2:
            how = "orphan"
        elif one not in words:
            how = "replaced"
        else:
            if one.verdict == "same":
                against = tuple(other for other in apart if of.contradict(now[one.id], now[other.id]))
            moved = one.subject.split() != list(now[one.id])
            how = "contradicted" if against else "ask again" if moved else "in force"
        yield Decided(decision=one, standing=how, now=now[one.id], against=against)


def _obeyed(store: Store) -> list[Decision]:
    told = decisions.on_pairs(store)
    back = _undone(store, told)
    return [one for one in told if one.id not in back and one.role != "double coder"]


def _undone(store: Store, told: Sequence[Decision]) -> set[str]:
    return undone((*told, *decisions.undoing(store, [one.id for one in told])))


def _last_words(told: Sequence[Decision], now: Mapping[str, tuple[str, ...]]) -> list[Decision]:
    """Each person's last word on two events that are there, the earliest first; an adjudicator's alone where one
    spoke."""
    there = [one for one in told if len(set(now[one.id])) == 2]
    ended = {now[one.id]: one for one in there if one.role == "adjudicator"}
    last = {(now[one.id], one.reviewer): one for one in there}
    return [one for one in there if last[now[one.id], one.reviewer] == one and ended.get(now[one.id], one) == one]


class _Incidents:
    """The incidents of events that people spoke of."""

    def __init__(self, store: Store, event_ids: set[str]) -> None:
        given = incidents.given(store, sorted(event_ids))
        self.of = {id: incidents.of_event(id, given) for id in event_ids}
        self.pending = {links.event_id(number) for number in links.all_touched(store)} & event_ids

    def contradict(self, same: tuple[str, ...], apart: tuple[str, ...]) -> bool:
        """Whether a "not the same" is why events called the same stand apart: of these two, or of others in the two
        incidents that they stand in."""
        if same == apart:
            return True
        if self.pending & {*same, *apart}:
            return False
        held = {self.of[id] for id in same}
        return len(held) == 2 and held == {self.of[id] for id in apart}
