"""The tables behind `byline query`: what may be shown of documents, events, findings and decisions, names masked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import (
    Column,
    Connection,
    Date,
    Double,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    delete,
    select,
)

from byline.store.schema import metadata

shown_documents = Table(
    "shown_documents",
    metadata,
    Column("document_id", Text, primary_key=True),
    # By what its rows were made: the program, the settings and the register of sources.
    Column("shown_by", Text, nullable=False),
    Column("external_id", Text),
    Column("title", Text),
    Column("byline", Text),
    Column("source", Text, index=True),
    Column("source_name", Text),
    Column("source_kind", Text),
    Column("source_country", Text),
    Column("source_owner", Text),
    Column("source_interest", Text),
    Column("language", Text),
    Column("published", Date),
    Column("url", Text),
    Column("origin", Text),
    Column("text_sha256", Text, nullable=False),
    Column("raw_sha256", Text, nullable=False),
    Column("names", Text, nullable=False),
    Column("events", Integer, nullable=False),
    Column("pipeline_id", Text),
    Column("coded_at", Text, nullable=False),
)
Index("ix_shown_documents_shown_by", shown_documents.c.document_id, shown_documents.c.shown_by)

shown_texts = Table(
    "shown_texts",
    metadata,
    Column("document_id", Text, primary_key=True),
    Column("text", Text, nullable=False),
)
"""Apart from `shown_documents`, so that what does not ask for texts does not read over them."""

shown_events = Table(
    "shown_events",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("document_id", Text, nullable=False, index=True),
    Column("type", Text),
    Column("mode", Text),
    Column("contexts", Text, nullable=False),
    Column("disorder_type", Text),
    Column("event_type", Text),
    Column("sub_event_type", Text),
    Column("status", Text, nullable=False),
    Column("decided", Text, nullable=False),
    Column("trigger", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("part", Text, nullable=False),
    Column("starts", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
    Column("first_day", Date),
    Column("last_day", Date),
    Column("when_precision", Text),
    Column("when_basis", Text),
    Column("when_text", Text),
    Column("place", Text),
    Column("country", Text),
    Column("admin1", Text),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("radius_km", Double),
    Column("place_precision", Text),
    Column("actor", Text),
    Column("actor_code", Text),
    Column("recipient", Text),
    Column("recipient_code", Text),
    Column("fatalities_low", Integer),
    Column("fatalities_high", Integer),
    Column("attribution", Text),
    Column("attribution_kind", Text),
    Column("attribution_interest", Text),
    Column("confidence", Double, nullable=False),
    Column("read_by", Text, nullable=False),
)
Index("ix_shown_events_type", shown_events.c.type, shown_events.c.status)
Index("ix_shown_events_first_day", shown_events.c.first_day)
Index("ix_shown_events_country", shown_events.c.country)

shown_places = Table(
    "shown_places",
    metadata,
    Column("event_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("document_id", Text, nullable=False, index=True),
    Column("text", Text, nullable=False),
    Column("name", Text),
    Column("geonameid", Integer),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("radius_km", Double),
    Column("relation", Text),
    Column("basis", Text),
    Column("country", Text),
    Column("admin1", Text),
    Column("precision", Text),
    Column("attribution", Text),
    Column("confidence", Double),
    PrimaryKeyConstraint("event_id", "number"),
)

shown_actors = Table(
    "shown_actors",
    metadata,
    Column("event_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("document_id", Text, nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("name", Text),
    Column("kind", Text),
    Column("public", Integer),
    Column("code", Text),
    Column("sector", Text),
    Column("confidence", Double),
    PrimaryKeyConstraint("event_id", "number"),
)

shown_quantities = Table(
    "shown_quantities",
    metadata,
    Column("event_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("document_id", Text, nullable=False, index=True),
    Column("what", Text, nullable=False),
    Column("of", Text),
    Column("low", Double),
    Column("high", Double),
    Column("text", Text, nullable=False),
    Column("attribution", Text),
    Column("confidence", Double),
    PrimaryKeyConstraint("event_id", "number"),
)

shown_evidence = Table(
    "shown_evidence",
    metadata,
    Column("event_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("document_id", Text, nullable=False, index=True),
    Column("field", Text, nullable=False),
    Column("value_number", Integer),
    Column("part", Text, nullable=False),
    Column("starts", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
    Column("words", Text, nullable=False),
    Column("read_by", Text, nullable=False),
    Column("confidence", Double),
    PrimaryKeyConstraint("event_id", "number"),
)

shown_findings = Table(
    "shown_findings",
    metadata,
    Column("finding_id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("says", Text),
    Column("numbers", Text, nullable=False),
    Column("documents", Integer, nullable=False),
)

shown_finding_words = Table(
    "shown_finding_words",
    metadata,
    Column("finding_id", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("side", Text, nullable=False),
    Column("document_id", Text, nullable=False, index=True),
    Column("part", Text, nullable=False),
    Column("starts", Integer, nullable=False),
    Column("ends", Integer, nullable=False),
    Column("words", Text),
    PrimaryKeyConstraint("finding_id", "number"),
)

shown_decisions = Table(
    "shown_decisions",
    metadata,
    Column("decision_id", Text, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("document_id", Text, index=True),
    Column("verdict", Text, nullable=False),
    Column("field", Text),
    Column("value", Text),
    Column("note", Text),
    Column("reviewer", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("at", Text, nullable=False),
)

OF_EVENTS: Final = (shown_events, shown_places, shown_actors, shown_quantities, shown_evidence)
OF_DOCUMENTS: Final = (shown_documents, shown_texts, *OF_EVENTS)
SHOWN: Final = (*OF_DOCUMENTS, shown_findings, shown_finding_words, shown_decisions)


def stale(connection: Connection, document_ids: Sequence[str]) -> None:
    """Marks documents to be shown anew: what is kept of them is not seen any more."""
    if document_ids:
        connection.execute(delete(shown_documents).where(shown_documents.c.document_id.in_(document_ids)))


def forget(connection: Connection, document_id: str) -> None:
    """Drops all that is kept here of a document, and the decisions on it."""
    for table in (*OF_DOCUMENTS, shown_decisions):
        connection.execute(delete(table).where(table.c.document_id == document_id))
    its = select(shown_finding_words.c.finding_id).where(shown_finding_words.c.document_id == document_id)
    forget_findings(connection, list(connection.scalars(its)))


def forget_findings(connection: Connection, finding_ids: Sequence[str]) -> None:
    """Drops what is kept here of findings."""
    for table in (shown_finding_words, shown_findings):
        connection.execute(delete(table).where(table.c.finding_id.in_(finding_ids)))


def forget_decisions(connection: Connection, decision_ids: Sequence[str]) -> None:
    """Drops what is kept here of decisions."""
    connection.execute(delete(shown_decisions).where(shown_decisions.c.decision_id.in_(decision_ids)))
