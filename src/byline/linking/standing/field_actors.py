"""Do reports agree on who did it, and to whom? Names do unless they are of two bodies, or two sorts of people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

from byline.linking.standing.field import AGREE, Field, Told, Verdict, one_text, summary, told
from byline.linking.standing.labels import MASKED, keys, label
from byline.linking.standing.standing_words import wording
from byline.linking.standing.telling import Telling
from byline.model import Actor

MOST_COMPARED = 300
"""So many different answers are held against each other, 45,000 pairs, in less than a second."""

SORTS: Final = {
    "COP": "forces", "MIL": "forces", "SPY": "forces", "GOV": "state", "JUD": "state", "LEG": "state",
    "REB": "armed groups", "CRM": "armed groups", "PRM": "armed groups",
    "CVL": "civilians", "LAB": "civilians", "EDU": "civilians", "AGR": "civilians", "MED": "civilians",
    "JRN": "civilians", "REL": "civilians", "BUS": "civilians", "REF": "civilians", "SOC": "civilians",
}  # fmt: skip
"""Sorts of people that shut each other out, by sector. Forces and a state do not: one acts for the other; nor do those
that may be of any sort (armed men nobody knows, a party's people, an opposition's)."""

_ALIKE = frozenset({frozenset({"forces", "state"})})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Name:
    """An actor of a report. `keys` are the words that tell who it is, none where they could be anybody's; `proper`:
    it is the name of a body."""

    told: Told
    keys: frozenset[str]
    proper: bool
    initials: str
    code: str | None
    sort: str | None


def fields(tellings: Sequence[Telling]) -> Iterator[Field]:
    """The fields of who did it and to whom; none where no report tells."""
    for role in ("actor", "recipient"):
        found = [(telling, some) for telling in tellings if (some := _names(telling, role))]
        if found:
            values = tuple(one.told for _, some in found for one in some)
            verdict = _verdict(found)
            yield Field(
                name=role,
                summary=summary(_shown(found, verdict), values),
                agreement=verdict.agreement,
                because=verdict.because,
                values=values,
            )


def _names(telling: Telling, role: Literal["actor", "recipient"]) -> list[_Name]:
    lexicon = wording(telling.document.language)
    found = []
    for mention in telling.event.role(role):
        actor = mention.value
        words = " ".join(telling.document.quote(mention.span).split())
        name = actor.name if isinstance(actor, Actor) else words
        whose = keys(name, lexicon.actor_dressing)
        capitals = [word for word in name.split() if word[:1].isupper()]
        # The first word may have its capital from the sentence.
        proper = len(capitals) > 1 or any(not word[1:].islower() for word in capitals)
        found.append(
            _Name(
                told=told(telling, label(name), mention=mention),
                keys=frozenset() if whose <= lexicon.vague or MASKED in name else whose,
                proper=proper and not (isinstance(actor, Actor) and actor.kind in ("individual", "object")),
                initials="".join(word[0] for word in capitals).casefold(),
                code=actor.code if isinstance(actor, Actor) else None,
                sort=SORTS.get(actor.sector or "") if isinstance(actor, Actor) and actor.kind != "object" else None,
            )
        )
    return found


def _agree(one: _Name, other: _Name) -> bool:
    """True unless two names shut each other out."""
    if not one.keys or not other.keys or one.keys <= other.keys or other.keys <= one.keys:
        return True
    if one.initials in other.keys or other.initials in one.keys:
        return True
    if one.code and other.code and one.code != other.code:
        return False
    if one.sort and other.sort and one.sort != other.sort:
        return frozenset({one.sort, other.sort}) in _ALIKE
    # Names that share a word may be one body's: "NYPD officers", "NYPD detectives".
    return not (one.proper and other.proper and one.keys.isdisjoint(other.keys))


def _verdict(found: Sequence[tuple[Telling, list[_Name]]]) -> Verdict:
    answers: dict[tuple[object, ...], list[_Name]] = {}
    for _, some in found:
        answers.setdefault(tuple((one.keys, one.code, one.sort, one.proper) for one in some), some)
    if len(answers) > MOST_COMPARED:
        return Verdict(agreement="differ", because=f"It is told in {len(answers):,} ways.")
    for ours, theirs in combinations(answers.values(), 2):
        if not any(_agree(one, other) for one in ours for other in theirs):
            one, other = ours[0].told, theirs[0].told
            return Verdict(
                agreement="differ", because=f"{one.who} says {one.value} and {other.who} says {other.value}."
            )
    return Verdict(agreement="one report") if one_text([one for one, _ in found]) else AGREE


def _shown(found: Sequence[tuple[Telling, list[_Name]]], verdict: Verdict) -> str:
    """The names told, without those that a fuller one holds."""
    told: dict[str, _Name] = {}
    for _, some in found:
        for one in some:
            told.setdefault(one.told.value.casefold(), one)
    if len(told) > MOST_COMPARED:
        return f"{len(told):,} names"
    known = [one for one in told.values() if one.keys] or list(told.values())[:1]
    full = [
        one
        for one in known
        if not any(one.keys < other.keys or (one.keys == other.keys and _before(other, one)) for other in known)
    ]
    return (" or " if verdict.agreement == "differ" else ", ").join(one.told.value for one in full)


def _before(one: _Name, other: _Name) -> bool:
    """Which of two names of the same words stands for both: the longer one."""
    return (-len(one.told.value), one.told.value) < (-len(other.told.value), other.told.value)
