"""The tables. A change here comes with a migration in `migrations/versions` that makes it in an older database."""

from __future__ import annotations

import json
import re
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

REVISIONS = ("0001", "0002", "0003", "0004", "0005")
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
