"""Who takes part in a happening, by the reports of it: their word about it is a party's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from byline.linking.standing.labels import keys, label
from byline.linking.standing.standing_words import wording
from byline.model import Actor, Document, Event, Mention
from byline.sources import Register, Voice, names

# Who of those it was done to is a side of the happening too, where it is no civilian.
_SIDES = frozenset({"COP", "MIL", "SPY", "GOV", "REB", "UAF", "PTY", "OPP"})
# Sources whose own site speaks for a side.
_OF_A_SIDE = frozenset({"government", "party", "group"})
_OF_THE_STATE = frozenset({"COP", "MIL", "SPY", "GOV"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Who takes part: names by each of their words, and the countries whose state does."""

    named: Mapping[str, Sequence[frozenset[str]]]
    states: frozenset[str]
    anybody: frozenset[str]

    def name(self, keys: frozenset[str], body: frozenset[str]) -> bool:
        """True where a speaker's name is a side's, or it speaks for one. "A man" and "officials" may be anybody."""
        if keys <= self.anybody:
            return False
        near = {one for word in keys | body for one in self.named.get(word, ())}
        return any(one <= keys or keys <= one or body <= one for one in near)

    def of(self, voice: Voice, register: Register) -> str | None:
        """Why a teller takes part in what it tells, in words; None where it is not known to."""
        if voice.party:
            role = "is" if names.key(voice.party[0]) == names.key(voice.name) else f"speaks for {voice.party[0]},"
            return f"{label(voice.name)} {role} a party to it"
        if voice.source is None:
            words = frozenset(names.key(voice.name).split())
            same = any(
                words == one or (len(one) > 1 and one < words) for word in words for one in self.named.get(word, ())
            )
            return f"{label(voice.name)} bears the name of a party to it" if same else None
        if voice.source.kind not in _OF_A_SIDE:
            return None
        holders = {register.holder(bond.to) for bond in register.bonds(voice.source)}
        if any(f"state of {one}" in holders for one in self.states):
            return f"{label(voice.name)} speaks for a state whose forces or offices take part"
        for holder in (voice.source.name, *sorted(holders)):
            words = frozenset(names.key(holder).split())
            if any(words in self.named.get(word, ()) for word in words):
                return f"{label(voice.name)} speaks for {label(holder)}, a party to it"
        return None


def sides_of(reports: Iterable[tuple[Event, Document]]) -> Sides:
    """The sides of a happening, by all reports of it."""
    reports = list(reports)
    named: dict[frozenset[str], None] = {}
    states: set[str] = set()
    for event, document in reports:
        lexicon = wording(document.language)
        countries = {getattr(one.value, "country", None) for one in event.role("place")}
        for mention in event.role("actor", "recipient"):
            actor = mention.value
            if isinstance(actor, Actor) and _takes_part(mention, actor):
                found = keys(actor.name, lexicon.vague)
                if found and not found <= lexicon.vague:
                    named[found] = None
                if mention.role == "actor" and actor.sector in _OF_THE_STATE and actor.code is None:
                    states |= {country for country in countries if country}
    by_word: dict[str, list[frozenset[str]]] = {}
    for name in named:
        for word in name:
            by_word.setdefault(word, []).append(name)
    languages = {document.language for _, document in reports}
    anybody = (one.vague | one.speaker_dressing for one in map(wording, languages))
    return Sides(named=by_word, states=frozenset(states), anybody=frozenset().union(*anybody))


def _takes_part(mention: Mention, actor: Actor) -> bool:
    """Who did it; of those it was done to, only bodies and armed or official people: a victim's or witness's word is
    no party's."""
    if mention.role == "actor":
        return True
    return actor.kind != "object" and (actor.kind == "organization" or actor.sector in _SIDES)
