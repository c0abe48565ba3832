"""Who tells each report of a happening, on whose word, and whether the one or the other takes part in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from byline.coding.party import teller
from byline.linking.copies import LEAST_SHARE, align
from byline.linking.standing.labels import keys, label
from byline.linking.standing.sides import Sides, sides_of
from byline.linking.standing.standing_words import Wording, wording
from byline.model import Cited, Copy, Document, Event, Source, Speaker, SpeakerKind
from byline.sources import Register, Voice, names

Reports = Sequence[tuple[Event, Document]]
"""Events of one happening, each with the document that tells it."""

# An agency's credit behind a dateline: "NAIROBI, March 4 (Reuters) -"; it stands in the first characters of a text.
_CREDIT = re.compile(r"^[^\n()]{0,80}\(([^()\n]{2,40})\)\s*[-–—:]", re.MULTILINE)
_CREDIT_REACH = 300
# A last line of so many characters may be a credit: "Source: Reuters", "— AFP".
_LAST_LINE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """Somebody on whose word a report rests: the name it gives, as it stands there (`shown`), what kind of source that
    is, and whether it takes part in what is told. `keys` are the words of the name, `body` those of whom it speaks
    for."""

    name: str
    shown: str
    kind: SpeakerKind
    party: bool
    keys: frozenset[str]
    body: frozenset[str]
    cited: Cited | None = None

    def may_be(self, other: Word) -> bool:
        """True where both names may be one's: one is made of words of the other, or both speak for one body."""
        whole, theirs = self.keys, other.keys
        if not whole or not theirs:
            return False
        if whole <= theirs or theirs <= whole:
            return True
        return bool(self.body and other.body) and (self.body <= other.body or other.body <= self.body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One report: by whom, on whose word, and with which original it counts (its own document's id where it is no copy
    of another). `outlets` are outlets it has its telling from that the register does not hold; those that it holds
    stand in `voice.credits`. `party` says why the teller takes part in what it tells."""

    event: Event
    document: Document
    voice: Voice
    outlets: tuple[str, ...]
    words: tuple[Word, ...]
    original: str
    sides: Sides
    party: str | None = None

    def is_party(self, speaker: str) -> bool:
        """True for a speaker of the report, by its name there, that takes part in what is told."""
        whose = keys(speaker, wording(self.document.language).speaker_dressing)
        return self.sides.name(whose, whose) or any(word.party and word.name == speaker for word in self.words)

    @property
    def name(self) -> str:
        """Who publishes, as people read it: a loaded word stays a quote."""
        return label(self.voice.name)

    @property
    def speakers(self) -> tuple[str, ...]:
        """Whom the report names for it, in its order."""
        return tuple(dict.fromkeys(label(word.name) for word in self.words))

    @property
    def own_word(self) -> bool:
        """True where the report tells it by itself, on nobody's word."""
        return not self.words


def tellings(reports: Reports, *, register: Register, copies: Iterable[Copy] = ()) -> tuple[Telling, ...]:
    """Each report with who tells it, in the order of publication."""
    ordered = sorted(reports, key=lambda one: order(one[1], one[0].id))
    sides = sides_of(ordered)
    originals = _originals(ordered, copies)
    voices: dict[str, Voice] = {}
    events = _by_document(ordered)
    for _, document in ordered:
        if document.id not in voices:
            voices[document.id] = _voice(document, events[document.id], register)
    return tuple(
        _telling(event, document, voices[document.id], sides=sides, register=register, original=originals[document.id])
        for event, document in ordered
    )


def order(document: Document, event_id: str = "") -> tuple[bool, str, str, str]:
    """Where a document stands in time: by its day of publication, those without one last, ties by id."""
    day = document.published
    return day is None, day.isoformat() if day else "", document.id, event_id


def _by_document(reports: Reports) -> Mapping[str, list[Event]]:
    events: dict[str, list[Event]] = {}
    for event, document in reports:
        events.setdefault(document.id, []).append(event)
    return events


def _voice(document: Document, events: Sequence[Event], register: Register) -> Voice:
    """The teller of a document; with it what agencies the text itself credits, in its dateline or last line."""
    found = teller(document, events, register=register)
    credit = _CREDIT.search(document.text[:_CREDIT_REACH])
    last = document.text.rstrip().rpartition("\n")[2]
    told = [*([credit.group(1)] if credit else []), *([last] if len(last) <= _LAST_LINE else [])]
    credits = [one for line in told for one in _credited(line.strip(" .—–-()"), register)]
    return replace(found, credits=_without(found.source, (*found.credits, *credits)))


def _credited(line: str, register: Register) -> tuple[Source, ...]:
    """The agencies that a line credits, where it does nothing else."""
    found = register.credits(line)
    return found if len(found) == len(list(names.credited(line))) else ()


def _without(source: Source | None, credits: Iterable[Source]) -> tuple[Source, ...]:
    return tuple(dict.fromkeys(one for one in credits if one != source))


def _telling(
    event: Event, document: Document, voice: Voice, *, sides: Sides, register: Register, original: str
) -> Telling:
    words = tuple(_words(event, document, sides))
    outlets = [word for word in words if word.kind == "outlet"]
    known = {word.name: register.resolve(word.name, country=_country(voice)) for word in outlets}
    own = names.key(voice.name)
    return Telling(
        event=event,
        document=document,
        voice=replace(
            voice, credits=_without(voice.source, (*voice.credits, *(one for one in known.values() if one is not None)))
        ),
        outlets=tuple(name for name, source in known.items() if source is None and names.key(name) != own),
        words=tuple(word for word in words if word.kind != "outlet"),
        original=original,
        sides=sides,
        party=sides.of(voice, register) or _of_itself(event, document, voice, words=words),
    )


def _country(voice: Voice) -> str | None:
    return voice.source.country if voice.source else None


def _words(event: Event, document: Document, sides: Sides) -> Iterable[Word]:
    """On whose word an event is told; nobody's where the report speaks for itself."""
    spoken = [one for one in event.role("speaker") if isinstance(one.value, Speaker) and one.value.kind != "byline"]
    lexicon = wording(document.language)
    for mention in spoken:
        speaker = mention.value
        assert isinstance(speaker, Speaker)
        told = document.quote(mention.span)
        name = speaker.name or told
        whole, said = keys(name, lexicon.speaker_dressing), keys(told, lexicon.speaker_dressing)
        body = (said - whole if said & whole else frozenset()) or whole
        # "its troops": the one named speaker speaks of its own.
        own = len(spoken) == 1 and speaker.kind != "outlet" and _of_the_speaker(event, document, lexicon)
        yield Word(
            name=name,
            shown=label(told if whole <= said else name),
            kind=speaker.kind,
            party=speaker.interest == "party" or own or (speaker.kind != "outlet" and sides.name(whole | said, body)),
            keys=whole,
            body=body,
            cited=Cited(document_id=document.id, span=mention.span),
        )


def _of_itself(event: Event, document: Document, voice: Voice, *, words: tuple[Word, ...]) -> str | None:
    """Why a teller speaks of itself: "our troops", on nobody else's word."""
    first = [document.quote(one.span).casefold().split()[:1] for one in event.role("actor")]
    said = not words and any(words and words[0] in wording(document.language).first_person for words in first)
    return f"{label(voice.name)} tells of its own part" if said else None


def _of_the_speaker(event: Event, document: Document, lexicon: Wording) -> bool:
    first = [document.quote(one.span).split()[:1] for one in event.role("actor")]
    return any(words and words[0].casefold() in lexicon.own for words in first)


def _originals(reports: Reports, copies: Iterable[Copy]) -> Mapping[str, str]:
    """With which document each counts. A text that has an original set into much of its own counts with it only where
    the sentence that tells of the happening stands there too."""
    documents = {document.id: document for _, document in reports}
    found = {id: id for id in documents}
    sentences = _by_document(reports)
    for copy in copies:
        if copy.document_id in documents:
            original = documents.get(copy.original_id)
            document = documents[copy.document_id]
            if copy.share >= LEAST_SHARE or original is None or _within(document, sentences[document.id], original):
                found[copy.document_id] = copy.original_id
    return found


def _within(document: Document, events: Iterable[Event], original: Document) -> bool:
    told = " ".join(document.quote(event.sentence) for event in events if event.sentence.part == "text")
    return align(told, original.text).left >= LEAST_SHARE
