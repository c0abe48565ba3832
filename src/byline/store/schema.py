"""The tables. A change here comes with a migration in `migrations/versions` that makes it in an older database."""

from __future__ import annotations

import json
import re
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
)

REVISIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011")
"""Versions of the schema, oldest first: the names of the migrations. A test holds them to the folder."""

ESCAPED = "\x1b"
"""Begins a text that is kept as JSON. An escape character is in no sane text, and one that has it is escaped too."""

_UNSAFE = re.compile(r"[\x00\ud800-\udfff]|\A\x1b")


class AnyText(TypeDecorator[str]):
    """A text column that takes every str: NUL and lone surrogates, which databases refuse, are kept as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        """The text as the database takes it."""
        return ESCAPED + json.dumps(value) if value is not None and _UNSAFE.search(value) else value

    def process_result_value(self, value: str | None, dialect: Any) -> str | None:
        """The text as it was given."""
        return str(json.loads(value[1:])) if value is not None and value.startswith(ESCAPED) else value


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

version = Table("alembic_version", MetaData(), Column("version_num", Text))
"""Alembic's own table, to read the version without loading Alembic."""

documents = Table(
    "documents",
    metadata,
    Column("id", Text, primary_key=True),
    Column("external_id", AnyText),
    Column("source_id", AnyText),
    Column("language", AnyText),
    Column("title", AnyText),
    Column("byline", AnyText),
    Column("dateline_place", AnyText),
    Column("dateline_date", Date),
    Column("published", Date),
    Column("url", AnyText),
    Column("origin", AnyText, nullable=False),
    Column("text", AnyText, nullable=False),
    Column("captions", JSON, nullable=False),
    Column("text_sha256", Text, nullable=False, index=True),
    Column("raw_sha256", Text, nullable=False, index=True),
    Column("cuts", JSON, nullable=False),
    Column("made_by", AnyText, nullable=False),
)

codings = Table(
    "codings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", Text, ForeignKey("documents.id"), nullable=False),
    Column("pipeline_id", Text, nullable=False),
    Column("sentences", JSON, nullable=False),
    # NULL: persons were not looked for.
    Column("people", JSON(none_as_null=True)),
    # Sentences that may tell of an event; NULL: not kept.
    Column("let_through", Integer),
    # When the document was read for it, so that the latest coding is the same in whatever order files are loaded;
    # empty: not kept.
    Column("coded_at", Text, nullable=False, server_default=""),
    UniqueConstraint("document_id", "pipeline_id"),
)

events = Table(
    "events",
    metadata,
    Column("coding_id", Integer, ForeignKey("codings.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("id", Text, nullable=False, index=True),
    Column("type", AnyText),
    Column("mode", AnyText),
    Column("status", Text, nullable=False),
    Column("trigger", JSON, nullable=False),
    Column("sentence", JSON, nullable=False),
    Column("members", JSON, nullable=False),
    Column("contexts", JSON, nullable=False),
    Column("told", JSON, nullable=False),
    Column("acled", AnyText),
    Column("score", Double, nullable=False),
    Column("by", AnyText, nullable=False),
    PrimaryKeyConstraint("coding_id", "position"),
)

mentions = Table(
    "mentions",
    metadata,
    Column("coding_id", Integer, nullable=False),
    Column("event_position", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("role", Text, nullable=False),
    Column("span", JSON, nullable=False),
    Column("value", JSON(none_as_null=True)),
    Column("score", Double, nullable=False),
    Column("by", AnyText, nullable=False),
    Column("antecedent", JSON(none_as_null=True)),
    Column("also", JSON, nullable=False),
    PrimaryKeyConstraint("coding_id", "event_position", "position"),
    ForeignKeyConstraint(["coding_id", "event_position"], ["events.coding_id", "events.position"]),
)

failures = Table(
    "failures",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("document_id", Text),
    Column("pipeline_id", Text),
    Column("origin", AnyText, nullable=False),
    Column("step", AnyText, nullable=False),
    Column("error", AnyText, nullable=False),
)
Index("ix_failures_document_id", failures.c.document_id)

custody = Table(
    "custody",
    metadata,
    # The hash of the other columns: the same reading loaded twice is kept once.
    Column("key", Text, primary_key=True),
    Column("document_id", Text, ForeignKey("documents.id"), nullable=False, index=True),
    Column("origin", AnyText, nullable=False),
    Column("raw_sha256", Text, nullable=False),
    # Times are ISO 8601 in UTC, as text: it reads, sorts and compares the same in every database.
    Column("read_at", Text, nullable=False),
    Column("made_by", AnyText, nullable=False),
    Column("byline", Text, nullable=False),
)
"""Each time a document was read: where it stood, when, by which reader of which version of Byline."""

receipts = Table(
    "receipts",
    metadata,
    # The hash of the result file.
    Column("id", Text, primary_key=True),
    Column("loaded_at", Text, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("events", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
)
"""Result files that were loaded, and what was in each."""

tombstones = Table(
    "tombstones",
    metadata,
    Column("document_id", Text, primary_key=True),
    Column("erased_at", Text, nullable=False),
    Column("reason", AnyText, nullable=False),
    Column("text_sha256", Text, nullable=False, index=True),
    Column("raw_sha256", Text, nullable=False, index=True),
)
"""Documents that were erased: their names and hashes, and why; nothing of what they said."""

# Documents whose copies were looked for, by what method their keys were made; the number keeps the keys small.
sketched = Table(
    "sketched",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("document_id", Text, ForeignKey("documents.id"), nullable=False, unique=True),
    Column("method", Text, nullable=False),
)

sketches = Table(
    "sketches",
    metadata,
    Column("key", BigInteger, nullable=False),
    Column("number", Integer, ForeignKey("sketched.number"), nullable=False),
    PrimaryKeyConstraint("key", "number"),
    sqlite_with_rowid=False,
)
Index("ix_sketches_number", sketches.c.number)

alike = Table(
    "alike",
    metadata,
    Column("left", Text, ForeignKey("documents.id"), nullable=False),
    Column("right", Text, ForeignKey("documents.id"), nullable=False),
    Column("left_share", Double, nullable=False),
    Column("right_share", Double, nullable=False),
    PrimaryKeyConstraint("left", "right"),
)
Index("ix_alike_right", alike.c.right)

copies = Table(
    "copies",
    metadata,
    Column("document_id", Text, ForeignKey("documents.id"), primary_key=True),
    Column("original_id", Text, ForeignKey("documents.id"), nullable=False, index=True),
    Column("share", Double, nullable=False),
    Column("of_original", Double, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("subject", AnyText, nullable=False, index=True),
    Column("verdict", Text, nullable=False, index=True),
    Column("reviewer", AnyText, nullable=False),
    Column("at", Text, nullable=False),
    Column("field", AnyText),
    Column("value", AnyText),
    Column("note", AnyText, nullable=False),
    Column("seen", Text, nullable=False),
    Column("role", Text, nullable=False, server_default="coder"),
    Column("pipeline_id", Text, nullable=False, server_default=""),
    # The document it speaks of; NULL: not looked for yet, empty: none, several, or one that is not known.
    Column("document_id", Text, index=True),
)
"""What people decided: an index over `decisions.jsonl`."""
Index("ix_decisions_reviewer", decisions.c.reviewer, decisions.c.at)

incidents = Table(
    "incidents",
    metadata,
    Column("id", Text, primary_key=True),
    # Where it leads since it was merged, at once and not over others; NULL: it stands.
    Column("into", Text, index=True),
    # The last turn in `incidents.jsonl` that speaks of it.
    Column("turn", Integer, nullable=False, index=True),
)

# Which incident each event was last given to, whether or not the newest coding still has the event.
incident_events = Table(
    "incident_events",
    metadata,
    Column("event_id", Text, primary_key=True),
    Column("incident_id", Text, ForeignKey("incidents.id"), nullable=False, index=True),
)

linkable = Table(
    "linkable",
    metadata,
    Column("document_id", Text, ForeignKey("documents.id"), primary_key=True),
    # The coding they were made of; 0: one that is gone.
    Column("coding_id", Integer, nullable=False, index=True),
    # By what method the rows were made, and by what the events were compared; NULL: not yet.
    Column("packed_by", Text, nullable=False),
    Column("compared_by", Text),
    # What is compared of its events, as `linking.features` packs it.
    Column("rows", LargeBinary, nullable=False),
    # Rows of events that went or changed since they were last compared.
    Column("gone", LargeBinary),
)

# Events are told by the number that their id is, eight bytes each, in the order of their ids.
links = Table(
    "links",
    metadata,
    Column("left", BigInteger, nullable=False),
    Column("right", BigInteger, nullable=False),
    Column("probability", Double, nullable=False),
    PrimaryKeyConstraint("left", "right"),
    sqlite_with_rowid=False,
)
Index("ix_links_right", links.c.right)

touched = Table(
    "touched",
    metadata,
    Column("event", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Events whose incidents are to be looked at again."""

current_events = Table(
    "current_events",
    metadata,
    Column("document_id", Text, ForeignKey("documents.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("coding_id", Integer, nullable=False),
    Column("event_id", Text, nullable=False, index=True),
    Column("type", AnyText),
    Column("mode", AnyText),
    Column("status", Text, nullable=False),
    Column("score", Double, nullable=False),
    # Between which days it is told to have been; NULL: not told.
    Column("first_day", Date),
    Column("last_day", Date),
    # The name of a source as its input gives it, else the host of the document's address.
    Column("source", AnyText, index=True),
    Column("coded_at", Text, nullable=False),
    # What people made of it; whether they differ; whether it is to be asked again; when it was last decided on.
    Column("state", Text, nullable=False, server_default="undecided"),
    Column("differs", Boolean, nullable=False, server_default=false()),
    Column("asks", Boolean, nullable=False, server_default=false()),
    Column("decided_at", Text),
    # The event as decided, where that is not as coded: `codec.whole_event`.
    Column("edited", JSON(none_as_null=True)),
    PrimaryKeyConstraint("document_id", "position"),
)
"""The events of each document's newest coding as people decided them, and people's own, whose coding is 0: made of the
tables above, to be listed at once."""
Index("ix_current_events_score", current_events.c.score, current_events.c.event_id)
Index("ix_current_events_first_day", current_events.c.first_day, current_events.c.event_id)
Index("ix_current_events_coded_at", current_events.c.coded_at, current_events.c.event_id)
Index("ix_current_events_type", current_events.c.type, current_events.c.status)
Index("ix_current_events_state", current_events.c.state, current_events.c.score, current_events.c.event_id)
Index("ix_current_events_differs", current_events.c.differs, current_events.c.score, current_events.c.event_id)
Index("ix_current_events_asks", current_events.c.asks, current_events.c.score, current_events.c.event_id)
Index("ix_current_events_decided_at", current_events.c.decided_at)

current_places = Table(
    "current_places",
    metadata,
    Column("document_id", Text, ForeignKey("documents.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("name", AnyText, nullable=False),
    # As names are looked up: without case and marks.
    Column("folded", AnyText, nullable=False, index=True),
    Column("country", Text, index=True),
    Column("geonameid", Integer),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("radius_km", Double),
    Column("precision", Text, nullable=False),
    PrimaryKeyConstraint("document_id", "position", "number"),
)
"""The places of `current_events`."""

findings = Table(
    "findings",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("says", AnyText, nullable=False),
    Column("claim", JSON, nullable=False),
    Column("against", JSON, nullable=False),
    Column("numbers", JSON, nullable=False),
    Column("names", JSON, nullable=False),
)
"""What the audit found; made of documents and codings, and made anew when those change."""

finding_documents = Table(
    "finding_documents",
    metadata,
    Column("finding_id", Text, ForeignKey("findings.id"), nullable=False),
    Column("document_id", Text, ForeignKey("documents.id"), nullable=False, index=True),
    PrimaryKeyConstraint("finding_id", "document_id"),
)
"""The documents whose words each finding rests on."""

# Documents that were audited, as coded by which coding (0: not coded), by what method.
audited = Table(
    "audited",
    metadata,
    Column("document_id", Text, ForeignKey("documents.id"), primary_key=True),
    Column("coding_id", Integer, nullable=False),
    Column("method", Text, nullable=False),
)

outlets = Table(
    "outlets",
    metadata,
    Column("name", AnyText, nullable=False),
    Column("document_id", Text, ForeignKey("documents.id"), nullable=False, index=True),
    PrimaryKeyConstraint("name", "document_id"),
)
"""Under which names each audited document may be held beside others of its outlet."""
