"""What an exporter is given and what it answers: dossiers in, a file and a report of what the format could not hold."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from byline.errors import ExportError
from byline.model import Document, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report of a happening: the event, the document that tells it and the event record, masked as asked."""

    document: Document
    event: Event
    record: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """What is exported as one thing, with all that stands behind it: an event with the one report that tells it."""

    id: str
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Something of the record that a format has no place for: the key, how many dossiers had it, and why it is lost."""

    key: str
    dossiers: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """What an exporter did: dossiers written, and what was lost."""

    written: int
    lost: tuple[Loss, ...] = ()


Exporter = Callable[[Iterable[Dossier], Path], Losses]
"""Writes dossiers to a path that is not there yet, and says what was lost. Entry points: "byline.exporters"."""


@dataclass(slots=True, kw_only=True)
class Masking:
    """Whose names were hidden, counted while documents are masked: names of persons, document by document."""

    private_shown: bool
    protected_shown: bool
    documents: int = 0
    names_masked: int = 0
    pipelines: set[str] = field(default_factory=set)


def losses_path(out: Path) -> Path:
    """Where the report of an export stands: OUT.loss.json."""
    return out.with_name(f"{out.name}.loss.json")


def write(
    exporter: Exporter, dossiers: Iterable[Dossier], out: Path, *, form: str, masking: Masking, overwrite: bool
) -> Losses:
    """Writes an export and, beside it, its report; both aside and then renamed, so that each is whole or not there.

    Raises ExportError where there is a file of either name and it is not to be overwritten, or none can be written.
    """
    report = losses_path(out)
    for path in (out, report):
        if path.exists() and not overwrite:
            raise ExportError(f"{path} is there already; name another file, or give --overwrite")
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".byline-") as folder:
            aside = Path(folder) / out.name
            losses = exporter(dossiers, aside)
            told = Path(folder) / report.name
            told.write_text(_report(losses, form=form, masking=masking), encoding="utf-8")
            told.replace(report)
            aside.replace(out)
    except OSError as error:
        raise ExportError(
            f"{out}: cannot be written ({error.strerror}); check that its folder is there and may be written to"
        ) from error
    return losses


def _report(losses: Losses, *, form: str, masking: Masking) -> str:
    told = {
        "format": form,
        "unit": "event",
        "written": losses.written,
        "lost": [asdict(one) for one in losses.lost],
        "documents": masking.documents,
        "pipelines": sorted(masking.pipelines),
        "names": {
            "masked": masking.names_masked,
            "private": "shown" if masking.private_shown else "masked",
            "protected": "shown" if masking.protected_shown else "masked",
        },
    }
    return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
