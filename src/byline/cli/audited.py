"""What `byline audit` shows: findings with the words on both sides."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from byline.cli.options import count, existing, note, option_db, option_format
from byline.model import Cited, Document, Failure

if TYPE_CHECKING:
    from byline.project import Project
    from byline.project.auditing import Judged

EXIT_NOTHING_DONE, EXIT_SOME_FAILED = 1, 3


@click.command("audit", epilog="Example: byline audit --format json")
@click.argument("inputs", nargs=-1, metavar="[INPUT...]")
@option_format("json", says="For people, or one JSON array.")
@option_db
def command(inputs: tuple[str, ...], form: str, db: str, files: Path | None) -> None:
    """Hold reports against their own figures, and those of one outlet against each other.

    Audits every document of the database; INPUT is coded first, and then only what is found on it is shown. No finding
    is a verdict on truth: it says what the texts say.
    """
    from byline.project import Project
    from byline.project.auditing import audit, findings

    with Project(database=db if inputs else existing(db), files=files) as project:
        only, failed = _coded(project, inputs) if inputs else (None, 0)
        done = audit(project.store, project.sources)
        found = list(findings(project.store, only=only))
        if form == "json":
            click.echo(_json([row(one) for one in found]))
        else:
            for line in lines(found):
                click.echo(line)
    lost = f"; {failed} could not be read or coded" if failed else ""
    note(f"{count(len(found), 'finding')}; {count(done.documents, 'document')} looked at now{lost}.")
    if failed:
        sys.exit(EXIT_SOME_FAILED if only else EXIT_NOTHING_DONE)


# Characters that steer a terminal or turn the direction of what it shows; JSON can name each by its number.
_STEERING = re.compile("[\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def _json(value: list[dict[str, Any]]) -> str:
    words = json.dumps(value, ensure_ascii=False, indent=2)
    return _STEERING.sub(lambda match: f"\\u{ord(match.group()):04x}", words)


def _coded(project: Project, inputs: Sequence[str]) -> tuple[list[str], int]:
    """The ids of the documents of the inputs, coded now or before, and how many failed."""
    ids, failed = [], 0
    for one in project.code(inputs):
        if isinstance(one, Failure):
            failed += 1
            note(f"{one.origin}: {one.step}: {one.error}")
        else:
            ids.append(one.document.id)
    return ids, failed


def row(judged: Judged) -> dict[str, Any]:
    """A finding as JSON: the schema is schemas/finding.json."""
    one = judged.finding
    by_id = {document.id: document for document in judged.documents}
    return {
        "id": one.id,
        "kind": one.kind,
        "severity": one.severity,
        "says": one.says,
        "claim": [_quoted(cited, by_id) for cited in one.claim],
        "against": [_quoted(cited, by_id) for cited in one.against],
        "numbers": [int(number) if number == int(number) else number for number in one.numbers],
        "names": {label: list(names) for label, names in one.names},
        "documents": [
            {
                "id": document.id,
                "title": document.title,
                "source": document.source_id,
                "published": document.published.isoformat() if document.published else None,
                "origin": document.origin,
            }
            for document in judged.documents
        ],
        "decision": {
            "verdict": judged.decision.verdict,
            "reviewer": judged.decision.reviewer,
            "at": judged.decision.at,
            "note": judged.decision.note,
        }
        if judged.decision
        else None,
    }


def _quoted(cited: Cited, by_id: dict[str, Document]) -> dict[str, Any]:
    document = by_id[cited.document_id]
    span = cited.span
    return {
        "document": cited.document_id,
        "in": span.part,
        "start": span.start,
        "end": span.end,
        "text": document.quote(span),
    }


def lines(found: Sequence[Judged]) -> Iterator[str]:
    """For people: each finding in a sentence, then the documents it is found in."""
    from byline.cli.view import clean

    for judged in found:
        one = judged.finding
        decided = f"  {judged.decision.verdict}ed by {judged.decision.reviewer}" if judged.decision else ""
        yield clean(f"{one.id}  {one.severity}  {one.kind}{decided}")
        yield f"  {clean(one.says)}"
        for document in judged.documents:
            yield f"  in {document.id[:10]}  {clean(document.title or document.origin)}"
        yield ""
