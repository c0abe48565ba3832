"""Which types, modes, sectors and statuses there are, as data, with a crosswalk to ACLED.

PLOVER (Open Event Data Alliance) is the ontology that ships. Its data are `plover.toml`; `acled.toml` holds ACLED's
types and the rules that lead to them; `reading.toml` says in what status a thing is told and what is no event.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

from byline.ontology.acled import AcledType, Circumstances, Crosswalk, Deed, Pattern, Rule
from byline.ontology.definitions import EventType, Mode, NoEvent, Ontology, Quad, Sector, StatusRule
from byline.ontology.loading import load

__all__ = [
    "AcledType",
    "Circumstances",
    "Crosswalk",
    "Deed",
    "EventType",
    "Mode",
    "NoEvent",
    "Ontology",
    "Pattern",
    "Quad",
    "Rule",
    "Sector",
    "StatusRule",
    "load",
    "plover",
]


@cache
def plover() -> Ontology:
    """PLOVER. The same object on every call."""
    return load(resources.files("byline.ontology"), name="plover")
