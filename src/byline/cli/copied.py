"""What `byline copies` shows: which documents are copies of which."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from byline.cli.view import clean
from byline.model import Copy, Document
from byline.project import Project


def rows(project: Project) -> Iterator[dict[str, Any]]:
    """An object a copy: the two documents, and how much of each stands in the other."""
    for copy in project.copies():
        yield {
            "document": copy.document_id,
            "original": copy.original_id,
            "share": round(copy.share, 3),
            "of_original": round(copy.of_original, 3),
        }


def lines(project: Project) -> Iterator[str]:
    """For people: each original with its copies under it, and how much of their words stand in it."""
    for original_id, copies in groupby(project.copies(), key=lambda copy: copy.original_id):
        yield _titled(project.document(original_id))
        yield from _under(project, copies)


def _under(project: Project, copies: Iterable[Copy]) -> Iterator[str]:
    for copy in copies:
        yield f"  {copy.share:>4.0%} of {_titled(project.document(copy.document_id))}"


def _titled(document: Document) -> str:
    day = document.published.isoformat() if document.published else "no date"
    title = document.title or " ".join(document.text.split()[:12])
    return clean(f"{document.id[:10]}  {day}  {document.source_id or document.origin}  {title}")
