"""What does a project answer to a query? SQL over its documented views, or over an exported Parquet file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from byline.project import showing
from byline.store import querying, shown
from byline.store.querying import Answer, Limits
from byline.store.surface import Column, View, views

if TYPE_CHECKING:
    from byline.project import Project

__all__ = ["Answer", "Column", "Limits", "View", "ask", "ask_parquet", "event_ids", "left_out", "views"]

NO_LIMITS: Final = Limits(seconds=None)


@contextmanager
def ask(
    project: Project, sql: str, *, limits: Limits | None = None, progress: Callable[[int], None] = lambda done: None
) -> Iterator[Answer]:
    """The answer to a query over the views, while the context lasts; what came since the last query is shown first.

    Names of private persons are masked, as in exports. `progress` is told how many documents were shown. Raises
    QueryError, at once or while rows are fetched.
    """
    querying.check(sql)
    showing.synchronise(project, progress=progress)
    with querying.ask(project.store, sql, limits=limits) as answer:
        yield answer


@contextmanager
def ask_parquet(path: Path, sql: str, *, limits: Limits | None = None) -> Iterator[Answer]:
    """The answer to a query over an exported Parquet file or folder, whose rows are the table `events`. Raises
    QueryError."""
    from byline.store import querying_parquet  # DuckDB takes a tenth of a second to load

    with querying_parquet.ask(path, sql, limits=limits) as answer:
        yield answer


def event_ids(project: Project, where: str) -> Iterator[tuple[str, str]]:
    """The documents and ids of the events that meet a condition on the columns of `v_events`, by document and event.

    Raises QueryError for what is no condition.
    """
    # On a line of its own, so that a comment in it does not take the rest along. Whatever else it holds, it is held by
    # what holds any query: it reads nothing but the views.
    sql = f"SELECT document_id, event_id FROM v_events WHERE ({where}\n) ORDER BY document_id, event_id"
    with ask(project, sql, limits=NO_LIMITS) as answer:
        for document_id, event_id in answer.rows:
            yield str(document_id), str(event_id)


def left_out(project: Project) -> int:
    """How many documents have events that no query sees, as an older Byline coded them and nobody knows whom to mask:
    to be coded again."""
    return shown.left_out(project.store)
