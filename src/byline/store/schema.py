"""The tables. A change here comes with a migration in `migrations/versions` that makes it in an older database."""

from __future__ import annotations

import json
import re
from typing import Any

from sqlalchemy import (
    JSON,
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

REVISIONS = ("0001", "0002", "0003")
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
