"""What did a new run add, change and withdraw? Two databases, two exports, or two pipelines' codings in one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from byline import __version__
from byline.errors import InputError, NotFoundError
from byline.export import difference, mask
from byline.export.difference import Change, Counts
from byline.export.dossier import About
from byline.export.record import record
from byline.project import Project, exporting
from byline.store import selected

PIPELINE: Final = re.compile(r"p[0-9a-f]{1,16}")
"""How a pipeline is named: by its id or the beginning of it."""

SQLITE: Final = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The database whose pipelines are meant, and the folder of files of a database that is given by URL."""

    database: str = "byline.db"
    files: Path | None = None


def diff(old: str, new: str, *, where: Where, counts: Counts) -> Iterator[Change]:
    """What changed from `old` to `new`: each a database (a path or URL), an export of JSON Lines, or the id of a
    pipeline whose codings a database holds, of the documents that both pipelines coded. `counts` are whole when all was
    gone through.

    Raises InputError for what is none of these.
    """
    sides = _records(old, where, beside=new), _records(new, where, beside=old)
    yield from difference.changes(*sides, counts)


def _records(name: str, where: Where, *, beside: str) -> Iterator[Mapping[str, Any]]:
    path = Path(name)
    if "://" in name or (path.is_file() and _is_database(path)):
        with Project(database=name, files=where.files if "://" in name else None) as project:
            about = About(form="jsonl", unit="event", byline=__version__)
            yield from (one.record for one in exporting.dossiers(project, about))
    elif path.is_file():
        yield from _lines(path)
    elif PIPELINE.fullmatch(name) and ("://" in where.database or Path(where.database).is_file()):
        with Project(database=where.database, files=where.files) as project:
            yield from _coded_by(project, name, beside=beside if PIPELINE.fullmatch(beside) else name)
    else:
        raise InputError(f"{name}: is not there; give a database, an export of JSON Lines, or the id of a pipeline")


def _is_database(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.read(len(SQLITE)) == SQLITE
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error


def _lines(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                told = json.loads(line)
            except ValueError:
                told = None
            if not _is_record(told):
                raise InputError(f"{path}: line {number} is no event record; make the file with byline export jsonl")
            yield told


def _is_record(told: Any) -> bool:
    """Whether a line holds what is looked at of a record."""
    keys = ("id", "document", "trigger", "sentence", "type")
    return (
        isinstance(told, dict)
        and all(key in told for key in keys)
        and isinstance(told["document"], dict)
        and {"id", "origin"} <= told["document"].keys()
        and isinstance(told["trigger"], dict)
        and {"in", "start", "end", "text"} <= told["trigger"].keys()
        and isinstance(told["sentence"], dict)
        and "text" in told["sentence"]
    )


def _coded_by(project: Project, prefix: str, *, beside: str) -> Iterator[Mapping[str, Any]]:
    """The events that a pipeline read, masked, whatever people decided; of documents that another pipeline, which may
    be the same, has coded as well, as what was never read by one is no change."""
    pipeline, other = _pipeline(project, prefix), _pipeline(project, beside)
    for document in project.store.documents():
        coding = project.store.coding(document.id, pipeline)
        if coding is not None and coding.events and project.store.coding(document.id, other) is not None:
            seen, shown = mask.masked(document, coding, language=project.config.language)
            source = project.sources.of(document)
            for event in shown.events:
                yield record(event, seen, ontology=project.ontology, pipeline_id=pipeline, source=source)


def _pipeline(project: Project, prefix: str) -> str:
    found = [one for one in selected.pipelines(project.store) if one.startswith(prefix)]
    if len(found) != 1:
        known = ", ".join(selected.pipelines(project.store)) or "none"
        raise NotFoundError(
            f"{prefix!r} names {'no' if not found else 'more than one'} pipeline here; there are {known}"
        )
    return found[0]
