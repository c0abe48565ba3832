"""What is wrong with a query, where in it, and what may have been meant?"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable

from byline.errors import QueryError
from byline.store.surface import views

LONGEST_LINE = 160
"""Characters of a line of SQL that an error shows."""


def at(sql: str, words: str, *, offset: int | None) -> QueryError:
    """An error at a place of the SQL: `offset` counts its characters from 0, None where the place is not known."""
    if offset is None or not 0 <= offset <= len(sql):
        return QueryError(words)
    before = sql[:offset]
    line, column = before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1
    told = sql.split("\n")[line - 1]
    start = max(0, column - 1 - LONGEST_LINE // 2)
    shown = told[start : start + LONGEST_LINE].replace("\t", " ").rstrip("\r")
    return QueryError(f"{words} (line {line}, column {column})\n  {shown}\n  {' ' * (column - 1 - start)}^")


def place_of(sql: str, name: str) -> int | None:
    """Where a name stands in the SQL first, as a word of its own."""
    bare = name.rpartition(".")[2]
    for one in (name, bare):
        found = re.search(rf"(?<!\w){re.escape(one)}(?!\w)", sql, re.IGNORECASE)
        if found:
            return found.end() - len(bare)
    return None


def no_view(sql: str, name: str, *, known: Iterable[str] = ()) -> QueryError:
    """There is no view of a name."""
    names = list(known) or list(views())
    near = difflib.get_close_matches(name.lower(), names, n=2, cutoff=0.5) or difflib.get_close_matches(
        f"v_{name.lower()}", names, n=2, cutoff=0.6
    )
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names)}"
    return at(sql, f"there is no view named {name}; {hint}", offset=place_of(sql, name))


def no_column(sql: str, name: str, *, offset: int | None = None) -> QueryError:
    """There is no column of a name in the views that are asked."""
    asked = [view for view in views().values() if place_of(sql, view.name) is not None]
    columns = dict.fromkeys(column.name for view in asked or views().values() for column in view.columns)
    bare = name.rpartition(".")[2]
    near = difflib.get_close_matches(bare.lower(), columns, n=2, cutoff=0.65)
    if not near:  # a part of a name: "date" is nothing like "first_day", "day" is
        near = [one for one in columns if bare.lower() in one][:2]
    elsewhere = [view.name for view in views().values() if bare in (column.name for column in view.columns)]
    if near:
        hint = f"did you mean {' or '.join(near)}?"
    elif elsewhere:
        hint = f"{', '.join(elsewhere[:3])} has one"
    else:
        hint = f"byline query --views lists the columns of {', '.join(view.name for view in asked) or 'each view'}"
    return at(sql, f"there is no column named {name}; {hint}", offset=place_of(sql, name) if offset is None else offset)


def no_function(sql: str, name: str, *, known: Iterable[str], offset: int | None = None) -> QueryError:
    """A function that is not there, or may not be called."""
    near = difflib.get_close_matches(name.lower(), list(known), n=2, cutoff=0.6)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    words = f"the function {name} cannot be called in a query{hint}"
    return at(sql, words, offset=place_of(sql, name) if offset is None else offset)


def not_read(sql: str, name: str) -> QueryError:
    """A table that is there, and is not read by queries."""
    near = difflib.get_close_matches(f"v_{name}", list(views()), n=1, cutoff=0.6)
    hint = f"ask {near[0]}" if near else f"ask one of {', '.join(views())}"
    words = f"{name} is not read by queries, as it may name private persons or hold settings; {hint}"
    return at(sql, words, offset=place_of(sql, name))


def not_a_question(sql: str) -> QueryError:
    """A statement that is no SELECT."""
    first = re.search(r"\S+", sql)
    return at(sql, "only one SELECT (or WITH … SELECT) can be asked; nothing can be changed here",
              offset=first.start() if first else None)  # fmt: skip


def too_long(seconds: float) -> QueryError:
    """A query that was ended as it took too long."""
    return QueryError(
        f"the query took longer than {seconds:g} seconds and was ended; narrow it with WHERE or LIMIT, or give it more "
        "time with --seconds"
    )
