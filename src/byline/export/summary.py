"""What does a dossier say in one row? A few plain columns for maps and tables; the whole of it stays in its reports.

A number goes from the least to the most that any report tells, so that a disagreement shows as a range and nothing is
averaged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from byline.export.dossier import Dossier
from byline.export.pins import Pin, drawn

COUNTED = ("fatalities", "injuries", "arrests", "abductions", "displaced", "participants")
"""The quantities that have columns of their own; others stand in the reports."""

Record = Mapping[str, Any]


def summary(dossier: Dossier, places: Sequence[Pin]) -> dict[str, Any]:
    """The row of a dossier, which has these places: the columns of `summary` in columns.toml, in their order."""
    told, standing = dossier.reports, dossier.standing
    record, lead = dossier.record, dossier.lead.record
    when, acled = record["when"], record["acled"] or {}
    on_map = drawn(places)
    where = on_map[0] if on_map else None
    return {
        "id": dossier.id,
        "type": record["type"],
        "mode": record["mode"],
        "contexts": joined(record["contexts"]),
        "acled_event_type": acled.get("event_type"),
        "acled_sub_event_type": acled.get("sub_event_type"),
        "status": record["status"],
        "start": when["start"],
        "end": when["end"],
        "when_precision": when["precision"],
        "location": joined(one.name or one.text for one in places),
        "country": next((one.country for one in on_map or places if one.country), None),
        "admin1": next((one.admin1 for one in on_map or places if one.admin1), None),
        "latitude": where.latitude if where else None,
        "longitude": where.longitude if where else None,
        "precision": where.precision if where else None,
        "radius_km": where.radius_km if where else None,
        "actors": joined(_called(record, "actor")),
        "recipients": joined(_called(record, "recipient")),
        **_numbers(one.record for one in told),
        "attribution": joined(one.record["attribution"]["source"] for one in told),
        "words": lead["sentence"]["text"],
        "reports": len({one.document.id for one in told}),
        "sources_low": standing.sources[0] if standing else 1,
        "sources_high": standing.sources[1] if standing else 1,
        "differ": joined(name for name, _ in standing.differ) if standing else None,
        "source": joined(one.record["document"]["source"] for one in told),
        "published": told[0].record["document"]["published"],
        "url": lead["document"]["url"],
        "document_id": lead["document"]["id"],
        "trigger_start": lead["trigger"]["start"],
        "trigger_end": lead["trigger"]["end"],
        "confidence": record["confidence"],
        "members": joined(record["members"]),
        "decided": (record.get("decided") or {}).get("state"),
    }


def _numbers(told: Iterable[Record]) -> dict[str, float | None]:
    """The least and the most that anybody tells of each thing counted.

    Of the numbers that one speaker of one report gives the greatest counts: the others are its parts.
    """
    spoken: dict[str, dict[tuple[str, str | None], list[Record]]] = {what: {} for what in COUNTED}
    for record in told:
        for one in record["quantities"]:
            if one["what"] in spoken:
                spoken[one["what"]].setdefault((record["id"], one["attribution"]), []).append(one)
    row: dict[str, float | None] = {}
    for what, each in spoken.items():
        lows = [low for some in each.values() if (low := _greatest(one["low"] for one in some)) is not None]
        row[f"{what}_low"] = min(lows, default=None)
        row[f"{what}_high"] = _greatest((one["high"] for some in each.values() for one in some), open=True)
    return row


def _greatest(numbers: Iterable[float | None], *, open: bool = False) -> float | None:
    """The greatest of those that are known. `open`: None where one is not."""
    every = list(numbers)
    known = [one for one in every if one is not None]
    return None if not known or (open and len(known) < len(every)) else max(known)


def _called(told: Record, role: str) -> Iterator[str]:
    return (one["name"] or one["text"] for one in told["actors"] if one["role"] == role)


def joined(words: Iterable[str | None]) -> str | None:
    """Words each once, in order, with semicolons between; None where there are none."""
    return "; ".join(dict.fromkeys(" ".join(one.split()) for one in words if one)) or None
