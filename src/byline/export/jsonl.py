"""JSON Lines: the event record as it is, one object a line. Nothing is lost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from byline.export.dossier import Dossier, Losses


def write(dossiers: Iterable[Dossier], out: Path) -> Losses:
    """Writes the record of every report of the dossiers, in their order."""
    written = 0
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for dossier in dossiers:
            for report in dossier.reports:
                file.write(json.dumps(report.record, ensure_ascii=False) + "\n")
            written += 1
    return Losses(written=written)
