"""The verbs a user has, in Python: read, code, show, export. The command line is one call on each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from byline import config as configuration
from byline import plugins
from byline import read as reading
from byline.config import Config
from byline.errors import ConfigError, NotFoundError
from byline.export import mask
from byline.export.dossier import Dossier, Exporter, Losses, Masking, Report, write
from byline.export.record import record
from byline.model import Coding, Copy, Document, Event, Failure
from byline.ontology import Ontology
from byline.project import copies as finding
from byline.project import runs
from byline.project.runs import Coded, Outcomes, Run
from byline.read import Read
from byline.sources import Register
from byline.store import Store
from byline.store import copies as kept_copies

if TYPE_CHECKING:
    from byline.coding.pipeline import Pipeline

__all__ = ["Coded", "Counts", "Exported", "Inputs", "Outcomes", "Project", "Run"]

Inputs = Sequence[str | Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export did: what was written and lost, and whose names were masked."""

    losses: Losses
    masking: Masking


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
        return Store.open(self.database, files=self.files)

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
        """A document with its events, or a document with the one event asked for, as coded last.

        `id` may be the beginning of an id, where only one begins so. Raises NotFoundError.
        """
        whole = self.store.find(id)
        if whole[0] not in "de":
            raise NotFoundError(f"{whole} is an incident or a finding, not an event or a document")
        found = self.store.event(whole)
        if found is not None:
            document, event, coding = found
            return Coded(document=document, coding=coding, new=False), event
        document_found = self.store.document(whole)
        assert document_found is not None  # find() gives ids that are there
        latest = self.store.latest_coding(whole)
        none_yet = Coding(document_id=whole, pipeline_id="", sentences=(), events=())
        return Coded(document=document_found, coding=latest or none_yet, new=False)

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

    def export(self, form: str, out: Path, *, unmask: bool = False, overwrite: bool = False) -> Exported:
        """Writes every event kept, as its document was coded last, to `out` by the exporter `form`, and beside it
        OUT.loss.json, which says what the format could not hold.

        Names of private persons are masked. `unmask` shows them where the configuration allows it; those of minors and
        of victims of sexual violence only where it says so for them too. Raises ConfigError where it does not,
        BylineError for an unknown format, ExportError where `out` is there already or cannot be written.
        """
        if unmask and not self.config.allow_unmask:
            raise ConfigError(
                "names of private persons are shown only where byline.toml allows it: set allow_unmask = true there, "
                "or export without --unmask"
            )
        exporter: Exporter = plugins.load("byline.exporters", form)
        shown = mask.Shown(
            private=unmask,
            protected=unmask and self.config.unmask_protected,
            public=self.config.public_people,
        )
        masking = Masking(private_shown=shown.private, protected_shown=shown.protected)
        dossiers = self._dossiers(shown, masking)
        losses = write(exporter, dossiers, out, form=form, masking=masking, overwrite=overwrite)
        return Exported(losses=losses, masking=masking)

    def _dossiers(self, shown: mask.Shown, masking: Masking) -> Iterator[Dossier]:
        """A dossier for each event kept, masked, document by document; what is masked is counted on the way."""
        language = self.pipeline.language.code
        for document in self.store.documents():
            coding = self.store.latest_coding(document.id)
            if coding is None or not coding.events:
                continue
            hiding = mask.mask_of(document, coding, shown=shown, language=language)
            seen = hiding.document(document)
            masking.documents += 1
            masking.names_masked += len(hiding.hidden)
            masking.pipelines.add(coding.pipeline_id)
            for event in coding.events:
                told = hiding.event(event)
                row = self.record(told, seen, pipeline_id=coding.pipeline_id)
                yield Dossier(id=event.id, reports=(Report(document=seen, event=told, record=row),))

    def failures(self) -> tuple[Failure, ...]:
        """What could not be read or coded, in the order it was met."""
        return self.store.failures()
