"""The JSON Schemas of the records that are exported."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, Final

from byline.export.dossier import Unit

FILES: Final[dict[Unit, str]] = {"event": "event.json", "incident": "incident_record.json"}


def of(unit: Unit) -> dict[str, Any]:
    """The schema of JSON Lines of a unit."""
    text = resources.files("byline").joinpath("schemas", FILES[unit]).read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
