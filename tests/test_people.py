"""Whom a text names, and whether the public may know who it is."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from byline.model import Actor, Coding
from conftest import ROOT, Code, MakeDocument

CASES = tomllib.loads((ROOT / "tests" / "cases" / "people.toml").read_text(encoding="utf-8"))["case"]


def told(coding: Coding, text: str, standing: str) -> list[list[str]]:
    return [
        [text[span.start : span.end] for span in one.spans] for one in coding.people or () if one.standing == standing
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["says"])
def test_who_is_named_and_how_they_stand(case: dict[str, Any], code: Code) -> None:
    coding = code(case["text"])
    assert coding.events, "persons are looked for where events are told"
    for standing in ("public", "private", "protected"):
        assert told(coding, case["text"], standing) == case.get(standing, []), standing


def test_each_standing_rests_on_words(code: Code, document: MakeDocument) -> None:
    made = document(
        "By Rafiq Mondan\n\nA 12-year-old boy, Arif Hasanov, was shot by police in Baku, Mayor Elman Kerimli said."
    )
    people = {one.name: one for one in code(made).people or ()}
    assert [made.quote(span) for span in people["Elman Kerimli"].evidence] == ["Mayor"]
    assert [made.quote(span) for span in people["Arif Hasanov"].evidence] == ["12-year-old", "boy"]
    assert {one.because for one in people.values()} == {"byline", "minor", "office"}


def test_names_are_found_in_title_and_captions(code: Code, document: MakeDocument) -> None:
    text = "Police arrested Daniel Otieno, a student, in Kisumu on Monday."
    made = document(text, title="Otieno Arrested After Kisumu March", captions=("A march", "Daniel Otieno in 2019"))
    (person,) = code(made).people or ()
    assert [(span.part, made.quote(span)) for span in person.spans] == [
        ("text", "Daniel Otieno"),
        ("title", "Otieno"),
        ("caption:1", "Daniel Otieno"),
    ]


def test_victims_of_sexual_violence_are_protected_in_office_too(code: Code) -> None:
    people = code("Soldiers raped Mayor Rita Okellan in Goma on Monday, a doctor said.").people or ()
    assert [(one.name, one.standing, one.because) for one in people] == [
        ("Rita Okellan", "protected", "sexual violence")
    ]


def test_actors_are_public_as_the_persons_are(code: Code) -> None:
    coding = code("Police arrested Daniel Otieno, a student, in Baku. Soldiers beat Mayor Elman Kerimli on Monday.")
    values = [one.value for event in coding.events for one in event.role("recipient")]
    actors = {one.name: one.public for one in values if isinstance(one, Actor)}
    assert actors == {"Daniel Otieno": False, "Elman Kerimli": True}


def test_nobody_is_looked_for_where_nothing_is_told(code: Code) -> None:
    assert code("Daniel Otieno likes rain.").people is None
