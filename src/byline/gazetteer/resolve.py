"""Which of the places that bear a name is meant, by levels of evidence that explain themselves.

Every place a name may mean gets levels (its size, the chain it stands in, what else the document speaks of), and each
level a weight from weights.toml. The document is read a few times, so that what one name turns out to mean is evidence
for the others; a name without a good candidate means None.
"""

from __future__ import annotations

from collections import Counter
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
EARTH_DIAMETER_KM = 12742.0
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
    """The place a name means, None without a good candidate; `share` is its probability, `levels` what for.
    `state_share` and `country_share` are the probability that it is that place or another of its state, of its
    country."""

    entry: Entry | None
    share: float
    levels: tuple[tuple[str, float], ...] = ()
    state_share: float = 1.0
    country_share: float = 1.0


@dataclass(slots=True, kw_only=True)
class Group:
    """All the names of one form: what they may mean, as columns of the gazetteer."""

    members: list[int]
    places: npt.NDArray[np.uint32]
    fixed: Levels
    countries: npt.NDArray[np.uint16]
    admin1s: npt.NDArray[np.uint16]
    points: Floats
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
    groups, group_of = grouped(names, gazetteer, home)
    if not groups:
        return []
    scored, shares = rounds(groups, group_of, gazetteer, weights)
    meanings = [
        _meaning(group, levels, share, weights, gazetteer)
        for group, levels, share in zip(groups, scored, shares, strict=True)
    ]
    return [meanings[group_of[number]] for number in range(len(names))]


def rounds(
    groups: Sequence[Group], group_of: Sequence[int], gazetteer: Gazetteer, weights: Mapping[str, float]
) -> tuple[list[Levels], list[Floats]]:
    """The levels of every group's places, and the probability of each place, once the document has been read ROUNDS
    times."""
    shares: list[Floats] = [_softmax(_total(group.fixed, weights)) for group in groups]
    scored: list[Levels] = [group.fixed for group in groups]
    for number_of_round in range(ROUNDS):
        guesses = _guesses(groups, shares, gazetteer)
        last = number_of_round == ROUNDS - 1
        for number, group in enumerate(groups):
            if last or group.places.size > 1:  # a name of one place means it, whatever else is told
                scored[number] = {**group.fixed, **context(number, groups, guesses, group_of, gazetteer)}
                shares[number] = _softmax(_total(scored[number], weights))
    return scored, shares


def grouped(names: Sequence[Name], gazetteer: Gazetteer, home: str | None) -> tuple[list[Group], list[int]]:
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
        admin1s=admin1s, points=_points(places, gazetteer), parents=set(), siblings=set(), children=set(),
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


@dataclass(frozen=True, slots=True)
class Guesses:
    """What the names of a document mean so far, an item a group: the likeliest place of each, as columns."""

    countries: npt.NDArray[np.uint16]
    admin1s: npt.NDArray[np.uint16]
    weights: Floats
    points: Floats
    towns: npt.NDArray[np.bool_]
    named_countries: Counter[int]
    named_admin1s: Counter[tuple[int, int]]
    own_country: list[int | None]
    own_admin1: list[tuple[int, int] | None]


def _guesses(groups: Sequence[Group], shares: Sequence[Floats], gazetteer: Gazetteer) -> Guesses:
    best = [int(share.argmax()) for share in shares]
    kinds = [gazetteer.kind(int(group.places[one])) for group, one in zip(groups, best, strict=True)]
    pairs = [(int(g.countries[one]), int(g.admin1s[one])) for g, one in zip(groups, best, strict=True)]
    return Guesses(
        countries=np.array([country for country, _ in pairs], dtype=np.uint16),
        admin1s=np.array([admin1 for _, admin1 in pairs], dtype=np.uint16),
        weights=np.array([float(share[one]) for share, one in zip(shares, best, strict=True)]),
        points=np.array([group.points[one] for group, one in zip(groups, best, strict=True)]),
        towns=np.array([kind in ("city", "district") for kind in kinds]),
        named_countries=Counter(c for (c, _), kind in zip(pairs, kinds, strict=True) if kind == "country"),
        named_admin1s=Counter(pair for pair, kind in zip(pairs, kinds, strict=True) if kind == "admin1"),
        own_country=[c if kind == "country" else None for (c, _), kind in zip(pairs, kinds, strict=True)],
        own_admin1=[pair if kind == "admin1" else None for pair, kind in zip(pairs, kinds, strict=True)],
    )


def context(
    number: int, groups: Sequence[Group], guesses: Guesses, group_of: Sequence[int], gazetteer: Gazetteer
) -> Levels:
    """The levels a place has by what the other names of the document mean so far."""
    group = groups[number]
    levels: Levels = {}
    levels.update(_chain(group, groups, group_of, gazetteer))
    levels.update(_holding(group, groups, gazetteer))
    others = guesses.weights.copy()
    others[number] = 0.0
    total = max(len(groups) - 1.0, 1.0)
    same_country = (group.countries[:, None] == guesses.countries) & (guesses.countries != 0)
    same_admin1 = same_country & (group.admin1s[:, None] == guesses.admin1s) & (guesses.admin1s != 0)
    pairs = list(zip(group.countries.tolist(), group.admin1s.tolist(), strict=True))
    levels["share of the document in its country"] = same_country @ others / total
    levels["share of the document in its state"] = same_admin1 @ others / total
    levels["its country is named"] = np.array(
        [float(guesses.named_countries[c] > (c == guesses.own_country[number])) for c, _ in pairs]
    )
    levels["its state is named"] = np.array(
        [float(guesses.named_admin1s[pair] > (pair == guesses.own_admin1[number])) for pair in pairs]
    )
    levels["near another place named"] = _nearness(group.points, guesses, others)
    siblings = {group_of[sibling] for sibling in group.siblings} - {number}
    if siblings:
        listed = np.zeros(len(groups))
        listed[list(siblings)] = guesses.weights[list(siblings)]
        levels["share of its list in its country"] = same_country @ listed / len(siblings)
    return levels


def _nearness(points: Floats, guesses: Guesses, weights: Floats) -> Floats:
    """From 0 to 1, how near each of some points lies to the nearest town the document is likely to mean."""
    towns = guesses.towns & (weights > 0.0)
    if not towns.any():
        return np.zeros(len(points))
    cosines = np.clip(points @ guesses.points[towns].T, -1.0, 1.0)
    distances = EARTH_DIAMETER_KM * np.arcsin(np.sqrt((1.0 - cosines) / 2.0))
    nearness: Floats = (weights[towns] * np.exp(-distances / NEAR_KM)).max(axis=1)
    return nearness


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


def _points(places: npt.NDArray[np.uint32], gazetteer: Gazetteer) -> Floats:
    """Places as points of the unit sphere, a row each: their products are the cosines of the angles between them."""
    latitudes = np.radians(gazetteer.latitude[places].astype(np.float64))
    longitudes = np.radians(gazetteer.longitude[places].astype(np.float64))
    points: Floats = np.column_stack(
        (np.cos(latitudes) * np.cos(longitudes), np.cos(latitudes) * np.sin(longitudes), np.sin(latitudes))
    )
    return points


def _total(levels: Levels, weights: Mapping[str, float]) -> Floats:
    total: Floats = np.zeros_like(next(iter(levels.values())))
    for level, values in levels.items():
        weight = weights.get(level, 0.0)
        if weight:
            total += weight * values
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
    country = group.countries == group.countries[best]
    state = country & (group.admin1s == group.admin1s[best])
    return Meaning(
        entry=gazetteer.entry(int(group.places[best])),
        share=float(share[best]),
        levels=told,
        state_share=float(share[state].sum()),
        country_share=float(share[country].sum()),
    )


def lenient(name: str, country: str, gazetteer: Gazetteer) -> Hits | None:
    """What a name may mean in one country if its spelling is only a transliteration of the gazetteer's."""
    entries = gazetteer.find_lenient(fold(name), country)
    if not entries:
        return None
    return Hits(
        places=np.array([entry.index for entry in entries], np.uint32),
        flags=np.full(len(entries), ALTERNATE, np.uint8),
    )
