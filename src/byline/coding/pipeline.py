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

from byline import plugins
from byline.coding import howmany, parse, quotes, same, sayswho, status, what, when, where, who
from byline.coding.page import Page
from byline.config import Config
from byline.errors import ConfigError, DocumentError
from byline.gazetteer import Gazetteer
from byline.language import Language
from byline.model import Coding, Document, Event, Failure, Mention, Span, Status, sha256
from byline.ontology import Ontology


@dataclass(frozen=True, slots=True, kw_only=True)
class Find:
    """A step that finds events. `version` is raised by hand when its output changes; `data` names its data files: those
    of the language, or with "coding/" before it one of this room."""

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

STEPS: tuple[Step, ...] = (
    # What happened?
    Find(name="what", version=1, ask=what.find, data=("triggers", "actors")),
    # When, in its own words, and in what status is it told?
    Fill(name="when", version=1, ask=when.fill, data=("dates", "saying")),
    Judge(name="status", version=1, ask=status.judge, data=("cues",)),
    # Who did it to whom, where, how many, and according to whom? What was demanded?
    Fill(name="who", version=1, ask=who.fill, data=("actors",)),
    Fill(name="where", version=1, ask=where.fill, data=("places", "coding/where_weights")),
    Fill(name="howmany", version=1, ask=howmany.fill, data=("amounts", "numbers")),
    Fill(name="sayswho", version=1, ask=sayswho.fill, data=("saying",)),
    Fill(name="demands", version=1, ask=quotes.fill),
    Refine(name="history", version=1, ask=status.refine),
    Refine(name="disputes", version=1, ask=sayswho.refine_values),
    # What did an attack do? Which list of places belongs to it? Is it one event, or one a place?
    Refine(name="effects", version=1, ask=same.effects),
    Refine(name="lists", version=1, ask=where.refine_lists, data=("places",)),
    Refine(name="distribute", version=1, ask=same.distribute),
    # When and where is what names no day or place of its own?
    Refine(name="dates", version=1, ask=when.refine),
    Refine(name="summaries", version=1, ask=same.summaries),
    Refine(name="same", version=1, ask=same.refine),
    Refine(name="places", version=1, ask=where.refine),
    # Which slogans does it carry, and is its teller a party to it?
    Refine(name="quotes", version=1, ask=quotes.refine, data=("cues",)),
    Refine(name="party", version=1, ask=sayswho.refine),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pipeline:
    """The steps with what they read by: model, language, ontology, gazetteer. Coding is a pure function of it and a
    document."""

    id: str
    model: str
    language: Language
    ontology: Ontology
    gazetteer: Gazetteer
    steps: tuple[Step, ...] = STEPS

    @classmethod
    def load(cls, config: Config) -> Pipeline:
        """The pipeline a Config names; the heavy parts load once a process.

        Raises ConfigError or BylineError where a model, language or ontology is not installed.
        """
        language: Language = plugins.load("byline.languages", config.language)()
        ontology: Ontology = plugins.load("byline.ontologies", config.ontology)()
        gazetteer = Gazetteer.open()
        return cls(
            id=_pipeline_id(config, STEPS, ontology=ontology, gazetteer=gazetteer),
            model=config.model,
            language=language,
            ontology=ontology,
            gazetteer=gazetteer,
        )

    def page(self, document: Document) -> Page:
        """A document laid open: tokenised and parsed."""
        doc = parse.parse(parse.model(self.model, self.language.words["whole_words"]), document)
        return Page(
            document=document, doc=doc, language=self.language, ontology=self.ontology, gazetteer=self.gazetteer
        )

    def code(self, document: Document, *, timings: dict[str, float] | None = None) -> Coding | Failure:
        """What the document tells, or a Failure that names the step that could not answer.

        `timings`, where given, gains the seconds of each step.
        """
        step = "parse"
        try:
            began = time.perf_counter()
            page = self.page(document)
            if timings is not None:
                timings[step] = timings.get(step, 0.0) + time.perf_counter() - began
            events: tuple[Event, ...] = ()
            for one in self.steps:
                step, began = one.name, time.perf_counter()
                events = _ask(one, page, events)
                if timings is not None:
                    timings[step] = timings.get(step, 0.0) + time.perf_counter() - began
            return Coding(document_id=document.id, pipeline_id=self.id, sentences=page.sentences, events=events)
        except ConfigError:
            # No document's fault: the run stops at once.
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
            answer = step.ask(page, events)
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


def _pipeline_id(config: Config, steps: tuple[Step, ...], *, ontology: Ontology, gazetteer: Gazetteer) -> str:
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
    }
    return "p" + sha256(json.dumps(made_of, sort_keys=True))[:16]


@cache
def _data_hash(language: str, name: str) -> str:
    room, _, own = name.rpartition("/")
    folder = resources.files("byline").joinpath(room) if room else resources.files("byline.language").joinpath(language)
    return sha256(folder.joinpath(f"{own}.toml").read_bytes())
