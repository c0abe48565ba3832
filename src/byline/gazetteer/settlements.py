"""The second source, countrystatecity-countries: its states, and the towns that tell which GeoNames code each has."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from byline.gazetteer.index import PREFERRED
from byline.gazetteer.names import fold
from byline.gazetteer.row import Row, city_radius_km, distance_km

# Names a second source gives within this distance are the same settlement.
SAME_SETTLEMENT_KM = 25.0


@dataclass(slots=True, kw_only=True)
class Settlement:
    """A city of the second source; `matched` once GeoNames turned out to have it."""

    name: str
    country: str
    state: str
    latitude: float
    longitude: float
    county: int | None
    matched: bool = False
    population: int = 0


@dataclass(slots=True, kw_only=True)
class SecondSource:
    """countrystatecity-countries: states, and the cities that tell which GeoNames code a state has."""

    states: list[dict[str, Any]]
    state_names: dict[tuple[str, str], str]
    settlements: list[Settlement]
    by_name: dict[tuple[str, str], list[Settlement]]

    @classmethod
    def read(cls) -> SecondSource:
        """All states and cities of the installed package."""
        folder = Path(str(resources.files("countrystatecity_countries"))) / "data" / "by-country"
        states = [state for path in sorted(folder.glob("*/states.json")) for state in read_json(path)]
        names = {(state["country_code"], state["state_code"]): state["name"] for state in states}
        settlements, by_name = [], defaultdict(list)
        for path in sorted(folder.glob("*/states/*/cities.json")):
            for city in read_json(path):
                state_name = names.get((city["country_code"], city["state_code"]))
                if state_name is None or not city["latitude"]:
                    continue
                settlement = Settlement(
                    name=city["name"], country=city["country_code"], state=state_name, county=city["county_id"],
                    latitude=float(city["latitude"]), longitude=float(city["longitude"]),
                )  # fmt: skip
                settlements.append(settlement)
                by_name[settlement.country, fold(settlement.name)].append(settlement)
        return cls(states=states, state_names=names, settlements=settlements, by_name=by_name)

    def same(self, country: str, names: Iterable[str], *, at: tuple[float, float]) -> Iterator[Settlement]:
        """The settlements that bear one of `names` at this point."""
        for name in dict.fromkeys(fold(name) for name in names):
            for settlement in self.by_name.get((country, name), ()):
                if distance_km(*at, settlement.latitude, settlement.longitude) <= SAME_SETTLEMENT_KM:
                    yield settlement

    def left_over(self) -> Iterator[Row]:
        """Settlements GeoNames has not, or has under 500 people."""
        for settlement in self.settlements:
            if not settlement.matched and not settlement.name.endswith(("Rayon", "County")):
                row = Row(
                    name=settlement.name, kind="city", country=settlement.country, admin1=settlement.state,
                    latitude=settlement.latitude, longitude=settlement.longitude, radius_km=city_radius_km(0),
                )  # fmt: skip
                row.add([settlement.name], PREFERRED)
                yield row


def read_json(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return found


def middle(towns: list[Settlement]) -> tuple[float, float]:
    """The medians of the towns' latitudes and longitudes, in degrees."""
    latitudes = sorted(town.latitude for town in towns)
    longitudes = sorted(town.longitude for town in towns)
    return round(latitudes[len(towns) // 2], 4), round(longitudes[len(towns) // 2], 4)
