"""Coded values with what the gold says of each, right or wrong: what confidence is learned on and measured by.

Corpora: sentences written for the purpose, MUC-4's training documents, PLOVER's records, verbs with their places, and
TimeBank's events with the times they are linked to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

from byline.bench import event_place, muc4, plover, sentences, timex
from byline.bench.actors import said, telling_words
from byline.bench.documents import Text, overlapping
from byline.bench.harness import Coder
from byline.bench.muc4_templates import incident_type
from byline.coding import confidence_levels
from byline.coding.page import Page
from byline.errors import InputError
from byline.model import Document, Event, Mention, Quantity, When

FOLDS = 5
"""Documents of one fifth, by a hash of their name, are held back from learning."""

COUNTED = {"f": "fatalities", "w": "injuries", "d": "arrests", "m": "participants"}
"""The letters of sentences that mark a number, and what it counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One coded value: its field, the levels that hold for it, the score it had, and whether the gold bears it out."""

    field: str
    corpus: str
    document: str
    levels: frozenset[str]
    score: float
    right: bool

    @property
    def held_out(self) -> bool:
        """True for the documents that nothing is learned on."""
        return fold(f"{self.corpus}/{self.document}") == 0


def fold(name: str) -> int:
    """The part, from 0, that a document belongs to by a hash of its name."""
    return sha256(name.encode()).digest()[0] % FOLDS


Judge = Callable[[Page, Event], Iterable[tuple[str, Mention | None, bool]]]
"""Says of an event which of its values are right: (field, the mention or None for the event itself, right)."""


def judged(coder: Coder, corpus: str, document: Document, name: str, judge: Judge) -> Iterator[Case]:
    """The cases of a document. One that cannot be coded gives none, and is counted by the coder."""
    page, events = _coded(coder, document)
    if page is None:
        return
    for event in events:
        for field, mention, right in judge(page, event):
            levels = (
                confidence_levels.event(page, event)
                if mention is None
                else confidence_levels.mention(page, event, mention)
            )
            score = event.score if mention is None else mention.score
            yield Case(field=field, corpus=corpus, document=name, levels=frozenset(levels), score=score, right=right)


def _coded(coder: Coder, document: Document) -> tuple[Page | None, tuple[Event, ...]]:
    for page in coder.ask(document, lambda page: [page]):
        # Levels read the scores of the steps before; what the last step makes of them is measured apart.
        return page, coder.pipeline.code_page(page)
    return None, ()


def written(coder: Coder, path: Path) -> Iterator[Case]:
    """Cases of sentences written for the purpose: everything is marked in them."""
    for sentence in sentences.load(path):

        def judge(
            page: Page, event: Event, sentence: sentences.Sentence = sentence
        ) -> Iterator[tuple[str, Mention | None, bool]]:
            at = (event.trigger.start, event.trigger.end)
            told = next((one for one in sentence.events if sentences.overlap(at, one.trigger)), None) or next(
                (one for one in sentence.events if one.type == event.type and sentences.near(at, one.trigger)), None
            )
            right = told is not None and told.type == event.type
            yield "event", None, right
            if told is None or not right:
                return
            for mention in event.mentions:
                where = mention.antecedent or mention.span
                letters = [key for key, role in (*sentences.ROLES.items(), ("t", "when")) if role == mention.role]
                if isinstance(mention.value, Quantity):
                    letters = [key for key, what in COUNTED.items() if what == mention.value.what]
                    letters = letters if told.roles.keys() & COUNTED.keys() else []
                spans = [span for letter in letters for span in told.roles.get(letter, ())]
                if letters:
                    yield mention.role, mention, overlapping(where.start, where.end, spans) is not None

        yield from judged(coder, "written", sentence.text.document, sentence.text.raw[:40], judge)


def incidents(coder: Coder, path: Path, *, most: int) -> Iterator[Case]:
    """Cases of MUC-4 documents: an act of a kind no template of the document has is wrong, and so are fillers that no
    template of its kind names."""
    for report in muc4.load(path)[:most]:

        def judge(page: Page, event: Event, report: muc4.Report = report) -> Iterator[tuple[str, Mention | None, bool]]:
            kind = incident_type(page.document, event)
            if kind is None:
                return
            same = [template for template in report.templates if any(kind in name for name in template.types)]
            yield "event", None, bool(same)
            if not same:
                return
            for mention in event.role("actor", "recipient", "instrument"):
                roles = {"actor": ("PerpInd", "PerpOrg"), "recipient": ("Victim", "Target"), "instrument": ("Weapon",)}
                names = {
                    name
                    for template in same
                    for role in roles[mention.role]
                    for entity in template.roles[role]
                    for name in entity
                }
                if names:
                    words = list(said(page.document, mention))
                    yield mention.role, mention, any(_same(word, name) for word in words for name in names)

        yield from judged(coder, "muc4", report.text.document, report.text.id, judge)


def _same(words: str, name: str) -> bool:
    return bool(telling_words(words) & telling_words(name)) or muc4.plain(words) == name


def records(coder: Coder, path: Path) -> Iterator[Case]:
    """Cases of PLOVER records: the sides of an event of the record's type."""
    for record in plover.load(path):

        def judge(
            page: Page, event: Event, record: plover.Record = record
        ) -> Iterator[tuple[str, Mention | None, bool]]:
            if event.type != record.type:
                return
            for role, names in (("actor", record.actors), ("recipient", record.recipients)):
                for mention in event.mentions:
                    if mention.role == role and names:
                        words = list(said(page.document, mention))
                        yield role, mention, any(telling_words(w) & telling_words(n) for w in words for n in names)

        yield from judged(coder, "plover", record.text.document, record.text.id, judge)


def places(coder: Coder, path: Path) -> Iterator[Case]:
    """Cases of verbs with their places: the places of an event that such a verb triggers."""
    for verb in event_place.load(path):

        def judge(
            page: Page, event: Event, verb: event_place.Verb = verb
        ) -> Iterator[tuple[str, Mention | None, bool]]:
            start, end = verb.text.forth(*verb.verb)
            if not (event.trigger.start < end and start < event.trigger.end):
                return
            gold = [verb.text.forth(*place) for place in verb.places]
            for mention in event.role("place"):
                if mention.span.part == "text":
                    yield "place", mention, overlapping(mention.span.start, mention.span.end, gold) is not None

        yield from judged(coder, "event-place", verb.text.document, verb.text.raw[:40], judge)


# Relations that put an event within the time it is linked to.
_WITHIN = frozenset({"IS_INCLUDED", "DURING", "SIMULTANEOUS", "IDENTITY", "BEGUN_BY", "ENDED_BY", "BEGINS", "ENDS"})


def times(coder: Coder, path: Path) -> Iterator[Case]:
    """Cases of TimeBank's documents: the date of an event against that of the time it is linked to."""
    for file in sorted(path.glob("*.tml")):
        text, linked = _linked(file)

        def judge(
            page: Page, event: Event, linked: Sequence[tuple[int, int, date, date]] = linked
        ) -> Iterator[tuple[str, Mention | None, bool]]:
            gold = next((one for one in linked if one[0] < event.trigger.end and event.trigger.start < one[1]), None)
            for mention in event.role("when"):
                if gold is not None and isinstance(mention.value, When) and mention.value.start and mention.value.end:
                    start, end = mention.value.start, mention.value.end
                    within = gold[2] <= start and end <= gold[3]
                    around = start <= gold[2] and gold[3] <= end and end - start <= _WIDEST * (gold[3] - gold[2] + _DAY)
                    yield "when", mention, within or around

        yield from judged(coder, "timebank", text.document, text.id, judge)


_DAY = timedelta(days=1)
# A coded range of days that holds the gold's is right when it is no more than so many times as long: a week for a day.
_WIDEST = 7


def _linked(path: Path) -> tuple[Text, list[tuple[int, int, date, date]]]:
    """A TimeML text and its events that lie within a time of known days: (start, end, first day, last day)."""
    root, raw, events = timex.read(path, "EVENT")
    spans = {event.get("eid", ""): (start, end) for event, start, end in events}
    days = {
        time.get("tid", ""): found
        for time in root.iter("TIMEX3")
        if (found := days_of(time.get("value") or "")) is not None
    }
    event_of = {made.get("eiid", ""): made.get("eventID", "") for made in root.iter("MAKEINSTANCE")}
    linked = []
    for link in root.iter("TLINK"):
        span = spans.get(event_of.get(link.get("eventInstanceID", ""), ""))
        when = days.get(link.get("relatedToTime", ""))
        if span and when and link.get("relType") in _WITHIN:
            linked.append((*span, *when))
    return Text(id=path.stem, raw=raw, published=timex.made(root)), linked


_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def days_of(value: str) -> tuple[date, date] | None:
    """The first and last day of a TIMEX3 value that is a day, a month or a year; None for any other."""
    form = _ISO.fullmatch(value)
    if form is None:
        return None
    year, month, day = (int(part) if part else None for part in form.groups())
    try:
        if year is not None and month and day:
            return date(year, month, day), date(year, month, day)
        if year is not None and month:
            first = date(year, month, 1)
            return first, (first + timedelta(days=31)).replace(day=1) - _DAY
        return (date(year, 1, 1), date(year, 12, 31)) if year else None
    except ValueError:
        return None


MUC_DOCUMENTS = 600
"""MUC-4's training documents that are read: enough for every level, in some minutes."""

SENTENCES = Path("training/sentences")
"""Where the written sentences stand, seen from the top of the repository."""


def gather(coder: Coder, gold: Path) -> list[Case]:
    """The cases of every corpus that is there in the folder of gold data, and of the written sentences.

    The step that weighs confidence is left out of the coder's pipeline: what it is given is judged. Raises InputError
    where there is nothing.
    """
    steps = tuple(step for step in coder.pipeline.steps if step.name != "confidence")
    plain = replace(coder, pipeline=replace(coder.pipeline, steps=steps))
    sources: list[tuple[Path, Callable[[Coder, Path], Iterator[Case]]]] = [
        (SENTENCES, written),
        (gold / "muc4/roles_train.json", partial(incidents, most=MUC_DOCUMENTS)),
        (gold / "plover_gsr/records.json", records),
        (gold / "event_place/train.jsonl", places),
        (gold / "timex/timebank", times),
        (gold / "timex/aquaint", times),
    ]
    cases = [case for path, read in sources if path.exists() for case in read(plain, path)]
    if not cases:
        raise InputError(f"{gold}: holds none of {', '.join(str(path) for path, _ in sources)}")
    return cases
