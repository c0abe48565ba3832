"""Where do the reports of one happening differ? Each field, with every report's value."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from byline.linking.standing.disagreement import Field, values
from byline.linking.standing.disputes import disputes
from byline.linking.standing.telling import tellings
from byline.model import Place, Quantity
from told import (
    KENYA,
    KISUMU,
    MARKET,
    NAKURU,
    NAKURU_COUNTY,
    REGISTER,
    Report,
    at,
    by,
    copy_of,
    dead,
    field,
    on,
    report,
    says,
)


def killed(words: str, low: float | None, high: float | None = None, *, says: str = "", **told: object) -> Report:
    """A report that so many were killed."""
    number = {name: told.pop(name) for name in ("open", "of", "what", "attribution") if name in told}
    return report(f"A bomb killed {words} people{says}.", dead(words, low, high, **number), **told)  # type: ignore[arg-type]


def deaths(*reports: Report) -> Field:
    return field(reports, "fatalities")


# Numbers


def test_numbers_that_shut_each_other_out_are_an_interval_and_never_an_average() -> None:
    found = deaths(killed("7", 7, source="A"), killed("12", 12, source="B"))
    assert found.summary == "7 to 12 dead; A says 7, B says 12"
    assert (found.agreement, found.because) == ("differ", "A says 7 and B says 12 on one day, 4 March 2024.")


def test_every_value_keeps_its_words() -> None:
    reports = [killed("seven", 7, source="A"), killed("12", 12, source="B")]
    documents = {document.id: document for _, document in reports}
    found = deaths(*reports)
    assert [
        (value.teller, value.value, [documents[one.document_id].quote(one.span) for one in value.cited])
        for value in found.values
    ] == [("A", "7", ["seven"]), ("B", "12", ["12"])]
    assert found.values[0].coded == Quantity(what="fatalities", low=7, high=7)


def test_open_bounds_stay_open() -> None:
    seven = killed("at least seven", 7, open=True, source="A")
    assert deaths(seven, killed("12", 12, source="B")).summary == "12 dead; A says at least 7, B says 12"
    assert deaths(seven, killed("12", 12, source="B")).agreement == "agree"
    found = deaths(killed("more than 20", 20, open=True, source="A"), killed("12", 12, source="B"))
    assert (found.agreement, found.summary) == ("differ", "at least 12 dead; B says 12, A says at least 20")


def test_one_number_told_by_all_needs_no_list_of_who_tells_it() -> None:
    found = deaths(killed("7", 7, source="A"), killed("seven", 7, source="B"))
    assert (found.agreement, found.summary, found.because) == ("agree", "7 dead", "")


def test_a_number_of_one_report_is_told_by_one() -> None:
    found = deaths(killed("7", 7, source="A"), report("A bomb went off.", source="B"))
    assert (found.agreement, found.summary) == ("one report", "7 dead")


def test_a_toll_that_rises_in_later_reports_is_brought_forward() -> None:
    found = deaths(killed("7", 7, source="A", day=4), killed("12", 12, source="B", day=5))
    assert found.agreement == "update"
    assert found.summary == "7, later 12 dead; A says 7, B says 12"
    assert found.because == "It rises in later reports: 7 on 4 March 2024, 12 on 5 March 2024."


def test_a_toll_that_falls_is_a_contradiction() -> None:
    found = deaths(killed("12", 12, source="A", day=4), killed("7", 7, source="B", day=5))
    assert found.agreement == "differ"
    assert found.because == "B says 7 on 5 March 2024, later than A says 12 on 4 March 2024: a number that falls."


def test_a_toll_that_rises_and_falls_is_a_contradiction() -> None:
    found = deaths(*(killed(str(n), n, source=f"{day}", day=day) for day, n in ((4, 7), (5, 12), (6, 9))))
    assert found.agreement == "differ"


def test_words_that_say_it_rose_bring_a_number_of_the_same_day_forward() -> None:
    risen = report("The death toll rose to 12.", dead("12", 12), source="B")
    found = deaths(killed("7", 7, source="A"), risen)
    assert (found.agreement, found.because) == ("update", "The words of B say that it was less before.")
    later = killed("7", 7, source="A", day=6)
    assert deaths(later, risen).agreement == "differ"


def test_words_that_take_a_number_back_are_no_contradiction() -> None:
    found = deaths(
        killed("12", 12, source="A", day=4),
        report("Officials lowered the toll to 7.", dead("7", 7), source="B", day=5),
    )
    assert (found.agreement, found.because) == ("update", "The words of B say that it was more before.")


@pytest.mark.parametrize(("first", "second"), [(None, 5), (4, None), (None, None)])
def test_without_a_day_of_publication_nothing_is_an_update(first: int | None, second: int | None) -> None:
    found = deaths(killed("7", 7, source="A", day=first), killed("12", 12, source="B", day=second))
    assert found.agreement == "differ"
    assert "gives no day of publication" in found.because


def test_how_many_took_part_is_estimated_and_not_counted_up() -> None:
    first = killed("700", 700, what="participants", source="A", day=4)
    second = killed("9,000", 9000, what="participants", source="B", day=5)
    found = field([first, second], "participants")
    assert (found.agreement, found.summary) == ("differ", "700 to 9,000 taking part; A says 700, B says 9,000")


def test_two_speakers_of_one_report_differ() -> None:
    text = "Police said 1 person died; a hospital said 4 did."
    numbers = (dead("1", 1, attribution="Police"), dead("4", 4, attribution="a hospital"))
    found = deaths(report(text, *numbers, source="A"))
    assert found.agreement == "differ"
    assert found.summary == "1 to 4 dead; A (citing Police) says 1, A (citing a hospital) says 4"
    assert found.because == "Within one report A (citing Police) says 1 and A (citing a hospital) says 4."


def test_of_one_speaker_the_largest_number_counts_as_less_may_be_a_part() -> None:
    text = "A bomb killed 9 people, 4 of them at once."
    found = deaths(report(text, dead("9", 9), dead("4", 4), source="A"), killed("9", 9, source="B"))
    assert found.agreement == "agree"
    assert [value.value for value in found.values] == ["4", "9", "9"]


def test_parts_are_counted_by_themselves() -> None:
    text = "A bomb killed 9 people and among them 2 soldiers."
    reports = [
        report(text, dead("9", 9, of="people"), dead("2", 2, of="soldiers"), source="A"),
        report("A bomb killed 9 people.", dead("9", 9, of="people"), source="B"),
    ]
    assert field(reports, "fatalities").summary == "9 dead"
    assert field(reports, "fatalities", of="soldiers").summary == "2 dead (soldiers)"


def test_a_part_may_be_less_than_all_and_never_more() -> None:
    five = killed("5", 5, of="people", source="A")
    two, nine = killed("2", 2, of="soldiers", source="B", day=5), killed("9", 9, of="soldiers", source="B")
    found = deaths(five, two)
    assert (found.agreement, found.summary) == ("agree", "5 dead; B says 2 soldiers, A says 5")
    assert (deaths(five, nine).agreement, deaths(five, nine).summary.partition(";")[0]) == ("differ", "5 to 9 dead")
    assert deaths(two, killed("9", 9, of="soldiers", source="C", day=5)).agreement == "differ"
    assert deaths(two, killed("9", 9, of="children", source="C", day=5)).summary.startswith("at least 9 dead; ")


def test_an_article_says_that_there_was_one_and_not_that_there_was_no_other() -> None:
    found = deaths(report("They killed a man.", dead("a", 1), source="A"), killed("2", 2, source="B", day=5))
    assert (found.agreement, found.summary) == ("agree", "2 dead; A says 1, B says 2")


def test_a_copy_printed_later_is_no_toll_that_falls() -> None:
    first, second = killed("7", 7, source="A", day=4), killed("12", 12, source="B", day=5)
    third = report("A bomb killed 7 people.\n", dead("7", 7), source="C", day=6)
    assert deaths(first, second, third).agreement == "differ"
    found = field([first, second, third], "fatalities", copies=(copy_of(third, first),))
    assert (found.agreement, found.summary) == ("update", "7, later 12 dead; A says 7, B says 12")
    assert [value.copy for value in found.values] == [False, True, False]


def test_a_copy_alone_is_no_second_report() -> None:
    first, second = killed("7", 7, source="A"), killed("7", 7, source="B", day=5)
    assert field([first, second], "fatalities", copies=(copy_of(second, first),)).agreement == "one report"


def test_the_order_of_arrival_changes_no_field() -> None:
    reports = [killed(str(n), n, source=s, day=d) for n, s, d in ((7, "A", 4), (12, "B", 5), (9, "C", None))]
    assert values(reports, register=REGISTER) == values(reports[::-1], register=REGISTER)


# Days


def when(*days: tuple[date, date | None]) -> Field:
    reports = [
        report("A bomb went off then.", on("then", start, end), source=name)
        for name, (start, end) in zip("ABCDE", days, strict=False)
    ]
    return field(reports, "when")


def test_a_day_in_the_month_another_tells_agrees_with_it() -> None:
    found = when((date(2024, 3, 3), None), (date(2024, 3, 1), date(2024, 3, 31)))
    assert found.agreement == "agree"
    assert found.summary == "3 March 2024; B says 1 March 2024 to 31 March 2024, A says 3 March 2024"


def test_two_days_differ() -> None:
    found = when((date(2024, 3, 3), None), (date(2024, 3, 4), None))
    assert found.summary == "3 March 2024 or 4 March 2024; A says 3 March 2024, B says 4 March 2024"
    assert found.because == (
        "A says 3 March 2024 and B says 4 March 2024: 1 day apart; a report's day may be another where it is read."
    )
    assert when((date(2024, 3, 3), None), (date(2024, 3, 9), None)).because.endswith(": 6 days apart.")


def test_many_days_are_a_stretch() -> None:
    found = when(*((date(2024, 3, day), None) for day in range(1, 6)))
    assert found.summary.startswith("1 March 2024 to 5 March 2024, told in 5 ways; ")


def test_a_day_of_publication_shuts_none_out() -> None:
    reports = [
        report("A bomb went off on Sunday.", on("Sunday", date(2024, 3, 3)), source="A"),
        report("A bomb went off.", on("bomb", date(2024, 3, 5), basis="published"), source="B", day=5),
    ]
    found = field(reports, "when")
    assert found.agreement == "one report"
    assert found.summary == "3 March 2024; A says 3 March 2024, B says 5 March 2024 (its day of publication)"


# Places


def where(*places: Place) -> Field:
    reports = [report("A bomb hit there.", at("there", one), source=f"{n}", day=n + 1) for n, one in enumerate(places)]
    return field(reports, "place")


def test_a_site_its_city_its_province_and_its_country_agree() -> None:
    found = where(KENYA, NAKURU_COUNTY, NAKURU, MARKET)
    assert found.agreement == "agree"
    assert found.summary.startswith("Wakulima Market (Nakuru, KE); ")


def test_two_cities_differ() -> None:
    found = where(NAKURU, KISUMU)
    assert (found.agreement, found.summary) == (
        "differ",
        "Nakuru (KE) or Kisumu (KE); 0 says Nakuru (KE), 1 says Kisumu (KE)",
    )
    assert found.because == "0 says Nakuru (KE) and 1 says Kisumu (KE), 147 km apart: neither lies in the other."


def test_a_city_and_another_province_or_country_differ() -> None:
    assert where(KISUMU, NAKURU_COUNTY).agreement == "differ"
    uganda = replace(KENYA, name="Uganda", country="UG", geonameid=226074)
    assert where(NAKURU, uganda).agreement == "differ"


def test_near_a_town_and_a_site_a_little_off_agree() -> None:
    off = replace(MARKET, latitude=-0.10)
    assert where(NAKURU, off).agreement == "differ"
    assert where(replace(NAKURU, relation="near"), off).agreement == "agree"


def test_a_site_nobody_can_place_shuts_none_out() -> None:
    camp = Place(name="Camp Three", precision="site", country="KE")
    assert where(NAKURU, camp).agreement == "agree"
    assert where(replace(camp, country=None), replace(camp, name="Camp Four")).agreement == "agree"


def test_where_something_came_from_is_not_where_it_happened() -> None:
    reports = [
        report("Shells from Kisumu hit Nakuru.", at("Kisumu", replace(KISUMU, relation="from")), at("Nakuru", NAKURU)),
        report("Shells hit Nakuru again.", at("Nakuru", NAKURU), source="B"),
    ]
    assert field(reports, "place").summary == "Nakuru (KE)"


# Who, and to whom


def who(*actors: tuple[str, dict[str, Any]]) -> Field:
    reports = [
        report(f"{name} attacked.", by(name, **told), source=f"{n}", day=n + 1) for n, (name, told) in enumerate(actors)
    ]
    return field(reports, "actor")


def test_a_shorter_name_is_the_longer_ones() -> None:
    found = who(("Kenyan police", {"sector": "COP"}), ("The police", {"sector": "COP"}))
    assert (found.agreement, found.summary.partition(";")[0]) == ("agree", "Kenyan police")


def test_people_of_two_sorts_differ_and_anybody_does_not() -> None:
    police, herders = ("police", {"sector": "COP"}), ("herders", {"sector": "CVL"})
    assert who(police, herders).agreement == "differ"
    assert who(police, ("gunmen", {"sector": "UAF"})).agreement == "agree"


def test_two_names_of_bodies_differ_and_their_initials_do_not() -> None:
    front = ("Example Liberation Front", {"kind": "organization"})
    assert who(front, ("Sample Army of Salta", {"kind": "organization"})).agreement == "differ"
    assert who(front, ("ELF", {"kind": "organization"})).agreement == "agree"


def test_names_that_share_a_word_may_be_one_bodys() -> None:
    assert who(("NYPD officers", {"sector": "COP"}), ("the NYPD's detectives", {"sector": "COP"})).agreement == "agree"


def test_how_many_they_were_is_not_who_they_were() -> None:
    reports = [
        report("A bomb killed seven traders.", by("seven traders", role="recipient", sector="CVL"), source="A"),
        report("A bomb killed 12 people.", by("12 people", role="recipient", sector="CVL"), source="B", day=5),
    ]
    found = field(reports, "recipient")
    assert (found.agreement, found.summary) == ("agree", "seven traders; A says seven traders, B says 12 people")


def test_a_loaded_name_stays_a_quote() -> None:
    found = who(("the regime", {"kind": "organization"}))
    assert found.summary == "“the regime”"


# What kind, and whether


def kinds(*types: tuple[str | None, str | None]) -> Field:
    reports = [
        report("It happened.", source=f"{n}", day=n + 1, type=type, mode=mode) for n, (type, mode) in enumerate(types)
    ]
    return field(reports, "type")


def test_types_that_differ_are_a_set() -> None:
    found = kinds(("ASSAULT", "firearms"), ("PROTEST", "demo"))
    assert found.agreement == "differ"
    assert found.summary == ("ASSAULT · firearms or PROTEST · demo; 0 says ASSAULT · firearms, 1 says PROTEST · demo")


def test_a_type_without_a_mode_agrees_with_one() -> None:
    found = kinds(("ASSAULT", None), ("ASSAULT", "explosives"))
    assert (found.agreement, found.summary) == (
        "agree", "ASSAULT · explosives; 0 says ASSAULT, 1 says ASSAULT · explosives"
    )  # fmt: skip
    assert kinds(("ASSAULT", "suicide-attack"), ("ASSAULT", "explosives")).agreement == "agree"
    assert kinds(("ASSAULT", "abduct"), ("ASSAULT", "explosives")).agreement == "differ"


def test_news_and_history_agree_that_it_happened() -> None:
    now, then = report("A bomb went off.", source="A"), report("A bomb had gone off.", source="B", status="background")
    found = field([now, then], "status")
    assert (found.agreement, found.summary.partition(";")[0]) == ("agree", "it happened")


def test_planned_and_then_done_is_brought_forward() -> None:
    ahead = report("A march will be held.", source="A", day=3, status="planned")
    done = report("A march was held.", source="B", day=4)
    assert field([ahead, done], "status").agreement == "update"
    assert field([replace_day(ahead, 5), done], "status").agreement == "differ"


def replace_day(one: Report, day: int) -> Report:
    return one[0], replace(one[1], published=date(2024, 3, day))


# Who disputes what


def test_a_denial_stands_beside_those_who_tell_it() -> None:
    told = report("Police fired, residents said.", says("residents"), source="A")
    denied = report("Police denied it.", says("Police"), source="B", status="denied")
    found = tellings([told, denied], register=REGISTER)
    (dispute,) = disputes(found)
    assert dispute.says == "ASSAULT · explosives: denied by Police (in B); told by A (citing residents)."
    assert denied[1].quote(dispute.cited[0].span) == "Police denied it."
    status = field([told, denied], "status")
    because = "A (citing residents) tells it; by B (citing Police) it is denied."
    assert (status.agreement, status.because) == ("differ", because)


def test_a_denial_beside_is_held_against_it_only_where_it_may_be_this() -> None:
    sunday = on("Sunday", date(2024, 3, 3))
    told = report("A bomb went off in Nakuru on Sunday.", at("Nakuru", NAKURU), sunday)

    def denied(place: Place = NAKURU, day: date = date(2024, 3, 3), **event: object) -> int:
        text = "The army denied it bombed the place then."
        one = report(text, at("the place", place), on("then", day), says("The army"), status="denied", **event)  # type: ignore[arg-type]
        return len(disputes(tellings([told], register=REGISTER), tellings([one], register=REGISTER)))

    assert denied() == 1
    assert denied(MARKET) == 1
    assert denied(KISUMU) == 0
    assert denied(day=date(2024, 3, 1)) == 0
    assert denied(type="COERCE") == 0


def test_fields_of_a_denial_are_held_against_nothing() -> None:
    told = killed("7", 7, source="A")
    denied = report("It is not true that 90 died.", dead("90", 90), source="B", status="denied")
    assert deaths(told, denied).summary == "7 dead"


def test_no_reports_have_no_fields() -> None:
    assert values([], register=REGISTER) == ()
