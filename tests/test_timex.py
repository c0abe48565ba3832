"""Time expressions: sentences with what they hold, and properties that any text must keep."""

from __future__ import annotations

import tomllib
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byline.coding.timex import Timex, anchor_of, find_in, ranges
from byline.language import data
from byline.language.numbers import parse_number
from byline.model import Dateline, Document, sha256

CASES: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (Path(__file__).parent / "cases" / "timex.toml").read_text(encoding="utf-8")
)


def as_told(timex: Timex, text: str) -> dict[str, Any]:
    """A time expression in the form of the case file."""
    told: dict[str, Any] = {
        "text": text[timex.span.start : timex.span.end],
        "type": timex.type,
        "value": timex.value,
        "start": timex.start,
        "end": timex.end,
    }
    if told["end"] == told["start"]:
        del told["end"]
    return {key: value for key, value in told.items() if value is not None}


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["name"])
def test_case(case: dict[str, Any]) -> None:
    found = find_in(case["text"], anchor=case.get("anchor"))
    assert [as_told(timex, case["text"]) for timex in found] == case["timexes"]


@pytest.mark.parametrize("case", CASES["range"], ids=lambda case: case["name"])
def test_range(case: dict[str, Any]) -> None:
    text = case["text"]
    joined = ranges(find_in(text, anchor=case.get("anchor")), text)
    told = [{"text": text[r.span.start : r.span.end], "start": r.start, "end": r.end} for r in joined]
    assert told == case["ranges"]


def test_basis_and_precision() -> None:
    text = "On 5 June 2019 and last month, in 1988 and the 1990s"
    told = [(timex.basis, timex.precision) for timex in find_in(text, anchor=date(2020, 8, 1))]
    assert told == [("stated", "day"), ("relative", "month"), ("stated", "year"), ("stated", "decade")]


def test_a_tense_that_the_caller_knows_wins() -> None:
    text = "Elections are held on Sunday."
    anchor = date(2021, 3, 10)
    assert find_in(text, anchor=anchor, tenses=lambda _: "future")[0].start == date(2021, 3, 14)
    assert find_in(text, anchor=anchor, tenses=lambda _: "past")[0].start == date(2021, 3, 7)


def a_document(text: str, **more: Any) -> Document:
    return Document(
        id="d1", text=text, origin="a.txt", raw_sha256=sha256(text), text_sha256=sha256(text), made_by="t", **more
    )


def test_anchor_is_publication_then_dateline_then_head() -> None:
    text = "Kisumu, 2 May 2019 - Riots began on Monday."
    dateline = Dateline(place="Kisumu", date=date(2019, 5, 1))
    assert anchor_of(a_document(text, published=date(2019, 5, 3), dateline=dateline)) == date(2019, 5, 3)
    assert anchor_of(a_document(text, dateline=dateline)) == date(2019, 5, 1)
    assert anchor_of(a_document(text)) == date(2019, 5, 2)
    assert anchor_of(a_document("Riots began on Monday.")) is None


@pytest.mark.parametrize("anchor", [date.min, date.max, date(1500, 1, 1), date(2200, 12, 31), date(2020, 2, 29)])
def test_any_anchor(anchor: date) -> None:
    text = "A century ago, 900 decades ago, 99999 weeks later, next winter, last Easter, Feb. 29, the next 9999 years"
    assert len(find_in(text, anchor=anchor)) == 7


@pytest.mark.parametrize(
    ("unit", "times"),
    [
        *(("a", 10_000), ("1", 10_000), ("1,234", 2_000), ("the ", 10_000), ("one ", 10_000), ("May 5 - ", 2_000)),
        *(("3 p.m. ", 2_000), ("'", 10_000), ("a\u0301", 10_000), ("\n \n", 5_000), ("in an hour and a half ", 500)),
    ],
)
def test_long_and_odd_texts_stay_quick(unit: str, times: int) -> None:
    text = unit * times
    found = find_in(text, anchor=date(2020, 8, 1))
    assert all(timex.span.start < timex.span.end <= len(text) for timex in found)


@pytest.mark.parametrize(
    "text",
    [
        *("on Feb 30, 2020", "on 31/31/2020", "on 2020-02-30", "on 00/00/0000", "on 0000-01-01", "on June 31"),
        *("on 29 February 2019", "in the year 0", "in 99999", "in the year 99999", "on 5 May 99999", "on 12/13/14/15"),
        *("in 0 BC", "on 1 January 0", "on " + "9" * 10_000, "on 1/1/" + "2" * 10_000, "in " + "May" * 3_000),
    ],
    ids=lambda text: text[:20],
)
def test_what_no_calendar_has_is_no_sure_day(text: str) -> None:
    for found in find_in(text, anchor=date(2020, 8, 1)):
        assert found.precision != "day" or found.basis == "relative"
        assert found.start is None or 1000 <= found.start.year <= 2999


VOCABULARY = """the a of in on until to and from between May march July 29 30 31 5 1988 2020 99999 0 1,200 two twenty
three few days week years quarter third half last next this past ago earlier later early mid - , . ' 's night Monday Sun
3:30 15:00 p.m. GMT noon 11/02/89 2020-02-30 31/31/2020 '90s 1990s every other daily now Easter New Year Eve will said
summer fall weekend yesterday tonight $ # ½"""
ODD = ("\U0001f600", "e\u0301", "\u0301", "\u0627\u0644", "\u00a0", "\r\n", "\n\n")
WORDS = st.sampled_from((*VOCABULARY.split(), *ODD))
ANCHORS = st.none() | st.dates()


@settings(max_examples=300, deadline=None)
@given(words=st.lists(WORDS, max_size=25), anchor=ANCHORS, between=st.sampled_from([" ", "", "\r\n", "\u00a0"]))
def test_any_words(words: list[str], anchor: date | None, between: str) -> None:
    hold(between.join(words), anchor)


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=200), anchor=ANCHORS)
def test_any_text(text: str, anchor: date | None) -> None:
    hold(text, anchor)


def hold(text: str, anchor: date | None) -> None:
    """Spans lie in the text, in order and apart; days are both known or both unknown, and in order."""
    found = find_in(text, anchor=anchor)
    assert all(left.span.end <= right.span.start for left, right in pairwise(found))
    for timex in found:
        assert 0 <= timex.span.start < timex.span.end <= len(text)
        quote = text[timex.span.start : timex.span.end]
        assert quote == quote.strip()
        assert (timex.start is None) == (timex.end is None)
        assert timex.start is None or timex.end is None or timex.start <= timex.end
        assert timex.precision == "unknown" or timex.start is not None
    for joined in ranges(found, text):
        assert joined.start <= joined.end
        assert joined.span.end <= len(text)
    assert find_in(text, anchor=anchor) == found


@pytest.mark.parametrize(
    ("words", "value"),
    [
        *(("two", 2), ("twenty-three", 23), ("1,200", 1200), ("1.2 million", 1_200_000), ("a dozen", 12)),
        *(("two dozen", 24), ("two hundred and five", 205), ("5 1/2", 5.5), ("half a million", 500_000)),
        *(("two and a half", 2.5), ("a hundred", 100), ("nine hundred thousand and one", 900_001), ("½", 0.5)),
        *(("two and three", None), ("two three", None), ("a", None), ("and two", None), ("12,34", None)),
        *(("", None), ("1/0", None), ("1" * 5000, None), ("dog", None), ("٣", None)),
    ],
)
def test_numbers(words: str, value: float | None) -> None:
    assert parse_number(words, data("en", "numbers")) == value


@given(st.text(max_size=60))
def test_any_number_words(words: str) -> None:
    value = parse_number(words, data("en", "numbers"))
    assert value is None or value >= 0
