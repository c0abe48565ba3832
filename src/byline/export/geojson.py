"""GeoJSON (RFC 7946): a feature for each incident, with a point for each place its reports name.

The geometry is a Point, a MultiPoint or null. Each place stands in the property `places` with its radius and precision;
the first of these are the points, in their order; `within` is true of a country or province that another place lies in,
which has no point.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from byline.export import geometry, parts
from byline.export.dossier import Dossier, Dossiers, Format, Losses, Tally
from byline.export.lost import tell_lost
from byline.export.pins import drawn, pins
from byline.export.summary import summary

LOST = ("told", "quotes", "demands")


def write(dossiers: Dossiers, out: Path) -> Losses:
    """Writes a FeatureCollection, a feature a line, so that it is written, read and compared line by line."""
    tally = Tally()
    with out.open("w", encoding="utf-8", errors="replace", newline="\n") as file:
        file.write('{"type": "FeatureCollection", "features": [')
        for dossier in dossiers:
            file.write(",\n" if tally.written else "\n")
            file.write(json.dumps(feature(dossier), ensure_ascii=False, allow_nan=False))
            tell_lost(dossier, tally, LOST)
            tally.write()
        file.write("\n]}\n")
    return tally.losses()


def feature(dossier: Dossier) -> dict[str, Any]:
    """The feature of a dossier: the columns of its row, and lists of its places and reports."""
    places = pins(dossier)
    return {
        "type": "Feature",
        "id": dossier.id,
        "geometry": geometry.geojson([one.point for one in drawn(places)]),
        "properties": {
            **summary(dossier, places),
            "places": list(parts.places(places)),
            "who": list(parts.actors(dossier.record)),
            "how_many": list(parts.quantities(dossier.record)),
            "told_by": [parts.report(one.record) for one in dossier.reports],
        },
    }


FORMAT = Format(
    write=write,
    says="GeoJSON for maps: a feature an incident, each place with its radius and precision",
    unit="incident",
)
