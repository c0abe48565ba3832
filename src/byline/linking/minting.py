"""Which id each incident bears: an old one where most of an old incident's events are, else one of its own.

An event that was never joined to another is an incident named after itself, which nobody has to write down.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from byline.model import incident_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Minted:
    """What changes: the events that each incident is given, and where incidents lead that were merged into another."""

    given: Mapping[str, tuple[str, ...]]
    merged: Mapping[str, str]


def mint(groups: Sequence[tuple[str, ...]], before: Mapping[str, str], is_minted: Callable[[str], bool]) -> Minted:
    """The ids of incidents, given as the event ids of each; `before` holds the incident of each event that ever had one
    written down, and `is_minted` says whether an id is one of an incident already, merged or not.

    All events of an incident of before are to be given at once. It goes on where most of them are, ties by the smallest
    id; where it does not, it was merged into the one that has most of them.
    """
    groups = sorted(tuple(sorted(group)) for group in groups)
    claims = Counter((before[event], i) for i, group in enumerate(groups) for event in group if event in before)
    ids = _kept(claims)
    for i, group in enumerate(groups):
        if i not in ids and (len(group) > 1 or group[0] in before):
            ids[i] = _new(group, is_minted)
    given = {
        ids[i]: new
        for i, group in enumerate(groups)
        if i in ids and (new := tuple(event for event in group if before.get(event) != ids[i]))
    }
    return Minted(given=given, merged=_merged(claims, ids))


def _kept(claims: Counter[tuple[str, int]]) -> dict[int, str]:
    """The groups that go on as an incident of before: those with most of its events first."""
    ids: dict[int, str] = {}
    taken: set[str] = set()
    for (old, i), _ in sorted(claims.items(), key=lambda claim: (-claim[1], *claim[0])):
        if i not in ids and old not in taken:
            ids[i] = old
            taken.add(old)
    return ids


def _new(group: tuple[str, ...], is_minted: Callable[[str], bool]) -> str:
    """An id that no incident has: the first event's own, where it can be."""
    return next(id for again in count() if not is_minted(id := incident_id(group[0], again=again)))


def _merged(claims: Counter[tuple[str, int]], ids: Mapping[int, str]) -> dict[str, str]:
    """Where the incidents of before lead that no group goes on as."""
    going_on = set(ids.values())
    held: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for (old, i), number in claims.items():
        if old not in going_on:
            held[old][ids[i]] = held[old].get(ids[i], 0) + number
    return {old: min(into, key=lambda id: (-into[id], id)) for old, into in held.items()}
