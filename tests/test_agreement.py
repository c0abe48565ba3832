"""How far coders agree: Krippendorff's alpha on tables whose value is known, MASI, pairs, and what it is worth."""

from __future__ import annotations

import random
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.deciding import DecidedEvent
from byline.model import Event, Mention, Place, Quantity, Span, When, event_id
from byline.project import agreement, pairing

DOCUMENT = "d" + "0" * 16
SETS = st.frozensets(st.integers(0, 4), max_size=4)


def made(start: int, end: int, *, state: str = "accepted", places: tuple[int, ...] = (), day: int = 1, **more: object):  # type: ignore[no-untyped-def]
    """An event as a coder has it, on characters of a text."""
    trigger = Span(start=start, end=end)
    mentions = [
        Mention(role="place", span=trigger, value=Place(name=str(one), precision="city", geonameid=one))
        for one in places
    ]
    when = When(start=date(2026, 3, day), end=date(2026, 3, day), precision="day", basis="stated")
    mentions.append(Mention(role="when", span=trigger, value=when))
    if "dead" in more:
        number = float(more.pop("dead"))  # type: ignore[arg-type]
        mentions.append(
            Mention(role="quantity", span=trigger, value=Quantity(what="fatalities", low=number, high=number))
        )
    fields = {"type": "PROTEST", "mode": None, "id": event_id(document_id=DOCUMENT, trigger=trigger)} | more
    event = Event(document_id=DOCUMENT, trigger=trigger, sentence=trigger, mentions=tuple(mentions), **fields)
    return DecidedEvent(event=event, coded=event, state=state)  # type: ignore[arg-type]


class TestAlpha:
    def test_it_is_the_published_one(self) -> None:
        """Two observers of Krippendorff (2011), Computing Alpha-Reliability, example B: 0.692 nominal."""
        one = ["a", "a", "b", "b", "d", "c", "c", "c", "e", "d", "d", "a"]
        two = ["b", "a", "b", "b", "b", "c", "c", "c", "e", "d", "d", "d"]
        assert agreement.alpha(zip(one, two, strict=True), measure="nominal") == pytest.approx(0.692, abs=5e-4)

    def test_numbers_that_are_near_agree_better_than_names_do(self) -> None:
        units = [(1.0, 2.0), (5.0, 5.0), (9.0, 10.0), (40.0, 41.0)]
        interval = agreement.alpha(units, measure="interval")
        nominal = agreement.alpha(units, measure="nominal")
        assert interval is not None
        assert nominal is not None
        assert interval > 0.99 > 0.5 > nominal

    def test_sets_that_share_agree_better_than_those_that_do_not(self) -> None:
        a, b, c = frozenset({"MM"}), frozenset({"MM", "TH"}), frozenset({"KE"})
        shared = agreement.alpha([(a, b), (c, c), (a, a), (b, b)], measure="set")
        apart = agreement.alpha([(a, c), (c, c), (a, a), (b, b)], measure="set")
        assert shared is not None
        assert apart is not None
        assert 1 > shared > apart

    def test_of_one_value_it_is_not_defined(self) -> None:
        assert agreement.alpha([("a", "a")] * 50, measure="nominal") is None
        assert agreement.alpha([], measure="nominal") is None

    @given(st.lists(st.sampled_from("abc"), min_size=2, max_size=30).filter(lambda told: len(set(told)) > 1))
    def test_full_agreement_is_one(self, told: list[str]) -> None:
        assert agreement.alpha([(one, one) for one in told], measure="nominal") == pytest.approx(1.0)

    def test_chance_is_near_nought(self) -> None:
        drawn = random.Random(4)
        units = [(drawn.choice("abcd"), drawn.choice("abcd")) for _ in range(4000)]
        assert agreement.alpha(units, measure="nominal") == pytest.approx(0.0, abs=0.03)


class TestInterval:
    @pytest.mark.parametrize("measure", ["nominal", "interval", "set"])
    def test_it_holds_the_alpha_of_all_and_narrows_with_more_reports(self, measure: pairing.Measure) -> None:
        drawn = random.Random(2)
        values = [frozenset({one, one % 3}) if measure == "set" else float(one) for one in range(6)]

        def reports(number: int) -> list[list[agreement.Unit]]:
            def unit() -> agreement.Unit:
                one = drawn.choice(values)
                return one, one if drawn.random() < 0.8 else drawn.choice(values)

            return [[unit() for _ in range(3)] for _ in range(number)]

        few, many = agreement.row("x", measure, reports(15)), agreement.row("x", measure, reports(300))
        for one in (few, many):
            assert one.low is not None
            assert one.high is not None
            assert one.alpha is not None
            assert one.low < one.alpha < one.high
        assert many.high - many.low < (few.high - few.low) / 2  # type: ignore[operator]

    def test_of_one_report_there_is_none(self) -> None:
        told = agreement.row("x", "nominal", [[("a", "b"), ("a", "a")]])
        assert (told.low, told.high) == (None, None)

    def test_what_it_is_worth_rests_on_how_many_there_are(self) -> None:
        units = [("a", "a"), ("b", "b")]
        assert agreement.row("x", "nominal", [units]).worth == "too few"
        assert agreement.row("x", "nominal", [units] * 20).worth == "reliable"
        assert agreement.row("x", "nominal", [[("a", "b"), ("b", "a")]] * 20).worth == "not reliable"
        assert agreement.row("x", "nominal", [[("a", "a")]] * 40).worth == "not defined"


class TestMasi:
    @pytest.mark.parametrize(
        ("one", "other", "apart"),
        [({1, 2}, {1, 2}, 0.0), ({1}, {1, 2}, 1 - 1 / 2 * 2 / 3), ({1, 2}, {2, 3}, 1 - 1 / 3 / 3), ({1}, {2}, 1.0)],
    )
    def test_it_is_passonneaus(self, one: set[int], other: set[int], apart: float) -> None:
        assert pairing.masi(frozenset(one), frozenset(other)) == pytest.approx(apart)

    @given(SETS, SETS)
    def test_it_is_a_distance(self, one: frozenset[int], other: frozenset[int]) -> None:
        apart = pairing.masi(one, other)
        assert 0 <= apart <= 1
        assert apart == pairing.masi(other, one)
        assert (apart == 0) == (one == other)


class TestPairs:
    def test_events_with_overlapping_triggers_are_one_happening(self) -> None:
        found = pairing.pairs([made(0, 8), made(20, 28)], [made(3, 12), made(40, 44)])
        assert [(bool(one.first), bool(one.second)) for one in found] == [(True, True), (True, False), (False, True)]

    def test_the_same_event_goes_before_one_that_overlaps(self) -> None:
        first = [made(0, 8), made(6, 14, id="e" + "1" * 16)]
        second = [made(6, 14, id="e" + "1" * 16), made(0, 8)]
        assert all(one.first.event.id == one.second.event.id for one in pairing.pairs(first, second))

    def test_each_event_is_in_one_pair(self) -> None:
        found = pairing.pairs([made(0, 20)], [made(0, 8), made(10, 20)])
        assert sum(one.first is not None for one in found) == 1
        assert sum(one.second is not None for one in found) == 2

    def test_an_event_both_reject_is_agreed_to_be_none(self) -> None:
        [found] = pairing.pairs([made(0, 8, state="rejected")], [made(0, 8, state="rejected")])
        assert found.both_rejected
        assert not found.differs

    def test_an_event_one_rejects_is_a_difference(self) -> None:
        [found] = pairing.pairs([made(0, 8)], [made(0, 8, state="rejected")])
        assert found.second is None
        assert found.differs

    @pytest.mark.parametrize(
        ("more", "differ"),
        [
            ({"type": "ASSAULT"}, ["type"]),
            ({"mode": "riot"}, ["mode"]),
            ({"status": "denied"}, ["status"]),
            ({"day": 2}, ["start"]),
            ({"places": (1, 2)}, ["places"]),
            ({"dead": 3}, ["fatalities"]),
        ],
    )
    def test_what_two_differ_in_is_named(self, more: dict[str, object], differ: list[str]) -> None:
        [found] = pairing.pairs([made(0, 8)], [made(0, 8, **more)])
        assert [one.name for one in found.differences()] == differ
