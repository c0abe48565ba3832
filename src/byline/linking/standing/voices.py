"""The voices that tell of a happening: copies counted with their originals, each voice once, and which of them are
independent of each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from byline.linking.standing.apart import largest
from byline.linking.standing.labels import label
from byline.linking.standing.telling import Telling
from byline.sources import CARRIERS, Independence, Register, Voice, independent, names

MOST_NAMED = 6
"""So many names are told in a row; of more, the first and how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A number from `low` to `high`, which are one where enough is known."""

    low: int
    high: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A document with its copies: the telling that counts for all of them, and the ids of the others."""

    telling: Telling
    copy_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A voice with its texts that have it from the same others.

    `outlets` are those of them that the register does not hold. `keys` are all by which it may depend on another: two
    voices that share one are not independent. `known`: the register says who stands behind it.
    """

    voice: Voice
    outlets: tuple[str, ...]
    party: str | None
    keys: frozenset[str]
    known: bool
    document_ids: tuple[str, ...]
    copy_ids: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name, with whom it has it from."""
        return label(self.voice.name) + (f" (from {listed(self.credits)})" if self.credits else "")

    @property
    def credits(self) -> tuple[str, ...]:
        """Whom it has it from."""
        return (*(one.name for one in self.voice.credits), *map(label, self.outlets))


def groups(told: Sequence[Telling]) -> dict[str, Group]:
    """The tellings that count, by original: what is a copy counts with its original. An agency speaks for its group,
    whichever was published first; else the original does, else the one published first."""
    by_original: dict[str, list[Telling]] = {}
    for one in told:
        by_original.setdefault(one.original, []).append(one)
    found = {}
    for original, members in by_original.items():
        first = min(members, key=lambda one: (not _is_agency(one), one.document.id != original))
        credits = dict.fromkeys(source for one in members for source in one.voice.credits)
        voice = replace(first.voice, credits=tuple(one for one in credits if one != first.voice.source))
        others = dict.fromkeys(one.document.id for one in members if one.document.id != first.document.id)
        words = dict.fromkeys(word for one in members if one.document.id == first.document.id for word in one.words)
        telling = replace(first, voice=voice, words=tuple(words))
        found[original] = Group(telling=telling, copy_ids=tuple(others))
    return found


def _is_agency(telling: Telling) -> bool:
    return telling.voice.source is not None and telling.voice.source.kind == "agency"


def voices(groups: Iterable[Group], register: Register) -> tuple[Heard, ...]:
    """The voices of texts that are no copies, each once, in order of publication."""
    found: dict[tuple[object, ...], list[Group]] = {}
    for group in groups:
        one = group.telling
        found.setdefault((identity(one), one.voice.credits, one.outlets, one.party), []).append(group)
    first = [some[0].telling for some in found.values()]
    quoted = {names.key(name) for one in first for name in one.outlets}
    quoted |= {source.id for one in first for source in one.voice.credits}
    return tuple(_heard(some, register, quoted) for some in found.values())


def identity(telling: Telling) -> str:
    """One name for one teller; what only carries others' words is as many tellers as it has texts."""
    source = telling.voice.source
    if source is None:
        return names.key(telling.voice.name)
    return f"{source.id} {telling.document.id}" if source.kind in CARRIERS else source.id


def _heard(some: Sequence[Group], register: Register, quoted: set[str]) -> Heard:
    telling = some[0].telling
    voice = telling.voice
    source = voice.source
    carries = source is not None and source.kind in CARRIERS and not voice.credits
    holders = {names.key(register.holder(one)) for one in voice.party}
    if not carries:
        holders |= {names.key(one) for one in _holders(voice, register)}
    itself = source.id if source is not None else names.key(voice.name)
    keys = {f"held by {one}" for one in holders} | {f"told by {one.id}" for one in voice.credits}
    keys |= {f"told by {names.key(one)}" for one in telling.outlets}
    # Its own name ties it to others only where it is told twice, or where others have it from there.
    if (source is not None and not carries) or itself in quoted:
        keys.add(f"told by {itself}")
    return Heard(
        voice=voice,
        outlets=telling.outlets,
        party=telling.party,
        keys=frozenset(keys),
        known=bool(holders),
        document_ids=tuple(one.telling.document.id for one in some),
        copy_ids=tuple(id for one in some for id in one.copy_ids),
    )


def _holders(voice: Voice, register: Register) -> Iterator[str]:
    for source in (*((voice.source,) if voice.source else ()), *voice.credits):
        yield from (register.holder(bond.to) for bond in register.bonds(source))


def chosen(heard: Sequence[Heard]) -> tuple[Heard, ...]:
    """The largest set of voices of which none is known to depend on another."""
    return tuple(heard[at] for at in _apart([one.keys for one in heard]))


def independent_among(heard: Sequence[Heard]) -> Range:
    """How many of some voices are independent of each other: surely, and at most."""
    high = len(chosen(heard))
    known = [one for one in heard if one.known]
    low = high if len(known) == len(heard) else len(chosen(known))
    return Range(low=max(low, min(high, 1)), high=high)


def _apart(keys: Sequence[frozenset[str]]) -> list[int]:
    """The places of the largest set of which no two share a key. Those alike in all their keys are one for it."""
    first: dict[object, int] = {}
    for at, one in enumerate(keys):
        first.setdefault(one or at, at)
    places = list(first.values())
    holding: dict[str, set[int]] = {}
    for number, at in enumerate(places):
        for key in keys[at]:
            holding.setdefault(key, set()).add(number)
    joined = [set().union(*(holding[key] for key in keys[at])) - {number} for number, at in enumerate(places)]
    return [places[number] for number in largest(joined)]


def compare(left: Heard, right: Heard, *, register: Register) -> Independence:
    """Whether two voices are independent of each other, and why: `sources.independent`, with outlets they have it from
    that the register does not hold."""
    for one, other in ((left, right), (right, left)):
        if names.key(other.voice.name) in {names.key(name) for name in one.outlets}:
            because = f"{label(one.voice.name)} has it from {label(other.voice.name)}"
            return Independence(independent=False, ground="agency copy", because=because)
    theirs = {names.key(one) for one in right.outlets}
    shared = next((name for name in left.outlets if names.key(name) in theirs), None)
    if shared is not None:
        return Independence(independent=False, ground="agency copy", because=f"both have it from {label(shared)}")
    return independent(left.voice, right.voice, register=register)


def listed(some: Iterable[str]) -> str:
    """Names in a row: "A, B and C"; of many the first, and how many more."""
    told = list(some)
    if len(told) > MOST_NAMED:
        told = [*told[: MOST_NAMED - 1], f"{len(told) - MOST_NAMED + 1:,} more"]
    return " and ".join([", ".join(told[:-1]), told[-1]]) if len(told) > 1 else "".join(told)
