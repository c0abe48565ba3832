"""The views that people ask, as SQL that SQLite and PostgreSQL both take. Over `shown_*` tables alone, and tables that
hold no words: whatever is asked of them, no name comes out that an export would mask.

A change of a view comes with a migration that makes all of them anew (`make`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection

from byline.store.surface import views

_INCIDENT = "coalesce(i.incident_id, 'i' || substr(e.event_id, 2))"

_EVENTS = f"""
SELECT e.event_id, e.document_id, {_INCIDENT} AS incident_id,
    e.type, e.mode, e.contexts, e.disorder_type, e.event_type, e.sub_event_type, e.status, e.decided, e.trigger,
    e.sentence, e.part, e.starts, e.ends, e.first_day, e.last_day, e.when_precision, e.when_basis, e.when_text, e.place,
    e.country, e.admin1, e.latitude, e.longitude, e.radius_km, e.place_precision, e.actor, e.actor_code, e.recipient,
    e.recipient_code, e.fatalities_low, e.fatalities_high, e.attribution, e.attribution_kind, e.attribution_interest,
    e.confidence, e.read_by, d.source, d.published, d.title, d.url, d.pipeline_id
FROM shown_events AS e
JOIN shown_documents AS d ON d.document_id = e.document_id
LEFT JOIN incident_events AS i ON i.event_id = e.event_id
"""


def _of_events(table: str) -> str:
    """The rows of a table on values of events that are kept as shown and not rejected."""
    columns = ", ".join(f"t.{column.name}" for column in views()[table.replace("shown_", "v_")].columns)
    return f"""
SELECT {columns} FROM {table} AS t
JOIN shown_events AS e ON e.event_id = t.event_id AND e.document_id = t.document_id
JOIN shown_documents AS d ON d.document_id = t.document_id
WHERE e.decided <> 'rejected'
"""


STATEMENTS: Final[Mapping[str, str]] = {
    "v_documents": """
SELECT d.document_id, d.external_id, d.title, d.byline, d.source, d.language, d.published, d.url, d.origin,
    t.text, d.text_sha256, d.raw_sha256, d.names, d.events, c.original_id, d.pipeline_id, d.coded_at
FROM shown_documents AS d
LEFT JOIN shown_texts AS t ON t.document_id = d.document_id
LEFT JOIN copies AS c ON c.document_id = d.document_id
""",
    "v_events": _EVENTS + "WHERE e.decided <> 'rejected'\n",
    "v_rejected_events": _EVENTS + "WHERE e.decided = 'rejected'\n",
    "v_places": _of_events("shown_places"),
    "v_actors": _of_events("shown_actors"),
    "v_quantities": _of_events("shown_quantities"),
    "v_evidence": _of_events("shown_evidence"),
    "v_sources": """
SELECT source, max(source_name) AS name, max(source_kind) AS kind, max(source_country) AS country,
    max(source_owner) AS owner, max(source_interest) AS interest, count(*) AS documents, sum(events) AS events,
    min(published) AS first_published, max(published) AS last_published
FROM shown_documents WHERE source IS NOT NULL GROUP BY source
""",
    "v_incidents": f"""
SELECT incident_id, count(*) AS events, sum(CASE WHEN status = 'reported' THEN 1 ELSE 0 END) AS reported,
    count(DISTINCT document_id) AS documents, count(DISTINCT coalesce(source, byline)) AS sources,
    min(first_day) AS first_day, max(last_day) AS last_day, count(DISTINCT type) AS types,
    CASE WHEN count(DISTINCT type) = 1 THEN max(type) END AS type, count(DISTINCT country) AS countries,
    CASE WHEN count(DISTINCT country) = 1 THEN max(country) END AS country,
    min(fatalities_low) AS fatalities_least, max(coalesce(fatalities_high, fatalities_low)) AS fatalities_most
FROM (
    SELECT {_INCIDENT} AS incident_id, e.*, d.source, d.byline
    FROM shown_events AS e
    JOIN shown_documents AS d ON d.document_id = e.document_id
    LEFT JOIN incident_events AS i ON i.event_id = e.event_id
    WHERE e.decided <> 'rejected'
) AS told
GROUP BY incident_id
""",
    "v_incident_events": f"""
SELECT {_INCIDENT} AS incident_id, e.event_id, e.document_id
FROM shown_events AS e
JOIN shown_documents AS d ON d.document_id = e.document_id
LEFT JOIN incident_events AS i ON i.event_id = e.event_id
WHERE e.decided <> 'rejected'
""",
    "v_findings": """
SELECT finding_id, kind, severity, says, numbers, documents FROM shown_findings
""",
    "v_finding_evidence": """
SELECT finding_id, number, side, document_id, part, starts, ends, words FROM shown_finding_words
""",
    "v_decisions": """
SELECT decision_id, subject, document_id, verdict, field, value, note, reviewer, role, at FROM shown_decisions
""",
    "v_copies": "SELECT document_id, original_id, share, of_original FROM copies\n",
}
"""What each view selects, in the order of `query_views.toml`."""


def make(connection: Connection) -> None:
    """Makes all views, in place of those that are there."""
    drop(connection)
    for name, statement in STATEMENTS.items():
        connection.exec_driver_sql(f"CREATE VIEW {name} AS {statement.strip()}")


def drop(connection: Connection) -> None:
    """Takes all views away."""
    for name in STATEMENTS:
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")
