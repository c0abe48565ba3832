"""JSON Lines: the record as it is, one object a line. Nothing is lost."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from byline.export.dossier import Dossiers, Format, Losses, Tally

_HALF = re.compile("[\ud800-\udfff]")


def write(dossiers: Dossiers, out: Path) -> Losses:
    """Writes the record of each dossier, in their order."""
    tally = Tally()
    with out.open("w", encoding="utf-8", newline="\n") as file:
        for dossier in dossiers:
            file.write(line(dossier.record))
            tally.write()
    return tally.losses()


def line(value: Any) -> str:
    """A value as a line of JSON: UTF-8, but for one that holds half a surrogate pair, which only JSON's own escapes can
    tell."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return (json.dumps(value) if _HALF.search(text) else text) + "\n"


FORMAT = Format(write=write, says="the event record, one JSON object a line; nothing is lost")
