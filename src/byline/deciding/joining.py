"""What becomes of two events of one document that people say are one, told twice? One takes up the other's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from byline.deciding import values
from byline.model import Event, Mention, When

if TYPE_CHECKING:
    from byline.deciding.edit import DecidedEvent


def joined(events: Sequence[DecidedEvent], into: Mapping[str, str]) -> list[DecidedEvent]:
    """Events with what was joined into each: the triggers of what goes as told again, and its values beside the event's
    own, but for fields that a person set. `into` leads from each that goes to the one that stays."""
    every = {one.event.id: one for one in events}
    for goes in into:
        stays = _end(goes, into)
        if stays is None or stays not in every or every[stays].state == "rejected":
            continue
        one = every[stays]
        event = _absorbed(one.event, every[goes].event, kept=list(one.sets))
        state = "edited" if one.state in ("undecided", "accepted") else one.state
        more = [two for two in every[goes].decisions if two.verdict == "joined" and two not in one.decisions]
        decisions = tuple(sorted((*one.decisions, *more), key=lambda two: (two.at, two.id)))
        every[stays] = replace(one, event=event, state=state, decisions=decisions)
    return [every[one.event.id] for one in events]


def _end(goes: str, into: Mapping[str, str]) -> str | None:
    """Where a chain of joined events ends; None for one that runs in a circle."""
    seen, at = {goes}, into[goes]
    while at in into:
        if at in seen:
            return None
        seen.add(at)
        at = into[at]
    return at


def _absorbed(event: Event, other: Event, *, kept: Sequence[str]) -> Event:
    told = dict.fromkeys((*event.told, other.trigger, *other.told))
    told.pop(event.trigger, None)
    barred = {role for name in kept for role in values.ROLES.get(name, ())}
    mentions = list(event.mentions)
    for mention in other.mentions:
        if mention.role not in barred:
            _add(mentions, mention)
    return replace(event, told=tuple(told), mentions=tuple(mentions))


def _add(mentions: list[Mention], new: Mention) -> None:
    """A further mention of a value adds its words; a day is added only where none is known."""
    for i, one in enumerate(mentions):
        if one.role == new.role and one.value == new.value and new.value is not None:
            spans = dict.fromkeys((*one.also, new.span, *new.also))
            spans.pop(one.span, None)
            mentions[i] = replace(one, also=tuple(spans))
            return
    if new.role in ("when", "speaker"):
        there = [one for one in mentions if one.role == new.role]
        if any(not isinstance(one.value, When) or one.value.start or one.value.end for one in there):
            return
        mentions[:] = [one for one in mentions if one.role != new.role]
    if new not in mentions:
        mentions.append(new)
