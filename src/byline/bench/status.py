"""In what status is it told? Sentences of our own with the status of each marked event, or the marks of TimeML.

Sentences stand in `gold/status` (its README says how they were written). The status is asked of the triggers that the
gold marks: the page is given those in place of the ones it found, with the lexicon's sense where it has one and
`what.pointed` where it has none. So a word the lexicon lacks is never right by silence, and a statement the gold does
not mark ("threatened to kill") does not take its content with it.

TimeML (a folder of `*.tml`) marks polarity, modality and tense of every event. Asked are all of class OCCURRENCE, and,
told apart, those whose words are a trigger of ours. A negated one should be denied, or none because it is told not to
be, a modal one hypothetical, a future one planned, any other reported or background; what is none for another reason
(a habit, a task, a slogan: TimeML marks no such thing) counts with these. What is wanted, feared or denied ("hopes to
meet") TimeML writes on a link and not on the event: such events bear no mark and are left out. AQUAINT's marks of
polarity are of no use: they call more than half of all events negated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from byline.bench import sentences, timex
from byline.bench.documents import Text, overlapping, snippet
from byline.bench.harness import Bench, Coder, Error, Json
from byline.bench.scores import score, share
from byline.coding import history, status, what, when
from byline.coding.page import Page
from byline.errors import InputError
from byline.language import Sense
from byline.model import Event, Span, event_id

NONE = "none"
STATUSES = ("reported", "background", "planned", "hypothetical", "denied", NONE)
TIMEML, TIMEML_OURS = "TimeML", "TimeML, triggers of ours"
PLAIN = "plain"
MARKS = (PLAIN, "future", "modal", "negated")
OF_STATUS = {"planned": "future", "hypothetical": "modal", "denied": "negated"}
"""The mark of TimeML that a status of ours amounts to; any other is PLAIN, but for what is none and told not to be."""
_OPEN = frozenset({"MODAL", "CONDITIONAL", "COUNTER_FACTIVE", "NEG_EVIDENTIAL"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """An event marked in a text: where its words stand, its type ("" where the gold knows none of ours), and the class
    the gold gives it ("denied", "modal")."""

    start: int
    end: int
    type: str
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """A text with the events marked in it; `file` is what the figures are told apart by."""

    file: str
    text: Text
    events: tuple[Asked, ...]


def load(path: Path) -> list[Marked]:
    """The sentences of a `.tsv` file or folder, or the documents of a TimeML file or folder. Raises InputError, naming
    the line, for a status that is none."""
    if path.suffix == ".tml" or (path.is_dir() and any(path.glob("*.tml"))):
        files = sorted(path.glob("*.tml")) if path.is_dir() else [path]
        return [_timeml(file) for file in files]
    return [_sentence(one) for one in sentences.load(path)]


def _sentence(one: sentences.Sentence) -> Marked:
    for told in one.events:
        if told.status not in STATUSES:
            raise InputError(f"{one.text.id}: {told.status!r} is no status; there are {', '.join(STATUSES)}")
    events = tuple(
        Asked(start=told.trigger[0], end=told.trigger[1], type=told.type, told=told.status) for told in one.events
    )
    return Marked(file=one.text.id.rpartition(":")[0], text=one.text, events=events)


def _timeml(path: Path) -> Marked:
    root, text, marked = timex.read(path, "EVENT")
    instances = {one.get("eventID"): one for one in reversed(list(root.iter("MAKEINSTANCE")))}
    links = {one.get("subordinatedEventInstance") for one in root.iter("SLINK") if one.get("relType") in _OPEN}
    events = []
    for element, start, end in marked:
        instance = instances.get(element.get("eid"))
        if instance is None or element.get("class") != "OCCURRENCE":
            continue
        mark = _mark(instance.attrib)
        if mark != PLAIN or instance.get("eiid") not in links:
            events.append(Asked(start=start, end=end, type="", told=mark))
    return Marked(file=TIMEML, text=Text(id=path.stem, raw=text, published=timex.made(root)), events=tuple(events))


def _mark(instance: Mapping[str, str]) -> str:
    if instance.get("polarity") == "NEG":
        return "negated"
    if instance.get("modality", "").upper() not in ("", "NONE"):
        return "modal"
    return "future" if instance.get("tense") == "FUTURE" else PLAIN


def predict(coder: Coder, record: Marked) -> Json:
    """The status of each marked event, in the gold's order, whether its words are a trigger of ours, and whether it is
    no event since it is told not to be; none at all where the text could not be coded."""
    answers = coder.ask(record.text.document, lambda page: _answers(page, record))
    rows = [{"status": told, "ours": ours, "negated": negated} for told, ours, negated in answers]
    return {"id": record.text.id, "events": rows}


def _answers(page: Page, record: Marked) -> list[tuple[str, bool, bool]]:
    ours = dict(page.found)
    page.found.clear()
    asked = [_event(page, record, one, ours=ours) for one in record.events]
    judged = [status.judge(page, event) for event, _ in asked]
    told = {
        number: replace(event, status=one)
        for number, ((event, _), one) in enumerate(zip(asked, judged, strict=True))
        if one is not None
    }
    final = {number: event.status for number, event in zip(told, history.refine(page, (*told.values(),)), strict=True)}
    return [
        (final.get(number, NONE), listed, number not in final and status.told_not_to_be(page, event))
        for number, (event, listed) in enumerate(asked)
    ]


def _event(page: Page, record: Marked, one: Asked, *, ours: Mapping[tuple[int, int], what.Found]) -> tuple[Event, bool]:
    """A marked event as the coder would find it, with its own date and nothing else filled in, and whether its words
    are a trigger of `ours`. Its trigger is put on the page."""
    first, last = record.text.forth(one.start, one.end)
    listed = overlapping(first, last, ours)
    if listed is None:
        found = what.pointed(page, Span(start=first, end=last), sense=Sense(type=one.type))
    else:
        found = ours[listed]
        found = replace(found, sense=replace(found.sense, type=one.type)) if one.type else found
    page.found[found.span.start, found.span.end] = found
    event = Event(
        id=event_id(document_id=page.document.id, trigger=found.span),
        document_id=page.document.id,
        type=found.sense.type or None,
        mode=found.sense.mode,
        trigger=found.span,
        sentence=page.sentence_at(found.span.start),
    )
    return replace(event, mentions=when.fill(page, event)), listed is not None


def _rows(records: Sequence[Marked], predictions: Sequence[Json]) -> Iterator[tuple[str, Marked, Asked, str]]:
    """Each event by the name its figures go under, with the class we give it."""
    for record, prediction in zip(records, predictions, strict=True):
        for asked, given in zip(record.events, prediction["events"], strict=False):
            if record.file != TIMEML:
                yield record.file, record, asked, given["status"]
                continue
            mark = "negated" if given["negated"] else OF_STATUS.get(given["status"], PLAIN)
            yield TIMEML, record, asked, mark
            if given["ours"]:
                yield TIMEML_OURS, record, asked, mark


def figures(records: Sequence[Marked], predictions: Sequence[Json]) -> Iterable[str]:
    """For each file the share that is right, macro F1 with the F1 of each class, and the table of confusion."""
    tables: dict[str, Counter[tuple[str, str]]] = {}
    for file, _, asked, given in _rows(records, predictions):
        tables.setdefault(file, Counter())[asked.told, given] += 1
    for file, table in tables.items():
        yield from _figures(file, table, classes=STATUSES if file not in (TIMEML, TIMEML_OURS) else MARKS)


def _figures(file: str, table: Counter[tuple[str, str]], *, classes: Sequence[str]) -> Iterator[str]:
    given = {one: sum(table[gold, one] for gold in classes) for one in classes}
    wanted = {one: sum(table[one, told] for told in classes) for one in classes}
    f1 = {one: score(table[one, one], given[one], wanted[one]).f1 for one in classes}
    right, macro = sum(table[one, one] for one in classes), share(sum(f1.values()), len(classes))
    yield f"{file}: {table.total()} events, right in {share(right, table.total()):.3f}, macro F1 {macro:.3f}"
    yield "  " + ", ".join(f"{one} {f1[one]:.3f}" for one in classes)
    width = max(map(len, [*classes, "gold \\ told"]))
    yield "  " + "gold \\ told".ljust(width) + "".join(one.rjust(width + 1) for one in classes)
    for gold in classes:
        yield "  " + gold.ljust(width) + "".join(str(table[gold, one]).rjust(width + 1) for one in classes)


def errors(records: Sequence[Marked], predictions: Sequence[Json]) -> Iterator[Error]:
    """Events told in another class than the gold's."""
    for file, record, asked, given in _rows(records, predictions):
        if asked.told != given and file != TIMEML_OURS:
            words = snippet(record.text.raw, asked.start, asked.end, around=200)
            yield Error(kind=f"{asked.told} told as {given}", where=record.text.id, words=words)


bench = Bench(load=load, predict=predict, figures=figures, errors=errors)
