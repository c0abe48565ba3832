"""Why does Byline say this? The reading of one event, laid out for whoever doubts it: every value with its words, what
read them, how sure it is and on what ground, what was cut, what others tell, what people decided, and how to check it.

All of it is masked as exports are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from byline.deciding import DecidedEvent
from byline.errors import NotFoundError
from byline.export.explanation import Explanation, Others, Ruling, Segment, Step, Value, Words
from byline.export.record import record
from byline.linking.standing.dossier import Dossier
from byline.model import Document, Event, Mention, Span
from byline.project import incidents, showing
from byline.project.showing import Shown
from byline.store import findings as kept_findings
from byline.store import shown as kept_shown
from byline.store import views

if TYPE_CHECKING:
    from byline.project import Project

MOST_REPORTS: Final = 40
"""Reports of the same happening that are looked at, the first by day of publication."""

CONTEXT: Final = 400
"""Characters before and after the sentence that are shown with it."""


def explain(project: Project, id: str) -> Explanation:
    """The reading of the event of an id, or of the beginning of one. Raises NotFoundError for what is no event of a
    newest coding, or where nobody knows whom to mask in its report."""
    event_id = _event_id(project, id)
    document_id = views.document_of(project.store, event_id)
    seen = showing.document(project, document_id) if document_id else None
    told = next((one for one in seen.events if one.event.id == event_id), None) if seen else None
    if seen is None or told is None or seen.masked is None:
        older = "; its report was coded by an older Byline, so code it again" if seen else ""
        raise NotFoundError(f"{event_id} is not in the newest coding of its report{older}")
    return _explained(project, seen, told)


def _event_id(project: Project, id: str) -> str:
    whole = project.store.find(id)
    if whole.startswith("e"):
        return whole
    if whole.startswith("i"):
        events = incidents.find(project.store, whole).event_ids
    else:
        shown = showing.document(project, whole) if whole.startswith("d") else None
        events = tuple(one.event.id for one in shown.events) if shown else ()
    some = f"; its events: {', '.join(events[:5])}{', …' if len(events) > 5 else ''}" if events else ""
    raise NotFoundError(f"{whole} is no event, and byline explain explains one event{some}")


def _explained(project: Project, seen: Shown, told: DecidedEvent) -> Explanation:
    document, event = seen.masked, told.event
    assert document is not None
    pipeline_id = seen.coding.pipeline_id if seen.coding else ""
    steps = _steps(project, pipeline_id)
    row = _record(project, seen, event)
    before = _record(project, seen, told.coded) if told.coded is not None and told.state == "edited" else None
    values = tuple(_values(document, event, row, steps=steps, before=before, told=told))
    return Explanation(
        event_id=event.id,
        headline=_headline(row),
        status=event.status,
        state=told.state,
        confidence=event.score,
        document=document,
        source=seen.source,
        text=tuple(_text(document, event, values)),
        values=values,
        cuts=_cuts(document),
        decisions=tuple(_rulings(seen, told)),
        others=_others(project, event),
        findings=tuple(_findings(project, seen)),
        steps=tuple(steps.values()),
        pipeline_id=pipeline_id,
        names_hidden=len(seen.hiding.hidden) if seen.hiding else 0,
    )


def _record(project: Project, seen: Shown, event: Event) -> dict[str, Any]:
    assert seen.masked is not None
    masked = seen.hiding.event(event) if seen.hiding else event
    pipeline_id = seen.coding.pipeline_id if seen.coding else ""
    return record(masked, seen.masked, ontology=project.ontology, pipeline_id=pipeline_id, source=seen.source)


def _steps(project: Project, pipeline_id: str) -> dict[str, Step]:
    """The steps of the pipeline that is installed; without versions where another one read the report."""
    its = project.pipeline
    same = its.id == pipeline_id
    return {
        one.name: Step(name=one.name, version=one.version if same else None, data=one.data if same else ())
        for one in its.steps
    }


# Values


def _values(
    document: Document,
    event: Event,
    row: Mapping[str, Any],
    *,
    steps: Mapping[str, Step],
    before: Mapping[str, Any] | None,
    told: DecidedEvent,
) -> Iterator[Value]:
    def value(name: str, says: str, because: str, mention: Mention | None) -> Value:
        spans = [event.trigger, *event.told] if mention is None else _spans(mention)
        by = event.by if mention is None else mention.by
        decided = next((told.sets[field] for field in _FIELDS_OF.get(name, (name,)) if field in told.sets), None)
        person = by.startswith("person:") or decided is not None
        return Value(
            name=name,
            says=says,
            because=because.removeprefix(f"{_BASES['stated']}; ") if decided is not None else because,
            words=tuple(_words(document, span) for span in spans),
            by=f"a person: {decided.reviewer}" if decided is not None else _read_by(by, steps),
            confidence=None if person else (event.score if mention is None else mention.score),
            read_before=_before(name, before) if decided is not None and before is not None else None,
        )

    yield value("what", _kind(row), f"{_status(row['status'])}; {_kind_because(row)}", None)
    when = next(iter(event.role("when")), None)
    if when is not None:
        yield value("when", _days(row["when"]), _when_because(row["when"]), when)
    for mention, place in zip(event.role("place"), row["places"], strict=True):
        yield value("where", _place(place), _place_because(place), mention)
    for mention, actor in zip(event.role("actor", "recipient", "instrument"), row["actors"], strict=True):
        yield value(_ROLES[mention.role], _actor(actor), _actor_because(actor), mention)
    for mention, number in zip(event.role("quantity"), row["quantities"], strict=True):
        yield value("how many", _quantity(number), _quantity_because(number), mention)
    for role in ("quote", "demand"):
        for mention in (one for one in event.mentions if one.role == role):
            yield value(role, "", "in the report's own words", mention)
    speaker = next(iter(event.role("speaker")), None)
    said = row["attribution"]
    if speaker is not None:
        yield value("according to", said["source"] or document.quote(speaker.span), _said_because(said), speaker)
    else:
        yield Value(name="according to", says=said["source"] or "the report itself", because="nobody is quoted for it",
                    words=(), by="the report's byline or source", confidence=None)  # fmt: skip


_ROLES: Final = {"actor": "who", "recipient": "to whom", "instrument": "with what"}
_FIELDS_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "what": ("type", "mode", "status", "contexts", "acled"),
    "where": ("places",),
    "who": ("actors",),
    "to whom": ("actors",),
    "with what": ("actors",),
    "how many": ("quantities",),
    "according to": ("attribution",),
}


def _spans(mention: Mention) -> tuple[Span, ...]:
    return (mention.span, *mention.also, *((mention.antecedent,) if mention.antecedent else ()))


def _words(document: Document, span: Span) -> Words:
    return Words(part=span.part, start=span.start, end=span.end, text=document.quote(span))


def _read_by(by: str, steps: Mapping[str, Step]) -> Step | str:
    name = by.removeprefix("person:")
    return steps.get(by) or (f"a person: {name}" if name else "not kept")


def _before(name: str, row: Mapping[str, Any]) -> str:
    """What the program had read, in a line."""
    match name:
        case "what":
            return _kind(row)
        case "when":
            return _days(row["when"])
        case "where":
            return "; ".join(map(_place, row["places"])) or "no place"
        case "how many":
            return "; ".join(map(_quantity, row["quantities"])) or "no number"
        case "according to":
            return row["attribution"]["source"] or "the report itself"
    role = next((role for role, told in _ROLES.items() if told == name), None)
    return "; ".join(_actor(one) for one in row["actors"] if one["role"] == role) or "nobody"


def _headline(row: Mapping[str, Any]) -> str:
    place = next((one["name"] or one["text"] for one in row["places"]), None)
    parts = [_kind(row), _days(row["when"]) if row["when"]["start"] or row["when"]["end"] else None, place]
    return ", ".join(part for part in parts if part)


def _kind(row: Mapping[str, Any]) -> str:
    return " · ".join(word for word in (row["type"] or "no type", row["mode"], *row["contexts"]) if word)


def _kind_because(row: Mapping[str, Any]) -> str:
    acled = row["acled"]
    return f"in ACLED's terms {acled['event_type']}, {acled['sub_event_type']}" if acled else "ACLED has no row for it"


_STATUSES: Final = {
    "reported": "told as new", "summary": "a sum of what is told", "denied": "told as denied",
    "planned": "told as planned", "hypothetical": "told as possible", "background": "told as history",
}  # fmt: skip


def _status(status: str) -> str:
    return _STATUSES.get(status, status)


def _days(when: Mapping[str, Any]) -> str:
    start, end = when["start"] or when["end"], when["end"] or when["start"]
    if start is None:
        return "not told"
    return start if start == end else f"{start} to {end}"


_BASES: Final = {
    "stated": "the words give the date itself",
    "relative": "worked out from the words and the day of publication",
    "inherited": "taken from what stands around it",
    "published": "the day of publication stands in, as no day is told",
}


def _when_because(when: Mapping[str, Any]) -> str:
    basis = _BASES.get(when["basis"] or "", "the words were read and not resolved")
    return f"{basis}; precise to the {when['precision']}" if when["start"] else basis


def _place(place: Mapping[str, Any]) -> str:
    if not place["name"]:
        return f"“{place['text']}”, not resolved"
    relation = "" if place["relation"] == "in" else f"{place['relation']} "
    return relation + ", ".join(word for word in (place["name"], place["admin1"], place["country"]) if word)


def _place_because(place: Mapping[str, Any]) -> str:
    parts = [
        f"told as a {place['precision']}" if place["precision"] else "",
        "taken from what stands around it" if place["basis"] == "inherited" else "",
    ]
    if place["latitude"] is not None:
        off = f", at most {place['radius_km']:g} km off" if place["radius_km"] is not None else ""
        parts.append(f"at {place['latitude']:.4f}, {place['longitude']:.4f}{off}")
    parts.append(f"GeoNames {place['geonameid']}" if place["geonameid"] else "in no gazetteer")
    if place["attribution"]:
        parts.append(f"says {place['attribution']}")
    return ", ".join(part for part in parts if part)


def _actor(actor: Mapping[str, Any]) -> str:
    return str(actor["name"] or f"“{actor['text']}”")


def _actor_because(actor: Mapping[str, Any]) -> str:
    public = {True: "a public person", False: "a private person"}.get(actor["public"], "")
    kind = public or actor["kind"] or ""
    return ", ".join(word for word in (kind, actor["sector"], actor["code"]) if word)


def _quantity(number: Mapping[str, Any]) -> str:
    low, high = number["low"], number["high"]
    if low is not None and high is not None:
        amount = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    else:
        amount = f"{low:,} or more" if low is not None else f"up to {high:,}" if high is not None else "a number"
    return f"{number['what']}: {amount}" + (f" ({number['of']})" if number["of"] else "")


def _quantity_because(number: Mapping[str, Any]) -> str:
    bounds = {"no upper bound is told": number["high"], "no lower bound is told": number["low"]}
    parts = [words for words, bound in bounds.items() if bound is None]
    if number["attribution"]:
        parts.append(f"says {number['attribution']}")
    return ", ".join(parts)


def _said_because(said: Mapping[str, Any]) -> str:
    return ", ".join(word for word in (said["kind"], "a party to it" if said["interest"] == "party" else "") if word)


# The text around


def _text(document: Document, event: Event, values: Iterable[Value]) -> Iterator[Segment]:
    """The sentence with some text before and after, cut where the words of values begin and end."""
    sentence, words = event.sentence, document.part(event.sentence.part)
    start, end = _context(words, sentence)
    named = [
        (one.start, one.end, value.name)
        for value in values
        for one in value.words
        if one.part == sentence.part and one.start < end and one.end > start
    ]
    edges = {start, end, max(start, sentence.start), min(end, sentence.end)}
    edges |= {min(max(place, start), end) for one in named for place in one[:2]}
    ordered = sorted(edges)
    for left, right in pairwise(ordered):
        names = dict.fromkeys(name for first, last, name in named if first < right and last > left)
        within = sentence.start < right and sentence.end > left
        yield Segment(text=words[left:right], names=tuple(names), within=within)


def _context(words: str, sentence: Span) -> tuple[int, int]:
    """The paragraph of a sentence, not further than CONTEXT characters from it."""
    first = words.rfind("\n\n", 0, sentence.start)
    last = words.find("\n\n", sentence.end)
    start = max(first + 2 if first >= 0 else 0, sentence.start - CONTEXT)
    end = min(last if last >= 0 else len(words), sentence.end + CONTEXT)
    return start, end


def _cuts(document: Document) -> tuple[tuple[str, int, int], ...]:
    """Why something was cut, how often, and how many characters."""
    times: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for cut in document.cuts:
        times[cut.reason] += 1
        characters[cut.reason] += len(cut.text)
    return tuple((reason, number, characters[reason]) for reason, number in times.most_common())


# What people and other reports say


def _rulings(seen: Shown, told: DecidedEvent) -> Iterator[Ruling]:
    words = seen.hiding.words if seen.hiding else str
    for one in told.decisions:
        withheld = one.field == "actors" or one.verdict in ("new", "split")
        yield Ruling(
            decision=one,
            standing=seen.standings.get(one.id, ""),
            value="the actors above" if withheld else None if one.value is None else words(one.value),
            note=words(one.note),
        )


def _others(project: Project, event: Event) -> Others | None:
    """What is told of the happening beside this report; None where no other report tells of it."""
    incident = incidents.of_event(project.store, event.id)
    if not 2 <= len(incident.event_ids) <= MOST_REPORTS:
        first = {one.id for one, _ in incidents.reports(project.store, incident, most=MOST_REPORTS)}
        incident = replace(incident, event_ids=tuple(sorted(first | {event.id})))
    dossier = showing.dossier(project, incident)
    return _told(event, dossier) if dossier is not None and len(dossier.reports) > 1 else None


def _told(event: Event, dossier: Dossier) -> Others:
    return Others(
        incident_id=dossier.incident.id,
        reports=dossier.corroboration.reports,
        says=dossier.corroboration.says,
        fields=tuple((one.name, one.summary, one.agreement) for one in dossier.fields),
        disputes=tuple(one.says for one in dossier.disputes),
        told=tuple(
            (
                other.id,
                document.source_id or document.byline or document.origin,
                document.quote(other.sentence),
            )
            for other, document in dossier.reports
            if other.id != event.id
        ),
    )


def _findings(project: Project, seen: Shown) -> Iterator[tuple[str, str, str]]:
    for id in kept_shown.findings_of(project.store, seen.document.id):
        found = kept_findings.finding(project.store, id)
        says = showing.finding_says(project, id)
        if found is not None and says:
            yield found.severity, found.kind, says
