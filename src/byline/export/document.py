"""A document as JSON: the columns that `byline read --format jsonl` prints, and that JSON Lines inputs may have."""

from __future__ import annotations

from typing import Any

from byline.model import Document


def to_json(document: Document) -> dict[str, Any]:
    """A document's columns. `id` is ours, days are ISO dates, and every key is always there (None: not known)."""
    dateline = document.dateline
    return {
        "id": document.id,
        "external_id": document.external_id,
        "title": document.title,
        "byline": document.byline,
        "dateline": {
            "place": dateline.place if dateline else None,
            "date": dateline.date.isoformat() if dateline and dateline.date else None,
        },
        "published": document.published.isoformat() if document.published else None,
        "language": document.language,
        "source": document.source_id,
        "url": document.url,
        "origin": document.origin,
        "text": document.text,
        "captions": list(document.captions),
        "cuts": [{"start": cut.start, "text": cut.text, "reason": cut.reason} for cut in document.cuts],
    }
