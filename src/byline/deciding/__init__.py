"""What do people's decisions make of an event? Pure functions over the things of `model`: no SQL, no files."""

from __future__ import annotations

from byline.deciding.edit import (
    DecidedDocument,
    DecidedEvent,
    Difference,
    Standing,
    State,
    edit,
    seen,
    undecided,
    undone,
)
from byline.deciding.viewing import EVERYTHING, ROLES, Role, Viewer

__all__ = [
    "EVERYTHING",
    "ROLES",
    "DecidedDocument",
    "DecidedEvent",
    "Difference",
    "Role",
    "Standing",
    "State",
    "Viewer",
    "edit",
    "seen",
    "undecided",
    "undone",
]
