"""Events joined into happenings: rows, pairs worth comparing, comparisons in words, a partition that never chains."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byline.bench import link_planted
from byline.bench.documents import document
from byline.bench.harness import Coder
from byline.config import Config
from byline.linking import blocking, comparisons, features, links, partition
from byline.linking.features import Table
from byline.model import Document, Event, Mention, Place, Quantity, Span, Value, When, event_id

DAY = date(2021, 3, 8)
GAO = Place(
    name="Gao", precision="city", geonameid=2457163, latitude=16.27, longitude=-0.04, radius_km=4.0, country="ML"
)
KIDAL = replace(GAO, name="Kidal", geonameid=2455290, latitude=18.44, longitude=1.41)
BLAST = "A bomb planted under a fish stall killed nine traders at the riverside market, the mayor of the commune said."
CONVOY = "Insurgents on motorcycles shelled a convoy of millet lorries beside the aerodrome, wounding forty conscripts."


def told(
    text: str = BLAST,
    *,
    name: str = "a",
    day: date | None = DAY,
    place: Place | None = GAO,
    dead: float | None = 9,
    published: date | None = DAY,
    **changed: object,
) -> tuple[Event, Document]:
    """A report of one sentence with one event, an assault."""
    report = document(f"{text} It was told by {name}.", id=name, published=published)
    span, trigger = Span(start=0, end=len(text)), Span(start=2, end=6)
    values: list[tuple[str, Value | None]] = [
        ("when", day and When(start=day, end=day, precision="day", basis="stated")),
        ("place", place),
        ("quantity", None if dead is None else Quantity(what="fatalities", low=dead, high=dead)),
    ]
    event = Event(
        id=event_id(document_id=report.id, trigger=trigger),
        document_id=report.id,
        type="ASSAULT",
        mode="explosives",
        trigger=trigger,
        sentence=span,
        mentions=tuple(Mention(role=role, span=trigger, value=value) for role, value in values if value),  # type: ignore[arg-type]
    )
    return replace(event, **changed), report  # type: ignore[arg-type]


def table(*reports: tuple[Event, Document]) -> Table:
    return np.concatenate([features.rows([event], report) for event, report in reports])


def joined(rows: Table, decided: tuple[partition.Decision, ...] = ()) -> list[tuple[str, ...]]:
    found = links.links(rows, least=0.5)
    return partition.partition(rows, found.left, found.right, decided=decided).incidents(rows)


def when(precision: str, start: date, end: date) -> Mention:
    value = When(start=start, end=end, precision=precision, basis="stated")  # type: ignore[arg-type]
    return Mention(role="when", span=Span(start=0, end=1), value=value)


def test_two_reports_of_one_happening_are_joined_and_say_why() -> None:
    rows = table(told(name="a"), told(name="b", day=DAY, dead=10))
    link = comparisons.link(rows, 0, 1)
    assert len(joined(rows)) == 1
    assert link.left < link.right
    assert link.probability > 0.5
    assert {(level.of, level.level) for level in link.because} >= {
        ("kind", "same type and mode"),
        ("date", "same day"),
        ("place", "same place"),
        ("numbers", "within a half"),
    }
    bits = comparisons.weights().prior + sum(level.weight for level in link.because)
    assert link.probability == pytest.approx(1 / (1 + 2**-bits), abs=1e-4)


def test_two_happenings_of_one_kind_in_one_town_are_not_joined() -> None:
    later = told(CONVOY, name="b", day=DAY + timedelta(days=3), dead=2)
    assert len(joined(table(told(name="a"), later))) == 2


def test_a_vague_report_between_two_happenings_does_not_chain_them() -> None:
    one = [told(name=f"one {i}") for i in range(4)]
    other = [told(CONVOY, name=f"other {i}", day=DAY + timedelta(days=4), dead=2) for i in range(4)]
    vague = told(f"{BLAST} {CONVOY}", name="vague", dead=None)
    week = when("week", DAY, DAY + timedelta(days=6))
    mentions = (week, *(m for m in vague[0].mentions if m.role != "when"))
    rows = table(*one, *other, (replace(vague[0], mentions=mentions), vague[1]))
    parts = [set(ids) for ids in joined(rows)]
    for left, right in ((a[0].id, b[0].id) for a in one for b in other):
        assert not any({left, right} <= part for part in parts)
    assert all(any({a[0].id, b[0].id} <= part for part in parts) for a, b in pairwise(one))


def test_an_event_without_day_and_place_is_no_row() -> None:
    event, report = told(day=None, place=None)
    assert features.pack(event, report) is None
    assert features.pack(*told(day=None)) is not None
    assert features.pack(*told(place=None)) is not None


@pytest.mark.parametrize("status", ["planned", "hypothetical", "summary"])
def test_what_has_not_happened_or_is_a_sum_is_no_row(status: str) -> None:
    assert features.pack(*told(status=status)) is None


def test_absence_never_joins() -> None:
    """One tells a place and no day, the other a day and no place: they have nothing in common but words."""
    placed, dated = told(name="a", day=None, published=None), told(name="b", place=None, published=None)
    rows = table(placed, dated)
    assert comparisons.link(rows, 0, 1).probability < 0.01
    assert len(joined(rows)) == 2


def test_dates_of_year_precision_tell_nearly_nothing() -> None:
    reports = [told(BLAST, name="a", published=None), told(CONVOY, name="b", dead=2, published=None)]
    year = when("year", date(2021, 1, 1), date(2021, 12, 31))
    coarse = [
        (replace(event, mentions=(year, *(m for m in event.mentions if m.role != "when"))), report)
        for event, report in reports
    ]
    rows = table(*coarse)
    levels = {level.of: level for level in comparisons.link(rows, 0, 1).because}
    assert abs(levels["date"].weight) < 1
    assert len(joined(rows)) == 2


def test_clocks_that_disagree_by_a_day_are_borne() -> None:
    rows = table(told(name="a"), told(name="b", day=DAY + timedelta(days=1)))
    assert len(joined(rows)) == 1


def test_two_events_of_one_document_are_never_joined() -> None:
    event, report = told()
    again = replace(event, id="e00000000000000ff")
    rows = features.rows([event, again], report)
    assert not list(blocking.pairs(rows))
    third = told(name="b")
    assert len(joined(np.concatenate([rows, table(third)]))) == 2


def test_what_people_decided_is_obeyed_and_not_the_same_wins() -> None:
    a, b, far = told(name="a"), told(name="b"), told(CONVOY, name="c", place=KIDAL, dead=None)
    rows = table(a, b, far)
    one, other = sorted((a[0].id, b[0].id))
    assert len(joined(rows)) == 2
    assert len(joined(rows, ((one, other, "not the same"),))) == 3
    third: list[partition.Decision] = [
        (*sorted((far[0].id, event.id)), "same")  # type: ignore[misc]
        for event, _ in (a, b)
    ]
    assert len(joined(rows, tuple(third))) == 1
    found = links.links(rows, least=0.5)
    parted = partition.partition(
        rows, found.left, found.right, decided=[*third, (one, other, "not the same"), (one, other, "same")]
    )
    assert (one, other) in parted.contradictions
    assert len(parted.contradictions) == 2
    assert not any({one, other} <= set(ids) for ids in parted.incidents(rows))


def test_decisions_on_events_that_are_gone_are_passed_over() -> None:
    rows = table(told(name="a"), told(name="b"))
    gone: partition.Decision = ("e0000000000000001", "e0000000000000002", "same")
    assert len(joined(rows, (gone,))) == 1


def many(count: int, seed: int) -> Table:
    """Reports of eight happenings in two towns on two days, each in other words."""
    base = table(
        *(
            told(text, name=f"{text} {place.name} {day}", place=place, day=DAY + timedelta(days=day), dead=day or 9)
            for text in (BLAST, CONVOY)
            for place in (GAO, KIDAL)
            for day in (0, 1)
        )
    )
    rng = np.random.default_rng(seed)
    rows = base[rng.integers(len(base), size=count)]
    rows["event"] = rng.permutation(count) + 1
    rows["document"] = rng.integers(1, 2 * count, size=count)
    for part in ("words", "sentence"):
        rows[part]["weights"][rng.random(rows[part]["weights"].shape) < 0.4] = 0
    rows["start"][rng.random(count) < 0.1] = features.NO_DAY
    return rows


@settings(deadline=None, max_examples=15)
@given(order=st.permutations(range(60)), cuts=st.sets(st.integers(1, 59), max_size=4), seed=st.integers(0, 3))
def test_any_order_and_any_batches_give_the_same_happenings(order: list[int], cuts: set[int], seed: int) -> None:
    rows = many(60, seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocking, "COMMON", 8)
        patch.setattr(blocking, "LEADERS", 3)
        at_once = joined(rows)
        kept: set[tuple[int, int]] = set()
        had = np.zeros(0, np.int64)
        for start, end in pairwise([0, *sorted(cuts), 60]):
            had = np.concatenate([had, np.array(order[start:end])])
            now = rows[had]
            found = links.links(now, np.arange(len(now)) >= start, least=0.5)
            kept |= {(int(had[a]), int(had[b])) for a, b in zip(found.left, found.right, strict=True)}
            place = {row: i for i, row in enumerate(had.tolist())}
            pairs = np.array([(place[a], place[b]) for a, b in kept], np.int32).reshape(-1, 2)
            stands = blocking.stands(now, pairs[:, 0], pairs[:, 1])
            kept = {pair for pair, holds in zip(kept, stands, strict=True) if holds}
            pairs = pairs[stands]
        assert partition.partition(now, pairs[:, 0], pairs[:, 1]).incidents(now) == at_once


def test_each_pair_comes_once_and_either_way_is_compared_alike() -> None:
    rows = many(300, 1)
    pairs = [(int(a), int(b)) for left, right in blocking.pairs(rows) for a, b in zip(left, right, strict=True)]
    assert len({frozenset(pair) for pair in pairs}) == len(pairs)
    left, right = np.array(pairs).T
    there, back = comparisons.score(rows, left, right), comparisons.score(rows, right, left)
    assert (there.levels == back.levels).all()


@pytest.mark.parametrize("count", [1_500, pytest.param(10_000, marks=pytest.mark.slow)])
def test_an_incident_of_thousands_of_reports_is_one_and_its_pairs_are_few(count: int) -> None:
    rows = np.repeat(table(told()), count)
    rows["event"] = np.arange(1, count + 1) * 7919
    rows["document"] = rows["event"] + 1
    found = links.links(rows, least=0.5)
    assert len(found.left) < count * 60
    parted = partition.partition(rows, found.left, found.right)
    assert len(np.unique(parted.group)) == 1


def test_planted_pairs_of_two_happenings_are_not_joined() -> None:
    planted = list(link_planted.pairs(12, seed=1))
    found = list(link_planted.linked([pair.reports for pair in planted], Coder.load(Config())))
    wrong = [pair.kind for pair, one in zip(planted, found, strict=True) if one and not pair.same]
    assert not wrong
    assert sum(one for pair, one in zip(planted, found, strict=True) if pair.same) >= 8


def test_levels_have_weights_and_weights_have_levels() -> None:
    weights = comparisons.weights()
    assert weights.of.keys() == comparisons.RESPECTS.keys()
    assert all(len(weights.of[of]) == len(levels) for of, levels in comparisons.RESPECTS.items())
    assert all(len(set(levels)) == len(levels) for levels in comparisons.RESPECTS.values())
    assert not any(a == b for a, b in combinations(comparisons.RESPECTS, 2))
