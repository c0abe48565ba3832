"""On whose word does a happening rest? Two outlets that quote one speaker rest on one word."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from byline.linking.standing.apart import largest
from byline.linking.standing.labels import label
from byline.linking.standing.telling import Telling, Word
from byline.linking.standing.voices import Heard, Range, identity, independent_among, listed
from byline.model import Cited, SpeakerKind
from byline.sources import names


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A word that reports rest on: whose, what kind of source that is, who carries it, and where it stands.

    `also` are further names that may be the same speaker's. `party`: the speaker takes part in what it tells, so its
    word is about itself and corroborates nothing. `name` None: the outlets' own word, on nobody else's.
    """

    name: str | None
    also: tuple[str, ...]
    kind: SpeakerKind
    party: bool
    carried_by: tuple[str, ...]
    cited: tuple[Cited, ...]


@dataclass(slots=True, kw_only=True)
class _Gathered:
    word: Word
    party: bool
    carried: dict[str, None]
    cited: list[Cited]


def sayings(told: Iterable[Telling]) -> tuple[Said, ...]:
    """The words that tellings rest on, each once, in their order; parties' after others', the outlets' own last."""
    told = list(told)
    gathered = _gathered(told)
    said = [
        _said(one, others)
        for party in (False, True)
        for one, others in _different([each for each in gathered if each.party == party])
    ]
    present = {identity(one) for one in told}
    own = [one for one in told if one.own_word and one.party is None and not _elsewhere(one, present)]
    carriers = tuple(dict.fromkeys(map(_carrier, own)))
    outlets = Said(name=None, also=(), kind="byline", party=False, carried_by=carriers, cited=())
    return (*said, *([outlets] if own else []))


def words_among(told: Sequence[Telling], heard: Sequence[Heard]) -> Range:
    """On how many words it rests: the largest set of speakers of whom none may be another, parties left out, and the
    outlets that tell it on their own word, as far as independent of each other."""
    spoken = [one for one in _gathered(told) if not one.party]
    speakers = len(_different([one for one in spoken if one.word.keys]))
    # One whose name is hidden is somebody; who, is not known.
    hidden = sum(not one.word.keys for one in spoken)
    by_id = {id: one for one in heard for id in one.document_ids}
    present = {identity(one) for one in told}
    own = [one.document.id for one in told if one.own_word and not _elsewhere(one, present)]
    outlets = independent_among(list(dict.fromkeys(by_id[id] for id in own if id in by_id)))
    low = speakers + outlets.low
    return Range(low=max(low, min(hidden, 1)), high=speakers + outlets.high + hidden)


def _said(one: _Gathered, others: Sequence[_Gathered]) -> Said:
    return Said(
        name=one.word.shown,
        also=tuple(dict.fromkeys(other.word.shown for other in others if other.word.shown != one.word.shown)),
        kind=one.word.kind,
        party=one.party,
        carried_by=tuple(dict.fromkeys(name for each in (one, *others) for name in each.carried)),
        cited=tuple(cited for each in (one, *others) for cited in each.cited),
    )


def _elsewhere(one: Telling, present: set[str]) -> bool:
    """True for a telling from one that tells it here too, on whatever word: that is told there."""
    return any(source.id in present for source in one.voice.credits) or any(
        names.key(name) in present for name in one.outlets
    )


def _carrier(one: Telling) -> str:
    """Whose own word a telling is: its outlet's, or that of the one it has it from."""
    credits = (*(source.name for source in one.voice.credits), *map(label, one.outlets))
    return f"{listed(credits)} (through {one.name})" if credits else one.name


def _gathered(told: Iterable[Telling]) -> list[_Gathered]:
    """Each speaker by its name, in order. One whom only parties quote speaks for them."""
    found: dict[Hashable, _Gathered] = {}
    quoted_by_others: set[Hashable] = set()
    for telling in told:
        for word in telling.words:
            key: Hashable = word.keys or (telling.document.id, word.name)
            one = found.setdefault(key, _Gathered(word=word, party=False, carried={}, cited=[]))
            one.party |= word.party
            one.carried[telling.name] = None
            one.cited += [word.cited] if word.cited else []
            quoted_by_others |= {key} if telling.party is None else set()
    for key, one in found.items():
        one.party |= key not in quoted_by_others
    return list(found.values())


def _different(some: Sequence[_Gathered]) -> list[tuple[_Gathered, list[_Gathered]]]:
    """The most speakers of whom none may be another, each with those that may be it."""
    joined: list[set[int]] = [set() for _ in some]
    for sets in ([one.word.keys for one in some], [one.word.body for one in some]):
        holding: dict[str, list[int]] = {}
        for at, words in enumerate(sets):
            for word in words:
                holding.setdefault(word, []).append(at)
        for at, words in enumerate(sets):
            # Who has all these words is found among those that have the rarest.
            for other in min((holding[word] for word in words), key=len, default=[]):
                if other != at and words <= sets[other]:
                    joined[at].add(other)
                    joined[other].add(at)
    chosen = largest(joined)
    others: dict[int, list[_Gathered]] = {at: [] for at in chosen}
    for at, one in enumerate(some):
        if at not in others:
            others[min(joined[at] & others.keys())].append(one)
    return [(some[at], others[at]) for at in chosen]
