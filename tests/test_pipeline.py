"""The pipeline: a list of questions, asked in order, that never lets a bad document or a bad span pass unseen."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest

from byline.coding.page import Page
from byline.coding.pipeline import STEPS, Fill, Find, Judge, Pipeline, Refine
from byline.config import Config
from byline.errors import BylineError
from byline.model import Coding, Event, Failure, Mention, Span
from conftest import Code, MakeDocument

SENTENCE = "Police arrested 14 people in Nairobi on Thursday."
UPPER = "POLICE ARRESTED 14 PEOPLE IN NAIROBI ON THURSDAY."


def trip(page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    """A step that cannot answer."""
    raise ValueError("no answer")


def point_outside(page: Page, event: Event) -> tuple[Mention, ...]:
    """A step that gives words which are not in the text."""
    end = len(page.document.text)
    return (Mention(role="quote", span=Span(start=end - 1, end=end + 1), value=None),)


def point_at_nothing(page: Page, event: Event) -> tuple[Mention, ...]:
    """A step that gives a value without words."""
    return (Mention(role="quote", span=Span(start=3, end=3), value=None),)


class TestSteps:
    def test_find_comes_first_and_refining_last(self) -> None:
        kinds = [type(step) for step in STEPS]
        first_refine = kinds.index(Refine)
        assert kinds[0] is Find
        assert kinds.count(Find) == 1
        assert set(kinds[1:first_refine]) == {Fill, Judge}
        assert set(kinds[first_refine:]) == {Refine}

    def test_each_has_a_name_of_its_own_and_a_version(self) -> None:
        names = [step.name for step in STEPS]
        assert len(set(names)) == len(names)
        assert all(step.version >= 1 for step in STEPS)

    def test_what_they_return_cannot_be_changed(self, code: Code) -> None:
        (event,) = code(SENTENCE).events
        with pytest.raises(FrozenInstanceError):
            event.status = "denied"  # type: ignore[misc]

    def test_every_event_and_mention_says_which_step_read_it(self, code: Code) -> None:
        (event,) = code(SENTENCE).events
        by = {mention.role: mention.by for mention in event.mentions}
        assert event.by == "what"
        assert by["actor"] == by["recipient"] == "who"
        assert by["place"] == "where"
        assert by["quantity"] == "howmany"
        assert {mention.by for mention in event.mentions} <= {step.name for step in STEPS}


class TestPage:
    def test_the_text_is_parsed_unchanged(self, pipeline: Pipeline, document: MakeDocument) -> None:
        text = "  Police\u00a0arrested 14 people\r\nin Nairobi 👩\u200d👧 e\u0301.\n\n"
        page = pipeline.page(document(text))
        assert page.doc.text == text
        assert all(text[token.idx : token.idx + len(token)] == token.text for token in page.doc)

    def test_upper_case_text_keeps_its_offsets(self, pipeline: Pipeline, document: MakeDocument) -> None:
        page = pipeline.page(document(UPPER))
        assert [(token.idx, len(token)) for token in page.doc] == [
            (token.idx, len(token)) for token in pipeline.page(document(SENTENCE)).doc
        ]

    def test_upper_case_text_is_coded_as_any(self, code: Code) -> None:
        (event,) = code(UPPER).events
        assert UPPER[event.trigger.start : event.trigger.end] == "ARRESTED"


class TestFailures:
    def test_a_step_that_trips_is_named_and_the_run_goes_on(self, pipeline: Pipeline, document: MakeDocument) -> None:
        broken = replace(pipeline, steps=(*STEPS, Refine(name="trip", version=1, ask=trip)))
        outcome = broken.code(document(SENTENCE))
        assert isinstance(outcome, Failure)
        assert outcome.step == "code.trip"
        assert outcome.error == "ValueError: no answer"
        assert (outcome.document_id, outcome.origin) == (document(SENTENCE).id, "test")
        assert isinstance(pipeline.code(document(SENTENCE)), Coding)

    @pytest.mark.parametrize("ask", [point_outside, point_at_nothing])
    def test_no_value_without_its_words(self, ask: Fill, pipeline: Pipeline, document: MakeDocument) -> None:
        broken = replace(pipeline, steps=(*STEPS, Fill(name="point", version=1, ask=ask)))  # type: ignore[arg-type]
        outcome = broken.code(document(SENTENCE))
        assert isinstance(outcome, Failure)
        assert outcome.step == "code.point"
        assert "lies outside the text" in outcome.error

    @pytest.mark.parametrize("key", ["model", "language", "ontology"])
    def test_what_is_not_installed_is_named(self, key: str, document: MakeDocument) -> None:
        with pytest.raises(BylineError, match="klingon"):
            Pipeline.load(Config(**{key: "klingon"})).page(document(SENTENCE))


class TestPipelineId:
    def test_it_is_the_same_for_the_same_settings(self, pipeline: Pipeline) -> None:
        assert Pipeline.load(Config()).id == pipeline.id
        assert pipeline.id.startswith("p")

    def test_it_tells_models_apart(self, pipeline: Pipeline) -> None:
        assert Pipeline.load(Config(model="en_core_web_lg")).id != pipeline.id

    def test_it_is_not_changed_by_settings_that_change_no_output(self, pipeline: Pipeline) -> None:
        assert Pipeline.load(Config(max_document_bytes=1_000)).id == pipeline.id

    def test_a_coding_carries_it(self, pipeline: Pipeline, code: Code) -> None:
        assert code(SENTENCE).pipeline_id == pipeline.id


class TestIds:
    def test_an_event_keeps_its_id_when_a_step_is_added(self, pipeline: Pipeline, document: MakeDocument) -> None:
        fewer = replace(pipeline, steps=STEPS[:1])
        made = document(SENTENCE)
        whole, part = pipeline.code(made), fewer.code(made)
        assert isinstance(whole, Coding)
        assert isinstance(part, Coding)
        assert [event.id for event in whole.events] == [event.id for event in part.events]

    def test_events_of_a_list_have_an_id_a_place(self, code: Code) -> None:
        events = code("Two banks were torched in Mashhad and Karaj on 30 July 2020.").events
        assert len({event.id for event in events}) == 2
        assert len({event.trigger for event in events}) == 1

    def test_another_text_has_other_ids(self, code: Code) -> None:
        (one,), (other,) = code(SENTENCE).events, code(SENTENCE + "\n").events
        assert one.id != other.id


def test_each_step_is_timed(pipeline: Pipeline, document: MakeDocument) -> None:
    timings: dict[str, float] = {}
    pipeline.code(document(SENTENCE), timings=timings)
    pipeline.code(document(SENTENCE), timings=timings)
    assert list(timings) == ["parse", *(step.name for step in STEPS)]
    assert all(seconds >= 0 for seconds in timings.values())
