"""The compiled gazetteer, mapped into memory: which places bear a name."""

from __future__ import annotations

import json
import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt

from byline.errors import DataError
from byline.gazetteer.names import fold, lenient_hash, name_hash
from byline.model import PlacePrecision, sha256

Kind = Literal["city", "district", "admin1", "country", "region", "continent", "sea"]
KINDS: tuple[Kind, ...] = ("city", "district", "admin1", "country", "region", "continent", "sea")
FORMAT = 3
DEFAULT_PATH = Path(__file__).with_name("places.bin")
WEIGHTS_PATH = Path(__file__).with_name("weights.toml")

# How a place bears a name: bits of a posting, as the build sets them.
PREFERRED, ALIAS, ALTERNATE, SHORT, DEMONYM, PEOPLE = 1, 2, 4, 8, 16, 32

_PRECISION: dict[Kind, PlacePrecision] = {
    "city": "city", "district": "district", "admin1": "admin1", "country": "country", "region": "region",
    "continent": "region", "sea": "region",
}  # fmt: skip

Flags = npt.NDArray[np.uint8]
Indexes = npt.NDArray[np.uint32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A place of the gazetteer.

    `index` is its number in the file (not stable between builds), `geonameid` its GeoNames id where it has one,
    `country` ISO 3166 alpha-2, coordinates degrees (WGS 84), `radius_km` how far from the point it may reach,
    `population` 0 where unknown.
    """

    index: int
    geonameid: int | None
    name: str
    country: str | None
    admin1: str | None
    kind: Kind
    latitude: float
    longitude: float
    radius_km: float
    population: int

    @property
    def precision(self) -> PlacePrecision:
        """How fine a place this is."""
        return _PRECISION[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """The places that bear one name: `places` are indexes, most populous first, `flags` how each bears it."""

    places: Indexes
    flags: Flags


class Gazetteer:
    """Places by name. Open one with `Gazetteer.open()`; it is read-only and shared by the whole process."""

    def __init__(self, path: Path) -> None:
        header, arrays = _load(path)
        self.path = path
        # Names the data, and the weights by which one of several places is chosen: other weights, other output.
        self.sha256 = sha256(header["sha256"] + WEIGHTS_PATH.read_text(encoding="utf-8"))
        self._countries: list[str] = header["countries"]
        self._admin1s: list[str] = header["admin1s"]
        self._geonameid, self._country, self._admin1 = arrays["geonameid"], arrays["country"], arrays["admin1"]
        self._kind, self._radius = arrays["kind"], arrays["radius_km"]
        self._name_start, self._name_bytes = arrays["name_start"], arrays["name_bytes"]
        self._hash, self._place, self._flags = arrays["name_hash"], arrays["name_place"], arrays["name_flags"]
        self._lenient_hash, self._lenient_place = arrays["lenient_hash"], arrays["lenient_place"]
        self.latitude, self.longitude, self.population = arrays["latitude"], arrays["longitude"], arrays["population"]
        self.capital = arrays["capital"]
        self._entries: dict[int, Entry] = {}
        (codes,) = np.nonzero(self._kind == KINDS.index("country"))
        self._country_places = {self._countries[self._country[index] - 1]: int(index) for index in codes}

    @classmethod
    def open(cls, path: Path | None = None) -> Gazetteer:
        """The gazetteer at `path` (the compiled one by default), opened once a process.

        Raises DataError when the file is absent or of another format.
        """
        return _open(path or DEFAULT_PATH)

    def __len__(self) -> int:
        return int(self._kind.size)

    def kind(self, index: int) -> Kind:
        """The kind of the place with this number, without reading the rest of it."""
        return KINDS[int(self._kind[index])]

    def country_of(self, index: int) -> str | None:
        """The country of the place with this number."""
        country = int(self._country[index])
        return self._countries[country - 1] if country else None

    def state_of(self, index: int) -> tuple[str, str] | None:
        """The country and the state of the place with this number, None where it has no state."""
        country, admin1 = int(self._country[index]), int(self._admin1[index])
        return (self._countries[country - 1], self._admin1s[admin1 - 1]) if country and admin1 else None

    def columns(self, places: Indexes) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.uint16]]:
        """Numbers that stand for the country and the state of each place, 0 where it has none."""
        return self._country[places], self._admin1[places]

    def entry(self, index: int) -> Entry:
        """The place with this number in the file."""
        found = self._entries.get(index)
        if found is None:
            found = self._entries[index] = self._read(index)
        return found

    def _read(self, index: int) -> Entry:
        name = bytes(self._name_bytes[self._name_start[index] : self._name_start[index + 1]]).decode()
        country, admin1 = int(self._country[index]), int(self._admin1[index])
        return Entry(
            index=index,
            geonameid=int(self._geonameid[index]) or None,
            name=name,
            country=self._countries[country - 1] if country else None,
            admin1=self._admin1s[admin1 - 1] if admin1 else None,
            kind=KINDS[self._kind[index]],
            latitude=round(float(self.latitude[index]), 5),
            longitude=round(float(self.longitude[index]), 5),
            radius_km=round(float(self._radius[index]), 1),
            population=int(self.population[index]),
        )

    def find(self, name: str) -> tuple[Entry, ...]:
        """All places that bear the name, most populous first; demonyms are not names."""
        hits = self.lookup([fold(name)])[0]
        if hits is None:
            return ()
        return tuple(
            self.entry(int(place)) for place, flags in zip(hits.places, hits.flags, strict=True) if not flags & DEMONYM
        )

    def find_lenient(self, name: str, country: str) -> tuple[Entry, ...]:
        """Places of one country (ISO code) whose name is a transliteration of this one, most populous first."""
        key = np.uint64(lenient_hash(fold(name), country))
        start = int(np.searchsorted(self._lenient_hash, key))
        stop = int(np.searchsorted(self._lenient_hash, key, side="right"))
        return tuple(self.entry(int(place)) for place in self._lenient_place[start:stop])

    def lookup(self, folded: Sequence[str]) -> list[Hits | None]:
        """For each folded name the places that bear it, demonyms included, or None; one search for all of them."""
        if not folded:
            return []
        keys = np.fromiter((name_hash(name) for name in folded), np.uint64, len(folded))
        starts = np.searchsorted(self._hash, keys)
        present = self._hash[np.minimum(starts, self._hash.size - 1)] == keys
        hits: list[Hits | None] = [None] * len(folded)
        (positions,) = np.nonzero(present)
        stops = np.searchsorted(self._hash, keys[positions], side="right")
        for position, stop in zip(positions.tolist(), stops.tolist(), strict=True):
            start = int(starts[position])
            hits[position] = Hits(places=self._place[start:stop], flags=self._flags[start:stop])
        return hits

    def country(self, code: str) -> Entry | None:
        """The country with this ISO 3166 alpha-2 code."""
        index = self._country_places.get(code.upper())
        return None if index is None else self.entry(index)

    def with_geonameid(self, geonameid: int) -> Entry | None:
        """The place with this GeoNames id; None where the gazetteer has none."""
        if not 0 < geonameid <= np.iinfo(np.uint32).max:
            return None
        (found,) = np.nonzero(self._geonameid == geonameid)
        return self.entry(int(found[0])) if found.size else None

    def demonym(self, word: str) -> str | None:
        """The code of the country a word says someone or something is of ("Syrian" → "SY"), else None."""
        hits = self.lookup([fold(word)])[0]
        if hits is None:
            return None
        for place, flags in zip(hits.places, hits.flags, strict=True):
            if flags & DEMONYM and self._country[place]:
                return self._countries[int(self._country[place]) - 1]
        return None


@cache
def _open(path: Path) -> Gazetteer:
    return Gazetteer(path)


def _load(path: Path) -> tuple[dict[str, Any], dict[str, npt.NDArray[Any]]]:
    try:
        with path.open("rb") as file:
            head = file.readline()
            mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError as error:
        raise DataError(f"the gazetteer {path} is not there: run `make install` to compile it") from error
    except (OSError, ValueError) as error:
        raise DataError(f"the gazetteer {path} cannot be read ({error}): run `make install` to compile it") from error
    try:
        header = cast("dict[str, Any]", json.loads(head))
        if header["format"] != FORMAT:
            raise DataError(f"the gazetteer {path} is of another format: run `make install` to compile it")
        arrays = {
            name: np.frombuffer(mapped, layout["dtype"], layout["count"], len(head) + layout["offset"])
            for name, layout in header["arrays"].items()
        }
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"the gazetteer {path} is damaged: run `make install` to compile it") from error
    return header, arrays
