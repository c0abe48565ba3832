"""Names of places in texts: the cases of cases/toponyms.toml, and what must hold for any text."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from byline.coding import toponyms
from byline.coding.toponyms import Toponym
from byline.gazetteer import Gazetteer

CASES = tomllib.loads((Path(__file__).parent / "cases" / "toponyms.toml").read_text(encoding="utf-8"))["case"]
# The tokenizer alone: what is found without a statistical name finder is what must hold.
TOKENIZER = spacy.blank("en")


def read(text: str) -> tuple[Toponym, ...]:
    """The toponyms of a text."""
    return toponyms.read(toponyms.tokens(TOKENIZER(text), text), Gazetteer.open(), language="en")


def told(found: Toponym, text: str) -> list[str]:
    """A toponym as the cases write it, with the kind of its place."""
    entry = found.entry
    place = "-" if entry is None else ", ".join(part for part in (entry.name, entry.country, entry.kind) if part)
    return [text[found.span.start : found.span.end], place, found.kind]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_case(case: dict[str, Any]) -> None:
    found = read(case["text"])
    text = case["text"]
    words = {text[one.span.start : one.span.end]: one for one in found}
    assert [text[one.span.start : one.span.end] for one in found] == [name[0] for name in case["names"]]
    for one, expected in zip(found, case["names"], strict=True):
        _, place, kind = told(one, text)
        assert kind == (expected[2] if len(expected) > 2 else "place"), expected
        assert place == expected[1] or place.startswith(expected[1] + ","), expected
    for name, parents in case.get("parents", {}).items():
        assert [text[span.start : span.end] for span in words[name].parents] == parents
    for name, qualifier in case.get("qualifiers", {}).items():
        span = words[name].qualifier
        assert span is not None
        assert text[span.start : span.end] == qualifier
    for name, anchor in case.get("anchors", {}).items():
        entry = words[name].anchor
        assert entry is not None
        assert entry.name == anchor


def test_choice_explains_itself() -> None:
    (paris, _) = read("A barn burned down near Paris, Texas.")
    levels = dict(paris.levels)
    assert levels["in the state named after it"] > 0
    assert all(isinstance(name, str) and weight for name, weight in paris.levels)


# Seconds of one core, some ten times what it takes: 0.1 s for 1,200 mentions of six names, 1 s for a thousand different
# names, at most 0.5 s for one name of 10,000 characters and more.
SHORT, LONG = 5.0, 10.0


def different_names(count: int) -> list[str]:
    """Names of so many places, from all over the gazetteer."""
    gazetteer = Gazetteer.open()
    names = dict.fromkeys(
        gazetteer.entry(place).name for place in range(0, len(gazetteer), len(gazetteer) // (2 * count))
    )
    return [name for name in names if name.isalpha()][:count]


def test_thousand_names() -> None:
    cities = ["Tehran", "Paris", "Lagos", "Lima", "Mosul", "Qarnabash"]
    begun = time.process_time()
    assert len(read("They met in " + ", ".join(cities * 200) + ".")) == 1200
    assert time.process_time() - begun < SHORT
    many = different_names(1000)
    begun = time.process_time()
    found = read("They met in " + ", ".join(many) + ".")
    assert time.process_time() - begun < LONG
    assert len(found) > 0.9 * len(many)


@pytest.mark.parametrize(
    "text",
    [
        "In " + "Springfield" * 2000 + " nothing happened.",
        "In " + "A" * 10_000 + ", Iran, nothing happened.",
        "In " + "Sao-" * 2500 + "Paulo nothing happened.",
        "Springfield " * 2000,
        "St. " * 5000,
        "(" * 500 + "Paris" + ")" * 500,
        "north of " * 3000 + "Paris",
    ],
    ids=lambda text: text[:24],
)
def test_endless_names(text: str) -> None:
    begun = time.process_time()
    found = read(text)
    assert time.process_time() - begun < SHORT
    assert all(one.span.end - one.span.start < 200 for one in found)


def test_a_suburb_is_anchored_in_the_town_the_report_is_about() -> None:
    text = (
        "Traders in Eastleigh closed their shops. Police fired tear gas in Nairobi. Nairobi and Mombasa are in Kenya."
    )
    eastleigh = read(text)[0]
    assert eastleigh.entry is None
    assert eastleigh.anchor is not None
    assert eastleigh.anchor.name == "Nairobi"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["Paris", ", ", "\n", " ", "Texas", " in ", "e\u0301", "😀", "تهران", "\u00a0", "(", ")", "and ", "\r\n",
             "Camp ", "Iran", "St. ", "U.S.", "-", "al", "'s", "the ", "DC", "Sistan", " and Baluchistan", ".", "of "]
        ),
        max_size=30,
    )
)  # fmt: skip
def test_any_text_gives_ordered_spans_within_it(parts: list[str]) -> None:
    text = "".join(parts)
    found = read(text)
    ends = [0, *(one.span.end for one in found)]
    for one, end in zip(found, ends, strict=False):
        assert end <= one.span.start < one.span.end <= len(text)
        assert text[one.span.start : one.span.end].strip() == text[one.span.start : one.span.end]
    assert read(text) == found
