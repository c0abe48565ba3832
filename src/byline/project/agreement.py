"""How far coders agree, field by field: Krippendorff's alpha, with how many events it rests on and what it is worth."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final, Literal

import numpy as np

from byline.deciding.viewing import Viewer
from byline.errors import AssignmentError
from byline.project import pairing, teams
from byline.project.pairing import Compared, Measure, Pair
from byline.store import Store
from byline.store.assignments import Doubled

__all__ = ["Agreement", "Row", "agreement", "alpha", "row"]

RELIABLE: Final = 0.8
TENTATIVE: Final = 0.667
"""Krippendorff's own bounds: conclusions from data below the first are tentative, below the second there are none
(Content Analysis, 4th ed., chapter 12)."""

FEWEST: Final = 30
"""Events below which an alpha says little: the 95 % interval is then usually wider than the step between the bounds."""

RESAMPLES: Final = 200
"""Draws of documents for the interval: it is given to two digits."""

SEED: Final = 10
ABSENT: Final = "(no event)"
"""What a coder who has not an event gives for its type: the other's event is a difference."""

Worth = Literal["reliable", "tentative", "not reliable", "too few", "not defined"]

WORDS: Final[dict[Worth, str]] = {
    "reliable": "the coders agree well enough to rest conclusions on it",
    "tentative": "conclusions from it are tentative; look at what the coders differ in",
    "not reliable": "the coders do not mean the same by it: write the rule down clearer, train, and code again",
    "too few": f"fewer than {FEWEST} events: code more before reading anything into it",
    "not defined": "all give the same value, so nothing shows whether they could tell one from another",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Agreement in one field. `alpha` None: not defined, as there is one value or none. `low` and `high` hold 95 of a
    hundred alphas of documents drawn again; `n` are the events that two coders gave a value; `equal` the share of them
    that is the same, which says nothing of chance."""

    field: str
    measure: Measure
    alpha: float | None
    low: float | None
    high: float | None
    n: int
    equal: float | None
    worth: Worth


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Agreement of two coders, or of all pairs together (`coders` is then empty). `unpaired`: events that one of two
    has and the other has not; `paired`: that both have."""

    coders: tuple[str, ...]
    documents: int
    paired: int
    unpaired: int
    rows: tuple[Row, ...]


Unit = tuple[Compared, Compared]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Coded:
    """A document that two coded: who, and their events in pairs."""

    of: Doubled
    pairs: tuple[Pair, ...]


def agreement(store: Store, *, viewer: Viewer) -> tuple[Agreement, ...]:
    """How far coders agree on the documents that both have said are done: all pairs together, then each pair of
    coders. Documents to which the viewer is blind are left out."""
    done = [one for one in teams.doubled(store) if one.done and viewer.sees(one.document_id)]
    coded = [_Coded(of=one, pairs=paired(store, one)) for one in done]
    couples = sorted({tuple(sorted((one.of.first, one.of.second))) for one in coded})
    found = [_of((), coded)] if coded else []
    for couple in couples if len(couples) > 1 else []:
        found.append(_of(couple, [one for one in coded if {one.of.first, one.of.second} == set(couple)]))
    if len(couples) == 1:
        found = [_of(couples[0], coded)]
    return tuple(found)


def paired(store: Store, one: Doubled) -> tuple[Pair, ...]:
    """The events of a document as its two coders have them, each apart from the other."""
    first, second = (teams.as_coded_by(store, one.document_id, name=name) for name in (one.first, one.second))
    return pairing.pairs(first, second)


def _of(coders: tuple[str, ...], coded: Sequence[_Coded]) -> Agreement:
    every = [pair for one in coded for pair in one.pairs]
    unpaired = sum(not pair.both_rejected and (pair.first is None or pair.second is None) for pair in every)
    rows = [row("event found", "nominal", [[_found(pair) for pair in one.pairs] for one in coded])]
    for field in pairing.FIELDS:
        units = [[unit for pair in one.pairs if (unit := _unit(pair, field)) is not None] for one in coded]
        rows.append(row(field.says, field.measure, units))
    return Agreement(
        coders=coders,
        documents=len(coded),
        paired=sum(pair.first is not None and pair.second is not None and not pair.both_rejected for pair in every),
        unpaired=unpaired,
        rows=tuple(rows),
    )


def _found(pair: Pair) -> Unit:
    if pair.both_rejected:
        return "no", "no"
    return "yes" if pair.first else "no", "yes" if pair.second else "no"


def _unit(pair: Pair, field: pairing.Field) -> Unit | None:
    """What two coders say of a field; None where nothing is to be compared. That one has no such event counts as a
    difference in type, and in "event found"; not in each field once more."""
    if pair.both_rejected:
        return None
    if pair.first is None or pair.second is None:
        if field.name != "type":
            return None
        one = field.of(pair.first.event) if pair.first else ABSENT
        return one, field.of(pair.second.event) if pair.second else ABSENT
    unit = field.of(pair.first.event), field.of(pair.second.event)
    return None if None in unit else unit


def row(name: str, measure: Measure, by_document: Sequence[Sequence[Unit]]) -> Row:
    """Agreement in one field, of the values that two coders gave it in each document."""
    units = [unit for document in by_document for unit in document]
    found = alpha(units, measure=measure)
    low, high = _interval(by_document, measure) if found is not None else (None, None)
    return Row(
        field=name,
        measure=measure,
        alpha=found,
        low=low,
        high=high,
        n=len(units),
        equal=sum(one == other for one, other in units) / len(units) if units else None,
        worth=_worth(found, len(units)),
    )


def alpha(units: Iterable[Unit], *, measure: Measure) -> float | None:
    """Krippendorff's alpha of pairs of values; None where there are none, or all are the same.

    Raises AssignmentError where the package `krippendorff` is not installed.
    """
    try:  # an extra, as its licence is the GPL's: who does not count agreement needs none of it
        import krippendorff
    except ImportError as error:
        raise AssignmentError(
            "agreement is counted with the package krippendorff: pip install 'byline-events[agreement]'"
        ) from error
    told = list(units)
    domain = sorted({value for unit in told for value in unit}, key=_order)
    if len(domain) < 2:
        return None
    place = {value: at for at, value in enumerate(domain)}
    counts = np.zeros((len(told), len(domain)), dtype=np.int64)
    for nth, unit in enumerate(told):
        for value in unit:
            counts[nth, place[value]] += 1
    values: Any = np.array(domain, dtype=float) if measure == "interval" else np.arange(len(domain), dtype=float)
    level: Any = _masi_of(domain) if measure == "set" else measure
    return float(krippendorff.alpha(value_counts=counts, value_domain=values, level_of_measurement=level))


def _order(value: Hashable) -> tuple[float, str]:
    """Numbers by size, sets and words by how they are written."""
    if isinstance(value, int | float):
        return float(value), ""
    return 0.0, repr(sorted(map(repr, value))) if isinstance(value, frozenset) else str(value)


def _masi_of(domain: Sequence[Any]) -> Callable[..., Any]:
    """MASI's distance between the sets of a domain, in the form that `krippendorff` asks for."""
    apart = _apart(domain, "set")

    def distance(v1: Any, v2: Any, i1: Any, i2: Any, n_v: Any, dtype: Any = float) -> Any:
        return apart[np.asarray(i1, dtype=int), np.asarray(i2, dtype=int)].astype(dtype)

    return distance


def _apart(domain: Sequence[Any], measure: Measure) -> Any:
    """How far the values of a domain are apart, as alpha weighs it: numbers by the square of their difference."""
    if measure == "nominal":
        return 1.0 - np.eye(len(domain))
    if measure == "interval":
        values = np.array(domain, dtype=float)
        return (values[:, None] - values[None, :]) ** 2
    apart = np.zeros((len(domain), len(domain)))
    for (at, one), (to, other) in combinations(enumerate(domain), 2):
        apart[at, to] = apart[to, at] = pairing.masi(one, other)
    return apart


def _interval(by_document: Sequence[Sequence[Unit]], measure: Measure) -> tuple[float | None, float | None]:
    """Between which values 95 of a hundred alphas are, of as many documents drawn again from these.

    Worked out for all draws from one matrix of distances, as `alpha` would for each: thousands of reports take seconds.
    """
    told = [(nth, unit) for nth, units in enumerate(by_document) for unit in units]
    domain = sorted({value for _, unit in told for value in unit}, key=_order)
    if len(by_document) < 2 or len(domain) < 2:
        return None, None
    place = {value: at for at, value in enumerate(domain)}
    one, other = (np.array([place[unit[side]] for _, unit in told]) for side in (0, 1))
    owner = np.array([nth for nth, _ in told])
    apart = _apart(domain, measure)
    drawn = np.random.default_rng(SEED)
    found: list[float] = []
    for _ in range(RESAMPLES):
        times = np.bincount(drawn.integers(0, len(by_document), len(by_document)), minlength=len(by_document))[owner]
        given = np.bincount(one, times, len(domain)) + np.bincount(other, times, len(domain))
        number = float(given.sum())
        by_chance = float(given @ apart @ given)
        if by_chance > 0:
            found.append(1.0 - 2.0 * float((times * apart[one, other]).sum()) * (number - 1) / by_chance)
    if len(found) < RESAMPLES // 2:
        return None, None
    found.sort()
    return found[int(0.025 * len(found))], found[min(len(found) - 1, int(0.975 * len(found)))]


def _worth(found: float | None, number: int) -> Worth:
    if found is None:
        return "not defined" if number else "too few"
    if number < FEWEST:
        return "too few"
    bounds: list[tuple[float, Worth]] = [(RELIABLE, "reliable"), (TENTATIVE, "tentative")]
    return next((worth for bound, worth in bounds if found >= bound), "not reliable")
