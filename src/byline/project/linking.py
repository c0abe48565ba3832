"""Which events of a store tell of one happening: found among those that are new, and kept as incidents.

Each step is kept before the next begins, and can be done again: rows packed, links found, incidents minted. So a run
that is broken off goes on where it stopped, and what is new is all that is compared.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

import numpy as np
from numpy.typing import NDArray

from byline.errors import StoreError
from byline.linking import blocking, comparisons, features, lapses, partition
from byline.linking import links as finding
from byline.linking.features import Table
from byline.linking.minting import mint
from byline.linking.partition import Decision as Decided
from byline.model import incident_id
from byline.project import copies, deciding
from byline.store import Store, decisions, incidents, links, results
from byline.store.breaks import Break
from byline.store.links import Packed, Unpacked

RULES = 1
"""Raised by hand when other pairs are compared, or compare otherwise, or are joined otherwise: all is linked anew."""

LIKELY: Final = 0.5
"""From here on two events hang together: likelier one happening than not."""

CLOSE: Final = 1e-4
"""Two machines may compute a probability that much apart."""

LOT: Final = 20_000
"""Events whose incidents are told in one transaction: a second or so."""

LOCK: Final = "linking.lock"

Progress = Callable[[str, int], None]
"""Told what is done, and how many more documents, pairs or events it was done with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """What linking did: events that are new or changed, links found among them and others, events whose incidents were
    looked at again."""

    events: int
    links: int
    looked_at: int


def link(store: Store, *, progress: Progress = lambda what, number: None) -> Linked:
    """Links the events of the newest coding of each document, as people decided where they did.

    Raises StoreError where another process links in this store.
    """
    with _alone(store):
        copies.find(store, progress=lambda number: progress("looking for copies", number))
        decisions.synchronise(store)
        incidents.synchronise(store)
        method = _method()
        links.begin(store, method=method)
        came = _pack(store, progress)
        found = _compare(store, method, progress)
        return Linked(events=came, links=found, looked_at=_part(store, progress))


def regroup(store: Store) -> int:
    """Joins and parts incidents anew around what people said since: a moment, where all events were linked before; else
    they are linked now. How many events were looked at. Raises StoreError where another process links in this store."""
    if links.uncompared(store):
        return link(store).looked_at
    with _alone(store):
        return _part(store, lambda what, number: None)


def is_done(store: Store) -> bool:
    """Whether nothing has come since events were last linked."""
    return not links.uncompared(store) and not links.is_touched(store)


def breaks(store: Store) -> Iterator[Break]:
    """Links that are not what their events, compared, come to; none where these were linked by another method."""
    method = _method()
    lots = list(links.table(store, method=method))
    if not all(compared for _, compared in lots):
        return
    table = _table([rows for rows, _ in lots])
    place = {number: row for row, number in enumerate(numbers(table))}
    for lot in links.every(store):
        pairs = [(place.get(one, -1), place.get(other, -1)) for one, other, _ in lot]
        left, right = np.array(pairs, np.int64).T
        there = (left >= 0) & (right >= 0)
        again = np.zeros(len(lot))
        again[there] = comparisons.score(table, left[there], right[there]).probability
        for (one, other, probability), now, known in zip(lot, again.tolist(), there.tolist(), strict=True):
            if not known or abs(probability - now) > CLOSE:
                what = "its probability is not that of its events" if known else "one of its events is not there"
                ends = f"{links.event_id(one)} {links.event_id(other)}"
                yield Break(where=ends, what=what, advice="run byline rebuild, then byline link")


# What is new


def _pack(store: Store, progress: Progress) -> int:
    """Packs the events of documents that are new or coded anew; how many events are new or changed."""
    came = 0
    for lot in links.unpacked(store, method=features.METHOD):
        packed = [_packed(one) for one in lot]
        links.pack(store, packed, method=features.METHOD)
        came += sum(len(one.came) for one in packed)
        progress("reading events", len(lot))
    return came


def _packed(one: Unpacked) -> Packed:
    rows, before = features.rows(one.events, one.document), _table([one.before])
    same = set(map(bytes, rows)) & set(map(bytes, before))
    went = before[[bytes(row) not in same for row in before]]
    came = rows[[bytes(row) not in same for row in rows]]
    return Packed(
        document_id=one.document.id,
        coding_id=one.coding_id,
        rows=rows.tobytes(),
        came=numbers(came),
        went=numbers(went),
        gone=went.tobytes(),
    )


# Links


def _compare(store: Store, method: str, progress: Progress) -> int:
    """Finds the links of all events that were not compared yet; how many."""
    lots = list(links.table(store, method=method))
    table = _table([rows for rows, _ in lots])
    sizes = [len(rows) // features.RECORD.itemsize for rows, _ in lots]
    new = ~np.repeat([compared for _, compared in lots], sizes).astype(np.bool_)
    del lots
    new |= lapses.reopened(table, _table([links.gone(store)]))
    found = 0
    if new.any():
        links.touch(store, _numbers(table["event"][new]))
        if next(links.every(store), None):
            _let_go(store, table, new)
        for lot in finding.lots(table, new, least=LIKELY):
            ends = np.sort([_signed(table["event"][side]) for side in (lot.left, lot.right)], axis=0)
            links.add(store, list(zip(*ends.tolist(), lot.probability.tolist(), strict=True)))
            found += len(lot.left)
            progress("comparing", len(lot.left))
    links.compared(store, method=method)
    return found


def _let_go(store: Store, table: Table, new: NDArray[np.bool_]) -> None:
    """Drops links of pairs that would not be compared if all events came at once: great blocks let go of some."""
    shaken = lapses.shaken(table, new)
    of_shaken = _numbers(table["event"][shaken])
    place = dict(zip(of_shaken, np.flatnonzero(shaken).tolist(), strict=True))
    pairs = sorted({(one, other) for one, other, _ in links.linked(store, place) if one in place and other in place})
    if pairs:
        left, right = np.array([[place[one], place[other]] for one, other in pairs], np.int32).T
        stands = blocking.stands(table, left, right)
        links.drop(store, [pair for pair, stays in zip(pairs, stands, strict=True) if not stays])


# Incidents


def _part(store: Store, progress: Progress) -> int:
    """Parts what hangs together with an event that was touched into incidents; how many events were looked at."""
    links.touch(store, map(links.number, deciding.unsettled(store)))
    todo, seen = links.all_touched(store), set[int]()
    beside = _called_same(deciding.on_pairs(store))
    while todo:
        lot: set[int] = set()
        while todo and len(lot) < LOT:
            some = {todo.pop() for _ in range(min(len(todo), LOT - len(lot)))} - seen - lot
            lot |= _reach(store, some, beside, known=lot)
        with store.transaction():  # what a person decides meanwhile touches its events again
            links.looked_at(store, lot)
            _part_lot(store, lot)
        seen |= lot
        progress("joining", len(lot))
    return len(seen)


def _called_same(decided: Sequence[Decided]) -> dict[int, set[int]]:
    """For each event that a person called the same as another, by number: which."""
    beside: dict[int, set[int]] = {}
    for one, other, verdict in decided:
        if verdict == "same":
            beside.setdefault(links.number(one), set()).add(links.number(other))
            beside.setdefault(links.number(other), set()).add(links.number(one))
    return beside


def _reach(store: Store, some: set[int], beside: Mapping[int, set[int]], *, known: set[int]) -> set[int]:
    """Events with all that hang together with them by links, by people's word, or by an incident of before."""
    reached, edge = set(some), some
    while edge:
        further = {end for one, other, _ in links.linked(store, edge) for end in (one, other)}
        further.update(number for one in edge for number in beside.get(one, ()))
        of = set(incidents.given(store, [links.event_id(number) for number in sorted(edge)]).values())
        further.update(links.number(event) for event, _ in incidents.fellows(store, sorted(of)))
        edge = further - reached - known
        reached |= edge
    return reached


def _part_lot(store: Store, lot: set[int]) -> None:
    """Parts some events that no other hangs together with into incidents, and keeps these."""
    ids = [links.event_id(number) for number in sorted(lot)]
    current = incidents.current(store, ids)
    table = rows_of(store, current)
    place = {number: row for row, number in enumerate(numbers(table))}
    pairs = sorted({(one, other) for one, other, _ in links.linked(store, lot) if one in place and other in place})
    left, right = np.array([[place[one], place[other]] for one, other in pairs], np.int64).reshape(-1, 2).T
    parted = partition.partition(table, left, right, decided=deciding.on_pairs(store))
    before = incidents.given(store, ids)
    own = {id: incident_id(id) for id in current}
    known = incidents.minted(store, sorted(own.values()))

    def is_minted(id: str) -> bool:
        return id in known or (id[1:] not in own and bool(incidents.minted(store, [id])))

    minted = mint(parted.incidents(table), before, is_minted)
    incidents.keep(store, minted.given, minted.merged)


def rows_of(store: Store, event_ids: set[str]) -> Table:
    """The rows of events; one that nothing can be compared of, and that is joined by a person's word alone, tells
    nothing."""
    table = _table(list(links.rows_of(store, sorted(event_ids))))
    wanted = {features.number(id) for id in event_ids}
    table = table[np.isin(table["event"], np.array(sorted(wanted), np.uint64))]
    bare = sorted(wanted - set(table["event"].tolist()))
    return np.concatenate([table, features.untold(bare)]) if bare else table


def _method() -> str:
    """Names how events are compared and joined: so that all is done anew when that is done otherwise."""
    weights = comparisons.weights()
    told = repr((weights.prior, {name: of.tolist() for name, of in weights.of.items()}))
    return f"{features.METHOD}, rules {RULES}, weights {sha256(told.encode()).hexdigest()[:8]}"


def _table(parts: Sequence[bytes]) -> Table:
    return np.frombuffer(b"".join(parts), features.RECORD)


def numbers(table: Table) -> tuple[int, ...]:
    """The events of rows, by the numbers they are kept under."""
    return _numbers(table["event"])


def _numbers(events: NDArray[np.uint64]) -> tuple[int, ...]:
    return tuple(_signed(events).tolist())


def _signed(events: NDArray[np.uint64]) -> NDArray[np.int64]:
    return (events ^ np.uint64(1 << 63)).view(np.int64)


@contextmanager
def _alone(store: Store) -> Iterator[None]:
    """Holds the right to link: one at a time, and nobody who changes files in between."""
    with results.beside(store.files):
        handle = os.open(store.files / LOCK, os.O_CREAT | os.O_RDWR, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError as error:
            raise StoreError(
                f"{store.files}: events are being linked here; wait until that has finished, then run this again"
            ) from error
        finally:
            os.close(handle)
