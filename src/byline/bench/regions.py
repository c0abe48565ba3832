"""Which region of the world a point lies in: that of the country of the nearest town the gazetteer has."""

from __future__ import annotations

from functools import cache

import numpy as np

from byline.gazetteer import Gazetteer

# The United Nations geoscheme (M49), Northern America and the rest of the Americas apart, small islands with their sea.
REGIONS = {
    "Northern America": "US CA BM GL PM",
    "Latin America, Caribbean": "AG AI AR AW BB BL BO BQ BR BS BZ CL CO CR CU CW DM DO EC FK GD GF GP GT GY HN HT JM "
    "KN KY LC MF MQ MS MX NI PA PE PR PY SR SV SX TC TT UY VC VE VG VI",
    "Northern, Western Europe": "AT AX BE CH DE DK EE FI FO FR GB GG IE IM IS JE LI LT LU LV MC NL NO SE SJ",
    "Southern Europe": "AD AL BA ES GI GR HR IT ME MK MT PT RS SI SM VA XK",
    "Eastern Europe": "BG BY CZ HU MD PL RO RU SK UA",
    "Northern Africa": "DZ EG EH LY MA SD TN",
    "Sub-Saharan Africa": "AO BF BI BJ BW CD CF CG CI CM CV DJ ER ET GA GH GM GN GQ GW KE KM LR LS MG ML MR MU MW "
    "MZ NA NE NG RE RW SC SH SL SN SO SS ST SZ TD TG TZ UG YT ZA ZM ZW",
    "Western Asia": "AE AM AZ BH CY GE IL IQ JO KW LB OM PS QA SA SY TR YE",
    "Central, Southern Asia": "AF BD BT IN IR KG KZ LK MV NP PK TJ TM UZ",
    "Eastern, South-eastern Asia": "BN CN HK ID JP KH KP KR LA MM MN MO MY PH SG TH TL TW VN",
    "Oceania": "AS AU CC CK CX FJ FM GU KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TO TV VU WF WS",
}
_REGION_OF = {country: region for region, countries in REGIONS.items() for country in countries.split()}

# Towns of fewer people are not asked: a larger one of the same country is close enough.
TOWN_PEOPLE = 15_000


@cache
def _towns() -> tuple[np.ndarray[tuple[int, int], np.dtype[np.float64]], list[str]]:
    """The towns as points of the unit sphere, a row each, with their countries."""
    gazetteer = Gazetteer.open()
    places = [
        int(place)
        for place in np.nonzero(gazetteer.population >= TOWN_PEOPLE)[0]
        if gazetteer.kind(int(place)) == "city" and gazetteer.country_of(int(place)) is not None
    ]
    points = np.array([_point(float(gazetteer.latitude[one]), float(gazetteer.longitude[one])) for one in places])
    return points, [gazetteer.country_of(one) or "" for one in places]


def _point(latitude: float, longitude: float) -> tuple[float, float, float]:
    north, east = np.radians(latitude), np.radians(longitude)
    return float(np.cos(north) * np.cos(east)), float(np.cos(north) * np.sin(east)), float(np.sin(north))


@cache
def region_at(latitude: float, longitude: float) -> str | None:
    """The region of a point in degrees, None where its country is in none."""
    points, countries = _towns()
    return _REGION_OF.get(countries[int((points @ np.array(_point(latitude, longitude))).argmax())])
