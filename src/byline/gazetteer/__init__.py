"""Which places bear a name, and which is meant."""

from __future__ import annotations

from byline.gazetteer.index import Entry, Gazetteer, Hits
from byline.gazetteer.names import fold

__all__ = ["Entry", "Gazetteer", "Hits", "fold"]
