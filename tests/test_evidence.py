"""No value without its words: whatever the text, each quote equals its slice, and coding again gives the same."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from byline.config import Config
from byline.model import Custody, Document, Event, Span
from byline.read import Read, read
from byline.store import results
from conftest import ROOT, Code, MakeDocument, Records

SETTINGS = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

# What events are told with; places, numbers and days in them can be read.
TOLD = (
    "Police arrested 14 people in Nairobi on Thursday.",
    "Two banks were torched in Mashhad and Karaj on 30 July 2020.",
    "Hundreds of miners marched in Oruro; their placards read “No water, no peace”.",
    "The army denied that soldiers had shot a student near Goma.",
    "Dozens were killed and at least 20 wounded when a car bomb exploded in Quetta, a doctor said.",
    "In 2018 rebels abducted six aid workers near Sake. They released them after three weeks.",
    "These cities included Lagos, Kano, Jos (Plateau), and Enugu.",
    "By Ana Example",
    "NAIROBI, Kenya, March 12, 2021 - Teachers will strike on Monday, the Lake Union (LU) said.",
)
# What a text may hold besides: marks that combine, joined emoji, other directions, odd blanks, quotes left open.
HOSTILE = (
    "e\u0301\u0323\u0301",
    "\u0301",
    "👩\u200d👩\u200d👧\u200d👦",
    "🇰🇪🇮🇷",
    "مدينة قم 12 شخصا",
    "\u202eevil\u202c",
    "\u2067הפגנה\u2069",
    "Caf\u00e9 São Tomé Ĳssel",
    "\u00a0\u2007\u202f",
    "\r\n",
    "\r",
    "\n\n\n",
    "\t",
    "\x0b\x0c\x85\u2028\u2029",
    "\ufeff",
    "\u00ad",
    "“",
    "”",
    '"',
    "‘’",
    "``",
    "''",
    "(",
    ")",
    "—",
    "…",
    "!?!",
    ";",
    ",,,,",
    "0",
    "1,2,3,4",
    "99999999999999999999",
    "31/02/2020",
    "𝒜𝓁𝑒𝓅𝓅𝑜",
    "\U000e0041",
    "ﷺ",
    "x" * 400,
    "in " * 60,
    "A.B.C. U.S. Mr.",
    "<b>&amp;</b>",
    "a",
)

fragments = st.one_of(st.sampled_from(TOLD), st.sampled_from(HOSTILE), st.text(max_size=12))
texts = st.lists(st.tuples(fragments, st.sampled_from(("", " ", "\u00a0", "\n", "\r\n", "\n\n"))), max_size=9).map(
    lambda parts: "".join(words + gap for words, gap in parts)
)
REPORTS = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples").glob("*.txt"))]


@st.composite
def disturbed(draw: st.DrawFn) -> str:
    """One of our example reports with odd characters put in, or stretches left out, anywhere."""
    text = draw(st.sampled_from(REPORTS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        text = text[:start] + draw(fragments) + text[start + draw(st.sampled_from((0, 0, 1, 7, 90))) :]
    return text


def spans(event: Event) -> Iterator[Span]:
    yield from (event.trigger, event.sentence, *event.told)
    for mention in event.mentions:
        yield from (mention.span, *mention.also)
        if mention.antecedent is not None:
            yield mention.antecedent


def evidence(value: Any) -> Iterator[dict[str, Any]]:
    """Every piece of evidence in a record, at any depth."""
    if isinstance(value, dict):
        if {"in", "start", "end", "text"} <= set(value):
            yield value
        for one in value.values():
            yield from evidence(one)
    elif isinstance(value, list):
        for one in value:
            yield from evidence(one)


@SETTINGS
@given(text=texts)
@example(text="")
@example(text="\u0301")
@example(text="Police arrested")
@example(text="“Police arrested 14 people in Qom" * 3)
def test_every_quote_equals_its_slice(text: str, document: MakeDocument, code: Code, records: Records) -> None:
    made = document(text)
    for event in code(made).events:
        for span in spans(event):
            assert span.part == "text"
            assert 0 <= span.start < span.end <= len(text)
            assert made.quote(span) == text[span.start : span.end]
        assert event.sentence.covers(event.trigger)
    for one in records(made):
        found = list(evidence(one))
        assert len(found) >= 2
        for quote in found:
            assert quote["text"] == text[quote["start"] : quote["end"]]
        json.dumps(one, ensure_ascii=False)


@settings(parent=SETTINGS, max_examples=15)
@given(text=disturbed())
def test_so_it_does_in_a_report_that_was_disturbed(text: str, document: MakeDocument, code: Code) -> None:
    made = document(text, published=date(2021, 3, 12), title=text[:40])
    for event in code(made).events:
        assert all(made.quote(span) == made.part(span.part)[span.start : span.end] != "" for span in spans(event))


@SETTINGS
@given(text=texts)
def test_coding_again_gives_the_same(text: str, document: MakeDocument, code: Code, records: Records) -> None:
    made = document(text)
    once, again = code(made), code(made)
    assert once == again
    assert len({event.id for event in once.events}) == len(once.events)
    assert written(records(made)) == written(records(made))


@SETTINGS
@given(text=texts)
def test_sentences_hold_the_text_in_order(text: str, code: Code) -> None:
    sentences = code(text).sentences
    assert all(0 <= one.start < one.end <= len(text) for one in sentences)
    assert all(one.end <= other.start for one, other in pairwise(sentences))
    assert all(text[one.start : one.end] == text[one.start : one.end].strip() for one in sentences)


@settings(parent=SETTINGS, max_examples=25)
@given(text=texts)
def test_a_file_as_read_is_coded_with_its_own_words(text: str, code: Code) -> None:
    """The way a user's file goes: decoded, brought to NFC, cut, its head read, and then coded."""
    (reading,) = read(["-"], config=Config(), stdin=io.BytesIO(text.encode("utf-8", "replace")))
    if isinstance(reading, Read):
        made: Document = reading.document
        for event in code(made).events:
            for span in spans(event):
                assert made.quote(span) == made.part(span.part)[span.start : span.end] != ""


@settings(parent=SETTINGS, max_examples=10)
@given(batch=st.lists(texts, max_size=3))
def test_a_run_gives_the_same_bytes_twice(batch: list[str], document: MakeDocument, records: Records) -> None:
    made = [document(text) for text in batch]
    runs = [[written(records(one)) for one in made] for _ in range(2)]
    assert runs[0] == runs[1]


@settings(parent=SETTINGS, max_examples=10)
@given(batch=st.lists(texts, max_size=3))
def test_a_result_file_holds_what_went_in(batch: list[str], document: MakeDocument, code: Code) -> None:
    custody = Custody(origin="test", raw_sha256="", read_at=results.moment(), byline="test")
    made = [document(text) for text in batch]
    outcomes = tuple(results.Outcome(custody=custody, document=one, coding=code(one)) for one in made)
    assert results.unpack(results.pack(outcomes, {}, pipeline_id="p").content) == outcomes


def written(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode("utf-8", "surrogatepass")
