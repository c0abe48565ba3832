"""One field of an incident: what each report tells there, with its words, and whether the reports agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from byline.linking.standing.labels import label
from byline.linking.standing.telling import Telling
from byline.linking.standing.voices import listed
from byline.model import Cited, Mention, Value

Agreement = Literal["agree", "differ", "update", "one report"]

MOST_CLAUSES = 6
"""So many values are told in a line with who tells them; of more, the first and how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One value as one report tells it: as people read it (`value`) and as it was coded (`coded`), by whom, on whose
    word, and the words it rests on. `party`: the speaker takes part in what it tells. `copy`: the report is a copy of
    another, so its value is no further one."""

    value: str
    teller: str
    speakers: tuple[str, ...]
    party: bool
    copy: bool
    event_id: str
    document_id: str
    published: date | None
    cited: tuple[Cited, ...]
    coded: Value | str | None = None

    @property
    def who(self) -> str:
        """Who tells it, and on whose word."""
        return who(self.teller, self.speakers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """What the reports tell in one respect. `of` is what is counted, where a field counts some and not all.

    `summary` is an interval or a set with who tells what, never an average. `agreement`: "differ" only where values
    shut each other out, "update" where a later report brings a number forward, "one report" where no second one tells
    it; `because` says why, "" where there is nothing to say.
    """

    name: str
    summary: str
    agreement: Agreement
    because: str
    values: tuple[Told, ...]
    of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether values agree, and why."""

    agreement: Agreement
    because: str = ""


AGREE = Verdict(agreement="agree")


def told(
    telling: Telling,
    value: str,
    *,
    mention: Mention | None = None,
    speakers: Sequence[str] | None = None,
    coded: Value | str | None = None,
) -> Told:
    """A value of a report, with the words of `mention`, of the event's own word where there is none. `speakers` are
    those of the report where none are named for the value."""
    event = telling.event
    spans = (mention.span, *mention.also) if mention else (event.trigger, *event.told)
    named = [word.name for word in telling.words] if speakers is None else list(speakers)
    return Told(
        value=value,
        teller=telling.name,
        speakers=tuple(dict.fromkeys(map(label, named))),
        party=telling.party is not None or (bool(named) and all(map(telling.is_party, named))),
        copy=telling.original != telling.document.id,
        event_id=event.id,
        document_id=event.document_id,
        published=telling.document.published,
        cited=tuple(Cited(document_id=event.document_id, span=span) for span in spans),
        coded=coded if coded is not None or mention is None else mention.value,
    )


def one_text(some: Iterable[Telling]) -> bool:
    """True where all come from one text and its copies."""
    return len({one.original for one in some}) == 1


def summary(shown: str, values: Sequence[Told]) -> str:
    """A field's line: what is told in sum, and where more than one thing is, who tells what: "7 to 12 dead; A says 7, B
    and C say 12". What is told stands in the order given; a copy tells what its original does."""
    firsthand = {one.value for one in values if not one.copy}
    by_word: dict[tuple[str, str, tuple[str, ...]], dict[str, None]] = {}
    for one in values:
        if not one.copy or one.value not in firsthand:
            by_word.setdefault((one.document_id, one.teller, one.speakers), {})[one.value] = None
    tellers: dict[tuple[str, ...], dict[str, dict[str, None]]] = {}
    for (_, teller, speakers), told in by_word.items():
        tellers.setdefault(tuple(told), {}).setdefault(teller, {}).update(dict.fromkeys(speakers))
    if len(tellers) == 1:
        return shown
    said = [_clause(told, some) for told, some in tellers.items()]
    if len(said) > MOST_CLAUSES:
        said = [*said[: MOST_CLAUSES - 1], f"{len(said) - MOST_CLAUSES + 1:,} more answers are told"]
    alone = all(len(some) == 1 for some in tellers.values())
    return f"{shown}; {(', ' if alone else '; ').join(said)}"


def _clause(told: Sequence[str], tellers: Mapping[str, Iterable[str]]) -> str:
    shown = [who(teller, tuple(speakers)) for teller, speakers in tellers.items()]
    return f"{listed(shown)} {'says' if len(shown) == 1 else 'say'} {listed(told)}"


def who(teller: str, speakers: Sequence[str]) -> str:
    """Who tells something, and on whose word: "A (citing B)"."""
    return f"{teller} (citing {listed(speakers)})" if speakers else teller


def day(one: date) -> str:
    """A day as people read it."""
    return f"{one:%-d %B %Y}"
