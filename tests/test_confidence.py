"""How sure is a value, and is a confidence what it says?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from byline.bench.calibration import Bin, area, bins, expected_error
from byline.bench.reliability import svg
from byline.coding import confidence
from byline.coding.pipeline import Pipeline
from byline.config import Config
from byline.model import Coding, Document, sha256

TABLE = {"actor": {"any": 0.0, "kind group": 2.0, "another sentence": -3.0}}


def test_levels_that_speak_for_a_value_make_it_likelier() -> None:
    plain = confidence.probability("actor", ["any"], TABLE)
    assert plain == 0.5
    assert confidence.probability("actor", ["any", "kind group"], TABLE) == pytest.approx(0.881)
    assert confidence.probability("actor", ["any", "kind group", "another sentence"], TABLE) == pytest.approx(0.269)
    assert confidence.probability("actor", ["any", "never seen"], TABLE) == plain


def test_a_field_nothing_was_learned_for_has_no_probability() -> None:
    assert confidence.probability("quote", ["any"], TABLE) is None


@given(st.lists(st.sampled_from(sorted(level for field in confidence.weights().values() for level in field))))
def test_nothing_read_by_a_program_is_certain(levels: list[str]) -> None:
    for field in confidence.weights():
        found = confidence.probability(field, levels)
        assert found is not None
        assert 0 < found < 1


def test_every_event_and_value_that_can_be_weighed_is() -> None:
    text = "Gunmen killed four farmers near Jos on Monday."
    document = Document(
        id="d1", text=text, origin="here", raw_sha256="", text_sha256=sha256(text), made_by="test", language="en"
    )
    coding = Pipeline.load(Config()).code(document)
    assert isinstance(coding, Coding)
    (event,) = coding.events
    assert 0.5 < event.score < 1
    assert all(0 < one.score < 1 for one in event.role(*confidence.weights().keys() - {"event"}))  # type: ignore[arg-type]


def test_a_confidence_that_is_what_it_says_has_no_error() -> None:
    honest = [(0.8, number % 5 != 0) for number in range(100)]
    assert expected_error(bins(honest, count=1)) == pytest.approx(0.0)
    boastful = [(1.0, number % 2 == 0) for number in range(100)]
    assert expected_error(bins(boastful, count=1)) == pytest.approx(0.5)


def test_bins_hold_the_same_mass_and_all_values() -> None:
    parts = bins([(number / 95, True) for number in range(95)])
    assert sum(part.count for part in parts) == 95
    assert {part.count for part in parts} <= {9, 10}
    assert [part.confidence for part in parts] == sorted(part.confidence for part in parts)


def test_the_area_is_the_chance_to_rank_a_right_value_higher() -> None:
    assert area([(0.9, True), (0.1, False)]) == 1.0
    assert area([(0.1, True), (0.9, False)]) == 0.0
    assert area([(0.5, True), (0.5, False)]) == 0.5
    assert area([(0.5, True)]) == 0.5


def test_the_plot_has_a_square_for_each_field_and_escapes_its_words() -> None:
    image = svg({"a<b": [Bin(confidence=0.5, right=0.4, count=10)]}, {"a<b": "n 10"})
    assert "a&lt;b" in image
    assert image.count("<circle") == 1
