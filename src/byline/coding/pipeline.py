"""What happens in this document? The questions a careful person asks of a report, in order.

find(page)            what happened?                                             → events
fill(page, event)     who, where, when, how many, says who, in what status?      → mentions
refine(page, events)  looked at together: the same twice? a sum and its parts?   → events

Steps return and never mutate. The pipeline alone stamps `by`, checks every span against the text, times each step, and
turns an exception into a Failure that names the step.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path

from byline import plugins
from byline.coding import (
    acled,
    confidence,
    effects,
    history,
    howmany,
    parse,
    party,
    people,
    quotes,
    refitted,
    same,
    sayswho,
    status,
    sums,
    what,
    when,
    where,
    who,
    who_beyond,
)
from byline.coding.page import Page
from byline.config import Config
from byline.errors import ConfigError, DocumentError
from byline.gazetteer import Gazetteer
from byline.language import Language
from byline.model import Coding, Document, Event, Failure, Mention, Span, Status, sha256
from byline.ontology import Ontology
from byline.sources import Register


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """A step that finds events. `version` is raised by hand when its output changes; `data` names its data files: those
    of the language, or with "coding/" before it one of this room; .toml where the name has no ending."""

    name: str
    version: int
    ask: Callable[[Page], tuple[Event, ...]]
    data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """A step that fills roles of one event."""

    name: str
    version: int
    ask: Callable[[Page, Event], tuple[Mention, ...]]
    data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """A step that says in what status an event is told; None: its words tell no event."""

    name: str
    version: int
    ask: Callable[[Page, Event], Status | None]
    data: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Refine:
    """A step that looks at all events of a document together."""

    name: str
    version: int
    ask: Callable[[Page, tuple[Event, ...]], tuple[Event, ...]]
    data: tuple[str, ...] = ()


Step = Find | Fill | Judge | Refine

READER = tuple(f"coding/weights/event_reader{end}" for end in (".onnx", ".npz", ".json", "_gate.json"))
"""The learned reader's files: what it says goes into triggers and, with them, into all that hangs on them."""

STEPS: tuple[Step, ...] = (
    # What happened?
    Find(
        name="what",
        version=4,
        ask=what.find,
        data=("triggers", "actors", "organizations", "saying", "sentences", "truecase.npy", *READER),
    ),
    # When, in its own words, and in what status is it told?
    Fill(name="when", version=5, ask=when.fill, data=("dates", "saying")),
    Judge(name="status", version=4, ask=status.judge, data=("cues", "saying")),
    # Who did it to whom, where, how many, and according to whom? What was demanded?
    Fill(name="who", version=6, ask=who.fill, data=("actors", "organizations")),
    Fill(
        name="where",
        version=4,
        ask=where.fill,
        data=("places", "people", "given_names", "saying", "coding/where_weights"),
    ),
    Fill(name="howmany", version=4, ask=howmany.fill, data=("amounts", "numbers")),
    Fill(name="sayswho", version=4, ask=sayswho.fill, data=("saying",)),
    Fill(name="demands", version=1, ask=quotes.fill),
    Refine(name="history", version=4, ask=history.refine),
    Refine(name="disputes", version=3, ask=sayswho.refine_values),
    # What did an attack do? Which list of places belongs to it? Is it one event, or one a place?
    Refine(name="effects", version=4, ask=effects.refine),
    Refine(name="lists", version=2, ask=where.refine_lists, data=("places",)),
    Refine(name="distribute", version=2, ask=sums.distribute),
    # When and where is what names no day or place of its own?
    Refine(name="dates", version=4, ask=when.refine, data=("saying",)),
    Refine(name="summaries", version=2, ask=sums.summaries),
    Refine(name="same", version=4, ask=same.refine),
    # Who did it, to whom, with what, told in the sentences after it?
    Refine(name="beyond", version=2, ask=who_beyond.refine, data=("actors", "coding/who_beyond_weights")),
    # Each number under one event.
    Refine(name="numbers", version=1, ask=howmany.refine),
    Refine(name="places", version=3, ask=where.refine, data=("places",)),
    # Which slogans does it carry, and is its teller a party to it?
    Refine(name="quotes", version=3, ask=quotes.refine, data=("cues",)),
    Refine(name="party", version=3, ask=party.refine),
    # Who of those named is public?
    Refine(name="people", version=1, ask=people.refine, data=("people", "given_names", "actors", "places")),
    # Which of ACLED's types does it have, by who did what to whom and what went on beside it?
    Refine(name="acled", version=1, ask=acled.refine, data=("signs",)),
    # How sure is each value?
    Refine(name="confidence", version=2, ask=confidence.refine, data=("coding/confidence_weights",)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """The steps with what they read by: model, language, ontology, gazetteer, register of sources. Coding is a pure
    function of it and a document."""

    id: str
    model: str
    language: Language
    ontology: Ontology
    gazetteer: Gazetteer
    sources: Register
    steps: tuple[Step, ...] = STEPS
    gated: bool = True

    @classmethod
    def load(cls, config: Config, *, gated: bool = True) -> Pipeline:
        """The pipeline a Config names; the heavy parts load once a process. Not `gated`, it looks for events in every
        sentence, and is another pipeline: what it finds is kept apart.

        Raises ConfigError or BylineError where a model, language or ontology is not installed.
        """
        language: Language = plugins.load("byline.languages", config.language)()
        ontology: Ontology = plugins.load("byline.ontologies", config.ontology)()
        gazetteer = Gazetteer.open()
        sources = Register.open(extra=Path(config.sources) if config.sources else None)
        steps = STEPS
        if config.calibration:
            ask = refitted.refiner(refitted.load(Path(config.calibration)))
            steps = (*STEPS, Refine(name="calibration", version=1, ask=ask))
        return cls(
            id=_pipeline_id(config, steps, ontology=ontology, gazetteer=gazetteer, sources=sources, gated=gated),
            model=config.model,
            language=language,
            ontology=ontology,
            gazetteer=gazetteer,
            sources=sources,
            steps=steps,
            gated=gated,
        )

    def page(self, document: Document, *, gated: bool = True) -> Page:
        """A document laid open, to be parsed where it is asked. Not `gated`, events are looked for in every sentence:
        to measure what the gate loses."""
        words = self.language.words
        reader = parse.reader(self.model, words["whole_words"], words["lemmas"])
        reading = parse.Reading(reader=reader, document=document, language=self.language.code)
        return Page(
            document=document,
            reading=reading,
            language=self.language,
            ontology=self.ontology,
            gazetteer=self.gazetteer,
            sources=self.sources,
            gated=gated,
        )

    def code(self, document: Document, *, timings: dict[str, float] | None = None) -> Coding | Failure:
        """What the document tells, or a Failure that names the step that could not answer.

        `timings`, where given, gains the seconds of each step.
        """
        step = "parse"
        try:
            began = time.perf_counter()
            page = self.page(document, gated=self.gated)
            if timings is not None:
                timings[step] = timings.get(step, 0.0) + time.perf_counter() - began
            events: tuple[Event, ...] = ()
            for one in self.steps:
                step, began = one.name, time.perf_counter()
                events = _ask(one, page, events)
                if timings is not None:
                    timings[step] = timings.get(step, 0.0) + time.perf_counter() - began
            step = "people"
            return Coding(
                document_id=document.id,
                pipeline_id=self.id,
                sentences=page.sentences,
                events=events,
                # Nobody is masked where nothing is told of anybody, so nobody is looked for.
                people=people.named(page, events) if events else None,
                let_through=len(page.telling),
            )
        except (ConfigError, MemoryError):
            # No document's fault, and the run stops at once; or for the engine, which knows what a document may take.
            raise
        except Exception as error:  # noqa: BLE001 - a bad document becomes a Failure, whatever it broke
            return Failure(
                document_id=document.id,
                pipeline_id=self.id,
                origin=document.origin,
                step=error.step if isinstance(error, DocumentError) else f"code.{step}",
                error=f"{type(error).__name__}: {error}",
            )

    def code_page(self, page: Page) -> tuple[Event, ...]:
        """The events of a page already laid open. Raises what a step raises."""
        events: tuple[Event, ...] = ()
        for step in self.steps:
            events = _ask(step, page, events)
        return events


def _ask(step: Step, page: Page, events: tuple[Event, ...]) -> tuple[Event, ...]:
    match step:
        case Find():
            answer = tuple(replace(event, by=step.name) for event in step.ask(page))
        case Fill():
            answer = tuple(replace(event, mentions=event.mentions + step.ask(page, event)) for event in events)
        case Judge():
            answer = tuple(
                replace(event, status=judged) for event in events if (judged := step.ask(page, event)) is not None
            )
        case Refine():
            answer = step.ask(page, events) if events else events
    stamped = tuple(_stamp(event, step.name) for event in answer)
    for event in stamped:
        _check(page.document, event, step=step.name)
    return stamped


def _stamp(event: Event, name: str) -> Event:
    if all(mention.by for mention in event.mentions):
        return event
    return replace(
        event, mentions=tuple(mention if mention.by else replace(mention, by=name) for mention in event.mentions)
    )


def _check(document: Document, event: Event, *, step: str) -> None:
    """Raise DocumentError for a span that lies outside the part it speaks of, or is empty: no value without its
    words."""
    spans = [event.trigger, event.sentence, *event.told]
    for mention in event.mentions:
        spans += [mention.span, *mention.also, *([mention.antecedent] if mention.antecedent else [])]
    for span in spans:
        if not (0 <= span.start < span.end <= len(_part(document, span))):
            raise DocumentError(
                f"evidence {span.part}[{span.start}:{span.end}] lies outside the text",
                step=f"code.{step}",
                origin=document.origin,
            )


def _part(document: Document, span: Span) -> str:
    return document.part(span.part)


def _pipeline_id(
    config: Config,
    steps: tuple[Step, ...],
    *,
    ontology: Ontology,
    gazetteer: Gazetteer,
    sources: Register,
    gated: bool,
) -> str:
    """Hash of the list of steps: names, versions, data files, settings. Equal ids mean equal output."""
    listed = [
        {
            "kind": type(step).__name__,
            "name": step.name,
            "version": step.version,
            "data": {name: _data_hash(config.language, name) for name in step.data},
        }
        for step in steps
    ]
    made_of = {
        "steps": listed,
        "model": config.model,
        "ontology": ontology.sha256,
        "language": config.language,
        "gazetteer": gazetteer.sha256,
        "sources": sources.sha256,
    }
    if not gated:
        made_of["gate"] = "open"
    if config.calibration:
        made_of["calibration"] = sha256(Path(config.calibration).read_bytes())
    return "p" + sha256(json.dumps(made_of, sort_keys=True))[:16]


@cache
def _data_hash(language: str, name: str) -> str:
    room, _, own = name.rpartition("/")
    folder = resources.files("byline").joinpath(room) if room else resources.files("byline.language").joinpath(language)
    return sha256(folder.joinpath(own if "." in own else f"{own}.toml").read_bytes())
