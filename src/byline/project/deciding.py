"""What people decided: taken down, and how each decision stands now.

Decisions are never changed. Which of them count is worked out from all of them each time: a later one on the same thing
counts, "not the same" wins where people contradict each other, and one on an event that a newer coding no longer has is
asked again at the event whose words it shares.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Final, Literal, get_args

from byline.errors import DecisionError
from byline.linking.partition import Decision as Pair
from byline.model import Decision, Event, Status, Verdict, sha256
from byline.ontology import plover
from byline.store import Store, codec, decisions, incidents, links

Standing = Literal["in force", "replaced", "contradicted", "ask again", "orphan"]
"""How a decision stands: in force; replaced by a later one on the same; a "same" that a "not the same" contradicts; to
be asked again, as the coding is another now; on what is no longer there."""

FIELDS: Final = ("type", "mode", "status", "when", "places", "actors", "quantities", "attribution")
"""What a decision may set of an event: keys of the event record."""

_MOMENT = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A person's word: who says it, why, and for "set" which field gets which value. `seen` is the hash of what was on
    screen (`seen`); "" from a script."""

    reviewer: str
    note: str = ""
    field: str | None = None
    value: str | None = None
    seen: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A decision and how it stands. `now` are the ids that its subject has now, none for an orphan; `against` the
    decisions that contradict it."""

    decision: Decision
    standing: Standing
    now: tuple[str, ...]
    against: tuple[Decision, ...] = ()


def decide(store: Store, subject: Sequence[str], *, verdict: Verdict, word: Word) -> Decision:
    """Keeps a decision on an event, incident or finding, or on two events; on disk before this returns.

    Raises DecisionError where it cannot be taken so.
    """
    made = Decision(
        id="",
        subject=" ".join(sorted(subject)),
        verdict=verdict,
        reviewer=word.reviewer.strip(),
        at="",
        field=word.field,
        value=word.value,
        note=word.note,
        seen=word.seen,
    )
    _check(made, subject)
    _check_is_there(store, subject)
    made = replace(made, at=_moment(decisions.on(store, made.subject)))
    made = replace(made, id=decisions.made(made))
    decisions.add(store, made)
    return made


def decided(store: Store) -> Iterator[Decided]:
    """All decisions, the earliest first, and how each stands."""
    decisions.synchronise(store)
    told = tuple(decisions.everyone(store))
    now = _now(store, told)
    pairs = {one.decision.id: one for one in _pairs(store, told, now)}
    last = _last(told, now)
    for one in told:
        if one.id in pairs:
            yield pairs[one.id]
        else:
            yield Decided(decision=one, standing=_standing(store, one, now, last), now=now[one.id])


def pairs(store: Store) -> tuple[Decided, ...]:
    """The decisions on two events, the earliest first, and how each stands."""
    told = decisions.on_pairs(store)
    return tuple(_pairs(store, told, _now(store, told)))


def on_pairs(store: Store) -> tuple[Pair, ...]:
    """What people said of two events each, as linking obeys it: each person's last word, at the events that have the
    words now."""
    told = decisions.on_pairs(store)
    now = _now(store, told)
    return tuple(
        (now[one.id][0], now[one.id][1], "same" if one.verdict == "same" else "not the same")
        for one in _last_words(told, now)
    )


def unsettled(store: Store) -> set[str]:
    """Events that people spoke of and that do not stand as they said, or are others now: to be looked at again."""
    told = decisions.on_pairs(store)
    now = _now(store, told)
    moved = {
        id for one in told for id in (*one.subject.split(), *now[one.id]) if list(now[one.id]) != one.subject.split()
    }
    pairs = on_pairs(store)
    given = incidents.given(store, sorted({id for one, other, _ in pairs for id in (one, other)}))
    of = {id: incidents.of_event(id, given) for one, other, _ in pairs for id in (one, other)}
    wrong = [pair[:2] for pair in pairs if (pair[2] == "same") != (of[pair[0]] == of[pair[1]])]
    return moved.union(*wrong)


def seen(event: Event) -> str:
    """The hash of an event as a person sees it: of its values and their words, whatever read them and how surely."""
    told = codec.event_row(event, coding_id=0, position=0)
    mentions = [codec.mention_row(one, coding_id=0, event_position=0, position=0) for one in event.mentions]
    for row in (told, *mentions):
        row.pop("score")
        row.pop("by")
    return sha256(json.dumps([told, mentions], sort_keys=True, default=str))


# Taking down


def _check(made: Decision, subject: Sequence[str]) -> None:
    if not made.reviewer:
        raise DecisionError("say who decides it (--reviewer NAME)")
    if made.verdict in decisions.ON_PAIRS:
        if len(set(subject)) != 2 or any(not id.startswith("e") for id in subject):
            raise DecisionError(f'"{made.verdict}" is said of two events; give the ids of both')
        return
    if len(subject) != 1 or subject[0][:1] not in ("e", "i", "f"):
        raise DecisionError(f'"{made.verdict}" is said of one event, incident or finding; give one id')
    if made.verdict == "set":
        if not subject[0].startswith("e"):
            raise DecisionError("only an event has fields that can be set; give the id of an event")
        _check_value(made.field or "", made.value or "")


def _check_value(field: str, value: str) -> None:
    known: Mapping[str, Iterable[str]] = {
        "type": plover().types,
        "mode": sorted({mode for one in plover().types.values() for mode in one.modes}),
        "status": get_args(Status),
    }
    if field not in FIELDS:
        raise DecisionError(f"{field!r} cannot be set; {', '.join(FIELDS)} can")
    if value and field in known and value not in known[field]:
        raise DecisionError(f"{value!r} is no {field}; choose one of {', '.join(known[field])}")
    if value and field == "when":
        try:
            days = [date.fromisoformat(day) for day in value.split("/")]
        except ValueError:
            days = []
        if not 1 <= len(days) <= 2 or days != sorted(days):
            raise DecisionError(f"{value!r} is no day; write one as 2026-03-12, or two as 2026-03-12/2026-03-14")


def _check_is_there(store: Store, subject: Sequence[str]) -> None:
    events = [id for id in subject if id.startswith("e")]
    for id, now in decisions.where_now(store, events).items():
        if now != id:
            there = f"; its words are now those of {now}, so decide on that" if now else ""
            raise DecisionError(f"{id} is no event of the newest coding of its document{there}")
    for id in subject:
        if id.startswith("i") and (leads := incidents.leads_to(store, id)) != id:
            raise DecisionError(
                f"{id} was merged into {leads}; decide on that" if leads else f"no incident has the id {id}"
            )


def _moment(before: Sequence[Decision]) -> str:
    """Now; where a clock that is ahead has given a later moment to a decision on the same thing, just after that."""
    now = datetime.now(UTC)
    if before and (last := before[-1].at) >= now.strftime(_MOMENT):
        now = datetime.fromisoformat(last).astimezone(UTC) + timedelta(microseconds=1)
    return now.strftime(_MOMENT)


# How decisions stand


def _now(store: Store, told: Sequence[Decision]) -> dict[str, tuple[str, ...]]:
    """The ids that the subject of each decision has now: none where one of them is gone."""
    ids = sorted(set(chain.from_iterable(one.subject.split() for one in told)))
    where: dict[str, str | None] = {id: id for id in ids if id.startswith("f")}
    where |= decisions.where_now(store, [id for id in ids if id.startswith("e")])
    for id in ids:
        if id.startswith("i"):
            leads = incidents.leads_to(store, id)
            where[id] = leads if leads and incidents.incident(store, leads).event_ids else None
    now = {one.id: [where[id] for id in one.subject.split()] for one in told}
    return {id: tuple(sorted(one for one in found if one)) if all(found) else () for id, found in now.items()}


def _kind(decision: Decision) -> str:
    return f"set {decision.field}" if decision.verdict == "set" else "accept or reject"


def _last(told: Sequence[Decision], now: Mapping[str, tuple[str, ...]]) -> dict[tuple[tuple[str, ...], str], Decision]:
    """The decision that counts of those on one thing: the last on its own id, else the last that came to it."""
    last: dict[tuple[tuple[str, ...], str], Decision] = {}
    own: set[tuple[tuple[str, ...], str]] = set()
    for one in told:
        key = (now[one.id], _kind(one))
        if (one.subject,) == now[one.id]:
            own.add(key)
        elif key in own:
            continue
        last[key] = one
    return last


def _standing(
    store: Store,
    one: Decision,
    now: Mapping[str, tuple[str, ...]],
    last: Mapping[tuple[tuple[str, ...], str], Decision],
) -> Standing:
    if not now[one.id]:
        return "orphan"
    if last[now[one.id], _kind(one)] != one:
        return "replaced"
    if now[one.id] != (one.subject,) or (one.seen and one.seen != _seen_now(store, one.subject)):
        return "ask again"
    return "in force"


def _seen_now(store: Store, id: str) -> str:
    """What is on screen now; "" for what is no event."""
    found = store.event(id) if id.startswith("e") else None
    return seen(found[1]) if found else ""


def _last_words(told: Sequence[Decision], now: Mapping[str, tuple[str, ...]]) -> list[Decision]:
    """Each person's last word on two events that are there, the earliest first."""
    last = {(now[one.id], one.reviewer): one for one in told if len(set(now[one.id])) == 2}
    return [one for one in told if last.get((now[one.id], one.reviewer)) == one]


def _pairs(store: Store, told: Sequence[Decision], now: Mapping[str, tuple[str, ...]]) -> Iterator[Decided]:
    """How the decisions on two events stand."""
    on_two = [one for one in told if one.verdict in decisions.ON_PAIRS]
    words = _last_words(on_two, now)
    of = _Incidents(store, {id for one in words for id in now[one.id]})
    apart = [one for one in words if one.verdict == "not the same"]
    for one in on_two:
        against: tuple[Decision, ...] = ()
        if len(set(now[one.id])) < 2:
            standing: Standing = "orphan"
        elif one not in words:
            standing = "replaced"
        else:
            if one.verdict == "same":
                against = tuple(other for other in apart if of.contradict(now[one.id], now[other.id]))
            moved = one.subject.split() != list(now[one.id])
            standing = "contradicted" if against else "ask again" if moved else "in force"
        yield Decided(decision=one, standing=standing, now=now[one.id], against=against)


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
