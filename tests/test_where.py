"""Where an event happened: the cases of cases/where.toml, and what must hold of any sentence and of the weights."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from byline.coding import spots, where, where_ranker
from byline.coding.page import Page
from byline.coding.pipeline import Pipeline
from byline.model import Place, Span
from conftest import MakeDocument

CASES: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "cases" / "where.toml").read_text(encoding="utf-8")
)["case"]
FAILS = {case["about"]: [pytest.mark.xfail(strict=True, reason=case["fails"])] for case in CASES if "fails" in case}
LARGEST_TABLE = 1_000_000


@pytest.fixture(scope="session")
def lay_open(pipeline: Pipeline, document: MakeDocument) -> Any:
    """Makes the Page of a text."""
    return lambda text: pipeline.page(document(text, language="en"))


def of(key: str) -> list[Any]:
    """The cases that have a key, as parameters."""
    return [pytest.param(case, id=case["about"], marks=FAILS.get(case["about"], [])) for case in CASES if key in case]


@pytest.mark.parametrize("case", of("places"))
def test_places_of(case: dict[str, Any], lay_open: Any) -> None:
    page = lay_open(case["text"])
    found = where.places_of(page, span(case["text"], case["verb"]))
    assert [page.document.quote(one.span) for one in found] == case["places"]


@pytest.mark.parametrize("case", of("fill"))
def test_fill(case: dict[str, Any], pipeline: Pipeline, lay_open: Any) -> None:
    page = lay_open(case["text"])
    events = {page.document.quote(event.trigger): event for event in pipeline.code_page(page)}
    told = [
        f"{page.document.quote(mention.span)} {mention.value.relation}"
        for mention in events[case["verb"]].role("place")
        if isinstance(mention.value, Place)
    ]
    assert told == case["fill"]


def span(text: str, words: str) -> Span:
    """The first place where words stand in a text."""
    start = text.index(words)
    return Span(start=start, end=start + len(words))


def test_the_cases_are_well_formed() -> None:
    assert len({case["about"] for case in CASES}) == len(CASES)
    for case in CASES:
        assert set(case) <= {"about", "text", "verb", "places", "fill", "fails"}, case["about"]
        assert case["verb"] in case["text"]


def test_the_weights_are_a_small_table_of_numbers() -> None:
    file = Path(where_ranker.__file__).with_name("where_weights.toml")
    assert file.stat().st_size < LARGEST_TABLE
    assert all(isinstance(weight, float) for weight in where_ranker.weights().values())
    assert "none" in where_ranker.weights()


def test_the_weights_name_no_places_or_people(lay_open: Any) -> None:
    """Levels hold words of grammar, dependencies and classes: a name in a sentence never becomes one."""
    page = lay_open("Zanzibar police shot Omondi in Mombasa, near the town of Kilifi, and arrested him at Malindi.")
    token = page.token_at(page.document.text.index("shot"))
    found = spots.find(page, page.sentences[0])
    reader = where_ranker.Reader(page, token, token, found)
    levels = [*reader.none(), *(level for one in found for level in reader.levels(one))]
    assert not [level for level in levels if re.search("zanzibar|omondi|mombasa|kilifi|malindi", level, re.IGNORECASE)]


def test_weights_that_say_nothing_choose_nothing(lay_open: Any) -> None:
    page = lay_open("Police shot a student in Lagos.")
    token = page.token_at(page.document.text.index("shot"))
    assert where_ranker.choose(page, token, token, {}) == ()
    chosen = where_ranker.choose(page, token, token, {"right": 1.0})
    assert [page.document.quote(one.toponym.span) for one in chosen] == ["Lagos"]


@pytest.mark.parametrize(
    ("text", "series"),
    [
        ("Shops closed in Rosario, Salta and Neuquén.", [0, 0, 0]),
        ("Shops closed in Rosario and in Salta.", [0, 1]),
        ("Shops closed in Salta, Argentina.", [0, 1]),
        ("Shops closed in Rosario, near Salta, and around Neuquén.", [0, 1, 2]),
    ],
)
def test_series(text: str, series: list[int], lay_open: Any) -> None:
    page: Page = lay_open(text)
    assert [one.series for one in spots.find(page, page.sentences[0])] == series


@pytest.mark.parametrize(
    "text",
    [
        "Police shot at people in " + " and ".join(["Salta", "Rosario", "Jujuy"] * 100) + ".",
        "Police shot at people in " + " to ".join(["Salta", "Rosario", "Jujuy"] * 100) + ".",
        "Police shot at people in " + "X" * 10_000 + ".",
        "Police shot at people in " + "Xaf " * 1_000 + ".",
        "Shot.",
    ],
    ids=["a long list", "many places", "a long name", "a long run of capitals", "one word"],
)
def test_odd_sentences(text: str, lay_open: Any) -> None:
    page = lay_open(text)
    place = span(text, "hot")
    for one in where.places_of(page, place):
        assert page.sentence_at(place.start).covers(one.span)
