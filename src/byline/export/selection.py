"""Which events are exported? What a person asks for, checked, and as it is told beside the export."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal, get_args

from byline.errors import ExportError
from byline.model import Status

Decidedness = Literal["any", "decided", "accepted", "undecided"]
"""Which events by what people said of them: any; those somebody decided on; those accepted, edited or made by a person;
those nobody decided on. Rejected ones are in none."""

Box = tuple[float, float, float, float]
"""West, south, east, north in degrees (WGS 84). West of more than east: across the antimeridian."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which events are wanted; what is empty or None narrows nothing. All of it holds of one event.

    `where` is an SQL condition on the columns of the view `v_events`. `bbox` holds one of its places. The event may
    have been on a day between `start` and `end`, both included. `sources` are names as inputs give them, or hosts.
    Raises ExportError for what cannot be.
    """

    where: str | None = None
    bbox: Box | None = None
    start: date | None = None
    end: date | None = None
    statuses: tuple[Status, ...] = ()
    types: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    least_confidence: float | None = None
    decided: Decidedness = "any"

    def __post_init__(self) -> None:
        if self.bbox is not None:
            _check_box(self.bbox)
        if self.start is not None and self.end is not None and self.start > self.end:
            raise ExportError(f"the first day {self.start} is after the last, {self.end}; turn them round")
        if self.least_confidence is not None and not 0 <= self.least_confidence <= 1:
            raise ExportError(f"a confidence is between 0 and 1, not {self.least_confidence}")
        for status in self.statuses:
            if status not in get_args(Status):
                raise ExportError(f"{status!r} is no status; choose of {', '.join(get_args(Status))}")

    def told(self) -> dict[str, Any]:
        """What narrows, by name, as JSON holds it; empty where all is wanted."""
        told: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if value != one.default:
                told[one.name] = value.isoformat() if isinstance(value, date) else _listed(value)
        return told


def box(words: str) -> Box:
    """The box of "W,S,E,N". Raises ExportError where it is none."""
    try:
        west, south, east, north = (float(one) for one in words.split(","))
    except ValueError as error:
        raise ExportError(f"{words!r} is no box; give west,south,east,north in degrees, as 28.5,-3,31.2,1.5") from error
    return west, south, east, north


def _check_box(bbox: Box) -> None:
    west, south, east, north = bbox
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= north <= 90):
        raise ExportError(
            f"{','.join(map(str, bbox))} is no box: west and east are from -180 to 180, south and north from -90 to "
            "90, and south is not above north"
        )


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
