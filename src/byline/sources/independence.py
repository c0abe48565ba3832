"""Do two reports rest on two sources, or on one? An answer always says why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Literal

from byline.model import Document, Source
from byline.sources import names
from byline.sources.loading import node
from byline.sources.register import CARRIERS, Bond, Register

Ground = Literal["same source", "agency copy", "same owner", "same interest", "same party", "unknown", "apart"]


_GROUNDS: dict[str, Ground] = {"owner": "same owner", "interest": "same interest", "party": "same party"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Who tells something: the name its report gives, the source of the register behind it (None: not known), and the
    agencies it credits. `party` names actors of the events told that the teller is itself, or speaks for; the program
    finds them in the report, not in the register."""

    name: str
    source: Source | None = None
    credits: tuple[Source, ...] = ()
    party: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Independence:
    """Whether two tell independently of each other, None where it is not known; on what ground, and why in words."""

    independent: bool | None
    ground: Ground
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tied:
    """A holder that somebody belongs to, and the way there in words."""

    holder: str
    how: Literal["owner", "interest", "party"]
    words: str


def voice(document: Document, *, register: Register, party: tuple[str, ...] = ()) -> Voice:
    """Who tells what a document tells: its source, or its byline where it names none, with the agencies the byline
    credits. `party` is what the program found the teller to be in the events."""
    source = register.of(document) or (register.resolve(document.byline) if document.byline else None)
    given = document.source_id or document.byline or document.url or document.origin
    credits = register.credits(document.byline) if document.byline else ()
    return Voice(
        name=source.name if source else given,
        source=source,
        credits=tuple(one for one in credits if one != source),
        party=party,
    )


def independent(a: Voice | Source | str, b: Voice | Source | str, /, *, register: Register) -> Independence:
    """Whether two tell independently of each other.

    Not so where they are one source, where one prints the other's report or both an agency's, where they have one owner
    or one interest in common by any way, or where both are one party to the events. Not known (None) where the register
    does not hold one of them or says nothing of who stands behind it, or where it only carries what others wrote.
    """
    first, second = _voice(a, register), _voice(b, register)
    answers = (_same_source, _agency_copy, _carried, _in_common, _not_held)
    return next((found for ask in answers if (found := ask(first, second, register))), None) or _apart(
        first, second, register
    )


def _voice(given: Voice | Source | str, register: Register) -> Voice:
    if isinstance(given, Voice):
        return given
    source = given if isinstance(given, Source) else register.resolve(given)
    return Voice(name=source.name if source else str(given), source=source)


def _no(ground: Ground, because: str) -> Independence:
    return Independence(independent=False, ground=ground, because=because)


def _unknown(because: str) -> Independence:
    return Independence(independent=None, ground="unknown", because=because)


def _same_source(a: Voice, b: Voice, register: Register) -> Independence | None:
    if a.source is None and b.source is None:
        # A name that several sources of the register share may be two of them.
        same = names.key(a.name) == names.key(b.name) and not register.named(a.name)
    else:
        same = a.source == b.source and a.source is not None and a.source.kind not in CARRIERS
    return _no("same source", f"both are {a.name}") if same else None


def _agency_copy(a: Voice, b: Voice, _: Register) -> Independence | None:
    for one, other in ((a, b), (b, a)):
        if other.source in one.credits:
            return _no("agency copy", f"{one.name} credits {other.name}")
    shared = next((agency for agency in a.credits if agency in b.credits), None)
    return _no("agency copy", f"{a.name} and {b.name} both credit {shared.name}") if shared else None


def _carried(a: Voice, b: Voice, _: Register) -> Independence | None:
    for one in (a, b):
        if one.source is not None and one.source.kind in CARRIERS and not one.credits:
            return _unknown(f"{one.name} carries what others wrote, and does not say whose")
    return None


def _in_common(a: Voice, b: Voice, register: Register) -> Independence | None:
    """The nearest holder that both belong to."""
    for one, other in product(_tied(a, register), _tied(b, register)):
        if names.key(register.holder(one.holder)) == names.key(register.holder(other.holder)):
            ground = _GROUNDS[one.how] if one.how == other.how else "same interest"
            return _no(ground, f"{one.words}; {other.words}")
    return None


def _tied(one: Voice, register: Register) -> Iterator[_Tied]:
    """Whom a teller, or an agency it credits, belongs to: owners first, then what these belong to."""
    for name in one.party:
        itself = names.key(name) == names.key(one.name)
        role = f"{one.name} is" if itself else f"{one.name} speaks for {name},"
        yield _Tied(holder=name, how="party", words=f"{role} a party to the events")
    for source in _sources(one):
        ways: dict[str, str] = {}
        for bond in register.bonds(source):
            ways[register.holder(bond.to)] = _way(bond, before=ways.get(bond.name))
            how: Literal["owner", "interest"] = (
                "owner" if bond.name == source.name and bond.tie == "owned by" else "interest"
            )
            yield _Tied(holder=bond.to, how=how, words=ways[register.holder(bond.to)])


def _sources(one: Voice) -> tuple[Source, ...]:
    return (*((one.source,) if one.source else ()), *one.credits)


def _way(bond: Bond, *, before: str | None) -> str:
    said = f"{_told(bond.tie)} {_article(bond.to)}"
    return f"{before}, which {said}" if before else f"{bond.name} {said}"


def _told(tie: str) -> str:
    return tie if tie == "leads" else f"is {tie}"


def _article(holder: str) -> str:
    return f"the {holder}" if holder.startswith("state of ") else node(holder)


def _not_held(a: Voice, b: Voice, register: Register) -> Independence | None:
    for one in (a, b):
        if next(_tied(one, register), None) is None:
            if one.source is None and register.named(one.name):
                return _unknown(f"several sources are called {one.name}")
            said = "hold" if one.source is None else "say who stands behind"
            return _unknown(f"the register does not {said} {one.name}")
    return None


def _apart(a: Voice, b: Voice, register: Register) -> Independence:
    said = "; ".join(next(_tied(one, register)).words for one in (a, b))
    return Independence(independent=True, ground="apart", because=f"no owner or interest in common is known: {said}")
