"""Byline reads news reports into events that can be audited: every value tied to the words it rests on.

`byline.open("byline.db")` gives a `Project`; its verbs are those of the command line. What stands in `__all__` is what
programs may lean on; it loads when it is first asked for. docs/python.md shows it at work.
"""

from __future__ import annotations

import importlib
import os
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "BylineError": "errors",
    "Coded": "project",
    "Decision": "model",
    "Document": "model",
    "Event": "model",
    "Explanation": "export.explanation",
    "ExportOptions": "project",
    "Failure": "model",
    "Frame": "project.frames",
    "Mention": "model",
    "Project": "project",
    "Run": "project",
    "Selection": "export.selection",
    "Word": "project.deciding",
    "open": "project.opening",
}
"""In which module each name stands."""

__all__ = ["__version__", *_HOMES]

# A document is coded on one core, and a core is given a process of its own. Threads of linear algebra would only wait
# for one another: with two on a busy machine of two cores its part took ten times as long. Read when numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"byline.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
