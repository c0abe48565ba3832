"""What a check of a store finds and counts."""

from __future__ import annotations

from dataclasses import dataclass

REREAD = "read and code its input again, or bring the files back from a backup"
REBUILD = "make the database anew with byline rebuild"


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """Something that does not hold: where, what, and what to do."""

    where: str
    what: str
    advice: str


@dataclass(slots=True, kw_only=True)
class Checked:
    """What was gone through so far."""

    documents: int = 0
    events: int = 0
    spans: int = 0
    receipts: int = 0
    raw: int = 0
    decisions: int = 0
    incidents: int = 0
    links: int = 0
    lines: int = 0
