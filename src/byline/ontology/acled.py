"""The crosswalk to ACLED: an ordered list of readable rules over type, mode, who acts on whom or what, and what goes on
beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

# How a rule names a mode, or a side, of which nothing is told.
NO_MODE = "none"
UNKNOWN = "unknown"
# How a rule says that ACLED has no row for such an event.
NO_ROW = "no row"
# PLOVER's code for a side that is told of and not identified: no more is known of it than of one left out.
UNIDENTIFIED_SECTOR = "UNK"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcledType:
    """One of ACLED's sub-event types, with the event type and the disorder type it belongs to."""

    disorder_type: str
    event_type: str
    sub_event_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """What the crosswalk looks at in an event. Sectors are PLOVER's codes; an empty set is a side not told.

    `recipient_things`: what it is done to is a building, a vehicle or another thing. `fatalities`, `injuries`: deaths
    or wounds are told. `contexts`: PLOVER's codes for what it is about. `signs`: what else is told of the happening:
    signs that its words give (a weapon, a protest) and deeds told beside it, by their names in the data.
    """

    type: str | None
    mode: str | None
    actor_sectors: frozenset[str]
    recipient_sectors: frozenset[str]
    recipient_things: bool = False
    fatalities: bool = False
    injuries: bool = False
    contexts: frozenset[str] = frozenset()
    signs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Conditions on an event. One that is empty or None always holds.

    `actor` and `recipient` name groups of sectors: each group must be met by one of the sectors told ("unknown": none
    is told). Of `contexts` one must be told, of `signs` all, of `without` none. `harm`: deaths or wounds are told.
    """

    type: str | None = None
    modes: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    things: bool | None = None
    fatalities: bool | None = None
    harm: bool | None = None
    contexts: tuple[str, ...] = ()
    signs: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    def fits(self, event: Circumstances, *, groups: Mapping[str, frozenset[str]]) -> bool:
        """True when all conditions hold of an event."""
        return (
            self.type in (None, event.type)
            and (not self.modes or (event.mode or NO_MODE) in self.modes)
            and _meets(event.actor_sectors, self.actor, groups=groups)
            and _meets(event.recipient_sectors, self.recipient, groups=groups)
            and self.things in (None, event.recipient_things)
            and self.fatalities in (None, event.fatalities)
            and self.harm in (None, event.fatalities or event.injuries)
            and (not self.contexts or bool(event.contexts & set(self.contexts)))
            and event.signs.issuperset(self.signs)
            and event.signs.isdisjoint(self.without)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule(Pattern):
    """One line of the crosswalk: an event that its conditions hold of gets a sub-event type, or "no row".

    `sure` is false for a rule that takes the likeliest answer where the words leave it open: whatever else is known of
    the event may overrule it.
    """

    gives: str
    because: str
    sure: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed(Pattern):
    """A kind of event that tells the type of others of the same happening; its name is a sign of theirs."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosswalk:
    """ACLED's types by sub-event type, the groups of sectors and the signs that rules name, and the rules in order.

    `signs` says of each sign that words give what it means; `deeds` are the signs that other events give.
    `not_reached` says of each sub-event type that no rule gives what would have to be known to tell it.
    """

    types: Mapping[str, AcledType]
    groups: Mapping[str, frozenset[str]]
    signs: Mapping[str, str]
    deeds: tuple[Deed, ...]
    rules: tuple[Rule, ...]
    not_reached: Mapping[str, str]

    def rule(self, event: Circumstances) -> Rule | None:
        """The first rule that fits, None where none does: what it gives, why, and how sure it is."""
        return next((rule for rule in self.rules if rule.fits(event, groups=self.groups)), None)

    def classify(self, event: Circumstances) -> AcledType | None:
        """What the first rule that fits gives, None for no row."""
        rule = self.rule(event)
        return self.types[rule.gives] if rule is not None and rule.gives != NO_ROW else None

    def deeds_of(self, event: Circumstances) -> frozenset[str]:
        """What an event tells of the happening it is part of, as signs for the events beside it."""
        return frozenset(deed.name for deed in self.deeds if deed.fits(event, groups=self.groups))


def _meets(sectors: frozenset[str], wanted: tuple[str, ...], *, groups: Mapping[str, frozenset[str]]) -> bool:
    told = sectors - {UNIDENTIFIED_SECTOR}
    return all(not told if name == UNKNOWN else bool(told & groups[name]) for name in wanted)
