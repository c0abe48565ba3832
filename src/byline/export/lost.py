"""What of the record does a format have no place for? Counted dossier by dossier, for OUT.loss.json."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from byline.export.dossier import Dossier, Tally

REASONS: Final = {
    "contexts": "has no column for what it is about",
    "told": "has one sentence a report, not those that tell of it again",
    "quotes": "has no column for what is quoted",
    "demands": "has no column for what is demanded",
    "members": "does not say which events a sum is of",
}
"""Keys of the event record that formats leave out, and why."""


def tell_lost(dossier: Dossier, tally: Tally, keys: Iterable[str]) -> None:
    """Counts those of the keys that a dossier has something at."""
    for key in keys:
        if any(report.record[key] for report in dossier.reports):
            tally.lose(key, REASONS[key])
