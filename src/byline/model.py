"""The things Byline speaks of: frozen, slotted, keyword-only dataclasses.

Offsets are Unicode code points, half-open. How much we know is in the type: `When.basis`, `Quantity.high is None`
(open), `Place.precision` and `radius_km`, `Mention.value is None` (read but not resolved).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Literal

Status = Literal["reported", "background", "planned", "hypothetical", "denied", "summary"]
Role = Literal["actor", "recipient", "instrument", "place", "when", "quantity", "speaker", "quote", "demand"]
ActorKind = Literal["individual", "group", "organization", "object"]
PlacePrecision = Literal["site", "city", "district", "admin1", "country", "region"]
Relation = Literal["in", "near", "from", "to", "across"]
WhenPrecision = Literal["day", "week", "month", "quarter", "season", "year", "decade", "unknown"]
Basis = Literal["stated", "relative", "inherited", "published"]
Counted = Literal[
    "targets", "fatalities", "injuries", "arrests", "abductions", "displaced", "participants", "places", "items"
]
SpeakerKind = Literal["byline", "named source", "anonymous source", "document", "social media", "outlet"]
Standing = Literal["public", "private", "protected"]
StandingBasis = Literal["office", "byline", "minor", "sexual violence", "none told"]
SourceKind = Literal[
    "agency", "newspaper", "broadcaster", "website", "magazine", "government", "ngo", "igo", "group", "party",
    "aggregator", "social media"
]  # fmt: skip
Tie = Literal["owned by", "part of", "organ of", "funded by", "affiliated with", "close to", "leads"]
Verdict = Literal["same", "not the same", "accept", "reject", "set", "new", "split", "joined", "note", "undo"]
Voice = Literal["coder", "double coder", "adjudicator"]
Severity = Literal["high", "medium", "low"]
FindingKind = Literal[
    "count-list", "sum-items", "headline-body", "impossible-date", "weekday", "wrong-country", "shrinking-total",
    "told-before", "party-only", "caption", "contradiction"
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Characters [start, end) of one part of a document: "text", "title" or "caption:N"."""

    start: int
    end: int
    part: str = "text"

    def overlaps(self, other: Span) -> bool:
        """True when both spans share a character of one part."""
        return self.part == other.part and self.start < other.end and other.start < self.end

    def covers(self, other: Span) -> bool:
        """True when `other` lies wholly inside this span."""
        return self.part == other.part and self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who publishes. Two sources of one owner or one interest are not independent.

    `names` are further names it goes by; `domains` its sites, the part of a site that is its own ("bbc.com/persian")
    included. `country` is ISO 3166 alpha-2. `owner` is a holder's name; `interest` whom it speaks for beyond that
    ("state of FR", "party …", "group …"), and `tie` how ("organ of", "funded by"). `citation` is an address to look
    owner and interest up at, and `checked` the day (2026-01-31) that a person last did; None: nobody yet.
    """

    id: str
    name: str
    kind: SourceKind
    country: str | None = None
    owner: str | None = None
    interest: str | None = None
    tie: Tie | None = None
    names: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    citation: str | None = None
    checked: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Something left out of the raw text, with the reason; `start` is its offset in the decoded raw text."""

    start: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """The place and day a report says it was written at; either may be missing. `place` is the report's word."""

    place: str | None = None
    date: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A report as read: NFC once, then never changed.

    `origin` is where the bytes stood (path, archive member, row). `raw_sha256` names the bytes, `text_sha256` the
    text. `published` is a date the source gave, never a guess. `made_by` names the reader and its version.
    """

    id: str
    text: str
    origin: str
    raw_sha256: str
    text_sha256: str
    made_by: str
    external_id: str | None = None
    source_id: str | None = None
    language: str | None = None
    title: str | None = None
    byline: str | None = None
    dateline: Dateline | None = None
    published: date | None = None
    url: str | None = None
    captions: tuple[str, ...] = ()
    cuts: tuple[Cut, ...] = ()

    def part(self, name: str) -> str:
        """The characters that a span's `part` speaks of. Raises KeyError for a part that is not there."""
        if name == "text":
            return self.text
        if name == "title" and self.title is not None:
            return self.title
        kind, _, number = name.partition(":")
        if kind == "caption" and number.isdigit() and int(number) < len(self.captions):
            return self.captions[int(number)]
        raise KeyError(name)

    def quote(self, span: Span) -> str:
        """The words a span rests on."""
        return self.part(span.part)[span.start : span.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who did it, or to whom. `name` is the full name the text gives; `public` None: unknown."""

    name: str
    kind: ActorKind
    public: bool | None = None
    code: str | None = None
    sector: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A resolved place. Coordinates are degrees (WGS 84); `radius_km` says how far off they may be.

    A site no gazetteer holds ("Camp Three") keeps the report's name, with what is known of where it stands:
    `geonameid` None, and coordinates only where a place it is told to be in or near has some.
    """

    name: str
    precision: PlacePrecision
    geonameid: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    radius_km: float | None = None
    country: str | None = None
    admin1: str | None = None
    relation: Relation = "in"
    basis: Basis = "stated"
    attribution: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Days from `start` to `end`, both included; None where not known. `basis` says what the days rest on."""

    start: date | None
    end: date | None
    precision: WhenPrecision
    basis: Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """A number told: at least `low`, at most `high`, None where that side is open. `of` is what is counted, as told."""

    what: Counted
    low: float | None
    high: float | None
    of: str | None = None
    attribution: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """Whose word it is. `interest` is "party" when the speaker takes part in what is told."""

    name: str | None
    kind: SpeakerKind
    interest: str | None = None


Value = Actor | Place | When | Quantity | Speaker


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One role filled in one event, and the words it rests on. `value` None: read but not resolved.

    `antecedent` is what a pronoun stands for; `also` holds further words that say the same. `score` is in [0, 1];
    `by` is stamped by the pipeline: the step that read it.
    """

    role: Role
    span: Span
    value: Value | None
    score: float = 1.0
    by: str = ""
    antecedent: Span | None = None
    also: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One report of one happening. `type` None: an event of a kind the ontology does not hold.

    `told` holds the triggers of further sentences that tell of it again; `members` the ids a summary sums up. `acled`
    is ACLED's sub-event type, None for what ACLED has no row for.
    """

    id: str
    document_id: str
    type: str | None
    mode: str | None
    trigger: Span
    sentence: Span
    status: Status = "reported"
    mentions: tuple[Mention, ...] = ()
    members: tuple[str, ...] = ()
    contexts: tuple[str, ...] = ()
    told: tuple[Span, ...] = ()
    acled: str | None = None
    score: float = 1.0
    by: str = ""

    def role(self, *roles: Role) -> tuple[Mention, ...]:
        """Mentions that fill any of `roles`, in order."""
        return tuple(mention for mention in self.mentions if mention.role in roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person the document names, and whether the public may know who it is.

    `name` is the fullest name the document gives; `spans` are all places where it, or a part of it that means this
    person, stands. `standing`: "public" for an office or role that news names someone for, "protected" for those not of
    age and victims of sexual violence, else "private". `because` says which of these it was, `evidence` the words it
    rests on; none are needed to be private.
    """

    name: str
    standing: Standing
    because: StandingBasis
    spans: tuple[Span, ...]
    evidence: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """What one pipeline read out of one document. Never edited.

    `people` are the persons the document names; None where they were not looked for, so that nobody knows whom to mask.
    `let_through` is the number of sentences that may tell of an event, none in a document that was gated out; None
    where it was not kept.
    """

    document_id: str
    pipeline_id: str
    sentences: tuple[Span, ...]
    events: tuple[Event, ...]
    people: tuple[Person, ...] | None = None
    let_through: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A document that could not be read or coded: a row, not a crash."""

    document_id: str | None
    pipeline_id: str | None
    origin: str
    step: str
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Custody:
    """One reading of a document: where it stood, the hash of its bytes, when it was read, by which version of Byline.

    `read_at` is ISO 8601 in UTC, to the second.
    """

    origin: str
    raw_sha256: str
    read_at: str
    byline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """What is left of a document that was erased: its id, when and why, and the hashes by which it is known again."""

    document_id: str
    erased_at: str
    reason: str
    text_sha256: str
    raw_sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Two documents found to be copies, with how much of the words of each stand in the other; `left` is the smaller
    id."""

    left: str
    right: str
    left_share: float
    right_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A document that is a copy of another: `share` of its words stand in the original, and `of_original` of the
    original's words in it. A text that has the original set into much of its own has a low share."""

    document_id: str
    original_id: str
    share: float
    of_original: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How two events compare in one respect: `of` says in what ("place"), `level` how ("within 10 km"), `weight` by how
    much that speaks for one happening: the log2 of a Bayes factor, negative where it speaks against."""

    of: str
    level: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Two events held beside each other: how probable it is that they are one happening, and why. `left` is the smaller
    id. `decided`: a person said so, and that is what counts; `probability` stays the program's."""

    left: str
    right: str
    probability: float
    because: tuple[Level, ...] = ()
    decided: Literal["same", "not the same"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One happening, by the events that tell of it, each a report's own.

    A view: what it holds may change, its id stays, and an id that was merged into another leads there for ever.
    """

    id: str
    event_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """Words of a document that something rests on."""

    document_id: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Words that do not bear each other out: `claim` held against `against`. No verdict on truth.

    `says` is the sentence for people; `numbers` the figures it turns on, the stated one first; `names` what is listed
    ("repeated" → names). The id comes from kind and words alone, so it outlives a better pipeline.
    """

    id: str
    kind: FindingKind
    severity: Severity
    says: str
    claim: tuple[Cited, ...]
    against: tuple[Cited, ...]
    numbers: tuple[float, ...] = ()
    names: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided, kept for ever; a later one on the same subject stands beside it and counts.

    `subject` is the id of an event, incident or finding, or two events' ids with a space between, the smaller first
    ("same", "not the same", "joined"); of a document for "new", and of a decision for "undo". `field` and `value` are
    those of "set"; `value` is also the event of "new", the events of "split" and which one of "joined" stays, as
    `deciding.values` and `deciding.making` write them. `at` is ISO 8601 in UTC: what one person decided at one moment
    is one gesture, and undone as one. `seen` is the hash of what was on screen and `pipeline_id` the pipeline that had
    coded it, so that a changed coding asks again and shows what changed; "" where that is not known. `role`: what a
    double coder says takes no effect by itself; an adjudicator's word ends a difference.
    """

    id: str
    subject: str
    verdict: Verdict
    reviewer: str
    at: str
    field: str | None = None
    value: str | None = None
    note: str = ""
    seen: str = ""
    role: Voice = "coder"
    pipeline_id: str = ""


def sha256(data: bytes | str) -> str:
    """Hex SHA-256 of bytes, or of a text in UTF-8 (lone surrogates kept, so that any text has a name)."""
    return hashlib.sha256(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data).hexdigest()


def document_id(*, source: str | None, where: str, text: str) -> str:
    """A document's id from its source, its url (else file name and row) and its text, so from content alone."""
    return "d" + sha256("\x1f".join((source or "", where, text)))[:16]


def event_id(*, document_id: str, trigger: Span, place: Span | None = None) -> str:
    """An event's id from its document, its trigger and, in a distributive list, its place; never from its type."""
    parts = [document_id, trigger.part, str(trigger.start), str(trigger.end)]
    if place is not None:
        parts += [place.part, str(place.start)]
    return "e" + sha256("\x1f".join(parts))[:16]


def incident_id(event_id: str, *, again: int = 0) -> str:
    """The id of an incident from the event that founded it: the event's own, where the event has founded none before;
    else by how often it has."""
    return "i" + (sha256(f"{event_id}\x1f{again}")[:16] if again else event_id[1:])


def finding_id(*, kind: FindingKind, claim: tuple[Cited, ...], against: tuple[Cited, ...]) -> str:
    """A finding's id from its kind and the words on both sides."""
    sides = [
        [f"{one.document_id}/{one.span.part}/{one.span.start}/{one.span.end}" for one in side]
        for side in (claim, against)
    ]
    return "f" + sha256("\x1f".join((kind, " ".join(sides[0]), " ".join(sides[1]))))[:16]


def decision_id(decision: Decision) -> str:
    """A decision's id from what was decided, by whom, as whom and when, so that one merged twice is kept once."""
    parts = [decision.subject, decision.verdict, decision.reviewer, decision.at, decision.field or ""]
    parts += [decision.value or ""] + ([decision.role] if decision.role != "coder" else [])
    return "n" + sha256("\x1f".join(parts))[:16]
