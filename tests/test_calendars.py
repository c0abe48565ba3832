"""Dates of other calendars against days known from almanacs and the news, and what is no such date."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from byline.coding import calendars
from byline.coding.timex import Timex, find_in

ANCHOR = date(2020, 8, 1)


def told(text: str, anchor: date | None = ANCHOR) -> list[tuple[str, str]]:
    """The words and the value of each time expression."""
    return [(text[one.span.start : one.span.end], one.value) for one in find_in(text, anchor=anchor)]


def only(text: str, anchor: date | None = ANCHOR) -> Timex:
    """The one time expression of a text."""
    (found,) = find_in(text, anchor=anchor)
    return found


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("on 15 Khordad 1388", "2009-06-05"),
        ("on Farvardin 1, 1400", "2021-03-21"),
        ("on 30 Esfand 1399", "2021-03-20"),  # the leap day of 1399
        ("on the 22nd of Bahman 1357", "1979-02-11"),
        ("on 24 Asad 1400", "2021-08-15"),
        ("on 7 Sawr 1357", "1978-04-27"),
        ("on Meskerem 1, 2013 E.C.", "2020-09-11"),
        ("on Meskerem 1, 2012", "2019-09-12"),  # after a leap year
        ("on Tikimt 25, 2013", "2020-11-04"),
        ("on Pagume 6, 2011", "2019-09-11"),
        ("on 15 March 2563 BE", "2020-03-15"),
        ("on 24 June B.E. 2563", "2020-06-24"),
    ],
)
def test_days_that_are_sure(text: str, day: str) -> None:
    found = only(text)
    assert (found.value, found.start, found.end) == (day, date.fromisoformat(day), date.fromisoformat(day))
    assert (found.precision, found.basis, found.type) == ("day", "stated", "DATE")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("on 12 Rabi al-Awwal 1442", "2020-10-29"),
        ("on 12 Rabi' al-awwal, 1442 AH", "2020-10-29"),
        ("on 9 Dhu al-Hijja 1441", "2020-07-30"),
        ("on 10 Dhul-Hijjah 1441", "2020-07-31"),
        ("on 10 Zulhijja 1441", "2020-07-31"),
        ("on 1 Muharram 1442", "2020-08-20"),
        ("on 1 Ramadan 1441", "2020-04-24"),
    ],
)
def test_lunar_days_are_about_three_days(text: str, day: str) -> None:
    found = only(text)
    meant = date.fromisoformat(day)
    assert found.value == day
    assert found.start == meant - calendars.LUNAR_SLACK
    assert found.end == meant + calendars.LUNAR_SLACK
    assert found.precision == "week"


def test_months_and_years_keep_their_own_bounds() -> None:
    month = only("in Khordad 1388")
    assert (month.start, month.end, month.precision, month.value) == (
        date(2009, 5, 22),
        date(2009, 6, 21),
        "month",
        "2009",
    )
    year = only("in the Ethiopian year 2013")
    assert (year.start, year.end, year.precision) == (date(2020, 9, 11), date(2021, 9, 10), "year")
    assert only("an edict of 2563 BE").value == "2020"
    ramadan = only("during Ramadan 2020")
    assert (ramadan.start, ramadan.precision) == (date(2020, 4, 23), "month")


def test_a_day_without_a_year_is_the_nearest() -> None:
    found = only("On 22 Bahman they marched.")
    assert (found.value, found.basis) == ("2020-02-11", "relative")
    assert only("On 22 Bahman they marched.", anchor=None).start is None


def test_bare_years_follow_the_calendar_of_the_text() -> None:
    found = find_in("He was jailed on 3 Mehr 1388, and freed in 1390.", anchor=None)
    assert (found[1].start, found[1].end) == (date(2011, 3, 21), date(2012, 3, 19))
    assert told("The plague came in 1390.") == [("1390", "1390")]


@pytest.mark.parametrize(
    "text",
    [
        "About 1400 people marched.",
        "Asad fled. A hut burned. Mehr reported it. Tir won.",
        "Police closed 15 Khordad Square.",
        "IT WILL BE 2500 MEN.",
        "He owed Sh 1400.",
        "on 31 Mehr 1399",
        "on 30 Esfand 1398",  # no leap year
        "on Pagume 6, 2012",
        "on 30 Muharram 99999",
        "on 0 Mehr 1399",
        "on 15/3/1388",
        "on 1388-03-15",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert find_in(text, anchor=ANCHOR) == ()


@pytest.mark.parametrize("calendar", ["solar", "lunar", "ethiopian", "buddhist"])
def test_any_figures(calendar: calendars.Calendar) -> None:
    for year in (-1, 0, 1, 1400, 2013, 2563, 99999, 10**12):
        for month in (-1, 0, 1, 12, 13, 14):
            for day in (-1, 0, 1, 29, 30, 31, 32):
                found = calendars.day_of(calendar, year, month, day)
                assert found is None or 1600 < found.year < 2300


@pytest.mark.parametrize("calendar", ["solar", "lunar", "ethiopian"])
def test_days_follow_each_other(calendar: calendars.Calendar) -> None:
    years = {"solar": range(1398, 1402), "lunar": range(1425, 1450), "ethiopian": range(2000, 2020)}[calendar]
    days = [
        day
        for year in years
        for month in range(1, 14)
        for number in range(1, 32)
        if (day := calendars.day_of(calendar, year, month, number)) is not None
    ]
    assert [(after - before).days for before, after in pairwise(days)] == [1] * (len(days) - 1)
