"""What is the reading of one event? What an explanation is made of, masked, for whichever form it is told in."""

from __future__ import annotations

from dataclasses import dataclass

from byline import __version__
from byline.model import Decision, Document, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Words of the report: which part they stand in, from which character to which, and what they are."""

    part: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step of the pipeline: its name, its version (None: not known here), and the data files that it reads by."""

    name: str
    version: int | None
    data: tuple[str, ...] = ()

    @property
    def says(self) -> str:
        """The step in words."""
        return f"step {self.name}" + (f", version {self.version}" if self.version is not None else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A value: of what (`name`), what it is (`says`), on what ground (`because`), the words it rests on, who or what
    read them, and how likely it is right (0 to 1; None where a person said so). `read_before`: what the program had
    read where a person set it."""

    name: str
    says: str
    because: str
    words: tuple[Words, ...]
    by: Step | str
    confidence: float | None
    read_before: str | None = None

    @property
    def sureness(self) -> str:
        """How sure it is, in a word or two."""
        return "a person said so" if self.confidence is None and not isinstance(self.by, Step) else _percent(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of the shown text, with the names of the values that rest on it; `within` the event's sentence or
    not."""

    text: str
    names: tuple[str, ...]
    within: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """A decision on the event, how it stands, and its value and note, masked."""

    decision: Decision
    standing: str
    value: str | None
    note: str

    @property
    def says(self) -> str:
        """The decision as a line."""
        one = self.decision
        did = f"set {one.field} to {self.value}" if one.verdict == "set" else one.verdict
        role = f", {one.role}" if one.role != "coder" else ""
        note = f" ({self.note})" if self.note else ""
        standing = f"; {self.standing}" if self.standing else ""
        return f"{one.at[:16].replace('T', ' ')} UTC, {one.reviewer}{role}: {did}{note}{standing}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """What other reports tell: how well the happening is attested, in sentences, and where the reports differ."""

    incident_id: str
    reports: int
    says: tuple[str, ...]
    fields: tuple[tuple[str, str, str], ...]
    disputes: tuple[str, ...]
    told: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The reading of one event. `document` is masked; `cuts` says what was left out of it, how often and how many
    characters; `findings` are (severity, kind, sentence)."""

    event_id: str
    headline: str
    status: str
    state: str
    confidence: float
    document: Document
    source: Source | None
    text: tuple[Segment, ...]
    values: tuple[Value, ...]
    cuts: tuple[tuple[str, int, int], ...]
    decisions: tuple[Ruling, ...]
    others: Others | None
    findings: tuple[tuple[str, str, str], ...]
    steps: tuple[Step, ...]
    pipeline_id: str
    names_hidden: int
    byline: str = __version__

    @property
    def standing(self) -> str:
        """How it is told, what people decided of it, and how sure the program is, as sentences."""
        people = {
            "undecided": "Nobody has decided on it.",
            "accepted": "People accepted it.",
            "edited": "People set some of its values.",
            "new": "A person found it.",
            "rejected": "People rejected it: it is in no export.",
        }[self.state]
        told = {
            "reported": "The report tells it as new.",
            "summary": "The report tells it as a sum of others.",
            "denied": "The report tells it as denied.",
            "planned": "The report tells it as planned.",
            "hypothetical": "The report tells it as possible.",
            "background": "The report tells it as history.",
        }[self.status]
        sure = "" if self.state == "new" else f" The program holds it to be right with {self.confidence:.0%}."
        return f"{told} {people}{sure} It is this report's word, not a statement that it happened."

    @property
    def masking(self) -> str:
        """What was masked, as a sentence."""
        names = "1 name" if self.names_hidden == 1 else f"{self.names_hidden:,} names"
        return f"Masked in this report: {names} of private persons. Each letter is one █, so that offsets hold."

    @property
    def machinery(self) -> str:
        """What read the report, as sentences."""
        made = f"Byline {self.byline}, pipeline {self.pipeline_id or 'none'}; the text was read by "
        made += f"{self.document.made_by}."
        if any(one.version is not None for one in self.steps):
            return f"{made} Rules and word lists are files of the program; its steps with their versions:"
        return f"{made} This is another pipeline than the one installed here: the versions of its steps are not known:"

    def checks(self) -> tuple[tuple[str, str], ...]:
        """How the reading is checked: what a step shows, and the command."""
        document = self.document
        return (
            (
                "The event as a record, with every offset; text[start:end] gives the words of each:",
                f"byline show {self.event_id} --format json",
            ),
            (
                f"The report's text as it is kept, before masking; its SHA-256 is {document.text_sha256}:",
                f"byline show {document.id} --format json",
            ),
            (
                f"The bytes it was read from, by their SHA-256, {document.raw_sha256}, beside the database:",
                f"raw/{document.raw_sha256[:2]}/{document.raw_sha256}",
            ),
            ("Every hash, span and receipt of the whole store is checked by:", "byline verify"),
            (
                "Read anew from the same bytes, the same pipeline gives the same event:",
                f"byline code REPORT --format jsonl | grep {self.event_id}",
            ),
        )


def _percent(value: Value) -> str:
    return "" if value.confidence is None else f"{value.confidence:.0%}"
