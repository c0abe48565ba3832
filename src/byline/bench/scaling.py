"""How a run grows with its documents, and with its workers: documents a second, processor time, memory, disk.

    python -m byline.bench.scaling --documents 1000 10000 100000 GOLD…               one run, measured at each mark
    python -m byline.bench.scaling --documents 5000 --workers 1 2 --rounds 3 GOLD…   runs in turn, compared

With --again the same run is begun again when it is done, as after a stop, and that is measured too.

Documents are made of the texts of GOLD (`scaling_texts`). Workers are processes beside the one that drives the run, so
that the two are measured apart; events are written out as JSON Lines, to nowhere. It reads /proc, so it needs Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import TextIO

from byline.bench.scaling_texts import made, texts
from byline.bench.speed import ONE_CORE
from byline.errors import BylineError, EngineError
from byline.model import Failure
from byline.project import Project, Run
from byline.project.runs import Engine

MB = 1_000_000
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """What a process has used: seconds of the processor, and bytes of memory, now and at most so far."""

    cpu: float
    resident: int
    peak: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """What files take: how many they are, their bytes, and the bytes of the disk's blocks that they fill."""

    files: int
    size: int
    on_disk: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A run as it passes a number of documents: seconds since it began, its driver and all other processes of it (its
    workers, and Ray) together, and what lies on the disk."""

    documents: int
    failed: int
    events: int
    seconds: float
    driver: Process
    workers: Process
    database: int
    files: Folder


def curve(rows: Path, marks: Sequence[int], *, run: Run, folder: Path) -> Iterator[Mark]:
    """One run over JSON Lines into a store in `folder`, made if need be, as it passes each of `marks`, which rise."""
    database = folder / "scaling.db"
    wanted, begun, measuring = list(marks), time.monotonic(), 0.0
    done = failed = events = 0
    before = processor(os.getpid())
    with Project(database=database) as project, Path(os.devnull).open("w", encoding="utf-8") as out:
        for outcome in project.code([rows], run=run):
            done += 1
            if isinstance(outcome, Failure):
                failed += 1
            else:
                events += len(outcome.coding.events)
                _write(project.records(outcome), out)
            if wanted and done == wanted[0]:
                since = time.monotonic()
                yield Mark(
                    documents=wanted.pop(0),
                    failed=failed,
                    events=events,
                    seconds=since - begun - measuring,
                    driver=_process(os.getpid(), before),
                    workers=_together(one for one in below(os.getpid()) if one != os.getpid()),
                    database=sum(path.stat().st_size for path in folder.glob("scaling.db*")),
                    files=measured(folder / "scaling.files"),
                )
                measuring += time.monotonic() - since
    if wanted:
        raise EngineError(f"the run ended after {done} documents, before {wanted[0]}")


def _write(records: Iterable[object], out: TextIO) -> None:
    for record in records:
        out.write(json.dumps(record, ensure_ascii=False) + "\n")


def processor(pid: int, *, with_children: bool = False) -> float:
    """Seconds of the processor that a process has used, its threads together, and children of it that have ended."""
    return sum(int(one) for one in _stat(pid)[11 : 15 if with_children else 13]) / TICKS


def _stat(pid: int) -> list[str]:
    """What the system says of a process, from its state on: its parent comes second, its ticks from the twelfth on."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()


def resident(pid: int, *, line: str = "VmRSS") -> int:
    """Bytes of memory that a process holds now; with the line VmHWM, at most so far."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8", "replace")
    return int(status.partition(f"{line}:")[2].split()[0]) * 1024


def _process(pid: int, before: float = 0.0) -> Process:
    return Process(cpu=processor(pid) - before, resident=resident(pid), peak=resident(pid, line="VmHWM"))


def _together(pids: Iterable[int]) -> Process:
    each = [_process(pid) for pid in pids]
    return Process(
        cpu=sum(one.cpu for one in each),
        resident=sum(one.resident for one in each),
        peak=sum(one.peak for one in each),
    )


def below(pid: int) -> Iterator[int]:
    """A process, those that it started, those that they started, and so on."""
    started: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended while we looked
            started.setdefault(int(_stat(int(path.name))[1]), []).append(int(path.name))
    found = [pid]
    for one in found:
        found += started.get(one, [])
    yield from found


def measured(folder: Path) -> Folder:
    """What the files below a folder take."""
    files = size = blocks = 0
    for path in folder.rglob("*"):
        with suppress(FileNotFoundError):  # it was renamed or taken away while we looked
            if path.is_file():
                stat = path.stat()
                files, size, blocks = files + 1, size + stat.st_size, blocks + stat.st_blocks
    return Folder(files=files, size=size, on_disk=blocks * 512)  # blocks of 512 bytes, whatever the disk's are


# Telling


def told(marks: Iterable[Mark]) -> Iterator[str]:
    """The curve as a table, mark by mark as they come; then its slopes between the first and the last."""
    yield (
        f"{'documents':>9} {'seconds':>8} {'docs/s':>7} {'driver ms':>9} {'worker ms':>9} {'driver MB':>9} {'peak':>6} "
        f"{'worker MB':>9} {'peak':>6} {'database MB':>11} {'files MB':>9} {'on disk':>8} {'files':>8} {'events':>8} "
        f"{'failed':>6}"
    )
    kept: list[Mark] = []
    for one in marks:
        kept.append(one)
        yield (
            f"{one.documents:>9,} {one.seconds:>8.0f} {one.documents / one.seconds:>7.1f} "
            f"{1000 * one.driver.cpu / one.documents:>9.2f} {1000 * one.workers.cpu / one.documents:>9.2f} "
            f"{one.driver.resident / MB:>9.0f} {one.driver.peak / MB:>6.0f} "
            f"{one.workers.resident / MB:>9.0f} {one.workers.peak / MB:>6.0f} {one.database / MB:>11.1f} "
            f"{one.files.size / MB:>9.1f} {one.files.on_disk / MB:>8.1f} {one.files.files:>8,} {one.events:>8,} "
            f"{one.failed:>6,}"
        )
    for first, last in pairwise(kept):
        yield _slope(first, last)


def _slope(first: Mark, last: Mark) -> str:
    more = last.documents - first.documents

    def each(before: float, after: float) -> float:
        return (after - before) / more

    return (
        f"from {first.documents:,} to {last.documents:,}: {more / (last.seconds - first.seconds):.1f} documents/s; "
        f"{1000 * each(first.driver.cpu, last.driver.cpu):.2f} ms of the driver and "
        f"{1000 * each(first.workers.cpu, last.workers.cpu):.2f} of workers a document; "
        f"{each(first.driver.resident, last.driver.resident):.0f} bytes of the driver's memory and "
        f"{each(first.workers.resident, last.workers.resident):.0f} of workers' a document; "
        f"{each(first.database, last.database):.0f} bytes of database and "
        f"{each(first.files.size, last.files.size):.0f} of files a document "
        f"({each(first.files.on_disk, last.files.on_disk):.0f} on disk, "
        f"{each(first.files.files, last.files.files):.2f} files)"
    )


def compared(rows: Path, count: int, *, workers: Sequence[int], rounds: int, engine: Engine) -> Iterator[str]:
    """Runs with each number of workers in turn, `rounds` times, and what more workers gain."""
    runs: dict[int, list[Mark]] = {number: [] for number in workers}
    for _ in range(rounds):
        for number in workers:
            with tempfile.TemporaryDirectory() as folder:
                (mark,) = curve(rows, [count], run=Run(engine=engine, workers=number), folder=Path(folder))
            runs[number].append(mark)
            yield (
                f"{number} workers: {mark.seconds:.1f} s, {count / mark.seconds:.1f} documents/s; processor: driver "
                f"{mark.driver.cpu:.1f} s, workers {mark.workers.cpu:.1f} s; load {os.getloadavg()[0]:.1f}"
            )
    first, *others = workers
    for number in others:
        pairs = list(zip(runs[first], runs[number], strict=True))
        gains = [one.seconds / other.seconds for one, other in pairs]
        # On cores of their own, workers take the time that each of them computes.
        own = [one.workers.cpu / (other.workers.cpu / number) for one, other in pairs]
        yield (
            f"{number} workers against {first}: {median(gains):.2f} times as fast by the clock "
            f"({', '.join(f'{one:.2f}' for one in gains)}); {median(own):.2f} by the processor time of a worker "
            f"({', '.join(f'{one:.2f}' for one in own)})"
        )


def main(arguments: Sequence[str]) -> int:
    """Print the curve, or with several numbers of workers the comparison; the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m byline.bench.scaling", description=(__doc__ or "").split("\n\n")[0]
    )
    parser.add_argument("gold", nargs="+", type=Path, help="files or folders of public texts")
    parser.add_argument("--documents", nargs="+", type=int, default=[1000], help="where a run is measured")
    parser.add_argument("--words", type=int, default=60, help="words of a document at most; 0: whole texts")
    parser.add_argument("--workers", nargs="+", type=int, default=[1])
    parser.add_argument("--engine", choices=("processes", "ray"), default="processes")
    parser.add_argument("--rounds", type=int, default=1, help="with several numbers of workers: runs of each")
    parser.add_argument("--folder", type=Path, help="where the store of a curve is made and left; default: nowhere")
    parser.add_argument("--again", action="store_true", help="go on over what is coded already, and measure that too")
    asked = parser.parse_args(_parted(arguments))
    marks = sorted(asked.documents)
    try:
        known = texts(asked.gold)
        with tempfile.TemporaryDirectory() as aside:
            rows = Path(aside) / "made.jsonl"
            words = _save(rows, made(known, marks[-1], words=asked.words or None))
            _print(f"{marks[-1]:,} documents of {words / marks[-1]:.0f} words, made of {len(known):,} texts")
            if len(asked.workers) > 1:
                lines = compared(rows, marks[-1], workers=asked.workers, rounds=asked.rounds, engine=asked.engine)
            else:
                lines = _curves(rows, marks, asked)
            for line in lines:
                _print(line)
    except BylineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _curves(rows: Path, marks: Sequence[int], asked: argparse.Namespace) -> Iterator[str]:
    folder, run = asked.folder or rows.parent, Run(engine=asked.engine, workers=asked.workers[0])
    yield from told(curve(rows, marks, run=run, folder=folder))
    if asked.again:
        yield "the same again, all of it coded before"
        yield from told(curve(rows, marks, run=run, folder=folder))


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()  # a run takes long, and its marks are wanted as they come


def _parted(arguments: Sequence[str]) -> list[str]:
    """GOLD after a list of numbers begins where the numbers end; argparse has to be told."""
    last = max((place for place, one in enumerate(arguments) if one.isdigit()), default=-1)
    if last < 0 or any(one.startswith("--") for one in arguments[last:]):
        return list(arguments)
    return [*arguments[: last + 1], "--", *arguments[last + 1 :]]


def _save(path: Path, rows: Iterable[dict[str, str]]) -> int:
    words = 0
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            words += len(row["text"].split())
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    return words


if __name__ == "__main__":
    if any(os.environ.get(name) != value for name, value in ONE_CORE.items()):
        os.execve(
            sys.executable, [sys.executable, "-m", "byline.bench.scaling", *sys.argv[1:]], {**os.environ, **ONE_CORE}
        )
    sys.exit(main(sys.argv[1:]))
