"""Do reports agree on what kind of event it was, and on whether it happened?"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib import resources
from itertools import combinations
from typing import Final

from byline.linking.standing.field import AGREE, Field, Told, Verdict, one_text, summary, told
from byline.linking.standing.telling import Telling
from byline.model import Event

HAPPENED: Final = frozenset({"reported", "background", "summary"})
"""In these a report tells that it happened, as news, as history or in sum."""

_STATUS: Final = {
    "reported": "it happened",
    "background": "it happened, as history",
    "summary": "it happened, in sum",
    "planned": "it is planned",
    "hypothetical": "it may happen",
    "denied": "it is denied",
}


def fields(tellings: Sequence[Telling]) -> Iterator[Field]:
    """The fields of type and status."""
    typed = [(one, told(one, kind(one.event), coded=one.event.type)) for one in tellings if one.event.type]
    if typed:
        shown = _without(dict.fromkeys(one.value for _, one in typed), lambda one, other: other.startswith(f"{one} · "))
        yield _field("type", shown, typed, _same_kind([one for one, _ in typed]))
    said = [(one, told(one, _STATUS[one.event.status], coded=one.event.status)) for one in tellings]
    if said:
        shown = _without(dict.fromkeys(one.value for _, one in said), lambda one, other: one.startswith(f"{other}, "))
        yield _field("status", shown, said, _same_status(said))


def kind(event: Event) -> str:
    """The type of an event with its mode: "ASSAULT · explosives"."""
    return " · ".join(one for one in (event.type or "no type", event.mode) if one)


def _without(values: Iterable[str], holds: Callable[[str, str], bool]) -> list[str]:
    """Values without those that another says too: a type where its mode is told, history where it is news."""
    every = list(values)
    return [one for one in every if not any(holds(one, other) for other in every)]


def _field(name: str, shown: Sequence[str], values: Sequence[tuple[Telling, Told]], verdict: Verdict) -> Field:
    said = tuple(one for _, one in values)
    if verdict is AGREE and one_text(one for one, _ in values):
        verdict = Verdict(agreement="one report")
    return Field(
        name=name,
        summary=summary(" or ".join(shown), said),
        agreement=verdict.agreement,
        because=verdict.because,
        values=said,
    )


def _same_kind(tellings: Sequence[Telling]) -> Verdict:
    kinds = dict.fromkeys((one.event.type, one.event.mode) for one in tellings)
    first = {(one.event.type, one.event.mode): one for one in reversed(tellings)}
    for one, other in combinations(kinds, 2):
        if one[0] != other[0] or not _modes_agree(one[1], other[1]):
            ours, theirs = (told(first[each], kind(first[each].event)) for each in (one, other))
            because = f"{ours.who} tells of {ours.value} and {theirs.who} of {theirs.value}."
            return Verdict(agreement="differ", because=because)
    return AGREE


def _modes_agree(one: str | None, other: str | None) -> bool:
    return one is None or other is None or one == other or any({one, other} <= some for some in _compatible())


@cache
def _compatible() -> tuple[frozenset[str], ...]:
    text = resources.files("byline.linking.standing").joinpath("standing.toml").read_text(encoding="utf-8")
    return tuple(frozenset(line.split()) for line in tomllib.loads(text)["modes"])


def _same_status(values: Sequence[tuple[Telling, Told]]) -> Verdict:
    held = [said for one, said in values if one.event.status in HAPPENED]
    denied = [said for one, said in values if one.event.status == "denied"]
    ahead = [said for one, said in values if one.event.status in ("planned", "hypothetical")]
    if held and denied:
        return Verdict(agreement="differ", because=f"{held[0].who} tells it; by {denied[0].who} it is denied.")
    if held and ahead:
        days = [one.published for one in ahead]
        before = all(
            day is not None and one.published is not None and day <= one.published for day in days for one in held
        )
        if before:
            return Verdict(agreement="update", because="What was planned is later told as having happened.")
        return Verdict(agreement="differ", because=f"{held[0].who} tells it as done, {ahead[0].who} as to come.")
    return AGREE
