"""What can go wrong, said so that a person knows what, where and what to do."""

from __future__ import annotations


class BylineError(Exception):
    """Any error Byline raises on purpose; its text is fit to show to a user as it is."""


class InputError(BylineError):
    """An input cannot be read: a missing path, a folder without readable files, a broken archive."""


class DocumentError(BylineError):
    """One document cannot be read or coded. The run goes on, and the error becomes a `Failure` row.

    `step` names what was being done, as the Failure will say it ("read", "language", "find.what", …).
    """

    def __init__(self, message: str, *, step: str = "read", origin: str = "") -> None:
        super().__init__(message)
        self.step = step
        self.origin = origin


class ConfigError(BylineError):
    """`byline.toml` holds an unknown key or a value of the wrong kind."""


class DataError(BylineError):
    """A data file, of Byline's, a plugin's or the project's own, does not have the form its loader states."""


class StoreError(BylineError):
    """The database cannot be opened, is of a newer version, or is held by another process."""


class EngineError(BylineError):
    """The workers of a run cannot be started or kept alive, or a cluster cannot be reached."""


class ExportError(BylineError):
    """An export cannot be made: its file is there already or cannot be written, or nobody knows whom to mask."""


class QueryError(BylineError):
    """A query cannot be answered: it is no SQL, asks for what is not there or not to be read, or takes too long."""


class DecisionError(BylineError):
    """A decision cannot be taken as it was given: on what is not there, or with a value that cannot be."""


class AccountError(BylineError):
    """An account cannot be made, changed or opened as it was asked for."""


class AssignmentError(BylineError):
    """A document cannot be assigned, said to be done, or settled as it was asked for."""


class NotFoundError(BylineError):
    """No document, event or failure has the id that was asked for."""
