"""How does an export come to stand under its name? Written aside and renamed, so that it is whole or not there; and
beside it, OUT.loss.json says what it is and what it lacks."""

from __future__ import annotations

import glob
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from byline.errors import ExportError
from byline.export.dossier import About, Dossiers, Exporter, Losses

WORDS_LICENCE = "sentences quoted from reports, and their titles, are their publishers' own"
PLACES_LICENCE = "place names, coordinates and radii: GeoNames (CC BY 4.0) and others, see Byline's NOTICE"


def losses_path(out: Path) -> Path:
    """Where the report of an export stands: OUT.loss.json."""
    return out.with_name(f"{out.name}.loss.json")


def check(out: Path, *, overwrite: bool) -> None:
    """Whether an export may stand there, before any work is done. Raises ExportError where there is something already
    that is not to be replaced, or a folder that is no export."""
    for path in (out, losses_path(out)):
        if path.exists() and not overwrite:
            raise ExportError(f"{path} is there already; name another file, or give --overwrite")
    if out.is_dir() and not out.is_symlink() and any(out.iterdir()) and not losses_path(out).is_file():
        raise ExportError(f"{out} is a folder that no export of Byline's stands in (no {losses_path(out).name} beside "
                          "it), so it is not replaced; name another")  # fmt: skip
    if not out.parent.is_dir():
        raise ExportError(
            f"{out}: cannot be written (No such file or directory); check that its folder is there and may be written "
            "to"
        )


def write(exporter: Exporter, dossiers: Dossiers, out: Path, *, overwrite: bool) -> Losses:
    """Writes an export and, beside it, its report; both aside, brought to the disk, and then renamed, so that each is
    whole or not there, whatever interrupts it.

    Raises ExportError where there is something of either name and it is not to be replaced, or none can be written.
    """
    check(out, overwrite=overwrite)
    report = losses_path(out)
    try:
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=".byline-") as folder:
            aside = Path(folder) / out.name
            losses = exporter(dossiers, aside)
            beside = _beside(aside, out, overwrite=overwrite)
            told = Path(folder) / report.name
            told.write_text(_report(losses, dossiers.about), encoding="utf-8")
            _bring_to_disk(Path(folder))
            with _old_aside(out, Path(folder)):
                aside.replace(out)
            for path in beside:
                path.replace(out.with_name(path.name))
            told.replace(report)
    except OSError as error:
        raise ExportError(
            f"{out}: cannot be written ({error.strerror}); check that its folder is there and may be written to"
            + ("" if error.errno != 28 else "; its disk is full, so make room and run this again")
        ) from error
    return losses


def _beside(aside: Path, out: Path, *, overwrite: bool) -> list[Path]:
    """The files that an exporter wrote beside its export, OUT.….json. Raises ExportError where one is in the way."""
    found = sorted(aside.parent.glob(f"{glob.escape(aside.name)}.*"))
    for path in found:
        if out.with_name(path.name).exists() and not overwrite:
            raise ExportError(f"{out.with_name(path.name)} is there already; name another file, or give --overwrite")
    return found


@contextmanager
def _old_aside(out: Path, folder: Path) -> Iterator[None]:
    """Takes a folder out of the way that a new one is to replace, and puts it back where that fails."""
    if not out.is_dir() or out.is_symlink():
        yield
        return
    old = folder / "replaced"
    out.replace(old)
    try:
        yield
    except BaseException:
        if not out.exists():
            old.replace(out)
        raise
    shutil.rmtree(old)


def _bring_to_disk(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _report(losses: Losses, about: About) -> str:
    return json.dumps(report(losses, about), ensure_ascii=False, indent=2) + "\n"


def report(losses: Losses, about: About) -> dict[str, Any]:
    """What is said of an export in OUT.loss.json."""
    left_out = dict(sorted(about.left_out.items()))
    for reason, number in losses.left_out.items():
        left_out[reason] = left_out.get(reason, 0) + number
    return {
        "format": about.form,
        "unit": about.unit,
        "written": losses.written,
        "rows": losses.written if losses.rows is None else losses.rows,
        "left_out": left_out,
        "lost": [asdict(one) for one in losses.lost],
        "selection": about.selection.told(),
        "events": about.events,
        "decisions": dict(sorted(about.decided.items())),
        "documents": about.masking.documents,
        "names": {
            "masked": about.masking.names_masked,
            "private": "shown" if about.masking.private_shown else "masked",
            "protected": "shown" if about.masking.protected_shown else "masked",
        },
        "byline": about.byline,
        "ontology": about.ontology,
        "pipelines": sorted(about.pipelines),
        "fixes": list(about.fixes),
        "licence": {
            "dataset": about.licence,
            "places": PLACES_LICENCE,
            "words": WORDS_LICENCE,
        },
    }
