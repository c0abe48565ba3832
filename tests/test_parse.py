"""Sentences by rule, letters restored, and a text read sentence by sentence: the same whichever way it is asked."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from byline.coding import boundaries, parse, truecase
from byline.coding.pipeline import Pipeline
from byline.model import Document

MakeDocument = Callable[..., Document]
CASES = tomllib.loads((Path(__file__).parent / "cases" / "sentences.toml").read_text(encoding="utf-8"))
TEXT = (
    "NAIROBI, Kenya (AP) - Gunmen in two cars killed at least 14 soldiers near Garissa on Monday, police said.\n\n"
    '"We saw smoke," said Amina Odhiambo, 34, a teacher. "Let\'s go, they cried." There were clashes in Wajir, too.\n'
    "The Ministry of Health, which runs the hospital, isn't gonna wait: it sent 3.5 tons of aid worth $1.2 million.\n"
    "Dr. Otieno, of the U.N. mission, met Prime Minister Ruth Wanjala in Addis Ababa last week. He does not agree.\n"
)


@pytest.mark.parametrize("case", CASES["case"], ids=lambda case: case["text"][:40])
def test_sentences_end_where_a_reader_ends_them(case: dict[str, Any]) -> None:
    text = case["text"]
    starts = [0, *boundaries.starts(text, "en"), len(text)]
    assert [text[a:b].strip() for a, b in pairwise(starts)] == case["sentences"]


@pytest.mark.parametrize("case", CASES["written"], ids=lambda case: case["as"][:40])
def test_letters_are_restored(case: dict[str, Any]) -> None:
    assert truecase.restored(case["text"], "en") == case["as"]


@given(st.text(max_size=200), st.sampled_from([str, str.lower, str.upper]))
@settings(deadline=None, max_examples=60)
def test_a_restored_text_is_of_equal_length(text: str, form: Callable[[str], str]) -> None:
    text = form(text + " straße İstanbul ǆ ﬁre in the city of ŉ")
    assert len(truecase.restored(text, "en")) == len(text)


def test_ordinary_text_is_left_as_it_is() -> None:
    assert truecase.restored(TEXT, "en") == TEXT


class TestReading:
    @pytest.fixture
    def reading(self, pipeline: Pipeline, document: MakeDocument) -> Callable[[], parse.Reading]:
        return lambda: pipeline.page(document(TEXT)).reading

    @pytest.mark.parametrize("seed", range(3))
    def test_a_sentence_reads_the_same_whatever_else_is_read(
        self, reading: Callable[[], parse.Reading], seed: int
    ) -> None:
        whole, apart = reading(), reading()
        numbers = list(range(len(apart.sentences)))
        random.Random(seed).shuffle(numbers)
        for number in numbers:
            apart.read([number])
            assert next(iter(apart.tokens.sents)).start == 0
        columns = ["HEAD", "DEP", "TAG", "POS", "LEMMA", "MORPH", "ENT_TYPE", "ENT_IOB", "SENT_START"]
        assert (apart.whole().to_array(columns) == whole.whole().to_array(columns)).all()

    def test_tags_names_and_lemmas_are_those_of_the_spacy_pipeline(self, reading: Callable[[], parse.Reading]) -> None:
        ours = reading()
        doc = ours.whole()
        for first, last in zip(ours._firsts, ours._firsts[1:], strict=False):
            while doc[last - 1].is_space:
                last -= 1
            alone = doc[first:last].as_doc(array_head=["SENT_START"])
            theirs = alone
            for name, pipe in ours.reader.nlp.pipeline:
                if name != "ner":
                    theirs = pipe(theirs)
            for mine, other in zip(doc[first:last], theirs, strict=True):
                if not mine.is_space:
                    assert (mine.tag_, mine.pos_, mine.lemma_, str(mine.morph)) == (
                        (other.tag_, other.pos_, other.lemma_, str(other.morph))
                    )
        named = doc.copy()
        named.ents = ()
        assert [(ent.start, ent.end, ent.label_) for ent in doc.ents] == [
            (ent.start, ent.end, ent.label_) for ent in ours.reader.nlp.get_pipe("ner")(_unlabelled(doc)).ents
        ]

    def test_no_sentence_is_parsed_that_is_not_asked_for(self, reading: Callable[[], parse.Reading]) -> None:
        one = reading()
        one.read([1])
        read = {token.sent.start for token in one.tokens if token.tag_ and not token.is_space}
        assert len(read) == 1

    def test_a_reading_holds_every_word_of_a_lemma(self, reading: Callable[[], parse.Reading]) -> None:
        one = reading()
        doc = one.whole()
        for lemma in {token.lemma_.lower() for token in doc if token.is_alpha}:
            sentences = {
                number
                for number, (first, last) in enumerate(zip(one._firsts, one._firsts[1:], strict=False))
                if any(token.lemma_.lower() == lemma for token in doc[first:last])
            }
            assert sentences <= set(one.holding(frozenset({lemma})))


def _unlabelled(doc: Any) -> Any:
    from spacy.tokens import Doc

    words, spaces = [token.text for token in doc], [bool(token.whitespace_) for token in doc]
    other = Doc(doc.vocab, words=words, spaces=spaces)
    return other.from_array(["SENT_START"], doc.to_array(["SENT_START"]).reshape(-1, 1))


class TestGate:
    def test_only_sentences_with_words_of_events_pass(self, pipeline: Pipeline, document: MakeDocument) -> None:
        text = "The museum opens at nine. Gunmen killed two guards in Wajir on Sunday. The sky is blue."
        page = pipeline.page(document(text))
        assert [page.document.quote(page.sentences[number]) for number in page.telling] == [
            "Gunmen killed two guards in Wajir on Sunday."
        ]

    @pytest.mark.parametrize(
        ("passes", "stays"),
        [
            # A place by its name, a denial, someone who may have done it, the object behind its verb, no month.
            ("Rebels took Wajir from the army.", "The soldier took a photograph of the lake."),
            ("The government will not accept the plan.", "The government will accept the cheques of parents."),
            ("The ministry wants rebels to leave.", "The baker wants pupils to leave."),
            ("Gunmen opened fire in the market.", "Near the fire her brother opens a book."),
            ("Students joined a march in Lamu.", "Ferries to Lamu ran until March 3."),
        ],
    )
    def test_what_a_sense_asks_for_must_stand_there(
        self, pipeline: Pipeline, document: MakeDocument, passes: str, stays: str
    ) -> None:
        assert pipeline.page(document(passes)).telling == (0,)
        assert pipeline.page(document(stays)).telling == ()

    def test_with_the_gate_open_events_are_looked_for_everywhere(
        self, pipeline: Pipeline, document: MakeDocument
    ) -> None:
        page = pipeline.page(document(TEXT), gated=False)
        assert page.telling == tuple(range(len(page.sentences)))


def test_a_model_that_met_very_many_words_is_loaded_anew(
    pipeline: Pipeline, document: MakeDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = pipeline.page(document(TEXT))
    monkeypatch.setattr(parse, "_MOST_STRINGS", 0)
    after = pipeline.page(document(TEXT))
    assert after.reading.reader is not before.reading.reader
    assert pipeline.code_page(after) == pipeline.code_page(before)
