"""How does an answer become a table of pandas, polars, GeoPandas or Arrow? Row by row until it is asked for whole.

A `Frame` holds a query, not its answer: each time it is gone through, or made a table, the database is asked.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from byline.errors import BylineError, QueryError
from byline.project import querying
from byline.project.querying import Limits
from byline.store.surface import Column, View, views

if TYPE_CHECKING:
    import geopandas
    import pandas
    import polars
    import pyarrow

    from byline.project import Project

AT_A_TIME: Final = 10_000
"""Rows of a batch where nothing else is asked for."""

WGS84: Final = "EPSG:4326"


@dataclass(frozen=True, kw_only=True)
class Frame:
    """The rows of a view, or of a query, to be gone through or made a table.

    Days are `datetime.date`, lists are lists, and what is empty is None. Names of private persons are masked. Every
    method raises QueryError where the query cannot be answered.
    """

    project: Project = field(repr=False)
    sql: str
    view: View | None = None
    limits: Limits = field(default_factory=Limits)

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, in order."""
        if self.view is not None:
            return tuple(column.name for column in self.view.columns)
        with querying.ask(self.project, self.sql, limits=self.limits) as answer:
            return answer.columns

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Each row as a dictionary, one after another: only some are in memory."""
        with querying.ask(self.project, self.sql, limits=self.limits) as answer:
            read = self._reading(answer.columns)
            for row in answer.rows:
                yield {name: make(value) for (name, make), value in zip(read, row, strict=True)}

    def __len__(self) -> int:
        """How many rows there are."""
        counted = f"SELECT count(*) FROM (\n{self.sql.rstrip().rstrip(';')}\n) AS counted"
        with querying.ask(self.project, counted, limits=self.limits) as answer:
            return int(next(answer.rows)[0])

    def batches(self, rows: int = AT_A_TIME) -> Iterator[pyarrow.RecordBatch]:
        """The rows as Arrow record batches of at most so many rows each, one after another."""
        import pyarrow as pa

        schema = None if self.view is None else _schema(self.view.columns)
        with querying.ask(self.project, self.sql, limits=self.limits) as answer:
            _check_names(answer.columns)
            read = self._reading(answer.columns)
            while lot := list(islice(answer.rows, rows)):
                made = [[make(row[at]) for row in lot] for at, (_, make) in enumerate(read)]
                kinds = [None] * len(read) if schema is None else schema.types
                arrays = [_array(values, kind) for values, kind in zip(made, kinds, strict=True)]
                yield pa.RecordBatch.from_arrays(arrays, names=list(answer.columns))

    def to_arrow(self) -> pyarrow.Table:
        """An Arrow table, with the types of the view's columns, or those that the values have."""
        import pyarrow as pa

        batches = list(self.batches(AT_A_TIME if self.view is not None else 1 << 30))
        if batches:
            return pa.Table.from_batches(batches)
        if self.view is not None:
            return _schema(self.view.columns).empty_table()
        return pa.table({name: pa.nulls(0) for name in self.columns})

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas DataFrame; days are datetimes. Raises BylineError where pandas is not installed."""
        _installed("pandas")
        return self.to_arrow().to_pandas(date_as_object=False)

    def to_polars(self) -> polars.DataFrame:
        """A polars DataFrame. Raises BylineError where polars is not installed."""
        made: polars.DataFrame = _installed("polars").from_arrow(self.to_arrow())
        return made

    def to_geopandas(self) -> geopandas.GeoDataFrame:
        """A GeoPandas GeoDataFrame: points of `longitude` and `latitude` (WGS 84), none for rows without.

        A point is as far off as `radius_km` says. Raises BylineError where GeoPandas is not installed, or the columns
        are not there.
        """
        module = _installed("geopandas")
        frame = self.to_pandas()
        if not {"longitude", "latitude"} <= set(frame.columns):
            raise BylineError(
                "points are made of the columns longitude and latitude; ask for both, or for the frame of v_events or "
                "v_places"
            )
        points = module.points_from_xy(frame["longitude"].astype(float), frame["latitude"].astype(float))
        made: geopandas.GeoDataFrame = module.GeoDataFrame(frame, geometry=points, crs=WGS84)
        made.loc[frame["longitude"].isna() | frame["latitude"].isna(), "geometry"] = None
        return made

    def _reading(self, names: Sequence[str]) -> list[tuple[str, Any]]:
        kinds = {} if self.view is None else {column.name: column.kind for column in self.view.columns}
        return [(name, _READ.get(kinds.get(name, ""), _as_it_is)) for name in names]


def of_view(project: Project, name: str, *, where: str | None = None) -> Frame:
    """The rows of a view, by its key; `where` is an SQL condition on its columns. Raises QueryError for no view."""
    found = views().get(name) or views().get(f"v_{name}")
    if found is None:
        raise QueryError(f"there is no view named {name}; there are {', '.join(views())}")
    columns = ", ".join(column.name for column in found.columns)
    narrowed = f" WHERE ({where}\n)" if where is not None else ""
    sql = f"SELECT {columns} FROM {found.name}{narrowed} ORDER BY {', '.join(found.key)}"
    return Frame(project=project, sql=sql, view=found, limits=querying.NO_LIMITS)


def _as_it_is(value: Any) -> Any:
    return value


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _list(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


_READ: Final[Mapping[str, Any]] = {"day": _day, "list": _list, "numbers": _list}


def _schema(columns: Sequence[Column]) -> pyarrow.Schema:
    import pyarrow as pa

    kinds = {
        "text": pa.string(),
        "integer": pa.int64(),
        "number": pa.float64(),
        "day": pa.date32(),
        "list": pa.list_(pa.string()),
        "numbers": pa.list_(pa.float64()),
    }
    return pa.schema([pa.field(column.name, kinds[column.kind]) for column in columns])


def _array(values: list[Any], kind: Any) -> pyarrow.Array:
    """The values of a column as Arrow has them; as texts where they are of several kinds."""
    import pyarrow as pa

    try:
        return pa.array(values, type=kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        if kind is not None:
            raise
        if all(one is None or isinstance(one, int | float) for one in values):
            return pa.array([None if one is None else float(one) for one in values])
        return pa.array([None if one is None else str(one) for one in values])


def _check_names(names: Sequence[str]) -> None:
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise QueryError(f"several columns are named {', '.join(repeated)}; give each a name of its own with AS")


def _installed(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise BylineError(f"{name} is not installed; pip install 'byline-events[frames]'") from error
