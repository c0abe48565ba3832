"""How does a program begin? By opening a project."""

from __future__ import annotations

from pathlib import Path

from byline import config
from byline.project import Project


def open(database: str | Path = "byline.db", *, files: Path | None = None, settings: Path | None = None) -> Project:
    """The project of a database: a path (SQLite, made where it is not there) or a URL (PostgreSQL). A context manager.

    `files` is the folder of the files beside it (default: NAME.files beside NAME.db; to be named for a URL); `settings`
    a byline.toml (default: that of the working directory, if there is one). The database is opened when it is first
    needed. Raises ConfigError for settings that are wrong.
    """
    return Project(database=database, files=files, config=config.load(settings))
