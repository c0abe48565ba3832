"""Which of the places that bear a name is meant, by levels of evidence that explain themselves.

Every place a name may mean gets levels (its size, the chain it stands in, what else the document speaks of), and each
level a weight from weights.toml. The document is read a few times, so that what one name turns out to mean is evidence
for the others; a name without a good candidate means None.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from byline.gazetteer.index import ALIAS, ALTERNATE, PREFERRED, Entry, Gazetteer, Hits
from byline.gazetteer.names import fold

Floats = npt.NDArray[np.float64]
Levels = dict[str, Floats]

# So many times the document is read; further rounds changed nothing on the training half.
ROUNDS = 3
# The most populous places of a name that are weighed; the most borne name has more.
MAX_PLACES = 150
# Two places of one document are neighbours at about this distance.
NEAR_KM = 150.0
# Below this share of the probability no place is good enough to be named.
MIN_SHARE = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name to be resolved: what it may mean, and the numbers of the names it is told to lie in.

    `division` is true when a word like "province" stands by it, `parents` are names that hold it ("Javanrud,
    Kermanshah"), `siblings` names in one list with it. `text` is the folded form: the same form means the same place
    throughout a document.
    """

    text: str
    hits: Hits
    demonym: bool = False
    division: bool = False
    parents: tuple[int, ...] = ()
    siblings: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """The place a name means, None without a good candidate; `share` is its probability, `levels` what for."""

    entry: Entry | None
    share: float
    levels: tuple[tuple[str, float], ...] = ()


@dataclass(slots=True, kw_only=True)
class Group:
    """All the names of one form: what they may mean, as columns of the gazetteer."""

    members: list[int]
    places: npt.NDArray[np.uint32]
    fixed: Levels
    countries: npt.NDArray[np.uint16]
    admin1s: npt.NDArray[np.uint16]
    parents: set[int]
    siblings: set[int]
    children: set[int]


def resolve(
    names: Sequence[Name],
    gazetteer: Gazetteer,
    *,
    weights: Mapping[str, float],
    home: str | None = None,
) -> list[Meaning]:
    """What each name means, in order. `home` is the country (ISO code) of the source or the dateline, if known."""
    groups, group_of = _groups(names, gazetteer, home)
    shares: list[Floats] = [_softmax(_total(group.fixed, weights)) for group in groups]
    scored: list[Levels] = [group.fixed for group in groups]
    for _ in range(ROUNDS):
        scored = [
            {**group.fixed, **context(number, groups, shares, group_of, gazetteer)}
            for number, group in enumerate(groups)
        ]
        shares = [_softmax(_total(levels, weights)) for levels in scored]
    meanings = [
        _meaning(group, levels, share, weights, gazetteer) for group, levels, share in _zip(groups, scored, shares)
    ]
    return [meanings[group_of[number]] for number in range(len(names))]


def _zip(groups: list[Group], scored: list[Levels], shares: list[Floats]) -> list[tuple[Group, Levels, Floats]]:
    return list(zip(groups, scored, shares, strict=True))


def _groups(names: Sequence[Name], gazetteer: Gazetteer, home: str | None) -> tuple[list[Group], list[int]]:
    """Names of one form and one parent together: one sense a document, unless the text says otherwise."""
    parent_of: dict[str, tuple[int, ...]] = {}
    for name in names:
        if name.parents:
            parent_of.setdefault(name.text, name.parents)
    keys: dict[tuple[str, bool, bool, str], int] = {}
    groups: list[Group] = []
    group_of: list[int] = []
    for number, name in enumerate(names):
        parents = name.parents or parent_of.get(name.text, ())
        parent_text = names[parents[0]].text if parents else ""
        key = (name.text, name.demonym, name.division, parent_text)
        if key not in keys:
            keys[key] = len(groups)
            groups.append(_group(name, gazetteer, home))
        group = groups[keys[key]]
        group.members.append(number)
        group.parents.update(parents)
        group.siblings.update(name.siblings)
        group_of.append(keys[key])
    for number, name in enumerate(names):
        for parent in name.parents[:1]:
            groups[group_of[parent]].children.add(group_of[number])
    return groups, group_of


def _group(name: Name, gazetteer: Gazetteer, home: str | None) -> Group:
    places = name.hits.places[:MAX_PLACES]
    flags = name.hits.flags[:MAX_PLACES]
    kept = _meant_at_all(places, flags, gazetteer)
    places, flags = places[kept], flags[kept]
    countries, admin1s = gazetteer.columns(places)
    return Group(
        members=[], places=places, fixed=own(name, places, flags, gazetteer, home), countries=countries,
        admin1s=admin1s, parents=set(), siblings=set(), children=set(),
    )  # fmt: skip


def _meant_at_all(
    places: npt.NDArray[np.uint32], flags: npt.NDArray[np.uint8], gazetteer: Gazetteer
) -> npt.NDArray[np.bool_]:
    """Which places a name may mean: where a country bears it in English, no town that has it only among its other names
    (the town of Arāk is also listed as "Iraq")."""
    exact = flags & (PREFERRED | ALIAS) != 0
    country = np.array([gazetteer.kind(int(place)) == "country" for place in places]) & exact
    return exact if bool(country.any()) else np.ones(places.size, dtype=np.bool_)


def own(
    name: Name,
    places: npt.NDArray[np.uint32],
    flags: npt.NDArray[np.uint8],
    gazetteer: Gazetteer,
    home: str | None,
) -> Levels:
    """The levels a place has by itself: its size, its kind, how it bears the name."""
    people = np.log10(gazetteer.population[places].astype(np.float64) + 1.0)
    levels: Levels = {"people, log10": people}
    levels["people over 100,000, log10"] = np.maximum(people - 5.0, 0.0)
    levels["a capital"] = gazetteer.capital[places].astype(np.float64)
    kinds = [gazetteer.kind(int(place)) for place in places]
    for kind in sorted(set(kinds)):
        levels[f"a {kind}"] = np.array([float(other == kind) for other in kinds])
    levels["largest of the name"] = (people == people.max()).astype(np.float64)
    levels["bears it as an alias"] = ((flags & ALIAS != 0) & (flags & PREFERRED == 0)).astype(np.float64)
    only_alternate = (flags & (PREFERRED | ALIAS) == 0) & (flags & ALTERNATE != 0)
    levels["bears it as an alternate name"] = only_alternate.astype(np.float64)
    levels["alternate, people, log10"] = only_alternate * people
    exact = flags & (PREFERRED | ALIAS) != 0
    towns = {
        gazetteer.state_of(int(place))
        for place, kind, good in zip(places, kinds, exact, strict=True)
        if good and kind == "city"
    }
    divisions = np.array([float(kind in ("admin1", "district")) for kind in kinds])
    if name.division:
        levels["called a province or the like"] = divisions
    elif any(towns):
        levels["a state with a town of its name"] = np.array(
            [
                float(kind == "admin1" and gazetteer.state_of(int(p)) in towns)
                for p, kind in zip(places, kinds, strict=True)
            ]
        )
    if home is not None:
        levels["in the source's country"] = np.array(
            [float(gazetteer.country_of(int(place)) == home) for place in places]
        )
    return levels


def context(
    number: int, groups: Sequence[Group], shares: Sequence[Floats], group_of: Sequence[int], gazetteer: Gazetteer
) -> Levels:
    """The levels a place has by what the other names of the document mean so far."""
    group = groups[number]
    levels: Levels = {}
    levels.update(_chain(group, groups, group_of, gazetteer))
    levels.update(_holding(group, groups, gazetteer))
    in_country: defaultdict[int, float] = defaultdict(float)
    in_admin1: defaultdict[tuple[int, int], float] = defaultdict(float)
    named_country: set[int] = set()
    named_admin1: set[tuple[int, int]] = set()
    total = 0.0
    near = np.zeros(group.places.size)
    latitudes = gazetteer.latitude[group.places].astype(np.float64)
    longitudes = gazetteer.longitude[group.places].astype(np.float64)
    siblings = {group_of[sibling] for sibling in group.siblings} - {number}
    sibling_country: defaultdict[int, float] = defaultdict(float)
    for other, (them, share) in enumerate(zip(groups, shares, strict=True)):
        if other == number:
            continue
        best = int(share.argmax())
        country, admin1, weight = int(them.countries[best]), int(them.admin1s[best]), float(share[best])
        total += 1.0
        if country:
            in_country[country] += weight
            if other in siblings:
                sibling_country[country] += weight
            if admin1:
                in_admin1[country, admin1] += weight
        kind = gazetteer.kind(int(them.places[best]))
        if kind == "country":
            named_country.add(country)
        elif kind == "admin1":
            named_admin1.add((country, admin1))
        if kind in ("city", "district"):
            place = int(them.places[best])
            distance = _distances(
                latitudes, longitudes, float(gazetteer.latitude[place]), float(gazetteer.longitude[place])
            )
            near = np.maximum(near, weight * np.exp(-distance / NEAR_KM))
    pairs = list(zip(group.countries.tolist(), group.admin1s.tolist(), strict=True))
    levels["share of the document in its country"] = np.array([in_country[c] / max(total, 1.0) for c, _ in pairs])
    levels["share of the document in its state"] = np.array([in_admin1[pair] / max(total, 1.0) for pair in pairs])
    levels["its country is named"] = np.array([float(c in named_country) for c, _ in pairs])
    levels["its state is named"] = np.array([float(pair in named_admin1) for pair in pairs])
    levels["near another place named"] = near
    if siblings:
        levels["share of its list in its country"] = np.array([sibling_country[c] / len(siblings) for c, _ in pairs])
    return levels


def _chain(group: Group, groups: Sequence[Group], group_of: Sequence[int], gazetteer: Gazetteer) -> Levels:
    """Does a place lie in the places named after it ("X, Y")?"""
    if not group.parents:
        return {}
    in_state = np.zeros(group.places.size)
    in_country = np.zeros(group.places.size)
    outside = np.zeros(group.places.size)
    for parent in {group_of[parent] for parent in group.parents}:
        them = groups[parent]
        kinds = [gazetteer.kind(int(place)) for place in them.places]
        states = {
            (int(c), int(a)) for c, a, kind in zip(them.countries, them.admin1s, kinds, strict=True) if kind == "admin1"
        }
        countries = {int(c) for c, kind in zip(them.countries, kinds, strict=True) if kind == "country"}
        pairs = list(zip(group.countries.tolist(), group.admin1s.tolist(), strict=True))
        this_state = np.array([float(pair in states) for pair in pairs])
        this_country = np.array([float(pair[0] in countries) for pair in pairs])
        in_state, in_country = np.maximum(in_state, this_state), np.maximum(in_country, this_country)
        if states or countries:
            outside = np.maximum(outside, 1.0 - np.maximum(this_state, this_country))
    return {
        "in the state named after it": in_state,
        "in the country named after it": in_country,
        "outside what is named after it": outside,
    }


def _holding(group: Group, groups: Sequence[Group], gazetteer: Gazetteer) -> Levels:
    """Is a place large enough to hold what is named before it ("Paterson, New Jersey")?"""
    if not group.children:
        return {}
    holds = np.zeros(group.places.size)
    for child in group.children:
        countries = set(groups[child].countries.tolist())
        states = set(zip(groups[child].countries.tolist(), groups[child].admin1s.tolist(), strict=True))
        for position, place in enumerate(group.places):
            kind = gazetteer.kind(int(place))
            pair = (int(group.countries[position]), int(group.admin1s[position]))
            if (kind == "country" and pair[0] in countries) or (kind == "admin1" and pair in states):
                holds[position] = 1.0
    return {"holds what is named before it": holds}


def _distances(latitudes: Floats, longitudes: Floats, latitude: float, longitude: float) -> Floats:
    """Great-circle distances in km from many points to one."""
    r = np.pi / 180
    h = (
        0.5
        - np.cos((latitude - latitudes) * r) / 2
        + np.cos(latitudes * r) * np.cos(latitude * r) * (1 - np.cos((longitude - longitudes) * r)) / 2
    )
    distances: Floats = 12742 * np.arcsin(np.sqrt(np.clip(h, 0.0, 1.0)))
    return distances


def _total(levels: Levels, weights: Mapping[str, float]) -> Floats:
    total: Floats | None = None
    for level, values in levels.items():
        weighed = weights.get(level, 0.0) * values
        total = weighed if total is None else total + weighed
    assert total is not None
    return total


def _softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max())
    shares: Floats = raised / raised.sum()
    return shares


def _meaning(
    group: Group, levels: Levels, share: Floats, weights: Mapping[str, float], gazetteer: Gazetteer
) -> Meaning:
    best = int(share.argmax())
    told = tuple(
        (level, round(weights.get(level, 0.0) * float(values[best]), 3))
        for level, values in levels.items()
        if weights.get(level, 0.0) * float(values[best])
    )
    if share[best] < MIN_SHARE:
        return Meaning(entry=None, share=float(share[best]), levels=told)
    return Meaning(entry=gazetteer.entry(int(group.places[best])), share=float(share[best]), levels=told)


def lenient(name: str, country: str, gazetteer: Gazetteer) -> Hits | None:
    """What a name may mean in one country if its spelling is only a transliteration of the gazetteer's."""
    entries = gazetteer.find_lenient(fold(name), country)
    if not entries:
        return None
    return Hits(
        places=np.array([entry.index for entry in entries], np.uint32),
        flags=np.full(len(entries), ALTERNATE, np.uint8),
    )
