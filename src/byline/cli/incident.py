"""What a person sees of an incident in the terminal, and its JSON form."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from byline.cli.view import clean
from byline.linking.standing import incident_record
from byline.linking.standing.dossier import Dossier
from byline.linking.standing.field import Field
from byline.model import Document, Event, Link

WIDTH = 100
MOST_REPORTS = 20
"""So many reports, reasons and links are shown; of more, how many there are."""

_LEAD = 14
_AGREEMENT = {"agree": "", "differ": "They differ.", "update": "Brought forward.", "one report": "Told by one."}
_SHORT_ID = 9


def to_json(dossier: Dossier) -> dict[str, Any]:
    """The JSON form of an incident (schemas/incident.json)."""
    return incident_record.record(dossier)


def lines(dossier: Dossier) -> Iterator[str]:
    """An incident for people: how well it is attested, what is told in each respect and by whom, who disputes what, the
    reports, and why they are held to be one."""
    yield from _wrapped(f"Incident {dossier.incident.id}{_headline(dossier)}", lead=0)
    if dossier.formerly:
        yield from _wrapped(f"formerly {', '.join(dossier.formerly)}", lead=2)
    yield ""
    for sentence in dossier.corroboration.says:
        yield from _wrapped(sentence, lead=2)
    yield ""
    for field in dossier.fields:
        yield from _field(field)
    yield from _section("Disputed", (one.says for one in dossier.disputes))
    copies = {id for one in dossier.corroboration.tellers for id in one.copy_ids}
    yield from _section("Reports", (_report(*one, copies=copies) for one in dossier.reports))
    because = [one.because for one in dossier.corroboration.because]
    more = [f"and {dossier.corroboration.untold:,} more pairs"] if dossier.corroboration.untold else []
    yield from _section("Who is independent of whom", [*because, *more])
    yield from _section("Why these are one", (_link(one) for one in dossier.links))
    yield from _section("Decisions", (_decision(one.verdict, one.reviewer, one.at) for one in dossier.decisions))


def _headline(dossier: Dossier) -> str:
    """What happened, when and where, as far as a word or two says it."""
    told = {one.name: one.summary.partition(";")[0] for one in dossier.fields}
    parts = [told[name] for name in ("type", "when", "place") if name in told]
    return f": {', '.join(parts)}" if parts else ""


def _field(field: Field) -> Iterator[str]:
    told = " ".join(one for one in (_AGREEMENT[field.agreement], field.because) if one)
    yield from _wrapped(field.summary, lead=_LEAD + 2, first=f"  {field.name:<{_LEAD}}")
    if told:
        yield from _wrapped(told, lead=_LEAD + 2)


def _section(title: str, told: Iterable[str]) -> Iterator[str]:
    every = list(told)
    if every:
        yield ""
        yield title
        for one in islice(every, MOST_REPORTS):
            yield from _wrapped(one, lead=4, first="  ")
        if len(every) > MOST_REPORTS:
            yield f"  and {len(every) - MOST_REPORTS:,} more"


def _report(event: Event, document: Document, *, copies: set[str]) -> str:
    day = document.published.isoformat() if document.published else "no date"
    source = document.source_id or document.byline or document.origin
    copy = " (copy)" if document.id in copies else ""
    status = "" if event.status == "reported" else f" [{event.status}]"
    return f"{day}  {event.id[:_SHORT_ID]}  {source}{copy}{status}: “{document.quote(event.sentence)}”"


def _link(link: Link) -> str:
    told = f"a person said: {link.decided}" if link.decided else f"{link.probability:.3f}"
    levels = "; ".join(f"{one.of}: {one.level} ({one.weight:+.1f})" for one in link.because)
    return f"{link.left[:_SHORT_ID]} {link.right[:_SHORT_ID]}  {told}  {levels}"


def _decision(verdict: str, reviewer: str, at: str) -> str:
    return f"{at}  {verdict}, by {reviewer}"


def _wrapped(words: str, *, lead: int, first: str | None = None) -> Iterator[str]:
    """Words in lines, made safe to print, all but the first `lead` blanks in."""
    indent = " " * lead
    yield from textwrap.wrap(
        clean(words),
        WIDTH,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )
