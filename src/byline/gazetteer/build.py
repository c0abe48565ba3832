"""Compile the gazetteer into one file: `python -m byline.gazetteer.build [OUT]`.

The file is a line of JSON (what arrays follow, where, and the short tables of names), then raw little-endian arrays, so
that it is mapped into memory and shared between processes. The same packages give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from byline.gazetteer.index import DEFAULT_PATH, DEMONYM, FORMAT, KINDS
from byline.gazetteer.names import fold, lenient_hash, name_hash, skeleton
from byline.gazetteer.row import Row
from byline.gazetteer.sources import rows

# A skeleton shorter than this fits too many places.
MIN_SKELETON = 4
ALIGNMENT = 64


def build(out: Path = DEFAULT_PATH) -> Path:
    """Compile every place of the sources into `out`; returns `out`."""
    places = rows()
    _sum_populations(places)
    return write(places, out)


def write(places: list[Row], out: Path) -> Path:
    """Write places to `out`, aside first and then renamed; returns `out`."""
    header, arrays = _columns(places)
    arrays.update(_postings(places))
    out.parent.mkdir(parents=True, exist_ok=True)
    aside = out.with_name(out.name + ".part")
    with aside.open("wb") as file:
        layout, offset = {}, 0
        for name, array in arrays.items():
            layout[name] = {"dtype": array.dtype.str, "count": int(array.size), "offset": offset}
            offset += -(-array.nbytes // ALIGNMENT) * ALIGNMENT
        digest = hashlib.sha256()
        for array in arrays.values():
            digest.update(array.tobytes())
        head = json.dumps(
            {"format": FORMAT, "sha256": digest.hexdigest(), **header, "arrays": layout},
            ensure_ascii=False,
            sort_keys=True,
        ).encode()
        head += b" " * (-(len(head) + 1) % ALIGNMENT) + b"\n"
        file.write(head)
        for array in arrays.values():
            data = array.tobytes()
            file.write(data + b"\0" * (-len(data) % ALIGNMENT))
    aside.replace(out)
    return out


def _sum_populations(places: list[Row]) -> None:
    """A state counts the people of its towns, so that it can be weighed against a town of its name. Where the towns'
    codes are not known to be the state's, the sum the source gave stands."""
    people: defaultdict[tuple[str | None, str | None], int] = defaultdict(int)
    for place in places:
        if place.kind == "city":
            people[place.country, place.admin1] += place.population
    for place in places:
        if place.kind == "admin1":
            place.population = max(place.population, people[place.country, place.admin1])


def _columns(places: list[Row]) -> tuple[dict[str, Any], dict[str, np.ndarray[Any, Any]]]:
    countries = sorted({place.country for place in places if place.country})
    admin1s = sorted({place.admin1 for place in places if place.admin1})
    country_index = {code: number + 1 for number, code in enumerate(countries)}
    admin1_index = {name: number + 1 for number, name in enumerate(admin1s)}
    blob = [place.name.encode() for place in places]
    arrays: dict[str, np.ndarray[Any, Any]] = {
        "geonameid": np.array([place.geonameid or 0 for place in places], "<u4"),
        "country": np.array([country_index.get(place.country or "", 0) for place in places], "<u2"),
        "admin1": np.array([admin1_index.get(place.admin1 or "", 0) for place in places], "<u2"),
        "kind": np.array([KINDS.index(place.kind) for place in places], "u1"),
        "capital": np.array([place.capital for place in places], "u1"),
        "latitude": np.array([place.latitude for place in places], "<f4"),
        "longitude": np.array([place.longitude for place in places], "<f4"),
        "radius_km": np.array([place.radius_km for place in places], "<f4"),
        "population": np.array([place.population for place in places], "<u4"),
        "name_start": np.cumsum([0, *map(len, blob)], dtype="<u4"),
        "name_bytes": np.frombuffer(b"".join(blob), "u1"),
    }
    return {"countries": countries, "admin1s": admin1s}, arrays


def _postings(places: list[Row]) -> dict[str, np.ndarray[Any, Any]]:
    postings: dict[tuple[int, int], int] = {}
    lenient: set[tuple[int, int]] = set()
    for index, place in enumerate(places):
        for name, flags in place.names.items():
            folded = fold(name)
            if not folded:
                continue
            key = (name_hash(folded), index)
            postings[key] = postings.get(key, 0) | flags
            if place.country and not flags & DEMONYM and len(skeleton(folded)) >= MIN_SKELETON:
                lenient.add((lenient_hash(folded, place.country), index))
    ordered = sorted(postings, key=lambda key: (key[0], -places[key[1]].population, key[1]))
    ordered_lenient = sorted(lenient, key=lambda key: (key[0], -places[key[1]].population, key[1]))
    return {
        "name_hash": np.array([key[0] for key in ordered], "<u8"),
        "name_place": np.array([key[1] for key in ordered], "<u4"),
        "name_flags": np.array([postings[key] for key in ordered], "u1"),
        "lenient_hash": np.array([key[0] for key in ordered_lenient], "<u8"),
        "lenient_place": np.array([key[1] for key in ordered_lenient], "<u4"),
    }


def main() -> None:
    """Build the file named on the command line, else the one the package reads."""
    out = build(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_PATH)
    sys.stderr.write(f"{out}: {out.stat().st_size / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main()
