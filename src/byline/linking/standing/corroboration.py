"""How well is a happening attested? By how many reports, texts that are no copies, sources independent of each other,
and words behind them; always with the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice

from byline.linking.standing.labels import label
from byline.linking.standing.sayings import Said, sayings, words_among
from byline.linking.standing.telling import Reports, Telling, tellings
from byline.linking.standing.voices import Heard, Range, chosen, compare, groups, independent_among, listed, voices
from byline.model import Copy
from byline.sources import Register

MOST_PAIRS = 66
"""So many pairs are told: all those of 12 voices, more than a person reads. Of more voices, those that explain the
number best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """One who tells it: in which documents, what copies of them there are, and from whom it has it.

    `counts`: it is one of the voices that make up `sources` at most; of several that depend on each other, one is.
    `party` says why it takes part in what it tells: such a one never counts.
    """

    name: str
    source_id: str | None
    owner: str | None
    interests: tuple[str, ...]
    credits: tuple[str, ...]
    document_ids: tuple[str, ...]
    copy_ids: tuple[str, ...]
    counts: bool
    party: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two who tell it: whether independently of each other (None: not known), and why, as a sentence."""

    left: str
    right: str
    independent: bool | None
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Corroboration:
    """How well a happening is attested.

    `reports` are the documents that tell it, `documents` those of them that are no copies (a copy counts with its
    original), `denied` those that only have it denied. `sources` is the size of the largest set of tellers of whom each
    two are independent, parties left out: surely `low`, and `high` if all of whom too little is known are independent.
    `words` says the same of those on whose word it is told. `because` are the reasons pair by pair; `untold` counts
    further pairs. `says` is all of it as sentences.
    """

    reports: int
    documents: int
    denied: int
    sources: Range
    words: Range
    tellers: tuple[Teller, ...]
    said: tuple[Said, ...]
    because: tuple[Pair, ...]
    untold: int
    says: tuple[str, ...]


def corroborate(reports: Reports, *, register: Register, copies: Iterable[Copy] = ()) -> Corroboration:
    """How well the happening that `reports` tell of is attested. `copies` may be of any documents."""
    return attested(tellings(reports, register=register, copies=copies), register=register)


def attested(told: Sequence[Telling], *, register: Register) -> Corroboration:
    """The same, where it is known already who tells each report."""
    held = [one for one in told if one.event.status != "denied"]
    grouped = groups(held)
    heard = voices(grouped.values(), register)
    others = [one for one in heard if one.party is None]
    counted = chosen(others)
    making = set(map(id, counted))
    texts = [one.telling for one in grouped.values()]
    documents = {one.document.id for one in held}
    pairs = list(islice(_pairs(others, counted, register), MOST_PAIRS))
    corroboration = Corroboration(
        reports=len(documents),
        documents=len(grouped),
        denied=len({one.document.id for one in told} - documents),
        sources=independent_among(others),
        words=words_among([one for one in texts if one.party is None], others),
        tellers=tuple(_teller(one, register, counts=id(one) in making) for one in heard),
        said=sayings(texts),
        because=tuple(pairs),
        untold=len(others) * (len(others) - 1) // 2 - len(pairs),
        says=(),
    )
    return replace(corroboration, says=tuple(_says(corroboration, heard, counted)))


def _pairs(heard: Sequence[Heard], counted: Sequence[Heard], register: Register) -> Iterator[Pair]:
    """All pairs where a person can read them; else first why each that does not count depends on one that does."""
    if len(heard) * (len(heard) - 1) // 2 <= MOST_PAIRS:
        yield from (_pair(left, right, register) for left, right in combinations(heard, 2))
        return
    by_key = {key: one for one in counted for key in one.keys}
    for one in heard:
        behind = next((by_key[key] for key in sorted(one.keys) if key in by_key), one)
        if behind is not one:
            yield _pair(behind, one, register)
    yield from (_pair(left, right, register) for left, right in combinations(counted, 2))


def _pair(left: Heard, right: Heard, register: Register) -> Pair:
    found = compare(left, right, register=register)
    how = {True: "are independent", False: "are not independent", None: "are not known to be independent"}
    return Pair(
        left=left.name,
        right=right.name,
        independent=found.independent,
        because=f"{left.name} and {right.name} {how[found.independent]}: {found.because}.",
    )


def _teller(one: Heard, register: Register, *, counts: bool) -> Teller:
    source = one.voice.source
    return Teller(
        name=label(one.voice.name),
        source_id=source.id if source else None,
        owner=source.owner if source else None,
        interests=register.interests(source) if source else (),
        credits=one.credits,
        document_ids=one.document_ids,
        copy_ids=one.copy_ids,
        counts=counts,
        party=one.party,
    )


def count(number: int, noun: str) -> str:
    """A number with its noun: "1 report", "1,200 reports"."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _says(known: Corroboration, heard: Sequence[Heard], counted: Sequence[Heard]) -> Iterator[str]:
    copies = known.reports - known.documents
    among = f", {copies:,} {'copy' if copies == 1 else 'copies'} among them: {count(known.documents, 'text')}"
    yield f"{count(known.reports, 'report')}{among if copies else ''}."
    if known.sources.high:
        yield from _sources(known, heard, counted)
    yield from _on_words(known)
    for one in heard:
        if one.party:
            yield f"{one.party}; what it tells of itself is not counted."
    if known.denied:
        yield f"{count(known.denied, 'report')} {'has' if known.denied == 1 else 'have'} it denied."


def _sources(known: Corroboration, heard: Sequence[Heard], counted: Sequence[Heard]) -> Iterator[str]:
    low, high = known.sources.low, known.sources.high
    told = [one.name for one in counted]
    if low == high:
        yield f"{count(low, 'independent source')}: {listed(told)}."
        return
    unknown = [one.name for one in heard if one.party is None and not one.known]
    yield (
        f"{low:,} to {high:,} independent sources: {listed(told)}; the register does not say who stands behind "
        f"{listed(unknown)}."
    )


def _on_words(known: Corroboration) -> Iterator[str]:
    speakers = [one for one in known.said if one.name is not None]
    for one in speakers:
        if one.party:
            yield f"Not counted, as a party's own word: {one.name} ({_carried(one)})."
    others = [f"{one.name} ({_carried(one)})" for one in speakers if not one.party]
    own = [f"the own word of {listed(one.carried_by)}" for one in known.said if one.name is None]
    if not others and not own:
        if speakers:
            yield "It rests on the word of those who take part in it alone."
        return
    low, high = known.words.low, known.words.high
    number = f"{low:,} to {high:,} words" if low != high else count(low, "word")
    but = "But it rests" if high == 1 < known.sources.high else "It rests"
    yield f"{but} on {number}: {listed([*others, *own])}."


def _carried(one: Said) -> str:
    same = f"perhaps the same as {listed(one.also)}; " if one.also else ""
    return f"{same}in {listed(one.carried_by)}"
