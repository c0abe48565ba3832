"""What may be asked for with `byline query`: the tables of what is shown, and the views over them."""

import sqlalchemy as sa
from alembic import op

from byline.store import view_statements

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Makes ten tables, to be filled when something is first asked, and the views."""
    op.create_table(
        "shown_documents",
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("shown_by", sa.Text, nullable=False),
        sa.Column("external_id", sa.Text),
        sa.Column("title", sa.Text),
        sa.Column("byline", sa.Text),
        sa.Column("source", sa.Text),
        sa.Column("source_name", sa.Text),
        sa.Column("source_kind", sa.Text),
        sa.Column("source_country", sa.Text),
        sa.Column("source_owner", sa.Text),
        sa.Column("source_interest", sa.Text),
        sa.Column("language", sa.Text),
        sa.Column("published", sa.Date),
        sa.Column("url", sa.Text),
        sa.Column("origin", sa.Text),
        sa.Column("text_sha256", sa.Text, nullable=False),
        sa.Column("raw_sha256", sa.Text, nullable=False),
        sa.Column("names", sa.Text, nullable=False),
        sa.Column("events", sa.Integer, nullable=False),
        sa.Column("pipeline_id", sa.Text),
        sa.Column("coded_at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("document_id", name="pk_shown_documents"),
    )
    op.create_index("ix_shown_documents_shown_by", "shown_documents", ["document_id", "shown_by"])
    op.create_index("ix_shown_documents_source", "shown_documents", ["source"])
    op.create_table(
        "shown_texts",
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("document_id", name="pk_shown_texts"),
    )
    op.create_table(
        "shown_events",
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("type", sa.Text),
        sa.Column("mode", sa.Text),
        sa.Column("contexts", sa.Text, nullable=False),
        sa.Column("disorder_type", sa.Text),
        sa.Column("event_type", sa.Text),
        sa.Column("sub_event_type", sa.Text),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("decided", sa.Text, nullable=False),
        sa.Column("trigger", sa.Text, nullable=False),
        sa.Column("sentence", sa.Text, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("starts", sa.Integer, nullable=False),
        sa.Column("ends", sa.Integer, nullable=False),
        sa.Column("first_day", sa.Date),
        sa.Column("last_day", sa.Date),
        sa.Column("when_precision", sa.Text),
        sa.Column("when_basis", sa.Text),
        sa.Column("when_text", sa.Text),
        sa.Column("place", sa.Text),
        sa.Column("country", sa.Text),
        sa.Column("admin1", sa.Text),
        sa.Column("latitude", sa.Double),
        sa.Column("longitude", sa.Double),
        sa.Column("radius_km", sa.Double),
        sa.Column("place_precision", sa.Text),
        sa.Column("actor", sa.Text),
        sa.Column("actor_code", sa.Text),
        sa.Column("recipient", sa.Text),
        sa.Column("recipient_code", sa.Text),
        sa.Column("fatalities_low", sa.Integer),
        sa.Column("fatalities_high", sa.Integer),
        sa.Column("attribution", sa.Text),
        sa.Column("attribution_kind", sa.Text),
        sa.Column("attribution_interest", sa.Text),
        sa.Column("confidence", sa.Double, nullable=False),
        sa.Column("read_by", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_shown_events"),
    )
    op.create_index("ix_shown_events_country", "shown_events", ["country"])
    op.create_index("ix_shown_events_document_id", "shown_events", ["document_id"])
    op.create_index("ix_shown_events_first_day", "shown_events", ["first_day"])
    op.create_index("ix_shown_events_type", "shown_events", ["type", "status"])
    op.create_table(
        "shown_places",
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("geonameid", sa.Integer),
        sa.Column("latitude", sa.Double),
        sa.Column("longitude", sa.Double),
        sa.Column("radius_km", sa.Double),
        sa.Column("relation", sa.Text),
        sa.Column("basis", sa.Text),
        sa.Column("country", sa.Text),
        sa.Column("admin1", sa.Text),
        sa.Column("precision", sa.Text),
        sa.Column("attribution", sa.Text),
        sa.Column("confidence", sa.Double),
        sa.PrimaryKeyConstraint("event_id", "number", name="pk_shown_places"),
    )
    op.create_index("ix_shown_places_document_id", "shown_places", ["document_id"])
    op.create_table(
        "shown_actors",
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("kind", sa.Text),
        sa.Column("public", sa.Integer),
        sa.Column("code", sa.Text),
        sa.Column("sector", sa.Text),
        sa.Column("confidence", sa.Double),
        sa.PrimaryKeyConstraint("event_id", "number", name="pk_shown_actors"),
    )
    op.create_index("ix_shown_actors_document_id", "shown_actors", ["document_id"])
    op.create_table(
        "shown_quantities",
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("of", sa.Text),
        sa.Column("low", sa.Double),
        sa.Column("high", sa.Double),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("attribution", sa.Text),
        sa.Column("confidence", sa.Double),
        sa.PrimaryKeyConstraint("event_id", "number", name="pk_shown_quantities"),
    )
    op.create_index("ix_shown_quantities_document_id", "shown_quantities", ["document_id"])
    op.create_table(
        "shown_evidence",
        sa.Column("event_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("value_number", sa.Integer),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("starts", sa.Integer, nullable=False),
        sa.Column("ends", sa.Integer, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("read_by", sa.Text, nullable=False),
        sa.Column("confidence", sa.Double),
        sa.PrimaryKeyConstraint("event_id", "number", name="pk_shown_evidence"),
    )
    op.create_index("ix_shown_evidence_document_id", "shown_evidence", ["document_id"])
    op.create_table(
        "shown_findings",
        sa.Column("finding_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("says", sa.Text),
        sa.Column("numbers", sa.Text, nullable=False),
        sa.Column("documents", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("finding_id", name="pk_shown_findings"),
    )
    op.create_table(
        "shown_finding_words",
        sa.Column("finding_id", sa.Text, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("side", sa.Text, nullable=False),
        sa.Column("document_id", sa.Text, nullable=False),
        sa.Column("part", sa.Text, nullable=False),
        sa.Column("starts", sa.Integer, nullable=False),
        sa.Column("ends", sa.Integer, nullable=False),
        sa.Column("words", sa.Text),
        sa.PrimaryKeyConstraint("finding_id", "number", name="pk_shown_finding_words"),
    )
    op.create_index("ix_shown_finding_words_document_id", "shown_finding_words", ["document_id"])
    op.create_table(
        "shown_decisions",
        sa.Column("decision_id", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("document_id", sa.Text),
        sa.Column("verdict", sa.Text, nullable=False),
        sa.Column("field", sa.Text),
        sa.Column("value", sa.Text),
        sa.Column("note", sa.Text),
        sa.Column("reviewer", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("at", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("decision_id", name="pk_shown_decisions"),
    )
    op.create_index("ix_shown_decisions_document_id", "shown_decisions", ["document_id"])
    view_statements.make(op.get_bind())
