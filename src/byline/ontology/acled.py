"""The crosswalk to ACLED: an ordered list of readable rules over type, mode, and who acts on whom or what."""

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

    `recipient_things`: what it is done to is a building, a vehicle or another thing. `fatalities`: deaths are told.
    `contexts`: PLOVER's codes for what it is about. `weapons`: head nouns of its instruments, singular, lower case.
    """

    type: str | None
    mode: str | None
    actor_sectors: frozenset[str]
    recipient_sectors: frozenset[str]
    recipient_things: bool = False
    fatalities: bool = False
    contexts: frozenset[str] = frozenset()
    weapons: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One line of the crosswalk: when all its conditions hold, it gives a sub-event type, or "no row".

    A condition that is empty or None always holds. `actor` and `recipient` name groups of sectors: each group must be
    met by one of the sectors told ("unknown": none is told). Of `contexts` and `weapons` one must be told.
    """

    type: str
    gives: str
    because: str
    modes: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    recipient: tuple[str, ...] = ()
    things: bool | None = None
    fatalities: bool | None = None
    contexts: tuple[str, ...] = ()
    weapons: tuple[str, ...] = ()

    def fits(self, event: Circumstances, *, groups: Mapping[str, frozenset[str]]) -> bool:
        """True when the rule speaks of such an event."""
        return (
            event.type == self.type
            and (not self.modes or (event.mode or NO_MODE) in self.modes)
            and _meets(event.actor_sectors, self.actor, groups=groups)
            and _meets(event.recipient_sectors, self.recipient, groups=groups)
            and self.things in (None, event.recipient_things)
            and self.fatalities in (None, event.fatalities)
            and (not self.contexts or bool(event.contexts & set(self.contexts)))
            and (not self.weapons or bool(event.weapons & set(self.weapons)))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosswalk:
    """ACLED's types by sub-event type, the groups of sectors that rules name, and the rules in order.

    `not_reached` says of each sub-event type that no rule gives what would have to be known to tell it.
    """

    types: Mapping[str, AcledType]
    groups: Mapping[str, frozenset[str]]
    rules: tuple[Rule, ...]
    not_reached: Mapping[str, str]

    def rule(self, event: Circumstances) -> Rule | None:
        """The first rule that fits, None where none does."""
        return next((rule for rule in self.rules if rule.fits(event, groups=self.groups)), None)

    def classify(self, event: Circumstances) -> AcledType | None:
        """What the first rule that fits gives, None for no row."""
        rule = self.rule(event)
        return self.types[rule.gives] if rule is not None and rule.gives != NO_ROW else None


def _meets(sectors: frozenset[str], wanted: tuple[str, ...], *, groups: Mapping[str, frozenset[str]]) -> bool:
    told = sectors - {UNIDENTIFIED_SECTOR}
    return all(not told if name == UNKNOWN else bool(told & groups[name]) for name in wanted)
