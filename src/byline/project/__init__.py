"""The verbs a user has, in Python: read, code, show, export. The command line is one call on each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from byline import config as configuration
from byline import plugins
from byline import read as reading
from byline.config import Config
from byline.deciding import EVERYTHING
from byline.errors import NotFoundError
from byline.export.record import record
from byline.model import Coding, Copy, Decision, Document, Event, Failure, Verdict
from byline.ontology import Ontology
from byline.project import copies as finding
from byline.project import decided, exporting, runs
from byline.project.exporting import Exported, ExportOptions
from byline.project.runs import Coded, Outcomes, Run
from byline.read import Read
from byline.sources import Register
from byline.store import Store, decisions
from byline.store import copies as kept_copies

if TYPE_CHECKING:
    from byline.coding.pipeline import Pipeline
    from byline.export.explanation import Explanation
    from byline.project.auditing import Judged
    from byline.project.deciding import Word
    from byline.project.frames import Frame
    from byline.project.linking import Linked

__all__ = ["Coded", "Counts", "ExportOptions", "Exported", "Inputs", "Outcomes", "Project", "Run"]

Inputs = Sequence[str | Path]


@dataclass(slots=True, kw_only=True)
class Counts:
    """What a run did: inputs read as documents, those of them without events, of these those in which no sentence could
    tell of one, those coded before, and failures."""

    documents: int = 0
    without_events: int = 0
    gated_out: int = 0
    before: int = 0
    failed: int = 0
    events: int = 0

    def add(self, outcome: Coded | Failure) -> None:
        """Count one outcome."""
        if isinstance(outcome, Failure):
            self.failed += 1
            return
        self.documents += 1
        self.events += len(outcome.coding.events)
        self.without_events += not outcome.coding.events
        self.gated_out += outcome.coding.let_through == 0
        self.before += not outcome.new


@dataclass(kw_only=True)
class Project:
    """A database with its files, and the settings it is worked with. A context manager.

    Not `gated`, events are looked for in every sentence: slower, and a pipeline of its own.
    The database is opened, and the model loaded, when first needed.
    """

    database: str | Path = "byline.db"
    files: Path | None = None
    config: Config = field(default_factory=configuration.load)
    gated: bool = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if "store" in self.__dict__:
            self.store.close()

    @cached_property
    def store(self) -> Store:
        """The open database. Raises StoreError where it cannot be opened."""
        store = Store.open(self.database, files=self.files)
        decisions.catch_up(store)
        return store

    @cached_property
    def pipeline(self) -> Pipeline:
        """The steps documents are coded with. Raises ConfigError where a part of it is not installed."""
        from byline.coding.pipeline import Pipeline

        return Pipeline.load(self.config, gated=self.gated)

    @cached_property
    def ontology(self) -> Ontology:
        """The types, modes and codes of events. Raises BylineError where they are not installed."""
        made: Ontology = plugins.load("byline.ontologies", self.config.ontology)()
        return made

    @cached_property
    def sources(self) -> Register:
        """The register of sources, with the project's own. Raises DataError where the project's file is wrong."""
        return Register.open(extra=Path(self.config.sources) if self.config.sources else None)

    def read(self, inputs: Inputs, *, stdin: BinaryIO | None = None) -> Iterator[Document | Failure]:
        """The documents of `inputs` in order, and a Failure for each that cannot be read. Nothing is stored."""
        for one in reading.read(inputs, config=self.config, stdin=stdin):
            yield one.document if isinstance(one, Read) else one

    def code(self, inputs: Inputs, *, stdin: BinaryIO | None = None, run: Run | None = None) -> Outcomes:
        """Every document of `inputs` with its events, in input order, coded now or before; failures in their place.

        `run` says where it is done (default: here); what comes out is the same. Each outcome is stored before it is
        given out, so a run that is broken off goes on where it stopped. Raises EngineError where workers cannot be kept
        alive.
        """
        yield from runs.code(
            inputs, run or Run(), store=self.store, config=self.config, pipeline=self.pipeline, stdin=stdin
        )

    def count(self, inputs: Inputs) -> int | None:
        """How many inputs there are, where that is known without opening one: files and folders of reports.

        None for standard input, and where one holds further inputs.
        """
        return runs.count(inputs, config=self.config)

    def records(self, coded: Coded) -> list[dict[str, Any]]:
        """The event records of a coded document, in the order of their triggers."""
        return [
            self.record(event, coded.document, pipeline_id=coded.coding.pipeline_id) for event in coded.coding.events
        ]

    def record(self, event: Event, document: Document, *, pipeline_id: str) -> dict[str, Any]:
        """The record of one event."""
        return record(
            event,
            document,
            ontology=self.ontology,
            pipeline_id=pipeline_id,
            source=self.sources.of(document),
        )

    def show(self, id: str) -> Coded | tuple[Coded, Event]:
        """A document with its events, or a document with the one event asked for, as coded last and decided; of a
        document those that people rejected are left out.

        `id` may be the beginning of an id, where only one begins so. Raises NotFoundError.
        """
        whole = self.store.find(id)
        if whole[0] not in "de":
            raise NotFoundError(f"{whole} is an incident, a finding or a decision, not an event or a document")
        of = whole if whole[0] == "d" else decisions.documents_of(self.store, [whole])[whole]
        (found,) = decided.of_documents(self.store, [of], viewer=EVERYTHING)
        document, coding, made = found
        coding = coding or Coding(document_id=of, pipeline_id="", sentences=(), events=())
        if whole[0] == "d":
            standing = tuple(one.event for one in made.events if one.state != "rejected")
            return Coded(document=document, coding=replace(coding, events=standing), new=False)
        event = next((one.event for one in made.events if one.event.id == whole), None)
        if event is not None:
            return Coded(document=document, coding=coding, new=False), event
        gone = self.store.event(whole)
        if gone is None:
            raise NotFoundError(f"{whole} was made by a person who took it back")
        return Coded(document=document, coding=gone[2], new=False), gone[1]

    def find_copies(self) -> int:
        """Looks for copies among the documents that came since copies were last looked for; how many copies there are
        now in the whole store."""
        return finding.find(self.store)

    def copies(self) -> Iterator[Copy]:
        """Each document found to be a copy, by its original."""
        return kept_copies.all_copies(self.store)

    def document(self, id: str) -> Document:
        """The document of an id. Raises NotFoundError."""
        found = self.store.document(id)
        if found is None:
            raise NotFoundError(f"no document has the id {id!r}")
        return found

    def export(self, form: str, out: Path, *, options: ExportOptions | None = None) -> Exported:
        """Writes the events that `options` ask for (default: all) to `out` by the exporter `form`, as people decided
        them, and beside it OUT.loss.json, which says what was left out and what the format cannot hold.

        Names of private persons are masked. `options.unmask` shows them where the configuration allows it; those of
        minors and of victims of sexual violence only where it says so for them too. Raises ConfigError where it does
        not, BylineError for an unknown format, ExportError where `out` is there already or cannot be written.
        """
        return exporting.export(self, form, out, options=options)

    def link(self) -> Linked:
        """Finds which reports tell of one happening, among the events that came since this was last done.

        Raises StoreError where another process links in this store.
        """
        from byline.project import linking

        return linking.link(self.store)

    def audit(self) -> tuple[Judged, ...]:
        """Holds the reports that came since this was last done against their own figures and those of their outlet;
        all findings, the gravest first."""
        from byline.project import auditing

        auditing.audit(self.store, self.sources)
        return tuple(auditing.findings(self.store))

    def decide(self, *ids: str, verdict: Verdict, word: Word) -> Decision:
        """Takes down what a person decides: on an event, an incident, a finding, or on two events ("same", "not the
        same"). `word` says who, and for "set" which field gets which value. Kept for ever.

        The beginning of an id is enough. Raises DecisionError where it cannot be taken so, NotFoundError.
        """
        from byline.project import deciding

        return deciding.decide(self.store, [self.store.find(id) for id in ids], verdict=verdict, word=word)

    def report(self, out: Path, *, options: ExportOptions | None = None, title: str | None = None) -> Exported:
        """Writes the events that `options` ask for (default: all) as one page for people: map, timeline, counts,
        disagreements, findings. Raises ExportError where `out` is there already or cannot be written."""
        from byline.project import reporting

        return reporting.report(self, out, options=options, title=title)

    def explain(self, id: str) -> Explanation:
        """The reading of an event: its values with their words, what read them, how sure and why, what others say.
        Names are masked. Raises NotFoundError."""
        from byline.project import explaining

        return explaining.explain(self, id)

    def query(self, sql: str, *, seconds: float | None = 30.0) -> Frame:
        """The rows of a query over the documented views, read only; ended after so many seconds (None: never).

        Names of private persons are masked. QueryError is raised when the rows are asked for.
        """
        from byline.project.frames import Frame
        from byline.project.querying import Limits

        return Frame(project=self, sql=sql, limits=Limits(seconds=seconds))

    def view(self, name: str, *, where: str | None = None) -> Frame:
        """The rows of a view (`byline query --views` lists them), all or those that an SQL condition on its columns
        holds of. Raises QueryError for no view."""
        from byline.project import frames

        return frames.of_view(self, name, where=where)

    def events(self, *, where: str | None = None) -> Frame:
        """The events, as people decided them, rejected ones left out: the view v_events."""
        return self.view("v_events", where=where)

    def places(self, *, where: str | None = None) -> Frame:
        """The places of events: the view v_places."""
        return self.view("v_places", where=where)

    def actors(self, *, where: str | None = None) -> Frame:
        """Who takes part in events: the view v_actors."""
        return self.view("v_actors", where=where)

    def quantities(self, *, where: str | None = None) -> Frame:
        """The numbers told of events: the view v_quantities."""
        return self.view("v_quantities", where=where)

    def evidence(self, *, where: str | None = None) -> Frame:
        """The words behind every value: the view v_evidence."""
        return self.view("v_evidence", where=where)

    def documents(self, *, where: str | None = None) -> Frame:
        """The reports: the view v_documents."""
        return self.view("v_documents", where=where)

    def incidents(self, *, where: str | None = None) -> Frame:
        """The happenings that reports tell of: the view v_incidents."""
        return self.view("v_incidents", where=where)

    def failures(self) -> tuple[Failure, ...]:
        """What could not be read or coded, in the order it was met."""
        return self.store.failures()
