"""The register: who stands behind a name, a url or a document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from byline.model import Document, Source, Tie
from byline.sources import loading, names
from byline.sources.loading import Holder, Rows, node

OUTLETS = frozenset({"agency", "newspaper", "broadcaster", "website", "magazine"})
"""Kinds that report news; the others of the register are makers of it, or carry what others wrote."""

CARRIERS = frozenset({"aggregator", "social media"})
"""Kinds that carry what others wrote: whose word it is, they do not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bond:
    """That one belongs to another, and how: "Press TV" "owned by" "Islamic Republic of Iran Broadcasting"."""

    name: str
    tie: Tie
    to: str
    citation: str | None


@dataclass(frozen=True, kw_only=True)
class Register:
    """Sources by id and holders by name; `sha256` is the hash of the files they were read from."""

    sources: dict[str, Source]
    holders: dict[str, Holder]
    sha256: str

    @classmethod
    def open(cls, *, extra: Path | None = None) -> Register:
        """The register that ships with Byline, with a project's own file put over it.

        Raises DataError where that file cannot be read, or is not of the form docs/sources.md states.
        """
        return _built_in() if extra is None else _register(loading.extended(extra))

    @cached_property
    def _by_name(self) -> dict[str, tuple[Source, ...]]:
        found: dict[str, list[Source]] = defaultdict(list)
        for source in self.sources.values():
            for name in dict.fromkeys(names.key(one) for one in (source.name, *source.names)):
                found[name].append(source)
        return {name: tuple(sources) for name, sources in found.items()}

    @cached_property
    def _by_domain(self) -> dict[str, Source]:
        return {domain: source for source in self.sources.values() for domain in source.domains}

    @cached_property
    def _holder_names(self) -> dict[str, str]:
        return {
            names.key(name): holder.name for holder in self.holders.values() for name in (holder.name, *holder.names)
        }

    def resolve(self, given: str, *, country: str | None = None) -> Source | None:
        """The source of an id, a url, a domain, or a name in any spelling; None where none is known, or where sources
        of several countries share the name and `country` (ISO 3166 alpha-2) does not tell which is meant."""
        if given in self.sources:
            return self.sources[given]
        if names.is_address(given):
            for place in names.places(given):
                if place in self._by_domain:
                    return self._by_domain[place]
        found = self.named(given)
        if len(found) > 1:
            found = tuple(one for one in found if one.country is not None and one.country == country)
        return found[0] if len(found) == 1 else None

    def named(self, name: str) -> tuple[Source, ...]:
        """All sources that go by a name, in any spelling."""
        return next((self._by_name[one] for one in names.keys(name) if one in self._by_name), ())

    def is_outlet(self, name: str) -> bool:
        """True where a name is that of an agency, newspaper, broadcaster, magazine or news site, whichever of several
        it may be."""
        return any(source.kind in OUTLETS for source in self.named(name))

    def of(self, document: Document) -> Source | None:
        """The source of a document: by the source it names, or by its url where it names none."""
        given = document.source_id or document.url
        return self.resolve(given) if given else None

    def credits(self, byline: str) -> tuple[Source, ...]:
        """The agencies that a byline credits, in its order: a report under them is their report, whoever prints it."""
        found = (self.resolve(name) for name in names.credited(byline))
        return tuple(dict.fromkeys(one for one in found if one is not None and one.kind == "agency"))

    def holder(self, name: str) -> str:
        """The one name of a holder that goes by several; a name the register does not know, as it is."""
        return self._holder_names.get(names.key(node(name)), node(name))

    def bonds(self, source: Source) -> tuple[Bond, ...]:
        """To whom a source belongs, and to whom these belong in turn, nearest first."""
        return tuple(self._bonds(source))

    def _bonds(self, source: Source) -> Iterator[Bond]:
        waiting: list[Bond] = []
        if source.owner:
            waiting.append(Bond(name=source.name, tie="owned by", to=source.owner, citation=source.citation))
        if source.interest and source.tie:
            waiting.append(Bond(name=source.name, tie=source.tie, to=source.interest, citation=source.citation))
        seen: set[str] = set()
        while waiting:
            bond = waiting.pop(0)
            yield bond
            name = self.holder(bond.to)
            holder = self.holders.get(name)
            if name not in seen and holder is not None and holder.tie:
                waiting += [Bond(name=name, tie=holder.tie, to=to, citation=holder.citation) for to in holder.of]
            seen.add(name)

    def interests(self, source: Source) -> tuple[str, ...]:
        """In whose name a source may speak: every holder that it belongs to and that belongs to no other."""
        bonds = self.bonds(source)
        inner = {bond.name for bond in bonds}
        found = (bond.to for bond in bonds if self.holder(bond.to) not in inner and bond.to != source.owner)
        state = (source.owner,) if source.owner and source.owner.startswith(loading.STATE) else ()
        return tuple(dict.fromkeys([*state, *found]))


def _register(rows: Rows) -> Register:
    return Register(sources=rows.sources, holders=rows.holders, sha256=rows.sha256)


@cache
def _built_in() -> Register:
    return _register(loading.built_in())
