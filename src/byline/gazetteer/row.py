"""A place on its way into the compiled gazetteer, and what every source needs to make one."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from byline.gazetteer.index import DEMONYM, PEOPLE, Kind

# Alternate names of capitals only, up to this length, are airport and vehicle codes.
CODE_LENGTH = 4


@dataclass(slots=True, kw_only=True)
class Row:
    """A place on its way into the file; `names` maps each spelling to its posting bits."""

    name: str
    kind: Kind
    latitude: float
    longitude: float
    radius_km: float
    population: int = 0
    geonameid: int | None = None
    country: str | None = None
    admin1: str | None = None
    names: dict[str, int] = field(default_factory=dict)
    capital: bool = False

    def add(self, names: Iterable[str], flag: int) -> None:
        """Let the place bear further names."""
        for name in names:
            self.names[name] = self.names.get(name, 0) | flag


def distance_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Great-circle distance of two points in degrees."""
    r = math.pi / 180
    h = (
        0.5
        - math.cos((other_latitude - latitude) * r) / 2
        + math.cos(latitude * r) * math.cos(other_latitude * r) * (1 - math.cos((other_longitude - longitude) * r)) / 2
    )
    return 12742 * math.asin(math.sqrt(min(1.0, max(0.0, h))))


def table(name: str) -> dict[str, Any]:
    """One of our own tables, `name`.toml beside this module."""
    return tomllib.loads(resources.files("byline.gazetteer").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


def city_radius_km(population: int) -> float:
    """How far from its point a town of so many people may reach: 2 km for a village, 27 km for eight million."""
    return round(2.0 + math.sqrt(population) / 110, 1)


def is_latin_name(name: str) -> bool:
    """True for a name in Latin letters as a reader would write it: no machine transliteration (all lower case)."""
    letters = [character for character in name if character.isalpha()]
    return bool(letters) and all(c < "ɐ" or "Ḁ" <= c <= "ỿ" for c in letters) and any(c.isupper() for c in letters)


def is_code(name: str) -> bool:
    """True for what looks like an airport or vehicle code rather than a name."""
    return len(name) <= CODE_LENGTH and name.upper() == name


def add_demonyms(row: Row, demonyms: Iterable[str]) -> None:
    """Let a place have demonyms, with their regular plurals as words for people."""
    for demonym in demonyms:
        row.add([demonym], DEMONYM)
        if demonym.endswith("man"):
            row.add([demonym[:-3] + "men"], DEMONYM | PEOPLE)
        elif not demonym.endswith(("ese", "sh", "ch", "ss", "men", "s", "ic")):
            row.add([demonym + "s"], DEMONYM | PEOPLE)
