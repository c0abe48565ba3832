"""The code verb as a run: inputs in shards, shards to an engine, what comes back into the store and out in input order.

Workers read, code and write result files; they never touch the database. We alone load the files, one transaction each,
in input order, and give out what was loaded. Which documents are coded already is known by their ids, and an id is
known only when a document is read: so each worker is told the numbers of all documents coded by this pipeline, and how
they were read (24 bytes each), and codes none of them again but those that were mended where they stand.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

import numpy as np

from byline import __version__
from byline import read as reading
from byline.config import Config
from byline.engine import Cause, Limits, serial
from byline.errors import EngineError, InputError
from byline.model import Coding, Custody, Document, Failure
from byline.read import Input, Read
from byline.read.inputs import files
from byline.read.kinds import known, named
from byline.read.reading import Container, failed
from byline.store import Store, loading, results
from byline.store.results import Outcome, Packed, Receipt
from byline.store.tombstones import Erased

if TYPE_CHECKING:
    from byline.coding.pipeline import Pipeline

SHARD_DOCUMENTS = 64
"""Inputs of a shard, at most; the first ones are smaller, so that a run shows something soon and few inputs still find
work for all workers."""

SHARD_BYTES = 8_000_000
"""Bytes that travel with a shard, at most, but for one input that is larger alone."""

Engine = Literal["serial", "processes", "ray"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How documents are coded: where, by how many workers, and whether those are tried again that were lost to time, to
    memory or with their worker.

    `address` is that of a Ray cluster; None: one of this machine's own, for this run.
    """

    engine: Engine = "serial"
    workers: int = 1
    address: str | None = None
    retry_failures: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A document with what was read out of it. `new` is False where an earlier run had coded it."""

    document: Document
    coding: Coding
    new: bool


Outcomes = Generator[Coded | Failure, None, None]
"""What becomes of the documents, one after the other. Closing it ends the run."""


def code(
    inputs: Sequence[str | Path], run: Run, *, store: Store, config: Config, pipeline: Pipeline, stdin: BinaryIO | None
) -> Outcomes:
    """Every document of `inputs` with its events, in input order, coded now or before; failures in their place."""
    with results.under_way(store.files) as alone:
        if alone:
            _load_left(store)
        task = Task(
            config=config,
            gated=pipeline.gated,
            pipeline_id=pipeline.id,
            run=datetime.now(UTC).isoformat(timespec="microseconds"),
            files=None if run.engine == "ray" else store.files.absolute(),
            coded=Numbers.of(loading.coded(store, pipeline.id)),
            told=Numbers.of(loading.told(store, pipeline.id)),
            met=Numbers.of(loading.met(store)),
            erased=store.erased(),
        )
        lost = {} if run.retry_failures else loading.lost(store, pipeline.id)
        leaves = _leaves(reading.inputs(inputs, config=config, stdin=stdin), lost)
        if run.engine == "ray":
            leaves = (_carried(leaf, limit=config.max_document_bytes) for leaf in leaves)
        for answer in _engine(run, shards(leaves, workers=run.workers), task):
            yield from _delivered(answer, store=store, pipeline_id=pipeline.id)


def _load_left(store: Store) -> None:
    """Loads what a run that was broken off had written and not loaded."""
    for receipt in results.receipts(store.files, but=loading.loaded(store)):
        loading.load(store, receipt, results.read(receipt, store.files))


def _engine(run: Run, parts: Iterator[Sequence[Leaf]], task: Task) -> Iterator[Answer]:
    limits = Limits(item_seconds=task.config.seconds_per_document, memory_mb=task.config.worker_memory_mb)
    if run.engine == "serial":
        yield from serial.run(parts, task, limits=limits)
    elif run.engine == "processes":
        from byline.engine import processes

        with processes.Pool(task, workers=run.workers, limits=limits) as pool:
            yield from pool.run(parts)
    else:
        from byline.engine import cluster

        yield from cluster.run(parts, task, limits=limits, nodes=cluster.Nodes(run.workers, address=run.address))


def _delivered(answer: Answer, *, store: Store, pipeline_id: str) -> Iterator[Coded | Failure]:
    receipt = answer.receipt
    if answer.packed is not None:
        receipt = results.keep(answer.packed, store.files)
    outcomes = results.read(receipt, store.files) if receipt else ()
    new = loading.load(store, receipt, outcomes) if receipt else ()
    kept, again = iter(zip(outcomes, new, strict=True)), iter(answer.again)
    for is_kept in answer.kept:
        outcome, is_new = next(kept) if is_kept else (results.outcome(next(again)), False)
        yield _told(outcome, is_new, store=store, pipeline_id=pipeline_id)


def _told(outcome: Outcome, new: bool, *, store: Store, pipeline_id: str) -> Coded | Failure:
    if outcome.failure is not None:
        return outcome.failure
    document = outcome.document
    assert document is not None  # what has no document is a failure
    if outcome.coding is not None:
        return Coded(document=document, coding=outcome.coding, new=new)
    coding = store.coding(document.id, pipeline_id)
    if coding is None:
        said = "was coded before and is no longer there; it was erased since this run began"
        return Failure(document_id=document.id, pipeline_id=None, origin=document.origin, step="erased", error=said)
    return Coded(document=document, coding=coding, new=False)


# Inputs


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """An input by its number in the run, from 0; or the failure of one. `known`: the failure is kept already."""

    number: int
    source: Input | Failure
    known: bool = False

    @property
    def weight(self) -> int:
        """The bytes that travel with it."""
        return len(self.source.data or b"") if isinstance(self.source, Input) else 0


def _leaves(sources: Iterable[Input | Failure], lost: dict[str, Failure]) -> Iterator[Leaf]:
    """The inputs, numbered; in place of one that was lost before, its failure."""
    for number, source in enumerate(sources):
        # What comes by standard input is another text each time, at the same place.
        before = None if source.origin.partition("!")[0].partition(":")[0] == "-" else lost.get(source.origin)
        yield Leaf(number=number, source=before or source, known=before is not None)


def _carried(leaf: Leaf, *, limit: int) -> Leaf:
    """The input with its bytes, for a machine that does not have its file. One too large is left for the reader, which
    refuses it by its size."""
    source = leaf.source
    if isinstance(source, Failure) or source.path is None or (source.size or 0) > limit:
        return leaf
    try:
        return replace(leaf, source=replace(source, data=source.path.read_bytes(), path=None))
    except OSError as error:
        return replace(leaf, source=failed(error, origin=source.origin))


def shards(leaves: Iterator[Leaf], *, workers: int) -> Iterator[Sequence[Leaf]]:
    """The inputs in shards: one input each for each worker first, then twice as many each round. A shard that is asked
    for takes no input that is not its own."""
    made = 0
    part: list[Leaf] = []
    for leaf in leaves:
        part.append(leaf)
        most = min(SHARD_DOCUMENTS, 2 ** min(made // workers, SHARD_DOCUMENTS))
        if len(part) >= most or sum(one.weight for one in part) >= SHARD_BYTES:
            yield part
            made += 1
            part = []
    if part:
        yield part


def count(inputs: Sequence[str | Path], *, config: Config) -> int | None:
    """How many inputs there are, where that is known without opening one; else None."""
    number = 0
    for name in inputs:
        if str(name) == reading.STANDARD_INPUT:
            return None
        try:
            for one in files(Path(name), config=config):
                if isinstance(one, Input) and isinstance(known().by_name.get(named(one) or ""), Container):
                    return None
                number += 1
        except (InputError, OSError):
            number += 1
    return number


# What a worker does


@dataclass(frozen=True, slots=True)
class Numbers:
    """A set of 64-bit numbers, at eight bytes each, that travels."""

    sorted: array[int] = field(default_factory=lambda: array("Q"))

    @classmethod
    def of(cls, numbers: array[int]) -> Numbers:
        """The set of these numbers, which are sorted in place."""
        if numbers:
            np.frombuffer(numbers, dtype=np.uint64).sort()
        return cls(numbers)

    def __contains__(self, number: object) -> bool:
        place = bisect_left(self.sorted, number) if isinstance(number, int) else len(self.sorted)
        return place < len(self.sorted) and self.sorted[place] == number


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """An outcome on its way: with the bytes of its document, and whether it goes into a result file (`keep`) or is kept
    already."""

    number: int
    outcome: Outcome
    keep: bool
    raw: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What comes back for a run of documents. `kept` says of each outcome whether it is the next in the result file or
    the next line of `again`. `receipt` where the file is written, `packed` where it is still to be."""

    receipt: Receipt | None
    packed: Packed | None
    kept: tuple[bool, ...]
    again: tuple[bytes, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a worker is told: how to code, what is coded already, and where files go (None: back to us)."""

    config: Config
    gated: bool
    pipeline_id: str
    run: str
    files: Path | None
    coded: Numbers
    told: Numbers
    met: Numbers
    erased: Erased

    def start(self) -> Callable[[Leaf], Sequence[Made]]:
        """Loads the pipeline. Raises EngineError where it is not the one the run is made with."""
        from byline.coding.pipeline import Pipeline

        pipeline = Pipeline.load(self.config, gated=self.gated)
        if pipeline.id != self.pipeline_id:
            raise EngineError(
                f"a worker codes by another pipeline ({pipeline.id}, not {self.pipeline_id}); install the same version "
                "of Byline, with the same plugins and byline.toml, on every machine"
            )
        return lambda leaf: list(self._outcomes(leaf, pipeline))

    def lost(self, item: Leaf, cause: Cause) -> Sequence[Made]:
        """The failure of an input that was lost to time, to memory or with its worker."""
        failure = Failure(
            document_id=None,
            pipeline_id=self.pipeline_id,
            origin=item.source.origin,
            step=cause.step,
            error=cause.error,
        )
        return [self._failed(item, failure)]

    def pack(self, outcomes: Sequence[Made]) -> Answer:
        """Writes the result file of some outcomes, or packs it to be written by another."""
        kept = [made for made in outcomes if made.keep]
        packed = None
        if kept:
            packed = results.pack(
                [made.outcome for made in kept],
                {made.outcome.custody.raw_sha256: made.raw for made in kept if made.raw is not None},
                pipeline_id=self.pipeline_id,
                place=(self.run, kept[0].number),
            )
        receipt = results.keep(packed, self.files) if packed and self.files else None
        return Answer(
            receipt=receipt,
            packed=None if receipt else packed,
            kept=tuple(made.keep for made in outcomes),
            again=tuple(results.line(made.outcome) for made in outcomes if not made.keep),
        )

    def _outcomes(self, leaf: Leaf, pipeline: Pipeline) -> Iterator[Made]:
        if isinstance(leaf.source, Failure):
            yield self._failed(leaf, leaf.source)
            return
        for one in reading.documents(leaf.source, config=self.config):
            yield self._failed(leaf, one) if isinstance(one, Failure) else self._read(leaf, one, pipeline)

    def _read(self, leaf: Leaf, one: Read, pipeline: Pipeline) -> Made:
        document = one.document
        if (failure := self.erased.failure(document)) is not None:
            return self._failed(leaf, failure)
        custody = self._custody(leaf, document.origin, raw=document.raw_sha256)
        if loading.document_number(document.id) in self.coded and not loading.is_mended(document, self.told):
            keep = loading.mark(document.id, custody.origin, custody.raw_sha256) not in self.met
            return Made(number=leaf.number, outcome=Outcome(custody=custody, document=document), keep=keep, raw=one.raw)
        outcome = pipeline.code(document)
        if isinstance(outcome, Failure):
            return self._failed(leaf, outcome, of=one)
        made = Outcome(custody=custody, document=document, coding=outcome)
        return Made(number=leaf.number, outcome=made, keep=True, raw=one.raw)

    def _failed(self, leaf: Leaf, failure: Failure, *, of: Read | None = None) -> Made:
        """A failure, with the document where there is one."""
        keys = (failure.document_id, failure.origin, failure.step, failure.pipeline_id)
        keep = not leaf.known and loading.mark(*keys) not in self.met
        custody = self._custody(leaf, failure.origin, raw=of.document.raw_sha256 if of else "")
        outcome = Outcome(custody=custody, document=of.document if of else None, failure=failure)
        return Made(number=leaf.number, outcome=outcome, keep=keep, raw=of.raw if of else None)

    def _custody(self, leaf: Leaf, origin: str, *, raw: str) -> Custody:
        at = leaf.source.read_at if isinstance(leaf.source, Input) else None
        return Custody(origin=origin, raw_sha256=raw, read_at=results.moment(at), byline=__version__)
