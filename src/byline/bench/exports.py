"""Rows a second and peak memory of each export, of made events: `byline bench exports examples/ --sizes 1000`.

Events are those of the texts drawn again, with other ids and days. Each figure is that of a process of its own;
memory that stays the same from size to size is the program's.

- *format*: dossiers made on the way are written by the exporter alone.
- *whole*: a store is filled with made documents, and the project exports it, as `byline export` does.
"""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from byline.bench.harness import Job
from byline.errors import EngineError
from byline.export.dossier import About, Dossier, Dossiers, Report, Unit
from byline.model import Coding, Custody, Document, document_id, sha256
from byline.project import Project, exporting, reporting
from byline.store import Store, loading, results
from byline.store.results import Outcome

REPORT: Final = "report"
WHOLE: Final = ("jsonl", "geojson", REPORT)
"""Formats of one unit each, and the report, that are measured with the store they come from."""

MOST_WHOLE: Final = 100_000
"""Events of the largest store: filling a larger one takes longer than all else."""

AT_A_TIME: Final = 500
"""Documents of a made result file."""

HEAD: Final = "        format    unit          given      rows  given/s  ms each       MB  MB peak"
DAYS: Final = 3_650
PIPELINE: Final = "made"
AT: Final = "2026-01-01T00:00:00Z"

Base = dict[Unit, tuple[Dossier, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What one export took: dossiers given, rows written, seconds by the clock and of the processor, bytes
    written, and the most memory held, in MB."""

    what: str
    form: str
    given: int
    rows: int
    seconds: float
    processor: float
    size: int
    peak: float


def bench(job: Job) -> None:
    """Prints the figures, size by size: milliseconds of the processor for each event or incident given, megabytes
    written, and the most memory held. Raises EngineError where a process that measures fails."""
    job.write(HEAD)
    with tempfile.TemporaryDirectory(prefix="byline-bench-") as name:
        folder = Path(name)
        base = folder / "base.pickle"
        base.write_bytes(pickle.dumps(drawn_from(job, folder)))
        for size in job.draw.sizes:
            for form in job.draw.forms or sorted(exporting.formats()):
                job.write(_line(_measured("format", form, size, base)))
        for size in (one for one in job.draw.sizes if one <= MOST_WHOLE):
            store = folder / f"{size}.db"
            filled(store, base_of=folder / "base.db", size=size)
            for form in (one for one in WHOLE if one in (job.draw.forms or WHOLE)):
                job.write(_line(_measured("whole", form, size, store)))


def drawn_from(job: Job, folder: Path) -> Base:
    """The dossiers of the texts, of each unit, as the project gives them out."""
    with Project(database=folder / "base.db", config=job.config) as project:
        for _ in project.code([job.gold]):
            pass
        units: tuple[Unit, ...] = ("event", "incident")
        return {unit: tuple(exporting.dossiers(project, About(form="bench", unit=unit))) for unit in units}


def made(base: Sequence[Dossier], size: int) -> Iterator[Dossier]:
    """So many dossiers drawn from a base: each with ids, days and a document of its own."""
    for number in range(size):
        one = base[number % len(base)]
        day = (date(2016, 1, 1) + timedelta(days=number * 7919 % DAYS)).isoformat()
        reports = tuple(_report(report, number, day) for report in one.reports)
        record = {**one.record, "id": _id(one.id, number), "when": _on(one.record["when"], day)}
        record["document"] = reports[0].record["document"]
        yield Dossier(
            id=_id(one.id, number),
            unit=one.unit,
            incident=_id(one.incident, number),
            record=record,
            reports=reports,
            standing=one.standing,
        )


def _report(report: Report, number: int, day: str) -> Report:
    document = replace(report.document, id=_id(report.document.id, number))
    event = replace(report.event, id=_id(report.event.id, number), document_id=document.id)
    told = {**report.record, "id": event.id, "when": _on(report.record["when"], day)}
    told["document"] = {**report.record["document"], "id": document.id}
    return replace(report, document=document, event=event, record=told, original=document.id)


def _on(when: dict[str, Any], day: str) -> dict[str, Any]:
    return {**when, "start": day, "end": day, "precision": "day"} if when["start"] else when


def _id(id: str, number: int) -> str:
    return f"{id[:9]}{number:08x}"


def filled(path: Path, *, base_of: Path, size: int) -> None:
    """Fills a store with at least so many events: the documents of another again and again, under other names."""
    with Store.open(base_of) as base, Store.open(path) as store:
        coded = ((document, base.latest_coding(document.id)) for document in base.documents())
        kept = [(document, coding) for document, coding in coded if coding is not None and coding.events]
        events = number = 0
        while events < size:
            lot: list[Outcome] = []
            while len(lot) < AT_A_TIME and events < size:
                lot.append(_outcome(*kept[number % len(kept)], number=number))
                events += len(kept[number % len(kept)][1].events)
                number += 1
            raw = {one.document.raw_sha256: one.document.text.encode() for one in lot if one.document}
            packed = results.pack(lot, raw, pipeline_id=PIPELINE, place=(f"{AT}{number}", 0))
            loading.load(store, results.keep(packed, store.files), lot)


def _outcome(document: Document, coding: Coding, *, number: int) -> Outcome:
    """A document with its coding as another one's."""
    origin = f"made/{number}.txt"
    again = replace(
        document,
        id=document_id(source=None, where=origin, text=document.text),
        raw_sha256=sha256(document.text),
        origin=origin,
        url=None,
    )
    ids = {one.id: f"e{sha256(f'{again.id} {one.id}')[:16]}" for one in coding.events}
    events = tuple(
        replace(one, id=ids[one.id], document_id=again.id, members=tuple(ids.get(id, id) for id in one.members))
        for one in coding.events
    )
    return Outcome(
        custody=Custody(origin=origin, raw_sha256=again.raw_sha256, read_at=AT, byline="bench"),
        document=again,
        coding=replace(coding, document_id=again.id, pipeline_id=PIPELINE, events=events),
    )


def measure(what: str, form: str, *, size: int, source: Path) -> Mark:
    """One export, in this process: of made dossiers ("format", `source` holds their base), or of a store ("whole")."""
    with tempfile.TemporaryDirectory(prefix="byline-bench-", dir=source.parent) as folder:
        out = Path(folder) / f"out.{form}"
        if what == "format":
            chosen = exporting.format_of(form)
            base: Base = pickle.loads(source.read_bytes())
            about = About(form=form, unit=chosen.unit)
            since, used = time.perf_counter(), time.process_time()
            losses = chosen.write(Dossiers(about=about, each=made(base[chosen.unit], size)), out)
        else:
            with Project(database=source) as project:
                since, used = time.perf_counter(), time.process_time()
                done = reporting.report(project, out) if form == REPORT else project.export(form, out)
                losses = done.losses
        seconds, processor = time.perf_counter() - since, time.process_time() - used
        files = [out] if out.is_file() else [path for path in out.rglob("*") if path.is_file()]
        return Mark(
            what=what,
            form=form,
            given=size,
            rows=losses.written if losses.rows is None else losses.rows,
            seconds=seconds,
            processor=processor,
            size=sum(path.stat().st_size for path in files),
            peak=_peak(),
        )


def _measured(what: str, form: str, size: int, source: Path) -> Mark:
    """The same in a process of its own."""
    call = (
        "import json, sys; from dataclasses import asdict; from pathlib import Path; from byline.bench import exports; "
        "what, form, size, source = sys.argv[1:]; "
        "print(json.dumps(asdict(exports.measure(what, form, size=int(size), source=Path(source)))))"
    )
    words = [sys.executable, "-c", call, what, form, str(size), str(source)]
    done = subprocess.run(
        words, capture_output=True, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"}, check=False
    )
    if done.returncode:
        told = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise EngineError(f"the export {form} of {size:,} events failed: {told[0]}")
    return Mark(**json.loads(done.stdout))


def _peak() -> float:
    """The most memory this process held, in MB. getrusage would count its parent's, which it was copied from."""
    told = Path("/proc/self/status").read_text(encoding="ascii")
    return int(next(line for line in told.splitlines() if line.startswith("VmHWM")).split()[1]) / 1024


def _line(one: Mark) -> str:
    unit = "incident" if one.form == REPORT else exporting.format_of(one.form).unit
    return (
        f"{one.what:<7} {one.form:<9} {unit:<9} {one.given:>9,} {one.rows:>9,} {one.given / one.seconds:>8,.0f} "
        f"{1000 * one.processor / one.given:>8.2f} {one.size / 1e6:>8.1f} {one.peak:>8.0f}"
    )
