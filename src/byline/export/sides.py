"""Who stands against whom, as ACLED has it: two sides, each with a name, those it is made of, and a kind.

The order tells no direction. Those who took to the street stand first in protests and riots, forces that stepped in
second; elsewhere who did it stands first. ACLED's names for police, armies and groups without a name hold the country;
its years ("2018-") are not told in reports, so they are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from byline.export.countries import Country, acled_data, by_alpha_3

STATE, REBELS, MILITIAS, RIOTERS, PROTESTERS, CIVILIANS, EXTERNAL = 1, 2, 3, 5, 6, 7, 8
"""ACLED's kinds of actor. 4, identity militias, is not told apart from other militias."""

FORCES: Final = frozenset({"MIL", "COP", "SPY"})
ARMED: Final = FORCES | {"REB", "IMG", "PRM", "UAF", "CRM"}
_VIOLENT: Final = ("Battles", "Explosions/Remote violence", "Violence against civilians")

Actor = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side: its name, who it is made of in the reports' words, and ACLED's kind."""

    name: str
    of: tuple[str, ...]
    kind: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Both sides of an event; the second is None where the first is alone."""

    first: Side
    second: Side | None

    @property
    def interaction(self) -> int:
        """ACLED's two digits, the lower first; the kind and 0 where one side is alone."""
        if self.second is None:
            return self.first.kind * 10
        low, high = sorted((self.first.kind, self.second.kind))
        return low * 10 + high


def sides(record: Mapping[str, Any], at: Country) -> Sides:
    """The sides of what a record tells, in a country. The record has a type of ACLED's."""
    people = [one for one in record["actors"] if one["kind"] != "object" and one["role"] != "instrument"]
    doers = [one for one in people if one["role"] == "actor"]
    done_to = [one for one in people if one["role"] == "recipient"]
    event_type, sub_event_type = record["acled"]["event_type"], record["acled"]["sub_event_type"]
    if event_type in ("Protests", "Riots"):
        return _street(people, done_to, at=at, event_type=event_type, sub_event_type=sub_event_type)
    if event_type == "Violence against civilians":
        return Sides(first=_side(doers, at) or _unidentified(at), second=_civilians(done_to, at))
    if event_type in _VIOLENT:
        second = _side(done_to, at)
        if second is None and event_type == "Battles":
            second = _unidentified(at)
        return Sides(first=_side(doers, at) or _unidentified(at), second=second)
    first, second = _side(doers, at), _side(done_to, at)
    if first is None:
        first, second = second or _unidentified(at), None
    return Sides(first=first, second=second)


def targets_civilians(record: Mapping[str, Any], told: Sides) -> bool:
    """Whether ACLED counts the event as one that targets civilians."""
    event_type, sub_event_type = record["acled"]["event_type"], record["acled"]["sub_event_type"]
    if event_type == "Violence against civilians" or sub_event_type == "Excessive force against protesters":
        return True
    return event_type in ("Explosions/Remote violence", "Riots") and (
        told.second is not None and told.second.kind == CIVILIANS
    )


def _street(
    people: Sequence[Actor], done_to: Sequence[Actor], *, at: Country, event_type: str, sub_event_type: str
) -> Sides:
    name, kind = ("Protesters", PROTESTERS) if event_type == "Protests" else ("Rioters", RIOTERS)
    forces = [one for one in people if one["sector"] in ARMED]
    crowd = [one for one in people if one["sector"] not in ARMED]
    if event_type == "Riots":
        crowd = [one for one in crowd if one["role"] == "actor"]
    second = _side(forces, at)
    if second is None and sub_event_type == "Mob violence" and done_to:
        second = _civilians(done_to, at)
    if second is None and sub_event_type in ("Protest with intervention", "Excessive force against protesters"):
        second = Side(name=_generic("COP", at) or "", of=(), kind=STATE)
    return Sides(first=Side(name=f"{name} ({at.name})", of=_names(crowd), kind=kind), second=second)


def _side(people: Sequence[Actor], at: Country) -> Side | None:
    """The side of those told: named after the first that is armed, else the first."""
    if not people:
        return None
    first = next((one for one in people if one["sector"] in ARMED), people[0])
    kind = _kind(first, at)
    return Side(name=_name(first, at, kind=kind), of=_names(people), kind=kind)


def _civilians(people: Sequence[Actor], at: Country) -> Side:
    return Side(name=f"Civilians ({at.name})", of=_names(people), kind=CIVILIANS)


def _unidentified(at: Country) -> Side:
    return Side(name=f"Unidentified Armed Group ({at.name})", of=(), kind=MILITIAS)


def _kind(one: Actor, at: Country) -> int:
    kind = int(acled_data()["inter"].get(one["sector"], CIVILIANS))
    home = by_alpha_3(_country_code(one))
    return EXTERNAL if kind == STATE and home is not None and home.alpha_2 != at.alpha_2 else kind


def _name(one: Actor, at: Country, *, kind: int) -> str:
    home = by_alpha_3(_country_code(one)) or at
    if kind == CIVILIANS:
        return f"Civilians ({home.name})"
    generic = _generic(one["sector"], home)
    named = one["kind"] == "organization" and one["name"]
    if generic is None or (named and one["sector"] not in FORCES):
        return str(one["name"] or one["text"])
    return generic


def _generic(sector: str | None, home: Country) -> str | None:
    """How ACLED calls those of a sector and country of whom no name is told; None where it has no such name."""
    name = acled_data()["names"].get(sector)
    the = "the " if home.alpha_2 in acled_data()["article"]["of_the"].split() else ""
    return None if name is None else str(name).format(home.name, the=f"{the}{home.name}")


def _country_code(one: Actor) -> str | None:
    return one["code"][:3] if one["code"] else None


def _names(people: Iterable[Actor]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join((one["name"] or one["text"]).split()) for one in people))
